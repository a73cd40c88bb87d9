// Compiles metrics.
#include <algorithm>

#include "manual/compiling.hpp"
#include "manual/language.hpp"

namespace wuye {
namespace {

constexpr std::int64_t kMaxPoints = 1000;

model::StepReading step_reading(std::string_view word) {
  if (word == "pro_rata") return model::StepReading::pro_rata;
  if (word == "per_started_point") return model::StepReading::started_point;
  return model::StepReading::full_point;
}

/// The reading at which a switch stands, all of whose values must be readings.
std::string step_by_switch(Compiling& in, const Node& name) {
  const model::Switch* found = in.find_switch(name);
  if (found == nullptr) return {};
  const std::string_view readings = language::find_key(language::shape(language::Part::metric), "step")->of;
  for (const std::string& value : found->values) {
    if (language::is_choice(readings, value)) continue;
    in.problems.error(name.place, "the switch " + shown(name.text) + " can stand at " + shown(value) + ", which is no step");
  }
  return found->value;
}

void compile_metric(Compiling& in, const Node::Member& member) {
  const Node& node = member.value;
  model::Metric metric;
  metric.name = member.key;
  metric.title = Compiling::bilingual(node, "title");
  metric.chapter = in.chapter(node);
  metric.clauses = in.clauses(node, "metric." + metric.name);
  const Node* deadline = Compiling::text(node, "deadline");
  if (deadline != nullptr) metric.deadline = deadline->text;
  for (const Node* name : Compiling::texts(node, "procedures")) {
    metric.procedures.push_back(name->text);
    const model::Procedure* procedure = in.manual.procedure(name->text);
    if (procedure == nullptr) {
      in.problems.unknown(name->place, "procedure", name->text, Compiling::names_of(in.manual.procedures));
    } else if (deadline != nullptr && procedure->deadline(deadline->text) < 0) {
      in.problems.unknown(deadline->place, "deadline of \"" + name->text + "\"", deadline->text,
                          Compiling::names_of(procedure->deadlines));
    }
  }
  if (const Node* pass = Compiling::text(node, "pass")) {
    const auto read = read_percentage(pass->text);
    if (const auto* why = std::get_if<NotRead>(&read)) {
      in.problems.error(pass->place, why->why);
    } else {
      metric.pass_hundredths = std::get<std::int64_t>(read);
    }
  }
  if (const auto points = Compiling::integer(node, "points")) {
    metric.points = *points;
    if (*points < 0 || *points > kMaxPoints) {
      in.problems.error(node.find("points")->place, "\"points\" lies between 0 and " + std::to_string(kMaxPoints));
    }
  }
  if (const Node* step = node.find("step")) {
    const Node* by = Compiling::text(*step, "switch");
    metric.step = step_reading(by != nullptr ? step_by_switch(in, *by) : step->text);
  }
  if (const Node* charged = Compiling::text(node, "charged_to")) {
    if (charged->text == "holder") metric.charge = model::Metric::Charge::holder;
    if (charged->text == "opener") metric.charge = model::Metric::Charge::opener;
  }
  in.manual.metrics.push_back(std::move(metric));
}

}  // namespace

void compile_metrics(Compiling& in) {
  for (const Node::Member* member : Compiling::tables(in.root, "metric")) compile_metric(in, *member);
}

}  // namespace wuye
