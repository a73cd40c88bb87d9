// The judgement of an action against its manual: each rule once, in the order of precedence.
#include "cases/judge.hpp"

#include <algorithm>
#include <charconv>

#include "journal/json.hpp"
#include "manual/language.hpp"

namespace wuye::cases {
namespace {

std::string facts(std::initializer_list<std::pair<std::string_view, std::string_view>> items) {
  std::string out;
  json::Object object(out);
  for (const auto& [name, value] : items) object.text(name, value);
  object.end();
  return out;
}

std::string list_json(const std::vector<std::string>& names) {
  std::string out = "[";
  for (const std::string& name : names) {
    if (out.size() > 1) out += ',';
    json::append_string(out, name);
  }
  return out + ']';
}

bool is_decimal(std::string_view text) {
  std::size_t i = !text.empty() && text[0] == '-' ? 1 : 0;
  const std::size_t whole = i;
  while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
  if (i == whole || i - whole > 15) return false;
  if (i == text.size()) return true;
  if (text[i] != '.') return false;
  const std::size_t fraction = ++i;
  while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
  return i == text.size() && i > fraction && i - fraction <= 6;
}

std::string_view type_name(model::FieldType type) noexcept {
  switch (type) {
    case model::FieldType::text: return "text";
    case model::FieldType::integer: return "a whole number";
    case model::FieldType::boolean: return "true or false";
    case model::FieldType::instant: return "an instant (ISO 8601 with offset, or microseconds)";
    case model::FieldType::date: return "a date YYYY-MM-DD";
    case model::FieldType::enumeration: return "one of the values the manual lists";
    case model::FieldType::money: return "whole fen";
    case model::FieldType::decimal: return "a decimal as text, such as \"85.32\"";
    case model::FieldType::list: return "a list of texts";
    case model::FieldType::place: return "a place's code";
    case model::FieldType::person: return "a person's code";
    case model::FieldType::case_ref: return "a case's id";
  }
  return "a value";
}

class Context final : public ConditionContext {
 public:
  Context(const model::Manual& manual, const Case* c, const model::Procedure& procedure, const Event& event, const World& world)
      : ConditionContext(event.at), manual_(manual), case_(c), procedure_(procedure), event_(event), world_(world) {}

  const Value& field(int index) const override {
    for (const auto& [field, value] : event_.values) {
      if (field == index) return value;
    }
    if (case_) return case_->value(index);
    return procedure_.fields[static_cast<std::size_t>(index)].fallback;
  }
  std::string place_attribute(std::string_view name) const override {
    const auto* place = std::get_if<std::string>(&field(0));
    return place ? world_.place_attribute(*place, name) : std::string();
  }
  OtherCase other_case(std::string_view id) const override {
    return case_ && case_->id == id ? OtherCase{} : world_.other_case(id, event_.at);
  }
  bool children_ended() const override { return !case_ || world_.children_ended(case_->id, event_.at); }
  std::string stage_of_opened(std::string_view action) const override {
    const std::string id = case_ ? world_.opened_by(case_->id, action) : std::string();
    return id.empty() ? id : world_.other_case(id, event_.at).stage;
  }
  bool did_in_case(std::string_view id, const std::vector<std::string>& actions) const override {
    return world_.did_in_case(id, event_.by, actions);
  }
  bool holds_post(std::string_view who, const std::vector<std::string>& posts) const override {
    return wuye::cases::holds_post(manual_, who.empty() ? event_.by : who, posts, event_.at, world_);
  }
  std::string_view actor() const override { return event_.by; }
  std::pair<std::int64_t, std::int64_t> times_done(int action) const override {
    return case_ ? wuye::cases::times_done(*case_, action) : std::pair<std::int64_t, std::int64_t>();
  }

  std::int64_t other_cases(const model::Others& asked) const override { return static_cast<std::int64_t>(others(asked).size()); }
  std::vector<std::string> others(const model::Others& asked) const {
    std::vector<Value> same;
    for (const int index : asked.same) same.push_back(field(index));
    return world_.others(asked, same, case_ ? std::string_view(case_->id) : event_.case_id, event_.at);
  }

