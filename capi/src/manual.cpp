// Manuals: loading, checking, and what they say without an office.
#include <algorithm>

#include "guard.hpp"
#include "wuye/callbacks.hpp"
#include "wuye/office.hpp"
#include "wuye/schema.hpp"
#include "wuye/score.hpp"
#include "write.hpp"

namespace {

using wuye::Code;
using wuye::Error;
using wuye::Instant;
using wuye::Manual;
using wuye::Segment;
namespace c = wuye::c;
namespace json = wuye::json;

std::unique_ptr<wuye_manual> handle(Manual&& manual) {
  return std::make_unique<wuye_manual>(wuye_manual{std::move(manual)});
}

std::vector<Manual::Layer> layers_in(const char* const* names, const size_t* names_len, const char* const* texts,
                                     const size_t* texts_len, size_t count) {
  if (count == 0) throw Error(Code::invalid_argument, "a manual needs at least one layer");
  const auto given_names = c::texts_in(names, names_len, count, "names");
  const auto given_texts = c::texts_in(texts, texts_len, count, "texts");
  std::vector<Manual::Layer> layers;
  layers.reserve(count);
  for (size_t i = 0; i < count; ++i) layers.push_back({std::string(given_names[i]), std::string(given_texts[i])});
  return layers;
}

std::vector<Segment> pauses_of(const json::Tree& tree) {
  const auto broken = [] { return Error(Code::invalid_argument, "\"pauses\" must be an array of [from, until]"); };
  if (tree.kind != json::Tree::Kind::array) throw broken();
  std::vector<Segment> pauses;
  for (const json::Tree& pair : tree.items) {
    if (pair.kind != json::Tree::Kind::array || pair.items.size() != 2) throw broken();
    pauses.push_back({c::instant_of(pair.items[0], "a pause"), c::instant_of(pair.items[1], "a pause")});
  }
  return pauses;
}

wuye::Fields fields_of(const json::Tree& object) {
  std::string text;
  json::append_tree(text, object);
  return json::parse_fields(text);
}

std::string deadline_json(const Manual& manual, const json::Tree& question) {
  static constexpr std::string_view kKeys[] = {"procedure", "deadline", "from", "fields", "pauses"};
  c::refuse_unknown(question, kKeys, "the question");
  const json::Tree* fields = question.find("fields");
  const json::Tree* pauses = question.find("pauses");
  const Manual::Limit limit = manual.deadline(
      question.at("procedure").as_text(), question.at("deadline").as_text(), c::instant_of(question.at("from"), "\"from\""),
      fields == nullptr ? wuye::Fields{} : fields_of(*fields), pauses == nullptr ? std::vector<Segment>{} : pauses_of(*pauses));
  std::string levels;
  c::append_array(levels, limit.levels, [](std::string& out, const auto& level) {
    json::Object(out).text("level", level.first).number("at", level.second.us).end();
  });
  std::string answer;
  json::Object(answer)
      .number("due", limit.due.us)
      .number("breach", limit.breach.us)
      .flag("provisional", limit.provisional)
      .text("clause", limit.clause)
      .raw("levels", levels)
      .end();
  return answer;
}

}  // namespace

