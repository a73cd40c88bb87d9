// What the quotas of callbacks need of the office's state; shared by the files of the engine.
#pragma once

#include "office/state.hpp"

namespace wuye {

/// What governs a group of a quota in a month: a period takes the manual of its first instant (ruling K11), and where that has no such
/// group, the last manual that has. Null where none has.
struct QuotaRule {
  const model::Quota* quota = nullptr;
  const model::QuotaGroup* group = nullptr;
  Segment month;
};
QuotaRule quota_rule(const State& state, std::string_view quota, std::string_view month, std::string_view group);

/// When the month's draw is settled: right after its end, where its share is not met and somebody was passed over; else kNever.
Instant settles_at(const State& state, const rows::CallbackMonth& row);

}  // namespace wuye
