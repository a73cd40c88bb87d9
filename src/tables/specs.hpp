// The tables in the order in which stores know them.
#pragma once

#include <cstddef>
#include <vector>

#include "journal/store.hpp"

namespace wuye {

enum class TableId : std::size_t {
  cases, deadlines, notices, breaches, units, parties, staff, holdings, tallies, manuals, callback_base, callback_months,
  charges, receipts, postings, unbilled, accounts, sheets, duties
};
const std::vector<TableSpec>& table_specs();

}  // namespace wuye
