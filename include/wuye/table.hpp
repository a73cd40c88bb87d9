// A table as it leaves an office: named, typed columns and rows of cells. The Arrow export and the documentation are
// made from these; nothing personal is ever in one.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wuye {

enum class ColumnType { text, integer, boolean, instant, date, money };

struct Column {
  std::string name;
  ColumnType type = ColumnType::text;
  std::string doc_zh;
  std::string doc_en;
};

using Cell = std::variant<std::monostate, std::int64_t, std::string>;

struct TableData {
  std::string name;
  std::string zone;  ///< the office's zone, for instants
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  ///< in key order
};

}  // namespace wuye
