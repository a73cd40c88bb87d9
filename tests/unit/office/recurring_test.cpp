// Duties that recur: their cases are opened at their nominal time, once a period, under the manual in force, and nothing else of the
// office knows a difference between such a case and another.
#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

const std::string kDuty = R"toml([duty.stock]
title   = { zh = "盘点", en = "Stocktaking" }
chapter = "repairs"
opens   = "stocktaking"
every   = "month"
day     = 5
at      = "09:00"
with    = { shelf = "A" }
period  = "month"
clauses = ["C1"]
)toml";

/// The small desk with a stocktaking every month.
std::string with_duty(const std::string& duty = kDuty) {
  return kDesk + R"toml([procedure.stocktaking]
title   = { zh = "盘点", en = "Stocktaking" }
chapter = "repairs"
[procedure.stocktaking.field]
shelf = { title = { zh = "货架", en = "Shelf" }, type = "text" }
month = { title = { zh = "月份", en = "Month" }, type = "date" }
[[procedure.stocktaking.stage]]
name  = "due"
title = { zh = "待盘", en = "Due" }
tell  = ["supervisor"]
[[procedure.stocktaking.stage]]
name   = "counted"
title  = { zh = "已盘", en = "Counted" }
ending = "done"
[[procedure.stocktaking.action]]
do      = "begin_stock"
title   = { zh = "到期", en = "Falls due" }
opening = true
by      = ["system"]
to      = "due"
[[procedure.stocktaking.action]]
do    = "count_stock"
title = { zh = "盘点", en = "Count" }
by    = ["worker"]
from  = ["due"]
to    = "counted"
[[procedure.stocktaking.deadline]]
name   = "count"
title  = { zh = "盘点", en = "Count" }
from   = "due"
until  = ["counted"]
within = [ { limit = "2h", calendar = "around_the_clock" } ]
ladder = [ { at = "100%", tell = ["supervisor"] } ]
)toml" + duty;
}

Manual monthly(const std::string& duty = kDuty) { return manual_of(with_duty(duty)); }

std::string on(std::string_view day) { return replaced(kDuty, "day     = 5", "day     = " + std::string(day)); }

/// Of each case of the duty when it was opened.
Texts opened(Office& office) {
  const TableData cases = office.table("cases");
  Texts out;
  for (const auto& row : cases.rows) {
    if (cell(cases, row, "procedure") != "stocktaking") continue;
    const Instant at{std::stoll(cell(cases, row, "opened_at"))};
    out.push_back(cell(cases, row, "case") + " " + office.manual().zone().format(at).substr(5, 11));
  }
  return out;
}

std::optional<Instant> next_of(Office& office) {
  const std::string us = cell_of(office, "duties", "stock", "next");
  if (us.empty() || us == "no row") return std::nullopt;
  return Instant{std::stoll(us)};
}

}  // namespace

TEST_CASE("a duty's case is opened at its nominal time, however late the host calls", "[office][duties]") {
  Office office = garden(monthly());
  staff_up(office);
  CHECK(office.next_due() == when("03-05 09:00"));
  CHECK(next_of(office) == when("03-05 09:00"));
  CHECK(office.advance(when("03-05 08:59:59")).empty());
  const auto found = office.advance(when("04-06 00:00"));
  CHECK(opened(office) == Texts{"stock:2026-03-01 03-05T09:00", "stock:2026-04-01 04-05T09:00"});
  CHECK(ids(found, "reached") == Texts{"stock:2026-03-01:due:1", "stock:2026-04-01:due:1"});
  CHECK(ids(found, "overdue") == Texts{"stock:2026-03-01:count:1:100%", "stock:2026-04-01:count:1:100%"});
  CHECK(found.front().at == when("03-05 09:00"));
  CHECK(found.front().found == when("03-05 09:00"));
  CHECK(contains(cell_of(office, "cases", "stock:2026-04-01", "fields"), R"("month":"2026-04-01","shelf":"A")"));
  CHECK(cell_of(office, "cases", "stock:2026-04-01", "parent").empty());
  CHECK(cell_of(office, "duties", "stock", "period") == "2026-04-01");
  CHECK(cell_of(office, "duties", "stock", "case") == "stock:2026-04-01");
  CHECK(next_of(office) == when("05-05 09:00"));
  accepted(office, tell("03-05 10:00", "sun", "count_stock", "stock:2026-03-01", {}, "04-06 00:00"));
  CHECK(clock_of(office, "stock:2026-03-01", "count") == "met");
  sound(office);
}

