// Schoolbook arithmetic on 32-bit limbs: the numbers have a handful of limbs, and there are few of them.
#include "scores/fraction.hpp"

#include <algorithm>

namespace wuye::scores {

Natural::Natural(std::uint64_t value) {
  for (; value != 0; value >>= 32U) limbs_.push_back(static_cast<std::uint32_t>(value));
}

void Natural::trim() {
  while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
}

std::optional<std::int64_t> Natural::small() const noexcept {
  if (limbs_.size() > 2) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = limbs_.size(); i > 0; --i) value = value << 32U | limbs_[i - 1];
  if (value > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::string Natural::text() const {
  if (zero()) return "0";
  constexpr std::uint32_t kChunk = 1'000'000'000;
  std::string digits;
  std::vector<std::uint32_t> rest = limbs_;
  while (!rest.empty()) {
    std::uint64_t carry = 0;
    for (std::size_t i = rest.size(); i > 0; --i) {
      const std::uint64_t part = carry << 32U | rest[i - 1];
      rest[i - 1] = static_cast<std::uint32_t>(part / kChunk);
      carry = part % kChunk;
    }
    while (!rest.empty() && rest.back() == 0) rest.pop_back();
    for (int i = 0; i < 9 && (carry != 0 || !rest.empty()); ++i, carry /= 10) digits += static_cast<char>('0' + carry % 10);
  }
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::strong_ordering operator<=>(const Natural& a, const Natural& b) noexcept {
  if (a.limbs_.size() != b.limbs_.size()) return a.limbs_.size() <=> b.limbs_.size();
  for (std::size_t i = a.limbs_.size(); i > 0; --i) {
    if (a.limbs_[i - 1] != b.limbs_[i - 1]) return a.limbs_[i - 1] <=> b.limbs_[i - 1];
  }
  return std::strong_ordering::equal;
}

Natural operator+(const Natural& a, const Natural& b) {
  Natural out;
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < std::max(a.limbs_.size(), b.limbs_.size()) || carry != 0; ++i) {
    if (i < a.limbs_.size()) carry += a.limbs_[i];
    if (i < b.limbs_.size()) carry += b.limbs_[i];
    out.limbs_.push_back(static_cast<std::uint32_t>(carry));
    carry >>= 32U;
  }
  return out;
}

Natural operator-(const Natural& a, const Natural& b) {
  Natural out = a;
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < out.limbs_.size(); ++i) {
    const std::uint64_t take = borrow + (i < b.limbs_.size() ? b.limbs_[i] : 0U);
    borrow = out.limbs_[i] < take ? 1 : 0;
    out.limbs_[i] = static_cast<std::uint32_t>((borrow << 32U) + out.limbs_[i] - take);
  }
  out.trim();
  return out;
}

Natural operator*(const Natural& a, const Natural& b) {
  Natural out;
  out.limbs_.assign(a.limbs_.size() + b.limbs_.size(), 0);
  for (std::size_t i = 0; i < a.limbs_.size(); ++i) {
    std::uint64_t carry = 0;
    for (std::size_t k = 0; k < b.limbs_.size() || carry != 0; ++k) {
      std::uint64_t at = out.limbs_[i + k] + carry;
      if (k < b.limbs_.size()) at += std::uint64_t{a.limbs_[i]} * b.limbs_[k];
      out.limbs_[i + k] = static_cast<std::uint32_t>(at);
      carry = at >> 32U;
    }
  }
  out.trim();
  return out;
}

void Natural::shift_in(bool bit) {
  std::uint32_t carry = bit ? 1U : 0U;
  for (std::uint32_t& limb : limbs_) {
    const std::uint32_t out = limb >> 31U;
    limb = limb << 1U | carry;
    carry = out;
  }
  if (carry != 0) limbs_.push_back(carry);
}

std::pair<Natural, Natural> divide(const Natural& a, const Natural& b) {
  Natural quotient;
  Natural rest;
  for (std::size_t i = 32 * a.limbs_.size(); i > 0; --i) {
    const std::size_t bit = i - 1;
    rest.shift_in((a.limbs_[bit / 32] >> (bit % 32) & 1U) != 0);
    const bool fits = rest >= b;
    if (fits) rest = rest - b;
    quotient.shift_in(fits);
  }
  return {std::move(quotient), std::move(rest)};
}

Natural gcd(Natural a, Natural b) {
  while (!b.zero()) {
    Natural rest = divide(a, b).second;
    a = std::exchange(b, std::move(rest));
  }
  return a;
}

Fraction::Fraction(Natural num, Natural den) : num_(std::move(num)), den_(std::move(den)) {
  const Natural common = gcd(num_, den_);
  if (common == Natural(1)) return;
  num_ = divide(num_, common).first;
  den_ = divide(den_, common).first;
}

std::string Fraction::text() const { return den_ == Natural(1) ? num_.text() : num_.text() + '/' + den_.text(); }

Fraction operator+(const Fraction& a, const Fraction& b) { return {a.num_ * b.den_ + b.num_ * a.den_, a.den_ * b.den_}; }

Fraction mean_of(const std::vector<Fraction>& values) {
  Fraction sum;
  for (const Fraction& value : values) sum = sum + value;
  return sum.over(values.size());
}

std::optional<Fraction> decimal_fraction(std::string_view text) {
  constexpr std::size_t kMostDigits = 18;
  std::uint64_t digits = 0;
  std::uint64_t scale = 1;
  std::size_t count = 0;
  bool point = false;
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  for (const char c : text) {
    if (c == '.' && !point && count > 0) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9' || ++count > kMostDigits) return std::nullopt;
    digits = digits * 10 + static_cast<std::uint64_t>(c - '0');
    if (point) scale *= 10;
  }
  if (count == 0) return std::nullopt;
  return Fraction(digits, scale);
}

std::int64_t points_hundredths(const Marks& marks, const Fraction& rate) {
  const Natural pass = Natural(static_cast<std::uint64_t>(marks.pass_hundredths)) * rate.den();
  const Natural reached = Natural(10'000) * rate.num();
  if (reached >= pass) return 0;
  // The shortfall in hundredths of a percent, times the denominator.
  const Natural short_by = pass - reached;
  const Natural point = Natural(100) * rate.den();
  const auto points = static_cast<std::uint64_t>(marks.points);
  Natural out;
  if (marks.step == Step::pro_rata) {
    out = divide(Natural(2 * points) * short_by + rate.den(), Natural(2) * rate.den()).first;
  } else {
    const auto [whole, rest] = divide(short_by, point);
    const bool started = marks.step == Step::per_started_point && !rest.zero();
    out = (started ? whole + Natural(1) : whole) * Natural(100 * points);
  }
  return out.small().value_or(INT64_MAX);
}

}  // namespace wuye::scores
