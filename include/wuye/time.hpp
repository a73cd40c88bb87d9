// Instants, dates, zones and working calendars: all that wuye knows about time, and none of it "now".
// Everything here is exact in int64 microseconds UTC and immutable after construction (@thread immutable).
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wuye/error.hpp"

namespace wuye {

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
inline constexpr std::int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
inline constexpr std::int64_t kMicrosPerDay = 24 * kMicrosPerHour;

/// A point in time: microseconds since 1970-01-01T00:00:00Z. Never before year 1900 nor after 2200.
struct Instant {
  std::int64_t us = 0;
  friend constexpr auto operator<=>(Instant, Instant) = default;
};
inline constexpr Instant kNever{INT64_MAX};  ///< later than every instant
inline constexpr Instant kAlways{INT64_MIN}; ///< earlier than every instant
inline constexpr Instant kEarliest{-2'208'988'800 * kMicrosPerSecond};  ///< 1900-01-01T00:00:00Z
inline constexpr Instant kLatest{7'258'118'400 * kMicrosPerSecond};     ///< 2200-01-01T00:00:00Z

/// A civil date: days since 1970-01-01.
struct Date {
  std::int32_t days = 0;
  friend constexpr auto operator<=>(Date, Date) = default;
};
/// A civil date and time of day without zone; `us` since midnight, 0 … 24 h (24 h: the end of the day).
struct Wall {
  Date date;
  std::int64_t us = 0;
  friend constexpr auto operator<=>(const Wall&, const Wall&) = default;
};
struct YearMonthDay {
  int year = 1970;
  int month = 1;  ///< 1 … 12
  int day = 1;    ///< 1 … 31
};
YearMonthDay civil(Date date) noexcept;
/// Throws invalid_argument for a date that does not exist (2026-02-30).
Date date_of(int year, int month, int day);
/// 0 = Monday … 6 = Sunday.
int weekday(Date date) noexcept;

/// "2026-03-02"; throws invalid_argument.
Date parse_date(std::string_view text);
/// "08:30", "08:30:15", "24:00"; microseconds since midnight; throws invalid_argument.
std::int64_t parse_time_of_day(std::string_view text);
/// "2026-03-02T22:10", with optional seconds and up to six decimals, 'T' or one space, no offset.
Wall parse_wall(std::string_view text);
/// ISO 8601 with an offset ("…+08:00", "…Z"); throws invalid_argument, saying so where the offset is missing.
Instant parse_instant(std::string_view text);
std::string format_date(Date date);
/// "2026-03-02T22:10:00" or with ".ffffff" where there are microseconds.
std::string format_wall(const Wall& wall);

/// The rules of one time zone, taken once from the machine's zone data (IANA name) or fixed ("+08:00", "UTC"),
/// and from then on self-contained: `transitions()` goes into the manual, and `from_transitions` brings it back.
class Zone {
 public:
  struct Transition {
    Instant from;                 ///< the first instant of this offset
    std::int32_t offset_seconds;  ///< east of UTC
    friend bool operator==(const Transition&, const Transition&) = default;
  };
  Zone();  ///< UTC
  /// Reads the machine's zone data for an IANA name. Throws not_found with the name (and where zone data is missing).
  static Zone load(std::string_view name);
  /// The first transition holds from the beginning of time. Throws invalid_argument if empty or out of order.
  static Zone from_transitions(std::string name, std::vector<Transition> transitions);

  const std::string& name() const noexcept { return name_; }
  const std::vector<Transition>& transitions() const noexcept { return transitions_; }
  std::int32_t offset_at(Instant at) const noexcept;  ///< seconds east of UTC
  Wall wall(Instant at) const noexcept;
  /// A wall time that does not exist resolves one offset change later; an ambiguous one to its first occurrence.
  Instant instant(const Wall& wall) const noexcept;
  std::string format(Instant at) const;  ///< "2026-03-02T22:10:00+08:00"

 private:
  std::string name_ = "UTC";
  std::vector<Transition> transitions_;
};

/// A half-open stretch of time [from, until).
struct Segment {
  Instant from;
  Instant until;
  friend constexpr auto operator<=>(const Segment&, const Segment&) = default;
};

/// Hours within a day, microseconds since midnight. `until` < `from` means that the span runs over midnight and
/// belongs to the day on which it starts; `until` = 24 h is the end of the day.
struct DaySpan {
  std::int64_t from = 0;
  std::int64_t until = 0;
  friend constexpr auto operator<=>(const DaySpan&, const DaySpan&) = default;
};

/// What a calendar is made of. Precedence for a date's hours: overrides, then holidays (none), then makeup days
/// (the hours of `makeup_like`, default Monday), then weekly; from what results, breaks are taken away.
struct CalendarSpec {
  std::string name;
  bool around_the_clock = false;                     ///< every instant is open; nothing else may be given
  std::map<int, std::vector<DaySpan>> weekly;        ///< weekday 0…6 → spans; a weekday absent has no hours
  std::map<Date, std::vector<DaySpan>> overrides;    ///< these hours replace the day's (empty: closed; half days; 调休)
  std::map<int, std::vector<DaySpan>> breaks;        ///< weekday 0…6 → spans taken out of weekly and make-up hours
  std::vector<Date> holidays;                        ///< closed
  std::vector<Date> makeup;                          ///< open like `makeup_like` although the weekday is not
  int makeup_like = 0;
  /// Years whose holidays are known. Outside them answers that depend on the calendar are `provisional`.
  /// Not set: the calendar knows no holidays and is never provisional.
  std::optional<std::pair<int, int>> almanac;
};

/// A working calendar compiled into sorted UTC segments with prefix sums; every question is a search.
/// Copies share the compiled segments.
class Calendar {
 public:
  /// Throws invalid_argument naming the day and spans where spans of one day overlap (also over midnight into
  /// the next day's), a span is empty, or a date is given both as holiday and make-up day.
  Calendar(CalendarSpec spec, Zone zone);

  struct Answer {
    Instant at;
    bool provisional = false;  ///< relied on dates outside the almanac
  };

  const CalendarSpec& spec() const noexcept;
  const Zone& zone() const noexcept;

  bool is_open(Instant at) const noexcept;
  /// The earliest instant by which `us` of working time, not counting pauses, has passed since `at` (us ≥ 0); for
  /// us < 0 the latest instant from which |us| remain until `at`. `add(at, 0)` is `at`. Pauses are sorted and
  /// disjoint (throws invalid_argument otherwise). Throws no_working_time where the calendar (range 1900…2200) never gets there.
  Answer add(Instant at, std::int64_t us, std::span<const Segment> pauses = {}) const;
  /// The first instant at which working time since `at` exceeds `us`: one microsecond into the next working time after `add`.
  Answer breach(Instant at, std::int64_t us, std::span<const Segment> pauses = {}) const;
  /// Working time in [a, b), pauses taken out; negative where b < a.
  std::int64_t between(Instant a, Instant b, std::span<const Segment> pauses = {}) const;
  /// Working segments from `start`: forward the first is clipped to begin at `start`; backward they end at `start`,
  /// latest first. Fewer than `count` where there are no more.
  std::vector<Segment> periods(Instant start, std::size_t count, bool backward = false) const;
  /// The n-th later (n < 0: earlier) date that has hours, at the same wall time, rolled into open hours: before the
  /// day's first hour to it, in a gap to the next span, after the last to the day's close. n = 0: `at`, rolled on the same
  /// rule if its date has hours, else the first instant of the next working date.
  Answer add_days(Instant at, std::int64_t n) const;
  /// The first open instant at or after `at`.
  Answer next_open(Instant at) const;
  /// True if the civil date (in the calendar's zone) has hours.
  bool has_hours(Date date) const noexcept;

  /// The same over whole arrays; `out` has the size of `at`. Positions that fail get kNever.
  void add(std::span<const Instant> at, std::span<const std::int64_t> us, std::span<Instant> out) const;
  void between(std::span<const Instant> a, std::span<const Instant> b, std::span<std::int64_t> out) const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace wuye
