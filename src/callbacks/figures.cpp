// The figures of a month: sums over facts.
#include "callbacks/figures.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "wuye/error.hpp"

namespace wuye::callbacks {
namespace {

bool is_made(const Fact& fact) { return fact.state == Fact::State::in_time || fact.state == Fact::State::late; }

/// Drawn before undrawn, then in the order in which they were made.
bool counts_first(const Fact& a, const Fact& b) {
  if (a.drawn != b.drawn) return a.drawn;
  return a.made != b.made ? a.made < b.made : a.id < b.id;
}

}  // namespace

std::string why_not(const Fact& fact) {
  if (fact.again) return "again";
  if (!is_made(fact)) return fact.state == Fact::State::dropped ? "dropped" : "not made";
  if (!fact.by_person) return "no person called";
  if (fact.outcome.empty()) return "no outcome";
  if (!fact.breach.empty()) return "breach: " + fact.breach;
  if (fact.state == Fact::State::late) return "late";
  return {};
}

std::vector<Figures> figures(const model::Quota& quota, const std::vector<std::int64_t>& cases_by_group, std::vector<Fact> facts,
                             std::vector<LeftOut>& left_out) {
  std::sort(facts.begin(), facts.end(), counts_first);
  std::vector<Figures> groups(quota.groups.size());
  std::vector<Figures> channels(quota.channels.size());
  std::map<std::pair<std::string, int>, Figures> officers;
  Figures all;
  all.by = "all";
  for (std::size_t g = 0; g < groups.size(); ++g) {
    groups[g].by = "group";
    groups[g].name = quota.groups[g].name;
    groups[g].cases = cases_by_group[g];
    groups[g].due = share_of(cases_by_group[g], quota.groups[g].share_hundredths);
    all.cases += cases_by_group[g];
  }
  // Who could not be reached is owed no callback any more.
  for (const Fact& fact : facts) {
    if (fact.group < 0 || !fact.drawn || fact.again || fact.state != Fact::State::dropped) continue;
    Figures& group = groups[static_cast<std::size_t>(fact.group)];
    ++group.dropped;
    group.due = std::max<std::int64_t>(0, group.due - 1);
  }
  std::vector<std::int64_t> made(channels.size());
  std::set<std::string> called;  // about one case a callback counts once
  for (const Fact& fact : facts) {
    if (fact.group < 0 || fact.channel < 0) continue;
    Figures& group = groups[static_cast<std::size_t>(fact.group)];
    const auto channel = static_cast<std::size_t>(fact.channel);
    Figures* officer = nullptr;
    if (!fact.who.empty() && !fact.again) {
      officer = &officers[{fact.who, fact.channel}];
      officer->due += fact.drawn && fact.state != Fact::State::dropped ? 1 : 0;
      officer->dropped += fact.state == Fact::State::dropped ? 1 : 0;
    }
    std::string reason = why_not(fact);
    if (reason == "late") {
      ++group.late;
      ++channels[channel].late;
      if (officer) ++officer->late;
    }
    if (reason.empty() && !called.insert(fact.about).second) reason = "called before";
    if (reason.empty()) {
      if (!fact.by_person || fact.outcome.empty()) throw Error(Code::internal, "callback " + fact.id + " counts without a caller or an outcome");
      ++group.made;
      if (officer) ++officer->made;
      if (group.done < group.due) {
        ++group.done;
        ++made[channel];
      } else {
        reason = "more than due";
      }
    }
    if (!reason.empty()) left_out.push_back({fact.id, std::move(reason)});
  }
  for (const Figures& group : groups) {
    all.due += group.due;
    all.made += group.made;
    all.late += group.late;
    all.dropped += group.dropped;
  }
  const std::vector<std::int64_t> due = split(quota, all.due);
  const Filled filled = fill(quota, due, made);
  for (std::size_t c = 0; c < channels.size(); ++c) {
    channels[c].by = "channel";
    channels[c].name = quota.channels[c].name;
    channels[c].due = due[c];
    channels[c].made = made[c];
    channels[c].done = filled.done[c];
    channels[c].surplus = filled.surplus[c];
    all.done += filled.done[c];
  }
  std::vector<Figures> out{all};
  out.insert(out.end(), groups.begin(), groups.end());
  out.insert(out.end(), channels.begin(), channels.end());
  for (auto& [who, one] : officers) {
    one.by = "officer";
    one.name = who.first;
    one.channel = quota.channels[static_cast<std::size_t>(who.second)].name;
    one.done = std::min(one.due, one.made);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace wuye::callbacks
