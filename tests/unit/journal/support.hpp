// What the tests of this room share: errors as values, a directory that goes away, table specs, lines to write.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "../catch.hpp"
#include "journal/store.hpp"
#include "tables/describe.hpp"
#include "wuye/error.hpp"

namespace wuye::test {

/// The error that `work` ends with; code ok where it ends well.
template <class Work>
Error error_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return Error(Code::ok, "no error");
}

template <class Work>
Code code_of(Work&& work) {
  return error_of(work).code();
}

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

class Directory {
 public:
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "wuye-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}
inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

constexpr std::size_t kCases = 0;
constexpr std::size_t kDeadlines = 1;
constexpr std::size_t kAdopted = 2;
inline std::vector<TableSpec> specs() {
  return {tables::spec<rows::Case>(), tables::spec<rows::Deadline>(), tables::spec<rows::Adopted>(), tables::spec<rows::Notice>()};
}

inline Line make_line(std::int64_t seq, const std::string& case_id = {}, const std::string& source = {}, const std::string& key = {}) {
  Line line;
  line.seq = seq;
  line.told = true;
  line.at = Instant{1'000'000 * seq};
  line.now = Instant{1'000'000 * seq + 7};
  line.case_id = case_id;
  line.source = source;
  line.key = key;
  line.text = "{\"do\":\"水管\",\"seq\":" + std::to_string(seq) + "}";
  line.hash = std::string(32, static_cast<char>(seq));
  return line;
}

inline rows::Case make_case(const std::string& id, bool live) {
  rows::Case row;
  row.id = id;
  row.procedure = "repair";
  row.fields = R"({"text":"厨房"})";
  row.opened_at = Instant{42};
  if (!live) row.ended_at = Instant{43};
  row.live = live;
  return row;
}

}  // namespace wuye::test
