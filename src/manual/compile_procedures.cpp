// Compiles procedures: first what each declares (fields, stages, actions by name), so that they may refer to each other,
// then everything that refers.
#include <algorithm>

#include "manual/compiling.hpp"
#include "manual/language.hpp"

namespace wuye {
namespace {

using model::FieldType;
using model::Procedure;

struct NamedType {
  std::string_view name;
  FieldType type;
};
constexpr NamedType kTypes[] = {
    {"text", FieldType::text},       {"int", FieldType::integer},        {"bool", FieldType::boolean},
    {"instant", FieldType::instant}, {"date", FieldType::date},          {"enum", FieldType::enumeration},
    {"money", FieldType::money},     {"decimal", FieldType::decimal},    {"list", FieldType::list},
    {"place", FieldType::place},     {"person", FieldType::person},      {"case", FieldType::case_ref},
};

class Declarations {
 public:
  explicit Declarations(Compiling& in) : in_(in) {}

  void procedure(const Node::Member& member) {
    const Node& node = member.value;
    Procedure procedure;
    procedure.name = member.key;
    procedure.title = Compiling::bilingual(node, "title");
    add_fields(procedure, node);
    for (const Node* item : Compiling::items(node, "stage")) {
      model::Stage stage;
      if (const Node* name = Compiling::text(*item, "name")) stage.name = name->text;
      stage.title = Compiling::bilingual(*item, "title");
      if (const Node* ending = Compiling::text(*item, "ending")) {
        stage.ending = true;
        stage.counts = ending->text;
      }
      procedure.stages.push_back(std::move(stage));
    }
    for (const Node* item : Compiling::items(node, "action")) {
      model::Action action;
      if (const Node* name = Compiling::text(*item, "do")) action.name = name->text;
      action.title = Compiling::bilingual(*item, "title");
      procedure.actions.push_back(std::move(action));
    }
    in_.manual.procedures.push_back(std::move(procedure));
  }

 private:
  /// Every case has place, reporter and class, at 0, 1 and 2; then come the declared ones in the order of their names.
  void add_fields(Procedure& procedure, const Node& node) {
    procedure.fields.push_back({"place", {"地点", "Place"}, FieldType::place, {}, {}, {}, false});
    procedure.fields.push_back({"reporter", {"报事人", "Reporter"}, FieldType::text, {}, {}, {}, false});
    procedure.fields.push_back({"class",
                                {"类别", "Class"},
                                FieldType::enumeration,
                                {procedure.name},
                                {procedure.title},
                                Value(procedure.name),
                                false});
    for (const Node::Member* member : Compiling::tables(node, "field")) {
      model::Field field = declared(*member);
      if (member->key == "class") {
        if (field.type != FieldType::enumeration) {
          in_.problems.error(member->place, "\"class\" can only be declared as an enum");
        }
        procedure.fields[2] = std::move(field);
      } else if (language::is_choice(language::kReservedFields, member->key)) {
        in_.problems.error(member->place, "\"" + member->key + "\" has a meaning of its own and cannot be declared as a field");
      } else {
        procedure.fields.push_back(std::move(field));
      }
    }
    if (procedure.fields.size() > kMaxFields) {
      in_.problems.error(node.find("field")->place,
                         "the procedure declares more than " + std::to_string(kMaxFields - 3) + " fields");
    }
  }

