// What the tests of this room share: short ways to write times and to catch errors.
#pragma once

#include <string>
#include <string_view>

#include "catch.hpp"
#include "wuye/time.hpp"

namespace wuye {

inline Instant at(std::string_view text) { return parse_instant(text); }
inline Date day(std::string_view text) { return parse_date(text); }
inline DaySpan hours(std::string_view from, std::string_view until) {
  return {parse_time_of_day(from), parse_time_of_day(until)};
}

/// Runs `call`, which must throw wuye::Error with `code`, and gives back its message.
template <class Call>
std::string refusal(Code code, Call call) {
  try {
    call();
  } catch (const Error& error) {
    CHECK(code_name(error.code()) == code_name(code));
    return error.what();
  }
  FAIL("no error was thrown");
  return {};
}

inline bool mentions(const std::string& message, std::string_view part) { return message.find(part) != std::string::npos; }

}  // namespace wuye
