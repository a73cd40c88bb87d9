// What the library says of itself, and text that it hands out.
#include <sqlite3.h>

#include <algorithm>
#include <array>

#include "guard.hpp"
#include "journal/json.hpp"

#ifndef WUYE_VERSION
#error "WUYE_VERSION is given by CMakeLists.txt"
#endif

namespace {

using wuye::c::borrowed;

// What journal/sqlite_store.cpp writes (kFormat); tests/capi/everything.c compares it with a file.
constexpr std::int64_t kFileFormat = 1;

constexpr std::array<std::string_view, 3> kFeatures{"arrow", "scenario", "sqlite"};

#if defined(__clang__)
constexpr std::string_view kCompiler = "clang " __clang_version__;
#elif defined(__GNUC__)
constexpr std::string_view kCompiler = "gcc " __VERSION__;
#else
constexpr std::string_view kCompiler = "unknown";
#endif

}  // namespace

extern "C" {

int32_t wuye_abi(void) { return WUYE_ABI; }

const char* wuye_version_string(void) { return WUYE_VERSION; }

size_t wuye_nts(void) { return WUYE_NTS; }

int64_t wuye_never_us(void) { return WUYE_NEVER_US; }

const char* wuye_status_name(wuye_status status) {
  return wuye::code_name(static_cast<wuye::Code>(status & 0xff)).data();  // names are literals, so NUL-terminated
}

uint8_t wuye_feature(const char* name, size_t name_len) {
  if (name == nullptr) return 0;
  const std::string_view asked = name_len == WUYE_NTS ? std::string_view(name) : std::string_view(name, name_len);
  return std::find(kFeatures.begin(), kFeatures.end(), asked) == kFeatures.end() ? 0 : 1;
}

wuye_status wuye_about(wuye_text** out, wuye_error** err) {
  return wuye::c::guard_text(out, err, [&] {
    std::string features = "[";
    for (const std::string_view feature : kFeatures) {
      if (features.size() > 1) features += ',';
      wuye::json::append_string(features, feature);
    }
    features += ']';
    std::string json;
    wuye::json::Object object(json);
    object.number("abi", WUYE_ABI).text("compiler", kCompiler).raw("features", features);
    object.number("file_format", kFileFormat).text("package", "wuye").text("sqlite", sqlite3_libversion());
    object.text("version", WUYE_VERSION);
    object.end();
    return json;
  });
}

const char* wuye_text_data(const wuye_text* text, size_t* len_out) {
  return borrowed(text, len_out, [](const wuye_text& t) -> const std::string& { return t.data; });
}

void wuye_text_release(wuye_text* text) { delete text; }

}  // extern "C"
