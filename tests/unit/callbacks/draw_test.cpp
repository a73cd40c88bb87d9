// The draw in an office: at every moment, at the month's end, told late, and with everything that can become of a case.
#include <random>

#include "../office/support.hpp"
#include "callbacks/quota.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

const Instant kStart = parse_instant("2026-01-01T08:00:00+08:00");

Entry enquiry(Instant at, bool anonymous) {
  Entry out;
  out.at = at;
  out.by = "zhao";
  out.action = "answer_at_once";
  out.fields = {{"answer", std::string("已答复")}, {"class", std::string("enquiry")}, {"text", std::string("停车费")}};
  if (!anonymous) set_field(out.fields, "phone", std::string("13900000000"));
  return out;
}

struct Count {
  std::int64_t cases = 0;
  std::int64_t drawn = 0;
};

/// By month, counted row by row.
std::map<std::string, Count> counted(Office& office) {
  std::map<std::string, Count> out;
  const TableData table = office.table("callback_base");
  const auto column = [&](const std::string& name) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].name == name) return i;
    }
    throw std::out_of_range(name);
  };
  for (const auto& row : table.rows) {
    const auto& state = std::get<std::string>(row[column("state")]);
    if (state == "excluded") continue;
    Count& count = out[std::get<std::string>(row[column("month")])];
    ++count.cases;
    count.drawn += state == "drawn" ? 1 : 0;
  }
  return out;
}

}  // namespace

TEST_CASE("four fifths are drawn: within one case at any moment, exactly at the month's end", "[callbacks][property]") {
  for (const unsigned seed : {1U, 2U, 3U}) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    Office::Options options;
    options.seed = "office " + std::to_string(seed);
    Office office = Office::memory(Manual::standard(), options);
    Instant at = kStart;
    std::int64_t anonymous = 0;
    for (int i = 0; i < 120; ++i) {
      at.us += static_cast<std::int64_t>(random() % (24 * 60)) * 60 * kMicrosPerSecond;
      const bool nobody = random() % 8 == 0;
      anonymous += nobody ? 1 : 0;
      REQUIRE(office.record(enquiry(at, nobody)).status == Status::accepted);
      const std::string now = format_date(Manual::standard().zone().wall(at).date).substr(0, 7);
      for (const auto& [month, count] : counted(office)) {
        const std::int64_t off = count.drawn * 10 - count.cases * 8;
        CHECK((off > -10 && off < 10));
        if (month < now) CHECK(count.drawn == callbacks::share_of(count.cases, 8000));
      }
    }
    office.advance(Instant{at.us + 70 * 24 * kMicrosPerHour});
    std::int64_t cases = 0;
    for (const auto& [month, count] : counted(office)) {
      CHECK(count.drawn == callbacks::share_of(count.cases, 8000));
      cases += count.cases;
    }
    CHECK(cases == 120 - anonymous);
    CHECK(office.verify().findings.empty());
  }
}

TEST_CASE("what is told after the month was settled is drawn only where the share asks for it", "[callbacks]") {
  Office office = Office::memory(Manual::standard(), Office::Options());
  for (int i = 0; i < 7; ++i) REQUIRE(office.record(enquiry(Instant{kStart.us + i * kMicrosPerHour}, false)).status == Status::accepted);
  office.advance(parse_instant("2026-02-03T00:00:00+08:00"));
  CHECK(counted(office)["2026-01"].drawn == 6);
  for (const std::int64_t drawn : {7, 8, 8, 9}) {
    Entry late = enquiry(Instant{kStart.us + kMicrosPerHour / 2}, false);
    late.now = parse_instant("2026-02-03T00:00:00+08:00");
    REQUIRE(office.record(late).status == Status::accepted);
    CHECK(counted(office)["2026-01"].drawn == drawn);
  }
  CHECK(office.verify().findings.empty());
}

TEST_CASE("a voided case that was drawn is a finding, and nothing is undone", "[callbacks]") {
  Office office = Office::memory(Manual::standard(), Office::Options());
  std::vector<Outcome> told;
  for (int i = 0; i < 5; ++i) told.push_back(office.record(enquiry(Instant{kStart.us + i * kMicrosPerHour}, false)));
  const auto before = counted(office)["2026-01"];
  CHECK(before.drawn == 4);
  int notices = 0;
  for (const Outcome& one : told) {
    Entry undo;
    undo.at = Instant{kStart.us + 8 * kMicrosPerHour};
    undo.by = "zhao";
    undo.action = "void";
    undo.fields = {{"line", one.seq}, {"reason", std::string("误登")}};
    for (const Notice& notice : office.record(undo).notices) notices += notice.what == "base_changed" ? 1 : 0;
  }
  CHECK(notices == 4);
  CHECK(counted(office)["2026-01"].drawn == 4);
  CHECK(counted(office)["2026-01"].cases == 5);
  CHECK(office.verify().findings.empty());
}

TEST_CASE("a quota of a chapter that is put into use from a date on draws nothing before it", "[callbacks]") {
  std::string uses = "extends = \"standard\"\n";
  for (const char* chapter : {"kf05_intake", "kf15_repair", "kf16_complaint"}) uses += "[[use]]\nchapter = \"" + std::string(chapter) + "\"\n";
  const std::string from = uses + "[[use]]\nchapter = \"kf17_callback\"\nfrom = 2026-01-10\n";
  Office office = Office::memory(manual_of(from), Office::Options());
  for (int i = 0; i < 10; ++i) REQUIRE(office.record(enquiry(Instant{kStart.us + i * kMicrosPerHour}, i % 3 == 0)).status == Status::accepted);
  REQUIRE(office.record(enquiry(parse_instant("2026-01-09T23:59:59+08:00"), false)).status == Status::accepted);
  CHECK(office.table("callback_base").rows.empty());
  for (int i = 0; i < 5; ++i) {
    REQUIRE(office.record(enquiry(Instant{parse_instant("2026-01-10T00:00:00+08:00").us + i * kMicrosPerHour}, false)).status == Status::accepted);
  }
  CHECK(counted(office)["2026-01"].cases == 5);
  CHECK(counted(office)["2026-01"].drawn == 4);

  Office without = Office::memory(manual_of(uses), Office::Options());
  for (int i = 0; i < 10; ++i) REQUIRE(without.record(enquiry(Instant{kStart.us + i * kMicrosPerHour}, false)).status == Status::accepted);
  CHECK(without.table("callback_base").rows.empty());
}
