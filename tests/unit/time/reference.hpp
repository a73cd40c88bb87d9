// A second implementation of working time, slow and obvious: every minute of some weeks is marked open or closed, and
// every question walks over the minutes one by one. It shares only the plain types with src/time/; times within a minute
// are exact, but hours, offsets and the changes of offsets must lie on whole minutes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "wuye/time.hpp"

namespace wuye::reference {

/// splitmix64: the same numbers on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// from ≤ result ≤ to
  std::int64_t between(std::int64_t from, std::int64_t to) {
    return from + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(to - from + 1));
  }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }

 private:
  std::uint64_t state_;
};

inline std::int32_t offset_at(const Zone& zone, Instant at) {
  std::int32_t offset = zone.transitions().front().offset_seconds;
  for (const Zone::Transition& transition : zone.transitions()) {
    if (transition.from <= at) offset = transition.offset_seconds;
  }
  return offset;
}

inline Wall wall(const Zone& zone, Instant at) {
  const std::int64_t us = at.us + offset_at(zone, at) * kMicrosPerSecond;
  std::int64_t days = us / kMicrosPerDay;
  while (days * kMicrosPerDay > us) --days;
  return {Date{static_cast<std::int32_t>(days)}, us - days * kMicrosPerDay};
}

/// The earliest instant that shows this wall time; where none does, the one that the offset before the gap gives.
inline Instant instant(const Zone& zone, const Wall& wall_time) {
  const std::int64_t us = wall_time.date.days * kMicrosPerDay + wall_time.us;
  std::optional<Instant> first;
  const auto& transitions = zone.transitions();
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    const Instant candidate{us - transitions[i].offset_seconds * kMicrosPerSecond};
    const bool begun = i == 0 || candidate >= transitions[i].from;
    const bool over = i + 1 < transitions.size() && candidate >= transitions[i + 1].from;
    if (begun && !over && (!first || candidate < *first)) first = candidate;
  }
  if (first) return *first;
  for (std::size_t i = 1; i < transitions.size(); ++i) {
    const std::int64_t change = transitions[i].from.us;
    const std::int64_t skipped_from = change + transitions[i - 1].offset_seconds * kMicrosPerSecond;
    const std::int64_t skipped_until = change + transitions[i].offset_seconds * kMicrosPerSecond;
    if (us >= skipped_from && us < skipped_until) return Instant{us - transitions[i - 1].offset_seconds * kMicrosPerSecond};
  }
  return kNever;
}

/// A calendar within a window of time; questions that would need more than the window answer nothing.
class Calendar {
 public:
  Calendar(const CalendarSpec& spec, const Zone& zone, Date first, int days)
      : spec_(spec), zone_(zone), start_{first.days * kMicrosPerDay}, open_(static_cast<std::size_t>(days) * 24 * 60) {
    for (int day = -3; day < days + 3; ++day) {
      for (const Segment& segment : segments_of(Date{first.days + day})) {
        for (std::int64_t t = segment.from.us; t < segment.until.us; t += kMicrosPerMinute) {
          const std::int64_t minute = (t - start_.us) / kMicrosPerMinute;
          if (t >= start_.us && minute < minutes()) open_[static_cast<std::size_t>(minute)] = true;
        }
      }
    }
  }

  bool is_open(Instant at) const { return open_[static_cast<std::size_t>((at.us - start_.us) / kMicrosPerMinute)]; }

  std::int64_t between(Instant a, Instant b, std::span<const Segment> pauses) const {
    if (b < a) return -between(b, a, pauses);
    std::int64_t us = 0;
    for (std::int64_t minute = minute_of(a); minute < minutes() && start_of(minute) < b.us; ++minute) {
      for (const Segment& piece : working(minute, pauses)) {
        us += std::max<std::int64_t>(0, std::min(piece.until, b).us - std::max(piece.from, a).us);
      }
    }
    return us;
  }

