// Reading TOML into nodes, and names.
#include "../catch.hpp"
#include "manual/names.hpp"
#include "manual/node.hpp"

namespace wuye::test {
namespace {

Error failure(const std::string& text) {
  try {
    read_toml(text, "a.toml");
  } catch (const Error& error) {
    return error;
  }
  FAIL("was read: " << text.substr(0, 80));
  return Error(Code::ok, "");
}

}  // namespace

TEST_CASE("nodes keep kinds, values and places", "[manual]") {
  const Node root = read_toml(
      "b = 7\na = \"甲\" # comment\n[t.u]\nlist = [true, 2026-03-02, 22:10:00, 22:10:00.5]\n"
      "wall = 2026-03-02T22:10:00\nat = 2026-03-02 22:10:00+08:00\nz = 2026-03-02T22:10:00.000001Z\nx.y = { k = -1 }\n",
      "a.toml");
  REQUIRE(root.is(Node::Kind::table));
  REQUIRE(root.members.size() == 3);
  CHECK(root.members[0].key == "a");
  CHECK(root.members[0].value.text == "甲");
  CHECK(root.find("b")->number == 7);
  CHECK(root.find("b")->place.line == 1);
  CHECK(root.find("b")->place.column == 5);
  CHECK(*root.find("b")->place.file == "a.toml");
  CHECK(root.find("nothing") == nullptr);
  const Node& u = *root.find("t")->find("u");
  CHECK(u.find_member("list")->place.line == 4);
  CHECK(u.find_member("list")->place.column == 1);
  const Node& list = *u.find("list");
  REQUIRE(list.items.size() == 4);
  CHECK(list.items[0].flag);
  CHECK(list.items[1].is(Node::Kind::date));
  CHECK(list.items[1].text == "2026-03-02");
  CHECK(list.items[1].place.column == 15);
  CHECK(list.items[2].is(Node::Kind::time));
  CHECK(list.items[2].text == "22:10:00");
  CHECK(list.items[3].text == "22:10:00.500000");
  CHECK(u.find("wall")->is(Node::Kind::wall));
  CHECK(u.find("wall")->text == "2026-03-02T22:10:00");
  CHECK(u.find("at")->is(Node::Kind::instant));
  CHECK(u.find("at")->text == "2026-03-02T22:10:00+08:00");
  CHECK(u.find("z")->text == "2026-03-02T22:10:00.000001+00:00");
  CHECK(u.find("x")->find("y")->find("k")->number == -1);
}

TEST_CASE("what TOML texts are refused for", "[manual]") {
  CHECK(failure("a = 1.5").where().column == 5);
  CHECK(failure("a = 1.5").code() == Code::invalid_argument);
  CHECK(failure("\n\na = [1, inf]").where().line == 3);
  CHECK(failure("a = 10:00:00.0000001").where().line == 1);
  CHECK(failure("a = 1\na = 2").where().line == 2);
  CHECK(failure("a = \"\xff\"").where().line == 1);
  CHECK(failure("a = ").where().file == "a.toml");
  CHECK(failure(std::string(kMaxTomlBytes + 1, ' ')).where().file == "a.toml");
}

TEST_CASE("what is not ASCII stands in texts and comments only", "[manual]") {
  CHECK(failure("a = 1\nb = [1，2]").where().line == 2);
  CHECK(failure("a = 1\nb = [1，2]").where().column == 7);
  CHECK(failure("a = 5é").where().column == 6);
  CHECK(failure("é = 5").where().column == 1);
  CHECK(failure("a = 5\"é\"").where().column == 6);
  CHECK(failure("a = “甲”").where().column == 5);
  CHECK(failure("a =\u3000\"甲\"").where().column == 4);
  CHECK(read_toml("\xEF\xBB\xBF\"甲\" = '乙' # 丙\nx = \"\"\"丁\n\\\"\"\"\"\"", "").find("甲")->text == "乙");
}

TEST_CASE("nesting is bounded, however it is written", "[manual]") {
  std::string dotted = "a";
  for (int i = 0; i < 200000; ++i) dotted += ".a";
  CHECK(failure(dotted + " = 1").where().column == 64);
  CHECK(failure("[" + dotted + "]").where().line == 1);
  CHECK(failure("a = { " + dotted + " = 1 }").where().line == 1);
  CHECK(failure("\"x\" = 1\n'y' = '''\n.'.'.\n''' # .\n" + dotted + " = 1").where().line == 5);
  CHECK(failure("a = " + std::string(100000, '[')).where().line == 1);
  const std::string deep = "a.b.c.d.e.f.g.h.i.j = { a.b.c.d.e.f.g.h.i.j = { a.b.c.d.e.f.g.h.i.j = { a.b.c.d.e.f.g = 1 } } }";
  CHECK(std::string(failure(deep).what()).find("nested") == 0);
  CHECK_NOTHROW(read_toml("a.b.c.d.e.f.g.h.i.j = { a.b.c.d.e.f.g.h.i.j = 1 }", ""));
  CHECK_NOTHROW(read_toml("a = \"................................................\" # ....................................\n", ""));
}

TEST_CASE("the nearest name", "[manual]") {
  const std::vector<std::string> known = {"dispatch", "dispatched", "arrive"};
  CHECK(nearest("dispath", known) == "dispatch");
  CHECK(nearest("dsipatch", known) == "dispatch");
  CHECK(nearest("arrvie", known) == "arrive");
  CHECK(nearest("zzz", known).empty());
  CHECK(nearest(std::string(100, 'a'), known).empty());
  CHECK(nearest("", known).empty());
  CHECK(is_name("kf15_repair.x-1"));
  CHECK_FALSE(is_name(""));
  CHECK_FALSE(is_name("报修"));
  CHECK(shown("报\n修") == "\"报?修\"");
  CHECK(shown(std::string(63, 'a') + "报") == "\"" + std::string(63, 'a') + "…\"");
}

}  // namespace wuye::test
