// A pool of shared water or electricity, to the fen.
#include <numeric>
#include <random>

#include "../catch.hpp"
#include "wuye/fees.hpp"

using namespace wuye;

TEST_CASE("shares add up and the largest remainders get the odd fen", "[fees]") {
  std::vector<std::int64_t> fen(3);
  share_fen(100, std::vector<std::int64_t>{1, 1, 1}, fen);
  CHECK(fen == std::vector<std::int64_t>{34, 33, 33});
  share_fen(100, std::vector<std::int64_t>{1, 2, 4}, fen);  // 14.29, 28.57, 57.14
  CHECK(fen == std::vector<std::int64_t>{14, 29, 57});
  share_fen(0, std::vector<std::int64_t>{0, 0, 0}, fen);
  CHECK(fen == std::vector<std::int64_t>{0, 0, 0});
  CHECK_THROWS_AS(share_fen(1, std::vector<std::int64_t>{0, 0, 0}, fen), Error);
  CHECK_THROWS_AS(share_fen(-1, std::vector<std::int64_t>{1, 1, 1}, fen), Error);
  CHECK_THROWS_AS(share_fen(1, std::vector<std::int64_t>{1, -1, 1}, fen), Error);
  CHECK_THROWS_AS(share_fen(1, std::vector<std::int64_t>{1, 1}, fen), Error);
}

TEST_CASE("no share is off by a whole fen", "[fees]") {
  std::mt19937_64 random(3);
  for (int round = 0; round < 300; ++round) {
    const std::int64_t total = std::uniform_int_distribution<std::int64_t>(0, 1'000'000)(random);
    std::vector<std::int64_t> weights(1 + random() % 40);
    for (std::int64_t& weight : weights) weight = std::uniform_int_distribution<std::int64_t>(0, 200'000)(random);
    weights[0] += 1;
    const std::int64_t sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
    std::vector<std::int64_t> fen(weights.size());
    share_fen(total, weights, fen);
    CHECK(std::accumulate(fen.begin(), fen.end(), std::int64_t{0}) == total);
    for (std::size_t i = 0; i < fen.size(); ++i) {
      const std::int64_t off = fen[i] * sum - total * weights[i];
      if (off <= -sum || off >= sum) FAIL("share " << i << " of " << total);
      if (weights[i] == 0) CHECK(fen[i] == 0);
    }
  }
}
