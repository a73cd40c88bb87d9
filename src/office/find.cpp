// Findings: what falls due and who is told, cases that are opened in consequence, tallies.
#include "office/engine.hpp"

#include <algorithm>
#include <set>

#include "journal/json.hpp"
#include "manual/limits.hpp"
#include "office/fold.hpp"
#include "tables/describe.hpp"
#include "tables/specs.hpp"

namespace wuye {
namespace {

using cases::Case;
using cases::Firing;

}  // namespace

std::string Engine::tell(const Case& c, const std::vector<model::Recipient>& recipients, Instant at, std::vector<std::string>& vacant) const {
  registers::Subject subject;
  subject.holder = c.holder.text();
  subject.opened_by = c.opened_by.text();
  if (const auto* reporter = std::get_if<std::string>(&c.value(1))) subject.reporter = *reporter;
  if (const rows::Unit* unit = state_.registers.units.find(c.place())) subject.zone = unit->zone;
  for (const int field : c.procedure->keeps_out) {
    const Value& value = c.value(field);
    if (const auto* who = std::get_if<std::string>(&value)) subject.kept_out.push_back(*who);
    else if (const auto* several = std::get_if<std::vector<std::string>>(&value)) subject.kept_out = *several;
  }
  std::string out = "[";
  for (const model::Recipient& recipient : recipients) {
    registers::Reached reached;
    if (recipient.kind == model::Recipient::Kind::attached) {
      reached = {recipient.text, reporters_of(joined_to(c.id)), {}};
      if (reached.people.empty()) continue;
    } else if (recipient.kind == model::Recipient::Kind::parent_holder) {
      const Case* parent = c.parent.empty() ? nullptr : state_.cases.find(c.parent);
      if (!parent) continue;
      registers::Subject of_parent = subject;
      of_parent.holder = parent->holder.text();
      of_parent.opened_by = parent->opened_by.text();
      model::Recipient holder = recipient;
      holder.kind = model::Recipient::Kind::holder;
      reached = state_.registers.resolve(*c.manual, holder, of_parent, at);
    } else {
      if (recipient.kind == model::Recipient::Kind::on_duty && subject.on_duty.empty()) {
        for (const std::string& shift : state_.on_duty) subject.on_duty.push_back(state_.cases.find(shift)->holder);
      }
      reached = state_.registers.resolve(*c.manual, recipient, subject, at);
      // A case that wuye opened, and that nobody has taken on, has no holder to be told.
      if (reached.people.size() == 1 && reached.people.front() == "system:manual") continue;
    }
    out += out.size() > 1 ? R"(,{"people":[)" : R"({"people":[)";
    for (const std::string& who : reached.people) {
      if (&who != &reached.people.front()) out += ',';
      json::append_string(out, who);
    }
    json::append_string(out += R"(],"post":)", reached.post);
    out += '}';
    for (std::string& post : reached.vacant) {
      if (std::find(vacant.begin(), vacant.end(), post) == vacant.end()) vacant.push_back(std::move(post));
    }
  }
  out += ']';
  return out;
}

std::vector<std::string> Engine::reporters_of(const std::vector<std::string>& cases) const {
  std::vector<std::string> out;
  for (const std::string& id : cases) {
    const Case* c = state_.cases.find(id);
    const auto* reporter = c ? std::get_if<std::string>(&c->value(1)) : nullptr;
    if (reporter) out.push_back(*reporter);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::optional<Found> Engine::reached_found(const Case& c, std::size_t span, std::vector<std::string>& vacant) const {
  const cases::StageSpan& came = c.history[span];
  const model::Stage& stage = c.procedure->stages[static_cast<std::size_t>(came.stage)];
  if (stage.tell.empty()) return std::nullopt;
  const auto times = std::count_if(c.history.begin(), c.history.begin() + static_cast<std::ptrdiff_t>(span) + 1,
                                   [&](const cases::StageSpan& one) { return one.stage == came.stage; });
  Found found;
  found.at = came.from;
  found.case_id = c.id;
  found.what = "reached";
  found.id = c.id + ':' + stage.name + ':' + std::to_string(times);
  found.reason = stage.name;
  found.clause = stage.clause;
  found.tell = tell(c, stage.tell, came.from, vacant);
  return found;
}

void Engine::find_reached(std::string_view case_id, std::size_t span, std::int64_t cause, Instant now, std::vector<Notice>& out) {
  for (; const Case* c = state_.cases.find(case_id); ++span) {
    if (span >= c->history.size()) return;
    if (span + 1 == c->history.size() && !master_of(*c).empty()) tell_joined_late(*c, c->history[span].from, cause, now, out);
    std::vector<std::string> vacant;
    auto found = reached_found(*c, span, vacant);
    if (!found || found->tell == "[]") continue;
    found->now = now;
    found->cause = cause;
    append(*found);
    apply(*found);
    hand_out(found->id, out);
    find_vacancies(*c, found->id, vacant, *found, out);
  }
}

void Engine::tell_joined_late(const Case& c, Instant since, std::int64_t cause, Instant now, std::vector<Notice>& out) {
  const Case* master = &c;
  for (std::set<std::string> seen{c.id};;) {
    const std::string id(master_of(*master));
    const Case* next = id.empty() || !seen.insert(id).second ? nullptr : state_.cases.find(id);
    if (!next) break;
    master = next;
  }
  if (master == &c || master->live() || master->history.back().from < since) return;
  const std::vector<model::Recipient>& tells = master->stage_now().tell;
  const bool them = std::any_of(tells.begin(), tells.end(), [](const model::Recipient& one) { return one.kind == model::Recipient::Kind::attached; });
  std::vector<std::string> vacant;
  auto found = reached_found(*master, master->history.size() - 1, vacant);
  if (!them || !found) return;
  std::vector<std::string> late = joined_to(c.id);
  late.push_back(c.id);
  std::string people = "[";
  for (const std::string& who : reporters_of(late)) {
    if (people.size() > 1) people += ',';
    json::append_string(people, who);
  }
  if (people.size() == 1) return;
  found->tell = "[";
  json::Object(found->tell).raw("people", people + ']').text("post", "attached").end();
  found->tell += ']';
  found->id += ":joined:" + c.id;
  found->now = now;
  found->cause = cause;
  append(*found);
  apply(*found);
  hand_out(found->id, out);
}

Found level_found(const Case& c, const Firing& firing) {
  const cases::Clock& clock = c.clocks[firing.clock];
  const model::Deadline& deadline = c.procedure->deadlines[static_cast<std::size_t>(clock.deadline)];
  const model::Level& level = deadline.ladder[firing.level];
  Found found;
  found.at = firing.at;
  found.case_id = c.id;
  const bool before = level.kind == model::Level::Kind::before || (level.kind == model::Level::Kind::percent && level.percent < 100);
  found.what = before ? "warning" : "overdue";
  found.deadline = deadline.name;
  found.generation = clock.generation;
  found.level = level.text;
  found.id = cases::notice_id(c, clock, level);
  const model::Limit* limit = cases::limit_of(c, clock);
  found.clause = !level.clause.empty() ? level.clause : limit && !limit->clause.empty() ? limit->clause : deadline.clause;
  return found;
}

const model::Level& level_of(const Case& c, const Firing& firing) {
  return c.procedure->deadlines[static_cast<std::size_t>(c.clocks[firing.clock].deadline)].ladder[firing.level];
}

void Engine::find_vacancies(const Case& c, const std::string& id, const std::vector<std::string>& vacant, const Found& behind,
                            std::vector<Notice>& out) {
  for (const std::string& post : vacant) {
    Found found;
    found.at = behind.at;
    found.now = behind.now;
    found.case_id = c.id;
    found.what = "vacant";
    found.id = id + ":vacant:" + post;
    found.cause = behind.cause;
    found.reason = post;
    found.tell = behind.tell;
    append(found);
    apply(found);
    hand_out(found.id, out);
  }
}

void Engine::find_level(std::string_view case_id, const Firing& firing, std::int64_t cause, std::vector<Notice>& out) {
  const Case& c = *state_.cases.find(case_id);
  Found found = level_found(c, firing);
  found.now = std::max(state_.clock, firing.at);
  found.cause = cause;
  const model::Level& level = level_of(c, firing);
  const std::size_t stages = c.history.size();
  std::vector<std::string> vacant;
  found.tell = tell(c, level.tell, firing.at, vacant);
  append(found);
  apply(found);
  hand_out(found.id, out);
  find_vacancies(c, found.id, vacant, found, out);
  find_reached(case_id, stages, cause, found.now, out);
  if (!level.open_procedure.empty()) {
    open_for(std::string(case_id), level, found, cause, out);
  }
  if (level.perform) settle_draws(std::string(case_id), false, cause, firing.at, out);
}

std::string news_id(const Found& news, const std::vector<std::string>& taken) {
  const std::string first = news.case_id + ':' + news.reason + ':' + std::to_string(news.cause);
  std::string id = first;
  for (int n = 2; std::find(taken.begin(), taken.end(), id) != taken.end(); ++n) id = first + ':' + std::to_string(n);
  return id;
}

std::vector<std::pair<Found, std::vector<std::string>>> Engine::news_of(const Case& c, const Told& told, const model::Action& action) const {
  std::vector<std::pair<Found, std::vector<std::string>>> out;
  if (action.tells.empty()) return out;
  cases::Event event;
  event.at = told.at;
  event.by = told.by;
  event.action = &action;
  for (const std::size_t index : tells_now(*c.manual, c, event, *this)) {
    const model::Tells& tells = action.tells[index];
    Found found;
    found.at = told.at;
    found.what = "news";
    found.case_id = c.id;
    found.cause = told.seq;
    found.reason = action.name;
    found.clause = tells.clause.empty() ? action.clause : tells.clause;
    std::vector<std::string> vacant;
    found.tell = tell(c, tells.tell, told.at, vacant);
    out.emplace_back(std::move(found), std::move(vacant));
  }
  return out;
}

void Engine::find_news(const Told& told, const model::Action& action, Outcome& outcome) {
  if (action.tells.empty()) return;
  std::vector<std::string> ids;
  for (auto& [found, vacant] : news_of(*state_.cases.find(told.case_id), told, action)) {
    found.now = told.now;
    found.id = news_id(found, ids);
    ids.push_back(found.id);
    append(found);
    apply(found);
    hand_out(found.id, outcome.notices);
    find_vacancies(*state_.cases.find(told.case_id), found.id, vacant, found, outcome.notices);
  }
}

void Engine::find_until(Instant limit, bool inclusive, std::vector<Notice>& out) {
  while (!state_.timers.empty()) {
    const Timer first = *state_.timers.begin();
    if (first.at > limit || (first.at == limit && !inclusive)) return;
    const std::string id = *first.id;
    if (first.of != Timer::Of::case_) {
      if (first.of == Timer::Of::quota) settle_month(id, out);
      else if (first.of == Timer::Of::account) find_arrears(id, out);
      else find_duty(id, out);
      continue;
    }
    const auto firing = next_firing(*state_.cases.find(id));
    if (!firing) throw Error(Code::internal, "the timer of case " + id + " has nothing behind it");
    find_level(id, *firing, 0, out);
  }
}

std::string child_id(std::string_view parent, std::string_view rule, int ordinal) {
  return std::string(parent) + "/" + std::string(rule) + "." + std::to_string(ordinal);
}

void Engine::open_for(const std::string& parent, const model::Level& level, const Found& found, std::int64_t cause, std::vector<Notice>& out) {
  const model::Manual& manual = state_.manual_at(found.at)->compiled();
  const model::Procedure* procedure = manual.procedure(level.open_procedure);
  if (!procedure || !manual.in_use(procedure->chapter, found.at)) return;
  open_child(next_child_id(parent, found.deadline + "." + level.text), parent, *procedure, level.open_with, cause, found.at, out);
}

std::string Engine::next_child_id(std::string_view parent, std::string_view rule) const {
  for (int ordinal = 1;; ++ordinal) {
    std::string id = child_id(parent, rule, ordinal);
    if (!state_.cases.find(id)) return id;
  }
}

void Engine::open_child(std::string id, const std::string& parent, const model::Procedure& procedure, Fields with, std::int64_t cause, Instant at,
                        std::vector<Notice>& out) {
  Found found;
  found.at = at;
  found.now = std::max(state_.clock, at);
  found.what = "opened";
  found.case_id = std::move(id);
  found.cause = cause;
  found.parent = parent;
  found.procedure = procedure.name;
  found.with = std::move(with);
  append(found);
  apply(found);
  find_reached(found.case_id, 0, cause, found.now, out);
}

void Engine::open_consequences(const Told& told, const std::vector<model::Opens>& opens, const std::string& rule, Outcome& outcome) {
  const model::Manual& manual = state_.manual_at(told.at)->compiled();
  for (const model::Opens& child : opens) {
    const model::Procedure* target = manual.procedure(child.procedure);
    if (!target || !manual.in_use(target->chapter, told.at)) continue;
    const Case& parent = *state_.cases.find(told.case_id);
    if (!cases::condition_holds(*parent.manual, parent, child.when, told.at, told.by, *this)) continue;
    Fields with = child.with;
    for (const std::string& name : child.copy) {
      const int from = parent.procedure->field(name);
      if (from < 0 || target->field(name) < 0 || parent.procedure->fields[static_cast<std::size_t>(from)].personal) continue;
      if (!std::holds_alternative<std::monostate>(parent.value(from))) set_field(with, name, parent.value(from));
    }
    const auto open_one = [&](Fields known) {
      const std::string id = next_child_id(told.case_id, rule);
      open_child(id, told.case_id, *target, std::move(known), told.seq, told.at, outcome.notices);
      book_opened(id, told, outcome);
    };
    if (child.each < 0) {
      open_one(std::move(with));
      continue;
    }
    const Value listed = parent.value(child.each);
    const auto* items = std::get_if<std::vector<std::string>>(&listed);
    for (const std::string& item : items ? *items : std::vector<std::string>()) {
      Value fits = item;
      if (cases::convert_value(target->fields[static_cast<std::size_t>(target->field(child.as))], fits)) continue;
      Fields own = with;
      set_field(own, child.as, std::move(fits));
      open_one(std::move(own));
    }
  }
}


namespace {

std::optional<std::string> tally_key(const Case& c, const model::Tally& tally) {
  std::string key;
  for (const int field : tally.key) {
    const Value& value = c.value(field);
    if (std::holds_alternative<std::monostate>(value)) return std::nullopt;
    if (!key.empty()) key += ',';
    json::append_value(key, value);
  }
  return key;
}

using Counted = decltype(State::counted)::iterator;

bool counts_for(const State& state, Counted at, const rows::TallyCount& row) {
  return at != state.counted.end() && (*at)->key == row.key && (*at)->tally == row.tally;
}

Counted first_of(const State& state, const std::string& tally, const std::string& key) {
  rows::TallyCount probe;
  probe.tally = tally;
  probe.key = key;
  probe.at = kAlways;
  return state.counted.lower_bound(&probe);
}

Instant window_start(const model::Manual& manual, const model::Tally& tally, Instant until) {
  return span_end(manual, {tally.within.unit, -tally.within.amount, tally.within.calendar}, until);
}

/// The cases counted under the key of `row`. Of very many only the last up to `last`: a finding must not grow with them all.
std::string counted_json(const State& state, Counted last, const rows::TallyCount& row, std::int64_t at_least) {
  const std::int64_t most = std::max<std::int64_t>(at_least, 100);
  auto first = first_of(state, row.tally, row.key);
  auto end = first;
  std::int64_t listed = 0;
  for (; listed <= most && counts_for(state, end, row); ++listed) ++end;
  if (listed > most) {
    first = last;
    for (listed = 1; listed < most && first != state.counted.begin() && counts_for(state, std::prev(first), row); ++listed) --first;
    end = std::next(last);
  }
  std::string out = "[";
  for (; first != end; ++first) {
    if (out.size() > 1) out += ',';
    out += '[' + std::to_string((*first)->at.us) + ',';
    json::append_string(out, (*first)->case_id);
    out += ']';
  }
  return out + ']';
}

}  // namespace

void Engine::read_counts(const std::string& tally, const std::string& key) {
  if (!store_.keeps_rows()) return;
  const std::string group = tally + '\x1f' + key;
  if (state_.counts_read.find(group) != state_.counts_read.end()) return;
  store_.scan(static_cast<std::size_t>(TableId::tallies), "key", Cell{key}, [&](std::vector<Cell>&& cells) {
    rows::TallyCount row = tables::row_from<rows::TallyCount>(std::move(cells));
    if (row.tally == tally) state_.restore_count(std::move(row));
    return true;
  });
  state_.counts_read.insert(group);
}

std::vector<std::optional<Engine::TallyEntry>> Engine::tally_entries(const Case& c, Instant at,
                                                                     const std::vector<std::optional<TallyEntry>>& before) {
  std::vector<std::optional<TallyEntry>> out;
  for (std::size_t t = 0; t < c.procedure->tallies.size(); ++t) {
    auto key = tally_key(c, c.procedure->tallies[t]);
    if (!key) out.emplace_back();
    else if (t < before.size() && before[t] && before[t]->key == *key) out.push_back(before[t]);
    else out.push_back(TallyEntry{std::move(*key), at});
  }
  return out;
}

void Engine::count_tallies(const std::string& case_id, const model::Manual& manual, const model::Procedure& procedure,
                           const std::vector<std::optional<TallyEntry>>& before, const std::vector<std::optional<TallyEntry>>& after) {
  for (std::size_t t = 0; t < procedure.tallies.size(); ++t) {
    const model::Tally& tally = procedure.tallies[t];
    const TallyEntry* const old = t < before.size() && before[t] ? &*before[t] : nullptr;
    const TallyEntry* const now = t < after.size() && after[t] ? &*after[t] : nullptr;
    if (!old && !now) continue;
    if (old && now && old->key == now->key) continue;
    rows::TallyCount row;
    row.tally = procedure.name + "." + tally.name;
    row.case_id = case_id;
    if (old) {
      row.key = old->key;
      read_counts(row.tally, row.key);
      if (const rows::TallyCount* counted = state_.tallies.find(key_of(row))) state_.uncount(*counted);
    }
    if (now) {
      row.key = now->key;
      row.at = now->since;
      read_counts(row.tally, row.key);
      if (const rows::TallyCount* counted = state_.tallies.find(key_of(row))) state_.uncount(*counted);
      const Instant oldest = window_start(manual, tally, row.at);
      for (auto first = first_of(state_, row.tally, row.key); counts_for(state_, first, row) && (*first)->at < oldest;) {
        const rows::TallyCount& past = **first++;
        state_.uncount(past);
      }
      state_.count(std::move(row));
    }
  }
}

void Engine::find_tallies(const Case& c, const Told& told, Outcome& outcome) {
  for (const model::Tally& tally : c.procedure->tallies) {
    const auto key = tally_key(c, tally);
    if (!key) continue;
    rows::TallyCount probe;
    probe.tally = c.procedure->name + "." + tally.name;
    probe.key = *key;
    probe.case_id = c.id;
    read_counts(probe.tally, probe.key);
    const rows::TallyCount* const row = state_.tallies.find(key_of(probe));
    if (!row) continue;
    // This case was told just now: with those before it or, told late, with those after it too. `first` follows `last` at the
    // distance of the cases that it takes.
    const auto own = state_.counted.find(row);
    auto first = own;
    std::int64_t cases = 1;
    while (cases < tally.at_least && first != state_.counted.begin() && counts_for(state_, std::prev(first), probe)) {
      --first;
      ++cases;
    }
    auto last = own;
    bool enough = false;
    while (true) {
      if (cases >= tally.at_least) {
        const Instant oldest = window_start(*c.manual, tally, (*last)->at);
        if (row->at < oldest) break;
        enough = (*first)->at >= oldest;
        if (enough) break;
      }
      if (!counts_for(state_, ++last, probe)) break;
      if (cases < tally.at_least) ++cases;
      else ++first;
    }
    if (!enough) continue;
    const std::string id = probe.tally + ":" + c.id;
    if (state_.notices.find(id)) continue;
    Found found;
    found.at = told.at;
    found.now = told.now;
    found.what = "tally";
    found.case_id = c.id;
    found.cause = told.seq;
    found.id = id;
    found.reason = probe.tally;
    found.clause = tally.clause;
    json::Object(found.facts).raw("cases", counted_json(state_, last, probe, tally.at_least)).text("key", *key).number("limit", tally.at_least).end();
    std::vector<std::string> vacant;
    found.tell = tell(c, tally.tell, told.at, vacant);
    append(found);
    apply(found);
    hand_out(id, outcome.notices);
    find_vacancies(c, id, vacant, found, outcome.notices);
    open_consequences(told, tally.opens, tally.name, outcome);
  }
}

}  // namespace wuye