  model::Field declared(const Node::Member& member) {
    const Node& node = member.value;
    model::Field field;
    field.name = member.key;
    field.title = Compiling::bilingual(node, "title");
    field.personal = Compiling::flag(node, "personal");
    const Node* type = Compiling::text(node, "type");
    for (const NamedType& one : kTypes) {
      if (type != nullptr && type->text == one.name) field.type = one.type;
    }
    for (const Node* value : Compiling::texts(node, "values")) {
      if (!is_name(value->text)) {
        in_.problems.error(value->place,
                           shown(value->text) + " is no name: the values of an enum are names, and \"titles\" gives their words");
      } else if (std::find(field.values.begin(), field.values.end(), value->text) != field.values.end()) {
        in_.problems.error(value->place, shown(value->text) + " is given twice");
      }
      field.values.push_back(value->text);
      field.value_titles.emplace_back();
    }
    const bool is_enum = field.type == FieldType::enumeration;
    if (type != nullptr && is_enum && field.values.empty()) {
      in_.problems.error(type->place, "an enum needs \"values\"");
    }
    for (const std::string_view key : {"values", "titles"}) {
      const Node::Member* given = node.find_member(key);
      if (given != nullptr && type != nullptr && !is_enum) {
        in_.problems.error(given->place, "only an enum takes \"" + std::string(key) + "\"");
      }
    }
    for (const Node::Member* title : Compiling::tables(node, "titles")) {
      const auto found = std::find(field.values.begin(), field.values.end(), title->key);
      if (found != field.values.end()) {
        field.value_titles[static_cast<std::size_t>(found - field.values.begin())] =
            Compiling::bilingual(*node.find("titles"), title->key);
      } else if (is_enum) {
        in_.problems.unknown(title->place, "value of \"" + field.name + "\"", title->key, field.values);
      }
    }
    if (const Node* fallback = node.find("default")) field.fallback = in_.value(field, *fallback);
    return field;
  }

  Compiling& in_;
};

/// Compiles the inside of one procedure.
class Details {
 public:
  Details(Compiling& in, Procedure& procedure, const Node& node) : in_(in), procedure_(procedure), node_(node) {}

  void all() {
    where_ = "procedure." + procedure_.name;
    procedure_.chapter = in_.chapter(node_);
    procedure_.clauses = in_.clauses(node_, where_);
    for (const int field : in_.fields(procedure_, node_, "keeps_out")) {
      procedure_.keeps_out.push_back(field);
      const FieldType type = procedure_.fields[static_cast<std::size_t>(field)].type;
      if (type == FieldType::person || type == FieldType::list) continue;
      in_.problems.error(node_.find("keeps_out")->place,
                         "the field \"" + procedure_.fields[static_cast<std::size_t>(field)].name + "\" names no people");
    }
    if (const Node* custody = node_.find("custody"); custody != nullptr && custody->is(Node::Kind::table)) keeps(*custody);
    const auto items = Compiling::items(node_, "stage");
    for (std::size_t i = 0; i < items.size(); ++i) inside_stage(procedure_.stages[i], *items[i]);
    const auto actions = Compiling::items(node_, "action");
    for (std::size_t i = 0; i < actions.size(); ++i) action(procedure_.actions[i], *actions[i]);
    for (std::size_t i = 0; i < actions.size(); ++i) copies(procedure_.actions[i], *actions[i]);
    for (const Node* item : Compiling::items(node_, "deadline")) deadline(*item);
    for (const Node* item : Compiling::items(node_, "tally")) tally(*item);
  }

 private:
  int stage(const Node& name) {
    const int index = procedure_.stage(name.text);
    if (index < 0) in_.problems.unknown(name.place, "stage", name.text, Compiling::names_of(procedure_.stages));
    return index;
  }
  std::vector<int> stages(const Node& table, std::string_view key) {
    std::vector<int> out;
    for (const Node* name : Compiling::texts(table, key)) {
      if (const int index = stage(*name); index >= 0) out.push_back(index);
    }
    return out;
  }
  /// The cases are things in custody.
  void keeps(const Node& node) {
    procedure_.custody.emplace();
    const auto field = [&](std::string_view key, FieldType type, std::string_view says, int& into) {
      const Node* name = Compiling::text(node, key);
      if (name == nullptr) return;
      into = in_.field(procedure_, *name);
      if (into < 0) return;
      const model::Field& found = procedure_.fields[static_cast<std::size_t>(into)];
      if (found.type == type && !found.personal) return;
      in_.problems.error(name->place, "the field \"" + name->text + "\" is no " + std::string(says));
    };
    field("tag", FieldType::text, "text that all may read", procedure_.custody->tag);
    field("pieces", FieldType::integer, "whole number", procedure_.custody->pieces);
  }
  /// Who has the thing in that stage.
  void keeper(model::Stage& stage, const Node& item) {
    const Node* where = item.find("where");
    if ((where != nullptr) != procedure_.custody.has_value()) {
      in_.problems.error(where != nullptr ? where->place : item.place, where != nullptr ? "\"where\" is said of things in \"custody\""
                                                                                        : "in every stage of a thing in custody somebody has it: \"where\"");
      return;
    }
    if (where == nullptr) return;
    stage.where = where->is(Node::Kind::table) ? "person" : where->text;
    const Node* name = where->is(Node::Kind::table) ? Compiling::text(*where, "field") : nullptr;
    if (name == nullptr) return;
    stage.where_field = in_.field(procedure_, *name);
    if (stage.where_field < 0) return;
    const model::Field& field = procedure_.fields[static_cast<std::size_t>(stage.where_field)];
    const bool names = field.type == FieldType::text || field.type == FieldType::person;
    if (!names || field.personal) in_.problems.error(name->place, "the field \"" + name->text + "\" names nobody");
  }

