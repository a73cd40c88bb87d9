// What a fee comes to, what lateness adds and how a sum is shared (收费), from a manual alone. What an office has charged and received is
// in its tables `charges`, `receipts` and `postings` (office.hpp). Money is whole fen, prices and quantities are millionths, days are
// half-open: the service of March is [2026-03-01, 2026-04-01). Nothing here keeps anything; every function may be called from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wuye/manual.hpp"

namespace wuye {

inline constexpr std::int64_t kMostQuantity = 10'000'000'000'000;      ///< ten million, in millionths
inline constexpr std::int64_t kMostFen = 10'000'000'000'000'000;       ///< a hundred trillion yuan
inline constexpr std::int64_t kMonthParts = 377'580;                   ///< divisible by 28, 29, 30 and 31

/// "118.5" in millionths. Throws invalid_argument where it is negative, no decimal, or has more than six decimals.
std::int64_t millionths(std::string_view decimal);

/// What a price may ask of the place it is for; empty: not known.
struct FeePlace {
  std::string_view kind;
  std::string_view use;
  std::string_view zone;
  std::string_view building;
};

/// A stretch of service with one price in one billing period.
struct ChargeStep {
  Date from;
  Date until;
  std::int64_t price_millionths = 0;     ///< of a yuan
  std::int64_t quantity_millionths = 0;
  std::int64_t month_parts = 0;          ///< kMonthParts make a month; 0 of a meter, where time does not enter
  std::int64_t fen = 0;                  ///< they add up to the charge
  std::string clause;
};

struct Charge {
  std::int64_t fen = 0;
  std::vector<ChargeStep> steps;
};

/// What a fee of the manual comes to for service of [from, until) and so much of its basis (square metres, spaces, what a meter counted; a
/// flat price asks for none). Parts of a month are days of its own length, or of thirty where the fee says so; what is owed from the beginning of the
/// billing period is rounded half up to the fen, so that charges add up however the period is cut, and never fall as it grows. Days
/// without a price for the place cost nothing. Throws not_found for an unknown fee; invalid_argument for one without prices (a lump), an
/// end before its beginning or a quantity below 0; out_of_range for a quantity above kMostQuantity or more than a hundred years.
Charge charge(const Manual& manual, std::string_view fee, std::int64_t quantity_millionths, Date from, Date until, const FeePlace& place = {});
/// The same for many quantities. Throws invalid_argument also where the lengths differ.
void charges_fen(const Manual& manual, std::string_view fee, std::span<const std::int64_t> quantities_millionths, Date from, Date until,
                 const FeePlace& place, std::span<std::int64_t> fen);

/// From that day on so much is owed.
struct Owed {
  Date from;
  std::int64_t fen = 0;
};

/// What lateness has added by `as_of` to a charge of the fee that was to be paid by `due` (滞纳金): simple, by the day, on what was owed in each night
/// after the days of grace, rounded once, at most the cap. 0 where the manual asks for none. Throws not_found; invalid_argument for
/// days that do not ascend or an amount below 0; out_of_range for one above kMostFen.
std::int64_t late_fee_fen(const Manual& manual, std::string_view fee, Date due, std::span<const Owed> owed, Date as_of);
/// The same for many that are owed since they were due: `fen[i]` of `owed_fen[i]` and `due[i]`.
void late_fees_fen(const Manual& manual, std::string_view fee, std::span<const std::int64_t> owed_fen, std::span<const Date> due, Date as_of,
                   std::span<std::int64_t> fen);

/// Divides a sum by weights (公摊): the shares add up to it, and none is off by a whole fen from its exact share; of equal remainders the
/// earlier gets the fen. Throws invalid_argument for a negative number, or where there is a sum and every weight is 0.
void share_fen(std::int64_t total, std::span<const std::int64_t> weights, std::span<std::int64_t> fen);

}  // namespace wuye
