// A month's charges of 100,000 units and what lateness adds to them, over arrays, beside loops that only multiply; and a billing run of
// an office: one told line, and one found line and row for each unit.
#include <benchmark/benchmark.h>

#include <vector>

#include "support.hpp"
#include "wuye/fees.hpp"
#include "wuye/table.hpp"

namespace {

using namespace wuye;

constexpr std::size_t kUnits = 100'000;

struct Units {
  std::vector<std::int64_t> quantity;
  std::vector<std::int64_t> owed;
  std::vector<Date> due;
  std::vector<std::int64_t> fen;
  Units() : fen(kUnits) {
    bench::Random random(1);
    for (std::size_t i = 0; i < kUnits; ++i) {
      quantity.push_back(random.between(3'000, 30'000) * 10'000);
      owed.push_back(random.between(5'000, 200'000));
      due.push_back({static_cast<std::int32_t>(20'000 + random.between(0, 3'000))});
    }
  }
};

Manual with_late_fee() {
  return Manual::load(std::vector<Manual::Layer>{{"late.toml", "name = \"late\"\nextends = \"standard\"\n[switch.fee.late_fee]\nvalue = \"on\"\n"}});
}

void counted(benchmark::State& state) { state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kUnits)); }

void charges_of_a_month(benchmark::State& state) {
  const Manual manual = with_late_fee();
  Units units;
  for (auto _ : state) {
    charges_fen(manual, "management", units.quantity, date_of(2026, 3, 10), date_of(2026, 4, 1), {}, units.fen);
    benchmark::ClobberMemory();
  }
  counted(state);
}
BENCHMARK(charges_of_a_month);

/// The floor: price times quantity, without parts of months, ranges or fractions of a fen.
void plain_multiplications(benchmark::State& state) {
  Units units;
  for (auto _ : state) {
    for (std::size_t i = 0; i < kUnits; ++i) units.fen[i] = (units.quantity[i] * 235 + 500'000) / 1'000'000;
    benchmark::DoNotOptimize(units.fen.data());
    benchmark::ClobberMemory();
  }
  counted(state);
}
BENCHMARK(plain_multiplications);

void late_fees_of_a_month(benchmark::State& state) {
  const Manual manual = with_late_fee();
  Units units;
  for (auto _ : state) {
    late_fees_fen(manual, "management", units.owed, units.due, Date{23'500}, units.fen);
    benchmark::ClobberMemory();
  }
  counted(state);
}
BENCHMARK(late_fees_of_a_month);

/// The floor: what is owed times days times the rate.
void plain_late_multiplications(benchmark::State& state) {
  Units units;
  for (auto _ : state) {
    for (std::size_t i = 0; i < kUnits; ++i) {
      units.fen[i] = (units.owed[i] * (23'500 - units.due[i].days - 30) * 500 + 500'000) / 1'000'000;
    }
    benchmark::DoNotOptimize(units.fen.data());
    benchmark::ClobberMemory();
  }
  counted(state);
}
BENCHMARK(plain_late_multiplications);

/// Units and their owners, and nothing else.
std::string estate(std::size_t units) {
  std::string out;
  const auto entry = [&](const std::string& rest) { out += R"({"by":"system:setup","at":"2026-01-01T00:00:00+08:00",)" + rest + "}\n"; };
  for (std::size_t i = 0; i < units; ++i) {
    const std::string n = std::to_string(i);
    entry(R"("do":"set_unit","place":"u)" + n + R"(","area":")" + std::to_string(40 + i % 200) + R"(.5")");
    entry(R"("do":"set_party","party":"p)" + n + R"(","place":"u)" + n + R"(","role":"owner")");
  }
  return out;
}

void billing_run(benchmark::State& state) {
  const std::size_t units = bench::scale("WUYE_BENCH_UNITS", 20'000);
  for (auto _ : state) {
    state.PauseTiming();
    Office office = Office::memory(Manual::standard(), {});
    office.record_lines(estate(units), Office::Mode::atomic);
    state.ResumeTiming();
    const Outcome out = office.record(Entry::parse(R"({"do":"bill","by":"system:billing","at":"2026-03-03T09:00:00+08:00","class":"billing",)"
                                                   R"("heads":["management"],"from":"2026-03-01","to":"2026-03-31"})"));
    if (office.table("charges").rows.size() != units) state.SkipWithError("not every unit was charged");
    benchmark::DoNotOptimize(out);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(units));
}
BENCHMARK(billing_run)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
