// The strict reader of trees and fields, and the canonical writer.
#include "journal/json.hpp"

#include "support.hpp"

using namespace wuye;
using test::contains;
using test::error_of;

namespace {

std::string written(const Value& value) {
  std::string out;
  json::append_value(out, value);
  return out;
}

struct Bad {
  std::string text;
  std::int64_t line;
  std::int64_t column;
  const char* says;  ///< part of the message
};

void check_bad(const std::vector<Bad>& all, const std::function<void(const std::string&)>& read) {
  for (const Bad& bad : all) {
    CAPTURE(bad.text.substr(0, 80));
    const Error error = error_of([&] { read(bad.text); });
    CHECK(error.code() == Code::invalid_argument);
    CHECK(error.where().line == bad.line);
    CHECK(error.where().column == bad.column);
    CHECK(contains(error.what(), bad.says));
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
  }
}

}  // namespace

TEST_CASE("json: writes texts as RFC 8785 does", "[journal]") {
  std::string out;
  json::append_string(out, "\b\t\n\f\r\x01\x1f\x7f\"\\/厨😀");
  CHECK(out == "\"\\b\\t\\n\\f\\r\\u0001\\u001f\x7f\\\"\\\\/厨😀\"");
  CHECK(written(std::string()) == "\"\"");
}

TEST_CASE("json: writes values and fields", "[journal]") {
  CHECK(written(true) == "true");
  CHECK(written(false) == "false");
  CHECK(written(INT64_MIN) == "-9223372036854775808");
  CHECK(written(INT64_MAX) == "9223372036854775807");
  CHECK(written(std::vector<std::string>{}) == "[]");
  CHECK(written(std::vector<std::string>{"a", "\""}) == "[\"a\",\"\\\"\"]");
  CHECK(written(Value()) == "null");
  std::string out;
  json::append_fields(out, {{"a", std::int64_t{1}}, {"not_given", Value()}, {"z", std::string("x")}});
  CHECK(out == R"({"a":1,"z":"x"})");
  out.clear();
  json::append_fields(out, {});
  CHECK(out == "{}");
}

TEST_CASE("json: an object is built key by key", "[journal]") {
  std::string out;
  json::Object(out).text("a", "x").number("b", -1).flag("c", true).raw("d", "[1]").end();
  CHECK(out == R"({"a":"x","b":-1,"c":true,"d":[1]})");
  out.clear();
  json::Object(out).end();
  CHECK(out == "{}");
}

TEST_CASE("json: reads a tree", "[journal]") {
  const json::Tree tree = json::parse(" {\"b\": [1, -9223372036854775808, \"x\\u00e9\\ud83d\\ude00\", null, true, {}],\n \"a\": 0} ");
  REQUIRE(tree.kind == json::Tree::Kind::object);
  REQUIRE(tree.members.size() == 2);
  CHECK(tree.members[0].name == "b");  // objects keep their order
  const json::Tree& list = tree.at("b");
  REQUIRE(list.items.size() == 6);
  CHECK(list.items[0].as_number() == 1);
  CHECK(list.items[1].as_number() == INT64_MIN);
  CHECK(list.items[2].as_text() == "xé😀");
  CHECK(list.items[3].kind == json::Tree::Kind::null);
  CHECK(list.items[4].flag);
  CHECK(list.items[5].kind == json::Tree::Kind::object);
  CHECK(tree.number_or("a", 7) == 0);
  CHECK(tree.number_or("c", 7) == 7);
  CHECK(tree.text_or("c", "none") == "none");
  CHECK(tree.find("c") == nullptr);
  CHECK(contains(error_of([&] { tree.at("c"); }).what(), "\"c\" is missing"));
  CHECK(test::code_of([&] { list.as_text(); }) == Code::invalid_argument);
  CHECK(test::code_of([&] { list.as_number(); }) == Code::invalid_argument);
  CHECK(json::parse("\"alone\"").as_text() == "alone");
  CHECK(json::parse("-0").as_number() == 0);
}

TEST_CASE("json: writes a tree canonically", "[journal]") {
  std::string out;
  json::append_tree(out, json::parse(R"( {"b": [ 1, "\u53a8\n", null, {"y":true,"x":false}], "a": {}, "c":[]} )"));
  CHECK(out == R"({"a":{},"b":[1,"厨\n",null,{"x":false,"y":true}],"c":[]})");
}

