// What counts of a metric's facts, and what they add up to: in time or not, carried or not, counts, sums, means and shares.
#include "scores/metrics.hpp"

#include "../office/support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;
using model::Metric;
using scores::Fact;
using scores::Fraction;
using scores::Sum;
using scores::Verdict;

Metric on_deadline() {
  Metric metric;
  metric.name = "m";
  metric.deadline = "d";
  metric.points = 4;
  return metric;
}

Fact fact(std::string_view state, std::string_view due, std::optional<std::string_view> stopped = {}) {
  Fact out;
  out.state = state;
  out.at = when(due);
  out.breach = Instant{out.at.us + 1};
  if (stopped) out.stopped = when(*stopped);
  return out;
}

Figure add_up(const Metric& metric, const std::vector<Fact>& facts, std::string_view clock = "04-30 00:00") {
  const Segment march = parse_period("2026-03", desk().zone());
  Sum sum;
  for (const Fact& one : facts) sum.add(metric, one, judge(metric, one, march, when(clock)));
  Figure out = scores::blank(metric);
  sum.finish(metric, out);
  return out;
}

}  // namespace

TEST_CASE("of a deadline: in time, late, not done, not yet due, paused, dropped") {
  const Metric metric = on_deadline();
  const std::vector<Fact> facts = {fact("met", "03-01 00:00", "03-01 00:00"), fact("met", "03-02 09:00", "03-02 08:00"),
                                   fact("late", "03-02 10:00", "03-02 11:00"), fact("dropped", "03-02 11:00", "03-02 10:00"),
                                   fact("running", "03-02 12:00"),             fact("running", "03-30 12:00"),
                                   fact("paused", "03-02 13:00")};
  const Figure figure = add_up(metric, facts, "03-03 00:00");
  CHECK(figure.due == 4);
  CHECK(figure.done == 2);
  CHECK(figure.late == 1);
  CHECK(figure.value == "1/2");
  CHECK(figure.state == "counted");
  CHECK(figure.points_hundredths == 50 * 400);
  CHECK(figure.excluded == std::vector<std::pair<std::string, std::int64_t>>{{"dropped", 1}, {"not yet due", 1}, {"paused", 1}});
  Metric capped = metric;
  capped.cap = 20;
  CHECK(add_up(capped, facts, "03-03 00:00").points_hundredths == 2000);
  CHECK(add_up(capped, facts, "03-03 00:00").cut_hundredths == 48 * 400 - 1200);
  // Up to the instant itself it is not yet late.
  CHECK(add_up(metric, facts, "03-02 12:00").due == 3);
  const Figure none = add_up(metric, {});
  CHECK(none.state == "not_applicable");
  CHECK(none.value.empty());
  CHECK(none.points_hundredths == 0);
}

TEST_CASE("what was missed is asked for again where it is carried") {
  Metric metric = on_deadline();
  const Fact missed = fact("running", "02-10 00:00");
  const Fact late_in_march = fact("late", "02-11 00:00", "03-05 00:00");
  const Fact late_in_april = fact("late", "02-12 00:00", "04-05 00:00");
  const Fact late_of_march = fact("late", "03-11 00:00", "03-15 00:00");
  metric.carried = true;
  const Figure carried = add_up(metric, {missed, late_in_march, late_in_april, late_of_march});
  CHECK(carried.due == 4);
  CHECK(carried.done == 1);
  metric.carried = false;
  CHECK(add_up(metric, {late_in_march}).done == 0);
}

TEST_CASE("cases by how they ended") {
  Metric metric;
  metric.endings = {"done"};
  Fact done;
  done.ending = "done";
  Fact other;
  other.ending = "no_access";
  Fact live;
  const Figure ratio = add_up(metric, {done, done, other, live});
  CHECK(ratio.value == "2/3");
  CHECK(ratio.excluded == std::vector<std::pair<std::string, std::int64_t>>{{"not yet due", 1}});
  metric.kind = Metric::Kind::count;
  const Figure count = add_up(metric, {done, done, other, live});
  CHECK(count.value == "2");
  CHECK(count.excluded == std::vector<std::pair<std::string, std::int64_t>>{{"ended otherwise", 2}});
  metric.endings.clear();
  CHECK(add_up(metric, {done, other, live}).value == "3");
  CHECK(add_up(metric, {}).value == "0");
}

TEST_CASE("a sum, and one that is too large") {
  Metric metric;
  metric.kind = Metric::Kind::sum;
  Fact a;
  a.number = 40;
  Fact b;
  b.number = -2;
  CHECK(add_up(metric, {a, b}).value == "38");
  a.number = INT64_MAX;
  CHECK_THROWS_AS(add_up(metric, {a, a}), Error);
}

