// Layers on layers.
#include "manual/model.hpp"
#include "support.hpp"

namespace wuye::test {
namespace {

Manual layered(std::initializer_list<std::string> texts) {
  std::vector<Manual::Layer> layers;
  for (const std::string& text : texts) layers.push_back({"layer" + std::to_string(layers.size() + 1) + ".toml", text});
  return Manual::load(layers);
}
const model::Procedure& repair(const Manual& manual) { return *manual.compiled().procedure("repair"); }

}  // namespace

TEST_CASE("tables merge key by key, and the last name wins", "[manual]") {
  const Manual manual = layered({kManual, "name = \"stricter\"\n[switch.repair.response]\nvalue = \"contact\"\n"});
  CHECK(manual.name() == "stricter");
  CHECK(manual.compiled().switches[0].value == "contact");
  CHECK(manual.compiled().switches[0].values.size() == 2);
  // The line that the switch turned off is gone; what stood below it has moved up.
  CHECK(repair(manual).deadlines[0].within.size() == 2);
  CHECK(manual.compiled().sources.size() == 2);
  CHECK(manual.compiled().sources[1].first == "layer2.toml");
}

TEST_CASE("items with an identity merge one by one", "[manual]") {
  const Manual manual = layered({kManual, R"([[procedure.repair.action]]
do = "arrive"
by = ["worker", "officer"]
[[procedure.repair.action]]
do = "note"
title = { zh = "备注", en = "Note" }
by = ["anyone"]
from = ["*"]
)"});
  const auto& actions = repair(manual).actions;
  REQUIRE(actions.size() == 4);
  CHECK(actions[1].name == "arrive");
  CHECK(actions[1].by.size() == 2);
  CHECK(actions[1].holder == "worker");
  CHECK(actions[3].name == "note");
  CHECK(actions[3].anyone);
}

TEST_CASE("other lists replace", "[manual]") {
  const Manual manual = layered({kManual, "[[procedure.repair.deadline]]\nname = \"arrive\"\nwithin = [ { limit = \"1wd\", calendar = \"office_day\" } ]\n"});
  REQUIRE(repair(manual).deadlines[0].within.size() == 1);
  CHECK(repair(manual).deadlines[0].within[0].span.unit == model::Span::Unit::working_days);
  CHECK(repair(manual).deadlines[0].ladder.size() == 3);
}

TEST_CASE("items are removed", "[manual]") {
  const Manual manual = layered({kManual, "[[procedure.repair.deadline]]\nname = \"arrive\"\nremove = true\n[metric.on_time]\ndeadline = \"finish\"\n"
                                          "[[procedure.repair.deadline]]\nname = \"finish\"\ntitle = { zh = \"完成\", en = \"Finish\" }\n"
                                          "from = \"on_site\"\nuntil = \"done\"\nwithin = [ { limit = \"3cd\" } ]\n"});
  REQUIRE(repair(manual).deadlines.size() == 1);
  CHECK(repair(manual).deadlines[0].name == "finish");
}

TEST_CASE("what cannot be merged is told", "[manual]") {
  const std::vector<Manual::Layer> layers = {
      {"a.toml", kManual},
      {"b.toml", "[[procedure.repair.action]]\ndo = \"arive\"\nremove = true\n[[procedure.repair.stage]]\nname = \"x\"\n"
                 "title = { zh = \"x\", en = \"x\" }\n[[procedure.repair.stage]]\nname = \"x\"\n"}};
  const auto problems = Manual::check(layers);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].where.file == "b.toml");
  CHECK(problems[0].where.line == 2);
  CHECK(problems[0].where.column == 6);
  CHECK(problems[0].message == "unknown item to remove \"arive\"");
  CHECK(problems[0].suggestion == "arrive");
  CHECK(problems[1].where.line == 8);
  CHECK(problems[1].message == "\"x\" is given twice in this list");
}

TEST_CASE("a layer on the standard pack", "[manual]") {
  const Manual standard = Manual::standard();
  const Manual garden = layered({"name = \"garden\"\nextends = \"standard\"\n[calendar.desk_day]\nweekly = { sun = [] }\n"});
  CHECK(garden.name() == "garden");
  CHECK(garden.hash() != standard.hash());
  CHECK(garden.compiled().clauses.size() == standard.compiled().clauses.size());
  const Instant sunday = parse_instant("2026-03-01T10:00+08:00");
  CHECK(standard.calendar("desk_day").is_open(sunday));
  CHECK_FALSE(garden.calendar("desk_day").is_open(sunday));
  CHECK(layered({"extends = \"standard\"\n"}).hash() == standard.hash());
}

TEST_CASE("an office that uses some chapters only", "[manual]") {
  const Manual manual = layered({kManual, "[[use]]\nchapter = \"repairs\"\nfrom = 2026-04-01\nobserve = true\n[chapter.other]\n"
                                          "title = { zh = \"其他\", en = \"Other\" }\n"});
  const model::Chapter& repairs = *manual.compiled().chapter("repairs");
  CHECK(repairs.used);
  CHECK(repairs.observe);
  CHECK(repairs.from == parse_date("2026-04-01"));
  CHECK_FALSE(manual.compiled().chapter("other")->used);
}

}  // namespace wuye::test
