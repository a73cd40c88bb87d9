// What recording asks of the figures: an officer's month, to be frozen. The office answers; how it reckons is not the engine's business.
#pragma once

#include <string_view>
#include <vector>

#include "tables/rows.hpp"

namespace wuye {

class Reckoner {
 public:
  /// He holds a post in the month that a scorecard assesses.
  virtual bool has_card(std::string_view who, std::string_view month) = 0;
  /// His sheets, in the order in which they were frozen.
  virtual std::vector<rows::Sheet> frozen(std::string_view who) = 0;
  /// His cards of the month as they stand at the office's last line, with what has become of his earlier sheets. The case, the
  /// approval and the line are the caller's.
  virtual std::vector<rows::Sheet> reckon(std::string_view who, std::string_view month) = 0;

 protected:
  ~Reckoner() = default;
};

}  // namespace wuye