  /// What a stage says beside its name and title.
  void inside_stage(model::Stage& stage, const Node& item) {
    keeper(stage, item);
    stage.tell = in_.recipients(item, "tell");
    stage.on_duty = Compiling::flag(item, "on_duty");
    if (stage.on_duty && stage.ending) in_.problems.error(item.find("on_duty")->place, "whoever is on duty has not ended it");
    stage.clause = in_.clause(item, where_ + ".stage." + stage.name);
    const Node* joins = Compiling::text(item, "joins");
    if (joins == nullptr) {
      if (stage.counts == "attached") in_.problems.error(item.find("ending")->place, "a case that ends attached \"joins\" another");
      return;
    }
    stage.joins = in_.field(procedure_, *joins);
    if (stage.joins < 0) return;
    if (procedure_.fields[static_cast<std::size_t>(stage.joins)].type != FieldType::case_ref) {
      in_.problems.error(joins->place, "the field \"" + joins->text + "\" is not of type case");
    } else if (!stage.ending) {
      in_.problems.error(joins->place, "only in an ending a case \"joins\" another: the other has the clocks");
    }
  }
  int action_index(const Node& name) {
    const int index = procedure_.action(name.text);
    if (index < 0) in_.problems.unknown(name.place, "action", name.text, Compiling::names_of(procedure_.actions));
    return index;
  }
  std::vector<int> actions(const Node& table, std::string_view key) {
    std::vector<int> out;
    for (const Node* name : Compiling::texts(table, key)) {
      if (const int index = action_index(*name); index >= 0) out.push_back(index);
    }
    return out;
  }
  /// The procedure of which cases are opened; null where there is none.
  const Procedure* opened(const Node& table, std::string& into) {
    const Node* name = Compiling::text(table, "procedure");
    if (name == nullptr) return nullptr;
    into = name->text;
    const Procedure* found = in_.manual.procedure(name->text);
    if (found == nullptr) in_.problems.unknown(name->place, "procedure", name->text, Compiling::names_of(in_.manual.procedures));
    return found;
  }

  void action(model::Action& action, const Node& item) {
    const std::string where = where_ + ".action." + action.name;
    action.opening = Compiling::flag(item, "opening");
    doers(action, item);
    journey(action, item);
    action.needs = in_.fields(procedure_, item, "needs");
    action.may_all = item.find("may") == nullptr;
    action.may = in_.fields(procedure_, item, "may");
    action.not_same_as = actions(item, "not_same_as");
    for (const Node* demand : Compiling::items(item, "only_when")) {
      model::Requirement requirement;
      requirement.applies = in_.condition(procedure_, *demand, "if");
      requirement.when = in_.condition(procedure_, *demand, "when");
      requirement.because = Compiling::bilingual(*demand, "because");
      requirement.clause = in_.clause(*demand, where);
      if (!requirement.applies.never) action.only_when.push_back(std::move(requirement));
    }
    const Node* on_breach = Compiling::text(item, "on_breach");
    if (on_breach != nullptr && on_breach->text == "refuse") action.on_breach = model::OnBreach::refuse;
    action.set = in_.values(procedure_, item, "set");
    add(action, item);
    counts(action, item);
    for (const Node* one : Compiling::items(item, "tells")) {
      model::Tells tells;
      tells.when = in_.condition(procedure_, *one, "when");
      tells.tell = in_.recipients(*one, "tell");
      tells.clause = in_.clause(*one, where);
      if (!tells.when.never) action.tells.push_back(std::move(tells));
    }
    if (const Node* holder = Compiling::text(item, "holder")) set_holder(action, *holder);
    action.opens = opens(item);
    if (const Node* books = Compiling::text(item, "books")) set_books(action, *books);
    if (const Node* what = Compiling::text(item, "freezes")) freezes(action, *what);
    action.clauses = in_.clauses(item, where);
    if (!action.clauses.empty()) action.clause = action.clauses.front();
  }

