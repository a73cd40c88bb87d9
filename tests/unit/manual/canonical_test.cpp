// The canonical form: round trip, what changes it and what does not, and what is not one.
#include "support.hpp"

namespace wuye::test {

TEST_CASE("a manual comes back from its canonical form", "[manual]") {
  const Manual manual = GENERATE(loaded(kManual), Manual::standard());
  const Manual back = Manual::from_canonical(manual.canonical());
  CHECK(back.hash() == manual.hash());
  CHECK(back.canonical() == manual.canonical());
  CHECK(back.name() == manual.name());
  CHECK(back.clauses_json() == manual.clauses_json());
  CHECK(back.describe_json("zh") == manual.describe_json("zh"));
  CHECK(back.describe_json("en") == manual.describe_json("en"));
  CHECK(back.zone().transitions() == manual.zone().transitions());
}

TEST_CASE("the hash is of the rules, not of how they are written", "[manual]") {
  const std::string hash = loaded(kManual).hash();
  CHECK(hash == "b33fddd9c8a54f8de1facfe9a77b24fb55eb7d6d93f83047ee470918adb2797b");
  CHECK(hash.size() == 64);
  CHECK(loaded("# a comment\n" + kManual).hash() == hash);
  CHECK(loaded(changed(kManual, "makeup   = [2026-02-28]", "makeup = [ \"2026-02-28\" ]")).hash() == hash);
  CHECK(loaded(changed(kManual, "limit = \"2h\"", "limit = \"3h\"")).hash() != hash);
  CHECK(loaded(changed(kManual, "\"+08:00\"", "\"+09:00\"")).hash() != hash);
}

TEST_CASE("wall times in a manual survive the round trip", "[manual]") {
  const std::string text = changed(kManual, "title = { zh = \"约定\", en = \"Agreed\" }, type = \"instant\"",
                                   "title = { zh = \"约定\", en = \"Agreed\" }, type = \"instant\", default = 2026-03-02T22:10:00");
  const Manual manual = loaded(text);
  CHECK(Manual::from_canonical(manual.canonical()).describe_json("en") == manual.describe_json("en"));
  CHECK(manual.describe_json("en").find("1772460600000000") != std::string::npos);
}

TEST_CASE("zone rules are part of the manual", "[manual]") {
  const Manual manual = loaded(changed(kManual, "\"+08:00\"", "\"Asia/Shanghai\""));
  const Manual back = Manual::from_canonical(manual.canonical());
  CHECK(back.zone().name() == "Asia/Shanghai");
  CHECK(back.zone().transitions() == manual.zone().transitions());
  CHECK(back.hash() == manual.hash());
}

TEST_CASE("what is no canonical form is corrupt", "[manual]") {
  const std::string canonical = loaded(kManual).canonical();
  const auto code_of = [](const std::string& text) {
    try {
      Manual::from_canonical(text);
    } catch (const Error& error) {
      return error.code();
    }
    return Code::ok;
  };
  REQUIRE(code_of(canonical) == Code::ok);
  CHECK(code_of("") == Code::corrupt);
  CHECK(code_of("{}") == Code::corrupt);
  CHECK(code_of(canonical + " ") == Code::corrupt);
  CHECK(code_of(canonical.substr(0, canonical.size() / 2)) == Code::corrupt);
  CHECK(code_of(changed(canonical, "{\"format\":1,", "{\"format\":2,")) == Code::unsupported);
  CHECK(code_of(changed(canonical, "{\"format\":1,", "{\"format\":1,\"x\":1,")) == Code::corrupt);
  CHECK(code_of(changed(canonical, "\"limit\":\"2h\"", "\"limit\":\"2d\"")) == Code::corrupt);
  CHECK(code_of(changed(canonical, "\"superior\":\"boss\"", "\"superior\":\"bos\"")) == Code::corrupt);
  CHECK(code_of(changed(canonical, "\"zone_rules\":[[", "\"zone_rules\":[[1,")) == Code::corrupt);
  // Wherever a byte is spoilt there is an answer, and never the same hash.
  const std::string hash = loaded(kManual).hash();
  for (std::size_t i = 0; i < canonical.size(); i += 37) {
    std::string spoilt = canonical;
    spoilt[i] = static_cast<char>(spoilt[i] ^ 1);
    std::string spoilt_hash;
    Code code = Code::corrupt;
    try {
      spoilt_hash = Manual::from_canonical(spoilt).hash();
    } catch (const Error& error) {
      code = error.code();
    }
    CHECK(spoilt_hash != hash);
    CHECK((code == Code::corrupt || code == Code::unsupported));
  }
}

}  // namespace wuye::test
