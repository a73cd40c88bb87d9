// What the thread words promise: an office is serialized (any thread, it locks itself), a manual is immutable (shared freely).
// The thread sanitizer's preset gives these tests their point.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "wuye/office.hpp"
#include "wuye/table.hpp"

namespace {

using namespace wuye;

constexpr int kThreads = 4;
constexpr int kEach = 50;

Entry report(int thread, int number) {
  Entry entry;
  entry.at = Instant{1'772'400'000'000'000 + (thread * kEach + number) * kMicrosPerMinute};
  entry.by = "system:test";
  entry.action = "report";
  entry.case_id = "T" + std::to_string(thread) + "-" + std::to_string(number);
  set_field(entry.fields, "class", std::string("repair"));
  set_field(entry.fields, "place", std::string("3-1201"));
  set_field(entry.fields, "text", std::string("灯不亮"));
  return entry;
}

}  // namespace

TEST_CASE("one office takes calls from many threads, one at a time", "[office][threads]") {
  Office office = Office::memory(Manual::standard(), {});
  std::atomic<int> accepted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&office, &accepted, t] {
      for (int n = 0; n < kEach; ++n) {
        if (office.record(report(t, n)).status == Status::accepted) ++accepted;
        office.next_due();
        office.notices(0, 3);
        office.digest();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(accepted == kThreads * kEach);
  CHECK(office.table("cases").rows.size() == static_cast<std::size_t>(kThreads * kEach));
  CHECK(office.verify().findings.empty());
}

TEST_CASE("offices in several threads share one manual and calendar", "[office][threads]") {
  const Manual manual = Manual::standard();
  const Calendar desk = manual.calendar("desk_day");
  std::vector<std::string> digests(kThreads);
  std::vector<std::int64_t> dues(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Office office = Office::memory(manual, {});
      for (int n = 0; n < kEach; ++n) office.record(report(0, n));
      office.advance(Instant{1'772'500'000'000'000});
      digests[static_cast<std::size_t>(t)] = office.digest();
      dues[static_cast<std::size_t>(t)] = desk.add(Instant{1'772'400'000'000'000}, 4 * kMicrosPerHour).at.us;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int t = 1; t < kThreads; ++t) {
    CHECK(digests[static_cast<std::size_t>(t)] == digests[0]);
    CHECK(dues[static_cast<std::size_t>(t)] == dues[0]);
  }
}
