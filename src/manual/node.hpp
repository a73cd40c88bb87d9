// A tree of values that remembers where each was written: what a TOML text becomes before anything is made of it. Manuals
// and scenarios are both read through it, so both answer for their texts with file, line and column.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wuye/error.hpp"

namespace wuye {

inline constexpr std::size_t kMaxTomlBytes = 16U << 20U;
inline constexpr int kMaxTomlDepth = 32;

struct Node {
  enum class Kind : std::uint8_t {
    text,
    integer,
    boolean,
    date,     ///< `text` is "2026-03-02"
    time,     ///< `text` is "22:10:00", with ".ffffff" where there are microseconds
    wall,     ///< `text` is "2026-03-02T22:10:00": a date and time without an offset
    instant,  ///< `text` is "2026-03-02T22:10:00+08:00"
    list,
    table,
  };
  struct Member;

  /// Where something was written; the file's name is shared by all that came from it.
  struct Place {
    std::shared_ptr<const std::string> file;
    std::int32_t line = 0;
    std::int32_t column = 0;  ///< in characters, from 1
    Location location() const { return {file ? *file : std::string(), line, column}; }
  };

  Kind kind = Kind::table;
  bool flag = false;
  std::int64_t number = 0;
  std::string text;
  std::vector<Node> items;      ///< of a list
  std::vector<Member> members;  ///< of a table, sorted by key (bytes), each key once
  Place place;

  bool is(Kind wanted) const noexcept { return kind == wanted; }
  /// The member's value; null where there is none or this is no table.
  const Node* find(std::string_view key) const noexcept;
  const Member* find_member(std::string_view key) const noexcept;
};

struct Node::Member {
  std::string key;
  Place place;  ///< of the key
  Node value;
};

/// "a text", "a list": for messages.
std::string_view kind_name(Node::Kind kind) noexcept;

/// Reads a TOML 1.0 text into a table. Throws invalid_argument with the place for broken syntax, floats (a decimal is
/// written as text), times finer than a microsecond, nesting beyond kMaxTomlDepth and texts beyond kMaxTomlBytes.
Node read_toml(std::string_view text, std::string name);

/// The same, but floats and too fine times are told to `fault`, every one of them, and left out of the tree.
Node read_toml(std::string_view text, std::string name, const std::function<void(const Node::Place&, std::string)>& fault);

}  // namespace wuye
