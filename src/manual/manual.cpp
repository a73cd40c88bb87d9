// The public face of manuals: loading, checking, bringing back, and the calculator of limits.
#include "wuye/manual.hpp"

#include <algorithm>

#include "manual/canonical.hpp"
#include "manual/check.hpp"
#include "manual/compile.hpp"
#include "manual/conditions.hpp"
#include "manual/layers.hpp"
#include "manual/limits.hpp"
#include "manual/model.hpp"
#include "manual/names.hpp"
#include "manual/standard.hpp"

namespace wuye {
namespace {

std::vector<Manual::Layer> standard_layers() {
  std::vector<Manual::Layer> layers;
  for (const StandardText& text : standard_texts()) layers.push_back({std::string(text.name), std::string(text.text)});
  return layers;
}

/// The standard pack is part of the library; a fault in it is ours.
[[noreturn]] void unsound_pack(Problems problems) {
  const Manual::Problem first = std::move(problems).sorted({}).front();
  throw Error(Code::internal, "the standard pack is not sound: " + first.message, first.where);
}

/// The merged texts of the pack, read once.
const Layered& standard_tree() {
  static const Layered tree = [] {
    Problems problems;
    Layered layered = read_layers(standard_layers(), nullptr, problems);
    if (problems.errors() != 0) unsound_pack(std::move(problems));
    return layered;
  }();
  return tree;
}

void finish(model::Manual& manual, const Node& tree) {
  manual.canonical = canonical_form(tree, manual.zone);
  manual.hash = canonical_hash(manual.canonical);
}

struct Compiled {
  std::shared_ptr<model::Manual> manual;  ///< null where a problem is an error
  std::vector<Manual::Problem> problems;
};

Compiled compile_layers(std::span<const Manual::Layer> layers) {
  Problems problems;
  Compiled compiled;
  try {
    const Layered layered = read_layers(layers, &standard_tree(), problems);
    if (layered.whole && check_complete(layered.tree, problems)) {
      compiled.manual = compile(layered.tree, nullptr, problems);
      if (compiled.manual != nullptr) finish(*compiled.manual, layered.tree);
    }
  } catch (const Problems::TooMany&) {
    compiled.manual = nullptr;
  }
  std::vector<std::string> files;
  for (const StandardText& text : standard_texts()) files.emplace_back(text.name);
  for (const Manual::Layer& layer : layers) files.push_back(layer.name);
  compiled.problems = std::move(problems).sorted(files);
  return compiled;
}

std::string sentence(const Manual::Problem& problem) {
  std::string out = problem.message;
  if (!problem.suggestion.empty()) out += "; did you mean \"" + problem.suggestion + "\"?";
  return out;
}

std::shared_ptr<const model::Manual> whole(Compiled compiled) {
  if (compiled.manual != nullptr) return compiled.manual;
  const Manual::Problem& first = compiled.problems.front();
  Error error(Code::invalid_argument, sentence(first), first.where);
  if (!first.suggestion.empty()) error.with("nearest", first.suggestion);
  for (std::size_t i = 1; i < compiled.problems.size() && compiled.problems[i].error; ++i) {
    const Manual::Problem& problem = compiled.problems[i];
    error.with("problem", problem.where.file + ':' + std::to_string(problem.where.line) + ':' +
                              std::to_string(problem.where.column) + ": " + sentence(problem));
  }
  throw error;
}

/// A case that is nothing but fields: it has no place in the registers and knows no other case.
class FieldsOnly : public ConditionContext {
 public:
  FieldsOnly(const model::Procedure& procedure, Instant happened, const Fields& given) : ConditionContext(happened) {
    for (const model::Field& field : procedure.fields) values_.push_back(field.fallback);
    for (const auto& [name, value] : given) {
      const int index = procedure.field(name);
      if (index < 0) {
        std::vector<std::string_view> known;
        for (const model::Field& field : procedure.fields) known.push_back(field.name);
        throw Error(Code::invalid_argument, "the procedure \"" + procedure.name + "\" has no field " + shown(name))
            .with("nearest", nearest(name, known));
      }
      const model::Field& field = procedure.fields[static_cast<std::size_t>(index)];
      Value& own = values_[static_cast<std::size_t>(index)];
      own = value;
      const auto* text = std::get_if<std::string>(&value);
      if (field.type == model::FieldType::instant && text != nullptr) own = parse_instant(*text).us;
    }
  }

  const Value& field(int index) const override { return values_[static_cast<std::size_t>(index)]; }
  std::string place_attribute(std::string_view) const override { return {}; }

