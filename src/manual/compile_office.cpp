// Compiles what belongs to the office as a whole: zone, calendars, posts, switches, lateness, chapters, clauses.
#include <algorithm>
#include <array>
#include <set>

#include "manual/compiling.hpp"
#include "manual/language.hpp"

namespace wuye {
namespace {

/// A calendar covers three centuries when compiled; no office has this many.
constexpr std::size_t kMaxCalendars = 64;

void compile_zone(Compiling& in, const Zone* rules) {
  if (rules != nullptr) {
    in.manual.zone = *rules;
    return;
  }
  const Node* name = Compiling::text(in.root, "time_zone");
  if (name == nullptr) return;
  try {
    in.manual.zone = Zone::load(name->text);
  } catch (const Error& error) {
    in.problems.error(name->place, error.what());
  }
}

/// The spans of a day; those that overlap are told and left out.
std::vector<DaySpan> day_spans(Compiling& in, const Node& list) {
  std::vector<DaySpan> spans;
  for (const Node& item : list.items) {
    if (item.items.size() != 2) continue;
    DaySpan span;
    try {
      span = {parse_time_of_day(item.items[0].text), parse_time_of_day(item.items[1].text)};
    } catch (const Error&) {
      continue;  // told by check.cpp
    }
    const auto until = [](const DaySpan& s) { return s.until <= s.from ? s.until + kMicrosPerDay : s.until; };
    const bool overlaps = std::any_of(spans.begin(), spans.end(), [&](const DaySpan& other) {
      return span.from < until(other) && other.from < until(span);
    });
    if (overlaps) {
      in.problems.error(item.place, "the span overlaps another of the same day");
    } else {
      spans.push_back(span);
    }
  }
  return spans;
}

constexpr std::array<std::string_view, 7> kWeekdays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/// Spans by weekday, the narrower word winning.
std::map<int, std::vector<DaySpan>> week_hours(Compiling& in, const Node& calendar, std::string_view key) {
  std::map<int, std::vector<DaySpan>> week;
  const Node* table = calendar.find(key);
  if (table == nullptr) return week;
  language::for_each_word(language::kWeekdayWords, [&](std::string_view word) {
    const Node* list = table->find(word);
    if (list == nullptr) return;
    const std::vector<DaySpan> spans = day_spans(in, *list);
    for (int day = 0; day < 7; ++day) {
      const bool workday = day < 5;
      if (word == "daily" || (word == "workdays" && workday) || (word == "weekend" && !workday) ||
          word == kWeekdays[static_cast<std::size_t>(day)]) {
        week[day] = spans;
      }
    }
  });
  return week;
}

std::vector<Date> dates(const Node& year, std::string_view key) {
  std::vector<Date> out;
  const Node* list = year.find(key);
  if (list == nullptr) return out;
  for (const Node& item : list->items) {
    try {
      out.push_back(parse_date(item.text));
    } catch (const Error&) {
      continue;  // told by check.cpp
    }
  }
  return out;
}

/// "2026" as a number; nothing where it is no year that calendars cover.
std::optional<int> year_of(std::string_view key) {
  const bool digits = key.size() == 4 && std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || key < "1900" || key > "2199") return std::nullopt;
  return civil(parse_date(std::string(key) + "-01-01")).year;
}

/// True for what an almanac says of itself; its other keys are years.
bool is_own_key(std::string_view key) {
  return language::find_key(language::shape(language::Part::almanac), key) != nullptr;
}

/// The holidays and make-up days of all years of an almanac.
/// REQUIRES: check_almanac.
void add_almanac(const Node& almanac, CalendarSpec& spec) {
  for (const Node::Member& member : almanac.members) {
    if (is_own_key(member.key)) continue;
    const int year = *year_of(member.key);
    const std::vector<Date> holidays = dates(member.value, "holidays");
    const std::vector<Date> makeup = dates(member.value, "makeup");
    spec.holidays.insert(spec.holidays.end(), holidays.begin(), holidays.end());
    spec.makeup.insert(spec.makeup.end(), makeup.begin(), makeup.end());
    if (!spec.almanac) spec.almanac = {year, year};
    spec.almanac->second = year;
  }
}

/// Years without a gap, dates that lie in their year and are not both holiday and make-up day. False where that fails.
bool check_almanac(Compiling& in, const Node::Member& almanac) {
  const std::size_t errors_before = in.problems.errors();
  int year_first = 0;
  int year_before = 0;
  for (const Node::Member& member : almanac.value.members) {
    const std::string& key = member.key;
    if (is_own_key(key)) continue;
    const std::optional<int> year = year_of(key);
    if (!year) {
      in.problems.error(member.place, shown(key) + " is not a year between 1900 and 2199");
      continue;
    }
    if (year_before != 0 && *year != year_before + 1) {
      in.problems.error(member.place, "the almanac \"" + almanac.key + "\" has a gap before " + key);
    }
    if (year_first == 0) year_first = *year;
    year_before = *year;
    std::set<Date> seen;
    for (const std::string_view list_key : {"holidays", "makeup"}) {
      const Node* list = member.value.find(list_key);
      if (list == nullptr) continue;
      for (const Node& item : list->items) {
        try {
          const Date date = parse_date(item.text);
          if (civil(date).year != *year) {
            in.problems.error(item.place, item.text + " does not lie in " + key);
          } else if (!seen.insert(date).second) {
            in.problems.error(item.place, item.text + " is given twice in " + key);
          }
        } catch (const Error&) {
          continue;  // told by check.cpp
        }
      }
    }
  }
  const Node* years = almanac.value.find("years");
  if (years != nullptr && years->items.size() == 2 &&
      (years->items[0].number != year_first || years->items[1].number != year_before)) {
    in.problems.error(years->place, "the almanac \"" + almanac.key + "\" lists the years " + std::to_string(year_first) +
                                        " to " + std::to_string(year_before));
  }
  return in.problems.errors() == errors_before;
}

void add_calendar(Compiling& in, CalendarSpec spec, model::Text title, const Node::Place& place) {
  std::string name = spec.name;
  try {
    in.manual.calendars.emplace_back(std::move(spec), in.manual.zone);
  } catch (const Error& error) {
    in.problems.error(place, error.what());
    CalendarSpec stand_in;
    stand_in.name = name;
    stand_in.around_the_clock = true;
    in.manual.calendars.emplace_back(std::move(stand_in), in.manual.zone);
  }
  in.manual.calendar_names.push_back(std::move(name));
  in.manual.calendar_titles.push_back(std::move(title));
}

void compile_calendars(Compiling& in) {
  CalendarSpec always;
  always.name = "around_the_clock";
  always.around_the_clock = true;
  add_calendar(in, std::move(always), {"全天候", "Around the clock"}, in.root.place);

  const Node* almanacs = in.root.find("almanac");
  std::set<std::string_view> sound_almanacs;
  for (const Node::Member* almanac : Compiling::tables(in.root, "almanac")) {
    if (check_almanac(in, *almanac)) sound_almanacs.insert(almanac->key);
  }
  const auto declared = Compiling::tables(in.root, "calendar");
  for (const Node::Member* member : declared) {
    const Node& node = member->value;
    if (member->key == "around_the_clock") {
      in.problems.error(member->place, "the calendar \"around_the_clock\" is built in");
      continue;
    }
    if (in.manual.calendars.size() > kMaxCalendars) {
      in.problems.error(member->place, "there are more than " + std::to_string(kMaxCalendars) + " calendars");
      return;
    }
    CalendarSpec spec;
    spec.name = member->key;
    spec.weekly = week_hours(in, node, "weekly");
    spec.breaks = week_hours(in, node, "breaks");
    if (const Node* overrides = node.find("overrides")) {
      for (const Node::Member& day : overrides->members) {
        try {
          spec.overrides[parse_date(day.key)] = day_spans(in, day.value);
        } catch (const Error&) {
          continue;  // told by check.cpp
        }
      }
    }
    if (const Node* name = Compiling::text(node, "almanac")) {
      const Node* almanac = almanacs != nullptr ? almanacs->find(name->text) : nullptr;
      if (almanac == nullptr) {
        std::vector<std::string_view> known;
        for (const Node::Member* one : Compiling::tables(in.root, "almanac")) known.push_back(one->key);
        in.problems.unknown(name->place, "almanac", name->text, known);
      } else if (sound_almanacs.count(name->text) != 0) {
        add_almanac(*almanac, spec);
      }
    }
    if (const Node* like = Compiling::text(node, "makeup_like")) {
      const auto found = std::find(kWeekdays.begin(), kWeekdays.end(), like->text);
      if (found != kWeekdays.end()) spec.makeup_like = static_cast<int>(found - kWeekdays.begin());
    }
    const Node* weekly = node.find("weekly");
    add_calendar(in, std::move(spec), Compiling::bilingual(node, "title"), weekly != nullptr ? weekly->place : node.place);
  }
}

struct BuiltInPost {
  std::string_view name;
  model::Text title;
};

void compile_posts(Compiling& in) {
  const auto declared = Compiling::tables(in.root, "post");
  std::vector<const Node*> nodes;
  for (const Node::Member* member : declared) {
    if (language::is_choice(language::kBuiltInPosts, member->key) ||
        language::is_choice(language::kReservedPosts, member->key)) {
      in.problems.error(member->place, "\"" + member->key + "\" has a meaning of its own and cannot be declared as a post");
      continue;
    }
    model::Post post;
    post.name = member->key;
    post.title = Compiling::bilingual(member->value, "title");
    in.manual.posts.push_back(std::move(post));
    nodes.push_back(&member->value);
  }
  const BuiltInPost built_in[] = {{"authority", {"主管机关", "Authority"}},
                                  {"device", {"设备", "Device"}},
                                  {"provider", {"外联单位", "Outside provider"}},
                                  {"resident", {"住户", "Resident"}},
                                  {"system", {"系统", "System"}}};
  for (const BuiltInPost& post : built_in) in.manual.posts.push_back({std::string(post.name), post.title, -1, -1});

  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (const Node* superior = Compiling::text(*nodes[i], "superior")) in.manual.posts[i].superior = in.post(*superior);
    if (const Node* deputy = Compiling::text(*nodes[i], "deputy")) {
      in.manual.posts[i].deputy = in.post(*deputy);
      if (in.manual.posts[i].deputy == static_cast<int>(i)) {
        in.problems.error(deputy->place, "the post \"" + deputy->text + "\" cannot stand in for itself");
      }
    }
  }

