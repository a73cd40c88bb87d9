// Merging along the table of the language, which says what is a table, what a list with identities.
#include "manual/layers.hpp"

#include <map>

#include "manual/check.hpp"
#include "manual/language.hpp"

namespace wuye {
namespace {

using language::Form;
using language::Key;
using language::Part;

class Merge {
 public:
  explicit Merge(Problems& problems) : problems_(problems) {}

  void table(Node& base, Node&& over, Part part) {
    members(base, std::move(over), [&](const std::string& name) { return language::find_any_key(language::shape(part), name); },
            &Merge::value);
  }

 private:
  /// Merges the members of two tables by `merge_one`, told the key that `key_of` finds for each name.
  template <typename KeyOf>
  void members(Node& base, Node&& over, const KeyOf& key_of, void (Merge::*merge_one)(Node&, Node&&, const Key*)) {
    std::vector<Node::Member> merged;
    merged.reserve(base.members.size() + over.members.size());
    auto below = base.members.begin();
    for (Node::Member& above : over.members) {
      while (below != base.members.end() && below->key < above.key) merged.push_back(std::move(*below++));
      if (below != base.members.end() && below->key == above.key) {
        merged.push_back(std::move(*below++));
      } else {
        Node empty;
        empty.kind = above.value.kind;
        empty.place = above.value.place;
        merged.push_back({above.key, above.place, std::move(empty)});
      }
      (this->*merge_one)(merged.back().value, std::move(above.value), key_of(above.key));
    }
    while (below != base.members.end()) merged.push_back(std::move(*below++));
    base.members = std::move(merged);
  }

  /// `key` is null for what the language does not know; it has been told already.
  void value(Node& base, Node&& over, const Key* key) {
    if (base.kind != over.kind) {
      base = std::move(over);
    } else if (base.is(Node::Kind::table)) {
      const bool named = key != nullptr && key->form == Form::map_of_maps;
      if (named) {
        members(base, std::move(over), [&](const std::string&) { return key; }, &Merge::map);
      } else {
        inner(base, std::move(over), key);
      }
    } else if (base.is(Node::Kind::list) && key != nullptr && key->form == Form::list && !key->of.empty()) {
      items(base, std::move(over), *key);
    } else {
      base = std::move(over);
    }
  }
  /// A table of a known part, a map of such tables, or one that is only a set of values.
  void inner(Node& base, Node&& over, const Key* key) {
    if (key == nullptr) {
      members(base, std::move(over), [](const std::string&) { return nullptr; }, &Merge::value);
      return;
    }
    switch (key->form) {
      case Form::map: return map(base, std::move(over), key);
      case Form::table:
      case Form::names_or_table:
      case Form::choice_or_table:
      case Form::integer_or_table: return table(base, std::move(over), key->part);
      default: members(base, std::move(over), [](const std::string&) { return nullptr; }, &Merge::value);
    }
  }
  void map(Node& base, Node&& over, const Key* key) {
    if (base.kind != over.kind || !base.is(Node::Kind::table)) {
      base = std::move(over);
      return;
    }
    members(base, std::move(over), [&](const std::string&) { return key; }, &Merge::entry);
  }
  void entry(Node& base, Node&& over, const Key* key) {
    if (base.kind != over.kind || !base.is(Node::Kind::table)) {
      base = std::move(over);
    } else {
      table(base, std::move(over), key->part);
    }
  }

  void items(Node& base, Node&& over, const Key& key) {
    std::map<std::string, std::size_t, std::less<>> below;
    const auto name_of = [&](const Node& item) -> const Node* {
      const Node* name = item.find(key.of);
      return name != nullptr && name->is(Node::Kind::text) ? name : nullptr;
    };
    for (std::size_t i = 0; i < base.items.size(); ++i) below.emplace(name_of(base.items[i])->text, i);

    std::map<std::string, Node::Place, std::less<>> seen;
    std::vector<bool> removed(base.items.size(), false);
    for (Node& item : over.items) {
      const Node* name = name_of(item);
      if (name == nullptr) continue;  // told by check_layer
      const std::string identity = name->text;
      if (!seen.emplace(identity, name->place).second) {
        problems_.error(name->place, shown(identity) + " is given twice in this list");
        continue;
      }
      const auto found = below.find(identity);
      const Node* remove = item.find("remove");
      if (remove != nullptr && remove->is(Node::Kind::boolean) && remove->flag) {
        if (found == below.end()) {
          std::vector<std::string> known;
          for (const auto& [known_name, index] : below) known.push_back(known_name);
          problems_.unknown(name->place, "item to remove", identity, known);
        } else {
          removed[found->second] = true;
        }
      } else {
        if (found == below.end()) {
          Node empty;
          empty.place = item.place;
          base.items.push_back(std::move(empty));
          removed.push_back(false);
        }
        table(base.items[found == below.end() ? base.items.size() - 1 : found->second], std::move(item), key.part);
      }
    }
    std::vector<Node> kept;
    for (std::size_t i = 0; i < base.items.size(); ++i) {
      if (!removed[i]) kept.push_back(std::move(base.items[i]));
    }
    base.items = std::move(kept);
  }

  Problems& problems_;
};

/// Takes out what steers the merging and is no rule; `remove = false` is such a thing too.
void drop(Node& table, std::string_view key) {
  std::erase_if(table.members, [&](const Node::Member& member) { return member.key == key; });
}

void drop_remove(Node& tree) {
  for (Node::Member& root_member : tree.members) {
    if (root_member.key != "procedure") continue;
    for (Node::Member& procedure : root_member.value.members) {
      for (Node::Member& part : procedure.value.members) {
        for (Node& item : part.value.items) drop(item, "remove");
      }
    }
  }
}

}  // namespace

Layered read_layers(std::span<const Manual::Layer> layers, const Layered* standard, Problems& problems) {
  std::vector<Node> read;
  Layered layered;
  bool extends = false;
  bool whole = true;
  for (const Manual::Layer& layer : layers) {
    try {
      read.push_back(read_toml(layer.text, layer.name, [&](const Node::Place& at, std::string message) {
        problems.error(at, std::move(message));
      }));
    } catch (const Error& error) {
      if (error.code() != Code::invalid_argument) throw;
      const Location& at = error.where();
      problems.error({std::make_shared<const std::string>(at.file), static_cast<std::int32_t>(at.line),
                      static_cast<std::int32_t>(at.column)},
                     error.what());
      whole = false;
      continue;
    }
    check_layer(read.back(), problems);
    const Node* below = read.back().find("extends");
    extends = extends || below != nullptr;
  }
  if (extends && standard != nullptr) layered = *standard;
  if (layered.tree.place.file == nullptr && !read.empty()) layered.tree.place = read.front().place;
  for (Node& layer : read) Merge(problems).table(layered.tree, std::move(layer), Part::manual);
  layered.whole = whole;
  drop(layered.tree, "extends");
  drop_remove(layered.tree);
  return layered;
}

}  // namespace wuye