  void set_books(model::Action& action, const Node& books) {
    for (int i = 0; i <= static_cast<int>(model::Books::settled); ++i) {
      if (model::name_of(static_cast<model::Books>(i)) == books.text) action.books = static_cast<model::Books>(i);
    }
    for (const model::BookedField& one : model::booked_fields(action.books)) {
      const int field = procedure_.field(one.name);
      if (field < 0) {
        if (one.required) in_.problems.error(books.place, "to book \"" + books.text + "\" the procedure needs a field \"" + one.name + "\"");
        continue;
      }
      const FieldType type = procedure_.fields[static_cast<std::size_t>(field)].type;
      const bool fits = std::any_of(std::begin(kTypes), std::end(kTypes), [&](const NamedType& known) {
        return known.type == type && language::is_choice(one.types, known.name);
      });
      if (!fits || procedure_.fields[static_cast<std::size_t>(field)].personal) {
        in_.problems.error(books.place, "to book \"" + books.text + "\" the field \"" + one.name + "\" must be of type " + std::string(one.types) +
                                            ", and not personal");
      }
    }
    const bool own = action.books == model::Books::arrears || action.books == model::Books::settled;
    const bool by_system = action.anyone || std::any_of(action.by.begin(), action.by.end(), [&](int post) {
      return in_.manual.posts[static_cast<std::size_t>(post)].name == "system";
    });
    if (own && !by_system) in_.problems.error(books.place, "\"" + books.text + "\" is done by wuye itself: \"by\" must have \"system\"");
    if (action.books == model::Books::arrears && !action.opening) in_.problems.error(books.place, "\"arrears\" opens a case: it needs \"opening\"");
    if (action.books == model::Books::settled && action.opening) in_.problems.error(books.place, "\"settled\" ends a case, and opens none");
    const bool first = std::none_of(procedure_.actions.data(), &action, [](const model::Action& other) { return other.opening; });
    if (action.books == model::Books::arrears && !first) in_.problems.error(books.place, "\"arrears\" is the procedure's first opening action");
    if (own && action.becomes >= 0) in_.problems.error(books.place, "\"" + books.text + "\" and \"becomes\" exclude each other");
  }

  void freezes(model::Action& action, const Node& what) {
    const model::Freezes fields{procedure_.field("officer"), procedure_.field("month")};
    const auto is = [&](int field, FieldType type) { return field >= 0 && procedure_.fields[static_cast<std::size_t>(field)].type == type; };
    if (is(fields.who, FieldType::person) && is(fields.month, FieldType::date)) action.freezes = fields;
    else in_.problems.error(what.place, "\"freezes\" needs the fields \"officer\" (a person) and \"month\" (a date): of whom and when the scorecard is");
  }

  std::vector<model::Opens> opens(const Node& item) {
    std::vector<model::Opens> out;
    for (const Node* child : Compiling::items(item, "opens")) {
      model::Opens opens;
      opens.when = in_.condition(procedure_, *child, "when");
      if (const Procedure* other = opened(*child, opens.procedure)) {
        opens.with = in_.values(*other, *child, "with");
        for (const Node* name : Compiling::texts(*child, "copy")) {
          if (in_.field(procedure_, *name) >= 0) in_.field(*other, *name);
          opens.copy.push_back(name->text);
        }
        if (const Node* each = child->find("each"); each != nullptr && each->is(Node::Kind::table)) one_for_each(opens, *other, *each);
      }
      if (!opens.when.never) out.push_back(std::move(opens));
    }
    return out;
  }
  void one_for_each(model::Opens& opens, const Procedure& other, const Node& each) {
    const Node* of = Compiling::text(each, "of");
    const Node* as = Compiling::text(each, "as");
    if (of == nullptr || as == nullptr) return;
    opens.as = as->text;
    opens.each = in_.field(procedure_, *of);
    if (opens.each >= 0 && procedure_.fields[static_cast<std::size_t>(opens.each)].type != FieldType::list) {
      in_.problems.error(of->place, "the field \"" + of->text + "\" is not of type list");
    }
    const int field = in_.field(other, *as);
    if (field < 0) return;
    const FieldType type = other.fields[static_cast<std::size_t>(field)].type;
    const bool takes_text = type == FieldType::text || type == FieldType::enumeration || type == FieldType::place ||
                            type == FieldType::person || type == FieldType::case_ref;
    if (!takes_text) in_.problems.error(as->place, "an item of a list cannot stand in the field \"" + as->text + "\"");
  }

