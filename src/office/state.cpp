// Marks, undo and timers of an office's state.
#include "office/state.hpp"

#include <type_traits>

#include "journal/json.hpp"
#include "office/draws.hpp"

namespace wuye {

namespace {

template <class... Rest>
std::string joined(std::string_view first, const Rest&... rest) {
  std::string out;
  out.reserve(first.size() + ((rest.size() + 1) + ...));
  out += first;
  ((out.append("\x1f").append(rest)), ...);
  return out;
}

}  // namespace

std::string key_of(const rows::TallyCount& row) { return joined(row.tally, row.key, row.case_id); }
std::string key_of(const rows::Sheet& row) { return joined(row.who, row.month, row.card); }
std::string key_of(const rows::CallbackBase& row) { return joined(row.case_id, row.quota); }
std::string key_of(const rows::CallbackMonth& row) { return joined(row.quota, row.month, row.group); }

void Pending::shorten(std::size_t count) {
  if (count == 0) {
    // A store that failed may have taken lines already.
    lines.clear();
    keys.clear();
    of_case.clear();
  }
  for (; lines.size() > count; lines.pop_back()) {
    const Line& line = lines.back();
    if (!line.key.empty()) keys.erase(key_of(line.source, line.key));
    if (line.case_id.empty()) continue;
    const auto of = of_case.find(line.case_id);
    of->second.pop_back();
    if (of->second.empty()) of_case.erase(of);
  }
}

Savepoint State::save() {
  ++mark_;
  Savepoint out;
  std::size_t i = 0;
  each_table([&](auto& table) { out.undo.at(i++) = table.undo_size(); });
  out.lines = pending.lines.size();
  out.personal = pending.personal.size();
  out.erasures = pending.erasures.size();
  out.last_seq = last_seq;
  out.told = told;
  out.clock = clock;
  out.last_hash = last_hash;
  out.seed = seed;
  return out;
}

void State::take_back(const Savepoint& savepoint) {
  ++mark_;
  std::size_t i = 0;
  each_table([&](auto& table) {
    const std::size_t size = savepoint.undo.at(i++);
    table.undo_to(size, [&](const std::string&, auto* now, auto* before) {
      if constexpr (std::is_same_v<std::remove_pointer_t<decltype(now)>, cases::Case>) {
        if (now) {
          forget_timer(*now);
          untie(*now);
        }
        if (before && before->timer != kNever) timers.insert({before->timer, &before->id, Timer::Of::case_});
        if (before) tie(*before);
      }
      if constexpr (std::is_same_v<std::remove_pointer_t<decltype(now)>, rows::CallbackMonth>) {
        if (now) forget_timer(*now);
        if (before && before->timer != kNever) timers.insert({before->timer, &before->id, Timer::Of::quota});
      }
      if constexpr (std::is_same_v<std::remove_pointer_t<decltype(now)>, rows::Account>) {
        if (now) forget_timer(*now);
        if (before && before->timer != kNever) timers.insert({before->timer, &before->id, Timer::Of::account});
      }
      if constexpr (std::is_same_v<std::remove_pointer_t<decltype(now)>, rows::Duty>) {
        if (now) forget_timer(*now);
        if (before && before->timer != kNever) timers.insert({before->timer, &before->name, Timer::Of::duty});
      }
      using Row = std::remove_pointer_t<decltype(now)>;
      if constexpr (std::is_same_v<Row, rows::Charge> || std::is_same_v<Row, rows::Receipt> || std::is_same_v<Row, rows::Posting> ||
                    std::is_same_v<Row, rows::Reading>) {
        if (now) ledger.leave(now);
        if (before) ledger.enter(before);
      }
      if constexpr (std::is_same_v<std::remove_pointer_t<decltype(now)>, rows::TallyCount>) {
        if (now) counted.erase(now);
        if (before) counted.insert(before);
      }
      if constexpr (std::is_same_v<std::remove_pointer_t<decltype(now)>, rows::Adopted>) {
        if (now && !before) manuals.erase(now->seq);
      }
    });
  });
  registers.reindex();
  pending.shorten(savepoint.lines);
  pending.personal.resize(savepoint.personal);
  pending.erasures.resize(savepoint.erasures);
  last_seq = savepoint.last_seq;
  told = savepoint.told;
  clock = savepoint.clock;
  last_hash = savepoint.last_hash;
  seed = savepoint.seed;
}

void State::join(const Savepoint& savepoint) {
  std::size_t i = 0;
  each_table([&](auto& table) { table.join(savepoint.undo.at(i++)); });
}

void State::keep() {
  each_table([](auto& table) { table.keep(); });
  pending.clear();
}

void State::forget_timer(const cases::Case& c) {
  if (c.timer != kNever) timers.erase({c.timer, &c.id, Timer::Of::case_});
}

void State::retime(cases::Case& c) {
  if (c.timer == c.next) return;
  forget_timer(c);
  c.timer = c.next;
  if (c.timer != kNever) timers.insert({c.timer, &c.id, Timer::Of::case_});
}

void State::forget_timer(const rows::CallbackMonth& row) {
  if (row.timer != kNever) timers.erase({row.timer, &row.id, Timer::Of::quota});
}

void State::retime(rows::CallbackMonth& row, Instant next) {
  if (row.timer == next) return;
  forget_timer(row);
  row.timer = next;
  if (row.timer != kNever) timers.insert({row.timer, &row.id, Timer::Of::quota});
}

void State::forget_timer(const rows::Account& row) {
  if (row.timer != kNever) timers.erase({row.timer, &row.id, Timer::Of::account});
}

void State::retime(rows::Account& row, Instant next) {
  if (row.timer == next) return;
  forget_timer(row);
  row.timer = next;
  if (row.timer != kNever) timers.insert({row.timer, &row.id, Timer::Of::account});
}

void State::forget_timer(const rows::Duty& row) {
  if (row.timer != kNever) timers.erase({row.timer, &row.name, Timer::Of::duty});
}

void State::retime(rows::Duty& row) {
  forget_timer(row);
  row.timer = row.next.value_or(kNever);
  if (row.timer != kNever) timers.insert({row.timer, &row.name, Timer::Of::duty});
}

void State::forget_duties() {
  duties.each_unordered([&](const rows::Duty& row) { forget_timer(row); });
  duties.clear();
}

void State::forget_ledger() {
  ledger.accounts.each_unordered([&](const rows::Account& row) { forget_timer(row); });
  ledger.forget_all();
}

void State::restore_month(rows::CallbackMonth row) {
  row.id = key_of(row);
  const std::string key = row.id;
  rows::CallbackMonth& placed = callback_months.restore(key, std::move(row));
  retime(placed, settles_at(*this, placed));
}

void State::forget_months() {
  callback_months.each_unordered([&](const rows::CallbackMonth& row) { forget_timer(row); });
  callback_months.clear();
}

rows::CallbackMonth& State::edit_month(std::string_view quota, std::string_view month, std::string_view group) {
  rows::CallbackMonth like;
  like.quota = quota;
  like.month = month;
  like.group = group;
  const std::string key = key_of(like);
  rows::CallbackMonth& row = callback_months.edit(key, mark_);
  if (row.id.empty()) {
    like.id = key;
    like.channels = "{}";
    like.passed = "[]";
    row = std::move(like);
  }
  return row;
}

namespace {

std::tuple<std::string, Instant, std::string> alike_entry(const cases::Case& c, const std::vector<std::string>& fields) {
  std::vector<Value> values;
  for (const std::string& name : fields) {
    const int field = c.procedure->field(name);
    values.push_back(field < 0 ? Value() : c.value(field));
  }
  return {alike_key(c.procedure->name, fields, values), c.live() ? kNever : c.history.back().from, c.id};
}

bool is_on_duty(const cases::Case& c) { return c.stage >= 0 && c.procedure->stages[static_cast<std::size_t>(c.stage)].on_duty; }

}  // namespace

std::string alike_key(std::string_view procedure, const std::vector<std::string>& fields, const std::vector<Value>& values) {
  std::string out(procedure);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (std::holds_alternative<std::monostate>(values[i])) return {};
    out.append("\x1f").append(fields[i]).append("\x1f");
    json::append_value(out, values[i]);
  }
  return out;
}

