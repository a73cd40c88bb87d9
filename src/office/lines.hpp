// Lines as the engine handles them, and their canonical bytes: what was told and what was found (docs/journal.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "journal/json.hpp"
#include "wuye/entry.hpp"
#include "wuye/office.hpp"

namespace wuye {

/// An entry as it was accepted. In `with`, a personal value stands as `true` and its name in `personal`.
struct Told {
  std::int64_t seq = 0;
  Instant at;
  Instant now;
  std::string by;
  std::string action;
  std::string case_id;
  std::string source;
  std::string key;
  Fields with;
  std::vector<std::string> personal;  ///< names of personal fields, sorted
};

/// What wuye concluded. Which members count depends on `what`:
/// warning, overdue (a level of a deadline) · reached (a stage tells somebody) · news (an action tells somebody) · breach · vacant ·
/// tally · opened (a case) ·
/// withdrawn (a notice or breach) · drawn, passed_over, excluded (a case that ended, for a quota) · base_changed (such a case,
/// since) · frozen (what an officer's month came to).
struct Found {
  std::int64_t seq = 0;
  Instant at;
  Instant now;
  std::string what;
  std::string case_id;
  std::string deadline;
  std::int64_t generation = 0;
  std::string level;
  std::string id;                     ///< the notice's id; of a withdrawal, what it withdraws
  std::string clause;
  std::int64_t cause = 0;             ///< the told line behind it; 0: the passing of time
  std::string tell;                   ///< JSON array
  std::string reason;                 ///< of a breach; of a tally its rule, of news the action, of a coming to a stage the stage, of an opened case its duty
  std::string facts;                  ///< JSON object
  std::string procedure;              ///< of an opened case
  std::string parent;
  Fields with;                        ///< of an opened case
};

/// What an action of wuye's own ("done") is as an event of its case.
Told done_told(const Found& done);

/// The text, or the whole number, in a field of a line; empty, or 0, where there is none.
std::string text_in(const Fields& fields, std::string_view name);
std::int64_t number_in(const Fields& fields, std::string_view name);

/// Through a writer that is the caller's: its room serves for every line.
std::string encode(const Told& told, json::Writer& out);
std::string encode(const Found& found, json::Writer& out);
Told decode_told(const Line& line);
Found decode_found(const Line& line);
/// What a retelling asks of most found lines, which are not read for it: the told line behind it, and whether it is a breach.
std::int64_t cause_of(const Line& found);
bool is_breach(const Line& found);

/// Everything told about a case or found for it, as it stands after corrections and voids.
struct CaseHistory {
  std::vector<Told> told;             ///< by (at, seq), what is void left out
  std::vector<Found> opened;          ///< the found line that opened it, if one did
  std::vector<Found> levels;          ///< standing: of deadlines, and stages that told somebody
  std::vector<Found> breaches;        ///< standing
  std::vector<Found> news;            ///< standing
};
CaseHistory case_history(const std::vector<Line>& lines);

/// Applies a correction to the line that it is about.
void correct(Told& target, const Told& correction);

}  // namespace wuye
