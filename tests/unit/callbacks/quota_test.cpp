// Quotas and the draw against slow, obvious references: counting up to the ceiling, and listing every way in which a block can go.
#include <set>

#include "support.hpp"
#include "wuye/callbacks.hpp"
#include "wuye/score.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

/// The least whole number that is not below the share: tried one by one.
std::int64_t slow_share(std::int64_t count, std::int64_t hundredths) {
  std::int64_t out = 0;
  while (10'000 * out < count * hundredths) ++out;
  return out;
}

/// Every order of a block in which the draws never stray by a whole case from the share and come out at it in the end.
std::set<std::vector<bool>> slow_orders(int block, int share) {
  std::set<std::vector<bool>> out;
  for (std::uint32_t bits = 0; bits < 1U << block; ++bits) {
    std::vector<bool> order;
    int drawn = 0;
    bool fits = true;
    for (int i = 0; i < block; ++i) {
      order.push_back((bits >> i & 1U) != 0);
      drawn += order.back() ? 1 : 0;
      const int off = drawn * block - share * (i + 1);
      fits = fits && off > -block && off < block;
    }
    if (fits && drawn == share) out.insert(order);
  }
  return out;
}

std::vector<bool> drawn_block(const model::QuotaGroup& group, const std::string& seed, std::int64_t block) {
  std::vector<bool> out;
  for (int i = 1; i <= group.block; ++i) {
    out.push_back(callbacks::is_drawn(group, {seed, "callback", group.name, "2026-03", block * group.block + i}));
  }
  return out;
}

}  // namespace

TEST_CASE("a share is rounded up", "[callbacks]") {
  for (std::int64_t count = 0; count <= 300; ++count) {
    for (const std::int64_t hundredths : {2000, 3333, 8000, 9999, 10000}) {
      CHECK(callbacks::share_of(count, hundredths) == slow_share(count, hundredths));
    }
  }
}