 private:
  const model::Manual& manual_;
  const Case* case_;
  const model::Procedure& procedure_;
  const Event& event_;
  const World& world_;
};

bool intersects(const std::vector<int>& a, const std::vector<int>& b) {
  return std::any_of(a.begin(), a.end(), [&](int item) { return std::find(b.begin(), b.end(), item) != b.end(); });
}

void judge_stage(const model::Procedure& procedure, const Case* c, const model::Action& action, std::vector<Fault>& out) {
  if (!c) return;
  const bool listed = std::find(action.from.begin(), action.from.end(), c->stage) != action.from.end();
  if (listed || (action.from_any && c->live())) return;
  std::vector<std::string> wanted;
  for (const int stage : action.from) wanted.push_back(procedure.stages[static_cast<std::size_t>(stage)].name);
  if (action.from_any) wanted.emplace_back("*");
  std::string told;
  json::Object(told).text("action", action.name).raw("from", list_json(wanted)).text("stage", c->stage_now().name).end();
  out.push_back({c->live() ? "wrong_stage" : "ended", action.clause, std::move(told),
                 "the case is in stage " + c->stage_now().name + ", from which " + action.name + " is not foreseen"});
}

void judge_actor(const model::Manual& manual, const model::Action& action, const Event& event, const World& world,
                 std::vector<Fault>& out) {
  if (action.anyone || !world.has_staff()) return;
  const bool known = world.knows(event.by, event.at);
  const std::vector<int> posts = known ? world.posts_of(manual, event.by, event.at) : std::vector<int>();
  if (known && intersects(posts, action.by)) return;
  std::vector<std::string> held;
  std::vector<std::string> wanted;
  for (const int post : posts) held.push_back(manual.posts[static_cast<std::size_t>(post)].name);
  for (const int post : action.by) wanted.push_back(manual.posts[static_cast<std::size_t>(post)].name);
  std::string told;
  json::Object(told).text("actor", event.by).raw("allowed", list_json(wanted)).raw("posts", list_json(held)).end();
  out.push_back({known ? "not_allowed" : "unknown_actor", action.clause, std::move(told),
                 known ? event.by + " holds none of the posts that may " + action.name
                       : event.by + " is not on the staff register at that time"});
}

void judge_same_person(const model::Procedure& procedure, const Case* c, const model::Action& action, const Event& event,
                       std::vector<Fault>& out) {
  if (!c) return;
  for (const int other : action.not_same_as) {
    for (const auto& [done, who] : c->doers) {
      if (done != other || who != event.by) continue;
      const std::string& name = procedure.actions[static_cast<std::size_t>(other)].name;
      out.push_back({"same_person", action.clause, facts({{"action", action.name}, {"actor", event.by}, {"did", name}}),
                     event.by + " did " + name + " and may not " + action.name});
    }
  }
}

bool names(const Value& value, const std::string& who) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text == who;
  const auto* list = std::get_if<std::vector<std::string>>(&value);
  return list && std::find(list->begin(), list->end(), who) != list->end();
}

void judge_kept_out(const model::Procedure& procedure, const Context& context, const Event& event, std::vector<Fault>& out) {
  const model::Action& action = *event.action;
  for (const int field : procedure.keeps_out) {
    if (!names(context.field(field), event.by)) continue;
    const std::string& name = procedure.fields[static_cast<std::size_t>(field)].name;
    out.push_back({"kept_out", action.clause, facts({{"action", action.name}, {"actor", event.by}, {"field", name}}),
                   event.by + " stands in " + name + " and may do nothing with this case"});
  }
}

void judge_late(const model::Manual& manual, const Event& event, const World& world, std::vector<Fault>& out) {
  const std::int64_t late = event.now.us - event.at.us;
  const model::Lateness& rule = manual.late;
  if (late <= rule.free_us) return;
  const bool senior = late <= rule.limit_us && (!world.has_staff() || intersects(world.posts_of(manual, event.by, event.now), rule.by));
  if (senior) return;
  std::string told;
  json::Object(told).number("free_us", rule.free_us).number("late_us", late).number("limit_us", rule.limit_us).end();
  out.push_back({"too_late", "", std::move(told), "the entry is told later than the manual allows"});
}

void judge_needs(const model::Procedure& procedure, const Context& context, const model::Action& action, std::vector<Fault>& out) {
  for (const int field : action.needs) {
    if (!std::holds_alternative<std::monostate>(context.field(field))) continue;
    const std::string& name = procedure.fields[static_cast<std::size_t>(field)].name;
    out.push_back({"missing_field", action.clause, facts({{"action", action.name}, {"field", name}}), action.name + " needs " + name});
  }
}

void judge_conditions(const model::Manual& manual, const Context& context, const model::Action& action, std::vector<Fault>& out) {
  for (const model::Requirement& requirement : action.only_when) {
    if (met(manual, requirement, context)) continue;
    out.push_back({"condition", requirement.clause.empty() ? action.clause : requirement.clause,
                   facts({{"action", action.name}, {"because", requirement.because.en}, {"because_zh", requirement.because.zh}}),
                   requirement.because.en});
  }
}

}  // namespace

