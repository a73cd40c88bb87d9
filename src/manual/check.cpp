// One walk over the tree along the table of the language, for both checks.
#include "manual/check.hpp"

#include "manual/language.hpp"

namespace wuye {
namespace {

using language::Form;
using language::Key;
using language::Part;
using language::Shape;

/// No list of a manual comes near these; they bound the work that a hostile text can ask for.
constexpr std::size_t kMaxItems = 256;     ///< tables in a list
constexpr std::size_t kMaxTexts = 1024;    ///< texts, dates or spans in a list; tables under names
constexpr std::size_t kMaxClauses = 65536;

std::string_view form_says(Form form) {
  switch (form) {
    case Form::text: return "a text";
    case Form::names: return "a text or a list of texts";
    case Form::integer: return "a whole number";
    case Form::boolean: return "true or false";
    case Form::date: return "a date like 2026-03-02";
    case Form::dates: return "a list of dates like [2026-03-02]";
    case Form::years: return "the first and the last year like [2019, 2026]";
    case Form::choice: return "a text";
    case Form::choices: return "a text or a list of texts";
    case Form::table:
    case Form::map:
    case Form::map_of_maps:
    case Form::values: return "a table";
    case Form::list: return "a list of tables";
    case Form::names_or_table: return "a text, a list of texts or a table";
    case Form::choice_or_table: return "a text or a table";
    case Form::integer_or_table: return "a whole number or a table";
    case Form::value: return "a field's value";
    case Form::hours: return "a table like { workdays = [[\"08:30\", \"18:30\"]] }";
    case Form::dated_hours: return "a table like { 2026-02-17 = [[\"09:00\", \"12:00\"]] }";
  }
  return "something else";
}

class Walk {
 public:
  enum class For { layer, complete };
  Walk(For what, Problems& problems) : layer_(what == For::layer), problems_(problems) {}

  bool bounded() const noexcept { return bounded_; }

  void table(const Node& node, Part part) {
    const Shape& shape = language::shape(part);
    for (const Node::Member& member : node.members) {
      if (const Key* key = language::find_any_key(shape, member.key)) {
        value(member, *key, shape);
      } else if (shape.further == language::Further::fields) {
        operand(member);
      } else if (layer_) {
        std::vector<std::string_view> known;
        for (const Key& k : shape.keys) known.push_back(k.name);
        problems_.unknown(member.place, "key of " + std::string(shape.noun), member.key, known);
      }
    }
    if (!layer_) missing(node, shape);
  }

 private:
  void missing(const Node& node, const Shape& shape) {
    for (const Key& key : shape.keys) {
      if (!key.required || node.find(key.name) != nullptr) continue;
      if (shape.part == Part::text) {
        problems_.error(node.place, "the text is given in one language only: \"" + std::string(key.name) + "\" is missing");
      } else {
        problems_.error(node.place, std::string(shape.noun) + " needs \"" + std::string(key.name) + "\"");
      }
    }
  }

  void wrong(const Node& node, std::string_view what, std::string_view takes) {
    if (layer_) {
      problems_.error(node.place, shown(what) + " takes " + std::string(takes) + ", not " + std::string(kind_name(node.kind)));
    }
  }
  bool expect(const Node& node, Node::Kind kind, const Key& key) {
    if (node.is(kind)) return true;
    wrong(node, key.name, form_says(key.form));
    return false;
  }
  bool within(const Node& node, std::string_view what, std::size_t count, std::size_t most) {
    if (layer_ || count <= most) return true;
    problems_.error(node.place, shown(what) + " has more than " + std::to_string(most) + " items");
    bounded_ = false;
    return false;
  }

