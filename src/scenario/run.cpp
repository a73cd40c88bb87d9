// Runs a scenario: makes the office, tells it the steps one by one, and after each puts what came beside what was expected. A step that
// fails does not end the run, so that one report tells all.
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "manual/model.hpp"
#include "manual/names.hpp"
#include "scenario/came.hpp"
#include "scenario/compare.hpp"
#include "scenario/invariants.hpp"
#include "scenario/report.hpp"
#include "scenario/script.hpp"
#include "wuye/scenario.hpp"

namespace wuye {
namespace scenario {
namespace {

constexpr std::int64_t kLinesShown = 5;
constexpr std::size_t kMaxLineBytes = 300;

/// The manual of a scenario and the layers that it is made of, for an `adopt` to lie on.
struct Rules {
  std::vector<Manual::Layer> base;      ///< `manual`
  std::vector<Manual::Layer> in_force;  ///< and what lies on it
};

Rules layers_of(const Script& script, const ScenarioOptions& options) {
  Rules rules;
  const Node* manual = script.root.find("manual");
  if (manual == nullptr || manual->text == "standard") {
    rules.base.push_back({"standard", "extends = \"standard\"\n"});
  } else {
    auto text = options.read_file ? options.read_file(manual->text) : std::nullopt;
    if (!text) {
      throw Error(Code::invalid_argument, "there is no manual file " + shown(manual->text), manual->place.location())
          .with("missing_file", manual->text);
    }
    rules.base.push_back({manual->text, std::move(*text)});
  }
  rules.in_force = rules.base;
  if (const Node* overlay = script.root.find("overlay")) rules.in_force.push_back({script.name + " (overlay)", overlay->text});
  return rules;
}

Manual compiled(const std::vector<Manual::Layer>& layers) {
  if (layers.size() == 1 && layers[0].name == "standard") return Manual::standard();
  return Manual::load(layers);
}

/// Everything that the checker says of layers that do not load, as one text.
std::string whole_message(const Error& error) {
  std::string out = error.what();
  for (const auto& [name, value] : error.details()) out += "; " + name + ": " + value;
  return out;
}

/// The manual, or an error that leads to the scenario: what is wrong in the overlay is in the scenario's own text.
Manual manual_of(const Script& script, const Rules& rules) {
  try {
    return compiled(rules.in_force);
  } catch (const Error& error) {
    const Node* overlay = script.root.find("overlay");
    const Node* manual = script.root.find("manual");
    const bool in_overlay = overlay != nullptr && error.where().file == rules.in_force.back().name;
    Location where = in_overlay ? overlay->place.location() : manual != nullptr ? manual->place.location() : Location{script.name, 1, 1};
    std::string message = std::string(in_overlay ? "the overlay" : "the manual") + " is refused";
    if (error.where().line > 0) message += " at its line " + std::to_string(error.where().line);
    throw Error(error.code(), message + ": " + whole_message(error), std::move(where));
  }
}

Zone zone_of(const Script& script, const Manual& manual) {
  const Node* zone = script.root.find("zone");
  if (zone == nullptr) return manual.zone();
  try {
    return Zone::load(zone->text);
  } catch (const Error& error) {
    fail_at(zone->place, error.what());
  }
}

class Run {
 public:
  Run(const Script& script, std::string_view text, const ScenarioOptions& options, Rules rules, Manual manual)
      : script_(script), text_(text), options_(options), rules_(std::move(rules)), manual_(std::move(manual)),
        zone_(zone_of(script, manual_)), office_(fresh()) {
    check_moments(script.root, zone_);
  }

  ScenarioResult go();

 private:
  /// An entry to be told, or why it cannot be made.
  struct Made {
    Entry entry;
    std::string problem;
  };

  Office fresh() const {
    Office::Options options;
    const Node* seed = script_.root.find("seed");
    options.seed = seed != nullptr ? seed->text : "scenario";
    return Office::memory(manual_, options);
  }

  void set_up();
  Instant setup_time(const Node& setup) const;
  void tell_setup(const Node::Place& place, Instant at, const char* action, Fields fields);

