// Files that call themselves an office. Whatever stands in one, opening it, reading it and writing to it is answered.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "fuzz.hpp"
#include "wuye/office.hpp"
#include "wuye/table.hpp"

namespace {

/// Where the bytes become a file; in memory where the system has such a folder.
const std::string& place() {
  static const std::string path = [] {
    const std::filesystem::path folder = std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
    return (folder / ("wuye-fuzz-" + std::to_string(getpid()) + ".db")).string();
  }();
  return path;
}

void clear() {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(place() + suffix, ignored);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wuye;
  clear();
  std::ofstream(place(), std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  fuzz::answers([&] {
    Office office = Office::open(place(), std::nullopt, {});
    fuzz::answers([&] { static_cast<void>(office.verify()); });
    for (const std::string& name : Office::table_names()) fuzz::answers([&] { static_cast<void>(office.table(name)); });
    fuzz::answers([&] { static_cast<void>(office.lines(0)); });
    fuzz::answers([&] { static_cast<void>(office.notices(0)); });
    fuzz::answers([&] {
      static_cast<void>(office.record(Entry::parse(
          R"({"at":"2026-03-20T09:00+08:00","by":"zhao","do":"report","class":"repair","place":"3-1201","text":"漏水"})")));
    });
  });
  clear();
  return 0;
}
