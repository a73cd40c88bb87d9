// A month's scorecard over many closed cases, beside the same sums as one SQL statement over the same file. The peer that the budget
// names, Polars, is not asked here: no C++ program runs it.
#include <benchmark/benchmark.h>

#include "closed.hpp"

namespace {

using namespace wuye;

constexpr std::size_t kUsualClosed = 100'000;

struct Closed {
  bench::Folder folder;
  std::string path = folder.file("closed.db");
  std::int64_t cases = bench::make_closed_cases(path, bench::scale("WUYE_BENCH_CLOSED", kUsualClosed));
};
Closed& closed() {
  static Closed once;
  return once;
}

void score_month(benchmark::State& state) {
  Office office = Office::open(closed().path, std::nullopt, {});
  std::int64_t due = 0;
  for (auto _ : state) {
    for (const Figure& figure : office.score("2026-03")) due = figure.due;
  }
  state.counters["cases"] = static_cast<double>(closed().cases);
  state.counters["due"] = static_cast<double>(due);
}
BENCHMARK(score_month)->Unit(benchmark::kMillisecond)->UseRealTime();

void score_month_raw_sqlite(benchmark::State& state) {
  bench::RawSqlite db(closed().path);
  const Segment month = parse_period("2026-03", Manual::standard().zone());
  const std::string within = "\"deadline\" = 'dispatch' AND \"due\" >= " + std::to_string(month.from.us) + " AND \"due\" < " +
                             std::to_string(month.until.us);
  const std::string sql = "SELECT sum(\"state\" = 'met') * 0 + count(*) FROM t_deadlines WHERE " + within + " AND \"state\" <> 'dropped'";
  std::int64_t due = 0;
  for (auto _ : state) due = db.number(sql.c_str());
  state.counters["due"] = static_cast<double>(due);
}
BENCHMARK(score_month_raw_sqlite)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
