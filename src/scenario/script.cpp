// Reads a scenario and refuses what the language does not know. The tables of keys below are docs/scenarios.md, once more, for the
// machine: a key that stands on one page and not on the other is a defect of both.
#include "scenario/script.hpp"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <span>

#include "manual/model.hpp"
#include "manual/names.hpp"
#include "registers/registers.hpp"

namespace wuye::scenario {
namespace {

constexpr unsigned bit(Node::Kind kind) { return 1U << static_cast<unsigned>(kind); }
constexpr unsigned kText = bit(Node::Kind::text);
constexpr unsigned kInteger = bit(Node::Kind::integer);
constexpr unsigned kBoolean = bit(Node::Kind::boolean);
constexpr unsigned kMoment = bit(Node::Kind::wall) | bit(Node::Kind::instant);
constexpr unsigned kDate = bit(Node::Kind::date);
constexpr unsigned kList = bit(Node::Kind::list);
constexpr unsigned kTable = bit(Node::Kind::table);

struct Key {
  std::string_view name;
  unsigned kinds;
};

constexpr Key kTop[] = {{"title", kText}, {"covers", kList}, {"manual", kText}, {"overlay", kText}, {"zone", kText},
                        {"seed", kText},  {"error", kText},  {"setup", kTable}, {"step", kList}};
constexpr Key kSetup[] = {{"at", kMoment}, {"units", kList}, {"staff", kTable}, {"parties", kList}, {"deputies", kTable}};
constexpr Key kUnit[] = {{"place", kText}, {"kind", kText}, {"building", kText}, {"entrance", kText},
                         {"zone", kText},  {"use", kText},  {"area", kText}};
constexpr Key kStaff[] = {{"post", kText | kList}, {"zone", kText}, {"name", kText}};
constexpr Key kParty[] = {{"party", kText}, {"place", kText}, {"role", kText}, {"name", kText}, {"phone", kText}};

constexpr Key kEntryStep[] = {{"do", kText},     {"at", kMoment},        {"now", kMoment},  {"by", kText},
                              {"case", kText},   {"as", kText},          {"with", kTable},  {"source", kText},
                              {"key", kText},    {"seen", kText | kInteger}, {"line", kText}, {"dry", kBoolean},
                              {"say", kText},    {"expect", kTable}};
constexpr Key kRawStep[] = {{"raw", kText}, {"line", kText}, {"dry", kBoolean}, {"say", kText}, {"expect", kTable}};
constexpr Key kAdvanceStep[] = {{"advance", kMoment}, {"say", kText}, {"expect", kTable}};
constexpr Key kAdoptStep[] = {{"adopt", kText}, {"at", kMoment}, {"by", kText}, {"say", kText}, {"expect", kTable}};

struct Question {
  std::string_view ask;
  std::span<const Key> takes;    ///< beside ask, say and expect
  std::span<const Key> compares; ///< beside error and error_kind
  bool of_a_case = false;        ///< takes the case keys in `expect`
};

constexpr Key kCaseKeys[] = {{"case", kText},  {"stage", kText},  {"holder", kText}, {"ending", kText},
                             {"class", kText}, {"fields", kTable}, {"due", kTable},   {"provisional", kBoolean}};
constexpr Key kErrorKeys[] = {{"error", kText}, {"error_kind", kText}};
constexpr Key kEntryKeys[] = {{"outcome", kText}, {"reason", kText},   {"clause", kText},         {"facts", kTable},
                              {"message", kText}, {"breaches", kList}, {"no_breaches", kBoolean}};
constexpr Key kOpenedKey[] = {{"opened", kList}};
constexpr Key kNoticeKeys[] = {{"notices", kList}, {"withdrawn", kList}};

constexpr Key kNotice[] = {{"what", kText},     {"deadline", kText}, {"tally", kText},   {"action", kText}, {"level", kText}, {"generation", kInteger},
                           {"clause", kText},   {"case", kText},     {"at", kMoment},    {"found", kMoment}, {"state", kText},
                           {"tell", kText | kList}, {"people", kList}, {"text_zh", kText}, {"text_en", kText}, {"id", kText},
                           {"stage", kText}};
constexpr Key kBreach[] = {{"reason", kText}, {"clause", kText}, {"facts", kTable}};
constexpr Key kOpened[] = {{"as", kText},      {"class", kText},  {"stage", kText}, {"holder", kText},
                           {"fields", kTable}, {"ending", kText}, {"due", kTable}};
constexpr Key kDue[] = {{"at", kMoment}, {"state", kText}, {"generation", kInteger}};
constexpr Key kFigure[] = {{"done", kInteger}, {"due", kInteger}, {"late", kInteger}, {"points", kText},         {"pass", kText},
                           {"in_use", kBoolean}, {"cases", kList}, {"who", kText},    {"not_applicable", kBoolean}, {"clauses", kList},
                           {"zone", kText}, {"state", kText}, {"value", kText}, {"bonus_withheld", kText}, {"cut", kText}};
constexpr Key kFigureCase[] = {{"case", kText},   {"generation", kInteger}, {"who", kText},         {"due", kMoment},
                               {"met", kMoment | kText}, {"counted", kBoolean},    {"on_time", kBoolean}, {"reason", kText},
                               {"zone", kText}, {"value", kText}};
constexpr Key kCard[] = {{"scorecard", kText}, {"post", kText}, {"who", kText}, {"month", kText}, {"base", kInteger}, {"floor", kInteger},
                         {"deducted", kText}, {"score", kText}, {"pending", kBoolean}, {"adjustment", kText}, {"adjusts", kList},
                         {"clauses", kList}, {"figures", kTable}, {"recorded", kTable}, {"adjustments", kList}, {"frozen", kBoolean},
                         {"sheet", kText}, {"bonus_withheld", kText}, {"bonus_adjustment", kText}};
constexpr Key kAdjustment[] = {{"month", kText}, {"metric", kText}, {"before", kText}, {"after", kText}, {"bonus_before", kText}, {"bonus_after", kText}};

constexpr Key kAsCase[] = {{"case", kText}};
constexpr Key kAsOf[] = {{"at", kMoment}, {"known", kText}, {"case", kText}};
constexpr Key kAsOptions[] = {{"case", kText}, {"by", kText}, {"at", kMoment}};
constexpr Key kAsNotices[] = {{"case", kText}, {"state", kText}};
constexpr Key kAsScore[] = {{"period", kText}, {"who", kText}, {"zone", kText}};
constexpr Key kAsScores[] = {{"period", kText}, {"by", kList}, {"where", kTable}};
constexpr Key kAsScorecards[] = {{"period", kText}, {"who", kText}};
constexpr Key kAsExplain[] = {{"id", kText}};
constexpr Key kAsTable[] = {{"table", kText}, {"where", kTable}};
constexpr Key kOfOptions[] = {{"can", kList}, {"cannot", kTable}, {"needs", kTable}};
constexpr Key kOfNotices[] = {{"notices", kList}};
constexpr Key kOfNextDue[] = {{"next_due", kMoment | kText}};
constexpr Key kOfScore[] = {{"figures", kTable}};
constexpr Key kOfScorecards[] = {{"cards", kList}};
constexpr Key kOfExplain[] = {{"contains", kList}};
constexpr Key kOfTable[] = {{"count", kInteger}, {"rows", kList}};
constexpr Key kOfVerify[] = {{"findings", kList}};

constexpr Question kQuestions[] = {
    {"case", kAsCase, {}, true},
    {"as_of", kAsOf, {}, true},
    {"options", kAsOptions, kOfOptions},
    {"notices", kAsNotices, kOfNotices},
    {"next_due", {}, kOfNextDue},
    {"score", kAsScore, kOfScore},
    {"scorecards", kAsScorecards, kOfScorecards},
    {"scores", kAsScores, kOfTable},
    {"explain", kAsExplain, kOfExplain},
    {"table", kAsTable, kOfTable},
    {"verify", {}, kOfVerify},
};

using Keys = std::vector<Key>;

Keys joined(std::initializer_list<std::span<const Key>> parts) {
  Keys out;
  for (const auto& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

std::string wanted(unsigned kinds) {
  std::string out;
  for (unsigned i = 0; i <= static_cast<unsigned>(Node::Kind::table); ++i) {
    if ((kinds & (1U << i)) == 0) continue;
    if (!out.empty()) out += " or ";
    out += kind_name(static_cast<Node::Kind>(i));
  }
  return out;
}

void check_kind(const Node& value, unsigned kinds, std::string_view key) {
  if ((kinds & bit(value.kind)) != 0) return;
  fail_at(value.place, shown(key) + " is " + wanted(kinds) + ", not " + std::string(kind_name(value.kind)));
}

void check_keys(const Node& table, std::span<const Key> keys, std::string_view of) {
  for (const Node::Member* member : in_text_order(table)) {
    const auto known = std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.name == member->key; });
    if (known == keys.end()) {
      Nearest search(member->key);
      for (const Key& key : keys) search.offer(key.name);
      fail_at(member->place, std::string(of) + " has no key " + shown(member->key), search.name());
    }
    check_kind(member->value, known->kinds, member->key);
  }
}

const Node& need(const Node& table, std::string_view key, std::string_view of) {
  const Node* found = table.find(key);
  if (found == nullptr) fail_at(table.place, std::string(of) + " lacks " + shown(key));
  return *found;
}

void check_tables(const Node* list, std::span<const Key> keys, std::string_view of) {
  if (list == nullptr) return;
  for (const Node& item : list->items) {
    if (!item.is(Node::Kind::table)) fail_at(item.place, std::string(of) + " is a table, not " + std::string(kind_name(item.kind)));
    check_keys(item, keys, of);
  }
}

void check_texts(const Node* list, std::string_view key) {
  if (list == nullptr || !list->is(Node::Kind::list)) return;
  for (const Node& item : list->items) {
    if (!item.is(Node::Kind::text)) fail_at(item.place, "in " + shown(key) + " stand texts, not " + std::string(kind_name(item.kind)));
  }
}

template <std::size_t N>
void check_one_of(const Node* value, const char* const (&known)[N], std::string_view key) {
  if (value == nullptr || std::find(std::begin(known), std::end(known), value->text) != std::end(known)) return;
  Nearest search(value->text);
  for (const char* name : known) search.offer(name);
  fail_at(value->place, shown(key) + " cannot be " + shown(value->text), search.name());
}

void check_due(const Node* due) {
  if (due == nullptr) return;
  static constexpr const char* kStates[] = {"running", "paused", "met", "late", "dropped", "none"};
  for (const Node::Member& member : due->members) {
    check_kind(member.value, kMoment | kText | kTable, member.key);
    if (member.value.is(Node::Kind::text)) check_one_of(&member.value, kStates, member.key);
    if (!member.value.is(Node::Kind::table)) continue;
    check_keys(member.value, kDue, "a deadline's expectation");
    check_one_of(member.value.find("state"), kStates, "state");
  }
}

/// Entry fields are scalars and lists of texts.
void check_with(const Node* with) {
  if (with == nullptr) return;
  for (const Node::Member& member : with->members) {
    check_kind(member.value, kText | kInteger | kBoolean | kMoment | kDate | kList, member.key);
    check_texts(&member.value, member.key);
  }
}

void check_expect(const Step& step, const Keys& keys) {
  const Node& expect = *step.expect;
  check_keys(expect, keys, "the expectation");
  static constexpr const char* kOutcomes[] = {"accepted", "refused", "duplicate"};
  check_one_of(expect.find("outcome"), kOutcomes, "outcome");
  for (const std::string_view key : {"notices", "withdrawn"}) {
    const Node* list = expect.find(key);
    check_tables(list, kNotice, "a notice");
    for (const Node& item : list != nullptr ? list->items : std::vector<Node>{}) {
      check_texts(item.find("tell"), "tell");
      check_texts(item.find("people"), "people");
    }
  }
  check_tables(expect.find("breaches"), kBreach, "a breach");
  check_tables(expect.find("opened"), kOpened, "an opened case");
  if (const Node* opened = expect.find("opened")) {
    for (const Node& item : opened->items) check_due(item.find("due"));
  }
  check_due(expect.find("due"));
  if (const Node* none = expect.find("no_breaches"); none != nullptr && !none->flag) {
    fail_at(none->place, "\"no_breaches\" can only be true; a step that has some states \"breaches\"");
  }
  if (const Node* figures = expect.find("figures")) {
    for (const Node::Member& member : figures->members) {
      check_kind(member.value, kTable, member.key);
      check_keys(member.value, kFigure, "a figure");
      check_tables(member.value.find("cases"), kFigureCase, "a figure's case");
    }
  }
  check_tables(expect.find("cards"), kCard, "a scorecard");
  if (const Node* cards = expect.find("cards")) {
    for (const Node& card : cards->items) check_tables(card.find("adjustments"), kAdjustment, "an adjustment");
  }
  for (const std::string_view key : {"can", "contains", "findings"}) check_texts(expect.find(key), key);
  if (const Node* rows = expect.find("rows")) {
    for (const Node& row : rows->items) check_kind(row, kTable, "rows");
  }
  for (const std::string_view key : {"cannot", "needs"}) {
    const Node* table = expect.find(key);
    for (const Node::Member& member : table != nullptr ? table->members : std::vector<Node::Member>{}) {
      check_kind(member.value, key == "needs" ? kList : kText, member.key);
      check_texts(&member.value, member.key);
    }
  }
}

Step read_step(const Node& node, std::size_t index) {
  if (!node.is(Node::Kind::table)) fail_at(node.place, "a step is a table, not " + std::string(kind_name(node.kind)));
  static constexpr std::string_view kForms[] = {"do", "raw", "advance", "adopt", "ask"};
  std::vector<std::string_view> given;
  for (const std::string_view form : kForms) {
    if (node.find(form) != nullptr) given.push_back(form);
  }
  if (given.empty()) {
    std::string near;
    for (const Node::Member& member : node.members) {
      const bool known = std::any_of(std::begin(kEntryStep), std::end(kEntryStep), [&](const Key& key) { return key.name == member.key; });
      if (!known && near.empty()) near = nearest(member.key, kForms);
    }
    fail_at(node.place, "a step has one of do, raw, advance, adopt, ask; this one has none", near);
  }
  if (given.size() > 1) {
    fail_at(node.find_member(given[1])->place, "a step has one of do, raw, advance, adopt, ask; this one has " + std::string(given[0]) +
                                                   " and " + std::string(given[1]));
  }

  Step step;
  step.index = index;
  step.node = &node;
  Keys compares = joined({kErrorKeys});
  if (given[0] == "do") {
    step.kind = Step::Kind::entry;
    check_keys(node, kEntryStep, "a step with do");
    need(node, "at", "a step with do");
    need(node, "by", "a step with do");
    check_with(node.find("with"));
    compares = joined({kErrorKeys, kEntryKeys, kCaseKeys, kOpenedKey, kNoticeKeys});
  } else if (given[0] == "raw") {
    step.kind = Step::Kind::raw;
    check_keys(node, kRawStep, "a step with raw");
    compares = joined({kErrorKeys, kEntryKeys, kCaseKeys, kOpenedKey, kNoticeKeys});
  } else if (given[0] == "advance") {
    step.kind = Step::Kind::advance;
    check_keys(node, kAdvanceStep, "a step with advance");
    compares = joined({kErrorKeys, kCaseKeys, kOpenedKey, kNoticeKeys});
  } else if (given[0] == "adopt") {
    step.kind = Step::Kind::adopt;
    check_keys(node, kAdoptStep, "a step with adopt");
    need(node, "at", "a step with adopt");
    need(node, "by", "a step with adopt");
    compares = joined({kErrorKeys, kCaseKeys, kNoticeKeys});
  } else {
    step.kind = Step::Kind::ask;
    const Node& ask = *node.find("ask");
    check_kind(ask, kText, "ask");
    const auto* question = std::find_if(std::begin(kQuestions), std::end(kQuestions), [&](const Question& q) { return q.ask == ask.text; });
    if (question == std::end(kQuestions)) {
      Nearest search(ask.text);
      for (const Question& q : kQuestions) search.offer(q.ask);
      fail_at(ask.place, "nothing is asked by " + shown(ask.text), search.name());
    }
    static constexpr Key kEveryQuestion[] = {{"ask", kText}, {"say", kText}, {"expect", kTable}};
    check_keys(node, joined({kEveryQuestion, question->takes}), "a step that asks " + shown(ask.text));
    for (const Key& key : question->takes) {
      static constexpr std::string_view kMayLack[] = {"known", "state", "who", "where", "case", "zone", "by"};
      if (std::find(std::begin(kMayLack), std::end(kMayLack), key.name) == std::end(kMayLack)) {
        need(node, key.name, "a step that asks " + shown(ask.text));
      }
    }
    static constexpr const char* kKnown[] = {"then", "now"};
    check_one_of(node.find("known"), kKnown, "known");
    compares = joined({kErrorKeys, question->compares});
    // The question has its own `case`, so `expect` has none.
    if (question->of_a_case) compares.insert(compares.end(), std::next(std::begin(kCaseKeys)), std::end(kCaseKeys));
  }
  step.expect = node.find("expect");
  if (step.expect != nullptr) check_expect(step, compares);
  return step;
}

/// Follows the names through the steps: each is bound once, and used only after it is bound.
class LabelCheck {
 public:
  explicit LabelCheck(Script& script) : labels_(script.labels) {}

