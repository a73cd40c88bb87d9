// Told late, corrected, void: what a case comes to is the fold of its lines by when they happened.
#include "journal/json.hpp"
#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

const Value kSun = std::string("sun");
const Value kWhy = std::string("a mistake");

std::int64_t number_in(const std::string& facts, const char* name) { return json::parse(facts).at(name).as_number(); }

}  // namespace

TEST_CASE("a late entry withdraws the escalation that had fired, and the same people hear of it") {
  Office office = garden();
  staff_up(office);
  accepted(office, report("03-02 09:00", "A"));
  const std::vector<Notice> fired = office.advance(when("03-02 09:20"));
  REQUIRE(ids(fired) == Texts{"A:dispatch:1:75%", "A:dispatch:1:100%"});
  CHECK(contains(fired[1].tell, "wang"));

  const Outcome out = accepted(office, tell("03-02 09:12", "zhao", "dispatch", "A", {{"worker", kSun}}, "03-02 09:25"));
  REQUIRE(ids(out.notices) == Texts{"A:dispatch:1:100%#" + std::to_string(out.seq + 1)});
  CHECK(out.notices[0].what == "withdrawn");
  CHECK(out.notices[0].tell == fired[1].tell);
  CHECK(notices_in(office, "withdrawn") == Texts{"A:dispatch:1:100%"});
  CHECK(notices_in(office, "current") == Texts{"A:dispatch:1:75%"});
  CHECK(clock_of(office, "A", "dispatch") == "met");
  sound(office);

  // It was not so after all: the dispatch is void, the escalation stands again under its own name.
  const Outcome gone = accepted(office, tell("03-02 09:30", "wang", "void", "", {{"line", out.seq}, {"reason", kWhy}}));
  CHECK(ids(gone.notices) == Texts{"A:dispatch:1:100%"});
  CHECK(gone.stage == "reported");
  CHECK(clock_of(office, "A", "dispatch") == "running");
  CHECK(notices_in(office, "withdrawn").empty());
  sound(office);
}

TEST_CASE("how late is free, how late needs a supervisor, and what is later is a breach") {
  const std::string day = "03-02 09:";
  for (const auto& [now, who, breach] :
       {std::tuple<const char*, const char*, bool>{"03-03 09:05", "zhou", false}, {"03-03 09:05:01", "zhou", true}, {"03-05 09:05", "wang", false}, {"03-05 09:05:01", "wang", true}}) {
    Office office = garden();
    staff_up(office);
    accepted(office, report("03-02 09:00", "A"));
    const Outcome out = accepted(office, tell("03-02 09:05", who, "remark", "A", {{"note", std::string("n")}}, now));
    INFO(now << ' ' << who);
    CHECK(out.breaches.size() == (breach ? 1U : 0U));
    if (breach) {
      CHECK(out.breaches[0].reason == "too_late");
      CHECK(number_in(out.breaches[0].facts, "late_us") == when(now).us - when("03-02 09:05").us);
    }
    sound(office);
  }
  // A decision that is still open is refused where it is too late.
  Office office = garden();
  staff_up(office);
  accepted(office, report("03-02 09:00", "A"));
  accepted(office, tell("03-02 09:05", "zhao", "dispatch", "A", {{"worker", kSun}}));
  refused(office, tell("03-02 09:10", "wang", "approve", "A", {}, "03-06 09:00"), "too_late");
}

