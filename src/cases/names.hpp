// Names that stand in many places: who did something, who holds a case. Each is kept once an office, so that a clock that
// says who stopped it is no larger for it, and a case is copied without copying names.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "tables/table.hpp"

namespace wuye::cases {

/// A name of an office's `Names`, as wide as a pointer; it lives as long as they do.
class Name {
 public:
  Name() = default;
  const std::string& text() const noexcept { return *text_; }
  operator const std::string&() const noexcept { return *text_; }
  bool empty() const noexcept { return text_->empty(); }
  friend bool operator==(Name a, std::string_view b) noexcept { return *a.text_ == b; }
  friend bool operator==(Name a, Name b) noexcept { return a.text_ == b.text_; }  ///< of one office

 private:
  friend class Names;
  explicit Name(const std::string* text) : text_(text) {}
  static inline const std::string kNobody;
  const std::string* text_ = &kNobody;
};

class Names {
 public:
  Name of(std::string_view text) {
    if (text.empty()) return {};
    const auto known = all_.find(text);
    return Name(known != all_.end() ? &*known : &*all_.emplace(text).first);
  }

 private:
  std::unordered_set<std::string, tables::StringHash, std::equal_to<>> all_;
};

}  // namespace wuye::cases
