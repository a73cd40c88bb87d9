// Compiles fees: prices, billing periods, due days and what is added for lateness.
#include <algorithm>

#include "manual/compiling.hpp"

namespace wuye {
namespace {

using model::Fee;

constexpr std::int64_t kMostPrice = 1'000'000'000'000;  ///< a million yuan, in millionths
constexpr std::int64_t kMostRate = 10'000;              ///< one percent a day, in millionths
constexpr std::int64_t kMostGrace = 3660;
constexpr std::int64_t kMostDueMonths = 24;
constexpr std::int64_t kMostPrepaidMonths = 120;

int months_of(std::string_view word) {
  if (word == "quarter") return 3;
  if (word == "half") return 6;
  return word == "year" ? 12 : 1;
}

Fee::Head head_of(std::string_view word) {
  if (word == "shared_utility") return Fee::Head::shared_utility;
  if (word == "collected_for_others") return Fee::Head::collected_for_others;
  if (word == "parking") return Fee::Head::parking;
  if (word == "paid_service") return Fee::Head::paid_service;
  if (word == "historic_arrears") return Fee::Head::historic_arrears;
  return word == "deposit" ? Fee::Head::deposit : Fee::Head::management;
}

Fee::Basis basis_of(std::string_view word) {
  if (word == "unit") return Fee::Basis::unit;
  if (word == "flat") return Fee::Basis::flat;
  if (word == "meter") return Fee::Basis::meter;
  return word == "lump" ? Fee::Basis::lump : Fee::Basis::area;
}

class OneFee {
 public:
  OneFee(Compiling& in, const Node::Member& member) : in_(in), node_(member.value) { fee_.name = member.key; }

  Fee all() {
    where_ = "fee." + fee_.name;
    fee_.title = Compiling::bilingual(node_, "title");
    fee_.chapter = in_.chapter(node_);
    fee_.clauses = in_.clauses(node_, where_);
    fee_.head = head_of(word("head"));
    fee_.basis = basis_of(word("basis"));
    fee_.billed_months = months_of(word("billed"));
    fee_.price_months = months_of(word("price_for"));
    fee_.thirty_day_months = in_.choice(node_, "part_month", language::Part::fee) == "thirty_days";
    fee_.due_day = static_cast<int>(in_.number(node_, "due_day", 1, 31).value_or(0));
    fee_.due_after_months = static_cast<int>(in_.number(node_, "due_after_months", 0, kMostDueMonths).value_or(0));
    for (const Node* kind : Compiling::texts(node_, "places")) fee_.places.push_back(kind->text);
    for (const Node* price : Compiling::items(node_, "price")) one_price(*price);
    prices();
    for (const Node* prepaid : Compiling::items(node_, "prepaid")) one_prepaid(*prepaid);
    std::sort(fee_.prepaid.begin(), fee_.prepaid.end(), [](const auto& a, const auto& b) { return a.months < b.months; });
    const auto twice = std::adjacent_find(fee_.prepaid.begin(), fee_.prepaid.end(), [](const auto& a, const auto& b) { return a.months == b.months; });
    if (twice != fee_.prepaid.end()) in_.problems.error(node_.find("prepaid")->place, "\"prepaid\" says twice what " + std::to_string(twice->months) + " months ahead take off");
    if (const Node* late = node_.find("late"); late != nullptr && late->is(Node::Kind::table)) one_late(*late);
    return std::move(fee_);
  }

 private:
  std::string_view word(std::string_view key) const {
    const Node* node = Compiling::text(node_, key);
    return node == nullptr ? std::string_view() : std::string_view(node->text);
  }

  std::int64_t millionths(const Node& table, std::string_view key, std::int64_t most) {
    const Node* written = Compiling::text(table, key);
    if (written == nullptr) return 0;
    const auto read = read_millionths(written->text);
    if (!read || *read > most) {
      in_.problems.error(written->place, shown(written->text) + " is no decimal between 0 and " + std::to_string(most / 1'000'000) +
                                             (most % 1'000'000 == 0 ? "" : ".01") + " with at most six decimals");
      return 0;
    }
    return *read;
  }

  void one_price(const Node& node) {
    model::FeePrice price;
    price.when = in_.condition(model::Procedure{}, node, "when");
    for (const model::Test& test : price.when.tests) {
      if (test.kind == model::Test::Kind::place_is) continue;
      in_.problems.error(node.find("when")->place, "a price asks for the \"place\" and for switches only");
      break;
    }
    price.from = Compiling::date(node, "from").value_or(price.from);
    price.millionths = millionths(node, "price", kMostPrice);
    price.clause = in_.clause(node, where_);
    if (!price.when.never) fee_.prices.push_back(std::move(price));
  }

  void prices() {
    std::stable_sort(fee_.prices.begin(), fee_.prices.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
    const bool lump = fee_.basis == Fee::Basis::lump;
    const Node* given = node_.find("price");
    if (lump && given != nullptr) in_.problems.error(given->place, "a lump has no price: the entry gives the amount");
    if (!lump && given == nullptr) in_.problems.error(node_.place, "the fee needs \"price\"");
  }

  void one_prepaid(const Node& node) {
    const model::Condition when = in_.switches(node, "the \"when\" of \"prepaid\" asks for switches only");
    if (fee_.basis == Fee::Basis::meter || fee_.basis == Fee::Basis::lump) {
      in_.problems.error(node.place, "only a fee with a price for a time is paid ahead");
    }
    model::Prepaid prepaid;
    prepaid.months = in_.number(node, "months", 1, kMostPrepaidMonths).value_or(1);
    prepaid.off_hundredths = percentage(node, "off").value_or(0);
    prepaid.clause = in_.clause(node, where_);
    if (prepaid.off_hundredths >= 10'000) in_.problems.error(node.find("off")->place, "less than all of it is taken off");
    if (!when.never) fee_.prepaid.push_back(std::move(prepaid));
  }

  std::optional<std::int64_t> percentage(const Node& node, std::string_view key) {
    const Node* written = Compiling::text(node, key);
    if (written == nullptr) return std::nullopt;
    const auto read = read_percentage(written->text);
    if (const auto* why = std::get_if<NotRead>(&read)) {
      in_.problems.error(written->place, why->why);
      return std::nullopt;
    }
    return std::get<std::int64_t>(read);
  }

  void one_late(const Node& node) {
    const model::Condition when = in_.switches(node, "the \"when\" of \"late\" asks for switches only");
    fee_.late.stands = !when.never;
    fee_.late.rate_millionths = millionths(node, "rate", kMostRate);
    fee_.late.grace_days = in_.number(node, "grace_days", 0, kMostGrace).value_or(0);
    if (const auto cap = percentage(node, "cap")) fee_.late.cap_hundredths = *cap;
    fee_.late.clause = in_.clause(node, where_);
  }

  Compiling& in_;
  const Node& node_;
  std::string where_;
  Fee fee_;
};

}  // namespace

void compile_fees(Compiling& in) {
  for (const Node::Member* member : Compiling::tables(in.root, "fee")) {
    if (member->key == model::kLateHead) in.problems.error(member->place, "\"late_fee\" is what late fees are booked under, and no fee of its own");
    in.manual.fees.push_back(OneFee(in, *member).all());
  }
}

}  // namespace wuye
