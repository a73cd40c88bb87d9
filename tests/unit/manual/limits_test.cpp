// The arithmetic of limits against times worked out by hand. 2026-03-02 is a Monday.
#include "manual/limits.hpp"

#include "support.hpp"

namespace wuye::test {
namespace {

Instant at(const std::string& wall) { return parse_instant(wall + "+08:00"); }
Segment pause(const std::string& from, const std::string& until) { return {at(from), at(until)}; }

/// The manual with these limits and this ladder for the deadline "arrive".
Manual with(const std::string& within, const std::string& ladder = "[]") {
  std::string text = kManual;
  const std::size_t from = text.find("within = [\n");
  const std::size_t until = text.find("clause = \"C1\"\n\n[metric");
  REQUIRE(from < until);
  text.replace(from, until - from, "within = [ " + within + " ]\nladder = " + ladder + "\n");
  return loaded(text);
}
std::string wall(Instant instant) { return format_wall(Zone::load("+08:00").wall(instant)); }
std::string due(const Manual& manual, const std::string& from, const std::vector<Segment>& pauses = {}, const Fields& fields = {}) {
  return wall(manual.deadline("repair", "arrive", at(from), fields, pauses).due);
}
constexpr std::int64_t kUs = 1;

}  // namespace

TEST_CASE("working time: due is when it is used up, breach the first moment beyond it", "[manual]") {
  const Manual manual = with("{ limit = \"4h\", calendar = \"desk_day\" }");
  const auto inside = manual.deadline("repair", "arrive", at("2026-03-02T10:00"), {});
  CHECK(inside.due == at("2026-03-02T14:00"));
  CHECK(inside.breach.us == inside.due.us + kUs);
  const auto to_the_end = manual.deadline("repair", "arrive", at("2026-03-02T14:30"), {});
  CHECK(to_the_end.due == at("2026-03-02T18:30"));
  CHECK(to_the_end.breach.us == at("2026-03-03T08:30").us + kUs);
  CHECK(due(manual, "2026-03-02T22:10") == "2026-03-03T12:30:00");
  CHECK(due(manual, "2026-03-02T10:00", {pause("2026-03-02T11:00", "2026-03-02T12:30")}) == "2026-03-02T15:30:00");
  CHECK(inside.clause == "C1");
  CHECK_FALSE(inside.provisional);
}

TEST_CASE("calendar days: the same wall time, pauses add their length", "[manual]") {
  const Manual manual = with("{ limit = \"3cd\" }");
  CHECK(due(manual, "2026-03-02T22:10") == "2026-03-05T22:10:00");
  CHECK(due(manual, "2026-03-02T22:10", {pause("2026-03-03T10:00", "2026-03-03T12:00")}) == "2026-03-06T00:10:00");
  CHECK(due(manual, "2026-03-02T22:10", {pause("2026-03-03T10:00", "2026-03-03T12:00"), pause("2026-03-06T00:00", "2026-03-06T01:00")}) ==
        "2026-03-06T01:10:00");
  CHECK(due(manual, "2026-03-02T22:10", {pause("2026-03-06T00:00", "2026-03-06T01:00")}) == "2026-03-05T22:10:00");
  const auto limit = manual.deadline("repair", "arrive", at("2026-03-02T22:10"), {});
  CHECK(limit.breach.us == limit.due.us + kUs);
}

TEST_CASE("working days: later dates with hours, those that begin in a pause not counted", "[manual]") {
  const Manual manual = with("{ limit = \"2wd\", calendar = \"office_day\" }");
  CHECK(due(manual, "2026-03-02T10:00") == "2026-03-04T10:00:00");
  CHECK(due(manual, "2026-03-06T10:00") == "2026-03-10T10:00:00");   // over the weekend
  CHECK(due(manual, "2026-02-16T10:00") == "2026-02-24T10:00:00");   // over the holidays
  CHECK(due(manual, "2026-02-26T10:00") == "2026-02-28T10:00:00");   // a make-up Saturday counts
  CHECK(due(manual, "2026-03-02T12:30") == "2026-03-04T13:00:00");   // in the break: to its end
  CHECK(due(manual, "2026-03-02T21:00") == "2026-03-04T18:30:00");   // after hours: to the close
  CHECK(due(manual, "2026-03-02T10:00", {pause("2026-03-02T11:00", "2026-03-02T16:00")}) == "2026-03-04T10:00:00");
  CHECK(due(manual, "2026-03-02T10:00", {pause("2026-03-02T11:00", "2026-03-03T11:00")}) == "2026-03-05T10:00:00");
  CHECK(due(manual, "2026-03-02T10:00", {pause("2026-03-04T09:00", "2026-03-04T11:00")}) == "2026-03-05T10:00:00");
  CHECK(due(manual, "2026-03-02T10:00", {pause("2026-03-03T09:00", "2026-03-09T09:00")}) == "2026-03-10T10:00:00");
  CHECK(due(manual, "2026-03-02T10:00", {pause("2026-03-05T09:00", "2026-03-09T09:00")}) == "2026-03-04T10:00:00");
  CHECK(manual.deadline("repair", "arrive", at("2027-03-02T10:00"), {}).provisional);
}

TEST_CASE("fixed points: a field, a wall time, the next opening, a day of the month", "[manual]") {
  const Manual field = with("{ due = \"promised\" }, { due = \"until\" }, { limit = \"1h\", calendar = \"around_the_clock\" }");
  CHECK(due(field, "2026-03-02T10:00", {}, {{"promised", Value(at("2026-03-03T09:00").us)}}) == "2026-03-03T09:00:00");
  CHECK(due(field, "2026-03-02T10:00", {}, {{"promised", Value(std::string("2026-03-03T09:00+08:00"))}}) == "2026-03-03T09:00:00");
  CHECK(due(field, "2026-03-02T10:00", {}, {{"until", Value(std::string("2026-03-04"))}}) == "2026-03-05T00:00:00");
  CHECK(due(field, "2026-03-02T10:00") == "2026-03-02T11:00:00");

  const Manual evening = with("{ due_at = \"18:00\" }");
  CHECK(due(evening, "2026-03-02T10:00") == "2026-03-02T18:00:00");
  CHECK(due(evening, "2026-03-02T18:00") == "2026-03-03T18:00:00");
  CHECK(due(evening, "2026-03-02T10:00", {pause("2026-03-02T11:00", "2026-03-02T16:00")}) == "2026-03-02T18:00:00");

  const Manual morning = with("{ due_next_opening = \"desk_day\" }");
  CHECK(due(morning, "2026-03-02T22:10") == "2026-03-03T08:30:00");
  CHECK(due(morning, "2026-03-02T10:00") == "2026-03-03T08:30:00");
  CHECK(due(morning, "2026-03-02T08:29:59") == "2026-03-02T08:30:00");
  CHECK(due(morning, "2026-03-02T08:30") == "2026-03-03T08:30:00");

  const Manual monthly = with("{ due_day = 25 }");
  const auto by_25th = monthly.deadline("repair", "arrive", at("2026-03-02T10:00"), {});
  CHECK(wall(by_25th.due) == "2026-03-26T00:00:00");
  CHECK(by_25th.breach == by_25th.due);
  CHECK(due(monthly, "2026-03-25T23:59:59") == "2026-03-26T00:00:00");
  CHECK(due(monthly, "2026-03-26T00:00") == "2026-04-26T00:00:00");
  CHECK(due(with("{ due_day = 31 }"), "2026-02-10T10:00") == "2026-03-01T00:00:00");
  CHECK(due(with("{ due_day = 31 }"), "2026-12-31T10:00") == "2027-01-01T00:00:00");
}

TEST_CASE("the first line whose condition holds", "[manual]") {
  const Manual manual = loaded(kManual);
  const auto emergency = manual.deadline("repair", "arrive", at("2026-03-02T22:10"), {{"urgency", Value(std::string("emergency"))}});
  CHECK(wall(emergency.due) == "2026-03-03T00:10:00");
  CHECK(emergency.clause == "C1");
  CHECK(due(manual, "2026-03-02T22:10") == "2026-03-03T12:30:00");
  const Manual none = with("{ when = { urgency = \"emergency\" }, limit = \"3cd\" }");
  CHECK_THROWS_AS(none.deadline("repair", "arrive", at("2026-03-02T10:00"), {}), Error);
}

TEST_CASE("levels fire when reached, 100 % at breach, later ones never before it", "[manual]") {
  const std::string ladder =
      "[ { at = \"75%\", tell = \"holder\" }, { at = \"-30min\", tell = \"holder\" }, { at = \"100%\", tell = \"holder\" }, "
      "{ at = \"150%\", tell = \"holder\" }, { at = \"+1h\", tell = \"holder\" }, { at = \"+3cd\", tell = \"holder\" }, "
      "{ at = \"+2wd\", calendar = \"office_day\", tell = \"holder\" } ]";
  const auto levels = [&](const Manual& manual, const std::string& from, const std::vector<Segment>& pauses = {}) {
    std::vector<std::string> out;
    for (const auto& [text, instant] : manual.deadline("repair", "arrive", at(from), {}, pauses).levels) {
      out.push_back(text + " " + wall(instant));
    }
    return out;
  };
  const Manual working = with("{ limit = \"4h\", calendar = \"desk_day\" }", ladder);
  CHECK(levels(working, "2026-03-02T14:30") ==
        std::vector<std::string>{"75% 2026-03-02T17:30:00", "-30min 2026-03-02T18:00:00", "100% 2026-03-03T08:30:00.000001",
                                 "150% 2026-03-03T10:30:00", "+1h 2026-03-03T08:30:00.000001", "+3cd 2026-03-05T18:30:00",
                                 "+2wd 2026-03-04T18:30:00"});
  CHECK(levels(working, "2026-03-02T10:00", {pause("2026-03-02T12:00", "2026-03-02T13:00")})[0] == "75% 2026-03-02T14:00:00");

  const Manual days = with("{ limit = \"4cd\" }", ladder);
  CHECK(levels(days, "2026-03-02T10:00")[0] == "75% 2026-03-05T10:00:00");
  CHECK(levels(days, "2026-03-02T10:00")[2] == "100% 2026-03-06T10:00:00.000001");
  CHECK(levels(days, "2026-03-02T10:00")[3] == "150% 2026-03-08T10:00:00");
  CHECK(levels(days, "2026-03-02T10:00", {pause("2026-03-03T10:00", "2026-03-04T10:00")})[0] == "75% 2026-03-06T10:00:00");

  const Manual working_days = with("{ limit = \"4wd\", calendar = \"office_day\" }", ladder);
  // Wednesday to Tuesday are six days that run; 75 % of them.
  CHECK(levels(working_days, "2026-03-04T10:00")[0] == "75% 2026-03-08T22:00:00");

  const Manual short_limit = with("{ limit = \"15min\", calendar = \"around_the_clock\" }", ladder);
  CHECK(levels(short_limit, "2026-03-02T10:00")[1] == "-30min 2026-03-02T10:00:00");
}

TEST_CASE("while a pause lasts nothing comes that it holds back", "[manual]") {
  const Manual manual = with("{ limit = \"4h\", calendar = \"desk_day\" }, { limit = \"4cd\" }, { limit = \"4wd\", calendar = \"office_day\" }",
                             "[ { at = \"25%\", tell = \"holder\" }, { at = \"75%\", tell = \"holder\" }, { at = \"100%\", tell = \"holder\" } ]");
  const model::Deadline& deadline = manual.compiled().procedures[0].deadlines[0];
  const Instant from = at("2026-03-02T09:00");
  const std::vector<Segment> pauses = {{at("2026-03-02T11:00"), kNever}};
  const std::vector<Segment> later = {{at("2026-03-04T00:00"), kNever}};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& open = i == 0 ? pauses : later;
    const Timeline timeline = limit_timeline(manual.compiled(), deadline.within[i], from, 0, open);
    CHECK(timeline.due == kNever);
    CHECK(timeline.breach == kNever);
    CHECK(level_at(manual.compiled(), deadline.within[i], deadline.ladder[0], timeline, from, open) < open[0].from);
    CHECK(level_at(manual.compiled(), deadline.within[i], deadline.ladder[1], timeline, from, open) == kNever);
    CHECK(level_at(manual.compiled(), deadline.within[i], deadline.ladder[2], timeline, from, open) == kNever);
  }
  CHECK_THROWS_AS(manual.deadline("repair", "arrive", from, {}, pauses), Error);
}

TEST_CASE("limits beyond what calendars cover never come", "[manual]") {
  const Manual manual = with("{ limit = \"36000wd\", calendar = \"office_day\" }, { limit = \"800000h\", calendar = \"desk_day\" }",
                             "[ { at = \"-1wd\", calendar = \"office_day\", tell = \"holder\" }, { at = \"100%\", tell = \"holder\" } ]");
  const model::Deadline& deadline = manual.compiled().procedures[0].deadlines[0];
  for (const model::Limit& limit : deadline.within) {
    const Timeline timeline = limit_timeline(manual.compiled(), limit, at("2199-03-02T09:00"), 0, {});
    CHECK(timeline.due == kNever);
    CHECK(timeline.breach == kNever);
    for (const model::Level& level : deadline.ladder) {
      CHECK(level_at(manual.compiled(), limit, level, timeline, at("2199-03-02T09:00"), {}) == kNever);
    }
  }
}

}  // namespace wuye::test
