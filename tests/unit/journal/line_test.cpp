// The hash chain against known BLAKE2b-256 values.
#include "../catch.hpp"
#include "journal/line.hpp"
#include "wuye/error.hpp"

using namespace wuye;

TEST_CASE("blake2b: known values", "[journal]") {
  CHECK(hex(blake2b("")) == "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  CHECK(hex(blake2b("abc")) == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST_CASE("chain: the hash before stands in front of the line", "[journal]") {
  CHECK(chain_start() == std::string(32, '\0'));
  const std::string first = chain_hash(chain_start(), "{}");
  CHECK(first == blake2b(std::string(32, '\0') + "{}"));
  CHECK(chain_hash(first, "{\"do\":\"报修\"}") == blake2b(first + "{\"do\":\"报修\"}"));
  CHECK(chain_hash(first, "{}") != first);
  CHECK_THROWS_AS(chain_hash("short", "{}"), Error);
}

TEST_CASE("hex: every byte is two digits", "[journal]") {
  CHECK(hex(std::string("\x00\x0f\xa0\xff", 4)) == "000fa0ff");
  CHECK(hex("").empty());
}
