// A year of twenty thousand cases under a stricter manual, beside bringing the same journal into memory as it is.
#include <benchmark/benchmark.h>

#include "support.hpp"
#include "wuye/table.hpp"

namespace {

using namespace wuye;

constexpr std::size_t kYear = 20'000;

struct Year {
  bench::Folder folder;
  std::size_t cases = bench::scale("WUYE_BENCH_CASES", kYear);
  Office office = [this] {
    Office out = Office::open(folder.file("year.db"), Manual::standard(), {});
    bench::tell_all(out, bench::repair_log(cases).all());
    return out;
  }();
  Manual stricter = [] {
    const Manual::Layer layer{"stricter.toml", R"toml(name = "stricter"
extends = "standard"
[[procedure.repair.deadline]]
name = "dispatch"
within = [ { limit = "2min", calendar = "around_the_clock", clause = "R331" } ]
)toml"};
    return Manual::load({&layer, 1});
  }();
};
Year& year() {
  static Year once;
  return once;
}

void counted(benchmark::State& state) {
  state.counters["cases"] = static_cast<double>(year().cases);
  state.counters["lines"] = static_cast<double>(year().office.last_seq());
}

void what_if(benchmark::State& state) {
  year();
  for (auto _ : state) benchmark::DoNotOptimize(year().office.what_if(year().stricter));
  counted(state);
}
BENCHMARK(what_if)->Unit(benchmark::kMillisecond)->UseRealTime();

void as_it_was(benchmark::State& state) {
  const Instant end = year().office.clock();
  for (auto _ : state) benchmark::DoNotOptimize(year().office.as_of(end));
  counted(state);
}
BENCHMARK(as_it_was)->Unit(benchmark::kMillisecond)->UseRealTime();

void compare(benchmark::State& state) {
  Office other = year().office.what_if(year().stricter);
  for (auto _ : state) state.counters["differences"] = static_cast<double>(Office::compare(year().office, other).rows.size());
}
BENCHMARK(compare)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
