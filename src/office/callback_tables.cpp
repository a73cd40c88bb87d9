// The tables that are worked out from callbacks when somebody asks: every callback with whether it counts, and the month's figures.
#include <algorithm>
#include <map>

#include "callbacks/figures.hpp"
#include "journal/json.hpp"
#include "office/impl.hpp"
#include "tables/describe.hpp"

namespace wuye {
namespace {

using callbacks::Fact;

/// What keeps a callback from counting: who called and what was proved. That it was told late does not.
bool forbids(const std::string& reason) {
  constexpr std::string_view kForbidding[] = {"unknown_actor", "not_allowed", "same_person", "missing_field", "condition"};
  const std::string first = reason.substr(0, reason.find(':'));
  return std::find(std::begin(kForbidding), std::end(kForbidding), first) != std::end(kForbidding);
}

std::string text_of(const Fields& fields, const std::string& name) {
  const Value* value = find_field(fields, name);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  return text ? *text : std::string();
}

struct Month {
  std::vector<Fact> facts;
  std::vector<std::int64_t> cases;
};

}  // namespace

template <class Row, class F>
void Office::Impl::each_row(TableId id, F&& f) {
  if (!store->keeps_rows()) {
    for (std::vector<Cell>& cells : rows(id)) f(tables::row_from<Row>(std::move(cells)));
    return;
  }
  store->scan(static_cast<std::size_t>(id), "", Cell{}, [&](std::vector<Cell>&& cells) {
    f(tables::row_from<Row>(std::move(cells)));
    return true;
  });
}

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
                  {"due", ColumnType::integer, "应回访数", "Due"},
                  {"done", ColumnType::integer, "实际回访数", "Made in time, up to the number due"},
                  {"made", ColumnType::integer, "及时回访数", "Made in time in all"},
                  {"late", ColumnType::integer, "逾期回访数", "Made late"},
                  {"dropped", ColumnType::integer, "免回访数", "Not to be reached, declined or cancelled: not due any more"},
                  {"surplus", ColumnType::integer, "超额数", "Of a channel: made beyond what is due"}};
  each.zone = sums.zone = current_manual().zone().name();

  std::map<std::string, rows::Deadline> clocks;         // case and deadline
  std::map<std::string, std::string> broken;            // case and action
  std::map<std::string, rows::CallbackBase> base;       // case and quota
  each_row<rows::Deadline>(TableId::deadlines, [&](rows::Deadline&& row) { clocks.insert_or_assign(row.case_id + '\x1f' + row.deadline, std::move(row)); });
  each_row<rows::Breach>(TableId::breaches, [&](rows::Breach&& row) {
    if (row.state == "current" && forbids(row.reason)) broken.emplace(row.case_id + '\x1f' + row.action, row.reason.substr(0, row.reason.find(':')));
  });
  each_row<rows::CallbackBase>(TableId::callback_base, [&](rows::CallbackBase&& row) { base.emplace(key_of(row), std::move(row)); });

  for (const model::Quota& quota : current_manual().compiled().quotas) {
    const model::Procedure& procedure = *current_manual().compiled().procedure(quota.opens);
    const model::Deadline& deadline = procedure.deadlines[static_cast<std::size_t>(procedure.deadline(quota.deadline))];
    std::map<std::string, Month> months;
    const auto month_of = [&](const std::string& name) -> Month& {
      Month& month = months[name];
      month.cases.resize(quota.groups.size());
      return month;
    };
    each_row<rows::CallbackMonth>(TableId::callback_months, [&](rows::CallbackMonth&& row) {
      const int group = row.quota == quota.name ? quota.group(row.group) : -1;
      if (group >= 0) month_of(row.month).cases[static_cast<std::size_t>(group)] = row.cases;
    });
    std::map<std::string, std::pair<std::string, std::vector<Cell>>> lines;  // callback → month, its row without counted and reason
    each_row<rows::Case>(TableId::cases, [&](rows::Case&& row) {
      if (row.procedure != quota.opens) return;
      const Fields fields = json::parse_fields(row.fields);
      Fact fact;
      fact.id = row.id;
      fact.about = text_of(fields, "about");
      fact.drawn = !row.parent.empty() && row.id.starts_with(row.parent + '/' + quota.name + '.');
      fact.group = quota.group_of(text_of(fields, "about_class"));
      fact.channel = quota.channel(text_of(fields, "channel"));
      fact.who = row.holder;
      fact.outcome = text_of(fields, "satisfaction");
      const auto about = base.find(fact.about + '\x1f' + quota.name);
      fact.again = about != base.end() && about->second.position == 0 && about->second.state == "drawn";
      std::string month = text_of(fields, "month");
      if (const auto clock = clocks.find(row.id + '\x1f' + quota.deadline); clock != clocks.end()) {
        const rows::Deadline& of = clock->second;
        if (month.empty() && of.due) month = format_date(current_manual().zone().wall(*of.due).date).substr(0, 7);
        const bool made = row.ending.empty() || row.ending == "done";
        if (of.state == "met") fact.state = Fact::State::in_time;
        else if (of.state == "late" && made) fact.state = Fact::State::late;
        else if (of.state == "dropped") fact.state = Fact::State::dropped;
        if (of.stopped && made) fact.made = *of.stopped;
        fact.by_person = registers::pseudo_post(of.stopped_by).empty();
      }
      const auto leads_to = [](const model::Action& action, const std::vector<int>& stages) {
        return std::find(stages.begin(), stages.end(), action.to) != stages.end();
      };
      for (const model::Action& action : procedure.actions) {
        const auto found = broken.find(row.id + '\x1f' + action.name);
        if (found == broken.end()) continue;
        if (leads_to(action, deadline.until)) fact.breach = found->second;
        // Given up against the rules: it is owed as before.
        if (fact.state == Fact::State::dropped && leads_to(action, deadline.drops)) fact.state = Fact::State::open;
      }
      lines.emplace(row.id, std::pair(month, std::vector<Cell>{Cell{row.id}, Cell{quota.name}, Cell{month}, Cell{fact.about}, Cell{text_of(fields, "about_class")},
                                                               Cell{fact.group < 0 ? std::string() : quota.groups[static_cast<std::size_t>(fact.group)].name},
                                                               Cell{text_of(fields, "channel")}, Cell{fact.who}, Cell{std::int64_t{fact.drawn ? 1 : 0}},
                                                               fact.made == kNever ? Cell{} : Cell{fact.made.us}, Cell{fact.outcome}}));
      month_of(month).facts.push_back(std::move(fact));
    });
    std::map<std::string, std::string> reasons;
    for (auto& [name, month] : months) {
      std::vector<callbacks::LeftOut> left_out;
      for (const callbacks::Figures& line : figures(quota, month.cases, std::move(month.facts), left_out)) {
        sums.rows.push_back({Cell{quota.name}, Cell{name}, Cell{line.by}, Cell{line.name}, Cell{line.channel}, Cell{line.cases}, Cell{line.due}, Cell{line.done},
                             Cell{line.made}, Cell{line.late}, Cell{line.dropped}, Cell{line.surplus}});
      }
      for (callbacks::LeftOut& one : left_out) reasons.emplace(std::move(one.id), std::move(one.reason));
    }
    for (auto& [id, line] : lines) {
      const auto reason = reasons.find(id);
      line.second.push_back(Cell{std::int64_t{reason == reasons.end() ? 1 : 0}});
      line.second.push_back(Cell{reason == reasons.end() ? std::string() : reason->second});
      each.rows.push_back(std::move(line.second));
    }
  }
  return {std::move(each), std::move(sums)};
}

}  // namespace wuye
