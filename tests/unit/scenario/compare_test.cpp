// Expectations beside what came: which hold, what the difference says, and what the text is rewritten to.
#include "../catch.hpp"
#include "scenario/compare.hpp"

namespace {

using wuye::Node;
using wuye::Zone;
using namespace wuye::scenario;

const Zone& shanghai() {
  static const Zone zone = Zone::from_transitions("+08:00", {{wuye::kEarliest, 8 * 3600}});
  return zone;
}

struct Judged {
  std::vector<std::string> differences;
  std::string rewritten;  ///< the expectation, patched
};

Judged judged(const std::string& expect, const std::string& came, const Labels& labels = {}) {
  const std::string text = "expect = " + expect;
  const Node root = wuye::read_toml(text, "t.toml");
  Comparison comparison(text, shanghai(), labels);
  comparison.expect(*root.find("expect"), wuye::json::parse(came));
  return {comparison.differences, spliced(text, comparison.patches).substr(9)};
}

bool holds(const std::string& expect, const std::string& came, const Labels& labels = {}) {
  return judged(expect, came, labels).differences.empty();
}

}  // namespace

TEST_CASE("scenario compare: only what is stated is compared", "[scenario]") {
  CHECK(holds(R"({ stage = "done" })", R"({"stage":"done","holder":"li"})"));
  CHECK(holds(R"({ fields = { a = 1, b = true, c = ["x"], d = 2026-03-02 } })",
              R"({"fields":{"a":1,"b":true,"c":["x"],"d":"2026-03-02","e":5}})"));
  CHECK_FALSE(holds(R"({ fields = { a = 1 } })", R"({"fields":{"a":"1"}})"));
  CHECK_FALSE(holds(R"({ fields = { c = ["x"] } })", R"({"fields":{"c":["x","y"]}})"));
}

TEST_CASE("scenario compare: nothing is written none, or as an empty text", "[scenario]") {
  CHECK(holds(R"({ holder = "none", clause = "", fields = { a = "none" } })", R"({"holder":"","clause":"","fields":{}})"));
  CHECK(holds(R"({ ending = "none" })", "{}"));
  CHECK_FALSE(holds(R"({ holder = "none" })", R"({"holder":"li"})"));
}

TEST_CASE("scenario compare: instants are equal whatever the offset or form", "[scenario]") {
  CHECK(holds("{ fields = { at = 2026-03-03T00:10:00 } }", R"({"fields":{"at":1772467800000000}})"));
  CHECK(holds("{ next_due = 2026-03-02T16:10:00Z }", R"({"next_due":"2026-03-03T00:10:00+08:00"})"));
  CHECK_FALSE(holds("{ next_due = 2026-03-03T00:10:00.000001 }", R"({"next_due":"2026-03-03T00:10:00+08:00"})"));
}

TEST_CASE("scenario compare: a deadline is a time, a state, or both", "[scenario]") {
  const std::string came = R"({"due":{"arrive":{"at":"2026-03-03T00:10:00+08:00","generation":2,"state":"late"},"other":{"generation":1}}})";
  CHECK(holds("{ due = { arrive = 2026-03-03T00:10:00 } }", came));
  CHECK(holds(R"({ due = { arrive = "late", other = "none", third = "none" } })", came));
  CHECK(holds(R"({ due = { arrive = { at = 2026-03-03T00:10:00, state = "late", generation = 2 } } })", came));
  CHECK(judged(R"({ due = { arrive = "met", other = 2026-03-03T00:00:00 } })", came).rewritten ==
        R"({ due = { arrive = "late", other = "none" } })");
  CHECK(judged("{ due = { arrive = 2026-03-02T00:10:00 } }", came).rewritten == "{ due = { arrive = 2026-03-03T00:10:00 } }");
  CHECK(judged(R"({ due = { arrive = { state = "met", generation = 1 } } })", came).rewritten ==
        R"({ due = { arrive = { state = "late", generation = 2 } } })");
}

