// What is refused before any rule of the manual is asked, and what a chapter that only observes lets through.
#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

}  // namespace

TEST_CASE("seen: stale where the case has moved on") {
  Office office = garden();
  staff_up(office);
  Outcome last = accepted(office, report("03-02 09:00", "A"));
  Entry entry = tell("03-02 09:05", "zhao", "dispatch", "A", {{"worker", std::string("sun")}});
  entry.seen = last.seq - 1;
  const Outcome no = refused(office, entry, "stale");
  CHECK(contains(no.facts, "\"last\":" + std::to_string(last.seq)));
  // A finding moves it on too.
  entry.seen = last.seq;
  entry.at = when("03-02 09:20");
  refused(office, entry, "stale");
  office.advance(entry.at);
  entry.seen = office.last_seq();
  accepted(office, entry);
  // Another case's lines do not.
  accepted(office, report("03-02 09:30", "B"));
  Entry remark = tell("03-02 09:31", "sun", "remark", "A", {{"note", std::string("n")}});
  remark.seen = *entry.seen + 1;
  accepted(office, remark);
  Entry fix = tell("03-02 09:32", "wang", "correct", "", {{"line", last.seq}, {"urgency", std::string("emergency")}});
  fix.seen = 1;
  refused(office, fix, "stale");
}

TEST_CASE("future, unknown case, action, field, value, class, chapter") {
  Office office = garden();
  staff_up(office);
  accepted(office, report("03-02 09:00", "A"));
  refused(office, report("03-02 10:00", "B", {}, "03-02 09:59"), "future");
  refused(office, tell("03-02 09:01", "zhao", "dispatch", "nowhere", {{"worker", std::string("sun")}}), "unknown_case");
  refused(office, tell("03-02 09:01", "zhao", "dispatch", "", {{"worker", std::string("sun")}}), "missing_field");
  refused(office, report("03-02 09:01", "A"), "case_exists");
  CHECK(contains(refused(office, tell("03-02 09:01", "zhao", "despatch", "A"), "unknown_action").facts, "\"nearest\":\"dispatch\""));
  CHECK(contains(refused(office, tell("03-02 09:01", "zhao", "reprot", ""), "unknown_action").facts, "\"nearest\":\"report\""));
  refused(office, tell("03-02 09:01", "zhao", "adopt", ""), "unknown_action");
  CHECK(contains(refused(office, report("03-02 09:01", "B", {{"urgncy", std::string("emergency")}}), "unknown_field").facts, "\"nearest\":\"urgency\""));
  CHECK(contains(refused(office, report("03-02 09:01", "B", {{"urgency", std::string("emergancy")}}), "bad_value").facts, "\"nearest\":\"emergency\""));
  refused(office, report("03-02 09:01", "B", {{"promised", std::string("tomorrow")}}), "bad_value");
  refused(office, report("03-02 09:01", "B", {{"promised", true}}), "bad_value");
  refused(office, report("03-02 09:01", "B", {{"class", std::string("repairs")}}), "bad_value");
  // A field that this action does not take, though the procedure knows it.
  const Outcome no = refused(office, tell("03-02 09:01", "sun", "remark", "A", {{"worker", std::string("sun")}}), "unknown_field");
  CHECK_FALSE(contains(no.facts, "nearest"));
  refused(office, tell("03-02 09:01", "zhao", "lend", "K"), "chapter_not_in_use");
  refused(office, tell("03-02 09:01", "zhao", "opening", "K", {{"class", std::string("lend")}, {"opened", when("03-01 09:00").us}, {"stage", std::string("lent")}}),
          "chapter_not_in_use");
  CHECK(contains(refused(office, tell("03-02 09:01", "li", "set_post", "", {{"staff", std::string("sun")}, {"post", std::string("oficer")}}), "bad_value").facts, "\"nearest\":\"officer\""));
  refused(office, tell("03-02 09:01", "li", "set_post", "", {{"staff", std::string("nobody")}, {"post", std::string("officer")}}), "bad_value");
  refused(office, tell("03-02 09:01", "li", "set_deputy", "", {{"staff", std::string("sun")}, {"of", std::string("nobody")}}), "bad_value");
  refused(office, tell("03-02 09:01", "li", "set_staff", "A", {{"staff", std::string("sun")}}), "unknown_field");
  refused(office, tell("03-02 09:01", "li", "set_post", "", {{"staff", std::string("sun")}}), "missing_field");
  refused(office, tell("03-02 09:01", "li", "delivered", "", {{"notice", std::string("none")}}), "bad_value");
  refused(office, tell("03-02 09:01", "li", "opening", "O", {{"class", std::string("repair")}, {"stage", std::string("waitin")}, {"opened", std::int64_t{0}}}), "bad_value");
  refused(office, tell("03-02 09:01", "li", "opening", "O", {{"class", std::string("repair")}, {"stage", std::string("waiting")}}), "missing_field");
  refused(office, tell("03-02 09:01", "li", "opening", "A", {{"class", std::string("repair")}, {"stage", std::string("waiting")}, {"opened", std::int64_t{0}}}), "case_exists");
  refused(office, tell("03-02 09:01", "li", "opening", "O", {{"stage", std::string("waiting")}, {"opened", std::int64_t{0}}}), "missing_field");
}

