// When a duty falls due: once in every period, at ends of months and in leap years, put off by calendars, in zones that change.
#include "duties/occurrence.hpp"

#include <random>

#include "../office/support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;
using model::Duty;

/// A manual of nothing but a zone and calendars; [1] is open on working days, and closed on the first three days of 2026.
model::Manual office(const Zone& zone = Zone::from_transitions("+08:00", {{kEarliest, 8 * 3600}})) {
  model::Manual out;
  out.zone = zone;
  CalendarSpec always;
  always.around_the_clock = true;
  CalendarSpec working;
  for (int day = 0; day < 5; ++day) working.weekly[day] = {{9 * kMicrosPerHour, 18 * kMicrosPerHour}};
  working.holidays = {parse_date("2026-01-01"), parse_date("2026-01-02")};
  working.makeup = {parse_date("2026-01-04")};
  CalendarSpec closed;
  closed.weekly[0] = {};
  for (const CalendarSpec& spec : {always, working, closed}) out.calendars.emplace_back(spec, zone);
  return out;
}

Duty every(int months, int month = 1, int day = 1, std::int64_t hour = 9) {
  Duty out;
  out.months = months;
  out.month = month;
  out.day = day;
  out.wall_us = hour * kMicrosPerHour;
  return out;
}

std::string due(const Duty& duty, std::string_view period, const model::Manual& manual = office()) {
  const auto at = duties::due_of(duty, manual, parse_date(period));
  return at ? manual.zone.format(*at).substr(0, 16) : "never";
}

/// All that fall due from `from` on before `until`, as the office finds them one after the other.
std::vector<std::string> found(const Duty& duty, std::string_view from, std::string_view until, const model::Manual& manual = office()) {
  std::vector<std::string> out;
  std::optional<Date> done;
  const Instant first = manual.zone.instant(parse_wall(from));
  while (const auto one = duties::next(duty, manual, first, done)) {
    if (one->at >= manual.zone.instant(parse_wall(until))) break;
    out.push_back(format_date(one->period) + " " + manual.zone.format(one->at).substr(0, 16));
    done = one->period;
  }
  return out;
}

using Times = std::vector<std::string>;

}  // namespace

TEST_CASE("periods begin in January, and weeks on Monday", "[duties]") {
  const Date day = parse_date("2026-08-19");
  for (const auto& [months, first, next] : std::initializer_list<std::tuple<int, const char*, const char*>>{{0, "2026-08-17", "2026-08-24"},
                                                                                                           {1, "2026-08-01", "2026-09-01"},
                                                                                                           {3, "2026-07-01", "2026-10-01"},
                                                                                                           {6, "2026-07-01", "2027-01-01"},
                                                                                                           {12, "2026-01-01", "2027-01-01"}}) {
    INFO(months);
    CHECK(format_date(duties::period_of(every(months), day)) == first);
    CHECK(format_date(duties::period_after(every(months), day)) == next);
    CHECK(duties::period_of(every(months), parse_date(first)) == parse_date(first));
  }
}

TEST_CASE("the day of a month, or its last", "[duties]") {
  CHECK(due(every(1, 1, 31), "2026-01-01") == "2026-01-31T09:00");
  CHECK(due(every(1, 1, 31), "2026-02-01") == "2026-02-28T09:00");
  CHECK(due(every(1, 1, 30), "2028-02-01") == "2028-02-29T09:00");
  CHECK(due(every(1, 1, 31), "2026-04-01") == "2026-04-30T09:00");
  CHECK(due(every(3, 2, 29), "2100-01-01") == "2100-02-28T09:00");
  CHECK(due(every(6, 6, 31), "2026-01-01") == "2026-06-30T09:00");
  CHECK(due(every(6, 6, 31), "2026-07-01") == "2026-12-31T09:00");
  CHECK(due(every(12, 12, 31, 24), "2026-01-01") == "2027-01-01T00:00");
  CHECK(due(every(0, 1, 7), "2026-12-28") == "2027-01-03T09:00");
}

TEST_CASE("a day without hours is put off to the next that has some", "[duties]") {
  Duty duty = every(6);
  duty.calendar = 1;
  CHECK(due(duty, "2026-01-01") == "2026-01-04T09:00");  // a Sunday that is worked
  CHECK(due(duty, "2026-07-01") == "2026-07-01T09:00");
  CHECK(due(duty, "2028-01-01") == "2028-01-03T09:00");  // a Saturday
  duty = every(1, 1, 31);
  duty.calendar = 1;
  CHECK(due(duty, "2026-02-01") == "2026-03-02T09:00");  // of February all the same
  duty.calendar = 2;
  CHECK(due(duty, "2026-01-01") == "never");
  CHECK_FALSE(duties::next(duty, office(), when("01-01 00:00"), {}).has_value());
}

