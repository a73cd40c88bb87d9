// Calendars: working time without an office, one by one and over arrays.
#include <array>
#include <map>

#include "guard.hpp"
#include "write.hpp"

namespace {

using wuye::Calendar;
using wuye::CalendarSpec;
using wuye::Code;
using wuye::Date;
using wuye::DaySpan;
using wuye::Error;
using wuye::Instant;
using wuye::Segment;
using wuye::json::Tree;
namespace c = wuye::c;

// ---- the specification, from JSON

constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

Error broken(std::string_view key, std::string_view must) {
  return Error(Code::invalid_argument, "\"" + std::string(key) + "\" must be " + std::string(must)).with("key", std::string(key));
}

const std::vector<Tree>& items(const Tree& tree, std::string_view key, std::string_view must) {
  if (tree.kind != Tree::Kind::array) throw broken(key, must);
  return tree.items;
}

std::vector<DaySpan> spans(const Tree& tree, std::string_view key) {
  static constexpr std::string_view kMust = "an array of [\"08:30\", \"18:30\"]";
  std::vector<DaySpan> out;
  for (const Tree& pair : items(tree, key, kMust)) {
    const std::vector<Tree>& ends = items(pair, key, kMust);
    if (ends.size() != 2 || ends[0].kind != Tree::Kind::text || ends[1].kind != Tree::Kind::text) throw broken(key, kMust);
    out.push_back({wuye::parse_time_of_day(ends[0].text), wuye::parse_time_of_day(ends[1].text)});
  }
  return out;
}

int weekday_of(std::string_view name, std::string_view key) {
  for (std::size_t i = 0; i < kDays.size(); ++i) {
    if (kDays[i] == name) return static_cast<int>(i);
  }
  throw broken(key, "of the days mon, tue, wed, thu, fri, sat, sun").with("day", std::string(name));
}

const auto& members(const Tree& tree, std::string_view key) {
  if (tree.kind != Tree::Kind::object) throw broken(key, "an object");
  return tree.members;
}

std::vector<Date> dates(const Tree& tree, std::string_view key) {
  std::vector<Date> out;
  for (const Tree& item : items(tree, key, "an array of dates")) {
    if (item.kind != Tree::Kind::text) throw broken(key, "an array of dates");
    out.push_back(wuye::parse_date(item.text));
  }
  return out;
}

std::pair<int, int> years(const Tree& tree) {
  const std::vector<Tree>& both = items(tree, "almanac", "[first year, last year]");
  const auto year = [](const Tree& item) {
    if (item.kind != Tree::Kind::number || item.number < 1900 || item.number > 2200) throw broken("almanac", "years from 1900 to 2200");
    return static_cast<int>(item.number);
  };
  if (both.size() != 2) throw broken("almanac", "[first year, last year]");
  return {year(both[0]), year(both[1])};
}

std::unique_ptr<wuye_calendar> calendar_from(const Tree& spec) {
  static constexpr std::string_view kKeys[] = {"name",     "time_zone", "around_the_clock", "weekly",      "overrides",
                                               "breaks",   "holidays",  "makeup",           "makeup_like", "almanac"};
  c::refuse_unknown(spec, kKeys, "a calendar");
  CalendarSpec out;
  out.name = spec.text_or("name", "calendar");
  if (const Tree* given = spec.find("around_the_clock")) {
    if (given->kind != Tree::Kind::flag) throw broken("around_the_clock", "true or false");
    out.around_the_clock = given->flag;
  }
  if (const Tree* given = spec.find("weekly")) {
    for (const auto& [day, hours] : members(*given, "weekly")) out.weekly[weekday_of(day, "weekly")] = spans(hours, "weekly");
  }
  if (const Tree* given = spec.find("breaks")) {
    for (const auto& [day, hours] : members(*given, "breaks")) out.breaks[weekday_of(day, "breaks")] = spans(hours, "breaks");
  }
  if (const Tree* given = spec.find("overrides")) {
    for (const auto& [date, hours] : members(*given, "overrides")) {
      out.overrides[wuye::parse_date(date)] = spans(hours, "overrides");
    }
  }
  if (const Tree* given = spec.find("holidays")) out.holidays = dates(*given, "holidays");
  if (const Tree* given = spec.find("makeup")) out.makeup = dates(*given, "makeup");
  if (const Tree* given = spec.find("makeup_like")) out.makeup_like = weekday_of(given->as_text(), "makeup_like");
  if (const Tree* given = spec.find("almanac")) out.almanac = years(*given);
  return std::make_unique<wuye_calendar>(
      wuye_calendar{Calendar(std::move(out), wuye::Zone::load(spec.at("time_zone").as_text()))});
}

// ---- questions

/// Longer than the years that there are; what is longer never comes to an end within them.
constexpr int64_t kLongestUs = wuye::kLatest.us - wuye::kEarliest.us;
constexpr bool possible(int64_t amount_us) noexcept { return amount_us >= -kLongestUs && amount_us <= kLongestUs; }

std::vector<Segment> pauses_in(const int64_t* from_us, const int64_t* until_us, size_t count) {
  const auto from = c::array(from_us, count, "pause_from_us");
  const auto until = c::array(until_us, count, "pause_until_us");
  std::vector<Segment> pauses;
  pauses.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    pauses.push_back({c::instant_in(from[i], "pause_from_us"), c::instant_in(until[i], "pause_until_us")});
  }
  return pauses;
}

