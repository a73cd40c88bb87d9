// The civil calendar: days since 1970 to year, month and day, and back. Howard Hinnant's date does the arithmetic.
// Reading and writing dates as text is text.cpp; what a date means at a place is zone.cpp.
#include <date/date.h>

#include "text.hpp"
#include "wuye/time.hpp"

namespace wuye {
namespace {

/// The years that four digits can write. Instants are held to a narrower range; a house deed is not.
constexpr int kFirstYear = 1;
constexpr int kLastYear = 9999;

date::sys_days sys_days_of(Date date) { return date::sys_days{date::days{date.days}}; }

}  // namespace

YearMonthDay civil(Date date) noexcept {
  const date::year_month_day ymd{sys_days_of(date)};
  return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

Date date_of(int year, int month, int day) {
  if (year < kFirstYear || year > kLastYear || month < 1 || month > 12 || day < 1 || day > 31) {
    throw Error(Code::invalid_argument, "there is no date with year " + std::to_string(year) + ", month " +
                                            std::to_string(month) + " and day " + std::to_string(day));
  }
  const date::year_month_day ymd{date::year{year}, date::month{static_cast<unsigned>(month)},
                                 date::day{static_cast<unsigned>(day)}};
  if (!ymd.ok()) {
    const date::year_month_day_last last{ymd.year(), date::month_day_last{ymd.month()}};
    std::string month_text;
    text::append_padded(month_text, year, 4);
    month_text += '-';
    text::append_padded(month_text, month, 2);
    const unsigned last_day = static_cast<unsigned>(last.day());
    throw Error(Code::invalid_argument,
                month_text + " has " + std::to_string(last_day) + " days, not " + std::to_string(day));
  }
  return Date{date::sys_days{ymd}.time_since_epoch().count()};
}

int weekday(Date date) noexcept {
  return static_cast<int>(date::weekday{sys_days_of(date)}.iso_encoding()) - 1;
}

}  // namespace wuye
