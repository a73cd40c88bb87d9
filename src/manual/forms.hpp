// The small forms that are written as one text: lengths ("90min", "3cd"), the points of a ladder ("75%", "+3cd") and
// percentages ("99.5%"). Each reader gives what it read, or a sentence on why the text is not one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "manual/model.hpp"

namespace wuye {

/// A length without its calendar.
struct Length {
  model::Span::Unit unit = model::Span::Unit::working_time;
  std::int64_t amount = 0;  ///< microseconds or days, > 0
};
/// Why a text is not what it should be.
struct NotRead {
  std::string why;
  std::string instead;  ///< what may have been meant; may be empty
};

/// "90min", "4h", "3cd", "2wd".
std::variant<Length, NotRead> read_length(std::string_view text);

struct LadderPoint {
  model::Level::Kind kind = model::Level::Kind::percent;
  int percent = 0;
  Length offset;  ///< of before and after
};
/// "75%", "-30min", "+3cd".
std::variant<LadderPoint, NotRead> read_ladder_point(std::string_view text);

/// "100%" or "99.5%" in hundredths of a percent, 0 … 10000.
std::variant<std::int64_t, NotRead> read_percentage(std::string_view text);

/// "2.3500" in millionths; none where it is negative, has more than six decimals or does not fit.
std::optional<std::int64_t> read_millionths(std::string_view text);

}  // namespace wuye
