// Compiles what is said of fields: the values that a manual gives them, and conditions.
#include <algorithm>

#include "manual/compiling.hpp"
#include "manual/language.hpp"

namespace wuye {
namespace {

using model::Condition;
using model::Field;
using model::FieldType;
using model::Procedure;
using model::Test;

std::string_view type_says(FieldType type) {
  switch (type) {
    case FieldType::text: return "a text";
    case FieldType::integer: return "a whole number";
    case FieldType::boolean: return "true or false";
    case FieldType::instant: return "a date and time";
    case FieldType::date: return "a date";
    case FieldType::enumeration: return "one of its values";
    case FieldType::money: return "a whole number of fen";
    case FieldType::decimal: return "a decimal as text, like \"85.32\"";
    case FieldType::list: return "a list of texts";
    case FieldType::place: return "the code of a place";
    case FieldType::person: return "a staff code";
    case FieldType::case_ref: return "the id of a case";
  }
  return "something else";
}

/// An optional sign, digits, and up to six decimals.
bool is_decimal(std::string_view text) {
  const auto take_digits = [&] {
    std::size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
    text.remove_prefix(count);
    return count;
  };
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t whole = take_digits();
  if (whole == 0 || whole > 12) return false;
  if (text.empty()) return true;
  if (text.front() != '.') return false;
  text.remove_prefix(1);
  const std::size_t decimals = take_digits();
  return text.empty() && decimals >= 1 && decimals <= 6;
}

/// An instant with its offset, or a wall time of the office. The canonical form keeps both as the same kind of text.
Instant instant(const Zone& zone, const std::string& written) {
  const std::size_t time = written.find_first_of("T ");
  const bool offset = time != std::string::npos && written.find_first_of("+-Z", time) != std::string::npos;
  return offset ? parse_instant(written) : zone.instant(parse_wall(written));
}

std::vector<std::string> texts_of(const Node& list) {
  std::vector<std::string> out;
  for (const Node& item : list.items) out.push_back(item.text);
  return out;
}

/// Compiles the tests of one condition.
class Conditions {
 public:
  Conditions(Compiling& in, const Procedure& procedure) : in_(in), procedure_(procedure) {}

  Condition all(const Node& table) {
    Condition condition;
    for (const Node::Member& member : table.members) add(condition, member);
    return condition;
  }

 private:
  void add(Condition& condition, const Node::Member& member) {
    const Node& node = member.value;
    const std::string& key = member.key;
    if (key == "actor") {
      actor(condition, node);
    } else if (key == "has" || key == "lacks") {
      for (const Node* name : Compiling::texts(node)) {
        push(condition, key == "has" ? Test::Kind::present : Test::Kind::absent).field = in_.field(procedure_, *name);
      }
    } else if (key == "did") {
      did(condition, node);
    } else if (key == "cases") {
      cases(condition, node);
    } else if (key == "children") {
      push(condition, Test::Kind::children).negate = !Compiling::flag(node, "ended");
    } else if (key == "differs") {
      differs(condition, node);
    } else if (key == "inside") {
      if (node.is(Node::Kind::text)) push(condition, Test::Kind::inside).calendar = in_.calendar(node);
    } else if (key == "lead") {
      lead(condition, node);
    } else if (key == "not") {
      opposite(condition, node);
    } else if (key == "not_after") {
      not_after(condition, node);
    } else if (key == "opened") {
      opened(condition, node);
    } else if (key == "place") {
      for (const Node::Member& attribute : node.members) {
        Test& test = push(condition, Test::Kind::place_is);
        test.attribute = attribute.key;
        for (const Node* value : Compiling::texts(attribute.value)) test.values.push_back(value->text);
      }
    } else if (key == "post") {
      post(condition, node);
    } else if (key == "share") {
      share(condition, node);
    } else if (key == "stage") {
      stage(condition, node);
    } else if (key == "switch") {
      for (const Node::Member& given : node.members) fold(condition, given);
    } else if (key == "times") {
      times(condition, node);
    } else {
      field(condition, member);
    }
  }

  static Test& push(Condition& condition, Test::Kind kind) {
    condition.tests.emplace_back();
    condition.tests.back().kind = kind;
    return condition.tests.back();
  }

