// Entries by the many: atomic and independent, bad lines among them, ten megabytes, and the same digest by every path.
#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

std::string line_of(int n, const std::string& extra = {}) {
  const std::string minute = std::to_string(100 + n % 60).substr(1);
  const std::string hour = std::to_string(108 + n / 60 % 12).substr(1);
  const std::string day = std::to_string(102 + n / 720).substr(1);
  return R"({"at":"2026-03-)" + day + "T" + hour + ":" + minute + R"(:00+08:00","by":"resident:1","do":"report","case":"c)" + std::to_string(n) +
         R"(","place":"p")" + extra + "}\n";
}

/// A life of a few cases, with findings, late lines and refusals in it.
std::string history() {
  std::string out;
  for (int n = 0; n < 60; ++n) {
    out += line_of(n * 20, n % 3 == 0 ? R"(,"fault":"drain")" : "");
    const std::string id = "c" + std::to_string(n * 20);
    if (n % 2 == 0) out += R"({"at":"2026-03-05T09:00:00+08:00","by":"zhao","do":"despatch","case":")" + id + "\"}\n";
    if (n % 5 == 4) {
      const std::string late = "c" + std::to_string((n - 3) * 20);
      const std::string line = line_of((n - 3) * 20 + 4);
      out += line.substr(0, line.find(",\"by\"")) + R"(,"now":)" + line_of(n * 20 + 1).substr(6, 27) + R"(,"by":"zhao","do":"dispatch","case":")" + late + R"(","worker":"sun"})" + "\n";
    }
  }
  return out;
}

Texts split(const std::string& text) {
  Texts out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace

TEST_CASE("atomic: all or nothing, and every entry says which") {
  for (const std::string& bad : {std::string("{\"at\":\n"), std::string("[]\n"), std::string(R"({"at":"2026-03-02T08:00:00+08:00","by":"x","do":"nothing"})") + "\n"}) {
    Office office = garden();
    const auto out = office.record_lines(line_of(0) + "\n \t\r\n" + line_of(1) + bad + line_of(2), Office::Mode::atomic);
    REQUIRE(out.size() == 4);
    CHECK(out[0].reason == "undone");
    CHECK(out[1].reason == "undone");
    CHECK((out[2].reason == "malformed" || out[2].reason == "unknown_action"));
    CHECK(out[3].reason == "not_tried");
    for (const Outcome& one : out) CHECK_FALSE(one.accepted());
    CHECK(office.last_seq() == 0);
  }
  Office office = garden();
  CHECK(office.record_lines("", Office::Mode::atomic).empty());
  CHECK(office.record_lines("\n\n", Office::Mode::independent).empty());
  CHECK(office.last_seq() == 0);
}

TEST_CASE("independent: bad lines are answered with their place, the others stand") {
  Office office = garden();
  const std::string text = line_of(0) + "{\"at\": 1.5}\n" + "\xff\xfe\n" + R"({"at":"2026-03-02T08:01:00+08:00","at":1,"by":"x","do":"report"})" + "\r\n" +
                           "null\n" + std::string(5000, '[') + "\n" + line_of(1, R"(,"note":null)") + line_of(2, R"(,"note":{})") + line_of(3);
  const auto out = office.record_lines(text, Office::Mode::independent);
  REQUIRE(out.size() == 9);
  for (std::size_t i = 0; i < out.size(); ++i) {
    INFO(i << ' ' << out[i].json());
    if (i == 0 || i == 8) {
      CHECK(out[i].accepted());
    } else {
      CHECK(out[i].reason == "malformed");
      CHECK(contains(out[i].message, "line " + std::to_string(i + 1) + ", column "));
    }
  }
  CHECK(office.table("cases").rows.size() == 2);
  sound(office);
}

TEST_CASE("ten megabytes in one text and in one entry") {
  Office office = garden();
  std::string text;
  const std::string note = R"(,"note":")" + std::string(500'000, 'x') + '"';
  for (int n = 0; n < 20; ++n) text += line_of(n, note);
  const auto out = office.record_lines(text, Office::Mode::atomic);
  REQUIRE(out.size() == 20);
  CHECK(out[19].accepted());
  const auto huge = office.record_lines(line_of(30, R"(,"note":")" + std::string(10'000'000, 'x') + '"') + line_of(31), Office::Mode::independent);
  REQUIRE(huge.size() == 2);
  CHECK(huge[0].reason == "malformed");
  CHECK(huge[1].accepted());
}

TEST_CASE("progress, and a host that stops") {
  std::string text;
  for (int n = 0; n < 4500; ++n) text += R"({"at":"2026-03-02T08:00:00+08:00","by":"li","do":"set_unit","place":"u)" + std::to_string(n) + "\"}\n";
  for (const auto mode : {Office::Mode::independent, Office::Mode::atomic}) {
    Office office = garden();
    std::vector<std::size_t> seen;
    CHECK(code_of([&] {
            office.record_lines(text, mode, [&](std::size_t done, std::size_t all) {
              CHECK(all == text.size());
              seen.push_back(done);
              return seen.size() < 2;
            });
          }) == Code::cancelled);
    CHECK(seen.size() == 2);
    CHECK(office.table("units").rows.size() == (mode == Office::Mode::atomic ? 0U : 4000U));
    CHECK(office.last_seq() == (mode == Office::Mode::atomic ? 0 : 4001));
    seen.clear();
    CHECK(office.record_lines(text, mode, [&](std::size_t done, std::size_t) {
      seen.push_back(done);
      return true;
    }).size() == 4500);
    CHECK(seen.size() == 3);
    CHECK(seen.back() == text.size());
    CHECK(office.table("units").rows.size() == 4500);
  }
}

TEST_CASE("the same digest in one batch, line by line, reopened half-way, and from another office's lines") {
  const Directory directory;
  const std::string text = history();
  Office batch = garden();
  const auto outcomes = batch.record_lines(text, Office::Mode::independent);
  batch.advance(when("03-09 00:00"));
  sound(batch);
  CHECK(batch.table("notices").rows.size() > 50);

  const Texts lines = split(text);
  REQUIRE(outcomes.size() == lines.size());
  Office singly = garden();
  Office reopened = garden_in(directory.file("o.db"));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Entry entry = Entry::parse(lines[i]);
    const Outcome one = singly.record(entry);
    INFO(lines[i]);
    CHECK(one.seq == outcomes[i].seq);
    CHECK(one.reason == outcomes[i].reason);
    // The host may ask as often as it likes.
    if (i % 7 == 0) singly.advance(singly.clock());
    if (i % 20 == 10) {
      reopened.close();
      reopened = garden_in(directory.file("o.db"), std::nullopt);
    }
    CHECK(reopened.record(entry).json() == outcomes[i].json());
  }
  singly.advance(when("03-09 00:00"));
  reopened.advance(when("03-09 00:00"));
  Office loaded = Office::memory(Manual::standard(), Office::Options{"other"});
  loaded.load(batch.lines(0, 30));
  loaded.load(batch.lines(30));
  for (Office* other : {&singly, &reopened, &loaded}) {
    CHECK(other->digest() == batch.digest());
    CHECK(other->state_digest() == batch.state_digest());
    CHECK(other->clock() == batch.clock());
    CHECK(other->next_due() == batch.next_due());
    sound(*other);
  }
}
