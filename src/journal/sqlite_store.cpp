// The store in a file: the only place that knows SQL. SQLite makes each transaction one thing and keeps it through a crash;
// this file says what stands where, keeps the prepared statements, and turns every failure into a wuye::Error. It knows
// tables by their spec only, and no rule.
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <list>
#include <map>
#include <optional>
#include <utility>

#include "journal/store.hpp"
#include "wuye/error.hpp"

namespace wuye {
namespace {

constexpr std::int64_t kApplicationId = 0x77757965;  ///< "wuye"
constexpr std::int64_t kFormat = 1;                  ///< what this code writes, and the newest that it reads
constexpr int kPagesAStep = 256;                     ///< of a backup, between two calls of `progress`

// What every office has. `personal` stands beside the chain, and nothing personal is in any other table.
constexpr const char* kSchema = R"sql(
CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE lines (seq INTEGER PRIMARY KEY, told INTEGER NOT NULL, at INTEGER NOT NULL, now INTEGER NOT NULL,
  case_id TEXT NOT NULL, source TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL, hash BLOB NOT NULL);
CREATE UNIQUE INDEX lines_key ON lines (source, key) WHERE told = 1 AND key <> '';
CREATE INDEX lines_case ON lines (case_id) WHERE case_id <> '';
CREATE TABLE personal (seq INTEGER NOT NULL, field TEXT NOT NULL, subject TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (seq, field)) WITHOUT ROWID;
CREATE INDEX personal_subject ON personal (subject);
)sql";

/// Statements over what every office has; kSql gives the text of each.
enum class Sql : std::size_t {
  begin, commit, rollback, last_seq, line, case_lines, find_key, append,
  put_personal, personal, personal_of, erase_of_line, erase_of_subject, meta, set_meta, count
};
constexpr std::array<const char*, static_cast<std::size_t>(Sql::count)> kSql = {
    "BEGIN IMMEDIATE",
    "COMMIT",
    "ROLLBACK",
    "SELECT coalesce(max(seq), 0) FROM lines",
    "SELECT seq, told, at, now, case_id, source, key, text, hash FROM lines WHERE seq = ?1",
    "SELECT seq, told, at, now, case_id, source, key, text, hash FROM lines WHERE case_id = ?1 AND case_id <> '' ORDER BY seq",
    "SELECT seq FROM lines WHERE source = ?1 AND key = ?2 AND told = 1 AND key <> ''",
    "INSERT INTO lines (seq, told, at, now, case_id, source, key, text, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    "INSERT OR REPLACE INTO personal (seq, field, subject, value) VALUES (?1, ?2, ?3, ?4)",
    "SELECT seq, field, subject, value FROM personal WHERE seq = ?1 ORDER BY field",
    "SELECT seq, field, subject, value FROM personal WHERE subject = ?1 ORDER BY seq, field",
    "DELETE FROM personal WHERE seq = ?1 AND (?2 = '' OR subject = ?2) AND (?3 = '' OR field = ?3)",
    "DELETE FROM personal WHERE subject = ?1 AND (?2 = '' OR field = ?2)",
    "SELECT value FROM meta WHERE name = ?1",
    "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)",
};

// Writes the personal values anew. secure_delete zeroes erased cells and freed pages, but where SQLite has moved cells
// between pages, old copies stay in the space between; only pages that are freed as a whole are certainly clean.
constexpr const char* kRewritePersonal = R"sql(
CREATE TABLE personal_kept AS SELECT seq, field, subject, value FROM personal;
DELETE FROM personal;
INSERT INTO personal SELECT seq, field, subject, value FROM personal_kept ORDER BY seq, field;
DROP TABLE personal_kept;
)sql";

/// In meta from an erasing until its scrubbing is done, so that a crash between the two is made good on opening.
const std::string kScrubDue = "scrub_due";

/// Indexes beside the keys, made with their tables. Opening reads the live cases; the others serve questions by name.
struct Index {
  const char* table;
  const char* suffix;
  const char* columns;
  const char* where;
};
constexpr std::array kIndexes = {
    Index{"charges", "state", R"("state")", ""},
    Index{"charges", "place", R"("place")", ""},
    Index{"charges", "due", R"("due")", ""},
    Index{"postings", "charge", R"("charge")", R"( WHERE "charge" <> '')"},
    Index{"postings", "receipt", R"("receipt")", R"( WHERE "receipt" <> '')"},
    Index{"receipts", "state", R"("state")", ""},
    Index{"breaches", "action", R"("action")", ""},
    Index{"breaches", "at", R"("at")", ""},
    Index{"receipts", "invoice", R"("invoice")", R"( WHERE "invoice" <> '')"},
    Index{"callback_base", "month", R"("month", "ended_at")", ""},
    Index{"cases", "opened", R"("procedure", "opened_at")", ""},
    Index{"cases", "live", R"("case")", R"( WHERE "live" = 1)"},
    Index{"cases", "master", R"("master")", R"( WHERE "master" <> '')"},
    Index{"cases", "parent", R"("parent")", R"( WHERE "parent" <> '')"},
    Index{"deadlines", "due", R"("deadline", "due")", ""},
    Index{"notices", "seq", R"("seq")", ""},
    Index{"tallies", "key", R"("key")", ""},
};

