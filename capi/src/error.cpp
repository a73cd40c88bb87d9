// Errors: made of whatever was thrown, handed out, released. The error for want of memory is never allocated.
#include <bit>
#include <cstring>
#include <exception>

#include "guard.hpp"

namespace wuye::c {
namespace {

using namespace std::string_view_literals;

// Immutable: many callers may hold it, and releasing it does nothing.
constinit wuye_error no_memory{WUYE_STATUS_NO_MEMORY, "there was not enough memory for the call"sv, nullptr};

wuye_status give(wuye_error** err, Code code, wuye_error::More&& more) noexcept {
  const auto status = static_cast<wuye_status>(code);
  if (err == nullptr) return status;
  try {
    auto kept = std::make_unique<const wuye_error::More>(std::move(more));
    auto made = std::make_unique<wuye_error>();
    made->status = status;
    made->message = kept->message;
    made->more = kept.release();
    *err = made.release();
    return status;
  } catch (...) {
    *err = &no_memory;
    return WUYE_STATUS_NO_MEMORY;
  }
}

/// The length of the UTF-8 character at the start of `rest`, 0 where there is none (RFC 3629: no surrogates, no overlong forms).
std::size_t character(std::string_view rest) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < rest.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    return follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF) && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    return follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

/// Where the text stops being UTF-8; npos: nowhere.
std::size_t first_fault(std::string_view text) noexcept {
  std::size_t i = 0;
  while (i < text.size()) {
    if (text.size() - i >= sizeof(std::uint64_t)) {  // eight bytes of ASCII at once
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + i, sizeof word);
      if ((word & 0x8080808080808080U) == 0) {
        i += sizeof word;
        continue;
      }
    }
    const std::size_t length = character(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

}  // namespace

wuye_status report(wuye_error** err) noexcept {
  try {
    try {
      throw;
    } catch (const Error& failure) {
      const Code code = failure.code() == Code::ok ? Code::internal : failure.code();
      return give(err, code, {failure.what(), failure.where(), failure.details()});
    } catch (const std::bad_alloc&) {
      if (err != nullptr) *err = &no_memory;
      return WUYE_STATUS_NO_MEMORY;
    } catch (const std::exception& failure) {
      return give(err, Code::internal, {failure.what(), {}, {}});
    } catch (...) {
      return give(err, Code::internal, {"something that is no std::exception was thrown", {}, {}});
    }
  } catch (...) {  // copying what was thrown failed
    if (err != nullptr) *err = &no_memory;
    return WUYE_STATUS_NO_MEMORY;
  }
}

void refuse_null(const char* what) {
  throw Error(Code::invalid_argument, std::string(what) + " was NULL").with("argument", what);
}

std::string_view text_in(const char* text, std::size_t len, const char* what) {
  if (text == nullptr && len != 0) refuse_null(what);
  const std::string_view view = text == nullptr ? std::string_view("", 0)
                                : len == WUYE_NTS ? std::string_view(text)
                                                  : std::string_view(text, len);
  if (const std::size_t at = first_fault(view); at != std::string_view::npos) {
    throw Error(Code::invalid_argument, std::string(what) + " was not UTF-8: byte " + std::to_string(at + 1) + " is out of place")
        .with("argument", what);
  }
  return view;
}

std::string_view optional_text_in(const char* text, std::size_t len, const char* what) {
  return text == nullptr ? std::string_view("", 0) : text_in(text, len, what);
}

std::vector<std::string_view> texts_in(const char* const* texts, const std::size_t* lens, std::size_t count, const char* what) {
  std::vector<std::string_view> out;
  const auto given = array(texts, count, what);
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) out.push_back(text_in(given[i], lens == nullptr ? WUYE_NTS : lens[i], what));
  return out;
}

Instant instant_in(std::int64_t us, const char* what) {
  if (!representable(us)) {
    throw Error(Code::out_of_range, std::string(what) + " = " + std::to_string(us) + " was not within the years 1900 to 2200")
        .with("argument", what);
  }
  return Instant{us};
}

}  // namespace wuye::c

using wuye::c::borrowed;

extern "C" {

wuye_status wuye_error_status(const wuye_error* error) { return error == nullptr ? WUYE_STATUS_OK : error->status; }

const char* wuye_error_message(const wuye_error* error, size_t* len_out) {
  return borrowed(error, len_out, [](const wuye_error& e) { return e.message; });
}

const char* wuye_error_file(const wuye_error* error, size_t* len_out) {
  return borrowed(error, len_out, [](const wuye_error& e) {
    return e.more == nullptr ? std::string_view("", 0) : std::string_view(e.more->where.file);
  });
}

int64_t wuye_error_line(const wuye_error* error) {
  return error == nullptr || error->more == nullptr ? 0 : error->more->where.line;
}

int64_t wuye_error_column(const wuye_error* error) {
  return error == nullptr || error->more == nullptr ? 0 : error->more->where.column;
}

size_t wuye_error_detail_count(const wuye_error* error) {
  return error == nullptr || error->more == nullptr ? 0 : error->more->details.size();
}

const char* wuye_error_detail_name(const wuye_error* error, size_t index, size_t* len_out) {
  if (index < wuye_error_detail_count(error)) return wuye::c::text_out(error->more->details[index].first, len_out);
  if (len_out != nullptr) *len_out = 0;
  return nullptr;
}

const char* wuye_error_detail_value(const wuye_error* error, size_t index, size_t* len_out) {
  if (index < wuye_error_detail_count(error)) return wuye::c::text_out(error->more->details[index].second, len_out);
  if (len_out != nullptr) *len_out = 0;
  return nullptr;
}

void wuye_error_release(wuye_error* error) {
  if (error == nullptr || error->more == nullptr) return;
  delete error->more;
  delete error;
}

}  // extern "C"
