// What the compile_*.cpp files share: the manual in the making, and how they read a tree whose form has been checked. A
// reader that meets a wrong kind gives nothing and says nothing, because check.cpp has said it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "manual/forms.hpp"
#include "manual/language.hpp"
#include "manual/model.hpp"
#include "manual/node.hpp"
#include "manual/problems.hpp"

namespace wuye {

class Compiling {
 public:
  Compiling(const Node& tree, Problems& found) : root(tree), problems(found), well_formed(found.errors() == 0) {}

  const Node& root;
  Problems& problems;
  const bool well_formed;  ///< the checks before had nothing to say against the tree's form
  model::Manual manual;

  /// The members of a table of tables that are tables, by name.
  static std::vector<const Node::Member*> tables(const Node& parent, std::string_view key);
  /// The tables of a list of tables.
  static std::vector<const Node*> items(const Node& parent, std::string_view key);
  /// The text under `key`; null where there is none.
  static const Node* text(const Node& table, std::string_view key);
  /// The texts of a value, be it one or a list.
  static std::vector<const Node*> texts(const Node& value);
  /// The same of the value under `key`; none where there is no such key.
  static std::vector<const Node*> texts(const Node& table, std::string_view key);
  static bool flag(const Node& table, std::string_view key);
  static std::optional<std::int64_t> integer(const Node& table, std::string_view key);
  static std::optional<Date> date(const Node& table, std::string_view key);
  static model::Text bilingual(const Node& table, std::string_view key);

  int post(const Node& name);      ///< −1 and a problem where it is none
  int calendar(const Node& name);  ///< likewise
  /// Reads `clause` or `clauses` of a table and notes that `where` cites them.
  std::string clause(const Node& table, std::string_view where);
  model::Clauses clauses(const Node& table, std::string_view where);
  std::string chapter(const Node& table);

  /// A length at `written`; its calendar is that under `calendar` of `table`. Working days must have one and calendar days
  /// must not; time must where `of_time` is, else it runs around the clock.
  enum class Time { needs_calendar, may_have_calendar };
  std::optional<model::Span> span(const Length& length, const Node& written, const Node& table, Time of_time);
  /// The same for a length that is itself a member of `table`.
  std::optional<model::Span> span(const Node& table, std::string_view key, Time of_time);

  /// A value for a field as the manual writes it; monostate and a problem where it does not fit.
  Value value(const model::Field& field, const Node& written);
  /// A table of field names and values, for cases of `procedure`.
  Fields values(const model::Procedure& procedure, const Node& table, std::string_view key);
  int field(const model::Procedure& procedure, const Node& name);
  std::vector<int> fields(const model::Procedure& procedure, const Node& table, std::string_view key);

  /// The condition under `key`; one that always holds where there is none.
  model::Condition condition(const model::Procedure& procedure, const Node& table, std::string_view key);

  /// The same where there is no case yet of which anything but switches could be asked; `otherwise` says so.
  model::Condition switches(const Node& table, std::string_view otherwise);

  /// The other cases that a table asks for: their procedures, the stages they stand in, and the fields in which they are
  /// the same as those of `procedure`.
  model::Others others(const model::Procedure& procedure, const Node& table, std::string_view procedures, std::string_view stages);

  std::vector<model::Recipient> recipients(const Node& table, std::string_view key);

  /// The switch of that name; null and a problem where there is none.
  const model::Switch* find_switch(const Node& name);

  /// A word under `key`, which in tables of that part is a choice: written out or as `{ switch = … }`, all of whose values must be
  /// choices; empty where there is none.
  std::string_view choice(const Node& table, std::string_view key, language::Part part);

  /// A whole number between `low` and `high` under `key`, written out or as `{ switch = … }`, all of whose values must be such
  /// numbers, or "none" where that may be; empty where there is none.
  enum class Without { must_be, may_be_none };
  std::optional<std::int64_t> number(const Node& table, std::string_view key, std::int64_t low, std::int64_t high,
                                     Without without = Without::must_be);

  template <typename Named>
  static std::vector<std::string_view> names_of(const std::vector<Named>& known) {
    std::vector<std::string_view> names;
    names.reserve(known.size());
    for (const Named& one : known) names.push_back(one.name);
    return names;
  }

 private:
  void cite(const Node& id, std::string_view where);
};

/// Zone, calendars, posts, switches, lateness, chapters, clauses.
void compile_office(Compiling& in, const Zone* rules);
/// Procedures with everything inside them.
void compile_procedures(Compiling& in);
void compile_quotas(Compiling& in);
void compile_metrics(Compiling& in);
void compile_books(Compiling& in);
void compile_fees(Compiling& in);
void compile_duties(Compiling& in);
/// What the manual makes of each clause; warns of those of which it makes nothing.
void treat_clauses(Compiling& in);

/// Faults in how the parts of one procedure hang together. REQUIRES: `node` is what `procedure` was compiled from, item by
/// item, without errors, and the tree is well formed.
void check_soundness(const model::Manual& manual, const model::Procedure& procedure, const Node& node, Problems& problems);

}  // namespace wuye
