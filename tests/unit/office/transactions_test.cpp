// A call either keeps everything or leaves no trace: every call of the store fails once, at every point; refusals, dry runs
// and dropped proposals are the same from outside.
#include <functional>
#include <memory>

#include "office/impl.hpp"
#include "support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

/// Which call fails: the n-th of a kind from now. A shared block, so that a test can set it while an office owns the store.
struct Plan {
  std::string kind;
  int left = 0;
  bool hit = false;

  void step(const std::string& name) {
    if (name != kind || --left != 0) return;
    hit = true;
    throw Error(name == "append" ? Code::full : Code::io, "the disk failed at " + name);
  }
};

class FailingStore final : public Store {
 public:
  FailingStore(std::unique_ptr<Store> inner, std::shared_ptr<Plan> plan) : inner_(std::move(inner)), plan_(std::move(plan)) {}
  void begin() override { plan_->step("begin"); inner_->begin(); }
  void commit() override { plan_->step("commit"); inner_->commit(); }
  void rollback() noexcept override { inner_->rollback(); }
  bool unclear() const noexcept override { return inner_->unclear(); }
  bool read_only() const noexcept override { return inner_->read_only(); }
  void begin_read() override { plan_->step("begin_read"); inner_->begin_read(); }
  void end_read() noexcept override { inner_->end_read(); }
  void begin_draft() override { plan_->step("begin_draft"); inner_->begin_draft(); }
  void end_draft() override { plan_->step("end_draft"); inner_->end_draft(); }
  std::int64_t last_seq() override { plan_->step("last_seq"); return inner_->last_seq(); }
  std::optional<Line> line(std::int64_t seq) override { plan_->step("line"); return inner_->line(seq); }
  void lines(std::int64_t after, const std::function<bool(const Line&)>& each) override { plan_->step("lines"); inner_->lines(after, each); }
  std::vector<Line> case_lines(std::string_view id) override { plan_->step("case_lines"); return inner_->case_lines(id); }
  std::int64_t find_key(std::string_view source, std::string_view key) override { plan_->step("find_key"); return inner_->find_key(source, key); }
  void append(Line line) override { plan_->step("append"); inner_->append(std::move(line)); }
  void put_personal(const Personal& value) override { plan_->step("put_personal"); inner_->put_personal(value); }
  std::vector<Personal> personal(std::int64_t seq) override { plan_->step("personal"); return inner_->personal(seq); }
  std::vector<Personal> personal_of(std::string_view subject) override { return inner_->personal_of(subject); }
  std::int64_t erase_personal(std::int64_t seq, std::string_view subject, std::string_view field) override {
    plan_->step("erase_personal");
    return inner_->erase_personal(seq, subject, field);
  }
  void scrub() override { plan_->step("scrub"); inner_->scrub(); }
  bool keeps_rows() const noexcept override { return inner_->keeps_rows(); }
  void upsert(std::size_t table, const std::vector<Cell>& row) override { plan_->step("upsert"); inner_->upsert(table, row); }
  void remove(std::size_t table, std::span<const Cell> key) override { plan_->step("remove"); inner_->remove(table, key); }
  void scan(std::size_t table, std::string_view column, const Cell& equals, const std::function<bool(std::vector<Cell>&&)>& each) override {
    plan_->step("scan");
    inner_->scan(table, column, equals, each);
  }
  void select(const Selection& what, const std::function<bool(std::span<const View>)>& each) override {
    plan_->step("select");
    inner_->select(what, each);
  }
  std::string meta(std::string_view name) override { plan_->step("meta"); return inner_->meta(name); }
  void set_meta(std::string_view name, std::string_view value) override { plan_->step("set_meta"); inner_->set_meta(name, value); }
  std::vector<std::string> check() override { return inner_->check(); }
  void backup(const std::string& path, const std::function<bool(std::int64_t, std::int64_t)>& progress) override { inner_->backup(path, progress); }
  void close() override { inner_->close(); }