  // Every post walks up once; whoever comes back to where this walk has been closes a circle.
  std::vector<int> walked(in.manual.posts.size(), -1);
  for (std::size_t start = 0; start < nodes.size(); ++start) {
    int at = static_cast<int>(start);
    while (at >= 0 && walked[static_cast<std::size_t>(at)] < 0) {
      walked[static_cast<std::size_t>(at)] = static_cast<int>(start);
      at = in.manual.posts[static_cast<std::size_t>(at)].superior;
    }
    if (at < 0 || walked[static_cast<std::size_t>(at)] != static_cast<int>(start)) continue;
    std::string circle;
    int step = at;
    do {
      circle += in.manual.posts[static_cast<std::size_t>(step)].name + " → ";
      step = in.manual.posts[static_cast<std::size_t>(step)].superior;
    } while (step != at);
    circle += in.manual.posts[static_cast<std::size_t>(at)].name;
    in.problems.error(nodes[static_cast<std::size_t>(at)]->find("superior")->place, "posts report in a circle: " + circle);
  }
}

void compile_switches(Compiling& in) {
  const Node* areas = in.root.find("switch");
  if (areas == nullptr) return;
  for (const Node::Member* area : Compiling::tables(in.root, "switch")) {
    for (const Node::Member* member : Compiling::tables(*areas, area->key)) {
      model::Switch one;
      one.name = area->key + "." + member->key;
      one.title = Compiling::bilingual(member->value, "title");
      for (const Node* value : Compiling::texts(member->value, "values")) one.values.push_back(value->text);
      if (const Node* value = Compiling::text(member->value, "value")) {
        one.value = value->text;
        if (std::find(one.values.begin(), one.values.end(), one.value) == one.values.end()) {
          in.problems.unknown(value->place, "value of the switch \"" + one.name + "\"", one.value, one.values);
        }
      }
      one.clauses = in.clauses(member->value, "switch." + one.name);
      in.manual.switches.push_back(std::move(one));
    }
  }
}

