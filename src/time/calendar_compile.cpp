// Checks what a calendar is made of and compiles it (the form is described in calendar_compiled.hpp). Everything about
// weekdays, breaks, holidays, overrides, midnight and summer time is settled here; calendar.cpp sees only pieces of time.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "calendar_compiled.hpp"
#include "text.hpp"

namespace wuye {
namespace {

using WallSpan = CompiledCalendar::WallSpan;
using DayHours = CompiledCalendar::DayHours;
using Piece = CompiledCalendar::Piece;

constexpr std::uint32_t kClosed = 7;  ///< the index in day_hours after the seven weekdays
constexpr std::int64_t kWeekCount = (kLatest.us - kEarliest.us + kMicrosPerWeek - 1) / kMicrosPerWeek;

static_assert(kWeekCount < UINT16_MAX, "SearchIndex numbers runs, of which there may be one a week, in 16 bits");
static_assert((kLatest.us - kEarliest.us) % kMicrosPerWeek != 0, "the closing run begins after kLatest, not at it");
static_assert(kEarliest.us % kMicrosPerDay == 0 && kLatest.us % kMicrosPerDay == 0);
constexpr Date kFirstDate{static_cast<std::int32_t>(kEarliest.us / kMicrosPerDay)};
constexpr Date kEndDate{static_cast<std::int32_t>(kLatest.us / kMicrosPerDay)};

constexpr std::array<const char*, 7> kWeekdayNames = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                      "Friday", "Saturday", "Sunday"};

Date operator+(Date date, std::int32_t days) { return Date{date.days + days}; }

std::string time_text(std::int64_t us) {
  // A span over midnight is kept as hours beyond 24; people write the time of the next day.
  const std::int64_t of_day = us > kMicrosPerDay ? us - kMicrosPerDay : us;
  std::string out;
  text::append_padded(out, of_day / kMicrosPerHour, 2);
  out += ':';
  text::append_padded(out, of_day / kMicrosPerMinute % 60, 2);
  if (of_day % kMicrosPerMinute != 0) {
    out += ':';
    text::append_padded(out, of_day / kMicrosPerSecond % 60, 2);
  }
  return out;
}

std::string span_text(const WallSpan& span) { return time_text(span.from) + "–" + time_text(span.until); }

/// Reads the spec into hours per kind of day, refusing what the contract of Calendar's constructor refuses.
class SpecReader {
 public:
  explicit SpecReader(const CalendarSpec& spec) : spec_(spec) {}

  void read(std::vector<DayHours>& day_hours, std::vector<std::pair<Date, std::uint32_t>>& special) {
    check_plain_values();
    declared_.assign(kClosed + 1, {});
    for (const auto& [day, spans] : spec_.weekly) declared_[index(day)] = day_spans(weekday_name(day), spans);
    if (spec_.around_the_clock) {
      for (int day = 0; day < 7; ++day) declared_[index(day)] = {{0, kMicrosPerDay}};
    }
    read_special_dates();
    check_midnights();
    day_hours = declared_;
    take_breaks_out(day_hours);
    special.assign(special_.begin(), special_.end());
  }

 private:
  static std::size_t index(int day) { return static_cast<std::size_t>(day); }
  static std::string weekday_name(int day) { return kWeekdayNames[index(day)]; }

  Error refuse(const std::string& why) const {
    return Error(Code::invalid_argument, "calendar \"" + spec_.name + "\": " + why);
  }

  void check_weekday(int day, const char* what) const {
    if (day < 0 || day > 6) throw refuse(std::string(what) + " names weekday " + std::to_string(day) + ", not 0 to 6");
  }

