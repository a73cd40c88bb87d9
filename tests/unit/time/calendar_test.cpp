// Working calendars by worked example: the desk of the handbook, its night shift, days off, breaks, pauses, and refusals.
#include <array>

#include "support.hpp"

using namespace wuye;

namespace {

const Zone kChina = Zone::from_transitions("+08:00", {{kEarliest, 8 * 3600}});
constexpr std::int64_t kHour = kMicrosPerHour;

CalendarSpec every_day(std::vector<DaySpan> spans) {
  CalendarSpec spec;
  spec.name = "every_day";
  for (int weekday = 0; weekday < 7; ++weekday) spec.weekly[weekday] = spans;
  return spec;
}

CalendarSpec weekdays(std::vector<DaySpan> spans) {
  CalendarSpec spec = every_day(std::move(spans));
  spec.name = "weekdays";
  spec.weekly.erase(5);
  spec.weekly.erase(6);
  return spec;
}

Segment segment(std::string_view from, std::string_view until) { return {at(from), at(until)}; }

std::string spec_refusal(const CalendarSpec& spec) {
  return refusal(Code::invalid_argument, [&] { Calendar(spec, kChina); });
}

}  // namespace

TEST_CASE("due is when the limit is used up, breach one microsecond of work later", "[time]") {
  const Calendar desk(every_day({hours("08:30", "18:30")}), kChina);
  const Instant start = at("2026-03-02T08:30+08:00");
  CHECK(desk.add(start, 10 * kHour).at == at("2026-03-02T18:30+08:00"));
  CHECK(desk.breach(start, 10 * kHour).at == at("2026-03-03T08:30:00.000001+08:00"));
  CHECK(desk.breach(start, 0).at == at("2026-03-02T08:30:00.000001+08:00"));
  CHECK(desk.add(at("2026-03-02T20:00+08:00"), 4 * kHour).at == at("2026-03-03T12:30+08:00"));
  CHECK(desk.add(at("2026-03-02T20:00+08:00"), 0).at == at("2026-03-02T20:00+08:00"));
  // Backward: the latest instant from which that much remains.
  CHECK(desk.add(at("2026-03-03T08:30+08:00"), -10 * kHour).at == at("2026-03-02T08:30+08:00"));
  CHECK(desk.add(at("2026-03-03T18:30+08:00"), -10 * kHour).at == at("2026-03-03T08:30+08:00"));
  CHECK(desk.add(at("2026-03-03T09:30+08:00"), -2 * kHour).at == at("2026-03-02T17:30+08:00"));
  refusal(Code::invalid_argument, [&] { desk.breach(start, -1); });
}

TEST_CASE("between counts working time and has a sign", "[time]") {
  const Calendar desk(weekdays({hours("08:30", "12:00"), hours("13:30", "18:00")}), kChina);
  const Instant friday = at("2026-03-06T11:00+08:00");
  const Instant monday = at("2026-03-09T14:00+08:00");
  CHECK(desk.between(friday, monday) == (1 * kHour + kHour * 9 / 2) + (kHour * 7 / 2 + kHour / 2));
  CHECK(desk.between(monday, friday) == -desk.between(friday, monday));
  CHECK(desk.between(friday, friday) == 0);
  CHECK(desk.between(kAlways, kNever) == desk.between(kEarliest, kLatest));
}

TEST_CASE("night hours belong to the day on which they start", "[time]") {
  CalendarSpec spec = weekdays({hours("18:30", "08:30")});
  const Calendar night(spec, kChina);
  CHECK(night.is_open(at("2026-03-07T08:29:59+08:00")));         // Saturday morning is Friday's night
  CHECK_FALSE(night.is_open(at("2026-03-07T08:30+08:00")));
  CHECK_FALSE(night.is_open(at("2026-03-07T20:00+08:00")));
  CHECK_FALSE(night.has_hours(day("2026-03-07")));
  spec.holidays = {day("2026-03-06")};
  const Calendar holiday(spec, kChina);
  CHECK_FALSE(holiday.is_open(at("2026-03-07T02:00+08:00")));
  CHECK(holiday.is_open(at("2026-03-06T02:00+08:00")));          // Thursday's night runs into the holiday
  // Up to midnight may be written 24:00 or 00:00, and joins what begins there.
  const Calendar joined(every_day({hours("00:00", "06:00"), hours("22:00", "00:00")}), kChina);
  CHECK(joined.periods(at("2026-03-02T12:00+08:00"), 1) ==
        std::vector{segment("2026-03-02T22:00+08:00", "2026-03-03T06:00+08:00")});
}

