// Explanations, derived on request: a case's deadlines with their segments and pauses, a notice, a figure down to its cases.
#include <algorithm>
#include <array>

#include "journal/json.hpp"
#include "office/impl.hpp"

namespace wuye {
namespace {

void append_instant(json::Object& object, std::string_view name, Instant at, const Zone& zone) {
  if (at != kNever && at != kAlways) object.text(name, zone.format(at));
}

std::string segments_json(const std::vector<Segment>& segments, const Zone& zone) {
  std::string out = "[";
  for (const Segment& segment : segments) {
    if (out.size() > 1) out += ',';
    json::Object one(out);
    append_instant(one, "from", segment.from, zone);
    append_instant(one, "until", segment.until, zone);
    one.end();
  }
  return out + ']';
}

std::string clauses_json(const std::vector<std::string>& clauses) {
  std::string out = "[";
  for (const std::string& clause : clauses) {
    if (out.size() > 1) out += ',';
    json::append_string(out, clause);
  }
  return out + ']';
}

/// The working segments that a clock ran through, pauses taken out; at most this many are listed.
constexpr std::size_t kMostSegments = 200;

std::vector<Segment> counted_segments(const Calendar& calendar, Instant from, Instant until, const std::vector<Segment>& still) {
  std::vector<Segment> out;
  Instant at = from;
  while (at < until && out.size() < kMostSegments) {
    const std::vector<Segment> next = calendar.periods(at, 1);
    if (next.empty() || next.front().from >= until) break;
    Segment segment{next.front().from, std::min(next.front().until, until)};
    at = segment.until;
    for (const Segment& pause : still) {
      if (pause.until <= segment.from || pause.from >= segment.until) continue;
      if (pause.from > segment.from) out.push_back({segment.from, pause.from});
      segment.from = std::min(pause.until, segment.until);
    }
    if (segment.from < segment.until) out.push_back(segment);
  }
  return out;
}

std::string clock_json(const cases::Case& c, const cases::Clock& clock, Instant now) {
  const Zone& zone = c.manual->zone;
  const model::Deadline& deadline = c.procedure->deadlines[static_cast<std::size_t>(clock.deadline)];
  std::string out;
  json::Object object(out);
  append_instant(object, "breach", clock.breach, zone);
  const model::Limit* limit = limit_of(c, clock);
  const std::vector<Segment> still = pauses(c, clock);
  if (limit) {
    if (limit->kind == model::Limit::Kind::span) {
      const auto& span = limit->span;
      object.text("calendar", c.manual->calendar_names[static_cast<std::size_t>(span.calendar)]);
    }
    const std::string& clause = limit->clause.empty() ? deadline.clause : limit->clause;
    if (!clause.empty()) object.text("clause", clause);
    if (limit->kind == model::Limit::Kind::span && limit->span.unit == model::Span::Unit::working_time) {
      const Calendar& calendar = c.manual->calendars[static_cast<std::size_t>(limit->span.calendar)];
      const Instant until = clock.stopped != kNever ? clock.stopped : std::max(now, clock.since);
      object.raw("counted", segments_json(counted_segments(calendar, clock.since, until, still), zone));
    }
  }
  object.text("deadline", deadline.name);
  append_instant(object, "due", clock.due, zone);
  if (clock.extended) object.flag("extended", true);
  std::string fired = "[";
  for (std::size_t i = 0; i < deadline.ladder.size(); ++i) {
    if ((clock.fired >> i & 1U) == 0) continue;
    if (fired.size() > 1) fired += ',';
    json::append_string(fired, deadline.ladder[i].text);
  }
  object.raw("fired", fired + ']').number("generation", clock.generation);
  if (limit && limit->kind == model::Limit::Kind::span) {
    object.number("limit_amount", limit->span.amount).text("limit_unit", limit->span.unit == model::Span::Unit::working_time ? "microseconds of working time"
                                                             : limit->span.unit == model::Span::Unit::working_days ? "working days" : "calendar days");
  }
  object.raw("pauses", segments_json(still, zone));
  if (clock.provisional) object.flag("provisional", true);
  append_instant(object, "since", clock.since, zone);
  object.text("state", state_name(c, clock));
  append_instant(object, "stopped", clock.stopped, zone);
  if (!clock.stopped_by.empty()) object.text("stopped_by", clock.stopped_by.text());
  if (limit && limit->kind == model::Limit::Kind::span && limit->span.unit == model::Span::Unit::working_time) {
    const Calendar& calendar = c.manual->calendars[static_cast<std::size_t>(limit->span.calendar)];
    const Instant until = clock.stopped != kNever ? clock.stopped : std::max(now, clock.since);
    object.number("taken_us", calendar.between(clock.since, until, still));
  }
  object.text("title_en", deadline.title.en).text("title_zh", deadline.title.zh).end();
  return out;
}

}  // namespace

std::string Office::Impl::explain_case(std::string_view id) {
  const cases::Case& c = *state.cases.find(id);
  const Zone& zone = c.manual->zone;
  std::string out;
  json::Object object(out);
  object.text("case", c.id);
  std::string clocks = "[";
  for (const cases::Clock& clock : c.clocks) {
    if (clocks.size() > 1) clocks += ',';
    clocks += clock_json(c, clock, state.clock);
  }
  object.raw("deadlines", clocks + ']');
  std::string history = "[";
  for (const cases::StageSpan& span : c.history) {
    if (history.size() > 1) history += ',';
    const model::Stage& stage = c.procedure->stages[static_cast<std::size_t>(span.stage)];
    json::Object one(history);
    append_instant(one, "from", span.from, zone);
    one.text("stage", stage.name).text("title_en", stage.title.en).text("title_zh", stage.title.zh);
    append_instant(one, "until", span.until, zone);
    one.end();
  }
  object.raw("history", history + ']');
  std::string lines = "[";
  for (const Line& line : engine.case_lines(id)) {
    if (lines.size() > 1) lines += ',';
    lines += line.text;
  }
  object.raw("lines", lines + ']').text("procedure", c.procedure->name).text("stage", c.stage_now().name).end();
  return out;
}

std::string Office::Impl::explain_figure(std::string_view metric, std::string_view period, std::string_view who, std::string_view zone_name) {
  const Figure asked = figure(metric, period, who, zone_name);
  const Zone& zone = current_manual().zone();
  std::string cases_json = "[";
  for (const Figure::Case& one : asked.cases) {
    if (cases_json.size() > 1) cases_json += ',';
    json::Object object(cases_json);
    object.text("case", one.case_id).flag("counted", one.counted);
    append_instant(object, "due", one.due, zone);
    object.number("generation", one.generation);
    if (one.met) append_instant(object, "met", *one.met, zone);
    object.flag("on_time", one.on_time).text("reason", one.reason);
    if (!one.value.empty()) object.text("value", one.value);
    object.text("who", one.who).text("zone", one.zone).end();
  }
  std::string excluded;
  json::Object reasons(excluded);
  for (const auto& [reason, count] : asked.excluded) reasons.number(reason, count);
  reasons.end();
  std::string out;
  json::Object object(out);
  object.number("bonus_withheld_hundredths", asked.bonus_withheld_hundredths)
      .raw("cases", cases_json + ']')
      .raw("clauses", clauses_json(asked.clauses))
      .number("done", asked.done)
      .number("due", asked.due)
      .raw("excluded", excluded)
      .flag("in_use", asked.in_use)
      .text("kind", asked.kind)
      .number("late", asked.late)
      .text("metric", asked.metric)
      .number("pass_hundredths", asked.pass_hundredths)
      .text("period", period)
      .number("points_hundredths", asked.points_hundredths)
      .text("state", asked.state)
      .text("title_en", asked.title_en)
      .text("title_zh", asked.title_zh)
      .text("value", asked.value)
      .text("who", asked.who)
      .text("zone", asked.zone)
      .end();
  return out;
}

std::string Office::explain(std::string_view id) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  if (impl_->state.cases.find(id)) return impl_->explain_case(id);
  if (const rows::Notice* row = impl_->state.notices.find(id)) {
    std::string out;
    json::Object object(out);
    const std::string notice = impl_->engine.notice_of(*row).json();
    if (impl_->state.cases.find(row->case_id)) object.raw("case", impl_->explain_case(row->case_id));
    object.raw("notice", notice).end();
    return out;
  }
  if (const std::size_t at = id.find('@'); at != std::string_view::npos) {
    // metric@period, metric@period@who, metric@period@who@zone
    std::array<std::string_view, 3> parts;
    std::string_view rest = id.substr(at + 1);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::size_t end = i + 1 < parts.size() ? rest.find('@') : std::string_view::npos;
      parts[i] = rest.substr(0, end);
      if (end == std::string_view::npos) break;
      rest = rest.substr(end + 1);
    }
    return impl_->explain_figure(id.substr(0, at), parts[0], parts[1], parts[2]);
  }
  throw Error(Code::not_found, "there is no case, notice or figure " + std::string(id));
}

}  // namespace wuye
