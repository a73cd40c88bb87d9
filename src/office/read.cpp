// The verbs that read: tables, notices, options, figures, and the office as it was.
#include <algorithm>
#include <map>

#include "journal/json.hpp"
#include "journal/line.hpp"
#include "office/impl.hpp"
#include "tables/describe.hpp"

namespace wuye {
namespace {

template <class Row>
void collect(const tables::Table<Row>& table, std::vector<std::vector<Cell>>& out) {
  table.each_unordered([&](const Row& row) { out.push_back(tables::cells(row)); });
}

std::string join(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& item : list) {
    if (!out.empty()) out += ',';
    out += item;
  }
  return out;
}

ColumnType column_of(model::FieldType type) noexcept {
  switch (type) {
    case model::FieldType::instant: return ColumnType::instant;
    case model::FieldType::integer: return ColumnType::integer;
    case model::FieldType::boolean: return ColumnType::boolean;
    case model::FieldType::money: return ColumnType::money;
    default: return ColumnType::text;
  }
}

Cell cell_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* flag = std::get_if<bool>(&value)) return std::int64_t{*flag ? 1 : 0};
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return join(*list);
  return {};
}

bool tells(const std::string& what) {
  constexpr std::string_view kTelling[] = {"warning", "overdue", "reached", "vacant", "tally", "news", "withdrawn", "base_changed"};
  return std::find(std::begin(kTelling), std::end(kTelling), what) != std::end(kTelling);
}

}  // namespace

// ---- Tables -------------------------------------------------------------------------------------------------------------

std::vector<std::vector<Cell>> Office::Impl::rows(TableId id) {
  std::vector<std::vector<Cell>> out;
  if (store->keeps_rows()) {
    store->scan(static_cast<std::size_t>(id), "", Cell{}, [&](std::vector<Cell>&& cells) {
      out.push_back(std::move(cells));
      return true;
    });
    return out;
  }
  switch (id) {
    case TableId::cases:
      state.cases.each_unordered([&](const cases::Case& c) { out.push_back(tables::cells(to_row(c))); });
      break;
    case TableId::deadlines:
      state.cases.each_unordered([&](const cases::Case& c) {
        for (const rows::Deadline& row : to_deadline_rows(c)) out.push_back(tables::cells(row));
      });
      break;
    case TableId::notices: collect(state.notices, out); break;
    case TableId::breaches: collect(state.breaches, out); break;
    case TableId::units: collect(state.registers.units, out); break;
    case TableId::parties: collect(state.registers.parties, out); break;
    case TableId::staff: collect(state.registers.staff, out); break;
    case TableId::holdings: collect(state.registers.holdings, out); break;
    case TableId::tallies: collect(state.tallies, out); break;
    case TableId::manuals: collect(state.adopted, out); break;
    case TableId::callback_base: collect(state.callback_base, out); break;
    case TableId::callback_months: collect(state.callback_months, out); break;
    case TableId::charges: collect(state.ledger.charges, out); break;
    case TableId::receipts: collect(state.ledger.receipts, out); break;
    case TableId::postings: collect(state.ledger.postings, out); break;
    case TableId::unbilled: collect(state.ledger.unbilled, out); break;
    case TableId::accounts: collect(state.ledger.accounts, out); break;
    case TableId::sheets: collect(state.sheets, out); break;
    case TableId::duties: collect(state.duties, out); break;
    case TableId::meters: collect(state.registers.meters, out); break;
    case TableId::readings: collect(state.ledger.readings, out); break;
  }
  const std::size_t keys = table_specs()[static_cast<std::size_t>(id)].keys;
  std::sort(out.begin(), out.end(), [keys](const std::vector<Cell>& a, const std::vector<Cell>& b) {
    for (std::size_t i = 0; i < keys; ++i) {
      if (a[i] != b[i]) return a[i] < b[i];
    }
    return false;
  });
  return out;
}

TableData Office::Impl::project(TableId id) {
  const TableSpec& spec = table_specs()[static_cast<std::size_t>(id)];
  TableData out;
  out.name = spec.name;
  out.zone = current_manual().zone().name();
  out.rows = rows(id);
  for (std::size_t i = 0; i < spec.columns.size(); ++i) {
    if (!spec.internal[i]) out.columns.push_back(spec.columns[i]);
  }
  if (out.columns.size() != spec.columns.size()) {
    for (std::vector<Cell>& row : out.rows) {
      std::vector<Cell> kept;
      kept.reserve(out.columns.size());
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (!spec.internal[i]) kept.push_back(std::move(row[i]));
      }
      row = std::move(kept);
    }
  }
  if (id == TableId::cases) add_field_columns(out);
  if (id == TableId::notices) add_texts(out);
  return out;
}

