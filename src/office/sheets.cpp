// Sheets: an officer's month as it stood when it was approved, and what became of it since. What was paid by is never changed;
// a difference is named on the next sheet, once.
#include "office/sheets.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "journal/json.hpp"
#include "office/impl.hpp"
#include "scores/metrics.hpp"
#include "tables/describe.hpp"

namespace wuye {
namespace {

using cases::Case;
using cases::Fault;

constexpr auto kSheets = static_cast<std::size_t>(TableId::sheets);

template <class Items, class Each>
std::string array_of(const Items& items, Each&& each) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    each(out, item);
  }
  return out + ']';
}

std::string figures_of(const Scorecard& card) {
  std::vector<std::pair<const Figure*, bool>> all;
  for (const Figure& figure : card.figures) all.emplace_back(&figure, false);
  for (const Figure& figure : card.recorded) all.emplace_back(&figure, true);
  return array_of(all, [](std::string& out, const auto& item) {
    const Figure& figure = *item.first;
    json::Object one(out);
    one.number("bonus", figure.bonus_withheld_hundredths);
    if (figure.cut_hundredths != 0) one.number("cut", figure.cut_hundredths);
    one.number("done", figure.done)
        .number("due", figure.due)
        .number("late", figure.late)
        .text("metric", figure.metric)
        .number("points", figure.points_hundredths)
        .flag("recorded", item.second)
        .text("state", figure.state)
        .text("value", figure.value)
        .end();
  });
}

std::string adjusts_of(const Scorecard& card) {
  return array_of(card.adjustments, [](std::string& out, const Scorecard::Adjustment& one) {
    json::Object(out)
        .number("after", one.after_hundredths)
        .number("before", one.before_hundredths)
        .number("bonus_after", one.bonus_after_hundredths)
        .number("bonus_before", one.bonus_before_hundredths)
        .text("metric", one.metric)
        .text("month", one.month)
        .end();
  });
}

std::vector<Scorecard::Adjustment> adjustments_in(const std::string& json) {
  std::vector<Scorecard::Adjustment> out;
  for (const json::Tree& one : json::parse(json).items) {
    out.push_back({one.at("month").as_text(), one.at("metric").as_text(), one.at("before").as_number(), one.at("after").as_number(),
                   one.at("bonus_before").as_number(), one.at("bonus_after").as_number()});
  }
  return out;
}

Fault fault_of(const char* reason, const std::string& who, const std::string& month, const std::string& clause, std::string message) {
  Fault fault;
  fault.reason = reason;
  fault.clause = clause;
  fault.message = std::move(message);
  json::Object(fault.facts).text("month", month).text("who", who).end();
  return fault;
}

}  // namespace

// ---- Recording ----------------------------------------------------------------------------------------------------------

std::optional<Engine::Frozen> Engine::to_freeze(const Told& told, const Case* c, const model::Manual& manual, const model::Procedure& procedure,
                                                const model::Action& action, std::optional<Fault>& fault) const {
  if (!action.freezes) return std::nullopt;
  const auto text = [&](int field) {
    const Value* told_now = find_field(told.with, procedure.fields[static_cast<std::size_t>(field)].name);
    const Value value = told_now ? *told_now : c ? c->value(field) : Value();
    const auto* held = std::get_if<std::string>(&value);
    return held ? *held : std::string();
  };
  const Frozen out{text(action.freezes->who), text(action.freezes->month).substr(0, 7)};
  // That either is missing is the action's own breach (`needs`).
  if (out.who.empty() || out.month.empty()) return std::nullopt;
  const std::string whose = out.who + "'s month " + out.month;
  const std::vector<rows::Sheet> sheets = reckoner_.frozen(out.who);
  if (told.at < parse_period(out.month, manual.zone).until) {
    fault = fault_of("month_running", out.who, out.month, action.clause, whose + " has not ended; its figures are provisional");
  } else if (std::any_of(sheets.begin(), sheets.end(), [&](const rows::Sheet& sheet) { return sheet.month == out.month; })) {
    fault = fault_of("frozen", out.who, out.month, action.clause, whose + " was approved already; what has changed goes on the next sheet");
  } else if (!reckoner_.has_card(out.who, out.month)) {
    fault = fault_of("no_scorecard", out.who, out.month, action.clause, out.who + " held no post in " + out.month + " that a scorecard assesses");
  }
  return out;
}

