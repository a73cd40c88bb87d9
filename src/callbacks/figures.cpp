// The figures of a month: sums over facts.
#include "callbacks/figures.hpp"

#include <set>

namespace wuye::callbacks {
namespace {

using State = Fact::State;

/// Drawn before undrawn, then in the order in which they were made.
bool counts_first(const Fact& a, const Fact& b) {
  if (a.drawn != b.drawn) return a.drawn;
  return a.made != b.made ? a.made < b.made : a.id < b.id;
}

/// Which channel's due each callback that counts fills: its own first, then the one that its surplus may fill.
void share_out(const model::Quota& quota, const std::vector<std::int64_t>& done, Month& month) {
  std::vector<std::int64_t> own;
  std::vector<std::int64_t> from_others;
  for (std::size_t c = 0; c < done.size(); ++c) {
    own.push_back(std::min(month.channels[c].due, month.channels[c].made));
    from_others.push_back(done[c] - own[c]);
  }
  for (std::size_t i = 0; i < month.facts.size(); ++i) {
    if (!month.verdicts[i].reason.empty()) continue;
    const int channel = month.facts[i].channel;
    const int other = quota.channels[static_cast<std::size_t>(channel)].surplus_to;
    if (own[static_cast<std::size_t>(channel)] > 0) {
      --own[static_cast<std::size_t>(channel)];
      month.verdicts[i].fills = channel;
    } else if (other >= 0 && from_others[static_cast<std::size_t>(other)] > 0) {
      --from_others[static_cast<std::size_t>(other)];
      month.verdicts[i].fills = other;
    }
  }
}

}  // namespace

std::string why_not(const Fact& fact) {
  if (fact.again) return "again";
  if (!fact.excluded.empty()) return "excluded: " + fact.excluded;
  if (fact.state == State::not_yet) return "not yet due";
  if (fact.state == State::missed) return "not made";
  if (fact.state == State::dropped) return "dropped";
  if (fact.group < 0) return "no class of the quota";
  if (fact.channel < 0) return "no channel of the quota";
  if (!fact.by_person) return "no person called";
  if (fact.outcome.empty()) return "no outcome";
  if (!fact.breach.empty()) return "breach: " + fact.breach;
  if (fact.state == State::late) return "late";
  return {};
}

Month month_of(const model::Quota& quota, const Base& base, std::vector<Fact> facts) {
  Month out;
  out.all.by = "all";
  out.groups.resize(quota.groups.size());
  out.channels.resize(quota.channels.size());
  std::sort(facts.begin(), facts.end(), counts_first);
  out.facts = std::move(facts);
  out.verdicts.resize(out.facts.size());
  for (std::size_t g = 0; g < out.groups.size(); ++g) {
    out.groups[g].by = "group";
    out.groups[g].name = quota.groups[g].name;
    out.groups[g].cases = base.cases[g];
    out.groups[g].not_yet = base.not_yet[g];
    out.groups[g].due = share_of(base.cases[g] - base.not_yet[g], quota.groups[g].share_hundredths);
  }
  // Who could not be reached is owed no callback any more.
  for (std::size_t i = 0; i < out.facts.size(); ++i) {
    const Fact& fact = out.facts[i];
    Verdict& verdict = out.verdicts[i];
    verdict.reason = why_not(fact);
    verdict.made = verdict.reason.empty();
    verdict.late = verdict.reason == "late";
    if (fact.group < 0 || !fact.drawn || fact.again) continue;
    verdict.due = fact.state == State::missed || fact.state == State::in_time || fact.state == State::late;
    verdict.dropped = fact.state == State::dropped && fact.asked_for;
    if (!verdict.dropped) continue;
    Figures& group = out.groups[static_cast<std::size_t>(fact.group)];
    ++group.dropped;
    group.due = std::max<std::int64_t>(0, group.due - 1);
    if (fact.channel >= 0) ++out.channels[static_cast<std::size_t>(fact.channel)].dropped;
  }
  std::vector<std::int64_t> made(out.channels.size());
  std::set<std::string_view> called;  // about one case a callback counts once
  for (std::size_t i = 0; i < out.facts.size(); ++i) {
    const Fact& fact = out.facts[i];
    Verdict& verdict = out.verdicts[i];
    if (!verdict.made && !verdict.late) continue;
    Figures& group = out.groups[static_cast<std::size_t>(fact.group)];
    const auto channel = static_cast<std::size_t>(fact.channel);
    if (verdict.late) {
      ++group.late;
      ++out.channels[channel].late;
      continue;
    }
    if (!called.insert(fact.about).second) {
      verdict.made = verdict.due = false;
      verdict.reason = "called before";
      continue;
    }
    ++group.made;
    if (group.done < group.due) {
      ++group.done;
      ++made[channel];
    } else {
      verdict.reason = "more than due";
    }
  }
  for (const Figures& group : out.groups) {
    out.all.cases += group.cases;
    out.all.not_yet += group.not_yet;
    out.all.due += group.due;
    out.all.made += group.made;
    out.all.late += group.late;
    out.all.dropped += group.dropped;
  }
  const std::vector<std::int64_t> due = split(quota, out.all.due);
  const Filled filled = fill(quota, due, made);
  for (std::size_t c = 0; c < out.channels.size(); ++c) {
    Figures& channel = out.channels[c];
    channel.by = "channel";
    channel.name = quota.channels[c].name;
    channel.due = due[c];
    channel.made = made[c];
    channel.done = filled.done[c];
    channel.surplus = filled.surplus[c];
    out.all.done += filled.done[c];
  }
  share_out(quota, filled.done, out);
  return out;
}

std::vector<Figures> lines(const model::Quota& quota, const Month& month) {
  std::vector<Figures> out{month.all};
  out.insert(out.end(), month.groups.begin(), month.groups.end());
  out.insert(out.end(), month.channels.begin(), month.channels.end());
  std::set<std::pair<std::string_view, int>> officers;
  for (const Fact& fact : month.facts) {
    if (!fact.who.empty() && !fact.again && fact.channel >= 0 && fact.group >= 0) officers.emplace(fact.who, fact.channel);
  }
  for (const auto& [who, channel] : officers) {
    Figures line = assigned(month, [&, whose = who, by = channel](const Fact& fact) { return fact.who == whose && fact.channel == by; });
    line.by = "officer";
    line.name = who;
    line.channel = quota.channels[static_cast<std::size_t>(channel)].name;
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace wuye::callbacks
