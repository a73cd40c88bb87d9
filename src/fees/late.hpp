// What lateness adds to a charge: simple, by the day, on what is still owed. One rounding, at the end.
#pragma once

#include <cstdint>
#include <span>

#include "manual/model.hpp"
#include "wuye/fees.hpp"

namespace wuye::fees {

/// What has accrued by `as_of` on a charge that was to be paid by `due`. Each night after the due day and the days of grace counts with what was
/// owed in it; `owed` says from which day on that is how much, days ascending. Never more than the cap, a share of what was owed when it
/// fell due. 0 where the terms do not stand. Throws invalid_argument for days out of order, an amount below 0 or above kMostFen.
std::int64_t late_fee_fen(const model::LateFee& terms, Date due, std::span<const Owed> owed, Date as_of);

}  // namespace wuye::fees
