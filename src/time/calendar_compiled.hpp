// The compiled form of a calendar and the two searches over it. calendar_compile.cpp makes it from a CalendarSpec, checking
// the spec on the way; calendar.cpp answers questions with it.
//
// Time from 1900 to 2200 is cut into weeks on a fixed UTC grid that starts at kEarliest (a Monday). A week's working time
// is a pattern: pieces [from, until) relative to the start of the week, with prefix sums. Most weeks repeat the one
// before; only holidays, overrides and changes of the zone's offset make others. So a calendar is a few hundred runs of
// equal weeks over a few dozen patterns, some tens of kilobytes for three centuries, and every question is two short
// searches and a division, wherever in the range it falls.
//
// The unit of all questions is the working microsecond, numbered from 0 at kEarliest. `worked_before(t)` says how many
// have passed at t, `start_of(n)` when the n-th begins; they are inverse to each other.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "wuye/time.hpp"

namespace wuye {

inline constexpr std::int64_t kMicrosPerWeek = 7 * kMicrosPerDay;

/// Starting points for searches in a sorted list: the range of keys is cut into two to four thousand equal buckets, and each
/// bucket knows the last entry that is not beyond its beginning. From there a search has a step or two left to go.
class SearchIndex {
 public:
  SearchIndex() = default;
  /// `key_of(i)` for i < count is sorted and begins at 0; searches ask for keys from 0 to `key_max`.
  template <class KeyOf>
  SearchIndex(std::size_t count, std::int64_t key_max, KeyOf key_of) {
    while (key_max >> shift_ >= kBucketsMax) ++shift_;
    starts_.reserve(static_cast<std::size_t>(key_max >> shift_) + 1);
    std::size_t entry = 0;
    for (std::int64_t bucket = 0; bucket <= key_max >> shift_; ++bucket) {
      while (entry + 1 < count && key_of(entry + 1) <= bucket << shift_) ++entry;
      starts_.push_back(static_cast<std::uint16_t>(entry));
    }
  }

  std::size_t start(std::int64_t key) const noexcept { return starts_[static_cast<std::size_t>(key >> shift_)]; }

 private:
  static constexpr std::int64_t kBucketsMax = 4096;
  int shift_ = 0;
  std::vector<std::uint16_t> starts_;
};

/// @thread immutable once constructed
struct CompiledCalendar {
  /// A stretch of wall time in microseconds since the midnight of the day it belongs to, up to 48 h.
  struct WallSpan {
    std::int64_t from;
    std::int64_t until;
  };
  using DayHours = std::vector<WallSpan>;

  /// Working time within a week. A pattern begins with an empty piece at 0, so that a search always finds one.
  struct Piece {
    std::int64_t from;    ///< since the start of the week
    std::int64_t until;
    std::int64_t before;  ///< working time of the week before this piece
    friend auto operator<=>(const Piece&, const Piece&) = default;
  };
  struct Pattern {
    std::uint32_t first;  ///< in `pieces`
    std::uint32_t count;
    std::int64_t total;
  };
  /// Equal weeks, up to the next run. The last run starts after kLatest and closes the list; no search goes beyond it.
  struct Run {
    std::int64_t from;     ///< UTC microseconds of the start of its first week
    std::int64_t before;   ///< working time since kEarliest before this run
    std::uint32_t pattern;
  };
  /// A piece found in time: where it lies, and how much working time lies before it.
  struct Found {
    std::int64_t from;
    std::int64_t until;
    std::int64_t before;
  };

  /// Throws as Calendar's constructor does.
  CompiledCalendar(CalendarSpec made_of, Zone in_zone);

  CalendarSpec spec;
  Zone zone;
  std::vector<DayHours> day_hours;                      ///< 0 … 6: the weekdays; then closed; then overrides
  std::vector<std::pair<Date, std::uint32_t>> special;  ///< dates not like their weekday, sorted; index in day_hours
  std::vector<Piece> pieces;
  std::vector<Pattern> patterns;
  std::vector<Run> runs;        ///< fewer than the weeks of the range, so that SearchIndex can number them
  SearchIndex runs_by_time;     ///< key: microseconds since kEarliest
  SearchIndex runs_by_working;  ///< key: working time since kEarliest
  std::int64_t total = 0;  ///< working time from kEarliest to kLatest

  /// Where a span of `date` falls in time; empty or reversed where a change of the offset swallows it.
  static Segment in_time(const Zone& zone, Date date, const WallSpan& span) noexcept;
  const DayHours& hours_of(Date date) const noexcept;
  /// The hours that start on `date`, as they fall in time: sorted, disjoint, none empty.
  std::vector<Segment> segments_of(Date date) const;

  std::int64_t worked_before(Instant at) const noexcept {
    const std::int64_t t = at < kEarliest ? kEarliest.us : at > kLatest ? kLatest.us : at.us;
    const Run* run = runs.data() + runs_by_time.start(t - kEarliest.us);
    while (run[1].from <= t) ++run;
    const Pattern& pattern = patterns[run->pattern];
    const std::int64_t week = (t - run->from) / kMicrosPerWeek;
    const std::int64_t offset = t - run->from - week * kMicrosPerWeek;
    const Piece& piece = last_piece(pattern, &Piece::from, offset);
    return run->before + week * pattern.total + piece.before + std::min(offset, piece.until) - piece.from;
  }

  /// The piece that holds the n-th working microsecond. REQUIRES: 0 ≤ n < total.
  Found piece_holding(std::int64_t n) const noexcept {
    const Run* run = runs.data() + runs_by_working.start(n);
    while (run[1].before <= n) ++run;
    const Pattern& pattern = patterns[run->pattern];
    // Open all week: the weeks of the run are one piece, or answers about round-the-clock calendars would take long.
    if (pattern.total == kMicrosPerWeek) return {run->from, run[1].from, run->before};
    const std::int64_t week = (n - run->before) / pattern.total;
    const std::int64_t week_from = run->from + week * kMicrosPerWeek;
    const std::int64_t week_before = run->before + week * pattern.total;
    const std::int64_t rest = n - week_before;
    const Piece& piece = last_piece(pattern, &Piece::before, rest);
    return {week_from + piece.from, week_from + piece.until, week_before + piece.before};
  }

  /// When the n-th working microsecond begins. REQUIRES: 0 ≤ n < total.
  std::int64_t start_of(std::int64_t n) const noexcept {
    const Found piece = piece_holding(n);
    return piece.from + (n - piece.before);
  }

 private:
  /// The last piece of a pattern whose `key` is at most `limit`. Written so that compilers make conditional moves of it: the
  /// branches of this search cannot be predicted.
  const Piece& last_piece(const Pattern& pattern, std::int64_t Piece::*key, std::int64_t limit) const noexcept {
    const Piece* first = pieces.data() + pattern.first;
    std::size_t count = pattern.count;
    while (count > 1) {
      const std::size_t half = count / 2;
      const Piece* middle = first + half;
      first = middle->*key <= limit ? middle : first;
      count -= half;
    }
    return *first;
  }
};

struct Calendar::Compiled : CompiledCalendar {
  using CompiledCalendar::CompiledCalendar;
};

}  // namespace wuye
