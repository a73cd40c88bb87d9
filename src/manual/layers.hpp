// Lays manuals on each other: tables merge key by key, lists whose items have an identity item by item, everything else
// is replaced. What may stand in a manual is not judged here.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "manual/node.hpp"
#include "manual/problems.hpp"
#include "wuye/manual.hpp"

namespace wuye {

/// What the layers come to.
struct Layered {
  Node tree;
  bool whole = true;  ///< false: a layer could not be read at all, so nothing can be said of the rest
};

/// Reads the layers, checks each by itself and lays them on each other, on `standard` where one says that it extends it.
/// REQUIRES: `standard` is whole.
Layered read_layers(std::span<const Manual::Layer> layers, const Layered* standard, Problems& problems);

}  // namespace wuye
