// Lines from elsewhere: they continue the chain or are refused with nothing kept; what holds the chain and cannot be is
// corrupt, never a crash.
#include "journal/line.hpp"
#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

/// A line with its own text, chained to those before it.
Line line(const std::vector<Line>& before, bool told, const std::string& rest, const std::string& case_id = {}) {
  Line out;
  out.seq = static_cast<std::int64_t>(before.size()) + 1;
  out.told = told;
  out.at = out.now = when("03-02 09:00");
  out.case_id = case_id;
  // Keys stand in order; `rest` begins after "at" and has no "now" and "seq", which go where the order wants them.
  out.text = "{\"at\":" + std::to_string(out.at.us) + "," + rest;
  const std::size_t at = out.text.find("@");
  out.text.replace(at, 1, "\"now\":" + std::to_string(out.now.us) + ",\"seq\":" + std::to_string(out.seq));
  out.hash = chain_hash(before.empty() ? chain_start() : before.back().hash, out.text);
  return out;
}

}  // namespace

TEST_CASE("lines that do not follow are a conflict, changed ones corrupt, and nothing is kept of either") {
  Office from = garden();
  staff_up(from);
  accepted(from, report("03-02 09:00", "A"));
  from.advance(when("03-02 10:00"));
  const std::vector<Line> lines = from.lines(0);
  Office to = garden();
  CHECK(code_of([&] { to.load({lines.begin() + 1, lines.end()}); }) == Code::conflict);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::vector<Line> changed = lines;
    changed[i].text.replace(changed[i].text.find("\"at\":1") + 5, 1, "2");
    CHECK(code_of([&] { to.load(changed); }) == Code::corrupt);
    changed = lines;
    changed[i].now.us += 1;
    CHECK(code_of([&] { to.load(changed); }) == Code::corrupt);
    changed = lines;
    changed[i].case_id += "x";
    CHECK(code_of([&] { to.load(changed); }) == Code::corrupt);
    changed = lines;
    changed[i].told = !changed[i].told;
    CHECK(code_of([&] { to.load(changed); }) == Code::corrupt);
    changed = lines;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    if (i + 1 < lines.size()) CHECK(code_of([&] { to.load(changed); }) == Code::conflict);
    CHECK(to.last_seq() == 0);
    CHECK_FALSE(to.next_due().has_value());
  }
  to.load(lines);
  CHECK(to.state_digest() == from.state_digest());
  CHECK(code_of([&] { to.load(lines); }) == Code::conflict);
  to.load({});
  CHECK(to.digest() == from.digest());
}

TEST_CASE("lines that hold the chain and cannot be are corrupt") {
  Office from = garden();
  accepted(from, report("03-02 09:00", "A"));
  const std::vector<Line> start = from.lines(0);
  struct Bad {
    bool told;
    const char* rest;
    const char* case_id;
  };
  for (const Bad& bad : std::initializer_list<Bad>{
           {true, R"("by":"x","do":"nothing","k":"told",@,"with":{}})", ""},
           {true, R"("by":"x","do":"set_staff","k":"told",@,"with":{}})", ""},
           {true, R"("by":"x","do":"set_staff","k":"told",@,"with":{"staff":1}})", ""},
           {true, R"("by":"x","do":"adopt","k":"told",@,"with":{}})", ""},
           {true, R"("by":"x","do":"adopt","k":"told",@,"with":{"hash":"a","manual":"{","name":"n"}})", ""},
           {true, R"("by":"x","case":"B","do":"dispatch","k":"told",@,"with":{}})", "B"},
           {true, R"("by":"x","case":"B","do":"opening","k":"told",@,"with":{"class":"repair"}})", "B"},
           {true, R"("by":"x","case":"B","do":"opening","k":"told",@,"with":{"class":"repair","opened":1,"stage":"nowhere"}})", "B"},
           {true, R"("by":"x","case":"A","do":"nothing","k":"told",@,"with":{}})", "A"},
           {true, R"("by":"x","case":"A","do":"void","k":"told",@,"with":{}})", "A"},
           {true, R"("by":"x","case":"A","do":"void","k":"told",@,"with":{"line":"x"}})", "A"},
           {false, R"("case":"B","k":"found",@,"what":"opened","procedure":"none"})", "B"},
           {false, R"("case":"A","id":"x","k":"found",@,"what":"breach"})", "A"},
           {false, R"("k":"found",@})", ""},
           {false, R"("k":"found",@,"tell":[1],"what":"tally"})", ""},
           {true, R"("k":"told",@})", ""},
           {true, R"(@ not json)", ""},
       }) {
    INFO(bad.rest);
    Office to = garden();
    std::vector<Line> lines = start;
    lines.push_back(line(start, bad.told, bad.rest, bad.case_id));
    const Error error = error_of([&] { to.load(lines); });
    INFO(error.what());
    CHECK(error.code() == Code::corrupt);
    CHECK(to.last_seq() == 0);
    to.load(start);
    CHECK(to.state_digest() == from.state_digest());
  }
  Office to = garden();
  CHECK(code_of([&] { to.load({line({}, true, R"("by":"x","case":"A","do":"report","k":"told",@,"with":{}})", "A")}); }) == Code::corrupt);
  CHECK(code_of([&] { to.load({line({}, false, R"("case":"A","k":"found",@,"what":"tally"})", "A")}); }) == Code::corrupt);
}
