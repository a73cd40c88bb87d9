// The arithmetic of limits: when the clock of a deadline is used up, when it is late, and when each level of its ladder
// fires. Pure functions of the compiled manual, the clock's start and its pauses; the calculator (`Manual::deadline`) and
// the case engine both stand on them. Nothing here knows a case.
//
// Pauses are sorted and disjoint; one that still lasts ends at kNever. An instant that never comes (no working time ahead,
// or a pause that still lasts) is kNever, not an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "manual/model.hpp"
#include "wuye/time.hpp"

namespace wuye {

struct Timeline {
  Instant due;               ///< the earliest instant at which the limit is used up
  Instant breach;            ///< the first instant that is late: met before it is in time
  bool provisional = false;  ///< relied on dates outside an almanac
};

/// The first line of the deadline's `within` whose condition holds; nothing where none does (then there is no limit).
/// A line `due = "field"` carries the condition that the field has a value.
template <typename Holds>
std::optional<std::size_t> choose_limit(const model::Deadline& deadline, const Holds& holds) {
  for (std::size_t i = 0; i < deadline.within.size(); ++i) {
    if (holds(deadline.within[i].when)) return i;
  }
  return std::nullopt;
}

/// What a limit comes to for a clock that started at `from`.
///
/// - working time: counted in the calendar, pauses taken out; breach is one microsecond into the working time after due.
/// - calendar days: the same wall time n days later; each pause before due adds its length. Breach follows due at once.
/// - working days: the n-th later date with hours (Calendar::add_days). A pause that begins before due moves it by as many
///   working dates as begin (at midnight) within the pause, and by one more where due would still lie within it.
/// - a field's value, a wall time, the next opening: fixed points that no pause moves; breach follows at once.
/// - day of the month: the end of that day (of the month's last day where it is shorter); the next day's first instant is
///   both due and breach.
///
/// `field_value_us` is read for `Limit::Kind::field` only (`field_instant` gives it).
Timeline limit_timeline(const model::Manual& manual, const model::Limit& limit, Instant from, std::int64_t field_value_us,
                        std::span<const Segment> pauses);

/// When a level fires: below 100 % once that share of the limit has been used up (of limits in days, and of fixed
/// points: that share of the time from start to due that no pause took); 100 % at breach; above, once that much has been
/// used up; "-30min" before due but not before `from`; "+3cd" after due but never before breach.
Instant level_at(const model::Manual& manual, const model::Limit& limit, const model::Level& level, const Timeline& timeline,
                 Instant from, std::span<const Segment> pauses);

/// The end of a span that begins at `from` (a tally's window, a lead), on the terms of `limit_timeline`; `amount` < 0 counts
/// backwards.
Instant span_end(const model::Manual& manual, const model::Span& span, Instant from, std::span<const Segment> pauses = {});

/// The instant behind a field's value: of an instant itself, of a date the end of that day in the office's zone; nothing
/// where there is no value.
std::optional<Instant> field_instant(const model::Manual& manual, const model::Field& field, const Value& value);

}  // namespace wuye