  void lead(Condition& condition, const Node& node) {
    Test& test = push(condition, Test::Kind::lead);
    if (const Node* before = Compiling::text(node, "before")) {
      test.field = in_.field(procedure_, *before);
      if (test.field >= 0 && type(test.field) != FieldType::instant && type(test.field) != FieldType::date) {
        in_.problems.error(before->place, "the field \"" + before->text + "\" is neither an instant nor a date");
      }
    }
    if (const auto span = in_.span(node, "at_least", Compiling::Time::may_have_calendar)) test.lead = *span;
  }

  void opposite(Condition& condition, const Node& node) {
    if (!node.is(Node::Kind::table)) return;
    const Condition inner = all(node);
    const bool one_switch = node.members.size() == 1 && node.members.front().key == "switch" &&
                            node.members.front().value.members.size() == 1;
    if (one_switch) {
      if (!inner.never) condition.never = true;
      return;
    }
    if (inner.tests.size() != 1 || inner.never || inner.tests.front().negate || node.members.size() != 1) {
      in_.problems.error(node.place, "\"not\" takes exactly one test");
      return;
    }
    condition.tests.push_back(inner.tests.front());
    condition.tests.back().negate = true;
  }

  void not_after(Condition& condition, const Node& node) {
    const bool pair = node.is(Node::Kind::list) && node.items.size() == 2;
    if (!pair) {
      in_.problems.error(node.place, "\"not_after\" takes two fields, like [\"starts\", \"ends\"]");
      return;
    }
    Test& test = push(condition, Test::Kind::not_after);
    test.field = in_.field(procedure_, node.items[0]);
    test.other = in_.field(procedure_, node.items[1]);
    if (test.field < 0 || test.other < 0) return;
    const FieldType t = type(test.field);
    const bool ordered =
        t == FieldType::instant || t == FieldType::date || t == FieldType::integer || t == FieldType::money;
    if (!ordered || t != type(test.other)) {
      in_.problems.error(node.place, "\"not_after\" compares two instants, two dates or two whole numbers");
    }
  }

  void differs(Condition& condition, const Node& node) {
    if (!node.is(Node::Kind::list) || node.items.size() != 2) {
      in_.problems.error(node.place, "\"differs\" takes two fields, like [\"handler\", \"against\"]");
      return;
    }
    Test& test = push(condition, Test::Kind::differs);
    test.other = in_.field(procedure_, node.items[1]);
    if (node.items[0].text == "by") {
      if (test.other >= 0 && type(test.other) != FieldType::text && type(test.other) != FieldType::person) {
        in_.problems.error(node.items[1].place, "the field \"" + node.items[1].text + "\" names nobody");
      }
      return;
    }
    test.field = in_.field(procedure_, node.items[0]);
    const auto names = [&](int field) { return type(field) == FieldType::text || type(field) == FieldType::person; };
    if (test.field >= 0 && test.other >= 0 && type(test.field) != type(test.other) && !(names(test.field) && names(test.other))) {
      in_.problems.error(node.place, "\"differs\" compares two fields of one type");
    }
  }

  void share(Condition& condition, const Node& node) {
    const Node* of = Compiling::text(node, "of");
    const Node* in = Compiling::text(node, "in");
    const Node* least = Compiling::text(node, "at_least");
    if (of == nullptr || in == nullptr || least == nullptr) return;
    Test& test = push(condition, Test::Kind::share);
    test.field = in_.field(procedure_, *of);
    test.other = in_.field(procedure_, *in);
    for (const int field : {test.field, test.other}) {
      if (field >= 0 && type(field) != FieldType::integer) in_.problems.error(node.place, "\"share\" is of two whole numbers");
    }
    const auto read = read_percentage(least->text);
    if (const auto* share = std::get_if<std::int64_t>(&read)) test.low = *share;
    else in_.problems.error(least->place, std::get<NotRead>(read).why);
  }

  void cases(Condition& condition, const Node& node) {
    Test& test = push(condition, Test::Kind::cases);
    test.others = in_.others(procedure_, node, "procedure", "stage");
    test.low = Compiling::integer(node, "at_least").value_or(INT64_MIN);
    test.high = Compiling::integer(node, "at_most").value_or(INT64_MAX);
    if (node.find("at_least") == nullptr && node.find("at_most") == nullptr) {
      in_.problems.error(node.place, "\"cases\" needs \"at_least\" or \"at_most\"");
    } else if (test.high < 0 || test.low > test.high || (test.low <= 0 && test.high == INT64_MAX)) {
      in_.problems.error(node.place, "\"cases\" counts to at least 1, or to at most some number from 0 on");
    }
  }

