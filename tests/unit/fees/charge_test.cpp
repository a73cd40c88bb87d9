// Charges: the cases on which existing systems go wrong (peers-property 4.4), and properties against the long way.
#include <random>

#include "fees/support.hpp"
#include "wuye/fees.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;
using model::Fee;

std::int64_t fen(const Fee& fee, std::string_view quantity, std::string_view from, std::string_view until) {
  return fees::Rate(fee, {}, {parse_date(from), parse_date(until)}).fen(millionths(quantity));
}

}  // namespace

TEST_CASE("decimals are read exactly and whatever is none is refused", "[fees]") {
  CHECK(millionths("2.35") == 2'350'000);
  CHECK(millionths("0") == 0);
  CHECK(millionths("118.500001") == 118'500'001);
  CHECK(millionths("9223372036853") == 9'223'372'036'853'000'000);
  for (const char* bad : {"", ".5", "5.", "-1", "+1", "1.0000001", "1e3", "1,5", "9223372036855", "1.2.3", "９"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(millionths(bad), Error);
  }
}

TEST_CASE("a price keeps its decimals until the one rounding", "[fees]") {
  // 118.5 m² at 1.455 for a year billed as one: not the 2,076.12 of a price rounded to fen first.
  CHECK(fen(fee_of("1.455", Fee::Basis::area, 12), "118.5", "2026-01-01", "2027-01-01") == 206'901);
  // Billed by the month, each month is a charge of its own.
  CHECK(fen(fee_of("1.455"), "118.5", "2026-01-01", "2026-02-01") == 17'242);
  CHECK(fen(fee_of("1.455"), "118.5", "2026-01-01", "2027-01-01") == 12 * 17'242);
  CHECK(fen(fee_of("1.005"), "1", "2026-03-01", "2026-04-01") == 101);
  CHECK(fen(fee_of("0.15"), "130.70", "2026-03-01", "2026-04-01") == 1'961);  // 19.605
  CHECK(fen(fee_of("1.0005"), "1", "2026-03-01", "2026-04-01") == 100);
}

TEST_CASE("parts of a month are days of its own length or of thirty", "[fees]") {
  Fee fee = fee_of("310");
  CHECK(fen(fee, "1", "2026-03-01", "2026-03-11") == 10'000);
  CHECK(fen(fee, "1", "2026-01-15", "2026-02-15") == 17'000 + 15'500);
  fee = fee_of("300");
  fee.thirty_day_months = true;
  CHECK(fen(fee, "1", "2026-03-01", "2026-03-11") == 10'000);
  CHECK(fen(fee, "1", "2026-03-31", "2026-04-01") == 0);
  CHECK(fen(fee, "1", "2026-02-28", "2026-03-01") == 3'000);
  CHECK(fen(fee, "1", "2026-03-01", "2026-04-01") == 30'000);
}

TEST_CASE("a later end never costs less", "[fees]") {
  // A product that adds rounded head and tail months charges less for 15 January to 15 February than to the 14th.
  for (const bool thirty : {false, true}) {
    Fee fee = fee_of("2.3571");
    fee.thirty_day_months = thirty;
    for (Date from = parse_date("2024-01-01"); from < parse_date("2024-03-02"); ++from.days) {
      std::int64_t before = 0;
      for (Date until = from; until < parse_date("2025-03-02"); ++until.days) {
        const std::int64_t now = fees::Rate(fee, {}, {from, until}).fen(millionths("88.88"));
        if (now < before) FAIL(format_date(from) << " to " << format_date(until));
        before = now;
      }
    }
  }
  SUCCEED();
}

TEST_CASE("flat prices, units, meters and lumps", "[fees]") {
  CHECK(fen(fee_of("80", Fee::Basis::flat), "999", "2026-03-01", "2026-04-01") == 8'000);
  CHECK(fen(fee_of("150", Fee::Basis::unit), "2", "2026-03-01", "2026-04-01") == 30'000);
  CHECK(fen(fee_of("0.6025", Fee::Basis::meter), "37.5", "2026-03-05", "2026-05-09") == 2'259);
  Fee yearly = fee_of("1000", Fee::Basis::unit, 12);
  yearly.price_months = 12;
  CHECK(fen(yearly, "1", "2026-01-01", "2027-01-01") == 100'000);
  CHECK(fen(yearly, "1", "2026-01-01", "2026-02-01") == 8'333);
  CHECK_THROWS_AS(fen(fee_of("1", Fee::Basis::lump), "1", "2026-01-01", "2026-02-01"), Error);
}

TEST_CASE("a price that changes in mid-month", "[fees]") {
  Fee fee = fee_of("2.00");
  price_from(fee, parse_date("2026-04-16"), "3.00");
  CHECK(fen(fee, "100", "2026-04-01", "2026-05-01") == 25'000);
  const auto steps = fees::Rate(fee, {}, {parse_date("2026-04-10"), parse_date("2026-05-01")}).steps(millionths("100"));
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].until == parse_date("2026-04-16"));
  CHECK(steps[0].fen == 4'000);
  CHECK(steps[1].price_millionths == 3'000'000);
  CHECK(steps[1].month_parts == kMonthParts / 2);
  CHECK(steps[1].fen == 15'000);
}

TEST_CASE("a price asks for the place", "[fees]") {
  Fee fee = fee_of("2.35");
  fee.prices.emplace_back();
  fee.prices.back().millionths = millionths("6.8");
  model::Test shop;
  shop.kind = model::Test::Kind::place_is;
  shop.attribute = "use";
  shop.values = {"shop"};
  fee.prices.back().when.tests.push_back(shop);
  std::swap(fee.prices[0], fee.prices[1]);
  const fees::Days march{parse_date("2026-03-01"), parse_date("2026-04-01")};
  FeePlace place;
  CHECK(fees::Rate(fee, place, march).fen(millionths("100")) == 23'500);
  place.use = "shop";
  CHECK(fees::Rate(fee, place, march).fen(millionths("100")) == 68'000);
  fee.prices.pop_back();
  place.use = "home";
  CHECK_FALSE(fees::has_price(fee, place, march.from));
  CHECK(fees::Rate(fee, place, march).fen(millionths("100")) == 0);
}

TEST_CASE("due days", "[fees]") {
  Fee fee = fee_of("1");
  CHECK(fees::due_of(fee, parse_date("2026-02-10")) == parse_date("2026-02-28"));
  fee.due_day = 31;
  CHECK(fees::due_of(fee, parse_date("2026-04-10")) == parse_date("2026-04-30"));
  fee.due_day = 25;
  fee.due_after_months = 2;
  CHECK(fees::due_of(fee, parse_date("2026-11-10")) == parse_date("2027-01-25"));
}

TEST_CASE("what a charge cannot be asked for", "[fees]") {
  const Fee fee = fee_of("1");
  CHECK_THROWS_AS(fen(fee, "1", "2026-02-02", "2026-02-01"), Error);
  CHECK_THROWS_AS(fen(fee, "1", "1900-01-01", "2026-02-01"), Error);
  const fees::Rate rate(fee, {}, {parse_date("2026-01-01"), parse_date("2026-02-01")});
  CHECK_THROWS_AS(rate.fen(-1), Error);
  CHECK_THROWS_AS(rate.fen(kMostQuantity + 1), Error);
  // The most that fits: a million yuan a month, ten million of them, a hundred years.
  Fee most = fee_of("1000000");
  CHECK(fees::Rate(most, {}, {parse_date("1926-01-01"), parse_date("2026-01-01")}).fen(kMostQuantity) == 1'200'000'000'000'000'000);
}

TEST_CASE("what is taken off for paying ahead", "[fees]") {
  Fee fee = fee_of("2.35");
  fee.prepaid = {{6, 200, {}}, {12, 500, {}}};
  CHECK(fees::off_for(fee, 6 * kMonthParts - 1) == 0);
  CHECK(fees::off_for(fee, 6 * kMonthParts) == 200);
  CHECK(fees::off_for(fee, 12 * kMonthParts) == 500);
  const fees::Days march{parse_date("2026-03-01"), parse_date("2026-04-01")};
  const fees::Rate less(fee, {}, march, 500);
  CHECK(less.fen(millionths("88.88")) == 19'842);  // 208.868 × 0.95 = 198.4246
  // Cut anywhere, it comes to the same; and never to more than without.
  for (std::int32_t cut = march.from.days; cut <= march.until.days; ++cut) {
    CHECK(fees::Rate(fee, {}, {march.from, Date{cut}}, 500).fen(millionths("88.88")) + fees::Rate(fee, {}, {Date{cut}, march.until}, 500).fen(millionths("88.88")) == 19'842);
    CHECK(fees::Rate(fee, {}, {march.from, Date{cut}}, 500).fen(millionths("88.88")) <= fees::Rate(fee, {}, {march.from, Date{cut}}).fen(millionths("88.88")));
  }
  Fee most = fee_of("1000000");
  CHECK(fees::Rate(most, {}, {parse_date("1926-01-01"), parse_date("2026-01-01")}, 9'999).fen(kMostQuantity) == 120'000'000'000'000);
}

TEST_CASE("charges against the long way, cut anywhere", "[fees]") {
  std::mt19937 random(20261122);
  const auto draw = [&](std::int64_t low, std::int64_t high) { return std::uniform_int_distribution<std::int64_t>(low, high)(random); };
  for (int round = 0; round < 300; ++round) {
    Fee fee = fee_of("0");
    fee.prices[0].millionths = draw(0, 9'999'999);
    fee.billed_months = std::vector<int>{1, 3, 6, 12}[static_cast<std::size_t>(draw(0, 3))];
    fee.price_months = std::vector<int>{1, 3, 12}[static_cast<std::size_t>(draw(0, 2))];
    fee.thirty_day_months = draw(0, 1) == 1;
    const Date from{static_cast<std::int32_t>(parse_date("2023-11-01").days + draw(0, 400))};
    const Date until{static_cast<std::int32_t>(from.days + draw(0, 200))};
    if (draw(0, 2) == 0) price_from(fee, Date{static_cast<std::int32_t>(from.days + draw(-20, 100))}, "3.14159");
    const std::int64_t quantity = draw(0, 400'000'000);
    CAPTURE(round, format_date(from), format_date(until), quantity, fee.billed_months, fee.price_months, fee.thirty_day_months);
    const fees::Rate rate(fee, {}, {from, until});
    const std::int64_t whole = rate.fen(quantity);
    CHECK(whole == slow_amount(fee, quantity, from, until));
    const Date cut{static_cast<std::int32_t>(from.days + draw(0, until.days - from.days))};
    CHECK(fees::Rate(fee, {}, {from, cut}).fen(quantity) + fees::Rate(fee, {}, {cut, until}).fen(quantity) == whole);
    std::int64_t steps = 0;
    for (const ChargeStep& step : rate.steps(quantity)) steps += step.fen;
    CHECK(steps == whole);
  }
}

TEST_CASE("fees of the standard pack", "[fees]") {
  const Manual manual = Manual::standard();
  CHECK(charge(manual, "management", millionths("89.5"), parse_date("2026-03-01"), parse_date("2026-04-01")).fen == 21'033);
  std::vector<std::int64_t> fen(2);
  charges_fen(manual, "management", std::vector<std::int64_t>{millionths("89.5"), 0}, parse_date("2026-03-01"), parse_date("2026-04-01"), {}, fen);
  CHECK(fen == std::vector<std::int64_t>{21'033, 0});
  CHECK_THROWS_AS(charge(manual, "managment", 1, parse_date("2026-03-01"), parse_date("2026-04-01")), Error);
  // No contract names a late fee: none is asked for.
  const Owed owed{parse_date("2026-01-25"), 100'000};
  CHECK(late_fee_fen(manual, "management", owed.from, {&owed, 1}, parse_date("2027-01-25")) == 0);
}
