// The verbs that write, and the transactions around them: a call either keeps everything that it found and recorded, or
// leaves no trace.
#include "wuye/office.hpp"

#include <algorithm>

#include "journal/json.hpp"
#include "journal/line.hpp"
#include "office/books.hpp"
#include "office/impl.hpp"
#include "tables/describe.hpp"

namespace wuye {
namespace {

/// Entries between two commits of an independent batch: what a crash can lose is only what was not acknowledged.
constexpr std::size_t kBatchCommit = 2000;

/// Of what tallies count in a file, as much stays in memory from one entry to the next.
constexpr std::size_t kMostCounts = 20'000;

template <class Row>
void upsert(Store& store, TableId table, const tables::Table<Row>& changed) {
  const std::size_t id = static_cast<std::size_t>(table);
  changed.changed([&](std::string_view, const Row* now, const Row* before) {
    if (now) {
      store.upsert(id, tables::cells(*now));
    } else if (before) {
      std::vector<Cell> key = tables::cells(*before);
      key.resize(static_cast<std::size_t>(Row::kKeys));
      store.remove(id, key);
    }
  });
}

void upsert_cases(Store& store, const tables::Table<cases::Case>& changed) {
  const std::size_t case_table = static_cast<std::size_t>(TableId::cases);
  const std::size_t deadline_table = static_cast<std::size_t>(TableId::deadlines);
  changed.changed([&](std::string_view, const cases::Case* now, const cases::Case* before) {
    if (now) {
      store.upsert(case_table, tables::cells(to_row(*now)));
      for (const rows::Deadline& row : changed_deadline_rows(*now, before)) store.upsert(deadline_table, tables::cells(row));
    } else if (before) {
      const std::vector<Cell> key{Cell{before->id}};
      store.remove(case_table, key);
    }
    if (!before) return;
    for (const cases::Clock& clock : before->clocks) {
      const std::string& name = before->procedure->deadlines[static_cast<std::size_t>(clock.deadline)].name;
      if (now && has_clock(*now, name, clock.generation)) continue;
      const std::vector<Cell> key{Cell{before->id}, Cell{name}, Cell{std::int64_t{clock.generation}}};
      store.remove(deadline_table, key);
    }
  });
}

}  // namespace

// ---- The state and its store --------------------------------------------------------------------------------------------

void Office::Impl::usable() const {
  if (closed) throw Error(Code::misuse, "the office is closed");
  if (poisoned) throw Error(Code::poisoned, "an earlier commit left it unclear what was kept; open the office again");
  if (proposal) throw Error(Code::misuse, "a proposal is held; commit or discard it first");
}

cases::Case Office::Impl::case_from(std::vector<Cell>&& cells) {
  const rows::Case row = tables::row_from<rows::Case>(std::move(cells));
  const auto manual = state.manuals.find(row.manual);
  if (manual == state.manuals.end()) throw Error(Code::corrupt, "case " + row.id + " names a manual that was never adopted");
  std::vector<rows::Deadline> clocks;
  store->scan(static_cast<std::size_t>(TableId::deadlines), "case", Cell{row.id}, [&](std::vector<Cell>&& one) {
    clocks.push_back(tables::row_from<rows::Deadline>(std::move(one)));
    return true;
  });
  return cases::from_rows(row, std::move(clocks), manual->second.compiled(), state.names);
}

void Office::Impl::fetch_from_store() {
  if (fetching_) return;
  fetching_ = true;
  state.cases.fetch_with([this](std::string_view key) {
    std::unique_ptr<cases::Case> out;
    store->scan(static_cast<std::size_t>(TableId::cases), "case", Cell{std::string(key)}, [&](std::vector<Cell>&& cells) {
      out = std::make_unique<cases::Case>(case_from(std::move(cells)));
      return false;
    });
    return out;
  });
  const auto fetch = [this]<class Row>(tables::Table<Row>& table, TableId id, const char* column, auto cell_of, auto matches) {
    table.fetch_with([this, id, column, cell_of, matches](std::string_view key) {
      std::unique_ptr<Row> out;
      store->scan(static_cast<std::size_t>(id), column, cell_of(key), [&](std::vector<Cell>&& cells) {
        Row row = tables::row_from<Row>(std::move(cells));
        if (!matches(row, key)) return true;
        out = std::make_unique<Row>(std::move(row));
        return false;
      });
      return out;
    });
  };
  fetch(state.notices, TableId::notices, "notice", [](std::string_view key) { return Cell{std::string(key)}; },
        [](const rows::Notice&, std::string_view) { return true; });
  fetch(state.breaches, TableId::breaches, "told",
        [](std::string_view key) { return Cell{static_cast<std::int64_t>(std::stoll(std::string(key.substr(0, 20))))}; },
        [](const rows::Breach& row, std::string_view key) { return row.reason == key.substr(21); });
  fetch(state.callback_base, TableId::callback_base, "case", [](std::string_view key) { return Cell{std::string(key.substr(0, key.find('\x1f')))}; },
        [](const rows::CallbackBase& row, std::string_view key) { return row.quota == key.substr(key.find('\x1f') + 1); });
  fetch(state.ledger.charges, TableId::charges, "charge", [](std::string_view key) { return Cell{std::string(key)}; },
        [](const rows::Charge&, std::string_view) { return true; });
  fetch(state.ledger.receipts, TableId::receipts, "receipt", [](std::string_view key) { return Cell{std::string(key)}; },
        [](const rows::Receipt&, std::string_view) { return true; });
}

void Office::Impl::read_registers() {
  const auto all = [this]<class Row>(tables::Table<Row>& table, TableId id, auto key_of) {
    table.clear();
    store->scan(static_cast<std::size_t>(id), "", Cell{}, [&](std::vector<Cell>&& cells) {
      Row row = tables::row_from<Row>(std::move(cells));
      const std::string key = key_of(row);
      table.restore(key, std::move(row));
      return true;
    });
  };
  registers::Registers& r = state.registers;
  all(r.units, TableId::units, [](const rows::Unit& row) { return row.id; });
  all(r.meters, TableId::meters, [](const rows::Meter& row) { return row.id; });
  all(r.parties, TableId::parties, [](const rows::Party& row) { return registers::key_of(row); });
  all(r.staff, TableId::staff, [](const rows::Staff& row) { return row.id; });
  all(r.holdings, TableId::holdings, [](const rows::Holding& row) { return registers::key_of(row); });
  r.reindex();
}

void Office::Impl::read_manuals() {
  store->scan(static_cast<std::size_t>(TableId::manuals), "", Cell{}, [&](std::vector<Cell>&& cells) {
    rows::Adopted row = tables::row_from<rows::Adopted>(std::move(cells));
    const std::int64_t seq = row.seq;
    if (state.manuals.find(seq) == state.manuals.end()) {
      if (row.hash == first_manual.hash()) {
        state.manuals.emplace(seq, first_manual);
      } else if (const Manual built_in = Manual::standard(); row.hash == built_in.hash()) {
        state.manuals.emplace(seq, built_in);
      } else {
        const auto line = store->line(seq);
        if (!line) throw Error(Code::corrupt, "the line that adopted manual " + row.name + " is missing");
        const json::Tree told = json::parse(line->text);
        state.manuals.emplace(seq, Manual::from_canonical(told.at("with").at("manual").as_text()));
      }
    }
    state.adopted.restore(std::to_string(seq), std::move(row));
    return true;
  });
}

void Office::Impl::read_months() {
  state.forget_months();
  store->scan(static_cast<std::size_t>(TableId::callback_months), "", Cell{}, [&](std::vector<Cell>&& cells) {
    state.restore_month(tables::row_from<rows::CallbackMonth>(std::move(cells)));
    return true;
  });
}

void Office::Impl::read_ledger() {
  state.forget_ledger();
  store->scan(static_cast<std::size_t>(TableId::charges), "state", Cell{std::string("open")}, [&](std::vector<Cell>&& cells) {
    state.ledger.restore(tables::row_from<rows::Charge>(std::move(cells)));
    return true;
  });
  for (const char* open : {"prepaid", "unclaimed"}) {
    store->scan(static_cast<std::size_t>(TableId::receipts), "state", Cell{std::string(open)}, [&](std::vector<Cell>&& cells) {
      state.ledger.restore(tables::row_from<rows::Receipt>(std::move(cells)));
      return true;
    });
  }
  store->scan(static_cast<std::size_t>(TableId::accounts), "", Cell{}, [&](std::vector<Cell>&& cells) {
    auto row = tables::row_from<rows::Account>(std::move(cells));
    row.id = fees::account_key(row.place, row.payer);
    const std::string key = row.id;
    rows::Account& placed = state.ledger.accounts.restore(key, std::move(row));
    state.retime(placed, engine.late_at(placed));
    return true;
  });
}

void Office::Impl::read_duties() {
  state.forget_duties();
  store->scan(static_cast<std::size_t>(TableId::duties), "", Cell{}, [&](std::vector<Cell>&& cells) {
    auto row = tables::row_from<rows::Duty>(std::move(cells));
    const std::string key = row.name;
    state.retime(state.duties.restore(key, std::move(row)));
    return true;
  });
}

void Office::Impl::read_live() {
  store->begin_read();
  const struct End {
    Store& store;
    ~End() { store.end_read(); }
  } end{*store};
  try {
    fetch_from_store();
    state.last_seq = store->last_seq();
    if (state.last_seq == 0) return;
    const auto last = store->line(state.last_seq);
    if (!last || last->hash.size() != 32) throw Error(Code::corrupt, "the last line of the journal is missing");
    state.last_hash = last->hash;
    const json::Tree position = json::parse(store->meta("position"));
    if (position.at("last_seq").as_number() != state.last_seq) {
      throw Error(Code::corrupt, "the tables and the journal do not stand at the same line");
    }
    state.told = position.at("told").as_number();
    state.clock.us = position.at("clock").as_number();
    state.seed = position.at("seed").as_text();
    read_manuals();
    read_registers();
    read_months();
    read_ledger();
    read_duties();
    store->scan(static_cast<std::size_t>(TableId::cases), "live", Cell{std::int64_t{1}}, [&](std::vector<Cell>&& cells) {
      state.restore_case(case_from(std::move(cells)));
      return true;
    });
  } catch (const std::bad_variant_access&) {
    throw Error(Code::corrupt, "a stored row has a cell of the wrong type");
  }
}

void Office::Impl::sync() {
  if (!store->keeps_rows()) return;
  const std::int64_t stored = store->last_seq();
  if (stored == state.last_seq) return;
  if (stored < state.last_seq) {
    poisoned = true;
    throw Error(Code::corrupt, "the file holds fewer lines than this office has seen; it was replaced");
  }
  std::vector<std::string> touched;
  bool booked = false;
  store->lines(state.last_seq, [&](const Line& line) {
    if (!line.case_id.empty()) touched.push_back(line.case_id);
    booked = booked || (!line.told && books_something(decode_found(line)));
    return true;
  });
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  for (const std::string& id : touched) state.evict_case(id);
  state.notices.clear();
  state.breaches.clear();
  state.callback_base.clear();
  state.sheets.clear();
  state.forget_counts();
  const std::string last_hash = store->line(stored)->hash;
  const json::Tree position = json::parse(store->meta("position"));
  state.told = position.at("told").as_number();
  state.clock.us = position.at("clock").as_number();
  state.seed = position.at("seed").as_text();
  const std::size_t manuals = state.manuals.size();
  read_manuals();
  read_registers();
  read_months();
  if (booked || state.manuals.size() != manuals) read_ledger();
  read_duties();
  for (const std::string& id : touched) {
    store->scan(static_cast<std::size_t>(TableId::cases), "case", Cell{id}, [&](std::vector<Cell>&& cells) {
      cases::Case c = case_from(std::move(cells));
      if (c.live()) state.restore_case(std::move(c));
      return false;
    });
  }
  // Last: where anything above fails, the next call catches up from where this one began.
  state.last_hash = last_hash;
  state.last_seq = stored;
}

void Office::Impl::flush() {
  for (Line& line : state.pending.lines) store->append(std::move(line));
  // In the order in which they were told: an erasure takes what came before it, and nothing after.
  auto value = state.pending.personal.begin();
  const auto put_until = [&](std::int64_t seq) {
    for (; value != state.pending.personal.end() && value->seq < seq; ++value) store->put_personal(*value);
  };
  for (const Pending::Erasure& erasure : state.pending.erasures) {
    put_until(erasure.by);
    store->erase_personal(erasure.seq, erasure.subject, erasure.field);
  }
  put_until(INT64_MAX);
  if (!store->keeps_rows()) return;
  flush_rows();
  std::string position;
  json::Object(position)
      .number("clock", state.clock.us)
      .number("last_seq", state.last_seq)
      .text("seed", state.seed)
      .number("told", state.told)
      .end();
  store->set_meta("position", position);
}

void Office::Impl::flush_rows() {
  upsert_cases(*store, state.cases);
  upsert(*store, TableId::notices, state.notices);
  upsert(*store, TableId::breaches, state.breaches);
  upsert(*store, TableId::units, state.registers.units);
  upsert(*store, TableId::parties, state.registers.parties);
  upsert(*store, TableId::staff, state.registers.staff);
  upsert(*store, TableId::holdings, state.registers.holdings);
  upsert(*store, TableId::tallies, state.tallies);
  upsert(*store, TableId::manuals, state.adopted);
  upsert(*store, TableId::callback_base, state.callback_base);
  upsert(*store, TableId::callback_months, state.callback_months);
  upsert(*store, TableId::charges, state.ledger.charges);
  upsert(*store, TableId::receipts, state.ledger.receipts);
  upsert(*store, TableId::postings, state.ledger.postings);
  upsert(*store, TableId::unbilled, state.ledger.unbilled);
  upsert(*store, TableId::accounts, state.ledger.accounts);
  upsert(*store, TableId::sheets, state.sheets);
  upsert(*store, TableId::duties, state.duties);
  upsert(*store, TableId::meters, state.registers.meters);
  upsert(*store, TableId::readings, state.ledger.readings);
}

void Office::Impl::settle() {
  scrub_due = scrub_due || !state.pending.erasures.empty();
  if (store->keeps_rows()) {
    // What is closed, and what was found, is the store's; only what is live stays in memory.
    std::vector<std::string> closed_cases;
    state.cases.changed([&](std::string_view id, const cases::Case* now, const cases::Case*) {
      if (now && !now->live()) closed_cases.emplace_back(id);
    });
    const auto closed_books = state.ledger.closed();
    state.keep();
    for (const std::string& id : closed_cases) state.evict_case(id);
    state.ledger.forget(closed_books);
    state.notices.clear();
    state.breaches.clear();
    state.callback_base.clear();
    state.sheets.clear();
    if (state.tallies.size() > kMostCounts) state.forget_counts();
  } else {
    state.keep();
  }
  if (!scrub_due) return;
  try {
    store->scrub();
    scrub_due = false;
  } catch (const Error&) {
    // The erasure is kept and must not be answered as failed. The file remembers what is due: the next write tries again,
    // so does opening it, and `verify` says so until it is done.
  }
}

void Office::Impl::settle_memory() {
  store->begin();
  flush();
  store->commit();
  settle();
}

const Manual& Office::Impl::current_manual() const {
  return state.manuals.empty() ? first_manual : state.manuals.rbegin()->second;
}

// ---- Opening and closing ------------------------------------------------------------------------------------------------

Office::Office(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Office::Office(Office&&) noexcept = default;
Office& Office::operator=(Office&&) noexcept = default;
Office::~Office() = default;

Office Office::memory(const Manual& manual, const Options& options) {
  return office_over(make_memory_store(), manual, options);
}

Office Office::open(const std::string& path, const std::optional<Manual>& manual, const Options& options) {
  return office_over(open_sqlite_store(path, table_specs(), options), manual ? *manual : Manual::standard(), options);
}

Office office_over(std::unique_ptr<Store> store, const Manual& manual, const Office::Options& options) {
  auto impl = std::make_unique<Office::Impl>(std::move(store), manual, options);
  impl->read_only = options.read_only;
  if (impl->store->keeps_rows()) impl->read_live();
  return Office(std::move(impl));
}

void Office::close() {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  if (impl_->closed) return;
  if (impl_->proposal) {
    impl_->state.take_back(*impl_->proposal);
    impl_->store->rollback();
    impl_->proposal.reset();
  }
  impl_->closed = true;
  impl_->store->close();
}

// ---- Writing ------------------------------------------------------------------------------------------------------------

Outcome Office::record(const Entry& entry, bool dry_run) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->usable();
  Outcome out;
  impl_->write([&] {
    out = impl_->engine.record(entry, impl_->first_manual);
    return out.status == Status::accepted && !dry_run;
  });
  return out;
}

std::vector<Outcome> Office::record_lines(std::string_view text, Mode mode,
                                          const std::function<bool(std::size_t, std::size_t)>& progress) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->usable();
  std::vector<Outcome> out;
  std::size_t position = 0;
  std::int64_t line_number = 0;
  bool failed = false;
  const auto one = [&](std::string_view json) {
    Outcome outcome;
    if (failed) {
      outcome.reason = "not_tried";
      outcome.message = "an earlier entry of the batch was refused";
      return outcome;
    }
    const Savepoint before = impl_->state.save();
    try {
      outcome = impl_->engine.record(Entry::parse(json), impl_->first_manual);
      if (outcome.status == Status::accepted) impl_->state.join(before);
      else impl_->state.take_back(before);
    } catch (const Error& error) {
      if (error.code() != Code::invalid_argument) throw;
      impl_->state.take_back(before);
      outcome = {};
      outcome.reason = "malformed";
      outcome.message = "line " + std::to_string(line_number) + ", column " + std::to_string(error.where().column) + ": " + error.what();
    }
    return outcome;
  };
  const auto go_on = [&] {
    if (progress && !progress(position, text.size())) {
      throw Error(Code::cancelled, mode == Mode::atomic ? "the host stopped the batch; nothing of it is kept"
                                                        : "the host stopped the batch; what was recorded before is kept");
    }
  };
  while (position < text.size() || (mode == Mode::atomic && position == 0 && !text.empty())) {
    impl_->write([&] {
      std::size_t in_batch = 0;
      const std::int64_t first = impl_->state.last_seq;
      while (position < text.size() && (mode == Mode::atomic || in_batch < kBatchCommit)) {
        const std::size_t end = std::min(text.find('\n', position), text.size());
        const std::string_view json = text.substr(position, end - position);
        position = std::min(end + 1, text.size());
        ++line_number;
        if (json.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        out.push_back(one(json));
        ++in_batch;
        // Stopped before the one commit, an atomic batch keeps nothing.
        if (mode == Mode::atomic && in_batch % kBatchCommit == 0) go_on();
        if (mode == Mode::atomic && out.back().status == Status::refused && !failed) {
          failed = true;
          for (std::size_t i = 0; i + 1 < out.size(); ++i) {
            // A repeat of what came before the batch stays one; a repeat within it goes with what it repeats.
            if (out[i].status == Status::refused || (out[i].status == Status::duplicate && out[i].seq <= first)) continue;
            out[i] = {};
            out[i].reason = "undone";
            out[i].message = "a later entry of the batch was refused";
          }
        }
      }
      if (mode == Mode::atomic) go_on();
      return !failed;
    });
    if (mode == Mode::independent) go_on();
  }
  return out;
}

Outcome Office::propose(const Entry& entry) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->usable();
  if (impl_->read_only) throw Error(Code::read_only, "this office takes no writes");
  impl_->store->begin();
  try {
    impl_->sync();
    const Savepoint start = impl_->state.save();
    impl_->proposal = start;
    Outcome out = impl_->engine.record(entry, impl_->first_manual);
    impl_->proposal_refused = out.status != Status::accepted;
    if (impl_->proposal_refused) impl_->state.take_back(start);
    return out;
  } catch (...) {
    impl_->store->rollback();
    if (impl_->proposal) impl_->state.take_back(*impl_->proposal);
    impl_->proposal.reset();
    throw;
  }
}