 private:
  std::unique_ptr<Store> inner_;
  std::shared_ptr<Plan> plan_;
};

const Texts kKinds{"begin", "commit", "last_seq", "line", "lines", "case_lines", "find_key", "append", "put_personal", "personal",
                   "erase_personal", "upsert", "remove", "scan", "meta", "set_meta"};

struct Turn {
  const char* name;
  std::function<void(Office&)> run;
};

/// One call of every kind that writes.
std::vector<Turn> steps() {
  const auto entry = [](const char* name, Entry one) {
    return Turn{name, [one = std::move(one)](Office& office) { accepted(office, one); }};
  };
  const auto line = std::make_shared<std::int64_t>(0);
  return {
      entry("staff", tell("03-01 08:00", "li", "set_staff", "", {{"staff", std::string("wang")}, {"post", std::string("supervisor")}, {"phone", std::string("13900000000")}})),
      entry("report", keyed(report("03-02 09:00", "A", {{"phone", std::string("13800000000")}, {"fault", std::string("drain")}}), "k1")),
      entry("report by a caller", report("03-02 09:05", "B", {{"fault", std::string("drain")}})),
      {"advance", [](Office& office) {
         const std::vector<Notice> found = office.advance(when("03-02 09:30"));
         REQUIRE_FALSE(found.empty());
       }},
      entry("late", tell("03-02 09:10", "zhao", "dispatch", "A", {{"worker", std::string("sun")}}, "03-02 09:40")),
      {"duplicate", [](Office& office) {
         const Outcome out = office.record(keyed(report("03-02 09:00", "A", {{"phone", std::string("13800000000")}, {"fault", std::string("drain")}}), "k1"));
         REQUIRE(out.status == Status::duplicate);
       }},
      entry("arrive", tell("03-02 10:00", "sun", "arrive", "A")),
      entry("finish", tell("03-02 10:30", "sun", "finish", "A")),
      entry("erase", tell("03-02 11:00", "wang", "erase", "", {{"subject", std::string("A")}})),
      {"remark on what is closed", [line](Office& office) {
         *line = accepted(office, tell("03-02 11:30", "sun", "remark", "A", {{"note", std::string("pipe")}})).seq;
       }},
      {"correct what is closed", [line](Office& office) {
         accepted(office, tell("03-02 11:31", "wang", "correct", "", {{"line", *line}, {"note", std::string("hose")}, {"phone", std::string("2")}}));
       }},
      {"report twice", [line](Office& office) { *line = accepted(office, report("03-02 12:00", "V", {{"fault", std::string("drain")}})).seq; }},
      {"void", [line](Office& office) {
         accepted(office, tell("03-02 12:01", "wang", "void", "", {{"line", *line}, {"reason", std::string("twice")}}));
       }},
      {"batch", [](Office& office) {
         const auto out = office.record_lines(R"({"at":"2026-03-02T13:00:00+08:00","by":"resident:2","do":"report","case":"C","place":"p"}
{"at":"2026-03-02T13:01:00+08:00","by":"zhao","do":"dispatch","case":"C","worker":"sun"})", Office::Mode::atomic);
         REQUIRE(out.size() == 2);
         REQUIRE(out[1].accepted());
       }},
      {"adopt", [](Office& office) { office.adopt(manual_of(replaced(kDesk, "\"15min\"", "\"20min\"")), when("03-02 14:00"), "li"); }},
      {"propose", [](Office& office) {
         const Outcome out = office.propose(report("03-02 15:00", "P"));
         office.commit();
         REQUIRE(out.accepted());
       }},
  };
}

struct Picture {
  std::string digest;
  std::string state;
  std::optional<Instant> next;
  friend bool operator==(const Picture&, const Picture&) = default;
};
Picture picture(Office& office) { return {office.digest(), office.state_digest(), office.next_due()}; }

}  // namespace