void Engine::freeze(const Told& told, const model::Action& action, const Frozen& frozen) {
  for (const rows::Sheet& sheet : reckoner_.reckon(frozen.who, frozen.month)) {
    Found found;
    found.at = told.at;
    found.now = told.now;
    found.what = "frozen";
    found.case_id = told.case_id;
    found.cause = told.seq;
    found.clause = action.clause;
    json::Object(found.facts).raw("adjusts", sheet.adjusts).raw("figures", sheet.figures).end();
    set_field(found.with, "adjustment", sheet.adjustment);
    set_field(found.with, "approved_by", told.by);
    set_field(found.with, "at_seq", sheet.at_seq);
    set_field(found.with, "base", sheet.base);
    set_field(found.with, "bonus_adjustment", sheet.bonus_adjustment);
    set_field(found.with, "bonus_withheld", sheet.bonus_withheld);
    set_field(found.with, "card", sheet.card);
    set_field(found.with, "deducted", sheet.deducted);
    set_field(found.with, "floor", sheet.floor);
    set_field(found.with, "manual", sheet.manual);
    set_field(found.with, "month", sheet.month);
    set_field(found.with, "pending", sheet.pending);
    set_field(found.with, "score", sheet.score);
    set_field(found.with, "who", sheet.who);
    append(found);
    apply(found);
  }
}

void Engine::apply_sheet(const Found& found) {
  const auto text = [&](std::string_view name) { return text_in(found.with, name); };
  const auto number = [&](std::string_view name) { return number_in(found.with, name); };
  const json::Tree facts = json::parse(found.facts);
  const auto part = [&](std::string_view name) {
    std::string out;
    json::append_tree(out, facts.at(name));
    return out;
  };
  rows::Sheet row;
  row.who = text("who");
  row.month = text("month");
  row.card = text("card");
  row.case_id = found.case_id;
  row.base = number("base");
  row.floor = number("floor");
  row.deducted = number("deducted");
  row.score = number("score");
  row.adjustment = number("adjustment");
  row.bonus_withheld = number("bonus_withheld");
  row.bonus_adjustment = number("bonus_adjustment");
  const Value* pending = find_field(found.with, "pending");
  row.pending = pending && std::get<bool>(*pending);
  row.figures = part("figures");
  row.adjusts = part("adjusts");
  row.manual = text("manual");
  row.at_seq = number("at_seq");
  row.approved_by = text("approved_by");
  row.approved_at = found.at;
  row.seq = found.seq;
  const std::string key = key_of(row);
  state_.sheets.put(key, std::move(row), state_.mark());
}

bool Engine::is_frozen(const Case& c, std::int64_t seq) const {
  const auto& actions = c.procedure->actions;
  if (std::none_of(actions.begin(), actions.end(), [](const model::Action& action) { return action.freezes.has_value(); })) return false;
  for (const Line& line : case_lines(c.id)) {
    if (line.told) continue;
    const Found found = decode_found(line);
    if (found.what == "frozen" && found.cause >= seq) return true;
  }
  return false;
}

// ---- Reckoning ----------------------------------------------------------------------------------------------------------

std::set<std::string> Office::Impl::officers(const model::Manual& manual, const model::Scorecard& card, const Segment& month) const {
  // One person may hold two posts, and then has two cards; who held the post for a part of the month has one (ruling K8).
  const std::string& post = manual.posts[static_cast<std::size_t>(card.post)].name;
  std::set<std::string> out;
  state.registers.holdings.each([&](const rows::Holding& row) {
    const bool then = row.from < month.until && (!row.until || *row.until > month.from);
    if (row.kind == "holds" && row.post == post && then) out.insert(row.staff);
  });
  return out;
}

