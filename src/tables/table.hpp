// One table in memory, with the undo that makes a failed or refused entry leave no trace. Rows live at stable addresses.
// Where a store keeps rows, a table may hold only some of them (what is live) and fetches the rest one by one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace wuye::tables {

/// Where an undo log stands. Marks only grow; a row is saved once per mark, before its first change under it.
using Mark = std::uint64_t;

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};

template <class Row>
class Table {
 public:
  /// Fetches a row that is not in memory; null where there is none.
  using Fetch = std::function<std::unique_ptr<Row>(std::string_view key)>;

  void fetch_with(Fetch fetch) { fetch_ = std::move(fetch); }

  const Row* find(std::string_view key) const {
    const Item* item = look_up(key);
    return item ? item->second.row.get() : nullptr;
  }

  /// The row if it is in memory; never fetches.
  const Row* peek(std::string_view key) const {
    const auto it = rows_.find(key);
    return it == rows_.end() ? nullptr : it->second.row.get();
  }

  /// The row to change; makes it where it is absent.
  Row& edit(std::string_view key, Mark mark) {
    Item* item = look_up(key);
    const bool fresh = !item;
    if (fresh) item = &*rows_.try_emplace(std::string(key)).first;
    Slot& slot = item->second;
    if (slot.mark < mark || slot.mark == 0) save(*item, slot.row ? copy_of(*slot.row) : nullptr, fresh, mark);
    if (!slot.row) slot.row = std::make_unique<Row>();
    return *slot.row;
  }

  /// Puts a row that the caller knows to be new or to replace whatever was there, without fetching it.
  Row& put(std::string_view key, Row row, Mark mark) {
    auto it = rows_.find(key);
    const bool fresh = it == rows_.end();
    if (fresh) it = rows_.try_emplace(std::string(key)).first;
    Slot& slot = it->second;
    if (slot.mark < mark || slot.mark == 0) save(*it, std::move(slot.row), fresh, mark);
    slot.row = std::make_unique<Row>(std::move(row));
    return *slot.row;
  }

  void remove(std::string_view key, Mark mark) {
    const auto it = rows_.find(key);
    if (it == rows_.end() || !it->second.row) return;
    if (it->second.mark < mark || it->second.mark == 0) save(*it, std::move(it->second.row), false, mark);
    it->second.row.reset();
  }

  /// What the store already has: no undo, not dirty.
  Row& restore(std::string_view key, Row row) {
    Slot& slot = rows_[std::string(key)];
    slot.row = std::make_unique<Row>(std::move(row));
    slot.mark = 0;
    return *slot.row;
  }
  void evict(std::string_view key) {
    const auto it = rows_.find(key);
    if (it != rows_.end()) rows_.erase(it);
  }
  void clear() {
    rows_.clear();
    undo_.clear();
    joined_ = 0;
  }

  std::size_t undo_size() const noexcept { return undo_.size(); }
  /// Takes back every change after the log was `size` long; `changed` sees each key, with the row as it stands then.
  template <class F>
  void undo_to(std::size_t size, F&& changed) {
    while (undo_.size() > size) {
      Undo& last = undo_.back();
      Slot& slot = last.item->second;
      changed(last.item->first, slot.row.get(), last.before.get());
      spare(std::move(slot.row));
      slot.row = std::move(last.before);
      slot.mark = 0;
      if (undo_.size() <= joined_) slot.joined = false;
      if (last.fresh) rows_.erase(rows_.find(last.item->first));
      undo_.pop_back();
    }
    joined_ = std::min(joined_, undo_.size());
  }
  /// Of the changes after the log was `size` long, only those of rows stay that had none before: nobody goes back to in between.
  void join(std::size_t size) {
    auto end = undo_.begin() + static_cast<std::ptrdiff_t>(size);
    for (auto entry = end; entry != undo_.end(); ++entry) {
      Slot& slot = entry->item->second;
      if (slot.joined) {
        spare(std::move(entry->before));
        continue;
      }
      slot.joined = true;
      if (end != entry) *end = std::move(*entry);
      ++end;
    }
    undo_.erase(end, undo_.end());
    joined_ = undo_.size();
  }
  /// Every key changed since the log was emptied, each once, in order: `each(key, row, before)` with the row as it
  /// stands (null where it was removed) and as it was when the log was empty (null where it is new).
  template <class F>
  void changed(F&& each) const {
    std::vector<const Undo*> order;
    order.reserve(undo_.size());
    for (const Undo& entry : undo_) order.push_back(&entry);
    std::stable_sort(order.begin(), order.end(), [](const Undo* a, const Undo* b) { return a->item->first < b->item->first; });
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i > 0 && order[i - 1]->item == order[i]->item) continue;
      each(std::string_view(order[i]->item->first), order[i]->item->second.row.get(), order[i]->before.get());
    }
  }
  /// Forgets the log.
  void keep() {
    std::vector<std::string> removed;
    joined_ = 0;
    for (Undo& entry : undo_) {
      entry.item->second.mark = 0;
      entry.item->second.joined = false;
      if (!entry.item->second.row) removed.push_back(entry.item->first);
      spare(std::move(entry.before));
    }
    undo_.clear();
    for (const std::string& key : removed) rows_.erase(key);
  }

  /// Rows in memory, in key order.
  template <class F>
  void each(F&& f) const {
    std::vector<const std::pair<const std::string, Slot>*> order;
    order.reserve(rows_.size());
    for (const auto& item : rows_) {
      if (item.second.row) order.push_back(&item);
    }
    std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
    for (const auto* item : order) f(*item->second.row);
  }
  /// Rows in memory in no order, for building indexes that have one of their own.
  template <class F>
  void each_unordered(F&& f) const {
    for (const auto& item : rows_) {
      if (item.second.row) f(*item.second.row);
    }
  }
  std::size_t size() const noexcept { return rows_.size(); }

 private:
  struct Slot {
    std::unique_ptr<Row> row;
    Mark mark = 0;
    bool joined = false;  ///< it has an entry among the first `joined_` of the log
  };
  using Rows = std::unordered_map<std::string, Slot, StringHash, std::equal_to<>>;
  using Item = typename Rows::value_type;
  struct Undo {
    Item* item;  ///< its place in memory is its own until it is erased
    std::unique_ptr<Row> before;
    bool fresh;  ///< this change made the item
  };
  static constexpr std::size_t kMostSpares = 16;

  Item* look_up(std::string_view key) const {
    const auto it = rows_.find(key);
    if (it != rows_.end()) return &*it;
    if (!fetch_) return nullptr;
    std::unique_ptr<Row> fetched = fetch_(key);
    if (!fetched) return nullptr;
    return &*rows_.try_emplace(std::string(key), Slot{std::move(fetched), 0}).first;
  }
  void save(Item& item, std::unique_ptr<Row> before, bool fresh, Mark mark) {
    undo_.push_back({&item, std::move(before), fresh});
    item.second.mark = mark;
  }
  /// What was saved for nothing is written over the next time: its texts and lists have their room already.
  std::unique_ptr<Row> copy_of(const Row& row) {
    if (spares_.empty()) return std::make_unique<Row>(row);
    std::unique_ptr<Row> out = std::move(spares_.back());
    spares_.pop_back();
    *out = row;
    return out;
  }
  void spare(std::unique_ptr<Row> row) {
    if (row && spares_.size() < kMostSpares) spares_.push_back(std::move(row));
  }

  mutable Rows rows_;
  std::vector<Undo> undo_;
  std::size_t joined_ = 0;
  std::vector<std::unique_ptr<Row>> spares_;
  Fetch fetch_;
};

}  // namespace wuye::tables
