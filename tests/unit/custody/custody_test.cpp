// Where the things in custody are. On random histories, told in and out of order, corrected and voided: each is in one place at
// every moment from its entrusting on, so that at any moment all places together hold what was entrusted.
#include "custody/custody.hpp"

#include <map>
#include <random>

#include "../office/support.hpp"

namespace wuye::test {
namespace {

struct Row {
  std::string item, stage, keeper, who;
  std::int64_t pieces = 0;
  Instant from;
  Instant until = kNever;
};

std::vector<Row> custody_rows(Office& office) {
  const TableData table = office.table("custody");
  std::vector<Row> out;
  for (const auto& row : table.rows) {
    Row one{cell(table, row, "item"), cell(table, row, "stage"), cell(table, row, "keeper"), cell(table, row, "who"),
            std::stoll(cell(table, row, "pieces")), Instant{std::stoll(cell(table, row, "from"))}, kNever};
    if (const std::string until = cell(table, row, "until"); !until.empty()) one.until = Instant{std::stoll(until)};
    out.push_back(std::move(one));
  }
  return out;
}

Fields fields_for(const model::Procedure& procedure, const model::Action& action, std::mt19937& random, int n) {
  const auto any = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  Fields out;
  for (const int index : action.needs) {
    const model::Field& field = procedure.fields[static_cast<std::size_t>(index)];
    Value value = "t" + std::to_string(any(40));
    switch (field.type) {
      case model::FieldType::integer:
      case model::FieldType::money: value = std::int64_t{1 + any(3)}; break;
      case model::FieldType::boolean: value = true; break;
      case model::FieldType::enumeration: value = field.values[static_cast<std::size_t>(any(static_cast<int>(field.values.size())))]; break;
      case model::FieldType::list: value = std::vector<std::string>{"zhao", "sun"}; break;
      case model::FieldType::person: value = std::string("zhao"); break;
      case model::FieldType::date: value = std::string("2026-03-01"); break;
      default: break;
    }
    if (field.name == "token" || field.name == "tag") value = std::to_string(n);
    if (any(12) != 0) set_field(out, field.name, std::move(value));
  }
  return out;
}

void conserve(unsigned seed, Office& office, const std::function<void()>& again) {
  std::mt19937 random(seed);
  const auto any = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const Manual standard = Manual::standard();
  const model::Manual& manual = standard.compiled();
  std::vector<std::pair<std::string, const model::Procedure*>> items;
  std::vector<std::int64_t> lines;
  Instant now = when("03-02 08:00");
  for (int n = 0; n < 120; ++n) {
    now.us += any(5) == 0 ? 0 : (1 + any(600)) * 60 * std::int64_t{1'000'000};
    Entry entry;
    entry.by = "zhao";
    entry.now = now;
    entry.at = any(4) == 0 ? Instant{now.us - any(2000) * 60 * std::int64_t{1'000'000}} : now;
    const int what = any(10);
    if (what < 3 || items.empty()) {
      const model::Procedure& procedure = *manual.procedure(any(2) == 0 ? "key_custody" : "item_custody");
      const char* const action = procedure.name == "key_custody" ? "entrust_key" : any(2) == 0 ? "accept_item" : "accept_found";
      entry.action = action;
      entry.case_id = "i" + std::to_string(n);
      entry.fields = fields_for(procedure, procedure.actions[static_cast<std::size_t>(procedure.action(action))], random, n);
      if (entry.action == "accept_item") {
        for (const auto& [name, value] : {std::pair<const char*, std::string>{"kind", "deposit"}, {"content", "ordinary"}, {"deposited", "x"}, {"reporter", "r"}, {"token", std::to_string(n)}, {"features", "x"}, {"shelf", "1"}}) {
          set_field(entry.fields, name, value);
        }
        set_field(entry.fields, "warned", true);
        set_field(entry.fields, "pieces", std::int64_t{1 + any(3)});
      }
      if (office.record(entry).status == Status::accepted) items.emplace_back(entry.case_id, &procedure);
    } else if (what == 9 && !lines.empty()) {
      entry.at = now;
      entry.action = any(2) == 0 ? "void" : "correct";
      set_field(entry.fields, "line", lines[static_cast<std::size_t>(any(static_cast<int>(lines.size())))]);
      if (entry.action == "void") set_field(entry.fields, "reason", std::string("x"));
      else set_field(entry.fields, "happened", now.us - any(900) * 60 * std::int64_t{1'000'000});
      office.record(entry);
    } else {
      const auto& [id, procedure] = items[static_cast<std::size_t>(any(static_cast<int>(items.size())))];
      const model::Action& action = procedure->actions[static_cast<std::size_t>(any(static_cast<int>(procedure->actions.size())))];
      if (action.opening) continue;
      entry.case_id = id;
      entry.action = action.name;
      entry.fields = fields_for(*procedure, action, random, n);
      if (const Outcome out = office.record(entry); out.status == Status::accepted) lines.push_back(out.seq);
    }
    if (n % 40 == 20) again();
  }
}

}  // namespace

TEST_CASE("each thing is in one place at every moment, and all places together hold what was entrusted", "[custody]") {
  const Directory directory;
  for (unsigned seed = 1; seed <= 24; ++seed) {
    INFO("seed " << seed);
    const bool file = seed % 4 == 0;
    const std::string path = directory.file("office" + std::to_string(seed) + ".db");
    std::optional<Office> office(file ? garden_in(path, Manual::standard()) : garden(Manual::standard()));
    conserve(seed, *office, [&] {
      if (file) office.emplace(garden_in(path, Manual::standard()));
    });
    const std::vector<Row> rows = custody_rows(*office);
    REQUIRE(rows.size() > 20);

    // By item: without gap or overlap, from its entrusting on, for good.
    std::map<std::string, std::pair<Instant, std::int64_t>> entrusted;
    const TableData cases = office->table("cases");
    std::size_t things = 0;
    for (const auto& row : cases.rows) {
      if (const std::string procedure = cell(cases, row, "procedure"); procedure != "key_custody" && procedure != "item_custody") continue;
      ++things;
      const std::string id = cell(cases, row, "case");
      Instant until{std::stoll(cell(cases, row, "opened_at"))};
      entrusted[id].first = until;
      for (const Row& one : rows) {
        if (one.item != id) continue;
        entrusted[id].second = one.pieces;
        CHECK(one.from == until);
        CHECK(one.until > one.from);
        CHECK((one.keeper == "person" || one.who.empty()));
        until = one.until;
      }
      CHECK(until == kNever);
    }
    CHECK(things == entrusted.size());

    // At any instant: the sum over the places is the sum of what had been entrusted by then.
    for (const Row& moment : rows) {
      std::int64_t held = 0;
      std::int64_t taken = 0;
      for (const Row& one : rows) held += one.from <= moment.from && moment.from < one.until ? one.pieces : 0;
      for (const auto& [id, of] : entrusted) taken += of.first <= moment.from ? of.second : 0;
      CHECK(held == taken);
    }
    sound(*office);
  }
}

TEST_CASE("a history with a gap, an overlap or nobody is a fault", "[custody]") {
  const Manual standard = Manual::standard();
  cases::Names names;
  cases::Case c;
  c.manual = &standard.compiled();
  c.procedure = c.manual->procedure("key_custody");
  c.opened_at = when("03-02 09:00");
  const int held = c.procedure->stage("held");
  const int lent = c.procedure->stage("lent");
  c.history = {{held, when("03-02 09:00"), when("03-02 10:00"), {}}, {lent, when("03-02 10:00"), when("03-02 10:00"), names.of("sun")},
               {lent, when("03-02 10:00"), when("03-02 11:00"), names.of("sun")}, {held, when("03-02 11:00"), kNever, {}}};
  const auto fault = [&] { return custody::fault(c, custody::stretches(c)); };
  CHECK(custody::stretches(c).size() == 3);
  CHECK(custody::stretches(c)[1].who == "sun");
  CHECK(fault().empty());
  c.history[2].until = when("03-02 10:30");
  CHECK(fault() == "nobody has it at 2026-03-02T10:30:00+08:00");
  c.history[2].until = when("03-02 11:30");
  CHECK(fault() == "it is in two places at 2026-03-02T11:00:00+08:00");
  c.history.pop_back();
  CHECK(fault() == "nobody has it from 2026-03-02T11:30:00+08:00");
}

}  // namespace wuye::test
