// Simulated entries: what a repair desk would have told over some months, made from a seed. Nobody lived any of it. The shape
// is the standard pack's repair chapter (src/manual/standard/kf15_repair.toml): a report, its dispatch, the visit, the work, the
// check; some wait for parts, some are emergencies, some come late, so that there are findings to make.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wuye/time.hpp"

namespace wuye::bench {

/// SplitMix64: the same numbers with every compiler.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  /// From `least` to `most`, both included.
  std::int64_t between(std::int64_t least, std::int64_t most) noexcept {
    return least + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(most - least + 1));
  }
  bool percent(int share) noexcept { return between(1, 100) <= share; }

 private:
  std::uint64_t state_;
};

/// The first instant of every simulated log: 2026-03-02T08:30:00+08:00, a Monday.
inline constexpr Instant kStart{1'772'411'400 * kMicrosPerSecond};

/// Entries as JSON texts, in the order in which they are told.
struct Log {
  std::vector<std::string> setup;    ///< staff and units
  std::vector<std::string> entries;  ///< of cases
  std::string all() const {
    std::string out;
    for (const std::string& one : setup) out.append(one).append("\n");
    for (const std::string& one : entries) out.append(one).append("\n");
    return out;
  }
};

inline std::string text_of(Instant at) {
  static const Zone zone = Zone::from_transitions("+08:00", {{kEarliest, 8 * 3600}});
  return zone.format(at);
}

inline std::string number_of(std::size_t n, std::size_t digits) {
  std::string out = std::to_string(n);
  out.insert(0, digits - std::min(digits, out.size()), '0');
  return out;
}

inline std::string entry(Instant at, std::string_view by, std::string_view action, std::string_view rest) {
  std::string out = R"({"at":")";
  out.append(text_of(at)).append(R"(","by":")").append(by).append(R"(","do":")").append(action).append(R"(")").append(rest).append("}");
  return out;
}

inline constexpr std::size_t kTechnicians = 12;
inline constexpr std::size_t kUnits = 600;

inline std::string unit(std::size_t n) { return std::to_string(1 + n / 120) + "-" + number_of(1 + n % 30, 2) + number_of(1 + n / 30 % 4, 2); }

inline std::vector<std::string> setup_entries() {
  std::vector<std::string> out;
  const auto staff = [&](const std::string& who, std::string_view post) {
    out.push_back(entry(kStart, "system:bench", "set_staff", R"(,"staff":")" + who + R"(","post":")" + std::string(post) + R"(")"));
  };
  staff("zhao", "front_desk_officer");
  staff("qian", "front_desk_officer");
  staff("li", "control_room_attendant");
  staff("wang", "cs_supervisor");
  staff("zhou", "zone_manager");
  staff("wu", "maintenance_supervisor");
  staff("zheng", "site_manager");
  for (std::size_t i = 0; i < kTechnicians; ++i) staff("tech" + number_of(i, 2), "technician");
  for (std::size_t i = 0; i < kUnits; ++i) {
    out.push_back(entry(kStart, "system:bench", "set_unit", R"(,"place":")" + unit(i) + R"(","kind":"unit","building":")" + std::to_string(1 + i / 120) + R"(")"));
  }
  return out;
}

/// `cases` repairs from report to check. One comes about every quarter of an hour, so that some dozens are live at any time.
inline Log repair_log(std::size_t cases, std::uint64_t seed = 20260302) {
  constexpr std::array kFaults = {"water", "drain", "electric", "door_window", "wall_floor", "intercom", "other"};
  constexpr std::array kTexts = {"厨房水管漏水", "卫生间地漏堵塞", "客厅插座没电", "入户门关不严", "阳台墙面渗水", "对讲机无声", "楼道灯不亮"};
  struct Told {
    Instant at;
    std::size_t order;
    std::string json;
  };
  Random random(seed);
  std::vector<Told> told;
  told.reserve(cases * 6);
  Instant reported = kStart;
  for (std::size_t n = 0; n < cases; ++n) {
    reported.us += random.between(2, 28) * kMicrosPerMinute + random.between(0, 59) * kMicrosPerSecond;
    const std::string id = "R" + number_of(n + 1, 7);
    const std::size_t kind = static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(kFaults.size()) - 1));
    const bool emergency = random.percent(8);
    const std::string desk = random.percent(50) ? "zhao" : "qian";
    const std::string technician = "tech" + number_of(static_cast<std::size_t>(random.between(0, kTechnicians - 1)), 2);
    Instant at = reported;
    int step = 0;
    const auto tell = [&](std::string_view by, std::string_view action, const std::string& fields) {
      const std::string key = R"(,"case":")" + id + R"(","source":"desk","key":")" + id + "/" + std::to_string(++step) + R"(")";
      told.push_back({at, told.size(), entry(at, by, action, key + fields)});
    };
    std::string report = R"(,"class":"repair","place":")" + unit(static_cast<std::size_t>(random.between(0, kUnits - 1))) + R"(","text":")" + kTexts[kind] + R"(")";
    if (emergency) report += R"(,"urgency":"emergency")";
    if (random.percent(35)) report += R"(,"phone":"13)" + std::to_string(random.between(100'000'000, 999'999'999)) + R"(")";
    tell(desk, "report", report);
    at.us += random.between(1, random.percent(10) ? 40 : 12) * kMicrosPerMinute;
    tell(desk, "dispatch", R"(,"worker":")" + technician + R"(")");
    at.us += random.between(10, emergency ? 100 : 220) * kMicrosPerMinute;
    tell(technician, "arrive", "");
    if (random.percent(12)) {
      at.us += random.between(5, 30) * kMicrosPerMinute;
      Instant expected = at;
      expected.us += random.between(20, 50) * kMicrosPerHour;
      tell(technician, "await_parts", R"(,"parts":"角阀","parts_expected":")" + text_of(expected) + R"(")");
      at.us += random.between(18, 60) * kMicrosPerHour;
      tell(technician, "parts_arrived", "");
    }
    at.us += random.between(15, 120) * kMicrosPerMinute;
    tell(technician, "complete", R"(,"fault":")" + std::string(kFaults[kind]) + R"(","cause":"老化","result":"更换配件，试用正常")");
    at.us += random.between(30, 600) * kMicrosPerMinute;
    tell(desk, "check", R"(,"check_result":"电话回访，正常")");
  }
  std::sort(told.begin(), told.end(), [](const Told& a, const Told& b) { return a.at != b.at ? a.at < b.at : a.order < b.order; });
  Log out;
  out.setup = setup_entries();
  out.entries.reserve(told.size());
  for (Told& one : told) out.entries.push_back(std::move(one.json));
  return out;
}

/// `cases` repairs that are only reported, a microsecond apart, so that all their deadlines are live at once and fall due one by one.
inline Log live_log(std::size_t cases) {
  Log out;
  out.setup = setup_entries();
  out.entries.reserve(cases);
  for (std::size_t n = 0; n < cases; ++n) {
    const Instant at{kStart.us + kMicrosPerSecond + static_cast<std::int64_t>(n)};
    const std::string id = "L" + number_of(n + 1, 7);
    out.entries.push_back(entry(at, "zhao", "report", R"(,"case":")" + id + R"(","source":"desk","key":")" + id +
                                                          R"(","class":"repair","place":")" + unit(n % kUnits) + R"(","text":"厨房水管漏水")"));
  }
  return out;
}

}  // namespace wuye::bench
