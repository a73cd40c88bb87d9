// Entries into a file, in batches and one by one, beside SQLite alone writing the same rows in the same transactions. Every
// round begins with a copy of one file that holds the staff and the units; only the writing is timed.
#include <benchmark/benchmark.h>

#include "capture.hpp"
#include "support.hpp"

namespace {

using namespace wuye;

constexpr std::size_t kUsualCases = 10'000;
constexpr std::size_t kUsualSingles = 1'000;

class Prepared {
 public:
  Prepared() : log(bench::repair_log(bench::scale("WUYE_BENCH_CASES", kUsualCases))) {
    Office office = Office::open(folder_.file("base.db"), std::nullopt, {});
    std::string setup;
    for (const std::string& one : log.setup) setup.append(one).append("\n");
    bench::tell_all(office, setup);
    office.close();
    for (const std::string& one : log.entries) batch.append(one).append("\n");
    singles = std::min(log.entries.size(), bench::scale("WUYE_BENCH_SINGLES", kUsualSingles));
    batch_writes = caught([&](Office& to) { bench::tell_all(to, batch); });
    single_writes = caught([&](Office& to) { tell_singly(to); });
    for (const bench::Writes::Step& step : single_writes.steps) {
      const std::string& sql = single_writes.statements[step.statement];
      if (sql.starts_with("BEGIN") || sql == "COMMIT" || sql.starts_with("INSERT INTO lines ")) line_writes.steps.push_back(step);
    }
    line_writes.statements = single_writes.statements;
  }

  void tell_singly(Office& office) const {
    for (std::size_t i = 0; i < singles; ++i) {
      if (!office.record(Entry::parse(log.entries[i])).accepted()) throw std::runtime_error("an entry was refused");
    }
  }
  /// A fresh copy of the base file.
  std::string copy() {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(folder_.file("copy.db") + suffix);
    std::filesystem::copy_file(folder_.file("base.db"), folder_.file("copy.db"));
    return folder_.file("copy.db");
  }

  bench::Log log;
  std::string batch;
  std::size_t singles = 0;
  bench::Writes batch_writes;
  bench::Writes single_writes;
  bench::Writes line_writes;  ///< the journal lines of `single_writes` alone

 private:
  template <class Tell>
  bench::Writes caught(Tell&& tell) {
    bench::Capture capture;
    Office office = Office::open(copy(), std::nullopt, {});
    capture.start_here();
    tell(office);
    return capture.take();
  }
  bench::Folder folder_;
};

Prepared& prepared() {
  static Prepared once;
  return once;
}

template <class Tell>
void wuye_writes(benchmark::State& state, std::size_t entries, Tell&& tell) {
  Prepared& p = prepared();
  for (auto _ : state) {
    state.PauseTiming();
    {
      Office office = Office::open(p.copy(), std::nullopt, {});
      state.ResumeTiming();
      tell(office);
      state.PauseTiming();
    }
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(entries));
}

void raw_writes(benchmark::State& state, std::size_t entries, const bench::Writes& writes) {
  Prepared& p = prepared();
  for (auto _ : state) {
    state.PauseTiming();
    {
      bench::RawSqlite raw(p.copy());
      raw.prepare(writes);
      state.ResumeTiming();
      raw.write(writes);
      state.PauseTiming();
      state.counters["lines"] = static_cast<double>(raw.number("SELECT count(*) FROM lines"));
    }
    state.ResumeTiming();
  }
  state.counters["statements"] = static_cast<double>(writes.steps.size());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(entries));
}

void batches_wuye(benchmark::State& state) {
  wuye_writes(state, prepared().log.entries.size(), [](Office& office) { bench::tell_all(office, prepared().batch); });
}
BENCHMARK(batches_wuye)->Unit(benchmark::kMillisecond)->UseRealTime();

void batches_raw_sqlite(benchmark::State& state) { raw_writes(state, prepared().log.entries.size(), prepared().batch_writes); }
BENCHMARK(batches_raw_sqlite)->Unit(benchmark::kMillisecond)->UseRealTime();

void singly_wuye(benchmark::State& state) {
  wuye_writes(state, prepared().singles, [](Office& office) { prepared().tell_singly(office); });
}
BENCHMARK(singly_wuye)->Unit(benchmark::kMillisecond)->UseRealTime();

void singly_raw_sqlite(benchmark::State& state) { raw_writes(state, prepared().singles, prepared().single_writes); }
BENCHMARK(singly_raw_sqlite)->Unit(benchmark::kMillisecond)->UseRealTime();

/// For comparison: the journal line alone, as a bare log would keep it.
void singly_raw_sqlite_line_only(benchmark::State& state) { raw_writes(state, prepared().singles, prepared().line_writes); }
BENCHMARK(singly_raw_sqlite_line_only)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
