// The month's figures: what counts as a callback, what is due, and who made it.
#include "callbacks/figures.hpp"
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

const callbacks::Figures& line(const std::vector<callbacks::Figures>& lines, std::string_view by, std::string_view name, std::string_view channel = {}) {
  for (const callbacks::Figures& one : lines) {
    if (one.by == by && one.name == name && one.channel == channel) return one;
  }
  throw std::out_of_range("no such line");
}

}  // namespace

TEST_CASE("what is no callback", "[callbacks]") {
  const Fact good = made("a", 0, 1, "zhao");
  CHECK(callbacks::why_not(good).empty());
  Fact bad = good;
  bad.state = Fact::State::open;
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
  std::vector<callbacks::LeftOut> left_out;
  const auto lines = callbacks::figures(quota, {61, 4, 5}, facts, left_out);
  CHECK(line(lines, "all", "").due == 58);
  CHECK(line(lines, "all", "").done == 57);
  CHECK(line(lines, "channel", "visit").due == 12);
  CHECK(line(lines, "channel", "visit").done == 12);
  CHECK(line(lines, "channel", "phone").due == 46);
  CHECK(line(lines, "channel", "phone").done == 45);
  CHECK(line(lines, "channel", "phone").late == 1);
  CHECK(line(lines, "group", "repair_enquiry").cases == 61);
  CHECK(line(lines, "group", "repair_enquiry").made == 48);
  CHECK(line(lines, "officer", "hua", "visit").due == 12);
  CHECK(line(lines, "officer", "zhao", "phone").due == 41);
  CHECK(line(lines, "officer", "zhao", "phone").done == 40);
  CHECK(line(lines, "officer", "lin", "phone").due == 5);
  REQUIRE(left_out.size() == 1);
  CHECK(left_out[0].reason == "late");
}

TEST_CASE("an unasked callback counts up to the number due, a case once, and who cannot be reached is owed none", "[callbacks]") {
  const model::Quota quota = ruling_quota();
  std::vector<Fact> facts;
  for (int i = 0; i < 4; ++i) facts.push_back(made("r" + std::to_string(i), 0, 1, "zhao"));
  facts[0].state = Fact::State::open;
  Fact unasked = made("u1", 0, 1, "zhao");
  unasked.drawn = false;
  facts.push_back(unasked);
  unasked.id = "u2";
  unasked.about = "about r3";
  facts.push_back(unasked);
  unasked.id = "u3";
  unasked.about = "another";
  facts.push_back(unasked);
  std::vector<callbacks::LeftOut> left_out;
  auto lines = callbacks::figures(quota, {5, 0, 0}, facts, left_out);
  CHECK(line(lines, "all", "").due == 4);
  CHECK(line(lines, "all", "").done == 3);   // one of the four due is a visit, and none was made
  CHECK(line(lines, "channel", "phone").made == 4);
  CHECK(line(lines, "officer", "zhao", "phone").due == 4);
  std::vector<std::string> reasons;
  for (const auto& one : left_out) reasons.push_back(one.id + ": " + one.reason);
  CHECK(reasons == std::vector<std::string>{"r0: not made", "u2: called before", "u3: more than due"});

  facts.resize(4);
  facts[0].state = Fact::State::dropped;
  left_out.clear();
  lines = callbacks::figures(quota, {5, 0, 0}, facts, left_out);
  CHECK(line(lines, "all", "").due == 3);
  CHECK(line(lines, "all", "").dropped == 1);
  CHECK(line(lines, "officer", "zhao", "phone").due == 3);
}
