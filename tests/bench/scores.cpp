// A month's scorecard over many closed cases, beside one of its sums as one SQL statement over the same file. The peer that the
// budget names, Polars, is asked by scores_beside_polars.py.
#include <benchmark/benchmark.h>

#include "closed.hpp"
#include "wuye/table.hpp"

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

/// The same figures split up by officer.
void score_month_by_who(benchmark::State& state) {
  Office office = Office::open(closed().path, std::nullopt, {});
  const std::string by = "who";
  std::size_t rows = 0;
  for (auto _ : state) rows = office.scores("2026-03", {&by, 1}).rows.size();
  state.counters["rows"] = static_cast<double>(rows);
}
BENCHMARK(score_month_by_who)->Unit(benchmark::kMillisecond)->UseRealTime();

void score_month_raw_sqlite(benchmark::State& state) {
  bench::RawSqlite db(closed().path);
  const Segment month = parse_period("2026-03", Manual::standard().zone());
  const std::string within = "\"deadline\" = 'dispatch' AND \"due\" >= " + std::to_string(month.from.us) + " AND \"due\" < " +
                             std::to_string(month.until.us);
  const std::string sql = "SELECT sum(\"state\" = 'met') * 0 + count(*) FROM t_deadlines WHERE \"procedure\" = 'repair' AND " + within +
                          " AND \"state\" <> 'dropped'";
  std::int64_t due = 0;
  for (auto _ : state) due = db.number(sql.c_str());
  state.counters["due"] = static_cast<double>(due);
}
BENCHMARK(score_month_raw_sqlite)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
