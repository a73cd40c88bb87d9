// The same year under another manual, and what differs.
#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

std::vector<std::string> column(const TableData& table, std::string_view name) {
  std::vector<std::string> out;
  for (const auto& row : table.rows) out.push_back(cell(table, row, name));
  return out;
}

/// "kind change case id column" of each difference.
Texts differences(Office& before, Office& after, std::string_view period = {}) {
  const TableData table = Office::compare(before, after, period);
  Texts out;
  for (const auto& row : table.rows) {
    out.push_back(cell(table, row, "kind") + ' ' + cell(table, row, "change") + ' ' + cell(table, row, "case") + ' ' + cell(table, row, "id") +
                  ' ' + cell(table, row, "column"));
  }
  return out;
}

/// A day of everything: met and late, a night book, a correction, a void, a child case, a tally.
void live_through(Office& office) {
  staff_up(office);
  accepted(office, report("03-02 09:00", "A", {{"fault", std::string("water")}, {"phone", std::string("139")}}));
  accepted(office, tell("03-02 09:10", "zhao", "dispatch", "A", {{"worker", std::string("sun")}}));
  accepted(office, keyed(report("03-02 09:30", "B", {{"fault", std::string("water")}}), "b1"));
  office.advance(when("03-02 10:00"));
  accepted(office, tell("03-02 09:40", "zhao", "dispatch", "B", {{"worker", std::string("zhou")}}, "03-02 10:05"));
  accepted(office, report("03-02 10:10", "C", {{"fault", std::string("water")}}));
  const Outcome wrong = accepted(office, tell("03-02 10:20", "zhao", "remark", "C", {{"note", std::string("?")}}));
  accepted(office, tell("03-02 10:30", "zhao", "correct", "C", {{"line", wrong.seq}, {"note", std::string("!")}}));
  accepted(office, tell("03-02 10:40", "zhao", "void", "C", {{"line", wrong.seq}, {"reason", std::string("typed twice")}}));
  accepted(office, tell("03-02 11:00", "sun", "arrive", "A"));
  accepted(office, tell("03-02 11:30", "sun", "finish", "A"));
  accepted(office, tell("03-02 11:40", "wang", "approve", "B"));
  office.advance(when("03-04 10:00"));
  accepted(office, tell("03-04 11:00", "wang", "hold_review", "B/arrive.+1cd.1"));
}

}  // namespace

TEST_CASE("under its own manual an office is itself") {
  Office office = garden();
  live_through(office);
  const std::string state = office.state_digest();
  Office same = office.what_if(desk());
  CHECK(same.digest() == office.digest());
  CHECK(same.state_digest() == state);
  CHECK(same.table("what_if").rows.empty());
  CHECK(differences(office, same).empty());
  CHECK(code_of([&] { same.record(report("03-31 09:00", "X")); }) == Code::read_only);
  CHECK(code_of([&] { Office::compare(same, same); }) == Code::misuse);
}

TEST_CASE("a stricter limit moves its own clocks, notices and figure, and nothing else; the file is untouched") {
  const Directory directory;
  const std::string path = directory.file("o.db");
  Office office = garden_in(path);
  live_through(office);
  const std::string before = office.state_digest();
  Office strict = office.what_if(manual_of(replaced(kDesk, "limit = \"15min\"", "limit = \"5min\"")));
  CHECK(office.state_digest() == before);
  sound(office);
  CHECK(strict.table("what_if").rows.empty());
  CHECK(office.score("2026-03")[0].done == 2);
  CHECK(strict.score("2026-03")[0].done == 0);
  const TableData table = Office::compare(office, strict, "2026-03");
  for (const auto& row : table.rows) {
    const std::string kind = cell(table, row, "kind");
    INFO(kind << ' ' << cell(table, row, "case") << ' ' << cell(table, row, "id") << ' ' << cell(table, row, "column"));
    CHECK(kind != "case");
    CHECK(kind != "breach");
    if (kind == "deadline") CHECK(cell(table, row, "id").substr(0, 9) == "dispatch:");
    if (kind == "notice") CHECK(cell(table, row, "id").find(":dispatch:1:") != std::string::npos);
    if (kind == "figure") CHECK(cell(table, row, "id") == "dispatched");
  }
  const Texts list = differences(office, strict);
  const auto there = [&](const char* one) { return std::find(list.begin(), list.end(), one) != list.end(); };
  CHECK(there("deadline changed A dispatch:1 state"));
  CHECK(there("deadline changed A dispatch:1 due"));
  CHECK(there("notice added A A:dispatch:1:100% "));
  CHECK(there("figure changed  dispatched done"));
  CHECK(differences(office, strict, "2026-04").empty());
}