  void value(const Node::Member& member, const Key& key, const Shape& shape) {
    const Node& node = member.value;
    switch (key.form) {
      case Form::text: return text(node, key);
      case Form::names: return names(node, key);
      case Form::integer: expect(node, Node::Kind::integer, key); return;
      case Form::boolean: expect(node, Node::Kind::boolean, key); return;
      case Form::date: return date(node, key);
      case Form::dates: return dates(node, key);
      case Form::years: return years(node, key);
      case Form::choice: return choice(node, key);
      case Form::choices:
        if (!node.is(Node::Kind::list)) return choice(node, key);
        for (const Node& item : node.items) choice(item, key);
        return;
      case Form::table:
        if (expect(node, Node::Kind::table, key)) table(node, key.part);
        return;
      case Form::map: return map(node, key);
      case Form::map_of_maps:
        if (!expect(node, Node::Kind::table, key)) return;
        for (const Node::Member& group : node.members) {
          named(group, key.name);
          map(group.value, key);
        }
        return;
      case Form::list: return list(node, key, shape);
      case Form::names_or_table:
        if (node.is(Node::Kind::table)) return table(node, key.part);
        return names(node, key);
      case Form::choice_or_table:
        if (node.is(Node::Kind::table)) return table(node, key.part);
        return choice(node, key);
      case Form::integer_or_table:
        if (node.is(Node::Kind::table)) return table(node, key.part);
        expect(node, Node::Kind::integer, key);
        return;
      case Form::value: return field_value(node, member.key);
      case Form::values:
        if (!expect(node, Node::Kind::table, key)) return;
        for (const Node::Member& given : node.members) field_value(given.value, given.key);
        return;
      case Form::hours: return hours(node, key);
      case Form::dated_hours: return dated_hours(node, key);
    }
  }

  void text(const Node& node, const Key& key) {
    if (expect(node, Node::Kind::text, key) && node.text.empty() && layer_) {
      problems_.error(node.place, shown(key.name) + " is empty");
    }
  }
  void names(const Node& node, const Key& key) {
    if (!node.is(Node::Kind::list)) return text(node, key);
    if (!within(node, key.name, node.items.size(), kMaxTexts)) return;
    for (const Node& item : node.items) text(item, key);
  }
  void date(const Node& node, const Key& key) {
    if (node.is(Node::Kind::date)) return;
    if (expect(node, Node::Kind::text, key)) date_text(node.text, node.place);
  }
  void date_text(const std::string& written, const Node::Place& place) {
    if (!layer_) return;
    try {
      parse_date(written);
    } catch (const Error& error) {
      problems_.error(place, error.what());
    }
  }
  void dates(const Node& node, const Key& key) {
    if (!expect(node, Node::Kind::list, key) || !within(node, key.name, node.items.size(), kMaxTexts)) return;
    for (const Node& item : node.items) date(item, key);
  }
  void years(const Node& node, const Key& key) {
    if (!expect(node, Node::Kind::list, key)) return;
    const bool pair = node.items.size() == 2 && node.items[0].is(Node::Kind::integer) && node.items[1].is(Node::Kind::integer);
    if (!pair && layer_) problems_.error(node.place, shown(key.name) + " takes " + std::string(form_says(key.form)));
  }
  void choice(const Node& node, const Key& key) {
    if (!expect(node, Node::Kind::text, key) || language::is_choice(key.of, node.text) || !layer_) return;
    std::vector<std::string_view> known;
    language::for_each_word(key.of, [&](std::string_view word) { known.push_back(word); });
    problems_.unknown(node.place, "value of \"" + std::string(key.name) + "\"", node.text, known);
  }
  void named(const Node::Member& member, std::string_view what) {
    if (layer_ && !is_name(member.key)) {
      problems_.error(member.place, shown(member.key) + " cannot name a " + std::string(what) +
                                        ": names are made of letters, digits, '_', '-' and '.'");
    }
  }
  void map(const Node& node, const Key& key) {
    const std::size_t most = key.part == Part::clause || key.part == Part::treat ? kMaxClauses : kMaxTexts;
    if (!expect(node, Node::Kind::table, key) || !within(node, key.name, node.members.size(), most)) return;
    for (const Node::Member& member : node.members) {
      named(member, key.name);
      if (member.value.is(Node::Kind::table)) {
        table(member.value, key.part);
      } else {
        wrong(member.value, member.key, "a table");
      }
    }
  }
  void list(const Node& node, const Key& key, const Shape& shape) {
    if (!expect(node, Node::Kind::list, key) || !within(node, key.name, node.items.size(), kMaxItems)) return;
    for (const Node& item : node.items) {
      if (!item.is(Node::Kind::table)) {
        wrong(item, key.name, form_says(key.form));
        continue;
      }
      table(item, key.part);
      if (layer_ && !key.of.empty()) identity(item, key, shape);
    }
  }
  void identity(const Node& item, const Key& key, const Shape& shape) {
    const Node* name = item.find(key.of);
    if (name == nullptr) {
      problems_.error(item.place, std::string(language::shape(key.part).noun) + " of " + std::string(shape.noun) +
                                      " needs \"" + std::string(key.of) + "\"");
    } else if (name->is(Node::Kind::text) && !is_name(name->text)) {
      problems_.error(name->place, shown(name->text) + " is no name: names are made of letters, digits, '_', '-' and '.'");
    }
  }

