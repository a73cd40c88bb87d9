// What a manual says of itself as JSON: the clause catalogue with what is made of each clause, and the procedures;
// what it has no words of its own for it passes on as the layers say it.
#include <algorithm>

#include "journal/json.hpp"
#include "manual/language.hpp"
#include "manual/model.hpp"
#include "wuye/manual.hpp"

namespace wuye {
namespace {

using json::Object;

/// "[…]" of what `each(out, item)` writes.
template <typename Items, typename Each>
std::string array(const Items& items, const Each& each) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    each(out, item);
  }
  out += ']';
  return out;
}

std::string texts(const std::vector<std::string>& items) {
  return array(items, [](std::string& out, const std::string& text) { json::append_string(out, text); });
}

std::string both(const model::Text& text) {
  std::string out;
  Object(out).text("en", text.en).text("zh", text.zh).end();
  return out;
}

std::string fields_json(const Fields& fields) {
  std::string out;
  json::append_fields(out, fields);
  return out;
}

std::string_view type_name(model::FieldType type) {
  switch (type) {
    case model::FieldType::text: return "text";
    case model::FieldType::integer: return "int";
    case model::FieldType::boolean: return "bool";
    case model::FieldType::instant: return "instant";
    case model::FieldType::date: return "date";
    case model::FieldType::enumeration: return "enum";
    case model::FieldType::money: return "money";
    case model::FieldType::decimal: return "decimal";
    case model::FieldType::list: return "list";
    case model::FieldType::place: return "place";
    case model::FieldType::person: return "person";
    case model::FieldType::case_ref: return "case";
  }
  return "text";
}

/// "90min", "4h", "3cd", "2wd".
std::string length(const model::Span& span) {
  switch (span.unit) {
    case model::Span::Unit::calendar_days: return std::to_string(span.amount) + "cd";
    case model::Span::Unit::working_days: return std::to_string(span.amount) + "wd";
    case model::Span::Unit::working_time: break;
  }
  if (span.amount % kMicrosPerHour == 0) return std::to_string(span.amount / kMicrosPerHour) + "h";
  return std::to_string(span.amount / kMicrosPerMinute) + "min";
}

