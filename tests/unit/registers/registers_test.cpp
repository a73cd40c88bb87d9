// Who is told: zone, leave, deputies, the way up; and who may act. Every date is half-open.
#include "registers/registers.hpp"

#include "../office/support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;
using registers::Reached;
using registers::Registers;
using registers::Subject;

class Desk {
 public:
  Desk& tell(std::string_view at, const std::string& action, std::initializer_list<std::pair<const char*, Value>> with) {
    std::vector<std::pair<int, Value>> values;
    for (const auto& [name, value] : with) values.emplace_back(registers::builtin().field(name), value);
    registers_.apply(action, values, when(at), ++seq_, 1);
    return *this;
  }
  Desk& staff(const std::string& who, const std::string& post, const std::string& zone = {}) {
    tell("03-01 08:00", "set_staff", {{"staff", who}, {"post", post}, {"zone", zone}});
    return *this;
  }
  Reached ask(model::Recipient::Kind kind, const std::string& post, const Subject& subject, std::string_view at) const {
    model::Recipient recipient;
    recipient.kind = kind;
    recipient.post = post.empty() ? -1 : desk().compiled().post(post);
    recipient.text = "text";
    return registers_.resolve(desk().compiled(), recipient, subject, when(at));
  }
  Reached post(const std::string& name, const std::string& zone = {}, std::string_view at = "03-02 09:00") const {
    return ask(model::Recipient::Kind::post, name, {"", "", "", zone}, at);
  }
  Texts posts(const std::string& who, std::string_view at = "03-02 09:00") const {
    Texts out;
    for (const int one : registers_.posts_of(desk().compiled(), who, when(at))) out.push_back(desk().compiled().posts[static_cast<std::size_t>(one)].name);
    return out;
  }
  const Registers& registers() const { return registers_; }

 private:
  Registers registers_;
  std::int64_t seq_ = 0;
};

using Kind = model::Recipient::Kind;
const Subject kSuns{"sun", "zhao", "resident:1", ""};
Value text(const char* value) { return std::string(value); }

}  // namespace

TEST_CASE("of a post those of the case's zone are told, else the whole post") {
  Desk d;
  d.staff("zhao", "officer", "north").staff("qian", "officer", "south").staff("wu", "officer").staff("wang", "supervisor");
  CHECK(d.post("officer", "north").people == Texts{"zhao"});
  CHECK(d.post("officer", "south").people == Texts{"qian"});
  CHECK(d.post("officer", "east").people == Texts{"qian", "wu", "zhao"});
  CHECK(d.post("officer").people == Texts{"qian", "wu", "zhao"});
  CHECK(d.post("officer").vacant.empty());
}

TEST_CASE("nobody at a post: the deputy of the person, the deputy post, the way up; each gap is named") {
  Desk d;
  d.staff("zhao", "officer").staff("wang", "supervisor").staff("li", "head");
  d.tell("03-02 09:00", "leave", {{"staff", text("zhao")}, {"until", when("03-03 09:00").us}});
  CHECK(d.post("officer", "", "03-02 08:59").people == Texts{"zhao"});
  // Away from the first instant on, back at the last.
  Reached reached = d.post("officer", "", "03-02 09:00");
  CHECK(reached.people == Texts{"wang"});
  CHECK(reached.post == "supervisor");
  CHECK(reached.vacant == Texts{"officer"});
  CHECK(d.post("officer", "", "03-03 09:00").people == Texts{"zhao"});

  d.staff("qian", "worker").tell("03-02 08:00", "set_deputy", {{"staff", text("qian")}, {"of", text("zhao")}, {"until", when("03-02 12:00").us}});
  reached = d.post("officer", "", "03-02 11:59");
  CHECK(reached.people == Texts{"qian"});
  CHECK(reached.post == "officer");
  CHECK(reached.vacant.empty());
  CHECK(d.post("officer", "", "03-02 12:00").people == Texts{"wang"});

  d.tell("03-02 13:00", "leave", {{"staff", text("wang")}, {"until", when("03-04 09:00").us}});
  reached = d.post("officer", "", "03-02 13:00");
  CHECK(reached.people == Texts{"li"});
  CHECK(reached.vacant == Texts{"officer", "supervisor"});
  d.tell("03-02 14:00", "set_staff", {{"staff", text("li")}, {"until", when("03-02 15:00").us}});
  CHECK(d.post("head", "", "03-02 14:59").people == Texts{"li"});
  reached = d.post("officer", "", "03-02 15:00");
  CHECK(reached.people.empty());
  CHECK(reached.post == "officer");
  CHECK(reached.vacant == Texts{"officer", "supervisor", "head"});
}

