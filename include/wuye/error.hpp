// What goes wrong when a call could not run at all. A refusal by the manual is not an error: it is an
// Outcome (office.hpp). Every error carries a code for programs, one sentence for people, and, where there is
// a text behind it, the place in that text.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wuye {

/// Why a call could not run. The values are those of WUYE_STATUS_* in wuye.h and never change.
enum class Code : std::int32_t {
  ok = 0,
  invalid_argument = 1,   ///< the text or value given is not what the call takes
  not_found = 2,          ///< no such case, table, notice, file
  conflict = 3,           ///< the office has moved on (a proposal is stale, a manual cannot follow)
  busy = 4,               ///< another process holds the write lock
  read_only = 5,          ///< the file or the view takes no writes
  io = 6,                 ///< the file system failed
  full = 7,               ///< no space left
  corrupt = 8,            ///< not our file, truncated, or the chain does not hold
  unsupported = 9,        ///< written by a newer wuye
  no_memory = 10,
  cancelled = 11,         ///< the host's progress callback asked to stop
  misuse = 12,            ///< a closed office, a handle used in two threads, use after fork
  internal = 13,          ///< an invariant did not hold: our defect
  poisoned = 14,          ///< an earlier failure closed this office; reopen it
  no_working_time = 15,   ///< a calendar has no working time in the direction asked
  out_of_range = 16,      ///< an instant or amount outside what is representable
};

/// The symbolic name of a code ("invalid_argument"); static storage.
std::string_view code_name(Code code) noexcept;

/// A place in a text the caller gave: file (may be empty), 1-based line and column (0: unknown).
struct Location {
  std::string file;
  std::int64_t line = 0;
  std::int64_t column = 0;
};

/// Thrown by the C++ API where a call could not run. The C ABI turns it into a status and a wuye_error.
class Error : public std::runtime_error {
 public:
  Error(Code code, std::string message) : std::runtime_error(std::move(message)), code_(code) {}
  Error(Code code, std::string message, Location where)
      : std::runtime_error(std::move(message)), code_(code), where_(std::move(where)) {}

  Code code() const noexcept { return code_; }
  const Location& where() const noexcept { return where_; }
  /// Further facts as name and value ("field" = "urgency", "nearest" = "emergency").
  const std::vector<std::pair<std::string, std::string>>& details() const noexcept { return details_; }
  Error& with(std::string name, std::string value) {
    details_.emplace_back(std::move(name), std::move(value));
    return *this;
  }

 private:
  Code code_;
  Location where_;
  std::vector<std::pair<std::string, std::string>> details_;
};

}  // namespace wuye
