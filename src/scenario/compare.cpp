// Walks an expectation and what came side by side. Most keys are compared as they stand; the few that read differently (a text that
// is contained, a recipient by post or by person, a due that is a time or a state) are listed in `how_of`.
#include "scenario/compare.hpp"

#include <algorithm>
#include <set>

#include "manual/names.hpp"

namespace wuye::scenario {
namespace {

bool is_moment(const Node& node) noexcept { return node.is(Node::Kind::wall) || node.is(Node::Kind::instant); }

bool is_empty(const Tree* tree) noexcept {
  return tree == nullptr || tree->kind == Tree::Kind::null || (tree->kind == Tree::Kind::text && tree->text.empty());
}

std::optional<Instant> as_instant(const Tree& tree) {
  if (tree.kind == Tree::Kind::number) return Instant{tree.number};
  if (tree.kind != Tree::Kind::text) return std::nullopt;
  try {
    return parse_instant(tree.text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::string_view last_key(std::string_view path) noexcept {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

/// True for keys whose "nothing" is written "none".
bool reads_none(std::string_view path) noexcept {
  const std::string_view key = last_key(path);
  return key == "holder" || key == "ending" || key == "next_due" || key == "met" || path.find("fields.") != std::string_view::npos;
}

/// The keys of a list's items that are written when the list was empty and something came.
std::vector<std::string> usual_keys(std::string_view list) {
  if (list == "notices" || list == "withdrawn") return {"what", "deadline", "tally", "action", "level", "tell", "clause"};
  if (list == "breaches") return {"reason", "clause"};
  if (list == "opened") return {"class", "stage"};
  if (list == "cases") return {"case", "counted", "on_time", "reason"};
  if (list == "cards") return {"scorecard", "who", "month", "score"};
  if (list == "adjustments") return {"month", "metric", "before", "after"};
  return {};
}

std::set<std::string> texts_of(const Tree& list) {
  std::set<std::string> out;
  for (const Tree& item : list.items) out.insert(item.text);
  return out;
}

std::set<std::string> texts_of(const Node& list) {
  std::set<std::string> out;
  for (const Node& item : list.items) out.insert(item.text);
  return out;
}

std::string list_of_texts(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ", ";
    out += toml_text(text);
  }
  return out + ']';
}

}  // namespace

std::string shortened(std::string_view text, std::size_t limit) {
  std::string out;
  bool blank = false;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (space && blank) continue;
    blank = space;
    out += space ? ' ' : c;
  }
  if (out.size() <= limit) return out;
  while (limit > 0 && (static_cast<unsigned char>(out[limit]) & 0xC0U) == 0x80U) --limit;
  out.resize(limit);
  return out + " …";
}

std::optional<Tree> Labels::resolve(std::string_view text) const {
  if (text.starts_with("@@")) return tree_of(text.substr(1));
  const auto [name, rest] = reference_in(text);
  if (name.empty()) return tree_of(text);
  if (const auto found = cases_.find(name); found != cases_.end()) return tree_of(found->second + std::string(rest));
  if (const auto found = lines_.find(name); found != lines_.end()) {
    if (rest.empty()) return tree_of(found->second);
    return tree_of(std::to_string(found->second) + std::string(rest));
  }
  return std::nullopt;
}

std::string Labels::case_id(std::string_view name_or_id) const {
  const auto found = cases_.find(name_or_id);
  return found != cases_.end() ? found->second : std::string(name_or_id);
}

std::string Labels::name_of_case(std::string_view id) const {
  for (const auto& [name, known] : cases_) {
    if (known == id) return name;
  }
  return {};
}

std::string Labels::name_of_line(std::int64_t line) const {
  for (const auto& [name, known] : lines_) {
    if (known == line) return name;
  }
  return {};
}

Comparison::How Comparison::how_of(std::string_view key) noexcept {
  if (key == "message" || key == "error" || key == "text_zh" || key == "text_en") return How::contains;
  if (key == "case" || key == "sheet") return How::label;
  if (key == "tell") return How::tell;
  if (key == "people") return How::set;
  if (key == "can") return How::subset;
  if (key == "findings") return How::each_contained;
  if (key == "contains") return How::all_contained;
  return How::plain;
}

void Comparison::expect(const Node& expect, const Tree& came) {
  for (const Node::Member* member : in_text_order(expect)) {
    const std::string& key = member->key;
    const Node& want = member->value;
    if (key == "case" || key == "no_breaches") continue;
    const Tree* found = came.find(key);
    if (key == "needs" && found != nullptr) {
      for (const Node::Member& action : want.members) {
        compare("needs." + action.key, action.value, found->find(action.key), How::set, false);
      }
      continue;
    }
    compare(key, want, found, how_of(key), false);
  }
}

void Comparison::compare(const std::string& path, const Node& want, const Tree* came, How how, bool data) {
  bool holds = false;
  switch (how) {
    case How::plain:
      if (want.is(Node::Kind::table)) return compare_members(path, want, came, data);
      if (want.is(Node::Kind::list)) return compare_list(path, want, came, data);
      holds = same(want, came);
      break;
    case How::contains:
      holds = came != nullptr && came->text.find(want.text) != std::string::npos;
      break;
    case How::label: {
      const auto resolved = labels_.resolve(want.text);
      const std::string id = resolved && resolved->kind == Tree::Kind::text ? labels_.case_id(resolved->text) : std::string();
      holds = resolved && (is_empty(came) ? id.empty() : came->text == id);
      break;
    }
    case How::due: holds = same_due(want, came); break;
    case How::tell: holds = same_tell(want, came); break;
    case How::set: holds = came != nullptr && texts_of(want) == texts_of(*came); break;
    case How::subset: {
      const std::set<std::string> offered = came != nullptr ? texts_of(*came) : std::set<std::string>();
      holds = std::all_of(want.items.begin(), want.items.end(), [&](const Node& item) { return offered.contains(item.text); });
      break;
    }
    case How::each_contained:
      holds = came != nullptr && came->items.size() == want.items.size() &&
              std::equal(want.items.begin(), want.items.end(), came->items.begin(),
                         [](const Node& part, const Tree& whole) { return whole.text.find(part.text) != std::string::npos; });
      break;
    case How::all_contained:
      for (const Node& part : want.items) {
        const auto text = labels_.resolve(part.text);
        const std::string sought = !text ? part.text : text->kind == Tree::Kind::number ? std::to_string(text->number) : text->text;
        if (came == nullptr || came->text.find(sought) == std::string::npos) {
          differs(path + ": expected " + toml_text(sought) + " within, came " + (came != nullptr ? shortened(came->text) : "nothing"));
        }
      }
      return;
  }
  if (!holds) report(path, want, came, how);
}

void Comparison::compare_members(const std::string& path, const Node& want, const Tree* came, bool data) {
  const bool of_deadlines = last_key(path) == "due" && !data;
  const bool inner_data = data || last_key(path) == "fields" || last_key(path) == "facts";
  const Tree nothing = object();
  const Tree& whole = came != nullptr && came->kind == Tree::Kind::object ? *came : nothing;
  for (const Node::Member* member : in_text_order(want)) {
    if (!data && member->key == "as") continue;  // binds a name: there is nothing to compare
    const Tree* found = whole.find(member->key);
    const std::string inner = path + '.' + member->key;
    const How how = of_deadlines ? How::due : inner_data ? How::plain : how_of(member->key);
    if (found == nullptr && how == How::plain && !same(member->value, nullptr)) {
      Nearest search(member->key);
      for (const Tree::Member& known : whole.members) search.offer(known.name);
      report(inner, member->value, nullptr, how, search.name());
      continue;
    }
    compare(inner, member->value, found, how, inner_data);
  }
}

void Comparison::compare_list(const std::string& path, const Node& want, const Tree* came, bool data) {
  const bool rows = path == "rows";
  if (came == nullptr || came->kind != Tree::Kind::array || came->items.size() != want.items.size()) {
    std::string sentence = path + ": expected " + std::to_string(want.items.size()) + ", came " +
                           std::to_string(came != nullptr ? came->items.size() : 0);
    std::optional<std::string> text;
    if (came != nullptr && came->kind == Tree::Kind::array) text = toml_list(last_key(path), want, *came, data || rows);
    if (text && !came->items.empty()) sentence += ": " + shortened(*text);
    differs(std::move(sentence));
    auto patch = text ? stretch_of(source_, want) : std::nullopt;
    if (patch) {
      patch->text = *text;
      patches.push_back(std::move(*patch));
    }
    return;
  }
  for (std::size_t i = 0; i < want.items.size(); ++i) {
    const std::string inner = path + '[' + std::to_string(i + 1) + ']';
    const Node& item = want.items[i];
    if (item.is(Node::Kind::table)) compare_members(inner, item, &came->items[i], data || rows);
    else compare(inner, item, &came->items[i], How::plain, data);
  }
}

bool Comparison::same(const Node& want, const Tree* came) const {
  switch (want.kind) {
    case Node::Kind::text: {
      if (is_empty(came) && (want.text == "none" || want.text.empty())) return true;
      const auto wanted = labels_.resolve(want.text);
      if (came == nullptr || !wanted || wanted->kind != came->kind) return false;
      return wanted->kind == Tree::Kind::number ? wanted->number == came->number : wanted->text == came->text;
    }
    case Node::Kind::integer: return came != nullptr && came->kind == Tree::Kind::number && came->number == want.number;
    case Node::Kind::boolean: return came != nullptr && came->kind == Tree::Kind::flag && came->flag == want.flag;
    case Node::Kind::date:
    case Node::Kind::time: return came != nullptr && came->kind == Tree::Kind::text && came->text == want.text;
    case Node::Kind::wall:
    case Node::Kind::instant: return came != nullptr && as_instant(*came) == instant_of(want, zone_);
    case Node::Kind::list:
    case Node::Kind::table: break;  // walked by compare_list and compare_members
  }
  return false;
}

bool Comparison::same_due(const Node& want, const Tree* came) const {
  const Tree* at = came != nullptr ? came->find("at") : nullptr;
  const Tree* state = came != nullptr ? came->find("state") : nullptr;
  if (is_moment(want)) return at != nullptr && as_instant(*at) == instant_of(want, zone_);
  if (want.is(Node::Kind::text)) return want.text == "none" ? is_empty(state) : state != nullptr && state->text == want.text;
  return std::all_of(want.members.begin(), want.members.end(), [&](const Node::Member& member) {
    return same(member.value, came != nullptr ? came->find(member.key) : nullptr);
  });
}

bool Comparison::same_tell(const Node& want, const Tree* came) const {
  std::vector<std::string> wanted;
  if (want.is(Node::Kind::text)) wanted.push_back(want.text);
  for (const Node& item : want.items) wanted.push_back(item.text);
  static const std::vector<Tree> kNobody;
  const std::vector<Tree>& told = came != nullptr ? came->items : kNobody;
  const auto names = [](const std::string& text, const Tree& recipient) {
    if (recipient.text_or("post", "") == text) return true;
    const Tree* people = recipient.find("people");
    return people != nullptr && std::any_of(people->items.begin(), people->items.end(), [&](const Tree& who) { return who.text == text; });
  };
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& text) {
           return std::any_of(told.begin(), told.end(), [&](const Tree& one) { return names(text, one); });
         }) &&
         std::all_of(told.begin(), told.end(), [&](const Tree& one) {
           return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& text) { return names(text, one); });
         });
}

