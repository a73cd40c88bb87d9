// The calculators of fees: a charge, late fees, a sum that is shared.
#include "wuye/fees.hpp"

#include "guard.hpp"
#include "journal/json.hpp"
#include "write.hpp"

namespace c = wuye::c;
namespace json = wuye::json;
using wuye::Code;
using wuye::Date;
using wuye::Error;

namespace {

/// The days that four digits of a year can write.
constexpr int32_t kFirstDay = -719'162;
constexpr int32_t kLastDay = 2'932'896;

Date day_in(int32_t day, const char* what) {
  if (day < kFirstDay || day > kLastDay) {
    throw Error(Code::out_of_range, std::string(what) + " is no day of the years 1 to 9999").with("argument", what);
  }
  return Date{day};
}

/// REQUIRES: the tree outlives the answer.
wuye::FeePlace place_of(const json::Tree& given) {
  static constexpr std::string_view kKeys[] = {"kind", "use", "zone", "building"};
  c::refuse_unknown(given, kKeys, "\"place\"");
  wuye::FeePlace place;
  for (const json::Tree::Member& member : given.members) {
    std::string_view& attribute = member.name == "kind"  ? place.kind
                                  : member.name == "use" ? place.use
                                  : member.name == "zone" ? place.zone
                                                          : place.building;
    attribute = member.value.as_text();
  }
  return place;
}

std::string charge_json(const wuye::Manual& manual, const json::Tree& question) {
  static constexpr std::string_view kKeys[] = {"fee", "quantity", "from", "until", "place"};
  c::refuse_unknown(question, kKeys, "the question");
  const json::Tree* place = question.find("place");
  const wuye::Charge charge =
      wuye::charge(manual, question.at("fee").as_text(), wuye::millionths(question.text_or("quantity", "1")),
                   wuye::parse_date(question.at("from").as_text()), wuye::parse_date(question.at("until").as_text()),
                   place == nullptr ? wuye::FeePlace{} : place_of(*place));
  std::string steps;
  c::append_array(steps, charge.steps, [](std::string& out, const wuye::ChargeStep& step) {
    json::Object(out)
        .text("clause", step.clause)
        .number("fen", step.fen)
        .text("from", wuye::format_date(step.from))
        .number("month_parts", step.month_parts)
        .number("price_millionths", step.price_millionths)
        .number("quantity_millionths", step.quantity_millionths)
        .text("until", wuye::format_date(step.until))
        .end();
  });
  std::string answer;
  json::Object(answer).number("fen", charge.fen).raw("steps", steps).end();
  return answer;
}

}  // namespace

extern "C" {

wuye_status wuye_manual_charge(const wuye_manual* manual, const char* question, size_t question_len, wuye_text** out,
                               wuye_error** err) {
  return c::guard_text(out, err, [&] {
    return charge_json(c::required(manual, "manual").value, json::parse(c::text_in(question, question_len, "question")));
  });
}

wuye_status wuye_manual_charges(const wuye_manual* manual, const char* fee, size_t fee_len, const char* place, size_t place_len,
                                int32_t from_day, int32_t until_day, const int64_t* quantities_millionths, size_t count,
                                int64_t* fen_out, wuye_error** err) {
  return c::guard(err, [&] {
    const std::string_view given = c::optional_text_in(place, place_len, "place");
    const json::Tree tree = given.empty() ? json::Tree{} : json::parse(given);
    wuye::charges_fen(c::required(manual, "manual").value, c::text_in(fee, fee_len, "fee"),
                      c::array(quantities_millionths, count, "quantities_millionths"), day_in(from_day, "from_day"),
                      day_in(until_day, "until_day"), given.empty() ? wuye::FeePlace{} : place_of(tree), c::array(fen_out, count, "fen_out"));
  });
}

wuye_status wuye_manual_late_fee(const wuye_manual* manual, const char* fee, size_t fee_len, int32_t due_day, const int32_t* from_days,
                                 const int64_t* owed_fen, size_t count, int32_t as_of_day, int64_t* fen_out, wuye_error** err) {
  return c::guard(err, [&] {
    const auto from = c::array(from_days, count, "from_days");
    const auto fen = c::array(owed_fen, count, "owed_fen");
    std::vector<wuye::Owed> owed;
    owed.reserve(count);
    for (size_t i = 0; i < count; ++i) owed.push_back({day_in(from[i], "from_days"), fen[i]});
    c::required(fen_out, "fen_out") = wuye::late_fee_fen(c::required(manual, "manual").value, c::text_in(fee, fee_len, "fee"),
                                                         day_in(due_day, "due_day"), owed, day_in(as_of_day, "as_of_day"));
  });
}

wuye_status wuye_manual_late_fees(const wuye_manual* manual, const char* fee, size_t fee_len, const int64_t* owed_fen,
                                  const int32_t* due_days, size_t count, int32_t as_of_day, int64_t* fen_out, wuye_error** err) {
  return c::guard(err, [&] {
    std::vector<Date> due;
    due.reserve(count);
    for (const int32_t day : c::array(due_days, count, "due_days")) due.push_back(day_in(day, "due_days"));
    wuye::late_fees_fen(c::required(manual, "manual").value, c::text_in(fee, fee_len, "fee"), c::array(owed_fen, count, "owed_fen"), due,
                        day_in(as_of_day, "as_of_day"), c::array(fen_out, count, "fen_out"));
  });
}

wuye_status wuye_share(int64_t total_fen, const int64_t* weights, size_t count, int64_t* fen_out, wuye_error** err) {
  return c::guard(err, [&] { wuye::share_fen(total_fen, c::array(weights, count, "weights"), c::array(fen_out, count, "fen_out")); });
}

}  // extern "C"