  void stage(Condition& condition, const Node& node) {
    Test& test = push(condition, Test::Kind::case_stage);
    if (const Node* of = Compiling::text(node, "of")) {
      test.field = in_.field(procedure_, *of);
      if (test.field >= 0 && type(test.field) != FieldType::case_ref) {
        in_.problems.error(of->place, "the field \"" + of->text + "\" is not of type case");
      }
    }
    if (node.find("live") != nullptr) test.live = Compiling::flag(node, "live");
    for (const Node* name : Compiling::texts(node, "procedure")) {
      test.procedures.push_back(name->text);
      if (in_.manual.procedure(name->text) != nullptr) continue;
      in_.problems.unknown(name->place, "procedure", name->text, Compiling::names_of(in_.manual.procedures));
    }
    if (node.find("is") == nullptr && node.find("live") == nullptr && node.find("procedure") == nullptr) {
      in_.problems.error(node.place, "a test of another case needs one of \"is\", \"live\" and \"procedure\"");
    }
    stages(test, node);
  }

  void opened(Condition& condition, const Node& node) {
    Test& test = push(condition, Test::Kind::opened);
    if (const Node* by = Compiling::text(node, "by")) {
      test.attribute = by->text;
      if (procedure_.action(by->text) < 0) {
        in_.problems.unknown(by->place, "action", by->text, Compiling::names_of(procedure_.actions));
      }
    }
    stages(test, node);
  }

  /// Stages of whatever procedure the other case follows.
  void stages(Test& test, const Node& node) {
    for (const Node* name : Compiling::texts(node, "is")) {
      test.values.push_back(name->text);
      const bool known = std::any_of(in_.manual.procedures.begin(), in_.manual.procedures.end(),
                                     [&](const Procedure& other) { return other.stage(name->text) >= 0; });
      if (known) continue;
      std::vector<std::string_view> known_stages;
      for (const Procedure& other : in_.manual.procedures) {
        for (const model::Stage& one : other.stages) known_stages.push_back(one.name);
      }
      in_.problems.unknown(name->place, "stage", name->text, known_stages);
    }
  }

  void actor(Condition& condition, const Node& node) {
    Test& test = push(condition, Test::Kind::actor);
    if (const Node* of = Compiling::text(node, "of")) {
      test.field = in_.field(procedure_, *of);
      if (test.field >= 0 && type(test.field) != FieldType::text && type(test.field) != FieldType::person) {
        in_.problems.error(of->place, "the field \"" + of->text + "\" names nobody");
      }
    }
    for (const Node* name : Compiling::texts(node, "is")) test.values.push_back(name->text);
  }

  void did(Condition& condition, const Node& node) {
    Test& test = push(condition, Test::Kind::did);
    if (const Node* of = Compiling::text(node, "of")) {
      test.field = in_.field(procedure_, *of);
      if (test.field >= 0 && type(test.field) != FieldType::case_ref) {
        in_.problems.error(of->place, "the field \"" + of->text + "\" is not of type case");
      }
    }
    for (const Node* name : Compiling::texts(node, "is")) {
      test.values.push_back(name->text);
      const bool known = name->text == "holder" || std::any_of(in_.manual.procedures.begin(), in_.manual.procedures.end(),
                                                               [&](const Procedure& other) { return other.action(name->text) >= 0; });
      if (known) continue;
      std::vector<std::string_view> actions{"holder"};
      for (const Procedure& other : in_.manual.procedures) {
        for (const model::Action& one : other.actions) actions.push_back(one.name);
      }
      in_.problems.unknown(name->place, "action", name->text, actions);
    }
  }

  void post(Condition& condition, const Node& node) {
    Test& test = push(condition, Test::Kind::holds_post);
    if (const Node* of = Compiling::text(node, "of"); of != nullptr && of->text != "by") {
      test.field = in_.field(procedure_, *of);
      if (test.field >= 0 && type(test.field) != FieldType::text && type(test.field) != FieldType::person) {
        in_.problems.error(of->place, "the field \"" + of->text + "\" names nobody");
      }
    }
    for (const Node* name : Compiling::texts(node, "is")) {
      test.values.push_back(name->text);
      if (name->text == "staff" || in_.manual.post(name->text) >= 0) continue;
      std::vector<std::string_view> known = Compiling::names_of(in_.manual.posts);
      known.push_back("staff");
      in_.problems.unknown(name->place, "post", name->text, known);
    }
  }

