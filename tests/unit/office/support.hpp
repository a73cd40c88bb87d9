// What the tests of offices share: a small manual with every kind of rule that an office acts on, entries in one line, and
// a fold of the whole journal after every step.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../catch.hpp"
#include "../journal/support.hpp"
#include "wuye/office.hpp"
#include "wuye/table.hpp"

namespace wuye::test {

inline const std::string kDesk = R"toml(name = "desk"
time_zone = "+08:00"
[calendar.desk_day]
title  = { zh = "前台时间", en = "Desk hours" }
weekly = { daily = [["08:30", "18:30"]] }
[post.head]
title = { zh = "经理", en = "Manager" }
[post.supervisor]
title = { zh = "主管", en = "Supervisor" }
superior = "head"
[post.officer]
title = { zh = "前台", en = "Officer" }
superior = "supervisor"
deputy = "supervisor"
[post.worker]
title = { zh = "维修工", en = "Worker" }
superior = "supervisor"
[late]
free  = "24h"
limit = "72h"
by    = ["supervisor"]
[[use]]
chapter = "repairs"
[chapter.repairs]
title = { zh = "报修", en = "Repair" }
[chapter.keys]
title = { zh = "钥匙", en = "Keys" }
[clause.C1]
module = "repair"
kind   = ["figure"]
title  = { zh = "到场", en = "Arrival" }
text   = { zh = "两小时内到场。", en = "On site within two hours." }
[procedure.lend]
title   = { zh = "借钥匙", en = "Lend a key" }
chapter = "keys"
[[procedure.lend.stage]]
name  = "lent"
title = { zh = "已借", en = "Lent" }
[[procedure.lend.stage]]
name   = "back"
title  = { zh = "已还", en = "Back" }
ending = "done"
[[procedure.lend.action]]
do      = "lend"
title   = { zh = "借出", en = "Lend" }
opening = true
by      = ["officer"]
to      = "lent"
[[procedure.lend.action]]
do    = "give_back"
title = { zh = "归还", en = "Give back" }
by    = ["officer"]
from  = ["lent"]
to    = "back"
[procedure.review]
title   = { zh = "复盘", en = "Review" }
chapter = "repairs"
[[procedure.review.stage]]
name  = "asked"
title = { zh = "待复盘", en = "Asked for" }
[[procedure.review.stage]]
name   = "held"
title  = { zh = "已复盘", en = "Held" }
ending = "done"
[[procedure.review.action]]
do      = "ask_review"
title   = { zh = "要求复盘", en = "Ask for a review" }
opening = true
by      = ["supervisor"]
to      = "asked"
[[procedure.review.action]]
do    = "hold_review"
title = { zh = "复盘", en = "Hold it" }
by    = ["supervisor"]
from  = ["asked"]
to    = "held"
[procedure.repair]
title   = { zh = "报修", en = "Repair" }
chapter = "repairs"
[procedure.repair.field]
urgency  = { title = { zh = "紧急程度", en = "Urgency" }, type = "enum", values = ["ordinary", "emergency"], default = "ordinary" }
promised = { title = { zh = "约定", en = "Agreed" }, type = "instant" }
phone    = { title = { zh = "电话", en = "Telephone" }, type = "text", personal = true }
worker   = { title = { zh = "维修人", en = "Worker" }, type = "person" }
note     = { title = { zh = "备注", en = "Note" }, type = "text" }
fault    = { title = { zh = "故障", en = "Fault" }, type = "text" }
[[procedure.repair.stage]]
name  = "reported"
title = { zh = "已报", en = "Reported" }
[[procedure.repair.stage]]
name  = "dispatched"
title = { zh = "已派", en = "Dispatched" }
[[procedure.repair.stage]]
name  = "waiting"
title = { zh = "待料", en = "Waiting" }
[[procedure.repair.stage]]
name  = "on_site"
title = { zh = "到场", en = "On site" }
[[procedure.repair.stage]]
name   = "done"
title  = { zh = "完成", en = "Done" }
ending = "done"
[[procedure.repair.stage]]
name   = "cancelled"
title  = { zh = "取消", en = "Cancelled" }
ending = "cancelled"
[[procedure.repair.action]]
do      = "report"
title   = { zh = "报修", en = "Report" }
opening = true
by      = ["officer", "resident"]
to      = "reported"
needs   = ["place"]
clauses = ["C1"]
[[procedure.repair.action]]
do     = "dispatch"
title  = { zh = "派单", en = "Dispatch" }
by     = ["officer"]
from   = ["reported"]
to     = "dispatched"
needs  = ["worker"]
holder = "worker"
clauses = ["C1"]
[[procedure.repair.action]]
do    = "wait"
title = { zh = "待料", en = "Wait" }
by    = ["worker"]
from  = ["dispatched"]
to    = "waiting"
[[procedure.repair.action]]
do    = "resume"
title = { zh = "继续", en = "Resume" }
by    = ["worker"]
from  = ["waiting"]
to    = "dispatched"
[[procedure.repair.action]]
do    = "arrive"
title = { zh = "到场", en = "Arrive" }
by    = ["worker"]
from  = ["dispatched"]
to    = "on_site"
clauses = ["C1"]
[[procedure.repair.action]]
do    = "finish"
title = { zh = "完成", en = "Finish" }
by    = ["worker"]
from  = ["on_site"]
to    = "done"
[[procedure.repair.action]]
do    = "cancel"
title = { zh = "取消", en = "Cancel" }
by    = ["officer"]
from  = ["*"]
to    = "cancelled"
[[procedure.repair.action]]
do    = "remark"
title = { zh = "备注", en = "Remark" }
by    = ["anyone"]
from  = ["reported", "dispatched", "waiting", "on_site", "done"]
may   = ["note", "fault", "phone", "promised", "urgency"]
[[procedure.repair.action]]
do    = "approve"
title = { zh = "批准", en = "Approve" }
by    = ["supervisor"]
from  = ["dispatched"]
not_same_as = ["report"]
on_breach = "refuse"
clauses = ["C1"]
[[procedure.repair.deadline]]
name   = "dispatch"
title  = { zh = "派单", en = "Dispatch" }
from   = "reported"
until  = ["dispatched", "cancelled"]
drops  = ["cancelled"]
within = [ { limit = "15min", calendar = "around_the_clock", clause = "C1" } ]
ladder = [ { at = "75%", tell = "holder" }, { at = "100%", tell = ["supervisor"] } ]
clause = "C1"
[[procedure.repair.deadline]]
name   = "arrive"
title  = { zh = "到场", en = "Arrive" }
from   = "reported"
until  = ["on_site", "done", "cancelled"]
pauses = ["waiting"]
drops  = ["cancelled"]
within = [
  { when = { urgency = "emergency" }, limit = "2h", calendar = "around_the_clock", clause = "C1" },
  { when = { has = "promised" }, due = "promised" },
  { limit = "4h", calendar = "desk_day" },
]
ladder = [ { at = "75%", tell = "holder" }, { at = "100%", tell = ["supervisor"] },
           { at = "+1cd", tell = ["head"], open = { procedure = "review" } } ]
clause = "C1"
[[procedure.repair.tally]]
name     = "recurring"
title    = { zh = "重复故障", en = "Recurring fault" }
key      = ["place", "fault"]
at_least = 3
within   = "30cd"
tell     = ["supervisor"]
clause   = "C1"
[metric.dispatched]
title      = { zh = "派单及时率", en = "Dispatched in time" }
chapter    = "repairs"
kind       = "ratio"
procedures = ["repair"]
deadline   = "dispatch"
pass       = "100%"
points     = 4
clauses    = ["C1"]
)toml";

