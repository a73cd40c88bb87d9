// Many reports, one matter: joined cases, parents and children, a case that becomes one of another procedure; in memory, in a
// file that is closed and opened, and beside another office on the same file.
#include <algorithm>

#include "journal/json.hpp"
#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

constexpr int kCalls = 200;

Entry call(int n, const std::string& master) {
  Entry entry = tell("03-02 09:10", "zhao", "report_same", "c" + std::to_string(n));
  set_field(entry.fields, "class", std::string("repair"));
  set_field(entry.fields, "place", "1-" + std::to_string(n));
  set_field(entry.fields, "reporter", "resident:1-" + std::to_string(n));
  set_field(entry.fields, "text", std::string("停电"));
  set_field(entry.fields, "master", master);
  return entry;
}

void outage(Office& office) {
  accepted(office, tell("03-02 09:00", "zhao", "report", "main", {{"class", std::string("repair")}, {"place", std::string("1")}, {"text", std::string("停电")}}));
  for (int n = 0; n < kCalls; ++n) accepted(office, call(n, "main"));
  accepted(office, tell("03-02 09:11", "zhao", "dispatch", "main", {{"worker", std::string("sun")}}));
  accepted(office, tell("03-02 09:30", "sun", "arrive", "main"));
  accepted(office, tell("03-02 10:00", "sun", "complete", "main", {{"result", std::string("复位")}, {"fault", std::string("electric")}, {"cause", std::string("跳闸")}}));
}

std::size_t told_people(const Outcome& outcome) {
  REQUIRE(outcome.notices.size() == 1);
  CHECK(outcome.notices[0].what == "reached");
  return json::parse(outcome.notices[0].tell).items.at(0).at("people").items.size();
}

Entry check_it(std::string_view at) { return tell(at, "zhao", "check", "main", {{"check_result", std::string("来电")}}); }

/// A grievance has a stage and a deadline of its own, and shares `waiting` and `arrive` with the repair.
std::string with_grievance() {
  return replaced(replaced(kDesk, "[procedure.review]\n", R"toml([procedure.grievance]
title   = { zh = "申诉", en = "Grievance" }
chapter = "repairs"
[procedure.grievance.field]
note = { title = { zh = "备注", en = "Note" }, type = "text" }
[[procedure.grievance.stage]]
name  = "filed"
title = { zh = "已登记", en = "Filed" }
[[procedure.grievance.stage]]
name  = "waiting"
title = { zh = "待料", en = "Waiting" }
[[procedure.grievance.stage]]
name   = "settled"
title  = { zh = "了结", en = "Settled" }
ending = "done"
[[procedure.grievance.action]]
do      = "file"
title   = { zh = "登记", en = "File" }
opening = true
by      = ["officer"]
to      = "filed"
[[procedure.grievance.action]]
do    = "wait"
title = { zh = "待料", en = "Wait" }
by    = ["worker"]
from  = ["filed"]
to    = "waiting"
[[procedure.grievance.action]]
do    = "settle"
title = { zh = "了结", en = "Settle" }
by    = ["officer"]
from  = ["filed", "waiting"]
to    = "settled"
[[procedure.grievance.deadline]]
name   = "arrive"
title  = { zh = "到场", en = "Arrive" }
from   = "filed"
until  = ["settled"]
pauses = ["waiting"]
within = [ { limit = "5h", calendar = "around_the_clock" } ]
ladder = [ { at = "75%", tell = "holder" }, { at = "100%", tell = ["head"] } ]
[[procedure.grievance.deadline]]
name   = "reply"
title  = { zh = "答复", en = "Reply" }
from   = "filed"
until  = ["settled"]
within = [ { limit = "1cd" } ]
[procedure.review]
)toml"), "[[procedure.repair.action]]\ndo    = \"finish\"\n", R"toml([[procedure.repair.action]]
do      = "grieve"
title   = { zh = "转申诉", en = "It is a grievance" }
by      = ["officer"]
from    = ["*"]
becomes = "grievance"
to      = "filed"
[[procedure.repair.action]]
do    = "finish"
)toml");
}

}  // namespace

TEST_CASE("two hundred calls of one outage: one clock, one notice, and the same in memory and in a file") {
  const Directory directory;
  std::string digest;
  {
    Office office = garden_in(directory.file("office.db"), Manual::standard());
    outage(office);
    CHECK(office.next_due() == when("03-03 22:00"));  // three quarters of the check's two days: the main case's only clock
    digest = office.digest();
  }
  Office memory = garden(Manual::standard());
  outage(memory);
  CHECK(memory.digest() == digest);

  // The joined ones are closed and the store's: the office that opens the file again finds them.
  Office office = garden_in(directory.file("office.db"));
  Office beside = garden_in(directory.file("office.db"));
  accepted(beside, tell("03-02 10:05", "zhao", "detach", "c7", {{"reason", std::string("该户另有故障")}}));
  CHECK(cell_of(office, "cases", "c7", "master").empty());
  CHECK(cell_of(office, "cases", "c8", "master") == "main");
  const std::int64_t before = office.last_seq();
  Outcome done = accepted(office, check_it("03-02 10:10"));
  CHECK(told_people(done) == kCalls - 1);
  CHECK(office.last_seq() == before + 4);  // told, the notice, the draw of its callback, and that callback
  sound(office);

  accepted(memory, tell("03-02 10:05", "zhao", "detach", "c7", {{"reason", std::string("该户另有故障")}}));
  accepted(memory, check_it("03-02 10:10"));
  CHECK(memory.digest() == office.digest());
  CHECK(memory.state_digest() == office.state_digest());
}

