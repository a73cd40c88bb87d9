// Metrics: exact fractions over rows, with the reason why each case counts or does not (domain rulings K1, K3, K5, K8).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "manual/model.hpp"
#include "tables/rows.hpp"
#include "wuye/office.hpp"

namespace wuye::scores {

/// A deadline of a case, with what the metric needs of the case itself.
struct DeadlineFact {
  rows::Deadline row;
  std::string ending;     ///< what the case's ending counts as; empty while live
  std::string opened_by;
};

/// The share met in time of those whose due instant falls in the period. `clock` is how far the office has come: what is
/// not yet due by then is not counted. `who` restricts to what is charged to one officer; empty: the whole office.
Figure on_time(const model::Metric& metric, std::vector<DeadlineFact>&& facts, const Segment& period, Instant clock, std::string_view who);

/// Points for done ÷ due against a pass mark (hundredths of a percent), in hundredths of a point. `due` = 0: none.
/// full_point: whole percentage points short, the fraction dropped; started_point: a started one counts; pro_rata: by
/// the exact shortfall, rounded half up to a hundredth of a point (the one rounding).
std::int64_t points_hundredths(std::int64_t done, std::int64_t due, std::int64_t pass_hundredths, std::int64_t points, model::StepReading step);

}  // namespace wuye::scores
