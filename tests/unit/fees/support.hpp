// Fees made by hand, and money reckoned the long way: day by day, in fractions of any size, rounded once at the end of all.
#pragma once

#include <algorithm>
#include <string_view>

#include "../catch.hpp"
#include "fees/charge.hpp"
#include "scores/fraction.hpp"

namespace wuye::test {

inline model::Fee fee_of(std::string_view price, model::Fee::Basis basis = model::Fee::Basis::area, int billed_months = 1) {
  model::Fee out;
  out.name = "management";
  out.basis = basis;
  out.billed_months = billed_months;
  out.prices.emplace_back();
  out.prices.back().millionths = millionths(price);
  return out;
}

inline void price_from(model::Fee& fee, Date from, std::string_view price) {
  fee.prices.emplace_back();
  fee.prices.back().from = from;
  fee.prices.back().millionths = millionths(price);
}

/// A fraction rounded half up.
inline std::int64_t nearest_whole(const scores::Fraction& value) {
  const scores::Natural two(2);
  return divide(two * value.num() + value.den(), two * value.den()).first.small().value();
}

/// What one day of service costs in fen, not rounded.
inline scores::Fraction slow_day(const model::Fee& fee, std::int64_t quantity, Date day) {
  std::int64_t price = 0;
  for (const model::FeePrice& one : fee.prices) {
    if (one.from <= day) price = one.millionths;
  }
  const YearMonthDay ymd = civil(day);
  const Date month = date_of(ymd.year, ymd.month, 1);
  const std::int32_t length = fees::next_month(day).days - month.days;
  // Of thirty-day months the 31st is free, and the last day of a February makes up what is missing.
  std::int64_t share = 1;
  if (fee.thirty_day_months) {
    share = ymd.day == 31 ? 0 : ymd.day == length && length < 30 ? 31 - length : 1;
  }
  const auto positive = [](std::int64_t value) { return scores::Natural(static_cast<std::uint64_t>(value)); };
  return {positive(price) * positive(quantity) * positive(share) * positive(100),
          positive(1'000'000) * positive(1'000'000) * positive(fee.thirty_day_months ? 30 : length) * positive(fee.price_months)};
}

inline std::int64_t slow_amount(const model::Fee& fee, std::int64_t quantity, Date from, Date until) {
  std::int64_t total = 0;
  while (from < until) {
    const fees::Days period = fees::period_of(fee, from);
    const Date end = std::min(period.until, until);
    scores::Fraction owed;
    std::int64_t before = 0;
    for (Date day = period.from; day < end; ++day.days) {
      if (day == from) before = nearest_whole(owed);
      owed = owed + slow_day(fee, quantity, day);
    }
    total += nearest_whole(owed) - before;
    from = end;
  }
  return total;
}

}  // namespace wuye::test
