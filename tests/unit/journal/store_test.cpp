// What every store promises, on each of them.
#include "support.hpp"

using namespace wuye;
using namespace wuye::test;

namespace {

/// A store of one kind, in a directory of its own.
struct Subject {
  explicit Subject(bool file) : store(file ? open_sqlite_store(directory.file("office.db"), specs(), {}) : make_memory_store()) {}
  Directory directory;
  std::unique_ptr<Store> store;
};

std::vector<std::int64_t> numbers(const std::vector<Line>& lines) {
  std::vector<std::int64_t> out;
  for (const Line& line : lines) out.push_back(line.seq);
  return out;
}

std::vector<std::int64_t> all_numbers(Store& store, std::int64_t after) {
  std::vector<std::int64_t> out;
  store.lines(after, [&](const Line& line) {
    out.push_back(line.seq);
    return true;
  });
  return out;
}

bool same(const Line& a, const Line& b) {
  return a.seq == b.seq && a.told == b.told && a.at == b.at && a.now == b.now && a.case_id == b.case_id && a.source == b.source &&
         a.key == b.key && a.text == b.text && a.hash == b.hash;
}

std::vector<std::string> values(const std::vector<Personal>& all) {
  std::vector<std::string> out;
  for (const Personal& each : all) out.push_back(std::to_string(each.seq) + each.field + "=" + each.value);
  return out;
}

using Numbers = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("store: lines are kept in order and found", "[journal]") {
  const bool file = GENERATE(false, true);
  CAPTURE(file);
  Subject subject(file);
  Store& store = *subject.store;
  CHECK(store.last_seq() == 0);
  CHECK_FALSE(store.line(1));
  CHECK(store.case_lines("R-1").empty());
  CHECK_FALSE(store.read_only());

  store.begin();
  store.append(make_line(1, "R-1", "crm", "a"));
  Line found = make_line(2, "R-1");
  found.told = false;
  found.hash = std::string("\0\x01\xff", 3) + std::string(29, 'h');
  store.append(found);
  store.append(make_line(3, "R-2", "crm", "b"));
  store.append(make_line(4, "", "crma", "b"));
  CHECK(store.last_seq() == 4);  // a transaction sees what it wrote
  CHECK(store.find_key("crm", "b") == 3);
  store.commit();

  REQUIRE(store.line(2));
  CHECK(same(*store.line(2), found));
  CHECK(same(*store.line(4), make_line(4, "", "crma", "b")));
  CHECK_FALSE(store.line(0));
  CHECK_FALSE(store.line(5));
  CHECK(all_numbers(store, 0) == Numbers{1, 2, 3, 4});
  CHECK(all_numbers(store, 2) == Numbers{3, 4});
  CHECK(all_numbers(store, 4).empty());
  CHECK(numbers(store.case_lines("R-1")) == Numbers{1, 2});
  CHECK(store.case_lines("").empty());
  CHECK(store.find_key("crm", "a") == 1);
  CHECK(store.find_key("crma", "b") == 4);
  CHECK(store.find_key("crm", "ab") == 0);
  CHECK(store.find_key("", "") == 0);

  int seen = 0;
  store.lines(0, [&](const Line& line) {
    CHECK(all_numbers(store, 3) == Numbers{4});  // a reading within a reading
    return ++seen < 2 && line.seq > 0;
  });
  CHECK(seen == 2);
  CHECK(store.check().empty());
}

TEST_CASE("store: a rollback undoes exactly the transaction", "[journal]") {
  const bool file = GENERATE(false, true);
  CAPTURE(file);
  Subject subject(file);
  Store& store = *subject.store;
  store.begin();
  store.append(make_line(1, "R-1", "crm", "a"));
  store.put_personal({1, "phone", "R-1", "138"});
  store.put_personal({1, "name", "R-1", "Li"});
  store.set_meta("seed", "s");
  store.commit();

  store.begin();
  store.append(make_line(2, "R-1", "crm", "b"));
  store.append(make_line(3, "R-9"));
  store.put_personal({1, "phone", "R-2", "139"});
  store.put_personal({2, "phone", "R-1", "137"});
  CHECK(store.erase_personal(0, "R-1", "") == 2);
  store.set_meta("seed", "t");
  store.set_meta("clock", "9");
  CHECK(store.last_seq() == 3);
  store.rollback();

  CHECK(store.last_seq() == 1);
  CHECK(numbers(store.case_lines("R-1")) == Numbers{1});
  CHECK(store.case_lines("R-9").empty());
  CHECK(store.find_key("crm", "a") == 1);
  CHECK(store.find_key("crm", "b") == 0);
  CHECK(values(store.personal(1)) == Texts{"1name=Li", "1phone=138"});
  CHECK(values(store.personal_of("R-1")) == Texts{"1name=Li", "1phone=138"});
  CHECK(store.personal_of("R-2").empty());
  CHECK(store.meta("seed") == "s");
  CHECK(store.meta("clock").empty());
  store.rollback();  // nothing to undo

  store.begin();
  store.append(make_line(2, "R-1", "crm", "b"));
  store.commit();
  CHECK(store.find_key("crm", "b") == 2);
}

TEST_CASE("store: personal values are put, replaced and erased", "[journal]") {
  const bool file = GENERATE(false, true);
  CAPTURE(file);
  Subject subject(file);
  Store& store = *subject.store;
  store.begin();
  for (std::int64_t seq = 1; seq <= 3; ++seq) {
    store.append(make_line(seq));
    store.put_personal({seq, "phone", seq < 3 ? "p1" : "p2", std::to_string(seq)});
    store.put_personal({seq, "name", "p1", "n"});
  }
  store.put_personal({3, "phone", "p2", "new"});
  store.commit();
  CHECK(values(store.personal(3)) == Texts{"3name=n", "3phone=new"});
  CHECK(values(store.personal_of("p2")) == Texts{"3phone=new"});

  store.begin();
  CHECK(store.erase_personal(0, "", "") == 0);
  CHECK(store.erase_personal(1, "", "name") == 1);
  CHECK(store.erase_personal(3, "p2", "") == 1);
  CHECK(store.erase_personal(0, "p1", "phone") == 2);
  CHECK(store.erase_personal(0, "p1", "phone") == 0);
  store.commit();
  store.scrub();
  CHECK(values(store.personal_of("p1")) == Texts{"2name=n", "3name=n"});
  CHECK(store.personal_of("p2").empty());
  CHECK(store.personal(1).empty());
}

TEST_CASE("store: misuse is refused", "[journal]") {
  const bool file = GENERATE(false, true);
  CAPTURE(file);
  Subject subject(file);
  Store& store = *subject.store;
  CHECK(code_of([&] { store.append(make_line(1)); }) == Code::misuse);
  CHECK(code_of([&] { store.set_meta("a", "b"); }) == Code::misuse);
  CHECK(code_of([&] { store.put_personal({1, "a", "b", "c"}); }) == Code::misuse);
  CHECK(code_of([&] { store.commit(); }) == Code::misuse);
  store.begin();
  CHECK(code_of([&] { store.begin(); }) == Code::misuse);
  CHECK(code_of([&] { store.append(make_line(2)); }) == Code::internal);
  store.append(make_line(1, "", "crm", "a"));
  CHECK(code_of([&] { store.append(make_line(2, "", "crm", "a")); }) == Code::internal);
  CHECK(code_of([&] { store.backup(subject.directory.file("b.db"), {}); }) == Code::misuse);
  store.commit();
  CHECK(store.last_seq() == 1);
  store.close();
  store.close();
  CHECK(code_of([&] { store.last_seq(); }) == Code::misuse);
  CHECK(code_of([&] { store.begin(); }) == Code::misuse);
}

TEST_CASE("store: closing drops what is not committed", "[journal]") {
  Directory directory;
  const auto store = open_sqlite_store(directory.file("a.db"), specs(), {});
  store->begin();
  store->append(make_line(1));
  store->close();
  CHECK(open_sqlite_store(directory.file("a.db"), specs(), {})->last_seq() == 0);
}