TEST_CASE("a mean of rates: each source first, the whole office before its zones") {
  Metric metric;
  metric.kind = Metric::Kind::mean;
  metric.months = 6;
  metric.pass_hundredths = 9500;
  metric.points = 4;
  const auto rate = [](std::string_view source, std::uint64_t num, std::uint64_t den, std::string_view zone = {}) {
    Fact out;
    out.first_by = source;
    out.value = Fraction(num, den);
    out.zone = zone;
    return out;
  };
  // 93.5 % and 94.5 % are 94 %, and that costs four points (R329, R330).
  const Figure example = add_up(metric, {rate("survey", 935, 1000), rate("spot_check", 945, 1000)});
  CHECK(example.value == "47/50");
  CHECK(example.points_hundredths == 400);
  // Several spot checks are averaged before they stand beside the survey.
  CHECK(add_up(metric, {rate("survey", 1, 1), rate("spot_check", 1, 2), rate("spot_check", 0, 1)}).value == "5/8");
  CHECK(add_up(metric, {rate("survey", 9, 10)}).value == "9/10");
  CHECK(add_up(metric, {rate("survey", 9, 10, "A"), rate("survey", 1, 2)}).value == "1/2");
  CHECK(add_up(metric, {rate("survey", 9, 10, "A"), rate("survey", 7, 10, "B")}).value == "4/5");
  CHECK(add_up(metric, {}).state == "pending");
  Fact unreadable;
  CHECK(add_up(metric, {unreadable}).excluded == std::vector<std::pair<std::string, std::int64_t>>{{"unreadable", 1}});
}

TEST_CASE("a share of what is due, rounded up part by part, and never more done than due") {
  Metric metric = on_deadline();
  metric.kind = Metric::Kind::ceil_share;
  metric.inputs.resize(2);
  metric.inputs[0].share_hundredths = 8000;
  metric.inputs[1].part = 1;
  std::vector<Fact> facts;
  for (int i = 0; i < 61; ++i) facts.push_back(fact(i < 40 ? "met" : "running", "03-02 09:00", "03-02 08:00"));
  for (int i = 0; i < 9; ++i) {
    facts.push_back(fact("met", "03-02 09:00", "03-02 08:00"));
    facts.back().part = 1;
  }
  const Figure figure = add_up(metric, facts);
  CHECK(figure.due == 58);
  CHECK(figure.done == 49);
  for (Fact& one : facts) one.state = "met";
  CHECK(add_up(metric, facts).done == 58);
  CHECK(add_up(metric, facts).points_hundredths == 0);
}

TEST_CASE("fractions of any size") {
  using scores::Natural;
  CHECK(Natural(0).text() == "0");
  CHECK(Natural(UINT64_MAX).text() == "18446744073709551615");
  CHECK((Natural(UINT64_MAX) * Natural(UINT64_MAX)).text() == "340282366920938463426481119284349108225");
  CHECK((Natural(UINT64_MAX) + Natural(1)).text() == "18446744073709551616");
  CHECK((Natural(UINT64_MAX) + Natural(1) - Natural(1)) == Natural(UINT64_MAX));
  CHECK_FALSE(Natural(UINT64_MAX).small().has_value());
  CHECK(Natural(1'000'000'000).text() == "1000000000");
  CHECK(Fraction(6, 8).text() == "3/4");
  CHECK((Fraction(1, 3) + Fraction(1, 6)).text() == "1/2");
  // The mean of 1/2, 1/3, 1/5 … has every prime in its denominator: the product of the first fifteen times fifteen.
  std::vector<Fraction> values;
  for (const std::uint64_t prime : {2U, 3U, 5U, 7U, 11U, 13U, 17U, 19U, 23U, 29U, 31U, 37U, 41U, 43U, 47U}) values.emplace_back(1U, prime);
  CHECK(scores::mean_of(values).text() == "1021729465586766997/9223346738827371150");
  CHECK(scores::decimal_fraction("93.5")->text() == "187/2");
  CHECK(scores::decimal_fraction("100")->text() == "100");
  CHECK_FALSE(scores::decimal_fraction("-1").has_value());
  CHECK_FALSE(scores::decimal_fraction("1.2.3").has_value());
  CHECK_FALSE(scores::decimal_fraction("").has_value());
}

TEST_CASE("points of a fraction are those of its counts") {
  std::uint64_t seed = 3;
  const auto next = [&seed](std::uint64_t bound) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (seed >> 33U) % bound;
  };
  for (int i = 0; i < 400; ++i) {
    const std::uint64_t due = 1 + next(300);
    const std::uint64_t done = next(due + 1);
    for (const Step step : {Step::per_full_point, Step::pro_rata, Step::per_started_point}) {
      const Marks marks{static_cast<std::int64_t>(next(10'001)), 4, step};
      CHECK(scores::points_hundredths(marks, Fraction(done, due)) ==
            points_hundredths(marks, static_cast<std::int64_t>(done), static_cast<std::int64_t>(due)));
    }
  }
}
