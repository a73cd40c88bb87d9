// The reader of canonical JSON.
#include "journal/canonical.hpp"

#include <charconv>

#include "journal/json.hpp"
#include "journal/utf8.hpp"
#include "wuye/error.hpp"

namespace wuye::json {

void Canonical::fail(std::string_view wanted) const {
  throw Error(Code::corrupt, "at byte " + std::to_string(at_) + " there should be " + std::string(wanted));
}

std::int64_t Canonical::number() {
  const char* const from = text_.data() + at_;
  std::int64_t value = 0;
  const auto read = std::from_chars(from, text_.data() + text_.size(), value);
  const char first = here() == '-' && read.ptr - from > 1 ? from[1] : here();
  if (read.ec != std::errc{} || (first == '0' && read.ptr - from > 1)) fail("a whole number");
  at_ += static_cast<std::size_t>(read.ptr - from);
  return value;
}

std::size_t Canonical::plain() {
  const char* const begin = text_.data();
  const char* const end = begin + text_.size();
  const char* p = begin + at_;
  for (;;) {
    const unsigned char c = p != end ? static_cast<unsigned char>(*p) : 0;
    if (c >= 0x80) {
      const std::size_t length = sequence_length(p, end);
      if (length == 0) fail("UTF-8");
      p += length;
      continue;
    }
    if (c < 0x20 || c == '"' || c == '\\') break;
    ++p;
  }
  return static_cast<std::size_t>(p - begin);
}

std::string Canonical::text() {
  std::string out;
  text(out);
  return out;
}

void Canonical::text(std::string& out) {
  expect("\"");
  std::size_t end = plain();
  out.assign(text_, at_, end - at_);
  for (at_ = end; here() != '"'; at_ = end) {
    escaped(out);
    end = plain();
    out.append(text_, at_, end - at_);
  }
  ++at_;
}

void Canonical::pass_text() {
  expect("\"");
  std::string none;
  for (at_ = plain(); here() != '"'; at_ = plain()) escaped(none);
  ++at_;
}

void Canonical::escaped(std::string& out) {
  const std::size_t from = at_;
  expect("\\");
  constexpr std::string_view kShort = "\"\\btnfr";
  constexpr std::string_view kMeant = "\"\\\b\t\n\f\r";
  if (const std::size_t which = kShort.find(here()); which != std::string_view::npos) {
    ++at_;
    out += kMeant[which];
    return;
  }
  expect("u00");
  unsigned unit = 0;
  const char* const digits = text_.data() + at_;
  if (text_.size() - at_ < 2 || std::from_chars(digits, digits + 2, unit, 16).ptr != digits + 2 || unit == 0) fail("an escape");
  at_ += 2;
  out += static_cast<char>(unit);
  std::string written;
  append_string(written, out.substr(out.size() - 1));
  if (written.substr(1, written.size() - 2) != since(from)) fail("an escape in its one form");
}

bool Canonical::flag() {
  if (take("true")) return true;
  expect("false");
  return false;
}

std::vector<std::string> Canonical::texts() {
  std::vector<std::string> out;
  expect("[");
  if (take("]")) return out;
  do out.push_back(text());
  while (take(","));
  expect("]");
  return out;
}

void Canonical::pass_texts() {
  expect("[");
  if (take("]")) return;
  do pass_text();
  while (take(","));
  expect("]");
}

Value Canonical::value() {
  switch (here()) {
    case '"': return text();
    case '[': return texts();
    case 't':
    case 'f': return flag();
    default: return number();
  }
}

std::string_view Canonical::object() {
  const std::size_t from = at_;
  if (here() != '{') fail("an object");
  any(kDepth);
  return since(from);
}

void Canonical::any(int depth) {
  if (depth == 0 && (here() == '{' || here() == '[')) fail("nothing as deep as this");
  if (take("{")) {
    if (take("}")) return;
    std::string before;
    for (bool first = true; first || take(","); first = false) {
      std::string name = text();
      if (!first && before >= name) fail("names in order");
      before = std::move(name);
      expect(":");
      any(depth - 1);
    }
    expect("}");
  } else if (take("[")) {
    if (take("]")) return;
    do any(depth - 1);
    while (take(","));
    expect("]");
  } else if (here() == '"') {
    pass_text();
  } else if (!take("null")) {
    value();
  }
}

Fields Canonical::fields() {
  Fields out;
  expect("{");
  if (take("}")) return out;
  out.reserve(kUsualFields);
  do {
    std::string name = text();
    if (!out.empty() && out.back().first >= name) fail("names in order");
    expect(":");
    out.emplace_back(std::move(name), value());
  } while (take(","));
  expect("}");
  return out;
}

}  // namespace wuye::json
