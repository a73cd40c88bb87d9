// Journals from anywhere: one canonical line a text line, hashed here into a chain that holds, since whoever forges a journal can do
// that, too. "M" stands for the line that adopts the standard manual.
#include <charconv>

#include "fuzz.hpp"
#include "journal/json.hpp"
#include "journal/line.hpp"
#include "wuye/office.hpp"
#include "wuye/table.hpp"

namespace {

using namespace wuye;

/// What an exported line has beside its text is taken from the text, as far as that reads.
Line line_of(std::int64_t seq, std::string text, const std::string& previous) {
  Line line;
  line.seq = seq;
  line.hash = chain_hash(previous, text);
  fuzz::answers([&] {
    const json::Tree tree = json::parse(text);
    line.told = tree.text_or("k", "") == "told";
    line.at.us = tree.number_or("at", 0);
    line.now.us = tree.number_or("now", 0);
    line.case_id = tree.text_or("case", "");
    line.source = tree.text_or("source", "");
    line.key = tree.text_or("key", "");
  });
  line.text = std::move(text);
  return line;
}

const std::string& adoption() {
  static const std::string text = [] {
    Office office = Office::memory(Manual::standard(), {});
    office.record(Entry::parse(R"({"at":"2026-03-02T08:30+08:00","by":"system:fuzz","do":"set_staff","staff":"zhao","post":"front_desk_officer"})"));
    return office.lines(0).front().text;
  }();
  return text;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<Line> lines;
  std::string previous = chain_start();
  std::string_view rest = fuzz::text_of(data, size);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view text = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    lines.push_back(line_of(static_cast<std::int64_t>(lines.size()) + 1, text == "M" ? adoption() : std::string(text), previous));
    previous = lines.back().hash;
  }
  Office office = Office::memory(Manual::standard(), {});
  if (!fuzz::answers([&] { office.load(lines); })) {
    fuzz::require(office.last_seq() == 0, "a journal that does not load leaves no trace");
    return 0;
  }
  fuzz::answers([&] { static_cast<void>(office.verify()); });
  fuzz::answers([&] { static_cast<void>(office.score("2026-03")); });
  fuzz::answers([&] {
    if (const auto due = office.next_due()) static_cast<void>(office.advance(*due));
  });
  for (const std::string& name : Office::table_names()) fuzz::answers([&] { static_cast<void>(office.table(name)); });
  return 0;
}
