// An office: one site's journal and everything that follows from it under its manual. The host says what happened and
// what time it is; the office says what the manual makes of it.
//
// @thread serialized: an office may be called from any thread, one call at a time (it locks itself). A view
// (as_of) is an office that takes no writes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wuye/entry.hpp"
#include "wuye/manual.hpp"

namespace wuye {

enum class Status : std::int32_t { accepted = 1, duplicate = 2, refused = 3 };

/// A fact that the manual forbids, kept beside the entry that told it.
struct Breach {
  std::string reason;  ///< as in docs/reasons.md: wrong_stage, not_allowed, missing …
  std::string clause;  ///< empty where only a default stands behind it
  std::string facts;   ///< JSON object of what was compared
};

/// A finding that somebody must be told. @thread immutable
struct Notice {
  std::int64_t seq = 0;       ///< number of the found line
  std::string id;             ///< stable: "<case>:<deadline>:<generation>:<level>"
  std::string what;           ///< warning, overdue, reached, vacant, tally, news, withdrawn, base_changed
  std::string case_id;
  std::string procedure;      ///< of the case
  std::string deadline;       ///< empty where the notice is of no deadline
  std::string level;
  std::string reason;         ///< of a vacancy the post, of a tally its name, of news the action
  std::string clause;
  Instant at;                 ///< nominal: when it fell due
  Instant found;              ///< the office's clock when it was found
  std::string tell;           ///< JSON array of {post, people}
  std::string state;          ///< current, withdrawn, settled (of an imported past)
  std::shared_ptr<const model::Manual> manual;  ///< whose titles its sentences have: its case's
  /// One sentence, in "zh" or "en".
  std::string text(std::string_view lang) const;
  std::string json() const;
};

/// The answer to an entry. @thread immutable
struct Outcome {
  Status status = Status::refused;
  std::int64_t seq = 0;             ///< the told line's number; 0 where refused
  std::string case_id;
  std::string stage;                ///< of the case afterwards; empty where the entry concerns none
  std::string reason;               ///< of a refusal, by the precedence in docs/reasons.md
  std::string clause;
  std::string message;              ///< one English sentence
  std::string facts = "{}";         ///< JSON object of what was compared
  std::vector<Breach> breaches;
  std::vector<Notice> notices;      ///< found by this call, what fell due before it included
  bool accepted() const noexcept { return status != Status::refused; }
  std::string json() const;
};

/// One line of the journal, as bytes and with what is needed to find it.
struct Line {
  std::int64_t seq = 0;
  bool told = false;
  Instant at;
  Instant now;
  std::string case_id;
  std::string source;
  std::string key;
  std::string text;  ///< canonical JSON (docs/journal.md)
  std::string hash;  ///< 32 bytes
};

/// What `score` gives for one metric. Exact: a rate is done ÷ due, or the fraction in `value`.
struct Figure {
  std::string metric;
  std::string title_zh;
  std::string title_en;
  std::string kind;               ///< count, sum, ratio, mean, ceil_share
  std::string who;                ///< an officer, or empty for the office
  std::string zone;               ///< a zone, or empty for all of them
  bool in_use = true;             ///< false: the manual has no such chapter in use
  std::string state = "counted";  ///< counted, not_applicable (nothing due), pending (not posted yet), not_in_use
  std::int64_t done = 0;          ///< numerator; of a count, a sum and a mean how many there are
  std::int64_t due = 0;           ///< denominator
  std::int64_t late = 0;          ///< done, but after the limit
  std::string value;              ///< in lowest terms: "45/46", "12"; empty where there is none
  std::int64_t points_hundredths = 0;
  std::int64_t cut_hundredths = 0;   ///< what it would cost besides, but for the metric's cap
  std::int64_t pass_hundredths = 0;  ///< of a percent
  /// A rate of charges: `done` and `due` are fen as they stood at the end of the span, and `late` what has come in since (below zero:
  /// was taken back).
  bool money = false;
  std::string head;               ///< of it: the fee that is asked for alone
  /// Of it: the part of the bonus withheld as things stand now, in hundredths of a percent.
  std::int64_t bonus_withheld_hundredths = 0;
  std::vector<std::pair<std::string, std::int64_t>> excluded;  ///< looked at and not counted: why, and how many
  std::vector<std::string> clauses;
  struct Case {
    std::string case_id;          ///< of a rate of charges: the charge's id
    std::int32_t generation = 1;
    std::string who;
    std::string zone;
    Instant due;                  ///< by which it belongs to the period
    std::optional<Instant> met;
    bool counted = true;
    bool on_time = false;         ///< in the numerator
    std::string reason;           ///< why it is not counted, or not on time
    std::string value;            ///< of a mean: its own; of a charge: the share that had come in
  };
  std::vector<Case> cases;        ///< only of `figure`: every case looked at, counted or not, by due then id
};

/// An officer's month (考核表): base less what the metrics cost, never below the floor.
struct Scorecard {
  std::string name;
  std::string title_zh;
  std::string title_en;
  std::string post;
  std::string who;
  std::string month;              ///< "2026-03"
  std::int64_t base = 100;
  std::int64_t floor = 0;
  std::vector<Figure> figures;    ///< those that count
  std::vector<Figure> recorded;   ///< those that are only shown
  std::int64_t deducted_hundredths = 0;
  std::int64_t score_hundredths = 0;
  /// Of the month's bonus: withheld, in hundredths of a percent; of the bonus of earlier months that were approved: withheld since, or,
  /// below zero, paid back (R336, R337).
  std::int64_t bonus_withheld_hundredths = 0;
  std::int64_t bonus_adjustment_hundredths = 0;
  bool pending = false;           ///< a figure is still to be posted; it has cost nothing so far
  /// Points of earlier months that figures posted in this month have cost: settled here as one sum, and not in `score`.
  std::int64_t adjustment_hundredths = 0;
  std::vector<std::string> adjusts;  ///< the months
  /// Of months that were approved: what has become of a metric's points and bonus since. `adjustment_hundredths` has their sum, as far as the
  /// floor lets it count.
  struct Adjustment {
    std::string month;
    std::string metric;
    std::int64_t before_hundredths = 0;
    std::int64_t after_hundredths = 0;
    std::int64_t bonus_before_hundredths = 0;  ///< of the bonus withheld, in hundredths of a percent
    std::int64_t bonus_after_hundredths = 0;
  };
  std::vector<Adjustment> adjustments;
  bool frozen = false;               ///< approved: these are the figures of then, whatever has been told since
  std::string sheet;                 ///< the assessment by which it was
  std::int64_t at_seq = 0;           ///< the last line that a frozen card knows
  std::vector<std::string> clauses;
};

/// A period of the office's calendar: "2026-03", "2026-Q1", "2026-H1", "2026", a day "2026-03-02" or "2026-03-01/2026-03-15" (last day included).
Segment parse_period(std::string_view text, const Zone& zone);

enum class Known { then, now };

class Store;

/// A table handed out: column names and types, and rows as cells. Consumed by the Arrow export.
struct TableData;

class Office {
 public:
  struct Options {
    std::string seed;            ///< keys whatever must look arbitrary; told when the office is made
    bool read_only = false;
    std::int64_t busy_ms = 5000; ///< how long a write waits for another process
  };

