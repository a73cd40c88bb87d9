// The month's figures: what counts as a callback, what is due, and who made it.
#include "callbacks/figures.hpp"

#include <map>
#include <random>
#include <set>

#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;
using callbacks::Fact;

Fact made(const std::string& id, int group, int channel, const std::string& who) {
  Fact out;
  out.id = id;
  out.about = "about " + id;
  out.group = group;
  out.channel = channel;
  out.who = who;
  out.drawn = true;
  out.state = Fact::State::in_time;
  out.made = Instant{1};
  out.outcome = "satisfied";
  return out;
}

callbacks::Base base_of(std::vector<std::int64_t> cases, std::vector<std::int64_t> not_yet = {0, 0, 0}) { return {std::move(cases), std::move(not_yet)}; }

callbacks::Figures line(const model::Quota& quota, const callbacks::Month& month, std::string_view by, std::string_view name, std::string_view channel = {}) {
  for (const callbacks::Figures& one : callbacks::lines(quota, month)) {
    if (one.by == by && one.name == name && one.channel == channel) return one;
  }
  throw std::out_of_range("no such line");
}

/// Why those do not count that do not, in the order of their ids.
std::vector<std::string> reasons(const callbacks::Month& month) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < month.facts.size(); ++i) {
    if (!month.verdicts[i].reason.empty()) out.push_back(month.facts[i].id + ": " + month.verdicts[i].reason);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("what is no callback", "[callbacks]") {
  const Fact good = made("a", 0, 1, "zhao");
  CHECK(callbacks::why_not(good).empty());
  Fact bad = good;
  bad.state = Fact::State::missed;
  CHECK(callbacks::why_not(bad) == "not made");
  bad.state = Fact::State::dropped;
  CHECK(callbacks::why_not(bad) == "dropped");
  bad.state = Fact::State::late;
  CHECK(callbacks::why_not(bad) == "late");
  bad = good;
  bad.by_person = false;
  CHECK(callbacks::why_not(bad) == "no person called");
  bad = good;
  bad.outcome.clear();
  CHECK(callbacks::why_not(bad) == "no outcome");
  bad = good;
  bad.breach = "condition";
  CHECK(callbacks::why_not(bad) == "breach: condition");
  bad = good;
  bad.again = true;
  CHECK(callbacks::why_not(bad) == "again");
}

TEST_CASE("the worked example as a month of callbacks", "[callbacks]") {
  const model::Quota quota = ruling_quota();
  std::vector<Fact> facts;
  for (int i = 0; i < 49; ++i) facts.push_back(made("r" + std::to_string(100 + i), 0, i < 8 ? 0 : 1, i < 8 ? "hua" : "zhao"));
  for (int i = 0; i < 4; ++i) facts.push_back(made("c" + std::to_string(i), 1, 0, "hua"));
  for (int i = 0; i < 5; ++i) facts.push_back(made("s" + std::to_string(i), 2, 1, "lin"));
  facts[20].state = Fact::State::late;
  const callbacks::Month month = month_of(quota, base_of({61, 4, 5}), facts);
  CHECK(line(quota, month, "all", "").due == 58);
  CHECK(line(quota, month, "all", "").done == 57);
  CHECK(line(quota, month, "channel", "visit").due == 12);
  CHECK(line(quota, month, "channel", "visit").done == 12);
  CHECK(line(quota, month, "channel", "phone").due == 46);
  CHECK(line(quota, month, "channel", "phone").done == 45);
  CHECK(line(quota, month, "channel", "phone").late == 1);
  CHECK(line(quota, month, "group", "repair_enquiry").cases == 61);
  CHECK(line(quota, month, "group", "repair_enquiry").made == 48);
  CHECK(line(quota, month, "officer", "hua", "visit").due == 12);
  CHECK(line(quota, month, "officer", "zhao", "phone").due == 41);
  CHECK(line(quota, month, "officer", "zhao", "phone").done == 40);
  CHECK(line(quota, month, "officer", "lin", "phone").due == 5);
  CHECK(reasons(month) == std::vector<std::string>{facts[20].id + ": late"});
}

TEST_CASE("an unasked callback counts up to the number due, a case once, and who cannot be reached is owed none", "[callbacks]") {
  const model::Quota quota = ruling_quota();
  std::vector<Fact> facts;
  for (int i = 0; i < 4; ++i) facts.push_back(made("r" + std::to_string(i), 0, 1, "zhao"));
  facts[0].state = Fact::State::missed;
  Fact unasked = made("u1", 0, 1, "zhao");
  unasked.drawn = false;
  facts.push_back(unasked);
  unasked.id = "u2";
  unasked.about = "about r3";
  facts.push_back(unasked);
  unasked.id = "u3";
  unasked.about = "another";
  facts.push_back(unasked);
  const callbacks::Month month = month_of(quota, base_of({5, 0, 0}), facts);
  CHECK(line(quota, month, "all", "").due == 4);
  CHECK(line(quota, month, "all", "").done == 3);   // one of the four due is a visit, and none was made
  CHECK(line(quota, month, "channel", "phone").made == 4);
  CHECK(line(quota, month, "officer", "zhao", "phone").due == 4);
  CHECK(line(quota, month, "officer", "zhao", "phone").done == 4);  // an unasked one fills the missed one's place
  CHECK(reasons(month) == std::vector<std::string>{"r0: not made", "u2: called before", "u3: more than due"});

  facts.resize(4);
  facts[0].state = Fact::State::dropped;
  const callbacks::Month fewer = month_of(quota, base_of({5, 0, 0}), facts);
  CHECK(line(quota, fewer, "all", "").due == 3);
  CHECK(line(quota, fewer, "all", "").dropped == 1);
  CHECK(line(quota, fewer, "channel", "phone").dropped == 1);
  CHECK(line(quota, fewer, "officer", "zhao", "phone").due == 3);
  CHECK(reasons(fewer) == std::vector<std::string>{"r0: dropped"});
}

TEST_CASE("a late call that breaks a rule is no late callback but none", "[callbacks]") {
  const model::Quota quota = ruling_quota();
  Fact late = made("a", 0, 1, "zhao");
  late.state = Fact::State::late;
  late.breach = "condition R116";
  const callbacks::Month month = month_of(quota, base_of({1, 0, 0}), {late});
  CHECK(line(quota, month, "group", "repair_enquiry").late == 0);
  CHECK(line(quota, month, "channel", "phone").late == 0);
  CHECK(line(quota, month, "officer", "zhao", "phone").late == 0);
  CHECK(line(quota, month, "officer", "zhao", "phone").due == 1);
  CHECK(reasons(month) == std::vector<std::string>{"a: breach: condition R116"});
}

TEST_CASE("a case called about by both channels fills one due of one of them", "[callbacks]") {
  const model::Quota quota = ruling_quota();
  std::vector<Fact> facts{made("p", 0, 1, "zhao"), made("v", 0, 0, "hua")};
  facts[1].drawn = false;
  facts[1].about = facts[0].about;
  facts[1].made = Instant{0};
  const callbacks::Month month = month_of(quota, base_of({10, 0, 0}), facts);
  CHECK(line(quota, month, "all", "").done == 1);
  CHECK(line(quota, month, "channel", "phone").done == 1);
  CHECK(line(quota, month, "channel", "visit").done == 0);
  CHECK(line(quota, month, "officer", "hua", "visit").made == 0);
  CHECK(reasons(month) == std::vector<std::string>{"v: called before"});
}

TEST_CASE("no channel is filled by more of a class than that class owes", "[callbacks]") {
  const model::Quota quota = ruling_quota();
  std::vector<Fact> facts;
  for (int i = 0; i < 6; ++i) facts.push_back(made("c" + std::to_string(i), 1, 1, "zhao"));
  for (int i = 2; i < 6; ++i) facts[static_cast<std::size_t>(i)].drawn = false;
  // Ten repairs owe eight, two complaints two; six calls about complaints are two.
  const callbacks::Month month = month_of(quota, base_of({10, 2, 0}), facts);
  CHECK(line(quota, month, "channel", "phone").due == 8);
  CHECK(line(quota, month, "channel", "phone").made == 2);
  CHECK(line(quota, month, "channel", "phone").done == 2);
  CHECK(line(quota, month, "group", "complaint").made == 6);
  CHECK(reasons(month) == std::vector<std::string>{"c2: more than due", "c3: more than due", "c4: more than due", "c5: more than due"});
}

TEST_CASE("while the month runs only what has fallen due is asked for", "[callbacks]") {
  const model::Quota quota = ruling_quota();
  Fact running = made("a", 0, 1, "zhao");
  running.state = Fact::State::not_yet;
  Fact given_up = made("b", 0, 1, "zhao");
  given_up.state = Fact::State::dropped;
  given_up.asked_for = false;
  const callbacks::Month month = month_of(quota, base_of({5, 0, 0}, {4, 0, 0}), {running, given_up, made("c", 0, 1, "zhao")});
  CHECK(line(quota, month, "all", "").cases == 5);
  CHECK(line(quota, month, "all", "").not_yet == 4);
  CHECK(line(quota, month, "all", "").due == 1);
  CHECK(line(quota, month, "all", "").dropped == 0);
  CHECK(line(quota, month, "officer", "zhao", "phone").due == 1);
  CHECK(line(quota, month, "officer", "zhao", "phone").done == 1);
  CHECK(reasons(month) == std::vector<std::string>{"a: not yet due", "b: dropped"});
}

namespace {

std::int64_t upto(std::int64_t count, std::int64_t per_cent) {
  std::int64_t out = 0;
  while (out * 100 < count * per_cent) ++out;
  return out;
}

/// One of everything, by the rulings and as slowly as they read.
struct Reference {
  std::map<int, std::int64_t> due;
  std::map<int, std::int64_t> done;
  std::map<std::pair<std::string, int>, std::pair<std::int64_t, std::int64_t>> officers;

  Reference(const std::vector<std::int64_t>& cases, std::vector<Fact> facts) {
    std::int64_t total = 0;
    std::map<int, std::int64_t> room;
    for (int g = 0; g < 3; ++g) {
      room[g] = upto(cases[static_cast<std::size_t>(g)], g == 0 ? 80 : 100);
      for (const Fact& fact : facts) {
        if (fact.group == g && fact.drawn && !fact.again && fact.state == Fact::State::dropped && room[g] > 0) --room[g];
      }
      total += room[g];
    }
    due[0] = upto(total, 20);
    due[1] = total - due[0];
    std::set<std::string> about;
    std::map<int, std::int64_t> made;
    for (const bool drawn : {true, false}) {
      for (std::int64_t at = 0; at < 60; ++at) {
        for (const Fact& fact : facts) {
          if (fact.drawn != drawn || fact.made.us != at || fact.again || fact.state != Fact::State::in_time || !fact.breach.empty()) continue;
          if (!about.insert(fact.about).second) continue;
          ++officers[{fact.who, fact.channel}].second;
          if (room[fact.group] == 0) continue;
          --room[fact.group];
          ++made[fact.channel];
        }
      }
    }
    done[0] = std::min(due[0], made[0]);
    done[1] = std::min(due[1], made[1] + made[0] - done[0]);
    for (const Fact& fact : facts) {
      if (fact.again) continue;
      const bool owed = fact.drawn && fact.state != Fact::State::dropped && fact.state != Fact::State::not_yet;
      officers[{fact.who, fact.channel}].first += owed ? 1 : 0;
    }
  }
};

}  // namespace

TEST_CASE("a month is what the rulings say, read slowly", "[callbacks][property]") {
  const model::Quota quota = ruling_quota();
  for (unsigned seed = 0; seed < 300; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const auto below = [&](unsigned count) { return static_cast<int>(random() % count); };
    std::vector<Fact> facts;
    std::vector<std::int64_t> cases;
    for (int g = 0; g < 3; ++g) {
      cases.push_back(below(20));
      const std::int64_t drawn = upto(cases.back(), g == 0 ? 80 : 100);
      for (int i = 0; i < drawn + below(4); ++i) {
        Fact fact = made("f" + std::to_string(facts.size()), g, below(2), below(2) == 0 ? "zhao" : "hua");
        fact.drawn = i < drawn;
        fact.made = Instant{static_cast<std::int64_t>(facts.size())};
        if (!fact.drawn && below(2) == 0 && !facts.empty()) fact.about = facts[static_cast<std::size_t>(below(static_cast<unsigned>(facts.size())))].about;
        fact.again = fact.drawn && below(12) == 0;
        fact.state = static_cast<Fact::State>(below(5));
        if (below(2) == 0) fact.state = Fact::State::in_time;
        if (below(8) == 0) fact.breach = "condition";
        facts.push_back(std::move(fact));
      }
    }
    const Reference expected(cases, facts);
    std::shuffle(facts.begin(), facts.end(), random);
    const callbacks::Month month = month_of(quota, base_of(cases), facts);
    std::map<int, std::int64_t> filled;
    for (const callbacks::Verdict& one : month.verdicts) ++filled[one.fills];
    for (const int channel : {0, 1}) {
      const callbacks::Figures& got = month.channels[static_cast<std::size_t>(channel)];
      CHECK(got.due == expected.due.at(channel));
      CHECK(got.done == expected.done.at(channel));
      CHECK(filled[channel] == got.done);
    }
    for (const auto& [whose, counts] : expected.officers) {
      const callbacks::Figures got = line(quota, month, "officer", whose.first, quota.channels[static_cast<std::size_t>(whose.second)].name);
      CHECK(got.due == counts.first);
      CHECK(got.done == std::min(counts.first, counts.second));
    }
  }
}
