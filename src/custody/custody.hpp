// Where the things are that the office keeps (keys, parcels, deposits, what was found): each is a case of a procedure with
// `custody`, and in one place at every moment from its entrusting on, because it is in one stage, and each stage says where.
#pragma once

#include <string>
#include <vector>

#include "cases/case.hpp"

namespace wuye::custody {

struct Stretch {
  int stage = -1;
  std::string keeper;  ///< as the stage says: office, owner, police, courier, lost, destroyed; person: whoever `who` names
  std::string who;     ///< empty where nobody wrote down who took it
  Instant from;
  Instant until = kNever;
};

/// In order. What lasted no time (two entries of one instant) is none.
std::vector<Stretch> stretches(const cases::Case& c);

/// Why the thing was not in one place at every moment since it was entrusted; empty where it was.
std::string fault(const cases::Case& c, const std::vector<Stretch>& stretches);

}  // namespace wuye::custody