TEST_CASE("a decision that is open is refused; a chapter that only observes keeps it as a breach") {
  Office strict = garden();
  staff_up(strict);
  accepted(strict, report("03-02 09:00", "A"));
  CHECK(contains(refused(strict, tell("03-02 09:01", "wang", "approve", "A"), "wrong_stage").clause, "C1"));
  const Outcome fact = accepted(strict, tell("03-02 09:02", "sun", "arrive", "A"));
  CHECK(fact.stage == "on_site");
  REQUIRE(fact.breaches.size() == 1);
  CHECK(fact.breaches[0].reason == "wrong_stage");
  CHECK(cell_of(strict, "cases", "A", "stage") == "on_site");

  Office watching = garden(manual_of(replaced(kDesk, "chapter = \"repairs\"\n[chapter", "chapter = \"repairs\"\nobserve = true\n[chapter")));
  staff_up(watching);
  accepted(watching, report("03-02 09:00", "A"));
  const Outcome kept = accepted(watching, tell("03-02 09:01", "sun", "approve", "A"));
  CHECK(kept.breaches.size() == 2);
  CHECK(kept.stage == "reported");
  const std::int64_t sent = accepted(watching, tell("03-02 09:10", "zhao", "dispatch", "A", {{"worker", std::string("sun")}})).seq;
  accepted(watching, tell("03-02 09:20", "sun", "arrive", "A"));
  // Where nothing is refused, a line in the way comes to have a breach instead, and loses it again.
  accepted(watching, tell("03-02 09:30", "wang", "void", "", {{"line", sent}, {"reason", std::string("r")}}));
  CHECK(watching.table("breaches").rows.size() == 3);
  accepted(watching, tell("03-02 09:12", "zhao", "dispatch", "A", {{"worker", std::string("sun")}}, "03-02 09:40"));
  const TableData breaches = watching.table("breaches");
  REQUIRE(breaches.rows.size() == 3);
  CHECK(cell(breaches, breaches.rows[2], "state") == "withdrawn");
  sound(watching);
}

TEST_CASE("what may be done says why the rest may not") {
  Office office = garden();
  staff_up(office);
  accepted(office, report("03-02 09:00", "A"));
  const std::string out = office.options("A", "zhao", when("03-02 09:05"));
  CHECK(contains(out, R"("allowed":true,"do":"dispatch")"));
  CHECK(contains(out, R"("needs":["worker"])"));
  CHECK(contains(out, R"("allowed":false,"do":"finish")"));
  CHECK(contains(out, R"("reason":"not_allowed")"));
  CHECK(code_of([&] { office.options("B", "zhao", when("03-02 09:05")); }) == Code::not_found);
}

TEST_CASE("a chapter that is not in use has no case opened for it by a level either") {
  const Manual elsewhere = manual_of(replaced(kDesk, "title   = { zh = \"复盘\", en = \"Review\" }\nchapter = \"repairs\"", "title   = { zh = \"复盘\", en = \"Review\" }\nchapter = \"keys\""));
  for (const bool used : {true, false}) {
    Office office = garden(used ? desk() : elsewhere);
    staff_up(office);
    accepted(office, report("03-02 09:00", "A"));
    office.advance(when("03-04 09:00"));
    CHECK(notices_in(office, "current") == Texts{"A:arrive:1:+1cd", "A:arrive:1:100%", "A:arrive:1:75%", "A:dispatch:1:100%", "A:dispatch:1:75%"});
    CHECK(stage_of(office, "A/arrive.+1cd.1") == (used ? "asked" : "no row"));
    sound(office);
  }
}
