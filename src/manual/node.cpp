// Reads TOML into nodes. The only file that includes toml++, and it takes it header-only, however the package was built, so
// that the parser comes with these limits and with its assertions. Texts from outside are hostile to toml++ 3.3 in three
// ways, each kept from it here: some broken texts only an assertion notices, characters that are not ASCII where TOML has
// none lead it into undefined behaviour, and keys of very many parts exhaust the stack.
#include "manual/node.hpp"

#include <algorithm>
#include <utility>
#include <version>

#include "time/text.hpp"

namespace wuye {
namespace {

/// An assertion of toml++ did not hold: the text is broken, but toml++ does not know where.
struct ParserGaveUp {};
constexpr void expect_of_parser(bool holds) {
  if (!holds) throw ParserGaveUp();
}

}  // namespace
}  // namespace wuye

#undef NDEBUG
#undef TOML_SHARED_LIB
#undef TOML_HEADER_ONLY
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 1
#define TOML_ASSERT(holds) ::wuye::expect_of_parser(static_cast<bool>(holds))
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 32
#if defined(__cpp_lib_to_chars)
#define TOML_FLOAT_CHARCONV 1  // else it reads the floats, which we refuse, by way of a stream and its locale
#endif
#define toml wuye_toml  // its own namespace, so that it never merges with a host's toml++ of other settings
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#endif
#include <toml++/toml.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
#undef toml

namespace wuye {
namespace {

static_assert(TOML_MAX_NESTED_VALUES == kMaxTomlDepth);

using Fault = std::function<void(const Node::Place&, std::string)>;

/// Looks over a text before the parser does. Outside of strings and comments it refuses what is not ASCII (a full-width
/// comma or space, typically) and keys of too many parts ("a.b.c…"), of which the parser would build, and later take down,
/// one nested table a part. Other faults it leaves to the parser.
class Outline {
 public:
  Outline(std::string_view text, const Node::Place& file) : text_(text), place_(file) {
    place_.line = 1;
    place_.column = 0;
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);  // a byte-order mark
  }

  void check() {
    char before = '\n';
    while (at_ < text_.size()) {
      const char c = step();
      if (c == '"' || c == '\'') {
        if (is_bare(before)) refuse("a text in quotes begins in the middle of a word");
        skip_string(c);
      } else if (c == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') step();
      } else if (static_cast<unsigned char>(c) >= 0x80U) {
        refuse("outside of texts in quotes and of comments there are only ASCII characters; this may be a full-width one");
      } else if (c == '.') {
        if (++dots_ >= kMaxTomlDepth) refuse("the key has more than " + std::to_string(kMaxTomlDepth) + " parts");
      } else if (c == '\n' || c == '=' || c == ',' || c == '[' || c == ']' || c == '{' || c == '}') {
        dots_ = 0;
      }
      before = c;
    }
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const { throw Error(Code::invalid_argument, why, place_.location()); }

  /// A character of a number or of a key without quotes.
  static bool is_bare(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+' ||
           c == ':';
  }

  char step() {
    const char c = text_[at_++];
    if (c == '\n') {
      ++place_.line;
      place_.column = 0;
    } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
      ++place_.column;
    }
    return c;
  }
  void skip_string(char quote) {
    const char triple[3] = {quote, quote, quote};
    const std::string_view fence(triple, 3);
    const bool many_lines = text_.substr(at_ - 1).starts_with(fence);
    if (many_lines) {
      step();
      step();
    }
    while (at_ < text_.size()) {
      if (!many_lines && text_[at_] == '\n') return;
      if (many_lines && text_.substr(at_).starts_with(fence)) {
        // Up to two quotes may stand directly before the closing three.
        while (at_ < text_.size() && text_[at_] == quote) step();
        return;
      }
      const char c = step();
      if (c == '\\' && quote == '"' && at_ < text_.size()) {
        step();
      } else if (c == quote && !many_lines) {
        return;
      }
    }
  }

  std::string_view text_;
  Node::Place place_;
  std::size_t at_ = 0;
  int dots_ = 0;
};

/// The line at which toml++ gives up: the shortest run of lines from the beginning on which it does.
std::int64_t line_given_up(std::string_view text) {
  std::vector<std::size_t> line_ends;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n' || at + 1 == text.size()) line_ends.push_back(at + 1);
  }
  const auto gives_up = [&](std::size_t end) {
    try {
      static_cast<void>(wuye_toml::parse(text.substr(0, end)));
    } catch (const wuye_toml::parse_error&) {
      return false;
    } catch (const ParserGaveUp&) {
      return true;
    }
    return false;
  };
  const auto found = std::partition_point(line_ends.begin(), line_ends.end(), [&](std::size_t end) { return !gives_up(end); });
  return found - line_ends.begin() + 1;
}

/// Turns toml++'s tree into ours.
class Converter {
 public:
  Converter(std::shared_ptr<const std::string> file, const Fault& fault) : file_(std::move(file)), fault_(fault) {}

  Node table(const wuye_toml::table& from, int depth) {
    Node node = made(Node::Kind::table, from);
    check_depth(node, depth);
    node.members.reserve(from.size());
    for (const auto& [key, value] : from) {
      std::optional<Node> converted = any(value, depth + 1);
      if (!converted) continue;
      node.members.push_back({std::string(key.str()), place(key.source()), std::move(*converted)});
    }
    std::sort(node.members.begin(), node.members.end(),
              [](const Node::Member& a, const Node::Member& b) { return a.key < b.key; });
    return node;
  }

