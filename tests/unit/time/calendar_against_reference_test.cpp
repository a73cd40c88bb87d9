// The compiled calendar against reference.hpp on random calendars, zones and questions. A failure prints the seed and the
// zone, which are the whole bug report.
#include <string>

#include "reference.hpp"
#include "support.hpp"

using namespace wuye;
using reference::Random;

namespace {

constexpr int kWindowDays = 40;

const std::vector<Zone>& zones() {
  static const std::vector<Zone> all = [] {
    std::vector<Zone> out;
    for (const char* name : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai", "America/Sao_Paulo",
                             "+08:00", "-09:30"}) {
      out.push_back(Zone::load(name));
    }
    return out;
  }();
  return all;
}

/// Up to three spans in order on a grid of five minutes; the last may run over midnight, but not past 04:00, where the
/// earliest span of a day begins.
std::vector<DaySpan> random_spans(Random& random) {
  constexpr std::int64_t kGrid = 5 * kMicrosPerMinute;
  constexpr std::int64_t kGridPerHour = 12;
  std::vector<DaySpan> out;
  if (random.one_in(12)) return {{0, kMicrosPerDay}};
  if (random.one_in(8)) return {{random.between(0, 2 * kGridPerHour) * kGrid, random.between(30, 40) * kGrid}};
  std::int64_t from = random.between(4 * kGridPerHour, 10 * kGridPerHour);
  const std::int64_t count = random.between(1, 3);
  for (std::int64_t i = 0; i < count && from < 23 * kGridPerHour; ++i) {
    const std::int64_t until = from + random.between(1, 7 * kGridPerHour);
    if (until >= 24 * kGridPerHour) {
      out.push_back({from * kGrid, until == 24 * kGridPerHour ? kMicrosPerDay : (until - 24 * kGridPerHour) * kGrid});
      break;
    }
    out.push_back({from * kGrid, until * kGrid});
    from = until + random.between(0, 2 * kGridPerHour);
  }
  return out;
}

CalendarSpec random_spec(Random& random, Date first) {
  CalendarSpec spec;
  spec.name = "random";
  for (int weekday = 0; weekday < 7; ++weekday) {
    if (!random.one_in(4)) spec.weekly[weekday] = random_spans(random);
    if (random.one_in(3)) {
      spec.breaks[weekday] = {{12 * kMicrosPerHour, 12 * kMicrosPerHour + random.between(1, 90) * kMicrosPerMinute},
                              {23 * kMicrosPerHour + 30 * kMicrosPerMinute, 30 * kMicrosPerMinute}};
    }
  }
  spec.makeup_like = static_cast<int>(random.between(0, 6));
  for (int day = 0; day < kWindowDays; ++day) {
    const Date date{first.days + day};
    if (random.one_in(9)) {
      spec.holidays.push_back(date);
    } else if (random.one_in(9)) {
      spec.makeup.push_back(date);
    }
    if (random.one_in(12)) spec.overrides[date] = random.one_in(3) ? std::vector<DaySpan>{} : random_spans(random);
  }
  return spec;
}

/// Some calendars overlap over midnight by chance; those are refused, and another is drawn.
CalendarSpec random_valid_spec(Random& random, Date first, const Zone& zone) {
  for (;;) {
    CalendarSpec spec = random_spec(random, first);
    try {
      Calendar(spec, zone);
      return spec;
    } catch (const Error& error) {
      REQUIRE(error.code() == Code::invalid_argument);
    }
  }
}

/// The first day of a window, half of the time around a change of the zone's offset.
Date random_first(Random& random, const Zone& zone) {
  const auto count = static_cast<std::int64_t>(zone.transitions().size());
  const Instant change = zone.transitions()[static_cast<std::size_t>(random.between(0, count - 1))].from;
  if (random.one_in(2) && change > at("1950-01-01T00:00Z")) return Date{zone.wall(change).date.days - kWindowDays / 2};
  return Date{static_cast<std::int32_t>(random.between(date_of(1955, 1, 1).days, date_of(2199, 6, 1).days))};
}

Instant random_instant(Random& random, Date first, std::int64_t from_day, std::int64_t until_day) {
  const std::int64_t day = random.between(from_day, until_day - 1);
  std::int64_t us = random.between(0, 24 * 12 - 1) * 5 * kMicrosPerMinute;
  if (random.one_in(2)) us += random.between(-2, 2);
  return Instant{(first.days + day) * kMicrosPerDay + us};
}

std::vector<Segment> random_pauses(Random& random, Date first) {
  std::vector<std::int64_t> ends;
  for (std::int64_t left = 2 * random.between(0, 3); left > 0; --left) ends.push_back(random_instant(random, first, 5, 35).us);
  std::sort(ends.begin(), ends.end());
  std::vector<Segment> out;
  for (std::size_t i = 0; i + 1 < ends.size(); i += 2) out.push_back({Instant{ends[i]}, Instant{ends[i + 1]}});
  return out;
}

}  // namespace

