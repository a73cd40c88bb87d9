// Zones: taking rules from the machine, keeping them, and wall times around changes of the offset.
#include "reference.hpp"
#include "support.hpp"

using namespace wuye;

TEST_CASE("a zone is fixed or comes from the machine's zone data", "[time]") {
  CHECK(Zone().name() == "UTC");
  CHECK(Zone::load("UTC").transitions() == Zone().transitions());
  CHECK(Zone::load("+08:00").offset_at(at("2026-03-02T00:00Z")) == 8 * 3600);
  CHECK(Zone::load("-03:30").format(at("2026-03-02T00:00Z")) == "2026-03-01T20:30:00-03:30");
  const Zone shanghai = Zone::load("Asia/Shanghai");
  CHECK(shanghai.name() == "Asia/Shanghai");
  CHECK(shanghai.format(at("2026-03-02T14:10Z")) == "2026-03-02T22:10:00+08:00");
  CHECK(shanghai.format(at("1988-07-01T00:00Z")) == "1988-07-01T09:00:00+09:00");
  for (const char* name : {"Asia/Nowhere", "", "../../etc/passwd", "Asia/Shanghai ", "+25:00"}) {
    CAPTURE(name);
    CHECK(mentions(refusal(Code::not_found, [&] { Zone::load(name); }), "not found"));
  }
}

TEST_CASE("summer time goes on after the last change that a zone file lists", "[time]") {
  const Zone berlin = Zone::load("Europe/Berlin");
  for (const int year : {1999, 2026, 2037, 2038, 2100, 2199}) {
    CAPTURE(year);
    CHECK(berlin.offset_at(berlin.instant({date_of(year, 1, 15), 0})) == 3600);
    CHECK(berlin.offset_at(berlin.instant({date_of(year, 7, 15), 0})) == 7200);
  }
  CHECK(berlin.format(at("2150-03-29T00:59:59Z")) == "2150-03-29T01:59:59+01:00");
  CHECK(berlin.format(at("2150-03-29T01:00:00Z")) == "2150-03-29T03:00:00+02:00");
  const Zone lord_howe = Zone::load("Australia/Lord_Howe");
  CHECK(lord_howe.offset_at(at("2150-01-15T00:00Z")) == 11 * 3600);
  CHECK(lord_howe.offset_at(at("2150-07-15T00:00Z")) == 10 * 3600 + 1800);
  // Rules with a negative time of day, with summer time "in winter", and with hours beyond 24.
  CHECK(Zone::load("America/Nuuk").format(at("2150-07-15T00:00Z")) == "2150-07-14T23:00:00-01:00");
  CHECK(Zone::load("Europe/Dublin").format(at("2150-07-15T00:00Z")) == "2150-07-15T01:00:00+01:00");
  CHECK(Zone::load("Asia/Jerusalem").format(at("2150-07-15T00:00Z")) == "2150-07-15T03:00:00+03:00");
}

