// Everything an office knows at its last line: the tables, the timers of live cases, the manuals, and where the journal
// stands. A change is made under a mark and can be taken back to any earlier mark; that is how a refused entry, a dry run and
// a failed commit leave no trace.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cases/case.hpp"
#include "fees/ledger.hpp"
#include "journal/store.hpp"
#include "registers/registers.hpp"
#include "tables/rows.hpp"
#include "tables/specs.hpp"
#include "tables/table.hpp"
#include "wuye/manual.hpp"

namespace wuye {

/// When a live case next has something fall due, a month's quota is settled, a debt is late, or a duty falls due. Ordered by instant; then
/// cases, by id, before quotas, accounts and duties, by key.
struct Timer {
  enum class Of : std::uint8_t { case_, quota, account, duty };
  Instant at;
  const std::string* id;
  Of of = Of::case_;
  friend bool operator<(const Timer& a, const Timer& b) {
    if (a.at != b.at) return a.at < b.at;
    return a.of != b.of ? a.of < b.of : *a.id < *b.id;
  }
};

/// Rows of one tally and key stand together, by instant. Keys differ sooner than the names of tallies.
struct TallyOrder {
  bool operator()(const rows::TallyCount* a, const rows::TallyCount* b) const {
    if (const int order = a->key.compare(b->key); order != 0) return order < 0;
    return std::tie(a->tally, a->at, a->case_id) < std::tie(b->tally, b->at, b->case_id);
  }
};

/// Lines and personal values that are decided but not yet handed to the store.
struct Pending {
  struct Erasure {
    std::int64_t by = 0;   ///< the erasing line: only what was told before it goes
    std::int64_t seq = 0;
    std::string subject;
    std::string field;
  };
  std::vector<Line> lines;
  std::vector<Personal> personal;
  std::vector<Erasure> erasures;
  std::unordered_map<std::string, std::int64_t> keys;  ///< source and key → line
  std::unordered_map<std::string, std::vector<std::size_t>, tables::StringHash, std::equal_to<>> of_case;  ///< case → where in `lines`
  void add(Line line) {
    if (!line.key.empty()) keys.emplace(key_of(line.source, line.key), line.seq);
    if (!line.case_id.empty()) of_case[line.case_id].push_back(lines.size());
    lines.push_back(std::move(line));
  }
  /// Only the first `count` lines stay.
  void shorten(std::size_t count);
  /// The room that it takes stays for what comes next.
  void clear() {
    lines.clear();
    personal.clear();
    erasures.clear();
    keys.clear();
    of_case.clear();
  }
  static std::string key_of(std::string_view source, std::string_view key) {
    std::string out = std::to_string(source.size());
    out.append(":").append(source).append(key);
    return out;
  }
};

struct Savepoint {
  std::array<std::size_t, kTables> undo{};
  std::size_t lines = 0;
  std::size_t personal = 0;
  std::size_t erasures = 0;
  std::int64_t last_seq = 0;
  std::int64_t told = 0;
  Instant clock = kAlways;
  std::string last_hash;
  std::string seed;
};

/// The keys of the rows of quotas, tallies and sheets.
std::string key_of(const rows::CallbackBase& row);
std::string key_of(const rows::CallbackMonth& row);
std::string key_of(const rows::TallyCount& row);
std::string key_of(const rows::Sheet& row);

/// Under which key `State::alike` has a case; empty where it lacks one of the values.
std::string alike_key(std::string_view procedure, const std::vector<std::string>& fields, const std::vector<Value>& values);

class State {
 public:
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  cases::Names names;                       ///< that the cases refer to
  tables::Table<cases::Case> cases;
  tables::Table<rows::Notice> notices;
  tables::Table<rows::Breach> breaches;
  tables::Table<rows::TallyCount> tallies;
  tables::Table<rows::Adopted> adopted;
  tables::Table<rows::CallbackBase> callback_base;
  tables::Table<rows::CallbackMonth> callback_months;
  tables::Table<rows::Sheet> sheets;
  tables::Table<rows::Duty> duties;
  registers::Registers registers;
  fees::Ledger ledger;
  std::set<Timer> timers;
  /// Of the cases in memory: (master, case joined to it) and (parent, case that it opened).
  std::set<std::pair<std::string, std::string>> joined;
  std::set<std::pair<std::string, std::string>> children;
  std::set<std::string> on_duty;  ///< the cases in memory in whose stage somebody is on duty
  /// Of the cases in memory: those that have one value in the fields by which somebody asked, and until when they are live.
  std::set<std::tuple<std::string, Instant, std::string>> alike;
  std::set<const rows::TallyCount*, TallyOrder> counted;   ///< the rows of `tallies` in memory
  std::set<std::string> counts_read;                       ///< of which tallies and keys the store's rows are in memory
  std::map<std::int64_t, Manual> manuals;   ///< by the line that adopted them

