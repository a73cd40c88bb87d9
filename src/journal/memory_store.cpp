// The store of an office that lives in memory: lines in order, two indexes over them, and what is personal. It keeps no
// rows (the office's own tables are the only copy) and undoes exactly what a transaction did when that is rolled back.
#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>

#include "journal/line.hpp"
#include "journal/store.hpp"
#include "wuye/error.hpp"

namespace wuye {
namespace {

class MemoryStore : public Store {
 public:
  void begin() override {
    require_open();
    if (in_transaction_) throw Error(Code::misuse, "a transaction is open already");
    in_transaction_ = true;
    lines_before_ = lines_.size();
  }
  void commit() override {
    require_transaction();
    in_transaction_ = false;
    undo_.clear();
  }
  void rollback() noexcept override {
    if (!in_transaction_) return;
    while (lines_.size() > lines_before_) drop_last_line();
    for (auto step = undo_.rbegin(); step != undo_.rend(); ++step) (*step)();
    undo_.clear();
    in_transaction_ = false;
  }

  std::int64_t last_seq() override {
    require_open();
    return static_cast<std::int64_t>(lines_.size());
  }
  std::optional<Line> line(std::int64_t seq) override {
    require_open();
    if (seq < 1 || seq > last_seq()) return std::nullopt;
    return lines_[static_cast<std::size_t>(seq - 1)];
  }
  void lines(std::int64_t after, const std::function<bool(const Line&)>& each) override {
    require_open();
    for (auto i = static_cast<std::size_t>(std::max<std::int64_t>(after, 0)); i < lines_.size(); ++i) {
      if (!each(lines_[i])) return;
    }
  }
  std::vector<Line> case_lines(std::string_view case_id) override {
    require_open();
    std::vector<Line> out;
    const auto found = by_case_.find(std::string(case_id));
    if (case_id.empty() || found == by_case_.end()) return out;
    out.reserve(found->second.size());
    for (const std::int64_t seq : found->second) out.push_back(lines_[static_cast<std::size_t>(seq - 1)]);
    return out;
  }
  std::int64_t find_key(std::string_view source, std::string_view key) override {
    require_open();
    if (key.empty()) return 0;
    const auto found = by_key_.find(event_id(source, key));
    return found == by_key_.end() ? 0 : found->second;
  }
  void append(Line line) override {
    require_transaction();
    if (line.seq != last_seq() + 1) throw Error(Code::internal, "lines are numbered without gaps");
    if (line.told && !line.key.empty() && !by_key_.try_emplace(event_id(line.source, line.key), line.seq).second) {
      throw Error(Code::internal, "a told line with this source and key is there already");
    }
    if (!line.case_id.empty()) by_case_[line.case_id].push_back(line.seq);
    lines_.push_back(std::move(line));
  }

  std::string chain() override {
    std::string last = chain_start();
    for (Line& line : lines_) last = line.hash.empty() ? line.hash = chain_hash(last, line.text) : line.hash;
    return last;
  }

  void put_personal(const Personal& value) override {
    require_transaction();
    const auto found = personal_.find({value.seq, value.field});
    if (found != personal_.end()) forget(found);
    remember(value);
    undo_.emplace_back([this, at = PersonalKey{value.seq, value.field}] { take_out(personal_.find(at)); });
  }
  std::vector<Personal> personal(std::int64_t seq) override {
    require_open();
    std::vector<Personal> out;
    for (auto at = personal_.lower_bound({seq, {}}); at != personal_.end() && at->first.first == seq; ++at) out.push_back(at->second);
    return out;
  }
  std::vector<Personal> personal_of(std::string_view subject) override {
    require_open();
    std::vector<Personal> out;
    const auto found = by_subject_.find(std::string(subject));
    if (found == by_subject_.end()) return out;
    for (const PersonalKey& at : found->second) out.push_back(personal_.at(at));
    return out;
  }
  std::int64_t erase_personal(std::int64_t seq, std::string_view subject, std::string_view field) override {
    require_transaction();
    std::int64_t erased = 0;
    const std::vector<Personal> candidates = seq > 0            ? personal(seq)
                                             : !subject.empty() ? personal_of(subject)
                                                                : std::vector<Personal>();
    for (const Personal& value : candidates) {
      if (!field.empty() && value.field != field) continue;
      if (!subject.empty() && value.subject != subject) continue;
      forget(personal_.find({value.seq, value.field}));
      ++erased;
    }
    return erased;
  }
  void scrub() override { require_open(); }

