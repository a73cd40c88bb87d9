// The calculators over a manual: names and lengths are checked here, the arithmetic is charge.cpp's and late.cpp's.
#include "fees/charge.hpp"
#include "fees/late.hpp"
#include "manual/forms.hpp"
#include "manual/names.hpp"

namespace wuye {
namespace {

const model::Fee& fee_of(const Manual& manual, std::string_view name) {
  if (const model::Fee* fee = manual.compiled().fee(name)) return *fee;
  std::vector<std::string_view> known;
  for (const model::Fee& one : manual.compiled().fees) known.push_back(one.name);
  Error error(Code::not_found, "the manual has no fee " + std::string(name));
  if (const std::string near = nearest(name, known); !near.empty()) error.with("nearest", near);
  throw error;
}

}  // namespace

std::int64_t millionths(std::string_view decimal) {
  if (const auto read = read_millionths(decimal)) return *read;
  throw Error(Code::invalid_argument, "\"" + std::string(decimal) + "\" is no decimal of at most six decimals, such as \"118.5\"");
}

Charge charge(const Manual& manual, std::string_view fee, std::int64_t quantity, Date from, Date until, const FeePlace& place) {
  const fees::Rate rate(fee_of(manual, fee), place, {from, until});
  return {rate.fen(quantity), rate.steps(quantity)};
}

void charges_fen(const Manual& manual, std::string_view fee, std::span<const std::int64_t> quantities, Date from, Date until,
                 const FeePlace& place, std::span<std::int64_t> fen) {
  if (quantities.size() != fen.size()) throw Error(Code::invalid_argument, "quantities and charges must be of one length");
  const fees::Rate rate(fee_of(manual, fee), place, {from, until});
  for (std::size_t i = 0; i < fen.size(); ++i) fen[i] = rate.fen(quantities[i]);
}

std::int64_t late_fee_fen(const Manual& manual, std::string_view fee, Date due, std::span<const Owed> owed, Date as_of) {
  return fees::late_fee_fen(fee_of(manual, fee).late, due, owed, as_of);
}

void late_fees_fen(const Manual& manual, std::string_view fee, std::span<const std::int64_t> owed_fen, std::span<const Date> due, Date as_of,
                   std::span<std::int64_t> fen) {
  if (owed_fen.size() != fen.size() || due.size() != fen.size()) {
    throw Error(Code::invalid_argument, "amounts, due days and late fees must be of one length");
  }
  const model::LateFee& terms = fee_of(manual, fee).late;
  for (std::size_t i = 0; i < fen.size(); ++i) {
    const Owed owed{due[i], owed_fen[i]};
    fen[i] = fees::late_fee_fen(terms, due[i], {&owed, 1}, as_of);
  }
}

}  // namespace wuye
