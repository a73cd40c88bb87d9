// What stands behind an Office: its store, its state, its engine, and the rules of its transactions. Shared by the files
// that implement Office's verbs.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "callbacks/figures.hpp"
#include "journal/store.hpp"
#include "office/engine.hpp"
#include "office/sheets.hpp"
#include "office/state.hpp"
#include "tables/specs.hpp"
#include "wuye/office.hpp"
#include "wuye/table.hpp"

namespace wuye {

struct Office::Impl final : Reckoner {
  Impl(std::unique_ptr<Store> the_store, Manual manual, Options the_options)
      : store(std::move(the_store)), engine(state, *store, *this), first_manual(std::move(manual)), options(std::move(the_options)) {
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
  bool view = false;  ///< of another office at an instant, to which its clock was brought
  bool chained = true;  ///< false: the store's lines have no hashes yet
  std::vector<std::vector<Cell>> what_if;  ///< of a view under another manual: the rows of the table of that name
  std::optional<Savepoint> proposal;
  bool proposal_refused = false;
  bool scrub_due = false;  ///< an erasure stands, but another reader still holds on to the old pages

  /// Throws misuse where the office is closed or holds a proposal.
  void usable() const;
  /// Sees what other processes have committed since. Inside a transaction or a Snapshot.
  void sync();
  /// What the verbs that read stand on: checks that the office is usable, and sees one moment of the file until it goes.
  /// Throws misuse while a proposal is held: it is neither told nor not told.
  class Snapshot {
   public:
    explicit Snapshot(Impl& impl) : impl_(impl) {
      impl_.usable();
      if (impl_.proposal) throw Error(Code::misuse, "a proposal is held; commit or discard it first");
      impl_.store->begin_read();
      try {
        impl_.sync();
      } catch (...) {
        impl_.store->end_read();
        throw;
      }
    }
    ~Snapshot() { impl_.store->end_read(); }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

   private:
    Impl& impl_;
  };
  /// Reads what is live from the store; for opening.
  void read_live();
  /// Lines, rows and personal values of the transaction to the store; commit follows.
  void flush();
  /// The rows alone, as far as they changed.
  void flush_rows();
  /// Everything pending is the store's from now on. Does not throw: it comes after the commit.
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
  /// `callbacks` and `callback_figures`.
  std::pair<TableData, TableData> callback_tables();
  TableData custody_table();
  /// Says of which thing in custody the cases do not tell where it was at every moment.
  void check_custody(std::vector<std::string>& findings);
  template <class F>
  void each_in_custody(F&& f);
  TableData what_if_table();
  /// The subtotals of the manual's record books, by page or by day.
  TableData book_table(bool by_page);
  void add_field_columns(TableData& table);
  /// The sentences of notices, in front of their state.
  void add_texts(TableData& table);
  /// One month of a quota, under its own manual.
  struct QuotaMonth {
    Segment month;
    const model::Quota* quota = nullptr;
    callbacks::Base base;
    std::vector<std::pair<rows::CallbackBase, bool>> passed_over;  ///< and whether they are asked for by now
    std::vector<callbacks::Fact> facts;                            ///< while they are gathered
    callbacks::Month reckoned;
  };
  struct Called {
    std::map<std::string, QuotaMonth> months;
    std::vector<rows::CallbackBase> excluded;  ///< cases outside the base, by when they ended
  };
  /// What there is of the metric's quota in the months of the period (none: in all), for the figures and the tables alike.
  Called called(const model::Manual& manual, const model::Metric& metric, const std::optional<Segment>& period, bool who, bool zone);
  /// Both channels, and every officer, stand on the same months: they are gathered once a question.
  struct Gathered {
    using Key = std::tuple<const model::Manual*, int, Segment, model::Metric::Charge, int, int, bool, bool>;
    std::map<Key, Called> by;
  };
  /// Of which period, whom and where a figure is asked, and whether with the cases behind it.
  struct Asked {
    Segment period;
    std::string_view who;
    std::string_view zone;
    bool cases = false;
    Gathered* gathered = nullptr;  ///< what other figures of the same question have gathered; may be none
    std::string_view head = {};    ///< of a rate of charges: one fee; empty: all of its
  };
  Figure figure(const model::Manual& manual, const model::Metric& metric, const Asked& asked);
  Figure figure(std::string_view metric, std::string_view period, std::string_view who, std::string_view zone);
  std::vector<Figure> score(const Segment& period, std::string_view who, const model::Manual& manual, std::string_view zone = {});
  TableData scores(const Segment& period, std::span<const std::string> by);
  std::vector<Scorecard> scorecards(const Segment& period, std::string_view who);
  const model::Manual& manual_of(const Segment& period) const;
  bool has_card(std::string_view who, std::string_view month) override;
  std::vector<rows::Sheet> frozen(std::string_view who) override;
  std::vector<rows::Sheet> reckon(std::string_view who, std::string_view month) override;
  /// An office in memory for a view of this one; `end_view` closes it to writes, with its clock at `clock` at least. `of_a_past`: it is
  /// going to be told what happened, and not given the lines.
  std::unique_ptr<Impl> empty_view(const Manual& manual, bool of_a_past) const;
  void end_view(Instant clock);
  /// Takes a line of another office as a fact; where it has no subject, nothing is changed.
  Outcome retell(Told& told);
  /// Runs `f` in a view that is told a past. What it finds and tells stands at once: nobody goes back to before it.
  template <class F>
  void past(F&& f);
  /// The hash of the last line; a view that was told a past works its chain out when it is first asked.
  const std::string& last_hash();
  const Manual& current_manual() const;
  std::string explain_case(std::string_view id);
  std::string explain_figure(std::string_view metric, std::string_view period, std::string_view who, std::string_view zone);
  std::string state_digest();

 private:
  class Look;
  struct Part;
  Part part_of(const model::Manual& manual, const model::Metric& metric, const Asked& asked) const;
  /// The cases that came to one of the stages by an action against its own rules, each with the rule and its clause.
  std::map<std::string, std::string, std::less<>> against_rules(const model::Procedure& procedure, const std::vector<int>& stages);
  void of_quota(const model::Manual& manual, const model::Metric& metric, const Asked& asked, Figure& out);
  /// The metric's spans that end in the period, added up.
  void of_charges(const model::Manual& manual, const model::Metric& metric, const Asked& asked, Figure& out);
  Figure over_months(const model::Manual& manual, const model::Metric& metric, const Asked& asked, const std::vector<Segment>& months);
  Scorecard scorecard(const model::Manual& manual, const model::Scorecard& card, const Segment& month, const std::string& who, Gathered& gathered);
  /// Who held the card's post in the month, or a part of it.
  std::set<std::string> officers(const model::Manual& manual, const model::Scorecard& card, const Segment& month) const;
  /// What has become of the months on `sheets`, which are one officer's and one card's, since they were frozen.
  void adjust(Scorecard& card, const std::vector<rows::Sheet>& sheets, Gathered& gathered);
  static Scorecard card_of(const rows::Sheet& sheet, const model::Manual& manual, const model::Scorecard& card);
  void settle_posted(const model::Manual& manual, const model::Metric& metric, const Segment& month, Scorecard& card);
  /// The zones that somebody holds a post for in the period; none where he holds one for the whole office; nothing where he
  /// holds none.
  std::optional<std::vector<std::string>> zones_of(std::string_view who, const Segment& period) const;
  void read_registers();
  void read_months();
  void read_ledger();
  void read_duties();
  void read_manuals();
  void fetch_from_store();
  cases::Case case_from(std::vector<Cell>&& cells);
  bool fetching_ = false;
};

/// An office over a store of the caller's; what the tests of failing stores stand on.
Office office_over(std::unique_ptr<Store> store, const Manual& manual, const Office::Options& options);

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
