// When a recurring duty (周期性职责) falls due: once in every period, on its day and at its hour, put off to the next day that has hours.
// That somebody is told, and which case there is of it, is the office's business.
#pragma once

#include <optional>

#include "manual/model.hpp"

namespace wuye::duties {

struct Occurrence {
  Date period;  ///< its first day
  Instant at;
  friend bool operator==(const Occurrence&, const Occurrence&) = default;
};

/// The first day of the period in which the day lies, and of the period after that.
Date period_of(const model::Duty& duty, Date day);
Date period_after(const model::Duty& duty, Date day);

/// When the duty falls due of the period that begins on `period`; none where its calendar has no hours for so long that there never
/// will be, or the time lies beyond all that is reckoned with.
std::optional<Instant> due_of(const model::Duty& duty, const model::Manual& manual, Date period);

/// The first that falls due at `from` or later, of the periods that begin after `done`; none: of all of them.
std::optional<Occurrence> next(const model::Duty& duty, const model::Manual& manual, Instant from, std::optional<Date> done);

}  // namespace wuye::duties
