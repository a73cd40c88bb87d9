// What a fee comes to over days of service. One rounding: what is owed from the beginning of the billing period up to a day is rounded half
// up to the fen, and a charge is the difference of two such sums. So charges add up to the fen however the period is cut, a later end never
// costs less, and a whole period costs its price. Integers only.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "fees/exact.hpp"
#include "manual/model.hpp"
#include "wuye/fees.hpp"

namespace wuye::fees {

/// The days of service [from, until) of one billing period.
struct Days {
  Date from;
  Date until;
};

/// The billing period in which a day lies.
Days period_of(const model::Fee& fee, Date day);

/// The first day after the month in which the day lies.
Date next_month(Date day);

/// When a charge for service from that day on is due: the last day on which it is paid in time.
Date due_of(const model::Fee& fee, Date from);

/// True if the fee has a price for the place on that day.
bool has_price(const model::Fee& fee, const FeePlace& place, Date day);

/// What is taken off, in hundredths of a percent, where so many parts of months are paid ahead.
std::int64_t off_for(const model::Fee& fee, std::int64_t month_parts);

/// What a fee asks for some days, whatever the quantity. REQUIRES: the fee outlives it, and the texts of the place.
class Rate {
 public:
  /// `off_hundredths` of a percent less than its price. Throws invalid_argument for a fee without prices or an end before its beginning,
  /// out_of_range for more than a hundred years.
  Rate(const model::Fee& fee, const FeePlace& place, Days days, std::int64_t off_hundredths = 0);

  /// Throws invalid_argument for a quantity below 0, out_of_range for one above kMostQuantity.
  std::int64_t fen(std::int64_t quantity_millionths) const;
  /// How that came about.
  std::vector<ChargeStep> steps(std::int64_t quantity_millionths) const;

 private:
  /// The days that lie in one billing period: what one of the basis costs from its beginning up to the first and up to the last of them.
  struct Stretch {
    Date from;
    Date until;
    Exact before;
    Exact after;
  };
  std::int64_t quantity(std::int64_t given) const;
  std::int64_t owed(Exact worth, std::int64_t quantity) const;

  const model::Fee& fee_;
  FeePlace place_;
  std::int64_t of_price_ = 10'000;  ///< so many ten-thousandths of it are asked for
  Exact per_ = 1;  ///< by so much the worth is to be divided to be millionths of a yuan
  std::vector<Stretch> stretches_;
};

}  // namespace wuye::fees
