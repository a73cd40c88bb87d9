// Asks an office what came and puts it into the words of `expect`. Numbers that people read with decimals (points, pass marks) become
// texts here, and instants get the zone's offset; nothing is rounded.
#include "scenario/came.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "time/text.hpp"

namespace wuye::scenario {
namespace {

std::size_t column(const TableData& table, std::string_view name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == name) return i;
  }
  throw Error(Code::internal, "the table " + table.name + " has no column " + std::string(name));
}

std::string text_at(const std::vector<Cell>& row, std::size_t index) {
  const auto* text = std::get_if<std::string>(&row[index]);
  return text != nullptr ? *text : std::string();
}

std::optional<std::int64_t> number_at(const std::vector<Cell>& row, std::size_t index) {
  const auto* number = std::get_if<std::int64_t>(&row[index]);
  return number != nullptr ? std::optional(*number) : std::nullopt;
}

Tree moment(Instant at, const Zone& zone) {
  if (at == kAlways || at == kNever) return Tree{};
  return tree_of(zone.format(at));
}

/// Hundredths as "40.00".
Tree two_decimals(std::int64_t hundredths) {
  std::string out;
  if (hundredths < 0) out += '-';
  const std::int64_t whole = hundredths / 100;
  const std::int64_t rest = hundredths % 100;
  out += std::to_string(whole < 0 ? -whole : whole) + '.';
  text::append_padded(out, rest < 0 ? -rest : rest, 2);
  return tree_of(out);
}

/// What the told lines of a case say of its personal fields: "***", or "erased" where an `erase` came after.
void add_personal(Tree& fields, Office& office, std::string_view id) {
  std::map<std::string, std::int64_t> told_at;  // field → the line that told it last
  std::set<std::string> erased;
  for (const Line& line : office.lines(0)) {
    if (!line.told) continue;
    const Tree tree = json::parse(line.text);
    const Tree* with = tree.find("with");
    if (with == nullptr) continue;
    if (tree.text_or("do", "") == "erase") {
      const std::string field = with->text_or("field", "");
      const bool of_case = with->text_or("subject", "") == id;
      for (const auto& [name, seq] : told_at) {
        if ((of_case || with->number_or("line", 0) == seq) && (field.empty() || field == name)) erased.insert(name);
      }
      continue;
    }
    if (line.case_id != id) continue;
    for (const auto& [name, value] : with->members) {
      if (value.kind != Tree::Kind::object) continue;
      told_at[name] = line.seq;
      erased.erase(name);
    }
  }
  for (const auto& [name, seq] : told_at) set(fields, name, tree_of(erased.contains(name) ? "erased" : "***"));
}

void add_deadlines(Tree& came, Office& office, std::string_view id, const Zone& zone) {
  const TableData table = office.table("deadlines");
  const std::size_t case_id = column(table, "case");
  const std::size_t name = column(table, "deadline");
  const std::size_t generation = column(table, "generation");
  const std::size_t state = column(table, "state");
  const std::size_t due = column(table, "due");
  const std::size_t limit = column(table, "limit_no");
  const std::size_t provisional = column(table, "provisional");
  Tree all = object();
  std::map<std::string, std::int64_t> latest;
  bool any_provisional = false;
  for (const auto& row : table.rows) {
    if (text_at(row, case_id) != id) continue;
    const std::int64_t number = number_at(row, generation).value_or(1);
    const std::string deadline = text_at(row, name);
    const auto [before, first] = latest.emplace(deadline, number);
    if (!first && before->second > number) continue;
    before->second = number;
    Tree one = object();
    const auto at = number_at(row, due);
    const bool limited = at.has_value() || number_at(row, limit).value_or(-1) >= 0;
    if (at) set(one, "at", moment(Instant{*at}, zone));
    if (limited) set(one, "state", tree_of(text_at(row, state)));
    set(one, "generation", tree_of(number));
    set(all, deadline, std::move(one));
    any_provisional = any_provisional || number_at(row, provisional).value_or(0) != 0;
  }
  set(came, "due", std::move(all));
  set(came, "provisional", tree_of_flag(any_provisional));
}

}  // namespace

Tree tree_of(std::string_view text) {
  Tree tree;
  tree.kind = Tree::Kind::text;
  tree.text = std::string(text);
  return tree;
}

Tree tree_of(std::int64_t number) {
  Tree tree;
  tree.kind = Tree::Kind::number;
  tree.number = number;
  return tree;
}

