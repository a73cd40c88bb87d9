// The fold of a case: what an event does to its values, stage and clocks. Which events are allowed is judged elsewhere
// (judge.cpp); what the arithmetic of a limit comes to is the manual's (manual/limits.hpp).
#include "cases/case.hpp"

#include <algorithm>

#include "journal/json.hpp"
#include "manual/limits.hpp"

namespace wuye::cases {
namespace {

const Value kNoValue{};

bool contains(const std::vector<int>& list, int item) { return std::find(list.begin(), list.end(), item) != list.end(); }

const model::Deadline& deadline_of(const Case& c, const Clock& clock) {
  return c.procedure->deadlines[static_cast<std::size_t>(clock.deadline)];
}

constexpr std::uint64_t bit_of(int field) { return field < 0 ? 0 : std::uint64_t{1} << std::min(field, 63); }

void set_value(Case& c, int field, const Value& value) {
  const auto it = std::lower_bound(c.values.begin(), c.values.end(), field,
                                   [](const auto& item, int index) { return item.first < index; });
  const bool given = it != c.values.end() && it->first == field;
  if (value != (given ? it->second : c.value(field))) c.touched |= bit_of(field);
  if (given) it->second = value;
  else c.values.emplace(it, field, value);
}

/// Counts on; at the end of the numbers it stays there.
void add_to(Case& c, int field, std::int64_t amount) {
  const auto* held = std::get_if<std::int64_t>(&c.value(field));
  const std::int64_t before = held ? *held : 0;
  std::int64_t sum = 0;
  if (__builtin_add_overflow(before, amount, &sum)) sum = amount < 0 ? INT64_MIN : INT64_MAX;
  set_value(c, field, sum);
}

/// A limit's conditions look at the case alone (the checker sees to that); what only an entry has (a lead, an open
/// calendar) is judged at the clock's start.
class OwnContext final : public ConditionContext {
 public:
  OwnContext(const Case& c, Instant happened) : ConditionContext(happened), case_(c) {}
  const Value& field(int index) const override { return case_.value(index); }
  std::string place_attribute(std::string_view) const override { return {}; }