TEST_CASE("a span may last until just before the hour at which it began", "[time]") {
  // Saturday's 23 hours end on Sunday evening, which far west of Greenwich is Monday in UTC.
  CalendarSpec spec;
  spec.name = "long_night";
  spec.weekly[5] = {hours("23:00", "22:00")};
  const Calendar calendar(spec, Zone::load("-11:00"));
  CHECK(calendar.periods(at("2026-03-07T12:00-11:00"), 1) ==
        std::vector{segment("2026-03-07T23:00-11:00", "2026-03-08T22:00-11:00")});
}

TEST_CASE("the more specific entry for a date wins", "[time]") {
  CalendarSpec spec = weekdays({hours("08:30", "18:30")});
  spec.weekly[0] = {hours("09:00", "17:00")};
  spec.breaks[0] = {hours("12:00", "13:00")};
  spec.breaks[6] = {hours("09:00", "10:00")};
  spec.makeup = {day("2026-03-08")};
  spec.holidays = {day("2026-03-09"), day("2026-03-10")};
  spec.overrides[day("2026-03-09")] = {hours("09:00", "12:30")};
  spec.overrides[day("2026-03-11")] = {};
  const Calendar calendar(spec, kChina);
  const std::vector<Segment> expected = {
      segment("2026-03-08T09:00+08:00", "2026-03-08T12:00+08:00"),  // Sunday made up: Monday's hours, Monday's break
      segment("2026-03-08T13:00+08:00", "2026-03-08T17:00+08:00"),
      segment("2026-03-09T09:00+08:00", "2026-03-09T12:30+08:00"),  // half a day in spite of the holiday, no break
      segment("2026-03-12T08:30+08:00", "2026-03-12T18:30+08:00"),
  };
  CHECK(calendar.periods(at("2026-03-07T00:00+08:00"), 4) == expected);
  CHECK_FALSE(calendar.has_hours(day("2026-03-10")));
  CHECK_FALSE(calendar.has_hours(day("2026-03-11")));
}

TEST_CASE("breaks are taken out of night hours on both sides of midnight", "[time]") {
  CalendarSpec spec = every_day({hours("20:00", "08:00")});
  for (int weekday = 0; weekday < 7; ++weekday) spec.breaks[weekday] = {hours("02:00", "03:00"), hours("23:30", "00:30")};
  const Calendar night(spec, kChina);
  const std::vector<Segment> expected = {
      segment("2026-03-02T20:00+08:00", "2026-03-02T23:30+08:00"),
      segment("2026-03-03T00:30+08:00", "2026-03-03T02:00+08:00"),
      segment("2026-03-03T03:00+08:00", "2026-03-03T08:00+08:00"),
  };
  CHECK(night.periods(at("2026-03-02T12:00+08:00"), 3) == expected);
  // A break may take the whole day away.
  CalendarSpec gone = every_day({hours("09:00", "10:00")});
  gone.breaks[0] = {hours("08:00", "11:00")};
  CHECK_FALSE(Calendar(gone, kChina).has_hours(day("2026-03-02")));
}

