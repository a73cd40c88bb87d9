// The C++ twin of c/replay_lines.c: tells an office in memory what a JSON Lines file holds and prints the journal's digest.
// Usage: replay_lines_cpp MANUAL.toml ENTRIES.jsonl
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include <wuye/office.hpp>

namespace {

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw wuye::Error(wuye::Code::not_found, std::string(path) + " cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: replay_lines_cpp MANUAL.toml ENTRIES.jsonl\n";
    return 2;
  }
  try {
    const wuye::Manual::Layer layer{argv[1], read_file(argv[1])};
    wuye::Office office = wuye::Office::memory(wuye::Manual::load({&layer, 1}), {});
    const auto outcomes = office.record_lines(read_file(argv[2]), wuye::Office::Mode::independent);
    const auto refused = std::count_if(outcomes.begin(), outcomes.end(), [](const wuye::Outcome& one) { return !one.accepted(); });
    std::cout << outcomes.size() << " entries, " << refused << " refused\n" << office.digest() << '\n';
  } catch (const wuye::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
