// A case as rows and back: what the tables show of it, and in `fold` what only the engine needs.
#include <algorithm>

#include "cases/case.hpp"
#include "journal/json.hpp"

namespace wuye::cases {
namespace {

std::string_view clock_state(Clock::State state) noexcept {
  switch (state) {
    case Clock::State::met: return "met";
    case Clock::State::late: return "late";
    case Clock::State::dropped: return "dropped";
    case Clock::State::running: break;
  }
  return "running";
}

Error does_not_fit(const std::string& id, std::string_view what) {
  return Error(Code::corrupt, "the stored case " + id + " does not fit its manual: " + std::string(what));
}

std::optional<Instant> or_nothing(Instant at) { return at == kNever ? std::nullopt : std::optional<Instant>(at); }

}  // namespace

rows::Case to_row(const Case& c) {
  rows::Case row;
  row.id = c.id;
  row.procedure = c.procedure->name;
  row.stage = c.stage_now().name;
  row.ending = c.stage_now().counts;
  row.place = c.place();
  if (const auto* reporter = std::get_if<std::string>(&c.value(1))) row.reporter = *reporter;
  row.holder = c.holder;
  row.opened_by = c.opened_by;
  row.parent = c.parent;
  row.master = master_of(c);
  row.opened_at = c.opened_at;
  row.stage_since = c.history.back().from;
  if (!c.live()) row.ended_at = c.history.back().from;
  row.manual = c.manual_seq;
  row.first_seq = c.first_seq;
  row.last_seq = c.last_seq;
  row.live = c.live();

  Fields fields;
  std::string personal;
  for (std::size_t f = 0; f < c.procedure->fields.size(); ++f) {
    const model::Field& field = c.procedure->fields[f];
    const Value& value = c.value(static_cast<int>(f));
    if (std::holds_alternative<std::monostate>(value)) continue;
    if (field.personal) {
      if (!personal.empty()) personal += ',';
      json::append_string(personal, field.name);
    } else {
      fields.emplace_back(field.name, value);
    }
  }
  std::sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  json::append_fields(row.fields, fields);

  std::string history;
  for (const StageSpan& span : c.history) {
    if (!history.empty()) history += ',';
    history += '[';
    json::append_string(history, c.procedure->stages[static_cast<std::size_t>(span.stage)].name);
    history += ',' + std::to_string(span.from.us) + ',' + std::to_string(span.until.us);
    if (!span.keeper.empty()) json::append_string(history += ',', span.keeper.text());
    history += ']';
  }
  std::string doers;
  for (const auto& [action, by] : c.doers) {
    if (!doers.empty()) doers += ',';
    doers += '[';
    json::append_string(doers, c.procedure->actions[static_cast<std::size_t>(action)].name);
    doers += ',';
    json::append_string(doers, by.text());
    doers += ']';
  }
  std::string extended;
  for (std::size_t i = 0; i < c.clocks.size(); ++i) {
    if (!c.clocks[i].extended) continue;
    if (!extended.empty()) extended += ',';
    extended += '[' + std::to_string(i) + ',' + std::to_string(c.clocks[i].due.us) + ']';
  }
  std::string times;
  for (const Case::Times& one : c.times) {
    if (!times.empty()) times += ',';
    times += '[';
    json::append_string(times, c.procedure->actions[static_cast<std::size_t>(one.action)].name);
    times += ',' + std::to_string(one.times) + ',' + std::to_string(one.days) + ',' + std::to_string(one.last.days) + ']';
  }
  json::Object object(row.fold);
  object.raw("doers", '[' + doers + ']')
      .raw("extended", '[' + extended + ']')
      .raw("history", '[' + history + ']')
      .number("last_at", c.last_at.us)
      .raw("personal", '[' + personal + ']');
  if (!times.empty()) object.raw("times", '[' + times + ']');
  object.end();
  return row;
}

namespace {

rows::Deadline to_row(const Case& c, const Clock& clock) {
  rows::Deadline row;
  const model::Deadline& deadline = c.procedure->deadlines[static_cast<std::size_t>(clock.deadline)];
  row.case_id = c.id;
  row.deadline = deadline.name;
  row.generation = clock.generation;
  row.state = state_name(c, clock);
  row.since = clock.since;
  row.due = or_nothing(clock.due);
  row.breach = or_nothing(clock.breach);
  row.stopped = or_nothing(clock.stopped);
  row.stopped_by = clock.stopped_by;
  row.fired = clock.fired;
  row.limit = clock.limit;
  row.clause = deadline.clause;
  if (clock.limit >= 0) {
    const std::string& clause = deadline.within[static_cast<std::size_t>(clock.limit)].clause;
    if (!clause.empty()) row.clause = clause;
  }
  row.procedure = c.procedure->name;
  row.charged_holder = charged_holder(c, clock);
  row.provisional = clock.provisional;
  row.opening = clock.opening;
  return row;
}

/// Whether two clocks with the same name in the same procedure give the same row.
bool same_row(const Case& a, const Clock& x, const Case& b, const Clock& y) {
  return x.due == y.due && x.breach == y.breach && x.fired == y.fired && x.since == y.since && x.stopped == y.stopped && x.limit == y.limit &&
         x.stopped_by == y.stopped_by && charged_holder(a, x) == charged_holder(b, y) && x.provisional == y.provisional && x.opening == y.opening &&
         state_name(a, x) == state_name(b, y);
}

}  // namespace

std::vector<rows::Deadline> to_deadline_rows(const Case& c) { return changed_deadline_rows(c, nullptr); }

std::vector<rows::Deadline> changed_deadline_rows(const Case& c, const Case* before) {
  std::vector<rows::Deadline> out;
  out.reserve(c.clocks.size());
  for (const Clock& clock : c.clocks) {
    const bool same = before && before->procedure == c.procedure &&
                      std::any_of(before->clocks.begin(), before->clocks.end(), [&](const Clock& old) {
                        return old.deadline == clock.deadline && old.generation == clock.generation && same_row(c, clock, *before, old);
                      });
    if (!same) out.push_back(to_row(c, clock));
  }
  return out;
}

bool has_clock(const Case& c, std::string_view deadline, std::int32_t generation) noexcept {
  return std::any_of(c.clocks.begin(), c.clocks.end(), [&](const Clock& clock) {
    return clock.generation == generation && c.procedure->deadlines[static_cast<std::size_t>(clock.deadline)].name == deadline;
  });
}

Case from_rows(const rows::Case& row, std::vector<rows::Deadline>&& clocks, const model::Manual& manual, Names& names) {
  Case c;
  c.id = row.id;
  c.manual = &manual;
  c.names = &names;
  c.procedure = manual.procedure(row.procedure);
  if (!c.procedure) throw does_not_fit(row.id, "no procedure " + row.procedure);
  c.manual_seq = row.manual;
  c.stage = c.procedure->stage(row.stage);
  if (c.stage < 0) throw does_not_fit(row.id, "no stage " + row.stage);
  c.holder = names.of(row.holder);
  c.opened_by = names.of(row.opened_by);
  c.parent = row.parent;
  c.opened_at = row.opened_at;
  c.first_seq = row.first_seq;
  c.last_seq = row.last_seq;

  const json::Tree fold = json::parse(row.fold);
  c.last_at.us = fold.at("last_at").as_number();
  Fields fields = json::parse_fields(row.fields);
  c.values.reserve(fields.size() + fold.at("personal").items.size());
  for (auto& [name, value] : fields) {
    const int field = c.procedure->field(name);
    if (field < 0) throw does_not_fit(row.id, "no field " + name);
    if (value != c.procedure->fields[static_cast<std::size_t>(field)].fallback) c.values.emplace_back(field, std::move(value));
  }
  for (const json::Tree& name : fold.at("personal").items) {
    const int field = c.procedure->field(name.as_text());
    if (field < 0) throw does_not_fit(row.id, "no field " + name.as_text());
    c.values.emplace_back(field, true);
  }
  std::sort(c.values.begin(), c.values.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  c.history.reserve(fold.at("history").items.size());
  for (const json::Tree& span : fold.at("history").items) {
    const int stage = c.procedure->stage(span.items.at(0).as_text());
    if (stage < 0) throw does_not_fit(row.id, "no stage " + span.items.at(0).as_text());
    c.history.push_back({stage, Instant{span.items.at(1).as_number()}, Instant{span.items.at(2).as_number()},
                         span.items.size() > 3 ? names.of(span.items[3].as_text()) : Name()});
  }
  c.doers.reserve(fold.at("doers").items.size());
  for (const json::Tree& doer : fold.at("doers").items) {
    const int action = c.procedure->action(doer.items.at(0).as_text());
    if (action < 0) throw does_not_fit(row.id, "no action " + doer.items.at(0).as_text());
    c.doers.emplace_back(action, names.of(doer.items.at(1).as_text()));
  }
  if (const json::Tree* times = fold.find("times")) {
    for (const json::Tree& one : times->items) {
      const int action = c.procedure->action(one.items.at(0).as_text());
      if (action < 0) throw does_not_fit(row.id, "no action " + one.items.at(0).as_text());
      c.times.push_back({action, one.items.at(1).as_number(), one.items.at(2).as_number(), Date{static_cast<std::int32_t>(one.items.at(3).as_number())}});
    }
  }
  // Clocks stand in the order in which they started; generation and deadline name that order within one case.
  std::vector<Clock> loaded;
  loaded.reserve(clocks.size());
  for (const rows::Deadline& from : clocks) {
    Clock clock;
    clock.deadline = static_cast<std::int16_t>(c.procedure->deadline(from.deadline));
    if (clock.deadline < 0) throw does_not_fit(row.id, "no deadline " + from.deadline);
    clock.generation = static_cast<std::int32_t>(from.generation);
    clock.state = Clock::State::running;
    for (const auto state : {Clock::State::met, Clock::State::late, Clock::State::dropped}) {
      if (from.state == clock_state(state)) clock.state = state;
    }
    clock.since = from.since;
    clock.due = from.due.value_or(kNever);
    clock.breach = from.breach.value_or(kNever);
    clock.stopped = from.stopped.value_or(kNever);
    clock.stopped_by = names.of(from.stopped_by);
    // Of a clock that runs, a holder of its own is the one who was there when it fell due.
    if (clock.state != Clock::State::running || from.charged_holder != row.holder) clock.holder = names.of(from.charged_holder);
    clock.fired = static_cast<std::uint32_t>(from.fired);
    clock.limit = static_cast<std::int16_t>(from.limit);
    clock.provisional = from.provisional;
    clock.opening = from.opening;
    loaded.push_back(clock);
  }
  std::sort(loaded.begin(), loaded.end(), clock_order);
  c.clocks = std::move(loaded);
  for (const json::Tree& item : fold.at("extended").items) {
    Clock& clock = c.clocks.at(static_cast<std::size_t>(item.items.at(0).as_number()));
    clock.extended = true;
    clock.due = Instant{item.items.at(1).as_number()};
  }
  refresh(c);
  return c;
}

}  // namespace wuye::cases
