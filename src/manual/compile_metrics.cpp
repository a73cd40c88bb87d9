// Compiles metrics and scorecards.
#include <algorithm>
#include <array>

#include "manual/compiling.hpp"
#include "manual/language.hpp"

namespace wuye {
namespace {

using model::FieldType;
using model::Metric;

constexpr std::int64_t kMostPoints = 1000;

/// Compiles one metric.
class OneMetric {
 public:
  OneMetric(Compiling& in, const Node::Member& member) : in_(in), node_(member.value) {
    metric_.name = member.key;
    metric_.title = Compiling::bilingual(node_, "title");
    metric_.chapter = in_.chapter(node_);
    metric_.clauses = in_.clauses(node_, "metric." + metric_.name);
  }

  Metric all() {
    what();
    const auto procedures = Compiling::texts(node_, "procedures");
    const auto parts = Compiling::items(node_, "parts");
    if (node_.find("breaches") != nullptr) {
      of_breaches();
    } else if (node_.find("charges") != nullptr) {
      of_charges();
    } else if (const Node* quota = Compiling::text(node_, "quota")) {
      of_quota(*quota);
    } else if (metric_.kind == Metric::Kind::ceil_share) {
      for (std::size_t i = 0; i < parts.size(); ++i) part(*parts[i], static_cast<int>(i));
      not_here("procedures", "a \"ceil_share\" names them in \"parts\"");
      if (parts.empty()) in_.problems.error(node_.place, "a \"ceil_share\" needs \"parts\"");
    } else {
      for (const Node* name : procedures) input(*name, node_);
      not_here("parts", "only a \"ceil_share\" takes parts of what is due");
      if (procedures.empty()) in_.problems.error(node_.place, "the metric needs \"procedures\"");
    }
    if (!metric_.collected) {
      for (const char* key : {"waived", "written_off", "bonus"}) not_here(key, "only of \"charges\"");
    }
    when();
    charged();
    cost();
    return std::move(metric_);
  }

 private:
  bool counts_fields() const { return metric_.kind == Metric::Kind::sum || metric_.kind == Metric::Kind::mean; }

  void not_here(std::string_view key, const std::string& why) {
    if (const Node::Member* given = node_.find_member(key)) in_.problems.error(given->place, why);
  }

  void what() {
    constexpr std::array<std::string_view, 5> kKinds = {"count", "sum", "ratio", "mean", "ceil_share"};
    if (const Node* kind = Compiling::text(node_, "kind")) {
      const auto found = std::find(kKinds.begin(), kKinds.end(), kind->text);
      if (found != kKinds.end()) metric_.kind = static_cast<Metric::Kind>(found - kKinds.begin());
    }
    if (const Node* deadline = Compiling::text(node_, "deadline")) metric_.deadline = deadline->text;
    spans();
    if (node_.find("quota") != nullptr || node_.find("charges") != nullptr) return;
    for (const Node* ending : Compiling::texts(node_, "endings")) metric_.endings.push_back(ending->text);
    const bool deadlines = !metric_.deadline.empty();
    if (deadlines) {
      not_here("dated", "a deadline is dated by when it is due");
      not_here("endings", "what counts of a deadline is whether it was met in time");
    } else {
      metric_.dated = Metric::Dated::opened;
      if (const Node* dated = Compiling::text(node_, "dated")) {
        if (dated->text == "ended") metric_.dated = Metric::Dated::ended;
        else if (dated->text != "opened") metric_.dated = Metric::Dated::field;
      }
      if (metric_.kind == Metric::Kind::ceil_share) in_.problems.error(node_.place, "a \"ceil_share\" is of a deadline");
      if (metric_.kind == Metric::Kind::ratio && metric_.endings.empty()) {
        in_.problems.error(node_.place, "a \"ratio\" needs a \"deadline\", or the \"endings\" that count");
      }
    }
    if (counts_fields() != (node_.find("value") != nullptr)) {
      in_.problems.error(node_.place, counts_fields() ? "a sum and a mean need \"value\"" : "only a sum and a mean take \"value\"");
    }
    if (counts_fields() && deadlines) not_here("deadline", "a sum and a mean are of cases, not of deadlines");
    metric_.carried = in_.choice(node_, "carry", language::Part::metric) == "until_done";
    if (!deadlines || metric_.kind != Metric::Kind::ratio) not_here("carry", "only the share of deadlines met can be carried");
    if (metric_.kind != Metric::Kind::mean) not_here("applies", "only a mean, and a rate of charges, are of a longer span");
    if (metric_.at_end) not_here("applies", "a mean stands for every month of its span");
  }