  void check_plain_values() const {
    if (spec_.around_the_clock && !(spec_.weekly.empty() && spec_.overrides.empty() && spec_.breaks.empty() &&
                                    spec_.holidays.empty() && spec_.makeup.empty() && !spec_.almanac)) {
      throw refuse("it is open around the clock, so it cannot have hours, breaks, holidays or an almanac");
    }
    for (const auto& entry : spec_.weekly) check_weekday(entry.first, "weekly");
    for (const auto& entry : spec_.breaks) check_weekday(entry.first, "breaks");
    check_weekday(spec_.makeup_like, "makeup_like");
    if (spec_.almanac && spec_.almanac->first > spec_.almanac->second) {
      throw refuse("its almanac ends in " + std::to_string(spec_.almanac->second) + ", before it begins in " +
                   std::to_string(spec_.almanac->first));
    }
    for (const auto& entry : spec_.overrides) check_date(entry.first);
    for (const Date date : spec_.holidays) check_date(date);
    for (const Date date : spec_.makeup) check_date(date);
  }

  void check_date(Date date) const {
    if (date < kFirstDate || date >= kEndDate) {
      throw refuse("a date lies " + std::to_string(date.days) + " days from 1970, outside the years 1900 to 2199");
    }
  }

  /// The spans of one day, sorted; `day` is its name in messages.
  DayHours day_spans(const std::string& day, const std::vector<DaySpan>& spans) const {
    DayHours out;
    for (const DaySpan& span : spans) {
      if (span.from < 0 || span.from >= kMicrosPerDay || span.until < 0 || span.until > kMicrosPerDay) {
        throw refuse(day + " has a span outside 00:00–24:00");
      }
      if (span.from == span.until) {
        throw refuse(day + " has the empty span " + span_text({span.from, span.until}) + " (a whole day is 00:00–24:00)");
      }
      out.push_back({span.from, span.until < span.from ? span.until + kMicrosPerDay : span.until});
    }
    std::sort(out.begin(), out.end(), [](const WallSpan& a, const WallSpan& b) { return a.from < b.from; });
    for (std::size_t i = 1; i < out.size(); ++i) {
      if (out[i].from < out[i - 1].until) {
        throw refuse("on " + day + " " + span_text(out[i - 1]) + " overlaps " + span_text(out[i]));
      }
    }
    return out;
  }

  void read_special_dates() {
    for (const Date date : spec_.makeup) special_[date] = static_cast<std::uint32_t>(spec_.makeup_like);
    for (const Date date : spec_.holidays) {
      if (!special_.emplace(date, kClosed).second && special_[date] != kClosed) {
        throw refuse(format_date(date) + " is given both as a holiday and as a make-up day");
      }
    }
    for (const auto& [date, spans] : spec_.overrides) {
      special_[date] = static_cast<std::uint32_t>(declared_.size());
      declared_.push_back(day_spans(format_date(date), spans));
    }
  }

  const DayHours& declared_on(Date date) const {
    const auto found = special_.find(date);
    return declared_[found != special_.end() ? found->second : static_cast<std::uint32_t>(weekday(date))];
  }

  void check_midnight(const std::string& day, const DayHours& hours, const std::string& next_day,
                      const DayHours& next_hours) const {
    if (hours.empty() || next_hours.empty()) return;
    if (hours.back().until - kMicrosPerDay > next_hours.front().from) {
      throw refuse(day + " " + span_text(hours.back()) + " runs over midnight into " + next_day + " " +
                   span_text(next_hours.front()));
    }
  }

  void check_midnights() const {
    for (int day = 0; day < 7; ++day) {
      const int next = (day + 1) % 7;
      check_midnight(weekday_name(day), declared_[index(day)], weekday_name(next), declared_[index(next)]);
    }
    for (const auto& entry : special_) {
      for (const Date date : {entry.first + -1, entry.first}) {
        check_midnight(format_date(date), declared_on(date), format_date(date + 1), declared_on(date + 1));
      }
    }
  }

  /// Breaks are wall-clock stretches of a weekday. Hours that run over midnight also lose the next weekday's early
  /// breaks, and those of the weekday before that themselves run over midnight.
  void take_breaks_out(std::vector<DayHours>& day_hours) const {
    std::array<DayHours, 7> breaks;
    for (const auto& [day, spans] : spec_.breaks) breaks[index(day)] = day_spans("a break on " + weekday_name(day), spans);
    for (int day = 0; day < 7; ++day) {
      for (const int shift : {-1, 0, 1}) {
        for (const WallSpan& taken : breaks[index((day + shift + 7) % 7)]) {
          const WallSpan shifted{taken.from + shift * kMicrosPerDay, taken.until + shift * kMicrosPerDay};
          take_out(day_hours[index(day)], shifted);
        }
      }
    }
  }

