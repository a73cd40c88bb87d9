// Points for a rate, from a manual alone: what a shortfall below the pass mark costs on a scorecard (考核表). The figures of an
// office are asked of the office itself (office.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "wuye/manual.hpp"

namespace wuye {

/// How "every 1 % lower costs n points" is read. Always percentage points below the pass mark.
enum class Step : std::uint8_t {
  per_full_point,     ///< whole percentage points count, the fraction is dropped
  pro_rata,           ///< by the exact shortfall, rounded half up to a hundredth of a point
  per_started_point,  ///< a started percentage point counts as a whole one
};
std::string_view step_name(Step step) noexcept;
/// The reading of that name; none where there is no such.
std::optional<Step> step_named(std::string_view name) noexcept;

/// No cap is higher, in points.
inline constexpr std::int64_t kMostCap = 100'000;

/// What a metric costs.
struct Marks {
  std::int64_t pass_hundredths = 10'000;  ///< the pass mark in hundredths of a percent, 0 … 10 000
  std::int64_t points = 0;                ///< for each step, 0 … 1000
  Step step = Step::per_full_point;
  std::optional<std::int64_t> cap = {};   ///< the most points that it costs; none: no cap
};
/// What a metric of the manual costs. Throws not_found naming the nearest.
Marks marks_of(const Manual& manual, std::string_view metric);

/// Counts up to here are reckoned; more is refused, so that nothing overflows.
inline constexpr std::int64_t kMostCounted = 100'000'000'000;

/// What `done` of `due` costs, in hundredths of a point; exact in integers. Nothing due is "not applicable" and costs nothing.
/// Throws invalid_argument for a negative count and out_of_range for one above kMostCounted.
std::int64_t points_hundredths(const Marks& marks, std::int64_t done, std::int64_t due);
/// The same for many: `points[i]` of `done[i]` and `due[i]`. Throws invalid_argument where the lengths differ.
void points_hundredths(const Marks& marks, std::span<const std::int64_t> done, std::span<const std::int64_t> due,
                       std::span<std::int64_t> points);

}  // namespace wuye
