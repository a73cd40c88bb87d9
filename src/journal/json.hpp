// JSON at the border and in the journal: a strict reader for what comes in, a canonical writer for what is kept.
#pragma once

#include <charconv>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "wuye/entry.hpp"

namespace wuye::json {

/// Appends `text` as a JSON string, RFC 8785: only `"`, `\` and control characters are escaped, UTF-8 stands as it is.
void append_string(std::string& out, std::string_view text);
void append_number(std::string& out, std::int64_t value);
void append_value(std::string& out, const Value& value);
/// A JSON object of the fields in their order; a field that is "not given" is left out.
void append_fields(std::string& out, const Fields& fields);

/// Writes what the functions above append, without asking after each piece whether there is room: the caller says once how much it may
/// come to. What it takes stays for the next text.
class Writer {
 public:
  void begin(std::size_t most) {
    if (room_.size() < most) room_.resize(most);
    at_ = room_.data();
  }
  void raw(std::string_view bytes) noexcept {
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }
  void number(std::int64_t value) noexcept { at_ = std::to_chars(at_, at_ + kMostDigits, value).ptr; }
  void text(std::string_view text) noexcept;
  void value(const Value& value) noexcept;
  std::string take() const { return std::string(room_.data(), static_cast<std::size_t>(at_ - room_.data())); }

  static constexpr std::size_t kMostDigits = 20;
  static constexpr std::size_t most_of_text(std::string_view text) noexcept { return 6 * text.size() + 2; }
  static std::size_t most_of(const Value& value) noexcept;

 private:
  std::vector<char> room_;
  char* at_ = nullptr;
};

/// Builds one object; the caller gives keys in canonical order.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }
  Object& text(std::string_view key, std::string_view value) { name(key); append_string(out_, value); return *this; }
  Object& number(std::string_view key, std::int64_t value) { name(key); append_number(out_, value); return *this; }
  Object& flag(std::string_view key, bool value) { name(key); out_ += value ? "true" : "false"; return *this; }
  Object& raw(std::string_view key, std::string_view json) { name(key); out_ += json; return *this; }
  void end() { out_ += '}'; }

 private:
  void name(std::string_view key) {
    if (!first_) out_ += ',';
    first_ = false;
    append_string(out_, key);
    out_ += ':';
  }
  std::string& out_;
  bool first_ = true;
};

/// A whole JSON tree, for what is read rarely: canonical manuals, found lines, row states. Objects keep their order.
struct Tree {
  struct Member;
  enum class Kind { null, flag, number, text, array, object } kind = Kind::null;
  bool flag = false;
  std::int64_t number = 0;
  std::string text;
  std::vector<Tree> items;      ///< of an array
  std::vector<Member> members;  ///< of an object

  const Tree* find(std::string_view name) const noexcept;
  /// Throws invalid_argument naming what is missing or of another kind.
  const Tree& at(std::string_view name) const;
  const std::string& as_text() const;
  std::int64_t as_number() const;
  std::string text_or(std::string_view name, std::string_view otherwise) const;
  std::int64_t number_or(std::string_view name, std::int64_t otherwise) const;
};
/// A struct and not a pair, because a pair of an unfinished type cannot stand in a vector with every compiler.
struct Tree::Member {
  std::string name;
  Tree value;
};

/// The tree as canonical JSON: keys sorted by their bytes.
void append_tree(std::string& out, const Tree& tree);

/// Strict: UTF-8, no duplicate keys, whole numbers in int64, depth ≤ 32, no NUL. Throws invalid_argument with line and
/// column (in characters) of the first thing wrong.
Tree parse(std::string_view text);
/// Reads an object of scalar values and lists of texts into fields, on the same terms and without null; at most 4096 of them.
Fields parse_fields(std::string_view text);

}  // namespace wuye::json
