// The figures themselves: integers only, one rounding at the very end.
#include "scores/metrics.hpp"

#include <algorithm>

namespace wuye::scores {

std::int64_t points_hundredths(std::int64_t done, std::int64_t due, std::int64_t pass_hundredths, std::int64_t points, model::StepReading step) {
  if (due <= 0) return 0;
  // Shortfall × due, in hundredths of a percent: exact.
  const std::int64_t short_by = pass_hundredths * due - 10'000 * done;
  if (short_by <= 0) return 0;
  switch (step) {
    case model::StepReading::full_point: return short_by / (100 * due) * points * 100;
    case model::StepReading::started_point: return (short_by + 100 * due - 1) / (100 * due) * points * 100;
    case model::StepReading::pro_rata: return (2 * short_by * points + due) / (2 * due);
  }
  return 0;
}

Figure on_time(const model::Metric& metric, std::vector<DeadlineFact>&& facts, const Segment& period, Instant clock, std::string_view who) {
  Figure out;
  out.metric = metric.name;
  out.title_zh = metric.title.zh;
  out.title_en = metric.title.en;
  out.who = who;
  out.clauses = metric.clauses;
  out.pass_hundredths = metric.pass_hundredths;
  std::sort(facts.begin(), facts.end(), [](const DeadlineFact& a, const DeadlineFact& b) {
    if (a.row.due != b.row.due) return a.row.due < b.row.due;
    return a.row.case_id != b.row.case_id ? a.row.case_id < b.row.case_id : a.row.generation < b.row.generation;
  });
  for (const DeadlineFact& fact : facts) {
    const rows::Deadline& row = fact.row;
    if (!row.due || *row.due < period.from || *row.due >= period.until) continue;
    Figure::Case one;
    one.case_id = row.case_id;
    one.generation = static_cast<std::int32_t>(row.generation);
    one.due = *row.due;
    switch (metric.charge) {
      case model::Metric::Charge::actor: one.who = !row.stopped_by.empty() ? row.stopped_by : row.charged_holder; break;
      case model::Metric::Charge::holder: one.who = row.charged_holder; break;
      case model::Metric::Charge::opener: one.who = fact.opened_by; break;
    }
    if (one.who.empty()) one.who = fact.opened_by;
    if (!who.empty() && one.who != who) continue;
    if (row.state == "met") {
      one.met = row.stopped;
      one.on_time = true;
    } else if (row.state == "late") {
      one.met = row.stopped;
      one.reason = "late";
    } else if (row.state == "dropped") {
      one.counted = false;
      one.reason = "dropped";
      if (!fact.ending.empty()) one.reason += ": " + fact.ending;
    } else if (row.state == "paused") {
      one.counted = false;
      one.reason = "paused";
    } else if (!row.breach || clock < *row.breach) {
      one.counted = false;
      one.reason = "not yet due";
    } else {
      one.reason = "not done";
    }
    if (one.counted) {
      ++out.due;
      if (one.on_time) ++out.done;
      else if (one.met) ++out.late;
    }
    out.cases.push_back(std::move(one));
  }
  out.points_hundredths = points_hundredths(out.done, out.due, metric.pass_hundredths, metric.points, metric.step);
  return out;
}

}  // namespace wuye::scores
