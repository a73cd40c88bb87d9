// The office as it was known, as it was, and as it would be under another manual; and what differs between two of these.
#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "journal/json.hpp"
#include "office/impl.hpp"

namespace wuye {
namespace {

/// The lines that a view is given go to its memory store so often that what it has just worked on is still near at hand.
constexpr std::size_t kSettle = 128;

/// A value of a told line that is there because the line was accepted with it.
std::int64_t line_of(const Told& amendment) { return std::get<std::int64_t>(*find_field(amendment.with, "line")); }

/// Told lines in the order in which they happened, corrections applied and what is void left out.
std::vector<Told> as_happened(Store& store, Instant until) {
  std::map<std::int64_t, Told> told;
  store.lines(0, [&](const Line& line) {
    if (!line.told) return true;
    Told one = decode_told(line);
    if (one.action == "correct" || one.action == "void") {
      const auto target = told.find(line_of(one));
      if (target == told.end()) return true;
      if (one.action == "void") told.erase(target);
      else correct(target->second, one);
    } else {
      told.emplace(one.seq, std::move(one));
    }
    return true;
  });
  std::vector<Told> out;
  for (auto& [seq, one] : told) {
    if (one.at <= until) out.push_back(std::move(one));
  }
  std::stable_sort(out.begin(), out.end(), [](const Told& a, const Told& b) { return a.at < b.at; });
  return out;
}

std::string text_of(const Cell& cell, ColumnType type, const Zone& zone) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  const auto* number = std::get_if<std::int64_t>(&cell);
  if (!number) return {};
  if (type == ColumnType::instant) return zone.format(Instant{*number});
  if (type == ColumnType::boolean) return *number != 0 ? "true" : "false";
  return std::to_string(*number);
}

/// How two offices' rows of one table are matched: line numbers shift between them, so none is looked at.
struct Matching {
  TableId table;
  const char* kind;
  const char* case_column;
  const char* begins;                   ///< the instant that a period is asked about
  std::vector<const char*> identity;
  std::vector<const char*> compared;
};

const std::array<Matching, 6>& matchings() {
  static const std::array<Matching, 6> list{{
      {TableId::cases, "case", "case", "opened_at", {"case"},
       {"procedure", "stage", "ending", "place", "reporter", "holder", "parent", "opened_at", "ended_at", "fields"}},
      {TableId::deadlines, "deadline", "case", "since", {"case", "deadline", "generation"},
       {"state", "due", "breach", "stopped", "clause", "holder", "provisional"}},
      {TableId::notices, "notice", "case", "at", {"notice"}, {"what", "clause", "at", "tell", "state"}},
      {TableId::breaches, "breach", "case", "at", {"case", "action", "by", "at", "reason"}, {"clause", "facts", "state"}},
      {TableId::charges, "charge", "case", "at", {"charge"},
       {"place", "payer", "head", "from", "until", "amount", "due", "paid", "waived", "written_off", "reversed", "owed"}},
      {TableId::receipts, "receipt", "case", "at", {"receipt"}, {"payer", "place", "amount", "allocated", "refunded", "reversed", "balance"}},
  }};
  return list;
}

std::size_t column_at(const TableSpec& spec, std::string_view name) {
  for (std::size_t i = 0; i < spec.columns.size(); ++i) {
    if (spec.columns[i].name == name) return i;
  }
  throw Error(Code::internal, "table " + spec.name + " has no column " + std::string(name));
}

std::vector<std::size_t> columns_at(const TableSpec& spec, const std::vector<const char*>& names) {
  std::vector<std::size_t> out;
  for (const char* name : names) out.push_back(column_at(spec, name));
  return out;
}

class Comparison {
 public:
  Comparison(const Zone& zone, std::optional<Segment> period) : zone_(zone), period_(period) {
    out_.name = "differences";
    out_.zone = zone.name();
    out_.columns = {{"kind", ColumnType::text, "种类", "case, deadline, notice, breach, charge, receipt, figure"},
                    {"change", ColumnType::text, "变化", "added, removed, changed"},
                    {"case", ColumnType::text, "事项编号", "The case's id; empty for figures"},
                    {"id", ColumnType::text, "标识", "Which one of its kind: a deadline and its generation, a notice, a metric"},
                    {"column", ColumnType::text, "栏目", "What differs; empty where the whole is there on one side only"},
                    {"before", ColumnType::text, "前", "As text; instants in the office's zone"},
                    {"after", ColumnType::text, "后", "As text; instants in the office's zone"}};
  }

