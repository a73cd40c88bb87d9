// A sum divided by weights, to the fen: each gets the whole fen of its share, and those with the largest remainders one more.
#include <algorithm>
#include <numeric>
#include <vector>

#include "fees/exact.hpp"
#include "wuye/fees.hpp"

namespace wuye {

using fees::Exact;

void share_fen(std::int64_t total, std::span<const std::int64_t> weights, std::span<std::int64_t> fen) {
  if (weights.size() != fen.size()) throw Error(Code::invalid_argument, "weights and shares must be of one length");
  if (total < 0) throw Error(Code::invalid_argument, "a sum that is shared is not negative").with("argument", "total");
  if (total > kMostFen) throw Error(Code::out_of_range, "so much money no office shares").with("argument", "total");
  Exact sum = 0;
  for (const std::int64_t weight : weights) {
    if (weight < 0) throw Error(Code::invalid_argument, "a weight is not negative").with("argument", "weights");
    sum += weight;
  }
  if (sum == 0) {
    if (total > 0) throw Error(Code::invalid_argument, "nobody has a share in it: every weight is 0").with("argument", "weights");
    std::fill(fen.begin(), fen.end(), 0);
    return;
  }
  std::vector<Exact> remainders(weights.size());
  std::int64_t left = total;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Exact product = Exact(total) * weights[i];
    fen[i] = static_cast<std::int64_t>(product / sum);
    remainders[i] = product % sum;
    left -= fen[i];
  }
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (std::size_t i = 0; left > 0; ++i, --left) ++fen[order[i]];
}

}  // namespace wuye
