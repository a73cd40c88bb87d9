// The almanac data of mainland China (src/manual/standard/almanac_cn.toml) as the calendar sees it.
#include <toml++/toml.h>

#include "support.hpp"

using namespace wuye;

namespace {

std::vector<Date> dates(const toml::node_view<toml::node>& list) {
  std::vector<Date> out;
  REQUIRE(list.is_array());
  for (const toml::node& node : *list.as_array()) {
    const auto date = node.value<toml::date>();
    REQUIRE(date.has_value());
    out.push_back(date_of(date->year, date->month, date->day));
  }
  return out;
}

CalendarSpec office_days() {
  toml::table file = toml::parse_file(WUYE_SOURCE_DIR "/src/manual/standard/almanac_cn.toml");
  const auto almanac = file["almanac"]["cn"];
  CalendarSpec spec;
  spec.name = "office_days";
  for (int weekday = 0; weekday < 5; ++weekday) spec.weekly[weekday] = {hours("08:30", "18:30")};
  spec.almanac = {almanac["years"][0].value<int>().value(), almanac["years"][1].value<int>().value()};
  for (int year = spec.almanac->first; year <= spec.almanac->second; ++year) {
    const auto of_year = almanac[std::to_string(year)];
    CAPTURE(year);
    REQUIRE(of_year["source"]["zh"].is_string());
    REQUIRE(of_year["source"]["en"].is_string());
    for (const Date date : dates(of_year["holidays"])) spec.holidays.push_back(date);
    for (const Date date : dates(of_year["makeup"])) spec.makeup.push_back(date);
  }
  return spec;
}

}  // namespace

TEST_CASE("working days of every year of the Chinese almanac", "[time]") {
  const CalendarSpec spec = office_days();
  CHECK(spec.almanac == std::pair(2019, 2026));
  const Calendar calendar(spec, Zone::load("Asia/Shanghai"));
  constexpr int kWorkingDays[] = {250, 249, 250, 249, 249, 251, 248, 248};
  for (int year = 2019; year <= 2026; ++year) {
    CAPTURE(year);
    int working_days = 0;
    for (Date date = date_of(year, 1, 1); date < date_of(year + 1, 1, 1); ++date.days) {
      if (calendar.has_hours(date)) ++working_days;
    }
    CHECK(working_days == kWorkingDays[year - 2019]);
    const Instant first = calendar.zone().instant({date_of(year, 1, 1), 0});
    const Instant end = calendar.zone().instant({date_of(year + 1, 1, 1), 0});
    CHECK(calendar.between(first, end) == working_days * 10 * kMicrosPerHour);
  }
}

TEST_CASE("the dates of the Chinese almanac that are easily got wrong", "[time]") {
  const CalendarSpec spec = office_days();
  const Calendar calendar(spec, Zone::load("Asia/Shanghai"));
  const auto listed_as_makeup = [&](Date date) {
    return std::find(spec.makeup.begin(), spec.makeup.end(), date) != spec.makeup.end();
  };
  for (const char* off : {"2020-02-01", "2022-12-31", "2025-01-28"}) {
    CAPTURE(off);
    CHECK_FALSE(calendar.has_hours(day(off)));
  }
  for (const char* makeup : {"2019-05-05", "2021-02-20", "2023-10-07", "2023-10-08", "2025-01-26", "2026-01-04", "2026-02-14",
                             "2026-09-20", "2026-10-10"}) {
    CAPTURE(makeup);
    CHECK(calendar.has_hours(day(makeup)));
    CHECK(weekday(day(makeup)) >= 5);
    CHECK(listed_as_makeup(day(makeup)));
  }
  for (const char* ordinary : {"2020-02-03", "2024-02-09"}) {
    CAPTURE(ordinary);
    CHECK(calendar.has_hours(day(ordinary)));
    CHECK_FALSE(listed_as_makeup(day(ordinary)));
  }
  // Friday before the Spring Festival of 2026: Saturday is made up, nine days are off.
  CHECK(calendar.add_days(at("2026-02-13T10:00+08:00"), 2).at == at("2026-02-24T10:00+08:00"));
  CHECK(calendar.add(at("2026-02-14T18:00+08:00"), kMicrosPerHour).at == at("2026-02-24T09:00+08:00"));
}

TEST_CASE("answers beyond the almanac are provisional", "[time]") {
  const Calendar calendar(office_days(), Zone::load("Asia/Shanghai"));
  CHECK_FALSE(calendar.add(at("2026-12-31T08:30+08:00"), 10 * kMicrosPerHour).provisional);
  CHECK(calendar.breach(at("2026-12-31T08:30+08:00"), 10 * kMicrosPerHour).provisional);
  CHECK(calendar.add(at("2027-01-04T08:30+08:00"), -11 * kMicrosPerHour).provisional);
  CHECK(calendar.add(at("2019-01-02T08:30+08:00"), -kMicrosPerHour).provisional);
  CHECK_FALSE(calendar.add(at("2027-05-01T00:00+08:00"), 0).provisional);
  CHECK(calendar.add_days(at("2026-12-31T10:00+08:00"), 1).provisional);
  CHECK_FALSE(calendar.add_days(at("2026-12-31T10:00+08:00"), -3).provisional);
  CHECK(calendar.next_open(at("2026-12-31T18:30+08:00")).provisional);
  CHECK_FALSE(calendar.next_open(at("2026-12-31T18:29+08:00")).provisional);
  // A calendar that knows no holidays is never provisional.
  CalendarSpec plain = office_days();
  plain.almanac.reset();
  CHECK_FALSE(Calendar(plain, Zone()).add_days(at("2100-01-01T10:00Z"), 5).provisional);
}
