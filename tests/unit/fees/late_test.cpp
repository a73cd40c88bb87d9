// Late fees against their closed form and night by night.
#include <random>

#include "fees/late.hpp"
#include "fees/support.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

model::LateFee terms_of(std::int64_t rate_millionths, std::int64_t grace_days, std::int64_t cap_hundredths = 10'000) {
  model::LateFee out;
  out.stands = true;
  out.rate_millionths = rate_millionths;
  out.grace_days = grace_days;
  out.cap_hundredths = cap_hundredths;
  return out;
}

std::int64_t after(const model::LateFee& terms, std::int64_t fen, std::int32_t days) {
  const Date due = parse_date("2016-03-25");
  const Owed owed{due, fen};
  return fees::late_fee_fen(terms, due, {&owed, 1}, Date{due.days + days});
}

/// Every night by itself, in fractions of a fen.
std::int64_t slow_late(const model::LateFee& terms, Date due, const std::vector<Owed>& owed, Date as_of) {
  const auto positive = [](std::int64_t value) { return scores::Natural(static_cast<std::uint64_t>(value)); };
  scores::Fraction sum;
  std::int64_t principal = owed.empty() ? 0 : owed.front().fen;
  for (const Owed& one : owed) {
    if (one.from <= due) principal = one.fen;
  }
  for (Date night = due; night < as_of; ++night.days) {
    if (night.days < due.days + terms.grace_days) continue;
    std::int64_t still = 0;
    for (const Owed& one : owed) {
      if (one.from <= night) still = one.fen;
    }
    sum = sum + scores::Fraction(positive(still) * positive(terms.rate_millionths), positive(1'000'000));
  }
  return std::min(nearest_whole(sum), nearest_whole({positive(principal) * positive(terms.cap_hundredths), positive(10'000)}));
}

}  // namespace

TEST_CASE("a late fee is rounded once", "[fees]") {
  const model::LateFee terms = terms_of(500, 0);
  CHECK(after(terms, 15'000, 100) == 750);   // 150 yuan, 0.05 % a day, 100 days: 7.50, where a rounded day gives 8.00
  CHECK(after(terms, 900, 100) == 45);       // 9 yuan: not nothing
  CHECK(after(terms, 900, 1'000) == 450);
  CHECK(after(terms, 1'000'000, 3'652) == 1'000'000);  // ten years: the cap
  CHECK(after(terms_of(500, 0, 3'000), 1'000'000, 3'652) == 300'000);
  CHECK(after(terms, 15'000, 0) == 0);
}

TEST_CASE("days of grace cost nothing", "[fees]") {
  const model::LateFee terms = terms_of(500, 30);
  CHECK(after(terms, 100'000, 30) == 0);
  CHECK(after(terms, 100'000, 31) == 50);
  CHECK(after(terms, 100'000, 130) == 5'000);
  model::LateFee off = terms;
  off.stands = false;
  CHECK(after(off, 100'000, 130) == 0);
}

TEST_CASE("what was paid in part no longer counts", "[fees]") {
  const Date due = parse_date("2026-03-25");
  const std::vector<Owed> owed = {{parse_date("2026-03-01"), 100'000}, {parse_date("2026-04-04"), 40'000}, {parse_date("2026-04-14"), 0}};
  CHECK(fees::late_fee_fen(terms_of(500, 0), due, owed, parse_date("2026-12-31")) == 500 + 200);
  CHECK(fees::late_fee_fen(terms_of(500, 0), due, owed, parse_date("2026-03-30")) == 250);
  CHECK_THROWS_AS(fees::late_fee_fen(terms_of(500, 0), due, std::vector<Owed>{owed[1], owed[0]}, due), Error);
  CHECK_THROWS_AS(fees::late_fee_fen(terms_of(500, 0), due, std::vector<Owed>{{due, -1}}, due), Error);
}

TEST_CASE("late fees against night by night", "[fees]") {
  std::mt19937 random(7);
  const auto draw = [&](std::int64_t low, std::int64_t high) { return std::uniform_int_distribution<std::int64_t>(low, high)(random); };
  for (int round = 0; round < 500; ++round) {
    const model::LateFee terms = terms_of(draw(0, 3'000), draw(0, 40), draw(0, 10'000));
    const Date due = Date{static_cast<std::int32_t>(20'000 + draw(0, 300))};
    std::vector<Owed> owed;
    Date from{static_cast<std::int32_t>(due.days - draw(-5, 20))};
    std::int64_t still = draw(1, 500'000);
    for (std::int64_t i = draw(0, 4); i >= 0; --i) {
      owed.push_back({from, still});
      from.days += static_cast<std::int32_t>(draw(1, 60));
      still = draw(0, still);
    }
    const Date as_of{static_cast<std::int32_t>(due.days + draw(-10, 300))};
    CAPTURE(round);
    CHECK(fees::late_fee_fen(terms, due, owed, as_of) == slow_late(terms, due, owed, as_of));
  }
}
