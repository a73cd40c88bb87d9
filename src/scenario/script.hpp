// A scenario as read: the tree of its text, checked against the language of docs/scenarios.md, so that whoever runs it meets no
// unknown key, no value of a wrong kind and no name that nothing binds. Running it is run.cpp's, judging it compare.cpp's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "manual/node.hpp"
#include "wuye/manual.hpp"
#include "wuye/time.hpp"

namespace wuye::scenario {

struct Step {
  enum class Kind : std::uint8_t { entry, raw, advance, adopt, ask };
  Kind kind = Kind::entry;
  std::size_t index = 0;         ///< from 1, as people count
  const Node* node = nullptr;    ///< the step's table
  const Node* expect = nullptr;  ///< null: states nothing

  /// The member of that name; null where the step does not give it.
  const Node* get(std::string_view key) const noexcept { return node->find(key); }
  std::string text(std::string_view key) const;
  /// True if `expect` states the key.
  bool states(std::string_view key) const noexcept { return expect != nullptr && expect->find(key) != nullptr; }
};

/// What a name in a scenario stands for.
enum class LabelKind : std::uint8_t { case_id, line };

struct Script {
  std::string name;                         ///< the file, as the caller calls it
  std::string title;
  std::vector<std::string> covers;
  Node root;                                ///< owns what every pointer here points into
  std::vector<Step> steps;
  std::map<std::string, LabelKind, std::less<>> labels;

  Script() = default;
  Script(Script&&) = default;
  Script& operator=(Script&&) = default;
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;
};

/// Throws invalid_argument, located.
Script read_script(std::string_view name, std::string_view text);

/// Each clause in `covers` is in the manual's catalogue, each post and staff code in `setup` is known. Throws invalid_argument, located.
void check_against_manual(const Script& script, const Manual& manual);

/// A date-time in the text as an instant; wall times are in `zone`. Throws invalid_argument, located.
Instant instant_of(const Node& node, const Zone& zone);
/// Every date-time in the tree is one that `instant_of` takes. Throws as that does.
void check_moments(const Node& node, const Zone& zone);

/// "@name:rest" → name and rest (with its colon); the name is empty where `text` is no reference.
struct Reference {
  std::string_view name;
  std::string_view rest;
};
Reference reference_in(std::string_view text) noexcept;

/// The members of a table in the order of the text.
std::vector<const Node::Member*> in_text_order(const Node& table);

[[noreturn]] void fail_at(const Node::Place& place, std::string message, std::string_view nearest_name = {});

/// "step 3, line 21"
std::string describe(const Step& step);

/// True for the entries that every office takes, whatever its manual; they concern no case of their own.
bool is_register_action(std::string_view action);

}  // namespace wuye::scenario