  void spans() {
    const std::string_view applies = in_.choice(node_, "applies", language::Part::metric);
    const auto of = [&](std::string_view span) { return applies.find(span) != std::string_view::npos; };
    metric_.months = of("quarter") ? 3 : of("half") ? 6 : of("year") ? 12 : 0;
    metric_.following = applies.starts_with("following");
    metric_.at_end = applies.ends_with("_end");
  }

  /// What is counted is what was done against the rules, by whoever did it.
  void of_breaches() {
    for (const Node* reason : Compiling::texts(node_, "breaches")) metric_.breaches.push_back(reason->text);
    for (const char* key : {"procedures", "parts", "quota", "channel", "group", "deadline", "endings", "dated", "where", "charged_to"}) {
      not_here(key, "breaches are counted when they happened, whatever they are about, and charged to whoever did it");
    }
    if (metric_.kind != Metric::Kind::count) in_.problems.error(node_.find("breaches")->place, "of breaches there is the \"count\"");
    metric_.once = in_.choice(node_, "points_for", language::Part::metric) != "each";
  }

  /// What is due is what was charged, what is done what came in of it.
  void of_charges() {
    for (const char* key : {"procedures", "parts", "quota", "channel", "group", "deadline", "endings", "dated", "where", "value", "carry", "first_by"}) {
      not_here(key, "charges belong to the period in which they are due");
    }
    if (metric_.kind != Metric::Kind::ratio) in_.problems.error(node_.place, "of charges there is the \"ratio\" that has come in");
    Metric::Collected out;
    for (const Node* some : Compiling::items(node_, "charges")) {
      const model::Condition when = switches(*some);
      for (const Node* head : Compiling::texts(*some, "heads")) {
        if (head->text != model::kLateHead && in_.manual.fee(head->text) == nullptr) {
          in_.problems.unknown(head->place, "fee", head->text, Compiling::names_of(in_.manual.fees));
        } else if (std::find(out.heads.begin(), out.heads.end(), head->text) != out.heads.end()) {
          in_.problems.error(head->place, shown(head->text) + " is listed twice, and each charge counts once");
        } else if (!when.never) {
          out.heads.push_back(head->text);
        }
      }
    }
    const auto stays = [&](std::string_view key) { return in_.choice(node_, key, language::Part::metric) == "in"; };
    out.waived = stays("waived");
    out.written_off = stays("written_off");
    metric_.collected = std::move(out);
    const Node* charged = Compiling::text(node_, "charged_to");
    if (charged == nullptr || charged->text != "zone") in_.problems.error(node_.place, "what comes in is the zone's: charged_to = \"zone\"");
    if (metric_.months == 0 || !metric_.at_end) in_.problems.error(node_.place, "the metric needs \"applies\": \"quarter_end\", \"half_end\" or \"year_end\"");
    if (const Node* bonus = Compiling::text(node_, "bonus")) {
      const std::int64_t share = percentage(*bonus);
      if (share % 100 != 0) in_.problems.error(bonus->place, "the bonus is withheld by the whole percent");
      metric_.bonus = share / 100;
    }
  }

  /// What is due is a quota's; what is done are the cases that the quota opens.
  void of_quota(const Node& name) {
    for (const char* key : {"procedures", "parts", "deadline", "endings", "dated", "value", "carry", "applies", "where", "first_by"}) {
      not_here(key, "the quota says what is looked at");
    }
    if (!in_.well_formed) return;  // no quota was compiled
    const auto& quotas = in_.manual.quotas;
    const auto found = std::find_if(quotas.begin(), quotas.end(), [&](const model::Quota& one) { return one.name == name.text; });
    if (found == quotas.end()) {
      in_.problems.unknown(name.place, "quota", name.text, Compiling::names_of(quotas));
      return;
    }
    metric_.quota = static_cast<int>(found - quotas.begin());
    metric_.deadline = found->deadline;
    const model::Procedure& procedure = *in_.manual.procedure(found->opens);
    Metric::Input made;
    made.procedure = found->opens;
    const Node* channel = Compiling::text(node_, "channel");
    const Node* group = Compiling::text(node_, "group");
    const bool share = metric_.kind == Metric::Kind::ceil_share;
    if (share ? channel == nullptr || group != nullptr : group == nullptr || channel != nullptr) {
      in_.problems.error(node_.place, "of a quota there is the \"ceil_share\" of a \"channel\" and the \"ratio\" of a \"group\"");
      return;
    }
    if (channel != nullptr) {
      metric_.channel = found->channel(channel->text);
      if (metric_.channel < 0) in_.problems.unknown(channel->place, "channel", channel->text, Compiling::names_of(found->channels));
      made.where = is_one_of(procedure, "channel", {channel->text});
    } else {
      metric_.group = found->group(group->text);
      if (metric_.group < 0) in_.problems.unknown(group->place, "group", group->text, Compiling::names_of(found->groups));
      else made.where = is_one_of(procedure, "about_class", found->groups[static_cast<std::size_t>(metric_.group)].classes);
    }
    metric_.inputs.push_back(std::move(made));
  }