void compile_lateness(Compiling& in) {
  const Node* late = in.root.find("late");
  if (late == nullptr) return;
  const auto time = [&](std::string_view key, std::int64_t& us) {
    const Node* written = Compiling::text(*late, key);
    if (written == nullptr) return;
    const auto length = read_length(written->text);
    if (const auto* why = std::get_if<NotRead>(&length)) {
      in.problems.error(written->place, why->why, why->instead);
    } else if (std::get<Length>(length).unit != model::Span::Unit::working_time) {
      in.problems.error(written->place, "lateness is measured in min or h, not in days");
    } else {
      us = std::get<Length>(length).amount;
    }
  };
  time("free", in.manual.late.free_us);
  time("limit", in.manual.late.limit_us);
  if (in.manual.late.limit_us < in.manual.late.free_us) {
    in.problems.error(late->place, "\"limit\" of [late] is shorter than \"free\"");
  }
  for (const Node* name : Compiling::texts(*late, "by")) {
    if (const int post = in.post(*name); post >= 0) in.manual.late.by.push_back(post);
  }
}

void compile_chapters(Compiling& in) {
  const Node* uses = in.root.find("use");
  for (const Node::Member* member : Compiling::tables(in.root, "chapter")) {
    model::Chapter chapter;
    chapter.name = member->key;
    chapter.title = Compiling::bilingual(member->value, "title");
    for (const Node* name : Compiling::texts(member->value, "modules")) {
      const bool known = std::any_of(in.manual.clauses.begin(), in.manual.clauses.end(),
                                     [&](const model::Clause& clause) { return clause.module == name->text; });
      if (!known) {
        std::set<std::string_view> modules;
        for (const model::Clause& clause : in.manual.clauses) modules.insert(clause.module);
        in.problems.unknown(name->place, "module of clauses", name->text, modules);
      }
      chapter.modules.push_back(name->text);
    }
    chapter.used = uses == nullptr;
    in.manual.chapters.push_back(std::move(chapter));
  }
  for (const Node* use : Compiling::items(in.root, "use")) {
    const Node* name = Compiling::text(*use, "chapter");
    if (name == nullptr) continue;
    const auto found = std::find_if(in.manual.chapters.begin(), in.manual.chapters.end(),
                                    [&](const model::Chapter& chapter) { return chapter.name == name->text; });
    if (found == in.manual.chapters.end()) {
      in.problems.unknown(name->place, "chapter", name->text, Compiling::names_of(in.manual.chapters));
      continue;
    }
    if (found->used) in.problems.error(name->place, "the chapter \"" + name->text + "\" is used twice");
    found->used = true;
    found->observe = Compiling::flag(*use, "observe");
    if (const auto from = Compiling::date(*use, "from")) found->from = *from;
  }
}