  void rows(const Matching& matching, std::vector<std::vector<Cell>> before, std::vector<std::vector<Cell>> after) {
    const TableSpec& spec = table_specs()[static_cast<std::size_t>(matching.table)];
    const std::size_t case_column = column_at(spec, matching.case_column);
    const std::vector<std::size_t> identity = columns_at(spec, matching.identity);
    const std::vector<std::size_t> compared = columns_at(spec, matching.compared);
    const auto less = [&](const std::vector<Cell>& a, const std::vector<Cell>& b) {
      for (const std::size_t c : identity) {
        if (a[c] != b[c]) return a[c] < b[c];
      }
      return false;
    };
    prepare(matching, spec, before, less);
    prepare(matching, spec, after, less);
    auto i = before.begin();
    auto j = after.begin();
    const auto id_of = [&](const std::vector<Cell>& row) {
      std::string id;
      for (const std::size_t c : identity) {
        if (identity.size() > 1 && c == case_column) continue;
        if (!id.empty()) id += ':';
        id += text_of(row[c], spec.columns[c].type, zone_);
      }
      return id;
    };
    const auto add = [&](const char* change, const std::vector<Cell>& row, std::string column, std::string was, std::string is) {
      out_.rows.push_back({Cell{std::string(matching.kind)}, Cell{std::string(change)}, row[case_column], Cell{id_of(row)},
                           Cell{std::move(column)}, Cell{std::move(was)}, Cell{std::move(is)}});
    };
    while (i != before.end() || j != after.end()) {
      if (j == after.end() || (i != before.end() && less(*i, *j))) {
        add("removed", *i++, "", "", "");
      } else if (i == before.end() || less(*j, *i)) {
        add("added", *j++, "", "", "");
      } else {
        for (const std::size_t c : compared) {
          if ((*i)[c] == (*j)[c]) continue;
          const Column& column = spec.columns[c];
          add("changed", *i, column.name, text_of((*i)[c], column.type, zone_), text_of((*j)[c], column.type, zone_));
        }
        ++i;
        ++j;
      }
    }
  }

  void figures(const std::vector<Figure>& before, const std::vector<Figure>& after) {
    const auto name = [](const Figure& figure) { return figure.who.empty() ? figure.metric : figure.metric + '@' + figure.who; };
    const auto add = [&](const char* change, const Figure& figure, const char* column, std::string was, std::string is) {
      out_.rows.push_back({Cell{std::string("figure")}, Cell{std::string(change)}, Cell{std::string()}, Cell{name(figure)},
                           Cell{std::string(column)}, Cell{std::move(was)}, Cell{std::move(is)}});
    };
    const auto same = [&](const Figure& figure) { return [&](const Figure& other) { return name(other) == name(figure); }; };
    for (const Figure& was : before) {
      const auto is = std::find_if(after.begin(), after.end(), same(was));
      if (is == after.end()) {
        add("removed", was, "", "", "");
        continue;
      }
      const auto number = [&](const char* column, std::int64_t a, std::int64_t b) {
        if (a != b) add("changed", was, column, std::to_string(a), std::to_string(b));
      };
      if (was.in_use != is->in_use) add("changed", was, "in_use", was.in_use ? "true" : "false", is->in_use ? "true" : "false");
      number("done", was.done, is->done);
      number("due", was.due, is->due);
      number("late", was.late, is->late);
      number("pass_hundredths", was.pass_hundredths, is->pass_hundredths);
      number("points_hundredths", was.points_hundredths, is->points_hundredths);
      number("bonus_withheld_hundredths", was.bonus_withheld_hundredths, is->bonus_withheld_hundredths);
    }
    for (const Figure& is : after) {
      if (std::none_of(before.begin(), before.end(), same(is))) add("added", is, "", "", "");
    }
  }

  TableData take() { return std::move(out_); }

 private:
  /// What counts of one office's rows, each once, in the order of `less`.
  template <class Less>
  void prepare(const Matching& matching, const TableSpec& spec, std::vector<std::vector<Cell>>& list, const Less& less) const {
    const bool of_notices = matching.table == TableId::notices;
    if (of_notices) name_by_time(spec, list);
    const std::size_t begins = column_at(spec, matching.begins);
    const std::size_t what = of_notices ? column_at(spec, "what") : 0;
    std::erase_if(list, [&](const std::vector<Cell>& row) {
      const auto* instant = std::get_if<std::int64_t>(&row[begins]);
      if (period_ && (!instant || *instant < period_->from.us || *instant >= period_->until.us)) return true;
      // A withdrawal is named by its line; that it happened is the state of the notice that it withdraws.
      return of_notices && std::get<std::string>(row[what]) == "withdrawn";
    });
    if (!std::is_sorted(list.begin(), list.end(), less)) std::stable_sort(list.begin(), list.end(), less);
    const auto same = [&](const std::vector<Cell>& a, const std::vector<Cell>& b) { return !less(a, b); };
    list.erase(std::unique(list.begin(), list.end(), same), list.end());
  }