  std::optional<Instant> add(Instant at, std::int64_t us, std::span<const Segment> pauses) const {
    if (us == 0) return at;
    std::int64_t left = us < 0 ? -us : us;
    if (us > 0) {
      for (std::int64_t minute = minute_of(at); minute < minutes(); ++minute) {
        for (const Segment& piece : working(minute, pauses)) {
          const std::int64_t from = std::max(piece.from, at).us;
          if (from >= piece.until.us) continue;
          if (left <= piece.until.us - from) return Instant{from + left};
          left -= piece.until.us - from;
        }
      }
      return std::nullopt;
    }
    for (std::int64_t minute = minute_of(at); minute >= 0; --minute) {
      const std::vector<Segment> pieces = working(minute, pauses);
      for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
        const std::int64_t until = std::min(piece->until, at).us;
        if (until <= piece->from.us) continue;
        if (left <= until - piece->from.us) return Instant{until - left};
        left -= until - piece->from.us;
      }
    }
    return std::nullopt;
  }

  std::optional<Instant> next_open(Instant at) const {
    for (std::int64_t minute = minute_of(at); minute < minutes(); ++minute) {
      if (open_[static_cast<std::size_t>(minute)]) return Instant{std::max(at.us, start_of(minute))};
    }
    return std::nullopt;
  }

  /// Periods from `start` up to the edge of the window; the one that touches the edge is left out.
  std::vector<Segment> periods(Instant start, std::size_t count, bool backward) const {
    std::vector<Segment> out;
    const std::int64_t step = backward ? -1 : 1;
    bool in_period = false;
    for (std::int64_t minute = minute_of(start); minute >= 0 && minute < minutes() && out.size() <= count; minute += step) {
      const Instant from{backward ? start_of(minute) : std::max(start_of(minute), start.us)};
      const Instant until{backward ? std::min(start_of(minute + 1), start.us) : start_of(minute + 1)};
      if (!open_[static_cast<std::size_t>(minute)] || from >= until) {
        in_period = false;
      } else if (!in_period) {
        out.push_back({from, until});
        in_period = true;
      } else if (backward) {
        out.back().from = from;
      } else {
        out.back().until = until;
      }
    }
    if (in_period) out.pop_back();
    if (out.size() > count) out.resize(count);
    return out;
  }

  bool has_hours(Date date) const { return !segments_of(date).empty(); }

  std::optional<Instant> add_days(Instant at, std::int64_t n) const {
    const Wall from = wall(zone_, at);
    Date date = from.date;
    if (n == 0 && !has_hours(date)) {
      for (int i = 0; i < 60; ++i) {
        ++date.days;
        if (has_hours(date)) return segments_of(date).front().from;
      }
      return std::nullopt;
    }
    for (int i = 0; i < 60 && n != 0; ++i) {
      date.days += n > 0 ? 1 : -1;
      if (has_hours(date)) n += n > 0 ? -1 : 1;
    }
    if (n != 0) return std::nullopt;
    const Instant same_time = date == from.date ? at : instant(zone_, {date, from.us});
    if (same_time < start_ || same_time.us >= start_of(minutes())) return std::nullopt;
    if (is_open(same_time)) return same_time;
    for (const Segment& segment : segments_of(date)) {
      if (same_time < segment.from) return segment.from;
    }
    return segments_of(date).back().until;
  }

  /// The wall-clock minutes of a date's own hours, minute by minute over the two days they may cover, as instants.
  std::vector<Segment> segments_of(Date date) const {
    constexpr int kMinutes = 2 * 24 * 60;
    std::vector<Segment> out;
    const auto [spans, template_day] = hours_of(date);
    if (spans == nullptr) return out;
    for (const DaySpan& span : *spans) {
      constexpr std::int64_t kClosed = -1;
      std::int64_t from = kClosed;
      for (int minute = 0; minute <= kMinutes; ++minute) {
        const std::int64_t us = minute * kMicrosPerMinute;
        const bool open = covers(span, us) && !(template_day && on_break(*template_day, us));
        if (open && from == kClosed) from = us;
        if (!open && from != kClosed) {
          const Segment segment{at(date, from), at(date, us)};
          if (segment.from < segment.until) out.push_back(segment);
          from = kClosed;
        }
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  std::int64_t minutes() const { return static_cast<std::int64_t>(open_.size()); }
  std::int64_t minute_of(Instant at) const { return (at.us - start_.us) / kMicrosPerMinute; }
  std::int64_t start_of(std::int64_t minute) const { return start_.us + minute * kMicrosPerMinute; }
  Instant at(Date date, std::int64_t us) const {
    return us <= kMicrosPerDay ? instant(zone_, {date, us}) : instant(zone_, {Date{date.days + 1}, us - kMicrosPerDay});
  }

  static bool covers(const DaySpan& span, std::int64_t us) {
    return us >= span.from && us < (span.until <= span.from ? span.until + kMicrosPerDay : span.until);
  }
  bool on_break(int day, std::int64_t us) const {
    for (const int shift : {-1, 0, 1}) {
      const auto found = spec_.breaks.find((day + shift + 7) % 7);
      if (found == spec_.breaks.end()) continue;
      for (const DaySpan& span : found->second) {
        if (covers(span, us - shift * kMicrosPerDay)) return true;
      }
    }
    return false;
  }

  struct Hours {
    const std::vector<DaySpan>* spans;
    std::optional<int> template_day;  ///< whose breaks apply
  };
  Hours hours_of(Date date) const {
    const auto weekday_hours = [&](int day) {
      const auto found = spec_.weekly.find(day);
      return Hours{found == spec_.weekly.end() ? nullptr : &found->second, day};
    };
    if (const auto found = spec_.overrides.find(date); found != spec_.overrides.end()) return {&found->second, std::nullopt};
    if (std::count(spec_.holidays.begin(), spec_.holidays.end(), date) > 0) return {nullptr, std::nullopt};
    if (std::count(spec_.makeup.begin(), spec_.makeup.end(), date) > 0) return weekday_hours(spec_.makeup_like);
    return weekday_hours(((date.days + 3) % 7 + 7) % 7);
  }

  /// The working time of one minute, outside the pauses.
  std::vector<Segment> working(std::int64_t minute, std::span<const Segment> pauses) const {
    std::vector<Segment> out;
    if (!open_[static_cast<std::size_t>(minute)]) return out;
    Instant from{start_of(minute)};
    const Instant until{start_of(minute + 1)};
    for (const Segment& pause : pauses) {
      if (pause.until <= from || pause.from >= until) continue;
      if (from < pause.from) out.push_back({from, pause.from});
      from = std::min(until, pause.until);
    }
    if (from < until) out.push_back({from, until});
    return out;
  }

  const CalendarSpec& spec_;
  const Zone& zone_;
  Instant start_;
  std::vector<bool> open_;
};

}  // namespace wuye::reference
