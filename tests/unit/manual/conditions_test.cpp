// Conditions as compiled from a manual, against cases made of a few values.
#include "manual/conditions.hpp"

#include <map>

#include "support.hpp"

namespace wuye::test {
namespace {

class Case : public ConditionContext {
 public:
  Case(const model::Procedure& procedure, const std::string& at_wall, const Fields& fields)
      : ConditionContext(parse_instant(at_wall + "+08:00")) {
    for (const model::Field& field : procedure.fields) values_.push_back(field.fallback);
    for (const auto& [name, value] : fields) values_.at(static_cast<std::size_t>(procedure.field(name))) = value;
  }
  const Value& field(int index) const override { return values_.at(static_cast<std::size_t>(index)); }
  std::string place_attribute(std::string_view name) const override { return name == "kind" ? "common" : name == "use" ? "shop" : ""; }
  std::string stage_of_opened(std::string_view action) const override { return action == "arrive" ? "reported" : ""; }
  OtherCase other_case(std::string_view id) const override {
    if (id == "R-1") return {true, false, "done", "repair"};
    if (id == "R-2") return {true, true, "reported", "repair"};
    return {};
  }
  bool children_ended() const override { return false; }
  std::int64_t other_cases(const model::Others& asked) const override { return asked.fields == std::vector<std::string>{"worker"} ? 2 : 0; }