TEST_CASE("the score ruling's worked example, in both readings", "[callbacks]") {
  const model::Quota quota = ruling_quota();
  const callbacks::Due due =
      callbacks::due_by_class(quota, {{"repair", 50}, {"enquiry", 11}, {"complaint", 4}, {"suggestion", 2}, {"help", 3}});
  CHECK(due.groups == std::vector<std::int64_t>{49, 4, 5});
  CHECK(due.total == 58);
  CHECK(due.channels == std::vector<std::int64_t>{12, 46});

  // The quota says how many are due, and the pass mark on them is 100 %: 45 of 46 is 97.83 %, 2.17 points short, 8 off.
  const Marks of_due{10'000, 4, Step::per_full_point};
  CHECK(45 * 10'000 / 46 == 9782);
  CHECK(points_hundredths(of_due, 45, 46) == 800);
  CHECK(points_hundredths(of_due, 12, 12) == 0);

  // The other reading: two rates of classes, each against its own mark. 48 of 61 is 78.69 %, 1.31 short of 80.
  CHECK(points_hundredths({8'000, 4, Step::per_full_point}, 48, 61) == 400);
  CHECK(points_hundredths({8'000, 4, Step::per_full_point}, 49, 61) == 0);
  CHECK(points_hundredths({10'000, 4, Step::per_full_point}, 8, 9) == 4400);
}

TEST_CASE("counts by class: what is not in the quota does not count, what is no count is refused", "[callbacks]") {
  const model::Quota quota = ruling_quota();
  CHECK(callbacks::due_by_class(quota, {{"praise", 7}}).total == 0);
  CHECK(callbacks::due_by_class(quota, {}).channels == std::vector<std::int64_t>{0, 0});
  CHECK_THROWS_AS(callbacks::due_by_class(quota, {{"repair", -1}}), Error);
  CHECK_THROWS_AS(callbacks::due_by_class(quota, {{"repair", INT64_MAX}, {"help", INT64_MAX}}), Error);
}

TEST_CASE("channels take their shares, rounded up, and add up", "[callbacks]") {
  model::Quota quota = ruling_quota();
  for (std::int64_t total = 0; total < 200; ++total) {
    const auto split = callbacks::split(quota, total);
    CHECK(split[0] == slow_share(total, 2000));
    CHECK(split[0] + split[1] == total);
  }
  quota.channels[0].share_hundredths = 6000;
  quota.channels.insert(quota.channels.begin() + 1, quota.channels[0]);
  quota.channels[1].share_hundredths = 4000;
  // Rounded up they would be more than there are: the second takes what the first leaves.
  CHECK(callbacks::split(quota, 1) == std::vector<std::int64_t>{1, 0, 0});
}

TEST_CASE("within a block every order that keeps to the share may come, and no other", "[callbacks][property]") {
  for (const auto& [block, share] : std::vector<std::pair<int, int>>{{5, 4}, {5, 1}, {10, 3}, {4, 2}, {10, 9}, {3, 3}, {1, 1}}) {
    const model::QuotaGroup group = group_of("g", {}, 10'000 * share / block, block);
    const std::set<std::vector<bool>> possible = slow_orders(block, share);
    std::set<std::vector<bool>> came;
    for (int seed = 0; seed < 400; ++seed) came.insert(drawn_block(group, "seed " + std::to_string(seed), seed % 7));
    INFO("block " << block << ", share " << share);
    CHECK(came == possible);
  }
}

TEST_CASE("which of five is passed over cannot be told from its position", "[callbacks][property]") {
  const model::QuotaGroup group = group_of("g", {}, 8000, 5);
  constexpr int kSeeds = 5000;
  std::vector<int> passed(5);
  std::vector<int> after(25);  // where in the next block, given where in this
  for (int seed = 0; seed < kSeeds; ++seed) {
    const std::string name = std::to_string(seed);
    int last = -1;
    for (const std::int64_t block : {0, 1}) {
      const std::vector<bool> order = drawn_block(group, name, block);
      const int at = static_cast<int>(std::find(order.begin(), order.end(), false) - order.begin());
      REQUIRE(at < 5);
      REQUIRE(std::count(order.begin(), order.end(), false) == 1);
      if (block == 0) ++passed[static_cast<std::size_t>(at)];
      else ++after[static_cast<std::size_t>(last * 5 + at)];
      last = at;
    }
  }
  // Each a fifth, and each pair a twenty-fifth, give or take a quarter.
  for (const int count : passed) CHECK((count > kSeeds / 5 * 3 / 4 && count < kSeeds / 5 * 5 / 4));
  for (const int count : after) CHECK((count > kSeeds / 25 / 2 && count < kSeeds / 25 * 3 / 2));
}

TEST_CASE("seed, quota, group and month each change the draw", "[callbacks]") {
  const model::QuotaGroup group = group_of("g", {}, 8000, 5);
  const auto run = [&](const callbacks::Place& base) {
    std::string out;
    for (std::int64_t i = 1; i <= 100; ++i) {
      callbacks::Place place = base;
      place.position = i;
      out += callbacks::is_drawn(group, place) ? '1' : '0';
    }
    return out;
  };
  std::set<std::string> runs{run({"a", "q", "g", "2026-03"}), run({"b", "q", "g", "2026-03"}), run({"a", "r", "g", "2026-03"}),
                             run({"a", "q", "h", "2026-03"}), run({"a", "q", "g", "2026-04"})};
  CHECK(runs.size() == 5);
  CHECK(run({"a", "q", "g", "2026-03"}) == run({"a", "q", "g", "2026-03"}));
}

TEST_CASE("draws are given to channels so that at any moment the shares hold", "[callbacks][property]") {
  const model::Quota quota = ruling_quota();
  std::vector<std::int64_t> assigned(2);
  for (std::int64_t n = 1; n <= 100; ++n) {
    ++assigned[static_cast<std::size_t>(callbacks::channel_for(quota, quota.groups[0], assigned))];
    CHECK(assigned[0] == slow_share(n, 2000));
  }
  // Complaints are visited whatever the share; other draws then go by telephone until it has caught up.
  assigned = {0, 0};
  for (int i = 0; i < 4; ++i) ++assigned[static_cast<std::size_t>(callbacks::channel_for(quota, quota.groups[1], assigned))];
  CHECK(assigned == std::vector<std::int64_t>{4, 0});
  for (int i = 0; i < 16; ++i) ++assigned[static_cast<std::size_t>(callbacks::channel_for(quota, quota.groups[0], assigned))];
  CHECK(assigned == std::vector<std::int64_t>{4, 16});
}

TEST_CASE("visits beyond their quota fill that of the telephone, where the manual says so", "[callbacks]") {
  model::Quota quota = ruling_quota();
  const auto filled = callbacks::fill(quota, {12, 46}, {15, 42});
  CHECK(filled.done == std::vector<std::int64_t>{12, 45});
  CHECK(filled.surplus == std::vector<std::int64_t>{3, 0});
  CHECK(callbacks::fill(quota, {12, 46}, {20, 46}).done == std::vector<std::int64_t>{12, 46});
  CHECK(callbacks::fill(quota, {12, 46}, {10, 50}).done == std::vector<std::int64_t>{10, 46});
  quota.channels[0].surplus_to = -1;
  CHECK(callbacks::fill(quota, {12, 46}, {15, 42}).done == std::vector<std::int64_t>{12, 42});
}

TEST_CASE("callbacks due of a manual", "[callbacks]") {
  const Manual manual = Manual::standard();
  const std::vector<std::pair<std::string, std::int64_t>> counts{{"repair", 50}, {"enquiry", 11}, {"complaint", 4}, {"suggestion", 2}, {"help", 3}};
  const CallbacksDue due = callbacks_due(manual, counts);
  CHECK(due.total == 58);
  CHECK(due.channels == std::vector<std::pair<std::string, std::int64_t>>{{"visit", 12}, {"phone", 46}});
  CHECK_THROWS_WITH(callbacks_due(manual, counts, "calback"), Catch::Matchers::Contains("calback"));
  const std::vector<std::pair<std::string, std::int64_t>> wrong{{"repairs", 1}};
  CHECK_THROWS_WITH(callbacks_due(manual, wrong), Catch::Matchers::Contains("repairs"));
}