TEST_CASE("a correction moves a line in time and changes its fields; one in the way is named") {
  Office office = garden();
  staff_up(office);
  accepted(office, report("03-02 09:00", "A"));
  const std::int64_t sent = accepted(office, tell("03-02 09:20", "zhao", "dispatch", "A", {{"worker", kSun}})).seq;
  const std::int64_t there = accepted(office, tell("03-02 09:40", "sun", "arrive", "A")).seq;
  CHECK(clock_of(office, "A", "dispatch") == "late");

  const Outcome better = accepted(
      office, tell("03-02 10:00", "wang", "correct", "A", {{"line", sent}, {"happened", when("03-02 09:15").us}, {"worker", std::string("zhou")}}));
  CHECK(better.case_id == "A");
  CHECK(clock_of(office, "A", "dispatch") == "met");
  CHECK(cell_of(office, "cases", "A", "holder") == "zhou");
  CHECK(notices_in(office, "withdrawn") == Texts{"A:dispatch:1:100%"});
  CHECK(office.lines(sent - 1, 1)[0].seq == sent);
  sound(office);

  const Outcome no = refused(office, tell("03-02 10:05", "wang", "correct", "", {{"line", sent}, {"happened", when("03-02 09:50").us}}), "conflicts");
  CHECK(number_in(no.facts, "line") == there);
  CHECK(number_in(refused(office, tell("03-02 10:05", "wang", "void", "", {{"line", sent}, {"reason", kWhy}}), "conflicts").facts, "line") == there);
  refused(office, tell("03-02 10:05", "wang", "correct", "", {{"line", sent}, {"happened", when("03-02 10:06").us}}), "future");
  refused(office, tell("03-02 10:05", "wang", "correct", "", {{"line", better.seq}, {"worker", kSun}}), "not_correctable");
  refused(office, tell("03-02 10:05", "wang", "void", "", {{"line", better.seq}, {"reason", kWhy}}), "not_correctable");
  refused(office, tell("03-02 10:05", "wang", "correct", "", {{"line", better.seq + 1}, {"worker", kSun}}), "not_correctable");
  refused(office, tell("03-02 10:05", "wang", "correct", "", {{"line", std::int64_t{2}}, {"zone", std::string("z")}}), "not_correctable");
  refused(office, tell("03-02 10:05", "wang", "correct", "", {{"line", std::int64_t{9999}}}), "not_correctable");
  refused(office, tell("03-02 10:05", "wang", "correct", "B", {{"line", sent}}), "not_correctable");
  refused(office, tell("03-02 10:05", "wang", "correct", "", {{"line", std::string("x")}}), "bad_value");
  refused(office, tell("03-02 10:05", "wang", "correct", ""), "missing_field");
  CHECK(contains(refused(office, tell("03-02 10:05", "wang", "correct", "", {{"line", sent}, {"wroker", kSun}}), "unknown_field").facts, "worker"));
  refused(office, tell("03-02 10:05", "wang", "void", "", {{"line", there}}), "missing_field");
  refused(office, tell("03-02 10:05", "wang", "void", "", {{"line", there}, {"reason", kWhy}, {"note", kWhy}}), "unknown_field");

  // Corrected again, both hold: the later one wins field by field.
  accepted(office, tell("03-02 10:10", "wang", "correct", "", {{"line", sent}, {"worker", kSun}}));
  CHECK(cell_of(office, "cases", "A", "holder") == "sun");
  CHECK(clock_of(office, "A", "dispatch") == "met");
  sound(office);
}

TEST_CASE("void: the last line, the first only alone, nothing twice, and the id is free again") {
  Office office = garden();
  staff_up(office);
  const std::int64_t first = accepted(office, keyed(report("03-02 09:00", "A", {{"phone", std::string("138")}}), "k")).seq;
  const std::int64_t sent = accepted(office, tell("03-02 09:20", "zhao", "dispatch", "A", {{"worker", kSun}})).seq;
  CHECK(number_in(refused(office, tell("03-02 09:30", "wang", "void", "", {{"line", first}, {"reason", kWhy}}), "conflicts").facts, "line") == sent);
  accepted(office, tell("03-02 09:30", "wang", "void", "", {{"line", sent}, {"reason", kWhy}}));
  CHECK(stage_of(office, "A") == "reported");
  refused(office, tell("03-02 09:31", "wang", "void", "", {{"line", sent}, {"reason", kWhy}}), "not_correctable");
  refused(office, tell("03-02 09:31", "wang", "correct", "", {{"line", sent}, {"worker", kSun}}), "not_correctable");

  const Outcome gone = accepted(office, tell("03-02 09:32", "wang", "void", "", {{"line", first}, {"reason", kWhy}}));
  CHECK(gone.stage.empty());
  CHECK(ids(gone.notices, "withdrawn").size() == 2);
  CHECK(stage_of(office, "A") == "no row");
  CHECK(clock_of(office, "A", "dispatch") == "no row");
  CHECK_FALSE(office.next_due().has_value());
  refused(office, tell("03-02 09:33", "wang", "void", "", {{"line", first}, {"reason", kWhy}}), "not_correctable");
  refused(office, tell("03-02 09:33", "zhao", "remark", "A"), "unknown_case");
  // What is sent again is still what was sent.
  CHECK(office.record(keyed(report("03-02 09:00", "A", {{"phone", std::string("138")}}), "k")).status == Status::duplicate);
  sound(office);

  accepted(office, report("03-02 09:40", "A"));
  CHECK(ids(office.advance(when("03-02 09:56"))) == Texts{"A:dispatch:1:75%", "A:dispatch:1:100%"});
  accepted(office, tell("03-02 09:50", "zhao", "dispatch", "A", {{"worker", kSun}}, "03-02 10:00"));
  CHECK(clock_of(office, "A", "dispatch") == "met");
  sound(office);
}

