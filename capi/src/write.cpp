#include "write.hpp"

#include <algorithm>
#include <vector>

#include "guard.hpp"

namespace wuye::c {
namespace {

std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      corner = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string notices_json(std::span<const Notice> notices) {
  std::string json;
  append_array(json, notices, [](std::string& out, const Notice& notice) { out += notice.json(); });
  return json;
}

Instant instant_of(const json::Tree& tree, std::string_view what) {
  if (tree.kind == json::Tree::Kind::number) return instant_in(tree.number, std::string(what).c_str());
  if (tree.kind == json::Tree::Kind::text) return parse_instant(tree.text);
  throw Error(Code::invalid_argument, std::string(what) + " must be microseconds or ISO 8601 with an offset");
}

std::string_view nearest(std::string_view given, std::span<const std::string_view> known) {
  std::string_view best;
  std::size_t least = 4;  // further away is no slip of the finger
  if (given.size() > 64) return best;
  for (const std::string_view name : known) {
    if (const std::size_t distance = edits(given, name); distance < least) {
      least = distance;
      best = name;
    }
  }
  return best;
}

void refuse_unknown(const json::Tree& object, std::span<const std::string_view> known, std::string_view what) {
  if (object.kind != json::Tree::Kind::object) throw Error(Code::invalid_argument, std::string(what) + " must be a JSON object");
  for (const auto& [name, value] : object.members) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string_view near = nearest(name, known);
    Error error(Code::invalid_argument, std::string(what) + " takes no key \"" + name + "\"" +
                                            (near.empty() ? "" : ", perhaps \"" + std::string(near) + "\""));
    error.with("key", name);
    if (!near.empty()) error.with("nearest", std::string(near));
    throw error;
  }
}

}  // namespace wuye::c
