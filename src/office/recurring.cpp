// Recurring duties: the cases of which nobody has to think. When one falls due is the duties room's; here stand the lines and rows.
#include <algorithm>

#include "duties/occurrence.hpp"
#include "journal/json.hpp"
#include "office/engine.hpp"

namespace wuye {

std::optional<duties::Occurrence> Engine::next_of(const rows::Duty& row) const {
  const auto& [seq, held] = *state_.manuals.rbegin();
  const model::Manual& manual = held.compiled();
  const model::Duty* duty = manual.duty(row.name);
  if (!duty || !duty->stands) return std::nullopt;
  Instant from = state_.adopted.find(std::to_string(seq))->at;
  for (const std::string& name : {duty->chapter, manual.procedure(duty->opens)->chapter}) {
    const model::Chapter* chapter = manual.chapter(name);
    if (!chapter) continue;
    if (!chapter->used) return std::nullopt;
    if (chapter->from.days != INT32_MIN) from = std::max(from, manual.zone.instant({chapter->from, 0}));
  }
  const auto done = row.period.empty() ? std::optional<Date>() : parse_date(row.period);
  return duties::next(*duty, manual, from, done);
}

void Engine::retime_duties(std::int64_t seq) {
  std::vector<std::string> names;
  for (const model::Duty& duty : state_.manuals.rbegin()->second.compiled().duties) {
    if (duty.stands) names.push_back(duty.name);
  }
  state_.duties.each_unordered([&](const rows::Duty& row) { names.push_back(row.name); });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : names) {
    rows::Duty& row = state_.duties.edit(name, state_.mark());
    row.name = name;
    put_off(row, seq);
  }
}

void Engine::find_duty(const std::string& name, std::vector<Notice>& out) {
  const auto next = next_of(*state_.duties.find(name));
  const model::Duty& duty = *state_.manuals.rbegin()->second.compiled().duty(name);
  const std::string period = format_date(next->period);
  const std::string first = name + ':' + period;
  Found found;
  found.at = next->at;
  found.now = std::max(state_.clock, next->at);
  found.what = "opened";
  found.case_id = first;
  for (int n = 2; state_.cases.find(found.case_id); ++n) found.case_id = first + '#' + std::to_string(n);
  found.reason = name;
  json::Object(found.facts).text("period", period).end();
  found.procedure = duty.opens;
  found.with = duty.with;
  if (!duty.period.empty()) set_field(found.with, duty.period, period);
  append(found);
  apply(found);
  find_reached(found.case_id, 0, 0, found.now, out);
}

void Engine::apply_duty(const Found& found) {
  rows::Duty& row = state_.duties.edit(found.reason, state_.mark());
  row.name = found.reason;
  row.period = json::parse(found.facts).at("period").as_text();
  row.last = found.at;
  row.case_id = found.case_id;
  put_off(row, found.seq);
}

void Engine::put_off(rows::Duty& row, std::int64_t seq) {
  const auto next = next_of(row);
  row.next = next ? std::optional(next->at) : std::nullopt;
  row.seq = seq;
  state_.retime(row);
}

}  // namespace wuye
