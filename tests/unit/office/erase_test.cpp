// What is personal goes when it is erased: from the file's bytes, and it was never in lines or tables. The chain holds.
#include <filesystem>

#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

bool in_file(const Directory& directory, const std::string& text) {
  for (const auto& one : std::filesystem::directory_iterator(directory.file(""))) {
    if (contains(bytes_of(one.path().string()), text)) return true;
  }
  return false;
}

/// Everything that an office answers, as text.
std::string everything(Office& office) {
  std::string out;
  for (const Line& line : office.lines(0)) out += line.text + '\n';
  for (const std::string& name : Office::table_names()) {
    const TableData table = office.table(name);
    for (const auto& row : table.rows) {
      for (const Cell& one : row) {
        if (const auto* text = std::get_if<std::string>(&one)) out += *text + '\n';
      }
    }
  }
  for (const char* id : {"A", "B"}) out += office.explain(id);
  for (const Notice& notice : office.notices(0)) out += notice.json();
  return out;
}

Office filled(const Directory& directory) {
  Office office = garden_in(directory.file("o.db"));
  accepted(office, tell("03-01 08:00", "li", "set_staff", "", {{"staff", std::string("zhao")}, {"post", std::string("officer")}, {"phone", std::string("13911110000")}}));
  accepted(office, tell("03-01 08:00", "li", "set_party", "", {{"party", std::string("p1")}, {"place", std::string("3-1201")}, {"role", std::string("owner")}, {"name", std::string("刘大名")}, {"phone", std::string("13922220000")}}));
  accepted(office, report("03-02 09:00", "A", {{"phone", std::string("13933330000")}}));
  accepted(office, report("03-02 09:05", "B", {{"phone", std::string("13944440000")}}));
  accepted(office, tell("03-02 09:06", "zhao", "remark", "B", {{"phone", std::string("13955550000")}}));
  office.advance(when("03-02 10:00"));
  return office;
}

}  // namespace

TEST_CASE("a value is erased by line, by case, by party and by staff member, and verify passes") {
  const Directory directory;
  Office office = filled(directory);
  const std::string all = everything(office);
  for (const char* value : {"13911110000", "刘大名", "13922220000", "13933330000", "13944440000", "13955550000"}) {
    CHECK_FALSE(contains(all, value));
    CHECK(in_file(directory, value));
  }
  const std::string state = office.state_digest();
  const std::string digest = office.digest();
  std::int64_t remark = 0;
  for (const Line& line : office.lines(0)) {
    if (contains(line.text, "\"do\":\"remark\"")) remark = line.seq;
  }
  struct Way {
    std::vector<std::pair<const char*, Value>> with;
    Texts gone;
    Texts kept;
  };
  const std::vector<Way> ways{
      {{{"line", remark}}, {"13955550000"}, {"13944440000", "13933330000"}},
      {{{"subject", std::string("A")}}, {"13933330000"}, {"13944440000", "13922220000"}},
      {{{"subject", std::string("p1")}, {"field", std::string("phone")}}, {"13922220000"}, {"刘大名"}},
      {{{"subject", std::string("p1")}}, {"刘大名"}, {"13911110000"}},
      {{{"subject", std::string("zhao")}}, {"13911110000"}, {"13944440000"}},
  };
  for (const Way& way : ways) {
    const std::int64_t before = office.last_seq();
    Entry erase = tell("03-02 11:00", "li", "erase");
    for (const auto& [name, value] : way.with) set_field(erase.fields, name, value);
    accepted(office, erase);
    CHECK(office.last_seq() == before + 1);
    for (const std::string& value : way.gone) CHECK_FALSE(in_file(directory, value));
    for (const std::string& value : way.kept) CHECK(in_file(directory, value));
  }
  CHECK(office.state_digest() == state);
  CHECK(office.digest() != digest);
  CHECK(office.lines(0)[static_cast<std::size_t>(remark)].seq == remark + 1);
  sound(office);
  refused(office, tell("03-02 11:00", "li", "erase", ""), "missing_field");
  refused(office, tell("03-02 11:00", "li", "erase", "A", {{"line", std::int64_t{3}}}), "unknown_field");
  office.close();
  CHECK_FALSE(in_file(directory, "13933330000"));
  Office again = garden_in(directory.file("o.db"));
  CHECK(again.state_digest() == state);
  sound(again);
}

TEST_CASE("an erasure takes what came before it in its batch, and nothing that came after") {
  const std::string lines = R"({"at":"2026-03-02T09:00:00+08:00","by":"resident:1","do":"report","case":"A","place":"p","phone":"13933330000","source":"s","key":"1"}
{"at":"2026-03-02T09:01:00+08:00","by":"li","do":"erase","subject":"A"}
{"at":"2026-03-02T09:02:00+08:00","by":"resident:1","do":"remark","case":"A","phone":"13944440000","source":"s","key":"2"}
{"at":"2026-03-02T09:00:00+08:00","by":"resident:1","do":"report","case":"A","place":"p","phone":"other","source":"s","key":"1"}
{"at":"2026-03-02T09:02:00+08:00","by":"resident:1","do":"remark","case":"A","phone":"other","source":"s","key":"2"})";
  const Directory directory;
  Office office = garden_in(directory.file("o.db"));
  const auto out = office.record_lines(lines, Office::Mode::independent);
  REQUIRE(out.size() == 5);
  CHECK(out[3].status == Status::duplicate);
  CHECK(out[4].reason == "key_reused");
  CHECK_FALSE(in_file(directory, "13933330000"));
  CHECK(in_file(directory, "13944440000"));
  Office one_by_one = garden();
  for (std::size_t at = 0, i = 0; i < 5; ++i) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    const Outcome same = one_by_one.record(Entry::parse(lines.substr(at, end - at)));
    CHECK(same.status == out[i].status);
    CHECK(same.reason == out[i].reason);
    at = end + 1;
  }
  CHECK(one_by_one.digest() == office.digest());
  sound(office);
}