  /// News is named by the line that told it; between two offices by when that happened. So is who is missing to hear it.
  void name_by_time(const TableSpec& spec, std::vector<std::vector<Cell>>& notices) const {
    constexpr std::string_view kVacant = ":vacant:";
    const std::size_t id = column_at(spec, "notice");
    const std::size_t what = column_at(spec, "what");
    const std::size_t case_column = column_at(spec, "case");
    const std::size_t at = column_at(spec, "at");
    std::unordered_map<std::string, std::string> names;
    for (std::vector<Cell>& row : notices) {
      if (std::get<std::string>(row[what]) != "news") continue;
      auto& name = std::get<std::string>(row[id]);
      const std::string& of = std::get<std::string>(row[case_column]);
      const std::size_t action_end = name.find(':', of.size() + 1);
      const std::size_t line_end = std::min(name.find(':', action_end + 1), name.size());
      std::string by_time = name.substr(0, action_end + 1) + zone_.format(Instant{std::get<std::int64_t>(row[at])}) + name.substr(line_end);
      names.emplace(name, by_time);
      name = std::move(by_time);
    }
    for (std::vector<Cell>& row : notices) {
      if (std::get<std::string>(row[what]) != "vacant") continue;
      auto& name = std::get<std::string>(row[id]);
      const std::size_t split = name.find(kVacant);
      if (const auto news = names.find(name.substr(0, split)); news != names.end()) name = news->second + name.substr(split);
    }
  }

  const Zone& zone_;
  std::optional<Segment> period_;
  TableData out_;
};

}  // namespace

std::unique_ptr<Office::Impl> Office::Impl::empty_view(const Manual& manual, bool of_a_past) const {
  auto out = std::make_unique<Impl>(make_memory_store(), manual, options);
  out->state.seed = state.seed;
  if (of_a_past) out->engine.of_a_past();
  out->chained = !of_a_past;
  return out;
}

void Office::Impl::end_view(Instant clock) {
  settle_memory();
  state.clock = std::max(state.clock, clock);
  read_only = view = true;
}

Office Office::as_of(Instant at, Known known) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  auto view = impl_->empty_view(impl_->current_manual(), known == Known::now);
  if (known == Known::then) {
    impl_->store->lines(0, [&](const Line& line) {
      if (line.now > at) return false;
      view->engine.apply(line);
      if (view->state.pending.lines.size() >= kSettle) view->settle_memory();
      return true;
    });
  } else {
    std::vector<Told> order = as_happened(*impl_->store, at);
    for (Told& told : order) {
      told.now = std::max(told.at, view->state.clock);
      if (told.action == "adopt") {
        view->past([&](std::vector<Notice>& unheard) {
          view->engine.find_until(told.at, false, unheard);
          view->engine.adopt(impl_->state.manuals.at(told.seq), told.at, told.now, told.by);
        });
        continue;
      }
      view->retell(told);
    }
    if (!order.empty()) view->past([&](std::vector<Notice>& unheard) { view->engine.find_until(at, true, unheard); });
  }
  view->end_view(std::min(at, impl_->state.clock));
  return Office(std::move(view));
}

Outcome Office::Impl::retell(Told& told) {
  store->begin();
  const Savepoint start = state.save();
  Outcome outcome = engine.retell(told);
  if (outcome.status != Status::accepted) {
    state.take_back(start);
    store->rollback();
    return outcome;
  }
  flush();
  store->commit();
  state.keep();
  return outcome;
}

template <class F>
void Office::Impl::past(F&& f) {
  std::vector<Notice> unheard;
  store->begin();
  f(unheard);
  store->commit();
  state.keep();
}

const std::string& Office::Impl::last_hash() {
  if (!chained) {
    state.last_hash = store->chain();
    chained = true;
  }
  return state.last_hash;
}

