// What stands behind an Office: its store, its state, its engine, and the rules of its transactions. Shared by the files
// that implement Office's verbs.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "journal/store.hpp"
#include "office/engine.hpp"
#include "office/state.hpp"
#include "wuye/office.hpp"
#include "wuye/table.hpp"

namespace wuye {

/// The tables in the order in which stores know them.
enum class TableId : std::size_t { cases, deadlines, notices, breaches, units, parties, staff, holdings, tallies, manuals };
const std::vector<TableSpec>& table_specs();

struct Office::Impl {
  Impl(std::unique_ptr<Store> the_store, Manual manual, Options the_options)
      : store(std::move(the_store)), engine(state, *store), first_manual(std::move(manual)), options(std::move(the_options)) {
    state.seed = options.seed;
  }

  std::mutex mutex;
  std::unique_ptr<Store> store;
  State state;
  Engine engine;
  Manual first_manual;
  Options options;
  bool closed = false;
  bool poisoned = false;
  bool read_only = false;
  std::optional<Savepoint> proposal;
  bool proposal_refused = false;

  /// Throws misuse where the office is closed or holds a proposal.
  void usable() const;
  /// Sees what other processes have committed since.
  void sync();
  /// Reads what is live from the store; for opening.
  void read_live();
  /// Lines, rows and personal values of the transaction to the store; commit follows.
  void flush();
  /// Everything pending is the store's from now on.
  void settle();
  /// Runs `f` as one transaction. `f` answers whether there is anything to keep.
  template <class F>
  void write(F&& f);
  /// Only memory: what is pending goes to the memory store, so that lookups see it.
  void settle_memory();

  /// Rows as cells, every column, in key order.
  std::vector<std::vector<Cell>> rows(TableId id);
  TableData project(TableId id);
  TableData lines_table();
  TableData metric_cases_table();
  void add_field_columns(TableData& table);
  std::vector<Figure> score(std::string_view period, std::string_view who);
  const Manual& current_manual() const;
  std::string explain_case(std::string_view id);
  std::string explain_figure(std::string_view metric, std::string_view period, std::string_view who);
  std::string state_digest();

 private:
  void read_registers();
  void read_manuals();
  void fetch_from_store();
  cases::Case case_from(std::vector<Cell>&& cells);
  bool fetching_ = false;
};

template <class F>
void Office::Impl::write(F&& f) {
  if (read_only) throw Error(Code::read_only, "this office takes no writes");
  store->begin();
  try {
    sync();
  } catch (...) {
    store->rollback();
    throw;
  }
  const Savepoint start = state.save();
  try {
    if (!f()) {
      state.take_back(start);
      store->rollback();
      return;
    }
    flush();
    store->commit();
  } catch (...) {
    store->rollback();
    state.take_back(start);
    if (store->unclear()) poisoned = true;
    throw;
  }
  settle();
}

}  // namespace wuye