  static model::Condition is_one_of(const model::Procedure& procedure, std::string_view field, std::vector<std::string> values) {
    model::Condition out;
    out.tests.emplace_back();
    out.tests.back().field = procedure.field(field);
    out.tests.back().values = std::move(values);
    return out;
  }

  void part(const Node& node, int index) {
    std::int64_t share = 10'000;
    if (const Node* text = Compiling::text(node, "share")) share = percentage(*text);
    for (const Node* name : Compiling::texts(node, "procedures")) {
      if (Metric::Input* made = input(*name, node)) {
        made->part = index;
        made->share_hundredths = share;
      }
    }
  }

  std::int64_t percentage(const Node& text) {
    const auto read = read_percentage(text.text);
    if (const auto* share = std::get_if<std::int64_t>(&read)) return *share;
    in_.problems.error(text.place, std::get<NotRead>(read).why);
    return 10'000;
  }

  Metric::Input* input(const Node& name, const Node& where) {
    const model::Procedure* procedure = in_.manual.procedure(name.text);
    if (procedure == nullptr) {
      in_.problems.unknown(name.place, "procedure", name.text, Compiling::names_of(in_.manual.procedures));
      return nullptr;
    }
    if (metric_.input(name.text) != nullptr) {
      in_.problems.error(name.place, shown(name.text) + " is listed twice, and each case counts once");
      return nullptr;
    }
    Metric::Input made;
    made.procedure = name.text;
    made.where = in_.condition(*procedure, where, "where");
    const Node* deadline = Compiling::text(node_, "deadline");
    if (deadline != nullptr && procedure->deadline(deadline->text) < 0) {
      in_.problems.unknown(deadline->place, "deadline of \"" + name.text + "\"", deadline->text, Compiling::names_of(procedure->deadlines));
    }
    if (metric_.dated == Metric::Dated::field) {
      made.dated = field(*procedure, *Compiling::text(node_, "dated"), {FieldType::date, FieldType::instant}, "a date or an instant");
    }
    if (const Node* first = Compiling::text(node_, "first_by")) {
      made.first_by = field(*procedure, *first, {FieldType::text, FieldType::enumeration, FieldType::person}, "a text or an enum");
    }
    if (const Node* charged = node_.find("charged_to")) {
      if (const Node* person = Compiling::text(*charged, "field")) {
        made.charged = field(*procedure, *person, {FieldType::person, FieldType::text}, "a person");
      }
    }
    if (const Node* value = node_.find("value")) values(*procedure, made, *value);
    metric_.inputs.push_back(std::move(made));
    return &metric_.inputs.back();
  }

  void values(const model::Procedure& procedure, Metric::Input& made, const Node& value) {
    if (value.is(Node::Kind::text)) {
      made.number = metric_.kind == Metric::Kind::sum
                        ? field(procedure, value, {FieldType::integer, FieldType::money}, "a whole number or money")
                        : field(procedure, value, {FieldType::integer, FieldType::money, FieldType::decimal}, "a number");
      return;
    }
    if (!value.is(Node::Kind::table)) {
      in_.problems.error(value.place, "\"value\" is one field, or a table of the fields of a rate");
      return;
    }
    if (metric_.kind == Metric::Kind::sum) in_.problems.error(value.place, "rates have a mean, but no sum");
    const Node* percent = Compiling::text(value, "percent");
    const Node* done = Compiling::text(value, "done");
    const Node* due = Compiling::text(value, "due");
    if (percent != nullptr) made.percent = field(procedure, *percent, {FieldType::decimal}, "a decimal");
    if (done != nullptr) made.done = field(procedure, *done, {FieldType::integer}, "a whole number");
    if (due != nullptr) made.due = field(procedure, *due, {FieldType::integer}, "a whole number");
    if ((done == nullptr) != (due == nullptr) || (percent == nullptr && done == nullptr)) {
      in_.problems.error(value.place, "a rate is written in \"percent\", or as \"done\" and \"due\", or either way");
    }
  }

