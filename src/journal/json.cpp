// The strict JSON reader, the only place that knows RapidJSON. A text is checked as a whole first (size, UTF-8, control
// characters, surrogates), copied, and parsed in place; handlers build entries, fields and trees, and say where a text goes
// wrong. It knows the shape of an entry, and nothing of what a manual lets it say.
#include "journal/json.hpp"

// Our own namespace and settings for RapidJSON, so that a host's copy with other settings is never mixed with ours.
#define RAPIDJSON_NAMESPACE wuye_rapidjson
#define RAPIDJSON_NAMESPACE_BEGIN namespace wuye_rapidjson {
#define RAPIDJSON_NAMESPACE_END }
#define RAPIDJSON_ASSERT(x) static_cast<void>(0)
#ifdef __SSE2__
#define RAPIDJSON_SSE2
#endif
#include <rapidjson/error/error.h>
#include <rapidjson/reader.h>
#include <rapidjson/stream.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <unordered_set>

#include "journal/utf8.hpp"
#include "wuye/error.hpp"

namespace wuye {
namespace {

namespace rj = wuye_rapidjson;

constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kUsualFields = 8;
constexpr std::size_t kMaxTextBytes = std::size_t{1} << 30U;  ///< of a tree: far more than a manual, far less than 32 bits count
constexpr std::size_t kMaxKeptFields = 16 * kMaxFields;       ///< of a case, which gathers the fields of many entries

/// A value from outside for a message: one line, not long, in quotes.
std::string shown(std::string_view value) {
  constexpr std::size_t kShown = 40;
  const bool cut = value.size() > kShown;
  if (cut) {
    std::size_t end = kShown;
    while (end > 0 && is_continuation(value[end])) --end;
    value = value.substr(0, end);
  }
  std::string out;
  json::append_string(out, value);
  if (cut) out.insert(out.size() - 1, "…");
  return out;
}

/// Line and column of a byte; columns count characters. What stands before the byte is valid UTF-8.
Location locate(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  Location where;
  where.line = 1 + std::count(before.begin(), before.end(), '\n');
  where.column = 1;
  for (const char c : before.substr(line_start)) where.column += is_continuation(c) ? 0 : 1;
  return where;
}

/// A text under reading: the original, for positions, and a copy that RapidJSON unescapes in place.
class Source {
 public:
  Source(std::string_view text, std::size_t max_bytes) : text_(text) {
    if (text.size() > max_bytes) {
      throw Error(Code::invalid_argument,
                  "JSON: the text has " + std::to_string(text.size()) + " bytes; the limit is " + std::to_string(max_bytes),
                  Location{{}, 1, 1})
          .with("limit", std::to_string(max_bytes));
    }
    if (text.starts_with("\xEF\xBB\xBF")) fail(0, "JSON: the text begins with a byte order mark; give UTF-8 without one");
    check_characters();
    if (text.find('\\') != std::string_view::npos) check_escapes();
    copy();
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  char* data() noexcept { return data_; }
  std::size_t offset(const char* in_place) const noexcept { return static_cast<std::size_t>(in_place - data_); }

  [[noreturn]] void fail(std::size_t offset, std::string message, std::string_view field = {},
                         Code code = Code::invalid_argument) const {
    Error error(code, std::move(message), locate(text_, std::min(offset, text_.size())));
    if (!field.empty()) error.with("field", std::string(field));
    throw error;
  }

 private:
  /// RapidJSON's SSE2 code reads whole aligned blocks of 16 bytes, so the copy ends with as many zero bytes.
  static constexpr std::size_t kPadding = 16;

  void check_characters() const {
    const char* const begin = text_.data();
    const char* const end = begin + text_.size();
    for (const char* p = begin; p != end;) {
      // Eight characters at a time while all are ASCII and none is a control character.
      while (end - p >= 8) {
        std::uint64_t eight;
        std::memcpy(&eight, p, sizeof eight);
        const std::uint64_t below_space = (eight - 0x2020202020202020U) & ~eight;
        if (((eight | below_space) & 0x8080808080808080U) != 0) break;
        p += 8;
      }
      if (p == end) break;
      const auto c = static_cast<unsigned char>(*p);
      const auto at = static_cast<std::size_t>(p - begin);
      if (c < 0x20 && c != '\n' && c != '\r' && c != '\t') {
        fail(at, c == 0 ? "JSON: a NUL byte stands in the text" : "JSON: a control character stands unescaped in the text");
      }
      const std::size_t length = sequence_length(p, end);
      if (length == 0) fail(at, "JSON: the text is not valid UTF-8 here");
      p += length;
    }
  }

  /// Escapes that RapidJSON lets pass: lone surrogates, and NUL, which no text of ours may hold.
  void check_escapes() const {
    for (std::size_t at = text_.find('\\'); at != std::string_view::npos; at = text_.find('\\', at)) {
      const std::optional<unsigned> unit = escaped_unit(at);
      if (!unit) {
        at += 2;
        continue;
      }
      if (*unit == 0) fail(at, "JSON: \\u0000 is not allowed in a text");
      const bool high = *unit >= 0xD800 && *unit <= 0xDBFF;
      const bool low = *unit >= 0xDC00 && *unit <= 0xDFFF;
      const std::optional<unsigned> next = high ? escaped_unit(at + 6) : std::nullopt;
      if (low || (high && !(next && *next >= 0xDC00 && *next <= 0xDFFF))) {
        fail(at, "JSON: " + std::string(text_.substr(at, 6)) + " is half of a surrogate pair without the other half");
      }
      at += high ? 12 : 6;
    }
  }

  /// The code unit where a well-formed \uXXXX stands at `at`.
  std::optional<unsigned> escaped_unit(std::size_t at) const {
    if (at > text_.size() || text_.size() - at < 6 || text_[at] != '\\' || text_[at + 1] != 'u') return std::nullopt;
    unsigned unit = 0;
    const char* const digits = text_.data() + at + 2;
    const auto read = std::from_chars(digits, digits + 4, unit, 16);
    if (read.ec != std::errc{} || read.ptr != digits + 4) return std::nullopt;
    return unit;
  }

  void copy() {
    const std::size_t size = text_.size();
    data_ = local_.data();
    if (size + kPadding > local_.size()) {
      large_ = std::make_unique_for_overwrite<char[]>(size + kPadding);
      data_ = large_.get();
    }
    if (size > 0) std::memcpy(data_, text_.data(), size);
    std::memset(data_ + size, 0, kPadding);
  }

  std::string_view text_;
  char* data_ = nullptr;
  std::unique_ptr<char[]> large_;
  std::array<char, 2048> local_;
};

const char* explain(rj::ParseErrorCode code) {
  switch (code) {
    case rj::kParseErrorDocumentEmpty: return "JSON: the text is empty";
    case rj::kParseErrorDocumentRootNotSingular: return "JSON: something follows after the value's end";
    case rj::kParseErrorValueInvalid: return "JSON: a value is expected here";
    case rj::kParseErrorObjectMissName: return "JSON: a name in quotes is expected here";
    case rj::kParseErrorObjectMissColon: return "JSON: a colon is expected here";
    case rj::kParseErrorObjectMissCommaOrCurlyBracket: return "JSON: a comma or } is expected here";
    case rj::kParseErrorArrayMissCommaOrSquareBracket: return "JSON: a comma or ] is expected here";
    case rj::kParseErrorStringUnicodeEscapeInvalidHex: return "JSON: \\u is followed by four hexadecimal digits";
    case rj::kParseErrorStringUnicodeSurrogateInvalid: return "JSON: half of a surrogate pair without the other half";
    case rj::kParseErrorStringEscapeInvalid: return "JSON: no such escape, or a line break or tab within a text";
    case rj::kParseErrorStringMissQuotationMark: return "JSON: the text's closing quote is missing";
    case rj::kParseErrorNumberTooBig: return "JSON: the number is out of range";
    case rj::kParseErrorNumberMissFraction: return "JSON: digits are expected after the point";
    case rj::kParseErrorNumberMissExponent: return "JSON: digits are expected in the exponent";
    default: return "JSON: the text cannot be read here";
  }
}

/// What every handler has: the place of what it was just given, and refusal by throwing (RapidJSON is safe with that).
class Handler {
 public:
  explicit Handler(Source& source) : source_(source), stream_(source.data()) {}

