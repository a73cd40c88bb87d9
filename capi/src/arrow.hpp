// Tables as Arrow C streams (https://arrow.apache.org/docs/format/CStreamInterface.html), built by hand.
#pragma once

#include "wuye/table.hpp"
#include "wuye/wuye.h"

namespace wuye::c {

/// Fills `out`, which then owns the table. Throws; then `out` is as it was.
void export_table(TableData&& table, ArrowArrayStream& out);

}  // namespace wuye::c