void Office::Impl::add_texts(TableData& table) {
  const auto place = std::find_if(table.columns.begin(), table.columns.end(), [](const Column& column) { return column.name == "state"; });
  const std::ptrdiff_t at = place - table.columns.begin();
  table.columns.insert(place, {{"text_zh", ColumnType::text, "中文内容", "Text in Chinese"},
                               {"text_en", ColumnType::text, "英文内容", "Text in English"}});
  for (std::vector<Cell>& row : table.rows) {
    const Notice notice = engine.notice_of(tables::row_from<rows::Notice>(std::vector<Cell>(row)));
    row.insert(row.begin() + at, {Cell{notice.text("zh")}, Cell{notice.text("en")}});
  }
}

void Office::Impl::add_field_columns(TableData& table) {
  // Each declared field is a column of its own, in the order of names; what is personal is not among them.
  std::map<std::string, Column> fields;
  for (const auto& [seq, manual] : state.manuals) {
    for (const model::Procedure& procedure : manual.compiled().procedures) {
      for (std::size_t f = 2; f < procedure.fields.size(); ++f) {
        const model::Field& field = procedure.fields[f];
        if (field.personal) continue;
        const bool taken = std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& c) { return c.name == field.name; });
        if (taken) continue;
        const auto it = fields.find(field.name);
        if (it == fields.end()) fields.emplace(field.name, Column{field.name, column_of(field.type), field.title.zh, field.title.en});
        else if (it->second.type != column_of(field.type)) it->second.type = ColumnType::text;
      }
    }
  }
  std::size_t source = 0;
  while (table.columns[source].name != "fields") ++source;
  for (const auto& [name, column] : fields) table.columns.push_back(column);
  for (std::vector<Cell>& row : table.rows) {
    const Fields values = json::parse_fields(std::get<std::string>(row[source]));
    for (const auto& [name, column] : fields) {
      const Value* value = find_field(values, name);
      Cell cell = value ? cell_of(*value) : Cell{};
      if (column.type == ColumnType::text && std::holds_alternative<std::int64_t>(cell)) cell = std::to_string(std::get<std::int64_t>(cell));
      row.push_back(std::move(cell));
    }
  }
}

TableData Office::Impl::lines_table() {
  TableData out;
  out.name = "lines";
  out.zone = current_manual().zone().name();
  out.columns = {{"seq", ColumnType::integer, "流水号", "The line's number"},
                 {"told", ColumnType::boolean, "录入", "Told by the host; otherwise found by wuye"},
                 {"at", ColumnType::instant, "发生时间", "When it happened or fell due"},
                 {"now", ColumnType::instant, "录入时间", "When it was told or found"},
                 {"case", ColumnType::text, "事项编号", "The case's id"},
                 {"what", ColumnType::text, "内容", "The action that was done, or the kind of finding"},
                 {"by", ColumnType::text, "操作人", "Who did it; empty for findings"},
                 {"source", ColumnType::text, "来源", "The host system"},
                 {"key", ColumnType::text, "来源编号", "The host's own event id"},
                 {"late", ColumnType::integer, "迟录微秒数", "Microseconds between happening and telling"}};
  store->lines(0, [&](const Line& line) {
    const json::Tree tree = json::parse(line.text);
    out.rows.push_back({Cell{line.seq}, Cell{std::int64_t{line.told ? 1 : 0}}, Cell{line.at.us}, Cell{line.now.us}, Cell{line.case_id},
                        Cell{tree.text_or(line.told ? "do" : "what", "")}, Cell{tree.text_or("by", "")}, Cell{line.source}, Cell{line.key},
                        Cell{line.now.us - line.at.us}});
    return true;
  });
  return out;
}

