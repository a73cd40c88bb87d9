// From the merged tree to the compiled manual: every name becomes an index, every text form a value, and everything that
// does not make sense becomes a problem.
#pragma once

#include <memory>

#include "manual/model.hpp"
#include "manual/node.hpp"
#include "manual/problems.hpp"

namespace wuye {

/// The zone is `rules`, or where that is null loaded by its name from the machine. Null where there were errors; then and
/// otherwise `problems` has all that was found. `canonical`, `hash` and `sources` of the result are left empty.
/// What check_layer and check_complete have told is simply absent from the result.
/// REQUIRES: check_complete was true.
std::shared_ptr<model::Manual> compile(const Node& tree, const Zone* rules, Problems& problems);

}  // namespace wuye
