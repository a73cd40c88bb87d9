// Quotas: how many of the cases that ended must be called back, which of them, and by which channel (R113 to R118, domain
// rulings K4, K7, K12). Pure arithmetic over the compiled manual: it knows no cases, lines or tables; the office (draws.cpp) asks it at
// each case that ends.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "manual/model.hpp"

namespace wuye::callbacks {

/// The share of `count`, rounded up: 80 % of 61 is 49.
std::int64_t share_of(std::int64_t count, std::int64_t share_hundredths) noexcept;

/// What is due of a quota, given how many of its cases there are: by group, in all, and by channel.
struct Due {
  std::vector<std::int64_t> groups;    ///< beside model::Quota::groups
  std::vector<std::int64_t> channels;  ///< beside model::Quota::channels
  std::int64_t total = 0;
};
/// Each channel takes its share of the total, rounded up, as long as there is any left; the last takes the rest. So they add up.
std::vector<std::int64_t> split(const model::Quota& quota, std::int64_t total);
Due due_of(const model::Quota& quota, const std::vector<std::int64_t>& cases_by_group);
/// The same from counts by class; classes that the quota does not know are left out. Throws invalid_argument for a count
/// below 0 and for a sum that is too large.
Due due_by_class(const model::Quota& quota, const std::vector<std::pair<std::string, std::int64_t>>& counts);

/// Whose turn a draw is: one row of cases, counted from 1 in the order in which they ended.
struct Place {
  std::string_view seed;    ///< the office's
  std::string_view quota;
  std::string_view group;
  std::string_view month;
  std::int64_t position = 1;
};
/// Whether the case at that place is drawn. Each block has exactly its share; within it the drawn ones never stray by a whole case from
/// the share of those so far; and of all orders of which that is so each is as likely as any other, by a hash that
/// nobody can guess who has not the seed.
bool is_drawn(const model::QuotaGroup& group, const Place& place);
/// Which of `count` is taken where the end of the month leaves a share that is not met: an index below `count`.
std::size_t pick(const Place& place, std::size_t count);

/// The channel of the next draw: the one that the group prefers; else the first that has fewer than its share of the draws so far,
/// this one among them; else the last. `assigned` stands beside model::Quota::channels.
int channel_for(const model::Quota& quota, const model::QuotaGroup& group, const std::vector<std::int64_t>& assigned) noexcept;

/// How far what was done fills what is due: each channel up to its due; what goes beyond it may fill another (`surplus_to`).
struct Filled {
  std::vector<std::int64_t> done;     ///< counted, by channel: never above what is due
  std::vector<std::int64_t> surplus;  ///< done beyond what is due, by channel, before any of it filled another
};
Filled fill(const model::Quota& quota, const std::vector<std::int64_t>& due, const std::vector<std::int64_t>& made);

}  // namespace wuye::callbacks
