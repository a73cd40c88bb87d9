// What the programs share: scales from the environment, a folder that goes away, the process's memory, an office told a log.
#pragma once

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "entries.hpp"
#include "wuye/office.hpp"

namespace wuye::bench {

/// A size from the environment, so that a smoke test is quick and a full run is full.
inline std::size_t scale(const char* name, std::size_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : static_cast<std::size_t>(std::strtoull(text, nullptr, 10));
}

/// A new folder for files, below WUYE_BENCH_DIR or the system's temporary folder; removed at the end.
class Folder {
 public:
  Folder() {
    const char* below = std::getenv("WUYE_BENCH_DIR");
    std::string name = (below == nullptr ? std::filesystem::temp_directory_path() : std::filesystem::path(below)) / "wuye-bench-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder can be made at " + name);
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// What of the process stands in memory now.
inline std::int64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::int64_t all = 0;
  std::int64_t resident = 0;
  in >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

/// Runs `work` in a child process and waits for it: what it did to the heap ends with it.
template <class Work>
void in_child(Work&& work) {
  const pid_t child = fork();
  if (child == 0) {
    try {
      work();
      _exit(0);
    } catch (const std::exception& failure) {
      std::fprintf(stderr, "%s\n", failure.what());
      _exit(1);
    }
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) throw std::runtime_error("a child of the benchmark failed");
}

/// As many open files as the system lets a process have: every office holds its file, its log and the log's index.
inline void many_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// Tells an office every line, and stops the program where one is refused: a benchmark of refusals would measure nothing.
inline void tell_all(Office& office, const std::string& lines) {
  for (const Outcome& outcome : office.record_lines(lines, Office::Mode::independent)) {
    if (outcome.status != Status::accepted) throw std::runtime_error("refused: " + outcome.reason + ": " + outcome.message);
  }
}

}  // namespace wuye::bench
