// A scenario: a working day as a short text, with what should come of it. It is run in an office of its own that lives in
// memory, and what comes is compared with what the text expects. docs/scenarios.md is the language; C++ tests, the C ABI, pytest and
// the command line all run scenarios through this one function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wuye/error.hpp"

namespace wuye {

struct ScenarioOptions {
  /// Reads a file that the scenario names (`manual = "stricter.toml"`), as the scenario writes the path; nothing where there is no such
  /// file. The core itself opens no file: without this, a scenario that names one is refused.
  std::function<std::optional<std::string>(std::string_view path)> read_file;
  /// Rewrite the expectations of the steps that fail with what came (`ScenarioResult::updated_text`).
  bool update = false;
  /// Judge this step only (1-based). The steps before it are run, since it stands on them, but not judged; those after it are not run.
  std::optional<std::size_t> only_step;
};

/// What came of a scenario. A scenario that does not read is an Error; one that reads but does not hold is a result.
struct ScenarioResult {
  struct StepResult {
    std::size_t index = 0;                 ///< 1-based
    std::int64_t line = 0;                 ///< where the step stands in the text
    bool passed = true;
    std::vector<std::string> differences;  ///< one sentence each: where, what was expected, what came
    std::string came = "{}";               ///< JSON: the outcome, figures or rows that the step brought
  };

  std::string name;                        ///< as the caller gave it, usually the file's path
  std::string title;
  std::vector<std::string> covers;         ///< clause ids
  bool passed = false;
  std::vector<StepResult> steps;           ///< the steps that were judged
  /// What must hold of every office and did not: verify's findings, digests that differ when the same history is told again
  /// (loaded as lines, in batches of JSON, with an advance at every due instant).
  std::vector<std::string> invariants;
  /// The whole report, ready to print; empty where the scenario passed.
  std::string failure;
  /// With `update`: the scenario's text with the failing expectations rewritten; the same text where none had to be.
  std::string updated_text;
  std::string digest;                      ///< of the journal at the end

  /// An object of the members above; "invariants" only where there are any, "updated_text" only with `update`.
  std::string json() const;
};

/// Reads and runs one scenario. Throws Error invalid_argument with file (`name`), line and column for a text that does not read: broken
/// TOML, unknown keys, clauses, posts or labels, with the nearest name. Where the manual's file is not there, the error has a detail
/// "missing_file" with its path.
ScenarioResult run_scenario(std::string_view name, std::string_view text, const ScenarioOptions& options = {});

}  // namespace wuye
