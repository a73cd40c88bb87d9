// Opening: an empty office, one with many closed cases, and a thousand side by side.
#include <benchmark/benchmark.h>

#include "closed.hpp"

namespace {

using namespace wuye;

constexpr std::size_t kUsualClosed = 100'000;
constexpr std::size_t kUsualOffices = 1'000;
constexpr std::size_t kCasesOfAnIdleOffice = 200;

void open_empty_office(benchmark::State& state) {
  const bench::Folder folder;
  Office::open(folder.file("empty.db"), std::nullopt, {}).close();
  for (auto _ : state) {
    Office office = Office::open(folder.file("empty.db"), std::nullopt, {});
    state.PauseTiming();
    office.close();
    state.ResumeTiming();
  }
}
BENCHMARK(open_empty_office)->Unit(benchmark::kMicrosecond)->UseRealTime();

void make_new_office(benchmark::State& state) {
  const bench::Folder folder;
  for (auto _ : state) {
    Office office = Office::open(folder.file("new.db"), std::nullopt, {});
    state.PauseTiming();
    office.close();
    std::filesystem::remove(folder.file("new.db"));
    state.ResumeTiming();
  }
}
BENCHMARK(make_new_office)->Unit(benchmark::kMicrosecond)->UseRealTime();

void open_closed_cases(benchmark::State& state) {
  const std::size_t wanted = bench::scale("WUYE_BENCH_CLOSED", kUsualClosed);
  const bench::Folder folder;
  const std::string path = folder.file("closed.db");
  const std::int64_t cases = bench::make_closed_cases(path, wanted);
  for (auto _ : state) {
    Office office = Office::open(path, std::nullopt, {});
    state.PauseTiming();
    office.close();
    state.ResumeTiming();
  }
  state.counters["cases"] = static_cast<double>(cases);
  state.counters["file_mb"] = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
}
BENCHMARK(open_closed_cases)->Unit(benchmark::kMillisecond)->UseRealTime();

/// How much of the process stands in memory for each open office that nobody talks to.
void idle_offices(benchmark::State& state) {
  const std::size_t wanted = bench::scale("WUYE_BENCH_OFFICES", kUsualOffices);
  const bench::Folder folder;
  bench::in_child([&] {
    bench::record_into(folder.file("0.db"), kCasesOfAnIdleOffice);
    for (std::size_t i = 1; i < wanted; ++i) std::filesystem::copy_file(folder.file("0.db"), folder.file(std::to_string(i) + ".db"));
  });
  bench::many_files();
  std::int64_t bytes = 0;
  for (auto _ : state) {
    // In a child, since what one round frees the next would take again without growing.
    bench::in_child([&] {
      { Office warm = Office::memory(Manual::standard(), {}); }
      std::vector<Office> offices;
      const std::int64_t before = bench::resident_bytes();
      for (std::size_t i = 0; i < wanted; ++i) offices.push_back(Office::open(folder.file(std::to_string(i) + ".db"), std::nullopt, {}));
      std::ofstream(folder.file("bytes")) << bench::resident_bytes() - before;
    });
  }
  std::ifstream(folder.file("bytes")) >> bytes;
  state.counters["offices"] = static_cast<double>(wanted);
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(idle_offices)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

}  // namespace

BENCHMARK_MAIN();
