// What came of a step, as a tree in the words of `expect`: the same keys, instants as text with an offset. It only asks the office
// through its public verbs; what was expected is compare.cpp's business.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "journal/json.hpp"
#include "wuye/office.hpp"
#include "wuye/table.hpp"

namespace wuye::scenario {

using Tree = json::Tree;

Tree tree_of(std::string_view text);
Tree tree_of(std::int64_t number);
Tree tree_of_flag(bool flag);
Tree tree_of(const std::vector<std::string>& texts);
Tree tree_list(std::vector<Tree> items);
/// JSON text as a tree; the text itself where it is no JSON.
Tree tree_of_json(std::string_view json);
/// Replaces the member of that name, or adds it at the end.
void set(Tree& object, std::string_view name, Tree value);
Tree object();
std::string to_json(const Tree& tree);

/// The keys of a case: case, class, stage, holder, ending, fields, due, provisional. Nothing where the office has no such case.
std::optional<Tree> case_tree(Office& office, std::string_view id, const Zone& zone);

Tree notice_tree(const Notice& notice, const Zone& zone);
/// Adds `notices` and, apart from them, `withdrawn`.
void set_notices(Tree& came, const std::vector<Notice>& notices, const Zone& zone);
/// Adds outcome, reason, clause, message, facts and breaches.
void set_outcome(Tree& came, const Outcome& outcome);
/// Adds error and error_kind.
void set_error(Tree& came, const Error& error);

Tree scorecards_tree(const std::vector<Scorecard>& cards);
Tree figures_tree(const std::vector<Figure>& figures, std::string_view who, const Zone& zone);
/// A row by its columns' names.
Tree row_tree(const TableData& table, const std::vector<Cell>& row, const Zone& zone);
/// What `Office::options` answers, as can, cannot and needs.
void set_options(Tree& came, const Tree& options);

/// The cases of the office with the line that opened each, in the order of opening.
std::vector<std::pair<std::int64_t, std::string>> cases_in_order(Office& office);

}  // namespace wuye::scenario
