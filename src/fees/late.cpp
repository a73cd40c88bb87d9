#include "fees/late.hpp"

#include <algorithm>

#include "fees/exact.hpp"

namespace wuye::fees {

std::int64_t late_fee_fen(const model::LateFee& terms, Date due, std::span<const Owed> owed, Date as_of) {
  for (std::size_t i = 0; i < owed.size(); ++i) {
    if (owed[i].fen < 0) throw Error(Code::invalid_argument, "what is owed is not negative").with("argument", "owed");
    if (owed[i].fen > kMostFen) throw Error(Code::out_of_range, "so much money no office is owed").with("argument", "owed");
    if (i > 0 && owed[i].from <= owed[i - 1].from) {
      throw Error(Code::invalid_argument, "what is owed is given by ascending days").with("argument", "owed");
    }
  }
  if (!terms.stands) return 0;
  const std::int64_t first = due.days + terms.grace_days;
  std::int64_t principal = 0;
  Exact nights = 0;  // in each of them, what was owed
  for (std::size_t i = 0; i < owed.size(); ++i) {
    if (owed[i].from <= due || i == 0) principal = owed[i].fen;
    const std::int64_t from = std::max<std::int64_t>(owed[i].from.days, first);
    const std::int64_t until = i + 1 < owed.size() ? std::min(owed[i + 1].from, as_of).days : as_of.days;
    if (until > from) nights += Exact(owed[i].fen) * (until - from);
  }
  const std::int64_t accrued = rounded(nights * terms.rate_millionths, 1'000'000);
  return std::min(accrued, rounded(Exact(principal) * terms.cap_hundredths, 10'000));
}

}  // namespace wuye::fees
