// Two offices on one file, and a file opened again: both see everything, in one chain.
#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

const Value kSun = std::string("sun");

}  // namespace

TEST_CASE("two offices on one file, alternating, see everything in one chain") {
  const Directory directory;
  Office one = garden_in(directory.file("o.db"));
  Office two = garden_in(directory.file("o.db"), Manual::standard());
  staff_up(one);
  CHECK(two.manual().name() == "desk");
  CHECK(two.table("staff").rows.size() == 5);
  Office alone = garden();
  staff_up(alone);
  const auto step = [&](Office& office, const Entry& entry) {
    const Outcome here = accepted(office, entry);
    CHECK(accepted(alone, entry).json() == here.json());
    CHECK(one.digest() == two.digest());
    CHECK(one.digest() == alone.digest());
    CHECK(one.next_due() == two.next_due());
    CHECK(one.next_due() == alone.next_due());
    CHECK(one.state_digest() == alone.state_digest());
  };
  for (int n = 0; n < 12; ++n) {
    Office& here = n % 2 == 0 ? one : two;
    Office& there = n % 2 == 0 ? two : one;
    const std::string id = "c" + std::to_string(n);
    const std::string hour = "03-02 " + std::to_string(108 + n).substr(1);
    step(here, report(hour + ":00", id, {{"fault", std::string("drain")}}));
    step(there, tell(hour + ":10", "zhao", "dispatch", id, {{"worker", kSun}}));
    step(here, tell(hour + ":20", "sun", "arrive", id));
    if (n % 3 == 0) step(there, tell(hour + ":05", "zhao", "remark", id, {{"note", std::string("late")}}, hour + ":25"));
    step(there, tell(hour + ":30", "sun", "finish", id));
  }
  // Each holds the other's closed case in memory; the other opens it again.
  CHECK(contains(one.explain("c3"), "\"stage\":\"done\""));
  CHECK(contains(two.explain("c3"), "\"stage\":\"done\""));
  std::int64_t finish = 0;
  for (const Line& line : one.lines(0)) {
    if (line.case_id == "c3" && contains(line.text, "\"do\":\"finish\"")) finish = line.seq;
  }
  step(two, tell("03-02 22:00", "wang", "void", "", {{"line", finish}, {"reason", std::string("r")}}));
  CHECK(contains(one.explain("c3"), "\"stage\":\"on_site\""));
  step(one, tell("03-02 22:10", "sun", "finish", "c3"));
  // The registers, too: a leave told by one is known to the other.
  step(one, report("03-02 22:20", "L"));
  step(two, tell("03-02 22:21", "li", "leave", "", {{"staff", std::string("wang")}, {"until", when("03-05 08:00").us}}));
  const auto told = one.advance(when("03-02 22:40"));
  CHECK(ids(told) == ids(alone.advance(when("03-02 22:40"))));
  CHECK(contains(told.back().tell, "li"));
  CHECK(two.advance(when("03-02 22:40")).empty());
  CHECK(two.notices(0).size() == one.notices(0).size());
  // A new manual from one is the other's at once.
  const Manual quicker = manual_of(replaced(kDesk, "\"15min\"", "\"10min\""));
  two.adopt(quicker, when("03-03 00:00"), "li");
  CHECK(one.manual().hash() == quicker.hash());
  // A proposal holds the lock.
  Office quick = Office::open(directory.file("o.db"), desk(), Office::Options{"seed", false, 0});
  REQUIRE(one.propose(report("03-03 09:00", "P")).accepted());
  CHECK(code_of([&] { quick.record(report("03-03 09:00", "Q")); }) == Code::busy);
  CHECK(stage_of(quick, "P") == "no row");
  one.commit();
  CHECK(stage_of(quick, "P") == "reported");
  accepted(quick, report("03-03 09:01", "Q"));
  sound(one);
  sound(two);
  // One that reads only sees it all, and writes nothing.
  Office reader = Office::open(directory.file("o.db"), std::nullopt, Office::Options{"seed", true});
  CHECK(reader.state_digest() == one.state_digest());
  CHECK(code_of([&] { reader.record(report("03-03 10:00", "R")); }) == Code::read_only);
  accepted(one, report("03-03 10:00", "R"));
  CHECK(stage_of(reader, "R") == "reported");
}

TEST_CASE("opened again: what is closed is fetched when a late line wants it") {
  const Directory directory;
  const auto reopen = [&](Office& office) {
    office.close();
    office = garden_in(directory.file("o.db"), std::nullopt);
  };
  Office office = garden_in(directory.file("o.db"));
  Office alone = garden();
  staff_up(office);
  staff_up(alone);
  std::int64_t last = 0;
  const auto step = [&](const Entry& entry) {
    const Outcome out = accepted(alone, entry);
    last = out.seq;
    CHECK(accepted(office, entry).json() == out.json());
    reopen(office);
    CHECK(office.state_digest() == alone.state_digest());
    CHECK(office.next_due() == alone.next_due());
  };
  step(report("03-02 09:00", "A", {{"fault", std::string("drain")}, {"promised", std::string("2026-03-02T15:00:00+08:00")}}));
  office.advance(when("03-02 09:30"));
  alone.advance(when("03-02 09:30"));
  step(tell("03-02 09:40", "zhao", "dispatch", "A", {{"worker", kSun}}));
  step(tell("03-02 09:50", "sun", "wait", "A"));
  step(tell("03-02 10:50", "sun", "resume", "A"));
  step(tell("03-02 11:00", "sun", "arrive", "A"));
  step(tell("03-02 11:10", "sun", "finish", "A"));
  const std::int64_t finish = last;
  CHECK_FALSE(office.next_due().has_value());
  step(tell("03-02 09:10", "zhao", "remark", "A", {{"urgency", std::string("emergency")}}, "03-02 12:00"));
  CHECK(clock_of(office, "A", "arrive") == "met");
  step(tell("03-02 12:10", "wang", "correct", "", {{"line", finish}, {"happened", when("03-02 12:05").us}}));
  step(tell("03-02 12:20", "wang", "void", "", {{"line", finish}, {"reason", std::string("r")}}));
  CHECK(stage_of(office, "A") == "on_site");
  sound(office);
  sound(alone);
}
