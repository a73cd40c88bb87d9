// Finding things of a compiled manual by name. Procedures, chapters, clauses and declared fields stand in the order of
// their names; posts and calendars begin so and end with, or begin with, what is built in.
#include "manual/model.hpp"

#include <algorithm>

namespace wuye::model {
namespace {

template <typename Named>
int index_of(const std::vector<Named>& among, std::string_view name) noexcept {
  for (std::size_t i = 0; i < among.size(); ++i) {
    if (among[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

template <typename Named>
const Named* find_sorted(const std::vector<Named>& among, std::string Named::*key, std::string_view name) noexcept {
  const auto found = std::lower_bound(among.begin(), among.end(), name,
                                      [key](const Named& one, std::string_view n) { return one.*key < n; });
  return found != among.end() && (*found).*key == name ? &*found : nullptr;
}

constexpr std::string_view kBooks[] = {"none",      "bill",   "charge",  "reading", "receipt",  "prepay",  "claim",  "waive",
                                       "write_off", "refund", "reverse", "defer",   "late_fee", "arrears", "settled"};

constexpr BookedField kBill[] = {{"heads", "list", true}, {"from", "date", true}, {"to", "date", true},
                                 {"zone", "text|enum", false}, {"quantity", "decimal", false}};
constexpr BookedField kReading[] = {{"meter", "text", true}, {"reading", "decimal", true}, {"day", "date", false}};
constexpr BookedField kCharge[] = {{"head", "text|enum", true}, {"amount", "money", true}, {"payer", "text", false},
                                   {"due", "date", false},      {"from", "date", false},   {"to", "date", false}};
constexpr BookedField kReceipt[] = {{"amount", "money", true}, {"payer", "text", false},       {"places", "list", false},
                                    {"for", "list", false},    {"method", "text|enum", false}, {"invoice", "text", false}};
constexpr BookedField kPrepay[] = {{"heads", "list", true},  {"from", "date", true},         {"to", "date", true},     {"amount", "money", true},
                                   {"payer", "text", false}, {"method", "text|enum", false}, {"invoice", "text", false}};
constexpr BookedField kClaim[] = {{"receipt", "text", false}, {"payer", "text", false}, {"places", "list", false}, {"for", "list", false}};
constexpr BookedField kLess[] = {{"charge", "text", true}, {"amount", "money", false}};
constexpr BookedField kRefund[] = {{"receipt", "text", true}, {"amount", "money", false}};
constexpr BookedField kReverse[] = {{"charge", "text", false}, {"receipt", "text", false}};
constexpr BookedField kDefer[] = {{"charge", "text", true}, {"due", "date", true}};
constexpr BookedField kLateFee[] = {{"charge", "text", true}};
constexpr BookedField kArrears[] = {{"payer", "text", true}, {"due", "date", true}, {"owed", "money", false}};

}  // namespace

std::string_view name_of(Books books) noexcept { return kBooks[static_cast<std::size_t>(books)]; }

std::span<const BookedField> booked_fields(Books books) noexcept {
  switch (books) {
    case Books::bill: return kBill;
    case Books::charge: return kCharge;
    case Books::reading: return kReading;
    case Books::receipt: return kReceipt;
    case Books::prepay: return kPrepay;
    case Books::claim: return kClaim;
    case Books::waive:
    case Books::write_off: return kLess;
    case Books::refund: return kRefund;
    case Books::reverse: return kReverse;
    case Books::defer: return kDefer;
    case Books::late_fee: return kLateFee;
    case Books::arrears: return kArrears;
    case Books::none:
    case Books::settled: break;
  }
  return {};
}

const Metric::Input* Metric::input(std::string_view wanted) const noexcept {
  const auto found = std::find_if(inputs.begin(), inputs.end(), [&](const Input& one) { return one.procedure == wanted; });
  return found == inputs.end() ? nullptr : &*found;
}

int Procedure::field(std::string_view wanted) const noexcept { return index_of(fields, wanted); }
int Procedure::stage(std::string_view wanted) const noexcept { return index_of(stages, wanted); }
int Procedure::action(std::string_view wanted) const noexcept { return index_of(actions, wanted); }
const Action* Procedure::begins() const noexcept {
  const auto first = std::find_if(actions.begin(), actions.end(), [](const Action& action) { return action.opening; });
  return first == actions.end() ? nullptr : &*first;
}
int Procedure::deadline(std::string_view wanted) const noexcept { return index_of(deadlines, wanted); }

int Quota::group(std::string_view wanted) const noexcept { return index_of(groups, wanted); }
int Quota::channel(std::string_view wanted) const noexcept { return index_of(channels, wanted); }
int Quota::group_of(std::string_view class_name) const noexcept {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (std::find(groups[i].classes.begin(), groups[i].classes.end(), class_name) != groups[i].classes.end()) return static_cast<int>(i);
  }
  return -1;
}

int Manual::calendar(std::string_view wanted) const noexcept {
  for (std::size_t i = 0; i < calendar_names.size(); ++i) {
    if (calendar_names[i] == wanted) return static_cast<int>(i);
  }
  return -1;
}
int Manual::post(std::string_view wanted) const noexcept { return index_of(posts, wanted); }
const Chapter* Manual::chapter(std::string_view wanted) const noexcept { return find_sorted(chapters, &Chapter::name, wanted); }
bool Manual::in_use(std::string_view chapter_name, Instant at) const {
  const Chapter* found = chapter(chapter_name);
  return found == nullptr || (found->used && found->from <= zone.wall(at).date);
}
const Procedure* Manual::procedure(std::string_view wanted) const noexcept {
  return find_sorted(procedures, &Procedure::name, wanted);
}
const Quota* Manual::quota(std::string_view wanted) const noexcept { return find_sorted(quotas, &Quota::name, wanted); }
const Fee* Manual::fee(std::string_view wanted) const noexcept { return find_sorted(fees, &Fee::name, wanted); }
const Duty* Manual::duty(std::string_view wanted) const noexcept { return find_sorted(duties, &Duty::name, wanted); }
int Manual::metric(std::string_view wanted) const noexcept { return index_of(metrics, wanted); }
const Clause* Manual::clause(std::string_view id) const noexcept { return find_sorted(clauses, &Clause::id, id); }

}  // namespace wuye::model