bool holds_post(const model::Manual& manual, std::string_view who, const std::vector<std::string>& posts, Instant at, const World& world) {
  for (const std::string& post : posts) {
    if (post == "staff" && world.is_staff(who, at)) return true;
  }
  // Who a device or a resident is needs no register.
  const bool asks_posts = std::any_of(posts.begin(), posts.end(), [](const std::string& post) {
    return post != "staff" && !language::is_choice(language::kBuiltInPosts, post);
  });
  const std::vector<int> held = world.posts_of(manual, who, at);
  if (asks_posts && held.empty() && !world.has_staff()) return true;
  return std::any_of(held.begin(), held.end(), [&](int post) {
    return std::find(posts.begin(), posts.end(), manual.posts[static_cast<std::size_t>(post)].name) != posts.end();
  });
}

std::optional<Fault> convert_value(const model::Field& field, Value& value) {
  using model::FieldType;
  const auto bad = [&](std::string_view nearest_value = {}) {
    std::string told;
    json::Object object(told);
    object.text("expected", type_name(field.type)).text("field", field.name);
    if (!nearest_value.empty()) object.text("nearest", nearest_value);
    object.end();
    return Fault{"bad_value", "", std::move(told), "field " + field.name + " takes " + std::string(type_name(field.type))};
  };
  const auto* text = std::get_if<std::string>(&value);
  switch (field.type) {
    case FieldType::text:
    case FieldType::place:
    case FieldType::person:
    case FieldType::case_ref:
      if (!text || (field.type != FieldType::text && text->empty())) return bad();
      return std::nullopt;
    case FieldType::integer:
    case FieldType::money:
      if (!std::holds_alternative<std::int64_t>(value)) return bad();
      return std::nullopt;
    case FieldType::boolean:
      if (!std::holds_alternative<bool>(value)) return bad();
      return std::nullopt;
    case FieldType::instant:
      if (text) {
        try {
          value = parse_instant(*text).us;
        } catch (const Error&) {
          return bad();
        }
      }
      if (const auto* us = std::get_if<std::int64_t>(&value); !us || *us < kEarliest.us || *us > kLatest.us) return bad();
      return std::nullopt;
    case FieldType::date:
      if (!text) return bad();
      try {
        parse_date(*text);
      } catch (const Error&) {
        return bad();
      }
      return std::nullopt;
    case FieldType::enumeration: {
      if (!text) return bad();
      if (std::find(field.values.begin(), field.values.end(), *text) != field.values.end()) return std::nullopt;
      return bad(nearest(*text, {field.values.begin(), field.values.end()}));
    }
    case FieldType::decimal:
      if (!text || !is_decimal(*text)) return bad();
      return std::nullopt;
    case FieldType::list:
      if (text) value = std::vector<std::string>{*text};
      if (!std::holds_alternative<std::vector<std::string>>(value)) return bad();
      return std::nullopt;
  }
  return bad();
}