inline Manual manual_of(const std::string& text) {
  const Manual::Layer layer{"desk.toml", text};
  return Manual::load({&layer, 1});
}
inline const Manual& desk() {
  static const Manual manual = manual_of(kDesk);
  return manual;
}
inline std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

/// "03-02 09:00" or "03-02 09:00:30" of 2026, in the office's zone.
inline Instant when(std::string_view text) {
  return parse_instant("2026-" + std::string(text.substr(0, 5)) + "T" + std::string(text.substr(6)) + (text.size() == 11 ? ":00" : "") + "+08:00");
}

inline Entry tell(std::string_view at, std::string by, std::string action, std::string case_id = {},
                  std::initializer_list<std::pair<const char*, Value>> fields = {}, std::string_view now = {}) {
  Entry entry;
  entry.at = when(at);
  if (!now.empty()) entry.now = when(now);
  entry.by = std::move(by);
  entry.action = std::move(action);
  entry.case_id = std::move(case_id);
  for (const auto& [name, value] : fields) set_field(entry.fields, name, value);
  return entry;
}
inline Entry report(std::string_view at, std::string case_id, std::initializer_list<std::pair<const char*, Value>> fields = {},
                    std::string_view now = {}) {
  Entry entry = tell(at, "resident:3-1201", "report", std::move(case_id), fields, now);
  if (!find_field(entry.fields, "place")) set_field(entry.fields, "place", std::string("3-1201"));
  return entry;
}
inline Entry keyed(Entry entry, std::string key, std::string source = "app") {
  entry.source = std::move(source);
  entry.key = std::move(key);
  return entry;
}

