// Whole scenarios under a small manual of their own: what passes, what the report of a failure says, what an update rewrites.
#include "../catch.hpp"
#include "wuye/scenario.hpp"

#include "journal/json.hpp"

namespace {

using wuye::Error;
using wuye::run_scenario;
using wuye::ScenarioOptions;
using wuye::ScenarioResult;

const char* const kManual = R"(
name = "small"
time_zone = "+08:00"
[post.desk]
title = { zh = "前台", en = "Desk" }
superior = "head"
[post.head]
title = { zh = "主管", en = "Head" }
[clause.R051]
module = "repair"
kind = ["figure"]
title = { zh = "两小时到场", en = "On site within two hours" }
text = { zh = "两小时内到场。", en = "On site within two hours." }
[chapter.repair]
title = { zh = "报修", en = "Repair" }
modules = ["repair"]
[procedure.repair]
title = { zh = "报修", en = "Repair" }
chapter = "repair"
clauses = ["R051"]
[procedure.repair.field]
text = { title = { zh = "内容", en = "What" }, type = "text" }
phone = { title = { zh = "电话", en = "Telephone" }, type = "text", personal = true }
[[procedure.repair.stage]]
name = "reported"
title = { zh = "已受理", en = "Reported" }
[[procedure.repair.stage]]
name = "on_site"
title = { zh = "已到场", en = "On site" }
[[procedure.repair.stage]]
name = "done"
title = { zh = "完成", en = "Done" }
ending = "done"
[[procedure.repair.action]]
do = "report"
title = { zh = "受理", en = "Report" }
opening = true
by = ["desk"]
to = "reported"
clauses = ["R051"]
[[procedure.repair.action]]
do = "arrive"
title = { zh = "到场", en = "Arrive" }
by = ["desk"]
from = ["reported"]
to = "on_site"
clauses = ["R051"]
[[procedure.repair.action]]
do = "complete"
title = { zh = "完工", en = "Complete" }
by = ["desk"]
from = ["on_site"]
to = "done"
on_breach = "refuse"
clauses = ["R051"]
[[procedure.repair.deadline]]
name = "arrive"
title = { zh = "到场", en = "Arrival" }
from = "reported"
until = ["on_site", "done"]
within = [ { limit = "2h", calendar = "around_the_clock", clause = "R051" } ]
ladder = [ { at = "75%", tell = ["desk"] }, { at = "100%", tell = ["head"], clause = "R051" } ]
clause = "R051"
)";

const std::string kHead = R"(title = "A burst pipe"
covers = ["R051"]
manual = "small.toml"

[setup]
staff = { li = "desk", wang = "head" }
units = ["3-1201"]

[[step]]
at = 2026-03-02T22:10:00
by = "li"
do = "report"
as = "a"
with = { class = "repair", place = "3-1201", text = "水管爆裂", phone = "13800000000" }
)";

ScenarioOptions options() {
  ScenarioOptions out;
  out.read_file = [](std::string_view path) {
    return path == "small.toml" ? std::optional<std::string>(kManual) : std::nullopt;
  };
  return out;
}

ScenarioResult run(const std::string& text, ScenarioOptions with = options()) { return run_scenario("day.toml", text, with); }

}  // namespace