/// `ask` gives the answer of one position; one that fails for want of time gets WUYE_NEVER_US.
template <class Ask>
void each(std::span<int64_t> out, Ask&& ask) {
  for (size_t i = 0; i < out.size(); ++i) {
    try {
      out[i] = ask(i);
    } catch (const Error& failure) {
      if (failure.code() != Code::no_working_time && failure.code() != Code::out_of_range) throw;
      out[i] = WUYE_NEVER_US;
    }
  }
}

/// Works through arrays in pieces that fit a processor's cache, so that nothing is allocated and in may be out.
constexpr size_t kPiece = 512;

}  // namespace

extern "C" {

wuye_status wuye_calendar_create(const char* spec, size_t spec_len, wuye_calendar** out, wuye_error** err) {
  return c::guard_new(out, err, [&] { return calendar_from(wuye::json::parse(c::text_in(spec, spec_len, "spec"))); });
}

wuye_status wuye_calendar_of_manual(const wuye_manual* manual, const char* name, size_t name_len, wuye_calendar** out,
                                    wuye_error** err) {
  return c::guard_new(out, err, [&] {
    const wuye::Manual& of = c::required(manual, "manual").value;
    return std::make_unique<wuye_calendar>(wuye_calendar{of.calendar(c::text_in(name, name_len, "name"))});
  });
}

wuye_status wuye_calendar_add(const wuye_calendar* calendar, int64_t at_us, int64_t amount_us, const int64_t* pause_from_us,
                              const int64_t* pause_until_us, size_t pause_count, int64_t* due_us_out, int64_t* breach_us_out,
                              uint8_t* provisional_out, wuye_error** err) {
  return c::guard(err, [&] {
    const Calendar& by = c::required(calendar, "calendar").value;
    int64_t& due_us = c::required(due_us_out, "due_us_out");
    const Instant at = c::instant_in(at_us, "at_us");
    if (!possible(amount_us)) throw Error(Code::out_of_range, "amount_us is longer than the years 1900 to 2200");
    if (breach_us_out != nullptr && amount_us < 0) throw Error(Code::invalid_argument, "an amount below 0 has no breach");
    const std::vector<Segment> pauses = pauses_in(pause_from_us, pause_until_us, pause_count);
    const Calendar::Answer due = by.add(at, amount_us, pauses);
    const Calendar::Answer breach = breach_us_out == nullptr ? due : by.breach(at, amount_us, pauses);
    due_us = due.at.us;
    if (breach_us_out != nullptr) *breach_us_out = breach.at.us;
    if (provisional_out != nullptr) *provisional_out = due.provisional || breach.provisional ? 1 : 0;
  });
}

wuye_status wuye_calendar_between(const wuye_calendar* calendar, int64_t from_us, int64_t until_us,
                                  const int64_t* pause_from_us, const int64_t* pause_until_us, size_t pause_count,
                                  int64_t* amount_us_out, wuye_error** err) {
  return c::guard(err, [&] {
    const Calendar& by = c::required(calendar, "calendar").value;
    int64_t& amount = c::required(amount_us_out, "amount_us_out");
    amount = by.between(c::instant_in(from_us, "from_us"), c::instant_in(until_us, "until_us"),
                        pauses_in(pause_from_us, pause_until_us, pause_count));
  });
}

wuye_status wuye_calendar_add_us(const wuye_calendar* calendar, const int64_t* at_us, const int64_t* amount_us, size_t count,
                                 int64_t* due_us_out, wuye_error** err) {
  return c::guard(err, [&] {
    const Calendar& by = c::required(calendar, "calendar").value;
    const auto at = c::array(at_us, count, "at_us");
    const auto amount = c::array(amount_us, count, "amount_us");
    const auto out = c::array(due_us_out, count, "due_us_out");
    std::array<Instant, kPiece> from;
    std::array<int64_t, kPiece> length;
    std::array<Instant, kPiece> due;
    for (size_t start = 0; start < count; start += kPiece) {
      const size_t n = std::min(kPiece, count - start);
      for (size_t i = 0; i < n; ++i) {
        const bool good = c::representable(at[start + i]) && possible(amount[start + i]);
        from[i] = Instant{good ? at[start + i] : 0};
        length[i] = good ? amount[start + i] : kLongestUs;  // fails, and so gives never
      }
      by.add(std::span(from).first(n), std::span(length).first(n), std::span(due).first(n));
      for (size_t i = 0; i < n; ++i) out[start + i] = due[i].us;
    }
  });
}

wuye_status wuye_calendar_between_us(const wuye_calendar* calendar, const int64_t* from_us, const int64_t* until_us,
                                     size_t count, int64_t* amount_us_out, wuye_error** err) {
  return c::guard(err, [&] {
    const Calendar& by = c::required(calendar, "calendar").value;
    const auto from = c::array(from_us, count, "from_us");
    const auto until = c::array(until_us, count, "until_us");
    const auto out = c::array(amount_us_out, count, "amount_us_out");
    std::array<Instant, kPiece> a;
    std::array<Instant, kPiece> b;
    std::array<int64_t, kPiece> amount;
    std::array<bool, kPiece> good;
    for (size_t start = 0; start < count; start += kPiece) {
      const size_t n = std::min(kPiece, count - start);
      for (size_t i = 0; i < n; ++i) {
        good[i] = c::representable(from[start + i]) && c::representable(until[start + i]);
        a[i] = Instant{good[i] ? from[start + i] : 0};
        b[i] = Instant{good[i] ? until[start + i] : 0};
      }
      by.between(std::span(a).first(n), std::span(b).first(n), std::span(amount).first(n));
      for (size_t i = 0; i < n; ++i) out[start + i] = good[i] ? amount[i] : WUYE_NEVER_US;
    }
  });
}

wuye_status wuye_calendar_add_days_us(const wuye_calendar* calendar, const int64_t* at_us, const int64_t* days, size_t count,
                                      int64_t* at_us_out, wuye_error** err) {
  return c::guard(err, [&] {
    const Calendar& by = c::required(calendar, "calendar").value;
    const auto at = c::array(at_us, count, "at_us");
    const auto n = c::array(days, count, "days");
    const int64_t most = kLongestUs / wuye::kMicrosPerDay;
    each(c::array(at_us_out, count, "at_us_out"), [&](size_t i) {
      if (!c::representable(at[i]) || n[i] > most || n[i] < -most) return WUYE_NEVER_US;
      return by.add_days(Instant{at[i]}, n[i]).at.us;
    });
  });
}

wuye_status wuye_calendar_next_open_us(const wuye_calendar* calendar, const int64_t* at_us, size_t count, int64_t* at_us_out,
                                       wuye_error** err) {
  return c::guard(err, [&] {
    const Calendar& by = c::required(calendar, "calendar").value;
    const auto at = c::array(at_us, count, "at_us");
    each(c::array(at_us_out, count, "at_us_out"),
         [&](size_t i) { return c::representable(at[i]) ? by.next_open(Instant{at[i]}).at.us : WUYE_NEVER_US; });
  });
}

wuye_status wuye_calendar_is_open(const wuye_calendar* calendar, const int64_t* at_us, size_t count, uint8_t* open_out,
                                  wuye_error** err) {
  return c::guard(err, [&] {
    const Calendar& by = c::required(calendar, "calendar").value;
    const auto at = c::array(at_us, count, "at_us");
    const auto out = c::array(open_out, count, "open_out");
    for (size_t i = 0; i < count; ++i) out[i] = c::representable(at[i]) && by.is_open(Instant{at[i]}) ? 1 : 0;
  });
}

wuye_status wuye_calendar_periods(const wuye_calendar* calendar, int64_t start_us, size_t count, uint8_t backward,
                                  int64_t* from_us_out, int64_t* until_us_out, size_t* count_out, wuye_error** err) {
  if (count_out != nullptr) *count_out = 0;
  return c::guard(err, [&] {
    const Calendar& by = c::required(calendar, "calendar").value;
    const auto from = c::array(from_us_out, count, "from_us_out");
    const auto until = c::array(until_us_out, count, "until_us_out");
    size_t& found = c::required(count_out, "count_out");
    const std::vector<Segment> segments = by.periods(c::instant_in(start_us, "start_us"), count, backward != 0);
    for (size_t i = 0; i < segments.size(); ++i) {
      from[i] = segments[i].from.us;
      until[i] = segments[i].until.us;
    }
    found = segments.size();
  });
}

void wuye_calendar_release(wuye_calendar* calendar) { delete calendar; }

}  // extern "C"
