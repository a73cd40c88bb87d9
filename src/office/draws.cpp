// Draws: a case that ends is counted for the quotas of its class, or excluded with the reason; who is drawn gets a case of the
// quota's own procedure (a callback). What was counted stays counted whatever becomes of the case; that it changed is a finding.
// The arithmetic is the callbacks room's; here stand the lines and rows.
#include "office/draws.hpp"

#include <algorithm>

#include "callbacks/quota.hpp"
#include "journal/canonical.hpp"
#include "journal/json.hpp"
#include "office/engine.hpp"
#include "office/fold.hpp"

namespace wuye {
namespace {

using cases::Case;

std::string class_of(const Case& c) {
  const auto* text = std::get_if<std::string>(&c.value(2));
  return text ? *text : c.procedure->name;
}

std::string base_key(std::string_view case_id, std::string_view quota) {
  rows::CallbackBase like;
  like.case_id = case_id;
  like.quota = quota;
  return key_of(like);
}

/// Of a month's row: those passed over in its block.
std::vector<std::string> names_in(const std::string& list) { return json::Canonical(list).texts(); }

/// Of a month's row: how often each channel was drawn so far, as `{"phone":4,"visit":1}`.
template <class Each>
void each_count(const std::string& channels, Each&& each) {
  json::Canonical in(channels);
  in.expect("{");
  if (in.take("}")) return;
  do {
    const std::string name = in.text();
    in.expect(":");
    each(name, in.number());
  } while (in.take(","));
}

std::string list_of(const std::vector<std::string>& names) {
  std::string out = "[";
  for (const std::string& name : names) {
    if (out.size() > 1) out += ',';
    json::append_string(out, name);
  }
  return out + ']';
}

bool was_counted(const rows::CallbackBase& row) { return row.state == "drawn" || row.state == "passed_over"; }

/// It has come to an end before the stage in which it stands now.
bool ended_earlier(const Case& c) {
  for (std::size_t i = 0; i + 1 < c.history.size(); ++i) {
    if (c.procedure->stages[static_cast<std::size_t>(c.history[i].stage)].ending) return true;
  }
  return false;
}

}  // namespace

QuotaRule quota_rule(const State& state, std::string_view quota, std::string_view month, std::string_view group) {
  QuotaRule out;
  if (state.manuals.empty()) return out;
  const auto rule_of = [&](const Manual& manual) {
    const model::Quota* found = manual.compiled().quota(quota);
    const int index = found ? found->group(group) : -1;
    if (index < 0) return false;
    out.quota = found;
    out.group = &found->groups[static_cast<std::size_t>(index)];
    return true;
  };
  out.month = parse_period(month, state.manuals.begin()->second.zone());
  if (rule_of(*state.manual_at(out.month.from))) return out;
  for (auto manual = state.manuals.rbegin(); manual != state.manuals.rend(); ++manual) {
    if (rule_of(manual->second)) break;
  }
  return out;
}

Instant settles_at(const State& state, const rows::CallbackMonth& row) {
  if (row.passed == "[]") return kNever;
  const QuotaRule rule = quota_rule(state, row.quota, row.month, row.group);
  if (!rule.group || row.drawn >= callbacks::share_of(row.cases, rule.group->share_hundredths)) return kNever;
  return rule.month.until;
}

std::string Engine::why_excluded(const model::Manual& manual, const model::Quota& quota, const Case& c, Instant at) const {
  const std::string& ending = c.stage_now().counts;
  if (std::find(quota.endings.begin(), quota.endings.end(), ending) == quota.endings.end()) return "ending: " + ending;
  for (const model::QuotaExclusion& exclusion : quota.exclusions) {
    for (const auto& [procedure, when] : exclusion.when) {
      if (procedure == c.procedure->name && cases::condition_holds(manual, c, when, at, c.opened_by, *this)) return exclusion.name;
    }
  }
  return {};
}

Fields Engine::callback_fields(const model::Manual& manual, const model::Quota& quota, const Case& c) {
  Fields out;
  out.reserve(json::kUsualFields);
  const model::Procedure& opens = *manual.procedure(quota.opens);
  for (const std::string& name : quota.copy) {
    const int from = c.procedure->field(name);
    if (from < 0 || opens.field(name) < 0 || c.procedure->fields[static_cast<std::size_t>(from)].personal) continue;
    Value value = c.value(from);
    if (std::holds_alternative<std::monostate>(value)) continue;
    // Another procedure's field of the same name may take other values; what does not fit is not taken over.
    if (!cases::convert_value(opens.fields[static_cast<std::size_t>(opens.field(name))], value)) set_field(out, name, std::move(value));
  }
  set_field(out, "about", c.id);
  set_field(out, "about_class", class_of(c));
  return out;
}

Instant Engine::callback_due(const model::Manual& manual, const model::Quota& quota, const Fields& with, Instant at) const {
  Found opened;
  opened.at = at;
  opened.now = at;
  const model::Procedure& procedure = *manual.procedure(quota.opens);
  Told told = opening_told(opened, procedure);
  told.with = with;
  Case like;
  like.manual = &manual;
  like.procedure = &procedure;
  like.names = &state_.names;
  begin(like, event_taking(told, procedure));
  const int deadline = procedure.deadline(quota.deadline);
  for (const cases::Clock& clock : like.clocks) {
    if (clock.deadline == deadline) return clock.due;
  }
  return kNever;
}

std::vector<std::int64_t> Engine::assigned(const model::Quota& quota, std::string_view month) const {
  std::vector<std::int64_t> out(quota.channels.size());
  for (const model::QuotaGroup& group : quota.groups) {
    rows::CallbackMonth like;
    like.quota = quota.name;
    like.month = month;
    like.group = group.name;
    const rows::CallbackMonth* row = state_.callback_months.find(key_of(like));
    if (!row) continue;
    each_count(row->channels, [&](const std::string& name, std::int64_t count) {
      if (const int channel = quota.channel(name); channel >= 0) out[static_cast<std::size_t>(channel)] += count;
    });
  }
  return out;
}

void Engine::find_draw(const Case& c, const model::Manual& manual, const model::Quota& quota, const DrawOf& of, Fields with,
                       std::vector<Notice>& out) {
  Found found;
  found.at = of.at;
  found.now = std::max(state_.clock, of.at);
  found.what = of.drawn ? "drawn" : "passed_over";
  found.case_id = c.id;
  found.cause = of.cause;
  found.reason = of.reason;
  found.clause = of.group.clause;
  found.with.reserve(json::kUsualFields);
  std::string callback;
  if (of.drawn) {
    const int channel = callbacks::channel_for(quota, of.group, assigned(quota, of.month));
    const std::string& name = quota.channels[static_cast<std::size_t>(channel)].name;
    set_field(with, "channel", name);
    set_field(with, "month", of.month);
    callback = next_child_id(c.id, quota.name);
    set_field(found.with, "callback", callback);
    set_field(found.with, "channel", name);
  }
  set_field(found.with, "class", class_of(c));
  if (of.due != kNever) set_field(found.with, "due", of.due.us);
  set_field(found.with, "ended", c.history.back().from.us);
  set_field(found.with, "group", of.group.name);
  set_field(found.with, "month", of.month);
  set_field(found.with, "position", of.position);
  set_field(found.with, "quota", quota.name);
  const std::string parent = c.id;
  append(found);
  apply(found);
  if (of.drawn) open_child(std::move(callback), parent, *manual.procedure(quota.opens), std::move(with), of.cause, of.at, out);
}

void Engine::settle_draws(const std::string& case_id, bool was_ended, std::int64_t cause, Instant at, std::vector<Notice>& out) {
  const Manual* held = state_.manual_at(at);
  const model::Manual& manual = held->compiled();
  for (const model::Quota& quota : manual.quotas) {
    const Case* c = state_.cases.find(case_id);
    const bool ended = c && !c->live();
    if (!was_ended && !ended) continue;
    const rows::CallbackBase* row = was_ended || ended_earlier(*c) ? state_.callback_base.find(base_key(case_id, quota.name)) : nullptr;
    if (row && was_counted(*row)) {
      std::string why;
      if (!c) why = "voided";
      else if (!ended) why = "reopened";
      else if (class_of(*c) != row->class_name) why = "class: " + class_of(*c);
      else if (row->position != 0) why = why_excluded(manual, quota, *c, at);
      if (why == row->reason || row->position == 0) continue;
      const bool again = why.empty() && row->reason == "reopened" && row->state == "drawn" && called_back(row->callback);
      find_base_changed(*row, c, manual, quota, why, cause, at, out);
      if (again) call_again(*state_.cases.find(case_id), manual, quota, cause, out);
      continue;
    }
    // What had ended before and was not looked at then, an import for one, is not looked at now.
    if (!ended || (was_ended && !row)) continue;
    if (!manual.in_use(quota.chapter, at)) continue;
    const int index = quota.group_of(class_of(*c));
    if (index < 0) continue;
    const Instant ended_at = c->history.back().from;
    DrawOf of(quota.groups[static_cast<std::size_t>(index)], ended_at, cause);
    const Case* parent = c->parent.empty() ? nullptr : state_.cases.find(c->parent);
    const bool counts = std::find(quota.endings.begin(), quota.endings.end(), c->stage_now().counts) != quota.endings.end();
    if (counts && parent && parent->procedure->name == quota.opens) {
      // It was done over because of a callback.
      call_again(*c, manual, quota, cause, out);
      continue;
    }
    const std::string reason = why_excluded(manual, quota, *c, ended_at);
    if (!reason.empty()) {
      if (!row || row->reason != reason) find_excluded(*c, quota, of, reason);
      continue;
    }
    Fields with = callback_fields(manual, quota, *c);
    of.due = callback_due(manual, quota, with, ended_at);
    const Date month_of = manual.zone.wall(of.due == kNever ? ended_at : of.due).date;
    of.month = format_date(month_of).substr(0, 7);
    const QuotaRule rule = quota_rule(state_, quota.name, of.month, of.group.name);
    rows::CallbackMonth like;
    like.quota = quota.name;
    like.month = of.month;
    like.group = of.group.name;
    const rows::CallbackMonth* month = state_.callback_months.find(key_of(like));
    of.position = (month ? month->cases : 0) + 1;
    // Told after the month was settled: drawn where the share would not be met without it.
    const bool over = std::max(state_.clock, ended_at) >= rule.month.until;
    of.drawn = over ? (month ? month->drawn : 0) < callbacks::share_of(of.position, rule.group->share_hundredths)
                    : callbacks::is_drawn(*rule.group, {state_.seed, quota.name, of.group.name, of.month, of.position});
    find_draw(*c, manual, quota, of, std::move(with), out);
  }
}

bool Engine::called_back(const std::string& callback) const {
  const Case* c = state_.cases.find(callback);
  return c && !c->live() && c->stage_now().counts == "done";
}

void Engine::call_again(const Case& c, const model::Manual& manual, const model::Quota& quota, std::int64_t cause, std::vector<Notice>& out) {
  const int group = quota.group_of(class_of(c));
  if (group < 0) return;
  DrawOf of(quota.groups[static_cast<std::size_t>(group)], c.history.back().from, cause);
  Fields with = callback_fields(manual, quota, c);
  of.due = callback_due(manual, quota, with, of.at);
  of.month = format_date(manual.zone.wall(of.due == kNever ? of.at : of.due).date).substr(0, 7);
  of.drawn = true;
  of.reason = "again";
  find_draw(c, manual, quota, of, std::move(with), out);
}

void Engine::find_excluded(const Case& c, const model::Quota& quota, const DrawOf& of, const std::string& reason) {
  Found found;
  found.at = of.at;
  found.now = std::max(state_.clock, of.at);
  found.what = "excluded";
  found.case_id = c.id;
  found.cause = of.cause;
  found.reason = reason;
  set_field(found.with, "class", class_of(c));
  set_field(found.with, "ended", c.history.back().from.us);
  set_field(found.with, "group", of.group.name);
  set_field(found.with, "quota", quota.name);
  append(found);
  apply(found);
}

void Engine::find_base_changed(const rows::CallbackBase& row, const Case* c, const model::Manual& manual, const model::Quota& quota,
                               const std::string& why, std::int64_t cause, Instant at, std::vector<Notice>& out) {
  Found found;
  found.at = at;
  found.now = std::max(state_.clock, at);
  found.what = "base_changed";
  found.case_id = row.case_id;
  found.cause = cause;
  found.reason = why;
  found.id = row.case_id + ":" + quota.name + ":" + std::to_string(cause);
  if (!quota.clauses.empty()) found.clause = quota.clauses.front();
  set_field(found.with, "quota", quota.name);
  std::vector<std::string> vacant;
  // Who was to be called is told of; that somebody was passed over concerns nobody.
  const bool tells = row.state == "drawn" && !why.empty() && !quota.tell.empty();
  Case gone;  // voided: nothing is known of it any more but that it was
  gone.id = row.case_id;
  gone.manual = &manual;
  gone.procedure = manual.procedure(quota.opens);
  if (tells) found.tell = tell(c ? *c : gone, quota.tell, at, vacant);
  append(found);
  apply(found);
  if (tells) hand_out(found.id, out);
}

void Engine::settle_month(const std::string& key, std::vector<Notice>& out) {
  const rows::CallbackMonth row = *state_.callback_months.find(key);
  const Instant at = quota_rule(state_, row.quota, row.month, row.group).month.until;
  const std::vector<std::string> passed = names_in(row.passed);
  const model::Manual& manual = state_.manual_at(at)->compiled();
  const model::Quota* quota = manual.quota(row.quota);
  const int group = quota ? quota->group(row.group) : -1;
  if (group < 0) {
    // Another manual was adopted meanwhile, which knows no such quota: nothing can be opened, and that is said.
    std::vector<Notice> nobody;
    model::Quota nameless;
    nameless.name = row.quota;
    for (const std::string& id : passed) {
      find_base_changed(*state_.callback_base.find(base_key(id, row.quota)), nullptr, manual, nameless, "no quota", 0, at, nobody);
    }
    return;
  }
  const std::string& case_id = passed[callbacks::pick({state_.seed, row.quota, row.group, row.month, row.cases}, passed.size())];
  const Case& c = *state_.cases.find(case_id);
  DrawOf of(quota->groups[static_cast<std::size_t>(group)], at, 0);
  of.month = row.month;
  of.position = state_.callback_base.find(base_key(case_id, row.quota))->position;
  of.reason = "month_end";
  of.drawn = true;
  Fields with = callback_fields(manual, *quota, c);
  of.due = callback_due(manual, *quota, with, at);
  find_draw(c, manual, *quota, of, std::move(with), out);
}

void Engine::apply_draw(const Found& found) {
  const tables::Mark mark = state_.mark();
  const std::string quota = text_in(found.with, "quota");
  const std::string key = base_key(found.case_id, quota);
  const auto number = [&](std::string_view name) {
    const Value* value = find_field(found.with, name);
    return value ? std::get<std::int64_t>(*value) : std::int64_t{0};
  };
  if (found.what == "base_changed") {
    if (!state_.callback_base.find(key)) return;
    rows::CallbackBase& row = state_.callback_base.edit(key, mark);
    row.reason = found.reason;
    row.seq = found.seq;
    if (row.state != "passed_over" || found.reason.empty()) return;
    rows::CallbackMonth& month = state_.edit_month(row.quota, row.month, row.group);
    std::vector<std::string> passed = names_in(month.passed);
    passed.erase(std::remove(passed.begin(), passed.end(), found.case_id), passed.end());
    month.passed = list_of(passed);
    state_.retime(month, settles_at(state_, month));
    return;
  }
  const rows::CallbackBase* before = state_.callback_base.find(key);
  const bool counted_before = before && was_counted(*before);
  if (counted_before && number("position") == 0) {
    // Called back once more, after it was done over: how it counted stays.
    rows::CallbackBase& row = state_.callback_base.edit(key, mark);
    row.callback = text_in(found.with, "callback");
    row.reason = found.reason;
    row.seq = found.seq;
    return;
  }
  rows::CallbackBase row;
  row.case_id = found.case_id;
  row.quota = quota;
  row.group = text_in(found.with, "group");
  row.class_name = text_in(found.with, "class");
  row.month = text_in(found.with, "month");
  row.position = number("position");
  row.state = found.what;
  row.reason = found.reason;
  row.callback = text_in(found.with, "callback");
  row.ended_at = Instant{number("ended")};
  if (find_field(found.with, "due")) row.due = Instant{number("due")};
  row.seq = found.seq;
  state_.callback_base.put(key, row, mark);
  if (row.position == 0) return;
  rows::CallbackMonth& month = state_.edit_month(quota, row.month, row.group);
  std::vector<std::string> passed = names_in(month.passed);
  if (!counted_before) {
    ++month.cases;
    const QuotaRule rule = quota_rule(state_, quota, row.month, row.group);
    if (rule.group && (row.position - 1) % rule.group->block == 0) passed.clear();
  }
  passed.erase(std::remove(passed.begin(), passed.end(), found.case_id), passed.end());
  if (found.what == "passed_over") {
    passed.push_back(found.case_id);
  } else {
    ++month.drawn;
    const std::string channel = text_in(found.with, "channel");
    std::string counts;
    json::Object object(counts);
    bool placed = false;
    each_count(month.channels, [&](const std::string& name, std::int64_t count) {
      if (!placed && name > channel) object.number(channel, 1);
      placed = placed || name >= channel;
      object.number(name, count + (name == channel ? 1 : 0));
    });
    if (!placed) object.number(channel, 1);
    object.end();
    month.channels = counts;
  }
  month.passed = list_of(passed);
  state_.retime(month, settles_at(state_, month));
}

}  // namespace wuye
