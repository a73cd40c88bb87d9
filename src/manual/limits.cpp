// Limits and ladders in terms of calendars. Each kind of limit is a few lines; what they share is time that runs except
// in pauses.
#include "manual/limits.hpp"

#include <algorithm>

namespace wuye {
namespace {

using model::Level;
using model::Limit;
using model::Span;

constexpr Instant just_after(Instant at) { return at == kNever ? kNever : Instant{at.us + 1}; }

/// `us` of elapsed time after `from`, pauses taken out.
Instant elapsed_end(Instant from, std::int64_t us, std::span<const Segment> pauses) {
  Instant end{from.us + us};
  for (const Segment& pause : pauses) {
    if (pause.until <= from) continue;
    if (pause.from >= end) break;
    if (pause.until == kNever) return kNever;
    end.us += pause.until.us - std::max(pause.from, from).us;
  }
  return end;
}

/// Elapsed time from `from` to `until`, pauses taken out.
std::int64_t elapsed_between(Instant from, Instant until, std::span<const Segment> pauses) {
  std::int64_t us = until.us - from.us;
  for (const Segment& pause : pauses) {
    const std::int64_t common = std::min(pause.until, until).us - std::max(pause.from, from).us;
    if (common > 0) us -= common;
  }
  return us;
}

/// A share of an amount without overflow; REQUIRES: 0 ≤ percent ≤ 900.
std::int64_t share(std::int64_t amount, int percent) { return amount / 100 * percent + amount % 100 * percent / 100; }

Instant same_wall_time(const Zone& zone, Instant from, std::int64_t days) {
  Wall wall = zone.wall(from);
  wall.date.days += static_cast<std::int32_t>(days);
  return zone.instant(wall);
}

/// Calls `answer` and gives kNever where it says that there is no working time.
template <typename Ask>
Calendar::Answer or_never(const Ask& answer) {
  try {
    return answer();
  } catch (const Error& error) {
    if (error.code() != Code::no_working_time && error.code() != Code::out_of_range) throw;
    return {kNever, false};
  }
}

/// How many working dates begin within the pause, after the date of `from`.
std::int64_t working_dates_begun(const Calendar& calendar, const Segment& pause, Instant from) {
  const Zone& zone = calendar.zone();
  const auto begins = [&](Date date) { return zone.instant({date, 0}); };
  Date date = zone.wall(std::max(pause.from, from)).date;
  std::int64_t count = 0;
  if (date == zone.wall(from).date || begins(date) < pause.from) ++date.days;
  for (; begins(date) < pause.until; ++date.days) {
    if (calendar.has_hours(date)) ++count;
  }
  return count;
}

Calendar::Answer working_days_end(const Calendar& calendar, Instant from, std::int64_t days, std::span<const Segment> pauses) {
  Calendar::Answer end = calendar.add_days(from, days);
  for (const Segment& pause : pauses) {
    if (pause.until <= from) continue;
    if (pause.from >= end.at) break;
    if (pause.until == kNever) return {kNever, end.provisional};
    days += working_dates_begun(calendar, pause, from);
    end = calendar.add_days(from, days);
    if (end.at < pause.until) end = calendar.add_days(from, ++days);
  }
  return end;
}

/// Asks for the end of working time after `from`. What a pause that lasts leaves unused is never used up: that is seen here, since
/// a calendar throws where there is no end, and clocks stand paused by the thousand.
template <typename Ask>
Calendar::Answer unless_it_lasts(std::span<const Segment> pauses, const Ask& ask) {
  if (pauses.empty() || pauses.back().until != kNever) return or_never([&] { return ask(pauses); });
  const Calendar::Answer end = or_never([&] { return ask(pauses.first(pauses.size() - 1)); });
  return end.at <= pauses.back().from ? end : Calendar::Answer{kNever, false};
}

Calendar::Answer end_of(const model::Manual& manual, const Span& span, Instant from, std::span<const Segment> pauses) {
  if (from == kNever) return {kNever, false};
  const Calendar& calendar = manual.calendars[static_cast<std::size_t>(span.calendar)];
  if (span.unit == Span::Unit::working_time && span.amount > 0) {
    return unless_it_lasts(pauses, [&](std::span<const Segment> ended) { return calendar.add(from, span.amount, ended); });
  }
  return or_never([&]() -> Calendar::Answer {
    switch (span.unit) {
      case Span::Unit::working_time: return calendar.add(from, span.amount, pauses);
      case Span::Unit::working_days: return working_days_end(calendar, from, span.amount, pauses);
      case Span::Unit::calendar_days: break;
    }
    const Instant nominal = same_wall_time(manual.zone, from, span.amount);
    return {span.amount < 0 ? nominal : elapsed_end(from, nominal.us - from.us, pauses), false};
  });
}

/// The first instant after `from` at which the calendar opens, having been closed.
Calendar::Answer next_opening(const Calendar& calendar, Instant from) {
  const std::vector<Segment> hours = calendar.periods(from, 2);
  const bool open = !hours.empty() && hours.front().from == from;
  if (hours.size() <= (open ? 1U : 0U)) return {kNever, false};
  return calendar.next_open(hours[open ? 1 : 0].from);
}

Instant end_of_day_of_month(const Zone& zone, Instant from, int day) {
  const YearMonthDay start = civil(zone.wall(from).date);
  for (int ahead = 0;; ++ahead) {
    const int months = start.month - 1 + ahead;
    const auto first_of = [&](int count) { return date_of(start.year + count / 12, count % 12 + 1, 1); };
    const std::int32_t length = first_of(months + 1).days - first_of(months).days;
    const Instant end = zone.instant({Date{first_of(months).days + std::min(day, length)}, 0});
    if (end > from) return end;
  }
}

Instant span_level(const model::Manual& manual, const Span& span, int percent, const Timeline& timeline, Instant from,
                   std::span<const Segment> pauses) {
  if (span.unit == Span::Unit::working_time) {
    Span part = span;
    part.amount = share(span.amount, percent);
    return end_of(manual, part, from, pauses).at;
  }
  // Of days what counts is the time that runs until due. While a pause lasts, due is not known yet; until then the time is
  // that of the limit without pauses, as it was before the pause began.
  const std::int64_t running = timeline.due == kNever ? end_of(manual, span, from, {}).at.us - from.us
                                                      : elapsed_between(from, timeline.due, pauses);
  return elapsed_end(from, share(running, percent), pauses);
}

}  // namespace

Timeline limit_timeline(const model::Manual& manual, const Limit& limit, Instant from, std::int64_t field_value_us,
                        std::span<const Segment> pauses) {
  switch (limit.kind) {
    case Limit::Kind::span: {
      const Calendar::Answer due = end_of(manual, limit.span, from, pauses);
      if (limit.span.unit != Span::Unit::working_time) return {due.at, just_after(due.at), due.provisional};
      const Calendar& calendar = manual.calendars[static_cast<std::size_t>(limit.span.calendar)];
      const Calendar::Answer breach =
          unless_it_lasts(pauses, [&](std::span<const Segment> ended) { return calendar.breach(from, limit.span.amount, ended); });
      return {due.at, breach.at, due.provisional || breach.provisional};
    }
    case Limit::Kind::field: return {Instant{field_value_us}, just_after(Instant{field_value_us}), false};
    case Limit::Kind::wall_time: {
      Wall wall{manual.zone.wall(from).date, limit.wall_us};
      if (manual.zone.instant(wall) <= from) ++wall.date.days;
      const Instant due = manual.zone.instant(wall);
      return {due, just_after(due), false};
    }
    case Limit::Kind::next_opening: {
      const Calendar::Answer due =
          or_never([&] { return next_opening(manual.calendars[static_cast<std::size_t>(limit.calendar)], from); });
      return {due.at, just_after(due.at), due.provisional};
    }
    case Limit::Kind::day_of_month: break;
  }
  const Instant due = end_of_day_of_month(manual.zone, from, limit.day);
  return {due, due, false};
}

Instant level_at(const model::Manual& manual, const Limit& limit, const Level& level, const Timeline& timeline, Instant from,
                 std::span<const Segment> pauses) {
  if (level.kind == Level::Kind::percent) {
    if (level.percent == 100) return timeline.breach;
    Instant at = timeline.due;
    if (limit.kind == Limit::Kind::span) {
      at = span_level(manual, limit.span, level.percent, timeline, from, pauses);
    } else if (timeline.due > from && timeline.due != kNever) {
      at = elapsed_end(from, share(elapsed_between(from, timeline.due, pauses), level.percent), pauses);
    }
    return level.percent < 100 ? std::min(at, timeline.due) : std::max(at, timeline.breach);
  }
  if (timeline.due == kNever) return kNever;
  if (level.kind == Level::Kind::after) {
    return std::max(end_of(manual, level.offset, timeline.due, pauses).at, timeline.breach);
  }
  Span back = level.offset;
  back.amount = -back.amount;
  const Instant at = end_of(manual, back, timeline.due, pauses).at;
  return at == kNever ? from : std::max(at, from);
}

Instant span_end(const model::Manual& manual, const Span& span, Instant from, std::span<const Segment> pauses) {
  return end_of(manual, span, from, pauses).at;
}

std::optional<Instant> field_instant(const model::Manual& manual, const model::Field& field, const Value& value) {
  if (const auto* us = std::get_if<std::int64_t>(&value)) return Instant{*us};
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || field.type != model::FieldType::date) return std::nullopt;
  return manual.zone.instant({Date{parse_date(*text).days + 1}, 0});
}

}  // namespace wuye
