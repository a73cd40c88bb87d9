// Dates, times of day and instants as text and as numbers.
#include "support.hpp"

using namespace wuye;

TEST_CASE("civil dates and days since 1970 are inverse", "[time]") {
  CHECK(date_of(1970, 1, 1).days == 0);
  CHECK(date_of(2000, 2, 29).days == 11016);
  CHECK(weekday(day("2026-03-02")) == 0);
  CHECK(weekday(day("1969-12-31")) == 2);
  int mismatches = 0;
  Date date = date_of(1899, 12, 25);
  for (int expected_weekday = 0; date < date_of(2200, 1, 8); ++date.days) {
    const YearMonthDay ymd = civil(date);
    if (date_of(ymd.year, ymd.month, ymd.day) != date || weekday(date) != expected_weekday) ++mismatches;
    if (parse_date(format_date(date)) != date) ++mismatches;
    expected_weekday = (expected_weekday + 1) % 7;
  }
  CHECK(mismatches == 0);
}

TEST_CASE("dates that do not exist are refused with the reason", "[time]") {
  CHECK(refusal(Code::invalid_argument, [] { parse_date("2026-02-30"); }) == "2026-02 has 28 days, not 30");
  CHECK(mentions(refusal(Code::invalid_argument, [] { date_of(2026, 13, 1); }), "month 13"));
  for (const char* text : {"", "2026", "2026-3-2", "2026/03/02", "2026-03-02 ", " 2026-03-02", "2026-00-10", "2026-01-00",
                           "0000-01-01", "+026-01-01", "2026-03-02T", "二〇二六"}) {
    CAPTURE(text);
    refusal(Code::invalid_argument, [&] { parse_date(text); });
  }
}

TEST_CASE("times of day run from 00:00 to 24:00", "[time]") {
  CHECK(parse_time_of_day("00:00") == 0);
  CHECK(parse_time_of_day("08:30") == 510 * kMicrosPerMinute);
  CHECK(parse_time_of_day("08:30:15") == 510 * kMicrosPerMinute + 15 * kMicrosPerSecond);
  CHECK(parse_time_of_day("24:00") == kMicrosPerDay);
  for (const char* text : {"25:00", "24:01", "24:00:01", "8:30", "08:60", "08:30:60", "08:30:15.5", "08", "0830", "-1:00", ""}) {
    CAPTURE(text);
    CHECK(mentions(refusal(Code::invalid_argument, [&] { parse_time_of_day(text); }), "time of day"));
  }
}

TEST_CASE("wall times carry no offset", "[time]") {
  CHECK(parse_wall("2026-03-02T22:10") == Wall{day("2026-03-02"), 1330 * kMicrosPerMinute});
  CHECK(parse_wall("2026-03-02 22:10:05.25") == Wall{day("2026-03-02"), 1330 * kMicrosPerMinute + 5'250'000});
  CHECK(parse_wall("2026-03-02T24:00") == Wall{day("2026-03-02"), kMicrosPerDay});
  CHECK(format_wall(parse_wall("2026-03-02T22:10")) == "2026-03-02T22:10:00");
  CHECK(format_wall(parse_wall("2026-03-02T22:10:00.000001")) == "2026-03-02T22:10:00.000001");
  CHECK(mentions(refusal(Code::invalid_argument, [] { parse_wall("2026-03-02T22:10+08:00"); }), "offset"));
  for (const char* text : {"2026-03-02", "2026-03-02T", "2026-03-02  22:10", "2026-03-02t22:10", "2026-03-02T22:10:00.",
                           "2026-03-02T22:10:00.1234567", "2026-03-02T25:00", "2026-02-30T10:00", "2026-03-02T22:10x"}) {
    CAPTURE(text);
    refusal(Code::invalid_argument, [&] { parse_wall(text); });
  }
}

TEST_CASE("instants carry an offset", "[time]") {
  CHECK(at("1970-01-01T00:00Z").us == 0);
  CHECK(at("2026-03-02T22:10+08:00") == at("2026-03-02T14:10:00Z"));
  CHECK(at("2026-03-02T22:10+0800") == at("2026-03-02 14:10Z"));
  CHECK(at("2026-03-02T22:10+08") == at("2026-03-02T14:10Z"));
  CHECK(at("2026-03-01T23:30-05:30") == at("2026-03-02T05:00Z"));
  CHECK(at("2026-03-02T00:00:00.000001Z").us - at("2026-03-02T00:00Z").us == 1);
  CHECK(at("1900-01-01T00:00Z") == kEarliest);
  CHECK(at("2200-01-01T00:00Z") == kLatest);
  CHECK(mentions(refusal(Code::invalid_argument, [] { at("2026-03-02T22:10"); }), "offset from UTC is missing"));
  CHECK(mentions(refusal(Code::invalid_argument, [] { at("1899-12-31T23:59:59Z"); }), "1900"));
  CHECK(mentions(refusal(Code::invalid_argument, [] { at("2200-01-01T00:00:00.000001Z"); }), "2200"));
  for (const char* text : {"2026-03-02T22:10+24:00", "2026-03-02T22:10+8", "2026-03-02T22:10+08:60", "2026-03-02T22:10 Z",
                           "2026-03-02T22:10Zx", "2026-02-30T10:00Z", "2026-03-02", "now"}) {
    CAPTURE(text);
    refusal(Code::invalid_argument, [&] { at(text); });
  }
}

TEST_CASE("every error code has a name of its own", "[time]") {
  CHECK(code_name(Code::ok) == "ok");
  CHECK(code_name(Code::no_working_time) == "no_working_time");
  CHECK(code_name(static_cast<Code>(99)) == "unknown");
  for (int a = 0; a <= 16; ++a) {
    CHECK(code_name(static_cast<Code>(a)) != "unknown");
    for (int b = 0; b < a; ++b) CHECK(code_name(static_cast<Code>(a)) != code_name(static_cast<Code>(b)));
  }
}