  static bool is_scalar(const Node& node) {
    return !node.is(Node::Kind::list) && !node.is(Node::Kind::table) && !node.is(Node::Kind::time);
  }
  void field_value(const Node& node, std::string_view what) {
    if (node.is(Node::Kind::list)) {
      if (!within(node, what, node.items.size(), kMaxTexts)) return;
      for (const Node& item : node.items) {
        if (!item.is(Node::Kind::text)) wrong(item, what, "a value or a list of texts");
      }
    } else if (!is_scalar(node)) {
      wrong(node, what, "a value or a list of texts");
    }
  }
  /// What stands beside a field's name in a condition.
  void operand(const Node::Member& member) {
    const Node& node = member.value;
    if (node.is(Node::Kind::table)) return table(node, Part::range);
    if (node.is(Node::Kind::list)) {
      if (!within(node, member.key, node.items.size(), kMaxTexts)) return;
      for (const Node& item : node.items) {
        if (!is_scalar(item)) wrong(item, member.key, "a value, a list of values or a range");
      }
    } else if (!is_scalar(node)) {
      wrong(node, member.key, "a value, a list of values or a range");
    }
  }

  void hours(const Node& node, const Key& key) {
    if (!expect(node, Node::Kind::table, key)) return;
    for (const Node::Member& member : node.members) {
      if (layer_ && !language::is_choice(language::kWeekdayWords, member.key)) {
        std::vector<std::string_view> known;
        language::for_each_word(language::kWeekdayWords, [&](std::string_view word) { known.push_back(word); });
        problems_.unknown(member.place, "day", member.key, known);
      }
      spans(member.value, key);
    }
  }
  void dated_hours(const Node& node, const Key& key) {
    if (!expect(node, Node::Kind::table, key) || !within(node, key.name, node.members.size(), kMaxTexts)) return;
    for (const Node::Member& member : node.members) {
      date_text(member.key, member.place);
      spans(member.value, key);
    }
  }
  void spans(const Node& node, const Key& key) {
    constexpr std::string_view takes = "a list of spans like [[\"08:30\", \"18:30\"]]";
    if (!node.is(Node::Kind::list)) return wrong(node, key.name, takes);
    if (!within(node, key.name, node.items.size(), kMaxItems)) return;
    for (const Node& span : node.items) {
      const bool pair = span.is(Node::Kind::list) && span.items.size() == 2 && span.items[0].is(Node::Kind::text) &&
                        span.items[1].is(Node::Kind::text);
      if (!pair) {
        if (layer_) problems_.error(span.place, "a span is two times of day as texts, like [\"08:30\", \"18:30\"]");
        continue;
      }
      for (const Node& end : span.items) {
        if (!layer_) continue;
        try {
          parse_time_of_day(end.text);
        } catch (const Error& error) {
          problems_.error(end.place, error.what());
        }
      }
    }
  }

  bool layer_;
  bool bounded_ = true;
  Problems& problems_;
};

}  // namespace

void check_layer(const Node& layer, Problems& problems) { Walk(Walk::For::layer, problems).table(layer, language::Part::manual); }

bool check_complete(const Node& merged, Problems& problems) {
  Walk walk(Walk::For::complete, problems);
  walk.table(merged, language::Part::manual);
  return walk.bounded();
}

}  // namespace wuye
