// Edit distance (optimal string alignment) over short ASCII names; longer texts are never near anything.
#include "manual/names.hpp"

#include <algorithm>
#include <array>

namespace wuye {
namespace {

/// REQUIRES: neither is longer than kMaxNameBytes.
std::size_t distance(std::string_view a, std::string_view b) {
  std::array<std::array<std::size_t, kMaxNameBytes + 1>, 3> rows{};
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& two_above = rows[(i + 1) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], two_above[j - 2] + 1);
      }
    }
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace

bool is_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kMaxNameBytes && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
}

std::string shown(std::string_view text) {
  const bool whole = text.size() <= kMaxNameBytes;
  std::size_t length = whole ? text.size() : kMaxNameBytes;
  while (!whole && length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) --length;
  std::string out = "\"";
  for (const char c : text.substr(0, length)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  out += whole ? "\"" : "…\"";
  return out;
}

void Nearest::offer(std::string_view known) {
  if (given_.size() > kMaxNameBytes || known.size() > kMaxNameBytes || known.empty()) return;
  const std::size_t allowed = std::max<std::size_t>(2, std::max(given_.size(), known.size()) / 3);
  const std::size_t apart = distance(given_, known);
  if (apart > allowed || apart >= known.size()) return;
  if (best_.empty() || apart < distance_) {
    best_ = known;
    distance_ = apart;
  }
}

}  // namespace wuye
