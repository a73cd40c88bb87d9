// Periods as people write them.
#include "../office/support.hpp"

TEST_CASE("periods, good and bad") {
  using namespace wuye;
  using namespace wuye::test;
  const Zone zone = Zone::load("+08:00");
  const auto day = [&](const char* date) { return zone.instant({parse_date(date), 0}); };
  struct Good {
    const char* text;
    const char* from;
    const char* until;
  };
  for (const Good& good : std::initializer_list<Good>{{"2026-03", "2026-03-01", "2026-04-01"}, {"2026-12", "2026-12-01", "2027-01-01"},
                                                      {"2026-Q1", "2026-01-01", "2026-04-01"}, {"2026-Q4", "2026-10-01", "2027-01-01"},
                                                      {"2026-H1", "2026-01-01", "2026-07-01"}, {"2026-H2", "2026-07-01", "2027-01-01"},
                                                      {"2026", "2026-01-01", "2027-01-01"}, {"2026-03-01/2026-03-15", "2026-03-01", "2026-03-16"},
                                                      {"2024-02-29/2024-02-29", "2024-02-29", "2024-03-01"}, {"2026-03-05", "2026-03-05", "2026-03-06"},
                                                      {"1900", "1900-01-01", "1901-01-01"}, {"2199-12", "2199-12-01", "2200-01-01"}}) {
    INFO(good.text);
    CHECK(parse_period(good.text, zone).from == day(good.from));
    CHECK(parse_period(good.text, zone).until == day(good.until));
  }
  for (const char* bad : {"", "2", "20260", "2026-", "2026-0", "2026-00", "2026-13", "2026-3", "2026-Q0", "2026-Q5", "2026-Q", "2026-H3", "2026-q1", "2026/03", "1899", "2200",
                          "2026-02-30", "2026-03-15/2026-03-01", "2026-03/2026-04", "2026-03-01/", "/2026-03-01", "2026-03-01/2026-03-02/2026-03-03", "-026-03", "+026", "2026-Q+1",
                          "2026-+1", "2026-03-1x", " 2026", "2026 ", "二〇二六"}) {
    INFO(bad);
    CHECK(code_of([&] { parse_period(bad, zone); }) == Code::invalid_argument);
  }
}
