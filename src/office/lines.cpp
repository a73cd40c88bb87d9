// The bytes of a line. Keys stand in RFC 8785 order, instants as integers, personal values as a marker.
#include "office/lines.hpp"

#include <algorithm>
#include <map>
#include <type_traits>

#include "journal/canonical.hpp"
#include "journal/json.hpp"

namespace wuye {
namespace {

bool is_personal(const Told& told, const std::string& name) {
  return std::binary_search(told.personal.begin(), told.personal.end(), name);
}

constexpr std::string_view kMarker = R"({"personal":true})";

/// The names of a line's own members, their numbers, and what stands between them, are together less than this.
constexpr std::size_t kMostAround = 512;

template <class... Texts>
std::size_t most_of(const Texts&... texts) {
  return ((json::Writer::most_of_text(texts) + 2) + ...);
}

void number(json::Writer& out, std::string_view name, std::int64_t value) {
  out.raw(name);
  out.number(value);
}

void text(json::Writer& out, std::string_view name, std::string_view value) {
  out.raw(name);
  out.text(value);
}

void raw(json::Writer& out, std::string_view name, std::string_view json) {
  out.raw(name);
  out.raw(json);
}

template <class IsPersonal>
void write_fields(json::Writer& out, const Fields& fields, IsPersonal&& personal) {
  out.raw("{");
  bool first = true;
  for (const auto& [name, value] : fields) {
    if (std::holds_alternative<std::monostate>(value)) continue;
    if (!first) out.raw(",");
    first = false;
    out.text(name);
    out.raw(":");
    if (personal(name)) out.raw(kMarker);
    else out.value(value);
  }
  out.raw("}");
}

/// What a store keeps beside the text of a line must be what the text says: the chain covers the text alone.
template <class Decoded>
void must_agree(const Decoded& one, const Line& line) {
  bool same = one.seq == line.seq && one.at == line.at && one.now == line.now && one.case_id == line.case_id;
  if constexpr (std::is_same_v<Decoded, Told>) same = same && line.told && one.source == line.source && one.key == line.key;
  else same = same && !line.told && line.source.empty() && line.key.empty();
  if (!same) throw Error(Code::corrupt, "what is kept beside line " + std::to_string(line.seq) + " is not what the line says");
}

/// `{"class":"repair","phone":{"personal":true}}`, in the order of names.
void read_with(json::Canonical& in, Told& told) {
  in.expect("{");
  if (in.take("}")) return;
  told.with.reserve(json::kUsualFields);
  do {
    std::string name = in.text();
    if (!told.with.empty() && told.with.back().first >= name) throw Error(Code::corrupt, "\"" + name + "\" stands out of order");
    in.expect(":");
    if (in.take(kMarker)) {
      told.with.emplace_back(name, true);
      told.personal.push_back(std::move(name));
    } else {
      told.with.emplace_back(std::move(name), in.value());
    }
  } while (in.take(","));
  in.expect("}");
}

/// `[{"people":["li"],"post":"front_desk"}]`, kept as it stands.
std::string_view read_tell(json::Canonical& in) {
  const std::size_t from = in.position();
  in.expect("[");
  if (in.take("]")) return in.since(from);
  do {
    in.expect(R"({"people":)");
    in.pass_texts();
    in.expect(R"(,"post":)");
    in.pass_text();
    in.expect("}");
  } while (in.take(","));
  in.expect("]");
  return in.since(from);
}

// The members of both kinds of line are read in the order in which `encode` writes them.

void read(json::Canonical& in, Told& told) {
  in.expect(R"({"at":)");
  told.at.us = in.number();
  in.expect(R"(,"by":)");
  in.text(told.by);
  if (in.take(R"(,"case":)")) in.text(told.case_id);
  in.expect(R"(,"do":)");
  in.text(told.action);
  in.expect(R"(,"k":"told")");
  if (in.take(R"(,"key":)")) in.text(told.key);
  in.expect(R"(,"now":)");
  told.now.us = in.number();
  in.expect(R"(,"seq":)");
  told.seq = in.number();
  if (in.take(R"(,"source":)")) in.text(told.source);
  in.expect(R"(,"with":)");
  read_with(in, told);
  in.expect("}");
}

void read(json::Canonical& in, Found& found) {
  in.expect(R"({"at":)");
  found.at.us = in.number();
  if (in.take(R"(,"case":)")) in.text(found.case_id);
  if (in.take(R"(,"cause":)")) found.cause = in.number();
  if (in.take(R"(,"clause":)")) in.text(found.clause);
  if (in.take(R"(,"deadline":)")) in.text(found.deadline);
  if (in.take(R"(,"facts":)")) found.facts = in.object();
  if (in.take(R"(,"gen":)")) found.generation = in.number();
  if (in.take(R"(,"id":)")) in.text(found.id);
  in.expect(R"(,"k":"found")");
  if (in.take(R"(,"level":)")) in.text(found.level);
  in.expect(R"(,"now":)");
  found.now.us = in.number();
  if (in.take(R"(,"parent":)")) in.text(found.parent);
  if (in.take(R"(,"procedure":)")) in.text(found.procedure);
  if (in.take(R"(,"reason":)")) in.text(found.reason);
  in.expect(R"(,"seq":)");
  found.seq = in.number();
  if (in.take(R"(,"tell":)")) found.tell = read_tell(in);
  in.expect(R"(,"what":)");
  in.text(found.what);
  if (in.take(R"(,"with":)")) found.with = in.fields();
  in.expect("}");
}

template <class Decoded>
Decoded decode(const Line& line) {
  Decoded out;
  try {
    json::Canonical in(line.text);
    read(in, out);
    in.end();
  } catch (const Error& error) {
    throw Error(Code::corrupt, "line " + std::to_string(line.seq) + " does not read: " + error.what());
  }
  must_agree(out, line);
  return out;
}

}  // namespace

std::string text_in(const Fields& fields, std::string_view name) {
  const Value* value = find_field(fields, name);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  return text ? *text : std::string();
}

std::int64_t number_in(const Fields& fields, std::string_view name) {
  const Value* value = find_field(fields, name);
  const auto* number = value ? std::get_if<std::int64_t>(value) : nullptr;
  return number ? *number : 0;
}

std::string encode(const Told& told, json::Writer& out) {
  std::size_t most = kMostAround + most_of(told.by, told.case_id, told.action, told.key, told.source);
  for (const auto& [name, value] : told.with) most += most_of(name) + kMarker.size() + json::Writer::most_of(value);
  out.begin(most);
  number(out, R"({"at":)", told.at.us);
  text(out, R"(,"by":)", told.by);
  if (!told.case_id.empty()) text(out, R"(,"case":)", told.case_id);
  text(out, R"(,"do":)", told.action);
  out.raw(R"(,"k":"told")");
  if (!told.key.empty()) text(out, R"(,"key":)", told.key);
  number(out, R"(,"now":)", told.now.us);
  number(out, R"(,"seq":)", told.seq);
  if (!told.source.empty()) text(out, R"(,"source":)", told.source);
  out.raw(R"(,"with":)");
  write_fields(out, told.with, [&](const std::string& name) { return is_personal(told, name); });
  out.raw("}");
  return out.take();
}

std::string encode(const Found& found, json::Writer& out) {
  std::size_t most = kMostAround + found.facts.size() + found.tell.size() +
                     most_of(found.case_id, found.clause, found.deadline, found.id, found.level, found.parent, found.procedure, found.reason, found.what);
  for (const auto& [name, value] : found.with) most += most_of(name) + json::Writer::most_of(value);
  out.begin(most);
  number(out, R"({"at":)", found.at.us);
  if (!found.case_id.empty()) text(out, R"(,"case":)", found.case_id);
  if (found.cause != 0) number(out, R"(,"cause":)", found.cause);
  if (!found.clause.empty()) text(out, R"(,"clause":)", found.clause);
  if (!found.deadline.empty()) text(out, R"(,"deadline":)", found.deadline);
  if (!found.facts.empty()) raw(out, R"(,"facts":)", found.facts);
  if (found.generation != 0) number(out, R"(,"gen":)", found.generation);
  if (!found.id.empty()) text(out, R"(,"id":)", found.id);
  out.raw(R"(,"k":"found")");
  if (!found.level.empty()) text(out, R"(,"level":)", found.level);
  number(out, R"(,"now":)", found.now.us);
  if (!found.parent.empty()) text(out, R"(,"parent":)", found.parent);
  if (!found.procedure.empty()) text(out, R"(,"procedure":)", found.procedure);
  if (!found.reason.empty()) text(out, R"(,"reason":)", found.reason);
  number(out, R"(,"seq":)", found.seq);
  if (!found.tell.empty()) raw(out, R"(,"tell":)", found.tell);
  text(out, R"(,"what":)", found.what);
  if (!found.with.empty()) {
    out.raw(R"(,"with":)");
    write_fields(out, found.with, [](const std::string&) { return false; });
  }
  out.raw("}");
  return out.take();
}

Told decode_told(const Line& line) { return decode<Told>(line); }
Found decode_found(const Line& line) { return decode<Found>(line); }

std::int64_t cause_of(const Line& found) {
  json::Canonical in(found.text);
  in.expect(R"({"at":)");
  in.number();
  if (in.take(R"(,"case":)")) in.pass_text();
  return in.take(R"(,"cause":)") ? in.number() : 0;
}

// Nothing follows the kind of such a line, and within a text the quotes would be escaped.
bool is_breach(const Line& found) { return found.text.ends_with(R"("what":"breach"})"); }

Told done_told(const Found& done) {
  Told told;
  told.seq = done.seq;
  told.at = done.at;
  told.now = done.now;
  told.by = "system:manual";
  told.action = done.reason;
  told.case_id = done.case_id;
  return told;
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
    else if (one.what == "done") told.emplace(one.seq, done_told(one));
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
