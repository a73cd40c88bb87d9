// What a host tells an office: one entry is one thing that happened. The same type is read from JSON and built in C++.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "wuye/time.hpp"

namespace wuye {

/// A field's value. Whole numbers only: money in fen, decimals as text; instants as microseconds once checked
/// against the manual. `monostate` is "not given".
using Value = std::variant<std::monostate, bool, std::int64_t, std::string, std::vector<std::string>>;

/// Field name → value, in the order of names (that order is the canonical one).
using Fields = std::vector<std::pair<std::string, Value>>;

const Value* find_field(const Fields& fields, std::string_view name) noexcept;
/// Inserts or replaces, keeping the order.
void set_field(Fields& fields, std::string_view name, Value value);

/// The limits on what a text from outside may hold; larger is refused with invalid_argument, naming the limit.
inline constexpr std::size_t kMaxEntryBytes = 1U << 20U;
inline constexpr std::size_t kMaxFields = 256;

struct Entry {
  Instant at;                        ///< when it happened
  std::optional<Instant> now;        ///< when it is told; default: the later of `at` and the office's clock
  std::string by;                    ///< who did it: a staff code, or "resident:3-1201", "provider:…", "system:…"
  std::string action;                ///< JSON "do"
  std::string case_id;               ///< JSON "case"; empty where the entry concerns none, or opens one without naming it
  std::string source;                ///< which host system; with `key` its own event id
  std::string key;
  std::optional<std::int64_t> seen;  ///< the last line number the host had seen
  Fields fields;                     ///< everything else, as the manual declares it

  /// Reads one JSON object. Throws invalid_argument with line and column for broken JSON, duplicate keys, floats,
  /// null, nested objects, wrong encodings, and for `at`, `do` or `by` missing or of a wrong type.
  static Entry parse(std::string_view json);
};

}  // namespace wuye
