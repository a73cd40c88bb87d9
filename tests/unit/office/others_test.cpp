// What an entry asks of other cases: how many stand somewhere with the same values, and what is counted into its line; in
// memory, in a file that is closed and opened, late, and beside another office on the same file.
#include "journal/json.hpp"
#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

/// A shift at a desk, of which there is one at a time; a receipt, whose number is used once; a sheet that counts both.
std::string with_shifts() {
  return std::string(kDesk) + R"toml(
[procedure.shift]
title   = { zh = "值班", en = "Shift" }
chapter = "repairs"
[procedure.shift.field]
desk = { title = { zh = "岗", en = "Desk" }, type = "text" }
[[procedure.shift.stage]]
name  = "on_duty"
title = { zh = "在岗", en = "On duty" }
[[procedure.shift.stage]]
name   = "relieved"
title  = { zh = "已交班", en = "Relieved" }
ending = "done"
[[procedure.shift.action]]
do      = "take_over"
title   = { zh = "接班", en = "Take over" }
opening = true
by      = ["anyone"]
to      = "on_duty"
needs   = ["desk"]
only_when = [ { when = { cases = { procedure = "shift", stage = "on_duty", same = "desk", at_most = 0 } }, because = { zh = "上一班尚未交班", en = "somebody is still on duty there" }, clause = "C1" } ]
[[procedure.shift.action]]
do    = "relieve"
title = { zh = "交班", en = "Relieve" }
by    = ["anyone"]
from  = ["on_duty"]
to    = "relieved"
[procedure.receipt]
title   = { zh = "收据", en = "Receipt" }
chapter = "repairs"
[procedure.receipt.field]
number = { title = { zh = "号码", en = "Number" }, type = "text" }
amount = { title = { zh = "金额", en = "Amount" }, type = "money" }
desk   = { title = { zh = "岗", en = "Desk" }, type = "text" }
[[procedure.receipt.stage]]
name  = "written"
title = { zh = "已开", en = "Written" }
[[procedure.receipt.stage]]
name   = "given"
title  = { zh = "已交付", en = "Given" }
ending = "done"
[[procedure.receipt.action]]
do      = "write"
title   = { zh = "开票", en = "Write" }
opening = true
by      = ["anyone"]
to      = "written"
only_when = [ { when = { cases = { procedure = "receipt", stage = ["written", "given"], same = "number", at_most = 0 } }, because = { zh = "号码已用", en = "the number was used before" }, clause = "C1" } ]
[[procedure.receipt.action]]
do    = "give"
title = { zh = "交付", en = "Give" }
by    = ["anyone"]
from  = ["written"]
to    = "given"
[procedure.sheet]
title   = { zh = "交接表", en = "Sheet" }
chapter = "repairs"
[procedure.sheet.field]
desk   = { title = { zh = "岗", en = "Desk" }, type = "text" }
held   = { title = { zh = "未交付张数", en = "Not given" }, type = "int" }
given  = { title = { zh = "已交付张数", en = "Given" }, type = "int" }
cash   = { title = { zh = "金额", en = "Cash" }, type = "money" }
[[procedure.sheet.stage]]
name   = "signed"
title  = { zh = "已签", en = "Signed" }
ending = "done"
[[procedure.sheet.action]]
do      = "hand_over"
title   = { zh = "交接", en = "Hand over" }
opening = true
by      = ["anyone"]
to      = "signed"
counts  = [ { into = "held", procedures = "receipt" },
            { into = "given", procedures = "receipt", stages = "given", same = "desk" },
            { into = "cash", procedures = "receipt", stages = ["written", "given"], sum = "amount" } ]
)toml";
}

const Manual& shifts() {
  static const Manual manual = manual_of(with_shifts());
  return manual;
}

