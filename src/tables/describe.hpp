// From a row type to what stores, Arrow and documentation need: its spec, its cells, and back.
#pragma once

#include <type_traits>
#include <utility>

#include "journal/store.hpp"
#include "tables/rows.hpp"

namespace wuye::tables {

template <class T>
constexpr ColumnType column_type() {
  if constexpr (std::is_same_v<T, std::string>) return ColumnType::text;
  else if constexpr (std::is_same_v<T, bool>) return ColumnType::boolean;
  else if constexpr (std::is_same_v<T, Instant> || std::is_same_v<T, std::optional<Instant>>) return ColumnType::instant;
  else return ColumnType::integer;
}

template <class Row>
TableSpec spec() {
  TableSpec out;
  out.name = Row::kName;
  out.keys = static_cast<std::size_t>(Row::kKeys);
  Row row;
  Row::visit(row, [&](const char* name, auto& member, rows::Doc doc) {
    ColumnType type = column_type<std::decay_t<decltype(member)>>();
    if (doc.kind == rows::Kind::money) type = ColumnType::money;
    else if (doc.kind == rows::Kind::date) type = ColumnType::date;
    out.columns.push_back({name, type, doc.zh, doc.en});
    out.internal.push_back(doc.internal);
  });
  return out;
}

inline Cell to_cell(std::string&& value) { return std::move(value); }
inline Cell to_cell(std::int64_t value) { return value; }
inline Cell to_cell(bool value) { return std::int64_t{value ? 1 : 0}; }
inline Cell to_cell(Instant value) { return value.us; }
inline Cell to_cell(const std::optional<Instant>& value) { return value ? Cell{value->us} : Cell{}; }

inline void from_cell(Cell&& cell, std::string& out) { out = std::get<std::string>(std::move(cell)); }
inline void from_cell(Cell&& cell, std::int64_t& out) { out = std::get<std::int64_t>(cell); }
inline void from_cell(Cell&& cell, bool& out) { out = std::get<std::int64_t>(cell) != 0; }
inline void from_cell(Cell&& cell, Instant& out) { out.us = std::get<std::int64_t>(cell); }
inline void from_cell(Cell&& cell, std::optional<Instant>& out) {
  if (const auto* us = std::get_if<std::int64_t>(&cell)) out = Instant{*us};
  else out.reset();
}

template <class Row>
std::vector<Cell> cells(Row row) {
  std::size_t columns = 0;
  Row::visit(row, [&](const char*, auto&, rows::Doc) { ++columns; });
  std::vector<Cell> out;
  out.reserve(columns);
  Row::visit(row, [&](const char*, auto& member, rows::Doc doc) {
    Cell cell = to_cell(std::move(member));
    if (doc.kind == rows::Kind::date && cell == Cell{std::string()}) cell = Cell{};
    out.push_back(std::move(cell));
  });
  return out;
}

/// Throws std::bad_variant_access where a cell is of another type; the store reports that as corrupt.
template <class Row>
Row row_from(std::vector<Cell>&& cells) {
  Row row;
  std::size_t i = 0;
  Row::visit(row, [&](const char*, auto& member, rows::Doc doc) {
    Cell& cell = cells.at(i++);
    if (doc.kind == rows::Kind::date && std::holds_alternative<std::monostate>(cell)) return;
    from_cell(std::move(cell), member);
  });
  return row;
}

}  // namespace wuye::tables