TEST_CASE("scenario run: a day that comes as expected", "[scenario]") {
  const ScenarioResult result = run(kHead + R"(expect = { stage = "reported", holder = "none", ending = "none", class = "repair", due = { arrive = 2026-03-03T00:10:00 }, fields = { text = "水管爆裂", phone = "***" } }

[[step]]
advance = 2026-03-03T00:10:00.000001
expect = { notices = [ { what = "warning", deadline = "arrive", level = "75%", tell = "desk", people = ["li"], generation = 1, case = "a" },
                       { what = "overdue", deadline = "arrive", level = "100%", tell = "wang", clause = "R051" } ] }

[[step]]
at = 2026-03-03T00:20:00
by = "wang"
do = "arrive"
expect = { stage = "on_site", due = { arrive = "late" }, breaches = [ { reason = "not_allowed", clause = "R051" } ] }

[[step]]
at = 2026-03-03T00:30:00
by = "li"
do = "report"
dry = true
with = { class = "repair", text = "x" }
expect = { stage = "reported" }

[[step]]
at = 2026-03-03T00:30:00
by = "wang"
do = "complete"
case = "a"
expect = { reason = "not_allowed", stage = "on_site" }

[[step]]
ask = "next_due"
expect = { next_due = "none" }

[[step]]
ask = "options"
by = "li"
at = 2026-03-03T00:30:00
expect = { can = ["complete"], cannot = { arrive = "wrong_stage" } }

[[step]]
ask = "table"
table = "notices"
where = { case = "@a", level = "100%" }
expect = { count = 1, rows = [ { deadline = "arrive", at = 2026-03-03T00:10:00.000001 } ] }

[[step]]
ask = "as_of"
at = 2026-03-02T23:00:00
case = "a"
expect = { stage = "reported" }

[[step]]
raw = '{"at": 5'
expect = { error_kind = "invalid_argument" }

[[step]]
ask = "verify"
)");
  CHECK(result.failure.empty());
  CHECK(result.passed);
  CHECK(result.steps.size() == 11);
  CHECK(result.invariants.empty());
  CHECK(result.digest.size() == 64);
  CHECK(result.covers == std::vector<std::string>{"R051"});
}

TEST_CASE("scenario run: silence means that all went well", "[scenario]") {
  const ScenarioResult breach = run(kHead + "[[step]]\nat = 2026-03-02T22:20:00\nby = \"wang\"\ndo = \"arrive\"\n");
  CHECK_FALSE(breach.passed);
  CHECK(breach.failure.find("expected no breach, came accepted, breach not_allowed (R051)") != std::string::npos);
  const ScenarioResult refused = run(kHead + "[[step]]\nat = 2026-03-02T22:20:00\nby = \"li\"\ndo = \"complete\"\n");
  CHECK(refused.failure.find("expected that it is accepted, came refused wrong_stage (R051)") != std::string::npos);
}

TEST_CASE("scenario run: a failure says all that one needs", "[scenario]") {
  const ScenarioResult result = run(kHead + R"(
[[step]]
say = "li goes there"
at = 2026-03-02T22:20:00
by = "li"
do = "arrive"
expect = { stage = "done" }
)");
  CHECK_FALSE(result.passed);
  REQUIRE(result.steps.size() == 2);
  CHECK(result.steps[0].passed);
  CHECK_FALSE(result.steps[1].passed);
  CHECK(result.steps[1].line == 16);
  const std::string& report = result.failure;
  CHECK(report.starts_with("day.toml: A burst pipe (R051)\n"));
  CHECK(report.find("step 2, line 16: li does arrive at 2026-03-02T22:20:00+08:00") != std::string::npos);
  CHECK(report.find("\"li goes there\"") != std::string::npos);
  CHECK(report.find("- stage: expected \"done\", came \"on_site\"") != std::string::npos);
  CHECK(report.find("answer: accepted") != std::string::npos);
  CHECK(report.find("told  2026-03-02T22:10:00+08:00 {") != std::string::npos);
  CHECK(report.find("wuye_scenarios --step 2 day.toml") != std::string::npos);
  CHECK(report.find("13800000000") == std::string::npos);
}

TEST_CASE("scenario run: mistyped codes and names are pointed out", "[scenario]") {
  const ScenarioResult actor = run(kHead + "[[step]]\nat = 2026-03-02T22:20:00\nby = \"wagn\"\ndo = \"arrive\"\n");
  CHECK(actor.failure.find("nearest: \"wang\"") != std::string::npos);
  const ScenarioResult label = run(kHead + "[[step]]\nat = 2026-03-02T22:20:00\nby = \"li\"\ndo = \"arrive\"\ncase = \"aa\"\n");
  CHECK(label.failure.find("no step binds that name") != std::string::npos);
}

TEST_CASE("scenario run: one step alone", "[scenario]") {
  ScenarioOptions with = options();
  with.only_step = 2;
  const std::string text = kHead + "expect = { stage = \"wrong\" }\n[[step]]\nat = 2026-03-02T22:20:00\nby = \"li\"\ndo = \"arrive\"\n" +
                           "[[step]]\nadvance = 2026-03-04T00:00:00\nexpect = { stage = \"wrong\" }\n";
  const ScenarioResult result = run(text, with);
  CHECK(result.passed);
  REQUIRE(result.steps.size() == 1);
  CHECK(result.steps[0].index == 2);
  with.only_step = 4;
  CHECK_THROWS_AS(run(text, with), Error);
}

