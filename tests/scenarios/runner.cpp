// Runs every scenario below the folders it is given, prints a line for each and a report for those that do not hold. The running
// itself is the core's (wuye/scenario.hpp); this is only files, arguments and printing.
//
//   wuye_scenarios [--update] [--step N] [--json] FOLDER-OR-FILE…
//
// Folders named "manuals" hold manuals that scenarios name, not scenarios.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wuye/scenario.hpp"

namespace {

namespace fs = std::filesystem;

constexpr int kAllPassed = 0;
constexpr int kSomeFailed = 1;
constexpr int kBadArguments = 2;

struct Arguments {
  bool update = false;
  bool json = false;
  std::optional<std::size_t> step;
  std::vector<fs::path> places;
};

std::optional<Arguments> read_arguments(int count, char** values) {
  Arguments out;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = values[i];
    if (argument == "--update") {
      out.update = true;
    } else if (argument == "--json") {
      out.json = true;
    } else if (argument == "--step" && i + 1 < count) {
      char* end = nullptr;
      const unsigned long long number = std::strtoull(values[++i], &end, 10);
      if (number == 0 || end == values[i] || *end != '\0') return std::nullopt;
      out.step = static_cast<std::size_t>(number);
    } else if (argument.starts_with("--")) {
      return std::nullopt;
    } else {
      out.places.emplace_back(argument);
    }
  }
  if (out.places.empty()) return std::nullopt;
  return out;
}

std::optional<std::string> read_file(const fs::path& path) {
  std::error_code failed;
  if (!fs::is_regular_file(path, failed)) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

/// The scenarios below a place, sorted, so that every machine runs them in the same order.
std::vector<fs::path> scenarios_in(const fs::path& place) {
  if (!fs::is_directory(place)) return {place};
  std::vector<fs::path> out;
  for (auto it = fs::recursive_directory_iterator(place); it != fs::recursive_directory_iterator(); ++it) {
    if (it->is_directory() && it->path().filename() == "manuals") it.disable_recursion_pending();
    else if (it->is_regular_file() && it->path().extension() == ".toml") out.push_back(it->path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

/// True if it passed.
bool run(const fs::path& path, const Arguments& arguments) {
  const std::string name = path.generic_string();
  const auto text = read_file(path);
  if (!text) {
    print("FAIL " + name + ": the file cannot be read\n");
    return false;
  }
  wuye::ScenarioOptions options;
  options.update = arguments.update;
  options.only_step = arguments.step;
  options.read_file = [&path](std::string_view relative) { return read_file(path.parent_path() / fs::path(relative)); };
  try {
    const wuye::ScenarioResult result = wuye::run_scenario(name, *text, options);
    const bool rewritten = arguments.update && result.updated_text != *text;
    if (rewritten) {
      std::ofstream out(path, std::ios::binary | std::ios::trunc);
      out << result.updated_text;
      if (!out.flush()) print("FAIL " + name + ": the file cannot be written\n");
    }
    if (arguments.json) {
      print(result.json() + '\n');
    } else {
      print((result.passed ? "ok   " : "FAIL ") + name + (rewritten ? " (expectations rewritten: review the difference)" : "") + '\n');
      if (!result.passed) print(result.failure + '\n');
      if (arguments.step && result.passed) print("  came: " + result.steps.at(0).came + '\n');
    }
    return result.passed;
  } catch (const wuye::Error& error) {
    const wuye::Location& where = error.where();
    print("FAIL " + (where.file.empty() ? name : where.file) + ':' + std::to_string(where.line) + ':' + std::to_string(where.column) + ": " +
          std::string(wuye::code_name(error.code())) + ": " + error.what() + '\n');
    return false;
  }
}

int run_all(const Arguments& arguments) {
  std::size_t passed = 0;
  std::size_t failed = 0;
  for (const fs::path& place : arguments.places) {
    for (const fs::path& path : scenarios_in(place)) ++(run(path, arguments) ? passed : failed);
  }
  if (!arguments.json) print(std::to_string(passed) + " passed, " + std::to_string(failed) + " failed\n");
  return failed == 0 && passed != 0 ? kAllPassed : kSomeFailed;
}

}  // namespace

int main(int count, char** values) {
  const auto arguments = read_arguments(count, values);
  if (!arguments) {
    std::fputs("usage: wuye_scenarios [--update] [--step N] [--json] FOLDER-OR-FILE…\n", stderr);
    return kBadArguments;
  }
  try {
    return run_all(*arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "wuye_scenarios: %s\n", error.what());
    return kBadArguments;
  }
}
