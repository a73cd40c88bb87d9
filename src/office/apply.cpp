// Lines into state: appending them to the chain, and what each does to the tables. The same code serves a line just
// decided and one that is loaded.
#include "office/engine.hpp"

#include <algorithm>

#include "journal/json.hpp"
#include "journal/line.hpp"
#include "office/books.hpp"
#include "office/fold.hpp"
#include "tables/describe.hpp"
#include "tables/specs.hpp"

namespace wuye {
namespace {

using cases::Case;
using cases::Event;
using cases::Fault;

std::string pad(std::int64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(20 - digits.size(), '0') + digits;
}

/// "<told>:<reason>" and its row's key.
std::string breach_key(std::string_view id) {
  const std::size_t colon = id.find(':');
  return pad(std::stoll(std::string(id.substr(0, colon)))) + '\x1f' + std::string(id.substr(colon + 1));
}

Error senseless(std::int64_t seq, std::string_view why) {
  return Error(Code::corrupt, "line " + std::to_string(seq) + " makes no sense here: " + std::string(why));
}

/// The fields that the procedure declares, by index; from a list that may be changed they are taken.
template <class List>
std::vector<std::pair<int, Value>> by_index(List& fields, const model::Procedure& procedure) {
  std::vector<std::pair<int, Value>> out;
  out.reserve(fields.size());
  for (auto& [name, value] : fields) {
    if (const int field = procedure.field(name); field >= 0) out.emplace_back(field, std::move(value));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return out;
}

/// Whether the event can change under which keys its case counts.
bool may_count(const model::Procedure& procedure, const Event& event) {
  if (procedure.tallies.empty()) return false;
  if (!event.action->set.empty() || !event.action->add.empty()) return true;
  return std::any_of(procedure.tallies.begin(), procedure.tallies.end(), [&](const model::Tally& tally) {
    return std::any_of(event.values.begin(), event.values.end(),
                       [&](const auto& item) { return std::find(tally.key.begin(), tally.key.end(), item.first) != tally.key.end(); });
  });
}

/// A field that a line of its kind has; a line from outside may lack it.
template <class T>
const T& needed(const Told& told, std::string_view name) {
  const Value* value = find_field(told.with, name);
  const T* out = value ? std::get_if<T>(value) : nullptr;
  if (!out) throw senseless(told.seq, "it lacks " + std::string(name));
  return *out;
}

}  // namespace

Notice Engine::notice_of(const rows::Notice& row) const {
  Notice out;
  out.seq = row.seq;
  out.id = row.id;
  out.what = row.what;
  out.case_id = row.case_id;
  out.procedure = row.procedure;
  out.deadline = row.deadline;
  out.level = row.level;
  out.reason = row.reason;
  out.clause = row.clause;
  out.at = row.at;
  out.found = row.found;
  out.tell = row.tell;
  out.state = row.state;
  if (const auto manual = state_.manuals.find(row.manual); manual != state_.manuals.end()) out.manual = manual->second.shared();
  return out;
}

void Engine::hand_out(std::string_view id, std::vector<Notice>& out) const {
  if (!of_a_past_) out.push_back(notice_of(*state_.notices.find(id)));
}

OtherCase Engine::other_case(std::string_view id, Instant at) const {
  OtherCase out;
  const Case* c = state_.cases.find(id);
  const model::Stage* stage = c ? stage_at(*c, at) : nullptr;
  if (!stage) return out;
  out.there = true;
  out.live = !stage->ending;
  out.stage = stage->name;
  out.procedure = c->procedure->name;
  return out;
}

bool Engine::children_ended(std::string_view id, Instant at) const {
  for (const std::string& child : tied_to(id, state_.children, "parent")) {
    if (other_case(child, at).live) return false;
  }
  return true;
}

std::vector<std::string> Engine::tied_to(std::string_view id, const std::set<std::pair<std::string, std::string>>& which,
                                         const char* column) const {
  std::vector<std::string> out;
  const std::string wanted(id);
  for (auto it = which.lower_bound({wanted, {}}); it != which.end() && it->first == wanted; ++it) out.push_back(it->second);
  if (!store_.keeps_rows()) return out;
  store_.scan(static_cast<std::size_t>(TableId::cases), column, Cell{wanted}, [&](std::vector<Cell>&& cells) {
    const rows::Case row = tables::row_from<rows::Case>(std::move(cells));
    // What is in memory may have changed since it was stored.
    const Case* c = state_.cases.peek(row.id);
    if (!c || (&which == &state_.joined ? master_of(*c) : c->parent) == wanted) out.push_back(row.id);
    return true;
  });
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<std::string> Engine::others(const model::Others& asked, const std::vector<Value>& same, std::string_view self, Instant at) const {
  std::vector<std::string> out;
  const auto consider = [&](const std::string& id) {
    if (id == self) return;
    const OtherCase other = other_case(id, at);
    const bool so = asked.stages.empty() ? other.live : std::find(asked.stages.begin(), asked.stages.end(), other.stage) != asked.stages.end();
    if (so) out.push_back(id);
  };
  for (const std::string& procedure : asked.procedures) {
    const std::string key = alike_key(procedure, asked.fields, same);
    if (key.empty()) return {};
    state_.watch(procedure, asked.fields);
    // What had ended by then stands in its ending.
    auto it = asked.ended ? state_.alike.lower_bound({key, kAlways, {}}) : state_.alike.lower_bound({key, Instant{at.us + 1}, {}});
    for (; it != state_.alike.end() && std::get<0>(*it) == key; ++it) consider(std::get<2>(*it));
    if (!store_.keeps_rows() || (!asked.ended && at >= state_.clock)) continue;
    // Ended, and the store's alone. Its fields are a flat object, so what they must hold can be looked for as text first.
    constexpr std::string_view kColumns[] = {"case", "fields"};
    std::vector<std::string> held;
    for (std::size_t i = 0; i < same.size(); ++i) {
      json::append_string(held.emplace_back(), asked.fields[i]);
      json::append_value(held.back() += ':', same[i]);
    }
    std::vector<std::string> ended;
    Store::Selection what;
    what.table = static_cast<std::size_t>(TableId::cases);
    what.columns = kColumns;
    what.column = "procedure";
    what.equals = Cell{procedure};
    what.dated = "ended_at";
    what.within = Segment{asked.ended ? kAlways : Instant{at.us + 1}, kNever};
    store_.select(what, [&](std::span<const Store::View> row) {
      const std::string_view fields = std::get<std::string_view>(row[1]);
      const bool all = std::all_of(held.begin(), held.end(), [&](const std::string& one) { return fields.find(one) != fields.npos; });
      if (all) ended.emplace_back(std::get<std::string_view>(row[0]));
      return true;
    });
    for (const std::string& id : ended) {
      const Case* c = state_.cases.find(id);
      if (!c) continue;
      std::vector<Value> theirs;
      for (const std::string& name : asked.fields) {
        const int field = c->procedure->field(name);
        theirs.push_back(field < 0 ? Value() : c->value(field));
      }
      if (theirs == same) consider(id);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<std::string> Engine::joined_to(std::string_view id) const {
  std::vector<std::string> out;
  std::set<std::string> seen{std::string(id)};
  std::vector<std::string> open{std::string(id)};
  while (!open.empty()) {
    const std::string master = std::move(open.back());
    open.pop_back();
    for (std::string& one : tied_to(master, state_.joined, "master")) {
      if (!seen.insert(one).second) continue;
      out.push_back(one);
      open.push_back(std::move(one));
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string Engine::opened_by(std::string_view case_id, std::string_view action) const {
  std::string last;
  for (int ordinal = 1;; ++ordinal) {
    std::string id = child_id(case_id, action, ordinal);
    if (!state_.cases.find(id)) return last;
    last = std::move(id);
  }
}

bool Engine::did_in_case(std::string_view id, std::string_view actor, const std::vector<std::string>& actions) const {
  const Case* c = state_.cases.find(id);
  if (!c) return false;
  const auto asked = [&](std::string_view what) { return actions.empty() || std::find(actions.begin(), actions.end(), what) != actions.end(); };
  if (asked("holder") && c->holder == actor) return true;
  return std::any_of(c->doers.begin(), c->doers.end(), [&](const auto& done) {
    return done.second == actor && asked(c->procedure->actions[static_cast<std::size_t>(done.first)].name);
  });
}

std::vector<Line> Engine::case_lines(std::string_view case_id) const {
  std::vector<Line> out = store_.case_lines(case_id);
  if (const auto here = state_.pending.of_case.find(case_id); here != state_.pending.of_case.end()) {
    for (const std::size_t at : here->second) out.push_back(state_.pending.lines[at]);
  }
  return out;
}

std::optional<Line> Engine::line(std::int64_t seq) const {
  const std::vector<Line>& pending = state_.pending.lines;
  if (!pending.empty() && seq >= pending.front().seq) {
    const auto index = static_cast<std::size_t>(seq - pending.front().seq);
    return index < pending.size() ? std::optional<Line>(pending[index]) : std::nullopt;
  }
  return store_.line(seq);
}


void Engine::append_line(Line line) {
  state_.last_seq = line.seq;
  state_.clock = std::max(state_.clock, line.now);
  if (of_a_past_) {
    store_.append(std::move(line));
    return;
  }
  line.hash = chain_hash(state_.last_hash, line.text);
  state_.last_hash = line.hash;
  state_.pending.add(std::move(line));
}

void Engine::append(Told& told, const std::vector<cases::PersonalValue>& personal, std::string_view subject) {
  told.seq = state_.last_seq + 1;
  ++state_.told;
  for (const cases::PersonalValue& value : personal) {
    state_.pending.personal.push_back({told.seq, value.field, std::string(subject), value.value});
  }
  append_line({told.seq, true, told.at, told.now, told.case_id, told.source, told.key, encode(told, writer_), {}});
}

void Engine::append(Found& found) {
  found.seq = state_.last_seq + 1;
  append_line({found.seq, false, found.at, found.now, found.case_id, {}, {}, encode(found, writer_), {}});
}

void Engine::apply(const Line& line) {
  if (line.told) ++state_.told;
  append_line(line);
  if (state_.last_hash != line.hash) {
    throw Error(Code::corrupt, "the chain does not hold at line " + std::to_string(line.seq));
  }
  // A line that was decided here always fits; one from outside may hold the chain and still say what cannot be.
  try {
    if (line.told) {
      const Told told = decode_told(line);
      if (state_.manuals.empty() && told.action != "adopt") throw senseless(line.seq, "no manual was adopted before it");
      apply(told);
    } else {
      if (state_.manuals.empty()) throw senseless(line.seq, "no manual was adopted before it");
      apply(decode_found(line));
    }
  } catch (const Error& error) {
    if (error.code() != Code::invalid_argument && error.code() != Code::internal && error.code() != Code::out_of_range) throw;
    throw senseless(line.seq, error.what());
  } catch (const std::bad_variant_access&) {
    throw senseless(line.seq, "a value is of the wrong type");
  } catch (const std::logic_error& error) {
    throw senseless(line.seq, error.what());
  }
}


void Engine::adopt(const Manual& manual, Instant at, Instant now, std::string_view by) {
  Told told;
  told.at = at;
  told.now = now;
  told.by = by;
  told.action = "adopt";
  told.with = {{"hash", manual.hash()}, {"manual", manual.canonical()}, {"name", manual.name()}};
  if (state_.manuals.empty()) told.with.emplace_back("seed", state_.seed);
  const std::int64_t seq = state_.last_seq + 1;
  state_.manuals.emplace(seq, manual);
  append(told, {}, {});
  apply(told);
}


Event Engine::event_with(const Told& told, const model::Procedure& procedure, std::vector<std::pair<int, Value>> values) {
  Event event;
  event.seq = told.seq;
  event.at = told.at;
  event.now = told.now;
  event.by = told.by;
  event.case_id = told.case_id;
  const int action = procedure.action(told.action);
  event.action = action < 0 ? nullptr : &procedure.actions[static_cast<std::size_t>(action)];
  event.values = std::move(values);
  return event;
}

Event Engine::event_of(const Told& told, const model::Procedure& procedure) const {
  return event_with(told, procedure, by_index(told.with, procedure));
}

Event Engine::event_taking(Told& told, const model::Procedure& procedure) { return event_with(told, procedure, by_index(told.with, procedure)); }

void Engine::apply(const Told& told) {
  if (told.action == "adopt") {
    const auto& hash = needed<std::string>(told, "hash");
    if (state_.manuals.find(told.seq) == state_.manuals.end()) {
      const Manual built_in = Manual::standard();
      state_.manuals.emplace(told.seq, hash == built_in.hash()
                                           ? built_in
                                           : Manual::from_canonical(needed<std::string>(told, "manual")));
    }
    if (const Value* seed = find_field(told.with, "seed")) state_.seed = std::get<std::string>(*seed);
    rows::Adopted row;
    row.seq = told.seq;
    row.name = needed<std::string>(told, "name");
    row.hash = hash;
    row.at = told.at;
    state_.adopted.put(std::to_string(told.seq), std::move(row), state_.mark());
    retime_accounts();
    retime_duties(told.seq);
    return;
  }
  if (!told.case_id.empty()) {
    apply_to_case(told);
    return;
  }
  const model::Procedure& builtin = registers::builtin();
  const int known = builtin.action(told.action);
  if (known < 0) throw senseless(told.seq, "it concerns no case and is no entry of the registers");
  for (const int field : builtin.actions[static_cast<std::size_t>(known)].needs) {
    const std::string& name = builtin.fields[static_cast<std::size_t>(field)].name;
    if (!find_field(told.with, name)) throw senseless(told.seq, "it lacks " + name);
  }
  for (const auto& [name, value] : told.with) {
    const int field = builtin.field(name);
    if (field < 0 || builtin.fields[static_cast<std::size_t>(field)].personal) continue;
    Value copy = value;
    if (cases::convert_value(builtin.fields[static_cast<std::size_t>(field)], copy)) throw senseless(told.seq, name + " is not what it should be");
  }
  if (told.action == "delivered") {
    const auto& id = needed<std::string>(told, "notice");
    if (state_.notices.find(id)) state_.notices.edit(id, state_.mark()).delivered = told.at;
    return;
  }
  if (told.action == "settle_notices") {
    settle_notices(Instant{needed<std::int64_t>(told, "until")});
    return;
  }
  if (told.action == "erase") {
    Pending::Erasure erasure;
    erasure.by = told.seq;
    if (const Value* line = find_field(told.with, "line")) erasure.seq = std::get<std::int64_t>(*line);
    if (const Value* subject = find_field(told.with, "subject")) erasure.subject = std::get<std::string>(*subject);
    if (const Value* field = find_field(told.with, "field")) erasure.field = std::get<std::string>(*field);
    state_.pending.erasures.push_back(std::move(erasure));
    return;
  }
  const Event event = event_of(told, builtin);
  state_.registers.apply(told.action, event.values, told.at, told.seq, state_.mark());
}

void Engine::settle_notices(Instant until) {
  std::vector<std::string> past;
  const auto consider = [&](const rows::Notice& row) {
    if (row.state == "current" && row.at < until) past.push_back(row.id);
  };
  state_.notices.each_unordered(consider);
  if (store_.keeps_rows()) {
    store_.scan(static_cast<std::size_t>(TableId::notices), "state", Cell{std::string("current")}, [&](std::vector<Cell>&& cells) {
      const rows::Notice row = tables::row_from<rows::Notice>(std::move(cells));
      if (!state_.notices.peek(row.id)) consider(row);
      return true;
    });
  }
  for (const std::string& id : past) state_.notices.edit(id, state_.mark()).state = "settled";
}

void Engine::open_case(const Told& told, const Event& event, const model::Procedure& procedure, std::int64_t manual_seq,
                       const model::Manual& manual) {
  Case c;
  c.id = told.case_id;
  c.manual = &manual;
  c.procedure = &procedure;
  c.names = &state_.names;
  c.manual_seq = manual_seq;
  c.first_seq = c.last_seq = told.seq;
  if (told.action == "opening") {
    const int stage = procedure.stage(needed<std::string>(told, "stage"));
    if (stage < 0) throw senseless(told.seq, "its procedure has no such stage");
    begin_midway(c, event, stage, Instant{needed<std::int64_t>(told, "opened")});
  } else {
    if (!event.action || !event.action->opening) throw senseless(told.seq, "it opens no case");
    begin(c, event);
  }
  Case& placed = state_.cases.put(told.case_id, std::move(c), state_.mark());
  state_.retime(placed);
  state_.tie(placed);
  count_tallies(placed.id, manual, procedure, {}, tally_entries(placed, told.at, {}));
}

void Engine::apply_to_case(const Told& told) {
  const Case* c = state_.cases.find(told.case_id);
  if (!c) {
    std::int64_t manual_seq = 0;
    const Manual* manual = state_.manual_at(told.at, &manual_seq);
    Entry like;
    like.action = told.action;
    like.fields = told.with;
    std::optional<Fault> fault;
    const model::Procedure* procedure = procedure_for(like, manual->compiled(), fault);
    if (!procedure) throw Error(Code::corrupt, "line " + std::to_string(told.seq) + " is about a case that was never opened");
    open_case(told, event_of(told, *procedure), *procedure, manual_seq, manual->compiled());
    return;
  }
  const bool amends = told.action == "correct" || told.action == "void";
  if (amends) needed<std::int64_t>(told, "line");
  if (amends || told.at < c->last_at) {
    Folded folded = fold(told.case_id, case_history(case_lines(told.case_id)), 0, told.now);
    if (folded.conflict) throw Error(Code::corrupt, folded.conflict->message);
    put_fold(told.case_id, folded);
    return;
  }
  const Event event = event_of(told, *c->procedure);
  if (!event.action) throw Error(Code::corrupt, "line " + std::to_string(told.seq) + " does what its manual does not know");
  act_on_case(told, event);
}

void Engine::act_on_case(const Told& told, const Event& event) {
  Case& c = state_.edit_case(told.case_id);
  const model::Procedure* before = c.procedure;
  const bool counts = event.action->becomes >= 0 || may_count(*before, event);
  auto counted = counts ? tally_entries(c, kAlways, {}) : std::vector<std::optional<TallyEntry>>();
  state_.untie(c);
  act(c, event);
  c.last_seq = told.seq;
  state_.retime(c);
  state_.tie(c);
  if (c.procedure != before) {
    count_tallies(c.id, *c.manual, *before, counted, {});
    counted.clear();
  }
  if (counts) count_tallies(c.id, *c.manual, *c.procedure, counted, tally_entries(c, told.at, counted));
}

rows::Notice Engine::row_of(const Found& found) const {
  rows::Notice row;
  row.id = found.what == "withdrawn" ? found.id + "#" + std::to_string(found.seq) : found.id;
  row.seq = found.seq;
  row.what = found.what;
  row.case_id = found.case_id;
  if (const Case* c = state_.cases.find(found.case_id)) {
    row.procedure = c->procedure->name;
    row.manual = c->manual_seq;
  } else {
    state_.manual_at(found.now, &row.manual);
  }
  row.deadline = found.deadline;
  row.generation = found.generation;
  row.level = found.level;
  row.reason = found.reason;
  row.clause = found.clause;
  row.at = found.at;
  row.found = found.now;
  row.tell = found.tell;
  row.state = "current";
  return row;
}

Told opening_told(const Found& opened, const model::Procedure& procedure) {
  Told told;
  told.seq = opened.seq;
  told.at = opened.at;
  told.now = opened.now;
  told.by = "system:manual";
  told.case_id = opened.case_id;
  told.with = opened.with;
  if (const model::Action* begins = procedure.begins()) told.action = begins->name;
  return told;
}

void Engine::put_notice(const Found& found) {
  rows::Notice row = row_of(found);
  const std::string id = row.id;
  state_.notices.put(id, std::move(row), state_.mark());
}

void Engine::apply_level(const Found& found) {
  if (!state_.cases.find(found.case_id)) return;
  Case& c = state_.edit_case(found.case_id);
  c.last_seq = found.seq;
  const int deadline = c.procedure->deadline(found.deadline);
  const auto clock = std::find_if(c.clocks.begin(), c.clocks.end(),
                                  [&](const cases::Clock& one) { return one.deadline == deadline && one.generation == found.generation; });
  if (clock == c.clocks.end()) return;
  const auto& ladder = c.procedure->deadlines[static_cast<std::size_t>(deadline)].ladder;
  for (std::size_t i = 0; i < ladder.size(); ++i) {
    const model::Level& level = ladder[i];
    if (level.text != found.level || (clock->fired >> i & 1U) != 0) continue;
    // One that only tells somebody leaves the case where it belongs.
    const bool changes = level.perform || !level.set.empty();
    if (changes) state_.untie(c);
    fire(c, {found.at, static_cast<std::size_t>(clock - c.clocks.begin()), i});
    if (changes) state_.tie(c);
    break;
  }
  state_.retime(c);
}

void Engine::apply(const Found& found) {
  if (!found.deadline.empty() && (found.what == "warning" || found.what == "overdue")) {
    apply_level(found);
    put_notice(found);
    return;
  }
  const tables::Mark mark = state_.mark();
  if (found.what == "opened") {
    std::int64_t manual_seq = 0;
    const Manual* manual = state_.manual_at(found.at, &manual_seq);
    const model::Procedure* procedure = manual->compiled().procedure(found.procedure);
    if (!procedure) throw senseless(found.seq, "its manual has no procedure " + found.procedure);
    Told told = opening_told(found, *procedure);
    const Event event = event_taking(told, *procedure);
    open_case(told, event, *procedure, manual_seq, manual->compiled());
    Case& child = state_.edit_case(found.case_id);
    child.parent = found.parent;
    state_.tie(child);
    if (event.action->books == model::Books::arrears) apply_books(found);
    if (!found.reason.empty()) apply_duty(found);
    return;
  }
  if (found.what == "done") {
    const Case* c = state_.cases.find(found.case_id);
    const Told told = done_told(found);
    if (c && c->live() && c->procedure->action(found.reason) >= 0) act_on_case(told, event_of(told, *c->procedure));
  }
  if (books_something(found)) {
    apply_books(found);
    return;
  }
  if (found.what == "breach") {
    rows::Breach row;
    row.told = found.cause;
    row.reason = found.id.substr(found.id.find(':') + 1);
    row.seq = found.seq;
    row.case_id = found.case_id;
    if (const auto cause = line(found.cause)) {
      const Told told = decode_told(*cause);
      row.action = told.action;
      row.by = told.by;
    }
    row.clause = found.clause;
    row.facts = found.facts;
    row.at = found.at;
    row.state = "current";
    state_.breaches.put(breach_key(found.id), std::move(row), mark);
    return;
  }
  if (found.what == "frozen") {
    apply_sheet(found);
    return;
  }
  if (found.what == "drawn" || found.what == "passed_over" || found.what == "excluded" || found.what == "base_changed") {
    apply_draw(found);
    if (found.tell.empty()) return;
  }
  if (found.what == "withdrawn") {
    if (found.tell.empty()) {
      if (state_.breaches.find(breach_key(found.id))) state_.breaches.edit(breach_key(found.id), mark).state = "withdrawn";
      return;
    }
    if (state_.notices.find(found.id)) state_.notices.edit(found.id, mark).state = "withdrawn";
  }
  put_notice(found);
}

}  // namespace wuye
