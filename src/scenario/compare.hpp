// Whether what came is what the scenario expects: key by key, only what is stated. Each difference is a sentence, and where
// the expectation can be rewritten to what came, a patch of the text.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/came.hpp"
#include "scenario/rewrite.hpp"
#include "scenario/script.hpp"

namespace wuye::scenario {

/// What the names of a scenario stand for while it runs.
class Labels {
 public:
  void bind_case(std::string_view name, std::string_view id) { cases_[std::string(name)] = std::string(id); }
  void bind_line(std::string_view name, std::int64_t line) { lines_[std::string(name)] = line; }
  /// A text with its reference resolved: a number where it names a line, else a text. Nothing where the step that was to bind
  /// the name did not.
  std::optional<Tree> resolve(std::string_view text) const;
  /// The id behind a case's name; the text itself where it is no name.
  std::string case_id(std::string_view name_or_id) const;
  bool has_case(std::string_view name) const { return cases_.find(name) != cases_.end(); }
  /// The name of a case; empty where it has none.
  std::string name_of_case(std::string_view id) const;
  std::string name_of_line(std::int64_t line) const;
  const std::map<std::string, std::string, std::less<>>& cases() const noexcept { return cases_; }

 private:
  std::map<std::string, std::string, std::less<>> cases_;
  std::map<std::string, std::int64_t, std::less<>> lines_;
};

class Comparison {
 public:
  Comparison(std::string_view source, const Zone& zone, const Labels& labels) : source_(source), zone_(zone), labels_(labels) {}

  /// Every key that `expect` states, but for `case`, which only says whose keys they are.
  void expect(const Node& expect, const Tree& came);
  /// A difference that stands in no key.
  void differs(std::string sentence) { differences.push_back(std::move(sentence)); }

  /// True if one value is as wanted, names resolved; for rows that are looked for.
  bool same(const Node& want, const Tree* came) const;

  std::vector<std::string> differences;
  std::vector<Patch> patches;

 private:
  enum class How : std::uint8_t { plain, contains, label, due, tell, set, subset, each_contained, all_contained };
  static How how_of(std::string_view key) noexcept;

  void compare(const std::string& path, const Node& want, const Tree* came, How how, bool data);
  void compare_members(const std::string& path, const Node& want, const Tree* came, bool data);
  void compare_list(const std::string& path, const Node& want, const Tree* came, bool data);
  void report(const std::string& path, const Node& want, const Tree* came, How how, const std::string& hint = {});

  bool same_due(const Node& want, const Tree* came) const;
  bool same_tell(const Node& want, const Tree* came) const;

  /// What came in the form in which `like` is written, limited to what `like` states; nothing where that cannot be written.
  std::optional<std::string> toml(const Node* like, const Tree* came, How how, bool data) const;
  std::optional<std::string> toml_due(const Node* like, const Tree* came) const;
  std::optional<std::string> toml_list(std::string_view key, const Node& like, const Tree& came, bool data) const;
  std::string toml_value(const Node* like, const Tree& came) const;
  std::string excerpt(const Node& want) const;

  std::string_view source_;
  const Zone& zone_;
  const Labels& labels_;
};

/// Texts in a message are shortened to this many bytes.
inline constexpr std::size_t kMaxShownBytes = 400;
std::string shortened(std::string_view text, std::size_t limit = kMaxShownBytes);

}  // namespace wuye::scenario
