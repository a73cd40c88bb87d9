// Many live cases: what advancing costs when one of all their deadlines falls due, and what a live case takes of memory.
#include <benchmark/benchmark.h>

#include <chrono>

#include "support.hpp"
#include "wuye/table.hpp"

namespace {

using namespace wuye;

constexpr std::size_t kUsualLive = 200'000;
constexpr std::int64_t kAdvances = 2'000;
constexpr std::size_t kEntriesATime = 10'000;

/// Tells a long log in pieces, so that the text of all of it never stands in memory at once.
void tell_live(Office& office, std::size_t cases) {
  const bench::Log log = bench::live_log(cases);
  std::string text;
  for (const std::string& one : log.setup) text.append(one).append("\n");
  for (std::size_t i = 0; i < log.entries.size(); ++i) {
    text.append(log.entries[i]).append("\n");
    if (i % kEntriesATime == kEntriesATime - 1 || i + 1 == log.entries.size()) {
      bench::tell_all(office, text);
      text.clear();
    }
  }
}

std::size_t column(const TableData& table, std::string_view name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == name) return i;
  }
  throw std::runtime_error("no column " + std::string(name));
}

/// How many clocks run for a case that was just reported.
std::size_t running_for_a_case() {
  Office office = Office::memory(Manual::standard(), {});
  tell_live(office, 1);
  const TableData deadlines = office.table("deadlines");
  const std::size_t state = column(deadlines, "state");
  std::size_t running = 0;
  for (const auto& row : deadlines.rows) running += row[state] == Cell{std::string("running")} ? 1U : 0U;
  return std::max<std::size_t>(running, 1);
}

void advance_one_due(benchmark::State& state) {
  static const std::size_t running = running_for_a_case();
  static const std::size_t cases = bench::scale("WUYE_BENCH_LIVE", kUsualLive) / running + 1;
  static Office office = [] {
    Office out = Office::memory(Manual::standard(), {});
    tell_live(out, cases);
    return out;
  }();
  std::size_t found = 0;
  for (auto _ : state) {
    const std::optional<Instant> due = office.next_due();
    if (!due) {
      state.SkipWithError("nothing is due any more");
      break;
    }
    const auto before = std::chrono::steady_clock::now();
    const std::vector<Notice> notices = office.advance(*due);
    const auto after = std::chrono::steady_clock::now();
    found += notices.size();
    state.SetIterationTime(std::chrono::duration<double>(after - before).count());
  }
  state.counters["deadlines"] = static_cast<double>(cases * running);
  state.counters["notices_each"] = static_cast<double>(found) / static_cast<double>(state.iterations());
}
BENCHMARK(advance_one_due)->Unit(benchmark::kMicrosecond)->UseManualTime()->Iterations(std::min<std::int64_t>(
    kAdvances, static_cast<std::int64_t>(bench::scale("WUYE_BENCH_LIVE", kUsualLive))));

void advance_none_due(benchmark::State& state) {
  Office office = Office::memory(Manual::standard(), {});
  tell_live(office, 10);
  for (auto _ : state) benchmark::DoNotOptimize(office.advance(office.clock()));
}
BENCHMARK(advance_none_due)->Unit(benchmark::kMicrosecond);

/// A file with live cases is made by a child, so that its opening here finds a heap without holes.
void memory_of_live_cases(benchmark::State& state) {
  const std::size_t cases = bench::scale("WUYE_BENCH_LIVE", kUsualLive) / 2 + 1;
  const bench::Folder folder;
  const std::string path = folder.file("live.db");
  bench::in_child([&] {
    Office office = Office::open(path, std::nullopt, {});
    tell_live(office, cases);
    office.close();
  });
  std::int64_t bytes = 0;
  std::int64_t text = 0;
  bench::in_child([&] {
    { Office warm = Office::memory(Manual::standard(), {}); }
    const std::int64_t before = bench::resident_bytes();
    Office office = Office::open(path, std::nullopt, {});
    bytes = bench::resident_bytes() - before;
    const TableData table = office.table("cases");
    for (const auto& row : table.rows) {
      for (const char* name : {"case", "place", "reporter", "holder", "opened_by", "fields"}) {
        text += static_cast<std::int64_t>(std::get<std::string>(row[column(table, name)]).size());
      }
    }
    std::ofstream(folder.file("bytes")) << bytes << ' ' << text;
  });
  std::ifstream(folder.file("bytes")) >> bytes >> text;
  for (auto _ : state) benchmark::DoNotOptimize(bytes);
  state.counters["cases"] = static_cast<double>(cases);
  state.counters["bytes_each"] = static_cast<double>(bytes) / static_cast<double>(cases);
  state.counters["text_each"] = static_cast<double>(text) / static_cast<double>(cases);
  state.counters["beyond_text_each"] = static_cast<double>(bytes - text) / static_cast<double>(cases);
}
BENCHMARK(memory_of_live_cases)->Iterations(1);

}  // namespace

BENCHMARK_MAIN();
