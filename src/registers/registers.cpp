// Who is there, who holds what, and who is told: the registers' rows and the questions asked of them.
#include "registers/registers.hpp"

#include <algorithm>

namespace wuye::registers {
namespace {

const std::string* text_of(const std::vector<std::pair<int, Value>>& values, std::string_view name) {
  const int field = builtin().field(name);
  for (const auto& [index, value] : values) {
    if (index == field) return std::get_if<std::string>(&value);
  }
  return nullptr;
}

std::optional<Instant> instant_of(const std::vector<std::pair<int, Value>>& values, std::string_view name) {
  const int field = builtin().field(name);
  for (const auto& [index, value] : values) {
    if (index != field) continue;
    if (const auto* us = std::get_if<std::int64_t>(&value)) return Instant{*us};
  }
  return std::nullopt;
}

void take(const std::vector<std::pair<int, Value>>& values, std::string_view name, std::string& out) {
  if (const std::string* text = text_of(values, name)) out = *text;
}

bool covers(Instant from, const std::optional<Instant>& until, Instant at) { return from <= at && (!until || at < *until); }

bool among(const std::vector<std::string>& people, std::string_view who) {
  return std::find(people.begin(), people.end(), who) != people.end();
}

std::string holding_key(std::string_view who, std::int64_t seq) {
  const std::string number = std::to_string(seq);
  return std::string(who) + '\x1f' + std::string(20 - number.size(), '0') + number;
}

}  // namespace

std::string key_of(const rows::Party& row) { return row.party + '\x1f' + row.place + '\x1f' + row.role; }
std::string key_of(const rows::Holding& row) { return holding_key(row.staff, row.seq); }

void Registers::apply(std::string_view action, const std::vector<std::pair<int, Value>>& values, Instant at, std::int64_t seq,
                      tables::Mark mark) {
  indexed_ = false;
  const auto hold = [&](const char* kind) {
    rows::Holding row;
    take(values, "staff", row.staff);
    row.seq = seq;
    row.kind = kind;
    take(values, "post", row.post);
    take(values, "zone", row.zone);
    take(values, "of", row.of);
    row.from = at;
    row.until = instant_of(values, "until");
    const std::string key = holding_key(row.staff, seq);
    holdings.put(key, std::move(row), mark);
  };
  if (action == "set_staff") {
    const std::string who = *text_of(values, "staff");
    const bool is_new = staff.find(who) == nullptr;
    rows::Staff& row = staff.edit(who, mark);
    row.id = who;
    if (is_new) row.joined = at;
    row.left = instant_of(values, "until");
    row.seq = seq;
    if (text_of(values, "post")) {
      hold("holds");
      holdings.edit(holding_key(who, seq), mark).until.reset();
    }
  } else if (action == "set_post") {
    hold("holds");
  } else if (action == "leave") {
    hold("leave");
  } else if (action == "set_deputy") {
    hold("deputy");
  } else if (action == "end_post") {
    const std::string& who = *text_of(values, "staff");
    const std::string& post = *text_of(values, "post");
    std::vector<std::string> ended;
    holdings.each([&](const rows::Holding& row) {
      if (row.staff == who && row.kind == "holds" && row.post == post && covers(row.from, row.until, at)) {
        ended.push_back(holding_key(row.staff, row.seq));
      }
    });
    for (const std::string& key : ended) holdings.edit(key, mark).until = at;
  } else if (action == "set_unit") {
    const std::string place = *text_of(values, "place");
    rows::Unit& row = units.edit(place, mark);
    row.id = place;
    if (row.kind.empty()) row.kind = "unit";
    take(values, "kind", row.kind);
    take(values, "building", row.building);
    take(values, "entrance", row.entrance);
    take(values, "zone", row.zone);
    take(values, "use", row.use);
    take(values, "area", row.area);
    if (const auto from = instant_of(values, "from")) row.from = from;
    if (const auto until = instant_of(values, "until")) row.until = until;
    row.seq = seq;
  } else if (action == "set_meter") {
    const std::string meter = *text_of(values, "meter");
    rows::Meter& row = meters.edit(meter, mark);
    row.id = meter;
    take(values, "place", row.place);
    take(values, "head", row.head);
    take(values, "fitted", row.fitted);
    take(values, "counts_to", row.counts_to);
    if (const auto from = instant_of(values, "from")) row.from = from;
    if (const auto until = instant_of(values, "until")) row.until = until;
    row.seq = seq;
  } else if (action == "set_party") {
    rows::Party row;
    take(values, "party", row.party);
    take(values, "place", row.place);
    take(values, "role", row.role);
    row.from = at;
    row.until = instant_of(values, "until");
    row.seq = seq;
    const std::string key = key_of(row);
    if (const rows::Party* before = parties.find(key); before && (!row.until || *row.until > before->from)) row.from = std::min(before->from, at);
    parties.put(key, std::move(row), mark);
  }
}

void Registers::index() const {
  if (indexed_) return;
  by_staff_.clear();
  by_post_.clear();
  deputies_.clear();
  holdings.each([&](const rows::Holding& row) { by_staff_[row.staff].push_back(row); });
  for (const auto& [who, rows] : by_staff_) {
    for (const rows::Holding& row : rows) {
      if (row.kind == "holds") by_post_[row.post].push_back(&row);
      if (row.kind == "deputy") deputies_.push_back(&row);
    }
  }
  indexed_ = true;
}

bool Registers::knows(std::string_view actor, Instant at) const {
  if (!pseudo_post(actor).empty()) return true;
  const rows::Staff* row = staff.find(actor);
  return row && covers(row->joined, row->left, at);
}

std::vector<int> Registers::posts_of(const model::Manual& manual, std::string_view actor, Instant at) const {
  std::vector<int> out;
  if (const std::string_view pseudo = pseudo_post(actor); !pseudo.empty()) {
    if (const int post = manual.post(pseudo); post >= 0) out.push_back(post);
    return out;
  }
  index();
  const auto held_by = [&](std::string_view who) {
    const auto it = by_staff_.find(who);
    if (it == by_staff_.end()) return;
    for (const rows::Holding& row : it->second) {
      if (row.kind != "holds" || !covers(row.from, row.until, at)) continue;
      if (const int post = manual.post(row.post); post >= 0) out.push_back(post);
    }
  };
  held_by(actor);
  if (const auto it = by_staff_.find(actor); it != by_staff_.end()) {
    for (const rows::Holding& row : it->second) {
      if (row.kind == "deputy" && covers(row.from, row.until, at)) held_by(row.of);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string Registers::place_attribute(std::string_view place, std::string_view attribute) const {
  const rows::Unit* unit = units.find(place);
  if (!unit) return {};
  if (attribute == "kind") return unit->kind;
  if (attribute == "use") return unit->use;
  if (attribute == "zone") return unit->zone;
  if (attribute == "building") return unit->building;
  return {};
}

bool Registers::away(std::string_view who, Instant at) const {
  const rows::Staff* row = staff.find(who);
  if (!row || !covers(row->joined, row->left, at)) return true;
  const auto it = by_staff_.find(who);
  if (it == by_staff_.end()) return false;
  return std::any_of(it->second.begin(), it->second.end(),
                     [&](const rows::Holding& held) { return held.kind == "leave" && covers(held.from, held.until, at); });
}

std::vector<std::string> Registers::holders(std::string_view post, std::string_view zone, Instant at) const {
  std::vector<std::string> in_zone;
  std::vector<std::string> all;
  const auto held = by_post_.find(post);
  if (held == by_post_.end()) return all;
  for (const rows::Holding* row : held->second) {
    if (!covers(row->from, row->until, at)) continue;
    all.push_back(row->staff);
    if (!zone.empty() && row->zone == zone) in_zone.push_back(row->staff);
  }
  std::vector<std::string>& out = in_zone.empty() ? all : in_zone;
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return std::move(out);
}

std::vector<std::string> Registers::stand_ins(const std::vector<std::string>& absent, const Subject& subject, Instant at) const {
  std::vector<std::string> out;
  for (const rows::Holding* row : deputies_) {
    if (!covers(row->from, row->until, at) || away(row->staff, at) || among(subject.kept_out, row->staff)) continue;
    if (std::find(absent.begin(), absent.end(), row->of) != absent.end()) out.push_back(row->staff);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void Registers::reach_post(const model::Manual& manual, int post, const Subject& subject, Instant at, Reached& out) const {
  const auto reached = [&](int candidate) {
    const std::string& name = manual.posts[static_cast<std::size_t>(candidate)].name;
    const std::vector<std::string> held = holders(name, subject.zone, at);
    std::vector<std::string> present;
    std::copy_if(held.begin(), held.end(), std::back_inserter(present),
                 [&](const std::string& who) { return !away(who, at) && !among(subject.kept_out, who); });
    if (present.empty()) present = stand_ins(held, subject, at);
    if (present.empty()) return false;
    out.post = name;
    out.people = std::move(present);
    return true;
  };
  // The checker refuses posts in a reporting circle, so the way up ends.
  for (int here = post; here >= 0; here = manual.posts[static_cast<std::size_t>(here)].superior) {
    if (reached(here)) return;
    out.vacant.push_back(manual.posts[static_cast<std::size_t>(here)].name);
    const int deputy = manual.posts[static_cast<std::size_t>(here)].deputy;
    if (deputy >= 0 && reached(deputy)) return;
  }
  if (out.post.empty() && !out.vacant.empty()) out.post = out.vacant.front();
}

Reached Registers::resolve(const model::Manual& manual, const model::Recipient& recipient, const Subject& subject, Instant at) const {
  using Kind = model::Recipient::Kind;
  index();
  Reached out;
  const std::string_view holder = subject.holder.empty() ? subject.opened_by : subject.holder;
  const auto post_name = [&](int post) { return post >= 0 ? manual.posts[static_cast<std::size_t>(post)].name : std::string(); };
  if (recipient.kind == Kind::reporter) {
    out.post = "reporter";
    if (!subject.reporter.empty()) out.people.emplace_back(subject.reporter);
    return out;
  }
  if (!has_staff()) {
    if (recipient.kind == Kind::holder) {
      out.post = "holder";
      if (!holder.empty() && !among(subject.kept_out, holder)) out.people.emplace_back(holder);
    } else if (recipient.kind == Kind::superior_of_holder) {
      out.post = "superior(holder)";
    } else if (recipient.kind == Kind::superior_of_post) {
      out.post = post_name(manual.posts[static_cast<std::size_t>(recipient.post)].superior);
    } else {
      out.post = post_name(recipient.post);
    }
    return out;
  }
  if (recipient.kind == Kind::holder || recipient.kind == Kind::superior_of_holder) {
    const std::vector<int> posts = posts_of(manual, holder, at);
    if (recipient.kind == Kind::holder) {
      out.post = "holder";
      const bool told = !among(subject.kept_out, holder);
      if (told && (!pseudo_post(holder).empty() || (!holder.empty() && !away(holder, at)))) {
        out.people.emplace_back(holder);
        return out;
      }
      out.people = stand_ins({std::string(holder)}, subject, at);
      if (!out.people.empty()) return out;
      out.vacant.emplace_back("holder");
    }
    int superior = -1;
    for (const int post : posts) {
      superior = manual.posts[static_cast<std::size_t>(post)].superior;
      if (superior >= 0) break;
    }
    if (superior >= 0) reach_post(manual, superior, subject, at, out);
    else if (out.post.empty()) out.post = recipient.text;
    return out;
  }
  int post = recipient.post;
  if (recipient.kind == Kind::on_duty) {
    const std::vector<std::string> held = holders(manual.posts[static_cast<std::size_t>(post)].name, {}, at);
    std::copy_if(held.begin(), held.end(), std::back_inserter(out.people),
                 [&](const std::string& who) { return among(subject.on_duty, who) && !among(subject.kept_out, who); });
    out.post = recipient.text;
    if (!out.people.empty()) return out;
    out.post.clear();
  }
  if (recipient.kind == Kind::superior_of_post) post = manual.posts[static_cast<std::size_t>(post)].superior;
  reach_post(manual, post, subject, at, out);
  return out;
}

}  // namespace wuye::registers