  void add(model::Action& action, const Node& item) {
    action.add = in_.values(procedure_, item, "add");
    for (const auto& [name, value] : action.add) {
      if (std::holds_alternative<std::int64_t>(value)) continue;
      if (std::holds_alternative<std::monostate>(value)) continue;  // said already
      in_.problems.error(item.find("add")->place, "\"add\" counts whole numbers; \"" + name + "\" holds none");
    }
  }

  void counts(model::Action& action, const Node& item) {
    for (const Node* one : Compiling::items(item, "counts")) {
      const Node* into = Compiling::text(*one, "into");
      if (into == nullptr) continue;
      model::Counts counts;
      counts.into = in_.field(procedure_, *into);
      counts.others = in_.others(procedure_, *one, "procedures", "stages");
      if (counts.into < 0) continue;
      const model::Field& own = procedure_.fields[static_cast<std::size_t>(counts.into)];
      const Node* sum = Compiling::text(*one, "sum");
      if (sum == nullptr) {
        if (own.type != FieldType::integer || own.personal) in_.problems.error(into->place, "\"" + into->text + "\" is no whole number to count into");
      } else {
        counts.sum = sum->text;
        for (const std::string& name : counts.others.procedures) {
          const Procedure* other = in_.manual.procedure(name);
          const int field = other == nullptr ? -1 : in_.field(*other, *sum);
          if (field < 0) continue;
          const model::Field& theirs = other->fields[static_cast<std::size_t>(field)];
          const bool number = theirs.type == FieldType::integer || theirs.type == FieldType::money;
          if (number && theirs.type == own.type && !theirs.personal && !own.personal) continue;
          in_.problems.error(sum->place, "\"" + sum->text + "\" cannot be summed into \"" + into->text +
                                             "\": both must be whole numbers or both money, and neither personal");
        }
      }
      action.counts.push_back(std::move(counts));
    }
  }

  /// When every action knows what it opens: what is taken over from the opened case.
  void copies(model::Action& action, const Node& item) {
    for (const Node* one : Compiling::items(item, "copies")) {
      const Node* into = Compiling::text(*one, "into");
      const Node* by = Compiling::text(*one, "opened_by");
      const Node* field = Compiling::text(*one, "field");
      if (into == nullptr || by == nullptr || field == nullptr) continue;
      model::Copies copies;
      copies.into = in_.field(procedure_, *into);
      copies.opened_by = action_index(*by);
      copies.field = field->text;
      if (copies.into < 0 || copies.opened_by < 0) continue;
      const auto& opens = procedure_.actions[static_cast<std::size_t>(copies.opened_by)].opens;
      const Procedure* other = opens.empty() ? nullptr : in_.manual.procedure(opens.back().procedure);
      if (opens.empty()) {
        in_.problems.error(by->place, "the action \"" + by->text + "\" opens no case");
      }
      if (other == nullptr) continue;
      const int from = in_.field(*other, *field);
      if (from < 0) continue;
      const model::Field& taken = other->fields[static_cast<std::size_t>(from)];
      const model::Field& own = procedure_.fields[static_cast<std::size_t>(copies.into)];
      if (taken.personal || own.personal || taken.type != own.type) {
        in_.problems.error(field->place, "\"" + field->text + "\" cannot be copied into \"" + into->text +
                                             "\": both must be of one type, and neither personal");
        continue;
      }
      action.copies.push_back(std::move(copies));
    }
  }

