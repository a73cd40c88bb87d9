// Tells the history again in three other ways: its lines loaded, its entries as batches of JSON, its entries with a host that asks at
// every due instant. All must end with the digests of the scenario's own office.
#include "scenario/invariants.hpp"

#include <algorithm>
#include <map>

#include "journal/json.hpp"

namespace wuye::scenario {
namespace {

/// Advancing stops after this many firings between two deeds; a ladder that fires without end is verify's to find.
constexpr int kMaxFirings = 10'000;

struct Ends {
  std::string digest;
  std::string state;
};

Ends ends(Office& office) { return {office.digest(), office.state_digest()}; }

void compare(const std::string& how, const Ends& expected, Office& other, Office& office, std::vector<std::string>& broken) {
  const Ends came = ends(other);
  if (came.digest != expected.digest) {
    const std::vector<Line> a = office.lines(0);
    const std::vector<Line> b = other.lines(0);
    std::size_t same = 0;
    while (same < a.size() && same < b.size() && a[same].text == b[same].text) ++same;
    std::string sentence = how + ": another digest; the journals part at line " + std::to_string(same + 1);
    sentence += "\n      here:  " + (same < a.size() ? a[same].text : "(ends)");
    sentence += "\n      there: " + (same < b.size() ? b[same].text : "(ends)");
    broken.push_back(std::move(sentence));
  } else if (came.state != expected.state) {
    broken.push_back(how + ": the same lines, but another state digest (" + expected.state + ", then " + came.state + ")");
  }
}

void do_again(Office& office, const Deed& deed) {
  switch (deed.kind) {
    case Deed::Kind::entry: office.record(deed.entry); break;
    case Deed::Kind::advance: office.advance(deed.at); break;
    case Deed::Kind::adopt: office.adopt(deed.manual.front(), deed.at, deed.by); break;
  }
}

void tell_in_batches(Office& office, const std::vector<Deed>& deeds) {
  std::string batch;
  const auto flush = [&] {
    if (!batch.empty()) office.record_lines(batch, Office::Mode::independent);
    batch.clear();
  };
  for (const Deed& deed : deeds) {
    if (deed.kind == Deed::Kind::entry) {
      batch += entry_json(deed.entry) + '\n';
      continue;
    }
    flush();
    do_again(office, deed);
  }
  flush();
}

/// A host that advances to every due instant as soon as it knows of it.
void tell_with_every_advance(Office& office, const std::vector<Deed>& deeds) {
  for (const Deed& deed : deeds) {
    const bool counts = deed.kind == Deed::Kind::entry && deed.accepted;
    const Instant until = std::max(deed.entry.now.value_or(deed.entry.at), office.clock());
    for (int i = 0; counts && i < kMaxFirings; ++i) {
      const std::optional<Instant> due = office.last_seq() != 0 ? office.next_due() : std::nullopt;
      if (!due || *due >= until) break;
      office.advance(*due);
    }
    do_again(office, deed);
  }
}

}  // namespace

std::string entry_json(const Entry& entry) {
  std::string out;
  json::Object object(out);
  object.number("at", entry.at.us).text("by", entry.by).text("do", entry.action);
  if (!entry.case_id.empty()) object.text("case", entry.case_id);
  if (!entry.key.empty()) object.text("key", entry.key);
  if (entry.now) object.number("now", entry.now->us);
  if (entry.seen) object.number("seen", *entry.seen);
  if (!entry.source.empty()) object.text("source", entry.source);
  for (const auto& [name, value] : entry.fields) {
    if (std::holds_alternative<std::monostate>(value)) continue;
    std::string text;
    json::append_value(text, value);
    object.raw(name, text);
  }
  object.end();
  return out;
}

std::vector<std::string> broken_invariants(Office& office, const std::vector<Deed>& deeds, const std::function<Office()>& fresh) {
  std::vector<std::string> broken;
  const auto attempt = [&](const std::string& how, const auto& check) {
    try {
      check();
    } catch (const Error& error) {
      broken.push_back(how + ": it threw " + std::string(code_name(error.code())) + ": " + error.what());
    }
  };
  attempt("verify", [&] {
    for (std::string& finding : office.verify().findings) broken.push_back("verify: " + std::move(finding));
  });
  Ends expected;
  attempt("digest", [&] { expected = ends(office); });
  if (expected.digest.empty() || office.last_seq() == 0) return broken;

  attempt("its lines, loaded into another office", [&] {
    Office other = fresh();
    other.load(office.lines(0));
    compare("its lines, loaded into another office", expected, other, office, broken);
  });
  attempt("its entries, told as JSON batches", [&] {
    Office other = fresh();
    tell_in_batches(other, deeds);
    compare("its entries, told as JSON batches", expected, other, office, broken);
  });
  attempt("its entries, with an advance at every due instant", [&] {
    Office other = fresh();
    tell_with_every_advance(other, deeds);
    compare("its entries, with an advance at every due instant", expected, other, office, broken);
  });
  return broken;
}

}  // namespace wuye::scenario
