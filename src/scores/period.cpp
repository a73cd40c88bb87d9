// Periods as people write them.
#include <charconv>

#include "wuye/office.hpp"

namespace wuye {
namespace {

int number(std::string_view text) {
  int out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return -1;
  return out;
}

Instant start_of(int year, int month, const Zone& zone) {
  year += (month - 1) / 12;
  month = (month - 1) % 12 + 1;
  return zone.instant({date_of(year, month, 1), 0});
}

}  // namespace

Segment parse_period(std::string_view text, const Zone& zone) {
  const auto bad = [&] {
    return Error(Code::invalid_argument, "a period is written 2026-03, 2026-Q1, 2026-H1, 2026 or 2026-03-01/2026-03-15, not '" + std::string(text) + "'");
  };
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const Date first = parse_date(text.substr(0, slash));
    const Date last = parse_date(text.substr(slash + 1));
    if (last < first) throw bad();
    return {zone.instant({first, 0}), zone.instant({Date{last.days + 1}, 0})};
  }
  const int year = text.size() >= 4 ? number(text.substr(0, 4)) : -1;
  if (year < 1900 || year > 2199) throw bad();
  if (text.size() == 4) return {start_of(year, 1, zone), start_of(year, 13, zone)};
  if (text[4] != '-') throw bad();
  if (text.size() == 7 && (text[5] == 'Q' || text[5] == 'H')) {
    const int part = number(text.substr(6));
    const int length = text[5] == 'Q' ? 3 : 6;
    if (part < 1 || part > 12 / length) throw bad();
    return {start_of(year, (part - 1) * length + 1, zone), start_of(year, part * length + 1, zone)};
  }
  if (text.size() == 7) {
    const int month = number(text.substr(5));
    if (month < 1 || month > 12) throw bad();
    return {start_of(year, month, zone), start_of(year, month + 1, zone)};
  }
  if (text.size() == 10) {
    const Date day = parse_date(text);
    return {zone.instant({day, 0}), zone.instant({Date{day.days + 1}, 0})};
  }
  throw bad();
}

}  // namespace wuye