void Comparison::report(const std::string& path, const Node& want, const Tree* came, How how, const std::string& hint) {
  auto text = toml(&want, came, how, false);
  if (text == "\"\"" && reads_none(path)) text = "\"none\"";
  std::string sentence = path + ": expected " + excerpt(want);
  if (want.is(Node::Kind::text)) {
    const auto resolved = labels_.resolve(want.text);
    if (!resolved) sentence += " (the step that binds this name brought nothing to bind)";
    else if (resolved->kind == Tree::Kind::number) sentence += " (line " + std::to_string(resolved->number) + ")";
    else if (!reference_in(want.text).name.empty()) sentence += " (" + toml_text(resolved->text) + ")";
  }
  sentence += how == How::contains ? " within, came " : ", came ";
  if (is_empty(came)) sentence += "nothing";
  else if (how == How::tell || !text) sentence += shortened(came->kind == Tree::Kind::text ? came->text : to_json(*came));
  else sentence += shortened(*text);
  if (!hint.empty()) sentence += "; nearest: " + shown(hint);
  differs(std::move(sentence));
  auto patch = text ? stretch_of(source_, want) : std::nullopt;
  if (!patch) return;
  patch->text = *text;
  patches.push_back(std::move(*patch));
}

std::string Comparison::excerpt(const Node& want) const {
  const auto patch = stretch_of(source_, want);
  if (patch) return shortened(source_.substr(patch->from, patch->until - patch->from));
  return want.text.empty() ? "what is stated" : toml_text(want.text);
}

