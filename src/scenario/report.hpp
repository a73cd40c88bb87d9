// The report of a scenario that does not hold, ready to print: for whoever has to find out why, everything that is needed without
// running it again.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "wuye/scenario.hpp"

namespace wuye::scenario {

struct FailedStep {
  std::size_t index = 0;
  std::string heading;                   ///< "step 3, line 21: li does dispatch …"
  std::string say;
  std::vector<std::string> differences;
  std::string verdict;                   ///< what the office answered, in one line
  std::string came;                      ///< JSON
  std::vector<std::string> lines_before; ///< of the journal
};

/// `setup` holds what went wrong before the first step.
std::string failure_report(const ScenarioResult& result, const std::vector<std::string>& setup, const std::vector<FailedStep>& failed);

}  // namespace wuye::scenario
