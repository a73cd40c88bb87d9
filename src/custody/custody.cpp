#include "custody/custody.hpp"

namespace wuye::custody {

std::vector<Stretch> stretches(const cases::Case& c) {
  std::vector<Stretch> out;
  for (const cases::StageSpan& span : c.history) {
    if (span.from >= span.until) continue;
    const model::Stage& stage = c.procedure->stages[static_cast<std::size_t>(span.stage)];
    out.push_back({span.stage, stage.where, span.keeper, span.from, span.until});
  }
  return out;
}

std::string fault(const cases::Case& c, const std::vector<Stretch>& stretches) {
  const auto at = [&](Instant instant) { return c.manual->zone.format(instant); };
  Instant until = stretches.empty() ? c.opened_at : stretches.front().from;
  for (const Stretch& one : stretches) {
    if (one.keeper.empty()) return "nobody has it from " + at(one.from);
    if (one.from != until) return (one.from < until ? "it is in two places at " : "nobody has it at ") + at(std::min(one.from, until));
    until = one.until;
  }
  return until == kNever ? std::string() : "nobody has it from " + at(until);
}

}  // namespace wuye::custody
