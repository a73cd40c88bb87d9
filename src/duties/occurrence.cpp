#include "duties/occurrence.hpp"

#include <algorithm>

namespace wuye::duties {
namespace {

/// A calendar that has been closed for so many days does not open any more.
constexpr std::int32_t kMostClosed = 400;

Date month_on(YearMonthDay first, int months) {
  const int month = first.year * 12 + first.month - 1 + months;
  return date_of(month / 12, month % 12 + 1, 1);
}

}  // namespace

Date period_of(const model::Duty& duty, Date day) {
  if (duty.months == 0) return {day.days - weekday(day)};
  const YearMonthDay on = civil(day);
  return date_of(on.year, (on.month - 1) / duty.months * duty.months + 1, 1);
}

Date period_after(const model::Duty& duty, Date day) {
  const Date period = period_of(duty, day);
  return duty.months == 0 ? Date{period.days + 7} : month_on(civil(period), duty.months);
}

std::optional<Instant> due_of(const model::Duty& duty, const model::Manual& manual, Date period) {
  Date day{period.days + duty.day - 1};
  if (duty.months != 0) {
    const YearMonthDay first = civil(period);
    const Date next_month = month_on(first, duty.month);
    day = std::min(Date{month_on(first, duty.month - 1).days + duty.day - 1}, Date{next_month.days - 1});
  }
  if (duty.calendar != 0) {
    const Calendar& calendar = manual.calendars[static_cast<std::size_t>(duty.calendar)];
    const Date last{day.days + kMostClosed};
    while (!calendar.has_hours(day)) {
      if (day == last) return std::nullopt;
      ++day.days;
    }
  }
  const Instant at = manual.zone.instant({day, duty.wall_us});
  return at < kLatest ? std::optional(at) : std::nullopt;
}

std::optional<Occurrence> next(const model::Duty& duty, const model::Manual& manual, Instant from, std::optional<Date> done) {
  // What was put off may belong to a period that is over.
  Date period = period_of(duty, {manual.zone.wall(from).date.days - kMostClosed});
  if (done) period = std::max(period, period_after(duty, *done));
  for (;; period = period_after(duty, period)) {
    const auto at = due_of(duty, manual, period);
    if (!at) return std::nullopt;
    if (*at >= from) return Occurrence{period, *at};
  }
}

}  // namespace wuye::duties
