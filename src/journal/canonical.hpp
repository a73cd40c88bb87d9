// Reads what the canonical writer wrote, and nothing else: no space, each escape and each number in its one form. Lines are
// read so, member after member in the order in which they were written; a text from outside that is no such line is refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wuye/entry.hpp"

namespace wuye::json {

/// Room for the fields of nearly every line, taken at once.
inline constexpr std::size_t kUsualFields = 12;

/// Whatever does not fit throws corrupt, saying at which byte.
class Canonical {
 public:
  explicit Canonical(std::string_view text) : text_(text) {}

  /// Goes past `next` where it stands here.
  bool take(std::string_view next) noexcept {
    if (text_.substr(at_, next.size()) != next) return false;
    at_ += next.size();
    return true;
  }
  void expect(std::string_view next) {
    if (!take(next)) fail(next);
  }
  void end() {
    if (at_ != text_.size()) fail("nothing more");
  }

  std::int64_t number();
  std::string text();
  void text(std::string& out);
  /// Goes past a text, and past texts in brackets, as strictly as if they were read.
  void pass_text();
  void pass_texts();
  bool flag();
  /// Texts in brackets.
  std::vector<std::string> texts();
  /// A flag, a number, a text or a list of texts.
  Value value();
  /// Any object, as its bytes.
  std::string_view object();
  /// An object of such values, by name.
  Fields fields();
  /// The bytes read since `from` (a `position()`).
  std::string_view since(std::size_t from) const noexcept { return text_.substr(from, at_ - from); }
  std::size_t position() const noexcept { return at_; }

 private:
  [[noreturn]] void fail(std::string_view wanted) const;
  char here() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
  /// Where the bytes from here on that stand for themselves in a text end.
  std::size_t plain();
  void escaped(std::string& out);
  /// Goes past one value of any kind, which holds at most so many within each other.
  void any(int depth);
  static constexpr int kDepth = 32;  ///< as the reader from outside takes

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace wuye::json
