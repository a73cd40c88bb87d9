// The file: rows, several connections, files that are none of ours, erasing without a trace, backups, fork.
#include <sqlite3.h>
#include <sys/wait.h>

#include <set>
#include <thread>

#include "support.hpp"

using namespace wuye;
using namespace wuye::test;

namespace {

std::unique_ptr<Store> open_at(const std::string& path, std::int64_t busy_ms = 0, bool read_only = false) {
  Office::Options options;
  options.busy_ms = busy_ms;
  options.read_only = read_only;
  return open_sqlite_store(path, specs(), options);
}

Error open_error(const std::string& path, bool read_only = false) {
  return error_of([&] { open_at(path, 0, read_only); });
}

/// Another program with SQLite at hand.
class Raw {
 public:
  explicit Raw(const std::string& path) { REQUIRE(sqlite3_open(path.c_str(), &db_) == SQLITE_OK); }
  ~Raw() { sqlite3_close(db_); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;
  void run(const std::string& sql) {
    CAPTURE(sql);
    REQUIRE(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  std::string ask(const std::string& sql) {
    std::string out;
    const auto keep = [](void* to, int, char** values, char**) {
      *static_cast<std::string*>(to) += values[0] == nullptr ? "null" : values[0];
      return 0;
    };
    REQUIRE(sqlite3_exec(db_, sql.c_str(), keep, &out, nullptr) == SQLITE_OK);
    return out;
  }

 private:
  sqlite3* db_ = nullptr;
};

void fill(Store& store, std::int64_t lines) {
  store.begin();
  for (std::int64_t seq = store.last_seq() + 1; lines > 0; ++seq, --lines) store.append(make_line(seq, "R-" + std::to_string(seq)));
  store.commit();
}

std::string ids(Store& store, std::size_t table, std::string_view column, const Cell& equals) {
  std::string out;
  store.scan(table, column, equals, [&](std::vector<Cell>&& row) {
    const auto* text = std::get_if<std::string>(&row.front());
    out += (text != nullptr ? *text : std::to_string(std::get<std::int64_t>(row.front()))) + " ";
    return true;
  });
  return out;
}

}  // namespace

TEST_CASE("sqlite: rows go in, change, come out in key order, and go", "[journal]") {
  Directory directory;
  const std::string path = directory.file("office.db");
  {
    const auto store = open_at(path);
    CHECK(store->keeps_rows());
    store->begin();
    for (const char* id : {"R-2", "R-10", "R-1"}) store->upsert(kCases, tables::cells(make_case(id, true)));
    store->upsert(kCases, tables::cells(make_case("R-2", false)));
    for (const std::int64_t seq : {9, 1, 10}) {
      rows::Adopted row;
      row.seq = seq;
      store->upsert(kAdopted, tables::cells(row));
    }
    rows::Deadline deadline;
    deadline.case_id = "R-1";
    for (const char* name : {"b", "a"}) {
      deadline.deadline = name;
      store->upsert(kDeadlines, tables::cells(deadline));
    }
    store->commit();
    CHECK(ids(*store, kCases, "", {}) == "R-1 R-10 R-2 ");
    CHECK(ids(*store, kCases, "live", std::int64_t{1}) == "R-1 R-10 ");
    CHECK(ids(*store, kCases, "live", std::int64_t{0}) == "R-2 ");
    CHECK(ids(*store, kCases, "case", std::string("R-10")) == "R-10 ");
    CHECK(ids(*store, kCases, "ended_at", {}) == "R-1 R-10 ");
    CHECK(ids(*store, kAdopted, "", {}) == "1 9 10 ");
    CHECK(code_of([&] { ids(*store, kCases, "nonsense", {}); }) == Code::internal);
  }
  const auto store = open_at(path);
  std::vector<rows::Case> cases;
  store->scan(kCases, "case", std::string("R-2"), [&](std::vector<Cell>&& row) {
    cases.push_back(tables::row_from<rows::Case>(std::move(row)));
    return true;
  });
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].fields == R"({"text":"厨房"})");
  CHECK(cases[0].ended_at == Instant{43});
  CHECK_FALSE(cases[0].live);
  CHECK(cases[0].opened_at == Instant{42});

