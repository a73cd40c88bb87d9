// A case (事项) while it is worked on: its stage, its values, its clocks. A case is the fold of its events in the order of
// (at, seq): `begin` and `act` take what was told, `fire` what fell due. The fold asks nobody for the time and
// writes nothing; the office turns what comes of it into lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cases/names.hpp"
#include "manual/conditions.hpp"
#include "manual/model.hpp"
#include "tables/rows.hpp"
#include "wuye/entry.hpp"

namespace wuye::cases {

/// Something that happened to a case, as the fold takes it. Personal values stand as `true`.
struct Event {
  std::int64_t seq = 0;
  Instant at;
  Instant now;
  std::string by;
  std::string_view case_id;                   ///< of the line that it stands for
  const model::Action* action = nullptr;
  std::vector<std::pair<int, Value>> values;  ///< field index → value, by index
};

struct StageSpan {
  int stage = -1;
  Instant from;
  Instant until = kNever;
  Name keeper;                   ///< of a thing in custody: whom its stage's field named when it came there
};

/// A case has many, so it is kept small.
struct Clock {
  enum class State : std::uint8_t { running, met, late, dropped };
  std::int16_t deadline = -1;
  std::int16_t limit = -1;       ///< index into Deadline::within; −1: no limit applies
  std::int32_t generation = 1;
  std::uint32_t fired = 0;       ///< bit n: level n has fired
  std::int8_t next_level = -1;
  State state = State::running;
  bool provisional : 1 = false;
  bool opening : 1 = false;      ///< began before the office did
  bool extended : 1 = false;     ///< `due` was put off once to where it stands
  bool stale : 1 = true;         ///< what it comes to is to be worked out anew
  Instant since;
  Instant due = kNever;
  Instant breach = kNever;
  Instant stopped = kNever;
  Instant next = kNever;         ///< when `next_level` fires
  Name stopped_by;
  Name holder;                   ///< who held the case when it fell due, or when it stopped if that was earlier; empty before
};

struct Case {
  std::string id;
  const model::Manual* manual = nullptr;
  const model::Procedure* procedure = nullptr;
  Names* names = nullptr;                           ///< the office's
  std::int64_t manual_seq = 0;
  int stage = -1;
  std::vector<std::pair<int, Value>> values;        ///< those that were given, by field index
  std::vector<StageSpan> history;
  std::vector<Clock> clocks;
  std::vector<std::pair<int, Name>> doers;          ///< action → who did it last
  struct Times {
    int action = -1;
    std::int64_t times = 0;
    std::int64_t days = 0;                          ///< different dates on which it was done
    Date last;
  };
  std::vector<Times> times;                         ///< of actions that a condition counts
  Name holder;
  Name held;                                        ///< who held it when the event that is being taken came
  std::uint64_t touched = 0;                        ///< by that event: bit n: field n has changed, the last bit: one from there on
  bool moved = false;                               ///< by that event: into another stage
  Name opened_by;
  std::string parent;
  Instant opened_at;
  Instant last_at = kAlways;                        ///< of the latest event in the fold
  Instant next = kNever;                            ///< when its earliest level fires
  Instant timer = kNever;                           ///< what the office's timers hold for it
  std::int64_t first_seq = 0;
  std::int64_t last_seq = 0;

  bool live() const noexcept { return stage >= 0 && !procedure->stages[static_cast<std::size_t>(stage)].ending; }
  const model::Stage& stage_now() const { return procedure->stages[static_cast<std::size_t>(stage)]; }
  /// What was given, or else the field's default; monostate where it has neither.
  const Value& value(int field) const noexcept;
  std::string_view place() const noexcept;
};

/// How often a counted action was done, and on how many different days.
std::pair<std::int64_t, std::int64_t> times_done(const Case& c, int action) noexcept;

/// Opens the case: the values, the first stage (the action's `to`), the clocks that start there.
void begin(Case& c, const Event& event);
/// Brings in a case that began before the office did: it stands in `stage` since `event.at` and was opened at `opened`. What
/// fell due before `event.at` counts as settled.
void begin_midway(Case& c, const Event& event, int stage, Instant opened);
/// One action, whatever stage the case is in.
void act(Case& c, const Event& event);

/// The case to which it is joined (the manual's stage `joins` a field); empty where it stands for itself.
std::string_view master_of(const Case& c);
/// The stage in which it stood at an instant; null before it was opened.
const model::Stage* stage_at(const Case& c, Instant at);

/// What fires next; `clock` indexes Case::clocks.
struct Firing {
  Instant at;
  std::size_t clock = 0;
  std::size_t level = 0;
};
std::optional<Firing> next_firing(const Case& c);
/// The level fires: it is marked, and its `set` and `do` take effect.
void fire(Case& c, const Firing& firing);

/// Clocks of one case stand in this order: deadline as the manual lists them, then generation.
bool clock_order(const Clock& a, const Clock& b) noexcept;
/// Works out what the running clocks come to; for a case read back from its rows.
void refresh(Case& c);

/// The segments of [clock.since, …) in which the clock stands still; one that lasts ends at kNever.
std::vector<Segment> pauses(const Case& c, const Clock& clock);
/// The limit that governs the clock now, null where none does; of an extended clock a limit of kind `field`, of no field.
const model::Limit* limit_of(const Case& c, const Clock& clock);

/// Who answers for what becomes of the clock: whoever held the case when it fell due, or when it stopped if that was earlier.
Name charged_holder(const Case& c, const Clock& clock) noexcept;

std::string_view state_name(const Case& c, const Clock& clock) noexcept;
/// "<case>:<deadline>:<generation>:<level>"
std::string notice_id(const Case& c, const Clock& clock, const model::Level& level);

rows::Case to_row(const Case& c);
std::vector<rows::Deadline> to_deadline_rows(const Case& c);
/// Those of clocks whose rows are not as they were in `before` (null: nothing was).
std::vector<rows::Deadline> changed_deadline_rows(const Case& c, const Case* before);
bool has_clock(const Case& c, std::string_view deadline, std::int32_t generation) noexcept;
/// `manual` must be the one of `row.manual`. Throws corrupt where the rows do not fit it.
Case from_rows(const rows::Case& row, std::vector<rows::Deadline>&& clocks, const model::Manual& manual, Names& names);

}  // namespace wuye::cases
