// The registers: units and other places, parties, staff, who holds which post and who stands in. Dated, so that every
// question is asked as of an instant. Names and telephone numbers are personal and stand beside the chain, not here.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cases/judge.hpp"
#include "manual/model.hpp"
#include "tables/rows.hpp"
#include "tables/table.hpp"
#include "wuye/entry.hpp"

namespace wuye::registers {

/// The entries that every office understands, whatever its manual: the registers' own, and those about other lines. Declared
/// like a procedure's, so that they are checked the same way. Actions: set_staff, set_post, end_post, leave, set_deputy, set_unit,
/// set_meter, set_party, correct, void, erase, opening, delivered, settle_notices, adopt.
const model::Procedure& builtin();

/// Who is told in the end, and which posts had nobody on the way there.
struct Reached {
  std::string post;                  ///< the post that answers ("holder" and "reporter" where it is a person as such)
  std::vector<std::string> people;   ///< sorted staff codes; empty where no staff is registered
  std::vector<std::string> vacant;   ///< posts found vacant or absent, in order
};

/// What resolving a recipient needs to know of the case.
struct Subject {
  std::string_view holder;
  std::string_view opened_by;
  std::string_view reporter;
  std::string_view zone;
  std::vector<std::string> kept_out{};  ///< who is told nothing of it
  std::vector<std::string> on_duty{};   ///< everybody who is on duty, whatever their post
};

class Registers {
 public:
  tables::Table<rows::Unit> units;
  tables::Table<rows::Meter> meters;
  tables::Table<rows::Party> parties;
  tables::Table<rows::Staff> staff;
  tables::Table<rows::Holding> holdings;

  /// Applies a register entry. `values` are those of `builtin()`'s fields.
  void apply(std::string_view action, const std::vector<std::pair<int, Value>>& values, Instant at, std::int64_t seq,
             tables::Mark mark);
  /// To be called after rows were put back or read from the store.
  void reindex() noexcept { indexed_ = false; }

  bool has_staff() const { return staff.size() != 0; }
  bool knows(std::string_view actor, Instant at) const;
  std::vector<int> posts_of(const model::Manual& manual, std::string_view actor, Instant at) const;
  bool has_places() const { return units.size() != 0; }
  std::string place_attribute(std::string_view place, std::string_view attribute) const;
  Reached resolve(const model::Manual& manual, const model::Recipient& recipient, const Subject& subject, Instant at) const;

 private:
  void index() const;
  bool away(std::string_view who, Instant at) const;
  std::vector<std::string> holders(std::string_view post, std::string_view zone, Instant at) const;
  std::vector<std::string> stand_ins(const std::vector<std::string>& absent, const Subject& subject, Instant at) const;
  void reach_post(const model::Manual& manual, int post, const Subject& subject, Instant at, Reached& out) const;

  mutable bool indexed_ = false;
  template <class Held>
  using ByName = std::unordered_map<std::string, std::vector<Held>, tables::StringHash, std::equal_to<>>;
  mutable ByName<rows::Holding> by_staff_;
  mutable ByName<const rows::Holding*> by_post_;            ///< of `by_staff_`: who holds the post
  mutable std::vector<const rows::Holding*> deputies_;      ///< of `by_staff_`
};

/// The keys of rows that have more than one key column.
std::string key_of(const rows::Party& row);
std::string key_of(const rows::Holding& row);

/// The pseudo post of an actor such as "resident:3-1201" or "system"; empty for a staff code.
std::string_view pseudo_post(std::string_view actor) noexcept;

}  // namespace wuye::registers