inline Outcome accepted(Office& office, const Entry& entry) {
  Outcome out = office.record(entry);
  INFO(out.json());
  REQUIRE(out.status == Status::accepted);
  return out;
}
inline Outcome refused(Office& office, const Entry& entry, const std::string& reason) {
  const std::string before = office.digest() + office.state_digest();
  Outcome out = office.record(entry);
  INFO(out.json());
  REQUIRE(out.status == Status::refused);
  CHECK(out.reason == reason);
  CHECK(office.digest() + office.state_digest() == before);
  return out;
}
inline void sound(Office& office) {
  for (const std::string& finding : office.verify().findings) {
    INFO(finding);
    CHECK(false);
  }
}

inline Office garden(const Manual& manual = desk()) { return Office::memory(manual, Office::Options{"seed"}); }
inline Office garden_in(const std::string& path, const std::optional<Manual>& manual = desk()) {
  return Office::open(path, manual, Office::Options{"seed"});
}

inline void staff_up(Office& office) {
  for (const auto& [who, post] : {std::pair<const char*, const char*>{"zhao", "officer"}, {"sun", "worker"}, {"zhou", "worker"}, {"wang", "supervisor"}, {"li", "head"}}) {
    accepted(office, tell("03-01 08:00", "li", "set_staff", "", {{"staff", std::string(who)}, {"post", std::string(post)}}));
  }
}

/// A cell as text; "" where it is empty.
inline std::string cell(const TableData& table, const std::vector<Cell>& row, std::string_view column) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name != column) continue;
    if (const auto* text = std::get_if<std::string>(&row[i])) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&row[i])) return std::to_string(*number);
    return {};
  }
  FAIL("no column " << column);
  return {};
}
inline std::string cell_of(Office& office, std::string_view table_name, const std::string& id, std::string_view column) {
  const TableData table = office.table(table_name);
  for (const auto& row : table.rows) {
    if (std::get<std::string>(row[0]) == id) return cell(table, row, column);
  }
  return "no row";
}
inline std::string stage_of(Office& office, const std::string& id) { return cell_of(office, "cases", id, "stage"); }
inline std::string clock_of(Office& office, const std::string& id, const std::string& deadline, std::string_view column = "state") {
  const TableData table = office.table("deadlines");
  std::string out = "no row";
  for (const auto& row : table.rows) {
    if (cell(table, row, "case") == id && cell(table, row, "deadline") == deadline) out = cell(table, row, column);
  }
  return out;
}
/// Ids of the notices in a state, by id.
inline std::vector<std::string> notices_in(Office& office, const std::string& state) {
  const TableData table = office.table("notices");
  std::vector<std::string> out;
  for (const auto& row : table.rows) {
    if (cell(table, row, "state") == state && cell(table, row, "what") != "withdrawn") out.push_back(cell(table, row, "notice"));
  }
  return out;
}
inline std::vector<std::string> ids(const std::vector<Notice>& notices, std::string_view what = {}) {
  std::vector<std::string> out;
  for (const Notice& notice : notices) {
    if (what.empty() || notice.what == what) out.push_back(notice.id);
  }
  return out;
}
using Texts = std::vector<std::string>;

}  // namespace wuye::test
