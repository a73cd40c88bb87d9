// What booking needs beyond the engine's own page; shared by the files of the engine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "office/engine.hpp"

namespace wuye {

/// What an action is to book, as its case has it.
struct Engine::Booking {
  model::Books books = model::Books::none;
  std::string action;
  std::string clause;
  std::string case_id;
  std::string by;
  std::int64_t cause = 0;
  Instant at;
  Instant now;
  Fields fields;

  std::string text(std::string_view name) const;
  std::int64_t number(std::string_view name) const;  ///< 0: not given
  std::vector<std::string> list(std::string_view name) const;
  std::string day(const State& state) const;  ///< on which it happens
};

/// A value that does not do.
cases::Fault bad_field(std::string_view name, std::string message);
/// Whether the finding changes the ledger.
bool books_something(const Found& found);
/// The field of a told line decides what was booked, by it or by what it opened.
bool decides_field(const model::Procedure& procedure, const model::Action& action, std::string_view field);

}  // namespace wuye
