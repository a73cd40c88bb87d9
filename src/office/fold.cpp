// Late, corrected and void lines: a case is folded again from its history, and what was found for it is settled anew.
#include "office/engine.hpp"

#include <algorithm>

#include "journal/json.hpp"
#include "office/fold.hpp"

namespace wuye {
namespace {

using cases::Case;
using cases::Event;
using cases::Fault;

}  // namespace

Engine::Folded Engine::fold(std::string_view case_id, const CaseHistory& history, std::int64_t candidate, Instant until,
                            const CaseHistory* stood) const {
  Folded out;
  std::optional<std::vector<Folded::Broken>> broken_before;
  // What today's registers make of a line as it stood is not of this change's making: somebody registered since, or gone.
  const auto broke_before = [&](const Told& told, const Fault& fault) {
    if (!stood) return false;
    if (!broken_before) broken_before = fold(case_id, *stood, kEveryLine, until).breaches;
    return std::any_of(broken_before->begin(), broken_before->end(),
                       [&](const Folded::Broken& one) { return one.told == told.seq && one.fault.reason == fault.reason; });
  };
  const auto in_the_way = [&](const Told& told, std::string_view why) {
    Fault fault;
    fault.reason = "conflicts";
    json::Object(fault.facts).text("do", told.action).number("line", told.seq).text("why", why).end();
    fault.message = "line " + std::to_string(told.seq) + " (" + told.action + ") stands in the way: " + std::string(why);
    out.conflict = std::move(fault);
  };
  // A line that stood without a breach must not come to have one; where its chapter only observes, it may.
  const auto judged = [&](const Told& told, std::vector<Fault>&& faults, const Case& c) {
    const model::Chapter* chapter = c.manual->chapter(c.procedure->chapter);
    for (Fault& broken : faults) {
      if (told.seq == candidate) {
        out.candidate.push_back(broken);
      } else if (candidate != kEveryLine) {
        const bool found = std::any_of(history.breaches.begin(), history.breaches.end(), [&](const Found& one) {
          return one.cause == told.seq && one.reason == broken.reason;
        });
        if (!found && broke_before(told, broken)) continue;
        if (!found && !(chapter && chapter->observe)) {
          in_the_way(told, broken.message);
          return false;
        }
      }
      out.breaches.push_back({told.seq, told.at, std::move(broken)});
    }
    return true;
  };
  // Whom a stage told stays told, although nobody were there to be told now.
  const auto came_to = [&](std::size_t span) {
    for (; span < out.c->history.size(); ++span) {
      Folded::Level level;
      auto reached = reached_found(*out.c, span, level.vacant);
      if (!reached) continue;
      const auto stood_there = [&](const Found& one) { return one.id == reached->id && one.at == reached->at; };
      if (reached->tell == "[]" && std::none_of(history.levels.begin(), history.levels.end(), stood_there)) continue;
      level.found = std::move(*reached);
      out.levels.push_back(std::move(level));
    }
  };
  // Told comes before found at one instant, but for what the host had made us find there before it told (line `seq`).
  const auto fire_before = [&](Instant limit, std::int64_t seq) {
    while (const auto firing = next_firing(*out.c)) {
      if (firing->at > limit) break;
      Folded::Level level;
      level.found = level_found(*out.c, *firing);
      const auto was_found = [&](const Found& one) { return one.seq < seq && one.at == firing->at && one.id == level.found.id; };
      if (firing->at == limit && std::none_of(history.levels.begin(), history.levels.end(), was_found)) break;
      level.level = &level_of(*out.c, *firing);
      level.found.tell = tell(*out.c, level.level->tell, firing->at, level.vacant);
      out.levels.push_back(std::move(level));
      const std::size_t stages = out.c->history.size();
      fire(*out.c, *firing);
      came_to(stages);
    }
  };
  const auto news = [&](const Case& c, const Told& told, const model::Action& action) {
    for (auto& [found, vacant] : news_of(c, told, action)) out.news.push_back({std::move(found), std::move(vacant)});
  };
  if (!history.opened.empty()) {
    const Found& opened = history.opened.front();
    std::int64_t manual_seq = 0;
    const Manual* manual = state_.manual_at(opened.at, &manual_seq);
    const model::Procedure* procedure = manual->compiled().procedure(opened.procedure);
    const Told told = opening_told(opened, *procedure);
    Case c;
    c.id = case_id;
    c.manual = &manual->compiled();
    c.procedure = procedure;
    c.names = &state_.names;
    c.manual_seq = manual_seq;
    c.parent = opened.parent;
    c.first_seq = opened.seq;
    begin(c, event_of(told, *procedure));
    out.tallies = tally_entries(c, told.at, {});
    out.c = std::move(c);
    came_to(0);
  }
  for (const Told& told : history.told) {
    if (!out.c) {
      std::int64_t manual_seq = 0;
      const Manual* manual = state_.manual_at(told.at, &manual_seq);
      Entry like;
      like.action = told.action;
      like.fields = told.with;
      std::optional<Fault> fault;
      const model::Procedure* procedure = procedure_for(like, manual->compiled(), fault);
      if (!procedure) {
        in_the_way(told, "it would come before the case is opened");
        return out;
      }
      Case c;
      c.id = case_id;
      c.manual = &manual->compiled();
      c.procedure = procedure;
      c.names = &state_.names;
      c.manual_seq = manual_seq;
      c.first_seq = told.seq;
      const Event event = event_of(told, *procedure);
      if (told.action == "opening") {
        begin_midway(c, event, procedure->stage(std::get<std::string>(*find_field(told.with, "stage"))),
                     Instant{std::get<std::int64_t>(*find_field(told.with, "opened"))});
      } else {
        if (candidate != 0 && !judged(told, judge(*c.manual, *procedure, nullptr, event, *this), c)) return out;
        begin(c, event);
        news(c, told, *event.action);
      }
      out.tallies = tally_entries(c, told.at, {});
      out.c = std::move(c);
      if (told.action != "opening") came_to(0);
      continue;
    }
    fire_before(told.at, told.seq);
    const Event event = event_of(told, *out.c->procedure);
    if (!event.action || event.action->opening || told.action == "opening") {
      in_the_way(told, "it would open the case a second time");
      return out;
    }
    if (candidate != 0 && !judged(told, judge(*out.c->manual, *out.c->procedure, &*out.c, event, *this), *out.c)) return out;
    const model::Procedure* before = out.c->procedure;
    const std::size_t stages = out.c->history.size();
    act(*out.c, event);
    if (out.c->procedure != before) out.tallies.clear();
    news(*out.c, told, *event.action);
    out.tallies = tally_entries(*out.c, told.at, out.tallies);
    came_to(stages);
  }
  if (out.c) fire_before(until, INT64_MAX);
  return out;
}

void Engine::put_fold(std::string_view case_id, Folded& folded) {
  if (const Case* before = state_.cases.find(case_id)) {
    const std::string id(case_id);
    count_tallies(id, *before->manual, *before->procedure, tally_entries(*before, kAlways, {}), {});
  }
  if (!folded.c) {
    state_.remove_case(case_id);
    return;
  }
  folded.c->last_seq = state_.last_seq;
  count_tallies(folded.c->id, *folded.c->manual, *folded.c->procedure, {}, folded.tallies);
  Case& c = state_.edit_case(case_id);
  const Instant timer = c.timer;
  state_.untie(c);
  c = std::move(*folded.c);
  c.timer = timer;
  state_.retime(c);
  state_.tie(c);
}

void Engine::settle_fold(std::string_view case_id, const CaseHistory& before, const Folded& folded, std::int64_t cause, Outcome& outcome) {
  const auto withdraw = [&](const Found& gone) {
    Found found;
    found.at = gone.at;
    found.now = state_.clock;
    found.what = "withdrawn";
    found.case_id = case_id;
    found.deadline = gone.deadline;
    found.generation = gone.generation;
    found.level = gone.level;
    found.id = gone.id;
    found.clause = gone.clause;
    found.cause = cause;
    found.tell = gone.tell;
    append(found);
    apply(found);
    if (!found.tell.empty()) hand_out(found.id + "#" + std::to_string(found.seq), outcome.notices);
  };
  // A level that came, went and came again has opened its case already; what was opened is not undone.
  const auto found_once = [&](const Found& level) {
    const std::vector<Line> lines = case_lines(case_id);
    return std::any_of(lines.begin(), lines.end(), [&](const Line& line) {
      if (line.told || line.seq == level.seq) return false;
      const Found one = decode_found(line);
      return one.what == level.what && one.id == level.id;
    });
  };
  const auto stands = [](const std::vector<Found>& list, const std::string& id, Instant at) {
    return std::any_of(list.begin(), list.end(), [&](const Found& one) { return one.id == id && one.at == at; });
  };
  for (const Found& gone : before.levels) {
    const bool still = std::any_of(folded.levels.begin(), folded.levels.end(), [&](const Folded::Level& level) {
      if (level.found.at != gone.at) return false;
      // One that joined later was told of the same coming, under an id of its own.
      return level.found.id == gone.id || (gone.what == "reached" && gone.id.starts_with(level.found.id + ":joined:"));
    });
    if (!still) withdraw(gone);
  }
  for (const Folded::Level& level : folded.levels) {
    if (stands(before.levels, level.found.id, level.found.at)) continue;
    Found found = level.found;
    found.now = state_.clock;
    found.cause = cause;
    append(found);
    apply(found);
    hand_out(found.id, outcome.notices);
    if (const Case* c = state_.cases.find(case_id)) find_vacancies(*c, found.id, level.vacant, found, outcome.notices);
    if (!level.level || level.level->open_procedure.empty() || found_once(found)) continue;
    open_for(std::string(case_id), *level.level, found, cause, outcome.notices);
  }
  std::vector<Found> news;
  for (const Folded::News& one : folded.news) {
    Found found = one.found;
    if (found.cause == INT64_MAX) found.cause = cause;  // the line told just now
    std::vector<std::string> ids;
    for (const Found& other : news) ids.push_back(other.id);
    found.id = news_id(found, ids);
    news.push_back(std::move(found));
  }
  for (const Found& gone : before.news) {
    if (!stands(news, gone.id, gone.at)) withdraw(gone);
  }
  for (std::size_t i = 0; i < news.size(); ++i) {
    if (stands(before.news, news[i].id, news[i].at)) continue;
    news[i].now = state_.clock;
    append(news[i]);
    apply(news[i]);
    hand_out(news[i].id, outcome.notices);
    if (const Case* c = state_.cases.find(case_id)) find_vacancies(*c, news[i].id, folded.news[i].vacant, news[i], outcome.notices);
  }
  // Breaches are compared by line and reason; those of the line just told are found by its own path.
  std::vector<std::string> now_broken;
  for (const Folded::Broken& broken : folded.breaches) {
    if (broken.told == cause) continue;
    std::string id = std::to_string(broken.told) + ":" + broken.fault.reason;
    for (int n = 2; std::find(now_broken.begin(), now_broken.end(), id) != now_broken.end(); ++n) {
      id = std::to_string(broken.told) + ":" + broken.fault.reason + ":" + std::to_string(n);
    }
    now_broken.push_back(id);
    if (std::any_of(before.breaches.begin(), before.breaches.end(), [&](const Found& one) { return one.id == id; })) continue;
    Found found;
    found.at = broken.at;
    found.now = state_.clock;
    found.what = "breach";
    found.case_id = case_id;
    found.cause = broken.told;
    found.id = id;
    found.reason = broken.fault.reason;
    found.clause = broken.fault.clause;
    found.facts = broken.fault.facts;
    append(found);
    apply(found);
    outcome.breaches.push_back({found.reason, found.clause, found.facts});
  }
  for (const Found& gone : before.breaches) {
    // What an amendment itself breaks (told too late) is not the fold's to judge again.
    const bool of_a_line = std::any_of(before.told.begin(), before.told.end(), [&](const Told& told) { return told.seq == gone.cause; });
    if (of_a_line && gone.cause != cause && std::find(now_broken.begin(), now_broken.end(), gone.id) == now_broken.end()) withdraw(gone);
  }
}

}  // namespace wuye