TEST_CASE("every call of the store fails once, in memory and in a file, and leaves no trace") {
  // What each step comes to when nothing fails.
  std::vector<Picture> expected;
  Office plain = garden();
  for (const Turn& step : steps()) {
    step.run(plain);
    expected.push_back(picture(plain));
  }
  sound(plain);

  // A step that succeeds ends its tries, so each kind gets an office of its own.
  for (const std::string& kind : kKinds) {
    for (const bool in_file : {false, true}) {
      INFO(kind << (in_file ? " in a file" : " in memory"));
      const Directory directory;
      const auto plan = std::make_shared<Plan>();
      const auto open = [&] {
        auto inner = in_file ? open_sqlite_store(directory.file("o.db"), table_specs(), Office::Options{"seed"}) : make_memory_store();
        return office_over(std::make_unique<FailingStore>(std::move(inner), plan), desk(), Office::Options{"seed"});
      };
      Office office = open();
      std::size_t i = 0;
      for (const Turn& step : steps()) {
        bool done = false;
        for (int n = 1; n <= 60 && !done; ++n) {
          INFO(step.name << ", call " << n);
          const Picture before = picture(office);
          plan->kind = kind;
          plan->left = n;
          plan->hit = false;
          Code code = Code::ok;
          try {
            step.run(office);
          } catch (const Error& error) {
            code = error.code();
          }
          plan->kind.clear();
          done = code == Code::ok;
          CHECK(plan->hit == !done);
          if (!done) CHECK(picture(office) == before);
          if (!done && in_file && n == 2) {
            office.close();
            office = open();
            CHECK(picture(office) == before);
          }
        }
        if (!done) step.run(office);
        CHECK(picture(office) == expected[i++]);
      }
      sound(office);
    }
  }
}

TEST_CASE("an erasure whose scrubbing fails is kept, said by verify, and made good by the next write") {
  const Directory directory;
  const auto plan = std::make_shared<Plan>();
  Office office = office_over(
      std::make_unique<FailingStore>(open_sqlite_store(directory.file("o.db"), table_specs(), Office::Options{"seed"}), plan), desk(), Office::Options{"seed"});
  accepted(office, report("03-02 09:00", "A", {{"phone", std::string("13812345678")}}));
  plan->kind = "scrub";
  plan->left = 1;
  accepted(office, tell("03-02 09:01", "li", "erase", "", {{"subject", std::string("A")}}));
  CHECK(plan->hit);
  CHECK(office.verify().findings.size() == 1);
  accepted(office, tell("03-02 09:02", "resident:1", "remark", "A", {{"note", std::string("x")}}));
  sound(office);
  for (const char* name : {"o.db", "o.db-wal", "o.db-shm"}) CHECK_FALSE(contains(bytes_of(directory.file(name)), "13812345678"));
}

TEST_CASE("a catching-up that fails half-way is done again by the next call") {
  const Directory directory;
  const auto plan = std::make_shared<Plan>();
  Office one = garden_in(directory.file("o.db"));
  accepted(one, report("03-02 09:00", "A"));
  Office two = office_over(
      std::make_unique<FailingStore>(open_sqlite_store(directory.file("o.db"), table_specs(), Office::Options{"seed"}), plan), desk(), Office::Options{"seed"});
  int n = 1;
  for (const char* kind : {"lines", "line", "meta", "scan"}) {
    accepted(one, tell("03-02 09:05", "resident:1", "remark", "A", {{"note", std::to_string(n)}}));
    plan->kind = kind;
    plan->left = n++;
    if (plan->left > 1 && std::string(kind) != "scan") plan->left = 1;
    plan->hit = false;
    CHECK(code_of([&] { two.next_due(); }) == Code::io);
    CHECK(plan->hit);
    plan->kind.clear();
    CHECK(two.next_due() == one.next_due());
    CHECK(two.digest() == one.digest());
  }
  CHECK(ids(two.advance(when("03-02 09:30"))) == Texts{"A:dispatch:1:75%", "A:dispatch:1:100%"});
  sound(one);
}

