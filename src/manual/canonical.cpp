// Writing, hashing and reading back the canonical form.
#include "manual/canonical.hpp"

#include <sodium.h>

#include <array>

#include "journal/json.hpp"

namespace wuye {
namespace {

constexpr std::int64_t kFormat = 1;

void append(std::string& out, const Node& node) {
  switch (node.kind) {
    case Node::Kind::integer: out += std::to_string(node.number); return;
    case Node::Kind::boolean: out += node.flag ? "true" : "false"; return;
    case Node::Kind::list: {
      out += '[';
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (i > 0) out += ',';
        append(out, node.items[i]);
      }
      out += ']';
      return;
    }
    case Node::Kind::table: {
      out += '{';
      for (std::size_t i = 0; i < node.members.size(); ++i) {
        if (i > 0) out += ',';
        json::append_string(out, node.members[i].key);
        out += ':';
        append(out, node.members[i].value);
      }
      out += '}';
      return;
    }
    case Node::Kind::text:
    case Node::Kind::date:
    case Node::Kind::time:
    case Node::Kind::wall:
    case Node::Kind::instant: json::append_string(out, node.text); return;
  }
}

[[noreturn]] void corrupt(const std::string& why) { throw Error(Code::corrupt, "not a canonical manual: " + why); }

Node node_of(const json::Tree& tree, const Node::Place& place) {
  Node node;
  node.place = place;
  switch (tree.kind) {
    case json::Tree::Kind::flag:
      node.kind = Node::Kind::boolean;
      node.flag = tree.flag;
      return node;
    case json::Tree::Kind::number:
      node.kind = Node::Kind::integer;
      node.number = tree.number;
      return node;
    case json::Tree::Kind::text:
      node.kind = Node::Kind::text;
      node.text = tree.text;
      return node;
    case json::Tree::Kind::array:
      node.kind = Node::Kind::list;
      for (const json::Tree& item : tree.items) node.items.push_back(node_of(item, place));
      return node;
    case json::Tree::Kind::object:
      for (const auto& [key, value] : tree.members) {
        if (!node.members.empty() && node.members.back().key >= key) corrupt("its keys are not in order");
        node.members.push_back({key, place, node_of(value, place)});
      }
      return node;
    case json::Tree::Kind::null: break;
  }
  corrupt("it holds null");
}

}  // namespace

std::string canonical_form(const Node& tree, const Zone& zone) {
  std::string out = "{\"format\":" + std::to_string(kFormat) + ",\"manual\":";
  append(out, tree);
  out += ",\"zone_rules\":[";
  for (std::size_t i = 0; i < zone.transitions().size(); ++i) {
    const Zone::Transition& transition = zone.transitions()[i];
    if (i > 0) out += ',';
    out += '[' + std::to_string(transition.from.us) + ',' + std::to_string(transition.offset_seconds) + ']';
  }
  out += "]}";
  return out;
}

std::string canonical_hash(std::string_view canonical) {
  std::array<unsigned char, crypto_generichash_BYTES> digest{};
  static_assert(crypto_generichash_BYTES == 32);
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(canonical.data()), canonical.size(),
                     nullptr, 0);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : digest) {
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

CanonicalParts read_canonical(std::string_view canonical) {
  try {
    const json::Tree whole = json::parse(canonical);
    const std::int64_t format = whole.at("format").as_number();
    if (format > kFormat) {
      throw Error(Code::unsupported, "the manual is of format " + std::to_string(format) + "; this wuye reads up to " +
                                         std::to_string(kFormat));
    }
    const json::Tree& rules = whole.at("zone_rules");
    if (rules.kind != json::Tree::Kind::array) corrupt("its zone rules are no list");
    std::vector<Zone::Transition> transitions;
    for (const json::Tree& rule : rules.items) {
      if (rule.items.size() != 2) corrupt("a zone rule is not a pair");
      const std::int64_t offset = rule.items[1].as_number();
      if (offset < INT32_MIN || offset > INT32_MAX) corrupt("a zone rule is out of range");
      transitions.push_back({Instant{rule.items[0].as_number()}, static_cast<std::int32_t>(offset)});
    }
    const Node::Place place{std::make_shared<const std::string>("canonical form"), 0, 0};
    CanonicalParts parts{node_of(whole.at("manual"), place), Zone()};
    if (!parts.tree.is(Node::Kind::table)) corrupt("its rules are no object");
    const Node* name = parts.tree.find("time_zone");
    if (name == nullptr || !name->is(Node::Kind::text)) corrupt("it names no time zone");
    parts.zone = Zone::from_transitions(name->text, std::move(transitions));
    return parts;
  } catch (const Error& error) {
    if (error.code() != Code::invalid_argument) throw;
    corrupt(error.what());
  }
}

}  // namespace wuye