bool Office::Impl::has_card(std::string_view who, std::string_view month_text) {
  const Segment month = parse_period(month_text, current_manual().zone());
  const model::Manual& manual = manual_of(month);
  return std::any_of(manual.scorecards.begin(), manual.scorecards.end(), [&](const model::Scorecard& card) {
    return manual.in_use(card.chapter, Instant{month.until.us - 1}) && officers(manual, card, month).contains(std::string(who));
  });
}

std::vector<rows::Sheet> Office::Impl::frozen(std::string_view who) {
  std::map<std::int64_t, rows::Sheet> out;
  const auto take = [&](const rows::Sheet& row) {
    if (who.empty() || row.who == who) out.insert_or_assign(row.seq, row);
  };
  if (store->keeps_rows()) {
    store->scan(kSheets, who.empty() ? "" : "who", Cell{std::string(who)}, [&](std::vector<Cell>&& cells) {
      take(tables::row_from<rows::Sheet>(std::move(cells)));
      return true;
    });
  }
  state.sheets.each_unordered(take);
  std::vector<rows::Sheet> rows;
  for (auto& [seq, row] : out) rows.push_back(std::move(row));
  return rows;
}

std::vector<rows::Sheet> Office::Impl::reckon(std::string_view who, std::string_view month_text) {
  // Figures of a file are read from its rows: it sees what this transaction has come to, and keeps nothing of it yet.
  struct Draft {
    explicit Draft(Impl& of) : impl(of) {
      if (impl.store->keeps_rows()) impl.store->begin_draft();
    }
    ~Draft() {
      try {
        end();
      } catch (const Error&) {
        // What failed before it is thrown already, and undoes the transaction.
      }
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    void end() {
      if (impl.store->keeps_rows() && !std::exchange(ended, true)) impl.store->end_draft();
    }
    Impl& impl;
    bool ended = false;
  } draft(*this);
  if (store->keeps_rows()) flush_rows();
  const Segment month = parse_period(month_text, current_manual().zone());
  const model::Manual& manual = manual_of(month);
  std::vector<rows::Sheet> out;
  Gathered gathered;
  const std::vector<rows::Sheet> all = frozen(who);
  for (const model::Scorecard& card : manual.scorecards) {
    if (!manual.in_use(card.chapter, Instant{month.until.us - 1}) || !officers(manual, card, month).contains(std::string(who))) continue;
    Scorecard live = scorecard(manual, card, month, std::string(who), gathered);
    std::vector<rows::Sheet> sheets;
    std::copy_if(all.begin(), all.end(), std::back_inserter(sheets), [&](const rows::Sheet& sheet) { return sheet.card == card.name; });
    adjust(live, sheets, gathered);
    rows::Sheet row;
    row.who = who;
    row.month = live.month;
    row.card = live.name;
    row.base = live.base;
    row.floor = live.floor;
    row.deducted = live.deducted_hundredths;
    row.score = live.score_hundredths;
    row.adjustment = live.adjustment_hundredths;
    row.bonus_withheld = live.bonus_withheld_hundredths;
    row.bonus_adjustment = live.bonus_adjustment_hundredths;
    row.pending = live.pending;
    row.figures = figures_of(live);
    row.adjusts = adjusts_of(live);
    row.manual = manual.hash;
    row.at_seq = state.last_seq;
    out.push_back(std::move(row));
  }
  draft.end();
  return out;
}

void Office::Impl::adjust(Scorecard& card, const std::vector<rows::Sheet>& sheets, Gathered& gathered) {
  /// What a metric has cost: points, and of the bonus.
  struct Cost {
    std::int64_t points = 0;
    std::int64_t bonus = 0;
    bool operator==(const Cost&) const = default;
    void operator+=(const Cost& more) { points += more.points, bonus += more.bonus; }
  };
  using Costs = std::map<std::string, Cost>;
  std::map<std::string, Costs> known;  // by month: what the sheets so far have taken each metric to cost
  for (const rows::Sheet& sheet : sheets) {
    for (const json::Tree& figure : json::parse(sheet.figures).items) {
      if (!figure.at("recorded").flag) known[sheet.month][figure.at("metric").as_text()] = {figure.at("points").as_number(), figure.at("bonus").as_number()};
    }
    for (const Scorecard::Adjustment& one : adjustments_in(sheet.adjusts)) {
      known[one.month][one.metric] = {one.after_hundredths, one.bonus_after_hundredths};
    }
  }
  std::map<std::string, const rows::Sheet*> by_month;
  for (const rows::Sheet& sheet : sheets) by_month.emplace(sheet.month, &sheet);
  for (const auto& [name, sheet] : by_month) {
    const Segment month = parse_period(name, current_manual().zone());
    const model::Manual& manual = manual_of(month);
    const auto same = std::find_if(manual.scorecards.begin(), manual.scorecards.end(), [&](const model::Scorecard& one) { return one.name == card.name; });
    if (same == manual.scorecards.end()) continue;
    const Costs& before = known[name];
    Costs after;
    for (const auto& [metric, cost] : before) after[metric] = {};
    for (const Figure& figure : scorecard(manual, *same, month, card.who, gathered).figures) {
      after[figure.metric] = {figure.points_hundredths, figure.bonus_withheld_hundredths};
    }
    Cost all_before;
    Cost all_after;
    bool changed = false;
    for (const auto& [metric, cost] : after) {
      const auto at = before.find(metric);
      const Cost was = at != before.end() ? at->second : Cost{};
      all_before += was;
      all_after += cost;
      if (was == cost) continue;
      changed = true;
      card.adjustments.push_back({name, metric, was.points, cost.points, was.bonus, cost.bonus});
    }
    if (!changed) continue;
    card.adjusts.push_back(name);
    // Below the floor nothing was lost, and nothing is given back; nor more than the whole bonus.
    const std::int64_t most = (sheet->base - sheet->floor) * 100;
    card.adjustment_hundredths += std::min(all_after.points, most) - std::min(all_before.points, most);
    card.bonus_adjustment_hundredths += std::min(all_after.bonus, scores::kWhole) - std::min(all_before.bonus, scores::kWhole);
  }
}

Scorecard Office::Impl::card_of(const rows::Sheet& sheet, const model::Manual& manual, const model::Scorecard& card) {
  Scorecard out;
  out.name = card.name;
  out.title_zh = card.title.zh;
  out.title_en = card.title.en;
  out.post = manual.posts[static_cast<std::size_t>(card.post)].name;
  out.who = sheet.who;
  out.month = sheet.month;
  out.base = sheet.base;
  out.floor = sheet.floor;
  out.deducted_hundredths = sheet.deducted;
  out.score_hundredths = sheet.score;
  out.pending = sheet.pending;
  out.adjustment_hundredths = sheet.adjustment;
  out.bonus_withheld_hundredths = sheet.bonus_withheld;
  out.bonus_adjustment_hundredths = sheet.bonus_adjustment;
  out.adjustments = adjustments_in(sheet.adjusts);
  for (const Scorecard::Adjustment& one : out.adjustments) {
    if (out.adjusts.empty() || out.adjusts.back() != one.month) out.adjusts.push_back(one.month);
  }
  out.frozen = true;
  out.sheet = sheet.case_id;
  out.at_seq = sheet.at_seq;
  out.clauses = card.clauses;
  for (const json::Tree& kept : json::parse(sheet.figures).items) {
    const int index = manual.metric(kept.at("metric").as_text());
    Figure figure = index >= 0 ? scores::blank(manual.metrics[static_cast<std::size_t>(index)]) : Figure();
    figure.metric = kept.at("metric").as_text();
    figure.who = sheet.who;
    figure.done = kept.at("done").as_number();
    figure.due = kept.at("due").as_number();
    figure.late = kept.at("late").as_number();
    figure.points_hundredths = kept.at("points").as_number();
    if (const json::Tree* cut = kept.find("cut")) figure.cut_hundredths = cut->as_number();
    figure.bonus_withheld_hundredths = kept.at("bonus").as_number();
    figure.state = kept.at("state").as_text();
    figure.in_use = figure.state != "not_in_use";
    figure.value = kept.at("value").as_text();
    (kept.at("recorded").flag ? out.recorded : out.figures).push_back(std::move(figure));
  }
  return out;
}

}  // namespace wuye
