// Offices: making and closing them, telling them, asking them.
#include <algorithm>
#include <array>
#include <limits>

#include "arrow.hpp"
#include "guard.hpp"
#include "lines.hpp"
#include "outcome.hpp"
#include "write.hpp"

namespace {

using wuye::Code;
using wuye::Entry;
using wuye::Error;
using wuye::Figure;
using wuye::Instant;
using wuye::Manual;
using wuye::Office;
using wuye::c::OfficeState;
namespace c = wuye::c;
namespace json = wuye::json;

// ---- options

struct Option {
  std::string_view key;
  std::string_view type;
  std::string_view fallback;  ///< JSON
  std::string_view doc;
};

constexpr std::array<Option, 3> kOptions{{
    {"busy_ms", "int64", "5000", "How long a write waits for another process, in milliseconds."},
    {"read_only", "bool", "false", "The file is not written."},
    {"seed", "text", "\"\"", "Keys whatever must look arbitrary; kept in the office when it is made."},
}};

/// Throws invalid_argument where there is no such key, or one of another type.
void check_key(std::string_view key, std::string_view type) {
  std::array<std::string_view, kOptions.size()> keys;
  std::transform(kOptions.begin(), kOptions.end(), keys.begin(), [](const Option& option) { return option.key; });
  const auto found = std::find(keys.begin(), keys.end(), key);
  if (found == keys.end()) {
    const std::string_view near = c::nearest(key, keys);
    Error error(Code::invalid_argument, "there is no option \"" + std::string(key) + "\"" +
                                            (near.empty() ? "" : ", perhaps \"" + std::string(near) + "\""));
    error.with("key", std::string(key));
    if (!near.empty()) error.with("nearest", std::string(near));
    throw error;
  }
  const Option& option = kOptions[static_cast<std::size_t>(found - keys.begin())];
  if (option.type != type) {
    throw Error(Code::invalid_argument, "option \"" + std::string(key) + "\" is of type " + std::string(option.type))
        .with("key", std::string(key));
  }
}

// ---- making

std::unique_ptr<wuye_office> handle(Office&& office) {
  return std::make_unique<wuye_office>(wuye_office{std::make_shared<OfficeState>(std::move(office))});
}

Office::Options options_in(const wuye_options* options) { return options == nullptr ? Office::Options{} : options->value; }

std::string path_in(const char* path, size_t path_len) {
  const std::string_view view = c::text_in(path, path_len, "path");
  if (view.empty()) throw Error(Code::invalid_argument, "the path was empty").with("argument", "path");
  if (view.find('\0') != std::string_view::npos) {
    throw Error(Code::invalid_argument, "the path held a NUL character").with("argument", "path");
  }
  return std::string(view);
}

// ---- progress

/// Calls the host's function with the office marked, so that a call from within it is told from one of another thread.
/// Office stops at false, the host's function at anything but 0.
class Progress {
 public:
  Progress(OfficeState& state, wuye_progress fn, void* user_data) : state_(&state), fn_(fn), user_data_(user_data) {}

  template <class Count>
  std::function<bool(Count, Count)> function() const {
    if (fn_ == nullptr) return {};
    return [state = state_, fn = fn_, user_data = user_data_](Count done, Count all) {
      struct Mark {
        explicit Mark(std::atomic<std::thread::id>& to) : id(to) { id.store(std::this_thread::get_id(), std::memory_order_relaxed); }
        ~Mark() { id.store({}, std::memory_order_relaxed); }
        Mark(const Mark&) = delete;
        Mark& operator=(const Mark&) = delete;
        std::atomic<std::thread::id>& id;
      } mark(state->calling_back);
      const bool stop = fn(user_data, static_cast<int64_t>(done), static_cast<int64_t>(all)) != 0;
      return !stop || done >= all;  // at the end there is nothing left to stop: it may have been kept already
    };
  }