TableData Office::Impl::what_if_table() {
  TableData out;
  out.name = "what_if";
  out.zone = current_manual().zone().name();
  out.columns = {{"line", ColumnType::integer, "原流水号", "The told line of the real office"},
                 {"at", ColumnType::instant, "发生时间", "When it happened"},
                 {"by", ColumnType::text, "操作人", "Who did it"},
                 {"action", ColumnType::text, "操作", "What was done"},
                 {"case", ColumnType::text, "事项编号", "The case it concerns"},
                 {"verdict", ColumnType::text, "假设结论", "would_breach, would_refuse, unmatched (nothing here that it could concern)"},
                 {"reason", ColumnType::text, "原因", "Which rule it breaks"},
                 {"clause", ColumnType::text, "依据条款", "The clause behind it"},
                 {"facts", ColumnType::text, "比对事实", "JSON: what was compared"},
                 {"already", ColumnType::boolean, "原已违规", "The real office recorded the same breach"}};
  out.rows = what_if;
  return out;
}

TableData Office::Impl::book_table(bool by_page) {
  TableData out;
  out.name = by_page ? "record_pages" : "record_days";
  out.zone = current_manual().zone().name();
  out.columns = {{"book", ColumnType::text, "登记簿", "The record book"},
                 by_page ? Column{"page", ColumnType::integer, "页次", "The page, from 1"}
                         : Column{"day", ColumnType::text, "日期", "The day on which it was received, YYYY-MM-DD"},
                 {"class", ColumnType::text, "类别", "The class of the items counted"},
                 {"items", ColumnType::integer, "小计", "How many"},
                 {"finished", ColumnType::integer, "已完成", "How many of them have ended"},
                 {"unfinished", ColumnType::integer, "未完成", "How many of them are live"}};
  const model::Manual& manual = current_manual().compiled();
  if (manual.books.empty()) return out;
  std::vector<rows::Case> written;
  for (std::vector<Cell>& cells : rows(TableId::cases)) {
    rows::Case row = tables::row_from<rows::Case>(std::move(cells));
    if (row.parent.empty()) written.push_back(std::move(row));  // what a row led to has none of its own
  }
  std::sort(written.begin(), written.end(), [](const rows::Case& a, const rows::Case& b) { return a.first_seq < b.first_seq; });
  struct Count {
    std::int64_t items = 0;
    std::int64_t live = 0;
  };
  for (const model::Book& book : manual.books) {
    std::map<std::pair<Cell, std::string>, Count> counts;
    std::int64_t row_no = 0;
    for (const rows::Case& row : written) {
      if (std::find(book.procedures.begin(), book.procedures.end(), row.procedure) == book.procedures.end()) continue;
      const Fields fields = json::parse_fields(row.fields);
      const Value* named = book.class_from.empty() ? nullptr : find_field(fields, book.class_from);
      if (!named) named = find_field(fields, "class");
      const auto* word = named ? std::get_if<std::string>(named) : nullptr;
      const Cell where = by_page ? Cell{row_no++ / book.rows + 1} : Cell{format_date(manual.zone.wall(row.opened_at).date)};
      Count& count = counts[{where, word ? *word : row.procedure}];
      ++count.items;
      count.live += row.live ? 1 : 0;
    }
    for (const auto& [key, count] : counts) {
      out.rows.push_back({Cell{book.name}, key.first, Cell{key.second}, Cell{count.items}, Cell{count.items - count.live}, Cell{count.live}});
    }
  }
  return out;
}

std::vector<std::string> Office::table_names() {
  std::vector<std::string> out;
  for (const TableSpec& spec : table_specs()) out.push_back(spec.name);
  out.insert(out.end(), {"lines", "metric_cases", "callbacks", "callback_figures", "custody", "record_days", "record_pages", "what_if"});
  return out;
}

TableData Office::table(std::string_view name) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  if (name == "lines") return impl_->lines_table();
  if (name == "metric_cases") return impl_->metric_cases_table();
  if (name == "callbacks") return impl_->callback_tables().first;
  if (name == "callback_figures") return impl_->callback_tables().second;
  if (name == "custody") return impl_->custody_table();
  if (name == "record_days" || name == "record_pages") return impl_->book_table(name == "record_pages");
  if (name == "what_if") return impl_->what_if_table();
  for (std::size_t i = 0; i < table_specs().size(); ++i) {
    if (table_specs()[i].name == name) return impl_->project(static_cast<TableId>(i));
  }
  const std::vector<std::string> names = table_names();
  Error error(Code::not_found, "there is no table " + std::string(name));
  if (const std::string near = cases::nearest(name, {names.begin(), names.end()}); !near.empty()) error.with("nearest", near);
  throw error;
}

// ---- Notices and what may be done ---------------------------------------------------------------------------------------

std::optional<Instant> Office::next_due() {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  if (impl_->state.timers.empty()) return std::nullopt;
  return impl_->state.timers.begin()->at;
}

