// Findings: what falls due and who is told, cases that are opened in consequence, tallies.
#include "office/engine.hpp"

#include <algorithm>

#include "journal/json.hpp"
#include "manual/limits.hpp"
#include "office/fold.hpp"

namespace wuye {
namespace {

using cases::Case;
using cases::Firing;

}  // namespace

std::string Engine::tell(const Case& c, const std::vector<model::Recipient>& recipients, Instant at, std::vector<std::string>& vacant) const {
  registers::Subject subject;
  subject.holder = c.holder;
  subject.opened_by = c.opened_by;
  if (const auto* reporter = std::get_if<std::string>(&c.value(1))) subject.reporter = *reporter;
  subject.zone = place_attribute(c.place(), "zone");
  std::string out = "[";
  for (const model::Recipient& recipient : recipients) {
    registers::Reached reached = state_.registers.resolve(*c.manual, recipient, subject, at);
    std::string people = "[";
    for (const std::string& who : reached.people) {
      if (people.size() > 1) people += ',';
      json::append_string(people, who);
    }
    if (out.size() > 1) out += ',';
    json::Object(out).raw("people", people + ']').text("post", reached.post).end();
    for (std::string& post : reached.vacant) {
      if (std::find(vacant.begin(), vacant.end(), post) == vacant.end()) vacant.push_back(std::move(post));
    }
  }
  return out + ']';
}

Found level_found(const Case& c, const Firing& firing) {
  const cases::Clock& clock = c.clocks[firing.clock];
  const model::Deadline& deadline = c.procedure->deadlines[static_cast<std::size_t>(clock.deadline)];
  const model::Level& level = deadline.ladder[firing.level];
  Found found;
  found.at = firing.at;
  found.case_id = c.id;
  const bool before = level.kind == model::Level::Kind::before || (level.kind == model::Level::Kind::percent && level.percent < 100);
  found.what = before ? "warning" : "overdue";
  found.deadline = deadline.name;
  found.generation = clock.generation;
  found.level = level.text;
  found.id = cases::notice_id(c, clock, level);
  const auto limit = cases::limit_of(c, clock);
  found.clause = !level.clause.empty() ? level.clause : limit && !limit->clause.empty() ? limit->clause : deadline.clause;
  return found;
}

const model::Level& level_of(const Case& c, const Firing& firing) {
  return c.procedure->deadlines[static_cast<std::size_t>(c.clocks[firing.clock].deadline)].ladder[firing.level];
}

void Engine::find_vacancies(const Case& c, const std::string& id, const std::vector<std::string>& vacant, const Found& behind,
                            std::vector<Notice>& out) {
  for (const std::string& post : vacant) {
    Found found;
    found.at = behind.at;
    found.now = behind.now;
    found.case_id = c.id;
    found.what = "vacant";
    found.id = id + ":vacant:" + post;
    found.cause = behind.cause;
    found.reason = post;
    found.tell = behind.tell;
    append(found);
    apply(found);
    out.push_back(to_notice(*state_.notices.find(found.id)));
  }
}

void Engine::find_level(std::string_view case_id, const Firing& firing, std::int64_t cause, std::vector<Notice>& out) {
  const Case& c = *state_.cases.find(case_id);
  Found found = level_found(c, firing);
  found.now = std::max(state_.clock, firing.at);
  found.cause = cause;
  const model::Level level = level_of(c, firing);
  std::vector<std::string> vacant;
  found.tell = tell(c, level.tell, firing.at, vacant);
  append(found);
  apply(found);
  out.push_back(to_notice(*state_.notices.find(found.id)));
  find_vacancies(c, found.id, vacant, found, out);
  if (!level.open_procedure.empty()) {
    open_for(std::string(case_id), level, found, cause);
  }
  if (level.perform) settle_draws(std::string(case_id), false, cause, firing.at, out);
}

std::string news_id(const Found& news, const std::vector<std::string>& taken) {
  const std::string first = news.case_id + ':' + news.reason + ':' + std::to_string(news.cause);
  std::string id = first;
  for (int n = 2; std::find(taken.begin(), taken.end(), id) != taken.end(); ++n) id = first + ':' + std::to_string(n);
  return id;
}

std::vector<std::pair<Found, std::vector<std::string>>> Engine::news_of(const Case& c, const Told& told, const model::Action& action) const {
  std::vector<std::pair<Found, std::vector<std::string>>> out;
  if (action.tells.empty()) return out;
  cases::Event event;
  event.at = told.at;
  event.action = &action;
  for (const std::size_t index : tells_now(*c.manual, c, event, *this)) {
    const model::Tells& tells = action.tells[index];
    Found found;
    found.at = told.at;
    found.what = "news";
    found.case_id = c.id;
    found.cause = told.seq;
    found.reason = action.name;
    found.clause = tells.clause.empty() ? action.clause : tells.clause;
    std::vector<std::string> vacant;
    found.tell = tell(c, tells.tell, told.at, vacant);
    out.emplace_back(std::move(found), std::move(vacant));
  }
  return out;
}

void Engine::find_news(const Told& told, const model::Action& action, Outcome& outcome) {
  if (action.tells.empty()) return;
  std::vector<std::string> ids;
  for (auto& [found, vacant] : news_of(*state_.cases.find(told.case_id), told, action)) {
    found.now = told.now;
    found.id = news_id(found, ids);
    ids.push_back(found.id);
    append(found);
    apply(found);
    outcome.notices.push_back(to_notice(*state_.notices.find(found.id)));
    find_vacancies(*state_.cases.find(told.case_id), found.id, vacant, found, outcome.notices);
  }
}

void Engine::find_until(Instant limit, bool inclusive, std::vector<Notice>& out) {
  while (!state_.timers.empty()) {
    const Timer first = *state_.timers.begin();
    if (first.at > limit || (first.at == limit && !inclusive)) return;
    const std::string id = *first.id;
    if (first.of_quota) {
      settle_month(id);
      continue;
    }
    const auto firing = next_firing(*state_.cases.find(id));
    if (!firing) throw Error(Code::internal, "the timer of case " + id + " has nothing behind it");
    find_level(id, *firing, 0, out);
  }
}

std::string child_id(std::string_view parent, std::string_view rule, int ordinal) {
  return std::string(parent) + "/" + std::string(rule) + "." + std::to_string(ordinal);
}

void Engine::open_for(const std::string& parent, const model::Level& level, const Found& found, std::int64_t cause) {
  const model::Manual& manual = state_.manual_at(found.at)->compiled();
  const model::Procedure* procedure = manual.procedure(level.open_procedure);
  if (!procedure || !manual.in_use(procedure->chapter, found.at)) return;
  open_child(next_child_id(parent, found.deadline + "." + level.text), parent, *procedure, level.open_with, cause, found.at);
}

std::string Engine::next_child_id(std::string_view parent, std::string_view rule) const {
  for (int ordinal = 1;; ++ordinal) {
    std::string id = child_id(parent, rule, ordinal);
    if (!state_.cases.find(id)) return id;
  }
}

void Engine::open_child(std::string id, const std::string& parent, const model::Procedure& procedure, Fields with, std::int64_t cause, Instant at) {
  Found found;
  found.at = at;
  found.now = std::max(state_.clock, at);
  found.what = "opened";
  found.case_id = std::move(id);
  found.cause = cause;
  found.parent = parent;
  found.procedure = procedure.name;
  found.with = std::move(with);
  append(found);
  apply(found);
}


namespace {

std::optional<std::string> tally_key(const Case& c, const model::Tally& tally) {
  std::string key;
  for (const int field : tally.key) {
    const Value& value = c.value(field);
    if (std::holds_alternative<std::monostate>(value)) return std::nullopt;
    if (!key.empty()) key += ',';
    json::append_value(key, value);
  }
  return key;
}

}  // namespace

std::vector<std::optional<Engine::TallyEntry>> Engine::tally_entries(const Case& c, Instant at,
                                                                     const std::vector<std::optional<TallyEntry>>& before) {
  std::vector<std::optional<TallyEntry>> out;
  for (std::size_t t = 0; t < c.procedure->tallies.size(); ++t) {
    auto key = tally_key(c, c.procedure->tallies[t]);
    if (!key) out.emplace_back();
    else if (t < before.size() && before[t] && before[t]->key == *key) out.push_back(before[t]);
    else out.push_back(TallyEntry{std::move(*key), at});
  }
  return out;
}

void Engine::count_tallies(const std::string& case_id, const model::Manual& manual, const model::Procedure& procedure,
                           const std::vector<std::optional<TallyEntry>>& before, const std::vector<std::optional<TallyEntry>>& after) {
  for (std::size_t t = 0; t < procedure.tallies.size(); ++t) {
    const model::Tally& tally = procedure.tallies[t];
    const std::optional<TallyEntry> old = t < before.size() ? before[t] : std::nullopt;
    const std::optional<TallyEntry> now = t < after.size() ? after[t] : std::nullopt;
    const std::string name = procedure.name + "." + tally.name;
    const auto rewrite = [&](const std::string& key, std::optional<Instant> since) {
      const std::string row_key = name + '\x1f' + key;
      std::vector<std::pair<std::int64_t, std::string>> items;
      if (const rows::TallyCount* row = state_.tallies.find(row_key)) {
        const Instant oldest = since ? span_end(manual, {tally.within.unit, -tally.within.amount, tally.within.calendar}, *since) : kAlways;
        for (const json::Tree& item : json::parse(row->cases).items) {
          const std::int64_t at = item.items.at(0).as_number();
          const std::string& id = item.items.at(1).as_text();
          if (at >= oldest.us && id != case_id) items.emplace_back(at, id);
        }
      }
      if (since) items.insert(std::upper_bound(items.begin(), items.end(), since->us, [](std::int64_t at, const auto& item) { return at < item.first; }), {since->us, case_id});
      if (items.empty()) {
        state_.tallies.remove(row_key, state_.mark());
        return;
      }
      std::string kept = "[";
      for (const auto& [at, id] : items) {
        if (kept.size() > 1) kept += ',';
        kept += '[' + std::to_string(at) + ',';
        json::append_string(kept, id);
        kept += ']';
      }
      rows::TallyCount& row = state_.tallies.edit(row_key, state_.mark());
      row.tally = name;
      row.key = key;
      row.cases = kept + ']';
    };
    if (old && (!now || now->key != old->key)) rewrite(old->key, std::nullopt);
    if (now && (!old || now->key != old->key)) rewrite(now->key, now->since);
  }
}

void Engine::find_tallies(const Case& c, const Told& told, Outcome& outcome) {
  for (const model::Tally& tally : c.procedure->tallies) {
    const auto key = tally_key(c, tally);
    if (!key) continue;
    const std::string name = c.procedure->name + "." + tally.name;
    const rows::TallyCount* row = state_.tallies.find(name + '\x1f' + *key);
    if (!row) continue;
    const json::Tree counted = json::parse(row->cases);
    // This case was told just now: with those before it, or, told late, with those after it too.
    const auto at_of = [&](std::size_t i) { return counted.items[i].items.at(0).as_number(); };
    std::size_t own = 0;
    while (own < counted.items.size() && counted.items[own].items.at(1).as_text() != c.id) ++own;
    bool enough = false;
    for (std::size_t last = own; last < counted.items.size() && !enough; ++last) {
      const Instant oldest = span_end(*c.manual, {tally.within.unit, -tally.within.amount, tally.within.calendar}, Instant{at_of(last)});
      if (at_of(own) < oldest.us) break;
      std::size_t first = 0;
      while (at_of(first) < oldest.us) ++first;
      enough = static_cast<std::int64_t>(last - first + 1) >= tally.at_least;
    }
    if (!enough) continue;
    const std::string id = name + ":" + c.id;
    if (state_.notices.find(id)) continue;
    Found found;
    found.at = told.at;
    found.now = told.now;
    found.what = "tally";
    found.case_id = c.id;
    found.cause = told.seq;
    found.id = id;
    found.reason = name;
    found.clause = tally.clause;
    json::Object(found.facts).raw("cases", row->cases).text("key", *key).number("limit", tally.at_least).end();
    std::vector<std::string> vacant;
    found.tell = tell(c, tally.tell, told.at, vacant);
    append(found);
    apply(found);
    outcome.notices.push_back(to_notice(*state_.notices.find(id)));
    find_vacancies(c, id, vacant, found, outcome.notices);
  }
}

}  // namespace wuye