TEST_CASE("scenario compare: recipients by post or by person, none too many", "[scenario]") {
  const std::string came = R"({"notices":[{"what":"overdue","level":"100%","tell":[{"people":["wang"],"post":"cs_supervisor"},
      {"people":["sun"],"post":"holder"}],"people":["sun","wang"],"text_en":"Arrival is late"}]})";
  CHECK(holds(R"({ notices = [ { tell = ["cs_supervisor", "sun"], people = ["wang", "sun"], text_en = "late" } ] })", came));
  CHECK_FALSE(holds(R"({ notices = [ { tell = "cs_supervisor" } ] })", came));
  CHECK_FALSE(holds(R"({ notices = [ { tell = ["cs_supervisor", "holder", "site_manager"] } ] })", came));
  CHECK(judged(R"({ notices = [ { level = "75%", tell = "wang" } ] })", came).rewritten ==
        R"({ notices = [ { level = "100%", tell = ["cs_supervisor", "holder"] } ] })");
}

TEST_CASE("scenario compare: a list of another length is rewritten with the keys that it states", "[scenario]") {
  const std::string came = R"({"notices":[{"what":"warning","level":"75%","clause":"R051","case":"repair-1"},
      {"what":"overdue","level":"100%","clause":"R051","case":"repair-1"}]})";
  Labels labels;
  labels.bind_case("a", "repair-1");
  const Judged one = judged(R"({ notices = [ { what = "overdue", case = "a" } ] })", came, labels);
  REQUIRE(one.differences.size() == 1);
  CHECK(one.differences[0].starts_with("notices: expected 1, came 2: "));
  CHECK(one.rewritten == "{ notices = [ { what = \"warning\", case = \"a\" },\n                       { what = \"overdue\", case = \"a\" } ] }");
  CHECK(judged("{ notices = [] }", R"({"notices":[{"what":"overdue","level":"100%","clause":"","tell":[{"post":"x","people":[]}]}]})").rewritten ==
        R"({ notices = [ { what = "overdue", level = "100%", tell = "x" } ] })");
  CHECK(judged(R"({ notices = [ { what = "overdue" } ] })", R"({"notices":[]})").rewritten == "{ notices = [] }");
}

TEST_CASE("scenario compare: names stand for cases and lines", "[scenario]") {
  Labels labels;
  labels.bind_case("a", "repair-1");
  labels.bind_line("d", 7);
  CHECK(holds(R"({ facts = { line = "@d", other = "@a:x", mail = "@@home" } })",
              R"({"facts":{"line":7,"other":"repair-1:x","mail":"@home"}})", labels));
  CHECK(judged(R"({ facts = { line = "@d", other = "@a" } })", R"({"facts":{"line":8,"other":"repair-2"}})", labels).rewritten ==
        R"({ facts = { line = 8, other = "repair-2" } })");
  CHECK(judged(R"({ facts = { line = "@d" } })", R"({"facts":{"line":"7"}})", labels).differences.size() == 1);
  const Judged unbound = judged(R"({ facts = { line = "@missing" } })", R"({"facts":{"line":7}})", labels);
  REQUIRE(unbound.differences.size() == 1);
  CHECK(unbound.differences[0].find("brought nothing to bind") != std::string::npos);
}

TEST_CASE("scenario compare: a key that did not come names the nearest that did", "[scenario]") {
  const Judged figure = judged("{ figures = { dispatch_timelines = { done = 1 } } }", R"({"figures":{"dispatch_timeliness":{"done":1}}})");
  REQUIRE(figure.differences.size() == 1);
  CHECK(figure.differences[0].find("nearest: \"dispatch_timeliness\"") != std::string::npos);
}

TEST_CASE("scenario compare: options, explanations and findings", "[scenario]") {
  CHECK(holds(R"({ can = ["dispatch"], cannot = { close = "wrong_stage" }, needs = { dispatch = ["worker"] } })",
              R"({"can":["accept","dispatch"],"cannot":{"close":"wrong_stage"},"needs":{"dispatch":["worker"]}})"));
  CHECK_FALSE(holds(R"({ can = ["close"] })", R"({"can":["dispatch"]})"));
  CHECK(holds(R"({ contains = ["R051", "late"] })", R"({"contains":"{\"clause\":\"R051\",\"state\":\"late\"}"})"));
  CHECK_FALSE(holds(R"({ contains = ["R052"] })", R"({"contains":"R051"})"));
  CHECK(holds(R"({ findings = ["line 3"] })", R"({"findings":["the chain breaks at line 3"]})"));
  CHECK_FALSE(holds("{ findings = [] }", R"({"findings":["x"]})"));
}

TEST_CASE("scenario compare: long texts are shortened between characters", "[scenario]") {
  CHECK(shortened("a\n  b", 10) == "a b");
  CHECK(shortened("厨房水管", 4) == "厨 …");
}