  /// An office that lives in memory only. The first line adopts the manual.
  static Office memory(const Manual& manual, const Options& options);
  /// Opens the file, or makes it where it does not exist (then `manual`, or the standard manual, is adopted at the
  /// first entry's time). Throws io, corrupt, unsupported, busy, read_only.
  static Office open(const std::string& path, const std::optional<Manual>& manual, const Options& options);

  Office(Office&&) noexcept;
  Office& operator=(Office&&) noexcept;
  ~Office();
  /// Flushes and closes; later calls throw misuse. Idempotent.
  void close();

  /// Throws busy, io, full, poisoned, misuse; whatever the manual says is in the outcome.
  Outcome record(const Entry& entry, bool dry_run = false);
  enum class Mode { atomic, independent };
  /// One JSON object a line, one outcome an entry, in order; blank lines are skipped. Atomic: the first refusal
  /// undoes the whole batch: the entries before it are answered `undone`, those after it `not_tried`. An entry that does not
  /// read is refused as `malformed`. `progress` may answer false to stop between two commits (throws cancelled).
  std::vector<Outcome> record_lines(std::string_view json_lines, Mode mode,
                                    const std::function<bool(std::size_t done_bytes, std::size_t all_bytes)>& progress = {});
  /// Decides and holds the write lock until `commit` or `discard`; until then every other verb throws misuse.
  Outcome propose(const Entry& entry);
  /// The lines of the proposal that is held; empty where it was refused.
  std::vector<Line> proposed() const;
  void commit();
  void discard();