  // Numbers arrive as text, so these are never called; RapidJSON wants them all the same.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  rj::InsituStringStream& stream() noexcept { return stream_; }

 protected:
  /// Of a text or name given in place: its opening quote.
  std::size_t quote_offset(const char* in_place) const noexcept { return source_.offset(in_place) - 1; }
  /// Of a bracket or word that was just taken from the stream.
  std::size_t taken_offset(std::size_t length) const noexcept { return source_.offset(stream_.src_) - length; }

  std::int64_t whole_number(const char* digits, rj::SizeType length, std::string_view field) const {
    std::int64_t value = 0;
    const auto read = std::from_chars(digits, digits + length, value);
    if (read.ptr == digits + length && read.ec == std::errc{}) return value;
    const std::string_view given(digits, length);
    const std::string subject = "JSON: " + (field.empty() ? std::string() : shown(field) + ": ");
    if (given.find_first_of(".eE") != std::string_view::npos) {
      source_.fail(source_.offset(digits), subject + "numbers are whole; a decimal is given as text: " + shown(given), field);
    }
    source_.fail(source_.offset(digits), subject + "the number is outside the range of 64 bits", field);
  }

  Source& source_;
  rj::InsituStringStream stream_;
};

template <class Reading>
void read(Source& source, Reading& handler) {
  rj::Reader reader;
  const rj::ParseResult result =
      reader.Parse<rj::kParseInsituFlag | rj::kParseNumbersAsStringsFlag>(handler.stream(), handler);
  if (result.IsError()) source.fail(result.Offset(), explain(result.Code()));
}

constexpr bool is_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const char c : name) {
    if (!((c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9'))) return false;
  }
  return true;
}

std::string bad_name(std::string_view name) {
  return "JSON: " + shown(name) + " is no field name; a name has lower-case letters, digits and _, begins with no digit, and has at most " +
         std::to_string(kMaxNameBytes) + " bytes";
}

/// One object of scalar values and lists of texts, into fields in order of name.
class FieldsHandler : public Handler {
 public:
  FieldsHandler(Source& source, Fields& fields, std::size_t max_fields)
      : Handler(source), fields_(fields), max_fields_(max_fields) {}

  bool Null() {
    if (!inside_) fail_root(taken_offset(4));
    source_.fail(taken_offset(4), subject() + "null is not a value; leave the field out", field());
  }
  bool Bool(bool value) {
    const std::size_t offset = taken_offset(value ? 4 : 5);
    slot(offset) = value;
    return true;
  }
  bool RawNumber(const char* digits, rj::SizeType length, bool) {
    Value& to = slot(source_.offset(digits));
    to = whole_number(digits, length, field());
    return true;
  }
  bool String(const char* text, rj::SizeType length, bool) {
    if (list_ != nullptr) {
      list_->emplace_back(text, length);
      return true;
    }
    slot(quote_offset(text)).emplace<std::string>(text, length);
    return true;
  }
  bool StartObject() {
    if (inside_) source_.fail(taken_offset(1), subject() + "an object is not allowed within another", field());
    inside_ = true;
    fields_.reserve(kUsualFields);
    return true;
  }
  bool Key(const char* text, rj::SizeType length, bool) {
    add(std::string_view(text, length), quote_offset(text));
    return true;
  }
  bool EndObject(rj::SizeType) { return true; }
  bool StartArray() {
    list_ = &slot(taken_offset(1)).emplace<std::vector<std::string>>();
    return true;
  }
  bool EndArray(rj::SizeType) {
    list_ = nullptr;
    return true;
  }

 protected:
  /// Makes room for a field; its value follows.
  void add(std::string_view name, std::size_t offset) {
    if (!is_name(name)) source_.fail(offset, bad_name(name));
    auto place = fields_.end();
    if (!fields_.empty() && fields_.back().first >= name) {
      place = std::lower_bound(fields_.begin(), fields_.end(), name,
                               [](const auto& have, std::string_view wanted) { return have.first < wanted; });
      if (place->first == name) fail_twice(name, offset);
    }
    if (fields_.size() == max_fields_) {
      source_.fail(offset, "JSON: there are more than " + std::to_string(max_fields_) + " fields");
    }
    current_ = static_cast<std::size_t>(place - fields_.begin());
    fields_.emplace(place, name, Value());
  }
  [[noreturn]] void fail_twice(std::string_view name, std::size_t offset) const {
    source_.fail(offset, "JSON: " + shown(name) + " is given twice", name);
  }
  [[noreturn]] void fail_root(std::size_t offset) const { source_.fail(offset, "JSON: one object is expected"); }

  bool inside() const noexcept { return inside_; }

 private:
  std::string_view field() const { return inside_ && current_ < fields_.size() ? fields_[current_].first : std::string_view(); }
  std::string subject() const {
    const std::string_view name = field();
    return name.empty() ? "JSON: " : "JSON: " + shown(name) + ": ";
  }
  /// Where the value goes that stands at `offset`; a list holds texts only, and those do not come here.
  Value& slot(std::size_t offset) {
    if (!inside_) fail_root(offset);
    if (list_ != nullptr) source_.fail(offset, subject() + "a list holds texts only", field());
    return fields_[current_].second;
  }

  Fields& fields_;
  std::size_t max_fields_;
  std::size_t current_ = 0;
  std::vector<std::string>* list_ = nullptr;
  bool inside_ = false;
};

/// An entry: its own eight members, and everything else as fields.
class EntryHandler : public FieldsHandler {
 public:
  EntryHandler(Source& source, Entry& entry) : FieldsHandler(source, entry.fields, kMaxFields), entry_(entry) {}

  bool Key(const char* text, rj::SizeType length, bool copied) {
    const std::string_view name(text, length);
    member_ = member_of(name);
    if (member_ == Member::field) return FieldsHandler::Key(text, length, copied);
    const unsigned bit = 1U << static_cast<unsigned>(member_);
    if ((given_ & bit) != 0) fail_twice(name, quote_offset(text));
    given_ |= bit;
    return true;
  }
  bool String(const char* text, rj::SizeType length, bool copied) {
    switch (member_) {
      case Member::field: return FieldsHandler::String(text, length, copied);
      case Member::by: entry_.by.assign(text, length); return true;
      case Member::action: entry_.action.assign(text, length); return true;
      case Member::case_id: entry_.case_id.assign(text, length); return true;
      case Member::key: entry_.key.assign(text, length); return true;
      case Member::source: entry_.source.assign(text, length); return true;
      case Member::at: entry_.at = instant({text, length}, quote_offset(text)); return true;
      case Member::now: entry_.now = instant({text, length}, quote_offset(text)); return true;
      case Member::seen: break;
    }
    fail_type(quote_offset(text));
  }
  bool RawNumber(const char* digits, rj::SizeType length, bool copied) {
    if (member_ == Member::field) return FieldsHandler::RawNumber(digits, length, copied);
    if (member_ != Member::at && member_ != Member::now && member_ != Member::seen) fail_type(source_.offset(digits));
    const std::int64_t value = whole_number(digits, length, name_of(member_));
    if (member_ == Member::seen) {
      if (value < 0) source_.fail(source_.offset(digits), "\"seen\" is a line number, 0 or more", "seen");
      entry_.seen = value;
      return true;
    }
    const Instant at{value};
    if (at < kEarliest || at > kLatest) {
      source_.fail(source_.offset(digits), shown(name_of(member_)) + " is in microseconds since 1970, between the years 1900 and 2200",
                   name_of(member_));
    }
    if (member_ == Member::at) entry_.at = at;
    else entry_.now = at;
    return true;
  }
  bool Bool(bool value) {
    if (member_ != Member::field) fail_type(taken_offset(value ? 4 : 5));
    return FieldsHandler::Bool(value);
  }
  bool Null() {
    if (member_ != Member::field) fail_type(taken_offset(4));
    return FieldsHandler::Null();
  }
  bool StartObject() {
    if (member_ != Member::field) fail_type(taken_offset(1));
    return FieldsHandler::StartObject();
  }
  bool StartArray() {
    if (member_ != Member::field) fail_type(taken_offset(1));
    return FieldsHandler::StartArray();
  }
  bool EndObject(rj::SizeType) {
    require(Member::at, "an entry says when it happened");
    require(Member::action, "an entry says what was done");
    require(Member::by, "an entry says who did it");
    if (entry_.action.empty()) source_.fail(taken_offset(1), "\"do\" is empty: an entry says what was done", "do");
    if (entry_.by.empty()) source_.fail(taken_offset(1), "\"by\" is empty: an entry says who did it", "by");
    return true;
  }

 private:
  enum class Member : unsigned { field, at, now, by, action, case_id, key, source, seen };

  static Member member_of(std::string_view name) {
    switch (name.size()) {
      case 2: return name == "at" ? Member::at : name == "by" ? Member::by : name == "do" ? Member::action : Member::field;
      case 3: return name == "now" ? Member::now : name == "key" ? Member::key : Member::field;
      case 4: return name == "case" ? Member::case_id : name == "seen" ? Member::seen : Member::field;
      case 6: return name == "source" ? Member::source : Member::field;
      default: return Member::field;
    }
  }
  static std::string_view name_of(Member member) {
    constexpr std::array<std::string_view, 9> kNames = {"", "at", "now", "by", "do", "case", "key", "source", "seen"};
    return kNames[static_cast<unsigned>(member)];
  }

  Instant instant(std::string_view text, std::size_t offset) const {
    try {
      return parse_instant(text);
    } catch (const Error& error) {
      source_.fail(offset, shown(name_of(member_)) + ": " + error.what(), name_of(member_), error.code());
    }
  }
  void require(Member member, const char* why) const {
    if ((given_ & (1U << static_cast<unsigned>(member))) != 0) return;
    source_.fail(taken_offset(1), shown(name_of(member)) + " is missing: " + why, name_of(member));
  }
  [[noreturn]] void fail_type(std::size_t offset) const {
    const bool moment = member_ == Member::at || member_ == Member::now;
    const char* const wanted = moment                    ? " is text like 2026-03-02T22:10+08:00, or whole microseconds"
                               : member_ == Member::seen ? " is a line number, a whole number"
                                                         : " is text";
    source_.fail(offset, shown(name_of(member_)) + wanted, name_of(member_));
  }

  Entry& entry_;
  Member member_ = Member::field;
  unsigned given_ = 0;
};

/// A tree of any shape. The nodes above the current one do not move while it is open, so they are held by address.
class TreeHandler : public Handler {
 public:
  TreeHandler(Source& source, json::Tree& root) : Handler(source), root_(root) {}

  bool Null() {
    place();
    return true;
  }
  bool Bool(bool value) {
    json::Tree& node = place();
    node.kind = json::Tree::Kind::flag;
    node.flag = value;
    return true;
  }
  bool RawNumber(const char* digits, rj::SizeType length, bool) {
    const bool named = !open_.empty() && !open_.back().node->members.empty();
    json::Tree& node = place();
    node.kind = json::Tree::Kind::number;
    node.number = whole_number(digits, length, named ? std::string_view(open_.back().node->members.back().name) : std::string_view());
    return true;
  }
  bool String(const char* text, rj::SizeType length, bool) {
    json::Tree& node = place();
    node.kind = json::Tree::Kind::text;
    node.text.assign(text, length);
    return true;
  }
  bool StartObject() { return open(json::Tree::Kind::object); }
  bool StartArray() { return open(json::Tree::Kind::array); }
  bool EndObject(rj::SizeType) { return close(); }
  bool EndArray(rj::SizeType) { return close(); }
  bool Key(const char* text, rj::SizeType length, bool) {
    const std::string_view name(text, length);
    Open& object = open_.back();
    if (is_given(object, name)) source_.fail(quote_offset(text), "JSON: " + shown(name) + " is given twice", name);
    object.node->members.push_back({std::string(name), json::Tree()});
    return true;
  }

 private:
  struct Open {
    json::Tree* node;
    std::unordered_set<std::string_view> names;  ///< of a large object; they stand in the source's copy
  };

  bool is_given(Open& object, std::string_view name) {
    constexpr std::size_t kFew = 16;
    const auto& members = object.node->members;
    if (members.size() < kFew) return object.node->find(name) != nullptr;
    if (object.names.empty()) {
      // The members' own strings move as the list grows; these are looked up by value and so are kept apart.
      for (const json::Tree::Member& member : members) object.names.insert(keep(member.name));
    }
    return !object.names.insert(name).second;
  }
  std::string_view keep(const std::string& name) { return *kept_.insert(name).first; }

  json::Tree& place() {
    if (open_.empty()) return root_;
    json::Tree& parent = *open_.back().node;
    if (parent.kind == json::Tree::Kind::object) return parent.members.back().value;
    return parent.items.emplace_back();
  }
  bool open(json::Tree::Kind kind) {
    if (open_.size() == kMaxDepth) {
      source_.fail(taken_offset(1), "JSON: nested more than " + std::to_string(kMaxDepth) + " deep");
    }
    json::Tree& node = place();
    node.kind = kind;
    open_.push_back({&node, {}});
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  json::Tree& root_;
  std::vector<Open> open_;
  std::unordered_set<std::string> kept_;
};

}  // namespace

Entry Entry::parse(std::string_view text) {
  Entry entry;
  Source source(text, kMaxEntryBytes);
  EntryHandler handler(source, entry);
  read(source, handler);
  return entry;
}

namespace json {

Tree parse(std::string_view text) {
  Tree root;
  Source source(text, kMaxTextBytes);
  TreeHandler handler(source, root);
  read(source, handler);
  return root;
}

Fields parse_fields(std::string_view text) {
  Fields fields;
  Source source(text, kMaxTextBytes);
  FieldsHandler handler(source, fields, kMaxKeptFields);
  read(source, handler);
  return fields;
}

}  // namespace json
}  // namespace wuye