TEST_CASE("what is told at the instant comes before the duty that falls due at it", "[office][duties]") {
  Office office = garden(monthly());
  accepted(office, report("03-05 09:00", "a"));
  CHECK(opened(office).empty());
  accepted(office, report("03-05 09:00:01", "b"));
  CHECK(opened(office).size() == 1);
}

TEST_CASE("a case of the host's that has the duty's name does not stop it", "[office][duties]") {
  Office office = garden(monthly());
  accepted(office, report("03-02 09:00", "stock:2026-03-01"));
  office.advance(when("03-05 09:00"));
  CHECK(opened(office) == Texts{"stock:2026-03-01#2 03-05T09:00"});
  sound(office);
}

TEST_CASE("a refused entry, a dry run and a discarded proposal leave the duty where it was", "[office][duties]") {
  Office office = garden(monthly());
  accepted(office, report("03-02 09:00", "a"));
  refused(office, tell("03-06 09:00", "wang", "nonsense", "a"), "unknown_action");
  office.record(report("03-06 09:00", "b"), true);
  REQUIRE(office.propose(report("03-06 09:00", "c")).accepted());
  office.discard();
  CHECK(opened(office).empty());
  CHECK(next_of(office) == when("03-05 09:00"));
  REQUIRE(office.propose(report("03-06 09:00", "c")).accepted());
  office.commit();
  CHECK(opened(office).size() == 1);
  sound(office);
}

TEST_CASE("another manual may have the duty on another day, more rarely, or not at all", "[office][duties]") {
  Office office = garden(monthly());
  accepted(office, report("03-02 09:00", "a"));
  office.advance(when("03-05 09:00"));
  office.adopt(monthly(on("20")), when("03-10 00:00"), "li");
  CHECK(next_of(office) == when("04-20 09:00"));  // March has had its own
  office.adopt(manual_of(with_duty({})), when("04-01 00:00"), "li");
  CHECK_FALSE(next_of(office).has_value());
  CHECK(cell_of(office, "duties", "stock", "case") == "stock:2026-03-01");
  office.advance(when("06-10 00:00"));
  CHECK(opened(office).size() == 1);
  office.adopt(monthly(), when("06-10 00:00"), "li");
  CHECK(next_of(office) == when("07-05 09:00"));  // what passed meanwhile is not made up for
  office.adopt(monthly(replaced(kDuty, "\"month\"\nday", "\"half\"\nmonth = 6\nday")), when("06-11 00:00"), "li");
  CHECK(next_of(office) == when("12-05 09:00"));
  sound(office);
  Office late = garden(manual_of(replaced(with_duty(), "chapter = \"repairs\"\n[chapter", "chapter = \"repairs\"\nfrom = 2026-05-05\n[chapter")));
  accepted(late, tell("03-02 09:00", "li", "set_staff", "", {{"staff", std::string("li")}, {"post", std::string("head")}}));
  CHECK(next_of(late) == when("05-05 09:00"));
  Office unused = garden(manual_of(replaced(with_duty(), "[[use]]\nchapter = \"repairs\"", "[[use]]\nchapter = \"keys\"")));
  accepted(unused, tell("03-02 09:00", "li", "set_staff", "", {{"staff", std::string("li")}, {"post", std::string("head")}}));
  CHECK_FALSE(next_of(unused).has_value());
}

TEST_CASE("a switch that stands otherwise leaves no duty", "[office][duties]") {
  const std::string by = "[switch.stock.by_itself]\ntitle = { zh = \"盘点\", en = \"Stock\" }\nvalue = \"off\"\nvalues = [\"on\", \"off\"]\n";
  Office office = garden(monthly(kDuty + "when = { switch = { \"stock.by_itself\" = \"on\" } }\n" + by));
  accepted(office, report("03-02 09:00", "a"));
  CHECK(office.table("duties").rows.empty());
}

