// Booking: what an action posts to the ledger, as found lines with the told line as their cause; and the debts that fall late.
#include "office/books.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "fees/charge.hpp"
#include "fees/late.hpp"
#include "journal/json.hpp"
#include "manual/forms.hpp"
#include "office/fold.hpp"
#include "tables/describe.hpp"
#include "tables/specs.hpp"

namespace wuye {
namespace {

using cases::Case;
using cases::Fault;
using model::Books;

void set_text(Fields& fields, std::string_view name, std::string text) {
  if (!text.empty()) set_field(fields, name, std::move(text));
}

bool among(std::string_view comma_list, std::string_view item) {
  while (!comma_list.empty()) {
    const std::size_t comma = comma_list.find(',');
    if (comma_list.substr(0, comma) == item) return true;
    if (comma == std::string_view::npos) return false;
    comma_list.remove_prefix(comma + 1);
  }
  return false;
}

Fault money_fault(std::string_view reason, std::string_view clause, std::string facts, std::string message) {
  Fault fault;
  fault.reason = reason;
  fault.clause = clause;
  fault.facts = std::move(facts);
  fault.message = std::move(message);
  return fault;
}

/// The procedure by whose cases debts are pressed for; null where the manual has none.
const model::Procedure* arrears_procedure(const model::Manual& manual) {
  for (const model::Procedure& procedure : manual.procedures) {
    for (const model::Action& action : procedure.actions) {
      if (action.books == Books::arrears) return &procedure;
    }
  }
  return nullptr;
}

const model::Action* settling_action(const model::Procedure& procedure) {
  for (const model::Action& action : procedure.actions) {
    if (action.books == Books::settled) return &action;
  }
  return nullptr;
}

/// What was booked was read from that field of the told line.
bool reads_field(model::Books books, std::string_view field) {
  if (field == "place" || field == "happened") return true;
  const auto fields = model::booked_fields(books);
  return std::any_of(fields.begin(), fields.end(), [&](const model::BookedField& one) { return one.name == field; });
}

constexpr std::int64_t kMostDays = 3660;  ///< of one charge or run: ten years

}  // namespace

Fault bad_field(std::string_view name, std::string message) {
  std::string facts;
  json::Object(facts).text("field", name).end();
  return money_fault("bad_value", {}, std::move(facts), std::move(message));
}

std::string Engine::Booking::text(std::string_view name) const { return text_in(fields, name); }
std::int64_t Engine::Booking::number(std::string_view name) const { return number_in(fields, name); }
std::vector<std::string> Engine::Booking::list(std::string_view name) const {
  const Value* value = find_field(fields, name);
  const auto* items = value ? std::get_if<std::vector<std::string>>(value) : nullptr;
  return items ? *items : std::vector<std::string>();
}

std::string Engine::Booking::day(const State& state) const { return format_date(state.manual_at(at)->zone().wall(at).date); }

bool books_something(const Found& found) {
  constexpr std::string_view kBooked[] = {"charged", "read", "received", "posted", "deferred", "claimed", "unbilled", "done"};
  return std::find(std::begin(kBooked), std::end(kBooked), found.what) != std::end(kBooked) ||
         (found.what == "opened" && find_field(found.with, "payer") && find_field(found.with, "due"));
}

bool decides_field(const model::Procedure& procedure, const model::Action& action, std::string_view field) {
  if (reads_field(action.books, field)) return true;
  const int index = procedure.field(field);
  return std::any_of(action.opens.begin(), action.opens.end(), [&](const model::Opens& opens) {
    const bool asked = std::any_of(opens.when.tests.begin(), opens.when.tests.end(), [&](const model::Test& test) { return test.field == index || test.other == index; });
    return asked || opens.each == index || std::find(opens.copy.begin(), opens.copy.end(), field) != opens.copy.end();
  });
}

Engine::Booking Engine::booking_of(const model::Procedure& procedure, const Case* c, const cases::Event& event, const std::string& case_id) const {
  Booking out;
  out.books = event.action->books;
  out.action = event.action->name;
  out.clause = event.action->clause;
  out.case_id = case_id;
  out.by = event.by;
  out.at = event.at;
  out.now = event.now;
  const auto take = [&](std::string_view name) {
    const int field = procedure.field(name);
    if (field < 0) return;
    if (const Value* set = find_field(event.action->set, name)) return set_field(out.fields, name, *set);
    for (const auto& [index, value] : event.values) {
      if (index == field) return set_field(out.fields, name, value);
    }
    const Value& stands = c ? c->value(field) : procedure.fields[static_cast<std::size_t>(field)].fallback;
    if (!std::holds_alternative<std::monostate>(stands)) set_field(out.fields, name, stands);
  };
  take("place");
  for (const model::BookedField& one : model::booked_fields(out.books)) take(one.name);
  return out;
}

std::string Engine::payer_of(std::string_view place, Instant at) const {
  std::vector<const rows::Party*> parties;
  state_.registers.parties.each_unordered([&](const rows::Party& row) {
    if (row.place == place) parties.push_back(&row);
  });
  return fees::payer_among(parties, at);
}

// ---- Whether it may be booked -------------------------------------------------------------------------------------------

std::optional<Fault> Engine::unfit(const Booking& booking) const {
  const Value* amount = find_field(booking.fields, "amount");
  const auto missing = [&](const std::string& name) {
    Fault fault = bad_field(name, booking.action + " needs " + name);
    fault.reason = "missing_field";
    return fault;
  };
  const bool takes_amount = booking.books == Books::charge || booking.books == Books::receipt || booking.books == Books::prepay;
  if (takes_amount && !amount) return missing("amount");
  const bool of_money = takes_amount || booking.books == Books::waive || booking.books == Books::write_off || booking.books == Books::refund;
  if (of_money && amount && (booking.number("amount") <= 0 || booking.number("amount") > kMostFen)) {
    return bad_field("amount", "an amount is at least one fen, and at most " + std::to_string(kMostFen));
  }
  const std::string from = booking.text("from");
  const std::string to = booking.text("to");
  if (!from.empty() && !to.empty() && to < from) return bad_field("to", "the last day is before the first");
  if (!from.empty() && !to.empty() && parse_date(to).days - std::int64_t{parse_date(from).days} >= kMostDays) {
    return bad_field("to", "so many days are not charged at once");
  }
  if (booking.books == Books::bill || booking.books == Books::prepay) {
    if (from.empty() || to.empty() || booking.list("heads").empty()) return missing(from.empty() ? "from" : to.empty() ? "to" : "heads");
  }
  if (booking.books == Books::prepay && booking.text("place").empty()) return missing("place");
  if (booking.books == Books::reading) {
    for (const char* need : {"meter", "reading"}) {
      if (booking.text(need).empty()) return missing(need);
    }
    return unfit_reading(booking);
  }
  const model::Manual& manual = state_.manual_at(booking.at)->compiled();
  const auto unknown_head = [&](const char* field, const std::string& head) -> std::optional<Fault> {
    if (manual.fees.empty() || manual.fee(head)) return std::nullopt;
    std::vector<std::string_view> names;
    for (const model::Fee& fee : manual.fees) names.push_back(fee.name);
    Fault fault = bad_field(field, "the manual has no fee " + head);
    if (const std::string near = cases::nearest(head, names); !near.empty()) {
      fault.facts.clear();
      json::Object(fault.facts).text("field", field).text("nearest", near).end();
    }
    return fault;
  };
  if (booking.books == Books::charge) {
    if (auto fault = unknown_head("head", booking.text("head"))) return fault;
  }
  for (const char* field : {"heads", "for"}) {
    for (const std::string& item : booking.list(field)) {
      if (item.find(':') != std::string::npos) continue;  // a charge's id
      if (auto fault = unknown_head(field, item)) return fault;
    }
  }
  if (booking.books == Books::bill && !booking.text("quantity").empty()) {
    const std::string place = booking.text("place");
    if (place.empty()) return bad_field("place", "a quantity is that of one place");
    for (const std::string& head : booking.list("heads")) {
      const model::Fee* fee = manual.fee(head);
      if (fee && fee->basis == model::Fee::Basis::area) return bad_field("quantity", "the fee " + head + " is for the place's area, which the register knows");
      if (is_metered(booking, place, head)) return bad_field("quantity", "the fee " + head + " is for what the place's meters counted, which their readings say");
    }
  }
  if (booking.books == Books::reverse && booking.text("charge").empty() == booking.text("receipt").empty()) {
    return bad_field("charge", booking.action + " names either a charge or a receipt");
  }
  return std::nullopt;
}

std::vector<Fault> Engine::judge_books(const Booking& booking) const {
  std::vector<Fault> out;
  const auto charge_there = [&](const std::string& id) {
    const rows::Charge* charge = id.empty() ? nullptr : state_.ledger.charges.find(id);
    if (charge || id.empty()) return charge;
    std::string facts;
    json::Object(facts).text("charge", id).end();
    out.push_back(money_fault("unknown_charge", booking.clause, std::move(facts), "there is no charge " + id));
    return charge;
  };
  const auto over_owed = [&](const rows::Charge& charge, std::int64_t amount) {
    std::string facts;
    json::Object(facts).number("amount", amount).text("charge", charge.id).number("owed", charge.owed).end();
    out.push_back(money_fault("exceeds_owed", booking.clause, std::move(facts), "of charge " + charge.id + " less is owed"));
  };
  const auto over_balance = [&](const rows::Receipt& receipt, std::int64_t amount) {
    std::string facts;
    json::Object(facts).number("amount", amount).number("balance", receipt.balance).text("receipt", receipt.id).end();
    out.push_back(money_fault("exceeds_balance", booking.clause, std::move(facts), "of receipt " + receipt.id + " less is left"));
  };
  const auto receipt_there = [&](const std::string& id) {
    const rows::Receipt* receipt = id.empty() ? nullptr : state_.ledger.receipts.find(id);
    if (receipt || id.empty()) return receipt;
    std::string facts;
    json::Object(facts).text("receipt", id).end();
    out.push_back(money_fault("unknown_receipt", booking.clause, std::move(facts), "there is no receipt " + id));
    return receipt;
  };
  const auto paper_used = [&] {
    const std::string used = receipt_on(booking.text("invoice"));
    if (used.empty()) return;
    std::string facts;
    json::Object(facts).text("invoice", booking.text("invoice")).text("receipt", used).end();
    out.push_back(money_fault("invoice_used", booking.clause, std::move(facts), "the paper of that number is receipt " + used + "'s"));
  };
  switch (booking.books) {
    case Books::reading: return judge_reading(booking);
    case Books::prepay: {
      paper_used();
      const Ahead due = ahead(booking);
      if (due.charges == 0) {
        std::string facts;
        json::Object(facts).text("from", booking.text("from")).text("to", booking.text("to")).text("why", due.why).end();
        out.push_back(money_fault("nothing_to_charge", booking.clause, std::move(facts), "for these days there is nothing for the payer to pay ahead: " + due.why));
      } else if (booking.number("amount") < due.asked) {
        std::string facts;
        json::Object(facts).number("amount", booking.number("amount")).number("asked", due.asked).end();
        out.push_back(money_fault("falls_short", booking.clause, std::move(facts), "the days that are paid ahead come to more"));
      }
      break;
    }
    case Books::late_fee: {
      const rows::Charge* charge = charge_there(booking.text("charge"));
      if (!charge || accrued(*charge, booking.at) > 0) break;
      std::string facts;
      json::Object(facts).text("charge", charge->id).end();
      out.push_back(money_fault("nothing_accrued", booking.clause, std::move(facts), "on charge " + charge->id + " no late fee has accrued"));
      break;
    }
    case Books::waive:
    case Books::write_off:
    case Books::defer: {
      const rows::Charge* charge = charge_there(booking.text("charge"));
      if (!charge) break;
      const std::int64_t amount = booking.number("amount");
      const bool of_amount = booking.books == Books::waive || booking.books == Books::write_off;
      if (booking.books == Books::defer && booking.text("due") <= charge->due) {
        std::string facts;
        json::Object(facts).text("charge", charge->id).text("due", charge->due).end();
        out.push_back(money_fault("not_later", booking.clause, std::move(facts), "charge " + charge->id + " is due on that day or later already"));
      }
      if (charge->owed == 0 || (of_amount && amount > charge->owed)) over_owed(*charge, amount);
      break;
    }
    case Books::refund: {
      const rows::Receipt* receipt = receipt_there(booking.text("receipt"));
      if (receipt && (receipt->balance == 0 || booking.number("amount") > receipt->balance)) over_balance(*receipt, booking.number("amount"));
      break;
    }
    case Books::reverse: {
      if (const rows::Charge* charge = charge_there(booking.text("charge")); charge && charge->reversed > 0) over_owed(*charge, charge->amount);
      const rows::Receipt* receipt = receipt_there(booking.text("receipt"));
      if (receipt && receipt->reversed + receipt->refunded == receipt->amount) over_balance(*receipt, receipt->amount);
      break;
    }
    case Books::claim: {
      const std::string id = booking.text("receipt").empty() ? booking.case_id : booking.text("receipt");
      if (const rows::Receipt* receipt = receipt_there(id); receipt && receipt->balance == 0) over_balance(*receipt, receipt->amount);
      [[fallthrough]];
    }
    case Books::receipt:
      if (booking.books == Books::receipt) paper_used();
      for (const std::string& item : booking.list("for")) {
        // A charge's id holds the case and the head; a head alone is a name without a colon.
        if (item.find(':') == std::string::npos) continue;
        if (const rows::Charge* charge = charge_there(item); charge && charge->owed == 0) over_owed(*charge, 0);
      }
      break;
    default: break;
  }
  return out;
}

// ---- Booking ------------------------------------------------------------------------------------------------------------

Found Engine::booked(const Booking& booking, std::string what, std::string id) const {
  Found found;
  found.at = booking.at;
  found.now = std::max(state_.clock, booking.now);
  found.what = std::move(what);
  found.case_id = booking.case_id;
  found.cause = booking.cause;
  found.id = std::move(id);
  found.clause = booking.clause;
  return found;
}

void Engine::find_posted(const Booking& booking, const std::string& kind, const std::string& charge, const std::string& receipt, std::int64_t amount) {
  if (amount == 0) return;
  Found found = booked(booking, "posted", {});
  set_field(found.with, "amount", amount);
  set_text(found.with, "charge", charge);
  set_field(found.with, "kind", kind);
  set_text(found.with, "receipt", receipt);
  append(found);
  apply(found);
}

std::string Engine::find_charged(const Booking& booking, Fields with) {
  std::string id = booking.case_id + ':' + text_in(with, "place") + ':' + text_in(with, "head");
  if (const std::string from = text_in(with, "from"); !from.empty()) id += ':' + from;
  const std::string first = id;
  for (int n = 2; state_.ledger.charges.find(id); ++n) id = first + '#' + std::to_string(n);
  Found found = booked(booking, "charged", id);
  found.with = std::move(with);
  append(found);
  apply(found);
  return id;
}

void Engine::allocate(const Booking& booking, const std::string& receipt_id) {
  const rows::Receipt& receipt = *state_.ledger.receipts.find(receipt_id);
  std::vector<std::string> places = booking.list("places");
  if (places.empty() && !receipt.place.empty()) places.push_back(receipt.place);
  const std::vector<std::string> wanted = booking.list("for");
  std::vector<std::pair<std::string, std::int64_t>> owed;
  const auto add = [&](const rows::Charge& charge) {
    const bool there = std::any_of(owed.begin(), owed.end(), [&](const auto& one) { return one.first == charge.id; });
    if (charge.owed > 0 && !there) owed.emplace_back(charge.id, charge.owed);
  };
  for (const std::string& item : wanted) {
    if (const rows::Charge* charge = state_.ledger.charges.find(item)) add(*charge);
  }
  std::vector<const rows::Charge*> open;
  if (!receipt.payer.empty()) {
    open = state_.ledger.owed_by(receipt.payer);
  } else {
    for (const std::string& place : places) {
      for (const rows::Charge* charge : state_.ledger.owed_for(place)) open.push_back(charge);
    }
    std::sort(open.begin(), open.end(),
              [](const rows::Charge* a, const rows::Charge* b) { return std::tie(a->due, a->id) < std::tie(b->due, b->id); });
  }
  for (const rows::Charge* charge : open) {
    const bool here = places.empty() || std::find(places.begin(), places.end(), charge->place) != places.end();
    const bool meant = wanted.empty() || std::find(wanted.begin(), wanted.end(), charge->head) != wanted.end();
    if (here && meant) add(*charge);
  }
  std::vector<std::int64_t> amounts;
  amounts.reserve(owed.size());
  for (const auto& [id, amount] : owed) amounts.push_back(amount);
  const std::vector<std::int64_t> parts = fees::allocate(receipt.balance, amounts);
  for (std::size_t i = 0; i < owed.size(); ++i) find_posted(booking, "pay", owed[i].first, receipt_id, parts[i]);
}

void Engine::use_prepaid(const Booking& booking, const std::string& charge_id) {
  const rows::Charge* charge = state_.ledger.charges.find(charge_id);
  if (charge->payer.empty()) return;
  std::vector<std::string> usable;
  std::vector<std::int64_t> balances;
  for (const rows::Receipt* receipt : state_.ledger.prepaid_by(charge->payer)) {
    if (!receipt->place.empty() && receipt->place != charge->place) continue;
    if (!receipt->heads.empty() && !among(receipt->heads, charge->head)) continue;
    usable.push_back(receipt->id);
    balances.push_back(receipt->balance);
  }
  const std::vector<std::int64_t> parts = fees::allocate(charge->owed, balances);
  for (std::size_t i = 0; i < usable.size(); ++i) find_posted(booking, "pay", charge_id, usable[i], parts[i]);
}

std::vector<rows::Posting> Engine::postings_of(bool of_charge, const std::string& id) const {
  std::map<std::int64_t, rows::Posting> out;
  if (store_.keeps_rows()) {
    store_.scan(static_cast<std::size_t>(TableId::postings), of_charge ? "charge" : "receipt", Cell{id}, [&](std::vector<Cell>&& cells) {
      auto row = tables::row_from<rows::Posting>(std::move(cells));
      out.emplace(row.seq, std::move(row));
      return true;
    });
  }
  for (const rows::Posting* row : of_charge ? state_.ledger.postings_of_charge(id) : state_.ledger.postings_of_receipt(id)) out.emplace(row->seq, *row);
  std::vector<rows::Posting> list;
  for (auto& [seq, row] : out) list.push_back(std::move(row));
  return list;
}

std::string Engine::receipt_on(const std::string& invoice) const {
  if (invoice.empty()) return {};
  std::map<std::int64_t, std::pair<std::string, bool>> by_line;  // and whether it stands
  const auto take = [&](const rows::Receipt& row) { by_line.insert_or_assign(row.seq, std::pair(row.id, row.reversed < row.amount)); };
  if (store_.keeps_rows()) {
    store_.scan(static_cast<std::size_t>(TableId::receipts), "invoice", Cell{invoice}, [&](std::vector<Cell>&& cells) {
      take(tables::row_from<rows::Receipt>(std::move(cells)));
      return true;
    });
  }
  // What is in memory is newer than what is stored.
  for (const rows::Receipt* row : state_.ledger.receipts_on(invoice)) take(*row);
  for (const auto& [seq, one] : by_line) {
    if (one.second) return one.first;
  }
  return {};
}

void Engine::take_back(const Booking& booking, bool of_charge, const std::string& id) {
  // What stands is the sum of each kind and of each other side: that much is taken back.
  std::map<std::pair<std::string, std::string>, std::int64_t> stands;
  for (const rows::Posting& row : postings_of(of_charge, id)) {
    if (row.kind == "pay" || (of_charge && (row.kind == "waive" || row.kind == "write_off"))) {
      stands[{row.kind, of_charge ? row.receipt : row.charge}] += row.amount;
    }
  }
  for (const auto& [key, amount] : stands) {
    find_posted(booking, key.first, of_charge ? id : key.second, of_charge ? key.second : id, -amount);
  }
  if (of_charge) find_posted(booking, "reverse", id, {}, state_.ledger.charges.find(id)->owed);
  else find_posted(booking, "reverse", {}, id, state_.ledger.receipts.find(id)->balance);
}

void Engine::book(Booking booking, std::int64_t cause, Outcome& outcome) {
  booking.cause = cause;
  const std::int64_t first = state_.last_seq;
  const model::Manual& manual = state_.manual_at(booking.at)->compiled();
  const fees::Ledger& ledger = state_.ledger;
  Fields facts;
  const std::string today = format_date(manual.zone.wall(booking.at).date);
  // What a receipt now holds pays what it can.
  const auto take_in = [&](Found& found, const std::string& receipt) {
    append(found);
    apply(found);
    allocate(booking, receipt);
    const rows::Receipt& row = *ledger.receipts.find(receipt);
    set_field(facts, "allocated", row.allocated);
    set_field(facts, "balance", row.balance);
    set_field(facts, "receipt", receipt);
  };
  const auto receive = [&](const std::string& payer, const std::string& place, const std::string& heads) {
    std::string id = booking.case_id;
    for (int n = 2; ledger.receipts.find(id); ++n) id = booking.case_id + '#' + std::to_string(n);
    Found found = booked(booking, "received", id);
    set_field(found.with, "amount", booking.number("amount"));
    set_text(found.with, "heads", heads);
    set_text(found.with, "invoice", booking.text("invoice"));
    set_text(found.with, "method", booking.text("method"));
    set_text(found.with, "payer", payer);
    set_text(found.with, "place", place);
    take_in(found, id);
  };
  const auto say_planned = [&](std::vector<Planned> planned) {
    std::int64_t amount = 0;
    std::int64_t discount = 0;
    for (const Planned& one : planned) {
      if (!one.reason.empty()) continue;
      amount = fees::plus(amount, number_in(one.with, "amount"));
      discount = fees::plus(discount, number_in(one.with, "discount"));
    }
    const std::size_t all = planned.size();
    std::vector<std::string> charges = bill(booking, std::move(planned));
    set_field(facts, "amount", amount);
    set_field(facts, "charges", static_cast<std::int64_t>(charges.size()));
    if (discount > 0) set_field(facts, "discount", discount);
    set_field(facts, "unbilled", static_cast<std::int64_t>(all - charges.size()));
    return charges;
  };
  switch (booking.books) {
    case Books::bill: say_planned(plan(booking)); break;
    case Books::prepay: {
      Ahead due = ahead(booking);
      const std::vector<std::string> charges = say_planned(std::move(due.planned));
      // It pays what it was brought for.
      set_field(booking.fields, "for", charges);
      receive(due.payer, booking.text("place"), {});
      break;
    }
    case Books::reading: {
      const std::string meter = booking.text("meter");
      const rows::Meter* registered = state_.registers.meters.find(meter);
      if (!registered) break;
      Found found = booked(booking, "read", {});
      set_field(found.with, "day", day_read(booking));
      set_field(found.with, "meter", meter);
      set_field(found.with, "reading", booking.text("reading"));
      append(found);
      apply(found);
      break;
    }
    case Books::late_fee: {
      const rows::Charge* base = ledger.charges.find(booking.text("charge"));
      const std::int64_t amount = base ? accrued(*base, booking.at) : 0;
      if (amount == 0) break;
      Fields with;
      set_field(with, "amount", amount);
      set_field(with, "base", base->id);
      set_field(with, "due", today);
      set_field(with, "from", base->due);
      set_field(with, "head", std::string(model::kLateHead));
      set_text(with, "payer", base->payer);
      set_text(with, "place", base->place);
      set_field(with, "until", today);
      const std::string id = find_charged(booking, std::move(with));
      set_field(facts, "charge", id);
      set_field(facts, "owed", amount);
      break;
    }
    case Books::charge: {
      Fields with;
      const std::string place = booking.text("place");
      const model::Fee* fee = manual.fee(booking.text("head"));
      const std::string begins = booking.text("from").empty() ? today : booking.text("from");
      const std::string due = fee ? std::max(format_date(fees::due_of(*fee, parse_date(begins))), today) : today;
      set_field(with, "amount", booking.number("amount"));
      set_field(with, "due", booking.text("due").empty() ? due : booking.text("due"));
      set_text(with, "from", booking.text("from"));
      set_field(with, "head", booking.text("head"));
      set_text(with, "payer", booking.text("payer").empty() ? payer_of(place, booking.at) : booking.text("payer"));
      set_text(with, "place", place);
      if (const std::string to = booking.text("to"); !to.empty()) set_field(with, "until", format_date(Date{parse_date(to).days + 1}));
      const std::string id = find_charged(booking, std::move(with));
      set_field(facts, "charge", id);
      set_field(facts, "owed", ledger.charges.find(id)->owed);
      break;
    }
    case Books::receipt: {
      std::string place = booking.text("place");
      const std::vector<std::string> places = booking.list("places");
      if (place.empty() && places.size() == 1) place = places.front();
      std::string payer = booking.text("payer");
      if (payer.empty() && !place.empty()) payer = payer_of(place, booking.at);
      std::string heads;
      for (const std::string& item : booking.list("for")) {
        const rows::Charge* charge = ledger.charges.find(item);
        if (charge && payer.empty()) payer = charge->payer;
        if (!charge && item.find(':') == std::string::npos) heads += (heads.empty() ? "" : ",") + item;
      }
      receive(payer, place, heads);
      break;
    }
    case Books::claim: {
      const std::string id = booking.text("receipt").empty() ? booking.case_id : booking.text("receipt");
      const rows::Receipt* receipt = ledger.receipts.find(id);
      if (!receipt || receipt->balance == 0) break;
      const std::string place = booking.text("place").empty() ? receipt->place : booking.text("place");
      std::string payer = booking.text("payer");
      if (payer.empty()) payer = receipt->payer;
      if (payer.empty() && !place.empty()) payer = payer_of(place, booking.at);
      Found found = booked(booking, "claimed", id);
      set_text(found.with, "payer", payer);
      set_text(found.with, "place", place);
      take_in(found, id);
      break;
    }
    case Books::waive:
    case Books::write_off: {
      const rows::Charge* charge = ledger.charges.find(booking.text("charge"));
      if (!charge) break;
      const std::int64_t amount = booking.number("amount") == 0 ? charge->owed : std::min(booking.number("amount"), charge->owed);
      find_posted(booking, booking.books == Books::waive ? "waive" : "write_off", charge->id, {}, amount);
      break;
    }
    case Books::refund: {
      const rows::Receipt* receipt = ledger.receipts.find(booking.text("receipt"));
      if (!receipt) break;
      const std::int64_t amount = booking.number("amount") == 0 ? receipt->balance : std::min(booking.number("amount"), receipt->balance);
      find_posted(booking, "refund", {}, receipt->id, amount);
      break;
    }
    case Books::reverse:
      if (ledger.charges.find(booking.text("charge"))) take_back(booking, true, booking.text("charge"));
      if (ledger.receipts.find(booking.text("receipt"))) take_back(booking, false, booking.text("receipt"));
      break;
    case Books::defer: {
      const rows::Charge* charge = ledger.charges.find(booking.text("charge"));
      if (!charge || charge->owed == 0 || booking.text("due") <= charge->due) break;
      Found found = booked(booking, "deferred", charge->id);
      set_field(found.with, "due", booking.text("due"));
      append(found);
      apply(found);
      break;
    }
    default: break;
  }
  if (!facts.empty()) {
    outcome.facts.clear();
    json::append_fields(outcome.facts, facts);
  }
  settle_arrears(first, cause, booking.now, outcome.notices);
}

void Engine::book_opened(const std::string& case_id, const Told& told, Outcome& outcome) {
  const Case& c = *state_.cases.find(case_id);
  const model::Action* begins = c.procedure->begins();
  if (!begins || begins->books == Books::none || begins->books == Books::arrears) return;
  cases::Event event;
  event.action = begins;
  event.by = told.by;
  event.at = told.at;
  event.now = told.now;
  Booking booking = booking_of(*c.procedure, &c, event, case_id);
  std::vector<Fault> faults = cases::judge_opened(*c.manual, c, event, *this);
  auto no_booking = unfit(booking);
  bool fits = !no_booking;
  if (fits) {
    for (Fault& fault : judge_books(booking)) faults.push_back(std::move(fault));
  } else {
    faults.push_back(std::move(*no_booking));
  }
  const model::Chapter* chapter = c.manual->chapter(c.procedure->chapter);
  fits = fits && (faults.empty() || begins->on_breach != model::OnBreach::refuse || (chapter && chapter->observe));
  for (Fault& fault : faults) {
    const auto before = std::count_if(outcome.breaches.begin(), outcome.breaches.end(), [&](const auto& breach) { return breach.reason == fault.reason; });
    std::string id = std::to_string(told.seq) + ':' + fault.reason;
    if (before > 0) id += ':' + std::to_string(before + 1);
    find_breach(told, case_id, std::move(id), std::move(fault), outcome);
  }
  if (!fits) return;
  Outcome own;  // what was told has facts of its own
  book(std::move(booking), told.seq, own);
  for (Notice& notice : own.notices) outcome.notices.push_back(std::move(notice));
}

// ---- Debts that are late ------------------------------------------------------------------------------------------------

Instant Engine::reaches_ladder(const rows::Account& account) const {
  if (account.owed == 0 || state_.manuals.empty()) return kNever;
  const auto& [seq, held] = *state_.manuals.rbegin();
  const model::Manual& manual = held.compiled();
  const model::Procedure* procedure = arrears_procedure(manual);
  const model::Chapter* chapter = procedure ? manual.chapter(procedure->chapter) : nullptr;
  if (!chapter || !chapter->used) return kNever;
  const Date due = parse_date(account.due);
  Found opened;
  opened.at = opened.now = manual.zone.instant({Date{due.days + 1}, 0});
  set_field(opened.with, "due", account.due);
  set_text(opened.with, "payer", account.payer);
  set_text(opened.with, "place", account.place);
  Case like;
  like.manual = &manual;
  like.procedure = procedure;
  like.names = &state_.names;
  begin(like, event_of(opening_told(opened, *procedure), *procedure));
  // The ladder is that of the deadline that counts from the due day; others run from when the case is opened.
  Instant at = kNever;
  for (const cases::Clock& clock : like.clocks) {
    const model::Limit* limit = cases::limit_of(like, clock);
    if (limit && limit->kind == model::Limit::Kind::field && limit->field == procedure->field("due")) at = std::min(at, clock.next);
  }
  if (at == kNever) return kNever;
  if (chapter->from.days != INT32_MIN) at = std::max(at, manual.zone.instant({chapter->from, 0}));
  if (const rows::Adopted* adopted = state_.adopted.find(std::to_string(seq))) at = std::max(at, adopted->at);
  return at;
}

Instant Engine::late_at(const rows::Account& account) const {
  if (!account.arrears.empty()) return kNever;
  const Instant at = reaches_ladder(account);
  return at == kNever ? kNever : std::max(at, account.since);
}

void Engine::find_arrears(const std::string& key, std::vector<Notice>& out) {
  const rows::Account account = *state_.ledger.accounts.find(key);
  const model::Procedure& procedure = *arrears_procedure(state_.manuals.rbegin()->second.compiled());
  Fields with;
  set_field(with, "due", account.due);
  if (procedure.field("owed") >= 0) set_field(with, "owed", account.owed);
  set_text(with, "payer", account.payer);
  set_text(with, "place", account.place);
  const std::string first = procedure.name + ':' + account.place + ':' + account.payer + ':' + account.due;
  std::string id = first;
  for (int n = 2; state_.cases.find(id); ++n) id = first + '#' + std::to_string(n);
  open_child(std::move(id), {}, procedure, std::move(with), 0, account.timer, out);
}

void Engine::settle_arrears(std::int64_t after, std::int64_t cause, Instant now, std::vector<Notice>& out) {
  std::vector<std::string> touched;
  for (auto line = state_.pending.lines.rbegin(); line != state_.pending.lines.rend() && line->seq > after; ++line) {
    const Found found = decode_found(*line);
    const std::string id = found.what == "charged" || found.what == "deferred" ? found.id : text_in(found.with, "charge");
    const rows::Charge* charge = id.empty() ? nullptr : state_.ledger.charges.find(id);
    if (charge) touched.push_back(fees::account_key(charge->place, charge->payer));
  }
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  for (const std::string& key : touched) {
    const rows::Account& account = *state_.ledger.accounts.find(key);
    const Case* c = account.arrears.empty() ? nullptr : state_.cases.find(account.arrears);
    if (!c || reaches_ladder(account) <= std::max(now, state_.clock)) continue;
    const model::Action* action = settling_action(*c->procedure);
    Found found;
    found.at = std::max({now, state_.clock, c->last_at});
    found.now = std::max(state_.clock, now);
    found.what = "done";
    found.case_id = c->id;
    found.cause = cause;
    found.reason = action ? action->name : std::string();
    found.clause = action ? action->clause : std::string();
    set_text(found.with, "payer", account.payer);
    set_text(found.with, "place", account.place);
    const bool was_ended = !c->live();
    const std::size_t stages = c->history.size();
    const std::string id = c->id;
    append(found);
    apply(found);
    find_reached(id, stages, cause, found.now, out);
    settle_draws(id, was_ended, cause, found.at, out);
  }
}

void Engine::retime_accounts() {
  std::vector<std::string> keys;
  state_.ledger.accounts.each_unordered([&](const rows::Account& row) {
    if (row.owed > 0) keys.push_back(row.id);
  });
  for (const std::string& key : keys) {
    rows::Account& account = state_.ledger.accounts.edit(key, state_.mark());
    state_.retime(account, late_at(account));
  }
}

bool Engine::has_booked(std::string_view case_id, std::int64_t told) const {
  for (const std::string& child : tied_to(case_id, state_.children, "parent")) {
    if (has_booked(child, told)) return true;
  }
  const std::vector<Line> lines = case_lines(case_id);
  return std::any_of(lines.begin(), lines.end(), [&](const Line& line) {
    if (line.told) return false;
    const Found found = decode_found(line);
    return found.cause == told && found.what != "done" && found.what != "opened" && books_something(found);
  });
}

// ---- Lines into rows ----------------------------------------------------------------------------------------------------

void Engine::apply_books(const Found& found) {
  const tables::Mark mark = state_.mark();
  fees::Ledger& ledger = state_.ledger;
  const auto text = [&](std::string_view name) { return text_in(found.with, name); };
  const auto retime = [&](const std::string& place, const std::string& payer) {
    rows::Account& account = ledger.edit_account(place, payer, mark);
    state_.retime(account, late_at(account));
  };
  const auto retime_charge = [&](const std::string& id) {
    if (const rows::Charge* charge = ledger.charges.find(id)) retime(charge->place, charge->payer);
  };
  if (found.what == "opened" || found.what == "done") {
    const std::string key = fees::account_key(text("place"), text("payer"));
    rows::Account& account = ledger.edit_account(text("place"), text("payer"), mark);
    account.arrears = found.what == "opened" ? found.case_id : std::string();
    account.seq = found.seq;
    state_.retime(account, late_at(account));
    return;
  }
  if (found.what == "read") {
    rows::Reading row;
    row.meter = text("meter");
    row.day = text("day");
    row.reading = text("reading");
    row.case_id = found.case_id;
    row.at = found.at;
    row.seq = found.seq;
    ledger.read(std::move(row), mark);
    return;
  }
  if (found.what == "unbilled") {
    rows::Unbilled row;
    row.seq = found.seq;
    row.case_id = found.case_id;
    row.place = text("place");
    row.head = text("head");
    row.from = text("from");
    row.until = text("until");
    row.reason = found.reason;
    row.charge = found.id;
    ledger.leave_out(std::move(row), mark);
    return;
  }
  if (found.what == "deferred") {
    ledger.defer(found.id, text("due"), found.seq, mark);
    retime_charge(found.id);
    return;
  }
  if (found.what == "claimed") {
    ledger.claim(found.id, text("payer"), text("place"), mark);
    return;
  }
  rows::Posting posting;
  posting.seq = found.seq;
  posting.amount = number_in(found.with, "amount");
  posting.case_id = found.case_id;
  if (const auto cause = line(found.cause)) posting.by = decode_told(*cause).by;
  posting.clause = found.clause;
  posting.at = found.at;
  if (found.what == "charged") {
    rows::Charge row;
    row.id = found.id;
    row.case_id = found.case_id;
    row.place = text("place");
    row.payer = text("payer");
    row.head = text("head");
    row.from = text("from");
    row.until = text("until");
    row.quantity = text("quantity");
    row.meter = text("meter");
    row.reading_from = text("reading_from");
    row.reading_to = text("reading_to");
    row.price = text("price");
    row.discount = number_in(found.with, "discount");
    row.amount = posting.amount;
    row.due = text("due");
    row.base = text("base");
    row.at = found.at;
    row.seq = found.seq;
    posting.kind = "charge";
    posting.charge = found.id;
    ledger.charge(std::move(row), std::move(posting), mark);
    retime_charge(found.id);
  } else if (found.what == "received") {
    rows::Receipt row;
    row.id = found.id;
    row.case_id = found.case_id;
    row.payer = text("payer");
    row.place = text("place");
    row.amount = posting.amount;
    row.heads = text("heads");
    row.method = text("method");
    row.invoice = text("invoice");
    row.at = found.at;
    row.seq = found.seq;
    posting.kind = "receive";
    posting.receipt = found.id;
    ledger.receive(std::move(row), std::move(posting), mark);
  } else {
    posting.kind = text("kind");
    posting.charge = text("charge");
    posting.receipt = text("receipt");
    const std::string charge = posting.charge;
    ledger.post(std::move(posting), mark);
    retime_charge(charge);
  }
}

}  // namespace wuye
