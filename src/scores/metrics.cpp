// The figures themselves: integers and exact fractions, one rounding at the very end.
#include "scores/metrics.hpp"

#include <algorithm>

namespace wuye::scores {

using model::Metric;

bool counted(Verdict verdict) noexcept { return verdict <= Verdict::not_done; }
bool reached(Verdict verdict) noexcept { return verdict <= Verdict::done; }

std::string_view reason(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::in_time:
    case Verdict::done: return {};
    case Verdict::late: return "late";
    case Verdict::not_done: return "not done";
    case Verdict::not_yet: return "not yet due";
    case Verdict::paused: return "paused";
    case Verdict::dropped: return "dropped";
    case Verdict::ended_otherwise: return "ended otherwise";
    case Verdict::unreadable: return "unreadable";
  }
  return {};
}

Verdict judge(const Metric& metric, const Fact& fact, const Segment& period, Instant clock) {
  if (metric.deadline.empty()) {
    if (metric.kind == Metric::Kind::mean && !fact.value) return Verdict::unreadable;
    if (metric.endings.empty()) return Verdict::done;
    const bool wanted = std::find(metric.endings.begin(), metric.endings.end(), fact.ending) != metric.endings.end();
    if (wanted) return Verdict::done;
    // Of a ratio the others are what is missing; a count, a sum and a mean do not look at them.
    if (metric.kind != Metric::Kind::ratio) return Verdict::ended_otherwise;
    return fact.ending.empty() ? Verdict::not_yet : Verdict::not_done;
  }
  if (fact.state == "met") return Verdict::in_time;
  if (fact.state == "dropped") return Verdict::dropped;
  if (fact.state == "paused") return Verdict::paused;
  // Carried over from an earlier period: what is asked now is that it be done.
  const bool carried = metric.carried && fact.at < period.from;
  if (fact.state == "late") return carried && *fact.stopped < period.until ? Verdict::done : Verdict::late;
  if (!fact.breach || clock < *fact.breach) return Verdict::not_yet;
  return Verdict::not_done;
}

void Sum::add(const Metric& metric, const Fact& fact, Verdict verdict) {
  ++counts_[static_cast<std::size_t>(verdict)];
  if ((metric.kind == Metric::Kind::ceil_share || metric.once) && counted(verdict)) ++due_of_part_[fact.part];
  if (!reached(verdict)) return;
  if (metric.kind == Metric::Kind::sum) {
    overflow_ = overflow_ || __builtin_add_overflow(sum_, fact.number, &sum_);
  } else if (metric.kind == Metric::Kind::mean) {
    const auto found = values_.find(fact.first_by);
    Values& values = found != values_.end() ? found->second : values_[std::string(fact.first_by)];
    (fact.zone.empty() ? values.of_office : values.of_zones).push_back(*fact.value);
  }
}

void Sum::finish(const Metric& metric, Figure& figure) const {
  const auto count = [&](Verdict verdict) { return counts_[static_cast<std::size_t>(verdict)]; };
  figure.due = figure.done = 0;
  for (std::size_t i = 0; i < kVerdicts; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    if (counted(verdict)) figure.due += counts_[i];
    else if (counts_[i] != 0) figure.excluded.emplace_back(reason(verdict), counts_[i]);
    if (reached(verdict)) figure.done += counts_[i];
  }
  std::sort(figure.excluded.begin(), figure.excluded.end());
  figure.late = count(Verdict::late);
  const Marks marks{metric.pass_hundredths, metric.points, metric.step};
  switch (metric.kind) {
    case Metric::Kind::count:
      figure.due = figure.done;
      figure.value = std::to_string(figure.done);
      deduct(metric, 100 * metric.points * (metric.once ? static_cast<std::int64_t>(due_of_part_.size()) : figure.done), figure);
      return;
    case Metric::Kind::sum:
      if (overflow_) throw Error(Code::out_of_range, "the sum of " + metric.name + " does not fit 64 bits");
      figure.due = figure.done;
      figure.value = std::to_string(sum_);
      return;
    case Metric::Kind::mean: {
      figure.due = figure.done;
      if (values_.empty()) {
        figure.state = metric.months != 0 ? "pending" : "not_applicable";
        return;
      }
      std::vector<Fraction> means;
      for (const auto& [name, values] : values_) means.push_back(mean_of(values.of_office.empty() ? values.of_zones : values.of_office));
      const Fraction mean = mean_of(means);
      figure.value = mean.text();
      deduct(metric, points_hundredths(marks, mean), figure);
      return;
    }
    case Metric::Kind::ceil_share: {
      std::int64_t due = 0;
      for (const auto& [part, all] : due_of_part_) {
        const auto input = std::find_if(metric.inputs.begin(), metric.inputs.end(), [part = part](const auto& i) { return i.part == part; });
        due += (all * input->share_hundredths + 9999) / 10'000;
      }
      figure.due = due;
      figure.done = std::min(figure.done, due);
      break;
    }
    case Metric::Kind::ratio: break;
  }
  if (figure.due == 0) {
    figure.state = "not_applicable";
    return;
  }
  figure.value = Fraction(static_cast<std::uint64_t>(figure.done), static_cast<std::uint64_t>(figure.due)).text();
  deduct(metric, wuye::points_hundredths(marks, figure.done, figure.due), figure);
}

void deduct(const Metric& metric, std::int64_t found_hundredths, Figure& figure) {
  const std::int64_t costs = metric.cap ? std::min(found_hundredths, 100 * *metric.cap) : found_hundredths;
  figure.points_hundredths += costs;
  figure.cut_hundredths += found_hundredths - costs;
}

Figure blank(const Metric& metric) {
  constexpr std::array<const char*, 5> kKinds = {"count", "sum", "ratio", "mean", "ceil_share"};
  Figure out;
  out.metric = metric.name;
  out.title_zh = metric.title.zh;
  out.title_en = metric.title.en;
  out.kind = kKinds[static_cast<std::size_t>(metric.kind)];
  out.clauses = metric.clauses;
  out.pass_hundredths = metric.pass_hundredths;
  out.money = metric.collected.has_value();
  return out;
}

}  // namespace wuye::scores