TEST_CASE("one after the other, once a period and never before the beginning", "[duties]") {
  CHECK(found(every(6, 5, 10), "2026-05-10T09:00", "2028-01-01T00:00") ==
        Times{"2026-01-01 2026-05-10T09:00", "2026-07-01 2026-11-10T09:00", "2027-01-01 2027-05-10T09:00", "2027-07-01 2027-11-10T09:00"});
  CHECK(found(every(6, 5, 10), "2026-05-10T09:00:00.000001", "2027-01-01T00:00") == Times{"2026-07-01 2026-11-10T09:00"});
  CHECK(found(every(1, 1, 31), "2026-01-31T09:00", "2026-04-01T00:00") ==
        Times{"2026-01-01 2026-01-31T09:00", "2026-02-01 2026-02-28T09:00", "2026-03-01 2026-03-31T09:00"});
  CHECK(found(every(0, 1, 5), "2026-12-20T00:00", "2027-01-10T00:00") ==
        Times{"2026-12-21 2026-12-25T09:00", "2026-12-28 2027-01-01T09:00", "2027-01-04 2027-01-08T09:00"});
  Duty put_off = every(1, 1, 31);
  put_off.calendar = 1;
  // February's falls due in March, and is still to come on the first of it.
  CHECK(found(put_off, "2026-03-01T00:00", "2026-04-01T00:00") == Times{"2026-02-01 2026-03-02T09:00", "2026-03-01 2026-03-31T09:00"});
}

TEST_CASE("a duty that comes more or less often goes on after the period that was done", "[duties]") {
  const model::Manual manual = office();
  const Instant from = when("02-01 00:00");
  const auto next = [&](int months, const char* done) { return format_date(duties::next(every(months, 1, 15), manual, from, parse_date(done))->period); };
  CHECK(next(3, "2026-01-01") == "2026-04-01");
  CHECK(next(6, "2026-04-01") == "2026-07-01");
  CHECK(next(12, "2026-07-01") == "2027-01-01");
  CHECK(next(1, "2026-07-01") == "2026-08-01");
}

TEST_CASE("wall time of the office, whatever its zone does", "[duties]") {
  const Zone zone = Zone::from_transitions("x", {{kEarliest, 3600}, {Instant{1'774'746'000 * kMicrosPerSecond}, 7200}});  // 2026-03-29 01:00 UTC
  const model::Manual manual = office(zone);
  CHECK(found(every(1, 1, 29, 2), "2026-02-01T00:00", "2026-05-01T00:00", manual) ==
        Times{"2026-02-01 2026-02-28T02:00", "2026-03-01 2026-03-29T03:00", "2026-04-01 2026-04-29T02:00"});
}

TEST_CASE("random duties against a walk from day to day", "[duties]") {
  const model::Manual manual = office();
  std::mt19937 random(7);  // NOLINT: the same duties every time
  const auto one_of = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)) + 1; };
  for (int i = 0; i < 200; ++i) {
    const int months = std::vector<int>{0, 1, 3, 6, 12}[random() % 5];
    Duty duty = every(months, months == 0 ? 1 : one_of(months), one_of(months == 0 ? 7 : 31), one_of(23));
    duty.calendar = static_cast<int>(random() % 2);
    const Date first{parse_date("2024-01-01").days + one_of(1000)};
    INFO(months << " months, month " << duty.month << ", day " << duty.day << ", calendar " << duty.calendar << ", from " << format_date(first));
    Times walked;
    for (Date day{first.days - 10}; day.days < first.days + 800; ++day.days) {
      const YearMonthDay on = civil(day);
      const bool last = civil(Date{day.days + 1}).day == 1;
      const bool falls = months == 0 ? weekday(day) == duty.day - 1
                                     : (on.month - 1) % months == duty.month - 1 && (on.day == duty.day || (last && on.day < duty.day));
      if (!falls) continue;
      Date put_off = day;
      while (duty.calendar != 0 && !manual.calendars[1].has_hours(put_off)) ++put_off.days;
      if (put_off >= first && put_off.days < first.days + 780) walked.push_back(manual.zone.format(manual.zone.instant({put_off, duty.wall_us})).substr(0, 16));
    }
    Times reckoned;
    for (const std::string& one : found(duty, format_date(first) + "T00:00", format_date(Date{first.days + 780}) + "T00:00")) reckoned.push_back(one.substr(11));
    CHECK(reckoned == walked);
  }
}

TEST_CASE("at the edges of what is reckoned with", "[duties]") {
  const model::Manual manual = office();
  CHECK(duties::next(every(12), manual, kEarliest, {}).has_value());
  CHECK(duties::next(every(12, 1, 1, 0), manual, Instant{kLatest.us - 1}, {}) == std::nullopt);
}
