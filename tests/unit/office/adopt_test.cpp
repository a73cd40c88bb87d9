// A new manual in mid-life: what runs keeps its own, what is opened from then on takes the new.
#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

}  // namespace

TEST_CASE("old cases keep their manual, new ones take the new, also after opening again") {
  const Directory directory;
  const Manual quicker = manual_of(replaced(replaced(kDesk, "\"15min\"", "\"5min\""), "points     = 4", "points     = 8"));
  Office office = garden_in(directory.file("o.db"));
  staff_up(office);
  accepted(office, report("03-02 09:00", "old"));
  CHECK(code_of([&] { office.adopt(quicker, when("03-02 08:59"), "li"); }) == Code::conflict);
  CHECK(office.manual().hash() == desk().hash());
  office.adopt(quicker, when("03-02 09:12"), "li");
  // What fell due before it was found first.
  CHECK(notices_in(office, "current") == Texts{"old:dispatch:1:75%"});
  accepted(office, report("03-02 09:12", "new"));
  // Told late, of a time before: the old manual.
  accepted(office, report("03-02 09:11", "between", {}, "03-02 09:13"));
  for (const bool again : {false, true}) {
    if (again) {
      office.close();
      office = garden_in(directory.file("o.db"), std::nullopt);
    }
    CHECK(office.manual().hash() == quicker.hash());
    CHECK(clock_of(office, "old", "dispatch", "due") == std::to_string(when("03-02 09:15").us));
    CHECK(clock_of(office, "between", "dispatch", "due") == std::to_string(when("03-02 09:26").us));
    CHECK(clock_of(office, "new", "dispatch", "due") == std::to_string(when("03-02 09:17").us));
    CHECK(office.table("manuals").rows.size() == 2);
    sound(office);
  }
  CHECK(ids(office.advance(when("03-02 09:18"))) == Texts{"old:dispatch:1:100%", "new:dispatch:1:75%", "new:dispatch:1:100%"});
  // A late line folds the old case under the old manual.
  accepted(office, tell("03-02 09:15", "zhao", "dispatch", "old", {{"worker", std::string("sun")}}, "03-02 09:20"));
  CHECK(clock_of(office, "old", "dispatch") == "met");
  // The period takes the manual of its first instant.
  accepted(office, tell("03-02 09:30", "zhao", "dispatch", "new", {{"worker", std::string("sun")}}));
  CHECK(office.score("2026-03-02/2026-03-02")[0].points_hundredths == office.score("2026-03")[0].points_hundredths);
  CHECK(office.score("2026-04")[0].due == 0);
  Office then = office.as_of(when("03-02 09:11"));
  CHECK(then.manual().hash() == desk().hash());
  sound(office);
  Office copy = garden();
  copy.load(office.lines(0));
  CHECK(copy.state_digest() == office.state_digest());
}
