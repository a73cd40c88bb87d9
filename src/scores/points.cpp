// Points for a rate. Integers only; one rounding, at the end of `pro_rata` (domain ruling K1).
#include <algorithm>
#include <array>
#include <string>

#include "manual/model.hpp"
#include "manual/names.hpp"
#include "wuye/score.hpp"

namespace wuye {
namespace {

constexpr std::array<std::string_view, 3> kSteps = {"per_full_point", "pro_rata", "per_started_point"};

void check(std::int64_t count, const char* what) {
  if (count < 0) throw Error(Code::invalid_argument, std::string(what) + " is negative").with("argument", what);
  if (count > kMostCounted) {
    throw Error(Code::out_of_range, std::string(what) + " is more than " + std::to_string(kMostCounted)).with("argument", what);
  }
}

void check(const Marks& marks) {
  if (marks.pass_hundredths < 0 || marks.pass_hundredths > 10'000) throw Error(Code::invalid_argument, "a pass mark lies between 0 and 100 %");
  if (marks.points < 0 || marks.points > 1000) throw Error(Code::invalid_argument, "points lie between 0 and 1000");
  if (marks.cap && (*marks.cap < 0 || *marks.cap > kMostCap)) {
    throw Error(Code::invalid_argument, "a cap lies between 0 and " + std::to_string(kMostCap));
  }
}

std::int64_t uncapped(const Marks& marks, std::int64_t done, std::int64_t due) {
  if (due == 0 || done >= due) return 0;
  // The shortfall in hundredths of a percent, times due.
  const std::int64_t short_by = marks.pass_hundredths * due - 10'000 * done;
  if (short_by <= 0) return 0;
  const std::int64_t point = 100 * due;
  switch (marks.step) {
    case Step::per_full_point: return short_by / point * marks.points * 100;
    case Step::per_started_point: return (short_by + point - 1) / point * marks.points * 100;
    case Step::pro_rata: return (2 * short_by * marks.points + due) / (2 * due);
  }
  return 0;
}

std::int64_t reckon(const Marks& marks, std::int64_t done, std::int64_t due) {
  const std::int64_t found = uncapped(marks, done, due);
  return marks.cap ? std::min(found, 100 * *marks.cap) : found;
}

}  // namespace

std::string_view step_name(Step step) noexcept { return kSteps[static_cast<std::size_t>(step)]; }

std::optional<Step> step_named(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    if (kSteps[i] == name) return static_cast<Step>(i);
  }
  return std::nullopt;
}

Marks marks_of(const Manual& manual, std::string_view name) {
  std::vector<std::string> known;
  for (const model::Metric& metric : manual.compiled().metrics) {
    if (metric.name == name) return {metric.pass_hundredths, metric.points, metric.step, metric.cap};
    known.push_back(metric.name);
  }
  Error error(Code::not_found, "the manual has no metric " + std::string(name));
  if (const std::string near = nearest(name, known); !near.empty()) error.with("nearest", near);
  throw error;
}

std::int64_t points_hundredths(const Marks& marks, std::int64_t done, std::int64_t due) {
  check(marks);
  check(done, "done");
  check(due, "due");
  return reckon(marks, done, due);
}

void points_hundredths(const Marks& marks, std::span<const std::int64_t> done, std::span<const std::int64_t> due,
                       std::span<std::int64_t> points) {
  check(marks);
  if (done.size() != due.size() || done.size() != points.size()) {
    throw Error(Code::invalid_argument, "done, due and points must be of one length");
  }
  for (std::size_t i = 0; i < done.size(); ++i) {
    check(done[i], "done");
    check(due[i], "due");
    points[i] = reckon(marks, done[i], due[i]);
  }
}

}  // namespace wuye
