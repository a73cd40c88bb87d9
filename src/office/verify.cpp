// Verification: the journal folded from its first line must give the tables as they stand, and the chain must hold.
#include <algorithm>
#include <map>

#include "journal/json.hpp"
#include "journal/line.hpp"
#include "office/impl.hpp"

namespace wuye {
namespace {

std::string cells_json(const std::vector<Cell>& cells) {
  std::string out = "[";
  for (const Cell& cell : cells) {
    if (out.size() > 1) out += ',';
    if (const auto* text = std::get_if<std::string>(&cell)) json::append_string(out, *text);
    else if (const auto* number = std::get_if<std::int64_t>(&cell)) out += std::to_string(*number);
    else out += "null";
  }
  return out + ']';
}

std::string key_text(const std::vector<Cell>& row, std::size_t keys) {
  return cells_json({row.begin(), row.begin() + static_cast<std::ptrdiff_t>(keys)});
}

void compare_rows(const TableSpec& spec, const std::vector<std::vector<Cell>>& kept, const std::vector<std::vector<Cell>>& folded,
                  std::vector<std::string>& findings) {
  const auto less = [&](const std::vector<Cell>& a, const std::vector<Cell>& b) {
    return std::lexicographical_compare(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(spec.keys), b.begin(),
                                        b.begin() + static_cast<std::ptrdiff_t>(spec.keys));
  };
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < kept.size() || j < folded.size()) {
    if (j == folded.size() || (i < kept.size() && less(kept[i], folded[j]))) {
      findings.push_back("table " + spec.name + ": row " + key_text(kept[i++], spec.keys) + " has nothing behind it in the journal");
    } else if (i == kept.size() || less(folded[j], kept[i])) {
      findings.push_back("table " + spec.name + ": row " + key_text(folded[j++], spec.keys) + " is missing");
    } else {
      for (std::size_t c = 0; c < spec.columns.size(); ++c) {
        if (kept[i][c] == folded[j][c]) continue;
        findings.push_back("table " + spec.name + ": row " + key_text(kept[i], spec.keys) + ", column " + spec.columns[c].name +
                           " differs from the journal");
      }
      ++i;
      ++j;
    }
  }
}

/// Postings are summed anew, by charge, receipt and kind, and must come to what the rows say.
void add_up(const State& state, std::vector<std::string>& findings) {
  using Sums = std::map<std::pair<std::string, std::string>, std::int64_t>;
  Sums sums;
  const auto plus = [&](const std::string& id, const std::string& kind, std::int64_t amount) {
    std::int64_t& sum = sums[{id, kind}];
    if (__builtin_add_overflow(sum, amount, &sum)) findings.push_back("the postings of " + id + " add up to too much");
  };
  state.ledger.postings.each_unordered([&](const rows::Posting& row) {
    if (!row.charge.empty()) plus("charge " + row.charge, row.kind, row.amount);
    if (!row.receipt.empty()) plus("receipt " + row.receipt, row.kind, row.amount);
  });
  const auto check = [&](const std::string& id, const char* kind, std::int64_t stands) {
    const auto sum = sums.find({id, kind});
    if ((sum == sums.end() ? 0 : sum->second) != stands) findings.push_back(id + ": its postings of kind " + kind + " do not add up to its row");
  };
  Sums owed;
  state.ledger.charges.each_unordered([&](const rows::Charge& row) {
    const std::string id = "charge " + row.id;
    check(id, "charge", row.amount);
    check(id, "pay", row.paid);
    check(id, "waive", row.waived);
    check(id, "write_off", row.written_off);
    check(id, "reverse", row.reversed);
    owed[{row.place, row.payer}] += row.owed;
  });
  state.ledger.receipts.each_unordered([&](const rows::Receipt& row) {
    const std::string id = "receipt " + row.id;
    check(id, "receive", row.amount);
    check(id, "pay", row.allocated);
    check(id, "refund", row.refunded);
    check(id, "reverse", row.reversed);
  });
  state.ledger.accounts.each_unordered([&](const rows::Account& row) {
    if (owed[{row.place, row.payer}] != row.owed) findings.push_back("account " + row.place + " of " + row.payer + ": its charges do not add up to its row");
  });
}

}  // namespace

Office::Verified Office::verify(const std::function<bool(std::int64_t, std::int64_t)>& progress) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  Verified out;
  const std::string last_hash = impl_->last_hash();
  out.findings = impl_->store->check();
  if (impl_->scrub_due) out.findings.emplace_back("values that were erased may still stand in the file's old pages; another reader holds on to them");
  Impl fold(make_memory_store(), impl_->current_manual(), impl_->options);
  constexpr std::size_t kSettle = 4096;
  try {
    impl_->store->lines(0, [&](const Line& line) {
      if (line.seq != fold.state.last_seq + 1) {
        throw Error(Code::corrupt, "line " + std::to_string(fold.state.last_seq + 1) + " is missing");
      }
      fold.engine.apply(line);
      ++out.lines;
      if (fold.state.pending.lines.size() >= kSettle) {
        fold.settle_memory();
        if (progress && !progress(line.seq, impl_->state.last_seq)) throw Error(Code::cancelled, "verification was stopped");
      }
      return true;
    });
    fold.settle_memory();
  } catch (const Error& error) {
    if (error.code() == Code::cancelled) throw;
    out.findings.push_back("line " + std::to_string(fold.state.last_seq) + ": " + error.what());
    return out;
  } catch (const std::exception& error) {
    out.findings.push_back("line " + std::to_string(fold.state.last_seq) + " does not fold: " + error.what());
    return out;
  }
  if (fold.state.last_hash != last_hash) out.findings.emplace_back("the last hash of the chain is not the journal's");
  if (fold.state.clock != impl_->state.clock && !impl_->view) out.findings.emplace_back("the office's clock is not the journal's");
  fold.check_custody(out.findings);
  add_up(fold.state, out.findings);
  for (std::size_t i = 0; i < table_specs().size(); ++i) {
    const auto id = static_cast<TableId>(i);
    const std::vector<std::vector<Cell>> folded = fold.rows(id);
    if (id == TableId::cases) out.cases = static_cast<std::int64_t>(folded.size());
    compare_rows(table_specs()[i], impl_->rows(id), folded, out.findings);
  }
  return out;
}

std::string Office::Impl::state_digest() {
  std::string digest(32, '\0');
  for (std::size_t i = 0; i < table_specs().size(); ++i) {
    for (const std::vector<Cell>& row : rows(static_cast<TableId>(i))) digest = chain_hash(digest, table_specs()[i].name + cells_json(row));
  }
  return hex(digest);
}

std::string Office::state_digest() {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  return impl_->state_digest();
}

}  // namespace wuye