TEST_CASE("pauses stop the clock", "[time]") {
  const Calendar desk(every_day({hours("08:30", "18:30")}), kChina);
  const Instant start = at("2026-03-02T10:00+08:00");
  const std::vector<Segment> pauses = {segment("2026-03-02T11:00+08:00", "2026-03-02T12:00+08:00"),
                                       segment("2026-03-02T18:00+08:00", "2026-03-03T09:00+08:00")};
  CHECK(desk.add(start, kHour, pauses).at == at("2026-03-02T11:00+08:00"));
  CHECK(desk.breach(start, kHour, pauses).at == at("2026-03-02T12:00:00.000001+08:00"));
  CHECK(desk.add(start, 8 * kHour, pauses).at == at("2026-03-03T10:00+08:00"));
  CHECK(desk.add(at("2026-03-03T10:00+08:00"), -8 * kHour, pauses).at == start);
  CHECK(desk.add(at("2026-03-02T13:00+08:00"), -kHour, pauses).at == at("2026-03-02T12:00+08:00"));
  CHECK(desk.between(start, at("2026-03-03T10:00+08:00"), pauses) == 8 * kHour);
  CHECK(desk.between(at("2026-03-03T10:00+08:00"), start, pauses) == -8 * kHour);
  // A pause that has not ended leaves no due time; one that begins when the work is done does no harm.
  const std::vector<Segment> waiting = {{at("2026-03-02T11:00+08:00"), kNever}};
  CHECK(desk.add(start, kHour, waiting).at == at("2026-03-02T11:00+08:00"));
  CHECK(mentions(refusal(Code::no_working_time, [&] { desk.add(start, kHour + 1, waiting); }), "every_day"));
  refusal(Code::no_working_time, [&] { desk.breach(start, kHour, waiting); });
  const std::vector<Segment> unsorted = {pauses[1], pauses[0]};
  refusal(Code::invalid_argument, [&] { desk.add(start, kHour, unsorted); });
  const std::vector<Segment> reversed = {{pauses[0].until, pauses[0].from}};
  refusal(Code::invalid_argument, [&] { desk.between(start, start, reversed); });
}

TEST_CASE("working days keep the wall time and roll into open hours", "[time]") {
  CalendarSpec spec = weekdays({hours("08:30", "12:00"), hours("13:30", "18:00")});
  spec.overrides[day("2026-03-10")] = {hours("14:00", "16:00")};
  const Calendar calendar(spec, kChina);
  CHECK(calendar.add_days(at("2026-03-06T10:00+08:00"), 1).at == at("2026-03-09T10:00+08:00"));
  CHECK(calendar.add_days(at("2026-03-09T10:00+08:00"), 1).at == at("2026-03-10T14:00+08:00"));   // before opening
  CHECK(calendar.add_days(at("2026-03-09T17:00+08:00"), 1).at == at("2026-03-10T16:00+08:00"));   // after the close
  CHECK(calendar.add_days(at("2026-03-10T12:30+08:00"), 1).at == at("2026-03-11T13:30+08:00"));   // in the gap
  CHECK(calendar.add_days(at("2026-03-09T10:00+08:00"), -1).at == at("2026-03-06T10:00+08:00"));
  CHECK(calendar.add_days(at("2026-03-09T10:15+08:00"), 0).at == at("2026-03-09T10:15+08:00"));
  CHECK(calendar.add_days(at("2026-03-09T07:00+08:00"), 0).at == at("2026-03-09T08:30+08:00"));
  CHECK(calendar.add_days(at("2026-03-07T10:00+08:00"), 0).at == at("2026-03-09T08:30+08:00"));   // Saturday
  CHECK(calendar.add_days(at("2026-03-07T10:00+08:00"), 1).at == at("2026-03-09T10:00+08:00"));
  CHECK(calendar.add_days(at("2026-03-07T10:00+08:00"), -1).at == at("2026-03-06T10:00+08:00"));
  refusal(Code::no_working_time, [&] { calendar.add_days(at("2026-03-09T10:00+08:00"), INT64_MAX); });
  refusal(Code::no_working_time, [&] { calendar.add_days(at("2026-03-09T10:00+08:00"), INT64_MIN); });
}

TEST_CASE("periods are clipped at the start, in both directions", "[time]") {
  const Calendar desk(weekdays({hours("08:30", "18:30")}), kChina);
  const Instant start = at("2026-03-06T10:00+08:00");
  CHECK(desk.periods(start, 2) == std::vector{segment("2026-03-06T10:00+08:00", "2026-03-06T18:30+08:00"),
                                              segment("2026-03-09T08:30+08:00", "2026-03-09T18:30+08:00")});
  CHECK(desk.periods(start, 2, true) == std::vector{segment("2026-03-06T08:30+08:00", "2026-03-06T10:00+08:00"),
                                                    segment("2026-03-05T08:30+08:00", "2026-03-05T18:30+08:00")});
  CHECK(desk.periods(start, 0).empty());
  CHECK(desk.periods(kNever, 3).empty());
  CHECK(desk.periods(kAlways, 3, true).empty());
  CHECK(desk.next_open(start).at == start);
  CHECK(desk.next_open(at("2026-03-06T18:30+08:00")).at == at("2026-03-09T08:30+08:00"));
}

