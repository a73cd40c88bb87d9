// The ladder against a slow, obvious reference that walks every minute: which levels should have fired, and when.
#include <map>

#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

using Fired = std::map<std::string, Instant>;

/// Four hours of desk time (08:30 to 18:30 daily) from the report until the arrival, standing still while waiting.
Fired walk(const std::vector<Entry>& entries, Instant end) {
  Fired out;
  const std::string id = entries[0].case_id;
  bool paused = false;
  std::size_t next = 0;
  int taken = 0;
  for (Instant minute = entries[0].at; minute < end; minute.us += kMinute) {
    for (; next < entries.size() && entries[next].at <= minute; ++next) {
      if (entries[next].action == "wait") paused = true;
      if (entries[next].action == "resume") paused = false;
      if (entries[next].action == "arrive") return out;
    }
    const std::int64_t of_day = (minute.us / kMinute + 8 * 60) % 1440;
    if (paused || of_day < 8 * 60 + 30 || of_day >= 18 * 60 + 30) continue;
    if (taken == 240) out.emplace(id + ":arrive:1:100%", Instant{minute.us + 1});
    ++taken;
    const bool stops = next < entries.size() && entries[next].action == "arrive" && entries[next].at.us == minute.us + kMinute;
    if (taken == 180 && !stops) out.emplace(id + ":arrive:1:75%", Instant{minute.us + kMinute});
  }
  return out;
}

}  // namespace

TEST_CASE("the levels that fired are those of a walk through every minute") {
  for (std::uint64_t seed = 100; seed < 104; ++seed) {
    Random random(seed);
    const Instant end = when("03-05 23:00");
    std::vector<Entry> in_time;
    std::vector<Entry> at_the_end;
    Fired expected;
    for (int n = 0; n < 40; ++n) {
      const std::vector<Entry> one = life(random, "c" + std::to_string(n), Instant{when("03-02 00:00").us + random.below(1440) * kMinute}, 300 + random.below(3000));
      expected.merge(walk(one, end));
      std::vector<Entry>& into = n % 4 == 0 ? at_the_end : in_time;
      into.insert(into.end(), one.begin(), one.end());
    }
    std::stable_sort(in_time.begin(), in_time.end(), [](const Entry& a, const Entry& b) { return a.at < b.at; });
    Office office = garden();
    office.adopt(desk(), when("03-01 00:00"), "li");
    for (const Entry& entry : in_time) accepted(office, entry);
    office.advance(end);
    for (Entry& entry : at_the_end) {
      entry.now = end;
      accepted(office, entry);
    }
    office.advance(end);
    Fired fired;
    const TableData notices = office.table("notices");
    for (const auto& row : notices.rows) {
      if (cell(notices, row, "state") != "current" || cell(notices, row, "deadline") != "arrive" || cell(notices, row, "level") == "+1cd") continue;
      if (cell(notices, row, "what") == "withdrawn" || Instant{std::stoll(cell(notices, row, "at"))} >= end) continue;
      fired.emplace(cell(notices, row, "notice"), Instant{std::stoll(cell(notices, row, "at"))});
    }
    CHECK(expected.size() > 10);
    for (const auto& [id, at] : expected) {
      INFO(seed << ' ' << id << ' ' << desk().zone().format(at));
      REQUIRE(fired.count(id) == 1);
      CHECK(desk().zone().format(fired.at(id)) == desk().zone().format(at));
    }
    CHECK(fired.size() == expected.size());
    sound(office);
  }
}