Code code_of(int primary, int extended) {
  if (extended == SQLITE_IOERR_NOMEM) return Code::no_memory;
  // A line's number is the next after the last that the file shows: where that is taken, the file contradicts itself.
  if (extended == SQLITE_CONSTRAINT_PRIMARYKEY || extended == SQLITE_CONSTRAINT_ROWID) return Code::corrupt;
  switch (primary) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: return Code::busy;
    case SQLITE_READONLY: return Code::read_only;
    case SQLITE_FULL: return Code::full;
    case SQLITE_NOMEM: return Code::no_memory;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Code::corrupt;
    case SQLITE_INTERRUPT: return Code::cancelled;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOLFS: return Code::io;
    case SQLITE_TOOBIG: return Code::out_of_range;
    default: return Code::internal;
  }
}

const char* sentence(Code code) {
  switch (code) {
    case Code::busy: return "another process is using the file";
    case Code::read_only: return "the file may not be written";
    case Code::full: return "no space is left";
    case Code::no_memory: return "no memory is left";
    case Code::corrupt: return "the file is damaged, truncated, or not an office";
    case Code::io: return "the file system failed";
    case Code::out_of_range: return "a text is too long for the file";
    case Code::cancelled: return "the work was stopped";
    default: return "the file's tables do not do what was asked of them";
  }
}

std::string in_quotes(std::string_view identifier) {
  std::string out = "\"";
  out.append(identifier).append("\"");
  return out;
}

/// SQLite reads "file:…" and ":memory:" in its own way; for us a path is a path.
std::string literal_path(const std::string& path) {
  return path.starts_with(':') || path.starts_with("file:") ? "./" + path : path;
}

/// The same path as a URI that says that nobody will change the file.
std::string immutable_uri(const std::string& path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out = "file:";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '-' || c == '_';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 0x0FU];
    }
  }
  return out + "?immutable=1";
}

using Slot = std::unique_ptr<SQLite::Statement>;