TEST_CASE("around the clock is every instant from 1900 to 2200", "[time]") {
  CalendarSpec spec;
  spec.name = "around_the_clock";
  spec.around_the_clock = true;
  for (const char* zone : {"Asia/Shanghai", "America/New_York", "Pacific/Apia"}) {
    CAPTURE(zone);
    const Calendar calendar(spec, Zone::load(zone));
    CHECK(calendar.periods(kAlways, 5) == std::vector{Segment{kEarliest, kLatest}});
    CHECK(calendar.periods(kNever, 5, true) == std::vector{Segment{kEarliest, kLatest}});
    CHECK(calendar.between(kEarliest, kLatest) == kLatest.us - kEarliest.us);
    CHECK(calendar.add(at("2026-03-02T22:10+08:00"), 2 * kHour).at == at("2026-03-03T00:10+08:00"));
    CHECK(calendar.has_hours(day("2026-10-01")));
    CHECK(calendar.is_open(kEarliest));
    CHECK_FALSE(calendar.is_open(kLatest));
    CHECK_FALSE(calendar.is_open(kNever));
  }
  const Calendar china(spec, kChina);
  CHECK(china.add_days(at("2026-03-02T22:10+08:00"), 3).at == at("2026-03-05T22:10+08:00"));
  CHECK(china.add(kEarliest, kLatest.us - kEarliest.us).at == kLatest);
  refusal(Code::no_working_time, [&] { china.add(kEarliest, kLatest.us - kEarliest.us + 1); });
  refusal(Code::no_working_time, [&] { china.breach(kEarliest, INT64_MAX); });
  refusal(Code::no_working_time, [&] { china.add(kLatest, INT64_MIN); });
  spec.holidays = {day("2026-10-01")};
  CHECK(mentions(spec_refusal(spec), "around the clock"));
}

TEST_CASE("a span across a change of the offset is longer or shorter in time", "[time]") {
  const Zone berlin = Zone::load("Europe/Berlin");
  const Calendar night(every_day({hours("22:00", "06:00")}), berlin);
  CHECK(night.between(at("2026-03-28T12:00Z"), at("2026-03-29T12:00Z")) == 7 * kHour);
  CHECK(night.between(at("2026-10-24T12:00Z"), at("2026-10-25T12:00Z")) == 9 * kHour);
  CHECK(night.between(at("2026-06-24T12:00Z"), at("2026-06-25T12:00Z")) == 8 * kHour);
  // Hours that the change skips altogether are gone, and the date with them.
  const Calendar early(every_day({hours("02:00", "03:00")}), berlin);
  CHECK(early.between(at("2026-03-28T12:00Z"), at("2026-03-29T12:00Z")) == 0);
  CHECK_FALSE(early.has_hours(day("2026-03-29")));
  CHECK(early.add_days(berlin.instant(parse_wall("2026-03-28T02:30")), 1).at == berlin.instant(parse_wall("2026-03-30T02:30")));
}

TEST_CASE("a calendar without working time answers with an error, never a loop", "[time]") {
  CalendarSpec spec;
  spec.name = "empty";
  const Calendar empty(spec, kChina);
  const Instant start = at("2026-03-02T08:30+08:00");
  CHECK(mentions(refusal(Code::no_working_time, [&] { empty.add(start, 1); }), "\"empty\""));
  refusal(Code::no_working_time, [&] { empty.add(start, -1); });
  refusal(Code::no_working_time, [&] { empty.breach(start, 0); });
  refusal(Code::no_working_time, [&] { empty.next_open(start); });
  refusal(Code::no_working_time, [&] { empty.add_days(start, 0); });
  refusal(Code::no_working_time, [&] { empty.add_days(start, -1); });
  CHECK(empty.add(start, 0).at == start);
  CHECK(empty.between(kAlways, kNever) == 0);
  CHECK(empty.periods(start, 10).empty());
  CHECK_FALSE(empty.is_open(start));
  // One day in three centuries is enough for one answer.
  spec.overrides[day("2026-03-05")] = {hours("09:00", "10:00")};
  const Calendar once(spec, kChina);
  CHECK(once.add(kAlways, kHour).at == at("2026-03-05T10:00+08:00"));
  CHECK(once.add(kNever, -kHour).at == at("2026-03-05T09:00+08:00"));
  CHECK(once.next_open(start).at == at("2026-03-05T09:00+08:00"));
  CHECK(mentions(refusal(Code::no_working_time, [&] { once.add(start, kHour + 1); }), "2026-03-02T08:30:00+08:00"));
}

