// Recording: from an entry to its outcome. One reason for a refusal, by the precedence of docs/reasons.md.
#include "office/engine.hpp"

#include <algorithm>

#include "journal/json.hpp"
#include "office/books.hpp"
#include "office/fold.hpp"

namespace wuye {
namespace {

using cases::Case;
using cases::convert;
using cases::convert_value;
using cases::Event;
using cases::Fault;

Outcome refusal(Fault fault, std::string case_id = {}) {
  Outcome out;
  out.status = Status::refused;
  out.case_id = std::move(case_id);
  out.reason = std::move(fault.reason);
  out.clause = std::move(fault.clause);
  out.message = std::move(fault.message);
  out.facts = std::move(fault.facts);
  if (out.facts.empty()) out.facts = "{}";
  return out;
}

/// What would have been refused, had it not been a fact.
void note_refusal(Outcome& out, Fault fault) {
  if (!out.reason.empty()) return;
  out.reason = std::move(fault.reason);
  out.clause = std::move(fault.clause);
  out.message = std::move(fault.message);
  out.facts = fault.facts.empty() ? "{}" : std::move(fault.facts);
}

Fault simple_fault(std::string_view reason, std::string_view name, std::string_view value, std::string message) {
  Fault fault;
  fault.reason = reason;
  json::Object(fault.facts).text(name, value).end();
  fault.message = std::move(message);
  return fault;
}

Outcome not_in_use(const model::Procedure& procedure) {
  return refusal(simple_fault("chapter_not_in_use", "chapter", procedure.chapter, "the manual does not use chapter " + procedure.chapter));
}

Fault unknown_action(const Entry& entry, const model::Procedure* procedure, const model::Manual& manual) {
  std::vector<std::string_view> names;
  const auto add = [&](const model::Procedure& p) {
    for (const model::Action& action : p.actions) names.push_back(action.name);
  };
  if (procedure) {
    add(*procedure);
  } else {
    for (const model::Procedure& p : manual.procedures) add(p);
  }
  add(registers::builtin());
  Fault fault;
  fault.reason = "unknown_action";
  fault.message = "the manual knows no action " + entry.action + " here";
  json::Object object(fault.facts);
  object.text("do", entry.action);
  if (const std::string near = cases::nearest(entry.action, names); !near.empty()) object.text("nearest", near);
  object.end();
  return fault;
}

Fields to_fields(const model::Procedure& procedure, const std::vector<std::pair<int, Value>>& values) {
  Fields out;
  out.reserve(values.size());
  for (const auto& [index, value] : values) out.emplace_back(procedure.fields[static_cast<std::size_t>(index)].name, value);
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return out;
}

void take_converted(Told& told, const model::Procedure& procedure, const cases::Converted& converted) {
  Fields fields = to_fields(procedure, converted.values);
  if (told.with.empty()) told.with.swap(fields);
  for (auto& [name, value] : fields) set_field(told.with, name, std::move(value));
  for (const auto& [index, value] : converted.values) {
    const model::Field& field = procedure.fields[static_cast<std::size_t>(index)];
    if (field.personal) told.personal.push_back(field.name);
  }
  std::sort(told.personal.begin(), told.personal.end());
}

/// As `cases::convert`; of a fact, what the manual does not take is left out, `convert`'s fault kept, and what is personal
/// stands as its marker alone.
cases::Converted convert_told(const model::Procedure& procedure, const model::Action* action, Fields fields, const Told* fact) {
  cases::Converted out = convert(procedure, action, std::move(fields), fact != nullptr);
  if (!fact || fact->personal.empty()) return out;
  for (const std::string& name : fact->personal) {
    const int field = procedure.field(name);
    if (field >= 0 && procedure.fields[static_cast<std::size_t>(field)].personal) out.values.emplace_back(field, true);
  }
  std::sort(out.values.begin(), out.values.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return out;
}

std::string case_class(const Fields& fields) {
  const Value* value = find_field(fields, "class");
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  return text ? *text : std::string();
}

/// Takes out what the action counts and no host can have told: of a fact that is told again, it is counted anew.
void leave_out_counted(const model::Procedure& procedure, const model::Action& action, Fields& fields) {
  if (action.may_all) return;
  for (const model::Counts& one : action.counts) {
    const auto takes = [&](const std::vector<int>& taken) { return std::find(taken.begin(), taken.end(), one.into) != taken.end(); };
    if (takes(action.needs) || takes(action.may)) continue;
    std::erase_if(fields, [&](const auto& field) { return field.first == procedure.fields[static_cast<std::size_t>(one.into)].name; });
  }
}

/// Of an action that opens a case for each item of a list: an item that its field cannot hold.
std::optional<Fault> unfit_item(const model::Procedure& procedure, const model::Action& action, const cases::Converted& converted,
                                const model::Manual& manual) {
  for (const model::Opens& opens : action.opens) {
    const model::Procedure* target = opens.each < 0 ? nullptr : manual.procedure(opens.procedure);
    const int field = target ? target->field(opens.as) : -1;
    if (field < 0) continue;
    for (const auto& [index, value] : converted.values) {
      const auto* items = index == opens.each ? std::get_if<std::vector<std::string>>(&value) : nullptr;
      for (const std::string& item : items ? *items : std::vector<std::string>()) {
        Value one = item;
        auto fault = convert_value(target->fields[static_cast<std::size_t>(field)], one);
        if (!fault) continue;
        fault->message = "an item of " + procedure.fields[static_cast<std::size_t>(index)].name + " does not fit: " + fault->message;
        return fault;
      }
    }
  }
  return std::nullopt;
}

bool takes_class(const model::Procedure& procedure, const std::string& name) {
  if (procedure.name == name) return true;
  const model::Field& field = procedure.fields[2];
  return std::find(field.values.begin(), field.values.end(), name) != field.values.end();
}

}  // namespace

void Engine::find_breaches(const Told& told, std::vector<Fault> faults, Outcome& outcome) {
  std::vector<std::string> ids;
  for (Fault& fault : faults) {
    std::string id = std::to_string(told.seq) + ":" + fault.reason;
    for (int n = 2; std::find(ids.begin(), ids.end(), id) != ids.end(); ++n) {
      id = std::to_string(told.seq) + ":" + fault.reason + ":" + std::to_string(n);
    }
    ids.push_back(id);
    find_breach(told, told.case_id, std::move(id), std::move(fault), outcome);
  }
}

void Engine::find_breach(const Told& told, const std::string& case_id, std::string id, Fault fault, Outcome& outcome) {
  Found found;
  found.at = told.at;
  found.now = told.now;
  found.what = "breach";
  found.case_id = case_id;
  found.cause = told.seq;
  found.id = std::move(id);
  found.reason = fault.reason;
  found.clause = fault.clause;
  found.facts = fault.facts;
  append(found);
  apply(found);
  outcome.breaches.push_back({std::move(fault.reason), std::move(fault.clause), std::move(fault.facts)});
}

std::vector<Personal> Engine::personal_of_line(std::int64_t seq) const {
  std::vector<Personal> out = store_.personal(seq);
  for (const Personal& value : state_.pending.personal) {
    if (value.seq == seq) out.push_back(value);
  }
  for (const Pending::Erasure& erasure : state_.pending.erasures) {
    if (erasure.by < seq) continue;
    out.erase(std::remove_if(out.begin(), out.end(),
                             [&](const Personal& value) {
                               return (erasure.seq == 0 || erasure.seq == seq) && (erasure.subject.empty() || erasure.subject == value.subject) &&
                                      (erasure.field.empty() || erasure.field == value.field);
                             }),
              out.end());
  }
  return out;
}

const model::Procedure* Engine::procedure_of_lines(const std::vector<Line>& lines) const {
  for (const Line& line : lines) {
    if (!line.told) {
      const Found found = decode_found(line);
      if (found.what == "opened") return state_.manual_at(found.at)->compiled().procedure(found.procedure);
      continue;
    }
    const Told told = decode_told(line);
    Entry like;
    like.action = told.action;
    like.fields = told.with;
    std::optional<Fault> fault;
    return procedure_for(like, state_.manual_at(told.at)->compiled(), fault);
  }
  return nullptr;
}

std::optional<Outcome> Engine::duplicate_of(const Entry& entry) const {
  if (entry.key.empty()) return std::nullopt;
  const auto pending = state_.pending.keys.find(Pending::key_of(entry.source, entry.key));
  const std::int64_t seq = pending != state_.pending.keys.end() ? pending->second : store_.find_key(entry.source, entry.key);
  if (seq == 0) return std::nullopt;
  const Told first = decode_told(*line(seq));
  const Case* c = first.case_id.empty() ? nullptr : state_.cases.find(first.case_id);
  const bool amends = first.action == "correct" || first.action == "void";
  const std::vector<Line> lines = first.case_id.empty() ? std::vector<Line>() : case_lines(first.case_id);
  // The case may have been voided since; what the entry's fields are is then said by its lines.
  const model::Procedure* known = nullptr;
  if (c) known = procedure_then(case_history(lines), first.at, first.seq);
  if (!known) known = procedure_of_lines(lines);
  const model::Procedure& procedure = known ? *known : registers::builtin();
  Fields fields = entry.fields;
  Fields own;
  if (first.action == "opening" || amends) {
    for (const char* name : {"stage", "opened", "line", "happened", "reason"}) {
      const Value* value = find_field(fields, name);
      if (!value) continue;
      Value kept = *value;
      convert_value(registers::builtin().fields[static_cast<std::size_t>(registers::builtin().field(name))], kept);
      set_field(own, name, std::move(kept));
      fields.erase(std::find_if(fields.begin(), fields.end(), [&](const auto& item) { return item.first == name; }));
    }
  }
  const cases::Converted converted = convert(procedure, nullptr, fields);
  for (auto& [name, value] : to_fields(procedure, converted.values)) set_field(own, name, value);
  Fields stood = first.with;
  if (const int done = procedure.action(first.action); done >= 0) {
    // Taken over from another case then, or counted; the host did not say it and need not say it again.
    const auto leave_out = [&](int into) {
      const std::string& name = procedure.fields[static_cast<std::size_t>(into)].name;
      if (find_field(own, name)) return;
      stood.erase(std::remove_if(stood.begin(), stood.end(), [&](const auto& item) { return item.first == name; }), stood.end());
    };
    const model::Action& action = procedure.actions[static_cast<std::size_t>(done)];
    for (const model::Copies& one : action.copies) leave_out(one.into);
    for (const model::Counts& one : action.counts) leave_out(one.into);
  }
  bool same = !converted.fault && first.at == entry.at && first.by == entry.by && first.action == entry.action &&
              (entry.case_id.empty() || entry.case_id == first.case_id) && own == stood;
  if (same) {
    for (const Personal& kept : personal_of_line(seq)) {
      const auto it = std::find_if(converted.personal.begin(), converted.personal.end(), [&](const auto& p) { return p.field == kept.field; });
      same = same && it != converted.personal.end() && it->value == kept.value;
    }
  }
  if (!same) {
    Fault fault;
    fault.reason = "key_reused";
    json::Object(fault.facts).text("key", entry.key).number("line", seq).text("source", entry.source).end();
    fault.message = "line " + std::to_string(seq) + " has this key with other content";
    return refusal(std::move(fault), first.case_id);
  }
  Outcome out;
  out.status = Status::duplicate;
  out.seq = seq;
  out.case_id = first.case_id;
  if (c) out.stage = c->stage_now().name;
  for (const Line& one : lines) {
    if (one.told) continue;
    const Found found = decode_found(one);
    if (found.what == "breach" && found.cause == seq) out.breaches.push_back({found.reason, found.clause, found.facts});
  }
  return out;
}

const std::vector<const model::Procedure*>& Engine::Openers::of(const model::Manual& manual, std::string_view action, const State& state) {
  if (manual_.get() != &manual) {
    // Kept as long as what is known of it, so that no other can come to stand in its place.
    const auto held = std::find_if(state.manuals.begin(), state.manuals.end(), [&](const auto& one) { return &one.second.compiled() == &manual; });
    manual_ = held == state.manuals.end() ? nullptr : held->second.shared();
    by_action_.clear();
    for (const model::Procedure& procedure : manual.procedures) {
      by_action_["opening"].push_back(&procedure);
      for (const model::Action& one : procedure.actions) {
        if (one.opening && one.name != "opening") by_action_[one.name].push_back(&procedure);
      }
    }
  }
  static const std::vector<const model::Procedure*> kNone;
  const auto found = by_action_.find(action);
  return found == by_action_.end() ? kNone : found->second;
}

const model::Procedure* Engine::procedure_for(const Entry& entry, const model::Manual& manual, std::optional<Fault>& fault) const {
  const std::string wanted = case_class(entry.fields);
  const std::vector<const model::Procedure*>& opened = openers_.of(manual, entry.action, state_);
  std::vector<const model::Procedure*> candidates;
  for (const model::Procedure* procedure : opened) {
    if (wanted.empty() || takes_class(*procedure, wanted)) candidates.push_back(procedure);
  }
  if (candidates.size() == 1) return candidates.front();
  if (candidates.empty()) {
    if (opened.empty()) return nullptr;
    std::vector<std::string_view> names;
    for (const model::Procedure* procedure : opened) names.push_back(procedure->name);
    Fault bad;
    bad.reason = "bad_value";
    bad.message = "no procedure opens class " + wanted;
    json::Object object(bad.facts);
    object.text("field", "class");
    if (const std::string near = cases::nearest(wanted, names); !near.empty()) object.text("nearest", near);
    object.end();
    fault = std::move(bad);
    return nullptr;
  }
  fault = simple_fault("missing_field", "field", "class", "several procedures open with " + entry.action + "; name the class");
  return nullptr;
}

Outcome Engine::record(Entry entry, const Manual& first_manual, const Told* fact) {
  if (state_.manuals.empty()) {
    const Instant first = entry.at;
    adopt(first_manual, first, first, "system:wuye");
  }
  Told told;
  told.at = entry.at;
  told.now = std::max(entry.now.value_or(entry.at), state_.clock);
  told.by = entry.by;
  told.action = entry.action;
  told.case_id = entry.case_id;
  // A fact comes from a journal, which has no key twice.
  if (!fact) {
    if (auto duplicate = duplicate_of(entry)) return std::move(*duplicate);
  }
  told.source = std::move(entry.source);
  told.key = std::move(entry.key);
  if (entry.at > told.now || (entry.now && entry.at > *entry.now)) {
    Fault fault;
    fault.reason = "future";
    json::Object(fault.facts).number("at", entry.at.us).number("now", entry.now->us).end();
    fault.message = "what happened lies after the time at which it is told";
    return refusal(std::move(fault), entry.case_id);
  }
  std::vector<Notice> notices;
  find_until(told.now, false, notices);
  Outcome out;
  const model::Procedure& builtin = registers::builtin();
  const Case* c = entry.case_id.empty() ? nullptr : state_.cases.find(entry.case_id);
  // What is told late of a case may have been done when it still followed another procedure.
  const model::Procedure* procedure = c ? c->procedure : nullptr;
  std::optional<CaseHistory> before;
  if (c && entry.at < c->last_at) {
    before = case_history(case_lines(c->id));
    if (const auto* then = procedure_then(*before, entry.at, INT64_MAX)) procedure = then;
  }
  const int own = c ? procedure->action(entry.action) : -1;
  const int shared = builtin.action(entry.action);
  if (own < 0 && shared >= 0) {
    if (entry.action == "adopt") {
      return refusal(simple_fault("unknown_action", "do", "adopt", "a manual is adopted by the call of that name"));
    }
    if (entry.action == "correct" || entry.action == "void") out = record_amendment(entry, std::move(told), fact);
    else if (entry.action == "opening") out = record_opening(entry, std::move(told), fact);
    else out = record_builtin(entry, std::move(told), builtin.actions[static_cast<std::size_t>(shared)], fact);
  } else {
    const model::Procedure* opens = nullptr;
    const Manual* manual = state_.manual_at(entry.at);
    if (own < 0 || procedure->actions[static_cast<std::size_t>(own)].opening) {
      std::optional<Fault> fault;
      opens = procedure_for(entry, manual->compiled(), fault);
      if (fault) return refusal(std::move(*fault), entry.case_id);
      if (!opens && (c || entry.case_id.empty())) {
        bool known = false;
        for (const model::Procedure& one : manual->compiled().procedures) known = known || one.action(entry.action) >= 0;
        if (known && !c) return refusal(simple_fault("missing_field", "field", "case", entry.action + " needs a case"));
        return refusal(unknown_action(entry, procedure, manual->compiled()), entry.case_id);
      }
      if (!opens) {
        bool known = false;
        for (const model::Procedure& one : manual->compiled().procedures) known = known || one.action(entry.action) >= 0;
        if (!known) return refusal(unknown_action(entry, nullptr, manual->compiled()), entry.case_id);
        return refusal(simple_fault("unknown_case", "case", entry.case_id, "there is no case " + entry.case_id), entry.case_id);
      }
      if (c) {
        return refusal(simple_fault("case_exists", "case", entry.case_id, "case " + entry.case_id + " is open already"), entry.case_id);
      }
    }
    out = record_case(std::move(entry), std::move(told), opens ? *opens : *procedure, opens != nullptr, before ? &*before : nullptr, fact);
  }
  if (out.status != Status::refused) {
    notices.insert(notices.end(), std::make_move_iterator(out.notices.begin()), std::make_move_iterator(out.notices.end()));
    out.notices = std::move(notices);
    if (const Case* now = out.case_id.empty() ? nullptr : state_.cases.find(out.case_id)) out.stage = now->stage_now().name;
  }
  return out;
}

const model::Procedure* Engine::procedure_then(const CaseHistory& history, Instant at, std::int64_t seq) const {
  const model::Manual* manual = nullptr;
  const model::Procedure* procedure = nullptr;
  if (!history.opened.empty()) {
    manual = &state_.manual_at(history.opened.front().at)->compiled();
    procedure = manual->procedure(history.opened.front().procedure);
  }
  for (const Told& told : history.told) {
    if (procedure && (told.at > at || (told.at == at && told.seq >= seq))) break;
    if (!procedure) {
      manual = &state_.manual_at(told.at)->compiled();
      Entry like;
      like.action = told.action;
      like.fields = told.with;
      std::optional<Fault> fault;
      procedure = procedure_for(like, *manual, fault);
      if (!procedure) break;
    } else if (const int action = procedure->action(told.action); action >= 0) {
      const int becomes = procedure->actions[static_cast<std::size_t>(action)].becomes;
      if (becomes >= 0) procedure = &manual->procedures[static_cast<std::size_t>(becomes)];
    }
  }
  return procedure;
}

void Engine::take_copies(Told& told, const Case& c, const model::Procedure& procedure, const model::Action& action) const {
  for (const model::Copies& one : action.copies) {
    const std::string& name = procedure.fields[static_cast<std::size_t>(one.into)].name;
    if (find_field(told.with, name)) continue;
    const Case* other = state_.cases.find(opened_by(c.id, procedure.actions[static_cast<std::size_t>(one.opened_by)].name));
    const int field = other ? other->procedure->field(one.field) : -1;
    if (field >= 0 && !std::holds_alternative<std::monostate>(other->value(field))) set_field(told.with, name, other->value(field));
  }
}

void Engine::take_counts(Told& told, const Case* c, const model::Manual& manual, const model::Procedure& procedure, const model::Action& action) const {
  for (const model::Counts& one : action.counts) {
    const std::string& name = procedure.fields[static_cast<std::size_t>(one.into)].name;
    if (find_field(told.with, name)) continue;
    const std::vector<std::string> others = others_of(manual, procedure, c, event_of(told, procedure), one.others, *this);
    std::int64_t counted = 0;
    for (const std::string& id : others) {
      std::int64_t amount = 1;
      if (!one.sum.empty()) {
        const Case& other = *state_.cases.find(id);
        const int field = other.procedure->field(one.sum);
        const auto* number = field < 0 ? nullptr : std::get_if<std::int64_t>(&other.value(field));
        amount = number ? *number : 0;
      }
      if (__builtin_add_overflow(counted, amount, &counted)) counted = amount < 0 ? INT64_MIN : INT64_MAX;
    }
    set_field(told.with, name, counted);
  }
}

Outcome Engine::record_case(Entry entry, Told told, const model::Procedure& procedure, bool opens, const CaseHistory* before,
                            const Told* fact) {
  const Case* c = opens ? nullptr : state_.cases.find(entry.case_id);
  std::int64_t manual_seq = 0;
  const model::Manual& manual = opens ? state_.manual_at(entry.at, &manual_seq)->compiled() : *c->manual;
  const model::Action& action = procedure.actions[static_cast<std::size_t>(procedure.action(entry.action))];
  const model::Chapter* chapter = manual.chapter(procedure.chapter);
  if (opens && !manual.in_use(procedure.chapter, entry.at)) return not_in_use(procedure);
  if (c && entry.seen && c->last_seq > *entry.seen) {
    Fault fault;
    fault.reason = "stale";
    json::Object(fault.facts).number("last", c->last_seq).number("seen", *entry.seen).end();
    fault.message = "the case has moved on since line " + std::to_string(*entry.seen);
    return refusal(std::move(fault), entry.case_id);
  }
  if (fact) leave_out_counted(procedure, action, entry.fields);
  cases::Converted converted = convert_told(procedure, &action, std::move(entry.fields), fact);
  Outcome out;
  if (converted.fault) {
    if (!fact) return refusal(std::move(*converted.fault), entry.case_id);
    note_refusal(out, std::move(*converted.fault));
  }
  if (auto fault = unfit_item(procedure, action, converted, state_.manual_at(entry.at)->compiled())) {
    if (!fact) return refusal(std::move(*fault), entry.case_id);
    note_refusal(out, std::move(*fault));
  }
  take_converted(told, procedure, converted);
  if (c && !fact) take_copies(told, *c, procedure, action);
  take_counts(told, c, manual, procedure, action);
  if (opens && told.case_id.empty()) {
    told.case_id = procedure.name + "-" + std::to_string(state_.told + 1);
    while (state_.cases.find(told.case_id)) told.case_id += "'";
  }
  const bool refuses = action.on_breach == model::OnBreach::refuse && !(chapter && chapter->observe);
  const bool was_ended = c && !c->live();
  std::vector<Fault> faults;
  std::optional<Booking> booking;
  if (action.books != model::Books::none) {
    booking = booking_of(procedure, c, event_of(told, procedure), told.case_id);
    if (auto fault = unfit(*booking)) {
      if (!fact) return refusal(std::move(*fault), entry.case_id);
      note_refusal(out, std::move(*fault));
      booking.reset();
    }
  }
  const auto judge_money = [&] {
    if (!booking) return;
    for (Fault& fault : judge_books(*booking)) faults.push_back(std::move(fault));
  };
  out.status = Status::accepted;
  std::optional<Fault> unfrozen;
  const std::optional<Frozen> frozen = to_freeze(told, c, manual, procedure, action, unfrozen);
  std::optional<std::size_t> stages;  // the case came to those from here on
  const bool late = c && before;
  if (late) {
    // A late line: the whole case is folded again with it, and must stay legal.
    CaseHistory after = *before;
    told.seq = INT64_MAX;
    after.told.insert(std::upper_bound(after.told.begin(), after.told.end(), told, [](const Told& a, const Told& b) { return a.at < b.at; }), told);
    Folded folded = fold(told.case_id, after, told.seq, told.now, before);
    if (folded.conflict) {
      if (!fact) return refusal(std::move(*folded.conflict), told.case_id);
      note_refusal(out, std::move(*folded.conflict));
      folded = fold(told.case_id, after, kEveryLine, told.now);
      if (folded.conflict) return refusal(std::move(*folded.conflict), told.case_id);
      for (const Folded::Broken& broken : folded.breaches) {
        if (broken.told == told.seq) folded.candidate.push_back(broken.fault);
      }
    }
    faults = folded.candidate;
    judge_money();
    if (refuses && !faults.empty()) {
      if (!fact) return refusal(std::move(faults.front()), told.case_id);
      note_refusal(out, faults.front());
    }
    if (unfrozen) {
      if (!fact) return refusal(std::move(*unfrozen), told.case_id);
      note_refusal(out, *unfrozen);
    }
    append(told, converted.personal, told.case_id);
    put_fold(told.case_id, folded);
    std::vector<Folded::Broken> others;
    for (Folded::Broken& broken : folded.breaches) {
      if (broken.told != INT64_MAX) others.push_back(std::move(broken));
    }
    folded.breaches = std::move(others);
    settle_fold(told.case_id, *before, folded, told.seq, out);
  } else {
    // Unless something was taken over, the values are those of the entry.
    const bool as_entered = told.with.size() == converted.values.size();
    Event event = as_entered ? event_with(told, procedure, std::move(converted.values)) : event_of(told, procedure);
    faults = judge(manual, procedure, c, event, *this);
    judge_money();
    if (refuses && !faults.empty()) {
      if (!fact) return refusal(std::move(faults.front()), told.case_id);
      note_refusal(out, faults.front());
    }
    if (unfrozen) {
      if (!fact) return refusal(std::move(*unfrozen), told.case_id);
      note_refusal(out, *unfrozen);
    }
    stages = c ? c->history.size() : 0;
    append(told, converted.personal, told.case_id);
    event.seq = told.seq;
    if (c) act_on_case(told, event);
    else open_case(told, event, procedure, manual_seq, manual);
  }
  out.seq = told.seq;
  out.case_id = told.case_id;
  if (!faults.empty()) find_breaches(told, std::move(faults), out);
  if (booking) book(std::move(*booking), told.seq, out);
  if (const Case* now = state_.cases.find(told.case_id)) {
    if (stages) find_reached(told.case_id, *stages, told.seq, told.now, out.notices);
    find_tallies(*now, told, out);
    if (!late) find_news(told, action, out);  // told late, it was settled with the fold
    open_consequences(told, action.opens, action.name, out);
  }
  settle_draws(told.case_id, was_ended, told.seq, told.at, out.notices);
  if (frozen && !unfrozen) freeze(told, action, *frozen);
  return out;
}

Outcome Engine::record_opening(const Entry& entry, Told told, const Told* fact) {
  std::int64_t manual_seq = 0;
  const Manual* manual = state_.manual_at(entry.at, &manual_seq);
  std::optional<Fault> fault;
  const model::Procedure* procedure = procedure_for(entry, manual->compiled(), fault);
  if (fault) return refusal(std::move(*fault), entry.case_id);
  if (!procedure) return refusal(simple_fault("missing_field", "field", "class", "the manual has no procedure to open"), entry.case_id);
  if (!manual->compiled().in_use(procedure->chapter, entry.at)) return not_in_use(*procedure);
  if (!entry.case_id.empty() && state_.cases.find(entry.case_id)) {
    return refusal(simple_fault("case_exists", "case", entry.case_id, "case " + entry.case_id + " is open already"), entry.case_id);
  }
  Fields rest;
  Fields own;
  for (const auto& [name, value] : entry.fields) (name == "stage" || name == "opened" ? own : rest).emplace_back(name, value);
  const model::Procedure& builtin = registers::builtin();
  cases::Converted about = convert(builtin, nullptr, own);
  if (about.fault) return refusal(std::move(*about.fault), entry.case_id);
  for (const char* need : {"stage", "opened"}) {
    if (!find_field(own, need)) return refusal(simple_fault("missing_field", "field", need, std::string("opening needs ") + need), entry.case_id);
  }
  const std::string& stage = std::get<std::string>(*find_field(own, "stage"));
  if (procedure->stage(stage) < 0) {
    std::vector<std::string_view> names;
    for (const model::Stage& one : procedure->stages) names.push_back(one.name);
    Fault bad = simple_fault("bad_value", "field", "stage", "procedure " + procedure->name + " has no stage " + stage);
    if (const std::string near = cases::nearest(stage, names); !near.empty()) bad.message += "; the nearest is " + near;
    return refusal(std::move(bad), entry.case_id);
  }
  cases::Converted converted = convert_told(*procedure, nullptr, rest, fact);
  Outcome out;
  if (converted.fault) {
    if (!fact) return refusal(std::move(*converted.fault), entry.case_id);
    note_refusal(out, std::move(*converted.fault));
  }
  take_converted(told, *procedure, converted);
  for (auto& [name, value] : to_fields(builtin, about.values)) set_field(told.with, name, value);
  if (std::get<std::int64_t>(*find_field(told.with, "opened")) > entry.at.us) {
    return refusal(simple_fault("bad_value", "field", "opened", "the case was opened after it entered its stage"), entry.case_id);
  }
  if (told.case_id.empty()) told.case_id = procedure->name + "-" + std::to_string(state_.told + 1);
  append(told, converted.personal, told.case_id);
  open_case(told, event_of(told, *procedure), *procedure, manual_seq, manual->compiled());
  out.status = Status::accepted;
  out.seq = told.seq;
  out.case_id = told.case_id;
  return out;
}

Outcome Engine::record_amendment(const Entry& entry, Told told, const Told* fact) {
  const model::Procedure& builtin = registers::builtin();
  const auto not_correctable = [&](std::string why) {
    Fault fault;
    fault.reason = "not_correctable";
    fault.message = std::move(why);
    if (const Value* given = find_field(entry.fields, "line"); given && std::holds_alternative<std::int64_t>(*given)) {
      json::Object(fault.facts).number("line", std::get<std::int64_t>(*given)).end();
    }
    return refusal(std::move(fault), entry.case_id);
  };
  Fields own;
  Fields rest;
  for (const auto& [name, value] : entry.fields) {
    (name == "line" || name == "happened" || name == "reason" ? own : rest).emplace_back(name, value);
  }
  cases::Converted about = convert(builtin, nullptr, own);
  if (about.fault) return refusal(std::move(*about.fault), entry.case_id);
  const Value* given = find_field(own, "line");
  if (!given) return refusal(simple_fault("missing_field", "field", "line", entry.action + " needs the line that it is about"), entry.case_id);
  if (entry.action == "void" && !find_field(own, "reason")) {
    return refusal(simple_fault("missing_field", "field", "reason", "void needs a reason"), entry.case_id);
  }
  const auto target = line(std::get<std::int64_t>(*given));
  if (!target || !target->told) return not_correctable("there is no told line of that number");
  if (target->case_id.empty()) return not_correctable("the line concerns no case; tell the register anew instead");
  const Told first = decode_told(*target);
  if (first.action == "correct" || first.action == "void") return not_correctable("the line is itself an amendment; amend the line behind it");
  const Case* c = state_.cases.find(target->case_id);
  if (!c) return not_correctable("the case of that line was voided");
  if (!entry.case_id.empty() && entry.case_id != target->case_id) return not_correctable("the line is about case " + target->case_id);
  told.case_id = target->case_id;
  if (entry.seen && c->last_seq > *entry.seen) {
    return refusal(simple_fault("stale", "case", told.case_id, "the case has moved on since line " + std::to_string(*entry.seen)), told.case_id);
  }
  if (is_frozen(*c, first.seq)) return not_correctable("a sheet was frozen by then; what has changed goes on the next one");
  const CaseHistory before = case_history(case_lines(told.case_id));
  const model::Procedure* then = procedure_then(before, first.at, first.seq);
  const model::Procedure& procedure = then ? *then : *c->procedure;
  const int action = procedure.action(first.action);
  cases::Converted converted = convert_told(procedure, action < 0 ? nullptr : &procedure.actions[static_cast<std::size_t>(action)], rest, fact);
  Outcome out;
  if (converted.fault) {
    if (!fact) return refusal(std::move(*converted.fault), told.case_id);
    note_refusal(out, std::move(*converted.fault));
  }
  if (entry.action == "void" && !rest.empty()) {
    return refusal(simple_fault("unknown_field", "field", rest.front().first, "void takes a line and a reason"), told.case_id);
  }
  take_converted(told, procedure, converted);
  for (auto& [name, value] : to_fields(builtin, about.values)) set_field(told.with, name, value);
  if (const Value* happened = find_field(told.with, "happened"); happened && std::get<std::int64_t>(*happened) > told.now.us) {
    return refusal(simple_fault("future", "field", "happened", "what happened lies after the time at which it is told"), told.case_id);
  }

  if (then && action >= 0) {
    const model::Action& did = then->actions[static_cast<std::size_t>(action)];
    const bool may_book = did.books != model::Books::none || !did.opens.empty();
    const bool touches = entry.action == "void" || std::any_of(told.with.begin(), told.with.end(), [&](const auto& item) {
      return item.first != "line" && decides_field(*then, did, item.first);
    });
    if (may_book && touches && has_booked(told.case_id, first.seq)) {
      const bool reading = did.books == model::Books::reading;
      Fault fault = simple_fault("booked", "how", reading ? "read_again" : "reverse",
                                 "line " + std::to_string(first.seq) + (reading ? " is a meter's reading: read it again, and that of the day is replaced"
                                                                                 : " has booked money, which is taken back by reversing it"));
      if (!fact) return refusal(std::move(fault), told.case_id);
      note_refusal(out, std::move(fault));
    }
  }
  CaseHistory after = before;
  const auto found = std::find_if(after.told.begin(), after.told.end(), [&](const Told& one) { return one.seq == first.seq; });
  if (found == after.told.end()) return not_correctable("the line was voided already");
  if (entry.action == "void") after.told.erase(found);
  else correct(*found, told);
  std::stable_sort(after.told.begin(), after.told.end(),
                   [](const Told& a, const Told& b) { return a.at != b.at ? a.at < b.at : a.seq < b.seq; });
  Folded folded = fold(told.case_id, after, first.seq, told.now, &before);
  if (folded.conflict) {
    if (!fact) return refusal(std::move(*folded.conflict), told.case_id);
    note_refusal(out, std::move(*folded.conflict));
    folded = fold(told.case_id, after, kEveryLine, told.now);
    if (folded.conflict) return refusal(std::move(*folded.conflict), told.case_id);
  }
  const Case* own_case = folded.c ? &*folded.c : nullptr;
  if (!own_case) {
    // Those that are joined to it would belong to nothing.
    if (const std::vector<std::string> joined = joined_to(told.case_id); !joined.empty()) {
      Fault fault;
      fault.reason = "conflicts";
      json::Object(fault.facts).text("case", joined.front()).text("why", "cases are joined to the one that would go").end();
      fault.message = "case " + joined.front() + " is joined to the one that would go; detach it first";
      return refusal(std::move(fault), told.case_id);
    }
  }
  if (own_case && entry.action == "correct" && action >= 0) {
    const model::Action& corrected = procedure.actions[static_cast<std::size_t>(action)];
    const model::Chapter* chapter = c->manual->chapter(procedure.chapter);
    if (corrected.on_breach == model::OnBreach::refuse && !(chapter && chapter->observe) && !folded.candidate.empty()) {
      if (!fact) return refusal(std::move(folded.candidate.front()), told.case_id);
      note_refusal(out, folded.candidate.front());
    }
  }
  const bool was_ended = !c->live();
  append(told, converted.personal, told.case_id);
  put_fold(told.case_id, folded);
  out.status = Status::accepted;
  out.seq = told.seq;
  out.case_id = told.case_id;
  settle_fold(told.case_id, before, folded, told.seq, out);
  settle_draws(told.case_id, was_ended, told.seq, told.now, out.notices);
  find_breaches(told, judge_amendment(state_.manual_at(told.now)->compiled(), told.by, told.at, first.at, told.now, *this), out);
  return out;
}

Outcome Engine::record_builtin(const Entry& entry, Told told, const model::Action& action, const Told* fact) {
  const model::Procedure& builtin = registers::builtin();
  cases::Converted converted = convert_told(builtin, &action, entry.fields, fact);
  if (converted.fault) return refusal(std::move(*converted.fault), entry.case_id);
  for (const int need : action.needs) {
    const bool there = std::any_of(converted.values.begin(), converted.values.end(), [&](const auto& item) { return item.first == need; });
    if (!there) {
      const std::string& name = builtin.fields[static_cast<std::size_t>(need)].name;
      return refusal(simple_fault("missing_field", "field", name, entry.action + " needs " + name), entry.case_id);
    }
  }
  if (!entry.case_id.empty()) {
    return refusal(simple_fault("unknown_field", "field", "case", entry.action + " concerns no case"), entry.case_id);
  }
  take_converted(told, builtin, converted);
  const auto text = [&](std::string_view name) {
    const Value* value = find_field(told.with, name);
    return value ? std::get<std::string>(*value) : std::string();
  };
  if (entry.action == "erase" && !find_field(told.with, "line") && text("subject").empty()) {
    return refusal(simple_fault("missing_field", "field", "subject", "erase needs a line or a subject"));
  }
  if (entry.action == "delivered" && !state_.notices.find(text("notice"))) {
    return refusal(simple_fault("bad_value", "field", "notice", "there is no notice " + text("notice")));
  }
  const model::Manual& manual = state_.manual_at(told.at)->compiled();
  if (const std::string post = text("post"); !post.empty() && manual.post(post) < 0) {
    std::vector<std::string_view> names;
    for (const model::Post& one : manual.posts) names.push_back(one.name);
    Fault fault;
    fault.reason = "bad_value";
    fault.message = "the manual has no post " + post;
    json::Object object(fault.facts);
    object.text("field", "post");
    if (const std::string near = cases::nearest(post, names); !near.empty()) object.text("nearest", near);
    object.end();
    return refusal(std::move(fault));
  }
  if (entry.action == "set_meter") {
    if (auto fault = unfit_meter(told.with, manual)) return refusal(std::move(*fault));
  }
  const bool of_staff = entry.action == "set_post" || entry.action == "end_post" || entry.action == "leave" || entry.action == "set_deputy";
  for (const char* name : {"staff", "of"}) {
    if (!of_staff || text(name).empty() || state_.registers.staff.find(text(name))) continue;
    return refusal(simple_fault("bad_value", "field", name, text(name) + " is not on the staff register"));
  }
  std::string subject = text("party");
  if (subject.empty()) subject = text("staff");
  append(told, converted.personal, subject);
  apply(told);
  Outcome out;
  out.status = Status::accepted;
  out.seq = told.seq;
  return out;
}

Outcome Engine::retell(Told& told) {
  Entry entry;
  entry.at = told.at;
  entry.now = told.now;
  entry.by = told.by;
  entry.action = told.action;
  entry.case_id = told.case_id;
  entry.source = std::move(told.source);
  entry.key = std::move(told.key);
  entry.fields = std::move(told.with);
  std::erase_if(entry.fields, [&](const auto& field) { return std::binary_search(told.personal.begin(), told.personal.end(), field.first); });
  return record(std::move(entry), state_.manuals.begin()->second, &told);
}

}  // namespace wuye
