// Outcomes as handles.
#pragma once

#include <memory>
#include <vector>

#include "handles.hpp"

namespace wuye::c {

std::unique_ptr<wuye_outcome> outcome_of(Outcome&& outcome);
/// A batch: its own texts are those of the entry that decided it, the first refused or else the last.
std::unique_ptr<wuye_outcome> batch_of(std::vector<Outcome>&& outcomes);

}  // namespace wuye::c
