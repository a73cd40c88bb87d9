// A host that keeps the journal in its own database, in its own transactions. wuye proposes; the host writes the lines; then
// wuye keeps or drops them. Nothing of wuye's is on disk here: after a restart the office is loaded from the host's lines.
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "wuye/office.hpp"

namespace {

/// Stands in for the host's database: a table of lines, which once in a while fails to commit.
class HostDatabase {
 public:
  void insert(const std::vector<wuye::Line>& lines) {
    if (fail_next_) {
      fail_next_ = false;
      throw std::runtime_error("the database went away");
    }
    lines_.insert(lines_.end(), lines.begin(), lines.end());
  }
  void fail_next() { fail_next_ = true; }
  const std::vector<wuye::Line>& lines() const { return lines_; }

 private:
  std::vector<wuye::Line> lines_;
  bool fail_next_ = false;
};

/// One event of the host: decided by wuye, kept by both or by neither.
void tell(wuye::Office& office, HostDatabase& database, const wuye::Entry& entry) {
  const wuye::Outcome outcome = office.propose(entry);
  if (!outcome.accepted()) {
    office.discard();
    std::cout << entry.action << ": refused, " << outcome.reason << '\n';
    return;
  }
  try {
    database.insert(office.proposed());
    office.commit();
    std::cout << entry.action << ": accepted";
    if (!outcome.stage.empty()) std::cout << ", now " << outcome.stage;
    std::cout << '\n';
  } catch (const std::runtime_error& failure) {
    office.discard();
    std::cout << entry.action << ": not kept, " << failure.what() << '\n';
  }
}

wuye::Entry entry(const char* at, std::string by, std::string action, std::string case_id, wuye::Fields fields) {
  wuye::Entry out;
  out.at = wuye::parse_instant(at);
  out.by = std::move(by);
  out.action = std::move(action);
  out.case_id = std::move(case_id);
  for (auto& [name, value] : fields) wuye::set_field(out.fields, name, std::move(value));
  return out;
}

}  // namespace

int main() {
  const wuye::Manual manual = wuye::Manual::standard();
  wuye::Office office = wuye::Office::memory(manual, {});
  HostDatabase database;

  const wuye::Entry report = entry("2026-03-02T10:00:00+08:00", "resident:3-1201", "report", "P1",
                                   {{"class", std::string("repair")}, {"place", std::string("3-1201")}, {"text", std::string("灯不亮")}});
  tell(office, database, report);
  const wuye::Entry dispatch =
      entry("2026-03-02T10:05:00+08:00", "chen", "dispatch", "P1", {{"worker", std::string("sun")}});
  database.fail_next();
  tell(office, database, dispatch);
  tell(office, database, dispatch);
  tell(office, database, entry("2026-03-02T10:06:00+08:00", "chen", "dispatch", "P2", {{"worker", std::string("sun")}}));

  // After a restart: the same lines, the same office.
  wuye::Office again = wuye::Office::memory(manual, {});
  again.load(database.lines());
  std::cout << "lines in the host's database: " << database.lines().size() << '\n';
  std::cout << "same journal: " << (again.digest() == office.digest() ? "yes" : "no") << '\n';
  std::cout << "same state: " << (again.state_digest() == office.state_digest() ? "yes" : "no") << '\n';
  return 0;
}
