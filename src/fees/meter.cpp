// Two readings' difference, and the one case in which the later is smaller.
#include "fees/meter.hpp"

namespace wuye::fees {

std::optional<std::int64_t> counted(std::int64_t before, std::int64_t after, std::optional<std::int64_t> counts_to) {
  if (counts_to && (before >= *counts_to || after >= *counts_to)) return std::nullopt;
  if (after >= before) return after - before;
  if (!counts_to) return std::nullopt;
  return *counts_to - before + after;
}

}  // namespace wuye::fees
