// The canonical form of a manual: the merged tree and the zone's rules as RFC 8785 JSON of objects, arrays, strings, whole
// numbers and booleans. Equal rules have equal bytes, and a manual is known by their hash.
#pragma once

#include <string>
#include <string_view>

#include "manual/node.hpp"
#include "wuye/time.hpp"

namespace wuye {

/// {"format":1,"manual":{…},"zone_rules":[[from_us,offset_seconds],…]}
std::string canonical_form(const Node& tree, const Zone& zone);

/// BLAKE2b-256, 64 lower-case hexadecimal digits.
std::string canonical_hash(std::string_view canonical);

struct CanonicalParts {
  Node tree;
  Zone zone;
};
/// Throws corrupt where the text is not a canonical form, unsupported where its format is newer.
CanonicalParts read_canonical(std::string_view canonical);

}  // namespace wuye