std::vector<Notice> Office::notices(std::int64_t after, std::size_t limit) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  std::vector<Notice> out;
  if (limit == 0) return out;
  impl_->store->lines(after, [&](const Line& line) {
    if (line.told) return true;
    const Found found = decode_found(line);
    if (!tells(found.what) || (found.what == "withdrawn" && found.tell.empty())) return true;
    const std::string id = found.what == "withdrawn" ? found.id + "#" + std::to_string(found.seq) : found.id;
    if (const rows::Notice* row = impl_->state.notices.find(id); row && row->seq == found.seq) out.push_back(impl_->engine.notice_of(*row));
    return out.size() < limit;
  });
  return out;
}

std::string Office::options(std::string_view case_id, std::string_view by, Instant at) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  const cases::Case* c = case_id.empty() ? nullptr : impl_->state.cases.find(case_id);
  if (!c && !case_id.empty()) throw Error(Code::not_found, "there is no case " + std::string(case_id));
  std::string out = "[";
  const auto offer = [&](const model::Manual& manual, const model::Procedure& procedure, const model::Action& action) {
    const auto names = [&](const std::vector<int>& fields) {
      std::string list = "[";
      for (const int field : fields) {
        if (list.size() > 1) list += ',';
        json::append_string(list, procedure.fields[static_cast<std::size_t>(field)].name);
      }
      return list + ']';
    };
    cases::Event event;
    event.at = at;
    event.now = at;
    event.by = by;
    event.action = &action;
    std::string why = "[";
    for (const cases::Fault& fault : judge(manual, procedure, c, event, impl_->engine)) {
      if (fault.reason == "missing_field") continue;
      if (why.size() > 1) why += ',';
      json::Object one(why);
      if (!fault.clause.empty()) one.text("clause", fault.clause);
      one.raw("facts", fault.facts).text("message", fault.message).text("reason", fault.reason).end();
    }
    const model::Chapter* chapter = manual.chapter(procedure.chapter);
    const bool used = c || manual.in_use(procedure.chapter, at);
    if (!used) {
      if (why.size() > 1) why += ',';
      json::Object(why).text("message", "the manual does not use chapter " + chapter->name).text("reason", "chapter_not_in_use").end();
    }
    std::vector<int> missing;
    for (const int field : action.needs) {
      if (!c || std::holds_alternative<std::monostate>(c->value(field))) missing.push_back(field);
    }
    if (out.size() > 1) out += ',';
    json::Object one(out);
    one.flag("allowed", why.size() == 1);
    if (!c) one.text("class", procedure.name);
    one.text("do", action.name).raw("may", action.may_all ? "\"any\"" : names(action.may)).raw("needs", names(missing));
    const bool refuses = !used || (action.on_breach == model::OnBreach::refuse && !(chapter && chapter->observe));
    one.text("on_breach", refuses ? "refuse" : "record").text("title_en", action.title.en).text("title_zh", action.title.zh);
    if (action.to >= 0) one.text("to", procedure.stages[static_cast<std::size_t>(action.to)].name);
    one.raw("why", why + ']').end();
  };
  if (c) {
    for (const model::Action& action : c->procedure->actions) {
      if (!action.opening) offer(*c->manual, *c->procedure, action);
    }
  } else {
    const Manual* held = impl_->state.manual_at(at);
    const model::Manual& manual = held ? held->compiled() : impl_->first_manual.compiled();
    for (const model::Procedure& procedure : manual.procedures) {
      for (const model::Action& action : procedure.actions) {
        if (action.opening) offer(manual, procedure, action);
      }
    }
  }
  return out + ']';
}

Manual Office::manual() {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  return impl_->current_manual();
}

// ---- The journal, and the office as it was ------------------------------------------------------------------------------

std::vector<Line> Office::lines(std::int64_t after, std::size_t limit) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  std::vector<Line> out;
  if (limit == 0) return out;
  impl_->last_hash();  // what is handed out has its hash
  impl_->store->lines(after, [&](const Line& line) {
    out.push_back(line);
    return out.size() < limit;
  });
  return out;
}

std::int64_t Office::last_seq() {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  return impl_->state.last_seq;
}

Instant Office::clock() {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  return impl_->state.clock;
}

std::string Office::digest() {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  return hex(impl_->last_hash());
}

void Office::backup(const std::string& path, const std::function<bool(std::int64_t, std::int64_t)>& progress) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->usable();
  impl_->store->backup(path, progress);
}

}  // namespace wuye
