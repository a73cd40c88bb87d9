// Entries into an office that lives in memory, and its journal into another one. The floors: reading the entry alone, and
// hashing the lines alone.
#include <benchmark/benchmark.h>

#include "journal/line.hpp"
#include "support.hpp"

namespace {

using namespace wuye;

constexpr std::size_t kUsualCases = 20'000;

const bench::Log& simulated_log() {
  static const bench::Log log = bench::repair_log(bench::scale("WUYE_BENCH_CASES", kUsualCases));
  return log;
}

Office fresh_office() {
  Office office = Office::memory(Manual::standard(), {});
  std::string setup;
  for (const std::string& one : simulated_log().setup) setup.append(one).append("\n");
  bench::tell_all(office, setup);
  return office;
}

void counted(benchmark::State& state, std::size_t items) { state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items)); }

void record_in_memory(benchmark::State& state) {
  const bench::Log& log = simulated_log();
  for (auto _ : state) {
    state.PauseTiming();
    {
      Office office = fresh_office();
      state.ResumeTiming();
      for (const std::string& json : log.entries) {
        if (!office.record(Entry::parse(json)).accepted()) state.SkipWithError("an entry was refused");
      }
      state.PauseTiming();
      state.counters["lines"] = static_cast<double>(office.last_seq());
    }
    state.ResumeTiming();
  }
  counted(state, log.entries.size());
}
BENCHMARK(record_in_memory)->Unit(benchmark::kMillisecond);

void record_lines_in_memory(benchmark::State& state) {
  const bench::Log& log = simulated_log();
  std::string text;
  for (const std::string& one : log.entries) text.append(one).append("\n");
  for (auto _ : state) {
    state.PauseTiming();
    {
      Office office = fresh_office();
      state.ResumeTiming();
      benchmark::DoNotOptimize(office.record_lines(text, Office::Mode::independent));
      state.PauseTiming();
    }
    state.ResumeTiming();
  }
  counted(state, log.entries.size());
}
BENCHMARK(record_lines_in_memory)->Unit(benchmark::kMillisecond);

void read_entries_only(benchmark::State& state) {
  const bench::Log& log = simulated_log();
  for (auto _ : state) {
    for (const std::string& json : log.entries) benchmark::DoNotOptimize(Entry::parse(json));
  }
  counted(state, log.entries.size());
}
BENCHMARK(read_entries_only)->Unit(benchmark::kMillisecond);

const std::vector<Line>& simulated_lines() {
  static const std::vector<Line> lines = [] {
    Office office = Office::memory(Manual::standard(), {});
    bench::tell_all(office, simulated_log().all());
    return office.lines(0);
  }();
  return lines;
}

void replay_into_memory(benchmark::State& state) {
  const std::vector<Line>& lines = simulated_lines();
  for (auto _ : state) {
    state.PauseTiming();
    {
      Office office = Office::memory(Manual::standard(), {});
      state.ResumeTiming();
      office.load(lines);
      state.PauseTiming();
    }
    state.ResumeTiming();
  }
  counted(state, lines.size());
}
BENCHMARK(replay_into_memory)->Unit(benchmark::kMillisecond);

void hash_lines_only(benchmark::State& state) {
  const std::vector<Line>& lines = simulated_lines();
  for (auto _ : state) {
    std::string last = chain_start();
    for (const Line& line : lines) last = chain_hash(last, line.text);
    benchmark::DoNotOptimize(last);
  }
  counted(state, lines.size());
}
BENCHMARK(hash_lines_only)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