  void doers(model::Action& action, const Node& item) {
    const Node* by = item.find("by");
    if (by == nullptr) return;
    for (const Node* name : Compiling::texts(item, "by")) {
      if (name->text == "anyone") {
        action.anyone = true;
      } else if (const int post = in_.manual.post(name->text); post >= 0) {
        action.by.push_back(post);
      } else {
        std::vector<std::string_view> known = Compiling::names_of(in_.manual.posts);
        known.push_back("anyone");
        in_.problems.unknown(name->place, "post", name->text, known);
      }
    }
    if (by->is(Node::Kind::list) && by->items.empty()) {
      in_.problems.error(by->place, "nobody may do \"" + action.name + "\"", "anyone");
    }
  }

  void journey(model::Action& action, const Node& item) {
    const auto from = Compiling::texts(item, "from");
    action.from_any = from.size() == 1 && from.front()->text == "*";
    if (!action.from_any) action.from = stages(item, "from");
    if (const Node* other = Compiling::text(item, "becomes")) {
      becomes(action, *other, item);
    } else if (const Node* to = Compiling::text(item, "to")) {
      action.to = stage(*to);
    } else if (action.opening) {
      in_.problems.error(item.place, "an opening action needs \"to\": the stage in which the case begins");
    }
    const Node::Member* given = item.find_member("from");
    if (action.opening && given != nullptr) {
      in_.problems.error(given->place, "an opening action takes no \"from\": there is no case before it");
    } else if (!action.opening && from.empty()) {
      in_.problems.error(given != nullptr ? given->value.place : item.place,
                         "\"" + action.name + "\" needs \"from\": the stages in which it may be done, or [\"*\"]");
    }
  }

  /// The case goes on in another procedure, in the stage `to` of that one.
  void becomes(model::Action& action, const Node& name, const Node& item) {
    const auto& procedures = in_.manual.procedures;
    const auto found = std::find_if(procedures.begin(), procedures.end(), [&](const Procedure& one) { return one.name == name.text; });
    if (found == procedures.end()) {
      in_.problems.unknown(name.place, "procedure", name.text, Compiling::names_of(procedures));
      return;
    }
    const Node* to = Compiling::text(item, "to");
    for (const std::string_view key : {"tells", "opens"}) {
      const Node::Member* given = item.find_member(key);
      if (given == nullptr) continue;
      in_.problems.error(given->place, "\"" + given->key + "\" and \"becomes\" exclude each other: the case is of the other procedure by then");
    }
    if (found->name == procedure_.name || action.opening) {
      in_.problems.error(name.place, "a case that is open \"becomes\" one of another procedure");
    } else if (to == nullptr) {
      in_.problems.error(name.place, "\"becomes\" needs \"to\": the stage of \"" + name.text + "\" in which the case then stands");
    } else if (action.becomes_at = found->stage(to->text); action.becomes_at < 0) {
      in_.problems.unknown(to->place, "stage of \"" + name.text + "\"", to->text, Compiling::names_of(found->stages));
    } else {
      action.becomes = static_cast<int>(found - procedures.begin());
    }
    for (const int from : action.from) {
      if (!procedure_.stages[static_cast<std::size_t>(from)].ending) continue;
      in_.problems.error(name.place, "a case that has ended cannot become another; open one that follows it");
      break;
    }
  }

  void set_holder(model::Action& action, const Node& holder) {
    action.holder = holder.text;
    if (holder.text == "by") return;
    const int index = in_.field(procedure_, holder);
    if (index < 0) return;
    const FieldType type = procedure_.fields[static_cast<std::size_t>(index)].type;
    if (type != FieldType::person && type != FieldType::text) {
      in_.problems.error(holder.place, "the field \"" + holder.text + "\" is not of type person");
    }
  }

