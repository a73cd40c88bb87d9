// Working time over arrays: twenty years of a calendar with breaks, holidays and make-up days, beside a loop that only adds.
#include <benchmark/benchmark.h>

#include <vector>

#include "entries.hpp"
#include "wuye/time.hpp"

namespace {

using namespace wuye;

constexpr int kFirstYear = 2010;
constexpr int kLastYear = 2029;
constexpr std::size_t kItems = 100'000;

Calendar twenty_years() {
  CalendarSpec spec;
  spec.name = "office";
  const std::int64_t hour = kMicrosPerHour;
  for (int day = 0; day < 5; ++day) {
    spec.weekly[day] = {{8 * hour + hour / 2, 18 * hour + hour / 2}};
    spec.breaks[day] = {{12 * hour, 13 * hour}};
  }
  for (int year = kFirstYear; year <= kLastYear; ++year) {
    for (const int month : {1, 4, 5, 6, 9}) {
      for (int day = 1; day <= 3; ++day) spec.holidays.push_back(date_of(year, month, day));
    }
    for (int day = 1; day <= 7; ++day) spec.holidays.push_back(date_of(year, 10, day));
    for (int day = 8; day <= 14; ++day) {
      if (weekday(date_of(year, 10, day)) == 5) spec.makeup.push_back(date_of(year, 10, day));
    }
  }
  spec.almanac = {kFirstYear, kLastYear};
  return Calendar(spec, Zone::from_transitions("+08:00", {{kEarliest, 8 * 3600}}));
}

struct Arrays {
  std::vector<Instant> at;
  std::vector<Instant> until;
  std::vector<std::int64_t> us;
  std::vector<Instant> reached;
  std::vector<std::int64_t> passed;
  Arrays() : reached(kItems), passed(kItems) {
    bench::Random random(1);
    const std::int64_t first = date_of(kFirstYear, 1, 1).days * kMicrosPerDay;
    const std::int64_t last = date_of(kLastYear, 12, 1).days * kMicrosPerDay;
    for (std::size_t i = 0; i < kItems; ++i) {
      at.push_back({random.between(first, last)});
      us.push_back(random.between(1, 40 * 60) * kMicrosPerMinute);
      until.push_back({at.back().us + random.between(0, 20 * kMicrosPerDay)});
    }
  }
};

void counted(benchmark::State& state) { state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kItems)); }

void calendar_add(benchmark::State& state) {
  const Calendar calendar = twenty_years();
  Arrays arrays;
  for (auto _ : state) {
    calendar.add(arrays.at, arrays.us, arrays.reached);
    benchmark::ClobberMemory();
  }
  counted(state);
}
BENCHMARK(calendar_add);

void calendar_between(benchmark::State& state) {
  const Calendar calendar = twenty_years();
  Arrays arrays;
  for (auto _ : state) {
    calendar.between(arrays.at, arrays.until, arrays.passed);
    benchmark::ClobberMemory();
  }
  counted(state);
}
BENCHMARK(calendar_between);

/// The floor: what adding costs where every minute is a working minute.
void plain_additions(benchmark::State& state) {
  Arrays arrays;
  for (auto _ : state) {
    for (std::size_t i = 0; i < kItems; ++i) arrays.reached[i].us = arrays.at[i].us + arrays.us[i];
    benchmark::DoNotOptimize(arrays.reached.data());
    benchmark::ClobberMemory();
  }
  counted(state);
}
BENCHMARK(plain_additions);

}  // namespace

BENCHMARK_MAIN();
