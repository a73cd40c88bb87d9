// What must hold of every office, whatever happened in it: the same history gives the same answers however it was told. Each
// scenario is checked for it at its end, at no cost to its author.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "wuye/office.hpp"

namespace wuye::scenario {

/// Something that a scenario did to its office, to be done again in another.
struct Deed {
  enum class Kind { entry, advance, adopt };
  Kind kind = Kind::entry;
  Entry entry;
  bool accepted = true;            ///< of an entry
  Instant at;                      ///< of an advance, an adoption
  std::string by;                  ///< of an adoption
  std::vector<Manual> manual;      ///< of an adoption: one
};

/// The sentences of what does not hold; empty where all does. `fresh` makes an empty office like the scenario's own.
std::vector<std::string> broken_invariants(Office& office, const std::vector<Deed>& deeds, const std::function<Office()>& fresh);

/// The entry as the JSON object that Entry::parse reads.
std::string entry_json(const Entry& entry);

}  // namespace wuye::scenario
