// Scenarios, run as far as they read. They name no files here.
#include "wuye/scenario.hpp"

#include "fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wuye;
  ScenarioOptions options;
  options.read_file = [](std::string_view) { return std::nullopt; };
  options.update = size % 2 == 1;
  fuzz::answers([&] {
    const ScenarioResult result = run_scenario("fuzz.toml", fuzz::text_of(data, size), options);
    if (!result.invariants.empty()) fuzz::broken(result.invariants.front());
    static_cast<void>(result.json());
  });
  return 0;
}