  static void take_out(DayHours& hours, const WallSpan& taken) {
    DayHours left;
    for (const WallSpan& span : hours) {
      const WallSpan before{span.from, std::min(span.until, taken.from)};
      const WallSpan after{std::max(span.from, taken.until), span.until};
      if (before.from < before.until) left.push_back(before);
      if (after.from < after.until) left.push_back(after);
    }
    hours = std::move(left);
  }

  const CalendarSpec& spec_;
  std::vector<DayHours> declared_;  ///< as written, before breaks
  std::map<Date, std::uint32_t> special_;
};

/// Sorts segments and joins those that overlap or touch. (A change of the offset can make wall-clock spans overlap in time.)
void join(std::vector<Segment>& segments) {
  std::sort(segments.begin(), segments.end());
  std::size_t joined = 0;
  for (std::size_t i = 1; i < segments.size(); ++i) {
    if (segments[i].from <= segments[joined].until) {
      segments[joined].until = std::max(segments[joined].until, segments[i].until);
    } else {
      segments[++joined] = segments[i];
    }
  }
  if (!segments.empty()) segments.resize(joined + 1);
}

/// Appends what the spans of `hours`, starting on `date`, are in time.
void append_segments(const Zone& zone, Date date, const DayHours& hours, std::vector<Segment>& out) {
  for (const WallSpan& span : hours) {
    const Segment segment = CompiledCalendar::in_time(zone, date, span);
    if (segment.from < segment.until) out.push_back(segment);
  }
}

/// Lays the hours of days out over the weeks from 1900 to 2200.
class WeekCompiler {
 public:
  explicit WeekCompiler(CompiledCalendar& out) : out_(out) {}

  void compile() {
    // No change of the offset bends days that are open throughout.
    if (!out_.spec.around_the_clock) find_irregular_weeks();
    // A run can only begin with an irregular week or just after one.
    std::set<std::int64_t> starts = {0};
    for (const std::int64_t week : irregular_) starts.insert({week, week + 1});
    for (const std::int64_t week : starts) {
      if (week < kWeekCount) begin_run(week, irregular_.contains(week) ? pattern_of(week) : regular_pattern(week));
    }
    begin_run(kWeekCount, intern({}));
    out_.pieces.shrink_to_fit();
    out_.patterns.shrink_to_fit();
    out_.runs.shrink_to_fit();
  }

 private:
  static std::int64_t week_from(std::int64_t week) { return kEarliest.us + week * kMicrosPerWeek; }

  void find_irregular_weeks() {
    // The spans of a date lie within two days of wall time, and no zone is a day from UTC.
    for (const auto& entry : out_.special) {
      const std::int64_t midnight = entry.first.days * kMicrosPerDay;
      mark_irregular(midnight - kMicrosPerDay, midnight + 3 * kMicrosPerDay);
    }
    // A change of the offset bends spans that begin up to a day before it and end up to a day after it.
    for (std::size_t i = 1; i < out_.zone.transitions().size(); ++i) {
      const std::int64_t from = out_.zone.transitions()[i].from.us;
      mark_irregular(from - 2 * kMicrosPerDay, from + 2 * kMicrosPerDay);
    }
  }

  void mark_irregular(std::int64_t from, std::int64_t until) {
    const std::int64_t first = std::max<std::int64_t>(from - kEarliest.us, 0) / kMicrosPerWeek;
    const std::int64_t last = std::min((until - kEarliest.us) / kMicrosPerWeek, kWeekCount - 1);
    for (std::int64_t week = first; week <= last; ++week) irregular_.insert(week);
  }

  /// All weeks without special dates and changes of the offset are alike as long as the offset is.
  std::uint32_t regular_pattern(std::int64_t week) {
    const std::int32_t offset = out_.zone.offset_at(Instant{week_from(week)});
    const auto known = regular_.find(offset);
    if (known != regular_.end()) return known->second;
    return regular_[offset] = pattern_of(week);
  }