void compile_clauses(Compiling& in) {
  for (const Node::Member* member : Compiling::tables(in.root, "clause")) {
    const Node& node = member->value;
    model::Clause clause;
    clause.id = member->key;
    if (const Node* module = Compiling::text(node, "module")) clause.module = module->text;
    for (const Node* kind : Compiling::texts(node, "kind")) clause.kind.push_back(kind->text);
    clause.title = Compiling::bilingual(node, "title");
    clause.text = Compiling::bilingual(node, "text");
    clause.reading = Compiling::bilingual(node, "reading");
    if (const Node* source = Compiling::text(node, "source")) clause.source = source->text;
    clause.checklist = Compiling::flag(node, "checklist");
    in.manual.clauses.push_back(std::move(clause));
  }
}

}  // namespace

void compile_office(Compiling& in, const Zone* rules) {
  if (const Node* name = Compiling::text(in.root, "name")) in.manual.name = name->text;
  compile_zone(in, rules);
  compile_clauses(in);
  compile_calendars(in);
  compile_posts(in);
  compile_switches(in);
  compile_lateness(in);
  compile_chapters(in);
}

void treat_clauses(Compiling& in) {
  for (const Node::Member* member : Compiling::tables(in.root, "treat")) {
    const auto found = std::lower_bound(in.manual.clauses.begin(), in.manual.clauses.end(), member->key,
                                        [](const model::Clause& clause, const std::string& id) { return clause.id < id; });
    if (found == in.manual.clauses.end() || found->id != member->key) {
      std::vector<std::string_view> known;
      for (const model::Clause& clause : in.manual.clauses) known.push_back(clause.id);
      in.problems.unknown(member->place, "clause", member->key, known);
      continue;
    }
    if (const Node* as = Compiling::text(member->value, "as")) found->treated = as->text;
    found->why = Compiling::bilingual(member->value, "why");
    if (!found->by.empty()) {
      in.problems.warning(member->place, found->id + " is a rule, because " + found->by.front() + " cites it; what is said here " +
                                             "has no effect");
    }
  }
  const Node* catalogue = in.root.find("clause");
  for (model::Clause& clause : in.manual.clauses) {
    if (!clause.by.empty()) {
      clause.treated = "rule";
    } else if (clause.treated.empty() && clause.checklist) {
      clause.treated = "checklist";
    }
    if (!clause.treated.empty()) continue;
    const bool in_use = std::any_of(in.manual.chapters.begin(), in.manual.chapters.end(), [&](const model::Chapter& chapter) {
      return chapter.used && std::find(chapter.modules.begin(), chapter.modules.end(), clause.module) != chapter.modules.end();
    });
    if (in_use) {
      in.problems.warning(catalogue->find_member(clause.id)->place,
                          clause.id + " (" + clause.title.en + ") is neither rule, duty nor checklist item");
    }
  }
}

}  // namespace wuye
