// Readers that more than one compile_*.cpp needs.
#include "manual/compiling.hpp"

#include <algorithm>
#include <charconv>


namespace wuye {

std::vector<const Node::Member*> Compiling::tables(const Node& parent, std::string_view key) {
  std::vector<const Node::Member*> found;
  if (const Node* table = parent.find(key)) {
    for (const Node::Member& member : table->members) {
      if (member.value.is(Node::Kind::table)) found.push_back(&member);
    }
  }
  return found;
}

std::vector<const Node*> Compiling::items(const Node& parent, std::string_view key) {
  std::vector<const Node*> found;
  if (const Node* list = parent.find(key)) {
    for (const Node& item : list->items) {
      if (item.is(Node::Kind::table)) found.push_back(&item);
    }
  }
  return found;
}

const Node* Compiling::text(const Node& table, std::string_view key) {
  const Node* node = table.find(key);
  return node != nullptr && node->is(Node::Kind::text) && !node->text.empty() ? node : nullptr;
}

std::vector<const Node*> Compiling::texts(const Node& value) {
  std::vector<const Node*> found;
  if (value.is(Node::Kind::text) && !value.text.empty()) found.push_back(&value);
  for (const Node& item : value.items) {
    if (item.is(Node::Kind::text) && !item.text.empty()) found.push_back(&item);
  }
  return found;
}

std::vector<const Node*> Compiling::texts(const Node& table, std::string_view key) {
  const Node* value = table.find(key);
  return value != nullptr ? texts(*value) : std::vector<const Node*>();
}

bool Compiling::flag(const Node& table, std::string_view key) {
  const Node* node = table.find(key);
  return node != nullptr && node->is(Node::Kind::boolean) && node->flag;
}

std::optional<std::int64_t> Compiling::integer(const Node& table, std::string_view key) {
  const Node* node = table.find(key);
  if (node == nullptr || !node->is(Node::Kind::integer)) return std::nullopt;
  return node->number;
}

std::optional<Date> Compiling::date(const Node& table, std::string_view key) {
  const Node* node = table.find(key);
  if (node == nullptr || !(node->is(Node::Kind::date) || node->is(Node::Kind::text))) return std::nullopt;
  try {
    return parse_date(node->text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

model::Text Compiling::bilingual(const Node& table, std::string_view key) {
  model::Text out;
  const Node* node = table.find(key);
  if (node == nullptr) return out;
  if (const Node* zh = text(*node, "zh")) out.zh = zh->text;
  if (const Node* en = text(*node, "en")) out.en = en->text;
  return out;
}

int Compiling::post(const Node& name) {
  const int index = manual.post(name.text);
  if (index < 0) problems.unknown(name.place, "post", name.text, names_of(manual.posts));
  return index;
}

const model::Switch* Compiling::find_switch(const Node& name) {
  const auto found = std::find_if(manual.switches.begin(), manual.switches.end(),
                                  [&](const model::Switch& one) { return one.name == name.text; });
  if (found != manual.switches.end()) return &*found;
  problems.unknown(name.place, "switch", name.text, names_of(manual.switches));
  return nullptr;
}

std::string_view Compiling::choice(const Node& table, std::string_view key, language::Part part) {
  const Node* given = table.find(key);
  if (given == nullptr) return {};
  const Node* by = text(*given, "switch");
  if (by == nullptr) return given->text;
  const model::Switch* found = find_switch(*by);
  if (found == nullptr) return {};
  const std::string_view choices = language::find_key(language::shape(part), key)->of;
  for (const std::string& value : found->values) {
    if (language::is_choice(choices, value)) continue;
    problems.error(by->place, "the switch " + shown(by->text) + " can stand at " + shown(value) + ", which is no \"" + std::string(key) + "\"");
  }
  return found->value;
}

std::optional<std::int64_t> Compiling::number(const Node& table, std::string_view key, std::int64_t low, std::int64_t high, Without without) {
  const Node* given = table.find(key);
  if (given == nullptr) return std::nullopt;
  const auto fits = [&](std::int64_t number) { return low <= number && number <= high; };
  const std::string between = " between " + std::to_string(low) + " and " + std::to_string(high);
  if (given->is(Node::Kind::integer)) {
    if (!fits(given->number)) problems.error(given->place, shown(key) + " lies" + between);
    return given->number;
  }
  const Node* by = text(*given, "switch");
  const model::Switch* found = by != nullptr ? find_switch(*by) : nullptr;
  if (found == nullptr) return std::nullopt;
  std::optional<std::int64_t> stands;
  for (const std::string& value : found->values) {
    if (without == Without::may_be_none && value == "none") continue;
    std::int64_t read = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), read);
    if (error != std::errc() || end != value.data() + value.size() || !fits(read)) {
      problems.error(by->place, "the switch " + shown(by->text) + " can stand at " + shown(value) + ", which is no " + shown(key) + between);
    } else if (value == found->value) {
      stands = read;
    }
  }
  return stands;
}

model::Condition Compiling::switches(const Node& table, std::string_view otherwise) {
  const Node* when = table.find("when");
  if (when == nullptr || !when->is(Node::Kind::table)) return {};
  model::Condition found = condition(model::Procedure{}, table, "when");
  if (!found.tests.empty()) problems.error(when->place, std::string(otherwise));
  return found;
}

int Compiling::calendar(const Node& name) {
  const int index = manual.calendar(name.text);
  if (index < 0) problems.unknown(name.place, "calendar", name.text, manual.calendar_names);
  return index;
}

void Compiling::cite(const Node& id, std::string_view where) {
  const auto found = std::lower_bound(manual.clauses.begin(), manual.clauses.end(), id.text,
                                      [](const model::Clause& clause, const std::string& key) { return clause.id < key; });
  if (found == manual.clauses.end() || found->id != id.text) {
    std::vector<std::string_view> known;
    known.reserve(manual.clauses.size());
    for (const model::Clause& clause : manual.clauses) known.push_back(clause.id);
    problems.unknown(id.place, "clause", id.text, known);
  } else if (found->by.empty() || found->by.back() != where) {
    found->by.emplace_back(where);
  }
}

std::string Compiling::clause(const Node& table, std::string_view where) {
  const Node* id = text(table, "clause");
  if (id == nullptr) return {};
  cite(*id, where);
  return id->text;
}

model::Clauses Compiling::clauses(const Node& table, std::string_view where) {
  model::Clauses out;
  for (const Node* id : texts(table, "clauses")) {
    cite(*id, where);
    out.push_back(id->text);
  }
  return out;
}

std::string Compiling::chapter(const Node& table) {
  const Node* name = text(table, "chapter");
  if (name == nullptr) return {};
  if (manual.chapter(name->text) == nullptr) {
    problems.unknown(name->place, "chapter", name->text, names_of(manual.chapters));
  }
  return name->text;
}

std::optional<model::Span> Compiling::span(const Length& length, const Node& written, const Node& table, Time of_time) {
  model::Span span{length.unit, length.amount, 0};
  const Node* name = text(table, "calendar");
  switch (length.unit) {
    case model::Span::Unit::calendar_days:
      if (name == nullptr) return span;
      problems.error(name->place, "calendar days are counted without a calendar; working days are written \"" +
                                      std::to_string(length.amount) + "wd\"");
      return std::nullopt;
    case model::Span::Unit::working_days:
    case model::Span::Unit::working_time:
      if (name != nullptr) {
        span.calendar = calendar(*name);
        return span.calendar < 0 ? std::nullopt : std::optional(span);
      }
      if (length.unit == model::Span::Unit::working_time && of_time == Time::may_have_calendar) return span;
      problems.error(written.place, shown(written.text) + " needs a calendar to be counted in",
                     length.unit == model::Span::Unit::working_time ? "around_the_clock" : "");
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<model::Span> Compiling::span(const Node& table, std::string_view key, Time of_time) {
  const Node* written = text(table, key);
  if (written == nullptr) return std::nullopt;
  const auto length = read_length(written->text);
  if (const auto* why = std::get_if<NotRead>(&length)) {
    problems.error(written->place, why->why, why->instead);
    return std::nullopt;
  }
  return span(std::get<Length>(length), *written, table, of_time);
}

std::vector<model::Recipient> Compiling::recipients(const Node& table, std::string_view key) {
  std::vector<model::Recipient> out;
  for (const Node* written : texts(table, key)) {
    model::Recipient recipient;
    recipient.text = written->text;
    std::string_view inner = written->text;
    const auto within = [&](std::string_view word) {
      if (!inner.starts_with(word) || !inner.ends_with(')')) return false;
      inner.remove_prefix(word.size());
      inner.remove_suffix(1);
      return true;
    };
    using Kind = model::Recipient::Kind;
    if (written->text == "holder") {
      recipient.kind = Kind::holder;
    } else if (written->text == "reporter") {
      recipient.kind = Kind::reporter;
    } else if (written->text == "attached") {
      recipient.kind = Kind::attached;
    } else if (written->text == "holder(parent)") {
      recipient.kind = Kind::parent_holder;
    } else if (written->text == "superior(holder)") {
      recipient.kind = Kind::superior_of_holder;
    } else {
      if (within("superior(")) {
        recipient.kind = Kind::superior_of_post;
      } else if (within("on_duty(")) {
        recipient.kind = Kind::on_duty;
      }
      recipient.post = manual.post(inner);
      if (recipient.post < 0) {
        std::vector<std::string_view> known = names_of(manual.posts);
        known.insert(known.end(), {"attached", "holder", "holder(parent)", "reporter", "superior(holder)"});
        problems.unknown(written->place, "recipient", inner, known);
        continue;
      }
    }
    out.push_back(std::move(recipient));
  }
  return out;
}

}  // namespace wuye
