// What meters counted, by their readings, against what went through them.
#include "fees/meter.hpp"

#include <random>

#include "support.hpp"

namespace {

using wuye::fees::counted;

constexpr std::int64_t kOne = 1'000'000;

}  // namespace

TEST_CASE("what a meter counted", "[fees]") {
  CHECK(counted(5 * kOne, 12 * kOne, {}) == 7 * kOne);
  CHECK(counted(5 * kOne, 5 * kOne, {}) == 0);
  CHECK(counted(12 * kOne, 5 * kOne, {}) == std::nullopt);
  CHECK(counted(9'992 * kOne, 6 * kOne, 10'000 * kOne) == 14 * kOne);
  CHECK(counted(10'000 * kOne, 6 * kOne, 10'000 * kOne) == std::nullopt);
  CHECK(counted(1, 10'000 * kOne, 10'000 * kOne) == std::nullopt);
}

TEST_CASE("a meter that begins again adds up to what went through, on random histories", "[fees][property]") {
  for (const unsigned seed : {1U, 2U, 3U}) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const auto pick = [&](std::int64_t below) { return std::uniform_int_distribution<std::int64_t>(0, below - 1)(random); };
    const std::int64_t round = 1'000 * kOne;
    std::int64_t shown = pick(round);
    for (int i = 0; i < 500; ++i) {
      const std::int64_t used = pick(round);
      const std::int64_t before = shown;
      shown = (shown + used) % round;
      REQUIRE(counted(before, shown, round) == used);
    }
  }
}
