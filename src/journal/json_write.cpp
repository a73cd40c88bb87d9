// The canonical writer (RFC 8785 for the values that we have: texts, whole numbers, flags, lists) and the questions that
// a Tree answers. Whoever writes an object key by key gives the keys in canonical order; only a tree is sorted here.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "journal/json.hpp"
#include "wuye/error.hpp"

namespace wuye::json {
namespace {

constexpr bool must_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

/// A byte that is escaped, as it is written.
struct Escape {
  explicit Escape(unsigned char c) noexcept {
    constexpr std::string_view kHex = "0123456789abcdef";
    constexpr std::string_view kMeant = "\"\\\b\t\n\f\r";
    constexpr std::string_view kShort = "\"\\btnfr";
    if (const std::size_t which = kMeant.find(static_cast<char>(c)); which != std::string_view::npos) {
      bytes[1] = kShort[which];
      length = 2;
    } else {
      bytes[4] = kHex[c >> 4U];
      bytes[5] = kHex[c & 0x0FU];
    }
  }
  operator std::string_view() const noexcept { return {bytes.data(), length}; }
  std::array<char, 6> bytes{'\\', 'u', '0', '0', '0', '0'};
  std::size_t length = 6;
};

Error wrong_kind(const char* wanted) {
  return Error(Code::invalid_argument, std::string("JSON: ") + wanted + " is expected here");
}

/// Whether the eight bytes at `p` all stand as they are.
bool eight_plain(const char* p) noexcept {
  constexpr std::uint64_t kEach = 0x0101010101010101U;
  std::uint64_t eight;
  std::memcpy(&eight, p, sizeof eight);
  // Some high bit comes out set where a byte is less than n; a byte is c where it is less than 1 without the bits of c.
  const auto below = [](std::uint64_t bytes, std::uint64_t n) { return (bytes - n * kEach) & ~bytes; };
  const std::uint64_t found = below(eight, 0x20) | below(eight ^ ('"' * kEach), 1) | below(eight ^ ('\\' * kEach), 1);
  return (found & (0x80 * kEach)) == 0;
}

/// Hands over a text's bytes, what must be escaped in its escape.
template <class Take>
void in_pieces(std::string_view text, Take&& take) {
  std::size_t from = 0;
  for (std::size_t i = 0;; ++i) {
    while (text.size() - i >= 8 && eight_plain(text.data() + i)) i += 8;
    if (i == text.size()) break;
    const auto c = static_cast<unsigned char>(text[i]);
    if (!must_escape(c)) continue;
    take(text.substr(from, i - from));
    take(Escape(c));
    from = i + 1;
  }
  take(text.substr(from));
}

}  // namespace

void append_number(std::string& out, std::int64_t value) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  in_pieces(text, [&](std::string_view piece) { out.append(piece); });
  out += '"';
}

void Writer::text(std::string_view text) noexcept {
  raw("\"");
  in_pieces(text, [&](std::string_view piece) { raw(piece); });
  raw("\"");
}

void Writer::value(const Value& value) noexcept {
  if (const auto* text = std::get_if<std::string>(&value)) {
    this->text(*text);
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    this->number(*number);
  } else if (const auto* flag = std::get_if<bool>(&value)) {
    raw(*flag ? "true" : "false");
  } else if (const auto* items = std::get_if<std::vector<std::string>>(&value)) {
    raw("[");
    for (const std::string& item : *items) {
      if (&item != &items->front()) raw(",");
      this->text(item);
    }
    raw("]");
  } else {
    raw("null");
  }
}

std::size_t Writer::most_of(const Value& value) noexcept {
  if (const auto* text = std::get_if<std::string>(&value)) return most_of_text(*text);
  const auto* items = std::get_if<std::vector<std::string>>(&value);
  if (!items) return kMostDigits;
  std::size_t out = 2;
  for (const std::string& item : *items) out += most_of_text(item) + 1;
  return out;
}

void append_value(std::string& out, const Value& value) {
  std::visit(
      [&out](const auto& held) {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          out += "null";
        } else if constexpr (std::is_same_v<T, bool>) {
          out += held ? "true" : "false";
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
          append_number(out, held);
        } else if constexpr (std::is_same_v<T, std::string>) {
          append_string(out, held);
        } else {
          out += '[';
          for (std::size_t i = 0; i < held.size(); ++i) {
            if (i > 0) out += ',';
            append_string(out, held[i]);
          }
          out += ']';
        }
      },
      value);
}

void append_fields(std::string& out, const Fields& fields) {
  out += '{';
  bool first = true;
  for (const auto& [name, value] : fields) {
    if (std::holds_alternative<std::monostate>(value)) continue;
    if (!first) out += ',';
    first = false;
    append_string(out, name);
    out += ':';
    append_value(out, value);
  }
  out += '}';
}

void append_tree(std::string& out, const Tree& tree) {
  switch (tree.kind) {
    case Tree::Kind::null: out += "null"; return;
    case Tree::Kind::flag: out += tree.flag ? "true" : "false"; return;
    case Tree::Kind::number: append_number(out, tree.number); return;
    case Tree::Kind::text: append_string(out, tree.text); return;
    case Tree::Kind::array: {
      out += '[';
      for (std::size_t i = 0; i < tree.items.size(); ++i) {
        if (i > 0) out += ',';
        append_tree(out, tree.items[i]);
      }
      out += ']';
      return;
    }
    case Tree::Kind::object: {
      std::vector<const Tree::Member*> order;
      order.reserve(tree.members.size());
      for (const Tree::Member& member : tree.members) order.push_back(&member);
      std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
      out += '{';
      for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0) out += ',';
        append_string(out, order[i]->name);
        out += ':';
        append_tree(out, order[i]->value);
      }
      out += '}';
      return;
    }
  }
}

const Tree* Tree::find(std::string_view name) const noexcept {
  for (const auto& [key, value] : members) {
    if (key == name) return &value;
  }
  return nullptr;
}

const Tree& Tree::at(std::string_view name) const {
  if (kind != Kind::object) throw wrong_kind("an object");
  if (const Tree* found = find(name)) return *found;
  std::string message = "JSON: \"";
  message.append(name).append("\" is missing");
  throw Error(Code::invalid_argument, std::move(message)).with("field", std::string(name));
}

const std::string& Tree::as_text() const {
  if (kind != Kind::text) throw wrong_kind("text");
  return text;
}

std::int64_t Tree::as_number() const {
  if (kind != Kind::number) throw wrong_kind("a whole number");
  return number;
}

std::string Tree::text_or(std::string_view name, std::string_view otherwise) const {
  const Tree* found = find(name);
  return found == nullptr ? std::string(otherwise) : found->as_text();
}

std::int64_t Tree::number_or(std::string_view name, std::int64_t otherwise) const {
  const Tree* found = find(name);
  return found == nullptr ? otherwise : found->as_number();
}

}  // namespace wuye::json