TEST_CASE("what is refused or tried dry leaves no one joined") {
  Office office = garden(Manual::standard());
  outage(office);
  const std::string before = office.state_digest();
  office.record(call(kCalls, "main"), true);
  refused(office, call(kCalls, "nothing"), "condition");
  CHECK(office.state_digest() == before);
  Outcome done = accepted(office, check_it("03-02 10:10"));
  CHECK(told_people(done) == kCalls);
}

TEST_CASE("a parent waits for children that are closed and the store's") {
  const Directory directory;
  {
    Office office = garden_in(directory.file("office.db"), Manual::standard());
    accepted(office, tell("03-02 09:00", "zhao", "report", "p", {{"class", std::string("repair")}, {"place", std::string("1")}, {"text", std::string("漏")}}));
    accepted(office, tell("03-02 09:05", "zhao", "split", "p", {{"trades", Texts{"water", "wall_floor"}}}));
    accepted(office, tell("03-02 09:06", "zhao", "not_ours", "p/split.1", {{"reason", std::string("x")}}));
  }
  Office office = garden_in(directory.file("office.db"));
  Outcome early = accepted(office, tell("03-02 10:00", "zhao", "gather", "p", {{"result", std::string("x")}}));
  REQUIRE(early.breaches.size() == 1);
  CHECK(early.breaches[0].reason == "condition");
  accepted(office, tell("03-02 10:05", "zhao", "cancel", "p/split.2", {{"reason", std::string("x")}}));
  // It was gathered too early at ten; as of five past it would not have been.
  accepted(office, tell("03-02 10:10", "zhao", "void", "", {{"line", early.seq}, {"reason", std::string("x")}}));
  CHECK(stage_of(office, "p") == "split");
  CHECK(accepted(office, tell("03-02 10:05", "zhao", "gather", "p", {{"result", std::string("x")}}, "03-02 10:15")).breaches.empty());
  CHECK(stage_of(office, "p") == "done");
  sound(office);
}

TEST_CASE("a case that becomes another keeps its number, its origin, its pauses and what has fired") {
  const Manual manual = manual_of(with_grievance());
  const Directory directory;
  std::int64_t turned = 0;
  {
    Office office = garden_in(directory.file("office.db"), manual);
    staff_up(office);
    accepted(office, report("03-02 09:00", "A", {{"note", std::string("n")}}));
    accepted(office, tell("03-02 09:05", "zhao", "dispatch", "A", {{"worker", std::string("sun")}}));
    accepted(office, tell("03-02 10:00", "sun", "wait", "A"));
    accepted(office, tell("03-02 11:00", "sun", "resume", "A"));
    // 75 % of four hours, an hour of which it stood still.
    CHECK(ids(office.advance(when("03-02 13:00"))) == Texts{"A:arrive:1:75%"});
    turned = accepted(office, tell("03-02 13:05", "zhao", "grieve", "A")).seq;
    CHECK(cell_of(office, "cases", "A", "procedure") == "grievance");
    CHECK(stage_of(office, "A") == "filed");
    CHECK(cell_of(office, "cases", "A", "holder") == "sun");
    CHECK(cell_of(office, "cases", "A", "note") == "n");
  }
  Office office = garden_in(directory.file("office.db"));
  CHECK(clock_of(office, "A", "dispatch") == "no row");
  CHECK(clock_of(office, "A", "arrive", "since") == std::to_string(when("03-02 09:00").us));
  CHECK(clock_of(office, "A", "arrive", "due") == std::to_string(when("03-02 15:00").us));
  CHECK(clock_of(office, "A", "reply", "due") == std::to_string(when("03-03 09:00").us));
  // Three quarters fired under the old class and do not fire again.
  CHECK(office.advance(when("03-02 15:00")).empty());
  CHECK(ids(office.advance(when("03-02 15:01"))) == Texts{"A:arrive:1:100%"});
  sound(office);
  // It becomes what it was, with the clocks that it had.
  Outcome back = accepted(office, tell("03-02 15:10", "wang", "void", "", {{"line", turned}, {"reason", std::string("x")}}));
  CHECK(cell_of(office, "cases", "A", "procedure") == "repair");
  CHECK(clock_of(office, "A", "dispatch") == "met");
  CHECK(clock_of(office, "A", "arrive", "due") == std::to_string(when("03-02 14:00").us));
  CHECK(ids(back.notices, "withdrawn").size() == 1);
  sound(office);
}
