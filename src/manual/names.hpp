// Names as manuals and hosts write them: what counts as one, and which known name was probably meant.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wuye {

inline constexpr std::size_t kMaxNameBytes = 64;

/// Letters, digits, '_', '-' and '.', at most kMaxNameBytes of them. Names are ASCII, so their order is the same in bytes and
/// in RFC 8785.
bool is_name(std::string_view text) noexcept;

/// A text from outside, in quotes, for a message: shortened between characters, line ends and other control characters
/// replaced by '?'.
std::string shown(std::string_view text);

/// Keeps the known name nearest to a given one, by the number of letters added, left out, changed or swapped.
class Nearest {
 public:
  explicit Nearest(std::string_view given) : given_(given) {}
  void offer(std::string_view known);
  /// Empty where nothing comes near: more than a third of the letters (at least two) would have to change.
  const std::string& name() const noexcept { return best_; }

 private:
  std::string_view given_;
  std::string best_;
  std::size_t distance_ = 0;
};

template <typename Range>
std::string nearest(std::string_view given, const Range& known) {
  Nearest search(given);
  for (const auto& name : known) search.offer(name);
  return search.name();
}

}  // namespace wuye
