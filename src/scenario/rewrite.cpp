// Finds the end of a value by reading just as much TOML as that takes: quotes, brackets and comments. The text has been read whole
// before, so what is met here is well-formed; should it not be, there is no stretch rather than a wrong one.
#include "scenario/rewrite.hpp"

#include <algorithm>

namespace wuye::scenario {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

/// The byte at a 1-based line and column, columns counted in characters.
std::size_t offset_of(std::string_view text, std::int64_t line, std::int64_t column) {
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (std::int64_t i = 1; i < line; ++i) {
    at = text.find('\n', at);
    if (at == kNowhere) return kNowhere;
    ++at;
  }
  for (std::int64_t i = 1; i < column; ++i) {
    if (at >= text.size()) return kNowhere;
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at < text.size() ? at : kNowhere;
}

std::size_t end_of_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const bool escapes = quote == '"';
  if (text.substr(at, 3) == std::string(3, quote)) {
    for (std::size_t i = at + 3; i < text.size(); ++i) {
      if (escapes && text[i] == '\\') {
        ++i;
      } else if (text[i] == quote && text.substr(i, 3) == std::string(3, quote)) {
        i += 3;
        while (i < text.size() && text[i] == quote) ++i;  // up to two quotes may stand before the closing three
        return i;
      }
    }
    return kNowhere;
  }
  for (std::size_t i = at + 1; i < text.size() && text[i] != '\n'; ++i) {
    if (escapes && text[i] == '\\') ++i;
    else if (text[i] == quote) return i + 1;
  }
  return kNowhere;
}

std::size_t end_of_brackets(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (std::size_t i = at; i < text.size();) {
    switch (text[i]) {
      case '"':
      case '\'':
        i = end_of_string(text, i);
        if (i == kNowhere) return kNowhere;
        continue;
      case '#':
        i = text.find('\n', i);
        if (i == kNowhere) return kNowhere;
        break;
      case '[':
      case '{': ++depth; break;
      case ']':
      case '}':
        if (--depth == 0) return i + 1;
        break;
      default: break;
    }
    ++i;
  }
  return kNowhere;
}

std::size_t end_of_bare(std::string_view text, std::size_t at) {
  constexpr std::string_view kStops = " \t\r\n,]}#";
  std::size_t end = std::min(text.find_first_of(kStops, at), text.size());
  // A date and a time may be parted by one space.
  const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  if (end - at == 10 && text[at + 4] == '-' && end < text.size() && text[end] == ' ' && digit(end + 1) && digit(end + 2) &&
      text.substr(end + 3, 1) == ":") {
    end = std::min(text.find_first_of(kStops, end + 1), text.size());
  }
  return end;
}

}  // namespace

std::optional<Patch> stretch_of(std::string_view text, const Node& value) {
  const std::size_t from = offset_of(text, value.place.line, value.place.column);
  if (from == kNowhere) return std::nullopt;
  std::size_t until = kNowhere;
  switch (value.kind) {
    case Node::Kind::table:
      if (text[from] == '{') until = end_of_brackets(text, from);
      break;
    case Node::Kind::list: {
      const bool headers = !value.items.empty() && value.items[0].place.line == value.place.line &&
                           value.items[0].place.column == value.place.column;
      if (text[from] == '[' && !headers) until = end_of_brackets(text, from);
      break;
    }
    case Node::Kind::text:
      if (text[from] == '"' || text[from] == '\'') until = end_of_string(text, from);
      break;
    case Node::Kind::integer:
    case Node::Kind::boolean:
    case Node::Kind::date:
    case Node::Kind::time:
    case Node::Kind::wall:
    case Node::Kind::instant: until = end_of_bare(text, from); break;
  }
  if (until == kNowhere || until <= from) return std::nullopt;
  return Patch{from, until, {}};
}

std::string spliced(std::string_view text, std::vector<Patch> patches) {
  std::stable_sort(patches.begin(), patches.end(), [](const Patch& a, const Patch& b) { return a.from < b.from; });
  std::string out;
  std::size_t done = 0;
  for (const Patch& patch : patches) {
    if (patch.from < done) continue;
    out += text.substr(done, patch.from - done);
    out += patch.text;
    done = patch.until;
  }
  out += text.substr(done);
  return out;
}

std::string toml_text(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 0xFU];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string toml_key(std::string_view key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  return bare ? std::string(key) : toml_text(key);
}

}  // namespace wuye::scenario
