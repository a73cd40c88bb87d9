// The bytes of a line. Keys stand in RFC 8785 order, instants as integers, personal values as a marker.
#include "office/lines.hpp"

#include <algorithm>
#include <map>

#include "journal/json.hpp"

namespace wuye {
namespace {

bool is_personal(const Told& told, const std::string& name) {
  return std::binary_search(told.personal.begin(), told.personal.end(), name);
}

void append_with(std::string& out, const Told& told) {
  out += '{';
  bool first = true;
  for (const auto& [name, value] : told.with) {
    if (!first) out += ',';
    first = false;
    json::append_string(out, name);
    out += ':';
    if (is_personal(told, name)) out += R"({"personal":true})";
    else json::append_value(out, value);
  }
  out += '}';
}

Value value_of(const json::Tree& tree) {
  switch (tree.kind) {
    case json::Tree::Kind::flag: return tree.flag;
    case json::Tree::Kind::number: return tree.number;
    case json::Tree::Kind::text: return tree.text;
    case json::Tree::Kind::array: {
      std::vector<std::string> list;
      for (const json::Tree& item : tree.items) list.push_back(item.as_text());
      return list;
    }
    case json::Tree::Kind::null:
    case json::Tree::Kind::object: break;
  }
  throw Error(Code::corrupt, "a line holds a value that no entry can have");
}

json::Tree parse_line(const Line& line) {
  try {
    return json::parse(line.text);
  } catch (const Error& error) {
    throw Error(Code::corrupt, "line " + std::to_string(line.seq) + " does not read: " + error.what());
  }
}

/// What a store keeps beside the text of a line must be what the text says: the chain covers the text alone.
void must_agree(const json::Tree& tree, const Line& line) {
  const bool same = tree.at("at").as_number() == line.at.us && tree.at("now").as_number() == line.now.us && tree.at("seq").as_number() == line.seq &&
                    tree.text_or("case", "") == line.case_id && tree.text_or("key", "") == line.key && tree.text_or("source", "") == line.source &&
                    tree.at("k").as_text() == (line.told ? "told" : "found");
  if (!same) throw Error(Code::corrupt, "what is kept beside line " + std::to_string(line.seq) + " is not what the line says");
}

}  // namespace

std::string encode(const Told& told) {
  std::string out;
  out.reserve(160 + told.with.size() * 32);
  json::Object object(out);
  object.number("at", told.at.us).text("by", told.by);
  if (!told.case_id.empty()) object.text("case", told.case_id);
  object.text("do", told.action).text("k", "told");
  if (!told.key.empty()) object.text("key", told.key);
  object.number("now", told.now.us).number("seq", told.seq);
  if (!told.source.empty()) object.text("source", told.source);
  std::string with;
  append_with(with, told);
  object.raw("with", with).end();
  return out;
}

std::string encode(const Found& found) {
  std::string out;
  json::Object object(out);
  object.number("at", found.at.us);
  if (!found.case_id.empty()) object.text("case", found.case_id);
  if (found.cause != 0) object.number("cause", found.cause);
  if (!found.clause.empty()) object.text("clause", found.clause);
  if (!found.deadline.empty()) object.text("deadline", found.deadline);
  if (!found.facts.empty()) object.raw("facts", found.facts);
  if (found.generation != 0) object.number("gen", found.generation);
  if (!found.id.empty()) object.text("id", found.id);
  object.text("k", "found");
  if (!found.level.empty()) object.text("level", found.level);
  object.number("now", found.now.us);
  if (!found.parent.empty()) object.text("parent", found.parent);
  if (!found.procedure.empty()) object.text("procedure", found.procedure);
  if (!found.reason.empty()) object.text("reason", found.reason);
  object.number("seq", found.seq);
  if (!found.tell.empty()) object.raw("tell", found.tell);
  object.text("what", found.what);
  if (!found.with.empty()) {
    std::string with;
    json::append_fields(with, found.with);
    object.raw("with", with);
  }
  object.end();
  return out;
}

Told decode_told(const Line& line) {
  const json::Tree tree = parse_line(line);
  must_agree(tree, line);
  Told told;
  told.seq = line.seq;
  told.at = line.at;
  told.now = line.now;
  told.by = tree.at("by").as_text();
  told.action = tree.at("do").as_text();
  told.case_id = line.case_id;
  told.source = line.source;
  told.key = line.key;
  for (const auto& [name, value] : tree.at("with").members) {
    if (value.kind == json::Tree::Kind::object) {
      told.personal.push_back(name);
      told.with.emplace_back(name, true);
    } else {
      told.with.emplace_back(name, value_of(value));
    }
  }
  return told;
}

Found decode_found(const Line& line) {
  const json::Tree tree = parse_line(line);
  must_agree(tree, line);
  Found found;
  found.seq = line.seq;
  found.at = line.at;
  found.now = line.now;
  found.case_id = line.case_id;
  found.what = tree.at("what").as_text();
  found.cause = tree.number_or("cause", 0);
  found.clause = tree.text_or("clause", "");
  found.deadline = tree.text_or("deadline", "");
  found.generation = tree.number_or("gen", 0);
  found.id = tree.text_or("id", "");
  found.level = tree.text_or("level", "");
  found.parent = tree.text_or("parent", "");
  found.procedure = tree.text_or("procedure", "");
  found.reason = tree.text_or("reason", "");
  if (const json::Tree* tell = tree.find("tell")) {
    found.tell = "[";
    for (const json::Tree& one : tell->items) {
      if (found.tell.size() > 1) found.tell += ',';
      std::string people = "[";
      for (const json::Tree& who : one.at("people").items) {
        if (people.size() > 1) people += ',';
        json::append_string(people, who.as_text());
      }
      json::Object(found.tell).raw("people", people + ']').text("post", one.at("post").as_text()).end();
    }
    found.tell += ']';
  }
  if (const json::Tree* facts = tree.find("facts")) json::append_tree(found.facts, *facts);
  if (const json::Tree* with = tree.find("with")) found.with = json::fields_of(*with);
  return found;
}

void correct(Told& target, const Told& correction) {
  for (const auto& [name, value] : correction.with) {
    if (name == "line" || name == "reason") continue;
    if (name == "happened") {
      target.at = Instant{std::get<std::int64_t>(value)};
      continue;
    }
    set_field(target.with, name, value);
    if (is_personal(correction, name) && !is_personal(target, name)) {
      target.personal.insert(std::lower_bound(target.personal.begin(), target.personal.end(), name), name);
    }
  }
}

CaseHistory case_history(const std::vector<Line>& lines) {
  CaseHistory out;
  std::map<std::int64_t, Told> told;
  std::map<std::string, Found> levels;
  std::map<std::string, Found> breaches;
  std::map<std::string, Found> news;
  for (const Line& line : lines) {
    if (line.told) {
      Told one = decode_told(line);
      if (one.action == "correct" || one.action == "void") {
        const auto target = told.find(std::get<std::int64_t>(*find_field(one.with, "line")));
        if (target == told.end()) continue;
        if (one.action == "void") told.erase(target);
        else correct(target->second, one);
      } else {
        told.emplace(one.seq, std::move(one));
      }
      continue;
    }
    Found one = decode_found(line);
    if (one.what == "warning" || one.what == "overdue" || one.what == "reached") levels.insert_or_assign(one.id, std::move(one));
    else if (one.what == "breach") breaches.insert_or_assign(one.id, std::move(one));
    else if (one.what == "news") news.insert_or_assign(one.id, std::move(one));
    else if (one.what == "opened") out.opened.push_back(std::move(one));
    else if (one.what == "withdrawn") {
      levels.erase(one.id);
      breaches.erase(one.id);
      news.erase(one.id);
    }
  }
  for (auto& [seq, one] : told) out.told.push_back(std::move(one));
  std::stable_sort(out.told.begin(), out.told.end(), [](const Told& a, const Told& b) { return a.at < b.at; });
  const auto by_time = [](const Found& a, const Found& b) { return a.at != b.at ? a.at < b.at : a.seq < b.seq; };
  for (auto& [id, one] : levels) out.levels.push_back(std::move(one));
  for (auto& [id, one] : breaches) out.breaches.push_back(std::move(one));
  for (auto& [id, one] : news) out.news.push_back(std::move(one));
  std::sort(out.levels.begin(), out.levels.end(), by_time);
  std::sort(out.breaches.begin(), out.breaches.end(), by_time);
  std::sort(out.news.begin(), out.news.end(), by_time);
  return out;
}

}  // namespace wuye
