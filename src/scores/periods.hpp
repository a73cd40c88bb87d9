// Months, and the spans of several months in which figures are reckoned.
#pragma once

#include <string>
#include <vector>

#include "wuye/time.hpp"

namespace wuye::scores {

/// The months that a segment touches, as the zone's calendar has them.
std::vector<Segment> months_of(const Segment& period, const Zone& zone);

/// "2026-03"
std::string month_name(Instant from, const Zone& zone);

/// The span of so many months in which an instant lies (January to June …), or the one before it. REQUIRES: `months` divides twelve.
Segment span_of(Instant at, int months, bool before, const Zone& zone);

}  // namespace wuye::scores
