// The manual's language as one table: every key, where it stands, what it takes, whether it must be there. The checker
// reads manuals by it, layering merges by it, schema.cpp makes a JSON Schema from it; docs/manual-language.md explains it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace wuye::language {

/// A kind of table in a manual.
enum class Part : std::uint8_t {
  manual,
  text,
  calendar,
  almanac,
  almanac_year,
  post,
  switch_,
  late,
  use,
  chapter,
  clause,
  treat,
  procedure,
  field,
  stage,
  action,
  requirement,
  opens,
  tells,
  copies,
  counts,
  deadline,
  until,
  limit,
  level,
  open,
  tally,
  condition,
  range,
  lead,
  place_test,
  stage_test,
  opened_test,
  actor_test,
  children_test,
  each,
  metric,
  metric_charges,
  metric_part,
  rate,
  charged,
  scorecard,
  by_switch,
  book,
  quota,
  quota_group,
  quota_channel,
  quota_exclusion,
  did_test,
  post_test,
  times_test,
  fee,
  fee_price,
  fee_prepaid,
  fee_late,
  cases_test,
  custody,
  keeper,
  share_test,
  duty,
};

/// What a key takes.
enum class Form : std::uint8_t {
  text,
  names,            ///< a text or a list of texts
  integer,
  boolean,
  date,             ///< a TOML date, or its text
  dates,            ///< a list of them
  years,            ///< the first and the last of a run of years
  choice,           ///< one of `of`, separated by '|'
  choices,          ///< a choice or a list of them
  table,            ///< of `part`
  map,              ///< name → table of `part`
  map_of_maps,      ///< name → name → table of `part`
  list,             ///< of tables of `part`; `of`: the key that is their identity when layers merge, or empty
  names_or_table,   ///< names, or a table of `part`
  choice_or_table,  ///< one of `of`, or a table of `part`
  integer_or_table, ///< a whole number, or a table of `part`
  value,            ///< a field's value
  values,           ///< name → a field's value
  hours,            ///< weekday or group of weekdays → list of ["08:30", "18:30"]
  dated_hours,      ///< date → such a list
};

struct Key {
  std::string_view name;
  Form form;
  bool required = false;
  std::string_view of = {};
  Part part = Part::manual;
};

/// What keys may stand in a table beside those that its shape lists.
enum class Further : std::uint8_t {
  none,
  fields,  ///< fields of the case, each with a value, a list of values or a range
  years,   ///< "2026" → table of Part::almanac_year
};

struct Shape {
  Part part;
  std::string_view noun;  ///< "an action", for messages
  std::span<const Key> keys;
  Further further = Further::none;
};

const Shape& shape(Part part) noexcept;
/// All of them, in the order of `Part`.
std::span<const Shape> shapes() noexcept;
/// Null where the shape lists no such key.
const Key* find_key(const Shape& shape, std::string_view name) noexcept;

/// As find_key, but also the key that stands for each year of an almanac.
const Key* find_any_key(const Shape& shape, std::string_view name) noexcept;

/// True if `choice` is one of the '|'-separated `choices`.
bool is_choice(std::string_view choices, std::string_view choice) noexcept;

/// The words that `weekly` and `breaks` take, the narrower later: each wins over those before it.
inline constexpr std::string_view kWeekdayWords = "daily|workdays|weekend|mon|tue|wed|thu|fri|sat|sun";

/// Field names that would be taken for something else in a condition or an entry.
inline constexpr std::string_view kReservedFields =
    "actor|at|by|case|cases|children|class|did|differs|do|has|inside|key|lacks|lead|not|not_after|now|opened|place|post|reporter|seen|source|"
    "share|stage|switch|times";

/// Posts that exist without being declared, and words that stand where a post may.
inline constexpr std::string_view kBuiltInPosts = "authority|device|provider|resident|system";
inline constexpr std::string_view kReservedPosts = "anyone|attached|holder|reporter";

/// Calls `each(word)` for the words of a '|'-separated list.
template <typename Each>
void for_each_word(std::string_view words, Each each) {
  while (!words.empty()) {
    const std::size_t bar = words.find('|');
    each(words.substr(0, bar));
    if (bar == std::string_view::npos) return;
    words.remove_prefix(bar + 1);
  }
}

}  // namespace wuye::language
