// Checks a manual's form against the table of the language: keys that do not exist, values of the wrong kind, keys that are
// missing. What the names refer to and whether the rules make sense is for compile.hpp.
#pragma once

#include "manual/node.hpp"
#include "manual/problems.hpp"

namespace wuye {

/// Unknown keys and wrong kinds in one layer; nothing need be complete in it, but items carry their identity.
void check_layer(const Node& layer, Problems& problems);

/// Keys that are still missing once all layers lie on each other, and lists of more items than a manual can have. False
/// where there are such lists; the manual is then not looked at further.
bool check_complete(const Node& merged, Problems& problems);

}  // namespace wuye