  void times(Condition& condition, const Node& node) {
    Test& test = push(condition, Test::Kind::times);
    test.low = Compiling::integer(node, "at_least").value_or(1);
    test.days = Compiling::integer(node, "days").value_or(1);
    if (test.low < 1 || test.days < 1 || test.days > test.low) {
      in_.problems.error(node.place, "\"times\" counts to at least 1, on no more days than times");
    }
    const Node* of = Compiling::text(node, "of");
    if (of == nullptr) return;
    test.other = procedure_.action(of->text);
    if (test.other < 0) {
      in_.problems.unknown(of->place, "action", of->text, Compiling::names_of(procedure_.actions));
      return;
    }
    for (Procedure& own : in_.manual.procedures) {
      if (&own == &procedure_) own.actions[static_cast<std::size_t>(test.other)].counted = true;
    }
  }

  void fold(Condition& condition, const Node::Member& given) {
    const auto found = std::find_if(in_.manual.switches.begin(), in_.manual.switches.end(),
                                    [&](const model::Switch& one) { return one.name == given.key; });
    if (found == in_.manual.switches.end()) {
      in_.problems.unknown(given.place, "switch", given.key, Compiling::names_of(in_.manual.switches));
      return;
    }
    bool stands = false;
    for (const Node* value : Compiling::texts(given.value)) {
      if (std::find(found->values.begin(), found->values.end(), value->text) == found->values.end()) {
        in_.problems.unknown(value->place, "value of the switch \"" + found->name + "\"", value->text, found->values);
      }
      stands = stands || value->text == found->value;
    }
    if (!stands) condition.never = true;
  }

  void field(Condition& condition, const Node::Member& member) {
    const Node& node = member.value;
    const int index = procedure_.field(member.key);
    if (index < 0) {
      std::vector<std::string_view> known = Compiling::names_of(procedure_.fields);
      for (const language::Key& key : language::shape(language::Part::condition).keys) known.push_back(key.name);
      in_.problems.unknown(member.place, "field", member.key, known);
      return;
    }
    const bool whole = type(index) == FieldType::integer || type(index) == FieldType::money || type(index) == FieldType::list;
    if (node.is(Node::Kind::table)) {
      Test& test = push(condition, Test::Kind::range);
      test.field = index;
      test.low = Compiling::integer(node, "at_least").value_or(INT64_MIN);
      test.high = Compiling::integer(node, "at_most").value_or(INT64_MAX);
      if (!whole) {
        in_.problems.error(node.place, "a range tests whole numbers, money and how long a list is; \"" + member.key + "\" is " +
                                           std::string(type_says(type(index))));
      } else if (node.members.empty() || test.low > test.high) {
        in_.problems.error(node.place, "no value lies in this range");
      }
      return;
    }
    Test& test = push(condition, Test::Kind::equal);
    test.field = index;
    if (node.is(Node::Kind::list)) {
      for (const Node& item : node.items) add_operand(test, index, item);
    } else {
      add_operand(test, index, node);
    }
    if (node.is(Node::Kind::list) && node.items.empty()) in_.problems.error(node.place, "no value is equal to one of none");
  }

  /// Puts the text form of a value that the field can have among those the test looks for.
  void add_operand(Test& test, int index, const Node& node) {
    Field of = procedure_.fields[static_cast<std::size_t>(index)];
    if (of.type == FieldType::list) of.type = FieldType::text;  // any item
    const Value value = in_.value(of, node);
    if (const auto* text = std::get_if<std::string>(&value)) {
      test.values.push_back(*text);
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
      test.values.push_back(std::to_string(*number));
    } else if (const auto* flag = std::get_if<bool>(&value)) {
      test.values.emplace_back(*flag ? "true" : "false");
    }
  }

  FieldType type(int index) const { return procedure_.fields[static_cast<std::size_t>(index)].type; }

