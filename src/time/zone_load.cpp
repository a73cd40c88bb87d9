// Takes the rules of a zone from the machine's zone data, once. The only file of the core that includes tz.h or looks at
// the machine's zone files; from here on a Zone stands on its own (zone.cpp).
#include <date/tz.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

#include "text.hpp"
#include "wuye/time.hpp"

namespace wuye {
namespace {

using date::sys_seconds;

constexpr sys_seconds kFirstSecond{std::chrono::seconds{kEarliest.us / kMicrosPerSecond}};
constexpr sys_seconds kLastSecond{std::chrono::seconds{kLatest.us / kMicrosPerSecond}};
constexpr const char* kZoneFiles = "/usr/share/zoneinfo/";

Error no_zone(std::string_view name, const std::string& why) {
  return Error(Code::not_found, "time zone " + text::quoted(name) + " was not found: " + why);
}

/// Appends a transition if the offset really changes (zone data also lists changes of abbreviation).
void append(std::vector<Zone::Transition>& transitions, sys_seconds from, std::int64_t offset_seconds) {
  const Instant at{std::max(from, kFirstSecond).time_since_epoch().count() * kMicrosPerSecond};
  const auto offset = static_cast<std::int32_t>(offset_seconds);
  if (transitions.empty() || transitions.back().offset_seconds != offset) transitions.push_back({at, offset});
}

/// The rule that a zone file gives for the years after its last listed transition, in POSIX form:
/// "CET-1CEST,M3.5.0,M10.5.0/3". Zone files list summer time only to 2037, and date reads only what is listed.
class YearlyRule {
 public:
  struct Change {
    int month = 0;                 ///< 1 … 12
    int week = 0;                  ///< 1 … 5, 5: the last
    int weekday = 0;               ///< 0 = Sunday
    std::int64_t seconds = 7200;   ///< of wall time after midnight; may be negative or beyond 24 h
  };
  std::int64_t standard = 0;  ///< seconds east of UTC
  std::int64_t summer = 0;
  Change begins;
  Change ends;

  /// Nothing where the rule has no summer time. Throws std::invalid_argument for a form that zone files do not use.
  static std::optional<YearlyRule> parse(std::string_view rule) {
    Reader in{rule};
    YearlyRule out;
    in.name();
    out.standard = -in.time();
    if (in.rest.empty()) return std::nullopt;
    in.name();
    out.summer = in.rest.starts_with(',') ? out.standard + 3600 : -in.time();
    out.begins = in.change();
    out.ends = in.change();
    if (!in.rest.empty()) throw std::invalid_argument("trailing text");
    return out;
  }

  sys_seconds begin(int year) const { return at(year, begins, standard); }
  sys_seconds end(int year) const { return at(year, ends, summer); }

 private:
  struct Reader {
    std::string_view rest;

    bool take(char c) {
      if (!rest.starts_with(c)) return false;
      rest.remove_prefix(1);
      return true;
    }
    void expect(char c) {
      if (!take(c)) throw std::invalid_argument(std::string("'") + c + "' is missing");
    }
    int number() {
      std::size_t length = 0;
      int value = 0;
      while (length < rest.size() && length < 3 && rest[length] >= '0' && rest[length] <= '9') {
        value = value * 10 + (rest[length++] - '0');
      }
      if (length == 0) throw std::invalid_argument("a number is missing");
      rest.remove_prefix(length);
      return value;
    }
    /// An abbreviation: letters, or anything between angle brackets.
    void name() {
      if (take('<')) {
        rest.remove_prefix(std::min(rest.find('>'), rest.size()));
        expect('>');
        return;
      }
      while (!rest.empty() && ((rest[0] >= 'A' && rest[0] <= 'Z') || (rest[0] >= 'a' && rest[0] <= 'z'))) {
        rest.remove_prefix(1);
      }
    }
    /// [+-]hh[:mm[:ss]] in seconds.
    std::int64_t time() {
      const bool negative = take('-');
      if (!negative) take('+');
      std::int64_t seconds = number() * 3600;
      if (take(':')) seconds += number() * 60;
      if (take(':')) seconds += number();
      return negative ? -seconds : seconds;
    }
    /// ",Mm.w.d[/time]".
    Change change() {
      Change out;
      expect(',');
      expect('M');
      out.month = number();
      expect('.');
      out.week = number();
      expect('.');
      out.weekday = number();
      if (out.month < 1 || out.month > 12 || out.week < 1 || out.week > 5 || out.weekday > 6) {
        throw std::invalid_argument("a change of offset is out of range");
      }
      if (take('/')) out.seconds = time();
      return out;
    }
  };