Converted convert(const model::Procedure& procedure, const model::Action* action, Fields fields, bool leave_out) {
  Converted out;
  out.values.reserve(fields.size());
  for (auto& [name, value] : fields) {
    const int index = procedure.field(name);
    const bool implicit = index >= 0 && index <= 2;
    const bool taken = index >= 0 && (!action || action->may_all || (implicit && action->opening) ||
                                      std::find(action->needs.begin(), action->needs.end(), index) != action->needs.end() ||
                                      std::find(action->may.begin(), action->may.end(), index) != action->may.end());
    if (!taken) {
      std::vector<std::string_view> names;
      for (const model::Field& field : procedure.fields) names.push_back(field.name);
      std::string told;
      json::Object object(told);
      if (action) object.text("action", action->name);
      object.text("field", name);
      if (index < 0) {
        if (const std::string near = nearest(name, names); !near.empty()) object.text("nearest", near);
      }
      object.end();
      if (!out.fault) {
        out.fault = Fault{"unknown_field", "", std::move(told),
                          index < 0 ? "the manual declares no field " + name : "this action takes no field " + name};
      }
      if (!leave_out) return out;
      continue;
    }
    const model::Field& field = procedure.fields[static_cast<std::size_t>(index)];
    if (auto fault = convert_value(field, value)) {
      if (!out.fault) out.fault = std::move(fault);
      if (!leave_out) return out;
      continue;
    }
    if (field.personal) {
      std::string kept;
      if (const auto* text = std::get_if<std::string>(&value)) kept = *text;
      else json::append_value(kept, value);
      out.personal.push_back({field.name, std::move(kept)});
      value = true;
    }
    out.values.emplace_back(index, std::move(value));
  }
  std::sort(out.values.begin(), out.values.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return out;
}

std::vector<Fault> judge(const model::Manual& manual, const model::Procedure& procedure, const Case* c, const Event& event,
                         const World& world) {
  std::vector<Fault> out;
  const model::Action& action = *event.action;
  judge_stage(procedure, c, action, out);
  judge_actor(manual, action, event, world, out);
  const Context context(manual, c, procedure, event, world);
  judge_kept_out(procedure, context, event, out);
  judge_same_person(procedure, c, action, event, out);
  judge_needs(procedure, context, action, out);
  if (const auto* place = std::get_if<std::string>(&context.field(0)); place && world.has_places() && !world.knows_place(*place)) {
    out.push_back({"unknown_place", "", facts({{"place", *place}}), "no such place is registered: " + *place});
  }
  judge_conditions(manual, context, action, out);
  judge_late(manual, event, world, out);
  return out;
}

std::vector<Fault> judge_opened(const model::Manual& manual, const Case& c, const Event& event, const World& world) {
  std::vector<Fault> out;
  const Context context(manual, &c, *c.procedure, event, world);
  judge_needs(*c.procedure, context, *event.action, out);
  judge_conditions(manual, context, *event.action, out);
  return out;
}

std::vector<std::size_t> tells_now(const model::Manual& manual, const Case& c, const Event& event, const World& world) {
  std::vector<std::size_t> out;
  Event taken;  // its values are the case's by now
  taken.at = event.at;
  taken.by = event.by;
  const Context context(manual, &c, *c.procedure, taken, world);
  for (std::size_t i = 0; i < event.action->tells.size(); ++i) {
    if (holds(manual, event.action->tells[i].when, context)) out.push_back(i);
  }
  return out;
}

std::vector<std::string> others_of(const model::Manual& manual, const model::Procedure& procedure, const Case* c, const Event& event,
                                   const model::Others& asked, const World& world) {
  return Context(manual, c, procedure, event, world).others(asked);
}

bool condition_holds(const model::Manual& manual, const Case& c, const model::Condition& condition, Instant at, const std::string& by,
                     const World& world) {
  Event event;
  event.at = at;
  event.now = at;
  event.by = by;
  return holds(manual, condition, Context(manual, &c, *c.procedure, event, world));
}

std::vector<Fault> judge_amendment(const model::Manual& manual, const std::string& by, Instant at, Instant happened, Instant now,
                                   const World& world) {
  std::vector<Fault> out;
  if (world.has_staff() && !world.knows(by, at)) {
    out.push_back({"unknown_actor", "", facts({{"actor", by}}), by + " is not on the staff register at that time"});
  }
  Event event;
  event.at = happened;
  event.now = now;
  event.by = by;
  judge_late(manual, event, world, out);
  return out;
}

std::string nearest(std::string_view name, const std::vector<std::string_view>& names) {
  std::string best;
  std::size_t best_distance = name.size() / 2 + 2;
  for (const std::string_view candidate : names) {
    std::vector<std::size_t> row(candidate.size() + 1);
    for (std::size_t j = 0; j <= candidate.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= name.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= candidate.size(); ++j) {
        const std::size_t above = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (name[i - 1] == candidate[j - 1] ? 0U : 1U)});
        diagonal = above;
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = std::string(candidate);
    }
  }
  return best;
}

}  // namespace wuye::cases