/// A prepared statement in use. It is taken out of its slot and brought back, so that a caller's callback may come to the
/// same statement again; and it is reset at the end, so that it holds no read lock.
class Run {
 public:
  Run(const SQLite::Database& db, Slot& slot, const std::string& sql) : slot_(slot), statement_(std::move(slot)) {
    if (statement_ == nullptr) statement_ = std::make_unique<SQLite::Statement>(db, sql);
  }
  ~Run() {
    statement_->tryReset();
    slot_ = std::move(statement_);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Texts are bound without a copy: they live as long as the call.
  void bind(int at, const std::string& text) { statement_->bindNoCopy(at, text); }
  void bind(int at, std::int64_t number) { statement_->bind(at, number); }
  void bind_blob(int at, const std::string& bytes) { statement_->bindNoCopy(at, static_cast<const void*>(bytes.data()), static_cast<int>(bytes.size())); }
  void bind_cell(int at, const Cell& cell) {
    if (const auto* number = std::get_if<std::int64_t>(&cell)) statement_->bind(at, *number);
    else if (const auto* text = std::get_if<std::string>(&cell)) statement_->bindNoCopy(at, *text);
    else statement_->bind(at);
  }
  bool step() { return statement_->executeStep(); }
  /// How many rows changed.
  int execute() { return statement_->exec(); }
  std::int64_t number(int column) const { return statement_->getColumn(column).getInt64(); }
  std::string text(int column) const { return statement_->getColumn(column).getString(); }
  Cell cell(int column) const {
    const SQLite::Column value = statement_->getColumn(column);
    if (value.isInteger()) return value.getInt64();
    if (value.isText()) return value.getString();
    if (value.isNull()) return {};
    throw Error(Code::corrupt, "a row holds a value of a kind that no office writes");
  }

 private:
  Slot& slot_;
  Slot statement_;
};

struct Finalize {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
/// A statement of a narrow query, with its text.
struct NarrowSlot {
  std::string text;
  std::unique_ptr<sqlite3_stmt, Finalize> statement;
};

/// A narrow query in use, on SQLite itself: a figure looks at a million values, and each must cost next to nothing. Taken out
/// and brought back as Run does.
class Narrow {
 public:
  Narrow(const SQLite::Database& db, NarrowSlot& slot) : db_(db.getHandle()), slot_(slot), statement_(std::move(slot.statement)) {
    if (statement_ != nullptr) return;
    sqlite3_stmt* made = nullptr;
    const int result = sqlite3_prepare_v3(db_, slot.text.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    statement_.reset(made);
    if (result != SQLITE_OK) throw SQLite::Exception(db_, result);
  }
  ~Narrow() {
    sqlite3_reset(statement_.get());
    slot_.statement = std::move(statement_);
  }
  Narrow(const Narrow&) = delete;
  Narrow& operator=(const Narrow&) = delete;

  /// Texts are bound without a copy: they live as long as the call.
  void bind(int at, const Cell& cell) {
    int result = SQLITE_OK;
    if (const auto* number = std::get_if<std::int64_t>(&cell)) {
      result = sqlite3_bind_int64(statement_.get(), at, *number);
    } else if (const auto* text = std::get_if<std::string>(&cell)) {
      result = sqlite3_bind_text(statement_.get(), at, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
    } else {
      result = sqlite3_bind_null(statement_.get(), at);
    }
    if (result != SQLITE_OK) throw SQLite::Exception(db_, result);
  }
  bool step() {
    const int result = sqlite3_step(statement_.get());
    if (result != SQLITE_ROW && result != SQLITE_DONE) throw SQLite::Exception(db_, result);
    return result == SQLITE_ROW;
  }
  std::int64_t number(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  /// A text's or a blob's; they last until the next step.
  std::string_view bytes(int column) const {
    const auto* first = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    return {first, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
  }
  Store::View view(int column) const {
    sqlite3_stmt* const statement = statement_.get();
    switch (sqlite3_column_type(statement, column)) {
      case SQLITE_INTEGER: return sqlite3_column_int64(statement, column);
      case SQLITE_NULL: return {};
      case SQLITE_TEXT: {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
        if (text == nullptr) throw SQLite::Exception(db_, SQLITE_NOMEM);
        return std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
      }
      default: throw Error(Code::corrupt, "a row holds a value of a kind that no office writes");
    }
  }

 private:
  sqlite3* db_;
  NarrowSlot& slot_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class SqliteStore : public Store {
 public:
  SqliteStore(std::string path, const std::vector<TableSpec>& specs, const Office::Options& options)
      : path_(std::move(path)), busy_ms_(static_cast<int>(std::clamp<std::int64_t>(options.busy_ms, 0, INT_MAX))), owner_(getpid()) {
    tables_.reserve(specs.size());
    for (const TableSpec& spec : specs) tables_.emplace_back(spec);
    guarded("opening", [&] { open(options.read_only); });
    opened_ = true;
    finish_scrubbing();
  }
  ~SqliteStore() override { shut(); }
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  void begin() override {
    require_open();
    if (in_transaction_) throw Error(Code::misuse, "a transaction is open already");
    if (!why_read_only_.empty()) throw Error(Code::read_only, path_ + ": " + why_read_only_);
    if (unclear_) throw Error(Code::poisoned, path_ + ": whether the last commit was kept is not known; open the office again");
    guarded("beginning to write", [&] {
      execute(Sql::begin);
      in_transaction_ = true;
    });
    next_seq_ = 0;
  }
  void commit() override {
    require_transaction();
    require_owner();
    try {
      execute(Sql::commit);
      in_transaction_ = false;
    } catch (const SQLite::Exception& failure) {
      const Error error = translated(failure, "committing");
      rollback();
      // A commit that could not be made durable may stand in the log all the same, and a later reader may find it there.
      if ((failure.getErrorCode() & 0xFF) == SQLITE_IOERR) unclear_ = true;
      throw error;
    }
  }
  void rollback() noexcept override {
    if (!in_transaction_ || db_ == nullptr || getpid() != owner_) return;
    in_transaction_ = false;
    // Some failures have rolled back already.
    if (sqlite3_get_autocommit(db_->getHandle()) != 0) return;
    try {
      execute(Sql::rollback);
    } catch (...) {
      unclear_ = sqlite3_get_autocommit(db_->getHandle()) == 0;
    }
  }
  bool unclear() const noexcept override { return unclear_; }

  void begin_read() override {
    require_open();
    if (in_transaction_) throw Error(Code::misuse, "a transaction is open already");
    guarded("beginning to read", [&] {
      db_->exec("BEGIN");
      in_transaction_ = true;
      reading_ = true;
      // A read transaction begins with its first read.
      use(Sql::last_seq).step();
    });
  }
  void end_read() noexcept override {
    if (!reading_) return;
    reading_ = false;
    rollback();
  }
  bool read_only() const noexcept override { return !why_read_only_.empty(); }

  void begin_draft() override {
    require_transaction();
    guarded("writing", [&] { db_->exec("SAVEPOINT draft"); });
  }
  void end_draft() override {
    require_transaction();
    guarded("writing", [&] { db_->exec("ROLLBACK TO draft; RELEASE draft"); });
  }

  std::int64_t last_seq() override {
    require_open();
    return guarded("reading", [&] {
      Run run = use(Sql::last_seq);
      run.step();
      return run.number(0);
    });
  }
  std::optional<Line> line(std::int64_t seq) override {
    require_open();
    return guarded("reading", [&]() -> std::optional<Line> {
      Run run = use(Sql::line);
      run.bind(1, seq);
      if (!run.step()) return std::nullopt;
      return read_line(run);
    });
  }
  void lines(std::int64_t after, const std::function<bool(const Line&)>& each) override {
    require_open();
    guarded("reading", [&] {
      Narrow run(*db_, all_lines_);
      run.bind(1, Cell{after});
      for (Line line; run.step() && (read_line(run, line), each(line));) {
      }
    });
  }
  std::vector<Line> case_lines(std::string_view case_id) override {
    require_open();
    const std::string wanted(case_id);
    return guarded("reading", [&] {
      std::vector<Line> out;
      Run run = use(Sql::case_lines);
      run.bind(1, wanted);
      while (run.step()) out.push_back(read_line(run));
      return out;
    });
  }
  std::int64_t find_key(std::string_view source, std::string_view key) override {
    require_open();
    if (key.empty()) return 0;
    const std::string wanted_source(source);
    const std::string wanted_key(key);
    return guarded("reading", [&] {
      Run run = use(Sql::find_key);
      run.bind(1, wanted_source);
      run.bind(2, wanted_key);
      return run.step() ? run.number(0) : 0;
    });
  }
  void append(Line line) override {
    require_transaction();
    if (next_seq_ == 0) next_seq_ = last_seq() + 1;
    if (line.seq != next_seq_) throw Error(Code::internal, "lines are numbered without gaps");
    guarded("writing", [&] {
      Run run = use(Sql::append);
      run.bind(1, line.seq);
      run.bind(2, std::int64_t{line.told ? 1 : 0});
      run.bind(3, line.at.us);
      run.bind(4, line.now.us);
      run.bind(5, line.case_id);
      run.bind(6, line.source);
      run.bind(7, line.key);
      run.bind(8, line.text);
      run.bind_blob(9, line.hash);
      run.execute();
    });
    ++next_seq_;
  }

  void put_personal(const Personal& value) override {
    require_transaction();
    guarded("writing", [&] {
      Run run = use(Sql::put_personal);
      run.bind(1, value.seq);
      run.bind(2, value.field);
      run.bind(3, value.subject);
      run.bind(4, value.value);
      run.execute();
    });
  }
  std::vector<Personal> personal(std::int64_t seq) override {
    require_open();
    return guarded("reading", [&] {
      Run run = use(Sql::personal);
      run.bind(1, seq);
      return read_personal(run);
    });
  }
  std::vector<Personal> personal_of(std::string_view subject) override {
    require_open();
    const std::string wanted(subject);
    return guarded("reading", [&] {
      Run run = use(Sql::personal_of);
      run.bind(1, wanted);
      return read_personal(run);
    });
  }
  std::int64_t erase_personal(std::int64_t seq, std::string_view subject, std::string_view field) override {
    require_transaction();
    if (seq <= 0 && subject.empty()) return 0;
    const std::string of_subject(subject);
    const std::string of_field(field);
    return guarded("erasing", [&]() -> std::int64_t {
      Run run = use(seq > 0 ? Sql::erase_of_line : Sql::erase_of_subject);
      int at = 1;
      if (seq > 0) run.bind(at++, seq);
      run.bind(at++, of_subject);
      run.bind(at, of_field);
      const int erased = run.execute();
      if (erased > 0) write_meta(kScrubDue, "1");
      return erased;
    });
  }
  void scrub() override {
    require_open();
    if (in_transaction_) throw Error(Code::misuse, "scrubbing comes after the commit");
    begin();
    try {
      guarded("scrubbing", [&] { db_->exec(kRewritePersonal); });
      commit();
    } catch (...) {
      rollback();
      throw;
    }
    guarded("scrubbing", [&] {
      // What the log still holds of it goes with the log.
      SQLite::Statement checkpoint(*db_, "PRAGMA wal_checkpoint(TRUNCATE)");
      checkpoint.executeStep();
      if (checkpoint.getColumn(0).getInt() != 0) {
        throw Error(Code::busy, path_ + ": another reader holds on to what was erased; try again later");
      }
    });
    begin();
    set_meta(kScrubDue, "");
    commit();
  }

  bool keeps_rows() const noexcept override { return true; }
  void upsert(std::size_t table, const std::vector<Cell>& row) override {
    require_transaction();
    Table& to = tables_.at(table);
    if (row.size() != to.columns.size()) throw Error(Code::internal, "a row has as many cells as its table has columns");
    guarded("writing", [&] {
      Run run(*db_, to.upsert, to.upsert_sql);
      for (std::size_t i = 0; i < row.size(); ++i) run.bind_cell(static_cast<int>(i) + 1, row[i]);
      run.execute();
    });
  }
  void remove(std::size_t table, std::span<const Cell> key) override {
    require_transaction();
    Table& from = tables_.at(table);
    if (key.size() != from.keys) throw Error(Code::internal, "a key has as many cells as its table has key columns");
    guarded("writing", [&] {
      Run run(*db_, from.remove, from.remove_sql);
      for (std::size_t i = 0; i < key.size(); ++i) run.bind_cell(static_cast<int>(i) + 1, key[i]);
      run.execute();
    });
  }
  void scan(std::size_t table, std::string_view column, const Cell& equals, const std::function<bool(std::vector<Cell>&&)>& each) override {
    require_open();
    Table& from = tables_.at(table);
    if (!from.exists) return;
    guarded("reading", [&] {
      bool bound = false;
      const std::string condition = from.condition(column, equals, bound);
      Run run(*db_, from.scans[condition], from.select_sql + condition + from.order_sql);
      if (bound) run.bind_cell(1, equals);
      while (run.step()) {
        std::vector<Cell> row;
        row.reserve(from.columns.size());
        for (std::size_t i = 0; i < from.columns.size(); ++i) row.push_back(run.cell(static_cast<int>(i)));
        if (!each(std::move(row))) return;
      }
    });
  }

  void select(const Selection& what, const std::function<bool(std::span<const View>)>& each) override {
    require_open();
    Table& from = tables_.at(what.table);
    if (!from.exists) return;
    guarded("reading", [&] {
      Narrow run(*db_, from.query(what));
      int at = 1;
      if (!what.column.empty()) run.bind(at++, what.equals);
      if (!what.dated.empty()) {
        run.bind(at++, what.within.from);
        run.bind(at, what.within.until);
      }
      std::vector<View> row(what.columns.size());
      while (run.step()) {
        for (std::size_t i = 0; i < row.size(); ++i) row[i] = run.view(static_cast<int>(i));
        if (!each(row)) return;
      }
    });
  }

  std::string meta(std::string_view name) override {
    require_open();
    const std::string wanted(name);
    return guarded("reading", [&] { return read_meta(wanted); });
  }
  void set_meta(std::string_view name, std::string_view value) override {
    require_transaction();
    const std::string at(name);
    const std::string to(value);
    guarded("writing", [&] { write_meta(at, to); });
  }

  std::vector<std::string> check() override {
    require_open();
    std::vector<std::string> out;
    try {
      SQLite::Statement check(*db_, "PRAGMA quick_check");
      while (check.executeStep()) out.push_back(check.getColumn(0).getString());
    } catch (const SQLite::Exception& failure) {
      const Error error = translated(failure, "checking");
      if (error.code() != Code::corrupt) throw error;
      out.push_back(failure.what());
    }
    if (out.size() == 1 && out.front() == "ok") out.clear();
    return out;
  }
  void backup(const std::string& to, const std::function<bool(std::int64_t, std::int64_t)>& progress) override {
    require_open();
    if (in_transaction_) throw Error(Code::misuse, "a backup cannot be made within a transaction");
    reserve_file(to);
    try {
      guarded("backing up", [&] { copy_pages(literal_path(to), progress); });
      sync_directory(to);
    } catch (...) {
      std::error_code ignored;
      std::filesystem::remove(to, ignored);
      std::filesystem::remove(to + "-journal", ignored);
      throw;
    }
  }
  void close() override {
    if (db_ != nullptr) require_owner();
    shut();
  }

 private:
  /// A table of rows with its statements.
  struct Table {
    explicit Table(const TableSpec& spec)
        : name(spec.name), sql_name(in_quotes("t_" + spec.name)), columns(spec.columns), keys(std::max<std::size_t>(spec.keys, 1)) {
      std::string names;
      std::string parameters;
      std::string key_names;
      std::string changes;
      std::string key_match;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string column = in_quotes(columns[i].name);
        const std::string parameter = "?" + std::to_string(i + 1);
        names += (i > 0 ? ", " : "") + column;
        parameters += (i > 0 ? ", " : "") + parameter;
        if (i < keys) {
          key_names += (i > 0 ? ", " : "") + column;
          key_match += (i > 0 ? " AND " : "") + column + " = " + parameter;
        } else {
          changes += (i > keys ? ", " : "") + column + " = excluded." + column;
        }
      }
      upsert_sql = "INSERT INTO " + sql_name + " (" + names + ") VALUES (" + parameters + ") ON CONFLICT (" + key_names + ") DO " +
                   (changes.empty() ? "NOTHING" : "UPDATE SET " + changes);
      remove_sql = "DELETE FROM " + sql_name + " WHERE " + key_match;
      select_sql = "SELECT " + names + " FROM " + sql_name;
      order_sql = " ORDER BY " + key_names;
      create_sql = "CREATE TABLE " + sql_name + " (";
      for (const Column& column : columns) {
        create_sql += in_quotes(column.name) + (column.type == ColumnType::text || column.type == ColumnType::date ? " TEXT, " : " INTEGER, ");
      }
      // One whole number as key is SQLite's own row number; any other key is the table's only tree.
      const bool numbered = keys == 1 && columns.front().type != ColumnType::text && columns.front().type != ColumnType::date;
      create_sql += "PRIMARY KEY (" + key_names + "))" + (numbered ? "" : " WITHOUT ROWID");
    }

    /// The WHERE of a scan. A flag is written out rather than bound, and of a text it is said that there is one, so that
    /// SQLite sees that a partial index serves.
    std::string condition(std::string_view column, const Cell& equals, bool& bound) const {
      bound = false;
      if (column.empty()) return {};
      const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& have) { return have.name == column; });
      if (found == columns.end()) throw Error(Code::internal, "table " + name + " has no column " + std::string(column));
      const std::string left = " WHERE " + in_quotes(column);
      if (std::holds_alternative<std::monostate>(equals)) return left + " IS NULL";
      const auto* flag = std::get_if<std::int64_t>(&equals);
      if (found->type == ColumnType::boolean && flag != nullptr) return left + (*flag != 0 ? " = 1" : " = 0");
      bound = true;
      return left + " = ?1" + (some_text(equals) && found->type == ColumnType::text ? " AND " + in_quotes(column) + " <> ''" : "");
    }
    static bool some_text(const Cell& equals) {
      const auto* text = std::get_if<std::string>(&equals);
      return text != nullptr && !text->empty();
    }

    /// The statement of a narrow query. There are few, and a figure may ask one of them for each of its cases.
    NarrowSlot& query(const Selection& what) {
      for (Query& one : narrow) {
        const bool columns_too = std::equal(one.columns.begin(), one.columns.end(), what.columns.begin(), what.columns.end());
        if (columns_too && one.column == what.column && one.some_text == some_text(what.equals) && one.dated == what.dated) return one.slot;
      }
      std::string text;
      for (const std::string_view column : what.columns) text.append(text.empty() ? "SELECT " : ", ").append(in_quotes(known(column)));
      text += " FROM " + sql_name;
      if (!what.column.empty()) text += " WHERE " + in_quotes(known(what.column)) + " = ?1";
      if (some_text(what.equals)) text += " AND " + in_quotes(what.column) + " <> ''";
      if (!what.dated.empty()) {
        const std::string dated = in_quotes(known(what.dated));
        const bool first = what.column.empty();
        text += (first ? " WHERE " : " AND ") + dated + " >= ?" + (first ? "1" : "2") + " AND " + dated + " < ?" + (first ? "2" : "3");
      }
      narrow.push_back(
          {{what.columns.begin(), what.columns.end()}, std::string(what.column), some_text(what.equals), std::string(what.dated), {std::move(text), {}}});
      return narrow.back().slot;
    }
    std::string_view known(std::string_view column) const {
      const bool there = std::any_of(columns.begin(), columns.end(), [&](const Column& have) { return have.name == column; });
      if (!there) throw Error(Code::internal, "table " + name + " has no column " + std::string(column));
      return column;
    }

    std::string name;
    std::string sql_name;
    std::vector<Column> columns;
    std::size_t keys;
    std::string create_sql, upsert_sql, remove_sql, select_sql, order_sql;
    Slot upsert, remove;
    std::map<std::string, Slot> scans;  ///< by WHERE
    struct Query {
      std::vector<std::string> columns;
      std::string column;
      bool some_text;
      std::string dated;
      NarrowSlot slot;
    };
    std::list<Query> narrow;  ///< in places of their own: a query may be asked while another runs
    bool exists = false;
  };

  // --- opening

  void open(bool read_only) {
    if (path_.empty() || path_.find('\0') != std::string::npos) throw Error(Code::invalid_argument, "an office's file needs a name");
    look_at_file(read_only);
    connect(literal_path(path_), read_only);
    bool fresh = false;
    try {
      fresh = is_new();
    } catch (const SQLite::Exception& failure) {
      if (!may_be_immutable(failure)) throw;
      connect(immutable_uri(path_), true, SQLITE_OPEN_URI);
      fresh = is_new();
    }
    if (read_only) why_read_only_ = "the office was opened read-only";
    else if (sqlite3_db_readonly(db_->getHandle(), "main") == 1) why_read_only_ = "the file may not be written";
    if (fresh) {
      if (!why_read_only_.empty()) throw Error(Code::corrupt, path_ + ": the file is empty, and opened read-only it cannot be made an office");
      create();
    } else {
      check_format();
    }
    if (why_read_only_.empty()) enter_wal();
    prepare_tables();
  }

  /// What can be said before SQLite looks: no such directory, no file, a directory, no database.
  void look_at_file(bool read_only) const {
    namespace fs = std::filesystem;
    std::error_code failure;
    const fs::path path(path_);
    const fs::file_status status = fs::status(path, failure);
    if (!fs::exists(status)) {
      const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
      if (!fs::is_directory(parent, failure)) throw Error(Code::io, path_ + ": there is no such directory");
      if (read_only) throw Error(Code::not_found, path_ + ": there is no such file");
      return;
    }
    if (fs::is_directory(status)) throw Error(Code::io, path_ + ": this is a directory");
  }

  /// After a crash between erasing and scrubbing. Where others are at work or the disk is full, a later opening does it.
  void finish_scrubbing() {
    if (!why_read_only_.empty() || meta(kScrubDue).empty()) return;
    try {
      scrub();
    } catch (const Error& error) {
      if (error.code() != Code::busy && error.code() != Code::full) throw;
    }
  }

  void connect(const std::string& name, bool read_only, int more_flags = 0) {
    statements_ = {};
    all_lines_.statement.reset();
    const int flags = (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX | more_flags;
    db_ = std::make_unique<SQLite::Database>(name, flags, busy_ms_);
    sqlite3* const handle = db_->getHandle();
    // A file may come from anywhere: nothing in it runs.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    db_->exec("PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF; PRAGMA cell_size_check = ON");
  }

  /// A file on a medium that cannot be written at all has no place for the log's index; without a log it can be read as it is.
  bool may_be_immutable(const SQLite::Exception& failure) const {
    const int code = failure.getErrorCode() & 0xFF;
    if (sqlite3_db_readonly(db_->getHandle(), "main") != 1 || (code != SQLITE_CANTOPEN && code != SQLITE_READONLY)) return false;
    std::error_code none;
    const auto log_bytes = std::filesystem::file_size(path_ + "-wal", none);
    return none || log_bytes == 0;
  }

  std::int64_t pragma(const char* name) const {
    SQLite::Statement statement(*db_, std::string("PRAGMA ") + name);
    return statement.executeStep() ? statement.getColumn(0).getInt64() : 0;
  }

  /// False for an office; true for an empty file; throws corrupt for another's database.
  bool is_new() const {
    // One look at all three, because beside it somebody may be making the office.
    std::optional<SQLite::Transaction> look;
    if (!in_transaction_) look.emplace(*db_);
    const std::int64_t application = pragma("application_id");
    if (application == kApplicationId) return false;
    SQLite::Statement any(*db_, "SELECT count(*) FROM sqlite_schema");
    any.executeStep();
    if (application == 0 && pragma("user_version") == 0 && any.getColumn(0).getInt64() == 0) return true;
    throw Error(Code::corrupt, path_ + ": this is a database, but not an office of wuye");
  }

  void create() {
    // Two processes may come here at once: the second waits, and then finds an office.
    enter_wal();
    execute(Sql::begin);
    in_transaction_ = true;
    try {
      if (is_new()) {
        db_->exec(kSchema);
        db_->exec("PRAGMA application_id = " + std::to_string(kApplicationId));
        db_->exec("PRAGMA user_version = " + std::to_string(kFormat));
        for (const char* name : {"format", "least_reader", "least_writer"}) write_meta(name, std::to_string(kFormat));
      }
      execute(Sql::commit);
      in_transaction_ = false;
    } catch (...) {
      rollback();
      throw;
    }
    check_format();
  }

  void check_format() {
    const auto version = [&](const char* name) {
      const std::string text = read_meta(name);
      std::int64_t value = 0;
      for (const char c : text) {
        if (c < '0' || c > '9' || value > 1'000'000) return std::int64_t{-1};
        value = value * 10 + (c - '0');
      }
      return text.empty() ? -1 : value;
    };
    const std::int64_t format = version("format");
    const std::int64_t least_reader = version("least_reader");
    const std::int64_t least_writer = version("least_writer");
    if (format < 1 || least_reader < 1 || least_writer < 1) throw Error(Code::corrupt, path_ + ": the file does not say which format it has");
    const std::string newer = path_ + ": the file has format " + std::to_string(format) + ", and this wuye ";
    if (least_reader > kFormat) throw Error(Code::unsupported, newer + "reads up to " + std::to_string(kFormat) + "; use a newer one");
    if (least_writer > kFormat && why_read_only_.empty()) why_read_only_ = "the file has a newer format, which this wuye may only read";
  }

  void enter_wal() {
    // The change to WAL does not wait by itself while another process makes the same change.
    for (int waited_ms = 0;; waited_ms += 10) {
      SQLite::Statement change(*db_, "PRAGMA journal_mode = WAL");
      const int result = change.tryExecuteStep();
      if (result == SQLITE_ROW) {
        if (change.getColumn(0).getString() != "wal") throw Error(Code::io, path_ + ": this file system cannot keep a write-ahead log");
        break;
      }
      if ((result & 0xFF) != SQLITE_BUSY || waited_ms >= busy_ms_) throw SQLite::Exception(db_->getHandle(), result);
      change.tryReset();
      sqlite3_sleep(10);
    }
    db_->exec("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 16777216");
  }

  void prepare_tables() {
    bool missing = false;
    for (Table& table : tables_) {
      inspect(table);
      missing = missing || !table.exists;
    }
    if (!missing || !why_read_only_.empty()) return;
    execute(Sql::begin);
    in_transaction_ = true;
    try {
      for (Table& table : tables_) {
        inspect(table);
        if (!table.exists) create_table(table);
      }
      execute(Sql::commit);
      in_transaction_ = false;
    } catch (...) {
      rollback();
      throw;
    }
  }

  void inspect(Table& table) const {
    SQLite::Statement info(*db_, "PRAGMA table_info(" + table.sql_name + ")");
    std::size_t columns = 0;
    bool same = true;
    while (info.executeStep()) {
      same = same && columns < table.columns.size() && info.getColumn(1).getString() == table.columns[columns].name;
      ++columns;
    }
    table.exists = columns > 0;
    if (table.exists && !(same && columns == table.columns.size())) {
      throw Error(Code::unsupported, path_ + ": table " + table.name + " has other columns than this wuye keeps");
    }
  }

  void create_table(Table& table) {
    db_->exec(table.create_sql);
    for (const Index& index : kIndexes) {
      if (table.name != index.table) continue;
      db_->exec("CREATE INDEX " + in_quotes("t_" + table.name + "_" + index.suffix) + " ON " + table.sql_name + " (" + index.columns + ")" + index.where);
    }
    table.exists = true;
  }

  // --- running statements

  Run use(Sql which) {
    const auto at = static_cast<std::size_t>(which);
    return Run(*db_, statements_[at], kSql[at]);
  }
  void execute(Sql which) {
    Run run = use(which);
    run.execute();
  }

  static Line read_line(const Run& run) {
    Line line;
    line.seq = run.number(0);
    line.told = run.number(1) != 0;
    line.at.us = run.number(2);
    line.now.us = run.number(3);
    line.case_id = run.text(4);
    line.source = run.text(5);
    line.key = run.text(6);
    line.text = run.text(7);
    line.hash = run.text(8);
    return line;
  }
  /// Into the room that the line before has taken: a journal is read line by line from its first.
  static void read_line(const Narrow& run, Line& line) {
    line.seq = run.number(0);
    line.told = run.number(1) != 0;
    line.at.us = run.number(2);
    line.now.us = run.number(3);
    line.case_id = run.bytes(4);
    line.source = run.bytes(5);
    line.key = run.bytes(6);
    line.text = run.bytes(7);
    line.hash = run.bytes(8);
  }
  static std::vector<Personal> read_personal(Run& run) {
    std::vector<Personal> out;
    while (run.step()) out.push_back({run.number(0), run.text(1), run.text(2), run.text(3)});
    return out;
  }
  std::string read_meta(const std::string& name) {
    Run run = use(Sql::meta);
    run.bind(1, name);
    return run.step() ? run.text(0) : std::string();
  }
  void write_meta(const std::string& name, const std::string& value) {
    Run run = use(Sql::set_meta);
    run.bind(1, name);
    run.bind(2, value);
    run.execute();
  }

  // --- backing up

  /// Makes the file, and refuses one that is there.
  static void reserve_file(const std::string& path) {
    if (path.empty() || path.find('\0') != std::string::npos) throw Error(Code::invalid_argument, "a backup's file needs a name");
    const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    if (file >= 0) {
      ::close(file);
      return;
    }
    if (errno == EEXIST) throw Error(Code::conflict, path + ": the file exists; a backup is written to a new one");
    if (errno == ENOSPC || errno == EDQUOT) throw Error(Code::full, path + ": no space is left");
    throw Error(Code::io, path + ": the file cannot be made");
  }

  void copy_pages(const std::string& to, const std::function<bool(std::int64_t, std::int64_t)>& progress) {
    // A read transaction held throughout keeps what is copied at one moment, however much others write.
    db_->exec("BEGIN");
    struct End {
      SQLite::Database& db;
      ~End() { db.tryExec("ROLLBACK"); }
    } const end{*db_};
    use(Sql::last_seq).step();
    SQLite::Database target(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, busy_ms_);
    target.exec("PRAGMA synchronous = FULL");
    SQLite::Backup backup(target, *db_);
    for (int result = SQLITE_OK; result != SQLITE_DONE;) {
      result = backup.executeStep(kPagesAStep);
      if (result == SQLITE_BUSY || result == SQLITE_LOCKED) throw SQLite::Exception("the backup's file is in use", result);
      const std::int64_t all = backup.getTotalPageCount();
      if (progress && !progress(all - backup.getRemainingPageCount(), all) && result != SQLITE_DONE) {
        throw Error(Code::cancelled, "the backup was stopped");
      }
    }
  }

  /// Makes the new file's name durable. Where a directory cannot be opened for that, the system does it in its own time.
  static void sync_directory(const std::string& path) {
    const std::filesystem::path parent = std::filesystem::path(path).parent_path();
    const int directory = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return;
    static_cast<void>(::fsync(directory));
    ::close(directory);
  }

  // --- errors and ending

  Error translated(const SQLite::Exception& failure, const char* doing) const {
    const int extended = failure.getExtendedErrorCode();
    const int primary = failure.getErrorCode() & 0xFF;
    Code code = code_of(primary, extended);
    // While opening, tables that are missing or of another shape mean that this is no office.
    if (code == Code::internal && !opened_) code = Code::corrupt;
    Error error(code, path_ + ": " + doing + ": " + sentence(code) + " (" + failure.what() + ")");
    error.with("sqlite", std::to_string(extended > 0 ? extended : primary));
    return error;
  }

  template <class Work>
  auto guarded(const char* doing, Work&& work) -> decltype(work()) {
    try {
      return work();
    } catch (const SQLite::Exception& failure) {
      throw translated(failure, doing);
    }
  }

  void require_owner() const {
    if (getpid() != owner_) throw Error(Code::misuse, path_ + ": the office was opened before fork; open it anew in the child");
  }
  /// Within a transaction `begin` has looked at the process already, and `commit` will again.
  void require_open() const {
    if (db_ == nullptr) throw Error(Code::misuse, "the office is closed");
    if (!in_transaction_) require_owner();
  }
  void require_transaction() const {
    require_open();
    if (!in_transaction_) throw Error(Code::misuse, "a change is made outside of a transaction");
  }

  void shut() noexcept {
    if (db_ == nullptr) return;
    if (getpid() != owner_) {
      // The parent's locks and log are the parent's: a child leaves its copy of the connection alone.
      for (Slot& slot : statements_) static_cast<void>(slot.release());
      static_cast<void>(all_lines_.statement.release());
      for (Table& table : tables_) {
        static_cast<void>(table.upsert.release());
        static_cast<void>(table.remove.release());
        for (auto& scan : table.scans) static_cast<void>(scan.second.release());
        for (Table::Query& query : table.narrow) static_cast<void>(query.slot.statement.release());
      }
      static_cast<void>(db_.release());
      return;
    }
    rollback();
    statements_ = {};
    all_lines_.statement.reset();
    for (Table& table : tables_) {
      table.upsert.reset();
      table.remove.reset();
      table.scans.clear();
      table.narrow.clear();
    }
    db_.reset();
  }

  std::string path_;
  int busy_ms_;
  pid_t owner_;
  std::unique_ptr<SQLite::Database> db_;  ///< empty once closed
  std::array<Slot, static_cast<std::size_t>(Sql::count)> statements_;
  NarrowSlot all_lines_{"SELECT seq, told, at, now, case_id, source, key, text, hash FROM lines WHERE seq > ?1 ORDER BY seq", {}};
  std::vector<Table> tables_;
  std::string why_read_only_;  ///< empty: may be written
  std::int64_t next_seq_ = 0;  ///< of the open transaction; 0: not asked for yet
  bool in_transaction_ = false;
  bool reading_ = false;
  bool unclear_ = false;
  bool opened_ = false;
};

}  // namespace

std::unique_ptr<Store> open_sqlite_store(const std::string& path, const std::vector<TableSpec>& tables, const Office::Options& options) {
  return std::make_unique<SqliteStore>(path, tables, options);
}

}  // namespace wuye