std::optional<std::string> Comparison::toml(const Node* like, const Tree* came, How how, bool data) const {
  if (how == How::due) return toml_due(like, came);
  if (is_empty(came)) {
    if (like == nullptr || !like->is(Node::Kind::text)) return std::nullopt;
    return std::string("\"\"");
  }
  switch (how) {
    case How::label: {
      const std::string name = labels_.name_of_case(came->text);
      return toml_text(name.empty() ? came->text : name);
    }
    case How::tell: {
      std::vector<std::string> posts;
      for (const Tree& recipient : came->items) posts.push_back(recipient.text_or("post", ""));
      if (posts.size() == 1 && (like == nullptr || like->is(Node::Kind::text))) return toml_text(posts[0]);
      return list_of_texts(posts);
    }
    case How::set:
    case How::each_contained: {
      std::vector<std::string> texts;
      for (const Tree& item : came->items) texts.push_back(item.text);
      return list_of_texts(texts);
    }
    case How::subset: {
      const std::set<std::string> offered = texts_of(*came);
      std::vector<std::string> still;
      for (const Node& item : like->items) {
        if (offered.contains(item.text)) still.push_back(item.text);
      }
      return list_of_texts(still);
    }
    case How::contains: return toml_text((came->text.starts_with("@") ? "@" : "") + came->text);
    case How::plain:
    case How::due:
    case How::all_contained: break;
  }
  if (came->kind == Tree::Kind::object) {
    std::string out;
    const auto add = [&](const std::string& key, const std::string& value) {
      out += (out.empty() ? "{ " : ", ") + toml_key(key) + " = " + value;
    };
    if (like != nullptr && like->is(Node::Kind::table)) {
      for (const Node::Member* member : in_text_order(*like)) {
        const auto value = toml(&member->value, came->find(member->key), data ? How::plain : how_of(member->key), data);
        if (!value) return std::nullopt;
        add(member->key, *value);
      }
    } else {
      for (const Tree::Member& member : came->members) {
        const auto value = toml(nullptr, &member.value, How::plain, true);
        if (value) add(member.name, *value);
      }
    }
    return out.empty() ? "{}" : out + " }";
  }
  if (came->kind == Tree::Kind::array) {
    std::string out = "[";
    for (std::size_t i = 0; i < came->items.size(); ++i) {
      const Node* item = like != nullptr && i < like->items.size() ? &like->items[i] : nullptr;
      const auto value = toml(item, &came->items[i], How::plain, data);
      if (!value) return std::nullopt;
      if (out.size() > 1) out += ", ";
      out += *value;
    }
    return out + ']';
  }
  return toml_value(like, *came);
}