TEST_CASE("specs that contradict themselves are refused, naming day and spans", "[time]") {
  CalendarSpec spec = weekdays({hours("08:30", "12:00"), hours("11:00", "18:00")});
  std::string message = spec_refusal(spec);
  CHECK(message == "calendar \"weekdays\": on Monday 08:30–12:00 overlaps 11:00–18:00");

  spec = weekdays({hours("08:30", "18:30")});
  spec.weekly[1] = {hours("20:00", "09:00")};
  message = spec_refusal(spec);
  CHECK(message == "calendar \"weekdays\": Tuesday 20:00–09:00 runs over midnight into Wednesday 08:30–18:30");

  spec = weekdays({hours("08:30", "18:30")});
  spec.overrides[day("2026-03-03")] = {hours("20:00", "09:00")};
  message = spec_refusal(spec);
  CHECK(mentions(message, "2026-03-03 20:00–09:00 runs over midnight into 2026-03-04 08:30–18:30"));
  spec.holidays = {day("2026-03-04")};
  CHECK_NOTHROW(Calendar(spec, kChina));

  CHECK(mentions(spec_refusal(weekdays({hours("08:30", "08:30")})), "empty span 08:30–08:30"));
  CHECK(mentions(spec_refusal(weekdays({{24 * kHour, 8 * kHour}})), "outside"));
  CHECK(mentions(spec_refusal(weekdays({{-1, 8 * kHour}})), "outside"));
  CHECK(mentions(spec_refusal(weekdays({{kHour, 25 * kHour}})), "outside"));

  spec = weekdays({hours("08:30", "18:30")});
  spec.holidays = {day("2026-10-01")};
  spec.makeup = {day("2026-10-01")};
  CHECK(mentions(spec_refusal(spec), "2026-10-01 is given both"));
  spec.makeup.clear();
  spec.holidays = {day("2026-10-01"), day("2026-10-01")};
  CHECK_NOTHROW(Calendar(spec, kChina));
  spec.holidays = {Date{INT32_MIN}};
  CHECK(mentions(spec_refusal(spec), "outside the years"));
  spec.holidays.clear();
  spec.makeup_like = 7;
  CHECK(mentions(spec_refusal(spec), "makeup_like"));
  spec.makeup_like = 0;
  spec.weekly[7] = {hours("08:30", "18:30")};
  CHECK(mentions(spec_refusal(spec), "weekday 7"));
  spec.weekly.erase(7);
  spec.almanac = {2026, 2019};
  CHECK(mentions(spec_refusal(spec), "almanac"));
  spec.almanac.reset();
  spec.breaks[0] = {hours("12:00", "13:00"), hours("12:30", "13:30")};
  CHECK(mentions(spec_refusal(spec), "a break on Monday"));
}

TEST_CASE("arrays give what single calls give, and kNever where those fail", "[time]") {
  const Calendar desk(weekdays({hours("08:30", "18:30")}), kChina);
  const std::array starts = {at("2026-03-06T10:00+08:00"), at("2026-03-07T10:00+08:00"), kLatest, kEarliest};
  const std::array<std::int64_t, 4> amounts = {12 * kHour, -3 * kHour, 1, -1};
  std::array<Instant, 4> reached{};
  desk.add(starts, amounts, reached);
  CHECK(reached[0] == desk.add(starts[0], amounts[0]).at);
  CHECK(reached[1] == desk.add(starts[1], amounts[1]).at);
  CHECK(reached[2] == kNever);
  CHECK(reached[3] == kNever);
  std::array<std::int64_t, 4> worked{};
  desk.between(starts, reached, worked);
  CHECK(worked[0] == amounts[0]);
  CHECK(worked[1] == amounts[1]);
  std::array<Instant, 3> short_out{};
  refusal(Code::invalid_argument, [&] { desk.add(starts, amounts, short_out); });
  std::array<std::int64_t, 3> short_worked{};
  refusal(Code::invalid_argument, [&] { desk.between(starts, reached, short_worked); });
}
