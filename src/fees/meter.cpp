#include "fees/meter.hpp"

namespace wuye::fees {

std::optional<std::int64_t> counted(const Readings& readings) {
  const auto between = [&](std::int64_t first, std::int64_t last) -> std::optional<std::int64_t> {
    if (readings.counts_to && (first >= *readings.counts_to || last >= *readings.counts_to)) return std::nullopt;
    if (last >= first) return last - first;
    if (!readings.counts_to) return std::nullopt;
    return *readings.counts_to - first + last;
  };
  if (!readings.removed) return between(readings.before, readings.after);
  const auto old_one = between(readings.before, *readings.removed);
  const auto new_one = between(*readings.fitted, readings.after);
  if (!old_one || !new_one) return std::nullopt;
  return *old_one + *new_one;
}

}  // namespace wuye::fees
