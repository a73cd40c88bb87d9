// Meters of the standard manual on random histories: read, misread and read again, billed at any time, taken back in red and billed again. What was
// charged is what went through, each unit once.
#include <algorithm>
#include <map>
#include <random>

#include "../office/support.hpp"
#include "wuye/fees.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

constexpr std::int64_t kRound = 1'000;

class Metered {
 public:
  explicit Metered(unsigned seed)
      : random_(seed), office_(seed % 2 == 0 ? Office::memory(Manual::standard(), Office::Options{"m"})
                                             : Office::open(directory_.file("meters.db"), Manual::standard(), Office::Options{"m"})) {
    told("set_unit", {{"place", "u"}});
    told("set_party", {{"party", "p"}, {"place", "u"}, {"role", "owner"}});
    for (const char* meter : {"a", "b"}) {
      shown_[meter] = through_[meter] = 0;
      told("set_meter", {{"counts_to", std::to_string(kRound)}, {"fitted", "0"}, {"from", Value(at_.us)}, {"head", "water"}, {"meter", meter}, {"place", "u"}});
    }
  }

  void step() {
    at_.us += pick(1, 9) * kDay;
    const std::string meter = pick(0, 1) == 0 ? "a" : "b";
    switch (pick(0, 5)) {
      case 0:
      case 1: read(meter); break;
      case 2: bill(pick(0, 40)); break;
      case 3: take_back(); break;
      default: {
        read(meter);
        bill(pick(0, 3));
      }
    }
  }

  /// Everything is read and billed: what stands is what went through.
  void settle() {
    at_.us += kDay;
    for (const char* meter : {"a", "b"}) read(meter);
    bill(3'000);
    std::map<std::string, std::int64_t> charged;
    std::map<std::string, std::vector<std::pair<std::string, std::string>>> days;
    const TableData table = office_.table("charges");
    for (const auto& row : table.rows) {
      if (cell(table, row, "state") == "reversed") continue;
      const std::string meter = cell(table, row, "meter");
      charged[meter] += millionths(cell(table, row, "quantity"));
      days[meter].emplace_back(cell(table, row, "from"), cell(table, row, "until"));
    }
    for (auto& [meter, spans] : days) {
      std::sort(spans.begin(), spans.end());
      for (std::size_t i = 1; i < spans.size(); ++i) CHECK(spans[i].first >= spans[i - 1].second);
    }
    for (const char* meter : {"a", "b"}) CHECK(charged[meter] == through_[meter] * 1'000'000);
    sound(office_);
  }

 private:
  static constexpr std::int64_t kDay = 86'400'000'000;

  std::int64_t pick(std::int64_t low, std::int64_t high) { return std::uniform_int_distribution<std::int64_t>(low, high)(random_); }
  Date today() { return office_.manual().zone().wall(at_).date; }

  Outcome told(const std::string& action, std::initializer_list<std::pair<const char*, Value>> fields, std::string by = "kuai", std::string about = {}) {
    at_.us += 1'000'000;
    Entry entry;
    entry.at = at_;
    entry.by = std::move(by);
    entry.action = action;
    entry.case_id = std::move(about);
    for (const auto& [name, value] : fields) set_field(entry.fields, name, value);
    return office_.record(entry);
  }

  void read(const std::string& meter) {
    const std::int64_t used = pick(0, kRound / 4);
    const std::int64_t now = (shown_[meter] + used) % kRound;
    // Seen at once; the second of the day stands.
    if (pick(0, 3) == 0) told("read_meter", {{"meter", meter}, {"reading", std::to_string((now + pick(1, 9)) % kRound)}});
    const Outcome out = told("read_meter", {{"meter", meter}, {"reading", std::to_string(now)}});
    // What was charged today already is not read again.
    if (!out.accepted()) {
      CHECK(out.reason == "billed");
      return;
    }
    shown_[meter] = now;
    through_[meter] += used;
  }

  void bill(std::int64_t back) {
    const Date from{today().days - static_cast<std::int32_t>(back)};
    CHECK(told("bill", {{"from", format_date(from)}, {"heads", std::vector<std::string>{"water"}}, {"to", format_date(today())}}).accepted());
  }

  void take_back() {
    std::vector<std::string> open;
    const TableData table = office_.table("charges");
    for (const auto& row : table.rows) {
      if (cell(table, row, "state") != "reversed") open.push_back(cell(table, row, "charge"));
    }
    if (open.empty()) return;
    const std::string charge = open[static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(open.size()) - 1))];
    const Outcome asked = told("ask_reversal", {{"charge", charge}, {"reason", "r"}});
    CHECK(asked.accepted());
    CHECK(told("reverse", {}, "wang", asked.case_id).accepted());
  }

  std::mt19937 random_;
  Directory directory_;
  Office office_;
  Instant at_ = parse_instant("2026-01-01T00:00:00+08:00");
  std::map<std::string, std::int64_t> shown_;
  std::map<std::string, std::int64_t> through_;
};

}  // namespace

TEST_CASE("what meters counted is charged once, whatever is read, billed and taken back, on random histories", "[fees][property]") {
  for (const unsigned seed : {1U, 2U, 3U, 4U, 5U, 6U}) {
    INFO("seed " << seed);
    Metered metered(seed);
    for (int i = 0; i < 60; ++i) metered.step();
    metered.settle();
  }
}
