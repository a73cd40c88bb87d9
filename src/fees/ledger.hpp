// The ledger: what is owed, what came in, and every movement between the two. Rows change by postings alone, and each change is
// checked: a charge is always paid, waived, written off, reversed or owed to the last fen, a receipt allocated, refunded, reversed or
// left. What is to be booked is decided by the office (office/books.cpp).
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tables/rows.hpp"
#include "tables/table.hpp"

namespace wuye::fees {

/// Throws out_of_range where the sum is too large.
std::int64_t plus(std::int64_t a, std::int64_t b);

/// What of `available` goes to each of `owed`, in this order.
std::vector<std::int64_t> allocate(std::int64_t available, std::span<const std::int64_t> owed);

/// Who pays for a unit at that instant, of its parties: its payer, else its owner; of several the latest, then by code. Empty: nobody.
std::string payer_among(const std::vector<const rows::Party*>& parties, Instant at);

class Ledger {
 public:
  tables::Table<rows::Charge> charges;
  tables::Table<rows::Receipt> receipts;
  tables::Table<rows::Posting> postings;
  tables::Table<rows::Unbilled> unbilled;
  tables::Table<rows::Reading> readings;
  tables::Table<rows::Account> accounts;

  /// Each throws internal where the books would not balance afterwards; the caller takes the state back.
  void charge(rows::Charge row, rows::Posting posting, tables::Mark mark);
  void receive(rows::Receipt row, rows::Posting posting, tables::Mark mark);
  void post(rows::Posting posting, tables::Mark mark);
  void defer(std::string_view charge, std::string due, std::int64_t seq, tables::Mark mark);
  void claim(std::string_view receipt, std::string payer, std::string place, tables::Mark mark);
  void leave_out(rows::Unbilled row, tables::Mark mark);
  void read(rows::Reading row, tables::Mark mark);
  rows::Account& edit_account(std::string_view place, std::string_view payer, tables::Mark mark);

  /// Charges of which something is owed, oldest first (due, then id): of a payer, of a unit.
  std::vector<const rows::Charge*> owed_by(std::string_view payer) const;
  std::vector<const rows::Charge*> owed_for(std::string_view place) const;
  /// Receipts of a payer that have a balance, oldest first.
  std::vector<const rows::Receipt*> prepaid_by(std::string_view payer) const;
  /// Receipts in memory on a paper of that number.
  std::vector<const rows::Receipt*> receipts_on(std::string_view invoice) const;
  /// Every charge of a unit that is in memory, every reading of a meter, and every posting of a charge or receipt.
  std::vector<const rows::Charge*> charges_of(std::string_view place) const;
  std::vector<const rows::Reading*> readings_of(std::string_view meter) const;
  std::vector<const rows::Posting*> postings_of_charge(std::string_view charge) const;
  std::vector<const rows::Posting*> postings_of_receipt(std::string_view receipt) const;

  /// Around every change of a row from outside: undo, what is read from a store, what is forgotten.
  void enter(const rows::Charge* row);
  void leave(const rows::Charge* row);
  void enter(const rows::Receipt* row);
  void leave(const rows::Receipt* row);
  void enter(const rows::Posting* row);
  void leave(const rows::Posting* row);
  void enter(const rows::Reading* row);
  void leave(const rows::Reading* row);

  void restore(rows::Charge row);
  void restore(rows::Receipt row);
  /// The changed charges and receipts of which nothing is open any more; to be asked before the log is emptied, and forgotten
  /// afterwards, with every posting and reading: the store has them.
  std::pair<std::vector<std::string>, std::vector<std::string>> closed() const;
  void forget(const std::pair<std::vector<std::string>, std::vector<std::string>>& closed);
  void forget_all();

 private:
  template <class F>
  void change(std::string_view id, tables::Mark mark, std::int64_t seq, Instant now, F&& f);
  template <class F>
  void change_receipt(std::string_view id, tables::Mark mark, F&& f);
  void put(rows::Posting posting, tables::Mark mark);

  struct ByPayer {
    bool operator()(const rows::Charge* a, const rows::Charge* b) const;
  };
  struct ByAccount {
    bool operator()(const rows::Charge* a, const rows::Charge* b) const;
  };
  struct ByPlace {
    bool operator()(const rows::Charge* a, const rows::Charge* b) const;
  };
  struct ByAge {
    bool operator()(const rows::Receipt* a, const rows::Receipt* b) const;
  };
  struct ByInvoice {
    bool operator()(const rows::Receipt* a, const rows::Receipt* b) const;
  };
  struct OfCharge {
    bool operator()(const rows::Posting* a, const rows::Posting* b) const;
  };
  struct OfReceipt {
    bool operator()(const rows::Posting* a, const rows::Posting* b) const;
  };
  struct OfMeter {
    bool operator()(const rows::Reading* a, const rows::Reading* b) const;
  };
  std::set<const rows::Charge*, ByPayer> owed_;
  std::set<const rows::Charge*, ByAccount> in_account_;
  std::set<const rows::Charge*, ByPlace> at_place_;
  std::set<const rows::Receipt*, ByAge> prepaid_;
  std::set<const rows::Receipt*, ByInvoice> on_paper_;
  std::set<const rows::Posting*, OfCharge> of_charge_;
  std::set<const rows::Posting*, OfReceipt> of_receipt_;
  std::set<const rows::Reading*, OfMeter> of_meter_;
};

std::string account_key(std::string_view place, std::string_view payer);
std::string key_of(const rows::Reading& row);
/// The key of a row that is numbered by its line.
std::string line_key(std::int64_t seq);

}  // namespace wuye::fees