  void deadline(const Node& item) {
    model::Deadline deadline;
    if (const Node* name = Compiling::text(item, "name")) deadline.name = name->text;
    const std::string where = where_ + ".deadline." + deadline.name;
    deadline.title = Compiling::bilingual(item, "title");
    deadline.from = stages(item, "from");
    const Node* until = item.find("until");
    if (until != nullptr && until->is(Node::Kind::table)) {
      deadline.until = stages(*until, "stages");
      deadline.until_actions = actions(*until, "actions");
    } else {
      deadline.until = stages(item, "until");
    }
    deadline.pauses = stages(item, "pauses");
    for (const Node* name : Compiling::texts(item, "drops")) {
      const int index = stage(*name);
      if (index < 0) continue;
      deadline.drops.push_back(index);
      if (!procedure_.stages[static_cast<std::size_t>(index)].ending) {
        in_.problems.error(name->place, "\"" + name->text + "\" is not an ending; only at an ending a deadline is dropped");
      }
    }
    for (const Node* line : Compiling::items(item, "within")) limit(deadline, *line, where);
    const Node* within = item.find("within");
    if (within != nullptr && within->is(Node::Kind::list) && within->items.empty()) {
      in_.problems.error(within->place, "\"within\" has no line, so there is never a limit");
    }
    for (const Node* rung : Compiling::items(item, "ladder")) level(deadline, *rung, where);
    deadline.clause = in_.clause(item, where);
    if (const Node* by = Compiling::text(item, "extended_by")) extension(deadline, *by);
    procedure_.deadlines.push_back(std::move(deadline));
  }

  void extension(model::Deadline& deadline, const Node& by) {
    const int index = action_index(by);
    if (index < 0) return;
    deadline.extended_by = index;
    const int field = procedure_.field("extended_to");
    if (field < 0 || procedure_.fields[static_cast<std::size_t>(field)].type != FieldType::instant) {
      in_.problems.error(by.place, "\"extended_by\" needs a field \"extended_to\" of type instant in the procedure");
    }
  }

  void limit(model::Deadline& deadline, const Node& line, std::string_view where) {
    model::Limit limit;
    limit.when = in_.condition(procedure_, line, "when");
    for (const model::Test& test : limit.when.tests) {
      using Kind = model::Test::Kind;
      if (test.kind != Kind::case_stage && test.kind != Kind::opened && test.kind != Kind::children && test.kind != Kind::cases) continue;
      in_.problems.error(line.find("when")->place, "a limit looks at its own case alone, not at others");
      break;
    }
    limit.clause = in_.clause(line, where);
    constexpr std::string_view kForms[] = {"limit", "due", "due_at", "due_day", "due_next_opening"};
    const Node::Member* form = nullptr;
    for (const std::string_view key : kForms) {
      const Node::Member* given = line.find_member(key);
      if (given == nullptr) continue;
      if (form != nullptr) {
        in_.problems.error(given->place, "\"" + given->key + "\" and \"" + form->key + "\" exclude each other");
        return;
      }
      form = given;
    }
    if (form == nullptr) {
      in_.problems.error(line.place, "a line of within needs one of \"limit\", \"due\", \"due_at\", \"due_day\" and "
                                     "\"due_next_opening\"");
      return;
    }
    const Node::Member* calendar = line.find_member("calendar");
    if (calendar != nullptr && form->key != "limit") {
      in_.problems.error(calendar->place, "\"" + form->key + "\" takes no calendar");
    }
    if (form->key == "limit") {
      limit.kind = model::Limit::Kind::span;
      const auto span = in_.span(line, "limit", Compiling::Time::needs_calendar);
      if (!span) return;
      limit.span = *span;
    } else if (form->key == "due") {
      limit.kind = model::Limit::Kind::field;
      if (!due_field(limit, form->value)) return;
    } else if (form->key == "due_at") {
      limit.kind = model::Limit::Kind::wall_time;
      try {
        limit.wall_us = parse_time_of_day(form->value.text);
      } catch (const Error& error) {
        in_.problems.error(form->value.place, error.what());
      }
    } else if (form->key == "due_day") {
      limit.kind = model::Limit::Kind::day_of_month;
      if (form->value.number < 1 || form->value.number > 31) {
        in_.problems.error(form->value.place, "\"due_day\" is a day of the month, 1 to 31");
        return;
      }
      limit.day = static_cast<int>(form->value.number);
    } else {
      limit.kind = model::Limit::Kind::next_opening;
      if (!form->value.is(Node::Kind::text)) return;
      limit.calendar = in_.calendar(form->value);
      if (limit.calendar == 0) {
        in_.problems.error(form->value.place, "\"around_the_clock\" never opens, because it never closes");
      }
    }
    if (!limit.when.never) deadline.within.push_back(std::move(limit));
  }

