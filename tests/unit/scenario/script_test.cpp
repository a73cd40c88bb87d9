// What the language refuses, with the place and the nearest name.
#include "../catch.hpp"
#include "scenario/script.hpp"

namespace {

using wuye::Error;
using wuye::scenario::read_script;

struct Refused {
  std::int64_t line = 0;
  std::int64_t column = 0;
  std::string message;
  std::string nearest;
};

Refused refused(const std::string& text) {
  try {
    (void)read_script("s.toml", text);
  } catch (const Error& error) {
    CHECK(error.code() == wuye::Code::invalid_argument);
    CHECK(error.where().file == "s.toml");
    Refused out{error.where().line, error.where().column, error.what(), {}};
    for (const auto& [name, value] : error.details()) {
      if (name == "nearest") out.nearest = value;
    }
    return out;
  }
  return {};
}

/// A scenario of one step, whose first line is line 3.
Refused refused_step(const std::string& step) { return refused("title = \"t\"\n[[step]]\n" + step); }

const std::string kEntry = "at = 2026-03-02T08:00:00\nby = \"li\"\ndo = \"report\"\n";

}  // namespace

TEST_CASE("scenario script: the parts of a scenario", "[scenario]") {
  const auto script = read_script("s.toml", R"(
title  = "Night"
covers = ["R050", "R051"]
[[step]]
at = 2026-03-02T08:00:00
by = "li"
do = "report"
as = "a"
line = "l"
expect = { stage = "reported" }
[[step]]
advance = 2026-03-02T09:00:00
[[step]]
ask = "case"
case = "a"
)");
  CHECK(script.title == "Night");
  CHECK(script.covers == std::vector<std::string>{"R050", "R051"});
  REQUIRE(script.steps.size() == 3);
  CHECK(script.steps[0].kind == wuye::scenario::Step::Kind::entry);
  CHECK(script.steps[0].states("stage"));
  CHECK(script.steps[1].kind == wuye::scenario::Step::Kind::advance);
  CHECK(script.steps[2].index == 3);
  CHECK(script.labels.size() == 2);
}

TEST_CASE("scenario script: unknown keys are refused with place and nearest name", "[scenario]") {
  const Refused top = refused("title = \"t\"\ncover = []\n");
  CHECK(top.line == 2);
  CHECK(top.column == 1);
  CHECK(top.nearest == "covers");
  CHECK(refused_step(kEntry + "wiht = {}\n").nearest == "with");
  CHECK(refused_step(kEntry + "expect = { stagee = \"x\" }\n").nearest == "stage");
  const Refused notice = refused_step(kEntry + "expect = { notices = [ { levle = \"75%\" } ] }\n");
  CHECK(notice.nearest == "level");
  CHECK(notice.line == 6);
  CHECK(notice.column == 26);
  CHECK(refused_step("advance = 2026-03-02T08:00:00\nexpect = { outcome = \"accepted\" }\n").message.find("outcome") != std::string::npos);
  CHECK(refused_step("ask = \"tabel\"\n").nearest == "table");
  CHECK(refused_step("ask = \"verify\"\nexpect = { findngs = [] }\n").nearest == "findings");
  CHECK(refused("title = \"t\"\n[setup]\nunit = []\n[[step]]\n" + kEntry).nearest == "units");
}

TEST_CASE("scenario script: what a step must have, and of which kind", "[scenario]") {
  CHECK(refused("title = \"t\"\n").message == "the scenario has no steps");
  CHECK(refused("[[step]]\n" + kEntry).message == "a scenario lacks \"title\"");
  CHECK(refused("title = \"a\\nb\"\n[[step]]\n" + kEntry).message == "\"title\" is one line");
  CHECK(refused_step("by = \"li\"\ndo = \"report\"\n").message == "a step with do lacks \"at\"");
  CHECK(refused_step("by = \"li\"\n").message.find("this one has none") != std::string::npos);
  CHECK(refused_step(kEntry + "ask = \"case\"\n").message.find("do and ask") != std::string::npos);
  CHECK(refused_step("at = \"2026-03-02\"\nby = \"li\"\ndo = \"x\"\n").line == 3);
  CHECK(refused_step(kEntry + "with = { a = { b = 1 } }\n").message.find("\"a\" is") != std::string::npos);
  CHECK(refused_step(kEntry + "expect = { outcome = \"acepted\" }\n").nearest == "accepted");
  CHECK(refused_step(kEntry + "expect = { due = { arrive = \"runing\" } }\n").nearest == "running");
  CHECK(refused_step(kEntry + "expect = { no_breaches = false }\n").line == 6);
  CHECK(refused_step(kEntry + "with = { a = 1.5 }\n").line == 6);
  CHECK(refused("title = \"t\"\nerror = \"x\"\n[[step]]\n" + kEntry).message.find("has no steps") != std::string::npos);
}

TEST_CASE("scenario script: names are bound once and before they are used", "[scenario]") {
  const std::string again = "[[step]]\n" + kEntry;
  CHECK(refused_step(kEntry + "as = \"a\"\n" + again + "as = \"a\"\n").message.find("bound already") != std::string::npos);
  CHECK(refused_step(kEntry + "as = \"a b\"\n").message.find("letters, digits and _") != std::string::npos);
  const Refused unbound = refused_step(kEntry + "as = \"burst\"\n" + again + "with = { other = \"@brust\" }\n");
  CHECK(unbound.nearest == "burst");
  CHECK(unbound.line == 11);
  CHECK(refused_step(kEntry + "as = \"a\"\nwith = { parent = \"@a\" }\n").message.find("\"a\"") != std::string::npos);
  CHECK(refused_step(kEntry + "with = { mail = \"@@home\" }\n").message.empty());
  CHECK(refused_step(kEntry + "as = \"a\"\n" + again + "seen = \"@a\"\n").message.find("seen") != std::string::npos);
  CHECK(refused_step(kEntry + "line = \"a\"\n" + again + "seen = \"@a\"\n").message.empty());
  CHECK(refused_step(kEntry + "as = \"a\"\n" + again + "expect = { opened = [ { as = \"b\" } ] }\n[[step]]\nask = \"case\"\ncase = \"@b\"\n")
            .message.empty());
}

TEST_CASE("scenario script: references", "[scenario]") {
  using wuye::scenario::reference_in;
  CHECK(reference_in("@a:arrive:1:100%").name == "a");
  CHECK(reference_in("@a:arrive:1:100%").rest == ":arrive:1:100%");
  CHECK(reference_in("@a").rest.empty());
  CHECK(reference_in("@@a").name.empty());
  CHECK(reference_in("a@b").name.empty());
  CHECK(reference_in("@").name.empty());
}
