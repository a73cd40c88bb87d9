// What an office writes to its file, caught statement by statement as SQLite runs it, and a plain program's way to write the
// same: the peer for everything durable. The peer prepares each statement once, binds the same values and keeps the same
// transactions and pragmas; it decides nothing and reads nothing.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wuye::bench {

struct Blob {
  std::string bytes;
};
using Bound = std::variant<std::monostate, std::int64_t, std::string, Blob>;

/// Statements in the order in which they ran.
struct Writes {
  struct Step {
    std::size_t statement;
    std::vector<Bound> values;
  };
  std::vector<std::string> statements;
  std::vector<Step> steps;
};

/// While it lives, connections opened by this process report what they write.
class Capture {
 public:
  Capture() {
    current() = this;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&watch));
  }
  ~Capture() {
    sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&watch));
    current() = nullptr;
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  Writes take() { return std::move(writes_); }
  /// Forgets what came so far: what opening wrote is no part of recording.
  void start_here() { writes_ = {}; }

 private:
  static Capture*& current() {
    static Capture* capture = nullptr;
    return capture;
  }
  static int watch(sqlite3* db, char**, const void*) { return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, &traced, nullptr); }
  static int traced(unsigned, void*, void* statement, void*) {
    if (current() != nullptr) current()->take_statement(static_cast<sqlite3_stmt*>(statement));
    return 0;
  }

  void take_statement(sqlite3_stmt* statement) {
    const std::string sql = sqlite3_sql(statement);
    if (sqlite3_stmt_readonly(statement) != 0 && sql != "COMMIT") return;
    const auto [known, added] = numbers_.try_emplace(sql, writes_.statements.size());
    if (added || known->second >= writes_.statements.size()) {
      known->second = writes_.statements.size();
      writes_.statements.push_back(sql);
    }
    char* const expanded = sqlite3_expanded_sql(statement);
    if (expanded == nullptr) throw std::runtime_error("SQLite does not say what it ran");
    writes_.steps.push_back({known->second, values_in(sql, expanded)});
    sqlite3_free(expanded);
  }

  /// Where `sql` has ?1, ?2 …, `expanded` has literals; both agree elsewhere. Each parameter stands once in every insert; an
  /// office's other writes name them in order, too.
  static std::vector<Bound> values_in(std::string_view sql, std::string_view expanded) {
    std::vector<Bound> out;
    std::size_t e = 0;
    for (std::size_t s = 0; s < sql.size();) {
      if (sql[s] != '?') {
        ++s;
        ++e;
        continue;
      }
      std::size_t number = 0;
      for (++s; s < sql.size() && sql[s] >= '0' && sql[s] <= '9'; ++s) number = number * 10 + static_cast<std::size_t>(sql[s] - '0');
      if (out.size() < number) out.resize(number);
      out[number - 1] = literal(expanded, e);
    }
    return out;
  }

  static Bound literal(std::string_view text, std::size_t& at) {
    if (text.substr(at, 4) == "NULL") {
      at += 4;
      return {};
    }
    if (text[at] == '\'') {
      std::string out;
      for (++at; text[at] != '\'' || text.substr(at, 2) == "''"; ++at) {
        if (text[at] == '\'') ++at;
        out += text[at];
      }
      ++at;
      return out;
    }
    if (text[at] == 'x') {
      const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
      Blob out;
      for (at += 2; text[at] != '\''; at += 2) out.bytes += static_cast<char>(digit(text[at]) * 16 + digit(text[at + 1]));
      ++at;
      return out;
    }
    const std::size_t from = at;
    if (text[at] == '-') ++at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return std::int64_t{std::stoll(std::string(text.substr(from, at - from)))};
  }

  Writes writes_;
  std::map<std::string, std::size_t> numbers_;
};

/// A connection that writes what was caught, with the pragmas of an office.
class RawSqlite {
 public:
  explicit RawSqlite(const std::string& path) {
    check(sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr));
    execute("PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF; PRAGMA cell_size_check = ON; PRAGMA journal_mode = WAL;"
            "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 16777216");
  }
  ~RawSqlite() {
    for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }
  RawSqlite(const RawSqlite&) = delete;
  RawSqlite& operator=(const RawSqlite&) = delete;

  void execute(const char* sql) { check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr)); }
  std::int64_t number(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr));
    sqlite3_step(statement);
    const std::int64_t out = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return out;
  }

  std::string text(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr));
    std::string out;
    if (sqlite3_step(statement) == SQLITE_ROW) out = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return out;
  }

  void prepare(const Writes& writes) {
    for (const std::string& sql : writes.statements) {
      sqlite3_stmt* statement = nullptr;
      check(sqlite3_prepare_v3(db_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
      statements_.push_back(statement);
    }
  }
  void write(const Writes& writes) {
    for (const Writes::Step& step : writes.steps) {
      sqlite3_stmt* const statement = statements_[step.statement];
      for (std::size_t i = 0; i < step.values.size(); ++i) bind(statement, static_cast<int>(i) + 1, step.values[i]);
      const int result = sqlite3_step(statement);
      if (result != SQLITE_DONE && result != SQLITE_ROW) check(result);
      sqlite3_reset(statement);
    }
  }

 private:
  static void bind(sqlite3_stmt* statement, int at, const Bound& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) sqlite3_bind_int64(statement, at, *number);
    else if (const auto* text = std::get_if<std::string>(&value)) sqlite3_bind_text(statement, at, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
    else if (const auto* blob = std::get_if<Blob>(&value)) sqlite3_bind_blob(statement, at, blob->bytes.data(), static_cast<int>(blob->bytes.size()), SQLITE_STATIC);
    else sqlite3_bind_null(statement, at);
  }
  void check(int result) {
    if (result != SQLITE_OK) throw std::runtime_error(db_ == nullptr ? sqlite3_errstr(result) : sqlite3_errmsg(db_));
  }

  sqlite3* db_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
};

}  // namespace wuye::bench