TEST_CASE("what the other manual forbids is applied all the same, and listed; what has no subject there is listed too") {
  Office office = garden();
  live_through(office);
  // Dispatching is the head's alone, approving needs another stage, the review does not come by itself, and faults are unknown.
  std::string text = replaced(kDesk, "by     = [\"officer\"]\nfrom   = [\"reported\"]", "by     = [\"head\"]\nfrom   = [\"reported\"]");
  text = replaced(text, "from  = [\"dispatched\"]\nnot_same_as", "from  = [\"on_site\"]\nnot_same_as");
  text = replaced(text, ", open = { procedure = \"review\" }", "");
  text = replaced(text, "fault    = { title = { zh = \"故障\", en = \"Fault\" }, type = \"text\" }\n", "");
  text = replaced(text, "may   = [\"note\", \"fault\", \"phone\", \"promised\", \"urgency\"]", "may   = [\"note\", \"phone\", \"promised\", \"urgency\"]");
  const std::size_t tally = text.find("[[procedure.repair.tally]]");
  text.erase(tally, text.find("[metric.dispatched]") - tally);
  Office other = office.what_if(manual_of(text));
  const TableData table = other.table("what_if");
  Texts list;
  for (const auto& row : table.rows) {
    list.push_back(cell(table, row, "case") + ' ' + cell(table, row, "action") + ' ' + cell(table, row, "verdict") + ' ' + cell(table, row, "reason"));
  }
  CHECK(list == Texts{"A report would_refuse unknown_field", "A dispatch would_breach not_allowed", "B report would_refuse unknown_field",
                      "B dispatch would_breach not_allowed", "C report would_refuse unknown_field", "B approve would_refuse wrong_stage",
                      "B/arrive.+1cd.1 hold_review unmatched unknown_case"});
  CHECK(column(table, "already") == Texts(7, "0"));
  // Facts all the same.
  CHECK(stage_of(other, "A") == "done");
  CHECK(stage_of(other, "B") == "dispatched");
  CHECK(stage_of(other, "B/arrive.+1cd.1") == "no row");
  CHECK(other.score("2026-03")[0].done == office.score("2026-03")[0].done);
  // The line that was taken here has another number; the correction found it.
  CHECK(stage_of(other, "C") == stage_of(office, "C"));
  // What was a breach before is marked.
  accepted(office, tell("03-04 12:00", "resident:9", "dispatch", "C", {{"worker", std::string("sun")}}));
  Office again = office.what_if(desk());
  CHECK(column(again.table("what_if"), "already") == Texts{"1"});
  CHECK(column(again.table("what_if"), "verdict") == Texts{"would_breach"});
}

TEST_CASE("news is the same news although its line has another number") {
  const std::string telling = replaced(kDesk, "by    = [\"anyone\"]\n", "by    = [\"anyone\"]\ntells = [ { tell = [\"supervisor\"] }, { tell = [\"head\"] } ]\n");
  Office office = garden(manual_of(telling));
  accepted(office, report("03-02 09:00", "A"));
  office.advance(when("03-02 09:20"));
  accepted(office, tell("03-02 09:30", "zhao", "remark", "A", {{"note", std::string("leaks")}}));
  const TableData notices = office.table("notices");
  CHECK(std::count_if(notices.rows.begin(), notices.rows.end(), [&](const auto& row) { return cell(notices, row, "what") == "news"; }) == 2);
  // Nothing is overdue there, so that the remark has an earlier line; both told somebody who is not there.
  Office lenient = office.what_if(manual_of(replaced(telling, "\"15min\"", "\"5h\"")));
  const TableData table = Office::compare(office, lenient);
  for (const auto& row : table.rows) {
    INFO(cell(table, row, "id"));
    CHECK(cell(table, row, "id").find("remark") == std::string::npos);
  }
  CHECK(table.rows.size() >= 4);
}
