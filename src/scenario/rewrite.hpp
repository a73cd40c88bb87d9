// Rewriting a scenario in place: where a value ends in the TOML text, how a value is written, and the splicing. Comments, order and
// everything that is not replaced stay as their author left them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "manual/node.hpp"

namespace wuye::scenario {

/// A stretch of the text and what stands there instead.
struct Patch {
  std::size_t from = 0;
  std::size_t until = 0;
  std::string text;
};

/// The bytes of the value written at `value.place`. Nothing where it is not one stretch: a table under a header, a list of `[[…]]` tables.
std::optional<Patch> stretch_of(std::string_view text, const Node& value);

/// The text with the patches in place. Of two that overlap the one that begins first is taken.
std::string spliced(std::string_view text, std::vector<Patch> patches);

/// A TOML basic string.
std::string toml_text(std::string_view text);
/// A key, in quotes where it has to be.
std::string toml_key(std::string_view key);

}  // namespace wuye::scenario
