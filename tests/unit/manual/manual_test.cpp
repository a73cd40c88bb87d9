// The compiled manual, the standard pack, and texts that are no manual at all.
#include <algorithm>

#include "journal/json.hpp"
#include "manual/language.hpp"
#include "manual/model.hpp"
#include "support.hpp"
#include "wuye/schema.hpp"

namespace wuye::test {

TEST_CASE("the compiled manual", "[manual]") {
  const Manual loaded_manual = loaded(kManual);
  const model::Manual& manual = loaded_manual.compiled();
  CHECK(manual.calendar_names == std::vector<std::string>{"around_the_clock", "desk_day", "office_day"});
  const model::Procedure& repair = *manual.procedure("repair");
  CHECK(repair.field("place") == 0);
  CHECK(repair.field("reporter") == 1);
  CHECK(repair.field("class") == 2);
  CHECK_FALSE(repair.fields[1].personal);
  CHECK(repair.fields[2].values == std::vector<std::string>{"repair"});
  CHECK(std::get<std::string>(repair.fields[2].fallback) == "repair");
  CHECK(repair.fields[3].name == "note");
  CHECK(repair.actions[2].from_any);
  CHECK(manual.posts[static_cast<std::size_t>(manual.post("officer"))].deputy == manual.post("supervisor"));
  CHECK(manual.post("resident") >= 0);
  const model::Deadline& arrive = repair.deadlines[0];
  REQUIRE(arrive.within.size() == 3);
  CHECK(arrive.within[0].when.tests.size() == 1);  // the switch is folded
  CHECK(arrive.within[1].kind == model::Limit::Kind::field);
  CHECK(arrive.ladder[2].tell[0].kind == model::Recipient::Kind::superior_of_post);
  CHECK(manual.metrics[0].pass_hundredths == 9950);
  CHECK(manual.clause("C1")->treated == "rule");
  CHECK(manual.clause("C1")->by ==
        std::vector<std::string>{"procedure.repair.action.finish", "procedure.repair.deadline.arrive"});
  CHECK(manual.clause("C2")->treated == "duty");
  CHECK(manual.clause("C3") == nullptr);
  CHECK(manual.late.by == std::vector<int>{manual.post("supervisor")});
}

TEST_CASE("what cannot be found is told with the nearest", "[manual]") {
  const Manual manual = loaded(kManual);
  const auto nearest_of = [](const auto& call) {
    try {
      call();
    } catch (const Error& error) {
      CHECK(error.code() == Code::not_found);
      return error.details().at(0).second;
    }
    return std::string("was found");
  };
  CHECK(nearest_of([&] { manual.calendar("desk_dya"); }) == "desk_day");
  CHECK(nearest_of([&] { manual.deadline("repiar", "arrive", Instant{}, {}); }) == "repair");
  CHECK(nearest_of([&] { manual.deadline("repair", "arive", Instant{}, {}); }) == "arrive");
  CHECK_THROWS_AS(manual.deadline("repair", "arrive", Instant{}, {{"urgenci", Value(true)}}), Error);
  CHECK_THROWS_AS(manual.describe_json("fr"), Error);
}

TEST_CASE("the standard pack", "[manual]") {
  const Manual standard = Manual::standard();
  CHECK(standard.shared() == Manual::standard().shared());
  CHECK(standard.name() == "standard");
  CHECK(standard.compiled().clauses.size() == 471);
  const Calendar& office = standard.calendar("office_day");
  CHECK(office.is_open(parse_instant("2026-02-28T10:00+08:00")));        // a make-up Saturday
  CHECK_FALSE(office.is_open(parse_instant("2026-02-17T10:00+08:00")));  // Spring Festival
  CHECK_FALSE(office.is_open(parse_instant("2026-03-02T12:30+08:00")));
  CHECK(json::parse(standard.clauses_json()).items.size() == 471);
  for (const std::string lang : {"zh", "en"}) {
    const json::Tree described = json::parse(standard.describe_json(lang));
    CHECK(described.at("procedures").items.size() == standard.compiled().procedures.size());
    CHECK(described.at("hash").as_text() == standard.hash());
    // what it has no words of its own for it passes on, in one language
    const json::Tree& sections = described.at("sections");
    CHECK(sections.at("post").at("cs_supervisor").at("superior").as_text() == "site_manager");
    CHECK(sections.at("post").at("cs_supervisor").at("title").as_text() == (lang == "zh" ? "客服主管" : "Customer service supervisor"));
    CHECK(sections.find("procedure") == nullptr);
    CHECK(sections.find("clause") == nullptr);
  }
}

TEST_CASE("the schema names every part and key of the language", "[manual]") {
  const json::Tree schema = json::parse(manual_schema());
  CHECK(schema.at("$ref").as_text() == "#/$defs/a_manual");
  const json::Tree& parts = schema.at("$defs");
  CHECK(parts.members.size() == language::shapes().size());
  for (const language::Shape& shape : language::shapes()) {
    std::string name(shape.noun);
    std::replace(name.begin(), name.end(), ' ', '_');
    const json::Tree& properties = parts.at(name).at("properties");
    CHECK(properties.members.size() == shape.keys.size());
    for (const language::Key& key : shape.keys) CHECK_FALSE(properties.at(key.name).members.empty());
  }
}

TEST_CASE("the table of the language holds together", "[manual]") {
  for (int i = 0; i <= static_cast<int>(language::Part::by_switch); ++i) {
    const language::Shape& shape = language::shape(static_cast<language::Part>(i));
    CHECK(static_cast<int>(shape.part) == i);
    CHECK_FALSE(shape.noun.empty());
    for (const language::Key& key : shape.keys) {
      CHECK(language::find_key(shape, key.name) == &key);
      const bool of_choice = key.form == language::Form::choice || key.form == language::Form::choices ||
                             key.form == language::Form::choice_or_table;
      if (of_choice) CHECK_FALSE(key.of.empty());
    }
  }
}

TEST_CASE("any text gets an answer", "[manual]") {
  CHECK_FALSE(problems_of("").empty());
  CHECK_FALSE(Manual::check({}).empty());
  CHECK_FALSE(problems_of(std::string("\0\xff[[", 4)).empty());
  // Broken in up to four places, at random.
  std::uint64_t seed = 42;
  const auto next = [&] { return seed = seed * 6364136223846793005U + 1442695040888963407U; };
  for (int round = 0; round < 400; ++round) {
    std::string text = kManual;
    for (std::uint64_t edits = next() >> 62U; edits < 4; ++edits) {
      const std::size_t at = (next() >> 33U) % text.size();
      switch ((next() >> 33U) % 5) {
        case 0: text[at] = static_cast<char>(next() >> 56U); break;
        case 1: text.erase(at, (next() >> 33U) % 40); break;
        case 2: text.insert(at, text.substr((next() >> 33U) % text.size(), (next() >> 33U) % 60)); break;
        case 3: text.erase(text.rfind('\n', at) + 1, 1 + text.find('\n', at) - (text.rfind('\n', at) + 1)); break;
        default: text.insert(at, std::string("[[\"={}.1e9\n"), 0, (next() >> 33U) % 11); break;
      }
      if (text.empty()) text = "x";
    }
    const auto problems = problems_of(text);
    for (const Manual::Problem& problem : problems) CHECK_FALSE(problem.message.empty());
  }
}

TEST_CASE("a text that asks for too much is cut short", "[manual]") {
  std::string many = "name = \"x\"\ntime_zone = \"UTC\"\n";
  for (int i = 0; i < 900; ++i) many += "[post.p" + std::to_string(i) + "]\nsuperior = \"q" + std::to_string(i) + "\"\n";
  CHECK(problems_of(many).size() == 200);
  std::string stages = kManual;
  for (int i = 0; i < 300; ++i) {
    stages += "[[procedure.repair.stage]]\nname = \"s" + std::to_string(i) + "\"\ntitle = { zh = \"s\", en = \"s\" }\nending = \"done\"\n";
  }
  const auto problems = problems_of(stages);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].message == "\"stage\" has more than 256 items");
}

}  // namespace wuye::test
