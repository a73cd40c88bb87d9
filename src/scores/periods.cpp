#include "scores/periods.hpp"

namespace wuye::scores {

std::vector<Segment> months_of(const Segment& period, const Zone& zone) {
  std::vector<Segment> out;
  const YearMonthDay first = civil(zone.wall(period.from).date);
  for (int year = first.year, month = first.month;; ++month) {
    if (month > 12) {
      month = 1;
      ++year;
    }
    const Instant from = zone.instant({date_of(year, month, 1), 0});
    if (from >= period.until) return out;
    const Instant until = zone.instant({month == 12 ? date_of(year + 1, 1, 1) : date_of(year, month + 1, 1), 0});
    out.push_back({from, until});
  }
}

std::string month_name(Instant from, const Zone& zone) { return format_date(zone.wall(from).date).substr(0, 7); }

Segment span_of(Instant at, int months, bool before, const Zone& zone) {
  const YearMonthDay day = civil(zone.wall(at).date);
  int year = day.year;
  int first = (day.month - 1) / months * months + 1 - (before ? months : 0);
  if (first < 1) {
    first += 12;
    --year;
  }
  const int after = first + months;
  return {zone.instant({date_of(year, first, 1), 0}), zone.instant({after > 12 ? date_of(year + 1, after - 12, 1) : date_of(year, after, 1), 0})};
}

}  // namespace wuye::scores