std::optional<std::string> Comparison::toml_due(const Node* like, const Tree* came) const {
  const Tree* at = came != nullptr ? came->find("at") : nullptr;
  const Tree* state = came != nullptr ? came->find("state") : nullptr;
  const std::string standing = is_empty(state) ? "\"none\"" : toml_text(state->text);
  if (like == nullptr || is_moment(*like)) return is_empty(at) ? standing : toml_value(like, *at);
  if (like->is(Node::Kind::text)) return standing;
  std::string out;
  for (const Node::Member* member : in_text_order(*like)) {
    const Tree* found = came != nullptr ? came->find(member->key) : nullptr;
    if (is_empty(found) && member->key != "state") return std::nullopt;
    out += (out.empty() ? "{ " : ", ") + member->key + " = " + (member->key == "state" ? standing : toml_value(&member->value, *found));
  }
  return out + " }";
}

std::optional<std::string> Comparison::toml_list(std::string_view key, const Node& like, const Tree& came, bool data) const {
  // The keys that any item states, in the order in which they are met, each with the way it is written there.
  std::vector<std::pair<std::string, const Node*>> keys;
  bool tables = false;
  for (const Node& item : like.items) {
    tables = tables || item.is(Node::Kind::table);
    for (const Node::Member* member : in_text_order(item)) {
      const bool met = std::any_of(keys.begin(), keys.end(), [&](const auto& known) { return known.first == member->key; });
      if (!met && (data || member->key != "as")) keys.emplace_back(member->key, &member->value);
    }
  }
  const bool objects = !came.items.empty() && came.items[0].kind == Tree::Kind::object;
  if (!tables && !objects) return toml(&like, &came, How::plain, data);
  if (keys.empty()) {
    for (const std::string& usual : usual_keys(key)) keys.emplace_back(usual, nullptr);
  }
  if (keys.empty() && !came.items.empty()) return std::nullopt;
  std::string out = "[";
  const std::string indent(static_cast<std::size_t>(std::max(like.place.column, 1)) + 1, ' ');
  for (const Tree& item : came.items) {
    out += out.size() > 1 ? ",\n" + indent : " ";
    std::string table;
    for (const auto& [name, example] : keys) {
      const bool inner_data = data || name == "facts" || name == "fields";
      const Tree* found = item.find(name);
      const auto value = toml(example, found, inner_data ? How::plain : how_of(name), inner_data);
      if (value && !is_empty(found)) table += (table.empty() ? "{ " : ", ") + toml_key(name) + " = " + *value;
    }
    out += table.empty() ? "{}" : table + " }";
  }
  return came.items.empty() ? "[]" : out + " ]";
}