  std::int64_t last_seq = 0;
  std::int64_t told = 0;                    ///< told lines so far
  Instant clock = kAlways;
  std::string last_hash = std::string(32, '\0');
  std::string seed;
  Pending pending;

  tables::Mark mark() const noexcept { return mark_; }
  Savepoint save();
  void take_back(const Savepoint& savepoint);
  /// What came since the savepoint goes with what was before it, or stands with it: no going back to this one.
  void join(const Savepoint& savepoint);
  /// The changes stand: undo is forgotten and the lines are the store's.
  void keep();

  /// The case to change; its timer follows with `retime`.
  cases::Case& edit_case(std::string_view id) { return cases.edit(id, mark_); }
  void retime(cases::Case& c);
  /// Around every change of a case: what it belongs to.
  void tie(const cases::Case& c);
  void untie(const cases::Case& c);
  /// `alike` has the cases of the procedure by these fields from here on.
  void watch(const std::string& procedure, const std::vector<std::string>& fields);
  /// The month to change; `next` is when it is to be settled, kNever where nothing is left to do.
  rows::CallbackMonth& edit_month(std::string_view quota, std::string_view month, std::string_view group);
  void retime(rows::CallbackMonth& row, Instant next);
  /// Puts a month that was read from the store.
  void restore_month(rows::CallbackMonth row);
  void forget_months();
  void retime(rows::Account& row, Instant next);
  /// Its timer follows `next`.
  void retime(rows::Duty& row);
  void forget_duties();
  /// Forgets the ledger's rows and timers; what is open is then read from the store.
  void forget_ledger();
  void remove_case(std::string_view id);
  /// Puts a case that was read from the store.
  void restore_case(cases::Case c);
  void evict_case(std::string_view id);

  /// The case counts for the tally under the key since `at`; it did not before.
  void count(rows::TallyCount row);
  void uncount(const rows::TallyCount& row);
  /// Puts a row that was read from the store.
  void restore_count(rows::TallyCount row);
  void forget_counts();

  /// The manual in force at an instant (the first where it is earlier than all); null before any was adopted.
  const Manual* manual_at(Instant at, std::int64_t* seq = nullptr) const;

  /// Calls `f(table)` for every table, in the order of `kTables`.
  template <class F>
  void each_table(F&& f) {
    f(cases);
    f(notices);
    f(breaches);
    f(tallies);
    f(adopted);
    f(registers.units);
    f(registers.parties);
    f(registers.staff);
    f(registers.holdings);
    f(callback_base);
    f(callback_months);
    f(ledger.charges);
    f(ledger.receipts);
    f(ledger.postings);
    f(ledger.unbilled);
    f(ledger.accounts);
    f(sheets);
    f(duties);
    f(registers.meters);
    f(ledger.readings);
  }

 private:
  std::map<std::string, std::set<std::vector<std::string>>> watched_;  ///< procedure → the fields by which `alike` has its cases
  void forget_timer(const cases::Case& c);
  void forget_timer(const rows::CallbackMonth& row);
  void forget_timer(const rows::Account& row);
  void forget_timer(const rows::Duty& row);
  tables::Mark mark_ = 1;
};

}  // namespace wuye