/// "18:00"
std::string time_of_day(std::int64_t us) {
  const auto two = [](std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return two(us / kMicrosPerHour) + ':' + two(us / kMicrosPerMinute % 60);
}

/// The tree with every text in one language: {"en", "zh"} becomes one text.
void append_in(std::string& out, const json::Tree& tree, std::string_view lang) {
  using Kind = json::Tree::Kind;
  if (tree.kind == Kind::array) {
    out += array(tree.items, [&](std::string& o, const json::Tree& item) { append_in(o, item, lang); });
    return;
  }
  if (tree.kind != Kind::object) return json::append_tree(out, tree);
  const json::Tree* text = tree.members.size() == 2 && tree.find("en") != nullptr ? tree.find(lang) : nullptr;
  if (text != nullptr && text->kind == Kind::text) return json::append_tree(out, *text);
  Object object(out);
  for (const json::Tree::Member& member : tree.members) {
    std::string value;
    append_in(value, member.value, lang);
    object.raw(member.name, value);
  }
  object.end();
}

/// Of an object what `known` does not name, with every text in one language.
std::string further(const json::Tree& tree, std::string_view known, std::string_view lang) {
  json::Tree rest;
  rest.kind = json::Tree::Kind::object;
  for (const json::Tree::Member& member : tree.members) {
    if (!language::is_choice(known, member.name)) rest.members.push_back(member);
  }
  std::string out;
  append_in(out, rest, lang);
  return out;
}

/// What Description tells of a procedure, and what is told elsewhere of a manual.
constexpr std::string_view kOfProcedure = "action|chapter|clauses|deadline|field|keeps_out|stage|tally|title";
constexpr std::string_view kOfManual = "clause|name|procedure|time_zone";

/// Describes one procedure in one language.
class Description {
 public:
  Description(const model::Manual& manual, const model::Procedure& procedure, const json::Tree* source, std::string_view lang)
      : manual_(manual), procedure_(procedure), source_(source), lang_(lang) {}

  void append(std::string& out) const {
    Object(out)
        .raw("actions", array(procedure_.actions, [&](std::string& o, const model::Action& a) { action(o, a); }))
        .text("chapter", procedure_.chapter)
        .raw("clauses", texts(procedure_.clauses))
        .raw("deadlines", array(procedure_.deadlines, [&](std::string& o, const model::Deadline& d) { deadline(o, d); }))
        .raw("fields", array(procedure_.fields, [&](std::string& o, const model::Field& f) { field(o, f); }))
        .raw("keeps_out", names(procedure_.keeps_out, procedure_.fields))
        .raw("more", source_ == nullptr ? "{}" : further(*source_, kOfProcedure, lang_))
        .text("name", procedure_.name)
        .raw("stages", array(procedure_.stages, [&](std::string& o, const model::Stage& s) { stage(o, s); }))
        .raw("tallies", array(procedure_.tallies, [&](std::string& o, const model::Tally& t) { tally(o, t); }))
        .text("title", procedure_.title.in(lang_))
        .end();
  }

 private:
  template <typename Named>
  static std::string names(const std::vector<int>& indexes, const std::vector<Named>& of) {
    return array(indexes, [&](std::string& out, int index) { json::append_string(out, of[static_cast<std::size_t>(index)].name); });
  }
  const std::string& field_name(int index) const { return procedure_.fields[static_cast<std::size_t>(index)].name; }
  const std::string& calendar_name(int index) const { return manual_.calendar_names[static_cast<std::size_t>(index)]; }

  void field(std::string& out, const model::Field& field) const {
    Object object(out);
    if (field.fallback.index() != 0) {
      std::string fallback;
      json::append_value(fallback, field.fallback);
      object.raw("default", fallback);
    }
    object.text("name", field.name).flag("personal", field.personal).text("title", field.title.in(lang_));
    object.text("type", type_name(field.type));
    if (field.type == model::FieldType::enumeration) {
      std::string titles;
      Object names(titles);
      for (std::size_t i = 0; i < field.values.size(); ++i) {
        const std::string& title = field.value_titles[i].in(lang_);
        names.text(field.values[i], title.empty() ? field.values[i] : title);
      }
      names.end();
      object.raw("value_titles", titles).raw("values", texts(field.values));
    }
    object.end();
  }

  void stage(std::string& out, const model::Stage& stage) const {
    Object object(out);
    if (!stage.clause.empty()) object.text("clause", stage.clause);
    if (stage.ending) object.text("ending", stage.counts);
    if (stage.on_duty) object.flag("on_duty", true);
    if (stage.joins >= 0) object.text("joins", field_name(stage.joins));
    object.text("name", stage.name);
    if (!stage.tell.empty()) object.raw("tell", recipients(stage.tell));
    object.text("title", stage.title.in(lang_));
    if (stage.where_field >= 0) object.text("where", field_name(stage.where_field));
    else if (!stage.where.empty()) object.text("where", stage.where);
    object.end();
  }

  void action(std::string& out, const model::Action& action) const {
    std::string by = "[\"anyone\"]";
    if (!action.anyone) by = names(action.by, manual_.posts);
    Object object(out);
    const model::Procedure* other = action.becomes < 0 ? nullptr : &manual_.procedures[static_cast<std::size_t>(action.becomes)];
    if (!action.add.empty()) object.raw("add", fields_json(action.add));
    if (other != nullptr) object.text("becomes", other->name);
    if (action.books != model::Books::none) object.text("books", model::name_of(action.books));
    object.raw("by", by).raw("clauses", texts(action.clauses));
    if (!action.copies.empty()) {
      object.raw("copies", array(action.copies, [&](std::string& o, const model::Copies& copies) {
        const std::string& opener = procedure_.actions[static_cast<std::size_t>(copies.opened_by)].name;
        Object(o).text("field", copies.field).text("into", field_name(copies.into)).text("opened_by", opener).end();
      }));
    }
    if (!action.counts.empty()) {
      object.raw("counts", array(action.counts, [&](std::string& o, const model::Counts& counts) {
        Object one(o);
        one.text("into", field_name(counts.into));
        append_others(one, counts.others);
        if (!counts.sum.empty()) one.text("sum", counts.sum);
        one.end();
      }));
    }
    object.text("do", action.name);
    if (action.freezes) object.text("freezes", "scorecard");
    object.raw("from", action.from_any ? "[\"*\"]" : names(action.from, procedure_.stages));
    if (!action.holder.empty()) object.text("holder", action.holder);
    if (!action.may_all) object.raw("may", names(action.may, procedure_.fields));
    object.raw("needs", names(action.needs, procedure_.fields));
    object.raw("not_same_as", names(action.not_same_as, procedure_.actions));
    object.text("on_breach", action.on_breach == model::OnBreach::refuse ? "refuse" : "record");
    object.raw("only_when", array(action.only_when, [&](std::string& o, const model::Requirement& demand) {
      Object item(o);
      item.text("because", demand.because.in(lang_));
      if (!demand.clause.empty()) item.text("clause", demand.clause);
      if (!demand.applies.always()) item.raw("if", condition(demand.applies));
      item.raw("when", condition(demand.when)).end();
    }));
    object.flag("opening", action.opening);
    object.raw("opens", opens(action.opens));
    object.raw("set", fields_json(action.set));
    if (!action.tells.empty()) {
      object.raw("tells", array(action.tells, [&](std::string& o, const model::Tells& tells) {
        Object one(o);
        if (!tells.clause.empty()) one.text("clause", tells.clause);
        one.raw("tell", recipients(tells.tell));
        if (!tells.when.always()) one.raw("when", condition(tells.when));
        one.end();
      }));
    }
    object.text("title", action.title.in(lang_));
    if (action.to >= 0) object.text("to", procedure_.stages[static_cast<std::size_t>(action.to)].name);
    if (other != nullptr) object.text("to", other->stages[static_cast<std::size_t>(action.becomes_at)].name);
    object.end();
  }

  std::string opens(const std::vector<model::Opens>& list) const {
    return array(list, [&](std::string& o, const model::Opens& one) {
      Object object(o);
      object.raw("copy", texts(one.copy));
      if (one.each >= 0) {
        std::string each;
        Object(each).text("as", one.as).text("of", field_name(one.each)).end();
        object.raw("each", each);
      }
      object.text("procedure", one.procedure);
      if (!one.when.always()) object.raw("when", condition(one.when));
      object.raw("with", fields_json(one.with)).end();
    });
  }

  /// The tests of a condition, all of which must hold.
  std::string condition(const model::Condition& condition) const {
    if (condition.never) return "[{\"test\":\"never\"}]";
    return array(condition.tests, [&](std::string& out, const model::Test& test) { append_test(out, test); });
  }

  void append_test(std::string& out, const model::Test& test) const {
    using Kind = model::Test::Kind;
    Object object(out);
    if (test.kind == Kind::opened) object.text("action", test.attribute);
    if (test.kind == Kind::times) object.text("action", procedure_.actions[static_cast<std::size_t>(test.other)].name);
    const bool ranges = test.kind == Kind::range || test.kind == Kind::cases;
    if (test.kind == Kind::times || test.kind == Kind::share || (ranges && test.low != INT64_MIN)) object.number("at_least", test.low);
    if (test.kind == Kind::lead) object.text("at_least", length(test.lead));
    if (ranges && test.high != INT64_MAX) object.number("at_most", test.high);
    if (test.kind == Kind::place_is) object.text("attribute", test.attribute);
    if (test.kind == Kind::inside) object.text("calendar", calendar_name(test.calendar));
    if (test.kind == Kind::lead) object.text("calendar", calendar_name(test.lead.calendar));
    if (test.kind == Kind::times) object.number("days", test.days);
    if (test.field >= 0) object.text("field", field_name(test.field));
    if (test.live) object.flag("live", *test.live);
    if (test.negate) object.flag("not", true);
    if (test.other >= 0 && test.kind != Kind::times) object.text("other", field_name(test.other));
    if (!test.procedures.empty()) object.raw("procedures", texts(test.procedures));
    if (test.kind == Kind::cases) append_others(object, test.others);
    object.text("test", test_name(test.kind));
    if (!test.values.empty()) object.raw("values", texts(test.values));
    object.end();
  }
  static void append_others(Object& object, const model::Others& others) {
    object.raw("procedures", texts(others.procedures));
    if (!others.fields.empty()) object.raw("same", texts(others.fields));
    if (!others.stages.empty()) object.raw("stages", texts(others.stages));
  }
  static std::string_view test_name(model::Test::Kind kind) {
    switch (kind) {
      case model::Test::Kind::equal: return "equal";
      case model::Test::Kind::range: return "range";
      case model::Test::Kind::present: return "has";
      case model::Test::Kind::absent: return "lacks";
      case model::Test::Kind::not_after: return "not_after";
      case model::Test::Kind::lead: return "lead";
      case model::Test::Kind::inside: return "inside";
      case model::Test::Kind::place_is: return "place";
      case model::Test::Kind::case_stage: return "stage";
      case model::Test::Kind::opened: return "opened";
      case model::Test::Kind::actor: return "actor";
      case model::Test::Kind::did: return "did";
      case model::Test::Kind::holds_post: return "post";
      case model::Test::Kind::times: return "times";
      case model::Test::Kind::differs: return "differs";
      case model::Test::Kind::children: return "children_ended";
      case model::Test::Kind::cases: return "cases";
      case model::Test::Kind::share: return "share";
    }
    return "equal";
  }

  void deadline(std::string& out, const model::Deadline& deadline) const {
    Object object(out);
    if (!deadline.clause.empty()) object.text("clause", deadline.clause);
    object.raw("drops", names(deadline.drops, procedure_.stages));
    if (deadline.extended_by) {
      object.text("extended_by", procedure_.actions[static_cast<std::size_t>(*deadline.extended_by)].name);
    }
    object.raw("from", names(deadline.from, procedure_.stages));
    object.raw("ladder", array(deadline.ladder, [&](std::string& o, const model::Level& l) { level(o, l); }));
    object.text("name", deadline.name).raw("pauses", names(deadline.pauses, procedure_.stages));
    object.text("title", deadline.title.in(lang_)).raw("until", names(deadline.until, procedure_.stages));
    object.raw("until_actions", names(deadline.until_actions, procedure_.actions));
    object.raw("within", array(deadline.within, [&](std::string& o, const model::Limit& l) { limit(o, l); })).end();
  }

  void limit(std::string& out, const model::Limit& limit) const {
    using Kind = model::Limit::Kind;
    Object object(out);
    const bool counted = limit.kind == Kind::span && limit.span.unit != model::Span::Unit::calendar_days;
    if (counted) object.text("calendar", calendar_name(limit.span.calendar));
    if (!limit.clause.empty()) object.text("clause", limit.clause);
    switch (limit.kind) {
      case Kind::span: object.text("limit", length(limit.span)); break;
      case Kind::field: object.text("due", field_name(limit.field)); break;
      case Kind::wall_time: object.text("due_at", time_of_day(limit.wall_us)); break;
      case Kind::next_opening: object.text("due_next_opening", calendar_name(limit.calendar)); break;
      case Kind::day_of_month: object.number("due_day", limit.day); break;
    }
    object.raw("when", condition(limit.when)).end();
  }

  void level(std::string& out, const model::Level& level) const {
    Object object(out);
    object.text("at", level.text);
    if (level.kind != model::Level::Kind::percent) object.text("calendar", calendar_name(level.offset.calendar));
    if (!level.clause.empty()) object.text("clause", level.clause);
    if (level.perform) object.text("do", procedure_.actions[static_cast<std::size_t>(*level.perform)].name);
    if (!level.open_procedure.empty()) {
      std::string open;
      Object(open).text("procedure", level.open_procedure).raw("with", fields_json(level.open_with)).end();
      object.raw("open", open);
    }
    object.raw("set", fields_json(level.set)).raw("tell", recipients(level.tell)).end();
  }
  static std::string recipients(const std::vector<model::Recipient>& tell) {
    return array(tell, [](std::string& out, const model::Recipient& one) { json::append_string(out, one.text); });
  }

  void tally(std::string& out, const model::Tally& tally) const {
    Object object(out);
    object.number("at_least", tally.at_least);
    if (!tally.clause.empty()) object.text("clause", tally.clause);
    object.raw("key", names(tally.key, procedure_.fields)).text("name", tally.name);
    if (!tally.opens.empty()) object.raw("opens", opens(tally.opens));
    object.raw("tell", recipients(tally.tell));
    object.text("title", tally.title.in(lang_)).text("within", length(tally.within)).end();
  }

  const model::Manual& manual_;
  const model::Procedure& procedure_;
  const json::Tree* source_;  ///< as the canonical form has it
  std::string_view lang_;
};

}  // namespace

