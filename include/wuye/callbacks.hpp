// How many callbacks (回访) are due, from a manual alone. What an office has drawn and made is in its tables `callbacks`,
// `callback_base` and `callback_figures` (office.hpp).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wuye/manual.hpp"

namespace wuye {

struct CallbacksDue {
  std::int64_t total = 0;
  std::vector<std::pair<std::string, std::int64_t>> groups;    ///< in the manual's order
  std::vector<std::pair<std::string, std::int64_t>> channels;  ///< likewise; they add up to the total
};
/// What is due of so many cases of each class in a month: 50 repairs, 11 enquiries, 4 complaints, 2 suggestions and 3 requests for help are 58
/// callbacks, 12 of them visits (ruling K4). Throws not_found for a quota or class that the manual does not have, and
/// invalid_argument for a count below 0.
CallbacksDue callbacks_due(const Manual& manual, std::span<const std::pair<std::string, std::int64_t>> counts, std::string_view quota = "callback");

}  // namespace wuye