TEST_CASE("random calendars agree with the reference minute by minute", "[time]") {
  std::uint64_t compared = 0;
  for (std::uint64_t seed = 1; seed <= 350; ++seed) {
    Random random(seed);
    const Zone& zone = zones()[seed % zones().size()];
    const Date first = random_first(random, zone);
    const CalendarSpec spec = random_valid_spec(random, first, zone);
    CAPTURE(seed, zone.name(), format_date(first));
    const Calendar calendar(spec, zone);
    const reference::Calendar expected(spec, zone, first, kWindowDays);
    for (int question = 0; question < 8; ++question) {
      const Instant t = random_instant(random, first, 12, 28);
      const Instant u = random_instant(random, first, 12, 28);
      const std::vector<Segment> pauses = random_pauses(random, first);
      const std::int64_t us = random.between(-30 * 60, 30 * 60) * kMicrosPerMinute + random.between(-1, 1);
      const std::int64_t days = random.between(-6, 6);
      CAPTURE(question, t.us, u.us, us, days);
      REQUIRE(calendar.is_open(t) == expected.is_open(t));
      REQUIRE(calendar.between(t, u, pauses) == expected.between(t, u, pauses));
      REQUIRE(calendar.between(t, u) == expected.between(t, u, {}));
      if (const auto reached = expected.add(t, us, pauses)) {
        ++compared;
        REQUIRE(calendar.add(t, us, pauses).at == *reached);
        REQUIRE(calendar.between(t, *reached, pauses) == us);
      }
      if (us >= 0) {
        // Breach: the first microsecond after which the reference, too, has measured more.
        if (const auto reached = expected.add(t, us + 1, pauses)) REQUIRE(calendar.breach(t, us, pauses).at == *reached);
      }
      if (const auto open = expected.next_open(t)) REQUIRE(calendar.next_open(t).at == *open);
      if (const auto reached = expected.add_days(t, days)) REQUIRE(calendar.add_days(t, days).at == *reached);
      for (const bool backward : {false, true}) {
        const std::vector<Segment> periods = expected.periods(t, 6, backward);
        REQUIRE(calendar.periods(t, periods.size(), backward) == periods);
      }
      const Date date{first.days + static_cast<std::int32_t>(random.between(0, kWindowDays - 1))};
      REQUIRE(calendar.has_hours(date) == expected.has_hours(date));
    }
  }
  CHECK(compared > 1000);  // most questions are answered within the window
}

TEST_CASE("three centuries add up day by day", "[time]") {
  for (const Zone& zone : zones()) {
    CAPTURE(zone.name());
    CalendarSpec spec;
    spec.name = "desk";
    for (int weekday = 0; weekday < 6; ++weekday) {
      spec.weekly[weekday] = {hours("08:30", "12:00"), hours("13:30", "18:30"), hours("22:00", "05:00")};
    }
    spec.overrides[day("1931-05-05")] = {};
    spec.overrides[day("2171-05-09")] = {hours("09:00", "10:00")};
    const Calendar calendar(spec, zone);
    std::int64_t worked = calendar.between(kEarliest, zone.instant({date_of(1900, 1, 5), 6 * kMicrosPerHour}));
    int mismatches = 0;
    for (Date date = date_of(1900, 1, 5); date < date_of(2199, 12, 30); ++date.days) {
      const auto found = spec.overrides.find(date);
      const auto weekly = spec.weekly.find(weekday(date));
      const std::vector<DaySpan> none;
      const std::vector<DaySpan>& spans =
          found != spec.overrides.end() ? found->second : weekly != spec.weekly.end() ? weekly->second : none;
      for (const DaySpan& span : spans) {
        const Date until{date.days + (span.until <= span.from ? 1 : 0)};
        worked += zone.instant({until, span.until}).us - zone.instant({date, span.from}).us;
      }
      const Instant morning = zone.instant({Date{date.days + 1}, 6 * kMicrosPerHour});
      if (calendar.between(kEarliest, morning) != worked) ++mismatches;
    }
    CHECK(mismatches == 0);
  }
}

TEST_CASE("adding and measuring are inverse over the whole range", "[time]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed);
    const Zone& zone = zones()[seed % zones().size()];
    const Calendar calendar(random_valid_spec(random, date_of(2026, 1, 1), zone), zone);
    CAPTURE(seed, zone.name());
    if (calendar.between(kEarliest, kLatest) == 0) continue;
    std::vector<Instant> starts;
    std::vector<std::int64_t> amounts;
    for (int i = 0; i < 500; ++i) {
      starts.push_back(Instant{random.between(kEarliest.us, kLatest.us)});
      amounts.push_back(random.between(-1000, 1000) * random.between(0, 1'000'000) * kMicrosPerSecond + random.between(-5, 5));
    }
    std::vector<Instant> reached(starts.size());
    calendar.add(starts, amounts, reached);
    std::vector<std::int64_t> worked(starts.size());
    calendar.between(starts, reached, worked);
    for (std::size_t i = 0; i < starts.size(); ++i) {
      CAPTURE(i, starts[i].us, amounts[i]);
      if (reached[i] == kNever) {
        const Instant end = amounts[i] > 0 ? kLatest : kEarliest;
        REQUIRE(std::abs(calendar.between(starts[i], end)) < std::abs(amounts[i]));
        continue;
      }
      REQUIRE(worked[i] == amounts[i]);
      // Earliest forward, latest backward: one microsecond nearer is not enough.
      if (amounts[i] > 0) REQUIRE(calendar.between(starts[i], Instant{reached[i].us - 1}) == amounts[i] - 1);
      if (amounts[i] < 0) REQUIRE(calendar.between(starts[i], Instant{reached[i].us + 1}) == amounts[i] + 1);
    }
  }
}
