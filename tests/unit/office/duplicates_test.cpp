// The same event sent twice, by the host's own event id.
#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

}  // namespace

TEST_CASE("an equal entry under the same key is a duplicate with the first outcome; another is refused") {
  const Directory directory;
  for (const bool in_file : {false, true}) {
    INFO(in_file);
    Office office = in_file ? garden_in(directory.file("o.db")) : garden();
    staff_up(office);
    const Entry first = keyed(report("03-02 09:00", "", {{"phone", std::string("138")}, {"promised", std::string("2026-03-02T15:00:00+08:00")}}), "1");
    const Outcome told = accepted(office, first);
    CHECK(told.case_id == "repair-" + std::to_string(told.seq));
    const Entry wrong = keyed(tell("03-02 09:10", "sun", "dispatch", told.case_id, {{"worker", std::string("sun")}}), "2");
    const Outcome broken = accepted(office, wrong);
    REQUIRE(broken.breaches.size() == 1);
    const Entry staff = keyed(tell("03-02 09:11", "li", "set_staff", "", {{"staff", std::string("qian")}, {"phone", std::string("137")}}), "3");
    const Outcome registered = accepted(office, staff);
    const Entry fix = keyed(tell("03-02 09:12", "wang", "correct", "", {{"line", told.seq}, {"phone", std::string("139")}, {"happened", std::string("2026-03-02T08:59:00+08:00")}}), "4");
    const Outcome fixed = accepted(office, fix);
    const Entry brought = keyed(tell("03-02 09:13", "li", "opening", "O", {{"class", std::string("repair")}, {"stage", std::string("waiting")}, {"opened", std::string("2026-02-01T09:00:00+08:00")}, {"phone", std::string("136")}}), "5");
    const Outcome opened = accepted(office, brought);
    const std::string before = office.digest() + office.state_digest();

    const auto check_all = [&] {
      for (const auto& [entry, was] : {std::pair<const Entry&, const Outcome&>{first, told}, {wrong, broken}, {staff, registered}, {fix, fixed}, {brought, opened}}) {
        Outcome again = office.record(entry);
        INFO(entry.action << ' ' << again.json());
        CHECK(again.status == Status::duplicate);
        CHECK(again.seq == was.seq);
        CHECK(again.case_id == was.case_id);
        CHECK(again.breaches.size() == was.breaches.size());
        // When it is told does not matter.
        Entry later = entry;
        later.now = when("03-04 10:00");
        CHECK(office.record(later).status == Status::duplicate);
        Entry other = entry;
        other.at.us += 1;
        CHECK(office.record(other).reason == "key_reused");
        other = entry;
        other.by = "nobody";
        CHECK(office.record(other).reason == "key_reused");
        other = entry;
        set_field(other.fields, find_field(entry.fields, "phone") ? "phone" : "worker", std::string("0"));
        CHECK(office.record(other).reason == "key_reused");
        other = entry;
        other.fields.pop_back();
        CHECK(office.record(other).reason == "key_reused");
        other = entry;
        set_field(other.fields, "unheard_of", std::string("0"));
        CHECK(office.record(other).reason == "key_reused");
      }
      CHECK(office.digest() + office.state_digest() == before);
    };
    check_all();
    if (in_file) {
      office.close();
      office = garden_in(directory.file("o.db"));
      check_all();
    }
    // The same instant as a number, and the case by the id that wuye gave it.
    Entry same = first;
    same.case_id = told.case_id;
    set_field(same.fields, "promised", parse_instant("2026-03-02T15:00:00+08:00").us);
    CHECK(office.record(same).status == Status::duplicate);
    same.case_id = "other";
    CHECK(office.record(same).reason == "key_reused");
    // Another source has keys of its own, and lengths do not run together.
    accepted(office, keyed(report("03-02 09:20", "X"), "1", "web"));
    accepted(office, keyed(report("03-02 09:20", "Y"), "c", "ab"));
    accepted(office, keyed(report("03-02 09:20", "Z"), "bc", "a"));

    // After erasing, the values are no longer there to be compared.
    accepted(office, tell("03-02 10:00", "li", "erase", "", {{"subject", told.case_id}}));
    Entry without = first;
    set_field(without.fields, "phone", std::string("other"));
    CHECK(office.record(first).status == Status::duplicate);
    CHECK(office.record(without).status == Status::duplicate);
    sound(office);
  }
}

TEST_CASE("repeats within one batch") {
  const std::string one = R"({"at":"2026-03-02T09:00:00+08:00","by":"resident:1","do":"report","place":"p","phone":"138","key":"1"})";
  const std::string other = R"({"at":"2026-03-02T09:00:00+08:00","by":"resident:1","do":"report","place":"p","phone":"139","key":"1"})";
  Office office = garden();
  auto out = office.record_lines(one + "\n" + one + "\n" + other, Office::Mode::independent);
  REQUIRE(out.size() == 3);
  CHECK(out[0].status == Status::accepted);
  CHECK(out[1].status == Status::duplicate);
  CHECK(out[1].seq == out[0].seq);
  CHECK(out[2].reason == "key_reused");

  Office atomic = garden();
  out = atomic.record_lines(one + "\n" + one + "\n" + other + "\n" + one, Office::Mode::atomic);
  REQUIRE(out.size() == 4);
  CHECK(out[0].reason == "undone");
  CHECK(out[0].case_id.empty());
  CHECK(out[1].reason == "undone");
  CHECK(out[2].reason == "key_reused");
  CHECK(out[3].reason == "not_tried");
  CHECK(atomic.last_seq() == 0);
  CHECK(atomic.record_lines(one + "\n" + one, Office::Mode::atomic)[1].status == Status::duplicate);
  // What came before the batch is a repeat, whatever becomes of the batch.
  out = atomic.record_lines(one + "\n" + other, Office::Mode::atomic);
  CHECK(out[0].status == Status::duplicate);
  CHECK(out[0].seq == 2);
}
