// What a meter has counted between two readings, over the point at which it begins again and over a change of meters. Millionths.
#pragma once

#include <cstdint>
#include <optional>

namespace wuye::fees {

struct Readings {
  std::int64_t before = 0;
  std::int64_t after = 0;
  std::optional<std::int64_t> removed;    ///< of a meter that was taken out in between: its last reading
  std::optional<std::int64_t> fitted;     ///< of the one put in its place: its first
  std::optional<std::int64_t> counts_to;  ///< there the meter begins again at 0; none: it does not
};

/// None where a reading lies below the one before it and the meter does not begin again, or at or beyond where it would. REQUIRES: no
/// reading is negative, and `removed` and `fitted` come together.
std::optional<std::int64_t> counted(const Readings& readings);

}  // namespace wuye::fees
