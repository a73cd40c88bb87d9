// The border. Every function of wuye.h that can fail is one call of a guard here: it clears what goes out, runs the body,
// and turns whatever is thrown into a status and an error. Nothing passes it.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "handles.hpp"

namespace wuye::c {

/// Turns the exception in flight into a status, and into an error where the caller wants one.
wuye_status report(wuye_error** err) noexcept;

/// Throws invalid_argument: a pointer that must not be NULL is.
[[noreturn]] void refuse_null(const char* what);

template <class T>
T& required(T* pointer, const char* what) {
  if (pointer == nullptr) refuse_null(what);
  return *pointer;
}

/// Text from the host as a view. Throws invalid_argument where it is NULL or not UTF-8.
std::string_view text_in(const char* text, std::size_t len, const char* what);
/// The same, NULL being empty.
std::string_view optional_text_in(const char* text, std::size_t len, const char* what);
/// Texts given as parallel arrays; `lens` NULL: all are NUL-terminated.
std::vector<std::string_view> texts_in(const char* const* texts, const std::size_t* lens, std::size_t count, const char* what);
/// Throws out_of_range for an instant that is not within 1900 … 2200.
Instant instant_in(std::int64_t us, const char* what);
constexpr bool representable(std::int64_t us) noexcept { return us >= kEarliest.us && us <= kLatest.us; }

/// An array from or for the host. Throws invalid_argument where it is NULL and not empty.
template <class T>
std::span<T> array(T* first, std::size_t count, const char* what) {
  if (first == nullptr && count > 0) refuse_null(what);
  return {first, count};
}

inline const char* text_out(std::string_view text, std::size_t* len_out) noexcept {
  if (len_out != nullptr) *len_out = text.size();
  return text.data();
}

template <class Body>
wuye_status guard(wuye_error** err, Body&& body) noexcept {
  if (err != nullptr) *err = nullptr;
  try {
    std::forward<Body>(body)();
    return WUYE_STATUS_OK;
  } catch (...) {
    return report(err);
  }
}

/// A call that makes a handle: the body gives a std::unique_ptr of it.
template <class Handle, class Body>
wuye_status guard_new(Handle** out, wuye_error** err, Body&& body) noexcept {
  if (out != nullptr) *out = nullptr;
  return guard(err, [&] {
    required(out, "out");
    std::unique_ptr<Handle> made = std::forward<Body>(body)();
    *out = made.release();
  });
}

/// A call that answers in text: the body gives a std::string.
template <class Body>
wuye_status guard_text(wuye_text** out, wuye_error** err, Body&& body) noexcept {
  return guard_new(out, err, [&] { return std::make_unique<wuye_text>(wuye_text{std::forward<Body>(body)()}); });
}

/// A call on an office: the body gets it, held for the length of the call.
template <class Body>
auto with_office(wuye_office* handle, Body&& body) {
  const std::shared_ptr<OfficeState> state = required(handle, "office").state;
  if (state->calling_back.load(std::memory_order_relaxed) == std::this_thread::get_id()) {
    throw Error(Code::misuse, "the office was called from within its own progress callback");
  }
  return std::forward<Body>(body)(*state);
}

/// A getter: `field` of the handle, or "" where it is NULL.
template <class Handle, class Field>
const char* borrowed(const Handle* handle, std::size_t* len_out, Field&& field) noexcept {
  if (handle == nullptr) return text_out(std::string_view("", 0), len_out);
  return text_out(std::string_view(std::forward<Field>(field)(*handle)), len_out);
}

}  // namespace wuye::c
