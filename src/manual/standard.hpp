// The texts of the standard pack, built into the library by cmake/WuyeEmbed.cmake from src/manual/standard/*.toml.
#pragma once

#include <span>
#include <string_view>

namespace wuye {

struct StandardText {
  std::string_view name;  ///< "standard/office.toml"
  std::string_view text;
};
std::span<const StandardText> standard_texts() noexcept;

}  // namespace wuye
