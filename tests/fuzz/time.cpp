// Instants, dates, times of day, wall times and periods. What reads is written and reads as the same.
#include "wuye/time.hpp"

#include "fuzz.hpp"
#include "wuye/office.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wuye;
  static const Zone shanghai = Zone::from_transitions("+08:00", {{kEarliest, 8 * 3600}});
  static const Zone summer = Zone::from_transitions("summer", {{kEarliest, 3600}, {Instant{1'774'746'000 * kMicrosPerSecond}, 7200}, {Instant{1'792'890'000 * kMicrosPerSecond}, 3600}});
  const std::string_view text = fuzz::text_of(data, size);
  fuzz::answers([&] {
    const Instant at = parse_instant(text);
    fuzz::require(at >= kEarliest && at <= kLatest, "an instant lies between 1900 and 2200");
    for (const Zone* zone : {&shanghai, &summer}) {
      fuzz::require(parse_instant(zone->format(at)) == at, "an instant reads as it is written");
    }
  });
  fuzz::answers([&] {
    const Date date = parse_date(text);
    fuzz::require(parse_date(format_date(date)) == date, "a date reads as it is written");
  });
  fuzz::answers([&] {
    const std::int64_t us = parse_time_of_day(text);
    fuzz::require(us >= 0 && us <= kMicrosPerDay, "a time of day lies within the day");
  });
  fuzz::answers([&] {
    const Wall wall = parse_wall(text);
    if (wall.us < kMicrosPerDay) fuzz::require(parse_wall(format_wall(wall)) == wall, "a wall time reads as it is written");
    static_cast<void>(summer.wall(summer.instant(wall)));
  });
  fuzz::answers([&] {
    const Segment period = parse_period(text, summer);
    fuzz::require(period.from < period.until, "a period has a length");
  });
  return 0;
}
