// Whether a condition of the manual holds. The tests themselves are evaluated here, once, for every room; what they
// look at (a case's fields, its place, another case's stage) is asked of the caller through ConditionContext.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "manual/model.hpp"
#include "wuye/entry.hpp"
#include "wuye/time.hpp"

namespace wuye {

/// Another case, as it stood at an instant.
struct OtherCase {
  bool there = false;
  bool live = false;
  std::string stage;
  std::string procedure;
};

/// What a condition is asked of. Field indexes are those of `model::Procedure::fields` (0 place, 1 reporter, 2 class).
class ConditionContext {
 public:
  explicit ConditionContext(Instant happened) : at(happened) {}
  virtual ~ConditionContext() = default;

  /// The field's value as the case would have it; monostate where it has none.
  virtual const Value& field(int index) const = 0;
  /// "kind", "use", "zone" or "building" of the case's place; empty where there is no place or it has none.
  virtual std::string place_attribute(std::string_view name) const = 0;
  /// The case of this id; not the one that is asked about itself.
  virtual OtherCase other_case(std::string_view) const { return {}; }
  /// Whether every case that this one opened has ended.
  virtual bool children_ended() const { return true; }
  /// The stage of the case that this case's action opened last; empty where it opened none.
  virtual std::string stage_of_opened(std::string_view) const { return {}; }
  /// Whether whoever acts did one of the actions of that case, or is its holder; no actions: any of it.
  virtual bool did_in_case(std::string_view, const std::vector<std::string>&) const { return false; }
  /// Whether the person (empty: whoever acts) holds one of the posts; "staff": any.
  virtual bool holds_post(std::string_view, const std::vector<std::string>&) const { return false; }
  /// Whoever acts.
  virtual std::string_view actor() const { return {}; }
  /// How often an action was done, and on how many different days.
  virtual std::pair<std::int64_t, std::int64_t> times_done(int) const { return {0, 0}; }
  /// How many such cases there are beside the one that is asked about.
  virtual std::int64_t other_cases(const model::Others&) const { return 0; }

  Instant at;  ///< when the entry happened

 protected:
  ConditionContext(const ConditionContext&) = default;
  ConditionContext& operator=(const ConditionContext&) = default;
};

bool holds(const model::Manual& manual, const model::Condition& condition, const ConditionContext& context);

/// True where the requirement makes no demand on this case, or its demand is met.
bool met(const model::Manual& manual, const model::Requirement& requirement, const ConditionContext& context);

}  // namespace wuye
