// A small manual for tests, and a way to say where in a changed text a problem is expected: at the mark ¦.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../catch.hpp"
#include "wuye/manual.hpp"

namespace wuye::test {

inline constexpr std::string_view kMark = "¦";

inline const std::string kManual = R"toml(name      = "garden"
time_zone = "+08:00"

[calendar.desk_day]
title  = { zh = "前台时间", en = "Desk hours" }
weekly = { daily = [["08:30", "18:30"]] }

[calendar.office_day]
title   = { zh = "办公时间", en = "Office hours" }
weekly  = { workdays = [["08:30", "18:30"]] }
breaks  = { workdays = [["12:00", "13:00"]] }
almanac = "cn"

[almanac.cn.2026]
holidays = [2026-01-01, 2026-02-17, 2026-02-18, 2026-02-19, 2026-02-20]
makeup   = [2026-02-28]

[post.boss]
title = { zh = "经理", en = "Manager" }

[post.supervisor]
title    = { zh = "主管", en = "Supervisor" }
superior = "boss"

[post.officer]
title    = { zh = "前台", en = "Officer" }
superior = "supervisor"
deputy   = "supervisor"

[post.worker]
title    = { zh = "维修工", en = "Worker" }
superior = "supervisor"

[switch.repair.response]
title  = { zh = "响应", en = "Response" }
value  = "arrival"
values = ["arrival", "contact"]

[late]
free  = "24h"
limit = "72h"
by    = ["supervisor"]

[chapter.repairs]
title   = { zh = "报修", en = "Repair" }
modules = ["repair"]

[clause.C1]
module = "repair"
kind   = ["figure"]
title  = { zh = "到场", en = "Arrival" }
text   = { zh = "两小时内到场。", en = "On site within two hours." }

[clause.C2]
module = "repair"
kind   = ["workflow"]
title  = { zh = "派单", en = "Dispatch" }
text   = { zh = "及时派单。", en = "Dispatch promptly." }

[treat.C2]
as  = "duty"
why = { zh = "无数字。", en = "It has no figure." }

[procedure.repair]
title   = { zh = "报修", en = "Repair" }
chapter = "repairs"

[procedure.repair.field]
urgency  = { title = { zh = "紧急程度", en = "Urgency" }, type = "enum", values = ["ordinary", "emergency"], default = "ordinary" }
promised = { title = { zh = "约定", en = "Agreed" }, type = "instant" }
until    = { title = { zh = "有效期", en = "Valid until" }, type = "date" }
quote    = { title = { zh = "报价", en = "Quote" }, type = "money" }
worker   = { title = { zh = "维修人", en = "Worker" }, type = "person" }
original = { title = { zh = "原单", en = "Original" }, type = "case" }
note     = { title = { zh = "备注", en = "Note" }, type = "text" }

[[procedure.repair.stage]]
name  = "reported"
title = { zh = "已报", en = "Reported" }

[[procedure.repair.stage]]
name  = "on_site"
title = { zh = "到场", en = "On site" }

[[procedure.repair.stage]]
name   = "done"
title  = { zh = "完成", en = "Done" }
ending = "done"

[[procedure.repair.action]]
do      = "report"
title   = { zh = "报修", en = "Report" }
opening = true
by      = ["officer", "resident"]
to      = "reported"
needs   = ["place"]

[[procedure.repair.action]]
do     = "arrive"
title  = { zh = "到场", en = "Arrive" }
by     = ["worker"]
from   = ["reported"]
to     = "on_site"
holder = "worker"

[[procedure.repair.action]]
do    = "finish"
title = { zh = "完成", en = "Finish" }
by    = ["worker"]
from  = ["*"]
to    = "done"
only_when = [
  { when = { quote = { at_most = 50000 } }, because = { zh = "超额", en = "above the limit" }, clause = "C1" },
]

[[procedure.repair.deadline]]
name   = "arrive"
title  = { zh = "到场", en = "Arrive" }
from   = "reported"
until  = ["on_site", "done"]
within = [
  { when = { urgency = "emergency", switch = { "repair.response" = "arrival" } }, limit = "2h", calendar = "around_the_clock", clause = "C1" },
  { when = { has = "promised" }, due = "promised" },
  { limit = "4h", calendar = "desk_day" },
]
ladder = [ { at = "75%", tell = "holder" }, { at = "100%", tell = ["supervisor"] }, { at = "+3cd", tell = ["superior(supervisor)"] } ]
clause = "C1"

[metric.on_time]
title      = { zh = "及时率", en = "On time" }
chapter    = "repairs"
kind       = "ratio"
procedures = ["repair"]
deadline   = "arrive"
pass       = "99.5%"
points     = 4
)toml";

/// The text with its one `what` replaced.
inline std::string changed(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  REQUIRE(text.find(what, at + 1) == std::string::npos);
  return text.replace(at, what.size(), with);
}

inline std::vector<Manual::Problem> problems_of(const std::string& text) {
  const Manual::Layer layer{"garden.toml", text};
  return Manual::check({&layer, 1});
}

inline Manual loaded(const std::string& text) {
  const Manual::Layer layer{"garden.toml", text};
  return Manual::load({&layer, 1});
}

/// The place of the mark, which is taken out of `text`.
inline Location take_mark(std::string& text) {
  const std::size_t at = text.find(kMark);
  REQUIRE(at != std::string::npos);
  text.erase(at, kMark.size());
  Location where{"garden.toml", 1, 1};
  for (std::size_t i = 0; i < at; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\n') {
      ++where.line;
      where.column = 1;
    } else if ((byte & 0xC0U) != 0x80U) {
      ++where.column;
    }
  }
  return where;
}

/// Exactly one problem, at the mark.
inline void expect_one(std::string text, bool error, const std::string& message, const std::string& suggestion) {
  const Location where = take_mark(text);
  const std::vector<Manual::Problem> problems = problems_of(text);
  for (const Manual::Problem& problem : problems) {
    UNSCOPED_INFO(problem.where.line << ':' << problem.where.column << ' ' << problem.message);
  }
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].error == error);
  CHECK(problems[0].where.file == where.file);
  CHECK(problems[0].where.line == where.line);
  CHECK(problems[0].where.column == where.column);
  CHECK(problems[0].message == message);
  CHECK(problems[0].suggestion == suggestion);
}

inline void expect_error(const std::string& what, const std::string& with, const std::string& message,
                         const std::string& suggestion = {}) {
  INFO(with);
  expect_one(changed(kManual, what, with), true, message, suggestion);
}

}  // namespace wuye::test
