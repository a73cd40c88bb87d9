// Whole numbers wide enough for a product of money, prices, quantities and parts of months, and the one rounding.
#pragma once

#include <cstdint>

namespace wuye::fees {

__extension__ using Exact = __int128;

/// a ÷ b to the nearest whole, half up. REQUIRES: a ≥ 0, b > 0.
constexpr std::int64_t rounded(Exact a, Exact b) { return static_cast<std::int64_t>((2 * a + b) / (2 * b)); }

}  // namespace wuye::fees