Tree tree_of_flag(bool flag) {
  Tree tree;
  tree.kind = Tree::Kind::flag;
  tree.flag = flag;
  return tree;
}

Tree tree_list(std::vector<Tree> items) {
  Tree tree;
  tree.kind = Tree::Kind::array;
  tree.items = std::move(items);
  return tree;
}

Tree tree_of(const std::vector<std::string>& texts) {
  std::vector<Tree> items;
  items.reserve(texts.size());
  for (const std::string& text : texts) items.push_back(tree_of(text));
  return tree_list(std::move(items));
}

Tree tree_of_json(std::string_view json) {
  try {
    return json::parse(json);
  } catch (const Error&) {
    return tree_of(json);
  }
}

Tree object() {
  Tree tree;
  tree.kind = Tree::Kind::object;
  return tree;
}

void set(Tree& object, std::string_view name, Tree value) {
  for (auto& [key, old] : object.members) {
    if (key != name) continue;
    old = std::move(value);
    return;
  }
  object.members.push_back({std::string(name), std::move(value)});
}

std::string to_json(const Tree& tree) {
  std::string out;
  json::append_tree(out, tree);
  return out;
}

std::optional<Tree> case_tree(Office& office, std::string_view id, const Zone& zone) {
  const TableData table = office.table("cases");
  const std::size_t key = column(table, "case");
  const auto row = std::find_if(table.rows.begin(), table.rows.end(), [&](const auto& r) { return text_at(r, key) == id; });
  if (row == table.rows.end()) return std::nullopt;
  Tree came = object();
  Tree fields = tree_of_json(text_at(*row, column(table, "fields")));
  const std::string procedure = text_at(*row, column(table, "procedure"));
  set(came, "case", tree_of(id));
  set(came, "class", tree_of(fields.text_or("class", procedure)));
  set(came, "stage", tree_of(text_at(*row, column(table, "stage"))));
  set(came, "holder", tree_of(text_at(*row, column(table, "holder"))));
  set(came, "ending", tree_of(text_at(*row, column(table, "ending"))));
  add_personal(fields, office, id);
  set(came, "fields", std::move(fields));
  add_deadlines(came, office, id, zone);
  return came;
}

Tree notice_tree(const Notice& notice, const Zone& zone) {
  Tree came = object();
  set(came, "what", tree_of(notice.what));
  if (!notice.deadline.empty()) set(came, "deadline", tree_of(notice.deadline));
  if (notice.what == "tally") {
    // Its id is "<procedure>.<tally>:<case>".
    const std::string_view rule = std::string_view(notice.id).substr(0, notice.id.find(':'));
    const std::size_t dot = rule.rfind('.');
    set(came, "tally", tree_of(dot == std::string_view::npos ? rule : rule.substr(dot + 1)));
  }
  if (notice.what == "news") {
    // Its id is "<case>:<action>:<line>".
    const std::string_view rest = std::string_view(notice.id).substr(std::min(notice.id.size(), notice.case_id.size() + 1));
    set(came, "action", tree_of(rest.substr(0, rest.find(':'))));
  }
  if (notice.what == "reached" && notice.id.size() > notice.case_id.size()) {
    // Its id is "<case>:<stage>:<how many times>".
    const std::string_view rest = std::string_view(notice.id).substr(notice.case_id.size() + 1);
    set(came, "stage", tree_of(rest.substr(0, rest.find(':'))));
  }
  if (!notice.level.empty()) set(came, "level", tree_of(notice.level));
  // The id of a level's notice is "<case>:<deadline>:<generation>:<level>".
  const std::string head = notice.case_id + ':' + notice.deadline + ':';
  if (!notice.deadline.empty() && std::string_view(notice.id).starts_with(head)) {
    std::int64_t generation = 0;
    std::size_t at = head.size();
    for (; at < notice.id.size() && notice.id[at] >= '0' && notice.id[at] <= '9' && generation < 1'000'000; ++at) {
      generation = generation * 10 + (notice.id[at] - '0');
    }
    if (at > head.size()) set(came, "generation", tree_of(generation));
  }
  set(came, "clause", tree_of(notice.clause));
  set(came, "case", tree_of(notice.case_id));
  set(came, "at", moment(notice.at, zone));
  set(came, "found", moment(notice.found, zone));
  set(came, "state", tree_of(notice.state));
  const Tree tell = tree_of_json(notice.tell.empty() ? "[]" : notice.tell);
  std::set<std::string> people;
  for (const Tree& one : tell.items) {
    const Tree* who = one.find("people");
    for (const Tree& person : who != nullptr ? who->items : std::vector<Tree>{}) people.insert(person.text);
  }
  set(came, "tell", tell);
  set(came, "people", tree_of(std::vector<std::string>(people.begin(), people.end())));
  set(came, "text_zh", tree_of(notice.text("zh")));
  set(came, "text_en", tree_of(notice.text("en")));
  set(came, "id", tree_of(notice.id));
  return came;
}

