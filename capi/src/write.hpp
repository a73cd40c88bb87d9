// JSON in and out of the C interface: what more than one topic writes or reads. Instants go out as integers; they come in as
// integers or as ISO 8601 with an offset.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "journal/json.hpp"
#include "wuye/office.hpp"

namespace wuye::c {

/// Appends `[item,item…]`; `one(out, item)` appends one.
template <class Range, class One>
void append_array(std::string& out, const Range& items, One&& one) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    one(out, item);
  }
  out += ']';
}

inline std::string texts_json(std::span<const std::string> texts) {
  std::string out;
  append_array(out, texts, [](std::string& to, const std::string& text) { json::append_string(to, text); });
  return out;
}

/// {"zh":…,"en":…}
inline std::string both(std::string_view zh, std::string_view en) {
  std::string out;
  json::Object(out).text("zh", zh).text("en", en).end();
  return out;
}

std::string notices_json(std::span<const Notice> notices);

/// An instant of a JSON text: a number, or ISO 8601. `what` names it in the error.
Instant instant_of(const json::Tree& tree, std::string_view what);

/// Throws invalid_argument for a key of `object` that is not one of `known`, naming the nearest.
void refuse_unknown(const json::Tree& object, std::span<const std::string_view> known, std::string_view what);

/// The nearest of `known` by edits; empty where none is near.
std::string_view nearest(std::string_view given, std::span<const std::string_view> known);

}  // namespace wuye::c