  bool due_field(model::Limit& limit, const Node& name) {
    if (!name.is(Node::Kind::text)) return false;
    limit.field = in_.field(procedure_, name);
    if (limit.field < 0) return false;
    const FieldType type = procedure_.fields[static_cast<std::size_t>(limit.field)].type;
    if (type != FieldType::instant && type != FieldType::date) {
      in_.problems.error(name.place, "the field \"" + name.text + "\" is neither an instant nor a date");
      return false;
    }
    model::Test given;
    given.kind = model::Test::Kind::present;
    given.field = limit.field;
    limit.when.tests.push_back(std::move(given));
    return true;
  }

  void level(model::Deadline& deadline, const Node& rung, std::string_view where) {
    model::Level level;
    const Node* at = Compiling::text(rung, "at");
    if (at != nullptr) {
      level.text = at->text;
      const auto point = read_ladder_point(at->text);
      if (const auto* why = std::get_if<NotRead>(&point)) {
        in_.problems.error(at->place, why->why, why->instead);
      } else {
        const auto& read = std::get<LadderPoint>(point);
        level.kind = read.kind;
        level.percent = read.percent;
        const Node::Member* calendar = rung.find_member("calendar");
        if (read.kind != model::Level::Kind::percent) {
          if (const auto span = in_.span(read.offset, *at, rung, Compiling::Time::may_have_calendar)) level.offset = *span;
        } else if (calendar != nullptr) {
          in_.problems.error(calendar->place, "a percentage takes no calendar: it is a share of the limit");
        }
      }
    }
    level.tell = in_.recipients(rung, "tell");
    level.set = in_.values(procedure_, rung, "set");
    if (const Node* perform = Compiling::text(rung, "do")) {
      if (const int index = action_index(*perform); index >= 0) level.perform = index;
    }
    if (const Node* open = rung.find("open")) {
      if (const Procedure* other = opened(*open, level.open_procedure)) level.open_with = in_.values(*other, *open, "with");
    }
    if (rung.find("tell") == nullptr && rung.find("set") == nullptr && rung.find("do") == nullptr &&
        rung.find("open") == nullptr) {
      in_.problems.error(rung.place, "the level does nothing: give it \"tell\", \"set\", \"do\" or \"open\"");
    }
    level.clause = in_.clause(rung, where);
    deadline.ladder.push_back(std::move(level));
  }

  void tally(const Node& item) {
    model::Tally tally;
    if (const Node* name = Compiling::text(item, "name")) tally.name = name->text;
    tally.title = Compiling::bilingual(item, "title");
    tally.key = in_.fields(procedure_, item, "key");
    if (const auto at_least = Compiling::integer(item, "at_least")) {
      tally.at_least = *at_least;
      if (*at_least < 2) in_.problems.error(item.find("at_least")->place, "a tally counts to at least 2");
    }
    if (const auto span = in_.span(item, "within", Compiling::Time::may_have_calendar)) tally.within = *span;
    tally.tell = in_.recipients(item, "tell");
    tally.opens = opens(item);
    tally.clause = in_.clause(item, where_ + ".tally." + tally.name);
    procedure_.tallies.push_back(std::move(tally));
  }

  Compiling& in_;
  Procedure& procedure_;
  const Node& node_;
  std::string where_;
};

}  // namespace

void compile_procedures(Compiling& in) {
  const auto declared = Compiling::tables(in.root, "procedure");
  Declarations declarations(in);
  for (const Node::Member* member : declared) declarations.procedure(*member);
  std::vector<bool> sound;
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const std::size_t errors_before = in.problems.errors();
    Details(in, in.manual.procedures[i], declared[i]->value).all();
    sound.push_back(in.well_formed && in.problems.errors() == errors_before);
  }
  // Last, because a case may come from one procedure into another.
  for (std::size_t i = 0; i < declared.size(); ++i) {
    if (sound[i]) check_soundness(in.manual, in.manual.procedures[i], declared[i]->value, in.problems);
  }
}

}  // namespace wuye