  void run_step(const Step& step, bool judged, ScenarioResult& result);
  Tree perform(const Step& step, Comparison& comparison);
  Tree tell(const Step& step, Comparison& comparison);
  Tree tell_entry(const Step& step, const Entry& entry, Comparison& comparison);
  Tree advance(const Step& step, Comparison& comparison);
  Tree adopt(const Step& step, Comparison& comparison);
  Tree ask(const Step& step, Comparison& comparison);
  Tree answer(const Step& step, Comparison& comparison);
  void compare_table(const TableData& table, const Step& step, Tree& came, Comparison& comparison);

  Made make_entry(const Step& step);
  std::optional<Value> value_of(const Node& node) const;
  std::string case_of(const Step& step) const;
  void add_case(Tree& came, const Step& step, std::string_view own_case);
  void add_opened(Tree& came, const Step& step, const std::vector<std::pair<std::int64_t, std::string>>& before, std::string_view own_case);
  void judge(const Step& step, const Tree& came, Comparison& comparison) const;
  void hint(const Step& step, std::string_view reason, Comparison& comparison) const;
  std::string heading(const Step& step) const;
  std::vector<std::string> lines_before(std::int64_t seq);

  const Script& script_;
  std::string_view text_;
  const ScenarioOptions& options_;
  Rules rules_;
  Manual manual_;
  Zone zone_;
  Office office_;
  Labels labels_;
  std::string last_case_;
  std::vector<Deed> deeds_;
  std::vector<std::string> setup_failures_;
  std::vector<FailedStep> failed_;
  std::vector<Patch> patches_;
};

// ---- Setup -------------------------------------------------------------------------------------------------------------

Instant Run::setup_time(const Node& setup) const {
  if (const Node* at = setup.find("at")) return instant_of(*at, zone_);
  for (const Step& step : script_.steps) {
    const Node* at = step.kind == Step::Kind::advance ? step.get("advance") : step.kind == Step::Kind::ask ? nullptr : step.get("at");
    if (at == nullptr) continue;
    const Date day = zone_.wall(instant_of(*at, zone_)).date;
    return zone_.instant({Date{day.days - 1}, 0});
  }
  fail_at(setup.place, "no step has a time to go by: setup needs an \"at\"");
}

void Run::tell_setup(const Node::Place& place, Instant at, const char* action, Fields fields) {
  Entry entry;
  entry.at = at;
  entry.by = "system:setup";
  entry.action = action;
  entry.fields = std::move(fields);
  const std::string what = "setup, line " + std::to_string(place.line) + ": " + entry_json(entry);
  try {
    const Outcome outcome = office_.record(entry);
    if (outcome.status != Status::accepted) {
      setup_failures_.push_back(what + " was refused: " + outcome.reason + ": " + outcome.message + ' ' + outcome.facts);
    }
    deeds_.push_back({Deed::Kind::entry, std::move(entry), outcome.accepted(), {}, {}, {}});
  } catch (const Error& error) {
    setup_failures_.push_back(what + " threw " + std::string(code_name(error.code())) + ": " + error.what());
  }
}

void Run::set_up() {
  const Node* setup = script_.root.find("setup");
  if (setup == nullptr) return;
  const Instant at = setup_time(*setup);
  const auto fields_of = [](const Node& table) {
    Fields fields;
    for (const Node::Member& member : table.members) set_field(fields, member.key, member.value.text);
    return fields;
  };
  if (const Node* units = setup->find("units")) {
    for (const Node& unit : units->items) {
      tell_setup(unit.place, at, "set_unit", unit.is(Node::Kind::text) ? Fields{{"place", unit.text}} : fields_of(unit));
    }
  }
  if (const Node* staff = setup->find("staff")) {
    for (const Node::Member* member : in_text_order(*staff)) {
      const Node& value = member->value;
      const bool table = value.is(Node::Kind::table);
      Fields person{{"staff", member->key}};
      if (const Node* name = table ? value.find("name") : nullptr) set_field(person, "name", name->text);
      tell_setup(member->place, at, "set_staff", std::move(person));
      const Node* post = table ? value.find("post") : &value;
      std::vector<std::string> posts;
      if (post != nullptr && post->is(Node::Kind::text)) posts.push_back(post->text);
      for (const Node& one : post != nullptr ? post->items : std::vector<Node>{}) posts.push_back(one.text);
      for (const std::string& one : posts) {
        Fields holding{{"post", one}, {"staff", member->key}};
        if (const Node* zone = table ? value.find("zone") : nullptr) set_field(holding, "zone", zone->text);
        tell_setup(member->place, at, "set_post", std::move(holding));
      }
    }
  }
  if (const Node* parties = setup->find("parties")) {
    for (const Node& party : parties->items) tell_setup(party.place, at, "set_party", fields_of(party));
  }
  if (const Node* deputies = setup->find("deputies")) {
    for (const Node::Member* member : in_text_order(*deputies)) {
      tell_setup(member->place, at, "set_deputy", {{"of", member->key}, {"staff", member->value.text}});
    }
  }
}

// ---- Entries -----------------------------------------------------------------------------------------------------------

std::optional<Value> Run::value_of(const Node& node) const {
  switch (node.kind) {
    case Node::Kind::boolean: return Value(node.flag);
    case Node::Kind::integer: return Value(node.number);
    case Node::Kind::wall:
    case Node::Kind::instant: return Value(instant_of(node, zone_).us);
    case Node::Kind::text: {
      auto resolved = labels_.resolve(node.text);
      if (!resolved) return std::nullopt;
      return resolved->kind == Tree::Kind::number ? Value(resolved->number) : Value(std::move(resolved->text));
    }
    case Node::Kind::list: {
      std::vector<std::string> texts;
      for (const Node& item : node.items) {
        auto resolved = labels_.resolve(item.text);
        if (!resolved) return std::nullopt;
        texts.push_back(resolved->kind == Tree::Kind::number ? std::to_string(resolved->number) : std::move(resolved->text));
      }
      return Value(std::move(texts));
    }
    case Node::Kind::date:
    case Node::Kind::time:
    case Node::Kind::table: break;
  }
  return Value(node.text);
}

/// The case that a step names: a name's id, or an id as it stands; the last case where it names none.
std::string Run::case_of(const Step& step) const {
  const Node* named = step.get("case");
  if (named == nullptr) return last_case_;
  const auto resolved = labels_.resolve(named->text);
  return resolved && resolved->kind == Tree::Kind::text ? labels_.case_id(resolved->text) : named->text;
}

Run::Made Run::make_entry(const Step& step) {
  Made made;
  Entry& entry = made.entry;
  entry.at = instant_of(*step.get("at"), zone_);
  if (const Node* now = step.get("now")) entry.now = instant_of(*now, zone_);
  entry.by = step.text("by");
  entry.action = step.text("do");
  entry.source = step.text("source");
  entry.key = step.text("key");
  const Node* with = step.get("with");
  const bool opens = step.get("as") != nullptr || (with != nullptr && with->find("class") != nullptr);
  if (step.get("case") != nullptr || !(opens || is_register_action(entry.action))) entry.case_id = case_of(step);
  const auto unbound = [&](const Node& node) {
    made.problem = "the entry cannot be made: the step that was to bind " + (node.text.empty() ? "a name in it" : shown(node.text)) +
                   " brought nothing to bind";
  };
  if (const Node* seen = step.get("seen")) {
    if (seen->is(Node::Kind::integer)) {
      entry.seen = seen->number;
    } else if (seen->text == "last") {
      entry.seen = office_.last_seq();
    } else {
      const auto resolved = labels_.resolve(seen->text);
      if (!resolved) unbound(*seen);
      else entry.seen = resolved->number;
    }
  }
  if (with != nullptr) {
    for (const Node::Member& member : with->members) {
      auto value = value_of(member.value);
      if (!value) unbound(member.value);
      else set_field(entry.fields, member.key, std::move(*value));
    }
  }
  return made;
}

Tree Run::tell(const Step& step, Comparison& comparison) {
  if (step.kind == Step::Kind::entry) {
    const Made made = make_entry(step);
    if (made.problem.empty()) return tell_entry(step, made.entry, comparison);
    comparison.differs(made.problem);
    return object();
  }
  const std::string raw = step.text("raw");
  try {
    return tell_entry(step, Entry::parse(raw), comparison);
  } catch (const Error& error) {
    Tree came = object();
    // In a batch a text that does not read is not an error but a refused line; a step that states a reason means that.
    if (step.states("reason")) {
      const std::vector<Outcome> outcomes = office_.record_lines(raw, Office::Mode::independent);
      if (!outcomes.empty()) set_outcome(came, outcomes.front());
    } else {
      set_error(came, error);
    }
    return came;
  }
}

Tree Run::tell_entry(const Step& step, const Entry& entry, Comparison& comparison) {
  Tree came = object();
  const Node* dry_key = step.get("dry");
  const bool dry = dry_key != nullptr && dry_key->flag;
  const auto before = cases_in_order(office_);
  const std::int64_t seq_before = office_.last_seq();
  const std::string state_before = dry ? office_.state_digest() : std::string();
  std::optional<Outcome> outcome;
  try {
    outcome = office_.record(entry, dry);
    set_outcome(came, *outcome);
    set_notices(came, outcome->notices, zone_);
  } catch (const Error& error) {
    set_error(came, error);
    set_notices(came, office_.notices(seq_before), zone_);
  }
  if (dry && (office_.last_seq() != seq_before || office_.state_digest() != state_before)) {
    comparison.differs("a dry run must leave the office as it was, and this one changed it");
  }
  if (!dry && outcome) deeds_.push_back({Deed::Kind::entry, entry, outcome->accepted(), {}, {}, {}});

  const std::string own_case = outcome && !outcome->case_id.empty() ? outcome->case_id : entry.case_id;
  if (!own_case.empty() && !dry) last_case_ = own_case;
  if (outcome && outcome->accepted() && !dry) {
    if (const Node* name = step.get("as")) {
      if (outcome->case_id.empty()) comparison.differs("as = " + shown(name->text) + ": the entry opened no case");
      else labels_.bind_case(name->text, outcome->case_id);
    }
    if (const Node* name = step.get("line")) labels_.bind_line(name->text, outcome->seq);
  }
  add_opened(came, step, before, own_case);
  add_case(came, step, own_case.empty() ? last_case_ : own_case);
  if (outcome && !outcome->stage.empty()) {
    const Tree* stage = came.find("stage");
    const bool of_it = came.text_or("case", "") == outcome->case_id;
    if (!dry && of_it && stage != nullptr && stage->text != outcome->stage) {
      comparison.differs("the outcome gives stage " + shown(outcome->stage) + ", the table cases " + shown(stage->text));
    }
    if (dry || stage == nullptr) set(came, "stage", tree_of(outcome->stage));
  }
  return came;
}

// ---- The other steps ---------------------------------------------------------------------------------------------------

Tree Run::advance(const Step& step, Comparison&) {
  Tree came = object();
  const Instant at = instant_of(*step.get("advance"), zone_);
  const auto before = cases_in_order(office_);
  try {
    set_notices(came, office_.advance(at), zone_);
    deeds_.push_back({Deed::Kind::advance, {}, true, at, {}, {}});
  } catch (const Error& error) {
    set_error(came, error);
  }
  add_opened(came, step, before, {});
  add_case(came, step, last_case_);
  return came;
}

Tree Run::adopt(const Step& step, Comparison&) {
  Tree came = object();
  const Instant at = instant_of(*step.get("at"), zone_);
  const std::int64_t seq_before = office_.last_seq();
  try {
    std::vector<Manual::Layer> layers = step.text("adopt").empty() ? rules_.base : rules_.in_force;
    if (!step.text("adopt").empty()) layers.push_back({script_.name + " (" + describe(step) + ')', step.text("adopt")});
    const Manual manual = compiled(layers);
    office_.adopt(manual, at, step.text("by"));
    rules_.in_force = std::move(layers);
    deeds_.push_back({Deed::Kind::adopt, {}, true, at, step.text("by"), {manual}});
  } catch (const Error& error) {
    set(came, "error", tree_of(whole_message(error)));
    set(came, "error_kind", tree_of(code_name(error.code())));
  }
  set_notices(came, office_.notices(seq_before), zone_);
  add_case(came, step, last_case_);
  return came;
}

Tree Run::ask(const Step& step, Comparison& comparison) {
  const std::string digest = office_.digest();
  const std::string state = office_.state_digest();
  Tree came = object();
  try {
    came = answer(step, comparison);
  } catch (const Error& error) {
    set_error(came, error);
  }
  if (office_.digest() != digest || office_.state_digest() != state) comparison.differs("asking must not change the office, and this did");
  return came;
}

Tree Run::answer(const Step& step, Comparison& comparison) {
  const std::string asked = step.text("ask");
  Tree came = object();
  if (asked == "case" || asked == "as_of") {
    const std::string id = case_of(step);
    std::optional<Office> view;
    if (asked == "as_of") view = office_.as_of(instant_of(*step.get("at"), zone_), step.text("known") == "now" ? Known::now : Known::then);
    Office& there = view ? *view : office_;
    if (auto found = case_tree(there, id, zone_)) return std::move(*found);
    there.explain(id);  // says in the office's own words that there is no such case
    throw Error(Code::not_found, "no case " + shown(id) + " was known");
  }
  if (asked == "options") {
    set_options(came, tree_of_json(office_.options(case_of(step), step.text("by"), instant_of(*step.get("at"), zone_))));
  } else if (asked == "notices") {
    Tree list = tree_list({});
    const std::string of_case = step.get("case") != nullptr ? case_of(step) : std::string();
    const std::string state = step.text("state");
    for (const Notice& notice : office_.notices(0)) {
      if ((of_case.empty() || notice.case_id == of_case) && (state.empty() || notice.state == state)) {
        list.items.push_back(notice_tree(notice, zone_));
      }
    }
    set(came, "notices", std::move(list));
  } else if (asked == "next_due") {
    const auto due = office_.next_due();
    set(came, "next_due", due ? tree_of(zone_.format(*due)) : Tree{});
  } else if (asked == "score") {
    const std::string who = step.text("who");
    const std::string zone = step.text("zone");
    std::vector<Figure> figures;
    for (const Figure& one : office_.score(step.text("period"), who, zone)) {
      figures.push_back(office_.figure(one.metric, step.text("period"), who, zone));
      const Figure& whole = figures.back();
      if (whole.done != one.done || whole.due != one.due || whole.value != one.value || whole.points_hundredths != one.points_hundredths ||
          whole.bonus_withheld_hundredths != one.bonus_withheld_hundredths) {
        comparison.differs("the figure " + one.metric + " with its cases is not the one without them");
      }
    }
    set(came, "figures", figures_tree(figures, who, zone_));
  } else if (asked == "scorecards") {
    set(came, "cards", scorecards_tree(office_.scorecards(step.text("period"), step.text("who"))));
  } else if (asked == "scores") {
    std::vector<std::string> by;
    if (const Node* words = step.get("by")) {
      for (const Node& word : words->items) by.push_back(word.text);
    }
    compare_table(office_.scores(step.text("period"), by), step, came, comparison);
  } else if (asked == "explain") {
    const auto id = labels_.resolve(step.text("id"));
    if (!id) throw Error(Code::invalid_argument, "the step that was to bind " + shown(step.text("id")) + " brought nothing to bind");
    set(came, "contains", tree_of(office_.explain(id->kind == Tree::Kind::number ? std::to_string(id->number) : id->text)));
  } else if (asked == "table") {
    compare_table(office_.table(step.text("table")), step, came, comparison);
  } else if (asked == "verify") {
    set(came, "findings", tree_of(office_.verify().findings));
  }
  return came;
}

void Run::compare_table(const TableData& table, const Step& step, Tree& came, Comparison& comparison) {
  const Node* where = step.get("where");
  for (const Node::Member& member : where != nullptr ? where->members : std::vector<Node::Member>{}) {
    Nearest search(member.key);
    bool known = false;
    for (const Column& column : table.columns) {
      known = known || column.name == member.key;
      search.offer(column.name);
    }
    if (known) continue;
    comparison.differs("the table " + table.name + " has no column " + shown(member.key) +
                       (search.name().empty() ? std::string() : "; nearest: " + shown(search.name())));
  }
  Tree rows = tree_list({});
  for (const auto& cells : table.rows) {
    Tree row = row_tree(table, cells, zone_);
    const bool sought = where == nullptr || std::all_of(where->members.begin(), where->members.end(), [&](const Node::Member& member) {
      return comparison.same(member.value, row.find(member.key));
    });
    if (sought) rows.items.push_back(std::move(row));
  }
  set(came, "count", tree_of(static_cast<std::int64_t>(rows.items.size())));
  set(came, "rows", std::move(rows));
}

// ---- What came, and whether it holds -----------------------------------------------------------------------------------

void Run::add_case(Tree& came, const Step& step, std::string_view own_case) {
  std::string id(own_case);
  if (const Node* named = step.expect != nullptr ? step.expect->find("case") : nullptr) {
    const auto resolved = labels_.resolve(named->text);
    id = resolved && resolved->kind == Tree::Kind::text ? labels_.case_id(resolved->text) : named->text;
  }
  if (id.empty()) return;
  auto found = case_tree(office_, id, zone_);
  if (!found) return;
  for (Tree::Member& member : found->members) set(came, member.name, std::move(member.value));
}

void Run::add_opened(Tree& came, const Step& step, const std::vector<std::pair<std::int64_t, std::string>>& before,
                     std::string_view own_case) {
  std::set<std::string_view> known;
  for (const auto& [seq, id] : before) known.insert(id);
  Tree opened = tree_list({});
  for (const auto& [seq, id] : cases_in_order(office_)) {
    if (known.contains(id) || id == own_case) continue;
    if (auto found = case_tree(office_, id, zone_)) opened.items.push_back(std::move(*found));
  }
  if (const Node* wanted = step.expect != nullptr ? step.expect->find("opened") : nullptr) {
    for (std::size_t i = 0; i < wanted->items.size() && i < opened.items.size(); ++i) {
      const Node* name = wanted->items[i].find("as");
      if (name != nullptr) labels_.bind_case(name->text, opened.items[i].text_or("case", ""));
    }
  }
  set(came, "opened", std::move(opened));
}

/// One line on what the office answered.
std::string verdict_of(const Tree& came) {
  if (const Tree* error = came.find("error")) return "threw " + came.text_or("error_kind", "") + ": " + error->text;
  const std::string outcome = came.text_or("outcome", "");
  if (outcome.empty()) return {};
  std::string out = outcome;
  const auto add_reason = [&](const Tree& from) {
    out += ' ' + from.text_or("reason", "");
    const std::string clause = from.text_or("clause", "");
    out += clause.empty() ? " (no clause)" : " (" + clause + ')';
    if (const std::string message = from.text_or("message", ""); !message.empty()) out += ": " + message;
    if (const Tree* facts = from.find("facts")) out += ' ' + to_json(*facts);
  };
  if (outcome == "refused") add_reason(came);
  const Tree* breaches = came.find("breaches");
  for (const Tree& breach : breaches != nullptr ? breaches->items : std::vector<Tree>{}) {
    out += ", breach";
    add_reason(breach);
  }
  return out;
}

void Run::judge(const Step& step, const Tree& came, Comparison& comparison) const {
  if (step.expect != nullptr) comparison.expect(*step.expect, came);
  const bool may_throw = step.states("error") || step.states("error_kind");
  if (came.find("error") != nullptr && !may_throw) comparison.differs("expected no error, came " + verdict_of(came));
  const std::string outcome = came.text_or("outcome", "");
  if (!outcome.empty()) {
    const std::string reason = came.text_or("reason", "");
    if (!step.states("outcome")) {
      if (step.states("reason")) {
        if (outcome != "refused") comparison.differs("expected a refusal, came " + verdict_of(came));
      } else if (!may_throw && outcome != "accepted") {
        comparison.differs("expected that it is accepted, came " + verdict_of(came));
        hint(step, reason, comparison);
      }
    }
    const Tree* breaches = came.find("breaches");
    if (outcome == "accepted" && !step.states("breaches") && breaches != nullptr && !breaches->items.empty()) {
      comparison.differs("expected no breach, came " + verdict_of(came));
      for (const Tree& breach : breaches->items) hint(step, breach.text_or("reason", ""), comparison);
    }
  }
  if (step.text("ask") == "verify" && !step.states("findings")) {
    const Tree* findings = came.find("findings");
    for (const Tree& finding : findings != nullptr ? findings->items : std::vector<Tree>{}) {
      comparison.differs("expected no finding, came " + finding.text);
    }
  }
}

/// What was probably meant, where a code or a name looks mistyped.
void Run::hint(const Step& step, std::string_view reason, Comparison& comparison) const {
  if (reason == "unknown_actor" && step.get("by") != nullptr) {
    const std::string given = step.text("by");  // the search only looks at it
    Nearest search(given);
    const Node* setup = script_.root.find("setup");
    const Node* staff = setup != nullptr ? setup->find("staff") : nullptr;
    for (const Node::Member& member : staff != nullptr ? staff->members : std::vector<Node::Member>{}) search.offer(member.key);
    comparison.differs("by = " + shown(step.text("by")) + ": setup.staff has no such code" +
                       (search.name().empty() ? std::string() : "; nearest: " + shown(search.name())));
  }
  const std::string named = step.text("case");
  if (reason == "unknown_case" && !named.empty() && !labels_.has_case(named)) {
    Nearest search(named);
    for (const auto& [name, id] : labels_.cases()) search.offer(name);
    comparison.differs("case = " + shown(named) + ": no step binds that name, so it was taken as an id" +
                       (search.name().empty() ? std::string() : "; nearest: " + shown(search.name())));
  }
}

std::string Run::heading(const Step& step) const {
  std::string out = describe(step) + ": ";
  switch (step.kind) {
    case Step::Kind::entry: {
      out += step.text("by") + " does " + step.text("do") + " at " + zone_.format(instant_of(*step.get("at"), zone_));
      if (const Node* now = step.get("now")) out += ", told at " + zone_.format(instant_of(*now, zone_));
      break;
    }
    case Step::Kind::raw: out += "raw " + shortened(step.text("raw"), 120); break;
    case Step::Kind::advance: out += "advance to " + zone_.format(instant_of(*step.get("advance"), zone_)); break;
    case Step::Kind::adopt: out += step.text("by") + " adopts a manual from " + zone_.format(instant_of(*step.get("at"), zone_)); break;
    case Step::Kind::ask: out += "ask " + step.text("ask"); break;
  }
  return out;
}

std::vector<std::string> Run::lines_before(std::int64_t seq) {
  std::vector<std::string> out;
  try {
    for (const Line& line : office_.lines(std::max<std::int64_t>(0, seq - kLinesShown), static_cast<std::size_t>(kLinesShown))) {
      if (line.seq > seq) break;
      out.push_back(std::to_string(line.seq) + (line.told ? " told  " : " found ") + zone_.format(line.at) + ' ' +
                    shortened(line.text, kMaxLineBytes));
    }
  } catch (const Error& error) {
    out.push_back("(the journal cannot be read: " + std::string(error.what()) + ")");
  }
  return out;
}

Tree Run::perform(const Step& step, Comparison& comparison) {
  switch (step.kind) {
    case Step::Kind::entry:
    case Step::Kind::raw: return tell(step, comparison);
    case Step::Kind::advance: return advance(step, comparison);
    case Step::Kind::adopt: return adopt(step, comparison);
    case Step::Kind::ask: return ask(step, comparison);
  }
  return object();
}

void Run::run_step(const Step& step, bool judged, ScenarioResult& result) {
  Comparison comparison(text_, zone_, labels_);
  std::int64_t seq_before = 0;
  Tree came = object();
  try {
    seq_before = office_.last_seq();
    came = perform(step, comparison);
  } catch (const Error& error) {  // the office itself fails: what a step may throw is caught where it is told or asked
    comparison.differs("the office cannot be read: " + std::string(code_name(error.code())) + ": " + error.what());
  }
  if (!judged) return;
  judge(step, came, comparison);
  ScenarioResult::StepResult out;
  out.index = step.index;
  out.line = step.node->place.line;
  out.passed = comparison.differences.empty();
  out.came = to_json(came);
  if (!out.passed) {
    failed_.push_back({step.index, heading(step), step.text("say"), comparison.differences, verdict_of(came), out.came, lines_before(seq_before)});
    patches_.insert(patches_.end(), comparison.patches.begin(), comparison.patches.end());
  }
  out.differences = std::move(comparison.differences);
  result.steps.push_back(std::move(out));
}

ScenarioResult Run::go() {
  ScenarioResult result;
  result.name = script_.name;
  result.title = script_.title;
  result.covers = script_.covers;
  set_up();
  if (setup_failures_.empty()) {
    for (const Step& step : script_.steps) {
      if (options_.only_step && step.index > *options_.only_step) break;
      run_step(step, !options_.only_step || step.index == *options_.only_step, result);
    }
    if (!options_.only_step) result.invariants = broken_invariants(office_, deeds_, [this] { return fresh(); });
  }
  try {
    result.digest = office_.digest();
  } catch (const Error& error) {
    result.invariants.push_back("digest: " + std::string(error.what()));
  }
  result.passed = setup_failures_.empty() && failed_.empty() && result.invariants.empty();
  if (!result.passed) result.failure = failure_report(result, setup_failures_, failed_);
  if (options_.update) result.updated_text = spliced(text_, patches_);
  return result;
}

/// A scenario whose manual must be refused.
ScenarioResult expect_refused_manual(const Script& script, std::string_view text, const ScenarioOptions& options, const Rules& rules) {
  ScenarioResult result;
  result.name = script.name;
  result.title = script.title;
  result.covers = script.covers;
  const Node& wanted = *script.root.find("error");
  std::vector<std::string> failures;
  std::vector<Patch> patches;
  try {
    (void)compiled(rules.in_force);
    failures.push_back("line " + std::to_string(wanted.place.line) + ": expected that the manual is refused with " + shown(wanted.text) +
                       ", and it was taken");
  } catch (const Error& error) {
    const std::string message = whole_message(error);
    if (message.find(wanted.text) == std::string::npos) {
      failures.push_back("line " + std::to_string(wanted.place.line) + ": expected that the manual is refused with " + shown(wanted.text) +
                         " within, came " + message);
      if (auto patch = stretch_of(text, wanted)) {
        patch->text = toml_text(error.what());
        patches.push_back(std::move(*patch));
      }
    }
  }
  result.passed = failures.empty();
  if (!result.passed) result.failure = failure_report(result, failures, {});
  if (options.update) result.updated_text = spliced(text, std::move(patches));
  return result;
}

}  // namespace
}  // namespace scenario

ScenarioResult run_scenario(std::string_view name, std::string_view text, const ScenarioOptions& options) {
  using namespace scenario;
  const Script script = read_script(name, text);
  if (options.only_step && (*options.only_step == 0 || *options.only_step > script.steps.size())) {
    throw Error(Code::invalid_argument, "there is no step " + std::to_string(*options.only_step) + ": the scenario has " +
                                            std::to_string(script.steps.size()),
                Location{script.name, 1, 1});
  }
  Rules rules = layers_of(script, options);
  if (script.root.find("error") != nullptr) {
    check_against_manual(script, compiled(rules.base));
    return expect_refused_manual(script, text, options, rules);
  }
  Manual manual = manual_of(script, rules);
  check_against_manual(script, manual);
  return Run(script, text, options, std::move(rules), std::move(manual)).go();
}

}  // namespace wuye