 private:
  std::vector<Value> values_;
};

/// Whether `when` holds for a repair told on Monday, 2026-03-02 at `time`.
bool when(const std::string& condition, const Fields& fields = {}, const std::string& time = "10:00") {
  const Manual manual = loaded(changed(kManual, "when = { quote = { at_most = 50000 } }", "when = " + condition));
  const model::Procedure& procedure = *manual.compiled().procedure("repair");
  const model::Requirement& requirement = procedure.actions[2].only_when.at(0);
  return holds(manual.compiled(), requirement.when, Case(procedure, "2026-03-02T" + time, fields));
}
Value text(const std::string& value) { return Value(value); }
Value instant(const std::string& wall) { return Value(parse_instant(wall + "+08:00").us); }

}  // namespace

TEST_CASE("equal and one of", "[manual]") {
  CHECK(when("{ urgency = \"ordinary\" }"));
  CHECK_FALSE(when("{ urgency = \"emergency\" }"));
  CHECK(when("{ urgency = [\"emergency\", \"ordinary\"] }"));
  CHECK(when("{ quote = 5 }", {{"quote", Value(std::int64_t{5})}}));
  CHECK_FALSE(when("{ quote = [5, 6] }", {{"quote", Value(std::int64_t{7})}}));
  CHECK_FALSE(when("{ note = \"x\" }"));
  CHECK(when("{ class = \"repair\" }"));
  CHECK(when("{ until = 2026-03-05 }", {{"until", text("2026-03-05")}}));
}

TEST_CASE("range, present and absent", "[manual]") {
  CHECK(when("{ quote = { at_least = 1, at_most = 5 } }", {{"quote", Value(std::int64_t{5})}}));
  CHECK_FALSE(when("{ quote = { at_least = 1 } }", {{"quote", Value(std::int64_t{0})}}));
  CHECK_FALSE(when("{ quote = { at_least = 1 } }"));
  CHECK(when("{ has = \"urgency\", lacks = [\"note\", \"quote\"] }"));
  CHECK_FALSE(when("{ has = [\"urgency\", \"note\"] }"));
}

TEST_CASE("field against field, and lead time", "[manual]") {
  const std::string manual_until = "{ not_after = [\"promised\", \"promised\"] }";
  CHECK(when(manual_until, {{"promised", instant("2026-03-02T10:00")}}));
  CHECK(when(manual_until));
  const std::string lead = "{ lead = { before = \"promised\", at_least = \"2h\" } }";
  CHECK(when(lead, {{"promised", instant("2026-03-02T12:00")}}));
  CHECK_FALSE(when(lead, {{"promised", instant("2026-03-02T11:59")}}));
  CHECK(when(lead));
  const std::string days = "{ lead = { before = \"until\", at_least = \"3wd\", calendar = \"office_day\" } }";
  CHECK(when(days, {{"until", text("2026-03-05")}}));
  CHECK_FALSE(when(days, {{"until", text("2026-03-04")}}));
}

TEST_CASE("inside a calendar, the place, another case", "[manual]") {
  CHECK(when("{ inside = \"desk_day\" }"));
  CHECK_FALSE(when("{ inside = \"desk_day\" }", {}, "19:00"));
  CHECK(when("{ place = { kind = \"common\", use = [\"shop\", \"home\"] } }"));
  CHECK_FALSE(when("{ place = { kind = \"common\", zone = \"A\" } }"));
  CHECK(when("{ stage = { of = \"original\", is = [\"done\"] } }", {{"original", text("R-1")}}));
  CHECK_FALSE(when("{ stage = { of = \"original\", is = [\"done\"] } }", {{"original", text("R-2")}}));
  CHECK_FALSE(when("{ stage = { of = \"original\", is = [\"done\"] } }"));
}

TEST_CASE("how long a list is", "[manual]") {
  const Fields two{{"helpers", Value(std::vector<std::string>{"sun", "ma"})}};
  const std::string with_list = changed(kManual, "note     = {", "helpers  = { title = { zh = \"协同\", en = \"Helpers\" }, type = \"list\" }\nnote     = {");
  const auto holds_for = [&](const std::string& condition, const Fields& fields) {
    const Manual manual = loaded(changed(with_list, "when = { quote = { at_most = 50000 } }", "when = " + condition));
    const model::Procedure& procedure = *manual.compiled().procedure("repair");
    return holds(manual.compiled(), procedure.actions[2].only_when.at(0).when, Case(procedure, "2026-03-02T10:00", fields));
  };
  CHECK(holds_for("{ helpers = { at_least = 2 } }", two));
  CHECK_FALSE(holds_for("{ helpers = { at_least = 3 } }", two));
  CHECK_FALSE(holds_for("{ helpers = { at_least = 1 } }", {}));
}

TEST_CASE("the case that an action opened, and what kind of actor", "[manual]") {
  CHECK(when("{ opened = { by = \"arrive\", is = [\"reported\"] } }"));
  CHECK_FALSE(when("{ opened = { by = \"arrive\", is = [\"done\"] } }"));
  CHECK(when("{ opened = { by = \"finish\", is = [\"done\"] } }"));
  const std::string authority = "{ actor = { of = \"reporter\", is = [\"authority\", \"system\"] } }";
  CHECK(when(authority, {{"reporter", text("authority:12345")}}));
  CHECK(when(authority, {{"reporter", text("system")}}));
  CHECK_FALSE(when(authority, {{"reporter", text("resident:3-1201")}}));
  CHECK_FALSE(when(authority, {{"reporter", text("authorities")}}));
  CHECK_FALSE(when(authority));
  CHECK(when("{ actor = { of = \"worker\", is = \"staff\" } }", {{"worker", text("sun")}}));
}

TEST_CASE("another case, children, and two fields that differ", "[manual]") {
  const Fields ended{{"original", text("R-1")}};
  const Fields live{{"original", text("R-2")}};
  const Fields none{{"original", text("R-3")}};
  CHECK(when("{ stage = { of = \"original\", live = true } }", live));
  CHECK_FALSE(when("{ stage = { of = \"original\", live = true } }", ended));
  CHECK(when("{ stage = { of = \"original\", live = false } }", ended));
  CHECK_FALSE(when("{ stage = { of = \"original\", live = false } }", none));
  CHECK_FALSE(when("{ stage = { of = \"original\", live = false } }"));
  CHECK(when("{ stage = { of = \"original\", live = true, is = \"reported\", procedure = \"repair\" } }", live));
  CHECK_FALSE(when("{ stage = { of = \"original\", live = true, is = \"on_site\" } }", live));
  CHECK_FALSE(when("{ children = { ended = true } }"));
  CHECK(when("{ children = { ended = false } }"));
  CHECK(when("{ differs = [\"worker\", \"worker\"] }"));
  CHECK_FALSE(when("{ differs = [\"worker\", \"worker\"] }", {{"worker", text("sun")}}));
}

TEST_CASE("how many others there are", "[manual]") {
  CHECK(when("{ cases = { procedure = \"repair\", same = \"worker\", at_least = 2 } }"));
  CHECK_FALSE(when("{ cases = { procedure = \"repair\", same = \"worker\", at_least = 3 } }"));
  CHECK_FALSE(when("{ cases = { procedure = \"repair\", same = \"worker\", at_most = 1 } }"));
  CHECK(when("{ cases = { procedure = \"repair\", at_most = 0 } }"));
  CHECK(when("{ not = { cases = { procedure = \"repair\", stage = [\"reported\", \"done\"], at_least = 1 } } }"));
}

TEST_CASE("opposites and switches", "[manual]") {
  CHECK(when("{ not = { inside = \"desk_day\" } }", {}, "19:00"));
  CHECK_FALSE(when("{ not = { urgency = \"ordinary\" } }"));
  CHECK(when("{ switch = { \"repair.response\" = \"arrival\" } }"));
  CHECK_FALSE(when("{ switch = { \"repair.response\" = \"contact\" } }"));
  CHECK(when("{ switch = { \"repair.response\" = [\"contact\", \"arrival\"] } }"));
  CHECK(when("{ not = { switch = { \"repair.response\" = \"contact\" } } }"));
  CHECK_FALSE(when("{ urgency = \"ordinary\", not = { switch = { \"repair.response\" = \"arrival\" } } }"));
}

TEST_CASE("a demand that is made of some cases only", "[manual]") {
  const Manual manual = loaded(changed(kManual, "{ when = { quote = {", "{ if = { urgency = \"emergency\" }, when = { quote = {"));
  const model::Procedure& procedure = *manual.compiled().procedure("repair");
  const model::Requirement& demand = procedure.actions[2].only_when.at(0);
  const Fields ordinary{{"quote", Value(std::int64_t{60000})}};
  const Fields emergency{{"quote", Value(std::int64_t{60000})}, {"urgency", text("emergency")}};
  CHECK(met(manual.compiled(), demand, Case(procedure, "2026-03-02T10:00", ordinary)));
  CHECK_FALSE(met(manual.compiled(), demand, Case(procedure, "2026-03-02T10:00", emergency)));
}

}  // namespace wuye::test
