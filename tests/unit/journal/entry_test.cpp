// Entries from JSON, and the field list.
#include "wuye/entry.hpp"

#include "support.hpp"

using namespace wuye;
using test::contains;
using test::error_of;

namespace {

constexpr const char* kHead = R"("at":1,"do":"report","by":"zhao")";

std::string with(const std::string& more) { return std::string("{") + kHead + "," + more + "}"; }

}  // namespace

TEST_CASE("entry: reads what it names and keeps the rest as fields", "[journal]") {
  const Entry entry = Entry::parse(R"({"by":"zhao","do":"report","at":"2026-03-02T22:10:00+08:00","now":1772460600000001,
    "case":"R-1","source":"crm","key":"evt-1","seen":12,"urgency":"emergency","class":"repair","rooms":["kitchen"],"wet":true})");
  CHECK(entry.at.us == 1'772'460'600'000'000);
  CHECK(entry.now == Instant{1'772'460'600'000'001});
  CHECK(entry.by == "zhao");
  CHECK(entry.action == "report");
  CHECK(entry.case_id == "R-1");
  CHECK(entry.source == "crm");
  CHECK(entry.key == "evt-1");
  CHECK(entry.seen == 12);
  const Fields expected = {{"class", std::string("repair")}, {"rooms", std::vector<std::string>{"kitchen"}},
                           {"urgency", std::string("emergency")}, {"wet", true}};
  CHECK(entry.fields == expected);
}

TEST_CASE("entry: the least that it needs", "[journal]") {
  const Entry entry = Entry::parse(std::string("{") + kHead + "}");
  CHECK(entry.at.us == 1);
  CHECK_FALSE(entry.now);
  CHECK_FALSE(entry.seen);
  CHECK(entry.fields.empty());
}

TEST_CASE("entry: what is wrong is said with its place and field", "[journal]") {
  struct Bad {
    std::string text;
    std::int64_t line, column;
    const char* says;
    const char* field;
  };
  const std::vector<Bad> all = {
      {"{}", 1, 2, "\"at\" is missing", "at"},
      {R"({"at":1,"by":"z"})", 1, 17, "\"do\" is missing", "do"},
      {R"({"at":1,"do":"r"})", 1, 17, "\"by\" is missing", "by"},
      {R"({"at":1,"do":"","by":"z"})", 1, 25, "\"do\" is empty", "do"},
      {R"({"at":1,"do":"r","by":""})", 1, 25, "\"by\" is empty", "by"},
      {R"({"at":"2026-03-02T22:10","do":"r","by":"z"})", 1, 7, "offset", "at"},
      {R"({"at":"yesterday","do":"r","by":"z"})", 1, 7, "\"at\": ", "at"},
      {R"({"at":9000000000000000,"do":"r","by":"z"})", 1, 7, "1900 and 2200", "at"},
      {R"({"at":1.5,"do":"r","by":"z"})", 1, 7, "decimal", "at"},
      {R"({"at":true,"do":"r","by":"z"})", 1, 7, "\"at\" is text like", "at"},
      {with("\n\"now\":[]"), 2, 7, "\"now\" is text like", "now"},
      {with("\"case\":7"), 1, 42, "\"case\" is text", "case"},
      {with("\"key\":null"), 1, 41, "\"key\" is text", "key"},
      {with("\"source\":{}"), 1, 44, "\"source\" is text", "source"},
      {R"({"by":1})", 1, 7, "\"by\" is text", "by"},
      {R"({"do":false})", 1, 7, "\"do\" is text", "do"},
      {with("\"seen\":\"1\""), 1, 42, "line number", "seen"},
      {with("\"seen\":-1"), 1, 42, "line number", "seen"},
      {with("\"by\":\"x\""), 1, 35, "\"by\" is given twice", "by"},
      {with("\"a\":1,\"a\":1"), 1, 41, "\"a\" is given twice", "a"},
      {with("\"a\":1.5"), 1, 39, "\"a\": numbers are whole", "a"},
      {with("\"a\":{\"b\":1}"), 1, 39, "an object", "a"},
      {with("\"a\":null"), 1, 39, "null", "a"},
  };
  for (const Bad& bad : all) {
    CAPTURE(bad.text);
    const Error error = error_of([&] { Entry::parse(bad.text); });
    CHECK(error.code() == Code::invalid_argument);
    CHECK(error.where().line == bad.line);
    CHECK(error.where().column == bad.column);
    CHECK(contains(error.what(), bad.says));
    REQUIRE_FALSE(error.details().empty());
    CHECK(error.details().front() == std::pair<std::string, std::string>("field", bad.field));
  }
  CHECK(test::code_of([] { Entry::parse("[]"); }) == Code::invalid_argument);
  CHECK(test::code_of([] { Entry::parse("\"at\""); }) == Code::invalid_argument);
}

TEST_CASE("entry: limits", "[journal]") {
  std::string at_limit = with("\"text\":\"\"");
  at_limit.insert(at_limit.size() - 2, std::string(kMaxEntryBytes - at_limit.size(), 'x'));
  REQUIRE(at_limit.size() == kMaxEntryBytes);
  CHECK_NOTHROW(Entry::parse(at_limit));
  CHECK(contains(error_of([&] { Entry::parse(at_limit + " "); }).what(), "1048576"));
  CHECK(test::code_of([] { Entry::parse(std::string(10'000'000, '[')); }) == Code::invalid_argument);
  CHECK(test::code_of([] { Entry::parse(std::string(100'000, '[')); }) == Code::invalid_argument);

  std::string many;
  for (std::size_t i = kMaxFields; i > 0; --i) many += (many.empty() ? "\"f" : ",\"f") + std::to_string(i) + "\":1";
  CHECK(Entry::parse(with(many)).fields.size() == kMaxFields);
  CHECK(contains(error_of([&] { Entry::parse(with(many + ",\"g\":1")); }).what(), "more than 256 fields"));
}

TEST_CASE("fields: found and set in order of name", "[journal]") {
  Fields fields;
  set_field(fields, "m", std::int64_t{1});
  set_field(fields, "a", true);
  set_field(fields, "z", std::string("x"));
  set_field(fields, "m", std::int64_t{2});
  const Fields expected = {{"a", true}, {"m", std::int64_t{2}}, {"z", std::string("x")}};
  CHECK(fields == expected);
  REQUIRE(find_field(fields, "m") != nullptr);
  CHECK(*find_field(fields, "m") == Value(std::int64_t{2}));
  CHECK(find_field(fields, "b") == nullptr);
  CHECK(find_field({}, "b") == nullptr);
}
