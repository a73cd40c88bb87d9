// Properties of the fold over random lives: every journal folds again to what stands, findings do not depend on how often the
// host asks or in which order it tells.
#include <set>

#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

/// Legal or not, in any order, late or in time, with amendments of lines that may or may not be there.
Entry anything(Random& random, Office& office, Instant now) {
  static const Texts actions{"report", "dispatch", "wait", "resume", "arrive", "finish", "cancel", "remark", "approve", "correct", "void", "opening"};
  const std::string& action = actions[static_cast<std::size_t>(random.below(12))];
  const std::string id = "c" + std::to_string(random.below(12));
  Entry out = act(now, action, id);
  if (random.one_in(3)) out.at.us -= random.below(2000) * kMinute;
  if (random.one_in(3)) out.now = now;
  else if (out.at < now) out.now = now;
  if (action == "correct" || action == "void" || action == "opening") {
    out.case_id.clear();
    out.fields.clear();
    set_field(out.fields, "line", 1 + random.below(office.last_seq() + 2));
    if (action == "void") set_field(out.fields, "reason", std::string("r"));
    if (action == "correct" && random.one_in(2)) set_field(out.fields, "happened", now.us - random.below(2000) * kMinute);
    if (action == "correct" && random.one_in(3)) set_field(out.fields, "urgency", std::string("emergency"));
    if (action == "correct" && random.one_in(3)) set_field(out.fields, "phone", std::to_string(random.below(99)));
    if (action == "opening") {
      out.case_id = id;
      out.fields.clear();
      set_field(out.fields, "class", std::string("repair"));
      set_field(out.fields, "stage", std::string(random.one_in(2) ? "waiting" : "reported"));
      set_field(out.fields, "opened", out.at.us - random.below(500) * kMinute);
    }
  } else if (action == "report" || action == "remark") {
    if (random.one_in(2)) set_field(out.fields, "fault", std::string(random.one_in(2) ? "drain" : "lift"));
    if (random.one_in(4)) set_field(out.fields, "urgency", std::string("emergency"));
    if (random.one_in(4)) set_field(out.fields, "promised", now.us + (random.below(600) - 100) * kMinute);
    if (random.one_in(4)) set_field(out.fields, "phone", std::to_string(random.below(99)));
  }
  return out;
}

/// What stands, without the numbers of lines: stages, clocks, tallies, and the findings that were not withdrawn. Who was told is
/// not compared: it is whoever held the case as far as was known when it was found.
std::set<std::string> standing(Office& office) {
  std::set<std::string> out;
  const auto take = [&](const char* name, std::initializer_list<const char*> columns, const char* state) {
    const TableData table = office.table(name);
    for (const auto& row : table.rows) {
      if (state && cell(table, row, "state") != state) continue;
      std::string text = name;
      for (const char* column : columns) text += '|' + cell(table, row, column);
      out.insert(text);
    }
  };
  take("cases", {"case", "stage", "stage_since", "holder", "opened_at", "ended_at", "fields"}, nullptr);
  take("deadlines", {"case", "deadline", "generation", "state", "since", "due", "breach", "stopped", "fired"}, nullptr);
  take("tallies", {"tally", "key", "case", "at"}, nullptr);
  take("notices", {"notice", "what", "at", "clause"}, "current");
  take("breaches", {"case", "reason", "at"}, "current");
  for (auto it = out.begin(); it != out.end();) it = contains(*it, "|withdrawn|") || contains(*it, "recurring:") ? out.erase(it) : std::next(it);
  return out;
}

std::string difference(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::string out;
  for (const std::string& one : a) if (!b.count(one)) out += "- " + one + '\n';
  for (const std::string& one : b) if (!a.count(one)) out += "+ " + one + '\n';
  return out;
}

}  // namespace