 private:
  std::vector<Value> values_;
};

template <typename Named>
Error no_such(std::string_view noun, std::string_view name, const std::vector<Named>& known) {
  std::vector<std::string_view> names;
  for (const Named& one : known) names.push_back(one.name);
  const std::string near = nearest(name, names);
  Error error(Code::not_found, "the manual has no " + std::string(noun) + ' ' + shown(name) +
                                   (near.empty() ? std::string() : "; did you mean \"" + near + "\"?"));
  if (!near.empty()) error.with("nearest", near);
  return error;
}

}  // namespace

Manual Manual::standard() {
  static const std::shared_ptr<const model::Manual> manual = [] {
    const Node& tree = standard_tree().tree;
    Problems problems;
    check_complete(tree, problems);
    std::shared_ptr<model::Manual> compiled = compile(tree, nullptr, problems);
    if (compiled == nullptr) unsound_pack(std::move(problems));
    finish(*compiled, tree);
    return compiled;
  }();
  return Manual(manual);
}

Manual Manual::load(std::span<const Layer> layers) {
  Compiled compiled = compile_layers(layers);
  if (compiled.manual != nullptr) {
    for (const Layer& layer : layers) compiled.manual->sources.emplace_back(layer.name, layer.text);
  }
  return Manual(whole(std::move(compiled)));
}

std::vector<Manual::Problem> Manual::check(std::span<const Layer> layers) { return compile_layers(layers).problems; }

Manual Manual::from_canonical(std::string_view canonical) {
  const CanonicalParts parts = read_canonical(canonical);
  Problems problems;
  std::shared_ptr<model::Manual> manual;
  try {
    check_layer(parts.tree, problems);
    if (check_complete(parts.tree, problems)) manual = compile(parts.tree, &parts.zone, problems);
  } catch (const Problems::TooMany&) {
    manual = nullptr;
  }
  if (manual == nullptr) {
    throw Error(Code::corrupt, "not a canonical manual: " + std::move(problems).sorted({}).front().message);
  }
  finish(*manual, parts.tree);
  if (manual->canonical != canonical) throw Error(Code::corrupt, "not a canonical manual: it is not in canonical form");
  return Manual(std::move(manual));
}

const std::string& Manual::canonical() const noexcept { return compiled_->canonical; }
const std::string& Manual::hash() const noexcept { return compiled_->hash; }
const std::string& Manual::name() const noexcept { return compiled_->name; }
const Zone& Manual::zone() const noexcept { return compiled_->zone; }

const Calendar& Manual::calendar(std::string_view name) const {
  const int index = compiled_->calendar(name);
  if (index >= 0) return compiled_->calendars[static_cast<std::size_t>(index)];
  const std::string near = nearest(name, compiled_->calendar_names);
  Error error(Code::not_found, "the manual has no calendar " + shown(name) +
                                   (near.empty() ? std::string() : "; did you mean \"" + near + "\"?"));
  if (!near.empty()) error.with("nearest", near);
  throw error;
}

Manual::Limit Manual::deadline(std::string_view procedure_name, std::string_view deadline_name, Instant from,
                               const Fields& given, std::span<const Segment> pauses) const {
  const model::Manual& manual = *compiled_;
  const model::Procedure* procedure = manual.procedure(procedure_name);
  if (procedure == nullptr) throw no_such("procedure", procedure_name, manual.procedures);
  const int index = procedure->deadline(deadline_name);
  if (index < 0) throw no_such("deadline", deadline_name, procedure->deadlines);
  const model::Deadline& deadline = procedure->deadlines[static_cast<std::size_t>(index)];

  const FieldsOnly fields(*procedure, from, given);
  const auto line = choose_limit(deadline, [&](const model::Condition& when) { return holds(manual, when, fields); });
  if (!line) {
    throw Error(Code::invalid_argument, "no limit of the deadline \"" + deadline.name + "\" applies to these fields");
  }
  const model::Limit& limit = deadline.within[*line];
  std::int64_t field_value_us = 0;
  if (limit.kind == model::Limit::Kind::field) {
    const auto at = field_instant(manual, procedure->fields[static_cast<std::size_t>(limit.field)], fields.field(limit.field));
    if (!at) {
      throw Error(Code::invalid_argument,
                  "the field \"" + procedure->fields[static_cast<std::size_t>(limit.field)].name + "\" is not an instant");
    }
    field_value_us = at->us;
  }
  const Timeline timeline = limit_timeline(manual, limit, from, field_value_us, pauses);
  if (timeline.due == kNever) {
    throw Error(Code::no_working_time, "the limit of the deadline \"" + deadline.name + "\" is never used up");
  }
  Limit out;
  out.due = timeline.due;
  out.breach = timeline.breach;
  out.provisional = timeline.provisional;
  out.clause = limit.clause.empty() ? deadline.clause : limit.clause;
  for (const model::Level& level : deadline.ladder) {
    out.levels.emplace_back(level.text, level_at(manual, limit, level, timeline, from, pauses));
  }
  return out;
}

}  // namespace wuye
