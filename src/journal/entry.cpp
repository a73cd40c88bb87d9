// Fields as a sorted list: finding one and setting one. Reading an entry from JSON is json.cpp's; what a field may hold
// is the manual's.
#include "wuye/entry.hpp"

#include <algorithm>

namespace wuye {
namespace {

template <class List>
auto first_not_before(List& fields, std::string_view name) {
  return std::lower_bound(fields.begin(), fields.end(), name,
                          [](const auto& field, std::string_view wanted) { return field.first < wanted; });
}

}  // namespace

const Value* find_field(const Fields& fields, std::string_view name) noexcept {
  const auto found = first_not_before(fields, name);
  return found != fields.end() && found->first == name ? &found->second : nullptr;
}

void set_field(Fields& fields, std::string_view name, Value value) {
  const auto found = first_not_before(fields, name);
  if (found != fields.end() && found->first == name) found->second = std::move(value);
  else fields.emplace(found, name, std::move(value));
}

}  // namespace wuye
