// The rules of one time zone once they are known: offsets, wall times, instants. Self-contained and exact; taking the
// rules from the machine's zone data is zone_load.cpp.
#include <algorithm>

#include "text.hpp"
#include "wuye/time.hpp"

namespace wuye {
namespace {

/// No place has ever been a whole day from UTC; the calendar's compiler relies on it.
constexpr std::int32_t kOffsetSecondsMax = 24 * 3600 - 1;

/// Farther from 1970 than this, a date's microseconds would not fit.
constexpr std::int32_t kDaysMax = 100'000'000;

/// The first wall time (as if it were UTC) at which `later` holds. Between the two offsets a wall time is
/// either skipped or runs twice; in both cases the earlier offset still decides it, which is the contract of `instant`.
std::int64_t wall_us_from(const Zone::Transition& earlier, const Zone::Transition& later) {
  return later.from.us + std::max(earlier.offset_seconds, later.offset_seconds) * kMicrosPerSecond;
}

}  // namespace

Zone::Zone() : transitions_{{kEarliest, 0}} {}

Zone Zone::from_transitions(std::string name, std::vector<Transition> transitions) {
  const auto refuse = [&](const std::string& why) {
    return Error(Code::invalid_argument, "the transitions of zone " + text::quoted(name) + " " + why);
  };
  if (transitions.empty()) throw refuse("are empty");
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    const Transition& transition = transitions[i];
    if (transition.from < kEarliest || transition.from > kLatest) throw refuse("leave the years 1900 to 2200");
    if (transition.offset_seconds > kOffsetSecondsMax || transition.offset_seconds < -kOffsetSecondsMax) {
      throw refuse("have an offset of a day or more: " + std::to_string(transition.offset_seconds) + " s");
    }
    if (i > 0 && transition.from <= transitions[i - 1].from) {
      throw refuse("are out of order at number " + std::to_string(i + 1));
    }
    if (i > 1 && wall_us_from(transitions[i - 1], transition) <= wall_us_from(transitions[i - 2], transitions[i - 1])) {
      throw refuse("follow each other too closely at number " + std::to_string(i + 1));
    }
  }
  Zone zone;
  zone.name_ = std::move(name);
  zone.transitions_ = std::move(transitions);
  return zone;
}

std::int32_t Zone::offset_at(Instant at) const noexcept {
  const auto after = std::upper_bound(transitions_.begin() + 1, transitions_.end(), at,
                                      [](Instant a, const Transition& t) { return a < t.from; });
  return std::prev(after)->offset_seconds;
}

Wall Zone::wall(Instant at) const noexcept {
  // The sentinels kNever and kAlways have no wall time; they show as the ends of the range instead of overflowing.
  const Instant within = std::clamp(at, kEarliest, kLatest);
  const std::int64_t local_us = within.us + offset_at(within) * kMicrosPerSecond;
  std::int64_t days = local_us / kMicrosPerDay;
  if (local_us % kMicrosPerDay < 0) --days;
  return {Date{static_cast<std::int32_t>(days)}, local_us - days * kMicrosPerDay};
}

Instant Zone::instant(const Wall& wall) const noexcept {
  const std::int64_t local_us = std::clamp(wall.date.days, -kDaysMax, kDaysMax) * kMicrosPerDay + wall.us;
  // The last transition whose wall time has come, by binary search; the first holds from the beginning of time.
  std::size_t holding = 0;
  std::size_t beyond = transitions_.size();
  while (beyond - holding > 1) {
    const std::size_t middle = holding + (beyond - holding) / 2;
    if (wall_us_from(transitions_[middle - 1], transitions_[middle]) <= local_us) {
      holding = middle;
    } else {
      beyond = middle;
    }
  }
  return Instant{local_us - transitions_[holding].offset_seconds * kMicrosPerSecond};
}

std::string Zone::format(Instant at) const {
  const Instant within = std::clamp(at, kEarliest, kLatest);
  std::string out = format_wall(wall(within));
  text::append_offset(out, offset_at(within));
  return out;
}

}  // namespace wuye
