// A billing run: which places, which days, which readings, who pays, and what is left out and why; and the same for days that are paid ahead. What
// an amount comes to is the fees room's.
#include <algorithm>
#include <map>

#include "fees/charge.hpp"
#include "fees/late.hpp"
#include "fees/meter.hpp"
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

/// The days at whose end a meter is there; without a first or last one where the register names none.
struct There {
  std::optional<Date> from;
  std::optional<Date> until;
  bool at_end_of(Date day) const { return (!from || *from <= day) && (!until || day < *until); }
  bool in(fees::Days days) const { return (!from || *from < days.until) && (!until || days.from < *until); }
};

There there(const rows::Meter& meter, const Zone& zone) {
  There out;
  if (meter.from) out.from = zone.wall(*meter.from).date;
  if (meter.until) out.until = first_day(*meter.until, zone);
  return out;
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

std::vector<rows::Reading> Engine::readings_of(const std::string& meter) const {
  std::map<std::string, rows::Reading> by_day;
  if (store_.keeps_rows()) {
    store_.scan(static_cast<std::size_t>(TableId::readings), "meter", Cell{meter}, [&](std::vector<Cell>&& cells) {
      auto row = tables::row_from<rows::Reading>(std::move(cells));
      by_day.emplace(row.day, std::move(row));
      return true;
    });
  }
  // What is in memory is newer than what is stored.
  for (const rows::Reading* row : state_.ledger.readings_of(meter)) by_day.insert_or_assign(row->day, *row);
  std::vector<rows::Reading> list;
  for (auto& [day, row] : by_day) list.push_back(std::move(row));
  return list;
}

std::vector<rows::Charge> Engine::charges_by(const rows::Meter& meter) const {
  std::vector<rows::Charge> list = charges_at(meter.place, meter.head);
  std::erase_if(list, [&](const rows::Charge& row) { return row.meter != meter.id; });
  return list;
}

// ---- Readings -----------------------------------------------------------------------------------------------------------

std::optional<cases::Fault> Engine::unfit_meter(const Fields& with, const model::Manual& manual) const {
  const rows::Meter* before = state_.registers.meters.find(text_in(with, "meter"));
  for (const char* name : {"place", "head"}) {
    const std::string told = text_in(with, name);
    const std::string stood = !before ? std::string() : name == std::string_view("place") ? before->place : before->head;
    if (told.empty() && stood.empty()) {
      cases::Fault fault = bad_field(name, "a meter that is not known yet needs " + std::string(name));
      fault.reason = "missing_field";
      return fault;
    }
    if (before && !told.empty() && told != stood && !readings_of(before->id).empty()) {
      return bad_field(name, "a meter that was read stays what it is: end it, and register another");
    }
  }
  if (text_in(with, "meter").empty()) return bad_field("meter", "a meter has a number");
  if (const std::string place = text_in(with, "place"); !place.empty() && state_.registers.has_places() && !knows_place(place)) {
    return bad_field("place", "no such place is registered: " + place);
  }
  for (const char* name : {"fitted", "counts_to", "from"}) {
    if (before && find_field(with, name) && !charges_by(*before).empty()) {
      return bad_field(name, "a meter whose count was charged stays what it is: end it, and register another");
    }
  }
  if (const std::string head = text_in(with, "head"); !head.empty() && !manual.fees.empty()) {
    const model::Fee* fee = manual.fee(head);
    if (!fee || fee->basis != Basis::meter) return bad_field("head", "the manual has no fee " + head + " by the meter");
  }
  for (const char* name : {"fitted", "counts_to"}) {
    const std::string told = text_in(with, name);
    const auto read = read_millionths(told);
    if (told.empty()) continue;
    if (!read) return bad_field(name, "a reading is a decimal of at most six places, and not below 0");
    if (*read > kMostReading) return bad_field(name, "no meter shows so much");
  }
  rows::Meter after = before ? *before : rows::Meter();
  if (find_field(with, "fitted")) after.fitted = text_in(with, "fitted");
  if (find_field(with, "counts_to")) after.counts_to = text_in(with, "counts_to");
  if (find_field(with, "from")) after.from = Instant{number_in(with, "from")};
  if (find_field(with, "until")) after.until = Instant{number_in(with, "until")};
  if (const auto to = read_millionths(after.counts_to); to && *to <= read_millionths(after.fitted).value_or(0)) {
    return bad_field("counts_to", "a meter shows less than where it begins again");
  }
  if (after.from && after.until && *after.until < *after.from) return bad_field("until", "it was taken out before it was fitted");
  if (before && after.until) {
    const Date end = first_day(*after.until, manual.zone);
    for (const rows::Reading& row : readings_of(before->id)) {
      if (parse_date(row.day) >= end) return bad_field("until", "it was read after that, on " + row.day);
    }
  }
  return std::nullopt;
}

bool Engine::is_metered(const Booking& booking, const std::string& place, const std::string& head) const {
  const fees::Days days{parse_date(booking.text("from")), Date{parse_date(booking.text("to")).days + 1}};
  const Zone& zone = state_.manual_at(booking.at)->zone();
  bool any = false;
  state_.registers.meters.each_unordered([&](const rows::Meter& row) {
    any = any || (row.place == place && row.head == head && there(row, zone).in(days));
  });
  return any;
}

std::optional<cases::Fault> Engine::unfit_reading(const Booking& booking) const {
  const std::string told = booking.text("reading");
  const auto read = read_millionths(told);
  if (!read) return bad_field("reading", "a reading is a decimal of at most six places, and not below 0");
  if (*read > kMostReading) return bad_field("reading", "no meter shows so much");
  if (day_read(booking) > booking.day(state_)) return bad_field("day", "what a meter will show is not known");
  return std::nullopt;
}

std::string Engine::day_read(const Booking& booking) const {
  const std::string told = booking.text("day");
  return told.empty() ? booking.day(state_) : told;
}

std::vector<cases::Fault> Engine::judge_reading(const Booking& booking) const {
  std::vector<cases::Fault> out;
  const auto broken = [&](std::string_view reason, std::string facts, std::string message) {
    cases::Fault fault;
    fault.reason = reason;
    fault.clause = booking.clause;
    fault.facts = std::move(facts);
    fault.message = std::move(message);
    out.push_back(std::move(fault));
  };
  const std::string id = booking.text("meter");
  const std::string day = day_read(booking);
  const Zone& zone = state_.manual_at(booking.at)->zone();
  const rows::Meter* meter = state_.registers.meters.find(id);
  if (!meter || !there(*meter, zone).at_end_of(parse_date(day))) {
    std::string facts;
    json::Object(facts).text("day", day).text("meter", id).end();
    broken("unknown_meter", std::move(facts), "on " + day + " there is no meter " + id);
    return out;
  }
  for (const rows::Charge& row : charges_by(*meter)) {
    if (day < row.from || row.until <= day) continue;
    std::string facts;
    json::Object(facts).text("charge", row.id).text("day", day).end();
    broken("billed", std::move(facts), "what the meter counted on " + day + " was charged by " + row.id);
    break;
  }
  const auto shown = [](const std::string& text) { return read_millionths(text).value_or(0); };
  const auto back = [&](const std::string& before, const std::string& after, const std::string& other) {
    if (fees::counted(shown(before), shown(after), read_millionths(meter->counts_to))) return false;
    std::string facts;
    json::Object(facts).text("other", other).text("reading", booking.text("reading")).end();
    broken("reading_back", std::move(facts), "a meter that does not begin again does not go back, and one that does stays below where it does: there is a reading of " + other);
    return true;
  };
  std::string before = meter->fitted;
  for (const rows::Reading& row : readings_of(id)) {
    if (row.day < day) before = row.reading;
    if (row.day > day) {
      if (!back(booking.text("reading"), row.reading, row.reading)) break;
      return out;
    }
  }
  back(before, booking.text("reading"), before.empty() ? "0" : before);
  return out;
}

// ---- Runs ---------------------------------------------------------------------------------------------------------------

/// A billing run as it is worked out, unit by unit.
struct Engine::Billing {
  const Engine& office;
  const Booking& booking;
  const Zone& zone;
  std::map<std::string, std::vector<const rows::Party*>> parties;
  std::map<std::pair<std::string, std::string>, std::vector<const rows::Meter*>> meters;  ///< by place and head
  std::vector<std::string> heads;  ///< each once
  std::vector<Planned> out;

  Billing(const Engine& whose, const Booking& what) : office(whose), booking(what), zone(whose.state_.manual_at(what.at)->zone()) {}

  void all() {
    const State& state = office.state_;
    const std::string place = booking.text("place");
    const std::string in_zone = booking.text("zone");
    state.registers.parties.each_unordered([&](const rows::Party& row) {
      if ((row.role == "payer" || row.role == "owner") && (place.empty() || row.place == place)) parties[row.place].push_back(&row);
    });
    state.registers.meters.each_unordered([&](const rows::Meter& row) {
      if (place.empty() || row.place == place) meters[{row.place, row.head}].push_back(&row);
    });
    for (auto& [of, rows] : meters) {
      std::sort(rows.begin(), rows.end(), [](const rows::Meter* a, const rows::Meter* b) { return a->id < b->id; });
    }
    for (const std::string& head : booking.list("heads")) {
      if (std::find(heads.begin(), heads.end(), head) == heads.end()) heads.push_back(head);
    }
    if (!place.empty()) {
      if (const rows::Unit* unit = state.registers.units.find(place)) one_place(*unit);
      return;
    }
    state.registers.units.each([&](const rows::Unit& row) {
      if (in_zone.empty() || row.zone == in_zone) one_place(row);
    });
  }

  void one_place(const rows::Unit& unit) {
    const Date first = parse_date(booking.text("from"));
    const Date after{parse_date(booking.text("to")).days + 1};
    // Units are joined and split: before and afterwards there is nothing to charge for.
    const fees::Days days{unit.from ? std::max(first, first_day(*unit.from, zone)) : first,
                          unit.until ? std::min(after, first_day(*unit.until, zone)) : after};
    for (const std::string& head : heads) {
      bool metered = false;
      if (const auto counted = meters.find({unit.id, head}); counted != meters.end()) {
        for (const rows::Meter* meter : counted->second) {
          by_readings(unit, *meter, days);
          metered = metered || there(*meter, zone).in(days);
        }
      }
      if (!metered && days.from < days.until) by_time(unit, head, days);
    }
  }

  /// The fee by the manual of the service day (ruling K11).
  const model::Fee* fee_on(const std::string& head, Date day) const { return office.state_.manual_at(zone.instant({day, 0}))->compiled().fee(head); }

  /// Whether a run goes to such a place by itself. It was named: to that one.
  bool is_for(const model::Fee* fee, const rows::Unit& unit) const {
    if (!booking.text("place").empty()) return true;
    if (!fee || fee->places.empty()) return unit.kind == "unit";
    return std::find(fee->places.begin(), fee->places.end(), unit.kind) != fee->places.end();
  }

  void by_time(const rows::Unit& unit, const std::string& head, fees::Days run) {
    const std::vector<rows::Charge> charged = office.charges_at(unit.id, head);
    for (Date day = run.from; day < run.until;) {
      const model::Fee* fee = fee_on(head, day);
      // What a meter counted is one amount, however many billing periods lie in its days.
      const bool whole = !fee || fee->basis == Basis::meter;
      const fees::Days days{day, whole ? run.until : std::min(fees::period_of(*fee, day).until, run.until)};
      day = days.until;
      if (!is_for(fee, unit)) continue;
      if (!fee || fee->basis == Basis::lump) {
        leave_out(unit.id, head, days, "no_price");
        continue;
      }
      Date free = days.from;
      for (const rows::Charge& before : charged) {
        const fees::Days taken{std::max(parse_date(before.from), days.from), std::min(parse_date(before.until), days.until)};
        if (taken.until <= taken.from) continue;
        // What a meter counted cannot be charged in part.
        if (fee->basis == Basis::meter) free = days.until;
        if (taken.from > free) some_days(unit, *fee, {free, taken.from});
        leave_out(unit.id, head, taken, "billed", before.id);
        free = std::max(free, taken.until);
      }
      if (free < days.until) some_days(unit, *fee, {free, days.until});
    }
  }

  /// Days of one billing period that were not charged before.
  void some_days(const rows::Unit& unit, const model::Fee& fee, fees::Days days) {
    const bool one_of_its_kind = fee.basis == Basis::unit && std::find(fee.places.begin(), fee.places.end(), unit.kind) != fee.places.end();
    std::string quantity = booking.text("quantity");
    if (fee.basis == Basis::flat || (quantity.empty() && one_of_its_kind)) quantity = "1";
    if (quantity.empty() && fee.basis == Basis::area) quantity = unit.area;
    const auto amount_of = read_millionths(quantity);
    if (!amount_of || *amount_of == 0 || *amount_of > kMostQuantity) return leave_out(unit.id, fee.name, days, "no_quantity");
    std::vector<PayerDays> parts = office.payers(parties[unit.id], zone, days);
    // Nobody knows when it was used: whoever pays as the days begin pays all of it.
    if (fee.basis == Basis::meter) parts = {{parts.front().payer, days}};
    for (const PayerDays& part : parts) charge(unit, fee, part, *amount_of, quantity, {});
  }

  /// What the meter counted and nobody was charged for, up to its last reading in the run's days. The charges of a meter follow one another: each
  /// begins at the reading at which the one before ended.
  void by_readings(const rows::Unit& unit, const rows::Meter& meter, fees::Days run) {
    // What is used in common is shared out, and not charged to the place.
    if ((unit.kind == "common" || unit.kind == "equipment") && !is_for(fee_on(meter.head, run.from), unit)) return;
    const There is = there(meter, zone);
    const Date end = is.until ? std::min(run.until, *is.until) : run.until;
    std::vector<rows::Charge> charged = office.charges_at(unit.id, meter.head);
    std::vector<rows::Charge> of_others;  // of use that was told and no meter counted
    std::copy_if(charged.begin(), charged.end(), std::back_inserter(of_others), [](const rows::Charge& row) { return row.meter.empty(); });
    std::erase_if(charged, [&](const rows::Charge& row) { return row.meter != meter.id; });
    const std::vector<rows::Reading> read = office.readings_of(meter.id);
    Date at = run.from;
    if (!read.empty()) at = std::min(at, parse_date(read.front().day));
    if (!charged.empty()) at = std::min(at, parse_date(charged.front().from));
    if (meter.from) at = first_day(*meter.from, zone);
    std::string shown = meter.fitted;
    if (shown.empty() && !read.empty()) {
      // Nobody said what it showed before: it is charged from its first reading on.
      shown = charged.empty() ? read.front().reading : charged.front().reading_from;
      at = charged.empty() ? Date{parse_date(read.front().day).days + 1} : parse_date(charged.front().from);
    }
    const auto taken = [&](fees::Days days) {
      const auto other = std::find_if(of_others.begin(), of_others.end(), [&](const rows::Charge& row) {
        return parse_date(row.from) < days.until && days.from < parse_date(row.until);
      });
      if (other != of_others.end()) leave_out(unit.id, meter.head, days, "billed", other->id);
      return other != of_others.end();
    };
    const std::size_t planned = out.size();
    for (const rows::Charge& row : charged) {
      const Date from = parse_date(row.from);
      const bool missing = at < from && read_millionths(shown) != read_millionths(row.reading_from);
      if (missing && from <= run.until && !taken({at, from})) stretch(unit, meter, {at, from}, shown, row.reading_from, read);
      at = parse_date(row.until);
      shown = row.reading_to;
    }
    const rows::Reading* last = nullptr;
    for (const rows::Reading& row : read) {
      const Date day = parse_date(row.day);
      if (day >= at && day < end) last = &row;
    }
    if (last) {
      const fees::Days days{at, Date{parse_date(last->day).days + 1}};
      if (!taken(days)) stretch(unit, meter, days, shown, last->reading, read);
      return;
    }
    if (out.size() > planned || end <= run.from || !is.in(run)) return;
    const fees::Days rest{std::max(at, run.from), end};
    if (rest.from < rest.until || charged.empty()) return leave_out(unit.id, meter.head, {charged.empty() ? run.from : rest.from, end}, "no_reading");
    for (const rows::Charge& row : charged) {
      const fees::Days before{std::max(parse_date(row.from), run.from), std::min(parse_date(row.until), end)};
      if (before.from < before.until) leave_out(unit.id, meter.head, before, "billed", row.id);
    }
  }

  /// What the meter counted over those days; the payers share it where it was read as one followed the other.
  void stretch(const rows::Unit& unit, const rows::Meter& meter, fees::Days days, std::string before, const std::string& after,
               const std::vector<rows::Reading>& read) {
    const std::vector<PayerDays> parts = office.payers(parties[unit.id], zone, days);
    PayerDays part{parts.front().payer, days};
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const std::string eve = format_date(Date{parts[i].days.from.days - 1});
      const auto changed = std::find_if(read.begin(), read.end(), [&](const rows::Reading& row) { return row.day == eve; });
      if (changed != read.end()) {
        part.days.until = parts[i].days.from;
        count(unit, meter, part, before, changed->reading);
        before = changed->reading;
      } else if (!part.payer.empty()) {
        continue;
      }
      // Of use before anybody paid for the place, unread, whoever comes first pays.
      part = {parts[i].payer, {parts[i].days.from, days.until}};
    }
    count(unit, meter, part, before, after);
  }

  void count(const rows::Unit& unit, const rows::Meter& meter, PayerDays part, const std::string& before, const std::string& after) {
    const model::Fee* fee = fee_on(meter.head, part.days.from);
    if (!fee || fee->basis != Basis::meter) return leave_out(unit.id, meter.head, part.days, "no_price");
    if (!fees::has_price(*fee, place_of(unit), part.days.from)) {
      // Charged is what it counted, at the first price that there is.
      const auto later = std::find_if(fee->prices.begin(), fee->prices.end(), [&](const model::FeePrice& price) {
        return part.days.from < price.from && price.from < part.days.until && fees::has_price(*fee, place_of(unit), price.from);
      });
      if (later == fee->prices.end()) return leave_out(unit.id, meter.head, part.days, "no_price");
      part.days.from = later->from;
    }
    const auto used = fees::counted(read_millionths(before).value_or(0), read_millionths(after).value_or(0), read_millionths(meter.counts_to));
    if (!used || *used > kMostQuantity) return leave_out(unit.id, meter.head, part.days, "reading_back");
    if (*used == 0) return leave_out(unit.id, meter.head, part.days, "nothing");
    Fields of_meter;
    set_field(of_meter, "meter", meter.id);
    set_field(of_meter, "reading_from", before);
    set_field(of_meter, "reading_to", after);
    charge(unit, *fee, part, *used, decimal_text(*used, 0), std::move(of_meter));
  }

  void charge(const rows::Unit& unit, const model::Fee& fee, const PayerDays& part, std::int64_t quantity, const std::string& written, Fields with) {
    if (part.payer.empty()) return leave_out(unit.id, fee.name, part.days, "no_payer");
    const fees::Rate rate(fee, place_of(unit), part.days);
    const std::int64_t fen = rate.fen(quantity);
    const std::vector<ChargeStep> steps = rate.steps(quantity);
    if (fen == 0) return leave_out(unit.id, fee.name, part.days, steps.empty() ? "no_price" : "nothing");
    set_field(with, "amount", fen);
    // Nobody is late before he was billed.
    set_field(with, "due", std::max(format_date(fees::due_of(fee, part.days.from)), booking.day(office.state_)));
    set_field(with, "from", format_date(part.days.from));
    set_field(with, "head", fee.name);
    set_field(with, "payer", part.payer);
    set_field(with, "place", unit.id);
    if (std::all_of(steps.begin(), steps.end(), [&](const ChargeStep& step) { return step.price_millionths == steps.front().price_millionths; })) {
      set_field(with, "price", decimal_text(steps.front().price_millionths, 4));  // as prices are written
    }
    set_field(with, "quantity", written);
    set_field(with, "until", format_date(part.days.until));
    Planned planned;
    planned.with = std::move(with);
    planned.fee = &fee;
    planned.unit = &unit;
    planned.days = part.days;
    planned.quantity = quantity;
    for (const ChargeStep& step : steps) planned.month_parts += step.month_parts;
    out.push_back(std::move(planned));
  }

  void leave_out(const std::string& place, const std::string& head, fees::Days days, std::string reason, std::string charge = {}) {
    Planned planned;
    set_field(planned.with, "from", format_date(days.from));
    set_field(planned.with, "head", head);
    set_field(planned.with, "place", place);
    set_field(planned.with, "until", format_date(days.until));
    planned.reason = std::move(reason);
    planned.charge = std::move(charge);
    out.push_back(std::move(planned));
  }
};