TEST_CASE("staff and places registered since do not stand in the way of a late line") {
  Office office = garden();
  const std::int64_t first = accepted(office, report("03-02 09:00", "A")).seq;
  accepted(office, tell("03-02 09:10", "zhao", "dispatch", "A", {{"worker", kSun}}));
  for (const char* who : {"zhao", "sun"}) {
    accepted(office, tell("03-02 09:30", "li", "set_staff", "", {{"staff", std::string(who)}, {"post", std::string("worker")}}));
  }
  accepted(office, tell("03-02 09:30", "li", "set_unit", "", {{"place", std::string("3-1202")}}));
  office.advance(when("03-02 12:30"));
  const Outcome late = accepted(office, tell("03-02 09:40", "sun", "arrive", "A", {}, "03-02 13:00"));
  // The place is not registered: that is what this line breaks; the dispatcher before it is nobody's business now.
  REQUIRE(late.breaches.size() == 1);
  CHECK(late.breaches[0].reason == "unknown_place");
  CHECK(office.table("breaches").rows.size() == 1);
  accepted(office, tell("03-02 13:01", "li", "correct", "", {{"line", first}, {"urgency", std::string("emergency")}}));
  sound(office);
}

TEST_CASE("a personal field is corrected beside the chain") {
  Office office = garden();
  const std::int64_t first = accepted(office, report("03-02 09:00", "A", {{"phone", std::string("111")}})).seq;
  accepted(office, tell("03-02 09:01", "wang", "correct", "", {{"line", first}, {"phone", std::string("222")}}));
  for (const Line& line : office.lines(0)) {
    CHECK_FALSE(contains(line.text, "111"));
    CHECK_FALSE(contains(line.text, "\"222\""));
  }
  CHECK(contains(office.lines(office.last_seq() - 1)[0].text, R"("phone":{"personal":true})"));
  sound(office);
}

TEST_CASE("a level found by a late line opens what it opens, once") {
  Office office = garden();
  staff_up(office);
  accepted(office, report("03-02 09:00", "A"));
  const std::int64_t sent = accepted(office, tell("03-02 09:05", "zhao", "dispatch", "A", {{"worker", kSun}})).seq;
  const std::int64_t there = accepted(office, tell("03-02 09:30", "sun", "arrive", "A")).seq;
  office.advance(when("03-04 09:00"));
  CHECK(office.table("cases").rows.size() == 1);
  // He was never there: a day too late, and a review is due.
  const Outcome gone = accepted(office, tell("03-04 09:00", "wang", "void", "", {{"line", there}, {"reason", kWhy}}));
  CHECK(ids(gone.notices) == Texts{"A:arrive:1:75%", "A:arrive:1:100%", "A:arrive:1:+1cd"});
  CHECK(stage_of(office, "A/arrive.+1cd.1") == "asked");
  const std::int64_t again = accepted(office, tell("03-02 09:40", "sun", "arrive", "A", {}, "03-04 09:10")).seq;
  CHECK(stage_of(office, "A/arrive.+1cd.1") == "asked");
  accepted(office, tell("03-04 09:20", "wang", "void", "", {{"line", again}, {"reason", kWhy}}));
  CHECK(office.table("cases").rows.size() == 2);
  CHECK(sent > 0);
  sound(office);
}

