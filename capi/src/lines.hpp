// Lines of the journal as text that can be kept elsewhere and brought back byte for byte.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wuye/office.hpp"

namespace wuye::c {

/// JSON Lines: what is needed to find the line, then its canonical bytes as they are.
std::string lines_text(const std::vector<Line>& lines);
/// Throws invalid_argument, with the line in the text, for what `lines_text` did not write.
std::vector<Line> lines_in(std::string_view text);

}  // namespace wuye::c
