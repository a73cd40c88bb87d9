// Dates, times of day and instants as text: the one grammar that entries, manuals and scenarios share. Accepts exactly
// what time.hpp promises and says what is wrong with the rest; it knows offsets but no zones (zone.cpp).
#include "text.hpp"

#include <optional>

#include "wuye/time.hpp"

namespace wuye {
namespace text {

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  const std::string digits = std::to_string(value);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

void append_offset(std::string& out, std::int32_t offset_seconds) {
  const std::int32_t magnitude = offset_seconds < 0 ? -offset_seconds : offset_seconds;
  out += offset_seconds < 0 ? '-' : '+';
  append_padded(out, magnitude / 3600, 2);
  out += ':';
  append_padded(out, magnitude / 60 % 60, 2);
  if (magnitude % 60 != 0) {
    out += ':';
    append_padded(out, magnitude % 60, 2);
  }
}

std::string quoted(std::string_view value) {
  constexpr std::size_t kShown = 48;
  std::string out = "\"";
  for (const char c : value.substr(0, kShown)) out += c >= ' ' && c <= '~' ? c : '?';
  out += value.size() > kShown ? "…\"" : "\"";
  return out;
}

namespace {

/// Reads a text from the left. Every method consumes what it recognises, or nothing.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  char next() const { return rest_.empty() ? '\0' : rest_.front(); }
  std::string_view rest() const { return rest_; }

  bool take(char c) {
    if (next() != c || rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Exactly `count` digits.
  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

 private:
  std::string_view rest_;
};

/// "2026-03-02". Nothing if the shape is wrong; throws where the shape is right and there is no such date.
std::optional<Date> read_date(Reader& reader) {
  const auto year = reader.digits(4);
  if (!year || !reader.take('-')) return std::nullopt;
  const auto month = reader.digits(2);
  if (!month || !reader.take('-')) return std::nullopt;
  const auto day = reader.digits(2);
  if (!day) return std::nullopt;
  return date_of(*year, *month, *day);
}

/// "08:30", "08:30:15", "08:30:15.250", "24:00"; microseconds since midnight.
std::optional<std::int64_t> read_time(Reader& reader) {
  const auto hours = reader.digits(2);
  if (!hours || !reader.take(':')) return std::nullopt;
  const auto minutes = reader.digits(2);
  if (!minutes) return std::nullopt;
  int seconds = 0;
  std::int64_t fraction_us = 0;
  if (reader.take(':')) {
    const auto read_seconds = reader.digits(2);
    if (!read_seconds) return std::nullopt;
    seconds = *read_seconds;
    if (reader.take('.')) {
      std::int64_t unit_us = kMicrosPerSecond;
      while (unit_us > 1) {
        const auto digit = reader.digits(1);
        if (!digit) break;
        unit_us /= 10;
        fraction_us += *digit * unit_us;
      }
      if (unit_us == kMicrosPerSecond) return std::nullopt;
    }
  }
  if (*minutes > 59 || seconds > 59) return std::nullopt;
  const std::int64_t us =
      *hours * kMicrosPerHour + *minutes * kMicrosPerMinute + seconds * kMicrosPerSecond + fraction_us;
  if (us > kMicrosPerDay) return std::nullopt;
  return us;
}

std::optional<Wall> read_wall(Reader& reader) {
  const auto date = read_date(reader);
  if (!date || !(reader.take('T') || reader.take(' '))) return std::nullopt;
  const auto us = read_time(reader);
  if (!us) return std::nullopt;
  return Wall{*date, *us};
}

Error malformed(std::string_view value, const std::string& expected) {
  return Error(Code::invalid_argument, quoted(value) + " is not " + expected);
}

void append_time(std::string& out, std::int64_t us) {
  append_padded(out, us / kMicrosPerHour, 2);
  out += ':';
  append_padded(out, us / kMicrosPerMinute % 60, 2);
  out += ':';
  append_padded(out, us / kMicrosPerSecond % 60, 2);
  if (us % kMicrosPerSecond != 0) {
    out += '.';
    append_padded(out, us % kMicrosPerSecond, 6);
  }
}

}  // namespace

bool read_offset(std::string_view value, std::int32_t& offset_seconds) {
  Reader reader(value);
  if (reader.take('Z')) {
    offset_seconds = 0;
    return reader.at_end();
  }
  const bool west = reader.next() == '-';
  if (!reader.take('-') && !reader.take('+')) return false;
  const auto hours = reader.digits(2);
  if (!hours) return false;
  int minutes = 0;
  int seconds = 0;
  if (!reader.at_end()) {
    const bool colons = reader.take(':');
    const auto read_minutes = reader.digits(2);
    if (!read_minutes) return false;
    minutes = *read_minutes;
    if (colons && reader.take(':')) {
      const auto read_seconds = reader.digits(2);
      if (!read_seconds) return false;
      seconds = *read_seconds;
    }
  }
  if (!reader.at_end() || *hours > 23 || minutes > 59 || seconds > 59) return false;
  offset_seconds = *hours * 3600 + minutes * 60 + seconds;
  if (west) offset_seconds = -offset_seconds;
  return true;
}

}  // namespace text

Date parse_date(std::string_view value) {
  text::Reader reader(value);
  const auto date = text::read_date(reader);
  if (!date || !reader.at_end()) throw text::malformed(value, "a date like 2026-03-02");
  return *date;
}

std::int64_t parse_time_of_day(std::string_view value) {
  text::Reader reader(value);
  const auto us = text::read_time(reader);
  if (!us || !reader.at_end() || *us % kMicrosPerSecond != 0) {
    throw text::malformed(value, "a time of day from 00:00 to 24:00");
  }
  return *us;
}

Wall parse_wall(std::string_view value) {
  text::Reader reader(value);
  const auto wall = text::read_wall(reader);
  if (!wall) throw text::malformed(value, "a date and time like 2026-03-02T22:10");
  if (!reader.at_end()) {
    std::int32_t offset_seconds = 0;
    if (text::read_offset(reader.rest(), offset_seconds)) {
      throw text::malformed(value, "a wall time: it carries an offset from UTC, and the zone is already given");
    }
    throw text::malformed(value, "a date and time like 2026-03-02T22:10");
  }
  return *wall;
}

Instant parse_instant(std::string_view value) {
  text::Reader reader(value);
  const auto wall = text::read_wall(reader);
  if (!wall) throw text::malformed(value, "an instant like 2026-03-02T22:10+08:00");
  if (reader.at_end()) {
    throw text::malformed(value, "an instant: the offset from UTC is missing (write +08:00 or Z after the time)");
  }
  std::int32_t offset_seconds = 0;
  if (!text::read_offset(reader.rest(), offset_seconds)) {
    throw text::malformed(value, "an instant like 2026-03-02T22:10+08:00");
  }
  const Instant at{wall->date.days * kMicrosPerDay + wall->us - offset_seconds * kMicrosPerSecond};
  if (at < kEarliest || at > kLatest) throw text::malformed(value, "an instant between the years 1900 and 2200");
  return at;
}

std::string format_date(Date date) {
  const YearMonthDay ymd = civil(date);
  std::string out;
  text::append_padded(out, ymd.year, 4);
  out += '-';
  text::append_padded(out, ymd.month, 2);
  out += '-';
  text::append_padded(out, ymd.day, 2);
  return out;
}

std::string format_wall(const Wall& wall) {
  std::string out = format_date(wall.date);
  out += 'T';
  text::append_time(out, wall.us);
  return out;
}

}  // namespace wuye
