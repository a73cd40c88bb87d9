// What an action tells at once, counts and copies: in order, told late, corrected, void and sent again.
#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

using Texts = std::vector<std::string>;

/// The desk's manual with chasing, and a review whose verdict is copied.
const Manual& chased() {
  static const Manual manual = [] {
    std::string text = replaced(kDesk, "[procedure.repair.field]\n", R"toml([procedure.repair.field]
chased  = { title = { zh = "催单次数", en = "Times chased" }, type = "int", default = 0 }
verdict = { title = { zh = "结论", en = "Verdict" }, type = "text" }
)toml");
    text = replaced(std::move(text), "[[procedure.repair.deadline]]\n", R"toml([[procedure.repair.action]]
do    = "chase"
title = { zh = "催单", en = "Chase" }
by    = ["anyone"]
from  = ["*"]
may   = ["note"]
add   = { chased = 1 }
tells = [ { tell = "holder" }, { when = { chased = { at_least = 2 } }, tell = ["supervisor"], clause = "C1" } ]
[[procedure.repair.action]]
do    = "review"
title = { zh = "复盘", en = "Review" }
by    = ["anyone"]
from  = ["*"]
opens = [ { procedure = "review" } ]
[[procedure.repair.action]]
do     = "take_verdict"
title  = { zh = "转记结论", en = "Copy the verdict" }
by     = ["anyone"]
from   = ["*"]
needs  = ["verdict"]
copies = [ { into = "verdict", opened_by = "review", field = "verdict" } ]
only_when = [ { when = { opened = { by = "review", is = ["held"] } }, because = { zh = "复盘未结束", en = "the review is not held" }, clause = "C1" } ]
[[procedure.repair.deadline]]
)toml");
    text = replaced(std::move(text), "[procedure.review]\n", R"toml([procedure.review.field]
verdict = { title = { zh = "结论", en = "Verdict" }, type = "text" }
[procedure.review]
)toml");
    return manual_of(text);
  }();
  return manual;
}

Texts news(const std::vector<Notice>& notices, std::string_view what = "news") {
  Texts out;
  for (const Notice& notice : notices) {
    if (notice.what == what) out.push_back(notice.id);
  }
  return out;
}

std::string chased_of(Office& office, const std::string& id) { return cell_of(office, "cases", id, "chased"); }

}  // namespace

TEST_CASE("an action tells at once, and more people the second time") {
  const Directory directory;
  for (const bool in_file : {false, true}) {
    Office office = in_file ? garden_in(directory.file("n.db"), chased()) : garden(chased());
    staff_up(office);
    accepted(office, report("03-02 09:00", "A"));
    accepted(office, tell("03-02 09:05", "zhao", "dispatch", "A", {{"worker", std::string("sun")}}));
    const Outcome first = accepted(office, tell("03-02 10:00", "resident:3-1201", "chase", "A"));
    CHECK(news(first.notices) == Texts{"A:chase:" + std::to_string(first.seq)});
    CHECK(first.notices.at(0).tell == R"([{"people":["sun"],"post":"holder"}])");
    CHECK(first.notices.at(0).clause.empty());
    CHECK(first.notices.at(0).text("zh").find("催单") != std::string::npos);
    CHECK(chased_of(office, "A") == "1");
    const Outcome second = accepted(office, tell("03-02 11:00", "resident:3-1201", "chase", "A"));
    const std::string id = "A:chase:" + std::to_string(second.seq);
    CHECK(news(second.notices) == Texts{id, id + ":2"});
    CHECK(second.notices.at(1).clause == "C1");
    CHECK(office.notices(0, 100).size() == 3);
    sound(office);
  }
}

TEST_CASE("chasing told late, corrected and void: what was told is settled anew") {
  Office office = garden(chased());
  staff_up(office);
  accepted(office, report("03-02 09:00", "A"));
  accepted(office, tell("03-02 09:05", "zhao", "dispatch", "A", {{"worker", std::string("sun")}}));
  const Outcome later = accepted(office, tell("03-02 11:00", "resident:3-1201", "chase", "A"));
  CHECK(news(later.notices).size() == 1);
  // One before it makes it the second.
  const Outcome early = accepted(office, tell("03-02 10:00", "resident:3-1201", "chase", "A", {}, "03-02 11:30"));
  CHECK(news(early.notices) == Texts{"A:chase:" + std::to_string(early.seq), "A:chase:" + std::to_string(later.seq) + ":2"});
  CHECK(chased_of(office, "A") == "2");
  sound(office);
  // It happened at another time: those told of the wrong one are told that it no longer holds.
  const Outcome moved = accepted(office, tell("03-02 11:40", "wang", "correct", "", {{"line", early.seq}, {"happened", std::string("2026-03-02T10:30:00+08:00")}}));
  CHECK(news(moved.notices, "withdrawn").size() == 1);
  CHECK(news(moved.notices).size() == 1);
  sound(office);
  const Outcome gone = accepted(office, tell("03-02 11:45", "wang", "void", "", {{"line", later.seq}, {"reason", std::string("写错")}}));
  CHECK(news(gone.notices, "withdrawn").size() == 2);
  CHECK(chased_of(office, "A") == "1");
  sound(office);
}

TEST_CASE("a value is taken over from the case that was opened, and stands in the line") {
  Office office = garden(chased());
  accepted(office, report("03-02 09:00", "A"));
  accepted(office, tell("03-02 09:01", "zhao", "review", "A"));
  const Outcome too_early = accepted(office, tell("03-02 09:02", "zhao", "take_verdict", "A"));
  REQUIRE(too_early.breaches.size() == 2);
  CHECK(too_early.breaches[0].reason == "missing_field");
  CHECK(too_early.breaches[1].reason == "condition");
  accepted(office, tell("03-02 09:03", "li", "hold_review", "A/review.1", {{"verdict", std::string("配件太旧")}}));
  const Entry take = keyed(tell("03-02 09:04", "zhao", "take_verdict", "A"), "7");
  const Outcome taken = accepted(office, take);
  CHECK(taken.breaches.empty());
  CHECK(cell_of(office, "cases", "A", "verdict") == "配件太旧");
  CHECK(office.lines(taken.seq - 1, 1).at(0).text.find("配件太旧") != std::string::npos);
  // Sent again it is the same event, although the line holds more than was sent.
  CHECK(office.record(take).status == Status::duplicate);
  // What the entry brings itself is not replaced; the opened case's later words change nothing here.
  accepted(office, tell("03-02 09:05", "zhao", "take_verdict", "A", {{"verdict", std::string("另见附件")}}));
  CHECK(cell_of(office, "cases", "A", "verdict") == "另见附件");
  // A second review is the one that counts.
  accepted(office, tell("03-02 09:06", "zhao", "review", "A"));
  CHECK(accepted(office, tell("03-02 09:07", "zhao", "take_verdict", "A")).breaches.size() == 1);
  sound(office);
}
