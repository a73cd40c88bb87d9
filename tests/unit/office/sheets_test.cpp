// The month's sheet: frozen once, the same in a file and in memory, and whatever changes afterwards is on the next one.
#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

const Value kZhao = std::string("zhao");

void desk_with_people(Office& office) {
  for (const auto& [who, post] : {std::pair<const char*, const char*>{"wang", "cs_supervisor"}, {"chen", "site_manager"}, {"zhao", "front_desk_officer"}, {"sun", "technician"}}) {
    accepted(office, tell("03-01 08:00", "system:hr", "set_staff", "", {{"staff", std::string(who)}, {"post", std::string(post)}}));
  }
}

Entry repair(std::string_view at, std::string id, std::string_view now = {}) {
  return tell(at, "zhao", "report", std::move(id), {{"class", std::string("repair")}, {"text", std::string("灯不亮")}}, now);
}
Entry draw_up(std::string_view at, std::string id, std::string month) {
  return tell(at, "wang", "draw_up_sheet", std::move(id), {{"officer", kZhao}, {"month", std::move(month)}});
}
Entry approve(std::string_view at, std::string id) { return tell(at, "chen", "approve_sheet", std::move(id)); }

Scorecard card(Office& office, std::string_view month) {
  const auto cards = office.scorecards(month, "zhao");
  REQUIRE(cards.size() == 1);
  return cards.front();
}

/// March with one incomplete record that is completed in April, both months approved.
void two_months(Office& office) {
  desk_with_people(office);
  const std::int64_t slip = accepted(office, repair("03-02 09:00", "slip")).seq;
  accepted(office, tell("03-02 09:10", "zhao", "dispatch", "slip", {{"worker", std::string("sun")}}));
  accepted(office, draw_up("03-31 17:00", "march", "2026-03-31"));
  accepted(office, approve("04-01 10:00", "march"));
  accepted(office, tell("04-02 10:00", "zhao", "correct", "slip", {{"line", slip}, {"place", std::string("1-0101")}}));
  accepted(office, draw_up("05-01 09:00", "april", "2026-04-30"));
  accepted(office, approve("05-01 10:00", "april"));
}

}  // namespace

