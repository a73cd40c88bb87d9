// Where values end in TOML text, and that nothing but them changes.
#include "../catch.hpp"
#include "scenario/rewrite.hpp"

namespace {

using wuye::Node;
using wuye::read_toml;
using wuye::scenario::spliced;
using wuye::scenario::stretch_of;

/// The bytes of the value of `key` in the text.
std::string written(const std::string& text, std::string_view key) {
  const Node root = read_toml(text, "t.toml");
  const auto patch = stretch_of(text, *root.find(key));
  return patch ? text.substr(patch->from, patch->until - patch->from) : "(no stretch)";
}

}  // namespace

TEST_CASE("scenario rewrite: the stretch of a value is the value, whatever its form", "[scenario]") {
  CHECK(written("a = 12 # x\n", "a") == "12");
  CHECK(written("a = true", "a") == "true");
  CHECK(written("a = \"厨 # \\\" 房\"  # c\n", "a") == "\"厨 # \\\" 房\"");
  CHECK(written("a = 'it]' # c\n", "a") == "'it]'");
  CHECK(written("b = '厨房'\na = \"\"\"\nx \"\" y\"\"\"\n", "a") == "\"\"\"\nx \"\" y\"\"\"");
  CHECK(written("a = '''x''''\n", "a") == "'''x''''");
  CHECK(written("a = 2026-03-02T22:10:00 # c\n", "a") == "2026-03-02T22:10:00");
  CHECK(written("a = 2026-03-02 22:10:00.000001# c\n", "a") == "2026-03-02 22:10:00.000001");
  CHECK(written("a = 2026-03-02 # not 22:10\n", "a") == "2026-03-02");
  CHECK(written("a = [1, [2, 3], # ] \n {b = ']'}] # c\n", "a") == "[1, [2, 3], # ] \n {b = ']'}]");
  CHECK(written("a = { b = { c = '}' }, d = [] }\n", "a") == "{ b = { c = '}' }, d = [] }");
  CHECK(written("a = []\r\n", "a") == "[]");
}

TEST_CASE("scenario rewrite: tables under headers are not one stretch", "[scenario]") {
  CHECK(written("[a]\nb = 1\n", "a") == "(no stretch)");
  CHECK(written("[[a]]\nb = 1\n", "a") == "(no stretch)");
  CHECK(written("a = [[1], [2]]\n", "a") == "[[1], [2]]");
}

TEST_CASE("scenario rewrite: columns are counted in characters", "[scenario]") {
  const std::string text = "t = { 'é' = '厨房水管爆裂', a = 7 }\n";
  const Node root = read_toml(text, "t.toml");
  const auto patch = stretch_of(text, *root.find("t")->find("a"));
  REQUIRE(patch);
  CHECK(text.substr(patch->from, patch->until - patch->from) == "7");
}

TEST_CASE("scenario rewrite: splicing leaves everything else", "[scenario]") {
  CHECK(spliced("abcdef", {{4, 5, "E"}, {1, 3, "--"}}) == "a--dEf");
  CHECK(spliced("abc", {}) == "abc");
  CHECK(spliced("abcdef", {{1, 4, "x"}, {2, 3, "y"}}) == "axef");
}

TEST_CASE("scenario rewrite: texts are written so that TOML reads them back", "[scenario]") {
  for (const std::string& text : {std::string("plain"), std::string("厨 \"x\" \\ \n\t\x01\x7f"), std::string()}) {
    const Node root = read_toml("a = " + wuye::scenario::toml_text(text) + '\n', "t.toml");
    CHECK(root.find("a")->text == text);
  }
  CHECK(wuye::scenario::toml_key("due_at") == "due_at");
  CHECK(wuye::scenario::toml_key("75%") == "\"75%\"");
}
