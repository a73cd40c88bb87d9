// What the targets share. A reader answers any bytes with a result or an Error that says what is wrong; anything else (another
// exception, an Error of code internal, a broken promise) ends the process, which is what a fuzzer looks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "wuye/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace wuye::fuzz {

[[noreturn]] inline void broken(const std::string& promise) {
  std::fprintf(stderr, "broken: %s\n", promise.c_str());
  std::abort();
}

inline void require(bool holds, const char* promise) {
  if (!holds) broken(promise);
}

/// Runs `work`; false where it answered with an Error.
template <class Work>
bool answers(Work&& work) {
  try {
    work();
    return true;
  } catch (const Error& error) {
    if (error.code() == Code::internal) broken(std::string("an internal error: ") + error.what());
    require(error.what()[0] != '\0', "an error has a sentence");
    return false;
  }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) { return {reinterpret_cast<const char*>(data), size}; }

}  // namespace wuye::fuzz
