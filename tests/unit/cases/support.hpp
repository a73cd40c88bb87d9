// Seeded random lives of cases.
#pragma once

#include <algorithm>
#include <cstdint>

#include "../office/support.hpp"

namespace wuye::test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  std::int64_t below(std::int64_t bound) { return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(bound)); }
  bool one_in(std::int64_t n) { return below(n) == 0; }
  template <class List>
  void shuffle(List& list) {
    for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[static_cast<std::size_t>(below(static_cast<std::int64_t>(i)))]);
  }

 private:
  std::uint64_t state_;
};

inline constexpr std::int64_t kMinute = 60'000'000;

inline Entry act(Instant at, const std::string& action, const std::string& id) {
  Entry out;
  out.at = at;
  out.by = action == "report" ? "resident:1" : "sun";
  out.action = action;
  out.case_id = id;
  if (action == "report") set_field(out.fields, "place", std::string("p"));
  if (action == "dispatch") set_field(out.fields, "worker", std::string("sun"));
  return out;
}

/// A case as it should go: reported, sent, put off now and then, there, done; whole minutes, at most `minutes` long.
inline std::vector<Entry> life(Random& random, const std::string& id, Instant start, std::int64_t minutes) {
  std::vector<Entry> out;
  Instant at = start;
  const std::int64_t step = minutes / 10;
  const auto then = [&](const char* action) {
    out.push_back(act(at, action, id));
    at.us += (1 + random.below(step)) * kMinute;
  };
  then("report");
  then("dispatch");
  for (std::int64_t n = random.below(4); n > 0; --n) {
    then("wait");
    then("resume");
  }
  then("arrive");
  if (!random.one_in(3)) then("finish");
  return out;
}

}  // namespace wuye::test