TEST_CASE("json: what is wrong is said with its place", "[journal]") {
  check_bad(
      {
          {"", 1, 1, "empty"},
          {"  \n ", 2, 2, "empty"},
          {"{} {}", 1, 4, "follows"},
          {"{\"a\":1,\n \"a\":2}", 2, 2, "\"a\" is given twice"},
          {"{\"a\":{\"厨\":1, \"厨\":2}}", 1, 14, "given twice"},
          {"[1.5]", 1, 2, "given as text: \"1.5\""},
          {"[1e2]", 1, 2, "whole"},
          {"[1e999]", 1, 2, "range"},
          {"[9223372036854775808]", 1, 2, "64 bits"},
          {"[-9223372036854775809]", 1, 2, "64 bits"},
          {"[99999999999999999999999999]", 1, 2, "64 bits"},
          {"[01]", 1, 3, "comma"},
          {"[NaN]", 1, 2, "value"},
          {"[1,]", 1, 4, "value"},
          {"{\"a\":1,}", 1, 8, "name"},
          {"{\"a\" 1}", 1, 6, "colon"},
          {"{a:1}", 1, 2, "name"},
          {"['a']", 1, 2, "value"},
          {"// no\n1", 1, 1, "value"},
          {"[\"a\\x\"]", 1, 4, "escape"},
          {"[\"a\\u12g4\"]", 1, 4, "hexadecimal"},
          {"[\"厨房\\ud800\"]", 1, 5, "surrogate"},
          {"[\"\\udc00\"]", 1, 3, "surrogate"},
          {"[\"\\ud800\\u0041\"]", 1, 3, "surrogate"},
          {"[\"\\\\\\ud800\"]", 1, 5, "surrogate"},
          {"[\"\\u0000\"]", 1, 3, "\\u0000"},
          {std::string("[\"a\0\"]", 6), 1, 4, "NUL"},
          {std::string("[1]\0", 4), 1, 4, "NUL"},
          {"[\"a\x1a\"]", 1, 4, "control"},
          {"[\"a\nb\"]", 1, 4, "line break"},
          {"[\"a\tb\"]", 1, 4, "tab"},
          {"[\"abc", 1, 6, "closing quote"},
          {"\xEF\xBB\xBF{}", 1, 1, "byte order mark"},
          {"[\"厨\xff\"]", 1, 4, "UTF-8"},
          {"[\"\xc0\x80\"]", 1, 3, "UTF-8"},
          {"[\"\xed\xa0\x80\"]", 1, 3, "UTF-8"},
          {"[\"\xf4\x90\x80\x80\"]", 1, 3, "UTF-8"},
          {"[\"12345678901234567890\xe5\x8e", 1, 23, "UTF-8"},
          {std::string(33, '['), 1, 33, "nested"},
          {std::string(100'000, '['), 1, 33, "nested"},
      },
      [](const std::string& text) { json::parse(text); });
  CHECK(json::parse(std::string(32, '[') + std::string(32, ']')).items.size() == 1);
}

TEST_CASE("json: every text that is cut short is refused", "[journal]") {
  const std::string whole = R"({"a":[1,-2,"x\u00e9厨"],"b":{"c":true,"d":null,"e":false}})";
  CHECK_NOTHROW(json::parse(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(test::code_of([&] { json::parse(whole.substr(0, size)); }) == Code::invalid_argument);
  }
}

TEST_CASE("json: long texts and many names", "[journal]") {
  const std::string long_text(10'000'000, 'x');
  CHECK(json::parse("[\"" + long_text + "\"]").items.front().text.size() == long_text.size());
  std::string many = "{";
  for (int i = 0; i < 20'000; ++i) many += "\"n" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  CHECK(json::parse(many + "\"last\":1}").members.size() == 20'001);
  CHECK(contains(error_of([&] { json::parse(many + "\"n3\":1}"); }).what(), "\"n3\" is given twice"));
}

TEST_CASE("json: reads fields in order of name", "[journal]") {
  const Fields fields = json::parse_fields(R"({"z":"x","a":1,"m":["p","q"],"b":false})");
  std::string out;
  json::append_fields(out, fields);
  CHECK(out == R"({"a":1,"b":false,"m":["p","q"],"z":"x"})");
  CHECK(json::parse_fields(out) == fields);
}

TEST_CASE("json: what is no field is said with its place", "[journal]") {
  const std::vector<Bad> bad = {
      {"[]", 1, 1, "one object"},
      {"7", 1, 1, "one object"},
      {"\"x\"", 1, 1, "one object"},
      {"null", 1, 1, "one object"},
      {"{\"a\":null}", 1, 6, "\"a\": null"},
      {"{\"b\":1,\"a\":\n{}}", 2, 1, "\"a\": an object"},
      {"{\"a\":[1]}", 1, 7, "\"a\": a list holds texts only"},
      {"{\"a\":[[]]}", 1, 7, "texts only"},
      {"{\"a\":[true]}", 1, 7, "texts only"},
      {"{\"a\":[null]}", 1, 7, "null"},
      {"{\"a\":1.50}", 1, 6, "\"a\": numbers are whole; a decimal is given as text: \"1.50\""},
      {"{\"b\":1,\"a\":1,\"b\":1}", 1, 14, "\"b\" is given twice"},
      {"{\"A\":1}", 1, 2, "\"A\" is no field name"},
      {"{\"\":1}", 1, 2, "no field name"},
      {"{\"1a\":1}", 1, 2, "no field name"},
      {"{\"厨\":1}", 1, 2, "no field name"},
      {"{\"" + std::string(65, 'a') + "\":1}", 1, 2, "64 bytes"},
  };
  check_bad(bad, [](const std::string& text) { json::parse_fields(text); });
  CHECK(json::parse_fields("{\"" + std::string(64, 'a') + "\":1}").size() == 1);
}
