// A billing run: which units, which days, who pays, and what is left out and why. What an amount comes to is the fees room's.
#include <algorithm>
#include <map>

#include "fees/charge.hpp"
#include "fees/late.hpp"
#include "manual/forms.hpp"
#include "journal/json.hpp"
#include "office/books.hpp"
#include "tables/describe.hpp"
#include "tables/specs.hpp"

namespace wuye {
namespace {

using Basis = model::Fee::Basis;

constexpr std::int64_t kMostReading = 1'000'000'000'000'000'000;  ///< millionths; two of them add up

/// With so many decimals at least.
std::string decimal_text(std::int64_t millionths, std::size_t least) {
  std::string digits = std::to_string(millionths % 1'000'000);
  digits.insert(0, 6 - digits.size(), '0');
  while (digits.size() > least && digits.back() == '0') digits.pop_back();
  return std::to_string(millionths / 1'000'000) + (digits.empty() ? "" : "." + digits);
}

/// The first day that begins at the instant or after it.
Date first_day(Instant at, const Zone& zone) {
  const Wall wall = zone.wall(at);
  return Date{wall.date.days + (wall.us > 0 ? 1 : 0)};
}

/// The unit as a fee may ask of it.
FeePlace place_of(const rows::Unit& unit) { return {unit.kind, unit.use, unit.zone, unit.building}; }

}  // namespace

std::vector<rows::Charge> Engine::charges_at(const std::string& place, std::string_view head) const {
  std::map<std::string, rows::Charge> out;
  if (store_.keeps_rows()) {
    store_.scan(static_cast<std::size_t>(TableId::charges), "place", Cell{place}, [&](std::vector<Cell>&& cells) {
      auto row = tables::row_from<rows::Charge>(std::move(cells));
      if (row.head == head && !state_.ledger.charges.peek(row.id)) out.emplace(row.id, std::move(row));
      return true;
    });
  }
  for (const rows::Charge* row : state_.ledger.charges_of(place)) {
    if (row->head == head) out.emplace(row->id, *row);
  }
  std::vector<rows::Charge> list;
  for (auto& [id, row] : out) {
    if (row.state != "reversed" && !row.from.empty() && !row.until.empty()) list.push_back(std::move(row));
  }
  std::sort(list.begin(), list.end(), [](const rows::Charge& a, const rows::Charge& b) { return a.from < b.from; });
  return list;
}

std::vector<Engine::PayerDays> Engine::payers(const std::vector<const rows::Party*>& parties, const Zone& zone, fees::Days days) const {
  // Whoever pays as a day begins pays for that day.
  std::vector<std::int32_t> cuts{days.from.days};
  const auto cut = [&](Instant at) {
    const std::int32_t day = first_day(at, zone).days;
    if (day > days.from.days && day < days.until.days) cuts.push_back(day);
  };
  for (const rows::Party* party : parties) {
    cut(party->from);
    if (party->until) cut(*party->until);
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  std::vector<PayerDays> out;
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    const Date from{cuts[i]};
    const Date until = i + 1 < cuts.size() ? Date{cuts[i + 1]} : days.until;
    std::string payer = fees::payer_among(parties, zone.instant({from, 0}));
    if (!out.empty() && out.back().payer == payer) out.back().days.until = until;
    else out.push_back({std::move(payer), {from, until}});
  }
  return out;
}

void Engine::leave_out(const Booking& booking, const std::string& place, const std::string& head, fees::Days days, const std::string& reason,
                       const std::string& charge) {
  Found found = booked(booking, "unbilled", charge);
  found.reason = reason;
  set_field(found.with, "from", format_date(days.from));
  set_field(found.with, "head", head);
  set_field(found.with, "place", place);
  set_field(found.with, "until", format_date(days.until));
  append(found);
  apply(found);
}

// ---- Meters -------------------------------------------------------------------------------------------------------------

std::string Engine::last_reading(const Booking& booking) const {
  std::string out;
  const std::string from = booking.text("from");
  for (const rows::Charge& row : charges_at(booking.text("place"), booking.list("heads").front())) {
    if (row.from < from && !row.reading_to.empty()) out = row.reading_to;
  }
  return out;
}

std::string Engine::reading_before(const Booking& booking) const {
  const std::string told = booking.text("before");
  return told.empty() ? last_reading(booking) : told;
}

std::optional<fees::Readings> Engine::readings(const Booking& booking) const {
  if (booking.text("after").empty()) return std::nullopt;
  const auto of = [&](std::string_view name) { return read_millionths(booking.text(name)); };
  return fees::Readings{read_millionths(reading_before(booking)).value_or(0), *of("after"), of("removed"), of("fitted"), of("counts_to")};
}

std::optional<cases::Fault> Engine::unfit_readings(const Booking& booking, const model::Manual& manual) const {
  bool any = false;
  for (const char* name : {"before", "after", "removed", "fitted", "counts_to"}) {
    const std::string told = booking.text(name);
    if (told.empty()) continue;
    any = true;
    const auto read = read_millionths(told);
    if (!read) return bad_field(name, "a reading is a decimal of at most six places, and not below 0");
    if (*read > kMostReading) return bad_field(name, "no meter shows so much");
  }
  if (!any) return std::nullopt;
  const std::vector<std::string> heads = booking.list("heads");
  if (booking.text("place").empty() || heads.size() != 1) return bad_field("heads", "readings are those of one meter: one place and one head");
  const model::Fee* fee = manual.fee(heads.front());
  if (!fee || fee->basis != Basis::meter) return bad_field("heads", "the fee " + heads.front() + " is not by the meter");
  if (!booking.text("quantity").empty()) return bad_field("quantity", "what the meter counted follows from its readings");
  if (booking.text("removed").empty() != booking.text("fitted").empty()) {
    return bad_field("fitted", "of a meter that was changed there is the old one's last reading and the new one's first");
  }
  for (const char* name : {"after", "before"}) {
    if (name == std::string_view("after") ? !booking.text(name).empty() : !reading_before(booking).empty()) continue;
    cases::Fault fault = bad_field(name, booking.action + " needs the reading");
    fault.reason = "missing_field";
    return fault;
  }
  const auto counted = fees::counted(*readings(booking));
  if (!counted) return bad_field("after", "a meter that does not begin again (counts_to) does not go back, and stays below where it does");
  if (*counted > kMostQuantity) return bad_field("after", "so much is not charged at once");
  return std::nullopt;
}

// ---- Runs ---------------------------------------------------------------------------------------------------------------

void Engine::bill_days(const Booking& booking, const rows::Unit& unit, const model::Fee& fee, const std::vector<const rows::Party*>& parties,
                       const Zone& zone, fees::Days days) {
  const auto read = readings(booking);
  const std::string given = read ? decimal_text(*fees::counted(*read), 0) : booking.text("quantity");
  const std::string quantity = fee.basis == Basis::flat ? "1" : !given.empty() ? given : fee.basis == Basis::area ? unit.area : std::string();
  const auto amount_of = read_millionths(quantity);
  if (!amount_of || *amount_of == 0 || *amount_of > kMostQuantity) return leave_out(booking, unit.id, fee.name, days, read ? "nothing" : "no_quantity", {});
  const FeePlace place = place_of(unit);
  // What a meter counted has no days of its own: whoever pays as it begins pays all of it.
  std::vector<PayerDays> parts = payers(parties, zone, days);
  if (fee.basis == Basis::meter) parts = {{parts.front().payer, days}};
  for (const PayerDays& part : parts) {
    if (part.payer.empty()) {
      leave_out(booking, unit.id, fee.name, part.days, "no_payer", {});
      continue;
    }
    const fees::Rate rate(fee, place, part.days);
    const std::int64_t fen = rate.fen(*amount_of);
    const std::vector<ChargeStep> steps = rate.steps(*amount_of);
    if (fen == 0) {
      leave_out(booking, unit.id, fee.name, part.days, steps.empty() ? "no_price" : "nothing", {});
      continue;
    }
    const std::string today = format_date(zone.wall(booking.at).date);
    Fields with;
    set_field(with, "amount", fen);
    // Nobody is late before he was billed.
    set_field(with, "due", std::max(format_date(fees::due_of(fee, part.days.from)), today));
    set_field(with, "from", format_date(part.days.from));
    set_field(with, "head", fee.name);
    set_field(with, "payer", part.payer);
    set_field(with, "place", unit.id);
    if (std::all_of(steps.begin(), steps.end(), [&](const ChargeStep& step) { return step.price_millionths == steps.front().price_millionths; })) {
      set_field(with, "price", decimal_text(steps.front().price_millionths, 4));  // as prices are written
    }
    set_field(with, "quantity", quantity);
    if (read) {
      set_field(with, "reading_from", reading_before(booking));
      set_field(with, "reading_to", booking.text("after"));
    }
    set_field(with, "until", format_date(part.days.until));
    use_prepaid(booking, find_charged(booking, std::move(with)));
  }
}

void Engine::bill(const Booking& booking) {
  const Zone& zone = state_.manual_at(booking.at)->zone();
  const Date first = parse_date(booking.text("from"));
  const Date after{parse_date(booking.text("to")).days + 1};
  const std::string place = booking.text("place");
  const std::string in_zone = booking.text("zone");
  std::map<std::string, std::vector<const rows::Party*>> parties;
  state_.registers.parties.each_unordered([&](const rows::Party& row) {
    if ((row.role == "payer" || row.role == "owner") && (place.empty() || row.place == place)) parties[row.place].push_back(&row);
  });
  std::vector<const rows::Unit*> units;
  if (!place.empty()) {
    if (const rows::Unit* unit = state_.registers.units.find(place)) units.push_back(unit);
  } else {
    state_.registers.units.each([&](const rows::Unit& row) {
      if (row.kind == "unit" && (in_zone.empty() || row.zone == in_zone)) units.push_back(&row);
    });
  }
  for (const rows::Unit* unit : units) {
    // Units are joined and split: before and afterwards there is nothing to charge for.
    const Date from = unit->from ? std::max(first, first_day(*unit->from, zone)) : first;
    const Date until = unit->until ? std::min(after, first_day(*unit->until, zone)) : after;
    for (const std::string& head : booking.list("heads")) {
      const std::vector<rows::Charge> charged = charges_at(unit->id, head);
      for (Date day = from; day < until;) {
        // A charge follows the manual of its service date.
        const model::Fee* fee = state_.manual_at(zone.instant({day, 0}))->compiled().fee(head);
        // What a meter counted is one amount, however many billing periods lie between its readings.
        const bool whole = !fee || fee->basis == Basis::meter;
        const fees::Days days{day, whole ? until : std::min(fees::period_of(*fee, day).until, until)};
        day = days.until;
        if (!fee || fee->basis == Basis::lump) {
          leave_out(booking, unit->id, head, days, "no_price", {});
          continue;
        }
        Date free = days.from;
        for (const rows::Charge& before : charged) {
          const fees::Days taken{std::max(parse_date(before.from), days.from), std::min(parse_date(before.until), days.until)};
          if (taken.until <= taken.from) continue;
          // What a meter counted cannot be charged in part.
          if (fee->basis == Basis::meter) free = days.until;
          if (taken.from > free) bill_days(booking, *unit, *fee, parties[unit->id], zone, {free, taken.from});
          leave_out(booking, unit->id, head, taken, "billed", before.id);
          free = std::max(free, taken.until);
        }
        if (free < days.until) bill_days(booking, *unit, *fee, parties[unit->id], zone, {free, days.until});
      }
    }
  }
}

std::int64_t Engine::accrued(const rows::Charge& charge, Instant at) const {
  if (!charge.base.empty()) return 0;
  const Zone& zone = state_.manual_at(at)->zone();
  // A charge follows the manual of its service date (ruling K11); one for no days that of its booking.
  const Manual* manual = state_.manual_at(charge.from.empty() ? charge.at : zone.instant({parse_date(charge.from), 0}));
  const model::Fee* fee = manual->compiled().fee(charge.head);
  if (!fee) return 0;
  std::map<Date, std::int64_t> by_day;
  std::int64_t owed = 0;
  std::vector<rows::Posting> postings = postings_of(true, charge.id);
  std::stable_sort(postings.begin(), postings.end(), [](const rows::Posting& a, const rows::Posting& b) { return a.at < b.at; });
  for (const rows::Posting& posting : postings) {
    owed += posting.kind == "charge" ? posting.amount : -posting.amount;
    by_day[zone.wall(posting.at).date] = owed;
  }
  std::vector<Owed> history;
  for (const auto& [day, fen] : by_day) history.push_back({day, fen});
  std::int64_t booked_before = 0;
  for (const rows::Charge& other : charges_at(charge.place, model::kLateHead)) {
    if (other.base == charge.id) booked_before += other.amount;
  }
  const std::int64_t all = fees::late_fee_fen(fee->late, parse_date(charge.due), history, zone.wall(at).date);
  return std::max<std::int64_t>(all - booked_before, 0);
}

}  // namespace wuye
