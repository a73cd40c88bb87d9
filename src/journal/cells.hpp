// Reading the cells of a narrow query.
#pragma once

#include <optional>
#include <string_view>

#include "journal/store.hpp"

namespace wuye {

inline std::int64_t number_in(const Store::View& view) { return std::get<std::int64_t>(view); }

/// Empty where there is none.
inline std::string_view text_in(const Store::View& view) {
  const auto* text = std::get_if<std::string_view>(&view);
  return text != nullptr ? *text : std::string_view();
}

inline std::optional<Instant> instant_in(const Store::View& view) {
  if (const auto* us = std::get_if<std::int64_t>(&view)) return Instant{*us};
  return std::nullopt;
}

}  // namespace wuye