  std::uint32_t pattern_of(std::int64_t week) {
    const std::int64_t from = week_from(week);
    segments_.clear();
    // A date's spans lie between a day before its midnight in UTC and three days after it.
    const Date monday{static_cast<std::int32_t>(from / kMicrosPerDay)};
    for (std::int32_t day = -2; day <= 7; ++day) {
      append_segments(out_.zone, monday + day, out_.hours_of(monday + day), segments_);
    }
    join(segments_);
    std::vector<Piece> pieces = {{0, 0, 0}};
    std::int64_t before = 0;
    for (const Segment& segment : segments_) {
      const std::int64_t piece_from = std::max<std::int64_t>(segment.from.us - from, 0);
      const std::int64_t piece_until = std::min(segment.until.us - from, kMicrosPerWeek);
      if (piece_from >= piece_until) continue;
      pieces.push_back({piece_from, piece_until, before});
      before += piece_until - piece_from;
    }
    return intern(pieces);
  }

  /// The number of the pattern with these pieces (which begin with the empty one), each pattern stored once.
  std::uint32_t intern(std::vector<Piece> pieces) {
    if (pieces.empty()) pieces.push_back({0, 0, 0});
    const auto [known, is_new] = numbers_.try_emplace(pieces, static_cast<std::uint32_t>(out_.patterns.size()));
    if (is_new) {
      const Piece& last = pieces.back();
      out_.patterns.push_back({static_cast<std::uint32_t>(out_.pieces.size()), static_cast<std::uint32_t>(pieces.size()),
                               last.before + (last.until - last.from)});
      out_.pieces.insert(out_.pieces.end(), pieces.begin(), pieces.end());
    }
    return known->second;
  }

  void begin_run(std::int64_t week, std::uint32_t pattern) {
    const std::int64_t from = week_from(week);
    std::int64_t before = 0;
    if (!out_.runs.empty()) {
      const CompiledCalendar::Run& last = out_.runs.back();
      const bool closing = week == kWeekCount;
      if (last.pattern == pattern && !closing) return;
      before = last.before + (from - last.from) / kMicrosPerWeek * out_.patterns[last.pattern].total;
    }
    out_.runs.push_back({from, before, pattern});
  }

  CompiledCalendar& out_;
  std::set<std::int64_t> irregular_;
  std::map<std::int32_t, std::uint32_t> regular_;      ///< by offset in seconds
  std::map<std::vector<Piece>, std::uint32_t> numbers_;
  std::vector<Segment> segments_;                      ///< of the week in hand; kept to reuse its memory
};

}  // namespace

CompiledCalendar::CompiledCalendar(CalendarSpec made_of, Zone in_zone)
    : spec(std::move(made_of)), zone(std::move(in_zone)) {
  SpecReader(spec).read(day_hours, special);
  WeekCompiler(*this).compile();
  runs_by_time = SearchIndex(runs.size(), kLatest.us - kEarliest.us,
                             [&](std::size_t i) { return runs[i].from - kEarliest.us; });
  total = worked_before(kLatest);
  runs_by_working = SearchIndex(runs.size(), total, [&](std::size_t i) { return runs[i].before; });
}

const CompiledCalendar::DayHours& CompiledCalendar::hours_of(Date date) const noexcept {
  const auto found = std::lower_bound(special.begin(), special.end(), date,
                                      [](const auto& entry, Date wanted) { return entry.first < wanted; });
  if (found != special.end() && found->first == date) return day_hours[found->second];
  return day_hours[static_cast<std::size_t>(weekday(date))];
}

Segment CompiledCalendar::in_time(const Zone& zone, Date date, const WallSpan& span) noexcept {
  const auto instant = [&](std::int64_t us) {
    return us <= kMicrosPerDay ? zone.instant({date, us}) : zone.instant({date + 1, us - kMicrosPerDay});
  };
  return {instant(span.from), instant(span.until)};
}

std::vector<Segment> CompiledCalendar::segments_of(Date date) const {
  std::vector<Segment> out;
  append_segments(zone, date, hours_of(date), out);
  join(out);
  return out;
}

}  // namespace wuye
