// Scenarios: the core's runner, fed with the files that the host gives.
#include "wuye/scenario.hpp"

#include <optional>

#include "guard.hpp"

namespace {

using wuye::Error;
namespace c = wuye::c;

std::string run(std::string_view name, std::string_view text, const std::vector<std::string_view>& file_names,
                const std::vector<std::string_view>& file_texts, size_t only_step, bool update) {
  std::string missing;
  wuye::ScenarioOptions options;
  options.update = update;
  if (only_step != 0) options.only_step = only_step;
  options.read_file = [&](std::string_view path) -> std::optional<std::string> {
    for (size_t i = 0; i < file_names.size(); ++i) {
      if (file_names[i] == path) return std::string(file_texts[i]);
    }
    missing = path;
    return std::nullopt;
  };
  try {
    return wuye::run_scenario(name, text, options).json();
  } catch (Error& failure) {
    if (!missing.empty()) failure.with("missing_file", missing);
    throw;
  }
}

}  // namespace

extern "C" {

wuye_status wuye_scenario_run(const char* name, size_t name_len, const char* text, size_t text_len,
                              const char* const* file_names, const size_t* file_names_len, const char* const* file_texts,
                              const size_t* file_texts_len, size_t file_count, size_t only_step, uint8_t update,
                              wuye_text** out, wuye_error** err) {
  return c::guard_text(out, err, [&] {
    return run(c::text_in(name, name_len, "name"), c::text_in(text, text_len, "text"),
               c::texts_in(file_names, file_names_len, file_count, "file_names"),
               c::texts_in(file_texts, file_texts_len, file_count, "file_texts"), only_step, update != 0);
  });
}

}  // extern "C"
