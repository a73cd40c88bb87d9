// What folding a case again comes to; shared by the files of the engine.
#pragma once

#include "office/engine.hpp"

namespace wuye {

struct Engine::Folded {
  std::optional<cases::Case> c;
  struct Level {
    Found found;
    const model::Level* level = nullptr;             ///< null: the case came to a stage that tells somebody
    std::vector<std::string> vacant;
  };
  std::vector<Level> levels;
  struct News {
    Found found;                                     ///< without its id, number and clock
    std::vector<std::string> vacant;
  };
  std::vector<News> news;
  struct Broken {
    std::int64_t told = 0;
    Instant at;
    cases::Fault fault;
  };
  std::vector<Broken> breaches;
  std::vector<cases::Fault> candidate;               ///< what the candidate itself breaks
  std::optional<cases::Fault> conflict;              ///< a line in the way
  std::vector<std::optional<TallyEntry>> tallies;    ///< one a tally of the procedure
};

/// The finding that a level of a clock makes, without its number, its clock and whom it tells.
Found level_found(const cases::Case& c, const cases::Firing& firing);
const model::Level& level_of(const cases::Case& c, const cases::Firing& firing);
/// "<case>:<action>:<line>", and ":2" … for what the action tells beside.
std::string news_id(const Found& news, const std::vector<std::string>& taken);
/// Cases that a case opens are named by their cause, so that another manual's counters cannot shift them.
std::string child_id(std::string_view parent, std::string_view rule, int ordinal);
/// The told line that a found "opened" line stands for.
Told opening_told(const Found& opened, const model::Procedure& procedure);

}  // namespace wuye
