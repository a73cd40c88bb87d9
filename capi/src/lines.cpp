#include "lines.hpp"

#include <array>

#include "guard.hpp"
#include "journal/json.hpp"
#include "journal/line.hpp"
#include "write.hpp"

namespace wuye::c {
namespace {

// Within a JSON text a quotation mark is escaped, so this stands once in a line: before the canonical bytes.
constexpr std::string_view kBefore = ",\"line\":";
constexpr std::array<std::string_view, 8> kKeys{"seq", "told", "at", "now", "case", "source", "key", "hash"};

std::string bytes_of(std::string_view digits) {
  const auto nibble = [](char digit) -> unsigned {
    if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10U;
    throw Error(Code::invalid_argument, "\"hash\" must be 64 lower-case hexadecimal digits");
  };
  if (digits.size() != 2 * kHashBytes) throw Error(Code::invalid_argument, "\"hash\" must be 64 lower-case hexadecimal digits");
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    out += static_cast<char>(static_cast<unsigned char>(nibble(digits[i]) << 4U | nibble(digits[i + 1])));
  }
  return out;
}

Line line_in(std::string_view text) {
  const std::size_t before = text.find(kBefore);
  if (before == std::string_view::npos || text.back() != '}') {
    throw Error(Code::invalid_argument, "a journal line ends in \"line\":{…}}");
  }
  const json::Tree head = json::parse(std::string(text.substr(0, before)) + "}");
  refuse_unknown(head, kKeys, "a journal line");
  Line line;
  line.seq = head.at("seq").as_number();
  const json::Tree& told = head.at("told");
  if (told.kind != json::Tree::Kind::flag) throw Error(Code::invalid_argument, "\"told\" must be true or false");
  line.told = told.flag;
  line.at = Instant{head.at("at").as_number()};
  line.now = Instant{head.at("now").as_number()};
  line.case_id = head.at("case").as_text();
  line.source = head.at("source").as_text();
  line.key = head.at("key").as_text();
  line.hash = bytes_of(head.at("hash").as_text());
  const std::size_t start = before + kBefore.size();
  line.text = text.substr(start, text.size() - 1 - start);
  if (json::parse(line.text).kind != json::Tree::Kind::object) throw Error(Code::invalid_argument, "\"line\" must be an object");
  return line;
}

}  // namespace

std::string lines_text(const std::vector<Line>& lines) {
  std::string out;
  for (const Line& line : lines) {
    json::Object object(out);
    object.number("seq", line.seq).flag("told", line.told).number("at", line.at.us).number("now", line.now.us);
    object.text("case", line.case_id).text("source", line.source).text("key", line.key).text("hash", hex(line.hash));
    object.raw("line", line.text);
    object.end();
    out += '\n';
  }
  return out;
}

std::vector<Line> lines_in(std::string_view text) {
  std::vector<Line> lines;
  std::int64_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!one.empty() && one.back() == '\r') one.remove_suffix(1);
    if (one.find_first_not_of(" \t") == std::string_view::npos) continue;
    try {
      lines.push_back(line_in(one));
    } catch (const Error& failure) {
      Error placed(failure.code(), failure.what(), Location{{}, number, failure.where().column});
      for (const auto& [name, value] : failure.details()) placed.with(name, value);
      throw placed;
    }
  }
  return lines;
}

}  // namespace wuye::c