  store->begin();
  const std::vector<Cell> key = {std::string("R-1"), std::string("b"), std::int64_t{1}};
  store->remove(kDeadlines, key);
  store->remove(kDeadlines, key);
  CHECK(code_of([&] { store->remove(kCases, key); }) == Code::internal);
  store->rollback();
  CHECK(ids(*store, kDeadlines, "case", std::string("R-1")) == "R-1 R-1 ");
  CHECK(store->check().empty());
}

TEST_CASE("sqlite: opening reads live cases by their index", "[journal]") {
  Directory directory;
  open_at(directory.file("a.db"));
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(directory.file("a.db").c_str(), &db) == SQLITE_OK);
  std::string plan;
  const auto keep = [](void* to, int, char** values, char**) {
    *static_cast<std::string*>(to) += values[3];
    return 0;
  };
  REQUIRE(sqlite3_exec(db, "EXPLAIN QUERY PLAN SELECT * FROM t_cases WHERE \"live\" = 1 ORDER BY \"case\"", keep, &plan, nullptr) == SQLITE_OK);
  sqlite3_close(db);
  CHECK(contains(plan, "t_cases_live"));
  CHECK_FALSE(contains(plan, "TEMP B-TREE"));
}

TEST_CASE("sqlite: two connections see each other's commits, and one writes at a time", "[journal]") {
  Directory directory;
  const std::string path = directory.file("office.db");
  const auto first = open_at(path);
  const auto second = open_at(path);
  first->begin();
  first->append(make_line(1));
  CHECK(second->last_seq() == 0);
  const Error busy = error_of([&] { second->begin(); });
  CHECK(busy.code() == Code::busy);
  CHECK(contains(busy.what(), "another process"));
  first->commit();
  CHECK(second->last_seq() == 1);
  second->begin();
  second->append(make_line(2));
  second->commit();
  CHECK(first->last_seq() == 2);

  const auto patient = open_at(path, 10'000);
  first->begin();
  std::thread later([&] {
    sqlite3_sleep(50);
    first->commit();
  });
  CHECK_NOTHROW(patient->begin());
  later.join();
  patient->rollback();
}

TEST_CASE("sqlite: many may make the same new file", "[journal]") {
  Directory directory;
  std::vector<std::thread> threads;
  std::vector<Code> codes(6, Code::internal);
  for (Code& code : codes) threads.emplace_back([&] { code = code_of([&] { open_at(directory.file("new.db"), 20'000); }); });
  for (std::thread& thread : threads) thread.join();
  CHECK(codes == std::vector<Code>(6, Code::ok));
}

TEST_CASE("sqlite: files that are not an office", "[journal]") {
  Directory directory;
  const std::string path = directory.file("x.db");
  const auto expect = [&](Code code, const char* says) {
    const Error error = open_error(path);
    CHECK(error.code() == code);
    CHECK(contains(error.what(), says));
    CHECK(contains(error.what(), path));
  };
  SECTION("garbage") {
    write_bytes(path, std::string(5000, 'x'));
    expect(Code::corrupt, "not an office");
    CHECK(bytes_of(path) == std::string(5000, 'x'));
  }
  SECTION("a few bytes") {
    write_bytes(path, "hello");
    expect(Code::corrupt, "not an office");
  }
  SECTION("the first 100 bytes of a database") {
    fill(*open_at(path), 3);
    write_bytes(path, bytes_of(path).substr(0, 100));
    expect(Code::corrupt, "truncated");
  }
  SECTION("truncated at a page") {
    fill(*open_at(path), 2000);
    write_bytes(path, bytes_of(path).substr(0, 8 * 4096));
    expect(Code::corrupt, "truncated");
  }
  SECTION("truncated within the first page") {
    fill(*open_at(path), 2000);
    write_bytes(path, bytes_of(path).substr(0, 2000));
    expect(Code::corrupt, "truncated");
  }
  SECTION("another program's database") {
    Raw(path).run("CREATE TABLE t (x)");
    const std::string before = bytes_of(path);
    expect(Code::corrupt, "not an office of wuye");
    CHECK(bytes_of(path) == before);
  }
  SECTION("another application id") {
    Raw(path).run("PRAGMA application_id = 7");
    expect(Code::corrupt, "not an office of wuye");
  }
  SECTION("our id without our tables") {
    Raw(path).run("PRAGMA application_id = 0x77757965");
    expect(Code::corrupt, "not an office");
  }
  SECTION("no format") {
    open_at(path);
    Raw(path).run("DELETE FROM meta");
    expect(Code::corrupt, "format");
  }
  SECTION("a newer format that cannot be read") {
    open_at(path);
    Raw(path).run("UPDATE meta SET value = '2'");
    expect(Code::unsupported, "format 2");
  }
  SECTION("a table with other columns") {
    open_at(path);
    Raw(path).run("ALTER TABLE t_cases ADD COLUMN later TEXT");
    expect(Code::unsupported, "other columns");
  }
  SECTION("a directory") {
    std::filesystem::create_directory(path);
    expect(Code::io, "directory");
  }
}

TEST_CASE("sqlite: files that cannot be opened", "[journal]") {
  Directory directory;
  CHECK(open_error(directory.file("none/x.db")).code() == Code::io);
  CHECK(contains(open_error(directory.file("none/x.db")).what(), "no such directory"));
  CHECK(open_error(directory.file("x.db"), true).code() == Code::not_found);
  CHECK(open_error("").code() == Code::invalid_argument);
  CHECK(open_error(std::string("a\0b", 3)).code() == Code::invalid_argument);

  open_at(directory.file("locked.db"));
  Raw other(directory.file("locked.db"));
  other.run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE meta SET value = '1'; COMMIT");
  CHECK(open_error(directory.file("locked.db")).code() == Code::busy);
}

TEST_CASE("sqlite: an empty file is a new office", "[journal]") {
  Directory directory;
  write_bytes(directory.file("x.db"), "");
  const auto store = open_at(directory.file("x.db"));
  CHECK(store->meta("format") == "1");
  CHECK(store->last_seq() == 0);
  write_bytes(directory.file("y.db"), "");
  CHECK(open_error(directory.file("y.db"), true).code() == Code::corrupt);
}

TEST_CASE("sqlite: the file says what it is", "[journal]") {
  Directory directory;
  open_at(directory.file("a.db"));
  Raw raw(directory.file("a.db"));
  CHECK(raw.ask("PRAGMA application_id") == std::to_string(0x77757965));
  CHECK(raw.ask("PRAGMA user_version") == "1");
  CHECK(raw.ask("PRAGMA journal_mode") == "wal");
  CHECK(raw.ask("SELECT group_concat(name || '=' || value) FROM (SELECT * FROM meta ORDER BY name)") == "format=1,least_reader=1,least_writer=1");
}

TEST_CASE("sqlite: a path is a path, whatever SQLite could read into it", "[journal]") {
  Directory directory;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory.file("."));
  for (const std::string name : {":memory:", "file:x.db?mode=memory", "管理处 100%?#.db"}) {
    CAPTURE(name);
    fill(*open_at(name), 1);
    CHECK(std::filesystem::exists(name));
    CHECK(open_at(name)->last_seq() == 1);
  }
  std::filesystem::current_path(before);
}

TEST_CASE("sqlite: read-only", "[journal]") {
  Directory directory;
  const std::string path = directory.file("x.db");
  fill(*open_at(path), 3);
  {
    const auto store = open_at(path, 0, true);
    CHECK(store->read_only());
    CHECK(store->last_seq() == 3);
    CHECK(code_of([&] { store->begin(); }) == Code::read_only);
    const auto writer = open_at(path);
    fill(*writer, 1);
    CHECK(store->last_seq() == 4);
  }
  Raw(path).run("UPDATE meta SET value = '2' WHERE name <> 'least_reader'");
  const auto newer = open_at(path);
  CHECK(newer->read_only());
  CHECK(newer->last_seq() == 4);
  const Error error = error_of([&] { newer->begin(); });
  CHECK(error.code() == Code::read_only);
  CHECK(contains(error.what(), "newer format"));
  newer->close();
  if (geteuid() != 0) {  // root may write anything
    Raw(path).run("UPDATE meta SET value = '1'");
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
    const auto guarded = open_at(path);
    CHECK(guarded->read_only());
    CHECK(guarded->last_seq() == 4);
  }
}

TEST_CASE("sqlite: nothing in a file runs", "[journal]") {
  Directory directory;
  const std::string path = directory.file("x.db");
  open_at(path);
  Raw(path).run("CREATE TRIGGER harm AFTER INSERT ON lines BEGIN DELETE FROM meta; END");
  const auto store = open_at(path);
  fill(*store, 1);
  CHECK(store->meta("format") == "1");
}

TEST_CASE("sqlite: what is erased leaves no bytes", "[journal]") {
  Directory directory;
  const std::string path = directory.file("x.db");
  const auto store = open_at(path);
  // Values of many sizes put in out of order, so that pages split, merge and spill over; then most of them go.
  std::uint64_t random = 20260302;
  const auto next = [&](std::uint64_t bound) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    return (random >> 33U) % bound;
  };
  const auto secret = [](std::int64_t seq) { return "secret-" + std::to_string(seq * 7919) + "!"; };
  constexpr std::int64_t kCount = 3000;
  std::vector<std::int64_t> order;
  for (std::int64_t seq = 1; seq <= kCount; ++seq) order.push_back(seq);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[next(i)]);
  for (std::size_t i = 0; i < order.size();) {
    store->begin();
    for (std::size_t n = next(200); i < order.size() && n > 0; --n, ++i) {
      const std::int64_t seq = order[i];
      std::string value = secret(seq);
      for (std::size_t more = next(seq % 100 == 0 ? 20'000 : 300); more > 0; --more) value += 'x';
      store->put_personal({seq, "phone", "subject-" + secret(seq), value + secret(seq)});
    }
    store->commit();
  }
  store->begin();
  std::int64_t erased = 0;
  for (const std::int64_t seq : order) {
    if (seq % 4 != 0) erased += store->erase_personal(seq, "", "");
  }
  store->commit();
  CHECK(erased == kCount * 3 / 4);
  store->scrub();
  const std::string bytes = bytes_of(path) + bytes_of(path + "-wal");
  std::set<std::string> there;
  for (std::size_t at = bytes.find("secret-"); at != std::string::npos; at = bytes.find("secret-", at + 1)) {
    there.insert(bytes.substr(at, bytes.find('!', at) + 1 - at));
  }
  std::int64_t left = 0;
  for (std::int64_t seq = 1; seq <= kCount; ++seq) {
    if (seq % 4 != 0) left += there.count(secret(seq)) > 0 ? 1 : 0;
    else CHECK(there.count(secret(seq)) > 0);
  }
  CHECK(left == 0);
  CHECK(store->personal(4).size() == 1);
  CHECK(store->check().empty());
}

TEST_CASE("sqlite: an erasing that a crash kept from being scrubbed is scrubbed on opening", "[journal]") {
  Directory directory;
  const std::string path = directory.file("x.db");
  {
    const auto store = open_at(path);
    store->begin();
    store->put_personal({1, "phone", "R-1", "a secret number"});
    store->commit();
    store->begin();
    CHECK(store->erase_personal(1, "", "") == 1);
    store->commit();
    const std::string there = bytes_of(path) + bytes_of(path + "-wal");
    REQUIRE(there.find("a secret number") != std::string::npos);
  }
  const auto store = open_at(path);
  CHECK((bytes_of(path) + bytes_of(path + "-wal")).find("a secret number") == std::string::npos);
  CHECK(store->meta("scrub_due").empty());
}

TEST_CASE("sqlite: scrubbing says when a reader stands in the way", "[journal]") {
  Directory directory;
  const auto store = open_at(directory.file("x.db"));
  fill(*store, 1);
  Raw reader(directory.file("x.db"));
  reader.run("BEGIN; SELECT * FROM lines");
  fill(*store, 1);
  CHECK(code_of([&] { store->scrub(); }) == Code::busy);
  reader.run("COMMIT");
  CHECK_NOTHROW(store->scrub());
}

TEST_CASE("sqlite: a backup is one moment, while another connection writes", "[journal]") {
  Directory directory;
  const std::string path = directory.file("x.db");
  const std::string copy = directory.file("copy.db");
  const auto store = open_at(path);
  fill(*store, 20'000);
  const auto writer = open_at(path);
  int calls = 0;
  std::int64_t last_done = 0;
  store->backup(copy, [&](std::int64_t done, std::int64_t all) {
    fill(*writer, 10);
    CHECK(done > last_done);
    CHECK(done <= all);
    last_done = done;
    ++calls;
    return true;
  });
  CHECK(calls > 2);
  CHECK(store->last_seq() == 20'000 + 10 * calls);
  {
    const auto opened = open_at(copy);
    CHECK(opened->last_seq() == 20'000);
    CHECK(opened->check().empty());
    fill(*opened, 1);
  }
  CHECK(code_of([&] { store->backup(copy, {}); }) == Code::conflict);
  CHECK(open_at(copy)->last_seq() == 20'001);  // and it is untouched
  CHECK(code_of([&] { store->backup(directory.file("none/y.db"), {}); }) == Code::io);
  CHECK(code_of([&] { store->backup(directory.file("stopped.db"), [](auto, auto) { return false; }); }) == Code::cancelled);
  CHECK_FALSE(std::filesystem::exists(directory.file("stopped.db")));
  CHECK_NOTHROW(store->backup(directory.file("quiet.db"), {}));
  fill(*store, 1);
}

TEST_CASE("sqlite: damage is found by the check", "[journal]") {
  Directory directory;
  const std::string path = directory.file("x.db");
  fill(*open_at(path), 3000);
  std::string bytes = bytes_of(path);
  for (std::size_t i = 20 * 4096; i < 21 * 4096; ++i) bytes[i] = static_cast<char>(0x55);
  write_bytes(path, bytes);
  CHECK_FALSE(open_at(path)->check().empty());
}

TEST_CASE("sqlite: after fork the child may not use the store, and does it no harm", "[journal]") {
  Directory directory;
  const std::string path = directory.file("x.db");
  auto store = open_at(path);
  fill(*store, 1);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const bool refused = code_of([&] { store->begin(); }) == Code::misuse && code_of([&] { store->last_seq(); }) == Code::misuse &&
                         code_of([&] { store->close(); }) == Code::misuse;
    store.reset();
    _exit(refused ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  fill(*store, 1);
  CHECK(open_at(path)->last_seq() == 2);
}
