// What a meter has counted between two readings, over the point at which it begins again. Millionths.
#pragma once

#include <cstdint>
#include <optional>

namespace wuye::fees {

/// None where the later reading lies below the earlier and the meter does not begin again (`counts_to`: there, at 0), or where one lies at or
/// beyond the point at which it would. REQUIRES: no reading is negative.
std::optional<std::int64_t> counted(std::int64_t before, std::int64_t after, std::optional<std::int64_t> counts_to);

}  // namespace wuye::fees