  int field(const model::Procedure& procedure, const Node& name, std::initializer_list<FieldType> types, const char* what) {
    const int index = in_.field(procedure, name);
    if (index < 0) return index;
    const FieldType type = procedure.fields[static_cast<std::size_t>(index)].type;
    if (std::find(types.begin(), types.end(), type) == types.end()) {
      in_.problems.error(name.place, "the field \"" + name.text + "\" of \"" + procedure.name + "\" is not " + what);
    }
    return index;
  }

  void when() { metric_.stands = !switches(node_).never; }

  model::Condition switches(const Node& of) {
    return in_.switches(of, "a metric's \"when\" asks for switches only; say what is looked at in \"where\"");
  }

  void charged() {
    const Node* charged = node_.find("charged_to");
    if (charged == nullptr) return;
    if (charged->is(Node::Kind::table)) {
      const Node* post = Compiling::text(*charged, "post");
      const Node* person = Compiling::text(*charged, "field");
      if ((post == nullptr) == (person == nullptr)) in_.problems.error(charged->place, "\"charged_to\" names a \"post\" or a \"field\"");
      if (post != nullptr) {
        metric_.charge = Metric::Charge::post;
        metric_.post = in_.post(*post);
      } else {
        metric_.charge = Metric::Charge::field;
      }
      return;
    }
    if (charged->text == "holder") metric_.charge = Metric::Charge::holder;
    if (charged->text == "opener") metric_.charge = Metric::Charge::opener;
    if (charged->text == "zone") metric_.charge = Metric::Charge::zone;
  }

  void cost() {
    const Node* pass = Compiling::text(node_, "pass");
    if (pass != nullptr) metric_.pass_hundredths = percentage(*pass);
    metric_.points = in_.number(node_, "points", 0, kMostPoints).value_or(0);
    metric_.cap = in_.number(node_, "cap", 0, kMostCap, Compiling::Without::may_be_none);
    if (metric_.points == 0) not_here("cap", "only what costs points is capped");
    if (const std::string_view step = in_.choice(node_, "step", language::Part::metric); !step.empty()) metric_.step = step_named(step).value_or(Step::per_full_point);
    if (metric_.breaches.empty()) not_here("points_for", "only of breaches the points are for each, or once a month");
    const bool whole = metric_.kind == Metric::Kind::count || metric_.kind == Metric::Kind::sum;
    const bool rate = metric_.kind == Metric::Kind::ratio || metric_.kind == Metric::Kind::ceil_share;
    if (whole) {
      for (const char* key : {"pass", "step"}) not_here(key, "only a rate has a pass mark");
      if (metric_.breaches.empty()) not_here("points", "only a rate, and breaches, cost points");
    } else if (pass == nullptr && (rate || metric_.points > 0)) {
      in_.problems.error(node_.place, "the metric needs \"pass\"");
    } else if (metric_.points > 0 && std::any_of(metric_.inputs.begin(), metric_.inputs.end(), [](const auto& i) { return i.number >= 0; })) {
      not_here("points", "only a mean of rates has a pass mark and costs points");
    }
  }

  Compiling& in_;
  const Node& node_;
  Metric metric_;
};

model::Scorecard scorecard(Compiling& in, const Node::Member& member) {
  const Node& node = member.value;
  model::Scorecard card;
  card.name = member.key;
  card.title = Compiling::bilingual(node, "title");
  card.chapter = in.chapter(node);
  card.clauses = in.clauses(node, "scorecard." + card.name);
  if (const Node* post = Compiling::text(node, "post")) card.post = in.post(*post);
  card.base = in.number(node, "base", -kMostCap, kMostCap).value_or(card.base);
  card.floor = in.number(node, "floor", -kMostCap, kMostCap).value_or(card.floor);
  if (card.floor > card.base) in.problems.error(node.place, "the floor of a scorecard is not above its base");
  const auto metrics = [&](std::string_view key) {
    std::vector<int> out;
    for (const Node* name : Compiling::texts(node, key)) {
      const int index = in.manual.metric(name->text);
      if (index < 0) in.problems.unknown(name->place, "metric", name->text, Compiling::names_of(in.manual.metrics));
      else out.push_back(index);
    }
    return out;
  };
  card.metrics = metrics("metrics");
  card.recorded = metrics("recorded");
  return card;
}

}  // namespace

void compile_metrics(Compiling& in) {
  for (const Node::Member* member : Compiling::tables(in.root, "metric")) in.manual.metrics.push_back(OneMetric(in, *member).all());
  for (const Node::Member* member : Compiling::tables(in.root, "scorecard")) in.manual.scorecards.push_back(scorecard(in, *member));
}

}  // namespace wuye
