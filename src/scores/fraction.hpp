// Exact fractions of natural numbers of any size. A mean of several rates has as denominator the product of theirs, which soon
// fits no machine word, and a figure is never rounded before its step (domain rulings K1, K9).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wuye/score.hpp"

namespace wuye::scores {

class Natural {
 public:
  Natural() = default;
  explicit Natural(std::uint64_t value);

  bool zero() const noexcept { return limbs_.empty(); }
  /// None where it does not fit.
  std::optional<std::int64_t> small() const noexcept;
  std::string text() const;

  friend std::strong_ordering operator<=>(const Natural& a, const Natural& b) noexcept;
  friend bool operator==(const Natural& a, const Natural& b) noexcept = default;
  friend Natural operator+(const Natural& a, const Natural& b);
  /// REQUIRES: a ≥ b.
  friend Natural operator-(const Natural& a, const Natural& b);
  friend Natural operator*(const Natural& a, const Natural& b);
  /// Quotient and remainder. REQUIRES: b > 0.
  friend std::pair<Natural, Natural> divide(const Natural& a, const Natural& b);
  friend Natural gcd(Natural a, Natural b);

 private:
  void trim();
  void shift_in(bool bit);
  std::vector<std::uint32_t> limbs_;  ///< least first, no zero at the end
};

/// Lowest terms.
class Fraction {
 public:
  Fraction() : den_(1) {}
  /// REQUIRES: den > 0.
  Fraction(Natural num, Natural den);
  Fraction(std::uint64_t num, std::uint64_t den) : Fraction(Natural(num), Natural(den)) {}

  const Natural& num() const noexcept { return num_; }
  const Natural& den() const noexcept { return den_; }
  /// "187/200"; "3" where it is whole.
  std::string text() const;

  friend Fraction operator+(const Fraction& a, const Fraction& b);
  /// REQUIRES: divisor > 0.
  Fraction over(std::uint64_t divisor) const { return {num_, den_ * Natural(divisor)}; }

 private:
  Natural num_;
  Natural den_;
};

/// REQUIRES: not empty.
Fraction mean_of(const std::vector<Fraction>& values);

/// A decimal text such as "93.5", at most six decimals; none where it is negative or no decimal.
std::optional<Fraction> decimal_fraction(std::string_view text);

/// As points_hundredths of score.hpp, of a rate that is no pair of counts.
std::int64_t points_hundredths(const Marks& marks, const Fraction& rate);

}  // namespace wuye::scores