  Compiling& in_;
  const Procedure& procedure_;
};

}  // namespace

int Compiling::field(const Procedure& procedure, const Node& name) {
  const int index = procedure.field(name.text);
  if (index < 0) problems.unknown(name.place, "field", name.text, names_of(procedure.fields));
  return index;
}

std::vector<int> Compiling::fields(const Procedure& procedure, const Node& table, std::string_view key) {
  std::vector<int> out;
  for (const Node* name : texts(table, key)) {
    if (const int index = field(procedure, *name); index >= 0) out.push_back(index);
  }
  return out;
}

Value Compiling::value(const Field& of, const Node& written) {
  using Kind = Node::Kind;
  const bool is_text = written.is(Kind::text);
  try {
    switch (of.type) {
      case FieldType::text:
      case FieldType::place:
      case FieldType::person:
      case FieldType::case_ref:
        if (is_text) return written.text;
        break;
      case FieldType::enumeration:
        if (!is_text) break;
        if (std::find(of.values.begin(), of.values.end(), written.text) != of.values.end()) return written.text;
        problems.unknown(written.place, "value of \"" + of.name + "\"", written.text, of.values);
        return {};
      case FieldType::integer:
      case FieldType::money:
        if (written.is(Kind::integer)) return written.number;
        break;
      case FieldType::boolean:
        if (written.is(Kind::boolean)) return written.flag;
        break;
      case FieldType::date:
        if (is_text || written.is(Kind::date)) return format_date(parse_date(written.text));
        break;
      case FieldType::instant:
        if (is_text || written.is(Kind::wall) || written.is(Kind::instant)) return instant(manual.zone, written.text).us;
        break;
      case FieldType::decimal:
        if (is_text && is_decimal(written.text)) return written.text;
        break;
      case FieldType::list:
        if (written.is(Kind::list)) return texts_of(written);
        break;
    }
  } catch (const Error& error) {
    problems.error(written.place, error.what());
    return {};
  }
  problems.error(written.place, "\"" + of.name + "\" takes " + std::string(type_says(of.type)) + ", not " +
                                    (is_text ? shown(written.text) : std::string(kind_name(written.kind))));
  return {};
}

Fields Compiling::values(const Procedure& procedure, const Node& table, std::string_view key) {
  Fields out;
  const Node* given = table.find(key);
  if (given == nullptr) return out;
  for (const Node::Member& member : given->members) {
    const int index = procedure.field(member.key);
    if (index < 0) {
      problems.unknown(member.place, "field", member.key, names_of(procedure.fields));
    } else {
      out.emplace_back(member.key, value(procedure.fields[static_cast<std::size_t>(index)], member.value));
    }
  }
  return out;
}

model::Others Compiling::others(const Procedure& procedure, const Node& table, std::string_view procedures, std::string_view stages) {
  model::Others out;
  std::vector<const Procedure*> asked;
  for (const Node* name : texts(table, procedures)) {
    out.procedures.push_back(name->text);
    if (const Procedure* found = manual.procedure(name->text)) asked.push_back(found);
    else problems.unknown(name->place, "procedure", name->text, names_of(manual.procedures));
  }
  for (const Node* name : texts(table, stages)) {
    out.stages.push_back(name->text);
    bool known = false;
    std::vector<std::string_view> known_stages;
    for (const Procedure* one : asked) {
      const int index = one->stage(name->text);
      known = known || index >= 0;
      out.ended = out.ended || (index >= 0 && one->stages[static_cast<std::size_t>(index)].ending);
      for (const model::Stage& stage : one->stages) known_stages.push_back(stage.name);
    }
    if (!known && !asked.empty()) problems.unknown(name->place, "stage", name->text, known_stages);
  }
  for (const Node* name : texts(table, "same")) {
    const int own = field(procedure, *name);
    if (own < 0) continue;
    const Field& here = procedure.fields[static_cast<std::size_t>(own)];
    const bool comparable = std::all_of(asked.begin(), asked.end(), [&](const Procedure* one) {
      const int theirs = one->field(name->text);
      if (theirs < 0) return false;
      const Field& there = one->fields[static_cast<std::size_t>(theirs)];
      return !there.personal && there.type == here.type;
    });
    if (here.personal || here.type == FieldType::list || !comparable) {
      problems.error(name->place, "\"" + name->text + "\" cannot be compared: each of the procedures must have it, of one type, neither "
                                  "personal nor a list");
      continue;
    }
    out.same.push_back(own);
    out.fields.push_back(name->text);
  }
  return out;
}

Condition Compiling::condition(const Procedure& procedure, const Node& table, std::string_view key) {
  const Node* node = table.find(key);
  if (node == nullptr || !node->is(Node::Kind::table)) return {};
  return Conditions(*this, procedure).all(*node);
}

}  // namespace wuye