Office Office::what_if(const Manual& manual) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  auto view = impl_->empty_view(manual, true);
  std::vector<std::int64_t> line_here(static_cast<std::size_t>(impl_->state.last_seq) + 1);  // of the lines that were taken; else 0
  std::map<std::int64_t, std::vector<std::string>> breaches;     // of the real office, by told line
  struct Verdict {
    Told told;
    Outcome outcome;
  };
  std::vector<Verdict> verdicts;
  impl_->store->lines(0, [&](const Line& line) {
    if (!line.told) {
      if (is_breach(line)) {
        Found found = decode_found(line);
        breaches[found.cause].push_back(std::move(found.reason));
      } else if (cause_of(line) == 0) {
        // What the host had made the office find before it told more comes before that here too.
        view->past([&](std::vector<Notice>& unheard) { view->engine.find_until(line.at, true, unheard); });
      }
      return true;
    }
    Told told = decode_told(line);
    if (told.action == "adopt") {
      if (view->state.manuals.empty()) view->past([&](auto&) { view->engine.adopt(manual, told.at, told.now, told.by); });
      line_here[static_cast<std::size_t>(line.seq)] = view->state.last_seq;
      return true;
    }
    if (told.action == "correct" || told.action == "void" || told.action == "erase") {
      // Lines are numbered anew here; one that was not taken has no number.
      if (const Value* about = find_field(told.with, "line")) {
        const auto there = static_cast<std::size_t>(std::get<std::int64_t>(*about));
        set_field(told.with, "line", there < line_here.size() ? line_here[there] : std::int64_t{0});
      }
    }
    Outcome outcome = view->retell(told);
    if (outcome.status == Status::accepted) line_here[static_cast<std::size_t>(line.seq)] = outcome.seq;
    if (outcome.status != Status::accepted || !outcome.reason.empty() || !outcome.breaches.empty()) {
      outcome.notices.clear();
      told.seq = line.seq;
      verdicts.push_back({std::move(told), std::move(outcome)});
    }
    return true;
  });
  // What the last entry brought about, and what falls due at its own instant, the office finds when it is called next: so it is not found here.
  const auto& timers = impl_->state.timers;
  if (timers.empty() || timers.begin()->at > impl_->state.clock) {
    view->past([&](std::vector<Notice>& unheard) { view->engine.find_until(impl_->state.clock, true, unheard); });
  }
  for (const auto& one : verdicts) {
    const Told& told = one.told;
    const Outcome& outcome = one.outcome;
    const auto row = [&](const char* verdict, const std::string& reason, const std::string& clause, const std::string& facts) {
      const std::vector<std::string>& was = breaches[told.seq];
      const bool already = std::find(was.begin(), was.end(), reason) != was.end();
      view->what_if.push_back({Cell{told.seq}, Cell{told.at.us}, Cell{told.by}, Cell{told.action}, Cell{told.case_id},
                               Cell{std::string(verdict)}, Cell{reason}, Cell{clause}, Cell{facts}, Cell{std::int64_t{already ? 1 : 0}}});
    };
    if (outcome.status != Status::accepted) {
      row("unmatched", outcome.reason, outcome.clause, outcome.facts);
      continue;
    }
    if (!outcome.reason.empty()) row("would_refuse", outcome.reason, outcome.clause, outcome.facts);
    for (const Breach& breach : outcome.breaches) {
      if (breach.reason != outcome.reason) row("would_breach", breach.reason, breach.clause, breach.facts);
    }
  }
  view->end_view(impl_->state.clock);
  return Office(std::move(view));
}

TableData Office::compare(Office& before, Office& after, std::string_view period) {
  if (&before == &after) throw Error(Code::misuse, "an office is not compared with itself");
  const std::scoped_lock lock(before.impl_->mutex, after.impl_->mutex);
  const Impl::Snapshot first(*before.impl_);
  const Impl::Snapshot second(*after.impl_);
  const Manual manual = before.impl_->current_manual();
  std::optional<Segment> within;
  if (!period.empty()) within = parse_period(period, manual.zone());
  Comparison comparison(manual.zone(), within);
  for (const Matching& matching : matchings()) {
    comparison.rows(matching, before.impl_->rows(matching.table), after.impl_->rows(matching.table));
  }
  const Segment span = within.value_or(Segment{kEarliest, kLatest});
  const auto figures = [&](Impl& impl) { return impl.score(span, {}, impl.manual_of(span)); };
  comparison.figures(figures(*before.impl_), figures(*after.impl_));
  return comparison.take();
}

}  // namespace wuye