std::vector<Engine::Planned> Engine::plan(const Booking& booking) const {
  Billing billing(*this, booking);
  billing.all();
  return std::move(billing.out);
}

std::vector<std::string> Engine::bill(const Booking& booking, std::vector<Planned> planned) {
  std::vector<std::string> charges;
  for (Planned& one : planned) {
    if (one.reason.empty()) {
      charges.push_back(find_charged(booking, std::move(one.with)));
      if (booking.books == model::Books::bill) use_prepaid(booking, charges.back());
      continue;
    }
    Found found = booked(booking, "unbilled", one.charge);
    found.reason = one.reason;
    found.with = std::move(one.with);
    append(found);
    apply(found);
  }
  return charges;
}

Engine::Ahead Engine::ahead(const Booking& booking) const {
  Ahead out;
  out.payer = booking.text("payer").empty() ? payer_of(booking.text("place"), booking.at) : booking.text("payer");
  out.planned = plan(booking);
  const std::string today = booking.day(state_);
  // What falls to another payer is his, and billed when its time comes.
  for (const Planned& one : out.planned) {
    if (out.why.empty()) out.why = one.reason;
  }
  const std::size_t all = out.planned.size();
  std::erase_if(out.planned, [&](const Planned& one) { return one.reason.empty() && text_in(one.with, "payer") != out.payer; });
  if (out.planned.size() < all) out.why = "other_payer";
  std::vector<Planned*> his;
  std::map<std::string, std::int64_t> parts;  // of months, by head
  for (Planned& one : out.planned) {
    if (!one.reason.empty()) continue;
    his.push_back(&one);
    one.ahead = format_date(fees::due_of(*one.fee, one.days.from)) >= today;
    if (one.ahead) parts[one.fee->name] += one.month_parts;
  }
  std::vector<std::pair<Planned*, std::int64_t>> less;
  for (Planned* one : his) {
    const std::int64_t whole = number_in(one->with, "amount");
    const std::int64_t off = one->ahead ? fees::off_for(*one->fee, parts[one->fee->name]) : 0;
    const std::int64_t asked = off == 0 ? whole : fees::Rate(*one->fee, place_of(*one->unit), one->days, off).fen(one->quantity);
    less.emplace_back(one, asked);
    out.asked = fees::plus(out.asked, asked);
  }
  out.charges = his.size();
  if (booking.number("amount") < out.asked) return out;
  for (const auto& [one, asked] : less) {
    const std::int64_t whole = number_in(one->with, "amount");
    if (asked == whole || asked == 0) continue;
    set_field(one->with, "amount", asked);
    set_field(one->with, "discount", whole - asked);
  }
  return out;
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