  void bind(const Node* name, LabelKind kind) {
    if (name == nullptr) return;
    const bool fits = !name->text.empty() && std::all_of(name->text.begin(), name->text.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!fits) fail_at(name->place, "a name is of letters, digits and _; this is " + shown(name->text));
    if (!labels_.emplace(name->text, kind).second) fail_at(name->place, "the name " + shown(name->text) + " is bound already");
  }
  void use(const Node* value) const {
    if (value == nullptr) return;
    for (const Node& item : value->items) use(&item);
    for (const Node::Member& member : value->members) use(&member.value);
    if (!value->is(Node::Kind::text)) return;
    const Reference reference = reference_in(value->text);
    if (reference.name.empty() || labels_.find(reference.name) != labels_.end()) return;
    Nearest search(reference.name);
    for (const auto& [name, kind] : labels_) search.offer(name);
    fail_at(value->place, "nothing before this step binds the name " + shown(reference.name) + " (a text that begins with @ is written @@)",
            search.name());
  }

 private:
  std::map<std::string, LabelKind, std::less<>>& labels_;
};

void check_labels(Script& script) {
  LabelCheck labels(script);
  for (const Step& step : script.steps) {
    for (const std::string_view key : {"with", "seen", "id", "where", "case"}) labels.use(step.get(key));
    if (const Node* seen = step.get("seen"); seen != nullptr && seen->is(Node::Kind::text) && seen->text != "last") {
      const auto label = script.labels.find(reference_in(seen->text).name);
      if (label == script.labels.end() || label->second != LabelKind::line) {
        fail_at(seen->place, "\"seen\" is a line number, \"@name\" of a line, or \"last\", not " + shown(seen->text));
      }
    }
    labels.bind(step.get("as"), LabelKind::case_id);
    labels.bind(step.get("line"), LabelKind::line);
    if (step.expect == nullptr) continue;
    if (const Node* opened = step.expect->find("opened")) {
      for (const Node& item : opened->items) labels.bind(item.find("as"), LabelKind::case_id);
    }
    labels.use(step.expect);
  }
}

void read_setup(const Node& setup) {
  check_keys(setup, kSetup, "setup");
  if (const Node* units = setup.find("units")) {
    for (const Node& unit : units->items) {
      check_kind(unit, kText | kTable, "units");
      if (!unit.is(Node::Kind::table)) continue;
      check_keys(unit, kUnit, "a unit");
      need(unit, "place", "a unit");
    }
  }
  if (const Node* staff = setup.find("staff")) {
    for (const Node::Member& member : staff->members) {
      check_kind(member.value, kText | kList | kTable, member.key);
      check_texts(&member.value, member.key);
      if (!member.value.is(Node::Kind::table)) continue;
      check_keys(member.value, kStaff, "a staff member");
      check_texts(member.value.find("post"), "post");
    }
  }
  if (const Node* parties = setup.find("parties")) {
    check_tables(parties, kParty, "a party");
    for (const Node& party : parties->items) {
      for (const std::string_view key : {"party", "place", "role"}) need(party, key, "a party");
    }
  }
  if (const Node* deputies = setup.find("deputies")) {
    for (const Node::Member& member : deputies->members) check_kind(member.value, kText, member.key);
  }
}

void check_post(const Node& post, const model::Manual& manual) {
  if (manual.post(post.text) >= 0) return;
  Nearest search(post.text);
  for (const model::Post& known : manual.posts) search.offer(known.name);
  fail_at(post.place, "the manual has no post " + shown(post.text), search.name());
}

}  // namespace

void fail_at(const Node::Place& place, std::string message, std::string_view nearest_name) {
  if (!nearest_name.empty()) message += "; nearest: " + shown(nearest_name);
  Error error(Code::invalid_argument, std::move(message), place.location());
  if (!nearest_name.empty()) error.with("nearest", std::string(nearest_name));
  throw error;
}

std::string Step::text(std::string_view key) const {
  const Node* found = node->find(key);
  return found != nullptr ? found->text : std::string();
}

std::vector<const Node::Member*> in_text_order(const Node& table) {
  std::vector<const Node::Member*> out;
  out.reserve(table.members.size());
  for (const Node::Member& member : table.members) out.push_back(&member);
  std::stable_sort(out.begin(), out.end(), [](const Node::Member* a, const Node::Member* b) {
    return a->place.line != b->place.line ? a->place.line < b->place.line : a->place.column < b->place.column;
  });
  return out;
}

Instant instant_of(const Node& node, const Zone& zone) {
  try {
    const Instant at = node.is(Node::Kind::instant) ? parse_instant(node.text) : zone.instant(parse_wall(node.text));
    if (at < kEarliest || at > kLatest) throw Error(Code::out_of_range, "a time lies between the years 1900 and 2200");
    return at;
  } catch (const Error& error) {
    fail_at(node.place, error.what());
  }
}

Reference reference_in(std::string_view text) noexcept {
  if (text.size() < 2 || text[0] != '@' || text[1] == '@') return {};
  const std::size_t colon = std::min(text.find(':'), text.size());
  return {text.substr(1, colon - 1), text.substr(colon)};
}

std::string describe(const Step& step) {
  return "step " + std::to_string(step.index) + ", line " + std::to_string(step.node->place.line);
}

void check_moments(const Node& node, const Zone& zone) {
  if (node.is(Node::Kind::wall) || node.is(Node::Kind::instant)) instant_of(node, zone);
  for (const Node& item : node.items) check_moments(item, zone);
  for (const Node::Member& member : node.members) check_moments(member.value, zone);
}

bool is_register_action(std::string_view action) { return registers::builtin().action(action) >= 0; }

Script read_script(std::string_view name, std::string_view text) {
  Script script;
  script.name = std::string(name);
  script.root = read_toml(text, script.name);
  const Node& root = script.root;
  check_keys(root, kTop, "a scenario");
  const Node& title = need(root, "title", "a scenario");
  if (title.text.empty() || title.text.find('\n') != std::string::npos) fail_at(title.place, "\"title\" is one line");
  script.title = title.text;
  if (const Node* covers = root.find("covers")) {
    check_texts(covers, "covers");
    std::set<std::string_view> seen;
    for (const Node& clause : covers->items) {
      if (!seen.insert(clause.text).second) fail_at(clause.place, "\"covers\" names " + shown(clause.text) + " twice");
      script.covers.push_back(clause.text);
    }
  }
  if (const Node* setup = root.find("setup")) read_setup(*setup);
  const Node* steps = root.find("step");
  const Node* error = root.find("error");
  if (error != nullptr && steps != nullptr) fail_at(error->place, "a scenario whose manual is refused (\"error\") has no steps");
  if (error == nullptr && (steps == nullptr || steps->items.empty())) fail_at(title.place, "the scenario has no steps");
  if (steps != nullptr) {
    script.steps.reserve(steps->items.size());
    for (const Node& step : steps->items) script.steps.push_back(read_step(step, script.steps.size() + 1));
  }
  check_labels(script);
  return script;
}

void check_against_manual(const Script& script, const Manual& manual) {
  const model::Manual& rules = manual.compiled();
  if (const Node* covers = script.root.find("covers")) {
    for (const Node& clause : covers->items) {
      if (rules.clause(clause.text) != nullptr) continue;
      Nearest search(clause.text);
      for (const model::Clause& known : rules.clauses) search.offer(known.id);
      fail_at(clause.place, "the manual's catalogue has no clause " + shown(clause.text), search.name());
    }
  }
  const Node* setup = script.root.find("setup");
  if (setup == nullptr) return;
  const Node* staff = setup->find("staff");
  if (staff != nullptr) {
    for (const Node::Member& member : staff->members) {
      const Node* post = member.value.is(Node::Kind::table) ? member.value.find("post") : &member.value;
      if (post == nullptr) continue;
      if (post->is(Node::Kind::text)) check_post(*post, rules);
      for (const Node& one : post->items) check_post(one, rules);
    }
  }
  const Node* deputies = setup->find("deputies");
  if (deputies == nullptr) return;
  const auto check_code = [&](std::string_view code, const Node::Place& place) {
    if (staff != nullptr && staff->find(code) != nullptr) return;
    Nearest search(code);
    if (staff != nullptr) {
      for (const Node::Member& member : staff->members) search.offer(member.key);
    }
    fail_at(place, "setup.staff has no " + shown(code), search.name());
  };
  for (const Node::Member& member : deputies->members) {
    check_code(member.key, member.place);
    check_code(member.value.text, member.value.place);
  }
}

}  // namespace wuye::scenario