 private:
  Node::Place place(const wuye_toml::source_region& source) const {
    return {file_, static_cast<std::int32_t>(source.begin.line), static_cast<std::int32_t>(source.begin.column)};
  }
  Node made(Node::Kind kind, const wuye_toml::node& from) const {
    Node node;
    node.kind = kind;
    node.place = place(from.source());
    return node;
  }
  static void check_depth(const Node& node, int depth) {
    if (depth <= kMaxTomlDepth) return;
    throw Error(Code::invalid_argument, "nested more than " + std::to_string(kMaxTomlDepth) + " deep",
                node.place.location());
  }

  /// Nothing where the value was told to `fault_` instead.
  std::optional<Node> any(const wuye_toml::node& from, int depth) {
    switch (from.type()) {
      case wuye_toml::node_type::table: return table(*from.as_table(), depth);
      case wuye_toml::node_type::array: return list(*from.as_array(), depth);
      case wuye_toml::node_type::string: {
        Node node = made(Node::Kind::text, from);
        node.text = from.as_string()->get();
        return node;
      }
      case wuye_toml::node_type::integer: {
        Node node = made(Node::Kind::integer, from);
        node.number = from.as_integer()->get();
        return node;
      }
      case wuye_toml::node_type::boolean: {
        Node node = made(Node::Kind::boolean, from);
        node.flag = from.as_boolean()->get();
        return node;
      }
      case wuye_toml::node_type::date: {
        Node node = made(Node::Kind::date, from);
        append(node.text, from.as_date()->get());
        return node;
      }
      case wuye_toml::node_type::time: {
        Node node = made(Node::Kind::time, from);
        if (!append(node.text, from.as_time()->get(), node.place)) return std::nullopt;
        return node;
      }
      case wuye_toml::node_type::date_time: return date_time(from);
      case wuye_toml::node_type::floating_point:
        fault_(place(from.source()), "floats are not taken: write a decimal as text, like \"0.5\"");
        return std::nullopt;
      case wuye_toml::node_type::none: break;
    }
    throw Error(Code::internal, "toml++ gave a node without a type", place(from.source()).location());
  }

  Node list(const wuye_toml::array& from, int depth) {
    Node node = made(Node::Kind::list, from);
    check_depth(node, depth);
    node.items.reserve(from.size());
    for (const wuye_toml::node& item : from) {
      if (std::optional<Node> converted = any(item, depth + 1)) node.items.push_back(std::move(*converted));
    }
    return node;
  }

  std::optional<Node> date_time(const wuye_toml::node& from) {
    const wuye_toml::date_time& value = from.as_date_time()->get();
    Node node = made(value.offset ? Node::Kind::instant : Node::Kind::wall, from);
    append(node.text, value.date);
    node.text += 'T';
    if (!append(node.text, value.time, node.place)) return std::nullopt;
    if (value.offset) text::append_offset(node.text, value.offset->minutes * 60);
    return node;
  }

  static void append(std::string& out, const wuye_toml::date& date) {
    text::append_padded(out, date.year, 4);
    out += '-';
    text::append_padded(out, date.month, 2);
    out += '-';
    text::append_padded(out, date.day, 2);
  }
  bool append(std::string& out, const wuye_toml::time& time, const Node::Place& at) {
    if (time.nanosecond % 1000 != 0) {
      fault_(at, "a time finer than a microsecond is not taken");
      return false;
    }
    text::append_padded(out, time.hour, 2);
    out += ':';
    text::append_padded(out, time.minute, 2);
    out += ':';
    text::append_padded(out, time.second, 2);
    if (time.nanosecond != 0) {
      out += '.';
      text::append_padded(out, time.nanosecond / 1000, 6);
    }
    return true;
  }

  std::shared_ptr<const std::string> file_;
  const Fault& fault_;
};

}  // namespace

const Node::Member* Node::find_member(std::string_view key) const noexcept {
  const auto found = std::lower_bound(members.begin(), members.end(), key,
                                      [](const Member& member, std::string_view k) { return member.key < k; });
  return found != members.end() && found->key == key ? &*found : nullptr;
}

const Node* Node::find(std::string_view key) const noexcept {
  const Member* member = find_member(key);
  return member != nullptr ? &member->value : nullptr;
}

std::string_view kind_name(Node::Kind kind) noexcept {
  switch (kind) {
    case Node::Kind::text: return "a text";
    case Node::Kind::integer: return "a whole number";
    case Node::Kind::boolean: return "true or false";
    case Node::Kind::date: return "a date";
    case Node::Kind::time: return "a time of day";
    case Node::Kind::wall: return "a date and time";
    case Node::Kind::instant: return "a date and time with its offset";
    case Node::Kind::list: return "a list";
    case Node::Kind::table: return "a table";
  }
  return "nothing";
}

Node read_toml(std::string_view text, std::string name, const Fault& fault) {
  const auto file = std::make_shared<const std::string>(std::move(name));
  if (text.size() > kMaxTomlBytes) {
    throw Error(Code::invalid_argument, "the text has more than " + std::to_string(kMaxTomlBytes) + " bytes",
                {*file, 0, 0});
  }
  Outline(text, {file, 0, 0}).check();
  try {
    return Converter(file, fault).table(wuye_toml::parse(text), 0);
  } catch (const wuye_toml::parse_error& error) {
    const wuye_toml::source_position at = error.source().begin;
    throw Error(Code::invalid_argument, std::string(error.description()),
                {*file, static_cast<std::int64_t>(at.line), static_cast<std::int64_t>(at.column)});
  } catch (const ParserGaveUp&) {
    throw Error(Code::invalid_argument, "this is not TOML", {*file, line_given_up(text), 1});
  }
}

Node read_toml(std::string_view text, std::string name) {
  return read_toml(text, std::move(name), [](const Node::Place& at, std::string message) {
    throw Error(Code::invalid_argument, std::move(message), at.location());
  });
}

}  // namespace wuye
