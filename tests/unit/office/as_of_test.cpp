// The office as it was: as known then, and as known today about then.
#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

}  // namespace

TEST_CASE("Friday's answers on Monday, on both axes") {
  const Directory directory;
  for (const bool in_file : {false, true}) {
    Office office = in_file ? garden_in(directory.file("o.db")) : garden();
    staff_up(office);
    accepted(office, report("03-06 09:00", "A"));  // a Friday
    accepted(office, report("03-06 10:00", "B"));
    accepted(office, tell("03-06 10:05", "zhao", "dispatch", "B", {{"worker", std::string("sun")}}));
    office.advance(when("03-06 11:00"));
    const std::string friday = office.state_digest();
    const std::string friday_line = office.digest();

    // On Monday it is told that A was sent in time, and B is finished.
    accepted(office, tell("03-06 09:10", "zhao", "dispatch", "A", {{"worker", std::string("sun")}}, "03-09 09:00"));
    accepted(office, tell("03-09 09:30", "sun", "arrive", "B"));
    accepted(office, tell("03-09 09:40", "sun", "finish", "B"));
    const std::string today = office.state_digest();
    const std::int64_t lines = office.last_seq();

    Office then = office.as_of(when("03-06 11:00"));
    CHECK(then.state_digest() == friday);
    CHECK(then.digest() == friday_line);
    CHECK(stage_of(then, "A") == "reported");
    CHECK(stage_of(then, "B") == "dispatched");
    CHECK(notices_in(then, "current") == Texts{"A:dispatch:1:100%", "A:dispatch:1:75%"});
    CHECK(then.score("2026-03")[0].done == 1);
    CHECK(then.score("2026-03")[0].due == 2);
    sound(then);

    Office known = office.as_of(when("03-06 11:00"), Known::now);
    CHECK(stage_of(known, "A") == "dispatched");
    CHECK(stage_of(known, "B") == "dispatched");
    CHECK(clock_of(known, "A", "dispatch") == "met");
    CHECK(notices_in(known, "current").empty());
    CHECK(known.score("2026-03")[0].done == 2);

    Office before = office.as_of(when("02-01 00:00"));
    CHECK(before.last_seq() == 0);
    CHECK(before.table("cases").rows.empty());
    Office early = office.as_of(when("02-01 00:00"), Known::now);
    CHECK(early.table("cases").rows.empty());
    Office late = office.as_of(when("03-31 00:00"));
    CHECK(late.state_digest() == today);

    for (Office* view : {&then, &known, &before}) {
      CHECK(code_of([&] { view->record(report("03-31 09:00", "C")); }) == Code::read_only);
      CHECK(code_of([&] { view->record(report("03-31 09:00", "C"), true); }) == Code::read_only);
      CHECK(code_of([&] { view->record_lines("{}", Office::Mode::independent); }) == Code::read_only);
      CHECK(code_of([&] { view->propose(report("03-31 09:00", "C")); }) == Code::read_only);
      CHECK(code_of([&] { view->adopt(desk(), when("04-01 00:00"), "li"); }) == Code::read_only);
      CHECK(code_of([&] { view->load(office.lines(view->last_seq(), 1)); }) == Code::read_only);
    }
    CHECK(code_of([&] { then.advance(when("03-31 09:00")); }) == Code::read_only);
    CHECK(office.state_digest() == today);
    CHECK(office.last_seq() == lines);
  }
}

TEST_CASE("known today about then leaves out what is void, and takes what was corrected") {
  Office office = garden();
  staff_up(office);
  const std::int64_t a = accepted(office, report("03-06 09:00", "A")).seq;
  const std::int64_t b = accepted(office, report("03-06 10:00", "B")).seq;
  accepted(office, tell("03-09 09:00", "wang", "void", "", {{"line", a}, {"reason", std::string("twice")}}));
  accepted(office, tell("03-09 09:00", "wang", "correct", "", {{"line", b}, {"happened", when("03-06 08:00").us}, {"urgency", std::string("emergency")}}));
  Office known = office.as_of(when("03-06 10:00"), Known::now);
  CHECK(stage_of(known, "A") == "no row");
  CHECK(cell_of(known, "cases", "B", "opened_at") == std::to_string(when("03-06 08:00").us));
  CHECK(clock_of(known, "B", "arrive", "breach") == std::to_string(when("03-06 10:00").us + 1));
  Office then = office.as_of(when("03-06 10:00"));
  CHECK(stage_of(then, "A") == "reported");
  CHECK(cell_of(then, "cases", "B", "opened_at") == std::to_string(when("03-06 10:00").us));
}