TEST_CASE("a zone comes back from its transitions", "[time]") {
  const Zone berlin = Zone::load("Europe/Berlin");
  const Zone again = Zone::from_transitions(berlin.name(), berlin.transitions());
  CHECK(again.transitions() == berlin.transitions());
  CHECK(again.name() == berlin.name());
  for (std::size_t i = 1; i < berlin.transitions().size(); ++i) {
    CHECK(berlin.transitions()[i].offset_seconds != berlin.transitions()[i - 1].offset_seconds);
  }
  const Instant t = at("2026-01-01T00:00Z");
  refusal(Code::invalid_argument, [] { Zone::from_transitions("empty", {}); });
  refusal(Code::invalid_argument, [&] { Zone::from_transitions("twice", {{t, 0}, {t, 3600}}); });
  refusal(Code::invalid_argument, [&] { Zone::from_transitions("back", {{t, 0}, {Instant{t.us - 1}, 3600}}); });
  refusal(Code::invalid_argument, [&] { Zone::from_transitions("far", {{t, 86'400}}); });
  refusal(Code::invalid_argument, [&] { Zone::from_transitions("outside", {{kAlways, 0}}); });
  // The first transition holds from the beginning of time.
  CHECK(Zone::from_transitions("one", {{t, 3600}}).offset_at(kEarliest) == 3600);
}

TEST_CASE("wall times that are skipped or run twice", "[time]") {
  const Zone berlin = Zone::load("Europe/Berlin");
  // Skipped: 02:00 to 03:00. One offset change later.
  CHECK(berlin.format(berlin.instant(parse_wall("2026-03-29T01:59:59"))) == "2026-03-29T01:59:59+01:00");
  CHECK(berlin.format(berlin.instant(parse_wall("2026-03-29T02:00"))) == "2026-03-29T03:00:00+02:00");
  CHECK(berlin.format(berlin.instant(parse_wall("2026-03-29T02:30"))) == "2026-03-29T03:30:00+02:00");
  CHECK(berlin.format(berlin.instant(parse_wall("2026-03-29T03:00"))) == "2026-03-29T03:00:00+02:00");
  // Twice: 02:00 to 03:00. The first.
  CHECK(berlin.format(berlin.instant(parse_wall("2026-10-25T02:30"))) == "2026-10-25T02:30:00+02:00");
  CHECK(berlin.format(berlin.instant(parse_wall("2026-10-25T03:00"))) == "2026-10-25T03:00:00+01:00");
  // Half an hour, and a whole day that never was.
  const Zone lord_howe = Zone::load("Australia/Lord_Howe");
  CHECK(lord_howe.format(lord_howe.instant(parse_wall("2026-10-04T02:15"))) == "2026-10-04T02:45:00+11:00");
  CHECK(lord_howe.format(lord_howe.instant(parse_wall("2026-04-05T01:45"))) == "2026-04-05T01:45:00+11:00");
  const Zone apia = Zone::load("Pacific/Apia");
  CHECK(apia.format(apia.instant(parse_wall("2011-12-30T12:00"))) == "2011-12-31T12:00:00+14:00");
  // The end of a day is the beginning of the next.
  CHECK(berlin.instant(parse_wall("2026-03-28T24:00")) == berlin.instant(parse_wall("2026-03-29T00:00")));
}

TEST_CASE("sentinels and absurd dates have an answer", "[time]") {
  const Zone shanghai = Zone::load("Asia/Shanghai");
  CHECK(shanghai.format(kNever) == "2200-01-01T08:00:00+08:00");
  CHECK(shanghai.wall(kAlways) == shanghai.wall(kEarliest));
  CHECK(shanghai.instant({Date{INT32_MAX}, 0}) > kLatest);
  CHECK(shanghai.instant({Date{INT32_MIN}, 0}) < kEarliest);
}

TEST_CASE("instants and wall times agree with the reference", "[time]") {
  for (const char* name : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai", "Pacific/Apia", "-03:30"}) {
    const Zone zone = Zone::load(name);
    reference::Random random(7);
    for (int i = 0; i < 2000; ++i) {
      const auto& near = zone.transitions()[static_cast<std::size_t>(
          random.between(0, static_cast<std::int64_t>(zone.transitions().size()) - 1))];
      const Instant t = random.one_in(2) ? Instant{random.between(kEarliest.us, kLatest.us)}
                                         : Instant{near.from.us + random.between(-2, 2) * kMicrosPerHour / 2};
      const Instant within = std::clamp(t, kEarliest, kLatest);
      CAPTURE(name, within.us);
      const Wall wall = reference::wall(zone, within);
      REQUIRE(zone.wall(within) == wall);
      REQUIRE(zone.instant(wall) == reference::instant(zone, wall));
      const Wall shifted{wall.date, random.between(0, 24 * 4) * 15 * kMicrosPerMinute};
      REQUIRE(zone.instant(shifted) == reference::instant(zone, shifted));
    }
  }
}
