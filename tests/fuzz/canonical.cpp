// Canonical manuals, as a journal from anywhere may hold them.
#include "fuzz.hpp"
#include "wuye/manual.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wuye;
  std::string canonical;
  std::string hash;
  if (fuzz::answers([&] {
        const Manual manual = Manual::from_canonical(fuzz::text_of(data, size));
        canonical = manual.canonical();
        hash = manual.hash();
      })) {
    const bool back = fuzz::answers([&] { fuzz::require(Manual::from_canonical(canonical).hash() == hash, "a manual comes back as itself"); });
    fuzz::require(back, "a canonical form compiles");
  }
  return 0;
}
