// Compiles recurring duties: what they open, and the day of each period on which they fall due.
#include <algorithm>

#include "manual/compiling.hpp"

namespace wuye {
namespace {

using model::Duty;

int months_of(std::string_view word) {
  if (word == "week") return 0;
  if (word == "quarter") return 3;
  if (word == "half") return 6;
  return word == "year" ? 12 : 1;
}

void compile_duty(Compiling& in, const Node::Member& member) {
  const Node& node = member.value;
  Duty duty;
  duty.name = member.key;
  duty.title = Compiling::bilingual(node, "title");
  duty.chapter = in.chapter(node);
  duty.clauses = in.clauses(node, "duty." + duty.name);
  duty.stands = !in.switches(node, "a duty's \"when\" asks for switches only").never;
  if (const Node* every = Compiling::text(node, "every")) duty.months = months_of(every->text);
  if (const Node* month = node.find("month"); month != nullptr && duty.months <= 1) {
    in.problems.error(month->place, "only of a quarter, a half and a year the month is told");
  } else {
    duty.month = static_cast<int>(in.number(node, "month", 1, duty.months == 0 ? 1 : duty.months).value_or(1));
  }
  duty.day = static_cast<int>(in.number(node, "day", 1, duty.months == 0 ? 7 : 31).value_or(1));
  if (const Node* at = Compiling::text(node, "at")) {
    try {
      duty.wall_us = parse_time_of_day(at->text);
    } catch (const Error& error) {
      in.problems.error(at->place, error.what());
    }
  }
  if (const Node* calendar = Compiling::text(node, "calendar")) duty.calendar = std::max(0, in.calendar(*calendar));
  if (const Node* opens = Compiling::text(node, "opens")) {
    duty.opens = opens->text;
    if (const model::Procedure* procedure = in.manual.procedure(opens->text)) {
      duty.with = in.values(*procedure, node, "with");
      if (const model::Action* begins = procedure->begins(); begins != nullptr && begins->books != model::Books::none) {
        in.problems.error(opens->place, "a duty books nothing: \"" + opens->text + "\" begins with \"" + begins->name + "\", which has \"books\"");
      }
      if (const Node* period = Compiling::text(node, "period")) {
        duty.period = period->text;
        const int field = in.field(*procedure, *period);
        if (field >= 0 && procedure->fields[static_cast<std::size_t>(field)].type != model::FieldType::date) {
          in.problems.error(period->place, "the field \"" + period->text + "\" of \"" + procedure->name + "\" is not a date");
        }
      }
    } else {
      in.problems.unknown(opens->place, "procedure", opens->text, Compiling::names_of(in.manual.procedures));
    }
  }
  in.manual.duties.push_back(std::move(duty));
}

}  // namespace

void compile_duties(Compiling& in) {
  for (const Node::Member* member : Compiling::tables(in.root, "duty")) compile_duty(in, *member);
}

}  // namespace wuye