 private:
  OfficeState* state_;
  wuye_progress fn_;
  void* user_data_;
};

// ---- answers

size_t limit_in(int64_t limit) { return limit < 0 ? std::numeric_limits<size_t>::max() : static_cast<size_t>(limit); }

std::string figure_json(const Figure& figure) {
  std::string out;
  std::string excluded;
  json::Object reasons(excluded);
  for (const auto& [reason, count] : figure.excluded) reasons.number(reason, count);
  reasons.end();
  json::Object object(out);
  object.text("metric", figure.metric).raw("title", c::both(figure.title_zh, figure.title_en)).text("kind", figure.kind);
  object.text("who", figure.who).text("zone", figure.zone).flag("in_use", figure.in_use).text("state", figure.state);
  object.number("done", figure.done).number("due", figure.due).number("late", figure.late).text("value", figure.value);
  object.number("points_hundredths", figure.points_hundredths).number("pass_hundredths", figure.pass_hundredths);
  object.number("cut_hundredths", figure.cut_hundredths);
  object.number("bonus_withheld_hundredths", figure.bonus_withheld_hundredths).flag("money", figure.money);
  object.raw("excluded", excluded).raw("clauses", c::texts_json(figure.clauses));
  object.end();
  return out;
}

std::string figures_json(const std::vector<Figure>& figures) {
  std::string out;
  c::append_array(out, figures, [](std::string& to, const Figure& figure) { to += figure_json(figure); });
  return out;
}

std::string scorecards_json(const std::vector<wuye::Scorecard>& cards) {
  std::string out;
  c::append_array(out, cards, [](std::string& to, const wuye::Scorecard& card) {
    json::Object object(to);
    object.text("scorecard", card.name).raw("title", c::both(card.title_zh, card.title_en)).text("post", card.post);
    object.text("who", card.who).text("month", card.month).number("base", card.base).number("floor", card.floor);
    object.number("deducted_hundredths", card.deducted_hundredths).number("score_hundredths", card.score_hundredths);
    object.flag("pending", card.pending).number("adjustment_hundredths", card.adjustment_hundredths);
    object.number("bonus_withheld_hundredths", card.bonus_withheld_hundredths);
    object.number("bonus_adjustment_hundredths", card.bonus_adjustment_hundredths);
    std::string adjustments;
    c::append_array(adjustments, card.adjustments, [](std::string& one, const wuye::Scorecard::Adjustment& adjustment) {
      json::Object(one)
          .number("after_hundredths", adjustment.after_hundredths)
          .number("before_hundredths", adjustment.before_hundredths)
          .number("bonus_after_hundredths", adjustment.bonus_after_hundredths)
          .number("bonus_before_hundredths", adjustment.bonus_before_hundredths)
          .text("metric", adjustment.metric)
          .text("month", adjustment.month)
          .end();
    });
    object.raw("adjustments", adjustments).flag("frozen", card.frozen).text("sheet", card.sheet).number("at_seq", card.at_seq);
    object.raw("adjusts", c::texts_json(card.adjusts)).raw("clauses", c::texts_json(card.clauses));
    object.raw("figures", figures_json(card.figures)).raw("recorded", figures_json(card.recorded));
    object.end();
  });
  return out;
}

std::string_view type_name(wuye::ColumnType type) {
  switch (type) {
    case wuye::ColumnType::text: return "text";
    case wuye::ColumnType::integer: return "integer";
    case wuye::ColumnType::boolean: return "boolean";
    case wuye::ColumnType::instant: return "instant";
    case wuye::ColumnType::date: return "date";
    case wuye::ColumnType::money: return "money";
  }
  throw Error(Code::internal, "a column is of a type that has no name");
}

/// Every office has the same tables; an empty one says what they are without copying rows.
std::string tables_json(const Manual& manual) {
  Office empty = Office::memory(manual, {});
  std::string out;
  c::append_array(out, Office::table_names(), [&](std::string& to, const std::string& name) {
    std::string columns;
    c::append_array(columns, empty.table(name).columns, [](std::string& into, const wuye::Column& column) {
      json::Object(into)
          .text("name", column.name)
          .text("type", type_name(column.type))
          .raw("doc", c::both(column.doc_zh, column.doc_en))
          .end();
    });
    json::Object(to).text("name", name).raw("columns", columns).end();
  });
  return out;
}

/// Throws internal where the office's digest is not 64 hexadecimal digits.
void digest_out_of(std::string_view digits, uint8_t* out) {
  const auto nibble = [](char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10U;
    throw Error(Code::internal, "a digest held something that is no hexadecimal digit");
  };
  std::array<uint8_t, 32> bytes{};
  if (digits.size() != 2 * bytes.size()) throw Error(Code::internal, "a digest had not 64 digits");
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<uint8_t>(nibble(digits[2 * i]) << 4U | nibble(digits[2 * i + 1]));
  }
  std::copy(bytes.begin(), bytes.end(), out);
}

}  // namespace