std::vector<Line> Office::proposed() const {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  return impl_->proposal ? impl_->state.pending.lines : std::vector<Line>();
}

void Office::commit() {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  if (!impl_->proposal) {
    impl_->usable();
    throw Error(Code::misuse, "no proposal is held");
  }
  const Savepoint start = *impl_->proposal;
  impl_->proposal.reset();
  if (impl_->proposal_refused) {
    impl_->store->rollback();
    return;
  }
  try {
    impl_->flush();
    impl_->store->commit();
  } catch (...) {
    impl_->store->rollback();
    impl_->state.take_back(start);
    if (impl_->store->unclear()) impl_->poisoned = true;
    throw;
  }
  impl_->settle();
}

void Office::discard() {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  if (!impl_->proposal) return;
  impl_->state.take_back(*impl_->proposal);
  impl_->proposal.reset();
  impl_->store->rollback();
}

std::vector<Notice> Office::advance(Instant now) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->usable();
  std::vector<Notice> out;
  {
    const Impl::Snapshot snapshot(*impl_);
    if (impl_->state.timers.empty() || impl_->state.timers.begin()->at > now) return out;
  }
  impl_->write([&] {
    const std::int64_t before = impl_->state.last_seq;
    impl_->engine.find_until(now, true, out);
    return impl_->state.last_seq != before;
  });
  return out;
}

void Office::adopt(const Manual& manual, Instant at, std::string_view by) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->usable();
  impl_->write([&] {
    if (at < impl_->state.clock) {
      throw Error(Code::conflict, "a manual is adopted from now on; " + manual.zone().format(at) + " lies before the office's clock");
    }
    std::vector<Notice> found;
    impl_->engine.find_until(at, false, found);
    impl_->engine.adopt(manual, at, std::max(at, impl_->state.clock), by);
    return true;
  });
}

void Office::load(const std::vector<Line>& lines) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->usable();
  impl_->write([&] {
    for (const Line& line : lines) {
      if (line.seq != impl_->state.last_seq + 1) {
        throw Error(Code::conflict, "line " + std::to_string(line.seq) + " does not follow line " + std::to_string(impl_->state.last_seq));
      }
      impl_->engine.apply(line);
    }
    return !lines.empty();
  });
}

}  // namespace wuye