Entry takes_over(std::string_view at, std::string who, std::string id, std::string desk, std::string_view now = {}) {
  return tell(at, std::move(who), "take_over", std::move(id), {{"desk", std::move(desk)}}, now);
}
Entry writes(std::string_view at, std::string id, std::string number, std::int64_t amount, std::string desk, std::string_view now = {}) {
  return tell(at, "zhao", "write", std::move(id), {{"number", std::move(number)}, {"amount", amount}, {"desk", std::move(desk)}}, now);
}
Texts broken(const Outcome& outcome) {
  Texts out;
  for (const auto& breach : outcome.breaches) out.push_back(breach.reason);
  return out;
}
const Texts kNone;
const Texts kCondition{"condition"};

}  // namespace

TEST_CASE("how many others there are is asked as of the entry's instant, whatever has ended since") {
  const Directory directory;
  for (const bool file : {false, true}) {
    std::optional<Office> office(file ? garden_in(directory.file("office.db"), shifts()) : garden(shifts()));
    const auto again = [&] {
      if (file) office.emplace(garden_in(directory.file("office.db")));
    };
    CHECK(broken(accepted(*office, takes_over("03-02 08:00", "zhao", "s1", "front"))) == kNone);
    CHECK(broken(accepted(*office, takes_over("03-02 08:01", "sun", "s2", "gate"))) == kNone);
    again();
    CHECK(broken(accepted(*office, takes_over("03-02 08:02", "zhou", "s3", "front"))) == kCondition);
    accepted(*office, tell("03-02 18:00", "zhou", "relieve", "s3"));
    accepted(*office, tell("03-02 18:00", "zhao", "relieve", "s1"));
    again();
    // At the same instant: what was told before it counts.
    CHECK(broken(accepted(*office, takes_over("03-02 18:00", "li", "s4", "front"))) == kNone);
    // Told late, of a time at which the shift that has ended since still ran; and of one before all shifts.
    CHECK(broken(accepted(*office, takes_over("03-02 17:59", "wang", "s5", "front", "03-02 19:00"))) == kCondition);
    CHECK(broken(accepted(*office, takes_over("03-02 07:00", "wang", "s6", "front", "03-02 19:00"))) == kNone);
    sound(*office);
  }
}

TEST_CASE("an ending asks of all that ended; a case is no other to itself") {
  const Directory directory;
  for (const bool file : {false, true}) {
    std::optional<Office> office(file ? garden_in(directory.file("office.db"), shifts()) : garden(shifts()));
    CHECK(broken(accepted(*office, writes("03-02 09:00", "r1", "0001", 500, "front"))) == kNone);
    accepted(*office, tell("03-02 09:01", "zhao", "give", "r1"));
    if (file) office.emplace(garden_in(directory.file("office.db")));
    CHECK(broken(accepted(*office, writes("03-02 09:02", "r2", "0001", 700, "front"))) == kCondition);
    CHECK(broken(accepted(*office, writes("03-02 09:03", "r3", "00", 700, "front"))) == kNone);
    CHECK(broken(accepted(*office, tell("03-02 09:04", "zhao", "write", "r4", {{"amount", std::int64_t{1}}}))) == kNone);
    CHECK(broken(accepted(*office, tell("03-02 09:04", "zhao", "write", "r5", {{"amount", std::int64_t{1}}}))) == kNone);
    // Folded again because it is corrected, its opening is still alone with its number.
    CHECK(broken(accepted(*office, tell("03-02 10:00", "li", "correct", "", {{"line", std::int64_t{6}}, {"amount", std::int64_t{800}}}))) == kNone);
    // The other is voided: the number is free.
    const Outcome gone = accepted(*office, tell("03-02 10:01", "li", "void", "", {{"line", std::int64_t{4}}, {"reason", std::string("作废")}}));
    CHECK(gone.case_id == "r2");
    accepted(*office, tell("03-02 10:02", "li", "correct", "", {{"line", std::int64_t{2}}, {"number", std::string("0009")}}));
    CHECK(broken(accepted(*office, writes("03-02 10:03", "r6", "0001", 700, "front"))) == kNone);
    CHECK(broken(accepted(*office, writes("03-02 10:04", "r7", "0009", 700, "front"))) == kCondition);
    sound(*office);
  }
}

