// The arithmetic of quotas, and the draw. Whole numbers only.
#include "callbacks/quota.hpp"

#include <algorithm>
#include <array>

#include "journal/json.hpp"
#include "journal/line.hpp"
#include "wuye/error.hpp"

namespace wuye::callbacks {
namespace {

constexpr std::int64_t kWhole = 10'000;
constexpr int kLongestBlock = 20;
/// Far above what an office can have, far below what would overflow when multiplied by a share.
constexpr std::int64_t kMostCases = 1'000'000'000'000;

/// A number that the place and the seed fix and nothing else tells.
std::uint64_t arbitrary(const Place& place, std::string_view what, std::int64_t number) {
  std::string text = "[";
  for (const std::string_view part : {place.seed, what, place.quota, place.group, place.month}) {
    json::append_string(text, part);
    text += ',';
  }
  const std::string hash = blake2b(text + std::to_string(number) + ']');
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < 8; ++i) out = out << 8U | static_cast<unsigned char>(hash[i]);
  return out;
}

/// In how many ways a block can go on from here: after `seen` cases `drawn` were drawn, and after each further one the number
/// drawn is the share of those seen, rounded down or up.
class Ways {
 public:
  Ways(int block, int share) : block_(block), share_(share) {
    for (int seen = block; seen >= 0; --seen) {
      for (int drawn = 0; drawn <= share; ++drawn) {
        if (!fits(seen, drawn)) continue;
        at(seen, drawn) = seen == block ? 1 : of(seen + 1, drawn) + of(seen + 1, drawn + 1);
      }
    }
  }
  std::uint64_t of(int seen, int drawn) const { return drawn > share_ ? 0 : ways_[index(seen, drawn)]; }

 private:
  bool fits(int seen, int drawn) const {
    const int low = share_ * seen / block_;
    const int high = (share_ * seen + block_ - 1) / block_;
    return low <= drawn && drawn <= high;
  }
  static std::size_t index(int seen, int drawn) { return static_cast<std::size_t>(seen * (kLongestBlock + 1) + drawn); }
  std::uint64_t& at(int seen, int drawn) { return ways_[index(seen, drawn)]; }

  int block_;
  int share_;
  std::array<std::uint64_t, static_cast<std::size_t>((kLongestBlock + 1) * (kLongestBlock + 1))> ways_{};
};

}  // namespace

std::int64_t share_of(std::int64_t count, std::int64_t share_hundredths) noexcept {
  return (count * share_hundredths + kWhole - 1) / kWhole;
}

std::vector<std::int64_t> split(const model::Quota& quota, std::int64_t total) {
  std::vector<std::int64_t> out;
  std::int64_t left = total;
  for (const model::QuotaChannel& channel : quota.channels) {
    const std::int64_t own = channel.share_hundredths < 0 ? left : std::min(left, share_of(total, channel.share_hundredths));
    out.push_back(own);
    left -= own;
  }
  return out;
}

Due due_of(const model::Quota& quota, const std::vector<std::int64_t>& cases_by_group) {
  Due out;
  for (std::size_t g = 0; g < quota.groups.size(); ++g) {
    out.groups.push_back(share_of(cases_by_group[g], quota.groups[g].share_hundredths));
    out.total += out.groups.back();
  }
  out.channels = split(quota, out.total);
  return out;
}

Due due_by_class(const model::Quota& quota, const std::vector<std::pair<std::string, std::int64_t>>& counts) {
  std::vector<std::int64_t> cases(quota.groups.size());
  std::int64_t sum = 0;
  for (const auto& [name, count] : counts) {
    if (count < 0) throw Error(Code::invalid_argument, "a number of cases is not below 0; of class " + name + " it is " + std::to_string(count));
    if (count > kMostCases - sum) throw Error(Code::invalid_argument, "so many cases no office has");
    sum += count;
    if (const int group = quota.group_of(name); group >= 0) cases[static_cast<std::size_t>(group)] += count;
  }
  return due_of(quota, cases);
}

bool is_drawn(const model::QuotaGroup& group, const Place& place) {
  const int share = static_cast<int>(group.share_hundredths * group.block / kWhole);
  if (share == group.block) return true;
  const Ways ways(group.block, share);
  const std::int64_t block = (place.position - 1) / group.block;
  const int within = static_cast<int>((place.position - 1) % group.block);
  // Every way the block can go has a number; the hash gives one, and this walks to it.
  std::uint64_t number = arbitrary(place, "draw", block) % ways.of(0, 0);
  int drawn = 0;
  for (int seen = 0;; ++seen) {
    const std::uint64_t passing = ways.of(seen + 1, drawn);
    const bool draws = number >= passing;
    if (seen == within) return draws;
    if (draws) {
      number -= passing;
      ++drawn;
    }
  }
}

std::size_t pick(const Place& place, std::size_t count) {
  return static_cast<std::size_t>(arbitrary(place, "pick", place.position) % count);
}

int channel_for(const model::Quota& quota, const model::QuotaGroup& group, const std::vector<std::int64_t>& assigned) noexcept {
  if (group.prefers >= 0) return group.prefers;
  std::int64_t draws = 1;
  for (const std::int64_t count : assigned) draws += count;
  for (std::size_t c = 0; c + 1 < quota.channels.size(); ++c) {
    if (assigned[c] < share_of(draws, quota.channels[c].share_hundredths)) return static_cast<int>(c);
  }
  return static_cast<int>(quota.channels.size()) - 1;
}

Filled fill(const model::Quota& quota, const std::vector<std::int64_t>& due, const std::vector<std::int64_t>& made) {
  Filled out;
  for (std::size_t c = 0; c < due.size(); ++c) {
    out.done.push_back(std::min(due[c], made[c]));
    out.surplus.push_back(made[c] - out.done[c]);
  }
  for (std::size_t c = 0; c < due.size(); ++c) {
    const int to = quota.channels[c].surplus_to;
    if (to < 0) continue;
    const auto other = static_cast<std::size_t>(to);
    out.done[other] += std::min(out.surplus[c], due[other] - out.done[other]);
  }
  return out;
}

}  // namespace wuye::callbacks
