// The points calculator: the score ruling's table in all readings, the metrics of a manual, arrays, and random counts against a
// slow exact reference.
#include <vector>

#include "../office/support.hpp"
#include "wuye/score.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

/// Step by step down from the pass mark, in percentage points; the rest as an exact fraction rest/due.
std::int64_t slow_points(const Marks& marks, std::int64_t done, std::int64_t due) {
  if (due == 0) return 0;
  std::int64_t left = marks.pass_hundredths * due - 10'000 * done;
  std::int64_t whole = 0;
  while (left >= 100 * due) {
    left -= 100 * due;
    ++whole;
  }
  if (left < 0) left = 0;
  switch (marks.step) {
    case Step::per_full_point: return whole * marks.points * 100;
    case Step::per_started_point: return (whole + (left > 0 ? 1 : 0)) * marks.points * 100;
    case Step::pro_rata: break;
  }
  // Hundredths of a point are counted one by one; half of one counts.
  std::int64_t hundredths = whole * marks.points * 100;
  std::int64_t rest = left * marks.points;
  while (2 * rest >= due) {
    rest -= due;
    ++hundredths;
  }
  return hundredths;
}

}  // namespace

TEST_CASE("the score ruling's table, exactly, in all three readings") {
  struct One {
    std::int64_t rate;  // of 10 000
    std::int64_t full, pro_rata, started;
  };
  for (const One& one : std::initializer_list<One>{{10'000, 0, 0, 0},
                                                   {9500, 0, 0, 0},
                                                   {9450, 0, 200, 400},
                                                   {9400, 400, 400, 400},
                                                   {9399, 400, 404, 800},
                                                   {9000, 2000, 2000, 2000}}) {
    INFO(one.rate);
    CHECK(points_hundredths({9500, 4, Step::per_full_point}, one.rate, 10'000) == one.full);
    CHECK(points_hundredths({9500, 4, Step::pro_rata}, one.rate, 10'000) == one.pro_rata);
    CHECK(points_hundredths({9500, 4, Step::per_started_point}, one.rate, 10'000) == one.started);
  }
  // In floating point 0.95 - 0.93 is 0.01999…
  CHECK(points_hundredths({9500, 4, Step::per_full_point}, 93, 100) == 800);
}

TEST_CASE("what a metric of a manual costs") {
  const Manual standard = Manual::standard();
  const Marks marks = marks_of(standard, "dispatch_timeliness");
  CHECK(marks.pass_hundredths == 10'000);
  CHECK(marks.points == 4);
  CHECK(marks.step == Step::per_full_point);
  CHECK(points_hundredths(marks, 45, 46) == 800);
  try {
    marks_of(standard, "dispatch_timelines");
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == Code::not_found);
  }
  for (const Step step : {Step::per_full_point, Step::pro_rata, Step::per_started_point}) CHECK(step_named(step_name(step)) == step);
  CHECK_FALSE(step_named("half").has_value());
}

TEST_CASE("a cap is the most that a rate costs") {
  Marks marks{9500, 4, Step::pro_rata, 20};
  CHECK(points_hundredths(marks, 9450, 10'000) == 200);
  CHECK(points_hundredths(marks, 9000, 10'000) == 2000);
  CHECK(points_hundredths(marks, 8999, 10'000) == 2000);
  marks.cap = 0;
  CHECK(points_hundredths(marks, 0, 1) == 0);
  marks.cap = kMostCap + 1;
  CHECK_THROWS_AS(points_hundredths(marks, 0, 1), Error);
  CHECK_FALSE(marks_of(Manual::standard(), "dispatch_timeliness").cap.has_value());
  const Manual::Layer layer{"capped.toml", "name = \"capped\"\nextends = \"standard\"\n[switch.scorecard.metric_cap]\nvalue = \"20\"\n"};
  const Manual capped = Manual::load({&layer, 1});
  CHECK(points_hundredths(marks_of(capped, "dispatch_timeliness"), 0, 1) == 2000);
}

TEST_CASE("arrays of counts, and what is refused") {
  const Marks marks{9500, 4, Step::pro_rata};
  const std::vector<std::int64_t> done = {0, 19, 9450, 7, kMostCounted - 1};
  const std::vector<std::int64_t> due = {0, 20, 10'000, 5, kMostCounted};
  std::vector<std::int64_t> points(5, -1);
  points_hundredths(marks, done, due, points);
  CHECK(points == std::vector<std::int64_t>{0, 0, 200, 0, 0});
  CHECK(points_hundredths({10'000, 1000, Step::pro_rata}, 0, kMostCounted) == 10'000'000);
  CHECK_THROWS_AS(points_hundredths(marks, -1, 5), Error);
  CHECK_THROWS_AS(points_hundredths(marks, 1, -5), Error);
  CHECK_THROWS_AS(points_hundredths(marks, 1, kMostCounted + 1), Error);
  CHECK_THROWS_AS(points_hundredths({10'001, 4, Step::pro_rata}, 1, 2), Error);
  CHECK_THROWS_AS(points_hundredths({9500, -1, Step::pro_rata}, 1, 2), Error);
  std::vector<std::int64_t> room(4);
  CHECK_THROWS_AS(points_hundredths(marks, done, due, room), Error);
}

TEST_CASE("random counts against the slow reference") {
  std::uint64_t seed = 11;
  const auto next = [&seed](std::int64_t bound) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::int64_t>((seed >> 33U) % static_cast<std::uint64_t>(bound));
  };
  for (int i = 0; i < 3000; ++i) {
    const std::int64_t due = next(400);
    const std::int64_t done = due == 0 ? 0 : next(due + 2);
    for (const Step step : {Step::per_full_point, Step::pro_rata, Step::per_started_point}) {
      const Marks marks{next(10'001), next(11), step};
      INFO(done << " of " << due << ", pass " << marks.pass_hundredths << ", " << marks.points << " points, " << step_name(step));
      CHECK(points_hundredths(marks, done, due) == slow_points(marks, done, due));
    }
  }
}