 private:
  const Case& case_;
};

void note_doer(Case& c, int action, Name by) {
  for (auto& [done, who] : c.doers) {
    if (done == action) {
      who = by;
      return;
    }
  }
  c.doers.emplace_back(action, by);
}

void note_times(Case& c, int action, Instant at) {
  auto it = std::find_if(c.times.begin(), c.times.end(), [&](const Case::Times& one) { return one.action == action; });
  if (it == c.times.end()) it = c.times.insert(c.times.end(), Case::Times{action, 0, 0, Date{INT32_MIN}});
  const Date day = c.manual->zone.wall(at).date;
  ++it->times;
  if (day != it->last) ++it->days;
  it->last = day;
}

void work_out(const Case& c, Clock& clock) {
  const model::Deadline& deadline = deadline_of(c, clock);
  clock.stale = false;
  clock.next = kNever;
  clock.next_level = -1;
  if (!clock.extended) {
    const OwnContext context(c, clock.since);
    const auto chosen = choose_limit(deadline, [&](const model::Condition& when) { return holds(*c.manual, when, context); });
    clock.limit = chosen ? static_cast<std::int16_t>(*chosen) : std::int16_t{-1};
  }
  const model::Limit* limit = limit_of(c, clock);
  if (!limit) {
    clock.due = clock.breach = kNever;
    clock.provisional = false;
    return;
  }
  const std::vector<Segment> still = pauses(c, clock);
  std::int64_t fixed = clock.due.us;
  if (!clock.extended && limit->kind == model::Limit::Kind::field) {
    const auto at = field_instant(*c.manual, c.procedure->fields[static_cast<std::size_t>(limit->field)], c.value(limit->field));
    fixed = at ? at->us : kNever.us;
  }
  const Timeline line = limit_timeline(*c.manual, *limit, clock.since, fixed, still);
  clock.due = line.due;
  clock.breach = line.breach;
  clock.provisional = line.provisional;
  for (std::size_t i = 0; i < deadline.ladder.size(); ++i) {
    if ((clock.fired >> i & 1U) != 0) continue;
    Instant at = level_at(*c.manual, *limit, deadline.ladder[i], line, clock.since, still);
    if (at == kNever) continue;
    at = std::max(at, c.last_at);
    if (at < clock.next) {
      clock.next = at;
      clock.next_level = static_cast<std::int8_t>(i);
    }
  }
}

/// The fields on which the choice of a limit and the limit itself depend, as bits.
std::uint64_t fields_of(const model::Deadline& deadline) {
  std::uint64_t out = 0;
  for (const model::Limit& limit : deadline.within) {
    out |= bit_of(limit.field);
    for (const model::Test& test : limit.when.tests) out |= bit_of(test.field) | bit_of(test.other);
  }
  return out;
}

/// Whether a pause of the deadline began or ended with the event that is being taken.
bool pauses_changed(const Case& c, const model::Deadline& deadline) {
  if (!c.moved || deadline.pauses.empty()) return false;
  // While the case moves, the stage that it leaves has its end already, and stands last.
  const auto last = c.history.rbegin();
  const auto left = last->until != kNever ? last : std::next(last);
  return contains(deadline.pauses, c.stage) || (left != c.history.rend() && contains(deadline.pauses, left->stage));
}

/// Whether the event that is being taken can have changed what a clock comes to.
bool outdated(const Case& c, const Clock& clock) {
  if (clock.stale || clock.next < c.last_at) return true;
  const model::Deadline& deadline = deadline_of(c, clock);
  return pauses_changed(c, deadline) || (c.touched != 0 && (c.touched & fields_of(deadline)) != 0);
}

/// The end of an event: what it changed is worked out.
void work_out_running(Case& c) {
  c.next = kNever;
  for (Clock& clock : c.clocks) {
    if (clock.state != Clock::State::running) continue;
    if (outdated(c, clock)) work_out(c, clock);
    // Who answers for it is settled once it has fallen due; where its due instant has moved on, that is open again.
    if (clock.due > c.last_at) clock.holder = {};
    else if (clock.holder.empty()) clock.holder = c.held;
    c.next = std::min(c.next, clock.next);
  }
  c.touched = 0;
  c.moved = false;
}

bool running(const Case& c, int deadline) {
  return std::any_of(c.clocks.begin(), c.clocks.end(),
                     [&](const Clock& clock) { return clock.deadline == deadline && clock.state == Clock::State::running; });
}

void start(Case& c, int deadline, Instant since, bool opening) {
  std::int32_t generation = 1;
  for (const Clock& clock : c.clocks) {
    if (clock.deadline == deadline) generation = std::max(generation, clock.generation + 1);
  }
  Clock clock;
  clock.deadline = static_cast<std::int16_t>(deadline);
  clock.generation = generation;
  clock.since = since;
  clock.opening = opening;
  c.clocks.insert(std::upper_bound(c.clocks.begin(), c.clocks.end(), clock, clock_order), clock);
}

/// Stops a clock at the event; its stage history is closed there already, so a pause that lasted has its end.
void stop(Case& c, Clock& clock, const Event& event, bool drop) {
  if (outdated(c, clock)) work_out(c, clock);
  clock.stopped = event.at;
  clock.stopped_by = c.names->of(event.by);
  if (clock.holder.empty()) clock.holder = c.held;
  clock.next = kNever;
  clock.next_level = -1;
  // What was late stays late, even where the case is then cancelled.
  if (clock.limit >= 0 && event.at >= clock.breach) clock.state = Clock::State::late;
  else clock.state = drop || clock.limit < 0 ? Clock::State::dropped : Clock::State::met;
}

/// The clocks that end where a case comes to a stage.
void stop_clocks(Case& c, int stage, const Event& event) {
  const bool ends = c.procedure->stages[static_cast<std::size_t>(stage)].ending;
  for (Clock& clock : c.clocks) {
    if (clock.state != Clock::State::running) continue;
    const model::Deadline& deadline = deadline_of(c, clock);
    const bool until = contains(deadline.until, stage);
    if (until || ends) stop(c, clock, event, contains(deadline.drops, stage) || !until);
  }
}

/// The clocks that begin there. `only_new`: those that never ran.
void start_clocks(Case& c, int stage, Instant at, bool only_new = false) {
  const auto begins = [&](const model::Deadline& deadline) { return contains(deadline.from, stage); };
  const auto& deadlines = c.procedure->deadlines;
  c.clocks.reserve(c.clocks.size() + static_cast<std::size_t>(std::count_if(deadlines.begin(), deadlines.end(), begins)));
  for (std::size_t d = 0; d < c.procedure->deadlines.size(); ++d) {
    const int index = static_cast<int>(d);
    if (!contains(c.procedure->deadlines[d].from, stage) || running(c, index)) continue;
    const bool ran = std::any_of(c.clocks.begin(), c.clocks.end(), [&](const Clock& clock) { return clock.deadline == index; });
    if (!only_new || !ran) start(c, index, at, false);
  }
}

Name keeper_in(const Case& c, int stage) {
  const int field = c.procedure->stages[static_cast<std::size_t>(stage)].where_field;
  const auto* who = field < 0 ? nullptr : std::get_if<std::string>(&c.value(field));
  return who ? c.names->of(*who) : Name();
}

void enter(Case& c, int stage, const Event& event) {
  if (stage == c.stage && !c.history.empty()) return;
  if (!c.history.empty()) c.history.back().until = event.at;
  c.moved = true;
  stop_clocks(c, stage, event);
  c.stage = stage;
  c.history.push_back({stage, event.at, kNever, keeper_in(c, stage)});
  start_clocks(c, stage, event.at);
}

/// A promise that is replaced: broken ones were late, others give way; either way the new one is a clock of its own.
void renew_promises(Case& c, const Event& event) {
  for (std::size_t i = 0; i < c.clocks.size(); ++i) {
    if (c.clocks[i].state != Clock::State::running || c.clocks[i].limit < 0) continue;
    const model::Limit* limit = limit_of(c, c.clocks[i]);
    if (!limit || limit->kind != model::Limit::Kind::field || c.clocks[i].extended) continue;
    const auto given = std::find_if(event.values.begin(), event.values.end(),
                                    [&](const auto& item) { return item.first == limit->field; });
    if (given == event.values.end() || given->second == c.value(limit->field)) continue;
    const int deadline = c.clocks[i].deadline;
    stop(c, c.clocks[i], event, true);
    start(c, deadline, event.at, false);
    ++i;  // The new generation stands right behind the old one.
  }
}

/// Who answers for the case after this action: its doer, or whom the named field names.
void take_holder(Case& c, const model::Action& action, const std::string& by) {
  if (action.holder == "by") {
    c.holder = c.names->of(by);
  } else if (!action.holder.empty()) {
    const Value& value = c.value(c.procedure->field(action.holder));
    if (const auto* who = std::get_if<std::string>(&value)) c.holder = c.names->of(*who);
    else if (const auto* several = std::get_if<std::vector<std::string>>(&value); several && !several->empty()) {
      c.holder = c.names->of(several->front());
    }
  }
}

void take(Case& c, const Event& event) {
  if (c.history.empty()) c.values = event.values;  // it opens the case, whose clocks are all worked out anyway
  else for (const auto& [field, value] : event.values) set_value(c, field, value);
  for (const auto& [name, value] : event.action->set) set_value(c, c.procedure->field(name), value);
  for (const auto& [name, value] : event.action->add) add_to(c, c.procedure->field(name), std::get<std::int64_t>(value));
  const int action = static_cast<int>(event.action - c.procedure->actions.data());
  note_doer(c, action, c.names->of(event.by));
  if (event.action->counted) note_times(c, action, event.at);
  take_holder(c, *event.action, event.by);
}

/// What a case carries from one procedure into another: the fields of the same name that can hold it.
void carry_values(Case& c, const model::Procedure& from) {
  const std::vector<std::pair<int, Value>> before = std::move(c.values);
  c.values.clear();
  auto given = before.begin();
  for (std::size_t f = 0; f < from.fields.size(); ++f) {
    const model::Field& old = from.fields[f];
    const bool own = given != before.end() && given->first == static_cast<int>(f);
    const Value& value = own ? given++->second : old.fallback;
    if (std::holds_alternative<std::monostate>(value)) continue;
    const int field = c.procedure->field(old.name);
    if (field < 0 || field == 2) continue;
    const model::Field& now = c.procedure->fields[static_cast<std::size_t>(field)];
    if (now.type != old.type || now.personal != old.personal) continue;
    const auto* text = std::get_if<std::string>(&value);
    if (now.type == model::FieldType::enumeration && (!text || std::find(now.values.begin(), now.values.end(), *text) == now.values.end())) continue;
    set_value(c, field, value);
  }
}

/// A clock of one procedure as the clock of the same name in another; what fired stays fired.
std::optional<Clock> carried(const Clock& clock, const model::Procedure& from, const model::Procedure& to) {
  const model::Deadline& old = from.deadlines[static_cast<std::size_t>(clock.deadline)];
  const int index = to.deadline(old.name);
  if (index < 0) return std::nullopt;
  const auto& ladder = to.deadlines[static_cast<std::size_t>(index)].ladder;
  Clock out = clock;
  out.deadline = static_cast<std::int16_t>(index);
  out.limit = -1;
  out.stale = true;
  out.fired = 0;
  for (std::size_t i = 0; i < old.ladder.size(); ++i) {
    if ((clock.fired >> i & 1U) == 0) continue;
    for (std::size_t k = 0; k < ladder.size(); ++k) {
      if (ladder[k].text == old.ladder[i].text) out.fired |= 1U << k;
    }
  }
  return out;
}

/// The case goes on in another procedure and is worked out anew from where its clocks began. Stages that both procedures have
/// under one name stay what they were, pauses included; for any other stands the one in which cases of the new procedure
/// begin. A clock goes on where the new procedure has one of that name that these stages begin; the others begin there anew.
void become(Case& c, const model::Action& action, const Event& event) {
  const model::Procedure& from = *c.procedure;
  const model::Procedure& to = c.manual->procedures[static_cast<std::size_t>(action.becomes)];
  c.procedure = &to;
  carry_values(c, from);
  std::vector<std::pair<int, Name>> doers;
  for (const auto& [done, who] : c.doers) {
    const int same = to.action(from.actions[static_cast<std::size_t>(done)].name);
    if (same >= 0) doers.emplace_back(same, who);
  }
  c.doers = std::move(doers);
  const auto opening = std::find_if(to.actions.begin(), to.actions.end(), [](const model::Action& one) { return one.opening; });
  const int first = opening == to.actions.end() ? action.becomes_at : opening->to;
  c.history.back().until = event.at;
  for (StageSpan& span : c.history) {
    const int same = to.stage(from.stages[static_cast<std::size_t>(span.stage)].name);
    span.stage = same >= 0 ? same : first;
    span.keeper = keeper_in(c, span.stage);
  }
  const std::vector<Clock> before = std::move(c.clocks);
  c.clocks.clear();
  for (const Clock& clock : before) {
    auto out = carried(clock, from, to);
    const bool begins = out && std::any_of(c.history.begin(), c.history.end(), [&](const StageSpan& span) {
                          return contains(to.deadlines[static_cast<std::size_t>(out->deadline)].from, span.stage);
                        });
    if (begins) c.clocks.insert(std::upper_bound(c.clocks.begin(), c.clocks.end(), *out, clock_order), *out);
  }
  for (Clock& clock : c.clocks) {
    if (clock.state == Clock::State::running) continue;
    work_out(c, clock);
    clock.next = kNever;
    clock.next_level = -1;
    if (clock.limit >= 0 && clock.stopped >= clock.breach) clock.state = Clock::State::late;
    else if (clock.limit < 0) clock.state = Clock::State::dropped;
    else if (clock.state == Clock::State::late) clock.state = Clock::State::met;
  }
  // Clocks that the new procedure adds, through the stages in which the case has stood.
  for (const StageSpan& span : c.history) {
    Event then = event;
    then.at = span.from;
    for (Clock& clock : c.clocks) {
      if (clock.state != Clock::State::running || clock.since >= span.from) continue;
      if (contains(deadline_of(c, clock).until, span.stage)) stop(c, clock, then, false);
    }
    start_clocks(c, span.stage, span.from, true);
  }
  stop_clocks(c, action.becomes_at, event);
  c.stage = action.becomes_at;
  c.history.push_back({c.stage, event.at, kNever, keeper_in(c, c.stage)});
  start_clocks(c, c.stage, event.at);
}

}  // namespace

const Value& Case::value(int field) const noexcept {
  const auto it = std::lower_bound(values.begin(), values.end(), field, [](const auto& item, int index) { return item.first < index; });
  if (it != values.end() && it->first == field) return it->second;
  return field < 0 || !procedure ? kNoValue : procedure->fields[static_cast<std::size_t>(field)].fallback;
}

std::string_view Case::place() const noexcept {
  const auto* text = std::get_if<std::string>(&value(0));
  return text ? std::string_view(*text) : std::string_view();
}

std::pair<std::int64_t, std::int64_t> times_done(const Case& c, int action) noexcept {
  for (const Case::Times& one : c.times) {
    if (one.action == action) return {one.times, one.days};
  }
  return {0, 0};
}

void begin(Case& c, const Event& event) {
  // Most cases come through a few stages and hands; the room is taken once.
  c.history.reserve(4);
  c.doers.reserve(4);
  c.opened_at = event.at;
  c.last_at = event.at;
  c.opened_by = c.names->of(event.by);
  take(c, event);
  enter(c, event.action->to, event);
  work_out_running(c);
}

void begin_midway(Case& c, const Event& event, int stage, Instant opened) {
  c.opened_at = opened;
  c.opened_by = c.names->of(event.by);
  c.last_at = event.at;
  for (const auto& [field, value] : event.values) set_value(c, field, value);
  for (const model::Action& action : c.procedure->actions) {
    // Whoever stands in a field that names the holder answers for it already.
    if (c.holder.empty() && action.holder != "by") take_holder(c, action, event.by);
  }
  c.stage = stage;
  const model::Action* begins = c.procedure->begins();
  const int first = begins ? begins->to : -1;
  if (first >= 0 && first != stage && opened < event.at) c.history.push_back({first, opened, event.at, keeper_in(c, first)});
  c.history.push_back({stage, event.at, kNever, keeper_in(c, stage)});
  for (std::size_t d = 0; d < c.procedure->deadlines.size(); ++d) {
    const model::Deadline& deadline = c.procedure->deadlines[d];
    if (contains(deadline.until, stage)) continue;
    if (contains(deadline.from, stage)) start(c, static_cast<int>(d), event.at, true);
    else if (first >= 0 && contains(deadline.from, first)) start(c, static_cast<int>(d), opened, true);
  }
  if (!c.live()) {
    for (Clock& clock : c.clocks) stop(c, clock, event, true);
  }
  c.last_at = kAlways;
  for (Clock& clock : c.clocks) {
    if (clock.state != Clock::State::running) continue;
    for (work_out(c, clock); clock.next < event.at; work_out(c, clock)) clock.fired |= 1U << clock.next_level;
  }
  c.last_at = event.at;
  work_out_running(c);
}

void act(Case& c, const Event& event) {
  c.last_at = std::max(c.last_at, event.at);
  c.held = c.holder;
  renew_promises(c, event);
  take(c, event);
  const int action = static_cast<int>(event.action - c.procedure->actions.data());
  for (Clock& clock : c.clocks) {
    if (clock.state != Clock::State::running) continue;
    const model::Deadline& deadline = deadline_of(c, clock);
    if (deadline.extended_by == action && !clock.extended) {
      if (const auto* to = std::get_if<std::int64_t>(&c.value(c.procedure->field("extended_to")))) {
        clock.extended = true;
        clock.stale = true;
        clock.due = Instant{*to};
      }
    }
    if (contains(deadline.until_actions, action)) stop(c, clock, event, false);
  }
  if (event.action->becomes >= 0) become(c, *event.action, event);
  else if (event.action->to >= 0) enter(c, event.action->to, event);
  work_out_running(c);
}

std::string_view master_of(const Case& c) {
  const int joins = c.stage_now().joins;
  const auto* master = joins < 0 ? nullptr : std::get_if<std::string>(&c.value(joins));
  return master ? std::string_view(*master) : std::string_view();
}

const model::Stage* stage_at(const Case& c, Instant at) {
  for (auto span = c.history.rbegin(); span != c.history.rend(); ++span) {
    if (span->from <= at) return &c.procedure->stages[static_cast<std::size_t>(span->stage)];
  }
  return nullptr;
}

std::optional<Firing> next_firing(const Case& c) {
  std::optional<Firing> best;
  for (std::size_t i = 0; i < c.clocks.size(); ++i) {
    const Clock& clock = c.clocks[i];
    if (clock.state != Clock::State::running || clock.next == kNever) continue;
    const Firing candidate{clock.next, i, static_cast<std::size_t>(clock.next_level)};
    if (!best || candidate.at < best->at || (candidate.at == best->at && clock.deadline < c.clocks[best->clock].deadline)) {
      best = candidate;
    }
  }
  return best;
}

void fire(Case& c, const Firing& firing) {
  c.held = c.holder;
  c.clocks[firing.clock].fired |= 1U << firing.level;
  c.clocks[firing.clock].stale = true;
  c.last_at = std::max(c.last_at, firing.at);
  const model::Level& level = deadline_of(c, c.clocks[firing.clock]).ladder[firing.level];
  for (const auto& [name, value] : level.set) set_value(c, c.procedure->field(name), value);
  if (level.perform) {
    Event event;
    event.at = firing.at;
    event.now = firing.at;
    event.by = "system:manual";
    event.action = &c.procedure->actions[static_cast<std::size_t>(*level.perform)];
    act(c, event);
  } else {
    work_out_running(c);
  }
}

bool clock_order(const Clock& a, const Clock& b) noexcept {
  return a.deadline != b.deadline ? a.deadline < b.deadline : a.generation < b.generation;
}

void refresh(Case& c) { work_out_running(c); }

std::vector<Segment> pauses(const Case& c, const Clock& clock) {
  std::vector<Segment> out;
  const model::Deadline& deadline = deadline_of(c, clock);
  if (deadline.pauses.empty()) return out;
  for (const StageSpan& span : c.history) {
    if (!contains(deadline.pauses, span.stage) || span.until <= clock.since) continue;
    // A clock that has stopped is not held up by what comes after.
    const Segment segment{std::max(span.from, clock.since), std::min(span.until, clock.stopped)};
    if (segment.until <= segment.from) continue;
    if (!out.empty() && out.back().until == segment.from) out.back().until = segment.until;
    else out.push_back(segment);
  }
  return out;
}

const model::Limit* limit_of(const Case& c, const Clock& clock) {
  static const model::Limit extension = [] {
    model::Limit limit;
    limit.kind = model::Limit::Kind::field;
    return limit;
  }();
  if (clock.extended) return &extension;
  return clock.limit < 0 ? nullptr : &deadline_of(c, clock).within[static_cast<std::size_t>(clock.limit)];
}

Name charged_holder(const Case& c, const Clock& clock) noexcept {
  return clock.state == Clock::State::running && clock.holder.empty() ? c.holder : clock.holder;
}

std::string_view state_name(const Case& c, const Clock& clock) noexcept {
  switch (clock.state) {
    case Clock::State::met: return "met";
    case Clock::State::late: return "late";
    case Clock::State::dropped: return "dropped";
    case Clock::State::running: break;
  }
  return contains(deadline_of(c, clock).pauses, c.stage) ? "paused" : "running";
}

std::string notice_id(const Case& c, const Clock& clock, const model::Level& level) {
  return c.id + ':' + deadline_of(c, clock).name + ':' + std::to_string(clock.generation) + ':' + level.text;
}

}  // namespace wuye::cases