std::string Manual::clauses_json() const {
  return array(compiled_->clauses, [](std::string& out, const model::Clause& clause) {
    Object object(out);
    object.raw("by", texts(clause.by)).text("id", clause.id).raw("kind", texts(clause.kind)).text("module", clause.module);
    if (!clause.reading.en.empty()) object.raw("reading", both(clause.reading));
    if (!clause.source.empty()) object.text("source", clause.source);
    object.raw("text", both(clause.text)).raw("title", both(clause.title)).text("treated", clause.treated);
    if (!clause.why.en.empty()) object.raw("why", both(clause.why));
    object.end();
  });
}

std::string Manual::describe_json(std::string_view lang) const {
  if (lang != "zh" && lang != "en") {
    throw Error(Code::invalid_argument, "a manual speaks \"zh\" and \"en\", not \"" + std::string(lang.substr(0, 16)) + "\"");
  }
  const model::Manual& manual = *compiled_;
  const json::Tree whole = json::parse(manual.canonical);
  const json::Tree& source = whole.at("manual");
  const json::Tree* sources = source.find("procedure");
  std::vector<std::size_t> calendars(manual.calendars.size());
  for (std::size_t i = 0; i < calendars.size(); ++i) calendars[i] = i;
  const auto titled = [&](std::string& o, const auto& one) {
    Object(o).text("name", one.name).text("title", one.title.in(lang)).end();
  };
  std::string out;
  Object(out)
      .raw("books", array(manual.books, [&](std::string& o, const model::Book& book) {
        Object one(o);
        one.text("chapter", book.chapter).raw("clauses", texts(book.clauses)).text("name", book.name)
            .raw("procedures", texts(book.procedures)).number("rows", book.rows).text("title", book.title.in(lang)).end();
      }))
      .raw("calendars", array(calendars, [&](std::string& o, std::size_t i) {
        Object(o).text("name", manual.calendar_names[i]).text("title", manual.calendar_titles[i].in(lang)).end();
      }))
      .raw("chapters", array(manual.chapters, [&](std::string& o, const model::Chapter& chapter) {
        Object(o).text("name", chapter.name).flag("observe", chapter.observe).text("title", chapter.title.in(lang))
            .flag("used", chapter.used).end();
      }))
      .text("hash", manual.hash)
      .text("name", manual.name)
      .raw("posts", array(manual.posts, titled))
      .raw("procedures", array(manual.procedures, [&](std::string& o, const model::Procedure& procedure) {
        Description(manual, procedure, sources == nullptr ? nullptr : sources->find(procedure.name), lang).append(o);
      }))
      .raw("quotas", array(manual.quotas, [&](std::string& o, const model::Quota& quota) {
        Object(o)
            .raw("channels", array(quota.channels, [&](std::string& c, const model::QuotaChannel& channel) {
              Object one(c);
              one.text("name", channel.name);
              if (channel.share_hundredths >= 0) one.number("share_hundredths", channel.share_hundredths);
              if (channel.surplus_to >= 0) one.text("surplus_to", quota.channels[static_cast<std::size_t>(channel.surplus_to)].name);
              one.end();
            }))
            .raw("clauses", texts(quota.clauses))
            .text("deadline", quota.deadline)
            .raw("endings", texts(quota.endings))
            .raw("excludes", array(quota.exclusions, [&](std::string& e, const model::QuotaExclusion& exclusion) {
              Object(e).text("name", exclusion.name).text("title", exclusion.title.in(lang)).end();
            }))
            .raw("groups", array(quota.groups, [&](std::string& g, const model::QuotaGroup& group) {
              Object one(g);
              one.number("block", group.block).raw("classes", texts(group.classes));
              if (!group.clause.empty()) one.text("clause", group.clause);
              one.text("name", group.name);
              if (group.prefers >= 0) one.text("prefers", quota.channels[static_cast<std::size_t>(group.prefers)].name);
              one.number("share_hundredths", group.share_hundredths).text("title", group.title.in(lang)).end();
            }))
            .text("name", quota.name)
            .text("opens", quota.opens)
            .text("title", quota.title.in(lang))
            .end();
      }))
      .raw("sections", further(source, kOfManual, lang))
      .raw("switches", array(manual.switches, [&](std::string& o, const model::Switch& one) {
        Object(o).text("name", one.name).text("title", one.title.in(lang)).text("value", one.value)
            .raw("values", texts(one.values)).end();
      }))
      .text("time_zone", manual.zone.name())
      .end();
  return out;
}

}  // namespace wuye
