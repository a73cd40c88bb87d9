// The language of manuals, for editors that complete and check.
#pragma once

#include <string>

namespace wuye {

/// The JSON Schema (draft 2020-12) of a manual's layer; dates are texts in it. It refuses what the checker refuses in a single
/// layer: unknown keys, values of another kind, words that are no choice.
std::string manual_schema();

}  // namespace wuye