void State::watch(const std::string& procedure, const std::vector<std::string>& fields) {
  if (!watched_[procedure].insert(fields).second) return;
  cases.each_unordered([&](const cases::Case& c) {
    if (c.procedure->name == procedure) alike.insert(alike_entry(c, fields));
  });
}

void State::tie(const cases::Case& c) {
  if (const std::string_view master = master_of(c); !master.empty()) joined.emplace(master, c.id);
  if (!c.parent.empty()) children.emplace(c.parent, c.id);
  if (is_on_duty(c)) on_duty.insert(c.id);
  if (const auto by = watched_.find(c.procedure->name); by != watched_.end()) {
    for (const auto& fields : by->second) alike.insert(alike_entry(c, fields));
  }
}

void State::untie(const cases::Case& c) {
  if (const std::string_view master = master_of(c); !master.empty()) joined.erase({std::string(master), c.id});
  if (!c.parent.empty()) children.erase({c.parent, c.id});
  if (is_on_duty(c)) on_duty.erase(c.id);
  if (const auto by = watched_.find(c.procedure->name); by != watched_.end()) {
    for (const auto& fields : by->second) alike.erase(alike_entry(c, fields));
  }
}

void State::remove_case(std::string_view id) {
  if (const cases::Case* c = cases.find(id)) {
    forget_timer(*c);
    untie(*c);
    cases.edit(id, mark_).timer = kNever;
    cases.remove(id, mark_);
  }
}

void State::restore_case(cases::Case c) {
  const std::string id = c.id;
  c.timer = kNever;
  cases::Case& restored = cases.restore(id, std::move(c));
  retime(restored);
  tie(restored);
}

void State::evict_case(std::string_view id) {
  if (const cases::Case* c = cases.peek(id)) {
    forget_timer(*c);
    untie(*c);
  }
  cases.evict(id);
}

void State::count(rows::TallyCount row) {
  const std::string key = key_of(row);
  counted.insert(&tallies.put(key, std::move(row), mark_));
}

void State::uncount(const rows::TallyCount& row) {
  const std::string key = key_of(row);
  counted.erase(&row);
  tallies.remove(key, mark_);
}

void State::restore_count(rows::TallyCount row) {
  const std::string key = key_of(row);
  if (!tallies.peek(key)) counted.insert(&tallies.restore(key, std::move(row)));
}

void State::forget_counts() {
  counted.clear();
  counts_read.clear();
  tallies.clear();
}

const Manual* State::manual_at(Instant at, std::int64_t* seq) const {
  const Manual* out = nullptr;
  for (const auto& [line, manual] : manuals) {
    if (out) {
      const rows::Adopted* row = adopted.find(std::to_string(line));
      if (row && row->at > at) break;
    }
    out = &manual;
    if (seq) *seq = line;
  }
  return out;
}

}  // namespace wuye