extern "C" {

// ---- options

wuye_status wuye_options_create(wuye_options** out, wuye_error** err) {
  return c::guard_new(out, err, [&] { return std::make_unique<wuye_options>(); });
}

wuye_status wuye_options_keys(wuye_text** out, wuye_error** err) {
  return c::guard_text(out, err, [&] {
    std::string keys;
    c::append_array(keys, kOptions, [](std::string& to, const Option& option) {
      json::Object object(to);
      object.text("key", option.key).text("type", option.type).raw("default", option.fallback).text("doc", option.doc);
      object.end();
    });
    return keys;
  });
}

wuye_status wuye_options_set_text(wuye_options* options, const char* key, size_t key_len, const char* value, size_t value_len,
                                  wuye_error** err) {
  return c::guard(err, [&] {
    wuye_options& to = c::required(options, "options");
    check_key(c::text_in(key, key_len, "key"), "text");
    to.value.seed = c::text_in(value, value_len, "value");
  });
}

wuye_status wuye_options_set_int64(wuye_options* options, const char* key, size_t key_len, int64_t value,
                                   wuye_error** err) {
  return c::guard(err, [&] {
    wuye_options& to = c::required(options, "options");
    check_key(c::text_in(key, key_len, "key"), "int64");
    constexpr int64_t kMost = std::numeric_limits<int32_t>::max();  // SQLite takes an int
    if (value < 0 || value > kMost) {
      throw Error(Code::invalid_argument, "busy_ms must be from 0 to " + std::to_string(kMost)).with("key", "busy_ms");
    }
    to.value.busy_ms = value;
  });
}

wuye_status wuye_options_set_bool(wuye_options* options, const char* key, size_t key_len, uint8_t value,
                                  wuye_error** err) {
  return c::guard(err, [&] {
    wuye_options& to = c::required(options, "options");
    check_key(c::text_in(key, key_len, "key"), "bool");
    to.value.read_only = value != 0;
  });
}

void wuye_options_release(wuye_options* options) { delete options; }

// ---- making, closing

wuye_status wuye_office_open(const char* path, size_t path_len, const wuye_manual* manual, const wuye_options* options,
                             wuye_office** out, wuye_error** err) {
  return c::guard_new(out, err, [&] {
    const std::optional<Manual> adopt = manual == nullptr ? std::nullopt : std::optional(manual->value);
    return handle(Office::open(path_in(path, path_len), adopt, options_in(options)));
  });
}

wuye_status wuye_office_memory(const wuye_manual* manual, const wuye_options* options, wuye_office** out,
                               wuye_error** err) {
  return c::guard_new(out, err, [&] {
    return handle(Office::memory(manual == nullptr ? Manual::standard() : manual->value, options_in(options)));
  });
}

wuye_status wuye_office_close(wuye_office* office, wuye_error** err) {
  return c::guard(err, [&] { c::with_office(office, [](OfficeState& state) { state.office.close(); }); });
}

void wuye_office_release(wuye_office* office) { delete office; }

// ---- telling

wuye_status wuye_office_record(wuye_office* office, const char* entry, size_t entry_len, wuye_outcome** out,
                               wuye_error** err) {
  return c::guard_new(out, err, [&] {
    return c::with_office(office, [&](OfficeState& state) {
      return c::outcome_of(state.office.record(Entry::parse(c::text_in(entry, entry_len, "entry"))));
    });
  });
}

wuye_status wuye_office_dry_run(wuye_office* office, const char* entry, size_t entry_len, wuye_outcome** out,
                                wuye_error** err) {
  return c::guard_new(out, err, [&] {
    return c::with_office(office, [&](OfficeState& state) {
      return c::outcome_of(state.office.record(Entry::parse(c::text_in(entry, entry_len, "entry")), true));
    });
  });
}

wuye_status wuye_office_record_lines(wuye_office* office, const char* lines, size_t lines_len, wuye_mode mode,
                                     wuye_progress progress, void* user_data, wuye_outcome** out, wuye_error** err) {
  return c::guard_new(out, err, [&] {
    return c::with_office(office, [&](OfficeState& state) {
      if (mode != WUYE_MODE_ATOMIC && mode != WUYE_MODE_INDEPENDENT) {
        throw Error(Code::invalid_argument, "mode must be WUYE_MODE_ATOMIC or WUYE_MODE_INDEPENDENT").with("argument", "mode");
      }
      return c::batch_of(state.office.record_lines(
          c::text_in(lines, lines_len, "lines"), mode == WUYE_MODE_ATOMIC ? Office::Mode::atomic : Office::Mode::independent,
          Progress(state, progress, user_data).function<std::size_t>()));
    });
  });
}

wuye_status wuye_office_propose(wuye_office* office, const char* entry, size_t entry_len, wuye_outcome** out,
                                wuye_error** err) {
  return c::guard_new(out, err, [&] {
    return c::with_office(office, [&](OfficeState& state) {
      return c::outcome_of(state.office.propose(Entry::parse(c::text_in(entry, entry_len, "entry"))));
    });
  });
}

wuye_status wuye_office_proposed(wuye_office* office, wuye_text** out, wuye_error** err) {
  return c::guard_text(out, err, [&] {
    return c::with_office(office, [](OfficeState& state) { return c::lines_text(state.office.proposed()); });
  });
}

wuye_status wuye_office_commit(wuye_office* office, wuye_error** err) {
  return c::guard(err, [&] { c::with_office(office, [](OfficeState& state) { state.office.commit(); }); });
}

wuye_status wuye_office_discard(wuye_office* office, wuye_error** err) {
  return c::guard(err, [&] { c::with_office(office, [](OfficeState& state) { state.office.discard(); }); });
}

wuye_status wuye_office_advance(wuye_office* office, int64_t now_us, wuye_text** out, wuye_error** err) {
  return c::guard_text(out, err, [&] {
    return c::with_office(office, [&](OfficeState& state) {
      return c::notices_json(state.office.advance(c::instant_in(now_us, "now_us")));
    });
  });
}

wuye_status wuye_office_adopt(wuye_office* office, const wuye_manual* manual, int64_t at_us, const char* by, size_t by_len,
                              wuye_error** err) {
  return c::guard(err, [&] {
    c::with_office(office, [&](OfficeState& state) {
      const Manual& adopted = c::required(manual, "manual").value;
      state.office.adopt(adopted, c::instant_in(at_us, "at_us"), c::text_in(by, by_len, "by"));
    });
  });
}

// ---- asking

wuye_status wuye_office_next_due(wuye_office* office, int64_t* due_us_out, uint8_t* has_due_out, wuye_error** err) {
  return c::guard(err, [&] {
    c::with_office(office, [&](OfficeState& state) {
      int64_t& due_us = c::required(due_us_out, "due_us_out");
      const std::optional<Instant> due = state.office.next_due();
      due_us = due ? due->us : WUYE_NEVER_US;
      if (has_due_out != nullptr) *has_due_out = due ? 1 : 0;
    });
  });
}

wuye_status wuye_office_notices(wuye_office* office, int64_t after, int64_t limit, wuye_text** out, wuye_error** err) {
  return c::guard_text(out, err, [&] {
    return c::with_office(office, [&](OfficeState& state) {
      return c::notices_json(state.office.notices(after, limit_in(limit)));
    });
  });
}

wuye_status wuye_office_options(wuye_office* office, const char* case_id, size_t case_id_len, const char* by, size_t by_len,
                                int64_t at_us, wuye_text** out, wuye_error** err) {
  return c::guard_text(out, err, [&] {
    return c::with_office(office, [&](OfficeState& state) {
      return state.office.options(c::optional_text_in(case_id, case_id_len, "case_id"), c::text_in(by, by_len, "by"),
                                  c::instant_in(at_us, "at_us"));
    });
  });
}

wuye_status wuye_office_explain(wuye_office* office, const char* id, size_t id_len, wuye_text** out, wuye_error** err) {
  return c::guard_text(out, err, [&] {
    return c::with_office(office, [&](OfficeState& state) { return state.office.explain(c::text_in(id, id_len, "id")); });
  });
}

wuye_status wuye_office_score(wuye_office* office, const char* period, size_t period_len, const char* who, size_t who_len,
                              wuye_text** out, wuye_error** err) {
  return c::guard_text(out, err, [&] {
    return c::with_office(office, [&](OfficeState& state) {
      return figures_json(
          state.office.score(c::text_in(period, period_len, "period"), c::optional_text_in(who, who_len, "who")));
    });
  });
}

wuye_status wuye_office_scores(wuye_office* office, const char* period, size_t period_len, const char* by, size_t by_len,
                               struct ArrowArrayStream* out, wuye_error** err) {
  if (out != nullptr) *out = ArrowArrayStream{};
  return c::guard(err, [&] {
    c::with_office(office, [&](OfficeState& state) {
      ArrowArrayStream& stream = c::required(out, "out");
      std::vector<std::string> words;
      std::string_view rest = c::optional_text_in(by, by_len, "by");
      while (!rest.empty()) {
        const size_t space = rest.find(' ');
        if (space != 0) words.emplace_back(rest.substr(0, space));
        rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
      }
      c::export_table(state.office.scores(c::text_in(period, period_len, "period"), words), stream);
    });
  });
}

wuye_status wuye_office_scorecards(wuye_office* office, const char* period, size_t period_len, const char* who, size_t who_len,
                                   wuye_text** out, wuye_error** err) {
  return c::guard_text(out, err, [&] {
    return c::with_office(office, [&](OfficeState& state) {
      return scorecards_json(
          state.office.scorecards(c::text_in(period, period_len, "period"), c::optional_text_in(who, who_len, "who")));
    });
  });
}

wuye_status wuye_office_table(wuye_office* office, const char* name, size_t name_len, struct ArrowArrayStream* out,
                              wuye_error** err) {
  if (out != nullptr) *out = ArrowArrayStream{};
  return c::guard(err, [&] {
    c::with_office(office, [&](OfficeState& state) {
      ArrowArrayStream& stream = c::required(out, "out");
      c::export_table(state.office.table(c::text_in(name, name_len, "name")), stream);
    });
  });
}

wuye_status wuye_office_tables(wuye_office* office, wuye_text** out, wuye_error** err) {
  return c::guard_text(out, err, [&] {
    return c::with_office(office, [](OfficeState& state) { return tables_json(state.office.manual()); });
  });
}

wuye_status wuye_office_as_of(wuye_office* office, int64_t at_us, wuye_known known, wuye_office** out,
                              wuye_error** err) {
  return c::guard_new(out, err, [&] {
    return c::with_office(office, [&](OfficeState& state) {
      if (known != WUYE_KNOWN_THEN && known != WUYE_KNOWN_NOW) {
        throw Error(Code::invalid_argument, "known must be WUYE_KNOWN_THEN or WUYE_KNOWN_NOW").with("argument", "known");
      }
      return handle(state.office.as_of(c::instant_in(at_us, "at_us"),
                                       known == WUYE_KNOWN_THEN ? wuye::Known::then : wuye::Known::now));
    });
  });
}

wuye_status wuye_office_what_if(wuye_office* office, const wuye_manual* manual, wuye_office** out, wuye_error** err) {
  return c::guard_new(out, err, [&] {
    return c::with_office(office, [&](OfficeState& state) {
      return handle(state.office.what_if(c::required(manual, "manual").value));
    });
  });
}

wuye_status wuye_office_compare(wuye_office* before, wuye_office* after, const char* period, size_t period_len,
                                struct ArrowArrayStream* out, wuye_error** err) {
  if (out != nullptr) *out = ArrowArrayStream{};
  return c::guard(err, [&] {
    c::with_office(before, [&](OfficeState& first) {
      c::with_office(after, [&](OfficeState& second) {
        ArrowArrayStream& stream = c::required(out, "out");
        c::export_table(Office::compare(first.office, second.office, c::optional_text_in(period, period_len, "period")), stream);
      });
    });
  });
}

wuye_status wuye_office_manual(wuye_office* office, wuye_manual** out, wuye_error** err) {
  return c::guard_new(out, err, [&] {
    return c::with_office(
        office, [](OfficeState& state) { return std::make_unique<wuye_manual>(wuye_manual{state.office.manual()}); });
  });
}

wuye_status wuye_office_last_seq(wuye_office* office, int64_t* seq_out, wuye_error** err) {
  return c::guard(err, [&] {
    c::with_office(office, [&](OfficeState& state) {
      int64_t& seq = c::required(seq_out, "seq_out");
      seq = state.office.last_seq();
    });
  });
}

wuye_status wuye_office_clock(wuye_office* office, int64_t* clock_us_out, uint8_t* has_clock_out, wuye_error** err) {
  return c::guard(err, [&] {
    c::with_office(office, [&](OfficeState& state) {
      int64_t& clock_us = c::required(clock_us_out, "clock_us_out");
      const Instant clock = state.office.clock();
      const bool has = clock != wuye::kAlways;
      clock_us = has ? clock.us : 0;
      if (has_clock_out != nullptr) *has_clock_out = has ? 1 : 0;
    });
  });
}

// ---- the journal

wuye_status wuye_office_lines(wuye_office* office, int64_t after, int64_t limit, wuye_text** out, wuye_error** err) {
  return c::guard_text(out, err, [&] {
    return c::with_office(office,
                          [&](OfficeState& state) { return c::lines_text(state.office.lines(after, limit_in(limit))); });
  });
}

wuye_status wuye_office_load(wuye_office* office, const char* lines, size_t lines_len, wuye_error** err) {
  return c::guard(err, [&] {
    c::with_office(office, [&](OfficeState& state) { state.office.load(c::lines_in(c::text_in(lines, lines_len, "lines"))); });
  });
}

wuye_status wuye_office_verify(wuye_office* office, wuye_progress progress, void* user_data, wuye_text** out,
                               wuye_error** err) {
  return c::guard_text(out, err, [&] {
    return c::with_office(office, [&](OfficeState& state) {
      const Office::Verified verified = state.office.verify(Progress(state, progress, user_data).function<std::int64_t>());
      std::string answer;
      json::Object object(answer);
      object.flag("ok", verified.findings.empty()).number("lines", verified.lines).number("cases", verified.cases);
      object.raw("findings", c::texts_json(verified.findings));
      object.end();
      return answer;
    });
  });
}

wuye_status wuye_office_backup(wuye_office* office, const char* path, size_t path_len, wuye_progress progress, void* user_data,
                               wuye_error** err) {
  return c::guard(err, [&] {
    c::with_office(office, [&](OfficeState& state) {
      state.office.backup(path_in(path, path_len), Progress(state, progress, user_data).function<std::int64_t>());
    });
  });
}

wuye_status wuye_office_digest(wuye_office* office, uint8_t digest_out[32], wuye_error** err) {
  return c::guard(err, [&] {
    c::with_office(office, [&](OfficeState& state) {
      digest_out_of(state.office.digest(), &c::required(digest_out, "digest_out"));
    });
  });
}

wuye_status wuye_office_state_digest(wuye_office* office, uint8_t digest_out[32], wuye_error** err) {
  return c::guard(err, [&] {
    c::with_office(office, [&](OfficeState& state) {
      digest_out_of(state.office.state_digest(), &c::required(digest_out, "digest_out"));
    });
  });
}

}  // extern "C"