void set_notices(Tree& came, const std::vector<Notice>& notices, const Zone& zone) {
  Tree found = tree_list({});
  Tree withdrawn = tree_list({});
  for (const Notice& notice : notices) (notice.what == "withdrawn" ? withdrawn : found).items.push_back(notice_tree(notice, zone));
  set(came, "notices", std::move(found));
  set(came, "withdrawn", std::move(withdrawn));
}

void set_outcome(Tree& came, const Outcome& outcome) {
  const char* const status = outcome.status == Status::accepted    ? "accepted"
                             : outcome.status == Status::duplicate ? "duplicate"
                                                                   : "refused";
  set(came, "outcome", tree_of(std::string_view(status)));
  set(came, "line", tree_of(outcome.seq));
  set(came, "reason", tree_of(outcome.reason));
  set(came, "clause", tree_of(outcome.clause));
  set(came, "message", tree_of(outcome.message));
  set(came, "facts", tree_of_json(outcome.facts.empty() ? "{}" : outcome.facts));
  std::vector<Tree> breaches;
  for (const Breach& breach : outcome.breaches) {
    Tree one = object();
    set(one, "reason", tree_of(breach.reason));
    set(one, "clause", tree_of(breach.clause));
    set(one, "facts", tree_of_json(breach.facts.empty() ? "{}" : breach.facts));
    breaches.push_back(std::move(one));
  }
  set(came, "breaches", tree_list(std::move(breaches)));
}

void set_error(Tree& came, const Error& error) {
  set(came, "error", tree_of(std::string_view(error.what())));
  set(came, "error_kind", tree_of(code_name(error.code())));
}

Tree figures_tree(const std::vector<Figure>& figures, std::string_view who, const Zone& zone) {
  Tree came = object();
  for (const Figure& figure : figures) {
    if (figure.who != who) continue;
    Tree one = object();
    set(one, "done", tree_of(figure.done));
    set(one, "due", tree_of(figure.due));
    set(one, "late", tree_of(figure.late));
    set(one, "points", two_decimals(figure.points_hundredths));
    set(one, "cut", two_decimals(figure.cut_hundredths));
    set(one, "bonus_withheld", two_decimals(figure.bonus_withheld_hundredths));
    set(one, "pass", two_decimals(figure.pass_hundredths));
    set(one, "in_use", tree_of_flag(figure.in_use));
    set(one, "not_applicable", tree_of_flag(figure.state == "not_applicable"));
    set(one, "state", tree_of(figure.state));
    set(one, "value", tree_of(figure.value));
    set(one, "who", tree_of(figure.who));
    set(one, "zone", tree_of(figure.zone));
    set(one, "clauses", tree_of(figure.clauses));
    std::vector<Tree> cases;
    for (const Figure::Case& looked_at : figure.cases) {
      Tree item = object();
      set(item, "case", tree_of(looked_at.case_id));
      set(item, "generation", tree_of(std::int64_t{looked_at.generation}));
      set(item, "who", tree_of(looked_at.who));
      set(item, "zone", tree_of(looked_at.zone));
      set(item, "value", tree_of(looked_at.value));
      set(item, "due", moment(looked_at.due, zone));
      if (looked_at.met) set(item, "met", moment(*looked_at.met, zone));
      set(item, "counted", tree_of_flag(looked_at.counted));
      set(item, "on_time", tree_of_flag(looked_at.on_time));
      set(item, "reason", tree_of(looked_at.reason));
      cases.push_back(std::move(item));
    }
    set(one, "cases", tree_list(std::move(cases)));
    set(came, figure.metric, std::move(one));
  }
  return came;
}

