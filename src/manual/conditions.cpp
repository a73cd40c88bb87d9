// Evaluates the tests of conditions.
#include "manual/conditions.hpp"

#include <algorithm>

#include "manual/language.hpp"
#include "manual/limits.hpp"

namespace wuye {
namespace {

using model::Test;

bool given(const Value& value) { return !std::holds_alternative<std::monostate>(value); }

bool among(const std::vector<std::string>& values, std::string_view text) {
  return std::find(values.begin(), values.end(), text) != values.end();
}

bool equal(const std::vector<std::string>& values, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return among(values, *text);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return among(values, std::to_string(*number));
  if (const auto* flag = std::get_if<bool>(&value)) return among(values, *flag ? "true" : "false");
  if (const auto* items = std::get_if<std::vector<std::string>>(&value)) {
    return std::any_of(items->begin(), items->end(), [&](const std::string& item) { return among(values, item); });
  }
  return false;
}

bool in_range(const Test& test, const Value& value) {
  const auto inside = [&](std::int64_t number) { return test.low <= number && number <= test.high; };
  if (const auto* items = std::get_if<std::vector<std::string>>(&value)) return inside(static_cast<std::int64_t>(items->size()));
  const auto* number = std::get_if<std::int64_t>(&value);
  return number != nullptr && inside(*number);
}

/// "resident" of resident:3-1201, "system" of system; whoever has no such word before a colon is staff.
std::string_view kind_of_actor(std::string_view actor) {
  const std::string_view word = actor.substr(0, actor.find(':'));
  return language::is_choice(language::kBuiltInPosts, word) ? word : "staff";
}

/// An instant is led by time, a date by dates: what is asked on the third working day before it is asked in time.
bool leads(const model::Manual& manual, const Test& test, Instant at, const Value& value) {
  const Instant earliest = span_end(manual, test.lead, at);
  if (const auto* us = std::get_if<std::int64_t>(&value)) return earliest <= Instant{*us};
  const auto* date = std::get_if<std::string>(&value);
  if (date == nullptr) return true;
  return earliest != kNever && manual.zone.wall(earliest).date <= parse_date(*date);
}

bool holds(const model::Manual& manual, const Test& test, const ConditionContext& context) {
  switch (test.kind) {
    case Test::Kind::equal: return equal(test.values, context.field(test.field));
    case Test::Kind::range: return in_range(test, context.field(test.field));
    case Test::Kind::present: return given(context.field(test.field));
    case Test::Kind::absent: return !given(context.field(test.field));
    case Test::Kind::not_after: {
      const Value& first = context.field(test.field);
      const Value& second = context.field(test.other);
      return !given(first) || !given(second) || first <= second;
    }
    case Test::Kind::lead: return leads(manual, test, context.at, context.field(test.field));
    case Test::Kind::inside: return manual.calendars[static_cast<std::size_t>(test.calendar)].is_open(context.at);
    case Test::Kind::place_is: return among(test.values, context.place_attribute(test.attribute));
    case Test::Kind::case_stage: {
      const auto* id = std::get_if<std::string>(&context.field(test.field));
      if (id == nullptr) return false;
      const OtherCase other = context.other_case(*id);
      return other.there && (test.values.empty() || among(test.values, other.stage)) && (!test.live || *test.live == other.live) &&
             (test.procedures.empty() || among(test.procedures, other.procedure));
    }
    case Test::Kind::opened: {
      const std::string stage = context.stage_of_opened(test.attribute);
      return stage.empty() || among(test.values, stage);
    }
    case Test::Kind::actor: {
      const auto* who = std::get_if<std::string>(&context.field(test.field));
      return who != nullptr && among(test.values, std::string(kind_of_actor(*who)));
    }
    case Test::Kind::did: {
      const auto* id = std::get_if<std::string>(&context.field(test.field));
      return id != nullptr && context.did_in_case(*id, test.values);
    }
    case Test::Kind::holds_post: {
      if (test.field < 0) return context.holds_post({}, test.values);
      const auto* who = std::get_if<std::string>(&context.field(test.field));
      return who != nullptr && !who->empty() && context.holds_post(*who, test.values);
    }
    case Test::Kind::times: {
      const auto [times, days] = context.times_done(test.other);
      return times >= test.low && days >= test.days;
    }
    case Test::Kind::differs: {
      const Value& second = context.field(test.other);
      if (test.field < 0) {
        const auto* who = std::get_if<std::string>(&second);
        return who == nullptr || who->empty() || *who != context.actor();
      }
      const Value& first = context.field(test.field);
      return !given(first) || !given(second) || first != second;
    }
    case Test::Kind::share: {
      const auto* part = std::get_if<std::int64_t>(&context.field(test.field));
      const auto* whole = std::get_if<std::int64_t>(&context.field(test.other));
      if (part == nullptr || whole == nullptr) return true;
      // Exact for any two counts: `low` is at most 10,000.
      const std::int64_t needed = *whole / 10'000 * test.low + (*whole % 10'000 * test.low + 9'999) / 10'000;
      return *part >= needed;
    }
    case Test::Kind::children: return context.children_ended();
    case Test::Kind::cases: {
      const std::int64_t there = context.other_cases(test.others);
      return test.low <= there && there <= test.high;
    }
  }
  return false;
}

}  // namespace

bool holds(const model::Manual& manual, const model::Condition& condition, const ConditionContext& context) {
  return !condition.never && std::all_of(condition.tests.begin(), condition.tests.end(), [&](const Test& test) {
    return holds(manual, test, context) != test.negate;
  });
}

bool met(const model::Manual& manual, const model::Requirement& requirement, const ConditionContext& context) {
  return !holds(manual, requirement.applies, context) || holds(manual, requirement.when, context);
}

}  // namespace wuye