TEST_CASE("a tally counts what is told late, and no longer what was corrected or void") {
  const Value drain = std::string("drain");
  const auto lift = Value(std::string("lift"));
  Office office = garden();
  accepted(office, report("03-02 09:00", "A", {{"fault", drain}}));
  accepted(office, report("03-03 09:00", "B"));
  office.advance(when("03-03 12:00"));
  // Told late, after levels had fired.
  CHECK(accepted(office, tell("03-03 09:01", "sun", "remark", "B", {{"fault", drain}}, "03-03 12:30")).notices.empty());
  const Outcome third = accepted(office, report("03-04 09:00", "C", {{"fault", drain}}));
  CHECK(ids(third.notices, "tally") == Texts{"repair.recurring:C"});
  const auto counted = [&] {
    const TableData tallies = office.table("tallies");
    Texts out;
    for (const auto& row : tallies.rows) out.push_back(cell(tallies, row, "key") + " " + cell(tallies, row, "case"));
    return out;
  };
  CHECK(counted() == Texts{R"("3-1201","drain" A)", R"("3-1201","drain" B)", R"("3-1201","drain" C)"});
  sound(office);

  accepted(office, tell("03-04 09:10", "sun", "correct", "", {{"line", third.seq}, {"fault", lift}}));
  CHECK(counted() == Texts{R"("3-1201","drain" A)", R"("3-1201","drain" B)", R"("3-1201","lift" C)"});
  accepted(office, tell("03-04 09:20", "sun", "void", "", {{"line", third.seq}, {"reason", kWhy}}));
  CHECK(counted() == Texts{R"("3-1201","drain" A)", R"("3-1201","drain" B)"});
  // A fourth, which happened before the second but is told last, makes three together.
  const Outcome fourth = accepted(office, report("03-02 12:00", "D", {{"fault", drain}}, "03-04 09:30"));
  CHECK(ids(fourth.notices, "tally") == Texts{"repair.recurring:D"});
  // A month later the window is empty again.
  CHECK(ids(accepted(office, report("04-30 09:00", "E", {{"fault", drain}})).notices, "tally").empty());
  CHECK(counted() == Texts{R"("3-1201","drain" E)"});
  sound(office);
}

TEST_CASE("a correction that makes the line it is about a breach says so in its outcome") {
  Office office = garden();
  staff_up(office);
  accepted(office, report("03-02 09:00", "A"));
  accepted(office, tell("03-02 09:10", "zhao", "dispatch", "A", {{"worker", kSun}}));
  accepted(office, tell("03-02 09:20", "sun", "wait", "A"));
  const Outcome arrived = accepted(office, tell("03-02 09:40", "sun", "resume", "A"));
  // It was before the wait: nobody resumes what goes on.
  const Outcome out = accepted(office, tell("03-02 10:00", "wang", "correct", "", {{"line", arrived.seq}, {"happened", when("03-02 09:15").us}}));
  REQUIRE(out.breaches.size() == 1);
  CHECK(out.breaches[0].reason == "wrong_stage");
  const TableData breaches = office.table("breaches");
  REQUIRE(breaches.rows.size() == 1);
  CHECK(cell(breaches, breaches.rows[0], "told") == std::to_string(arrived.seq));
  sound(office);
}

TEST_CASE("a tally of very many cases tells the last hundred, in memory and in a file") {
  const Directory directory;
  Office memory = garden();
  Office file = garden_in(directory.file("o.db"));
  for (Office* office : {&memory, &file}) {
    for (int n = 0; n < 150; ++n) {
      const std::string id = "N" + std::to_string(1000 + n);
      const Outcome out = accepted(*office, report("03-02 09:00", id, {{"fault", std::string("drain")}}));
      CHECK(ids(out.notices, "tally") == (n < 2 ? Texts{} : Texts{"repair.recurring:" + id}));
    }
    std::string last;
    for (const Line& line : office->lines(0)) {
      if (!line.told && contains(line.text, "\"id\":\"repair.recurring:")) last = line.text;
    }
    CHECK(contains(last, "\"N1050\""));
    CHECK(contains(last, "\"N1149\""));
    CHECK_FALSE(contains(last, "\"N1049\""));
  }
  CHECK(memory.digest() == file.digest());
  CHECK(memory.state_digest() == file.state_digest());
  sound(file);
}