TEST_CASE("what is counted stands in the line, where the entry brings nothing of its own") {
  const Directory directory;
  for (const bool file : {false, true}) {
    std::optional<Office> office(file ? garden_in(directory.file("office.db"), shifts()) : garden(shifts()));
    accepted(*office, writes("03-02 09:00", "r1", "1", 500, "front"));
    accepted(*office, writes("03-02 09:01", "r2", "2", 700, "gate"));
    accepted(*office, writes("03-02 09:02", "r3", "3", 900, "front"));
    accepted(*office, tell("03-02 09:03", "zhao", "give", "r1"));
    if (file) office.emplace(garden_in(directory.file("office.db")));
    const auto fields = [&](const std::string& id) { return cell_of(*office, "cases", id, "fields"); };
    const Entry sheet = keyed(tell("03-02 09:30", "zhao", "hand_over", "h1", {{"desk", std::string("front")}}), "k1");
    accepted(*office, sheet);
    CHECK(fields("h1") == R"({"cash":2100,"class":"sheet","desk":"front","given":1,"held":2})");
    accepted(*office, tell("03-02 09:31", "zhao", "give", "r3"));
    CHECK(office->record(sheet).status == Status::duplicate);
    CHECK(office->record(keyed(tell("03-02 09:30", "zhao", "hand_over", "h1", {{"desk", std::string("front")}, {"held", std::int64_t{3}}}), "k1")).reason ==
          "key_reused");
    CHECK(fields("h1") == R"({"cash":2100,"class":"sheet","desk":"front","given":1,"held":2})");
    accepted(*office, tell("03-02 09:32", "zhao", "hand_over", "h2", {{"desk", std::string("front")}, {"held", std::int64_t{9}}}));
    CHECK(fields("h2") == R"({"cash":2100,"class":"sheet","desk":"front","given":2,"held":9})");
    // Told late, as it was then; nothing to compare with, nothing counted.
    accepted(*office, tell("03-02 09:01:30", "zhao", "hand_over", "h3", {}, "03-02 09:40"));
    CHECK(fields("h3") == R"({"cash":1200,"class":"sheet","given":0,"held":2})");
    sound(*office);
    const std::string digest = office->digest();
    Office loaded = garden(shifts());
    loaded.load(office->lines(0));
    CHECK(loaded.digest() == digest);
    CHECK(loaded.state_digest() == office->state_digest());
  }
}

TEST_CASE("what another office on the file did is counted; what was refused or tried dry is not") {
  const Directory directory;
  Office office = garden_in(directory.file("office.db"), shifts());
  accepted(office, takes_over("03-02 08:00", "zhao", "s1", "front"));
  Office beside = garden_in(directory.file("office.db"));
  CHECK(broken(accepted(beside, takes_over("03-02 08:01", "sun", "s2", "front"))) == kCondition);
  accepted(beside, tell("03-02 08:02", "sun", "relieve", "s2"));
  accepted(beside, tell("03-02 08:02", "sun", "relieve", "s1"));
  CHECK(office.record(takes_over("03-02 08:03", "zhou", "s3", "front"), true).breaches.empty());
  CHECK(broken(accepted(office, takes_over("03-02 08:03", "zhou", "s3", "front"))) == kNone);
  CHECK(beside.record(takes_over("03-02 08:04", "li", "s4", "front"), true).breaches.size() == 1);
  accepted(office, tell("03-02 08:05", "zhou", "relieve", "s3"));
  CHECK(broken(accepted(beside, takes_over("03-02 08:06", "li", "s4", "front"))) == kNone);
  sound(office);
  CHECK(office.state_digest() == beside.state_digest());
}