TEST_CASE("dry runs, refusals and dropped proposals leave no trace") {
  const Directory directory;
  for (const bool in_file : {false, true}) {
    Office office = in_file ? garden_in(directory.file("o.db")) : garden();
    // Nothing is told yet: not even the manual is adopted by what is not kept.
    CHECK(office.record(report("03-02 09:00", "A"), true).accepted());
    CHECK(office.last_seq() == 0);
    CHECK(office.clock() == kAlways);
    refused(office, tell("03-02 09:00", "zhao", "dispatch", "A"), "unknown_case");
    CHECK(office.last_seq() == 0);

    staff_up(office);
    accepted(office, report("03-02 09:00", "A", {{"phone", std::string("1")}}));
    const Picture before = picture(office);
    const Outcome dry = office.record(tell("03-02 20:00", "zhao", "dispatch", "A", {{"worker", std::string("sun")}}), true);
    CHECK(dry.accepted());
    CHECK(dry.notices.size() >= 4);
    CHECK(picture(office) == before);
    // What was found on the way to a refusal is not kept either.
    refused(office, tell("03-02 20:00", "zhao", "despatch", "A"), "unknown_action");
    CHECK(picture(office) == before);

    REQUIRE(office.propose(tell("03-02 20:00", "zhao", "dispatch", "A", {{"worker", std::string("sun")}})).accepted());
    CHECK(office.proposed().size() >= 5);
    CHECK(code_of([&] { office.record(report("03-02 20:00", "B")); }) == Code::misuse);
    CHECK(code_of([&] { office.digest(); }) == Code::misuse);
    CHECK(code_of([&] { office.table("cases"); }) == Code::misuse);
    CHECK(code_of([&] { office.propose(report("03-02 20:00", "B")); }) == Code::misuse);
    office.discard();
    CHECK(office.proposed().empty());
    CHECK(picture(office) == before);

    const Outcome no = office.propose(tell("03-02 20:00", "wang", "approve", "A"));
    CHECK(no.reason == "wrong_stage");
    CHECK(office.proposed().empty());
    office.commit();
    CHECK(picture(office) == before);
    CHECK(code_of([&] { office.commit(); }) == Code::misuse);
    office.discard();

    const Entry entry = tell("03-02 09:05", "zhao", "dispatch", "A", {{"worker", std::string("sun")}});
    const Outcome out = office.propose(entry);
    const std::vector<Line> lines = office.proposed();
    office.commit();
    CHECK(out.seq == office.last_seq());
    REQUIRE(lines.size() == 1);
    CHECK(office.lines(out.seq - 1).front().text == lines.front().text);
    CHECK(stage_of(office, "A") == "dispatched");
    sound(office);

    // Closing drops what is held.
    REQUIRE(office.propose(report("03-02 20:00", "B")).accepted());
    office.close();
    office.close();
    CHECK(code_of([&] { office.digest(); }) == Code::misuse);
    CHECK(code_of([&] { office.record(report("03-02 20:00", "B")); }) == Code::misuse);
  }
  Office again = garden_in(directory.file("o.db"));
  CHECK(stage_of(again, "B") == "no row");
}

TEST_CASE("a loading that fails leaves the office's own seed in place") {
  Office office = garden();
  accepted(office, report("03-02 09:00", "A"));
  Office other = Office::memory(desk(), Office::Options{"mine"});
  std::vector<Line> lines = office.lines(0);
  lines[1].text[lines[1].text.size() - 2] = '!';
  CHECK(code_of([&] { other.load(lines); }) == Code::corrupt);
  accepted(other, report("03-02 09:00", "A"));
  CHECK(contains(other.lines(0).front().text, "\"seed\":\"mine\""));
}