TEST_CASE("a file knows its duties, and so do two offices on it", "[office][duties]") {
  const Directory directory;
  Office alone = garden(monthly());
  Office one = garden_in(directory.file("o.db"), monthly());
  Office two = garden_in(directory.file("o.db"), monthly());
  for (Office* office : {&alone, &one}) accepted(*office, report("03-02 09:00", "a"));
  CHECK(two.next_due() == when("03-02 09:11:15"));
  for (Office* office : {&alone, &two}) office->advance(when("03-05 09:00"));
  CHECK(next_of(one) == when("04-05 09:00"));
  for (Office* office : {&alone, &one}) accepted(*office, tell("03-05 10:00", "sun", "count_stock", "stock:2026-03-01"));
  for (Office* office : {&alone, &two}) office->adopt(monthly(on("6")), when("03-07 00:00"), "li");
  one.close();
  two.close();
  Office again = garden_in(directory.file("o.db"));
  CHECK(again.state_digest() == alone.state_digest());
  CHECK(again.next_due() == when("04-06 09:00"));
  for (Office* office : {&alone, &again}) office->advance(when("05-01 00:00"));
  CHECK(again.digest() == alone.digest());
  CHECK(again.state_digest() == alone.state_digest());
  sound(again);
}

TEST_CASE("its past is told again with it, and another manual has its own duties", "[office][duties]") {
  Office office = garden(monthly());
  staff_up(office);
  office.advance(when("03-05 09:00"));
  accepted(office, tell("03-05 10:00", "sun", "count_stock", "stock:2026-03-01"));
  accepted(office, tell("03-04 09:00", "sun", "set_unit", "", {{"place", std::string("3-1201")}}, "03-06 09:00"));
  office.advance(when("04-10 00:00"));
  for (const auto known : {Known::then, Known::now}) {
    Office past = office.as_of(when("03-06 00:00"), known);
    CHECK(opened(past) == Texts{"stock:2026-03-01 03-05T09:00"});
    CHECK(stage_of(past, "stock:2026-03-01") == "counted");
    CHECK(next_of(past) == when("04-05 09:00"));
  }
  Office same = office.what_if(office.manual());
  CHECK(same.digest() == office.digest());
  CHECK(same.state_digest() == office.state_digest());
  Office other = office.what_if(monthly(on("31")));
  CHECK(opened(other) == Texts{"stock:2026-03-01 03-31T09:00"});
  // What was done with the other's case came before there was one.
  const TableData verdicts = other.table("what_if");
  REQUIRE(verdicts.rows.size() == 1);
  CHECK(cell(verdicts, verdicts.rows[0], "verdict") == "unmatched");
  sound(other);
}

TEST_CASE("what a duty cannot be", "[manual][duties]") {
  const auto wrong = [](std::string_view what, std::string_view with, std::string_view message) {
    INFO(with);
    try {
      monthly(replaced(kDuty, what, with));
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(contains(error.what(), message));
    }
  };
  wrong("\"month\"\nday", "\"fortnight\"\nday", "unknown value of \"every\" \"fortnight\"");
  wrong("day     = 5", "day     = 32", "\"day\" lies between 1 and 31");
  wrong("\"month\"\nday     = 5", "\"week\"\nday = 8", "\"day\" lies between 1 and 7");
  wrong("day     = 5", "day = 5\nmonth = 1", "only of a quarter, a half and a year the month is told");
  wrong("\"month\"\nday", "\"quarter\"\nmonth = 4\nday", "\"month\" lies between 1 and 3");
  wrong("\"09:00\"", "\"25:00\"", "25:00");
  wrong("period  = \"month\"", "period = \"shelf\"", "the field \"shelf\" of \"stocktaking\" is not a date");
  wrong("period  = \"month\"", "period = \"months\"", "months");
  wrong("\"stocktaking\"", "\"stocktakin\"", "unknown procedure \"stocktakin\"");
  wrong("shelf = \"A\"", "shelve = \"A\"", "shelve");
  wrong("day     = 5", "day = 5\ncalendar = \"night\"", "unknown calendar \"night\"");
  wrong("day     = 5", "day = 5\nwhen = { has = \"shelf\" }", "a duty's \"when\" asks for switches only");
}
