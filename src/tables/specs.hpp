// The tables in the order in which stores know them.
#pragma once

#include <cstddef>
#include <vector>

#include "journal/store.hpp"

namespace wuye {

enum class TableId : std::size_t {
  cases, deadlines, notices, breaches, units, parties, staff, holdings, tallies, manuals, callback_base, callback_months,
  charges, receipts, postings, unbilled, accounts, sheets, duties, meters, readings
};
inline constexpr std::size_t kTables = static_cast<std::size_t>(TableId::readings) + 1;  ///< the last of them
const std::vector<TableSpec>& table_specs();

}  // namespace wuye
