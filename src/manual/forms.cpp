// Readers of the small forms.
#include "manual/forms.hpp"

#include <optional>

#include "manual/names.hpp"

namespace wuye {
namespace {

constexpr std::int64_t kMaxDays = 36'600;  ///< a hundred years
constexpr int kMaxPercent = 900;

/// The digits at the front of `text`, taken off; nothing where there are none or more than seven.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  std::size_t length = 0;
  while (length < text.size() && text[length] >= '0' && text[length] <= '9') {
    if (length == 7) return std::nullopt;
    number = number * 10 + (text[length++] - '0');
  }
  if (length == 0) return std::nullopt;
  text.remove_prefix(length);
  return number;
}

}  // namespace

std::variant<Length, NotRead> read_length(std::string_view text) {
  std::string_view rest = text;
  const std::optional<std::int64_t> number = take_number(rest);
  if (number && (rest == "d" || rest == "day" || rest == "days")) {
    const std::string count = std::to_string(*number);
    return NotRead{shown(text) + " leaves open which days: write \"" + count + "cd\" for calendar days or \"" + count +
                       "wd\" for working days",
                   count + "cd"};
  }
  if (number && rest.empty()) {
    return NotRead{shown(text) + " has no unit: write min, h, cd (calendar days) or wd (working days)", {}};
  }
  Length length;
  std::int64_t most = kMaxDays;
  if (rest == "min" || rest == "h") {
    const std::int64_t unit_us = rest == "h" ? kMicrosPerHour : kMicrosPerMinute;
    length.amount = number.value_or(0) * unit_us;
    most = kMaxDays * kMicrosPerDay;
  } else if (rest == "cd" || rest == "wd") {
    length.unit = rest == "cd" ? model::Span::Unit::calendar_days : model::Span::Unit::working_days;
    length.amount = number.value_or(0);
  } else {
    return NotRead{shown(text) + " is not a length like \"90min\", \"4h\", \"3cd\" or \"2wd\"", {}};
  }
  if (!number || length.amount <= 0 || length.amount > most) {
    return NotRead{shown(text) + " is not a length between one minute and a hundred years", {}};
  }
  return length;
}

std::variant<LadderPoint, NotRead> read_ladder_point(std::string_view text) {
  LadderPoint point;
  if (text.starts_with('+') || text.starts_with('-')) {
    auto offset = read_length(text.substr(1));
    if (auto* why = std::get_if<NotRead>(&offset)) {
      if (!why->instead.empty()) why->instead.insert(why->instead.begin(), text.front());
      return *why;
    }
    point.kind = text.front() == '+' ? model::Level::Kind::after : model::Level::Kind::before;
    point.offset = std::get<Length>(offset);
    return point;
  }
  std::string_view rest = text;
  const std::optional<std::int64_t> percent = take_number(rest);
  if (!percent || rest != "%") {
    return NotRead{shown(text) + " is not a point of a ladder like \"75%\", \"100%\", \"-30min\" or \"+3cd\"", {}};
  }
  if (*percent < 1 || *percent > kMaxPercent) {
    return NotRead{shown(text) + " is not between 1% and " + std::to_string(kMaxPercent) + "%", {}};
  }
  point.percent = static_cast<int>(*percent);
  return point;
}

std::variant<std::int64_t, NotRead> read_percentage(std::string_view text) {
  const NotRead no{shown(text) + " is not a percentage between \"0%\" and \"100%\" with at most two decimals", {}};
  std::string_view rest = text;
  const std::optional<std::int64_t> whole = take_number(rest);
  if (!whole) return no;
  std::int64_t hundredths = *whole * 100;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    const std::size_t before = rest.size();
    const std::optional<std::int64_t> decimals = take_number(rest);
    const std::size_t places = before - rest.size();
    if (!decimals || places > 2) return no;
    hundredths += places == 1 ? *decimals * 10 : *decimals;
  }
  if (rest != "%" || hundredths > 10'000) return no;
  return hundredths;
}

std::optional<std::int64_t> read_millionths(std::string_view text) {
  constexpr std::int64_t kMost = INT64_MAX / 10 - 1;
  constexpr int kPlaces = 6;
  std::int64_t out = 0;
  int places = -1;  // behind the point; −1: before it
  const std::size_t point = text.find('.');
  if (text.empty() || point == 0 || point == text.size() - 1) return std::nullopt;
  for (const char c : text) {
    if (c == '.' && places < 0) {
      places = 0;
      continue;
    }
    if (c < '0' || c > '9' || out > kMost) return std::nullopt;
    out = out * 10 + (c - '0');
    if (places >= 0 && ++places > kPlaces) return std::nullopt;
  }
  for (int place = places < 0 ? 0 : places; place < kPlaces; ++place) {
    if (out > kMost) return std::nullopt;
    out *= 10;
  }
  return out;
}

}  // namespace wuye
