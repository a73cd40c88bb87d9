#include "fees/charge.hpp"

#include <algorithm>
#include <string>


namespace wuye::fees {
namespace {

constexpr std::int64_t kMostDays = 36'525;
constexpr std::int64_t kOne = 1'000'000;  ///< in millionths

Date first_of_month(int year, int month) { return date_of(year + (month - 1) / 12, (month - 1) % 12 + 1, 1); }

/// How many parts of a month (kMonthParts make a whole one) lie between a period's first day and a day of it.
std::int64_t parts_between(const model::Fee& fee, Date period_from, Date day) {
  const YearMonthDay begins = civil(period_from);
  const YearMonthDay at = civil(day);
  const std::int64_t months = (at.year - begins.year) * 12 + at.month - begins.month;
  const std::int64_t gone = at.day - 1;
  const std::int64_t length = fee.thirty_day_months ? 30 : next_month(day).days - date_of(at.year, at.month, 1).days;
  return months * kMonthParts + std::min(gone, length) * (kMonthParts / length);
}

bool holds(const model::Condition& condition, const FeePlace& place) {
  return std::all_of(condition.tests.begin(), condition.tests.end(), [&](const model::Test& test) {
    const std::string_view is = test.attribute == "kind"  ? place.kind
                                : test.attribute == "use" ? place.use
                                : test.attribute == "zone" ? place.zone
                                                           : place.building;
    const bool among = std::find(test.values.begin(), test.values.end(), is) != test.values.end();
    return among != test.negate;
  });
}

/// Of those that hold for the place, the last whose first day is not after `day`; of several from one day the first.
const model::FeePrice* price_on(const model::Fee& fee, const FeePlace& place, Date day) {
  const model::FeePrice* found = nullptr;
  for (const model::FeePrice& price : fee.prices) {
    if (price.from > day) break;
    if ((found == nullptr || found->from < price.from) && holds(price.when, place)) found = &price;
  }
  return found;
}

Date same_price_until(const model::Fee& fee, Date from, Date until) {
  for (const model::FeePrice& price : fee.prices) {
    if (price.from > from) return std::min(price.from, until);
  }
  return until;
}

/// Price times parts of a month, from the beginning of a period up to a day.
Exact worth_until(const model::Fee& fee, const FeePlace& place, Date period_from, Date day) {
  Exact worth = 0;
  for (Date from = period_from; from < day;) {
    const Date until = same_price_until(fee, from, day);
    if (const model::FeePrice* price = price_on(fee, place, from)) {
      worth += Exact(price->millionths) * (parts_between(fee, period_from, until) - parts_between(fee, period_from, from));
    }
    from = until;
  }
  return worth;
}

}  // namespace

Date next_month(Date day) {
  const YearMonthDay ymd = civil(day);
  return first_of_month(ymd.year, ymd.month + 1);
}

Days period_of(const model::Fee& fee, Date day) {
  const YearMonthDay ymd = civil(day);
  const int first = (ymd.month - 1) / fee.billed_months * fee.billed_months + 1;
  return {first_of_month(ymd.year, first), first_of_month(ymd.year, first + fee.billed_months)};
}

Date due_of(const model::Fee& fee, Date from) {
  const YearMonthDay ymd = civil(from);
  const Date month = first_of_month(ymd.year, ymd.month + fee.due_after_months);
  const std::int32_t last = next_month(month).days - 1;
  return fee.due_day == 0 ? Date{last} : Date{std::min(month.days + fee.due_day - 1, last)};
}

bool has_price(const model::Fee& fee, const FeePlace& place, Date day) { return price_on(fee, place, day) != nullptr; }

std::int64_t off_for(const model::Fee& fee, std::int64_t month_parts) {
  std::int64_t off = 0;
  for (const model::Prepaid& prepaid : fee.prepaid) {
    if (prepaid.months * kMonthParts <= month_parts) off = prepaid.off_hundredths;
  }
  return off;
}

Rate::Rate(const model::Fee& fee, const FeePlace& place, Days days, std::int64_t off_hundredths)
    : fee_(fee), place_(place), of_price_(10'000 - off_hundredths) {
  if (fee.basis == model::Fee::Basis::lump) {
    throw Error(Code::invalid_argument, "the fee " + fee.name + " has no price: its amount is given").with("argument", "fee");
  }
  if (days.until < days.from) throw Error(Code::invalid_argument, "the service ends before it begins").with("argument", "until");
  if (days.until.days - std::int64_t{days.from.days} > kMostDays) {
    throw Error(Code::out_of_range, "a charge is for a hundred years at most").with("argument", "until");
  }
  if (fee.basis == model::Fee::Basis::meter) {
    const model::FeePrice* price = price_on(fee, place, days.from);
    per_ = kOne;
    if (price != nullptr) stretches_.push_back({days.from, days.until, 0, price->millionths});
    return;
  }
  per_ = Exact(kOne) * kMonthParts * fee.price_months;
  for (Date from = days.from; from < days.until;) {
    const Days period = period_of(fee, from);
    const Date until = std::min(period.until, days.until);
    stretches_.push_back({from, until, worth_until(fee, place, period.from, from), worth_until(fee, place, period.from, until)});
    from = until;
  }
}

std::int64_t Rate::quantity(std::int64_t given) const {
  if (given < 0) throw Error(Code::invalid_argument, "a quantity is not negative").with("argument", "quantity");
  if (given > kMostQuantity) throw Error(Code::out_of_range, "a quantity is at most ten million").with("argument", "quantity");
  return fee_.basis == model::Fee::Basis::flat ? kOne : given;
}

std::int64_t Rate::owed(Exact worth, std::int64_t quantity) const {
  return worth == 0 ? 0 : rounded(worth * quantity * of_price_, per_ * kOne * 100);
}

std::int64_t Rate::fen(std::int64_t given) const {
  const std::int64_t of = quantity(given);
  std::int64_t total = 0;
  for (const Stretch& stretch : stretches_) total += owed(stretch.after, of) - owed(stretch.before, of);
  return total;
}

std::vector<ChargeStep> Rate::steps(std::int64_t given) const {
  const std::int64_t of = quantity(given);
  std::vector<ChargeStep> out;
  for (const Stretch& stretch : stretches_) {
    const bool meter = fee_.basis == model::Fee::Basis::meter;
    const Date period_from = period_of(fee_, stretch.from).from;
    std::int64_t before = owed(stretch.before, of);
    for (Date from = stretch.from; from < stretch.until || meter;) {
      const Date until = meter ? stretch.until : same_price_until(fee_, from, stretch.until);
      const std::int64_t after = owed(until == stretch.until ? stretch.after : worth_until(fee_, place_, period_from, until), of);
      if (const model::FeePrice* price = price_on(fee_, place_, from)) {
        const std::int64_t parts = meter ? 0 : parts_between(fee_, period_from, until) - parts_between(fee_, period_from, from);
        out.push_back({from, until, price->millionths, of, parts, after - before, price->clause});
      }
      if (meter) break;
      before = after;
      from = until;
    }
  }
  return out;
}

}  // namespace wuye::fees