Tree scorecards_tree(const std::vector<Scorecard>& cards) {
  std::vector<Tree> out;
  for (const Scorecard& card : cards) {
    Tree one = object();
    set(one, "scorecard", tree_of(card.name));
    set(one, "post", tree_of(card.post));
    set(one, "who", tree_of(card.who));
    set(one, "month", tree_of(card.month));
    set(one, "base", tree_of(card.base));
    set(one, "floor", tree_of(card.floor));
    set(one, "deducted", two_decimals(card.deducted_hundredths));
    set(one, "score", two_decimals(card.score_hundredths));
    set(one, "pending", tree_of_flag(card.pending));
    set(one, "adjustment", two_decimals(card.adjustment_hundredths));
    set(one, "bonus_withheld", two_decimals(card.bonus_withheld_hundredths));
    set(one, "bonus_adjustment", two_decimals(card.bonus_adjustment_hundredths));
    set(one, "adjusts", tree_of(card.adjusts));
    std::vector<Tree> adjustments;
    for (const Scorecard::Adjustment& adjustment : card.adjustments) {
      Tree item = object();
      set(item, "month", tree_of(adjustment.month));
      set(item, "metric", tree_of(adjustment.metric));
      set(item, "before", two_decimals(adjustment.before_hundredths));
      set(item, "after", two_decimals(adjustment.after_hundredths));
      set(item, "bonus_before", two_decimals(adjustment.bonus_before_hundredths));
      set(item, "bonus_after", two_decimals(adjustment.bonus_after_hundredths));
      adjustments.push_back(std::move(item));
    }
    set(one, "adjustments", tree_list(std::move(adjustments)));
    set(one, "frozen", tree_of_flag(card.frozen));
    set(one, "sheet", tree_of(card.sheet));
    set(one, "clauses", tree_of(card.clauses));
    const auto points = [](const std::vector<Figure>& figures) {
      Tree by_metric = object();
      for (const Figure& figure : figures) {
        Tree of = object();
        set(of, "points", two_decimals(figure.points_hundredths));
        set(of, "cut", two_decimals(figure.cut_hundredths));
        set(of, "bonus_withheld", two_decimals(figure.bonus_withheld_hundredths));
        set(of, "state", tree_of(figure.state));
        set(of, "value", tree_of(figure.value));
        set(by_metric, figure.metric, std::move(of));
      }
      return by_metric;
    };
    set(one, "figures", points(card.figures));
    set(one, "recorded", points(card.recorded));
    out.push_back(std::move(one));
  }
  return tree_list(std::move(out));
}

Tree row_tree(const TableData& table, const std::vector<Cell>& row, const Zone& zone) {
  Tree came = object();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    Tree cell;
    if (const auto* number = std::get_if<std::int64_t>(&row[i])) {
      switch (table.columns[i].type) {
        case ColumnType::boolean: cell = tree_of_flag(*number != 0); break;
        case ColumnType::instant: cell = moment(Instant{*number}, zone); break;
        case ColumnType::date: cell = tree_of(format_date(Date{static_cast<std::int32_t>(*number)})); break;
        case ColumnType::text:
        case ColumnType::integer:
        case ColumnType::money: cell = tree_of(*number); break;
      }
    } else if (const auto* text = std::get_if<std::string>(&row[i])) {
      cell = tree_of(*text);
    }
    set(came, table.columns[i].name, std::move(cell));
  }
  return came;
}

void set_options(Tree& came, const Tree& options) {
  Tree can = tree_list({});
  Tree cannot = object();
  Tree needs = object();
  for (const Tree& action : options.items) {
    const std::string name = action.text_or("do", "");
    const Tree* allowed = action.find("allowed");
    if (allowed != nullptr && allowed->flag) can.items.push_back(tree_of(name));
    const Tree* why = action.find("why");
    if (why != nullptr && !why->items.empty()) set(cannot, name, tree_of(why->items.front().text_or("reason", "")));
    if (const Tree* fields = action.find("needs")) set(needs, name, *fields);
  }
  set(came, "can", std::move(can));
  set(came, "cannot", std::move(cannot));
  set(came, "needs", std::move(needs));
}

std::vector<std::pair<std::int64_t, std::string>> cases_in_order(Office& office) {
  const TableData table = office.table("cases");
  const std::size_t id = column(table, "case");
  const std::size_t first = column(table, "first_seq");
  std::vector<std::pair<std::int64_t, std::string>> out;
  out.reserve(table.rows.size());
  for (const auto& row : table.rows) out.emplace_back(number_at(row, first).value_or(0), text_at(row, id));
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace wuye::scenario