TEST_CASE("a post that ended, or has not begun, is nobody's") {
  Desk d;
  d.staff("zhao", "officer").staff("wang", "supervisor");
  d.tell("03-02 10:00", "end_post", {{"staff", text("zhao")}, {"post", text("officer")}});
  d.tell("03-02 11:00", "set_post", {{"staff", text("zhao")}, {"post", text("officer")}, {"until", when("03-02 12:00").us}});
  CHECK(d.post("officer", "", "03-02 09:59:59").people == Texts{"zhao"});
  CHECK(d.post("officer", "", "03-02 10:00").people == Texts{"wang"});
  CHECK(d.post("officer", "", "03-02 11:00").people == Texts{"zhao"});
  CHECK(d.post("officer", "", "03-02 12:00").people == Texts{"wang"});
  CHECK(d.posts("zhao", "03-02 09:59") == Texts{"officer"});
  CHECK(d.posts("zhao", "03-02 10:00").empty());
  CHECK(d.posts("zhao", "03-02 11:59") == Texts{"officer"});
  CHECK(d.posts("zhao", "02-28 09:00").empty());
}

TEST_CASE("the holder: in person, by a deputy, or the superior; a resident is always there") {
  Desk d;
  d.staff("sun", "worker").staff("zhou", "worker").staff("zhao", "officer").staff("wang", "supervisor");
  CHECK(d.ask(Kind::holder, "", kSuns, "03-02 09:00").people == Texts{"sun"});
  CHECK(d.ask(Kind::superior_of_holder, "", kSuns, "03-02 09:00").people == Texts{"wang"});
  d.tell("03-02 10:00", "leave", {{"staff", text("sun")}, {"until", when("03-02 18:00").us}});
  Reached reached = d.ask(Kind::holder, "", kSuns, "03-02 10:00");
  CHECK(reached.people == Texts{"wang"});
  CHECK(reached.vacant == Texts{"holder"});
  d.tell("03-02 10:00", "set_deputy", {{"staff", text("zhou")}, {"of", text("sun")}});
  reached = d.ask(Kind::holder, "", kSuns, "03-02 10:00");
  CHECK(reached.people == Texts{"zhou"});
  CHECK(reached.vacant.empty());
  // Gone for good: whoever stands in, else the superior of the posts that were held.
  d.tell("03-02 19:00", "set_staff", {{"staff", text("zhou")}, {"until", when("03-02 20:00").us}});
  d.tell("03-02 19:00", "set_staff", {{"staff", text("sun")}, {"until", when("03-02 20:00").us}});
  CHECK(d.ask(Kind::holder, "", kSuns, "03-02 21:00").people == Texts{"wang"});
  // Nobody holds it yet: whoever opened it.
  CHECK(d.ask(Kind::holder, "", {"", "zhao", "", ""}, "03-02 09:00").people == Texts{"zhao"});
  CHECK(d.ask(Kind::holder, "", {"", "resident:3-1201", "", ""}, "03-02 09:00").people == Texts{"resident:3-1201"});
  CHECK(d.ask(Kind::reporter, "", kSuns, "03-02 09:00").people == Texts{"resident:1"});
  CHECK(d.ask(Kind::superior_of_post, "worker", kSuns, "03-02 09:00").people == Texts{"wang"});
  CHECK(d.ask(Kind::superior_of_post, "head", kSuns, "03-02 09:00").people.empty());
}

TEST_CASE("no staff at all: posts are named, people as the case knows them") {
  const Desk d;
  CHECK_FALSE(d.registers().has_staff());
  CHECK(d.post("officer").post == "officer");
  CHECK(d.post("officer").people.empty());
  CHECK(d.post("officer").vacant.empty());
  CHECK(d.ask(Kind::holder, "", kSuns, "03-02 09:00").people == Texts{"sun"});
  CHECK(d.ask(Kind::superior_of_post, "officer", kSuns, "03-02 09:00").post == "supervisor");
  CHECK(d.ask(Kind::superior_of_post, "head", kSuns, "03-02 09:00").post.empty());
}

TEST_CASE("who stands in for somebody may do what that person may") {
  Office office = garden();
  staff_up(office);
  accepted(office, report("03-02 09:00", "A"));
  accepted(office, report("03-02 09:00", "B"));
  accepted(office, tell("03-02 09:01", "li", "set_deputy", "", {{"staff", std::string("sun")}, {"of", std::string("zhao")}, {"until", when("03-02 09:10").us}}));
  CHECK(accepted(office, tell("03-02 09:09", "sun", "dispatch", "A", {{"worker", std::string("sun")}})).breaches.empty());
  const Outcome late = accepted(office, tell("03-02 09:10", "sun", "dispatch", "B", {{"worker", std::string("sun")}}));
  REQUIRE(late.breaches.size() == 1);
  CHECK(late.breaches[0].reason == "not_allowed");
  CHECK(accepted(office, tell("03-02 09:11", "ghost", "arrive", "A")).breaches[0].reason == "unknown_actor");
}

TEST_CASE("the pseudo posts") {
  using registers::pseudo_post;
  CHECK(pseudo_post("resident:3-1201") == "resident");
  CHECK(pseudo_post("system") == "system");
  CHECK(pseudo_post("residents").empty());
  CHECK(pseudo_post("").empty());
  const Desk d;
  CHECK(d.posts("provider:abc") == Texts{"provider"});
}