  bool keeps_rows() const noexcept override { return false; }
  void upsert(std::size_t, const std::vector<Cell>&) override { require_transaction(); }
  void remove(std::size_t, std::span<const Cell>) override { require_transaction(); }
  void scan(std::size_t, std::string_view, const Cell&, const std::function<bool(std::vector<Cell>&&)>&) override { require_open(); }

  void select(const Selection&, const std::function<bool(std::span<const View>)>&) override { require_open(); }

  std::string meta(std::string_view name) override {
    require_open();
    const auto found = meta_.find(name);
    return found == meta_.end() ? std::string() : found->second;
  }
  void set_meta(std::string_view name, std::string_view value) override {
    require_transaction();
    undo_.emplace_back([this, at = std::string(name), before = meta(name)] { meta_[at] = before; });
    meta_[std::string(name)] = value;
  }

  std::vector<std::string> check() override {
    require_open();
    return {};
  }
  void backup(const std::string&, const std::function<bool(std::int64_t, std::int64_t)>&) override {
    require_open();
    throw Error(Code::misuse, "an office in memory has no file to back up; move its lines to an office with one");
  }
  void close() override {
    rollback();
    open_ = false;
  }

 private:
  using PersonalKey = std::pair<std::int64_t, std::string>;
  using PersonalMap = std::map<PersonalKey, Personal>;

  void require_open() const {
    if (!open_) throw Error(Code::misuse, "the office is closed");
  }
  void require_transaction() const {
    require_open();
    if (!in_transaction_) throw Error(Code::misuse, "a change is made outside of a transaction");
  }

  /// Source and key as one text; the length in front keeps ("ab", "c") and ("a", "bc") apart.
  static std::string event_id(std::string_view source, std::string_view key) {
    std::string out = std::to_string(source.size());
    out.append(":").append(source).append(key);
    return out;
  }
  void drop_last_line() noexcept {
    const Line& last = lines_.back();
    if (last.told && !last.key.empty()) by_key_.erase(event_id(last.source, last.key));
    if (!last.case_id.empty()) {
      const auto found = by_case_.find(last.case_id);
      if (found != by_case_.end() && !found->second.empty() && found->second.back() == last.seq) found->second.pop_back();
      if (found != by_case_.end() && found->second.empty()) by_case_.erase(found);
    }
    lines_.pop_back();
  }

  void remember(const Personal& value) {
    by_subject_[value.subject].insert({value.seq, value.field});
    personal_.emplace(PersonalKey{value.seq, value.field}, value);
  }
  void take_out(PersonalMap::iterator at) {
    const auto subject = by_subject_.find(at->second.subject);
    subject->second.erase(at->first);
    if (subject->second.empty()) by_subject_.erase(subject);
    personal_.erase(at);
  }
  /// Takes a value out, and brings it back on rollback.
  void forget(PersonalMap::iterator at) {
    undo_.emplace_back([this, value = at->second] { remember(value); });
    take_out(at);
  }

  bool open_ = true;
  bool in_transaction_ = false;
  std::deque<Line> lines_;  ///< line n stands at n - 1
  std::size_t lines_before_ = 0;
  std::unordered_map<std::string, std::vector<std::int64_t>> by_case_;
  std::unordered_map<std::string, std::int64_t> by_key_;
  PersonalMap personal_;
  std::unordered_map<std::string, std::set<PersonalKey>> by_subject_;
  std::map<std::string, std::string, std::less<>> meta_;
  std::vector<std::function<void()>> undo_;  ///< of what is not an append, undone from the back
};

}  // namespace

std::unique_ptr<Store> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace wuye
