// The table that is worked out from the cases of things in custody when somebody asks: where each was, from when until when.
#include <set>

#include "custody/custody.hpp"
#include "office/impl.hpp"

namespace wuye {

template <class F>
void Office::Impl::each_in_custody(F&& f) {
  std::set<std::string> procedures;
  for (const auto& [seq, manual] : state.manuals) {
    for (const model::Procedure& procedure : manual.compiled().procedures) {
      if (procedure.custody) procedures.insert(procedure.name);
    }
  }
  const auto one = [&](const cases::Case& c) {
    if (c.procedure->custody) f(c);
  };
  if (!store->keeps_rows()) {
    state.cases.each(one);
    return;
  }
  for (const std::string& procedure : procedures) {
    store->scan(static_cast<std::size_t>(TableId::cases), "procedure", Cell{procedure}, [&](std::vector<Cell>&& cells) {
      one(case_from(std::move(cells)));
      return true;
    });
  }
}

TableData Office::Impl::custody_table() {
  TableData out;
  out.name = "custody";
  out.columns = {{"item", ColumnType::text, "保管物", "The case's id"},
                 {"procedure", ColumnType::text, "作业规程", "The procedure it follows"},
                 {"tag", ColumnType::text, "号牌", "The number on its tag"},
                 {"place", ColumnType::text, "地点", "The unit to which it belongs"},
                 {"pieces", ColumnType::integer, "件数", "Of how many pieces it is, as entered; 1 where that is not asked"},
                 {"stage", ColumnType::text, "环节", "The stage in which it was"},
                 {"keeper", ColumnType::text, "保管方", "office, person, owner, police, courier, lost, destroyed"},
                 {"who", ColumnType::text, "保管人", "Of a person: who; empty where nobody wrote it down"},
                 {"from", ColumnType::instant, "自", "From when"},
                 {"until", ColumnType::instant, "至", "Until when (not included); empty: it is there now"}};
  out.zone = current_manual().zone().name();
  std::map<std::pair<std::string, std::int64_t>, std::vector<Cell>> ordered;
  each_in_custody([&](const cases::Case& c) {
    const model::Custody& custody = *c.procedure->custody;
    const auto* tag = custody.tag < 0 ? nullptr : std::get_if<std::string>(&c.value(custody.tag));
    const auto* pieces = custody.pieces < 0 ? nullptr : std::get_if<std::int64_t>(&c.value(custody.pieces));
    std::int64_t n = 0;
    for (custody::Stretch& one : custody::stretches(c)) {
      ordered.emplace(std::pair(c.id, n++),
                      std::vector<Cell>{Cell{c.id}, Cell{c.procedure->name}, Cell{tag ? *tag : std::string()}, Cell{std::string(c.place())},
                                        Cell{pieces ? *pieces : std::int64_t{1}}, Cell{c.procedure->stages[static_cast<std::size_t>(one.stage)].name},
                                        Cell{std::move(one.keeper)}, Cell{std::move(one.who)}, Cell{one.from.us},
                                        one.until == kNever ? Cell{} : Cell{one.until.us}});
    }
  });
  for (auto& [key, row] : ordered) out.rows.push_back(std::move(row));
  return out;
}

void Office::Impl::check_custody(std::vector<std::string>& findings) {
  each_in_custody([&](const cases::Case& c) {
    if (const std::string why = custody::fault(c, custody::stretches(c)); !why.empty()) findings.push_back("custody of " + c.id + ": " + why);
  });
}

}  // namespace wuye