  static sys_seconds at(int year, const Change& change, std::int64_t offset_before) {
    const date::year y{year};
    const date::month m{static_cast<unsigned>(change.month)};
    const date::weekday day{static_cast<unsigned>(change.weekday)};
    const auto week = static_cast<unsigned>(change.week);
    const date::sys_days midnight = change.week == 5 ? date::sys_days{y / m / date::weekday_last{day}}
                                                     : date::sys_days{y / m / date::weekday_indexed{day, week}};
    return midnight + std::chrono::seconds{change.seconds - offset_before};
  }
};

/// The last line of the zone's file, which holds its POSIX rule. `name` is one that the zone data lists.
std::string rule_text(std::string_view name) {
  std::ifstream file(kZoneFiles + std::string(name), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::size_t end = bytes.empty() ? 0 : bytes.size() - 1;
  const std::size_t begin = end == 0 ? std::string::npos : bytes.rfind('\n', end - 1);
  if (!bytes.starts_with("TZif") || bytes.back() != '\n' || begin == std::string::npos) {
    throw no_zone(name, std::string(kZoneFiles) + " holds no file of its rules in version 2 or later");
  }
  return bytes.substr(begin + 1, end - begin - 1);
}

std::vector<Zone::Transition> listed_transitions(const date::time_zone& zone) {
  std::vector<Zone::Transition> out;
  for (sys_seconds at = kFirstSecond; at < kLastSecond;) {
    const date::sys_info info = zone.get_info(at);
    append(out, info.begin, info.offset.count());
    at = info.end;
  }
  return out;
}

void append_yearly(std::vector<Zone::Transition>& transitions, const YearlyRule& rule) {
  const Instant last_listed = transitions.back().from;
  const auto add = [&](sys_seconds from, std::int64_t offset_seconds) {
    const Instant at{from.time_since_epoch().count() * kMicrosPerSecond};
    if (at > last_listed && at < kLatest) append(transitions, from, offset_seconds);
  };
  for (int year = civil(Zone().wall(last_listed).date).year; year <= 2200; ++year) {
    const sys_seconds begin = rule.begin(year);
    const sys_seconds end = rule.end(year);
    if (begin < end) {
      add(begin, rule.summer);
      add(end, rule.standard);
    } else {
      add(end, rule.standard);
      add(begin, rule.summer);
    }
  }
}

}  // namespace

Zone Zone::load(std::string_view name) {
  if (name == "UTC") return Zone();
  if (std::int32_t offset_seconds = 0; text::read_offset(name, offset_seconds)) {
    return from_transitions(std::string(name), {{kEarliest, offset_seconds}});
  }
  const date::time_zone* found = nullptr;
  try {
    found = date::locate_zone(name);
  } catch (const std::runtime_error& failure) {
    throw no_zone(name, failure.what());
  }
  std::vector<Transition> transitions = listed_transitions(*found);
  try {
    if (const auto rule = YearlyRule::parse(rule_text(found->name()))) append_yearly(transitions, *rule);
  } catch (const std::invalid_argument& failure) {
    throw no_zone(name, std::string("the rule for later years in its zone file cannot be read, ") + failure.what());
  }
  return from_transitions(std::string(name), std::move(transitions));
}

}  // namespace wuye
