// The tables that are worked out from callbacks when somebody asks: every callback with whether it counts, and the month's figures.
#include <map>

#include "callbacks/figures.hpp"
#include "journal/json.hpp"
#include "office/impl.hpp"
#include "tables/describe.hpp"

namespace wuye {
namespace {

std::string text_of(const Fields& fields, const std::string& name) {
  const Value* value = find_field(fields, name);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  return text ? *text : std::string();
}

}  // namespace

std::pair<TableData, TableData> Office::Impl::callback_tables() {
  TableData each;
  each.name = "callbacks";
  each.columns = {{"case", ColumnType::text, "回访事项", "The callback's id"},
                  {"quota", ColumnType::text, "配额", "The quota"},
                  {"month", ColumnType::text, "计入月份", "The month in which it counts"},
                  {"about", ColumnType::text, "所回访的事项", "The case called about"},
                  {"class", ColumnType::text, "事项类别", "Its class"},
                  {"group", ColumnType::text, "组别", "Which classes it counts with"},
                  {"channel", ColumnType::text, "回访方式", "By which it was, or is to be, made"},
                  {"who", ColumnType::text, "回访人", "To whom it is assigned"},
                  {"drawn", ColumnType::boolean, "抽取", "Drawn; otherwise made unasked"},
                  {"made", ColumnType::instant, "回访时间", "When it was made, if it was"},
                  {"outcome", ColumnType::text, "结果", "What the resident said"},
                  {"counted", ColumnType::boolean, "计入", "Counts as made"},
                  {"reason", ColumnType::text, "原因", "Why not"}};
  TableData sums;
  sums.name = "callback_figures";
  sums.columns = {{"quota", ColumnType::text, "配额", "The quota"},
                  {"month", ColumnType::text, "月份", "The month"},
                  {"by", ColumnType::text, "口径", "all, group, channel, officer"},
                  {"name", ColumnType::text, "名称", "Of the group, channel or officer"},
                  {"channel", ColumnType::text, "回访方式", "Of an officer's line"},
                  {"cases", ColumnType::integer, "应计事项数", "Cases that count; of a group and of all"},
                  {"not_yet", ColumnType::integer, "未到期数", "Of them, while the month runs: those whose callback has not fallen due"},
                  {"due", ColumnType::integer, "应回访数", "Due"},
                  {"done", ColumnType::integer, "实际回访数", "Made in time, up to the number due"},
                  {"made", ColumnType::integer, "及时回访数", "Made in time in all"},
                  {"late", ColumnType::integer, "逾期回访数", "Made late"},
                  {"dropped", ColumnType::integer, "免回访数", "Not to be reached, declined or cancelled: not due any more"},
                  {"surplus", ColumnType::integer, "超额数", "Of a channel: made beyond what is due"}};
  each.zone = sums.zone = current_manual().zone().name();

  const model::Manual& manual = current_manual().compiled();
  for (std::size_t i = 0; i < manual.quotas.size(); ++i) {
    const model::Quota& quota = manual.quotas[i];
    model::Metric held;  // charged to whom it was assigned
    held.quota = static_cast<int>(i);
    held.deadline = quota.deadline;
    held.charge = model::Metric::Charge::holder;
    held.inputs.emplace_back().procedure = quota.opens;
    struct Counted {
      callbacks::Fact fact;
      std::string month;
      std::string group;
      std::string reason;
    };
    std::map<std::string, Counted> counted;
    const Called all = called(manual, held, std::nullopt, true, false);
    for (const auto& [name, of] : all.months) {
      const callbacks::Month& month = of.reckoned;
      for (const callbacks::Figures& line : callbacks::lines(*of.quota, month)) {
        sums.rows.push_back({Cell{quota.name}, Cell{name}, Cell{line.by}, Cell{line.name}, Cell{line.channel}, Cell{line.cases}, Cell{line.not_yet},
                             Cell{line.due}, Cell{line.done}, Cell{line.made}, Cell{line.late}, Cell{line.dropped}, Cell{line.surplus}});
      }
      for (std::size_t f = 0; f < month.facts.size(); ++f) {
        const int group = month.facts[f].group;
        counted.emplace(month.facts[f].id, Counted{month.facts[f], name, group < 0 ? std::string() : of.quota->groups[static_cast<std::size_t>(group)].name,
                                                     month.verdicts[f].reason});
      }
    }
    const auto take = [&](const rows::Case& row) {
      if (row.procedure != quota.opens) return;
      const Fields fields = json::parse_fields(row.fields);
      Counted without;
      without.month = text_of(fields, "month");
      without.fact.who = row.holder;
      without.reason = "no time limit";
      const auto found = counted.find(row.id);
      const Counted& one = found != counted.end() ? found->second : without;
      each.rows.push_back({Cell{row.id}, Cell{quota.name}, Cell{one.month}, Cell{text_of(fields, "about")}, Cell{text_of(fields, "about_class")}, Cell{one.group},
                           Cell{text_of(fields, "channel")}, Cell{one.fact.who}, Cell{std::int64_t{one.fact.drawn ? 1 : 0}},
                           one.fact.made == kNever ? Cell{} : Cell{one.fact.made.us}, Cell{text_of(fields, "satisfaction")},
                           Cell{std::int64_t{one.reason.empty() ? 1 : 0}}, Cell{one.reason}});
    };
    if (store->keeps_rows()) {
      store->scan(static_cast<std::size_t>(TableId::cases), "procedure", Cell{quota.opens}, [&](std::vector<Cell>&& cells) {
        take(tables::row_from<rows::Case>(std::move(cells)));
        return true;
      });
    } else {
      for (std::vector<Cell>& cells : rows(TableId::cases)) take(tables::row_from<rows::Case>(std::move(cells)));
    }
  }
  return {std::move(each), std::move(sums)};
}

}  // namespace wuye
