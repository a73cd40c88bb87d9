// The reader of canonical JSON: it reads back what the writer wrote, and nothing that the writer would have written otherwise.
#include "journal/canonical.hpp"

#include "journal/json.hpp"
#include "support.hpp"

using namespace wuye;
using test::code_of;

namespace {

template <class Read>
bool refused(std::string_view text, Read&& read) {
  return code_of([&] {
           json::Canonical in(text);
           read(in);
           in.end();
         }) == Code::corrupt;
}

}  // namespace

TEST_CASE("canonical: values come back as they were written", "[journal]") {
  const std::vector<Value> values = {true,
                                     false,
                                     std::int64_t{0},
                                     std::int64_t{-7},
                                     INT64_MAX,
                                     INT64_MIN,
                                     std::string(),
                                     std::string("厨房水管漏水 \"a\\b\" \x7F"),
                                     std::string("\x01\b\t\n\f\r\x1F"),
                                     std::vector<std::string>{},
                                     std::vector<std::string>{"a", "", "é"}};
  for (const Value& value : values) {
    std::string text;
    json::append_value(text, value);
    CAPTURE(text);
    json::Canonical in(text);
    CHECK(in.value() == value);
    in.end();
  }
  json::Canonical in(R"({"a":[1,{"b":"}"}],"c":null},7)");
  CHECK(in.object() == R"({"a":[1,{"b":"}"}],"c":null})");
  in.expect(",");
  CHECK(in.number() == 7);
  in.end();
  json::Canonical fields(R"({"a":[],"b":{}})");
  CHECK_THROWS(fields.fields());
  json::Canonical flat(R"({"a":[],"b":7})");
  CHECK(flat.fields() == Fields{{"a", std::vector<std::string>()}, {"b", std::int64_t{7}}});
  const std::string deep = std::string(31, '[') + std::string(31, ']');
  const std::string within = R"({"a":)" + deep + "}";
  CHECK(json::Canonical(within).object() == within);
}

TEST_CASE("canonical: another form of the same is refused", "[journal]") {
  const auto value = [](json::Canonical& in) { in.value(); };
  for (const std::string_view text : {"", " 1", "1 ", "01", "-0", "-01", "+1", "1.0", "1e3", "9223372036854775808", "nul", "null", "True", "\"a", "\"a\\",
                                      "\"\\u0041\"", "\"\\u000A\"", "\"\\u001F\"", "\"\\u0008\"", "\"\\u0000\"", "\"\\u00", "\"\\/\"", "\"\\x\"", "\"\n\"",
                                      "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\xE5\x8E\"", "[1]", "[\"a\",]", "[\"a\" ,\"b\"]", "[", "{}"}) {
    CAPTURE(text);
    CHECK(refused(text, value));
  }
  const auto object = [](json::Canonical& in) {
    try {
      in.object();
    } catch (const Error& error) {
      // What is no JSON at all is the general reader's to refuse.
      if (error.code() == Code::invalid_argument) throw Error(Code::corrupt, error.what());
      throw;
    }
  };
  for (const std::string_view text : {"", "[]", "{", "{\"a\":1", "{\"b\":1,\"a\":2}", "{\"a\":1,\"a\":1}", "{ }", "{\"a\": 1}", "{\"a\":[}]}", "{\"a\":01}",
                                      "{\"a\":{\"c\":1,\"b\":2}}", "{\"a\":[1,]}", "{\"a\":[1 ]}", "{\"a\":1,}", "{\"a\":-0}"}) {
    CAPTURE(text);
    CHECK(refused(text, object));
  }
  CHECK(refused(R"({"a":)" + std::string(32, '[') + std::string(32, ']') + "}", object));
  CHECK(refused(std::string_view("\"a\0b\"", 5), value));
}