std::string Comparison::toml_value(const Node* like, const Tree& came) const {
  if (like != nullptr && is_moment(*like)) {
    if (const auto at = as_instant(came)) return like->is(Node::Kind::wall) ? format_wall(zone_.wall(*at)) : zone_.format(*at);
  }
  const bool named = like != nullptr && like->is(Node::Kind::text) && !reference_in(like->text).name.empty();
  switch (came.kind) {
    case Tree::Kind::flag: return came.flag ? "true" : "false";
    case Tree::Kind::number: {
      const std::string name = named ? labels_.name_of_line(came.number) : std::string();
      return name.empty() ? std::to_string(came.number) : toml_text('@' + name);
    }
    case Tree::Kind::text: {
      if (named) {
        const std::size_t colon = std::min(came.text.find(':'), came.text.size());
        const std::string name = labels_.name_of_case(std::string_view(came.text).substr(0, colon));
        if (!name.empty()) return toml_text('@' + name + came.text.substr(colon));
      }
      if (like != nullptr && like->is(Node::Kind::date)) return came.text;
      return toml_text((came.text.starts_with("@") ? "@" : "") + came.text);
    }
    case Tree::Kind::null:
    case Tree::Kind::array:
    case Tree::Kind::object: break;
  }
  return "\"none\"";
}

}  // namespace wuye::scenario
