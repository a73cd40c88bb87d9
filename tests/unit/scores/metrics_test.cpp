// The score arithmetic: exact in all three readings, no floating point, nothing due is no deduction.
#include "scores/metrics.hpp"

#include "../office/support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;
using model::StepReading;
using scores::points_hundredths;

rows::Deadline row(const char* id, const char* state, std::string_view due, const char* by = "", const char* holder = "") {
  rows::Deadline out;
  out.case_id = id;
  out.state = state;
  out.due = when(due);
  out.breach = Instant{out.due->us + 1};
  out.stopped_by = by;
  out.charged_holder = holder;
  if (std::string(state) != "running") out.stopped = out.due;
  return out;
}

}  // namespace

TEST_CASE("the table of the score ruling, at four points a step") {
  struct One {
    std::int64_t rate;  // of 10 000
    std::int64_t full, pro_rata, started;
  };
  for (const One& one : std::initializer_list<One>{
           {10000, 0, 0, 0}, {9500, 0, 0, 0}, {9450, 0, 200, 400}, {9400, 400, 400, 400}, {9399, 400, 404, 800}, {9000, 2000, 2000, 2000}, {0, 38000, 38000, 38000}}) {
    for (const std::int64_t scale : {1, 7, 1000}) {
      INFO(one.rate << " × " << scale);
      CHECK(points_hundredths(one.rate * scale, 10000 * scale, 9500, 4, StepReading::full_point) == one.full);
      CHECK(points_hundredths(one.rate * scale, 10000 * scale, 9500, 4, StepReading::pro_rata) == one.pro_rata);
      CHECK(points_hundredths(one.rate * scale, 10000 * scale, 9500, 4, StepReading::started_point) == one.started);
    }
  }
  // 0.95 − 0.93 in floating point would be one step; 45 of 46 is 2.17 points short.
  CHECK(points_hundredths(93, 100, 9500, 4, StepReading::full_point) == 800);
  CHECK(points_hundredths(45, 46, 10000, 4, StepReading::full_point) == 800);
  CHECK(points_hundredths(45, 46, 10000, 4, StepReading::started_point) == 1200);
  CHECK(points_hundredths(45, 46, 10000, 4, StepReading::pro_rata) == 870);  // 8.6956…
  // Half a hundredth is rounded up, once.
  CHECK(points_hundredths(199, 200, 9951, 1, StepReading::pro_rata) == 1);
  CHECK(points_hundredths(1999, 2000, 10000, 1, StepReading::pro_rata) == 5);
}

TEST_CASE("nothing due: no deduction") {
  for (const auto step : {StepReading::full_point, StepReading::pro_rata, StepReading::started_point}) {
    CHECK(points_hundredths(0, 0, 10000, 4, step) == 0);
    CHECK(points_hundredths(0, -1, 10000, 4, step) == 0);
    CHECK(points_hundredths(0, 1, 10000, 0, step) == 0);
    CHECK(points_hundredths(0, 1, 0, 4, step) == 0);
  }
}

TEST_CASE("random rates against the definition") {
  std::uint64_t seed = 5;
  const auto next = [&seed](std::int64_t bound) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::int64_t>((seed >> 33U) % static_cast<std::uint64_t>(bound));
  };
  for (int i = 0; i < 5000; ++i) {
    const std::int64_t due = 1 + next(500);
    const std::int64_t done = next(due + 1);
    const std::int64_t pass = next(101) * 100;
    // One step at a time: how many whole points fit below the mark.
    std::int64_t whole = 0;
    while ((pass - 100 * (whole + 1)) * due >= 10'000 * done) ++whole;
    const bool more = (pass - 100 * whole) * due > 10'000 * done;
    CHECK(points_hundredths(done, due, pass, 4, StepReading::full_point) == whole * 400);
    CHECK(points_hundredths(done, due, pass, 4, StepReading::started_point) == (whole + (more ? 1 : 0)) * 400);
  }
}

TEST_CASE("what counts, on time or not, and whose it is") {
  const model::Metric& given = desk().compiled().metrics[0];
  const Segment march = parse_period("2026-03", desk().zone());
  const auto facts = [] {
    std::vector<scores::DeadlineFact> out;
    out.push_back({row("met", "met", "03-02 09:00", "zhao", "sun"), "done", "hu"});
    out.push_back({row("late", "late", "03-02 10:00", "qian", "sun"), "", "hu"});
    out.push_back({row("dropped", "dropped", "03-02 11:00", "zhao"), "cancelled", "hu"});
    out.push_back({row("open", "running", "03-02 12:00", "", "sun"), "", "hu"});
    out.push_back({row("ahead", "running", "03-30 12:00", "", ""), "", "hu"});
    out.push_back({row("paused", "paused", "03-02 13:00"), "", "hu"});
    out.push_back({row("april", "met", "04-01 00:00", "zhao"), "", "hu"});
    out.push_back({row("first", "met", "03-01 00:00", "zhao"), "", "hu"});
    return out;
  };
  Figure all = scores::on_time(given, facts(), march, when("03-03 00:00"), "");
  CHECK(all.due == 4);
  CHECK(all.done == 2);
  CHECK(all.late == 1);
  CHECK(all.points_hundredths == 50 * 400);
  REQUIRE(all.cases.size() == 7);
  CHECK(all.cases[0].case_id == "first");
  Texts reasons;
  Texts who;
  for (const Figure::Case& one : all.cases) {
    reasons.push_back(one.reason);
    who.push_back(one.who);
  }
  CHECK(reasons == Texts{"", "", "late", "dropped: cancelled", "not done", "paused", "not yet due"});
  CHECK(who == Texts{"zhao", "zhao", "qian", "zhao", "sun", "hu", "hu"});
  CHECK(scores::on_time(given, facts(), march, when("03-03 00:00"), "zhao").due == 2);
  CHECK(scores::on_time(given, facts(), march, when("03-03 00:00"), "nobody").due == 0);
  // Up to the instant itself it is not yet late.
  CHECK(scores::on_time(given, facts(), march, when("03-02 12:00"), "").due == 3);
  CHECK(scores::on_time(given, facts(), march, Instant{when("03-02 12:00").us + 1}, "").due == 4);
  model::Metric metric = given;
  metric.charge = model::Metric::Charge::holder;
  CHECK(scores::on_time(metric, facts(), march, when("03-03 00:00"), "sun").due == 3);
  metric.charge = model::Metric::Charge::opener;
  CHECK(scores::on_time(metric, facts(), march, when("03-03 00:00"), "hu").due == 4);
}
