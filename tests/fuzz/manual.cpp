// Manuals in TOML. Layers are parted by lines "#---"; a text may lie on the standard pack or stand alone. What the checker passes
// compiles, and comes back from its canonical form.
#include <vector>

#include "fuzz.hpp"
#include "wuye/manual.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wuye;
  constexpr std::string_view kParting = "\n#---\n";
  std::vector<Manual::Layer> layers;
  std::string_view rest = fuzz::text_of(data, size);
  while (layers.size() < 4) {
    const std::size_t end = rest.find(kParting);
    layers.push_back({"layer" + std::to_string(layers.size() + 1) + ".toml", std::string(rest.substr(0, end))});
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + kParting.size());
  }
  bool errors = false;
  for (const Manual::Problem& problem : Manual::check(layers)) {
    errors = errors || problem.error;
    fuzz::require(!problem.message.empty(), "a problem has a sentence");
  }
  std::string hash;
  std::string canonical;
  const bool loaded = fuzz::answers([&] {
    const Manual manual = Manual::load(layers);
    hash = manual.hash();
    canonical = manual.canonical();
    static_cast<void>(manual.clauses_json());
    static_cast<void>(manual.describe_json("en"));
  });
  fuzz::require(loaded != errors, "a manual loads where the checker finds no error, and only there");
  if (loaded) {
    const bool back = fuzz::answers([&] { fuzz::require(Manual::from_canonical(canonical).hash() == hash, "a manual comes back as itself"); });
    fuzz::require(back, "a canonical form compiles");
  }
  return 0;
}