TEST_CASE("a sheet is the same in a file and in memory, after opening again, and under its own manual") {
  const Directory directory;
  Office file = garden_in(directory.file("o.db"), Manual::standard());
  Office memory = garden(Manual::standard());
  two_months(file);
  two_months(memory);
  CHECK(file.digest() == memory.digest());
  CHECK(file.state_digest() == memory.state_digest());
  sound(file);
  sound(memory);
  Office again = garden_in(directory.file("o.db"), std::nullopt);
  for (Office* office : {&file, &memory, &again}) {
    const Scorecard march = card(*office, "2026-03");
    CHECK(march.frozen);
    CHECK(march.sheet == "march");
    CHECK(march.score_hundredths == 9'500);
    const Scorecard april = card(*office, "2026-04");
    CHECK(april.frozen);
    CHECK(april.adjustment_hundredths == -500);
    REQUIRE(april.adjustments.size() == 1);
    CHECK(april.adjustments.front().month == "2026-03");
    CHECK(april.adjustments.front().metric == "work_records");
    CHECK(april.adjustments.front().before_hundredths == 500);
    CHECK(april.adjustments.front().after_hundredths == 0);
    CHECK_FALSE(card(*office, "2026-05").frozen);
    CHECK(card(*office, "2026-05").adjustments.empty());
    const TableData sheets = office->table("sheets");
    REQUIRE(sheets.rows.size() == 2);
    CHECK(cell(sheets, sheets.rows[0], "manual") == Manual::standard().hash());
    CHECK(contains(cell(sheets, sheets.rows[0], "figures"), R"({"bonus":0,"done":1,"due":1,"late":0,"metric":"work_records","points":500,"recorded":false,"state":"counted","value":"1"})"));
  }
  Office same = file.what_if(Manual::standard());
  CHECK(same.digest() == file.digest());
  CHECK(same.state_digest() == file.state_digest());
}

TEST_CASE("under another manual the sheets are found anew") {
  Office office = garden(Manual::standard());
  two_months(office);
  const Manual::Layer layer{"dearer.toml", "name = \"dearer\"\nextends = \"standard\"\n[metric.work_records]\npoints = 7\n"};
  Office dearer = office.what_if(Manual::load({&layer, 1}));
  CHECK(card(dearer, "2026-03").score_hundredths == 9'300);
  CHECK(card(dearer, "2026-04").adjustment_hundredths == -700);
  CHECK(card(office, "2026-03").score_hundredths == 9'500);
}

TEST_CASE("what a batch tells before the approval is in the sheet, and what it takes away afterwards leaves nothing") {
  const Directory directory;
  Office file = garden_in(directory.file("o.db"), Manual::standard());
  Office memory = garden(Manual::standard());
  const std::string batch = R"({"at":"2026-03-01T08:00:00+08:00","by":"system:hr","do":"set_staff","staff":"wang","post":"cs_supervisor"}
{"at":"2026-03-01T08:00:00+08:00","by":"system:hr","do":"set_staff","staff":"chen","post":"site_manager"}
{"at":"2026-03-01T08:00:00+08:00","by":"system:hr","do":"set_staff","staff":"zhao","post":"front_desk_officer"}
{"at":"2026-03-02T09:00:00+08:00","by":"zhao","do":"report","case":"slip","class":"repair","text":"灯不亮"}
{"at":"2026-04-01T09:00:00+08:00","by":"wang","do":"draw_up_sheet","case":"march","officer":"zhao","month":"2026-03-31"}
{"at":"2026-04-01T09:10:00+08:00","by":"wang","do":"approve_sheet","case":"march"}
{"at":"2026-04-01T10:00:00+08:00","by":"chen","do":"approve_sheet","case":"march"}
{"at":"2026-04-01T11:00:00+08:00","by":"zhao","do":"void","line":5,"reason":"twice"}
)";
  for (Office* office : {&file, &memory}) {
    const auto outcomes = office->record_lines(batch, Office::Mode::independent);
    REQUIRE(outcomes.size() == 8);
    CHECK(outcomes[5].reason == "not_allowed");
    CHECK(outcomes[6].status == Status::accepted);
    INFO(outcomes[7].json());
    CHECK(outcomes[7].status == Status::accepted);
    // The call was never dispatched, and its record was not complete.
    CHECK(card(*office, "2026-03").deducted_hundredths > 500);
    sound(*office);
  }
  CHECK(file.digest() == memory.digest());
  CHECK(file.state_digest() == memory.state_digest());
  CHECK(file.table("deadlines").rows.size() == memory.table("deadlines").rows.size());
}

TEST_CASE("a dry run and a discarded proposal freeze nothing") {
  const Directory directory;
  Office office = garden_in(directory.file("o.db"), Manual::standard());
  desk_with_people(office);
  accepted(office, repair("03-02 09:00", "slip"));
  accepted(office, draw_up("04-01 09:00", "march", "2026-03-31"));
  const std::string before = office.digest() + office.state_digest();
  CHECK(office.record(approve("04-01 10:00", "march"), true).status == Status::accepted);
  CHECK(office.propose(approve("04-01 10:00", "march")).status == Status::accepted);
  office.discard();
  CHECK(office.digest() + office.state_digest() == before);
  CHECK(office.table("sheets").rows.empty());
  accepted(office, approve("04-01 10:00", "march"));
  CHECK(office.table("sheets").rows.size() == 1);
  sound(office);
}

TEST_CASE("what lies below the floor was never lost, and is not given back") {
  Office office = garden(Manual::standard());
  desk_with_people(office);
  // None of one dispatched in time is four hundred points, far below the floor; the record is incomplete besides.
  const std::int64_t slip = accepted(office, repair("03-02 09:00", "slip")).seq;
  accepted(office, tell("03-02 12:00", "zhao", "dispatch", "slip", {{"worker", std::string("sun")}}));
  accepted(office, draw_up("03-31 17:00", "march", "2026-03-31"));
  accepted(office, approve("04-01 10:00", "march"));
  CHECK(card(office, "2026-03").score_hundredths == 0);
  accepted(office, tell("04-02 10:00", "zhao", "correct", "slip", {{"line", slip}, {"place", std::string("1-0101")}}));
  const Scorecard april = card(office, "2026-04");
  REQUIRE(april.adjustments.size() == 1);
  CHECK(april.adjustments.front().before_hundredths == 500);
  CHECK(april.adjustment_hundredths == 0);
}

TEST_CASE("lines up to the approval stand; those after it may be amended") {
  Office office = garden(Manual::standard());
  desk_with_people(office);
  const std::int64_t drawn = accepted(office, draw_up("03-31 17:00", "march", "2026-03-31")).seq;
  const std::int64_t approved = accepted(office, approve("04-01 10:00", "march")).seq;
  const std::int64_t sent = accepted(office, tell("04-01 11:00", "wang", "send_to_finance", "march")).seq;
  for (const std::int64_t line : {drawn, approved}) {
    refused(office, tell("04-01 12:00", "chen", "void", "", {{"line", line}, {"reason", std::string("r")}}), "not_correctable");
  }
  accepted(office, tell("04-01 12:00", "chen", "void", "", {{"line", sent}, {"reason", std::string("r")}}));
  CHECK(stage_of(office, "march") == "approved");
  refused(office, tell("04-01 12:30", "chen", "approve_sheet", "march"), "wrong_stage");
  sound(office);
}
