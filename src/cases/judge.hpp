// Whether an action may be done: the fields it carries, the stage it comes in, who does it, what is needed, who must not be
// the same person, how late it is told. The verdict names one reason for a refusal, by the precedence of docs/reasons.md, or
// every breach where the fact is recorded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cases/case.hpp"
#include "wuye/office.hpp"

namespace wuye::cases {

/// What a case may ask of the rest of the office. Answers are as of an instant.
class World {
 public:
  virtual ~World() = default;
  /// False while no staff member is registered: then nobody's authority can be judged, and is not.
  virtual bool has_staff() const = 0;
  virtual bool knows(std::string_view actor, Instant at) const = 0;
  /// The posts that the actor holds or stands in for.
  virtual std::vector<int> posts_of(const model::Manual& manual, std::string_view actor, Instant at) const = 0;
  virtual bool has_places() const = 0;
  virtual bool knows_place(std::string_view place) const = 0;
  /// kind, use, zone or building; empty where it has none.
  virtual std::string place_attribute(std::string_view place, std::string_view attribute) const = 0;
  virtual OtherCase other_case(std::string_view id, Instant at) const = 0;
  /// Whether every case that this one opened had ended.
  virtual bool children_ended(std::string_view id, Instant at) const = 0;
  /// The id of the case that the action of that case opened last; empty where it opened none.
  virtual std::string opened_by(std::string_view case_id, std::string_view action) const = 0;
  /// Whether the actor did one of the actions of that case, or holds it ("holder"); no actions: whatever of it.
  virtual bool did_in_case(std::string_view id, std::string_view actor, const std::vector<std::string>& actions) const = 0;
  /// The other cases that stood so at an instant and have these values in the fields asked for, by id.
  virtual std::vector<std::string> others(const model::Others& asked, const std::vector<Value>& same, std::string_view self, Instant at) const = 0;
  /// On the staff register at that time; a resident, a device and the like are not.
  virtual bool is_staff(std::string_view who, Instant at) const = 0;
};

/// One rule that an entry breaks.
struct Fault {
  std::string reason;
  std::string clause;
  std::string facts;    ///< JSON object
  std::string message;  ///< one English sentence
};

struct PersonalValue {
  std::string field;
  std::string value;
};

/// Entry fields as the procedure declares them: checked, converted, personal ones set aside.
struct Converted {
  std::vector<std::pair<int, Value>> values;  ///< by field index; personal ones are `true`
  std::vector<PersonalValue> personal;
  std::optional<Fault> fault;                 ///< unknown_field, bad_value: always a refusal
};
/// `leave_out`: what does not fit is left out, and the first fault of it kept; else that fault ends it.
Converted convert(const model::Procedure& procedure, const model::Action* action, Fields fields, bool leave_out = false);
/// One value against a field's type; the fault says what was expected.
std::optional<Fault> convert_value(const model::Field& field, Value& value);

/// Whether `who` holds one of the posts; "staff" stands for any. While no staff is registered nobody's posts are known: then
/// it is so of posts, and is not of "staff".
bool holds_post(const model::Manual& manual, std::string_view who, const std::vector<std::string>& posts, Instant at, const World& world);

/// Every rule that the event breaks, in order of precedence. `c` is null where the action opens a case.
std::vector<Fault> judge(const model::Manual& manual, const model::Procedure& procedure, const Case* c, const Event& event,
                         const World& world);

/// Which items of the action's `tells` apply, after `c` has taken the event.
std::vector<std::size_t> tells_now(const model::Manual& manual, const Case& c, const Event& event, const World& world);

/// The other cases that the event asks for, by id; `c` as for `judge`.
std::vector<std::string> others_of(const model::Manual& manual, const model::Procedure& procedure, const Case* c, const Event& event,
                                   const model::Others& asked, const World& world);

/// What the action in which a case was opened by another asks of it: fields and conditions, and nobody's post.
std::vector<Fault> judge_opened(const model::Manual& manual, const Case& c, const Event& event, const World& world);

/// Whether a condition holds of the case as it stands, asked at `at` on behalf of `by`.
bool condition_holds(const model::Manual& manual, const Case& c, const model::Condition& condition, Instant at, const std::string& by,
                     const World& world);

/// What is wrong with amending a line: who does it, and how long after what the line tells of (`happened`).
std::vector<Fault> judge_amendment(const model::Manual& manual, const std::string& by, Instant at, Instant happened, Instant now,
                                   const World& world);

/// The nearest of `names` to `name`, for suggestions; empty where none is near.
std::string nearest(std::string_view name, const std::vector<std::string_view>& names);

}  // namespace wuye::cases