extern "C" {

wuye_status wuye_manual_standard(wuye_manual** out, wuye_error** err) {
  return c::guard_new(out, err, [&] { return handle(Manual::standard()); });
}

wuye_status wuye_manual_load(const char* const* names, const size_t* names_len, const char* const* texts, const size_t* texts_len,
                             size_t count, wuye_manual** out, wuye_error** err) {
  return c::guard_new(out, err, [&] { return handle(Manual::load(layers_in(names, names_len, texts, texts_len, count))); });
}

wuye_status wuye_manual_check(const char* const* names, const size_t* names_len, const char* const* texts,
                              const size_t* texts_len, size_t count, wuye_text** out, wuye_error** err) {
  return c::guard_text(out, err, [&] {
    std::string json;
    c::append_array(json, Manual::check(layers_in(names, names_len, texts, texts_len, count)),
                    [](std::string& to, const Manual::Problem& problem) {
                      json::Object object(to);
                      object.text("severity", problem.error ? "error" : "warning").text("file", problem.where.file);
                      object.number("line", problem.where.line).number("column", problem.where.column);
                      object.text("message", problem.message).text("suggestion", problem.suggestion);
                      object.end();
                    });
    return json;
  });
}

wuye_status wuye_manual_from_canonical(const char* canonical, size_t canonical_len, wuye_manual** out,
                                       wuye_error** err) {
  return c::guard_new(out, err,
                      [&] { return handle(Manual::from_canonical(c::text_in(canonical, canonical_len, "canonical"))); });
}

const char* wuye_manual_name(const wuye_manual* manual, size_t* len_out) {
  return c::borrowed(manual, len_out, [](const wuye_manual& m) -> const std::string& { return m.value.name(); });
}

const char* wuye_manual_canonical(const wuye_manual* manual, size_t* len_out) {
  return c::borrowed(manual, len_out, [](const wuye_manual& m) -> const std::string& { return m.value.canonical(); });
}

const char* wuye_manual_hash(const wuye_manual* manual, size_t* len_out) {
  return c::borrowed(manual, len_out, [](const wuye_manual& m) -> const std::string& { return m.value.hash(); });
}

const char* wuye_manual_zone(const wuye_manual* manual, size_t* len_out) {
  return c::borrowed(manual, len_out, [](const wuye_manual& m) -> const std::string& { return m.value.zone().name(); });
}

wuye_status wuye_manual_schema(wuye_text** out, wuye_error** err) {
  return c::guard_text(out, err, [] { return wuye::manual_schema(); });
}

wuye_status wuye_manual_clauses(const wuye_manual* manual, wuye_text** out, wuye_error** err) {
  return c::guard_text(out, err, [&] { return c::required(manual, "manual").value.clauses_json(); });
}

wuye_status wuye_manual_describe(const wuye_manual* manual, const char* lang, size_t lang_len, wuye_text** out,
                                 wuye_error** err) {
  return c::guard_text(out, err, [&] {
    const Manual& of = c::required(manual, "manual").value;
    const std::string_view language = c::text_in(lang, lang_len, "lang");
    if (language != "zh" && language != "en") {
      throw Error(Code::invalid_argument, "lang must be \"zh\" or \"en\"").with("argument", "lang");
    }
    return of.describe_json(language);
  });
}

wuye_status wuye_manual_deadline(const wuye_manual* manual, const char* question, size_t question_len, wuye_text** out,
                                 wuye_error** err) {
  return c::guard_text(out, err, [&] {
    const Manual& of = c::required(manual, "manual").value;
    return deadline_json(of, json::parse(c::text_in(question, question_len, "question")));
  });
}

wuye_status wuye_manual_deadline_us(const wuye_manual* manual, const char* procedure, size_t procedure_len,
                                    const char* deadline, size_t deadline_len, const char* fields, size_t fields_len,
                                    const int64_t* from_us, size_t count, int64_t* due_us_out, int64_t* breach_us_out,
                                    wuye_error** err) {
  return c::guard(err, [&] {
    const Manual& of = c::required(manual, "manual").value;
    const std::string_view of_procedure = c::text_in(procedure, procedure_len, "procedure");
    const std::string_view name = c::text_in(deadline, deadline_len, "deadline");
    const std::string_view given = c::optional_text_in(fields, fields_len, "fields");
    const wuye::Fields values = given.empty() ? wuye::Fields{} : json::parse_fields(given);
    const auto from = c::array(from_us, count, "from_us");
    for (size_t i = 0; i < count; ++i) {
      int64_t due = WUYE_NEVER_US;
      int64_t breach = WUYE_NEVER_US;
      if (c::representable(from[i])) {
        try {
          const Manual::Limit limit = of.deadline(of_procedure, name, Instant{from[i]}, values);
          due = limit.due.us;
          breach = limit.breach.us;
        } catch (const Error& failure) {
          if (failure.code() != Code::no_working_time && failure.code() != Code::out_of_range) throw;
        }
      }
      if (due_us_out != nullptr) due_us_out[i] = due;
      if (breach_us_out != nullptr) breach_us_out[i] = breach;
    }
  });
}

wuye_status wuye_manual_period_us(const wuye_manual* manual, const char* period, size_t period_len, int64_t* from_us_out,
                                  int64_t* until_us_out, wuye_error** err) {
  return c::guard(err, [&] {
    const Manual& of = c::required(manual, "manual").value;
    int64_t& from = c::required(from_us_out, "from_us_out");
    int64_t& until = c::required(until_us_out, "until_us_out");
    const Segment segment = wuye::parse_period(c::text_in(period, period_len, "period"), of.zone());
    from = segment.from.us;
    until = segment.until.us;
  });
}

wuye_status wuye_manual_points(const wuye_manual* manual, const char* metric, size_t metric_len, const char* step,
                               size_t step_len, const int64_t* done, const int64_t* due, size_t count,
                               int64_t* points_hundredths_out, wuye_error** err) {
  return c::guard(err, [&] {
    wuye::Marks marks = wuye::marks_of(c::required(manual, "manual").value, c::text_in(metric, metric_len, "metric"));
    if (const std::string_view reading = c::optional_text_in(step, step_len, "step"); !reading.empty()) {
      const auto named = wuye::step_named(reading);
      if (!named) {
        throw Error(Code::invalid_argument, "step must be per_full_point, pro_rata or per_started_point").with("argument", "step");
      }
      marks.step = *named;
    }
    wuye::points_hundredths(marks, c::array(done, count, "done"), c::array(due, count, "due"),
                            c::array(points_hundredths_out, count, "points_hundredths_out"));
  });
}

wuye_status wuye_manual_callbacks_due(const wuye_manual* manual, const char* quota, size_t quota_len, const char* classes,
                                      size_t classes_len, const char* channel, size_t channel_len, const int64_t* counts,
                                      size_t months, int64_t* due_out, wuye_error** err) {
  return c::guard(err, [&] {
    const Manual& of = c::required(manual, "manual").value;
    const std::string_view given = c::optional_text_in(quota, quota_len, "quota");
    const std::string_view of_quota = given.empty() ? std::string_view("callback") : given;
    const std::string_view by = c::optional_text_in(channel, channel_len, "channel");
    std::vector<std::pair<std::string, std::int64_t>> cases;
    for (std::string_view rest = c::text_in(classes, classes_len, "classes"); !rest.empty();) {
      const size_t comma = rest.find(',');
      cases.emplace_back(rest.substr(0, comma), 0);
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
    if (cases.empty()) throw Error(Code::invalid_argument, "no class is counted").with("argument", "classes");
    if (months > SIZE_MAX / cases.size()) throw Error(Code::invalid_argument, "so many months no office has");
    const auto in = c::array(counts, months * cases.size(), "counts");
    const auto out = c::array(due_out, months, "due_out");
    for (size_t month = 0; month < months; ++month) {
      for (size_t k = 0; k < cases.size(); ++k) cases[k].second = in[month * cases.size() + k];
      const wuye::CallbacksDue due = wuye::callbacks_due(of, cases, of_quota);
      out[month] = due.total;
      if (by.empty()) continue;
      const auto found = std::find_if(due.channels.begin(), due.channels.end(), [&](const auto& one) { return one.first == by; });
      if (found == due.channels.end()) throw Error(Code::not_found, "the quota has no channel " + std::string(by)).with("argument", "channel");
      out[month] = found->second;
    }
  });
}

void wuye_manual_release(wuye_manual* manual) { delete manual; }

}  // extern "C"
