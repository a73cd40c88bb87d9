// Where an office's lines and rows are kept. Two stores exist: memory and SQLite; a server's would be a third. A store
// decides nothing and knows no rules: it appends, upserts, finds, and makes what happened between `begin` and `commit` one thing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wuye/office.hpp"
#include "wuye/table.hpp"

namespace wuye {

/// A table as the store sees it, made from a row type by tables/describe.hpp.
struct TableSpec {
  std::string name;
  std::vector<Column> columns;
  std::vector<bool> internal;  ///< beside `columns`: not projected
  std::size_t keys = 1;
};

/// What is personal in a told line stands here, beside the chain.
struct Personal {
  std::int64_t seq = 0;
  std::string field;
  std::string subject;  ///< the case, party or staff member that it is about
  std::string value;
};

/// Changes outside of a transaction throw misuse, and so does every call after `close` or, with a file, after fork.
class Store {
 public:
  virtual ~Store() = default;

  /// Takes the write lock (throws busy) and sees everything committed so far.
  virtual void begin() = 0;
  /// Throws io, full: then nothing of the transaction is kept. `unclear()` afterwards says whether that is not known.
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;
  virtual bool unclear() const noexcept { return false; }
  /// `begin` would throw read_only.
  virtual bool read_only() const noexcept { return false; }

  /// From here to `end_read` every read sees the same moment, whatever others commit. Not inside a transaction of one's own.
  virtual void begin_read() {}
  virtual void end_read() noexcept {}

  /// Inside a transaction: rows that are put or removed from here to `end_draft` are seen by this store's own reads, and are then gone.
  virtual void begin_draft() {}
  virtual void end_draft() {}

  virtual std::int64_t last_seq() = 0;
  virtual std::optional<Line> line(std::int64_t seq) = 0;
  /// Lines with number > after, in order, until `each` answers false.
  virtual void lines(std::int64_t after, const std::function<bool(const Line&)>& each) = 0;
  virtual std::vector<Line> case_lines(std::string_view case_id) = 0;
  /// The told line with this source and key; 0 where there is none.
  virtual std::int64_t find_key(std::string_view source, std::string_view key) = 0;
  /// The line's number is last_seq() + 1; else throws internal. A store in memory takes lines without a hash too.
  virtual void append(Line line) = 0;
  /// Gives lines that came without a hash theirs, and answers the last line's.
  virtual std::string chain() { return {}; }

  virtual void put_personal(const Personal& value) = 0;
  virtual std::vector<Personal> personal(std::int64_t seq) = 0;
  virtual std::vector<Personal> personal_of(std::string_view subject) = 0;
  /// Empties what is known: of a line (`seq` > 0), or of a subject; with both, of that subject in that line; `field`
  /// empty: all fields. How many values went.
  virtual std::int64_t erase_personal(std::int64_t seq, std::string_view subject, std::string_view field) = 0;
  /// After a commit that erased: what was erased leaves no copy in the file. Throws busy where another reader holds on to it;
  /// then call again later.
  virtual void scrub() = 0;

  /// Rows as cells, in the order of the spec's columns. Memory stores keep none (`keeps_rows` is false): there the
  /// tables in memory are the only copy.
  virtual bool keeps_rows() const noexcept = 0;
  virtual void upsert(std::size_t table, const std::vector<Cell>& row) = 0;
  virtual void remove(std::size_t table, std::span<const Cell> key) = 0;
  /// Rows where the column equals the cell (column empty: all), in key order.
  virtual void scan(std::size_t table, std::string_view column, const Cell& equals,
                    const std::function<bool(std::vector<Cell>&&)>& each) = 0;

  using View = std::variant<std::monostate, std::int64_t, std::string_view>;
  /// From a cell on, and before another: instants, or days as texts.
  struct Range {
    Cell from;
    Cell until;
    Range() = default;
    Range(const Segment& segment) : from(segment.from.us), until(segment.until.us) {}  // a segment is one
    Range(std::string first, std::string after) : from(std::move(first)), until(std::move(after)) {}
  };
  /// Some columns of some rows: those where `column` equals `equals`, and where `dated` lies in the range (a name left empty: no
  /// such demand).
  struct Selection {
    std::size_t table = 0;
    std::span<const std::string_view> columns;
    std::string_view column;
    Cell equals;
    std::string_view dated;
    Range within;
  };
  /// Such rows in no particular order, until `each` answers false; the views last for its call. Memory stores give none.
  virtual void select(const Selection& what, const std::function<bool(std::span<const View>)>& each) = 0;

  /// A small table of named texts: format, seed, last hash, clock.
  virtual std::string meta(std::string_view name) = 0;
  virtual void set_meta(std::string_view name, std::string_view value) = 0;

  virtual std::vector<std::string> check() = 0;  ///< what the medium itself finds wrong with it
  /// Copies what is committed into a new file, while others may write. `progress` (may be empty) gets pages done and all;
  /// false stops. Throws conflict where the file exists, cancelled, misuse within a transaction or in memory.
  virtual void backup(const std::string& path, const std::function<bool(std::int64_t, std::int64_t)>& progress) = 0;
  virtual void close() = 0;
};

std::unique_ptr<Store> make_memory_store();
/// Throws io, not_found (read-only and no such file), corrupt (not ours, truncated), unsupported (newer), busy. `tables` are
/// created where missing. A file that may not be written, by its permissions or its least_writer, opens read-only.
std::unique_ptr<Store> open_sqlite_store(const std::string& path, const std::vector<TableSpec>& tables,
                                         const Office::Options& options);

}  // namespace wuye