  /// Finds everything whose nominal time is at or before `now`; the notices found. Finds nothing: changes nothing.
  std::vector<Notice> advance(Instant now);
  /// The earliest instant at which `advance` would find something.
  std::optional<Instant> next_due();
  /// Notices whose found line is after `after`, in line order.
  std::vector<Notice> notices(std::int64_t after, std::size_t limit = SIZE_MAX);
  /// Which actions `by` may do on the case at `at`, with the fields they need, and why not the others; JSON. Without a case:
  /// which cases `by` may open.
  std::string options(std::string_view case_id, std::string_view by, Instant at);

  /// Adopts a manual from `at` on. Throws conflict where `at` is before the clock.
  void adopt(const Manual& manual, Instant at, std::string_view by);
  Manual manual();

  TableData table(std::string_view name);
  static std::vector<std::string> table_names();
  /// The figures of a period: of the office, an officer, a zone. Without the cases behind them; `figure` has those.
  std::vector<Figure> score(std::string_view period, std::string_view who = {}, std::string_view zone = {});
  /// One figure with every case that was looked at. Throws not_found where the manual has no such metric.
  Figure figure(std::string_view metric, std::string_view period, std::string_view who = {}, std::string_view zone = {});
  /// Figures side by side, a row each: by the words of `by` ("month", "who", "zone") split up, else of the whole period.
  TableData scores(std::string_view period, std::span<const std::string> by);
  /// A scorecard for each month that the period touches and each who held its post then; `who` empty: everybody.
  std::vector<Scorecard> scorecards(std::string_view period, std::string_view who = {});
  /// A case, a notice, or a figure ("dispatch_timeliness@2026-03"), down to the lines behind it; JSON. Throws not_found.
  std::string explain(std::string_view id);
  /// The office as it was known at `at` (lines told by then), or as is known today about then.
  Office as_of(Instant at, Known known = Known::then);
  /// The office as it would stand had `manual` been adopted instead of every manual that was: what was told is taken as a
  /// fact, everything else is found anew. Its table `what_if` has what that manual forbids of it (would_breach, would_refuse)
  /// and what then concerns nothing (unmatched). The office itself and its file are untouched.
  Office what_if(const Manual& manual);
  /// What differs between two offices of one desk (one of them a `what_if` of the other, or two of these): by case,
  /// deadline, notice and breach, where these begin within `period` (empty: whenever), and by figure of the period.
  /// Throws misuse where both are the same office.
  static TableData compare(Office& before, Office& after, std::string_view period = {});

  struct Verified {
    std::int64_t lines = 0;
    std::int64_t cases = 0;
    std::vector<std::string> findings;  ///< empty: everything holds
  };
  /// Folds the journal from the start, checks the chain, and compares with the tables.
  Verified verify(const std::function<bool(std::int64_t done, std::int64_t all)>& progress = {});
  void backup(const std::string& path, const std::function<bool(std::int64_t done, std::int64_t all)>& progress = {});

  std::vector<Line> lines(std::int64_t after, std::size_t limit = SIZE_MAX);
  /// Appends lines taken from another office; checks the chain. Only into an office without lines of its own, or one that
  /// holds exactly the lines before them. Throws corrupt, conflict.
  void load(const std::vector<Line>& lines);

  std::int64_t last_seq();
  Instant clock();          ///< kAlways while nothing is told
  std::string digest();     ///< hash of the last line, 64 hexadecimal digits
  std::string state_digest();

 private:
  struct Impl;
  explicit Office(std::unique_ptr<Impl> impl);
  friend Office office_over(std::unique_ptr<Store> store, const Manual& manual, const Options& options);
  std::unique_ptr<Impl> impl_;
};

}  // namespace wuye
