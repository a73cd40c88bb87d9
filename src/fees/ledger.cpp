#include "fees/ledger.hpp"

#include <algorithm>
#include <tuple>

#include "wuye/fees.hpp"

namespace wuye::fees {
namespace {

Error unbalanced(std::string_view what, std::string_view id) {
  return Error(Code::internal, "the books would not balance: " + std::string(what) + " " + std::string(id));
}

void must_balance(const rows::Charge& c) {
  const std::int64_t parts = plus(plus(plus(c.paid, c.waived), plus(c.written_off, c.reversed)), c.owed);
  const bool none_below = c.paid >= 0 && c.waived >= 0 && c.written_off >= 0 && c.reversed >= 0 && c.owed >= 0;
  if (c.amount <= 0 || c.amount > kMostFen || !none_below || parts != c.amount) throw unbalanced("charge", c.id);
}

void must_balance(const rows::Receipt& r) {
  const std::int64_t parts = plus(plus(r.allocated, r.refunded), plus(r.reversed, r.balance));
  const bool none_below = r.allocated >= 0 && r.refunded >= 0 && r.reversed >= 0 && r.balance >= 0;
  if (r.amount <= 0 || r.amount > kMostFen || !none_below || parts != r.amount) throw unbalanced("receipt", r.id);
}

void name_state(rows::Charge& c) {
  if (c.owed > 0) c.state = "open";
  else c.state = c.reversed == c.amount ? "reversed" : "settled";
}

void name_state(rows::Receipt& r) {
  if (r.balance == 0) r.state = "spent";
  else r.state = r.payer.empty() ? "unclaimed" : "prepaid";
}

/// A row of the set's order that comes before all with this text in its first place.
template <class Row>
Row probe(std::string Row::*member, std::string_view text) {
  Row row;
  row.*member = text;
  return row;
}

}  // namespace

std::int64_t plus(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  if (__builtin_add_overflow(a, b, &out)) throw Error(Code::out_of_range, "a sum of money is too large");
  return out;
}

std::vector<std::int64_t> allocate(std::int64_t available, std::span<const std::int64_t> owed) {
  std::vector<std::int64_t> out;
  out.reserve(owed.size());
  for (const std::int64_t one : owed) {
    const std::int64_t part = std::min(available, one);
    out.push_back(part);
    available -= part;
  }
  return out;
}

std::string payer_among(const std::vector<const rows::Party*>& parties, Instant at) {
  const rows::Party* best = nullptr;
  const auto better = [&](const rows::Party& row) {
    if (!best) return true;
    if (row.role != best->role) return row.role == "payer";
    return row.from != best->from ? row.from > best->from : row.party < best->party;
  };
  for (const rows::Party* row : parties) {
    const bool pays = row->role == "payer" || row->role == "owner";
    if (pays && row->from <= at && (!row->until || at < *row->until) && better(*row)) best = row;
  }
  return best ? best->party : std::string();
}

std::string account_key(std::string_view place, std::string_view payer) { return std::string(place) + '\x1f' + std::string(payer); }

std::string key_of(const rows::Reading& row) { return row.meter + '\x1f' + row.day; }

std::string line_key(std::int64_t seq) {
  const std::string digits = std::to_string(seq);
  return std::string(20 - digits.size(), '0') + digits;
}

bool Ledger::ByPayer::operator()(const rows::Charge* a, const rows::Charge* b) const {
  return std::tie(a->payer, a->due, a->id) < std::tie(b->payer, b->due, b->id);
}
bool Ledger::ByAccount::operator()(const rows::Charge* a, const rows::Charge* b) const {
  return std::tie(a->place, a->payer, a->due, a->id) < std::tie(b->place, b->payer, b->due, b->id);
}
bool Ledger::ByPlace::operator()(const rows::Charge* a, const rows::Charge* b) const {
  return std::tie(a->place, a->id) < std::tie(b->place, b->id);
}
bool Ledger::ByAge::operator()(const rows::Receipt* a, const rows::Receipt* b) const {
  return std::tie(a->payer, a->at, a->id) < std::tie(b->payer, b->at, b->id);
}
bool Ledger::ByInvoice::operator()(const rows::Receipt* a, const rows::Receipt* b) const {
  return std::tie(a->invoice, a->id) < std::tie(b->invoice, b->id);
}
bool Ledger::OfCharge::operator()(const rows::Posting* a, const rows::Posting* b) const {
  return std::tie(a->charge, a->seq) < std::tie(b->charge, b->seq);
}
bool Ledger::OfReceipt::operator()(const rows::Posting* a, const rows::Posting* b) const {
  return std::tie(a->receipt, a->seq) < std::tie(b->receipt, b->seq);
}

bool Ledger::OfMeter::operator()(const rows::Reading* a, const rows::Reading* b) const {
  return std::tie(a->meter, a->day) < std::tie(b->meter, b->day);
}

void Ledger::enter(const rows::Charge* row) {
  at_place_.insert(row);
  if (row->owed <= 0) return;
  owed_.insert(row);
  in_account_.insert(row);
}

void Ledger::leave(const rows::Charge* row) {
  at_place_.erase(row);
  owed_.erase(row);
  in_account_.erase(row);
}

void Ledger::enter(const rows::Receipt* row) {
  if (row->balance > 0) prepaid_.insert(row);
  if (!row->invoice.empty()) on_paper_.insert(row);
}

void Ledger::leave(const rows::Receipt* row) {
  prepaid_.erase(row);
  on_paper_.erase(row);
}

void Ledger::enter(const rows::Posting* row) {
  if (!row->charge.empty()) of_charge_.insert(row);
  if (!row->receipt.empty()) of_receipt_.insert(row);
}

void Ledger::leave(const rows::Posting* row) {
  of_charge_.erase(row);
  of_receipt_.erase(row);
}

void Ledger::enter(const rows::Reading* row) { of_meter_.insert(row); }
void Ledger::leave(const rows::Reading* row) { of_meter_.erase(row); }

template <class F>
void Ledger::change(std::string_view id, tables::Mark mark, std::int64_t seq, Instant now, F&& f) {
  const rows::Charge* before = charges.find(id);
  if (!before) throw unbalanced("there is no charge", id);
  rows::Charge after = *before;
  f(after);
  must_balance(after);
  name_state(after);
  const std::int64_t grown = after.owed - before->owed;
  const std::int64_t more = (after.owed > 0 ? 1 : 0) - (before->owed > 0 ? 1 : 0);
  leave(before);
  rows::Charge& row = charges.edit(id, mark);
  row = std::move(after);
  enter(&row);
  rows::Account& account = edit_account(row.place, row.payer, mark);
  account.owed = plus(account.owed, grown);
  account.charges += more;
  account.seq = seq;
  if (grown > 0) account.since = now;
  rows::Charge like;
  like.place = row.place;
  like.payer = row.payer;
  const auto oldest = in_account_.lower_bound(&like);
  const bool any = oldest != in_account_.end() && (*oldest)->place == row.place && (*oldest)->payer == row.payer;
  account.due = any ? (*oldest)->due : std::string();
}

template <class F>
void Ledger::change_receipt(std::string_view id, tables::Mark mark, F&& f) {
  const rows::Receipt* before = receipts.find(id);
  if (!before) throw unbalanced("there is no receipt", id);
  rows::Receipt after = *before;
  f(after);
  must_balance(after);
  name_state(after);
  leave(before);
  rows::Receipt& row = receipts.edit(id, mark);
  row = std::move(after);
  enter(&row);
}

void Ledger::put(rows::Posting posting, tables::Mark mark) {
  const std::string key = line_key(posting.seq);
  enter(&postings.put(key, std::move(posting), mark));
}

void Ledger::charge(rows::Charge row, rows::Posting posting, tables::Mark mark) {
  if (charges.find(row.id)) throw unbalanced("a second charge", row.id);
  const std::string id = row.id;
  const std::int64_t owed = row.amount;
  row.owed = 0;
  row.reversed = owed;  // until the posting below: the row balances from its first moment
  rows::Charge& placed = charges.put(id, std::move(row), mark);
  enter(&placed);
  change(id, mark, posting.seq, posting.at, [&](rows::Charge& c) {
    c.reversed = 0;
    c.owed = owed;
  });
  put(std::move(posting), mark);
}

void Ledger::receive(rows::Receipt row, rows::Posting posting, tables::Mark mark) {
  if (receipts.find(row.id)) throw unbalanced("a second receipt", row.id);
  row.balance = row.amount;
  must_balance(row);
  name_state(row);
  const std::string id = row.id;
  enter(&receipts.put(id, std::move(row), mark));
  put(std::move(posting), mark);
}

void Ledger::post(rows::Posting posting, tables::Mark mark) {
  const std::int64_t amount = posting.amount;
  if (amount == 0 || amount > kMostFen || amount < -kMostFen) throw unbalanced("a posting of no amount to", posting.charge + posting.receipt);
  const bool pays = posting.kind == "pay";
  if (pays || posting.kind == "waive" || posting.kind == "write_off" || (posting.kind == "reverse" && posting.receipt.empty())) {
    std::int64_t rows::Charge::*part = pays ? &rows::Charge::paid
                                       : posting.kind == "waive"     ? &rows::Charge::waived
                                       : posting.kind == "write_off" ? &rows::Charge::written_off
                                                                     : &rows::Charge::reversed;
    change(posting.charge, mark, posting.seq, posting.at, [&](rows::Charge& c) {
      c.*part = plus(c.*part, amount);
      c.owed = plus(c.owed, -amount);
      c.moved_at = std::max(c.moved_at.value_or(posting.at), posting.at);
    });
  }
  if (pays || posting.kind == "refund" || (posting.kind == "reverse" && !posting.receipt.empty())) {
    std::int64_t rows::Receipt::*part = pays ? &rows::Receipt::allocated : posting.kind == "refund" ? &rows::Receipt::refunded : &rows::Receipt::reversed;
    change_receipt(posting.receipt, mark, [&](rows::Receipt& r) {
      r.*part = plus(r.*part, amount);
      r.balance = plus(r.balance, -amount);
    });
  }
  put(std::move(posting), mark);
}

void Ledger::defer(std::string_view charge, std::string due, std::int64_t seq, tables::Mark mark) {
  change(charge, mark, seq, kAlways, [&](rows::Charge& c) { c.due = std::move(due); });
}

void Ledger::claim(std::string_view receipt, std::string payer, std::string place, tables::Mark mark) {
  change_receipt(receipt, mark, [&](rows::Receipt& r) {
    if (!payer.empty()) r.payer = std::move(payer);
    if (!place.empty()) r.place = std::move(place);
  });
}

void Ledger::leave_out(rows::Unbilled row, tables::Mark mark) {
  const std::string key = line_key(row.seq);
  unbilled.put(key, std::move(row), mark);
}

void Ledger::read(rows::Reading row, tables::Mark mark) {
  const std::string key = key_of(row);
  if (const rows::Reading* before = readings.peek(key)) leave(before);
  enter(&readings.put(key, std::move(row), mark));
}

rows::Account& Ledger::edit_account(std::string_view place, std::string_view payer, tables::Mark mark) {
  const std::string key = account_key(place, payer);
  rows::Account& row = accounts.edit(key, mark);
  if (row.id.empty()) {
    row.id = key;
    row.place = place;
    row.payer = payer;
  }
  return row;
}

std::vector<const rows::Charge*> Ledger::owed_by(std::string_view payer) const {
  const rows::Charge like = probe(&rows::Charge::payer, payer);
  std::vector<const rows::Charge*> out;
  for (auto it = owed_.lower_bound(&like); it != owed_.end() && (*it)->payer == payer; ++it) out.push_back(*it);
  return out;
}

std::vector<const rows::Charge*> Ledger::owed_for(std::string_view place) const {
  const rows::Charge like = probe(&rows::Charge::place, place);
  std::vector<const rows::Charge*> out;
  for (auto it = in_account_.lower_bound(&like); it != in_account_.end() && (*it)->place == place; ++it) out.push_back(*it);
  std::sort(out.begin(), out.end(), [](const rows::Charge* a, const rows::Charge* b) { return std::tie(a->due, a->id) < std::tie(b->due, b->id); });
  return out;
}

std::vector<const rows::Receipt*> Ledger::prepaid_by(std::string_view payer) const {
  rows::Receipt like = probe(&rows::Receipt::payer, payer);
  like.at = kAlways;
  std::vector<const rows::Receipt*> out;
  for (auto it = prepaid_.lower_bound(&like); it != prepaid_.end() && (*it)->payer == payer; ++it) out.push_back(*it);
  return out;
}

std::vector<const rows::Receipt*> Ledger::receipts_on(std::string_view invoice) const {
  const rows::Receipt like = probe(&rows::Receipt::invoice, invoice);
  std::vector<const rows::Receipt*> out;
  for (auto it = on_paper_.lower_bound(&like); it != on_paper_.end() && (*it)->invoice == invoice; ++it) out.push_back(*it);
  return out;
}

std::vector<const rows::Charge*> Ledger::charges_of(std::string_view place) const {
  const rows::Charge like = probe(&rows::Charge::place, place);
  std::vector<const rows::Charge*> out;
  for (auto it = at_place_.lower_bound(&like); it != at_place_.end() && (*it)->place == place; ++it) out.push_back(*it);
  return out;
}

std::vector<const rows::Reading*> Ledger::readings_of(std::string_view meter) const {
  const rows::Reading like = probe(&rows::Reading::meter, meter);
  std::vector<const rows::Reading*> out;
  for (auto it = of_meter_.lower_bound(&like); it != of_meter_.end() && (*it)->meter == meter; ++it) out.push_back(*it);
  return out;
}

std::vector<const rows::Posting*> Ledger::postings_of_charge(std::string_view charge) const {
  const rows::Posting like = probe(&rows::Posting::charge, charge);
  std::vector<const rows::Posting*> out;
  for (auto it = of_charge_.lower_bound(&like); it != of_charge_.end() && (*it)->charge == charge; ++it) out.push_back(*it);
  return out;
}

std::vector<const rows::Posting*> Ledger::postings_of_receipt(std::string_view receipt) const {
  const rows::Posting like = probe(&rows::Posting::receipt, receipt);
  std::vector<const rows::Posting*> out;
  for (auto it = of_receipt_.lower_bound(&like); it != of_receipt_.end() && (*it)->receipt == receipt; ++it) out.push_back(*it);
  return out;
}

void Ledger::restore(rows::Charge row) {
  const std::string id = row.id;
  enter(&charges.restore(id, std::move(row)));
}

void Ledger::restore(rows::Receipt row) {
  const std::string id = row.id;
  enter(&receipts.restore(id, std::move(row)));
}

std::pair<std::vector<std::string>, std::vector<std::string>> Ledger::closed() const {
  std::pair<std::vector<std::string>, std::vector<std::string>> out;
  charges.changed([&](std::string_view id, const rows::Charge* now, const rows::Charge*) {
    if (now && now->owed == 0) out.first.emplace_back(id);
  });
  receipts.changed([&](std::string_view id, const rows::Receipt* now, const rows::Receipt*) {
    if (now && now->balance == 0) out.second.emplace_back(id);
  });
  return out;
}

void Ledger::forget(const std::pair<std::vector<std::string>, std::vector<std::string>>& closed) {
  for (const std::string& id : closed.first) {
    leave(charges.peek(id));
    charges.evict(id);
  }
  for (const std::string& id : closed.second) {
    leave(receipts.peek(id));
    receipts.evict(id);
  }
  of_charge_.clear();
  of_receipt_.clear();
  of_meter_.clear();
  postings.clear();
  unbilled.clear();
  readings.clear();
}

void Ledger::forget_all() {
  owed_.clear();
  in_account_.clear();
  at_place_.clear();
  prepaid_.clear();
  on_paper_.clear();
  of_charge_.clear();
  of_receipt_.clear();
  of_meter_.clear();
  charges.clear();
  receipts.clear();
  postings.clear();
  unbilled.clear();
  readings.clear();
  accounts.clear();
}

}  // namespace wuye::fees