TEST_CASE("random lives, legal and not: the journal folds to what stands, and asking more often changes nothing") {
  const Directory directory;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    Random random(seed);
    Office often = garden();
    Office seldom = garden_in(directory.file(std::to_string(seed) + ".db"));
    if (seed % 2 == 0) {
      staff_up(often);
      staff_up(seldom);
    }
    Instant now = when("03-02 07:00");
    int kept = 0;
    for (int n = 1; n <= 150; ++n) {
      now.us += random.below(90) * kMinute;
      const Entry entry = anything(random, often, now);
      const Instant until = std::max(entry.now.value_or(entry.at), often.clock());
      const Outcome dry = often.record(entry, true);
      if (dry.accepted()) {
        for (auto due = often.next_due(); due && *due < until; due = often.next_due()) {
          REQUIRE_FALSE(often.advance(*due).empty());
        }
      }
      const Outcome a = often.record(entry);
      const Outcome b = seldom.record(entry);
      INFO(seed << ", " << n << ": " << a.json());
      REQUIRE(a.status == b.status);
      REQUIRE(a.reason == b.reason);
      REQUIRE(a.seq == b.seq);
      REQUIRE(often.digest() == seldom.digest());
      if (a.accepted()) ++kept;
      if (n % 50 == 0) {
        REQUIRE(often.state_digest() == seldom.state_digest());
        sound(often);
        sound(seldom);
      }
    }
    CHECK(kept > 40);
    while (const auto due = often.next_due()) REQUIRE_FALSE(often.advance(*due).empty());
    seldom.advance(when("12-31 00:00"));
    CHECK(often.digest() == seldom.digest());
    Office copy = garden();
    copy.load(often.lines(0));
    CHECK(copy.state_digest() == seldom.state_digest());
    // What was known at any time is what a fold up to there gives.
    Office view = often.as_of(often.lines(often.last_seq() / 2, 1)[0].now);
    sound(view);
  }
}

TEST_CASE("told in any order, the same stands as when told in order") {
  for (std::uint64_t seed = 10; seed < 18; ++seed) {
    Random random(seed);
    std::vector<Entry> all;
    for (int n = 0; n < 5; ++n) {
      std::vector<Entry> one = life(random, "c" + std::to_string(n), Instant{when("03-02 07:00").us + random.below(200) * kMinute}, 1000);
      const Texts faults{"drain", "lift"};
      if (random.one_in(2)) set_field(one[0].fields, "fault", faults[static_cast<std::size_t>(random.below(2))]);
      all.insert(all.end(), one.begin(), one.end());
    }
    std::stable_sort(all.begin(), all.end(), [](const Entry& a, const Entry& b) { return a.at < b.at; });
    const Instant end = when("03-03 06:00");
    Office in_order = garden();
    for (const Entry& entry : all) CHECK(accepted(in_order, entry).breaches.empty());
    in_order.advance(end);
    const std::set<std::string> expected = standing(in_order);

    std::vector<Entry> mixed = all;
    random.shuffle(mixed);
    // A case is there before its other lines are.
    std::stable_partition(mixed.begin(), mixed.end(), [](const Entry& entry) { return entry.action == "report"; });
    std::sort(mixed.begin(), mixed.begin() + 5, [](const Entry& a, const Entry& b) { return a.at < b.at; });
    Office late = garden();
    late.adopt(desk(), when("03-02 06:00"), "li");
    Instant now = when("03-02 11:00");
    std::size_t tries = 0;
    while (!mixed.empty() && tries < mixed.size()) {
      Entry entry = mixed.front();
      mixed.erase(mixed.begin());
      now.us += kMinute;
      entry.now = std::max(now, entry.at);
      now = *entry.now;
      const Outcome out = late.record(entry);
      if (out.accepted()) {
        tries = 0;
        continue;
      }
      // Something told earlier stands in the way for now; its turn comes.
      INFO(out.json());
      REQUIRE(out.reason == "conflicts");
      ++tries;
      mixed.push_back(all[static_cast<std::size_t>(std::find_if(all.begin(), all.end(), [&](const Entry& one) {
        return one.case_id == entry.case_id && one.action == entry.action && one.at == entry.at;
      }) - all.begin())]);
    }
    REQUIRE(mixed.empty());
    late.advance(std::max(end, now));
    sound(late);
    INFO(seed << '\n' << difference(expected, standing(late)));
    CHECK(standing(late) == expected);
  }
}
