// A year of twenty thousand cases under a stricter manual, beside bringing the same journal into memory as it is. The year is one
// of repairs, or what the file that WUYE_BENCH_ENTRIES names has: a whole desk's, as `wuye simulate` invents it.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <iterator>

#include "support.hpp"
#include "wuye/table.hpp"

namespace {

using namespace wuye;

constexpr std::size_t kYear = 20'000;

struct Year {
  bench::Folder folder;
  std::string entries = [] {
    const char* const path = std::getenv("WUYE_BENCH_ENTRIES");
    if (path == nullptr) return bench::repair_log(bench::scale("WUYE_BENCH_CASES", kYear)).all();
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error(std::string("no such file: ") + path);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }();
  Office office = [this] {
    Office out = Office::open(folder.file("year.db"), Manual::standard(), {});
    out.record_lines(entries, Office::Mode::independent);
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
  state.counters["cases"] = static_cast<double>(year().office.table("cases").rows.size());
  state.counters["lines"] = static_cast<double>(year().office.last_seq());
}

void record_year(benchmark::State& state, bool in_file) {
  const std::string& entries = year().entries;
  int file = 0;
  for (auto _ : state) {
    const std::string path = year().folder.file(std::to_string(file++) + ".db");
    Office out = in_file ? Office::open(path, Manual::standard(), {}) : Office::memory(Manual::standard(), {});
    benchmark::DoNotOptimize(out.record_lines(entries, Office::Mode::independent));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * std::count(entries.begin(), entries.end(), '\n'));
}
BENCHMARK_CAPTURE(record_year, memory, false)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(record_year, file, true)->Unit(benchmark::kMillisecond)->UseRealTime();

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
