// The questions that can be put to a working calendar: adding and measuring working time with and without pauses, working
// days, next opening, periods. What a calendar is made of, and its checks, are calendar_compile.cpp.
#include <algorithm>

#include "calendar_compiled.hpp"
#include "text.hpp"

namespace wuye {
namespace {

void check_pauses(std::span<const Segment> pauses) {
  for (std::size_t i = 0; i < pauses.size(); ++i) {
    if (pauses[i].until < pauses[i].from) {
      throw Error(Code::invalid_argument, "pause " + std::to_string(i + 1) + " ends before it begins");
    }
    if (i > 0 && pauses[i].from < pauses[i - 1].until) {
      throw Error(Code::invalid_argument,
                  "pause " + std::to_string(i + 1) + " begins before pause " + std::to_string(i) + " has ended");
    }
  }
}

/// Working time in [a, b) that falls into pauses. REQUIRES: a ≤ b, pauses sorted and disjoint.
std::int64_t paused_between(const CompiledCalendar& calendar, Instant a, Instant b, std::span<const Segment> pauses) {
  std::int64_t paused_us = 0;
  for (const Segment& pause : pauses) {
    const Instant from = std::max(pause.from, a);
    const Instant until = std::min(pause.until, b);
    if (from < until) paused_us += calendar.worked_before(until) - calendar.worked_before(from);
  }
  return paused_us;
}

/// The earliest instant by which `us` > 0 of working time outside `pauses` has passed since `at`; kNever if it never has.
Instant reach_forward(const CompiledCalendar& calendar, Instant at, std::int64_t us, std::span<const Segment> pauses) {
  const std::int64_t worked = calendar.worked_before(at);
  if (us > calendar.total - worked) return kNever;
  std::int64_t target = worked + us;  // the number of working microseconds, paused ones among them, to have passed
  for (const Segment& pause : pauses) {
    if (pause.until <= at) continue;
    if (target <= calendar.worked_before(pause.from)) break;
    target += calendar.worked_before(pause.until) - calendar.worked_before(std::max(pause.from, at));
    if (target > calendar.total) return kNever;
  }
  return Instant{calendar.start_of(target - 1) + 1};
}

/// The latest instant from which `us` > 0 of working time outside `pauses` remains until `at`; kNever if there is none.
Instant reach_backward(const CompiledCalendar& calendar, Instant at, std::int64_t us, std::span<const Segment> pauses) {
  const std::int64_t worked = calendar.worked_before(at);
  if (us > worked) return kNever;
  std::int64_t target = worked - us;  // the working microsecond to begin at
  for (auto pause = pauses.rbegin(); pause != pauses.rend(); ++pause) {
    if (pause->from >= at) continue;
    if (target >= calendar.worked_before(pause->until)) break;
    target -= calendar.worked_before(std::min(pause->until, at)) - calendar.worked_before(pause->from);
    if (target < 0) return kNever;
  }
  return Instant{calendar.start_of(target)};
}

Instant reach(const CompiledCalendar& calendar, Instant at, std::int64_t us, std::span<const Segment> pauses) {
  if (us == 0) return at;
  if (us > 0) return reach_forward(calendar, at, us, pauses);
  // |us| without overflow: the calendar holds less than INT64_MAX in any case.
  return reach_backward(calendar, at, us == INT64_MIN ? INT64_MAX : -us, pauses);
}

Error no_working_time(const CompiledCalendar& calendar, Instant at, const std::string& wanted) {
  return Error(Code::no_working_time, "calendar \"" + calendar.spec.name + "\" has " + wanted + " " +
                                          calendar.zone.format(at) + " within the years 1900 to 2199");
}

std::string amount(std::int64_t us) {
  const std::int64_t magnitude = us == INT64_MIN ? INT64_MAX : us < 0 ? -us : us;
  if (magnitude % kMicrosPerMinute != 0) return std::to_string(magnitude) + " µs";
  return std::to_string(magnitude / kMicrosPerMinute) + " min";
}

/// Whether an answer that looked at the civil dates `first` … `last` went beyond the almanac.
bool beyond_almanac(const CompiledCalendar& calendar, Date first, Date last) {
  const auto& years = calendar.spec.almanac;
  return years && (civil(first).year < years->first || civil(last).year > years->second);
}

/// The same for an answer that looked at the time between two instants, in either order.
bool beyond_almanac(const CompiledCalendar& calendar, Instant a, Instant b) {
  if (!calendar.spec.almanac || a == b) return false;
  const auto [first, end] = std::minmax(a, b);
  return beyond_almanac(calendar, calendar.zone.wall(first).date, calendar.zone.wall(Instant{end.us - 1}).date);
}

/// A date with hours is sought only where the calendar has any: from 1900 to 2199.
bool in_range(Date date) {
  return date.days >= kEarliest.us / kMicrosPerDay && date.days < kLatest.us / kMicrosPerDay;
}

}  // namespace

Calendar::Calendar(CalendarSpec spec, Zone zone)
    : compiled_(std::make_shared<const Compiled>(std::move(spec), std::move(zone))) {}

const CalendarSpec& Calendar::spec() const noexcept { return compiled_->spec; }
const Zone& Calendar::zone() const noexcept { return compiled_->zone; }

bool Calendar::is_open(Instant at) const noexcept {
  if (at < kEarliest || at >= kLatest) return false;
  return compiled_->worked_before(Instant{at.us + 1}) > compiled_->worked_before(at);
}

Calendar::Answer Calendar::add(Instant at, std::int64_t us, std::span<const Segment> pauses) const {
  check_pauses(pauses);
  const Instant reached = reach(*compiled_, at, us, pauses);
  if (reached == kNever && us != 0) {
    throw no_working_time(*compiled_, at, "no " + amount(us) + " of working time " + (us > 0 ? "after" : "before"));
  }
  return {reached, beyond_almanac(*compiled_, at, reached)};
}

Calendar::Answer Calendar::breach(Instant at, std::int64_t us, std::span<const Segment> pauses) const {
  check_pauses(pauses);
  if (us < 0) throw Error(Code::invalid_argument, "a limit of " + std::to_string(us) + " µs is negative");
  const Instant reached = us == INT64_MAX ? kNever : reach(*compiled_, at, us + 1, pauses);
  if (reached == kNever) {
    throw no_working_time(*compiled_, at, "no more than " + amount(us) + " of working time after");
  }
  return {reached, beyond_almanac(*compiled_, at, reached)};
}

std::int64_t Calendar::between(Instant a, Instant b, std::span<const Segment> pauses) const {
  check_pauses(pauses);
  if (b < a) return -between(b, a, pauses);
  return compiled_->worked_before(b) - compiled_->worked_before(a) - paused_between(*compiled_, a, b, pauses);
}

std::vector<Segment> Calendar::periods(Instant start, std::size_t count, bool backward) const {
  // Pieces end where weeks do; those that touch are one period.
  std::vector<Segment> out;
  std::int64_t n = compiled_->worked_before(start);
  while (backward ? n > 0 : n < compiled_->total) {
    const CompiledCalendar::Found piece = compiled_->piece_holding(backward ? n - 1 : n);
    const Segment period{Instant{backward ? piece.from : piece.from + (n - piece.before)},
                         Instant{backward ? piece.from + (n - piece.before) : std::min(piece.until, kLatest.us)}};
    n += backward ? period.from.us - period.until.us : period.until.us - period.from.us;
    if (!out.empty() && backward && period.until == out.back().from) {
      out.back().from = period.from;
    } else if (!out.empty() && !backward && period.from == out.back().until) {
      out.back().until = period.until;
    } else if (out.size() < count) {
      out.push_back(period);
    } else {
      break;
    }
  }
  return out;
}

Calendar::Answer Calendar::add_days(Instant at, std::int64_t n) const {
  const CompiledCalendar& calendar = *compiled_;
  const auto too_few = [&] {
    return no_working_time(calendar, at, n < 0 ? "too few working days before" : "too few working days after");
  };
  const Wall wall = calendar.zone.wall(at);
  Date date = wall.date;
  // With n = 0 on a date without hours the answer is the opening of the next date that has them.
  const bool opening = n == 0 && !has_hours(date);
  const std::int32_t step = n < 0 ? -1 : 1;
  for (std::int64_t left = opening ? 1 : n; left != 0;) {
    date.days += step;
    if (!in_range(date)) throw too_few();
    if (has_hours(date)) left -= step;
  }
  const std::vector<Segment> hours = calendar.segments_of(date);
  Instant reached = opening ? hours.front().from : n == 0 ? at : calendar.zone.instant({date, wall.us});
  if (!is_open(reached)) {
    const auto next = std::find_if(hours.begin(), hours.end(), [&](const Segment& s) { return reached < s.from; });
    reached = next != hours.end() ? next->from : hours.back().until;
  }
  // West of Greenwich the last evening of 2199 lies beyond the range.
  if (reached < kEarliest || reached > kLatest) throw too_few();
  return {reached, beyond_almanac(calendar, std::min(wall.date, date), std::max(wall.date, date))};
}

Calendar::Answer Calendar::next_open(Instant at) const {
  const std::int64_t n = compiled_->worked_before(at);
  if (n >= compiled_->total) throw no_working_time(*compiled_, at, "no opening at or after");
  const Instant open{compiled_->start_of(n)};
  return {open, beyond_almanac(*compiled_, at, Instant{open.us + 1})};
}

bool Calendar::has_hours(Date date) const noexcept {
  if (!in_range(date)) return false;
  const CompiledCalendar::DayHours& hours = compiled_->hours_of(date);
  return std::any_of(hours.begin(), hours.end(), [&](const CompiledCalendar::WallSpan& span) {
    const Segment segment = CompiledCalendar::in_time(compiled_->zone, date, span);
    return segment.from < segment.until;
  });
}

void Calendar::add(std::span<const Instant> at, std::span<const std::int64_t> us, std::span<Instant> out) const {
  if (us.size() != at.size() || out.size() != at.size()) {
    throw Error(Code::invalid_argument, "the arrays have " + std::to_string(at.size()) + ", " + std::to_string(us.size()) +
                                            " and " + std::to_string(out.size()) + " elements, not the same number");
  }
  const CompiledCalendar& calendar = *compiled_;
  for (std::size_t i = 0; i < at.size(); ++i) out[i] = reach(calendar, at[i], us[i], {});
}

void Calendar::between(std::span<const Instant> a, std::span<const Instant> b, std::span<std::int64_t> out) const {
  if (b.size() != a.size() || out.size() != a.size()) {
    throw Error(Code::invalid_argument, "the arrays have " + std::to_string(a.size()) + ", " + std::to_string(b.size()) +
                                            " and " + std::to_string(out.size()) + " elements, not the same number");
  }
  const CompiledCalendar& calendar = *compiled_;
  for (std::size_t i = 0; i < a.size(); ++i) out[i] = calendar.worked_before(b[i]) - calendar.worked_before(a[i]);
}

}  // namespace wuye