TEST_CASE("scenario run: an update rewrites what is stated and nothing else", "[scenario]") {
  ScenarioOptions with = options();
  with.update = true;
  const std::string before = kHead + R"(expect = { stage = "done", due = { arrive = 2026-03-03T00:00:00 } } # the report

[[step]]
advance = 2026-03-03T01:00:00   # later
expect = { notices = [ { what = "warning", case = "a" } ] }
)";
  const ScenarioResult first = run(before, with);
  CHECK_FALSE(first.passed);
  CHECK(first.updated_text == kHead + R"(expect = { stage = "reported", due = { arrive = 2026-03-03T00:10:00 } } # the report

[[step]]
advance = 2026-03-03T01:00:00   # later
expect = { notices = [ { what = "warning", case = "a" },
                       { what = "overdue", case = "a" } ] }
)");
  const ScenarioResult second = run(first.updated_text, with);
  CHECK(second.passed);
  CHECK(second.updated_text == first.updated_text);
}

TEST_CASE("scenario run: the manual is checked before the first step", "[scenario]") {
  const auto message = [](const std::string& text) {
    try {
      (void)run(text);
    } catch (const Error& error) {
      return std::to_string(error.where().line) + ": " + error.what();
    }
    return std::string();
  };
  const std::string step = "[[step]]\nat = 2026-03-02T22:20:00\nby = \"li\"\ndo = \"arrive\"\n";
  CHECK(message("title = \"t\"\ncovers = [\"R52\"]\nmanual = \"small.toml\"\n" + step).starts_with("2: the manual's catalogue has no clause \"R52\""));
  CHECK(message("title = \"t\"\nmanual = \"small.toml\"\n[setup]\nstaff = { li = \"dsk\" }\n" + step) ==
        "4: the manual has no post \"dsk\"; nearest: \"desk\"");
  CHECK(message("title = \"t\"\nmanual = \"small.toml\"\n[setup]\nstaff = { li = \"desk\" }\ndeputies = { li = \"wang\" }\n" + step)
            .starts_with("5: setup.staff has no \"wang\""));
  CHECK(message("title = \"t\"\nmanual = \"other.toml\"\n" + step).starts_with("2: there is no manual file"));
  CHECK(message("title = \"t\"\nmanual = \"small.toml\"\noverlay = \"bad = 1\"\n" + step).starts_with("3: the overlay is refused"));
  CHECK(message("title = \"t\"\nmanual = \"small.toml\"\n[[step]]\nat = 1500-01-01T00:00:00\nby = \"li\"\ndo = \"arrive\"\n").starts_with("4: "));
}

TEST_CASE("scenario run: a manual that must be refused", "[scenario]") {
  const std::string head = "title = \"t\"\nmanual = \"small.toml\"\noverlay = '''\n[post.desk]\nsuperior = \"hed\"\n'''\n";
  CHECK(run(head + "error = \"hed\"\n").passed);
  const ScenarioResult wrong = run(head + "error = \"no such sentence\"\n");
  CHECK_FALSE(wrong.passed);
  CHECK(wrong.failure.find("hed") != std::string::npos);
  const ScenarioResult taken = run("title = \"t\"\nmanual = \"small.toml\"\nerror = \"x\"\n");
  CHECK(taken.failure.find("it was taken") != std::string::npos);
}

TEST_CASE("scenario run: the result as JSON", "[scenario]") {
  ScenarioOptions with = options();
  with.update = true;
  const ScenarioResult result = run(kHead, with);
  const wuye::json::Tree tree = wuye::json::parse(result.json());
  CHECK(tree.at("name").as_text() == "day.toml");
  CHECK(tree.at("passed").flag);
  CHECK(tree.at("updated_text").as_text() == kHead);
  CHECK(tree.at("steps").items.at(0).at("came").at("stage").as_text() == "reported");
  CHECK(tree.find("invariants") == nullptr);
}
