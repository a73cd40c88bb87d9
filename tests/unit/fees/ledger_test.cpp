// Money in an office against a list of movements that is added up from its beginning at every question, on random histories; in memory, and in
// a file that two offices write in turn.
#include <algorithm>
#include <map>
#include <random>

#include "../office/support.hpp"
#include "fees/ledger.hpp"
#include "wuye/fees.hpp"

namespace {

using namespace wuye;
using namespace wuye::test;

const std::string kMoney = R"toml(name = "money"
time_zone = "+08:00"
[chapter.fees]
title = { zh = "收费", en = "Fees" }
[fee.management]
title   = { zh = "管理费", en = "Management" }
chapter = "fees"
head    = "management"
basis   = "area"
due_day = 25
[[fee.management.price]]
price = "2.3567"
[fee.parking]
title   = { zh = "车位费", en = "Parking" }
chapter = "fees"
head    = "parking"
basis   = "flat"
[[fee.parking.price]]
price = "80"
[fee.lump]
title   = { zh = "单笔", en = "Lump" }
chapter = "fees"
head    = "paid_service"
basis   = "lump"
[metric.come_in]
title      = { zh = "收缴率", en = "Come in" }
chapter    = "fees"
kind       = "ratio"
charges    = [ { heads = ["management", "parking"] } ]
written_off = "in"
applies    = "quarter_end"
pass       = "98%"
points     = 4
bonus      = "1%"
step       = "per_started_point"
charged_to = "zone"
[procedure.money]
title   = { zh = "收费", en = "Money" }
chapter = "fees"
[procedure.money.field]
heads   = { title = { zh = "费项", en = "Heads" }, type = "list" }
head    = { title = { zh = "费项", en = "Head" }, type = "text" }
from    = { title = { zh = "起", en = "From" }, type = "date" }
to      = { title = { zh = "止", en = "To" }, type = "date" }
amount  = { title = { zh = "金额", en = "Amount" }, type = "money" }
due     = { title = { zh = "到期", en = "Due" }, type = "date" }
payer   = { title = { zh = "缴费人", en = "Payer" }, type = "text" }
places  = { title = { zh = "单元", en = "Units" }, type = "list" }
for     = { title = { zh = "指定", en = "For" }, type = "list" }
charge  = { title = { zh = "应收", en = "Charge" }, type = "text" }
receipt = { title = { zh = "收款", en = "Receipt" }, type = "text" }
invoice = { title = { zh = "票据号", en = "Paper" }, type = "text" }
[[procedure.money.stage]]
name   = "done"
title  = { zh = "已办", en = "Done" }
ending = "done"
)toml";

std::string money_manual() {
  std::string out = kMoney;
  const auto action = [&](const std::string& name, const std::string& books, bool refuses) {
    out += "[[procedure.money.action]]\ndo = \"" + name + "\"\ntitle = { zh = \"" + name + "\", en = \"" + name +
           "\" }\nopening = true\nby = [\"anyone\"]\nto = \"done\"\nbooks = \"" + books + "\"\n";
    if (refuses) out += "on_breach = \"refuse\"\n";
  };
  action("run", "bill", true);
  action("ask", "charge", true);
  action("take", "receipt", false);
  action("use", "claim", true);
  action("forgive", "waive", true);
  action("drop", "write_off", true);
  action("return", "refund", true);
  action("undo", "reverse", true);
  action("put_off", "defer", true);
  return out;
}

const Manual& money() {
  static const Manual manual = manual_of(money_manual());
  return manual;
}

/// The books as a list of movements; whatever is asked is added up from the first.
struct Slow {
  struct Charge {
    std::string id, place, payer, head, from, until, due;
    std::int64_t amount = 0;
  };
  struct Receipt {
    std::string id, payer, place, invoice;
    std::vector<std::string> heads;
    std::int64_t amount = 0;
    int order = 0;
  };
  struct Move {
    std::string kind, charge, receipt;
    std::int64_t amount = 0;
    Instant at{};  ///< stamped when its step is over
  };
  std::vector<Charge> charges;
  std::vector<Receipt> receipts;
  std::vector<Move> moves;

  std::int64_t sum(const std::string& kind, const std::string& charge, const std::string& receipt) const {
    std::int64_t out = 0;
    for (const Move& move : moves) {
      if (move.kind == kind && (charge.empty() || move.charge == charge) && (receipt.empty() || move.receipt == receipt)) out += move.amount;
    }
    return out;
  }
  std::int64_t taken_back(const std::string& charge, const std::string& receipt) const {
    std::int64_t out = 0;
    for (const Move& move : moves) {
      if (move.kind == "reverse" && move.charge == charge && move.receipt == receipt) out += move.amount;
    }
    return out;
  }
  std::int64_t owed(const Charge& c) const {
    return c.amount - sum("pay", c.id, {}) - sum("waive", c.id, {}) - sum("write_off", c.id, {}) - taken_back(c.id, {});
  }
  std::int64_t left(const Receipt& r) const { return r.amount - sum("pay", {}, r.id) - sum("refund", {}, r.id) - taken_back({}, r.id); }
  bool reversed(const Charge& c) const { return taken_back(c.id, {}) > 0; }

  /// Fen asked for and come in by an instant, of what fell due in some days and is no longer to wait for: waived is not asked for, written off is.
  std::pair<std::int64_t, std::int64_t> come_in(const std::string& from, const std::string& until, const std::string& today, Instant by) const {
    std::int64_t due = 0;
    std::int64_t in = 0;
    for (const Charge& c : charges) {
      if (c.head == "lump" || c.due < from || c.due >= until || c.due >= today || reversed(c)) continue;
      due += c.amount;
      for (const Move& move : moves) {
        if (move.charge != c.id || move.at >= by) continue;
        if (move.kind == "pay") in += move.amount;
        if (move.kind == "waive") due -= move.amount;
      }
    }
    return {due, in};
  }

  void pay(const std::string& charge, const std::string& receipt) {
    const auto c = std::find_if(charges.begin(), charges.end(), [&](const Charge& one) { return one.id == charge; });
    const auto r = std::find_if(receipts.begin(), receipts.end(), [&](const Receipt& one) { return one.id == receipt; });
    const std::int64_t amount = std::min(owed(*c), left(*r));
    if (amount > 0) moves.push_back({"pay", charge, receipt, amount});
  }
  void allocate(const std::string& receipt, std::vector<std::string> places, const std::vector<std::string>& wanted) {
    const Receipt r = *std::find_if(receipts.begin(), receipts.end(), [&](const Receipt& one) { return one.id == receipt; });
    if (places.empty() && !r.place.empty()) places = {r.place};
    const auto has = [](const std::vector<std::string>& list, const std::string& item) { return std::find(list.begin(), list.end(), item) != list.end(); };
    std::vector<std::string> order;
    for (const std::string& item : wanted) {
      for (const Charge& c : charges) {
        if (c.id == item) order.push_back(c.id);
      }
    }
    std::vector<Charge> rest = charges;
    std::sort(rest.begin(), rest.end(), [](const Charge& a, const Charge& b) { return a.due != b.due ? a.due < b.due : a.id < b.id; });
    for (const Charge& c : rest) {
      if (c.payer == r.payer && (places.empty() || has(places, c.place)) && (wanted.empty() || has(wanted, c.head))) order.push_back(c.id);
    }
    for (const std::string& id : order) pay(id, receipt);
  }
};

const std::vector<std::string> kUnits{"u1", "u2", "u3"};
const std::map<std::string, std::string> kAreas{{"u1", "100.5"}, {"u2", "33.33"}, {"u3", "250"}};

/// u2 is sold on 11 March; one person owns u1 and u3.
std::string owner(const std::string& unit, const std::string& day) {
  if (unit == "u2") return day < "2026-03-11" ? "b" : "c";
  return "a";
}

std::string next(const std::string& day, int days = 1) { return format_date(Date{parse_date(day).days + days}); }

/// Rows by id, side by side: what differs is named.
void same(const std::map<std::string, std::vector<std::string>>& came, const std::map<std::string, std::vector<std::string>>& slow) {
  const auto text = [](const std::vector<std::string>& list) {
    std::string out;
    for (const std::string& item : list) out += item + ' ';
    return out;
  };
  CHECK(came.size() == slow.size());
  for (const auto& [id, row] : slow) {
    INFO(id);
    const auto there = came.find(id);
    CHECK((there == came.end() ? "nothing" : text(there->second)) == text(row));
  }
}

class Histories {
 public:
  explicit Histories(unsigned seed) : random_(seed), office_(Office::memory(money(), Office::Options{"seed"})),
        one_(garden_in(directory_.file("o.db"), money())), two_(garden_in(directory_.file("o.db"), money())) {
    for (const std::string& unit : kUnits) {
      record("set_unit", {{"area", kAreas.at(unit)}, {"place", unit}}, "");
    }
    record("set_party", {{"party", std::string("a")}, {"place", std::string("u1")}, {"role", std::string("owner")}}, "");
    record("set_party", {{"party", std::string("a")}, {"place", std::string("u3")}, {"role", std::string("owner")}}, "");
    record("set_party", {{"party", std::string("b")}, {"place", std::string("u2")}, {"role", std::string("owner")},
                         {"until", parse_instant("2026-03-11T00:00:00+08:00").us}}, "");
    at_ = parse_instant("2026-03-11T00:00:00+08:00");
    record("set_party", {{"party", std::string("c")}, {"place", std::string("u2")}, {"role", std::string("owner")}}, "");
  }

  void step() {
    at_.us += std::int64_t{3'600'000'000} * (1 + pick(30));
    id_ = "m" + std::to_string(++n_);
    switch (pick(12)) {
      case 0:
      case 1: bill(); break;
      case 2: charge(); break;
      case 3:
      case 4:
      case 5: receive(); break;
      case 6: less("forgive", "waive"); break;
      case 7: less("drop", "write_off"); break;
      case 8: refund(); break;
      case 9: undo(true); break;
      case 10: undo(false); break;
      default: defer(); break;
    }
    for (Slow::Move& move : slow_.moves) {
      if (move.at == Instant{}) move.at = at_;
    }
  }

  /// What has come in of each quarter, at its end and by now.
  void compare_rates() {
    const std::string names[] = {"2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"};
    const std::string days[] = {"2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01", "2027-01-01"};
    const auto started = [](std::int64_t due, std::int64_t in) {
      const std::int64_t missing = 98 * due - 100 * in;  // percent of `due`
      return missing <= 0 ? 0 : (missing + due - 1) / due;
    };
    for (Office* office : {&office_, &one_}) {
      const std::string today = format_date(money().zone().wall(office->clock()).date);
      for (int quarter = 0; quarter < 4; ++quarter) {
        const auto [due, in] = slow_.come_in(days[quarter], days[quarter + 1], today, parse_instant(days[quarter + 1] + "T00:00:00+08:00"));
        const auto [due_now, in_now] = slow_.come_in(days[quarter], days[quarter + 1], today, kLatest);
        const Figure figure = office->figure("come_in", names[quarter]);
        INFO(names[quarter]);
        CHECK(figure.due == due);
        CHECK(figure.done == in);
        CHECK(figure.late == in_now - in);
        CHECK(figure.points_hundredths == (due > 0 ? 400 * started(due, in) : 0));
        CHECK(figure.bonus_withheld_hundredths == (due_now > 0 ? 100 * started(due_now, in_now) : 0));
      }
    }
  }

  void compare() {
    for (Office* office : {&office_, &one_}) {
      std::map<std::string, std::vector<std::string>> came;
      const TableData charges = office->table("charges");
      for (const auto& row : charges.rows) {
        for (const char* name : {"place", "payer", "head", "from", "until", "due", "amount", "paid", "waived", "written_off", "reversed", "owed"}) {
          came[cell(charges, row, "charge")].push_back(cell(charges, row, name));
        }
      }
      std::map<std::string, std::vector<std::string>> slow;
      for (const Slow::Charge& c : slow_.charges) {
        slow[c.id] = {c.place, c.payer, c.head, c.from, c.until, c.due};
        for (const std::int64_t fen : {c.amount, slow_.sum("pay", c.id, {}), slow_.sum("waive", c.id, {}), slow_.sum("write_off", c.id, {}),
                                       slow_.taken_back(c.id, {}), slow_.owed(c)}) {
          slow[c.id].push_back(std::to_string(fen));
        }
      }
      same(came, slow);
      came.clear();
      slow.clear();
      const TableData receipts = office->table("receipts");
      for (const auto& row : receipts.rows) {
        for (const char* name : {"payer", "amount", "allocated", "refunded", "reversed", "balance"}) {
          came[cell(receipts, row, "receipt")].push_back(cell(receipts, row, name));
        }
      }
      for (const Slow::Receipt& r : slow_.receipts) {
        slow[r.id] = {r.payer};
        for (const std::int64_t fen : {r.amount, slow_.sum("pay", {}, r.id), slow_.sum("refund", {}, r.id), slow_.taken_back({}, r.id), slow_.left(r)}) {
          slow[r.id].push_back(std::to_string(fen));
        }
      }
      same(came, slow);
      std::map<std::string, std::int64_t> accounts;
      for (const Slow::Charge& c : slow_.charges) accounts[c.place + '/' + c.payer] += slow_.owed(c);
      const TableData table = office->table("accounts");
      for (const auto& row : table.rows) CHECK(cell(table, row, "owed") == std::to_string(accounts[cell(table, row, "place") + '/' + cell(table, row, "payer")]));
    }
    // No day of a unit is charged twice for one head.
    std::map<std::string, int> days;
    for (const Slow::Charge& c : slow_.charges) {
      if (c.from.empty() || slow_.reversed(c)) continue;
      for (std::string day = c.from; day < c.until; day = next(day)) CHECK(++days[c.place + c.head + day] == 1);
    }
    CHECK(office_.digest() == one_.digest());
    CHECK(two_.state_digest() == office_.state_digest());
    sound(office_);
    sound(one_);
  }

 private:
  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  std::string today() const { return format_date(money().zone().wall(at_).date); }

  Outcome record(const std::string& action, const Fields& fields, const std::string& case_id) {
    Entry entry;
    entry.at = at_;
    entry.by = "anna";
    entry.action = action;
    entry.case_id = case_id;
    for (const auto& [name, value] : fields) set_field(entry.fields, name, value);
    if (!case_id.empty()) {
      // What would be said is what is said.
      const std::string preview = office_.record(entry, true).json();
      const Outcome out = office_.record(entry);
      CHECK(preview == out.json());
      CHECK((pick(2) == 0 ? one_ : two_).record(entry).json() == out.json());
      return out;
    }
    const Outcome out = accepted(office_, entry);
    accepted(one_, entry);
    return out;
  }

  void bill() {
    const std::string unit = kUnits[static_cast<std::size_t>(pick(3))];
    const std::string head = pick(2) == 0 ? "management" : "parking";
    const std::string from = next("2026-01-15", pick(120));
    const std::string to = next(from, pick(70));
    record("run", {{"from", from}, {"heads", std::vector<std::string>{head}}, {"place", unit}, {"to", to}}, id_);
    const std::string until = next(to);
    for (std::string day = from; day < until;) {
      const auto taken = [&](const std::string& one) {
        return std::any_of(slow_.charges.begin(), slow_.charges.end(), [&](const Slow::Charge& c) {
          return c.place == unit && c.head == head && !c.from.empty() && !slow_.reversed(c) && c.from <= one && one < c.until;
        });
      };
      if (taken(day)) {
        day = next(day);
        continue;
      }
      std::string end = next(day);
      while (end < until && end.substr(0, 7) == day.substr(0, 7) && !taken(end) && owner(unit, end) == owner(unit, day)) end = next(end);
      Slow::Charge c;
      c.id = id_ + ':' + unit + ':' + head + ':' + day;
      c.place = unit;
      c.payer = owner(unit, day);
      c.head = head;
      c.from = day;
      c.until = end;
      const Instant month_over = parse_period(day.substr(0, 7), money().zone()).until;
      const std::string month_end = next(format_date(money().zone().wall(month_over).date), -1);
      c.due = std::max(head == "management" ? day.substr(0, 8) + "25" : month_end, today());
      c.amount = wuye::charge(money(), head, millionths(kAreas.at(unit)), parse_date(day), parse_date(end)).fen;
      if (c.amount > 0) {
        slow_.charges.push_back(c);
        for (const Slow::Receipt& r : slow_.receipts) {
          const bool meant = r.heads.empty() || std::find(r.heads.begin(), r.heads.end(), head) != r.heads.end();
          if (r.payer == c.payer && (r.place.empty() || r.place == unit) && meant) slow_.pay(c.id, r.id);
        }
      }
      day = end;
    }
  }

  void charge() {
    const std::string unit = kUnits[static_cast<std::size_t>(pick(3))];
    const std::int64_t amount = 1 + pick(30'000);
    const std::string due = next(today(), pick(40) - 20);
    record("ask", {{"amount", amount}, {"due", due}, {"head", std::string("lump")}, {"place", unit}}, id_);
    slow_.charges.push_back({id_ + ':' + unit + ":lump", unit, owner(unit, next(today())), "lump", "", "", due, amount});
  }

  void receive() {
    const std::int64_t amount = 1 + pick(60'000);
    Fields fields{{"amount", amount}};
    Slow::Receipt r;
    r.id = id_;
    r.amount = amount;
    std::vector<std::string> wanted;
    std::vector<std::string> places;
    if (pick(2) == 0) {
      r.place = kUnits[static_cast<std::size_t>(pick(3))];
      set_field(fields, "place", r.place);
      r.payer = owner(r.place, next(today()));
    } else {
      r.payer = std::string(1, static_cast<char>('a' + pick(3)));
      set_field(fields, "payer", r.payer);
      if (pick(3) == 0) {
        places = {"u1", "u2"};
        set_field(fields, "places", places);
      }
    }
    if (pick(3) == 0) {
      wanted.emplace_back(pick(2) == 0 ? "management" : "lump");
      r.heads = wanted;
      if (!slow_.charges.empty() && pick(2) == 0) wanted.push_back(slow_.charges[static_cast<std::size_t>(pick(static_cast<int>(slow_.charges.size())))].id);
      set_field(fields, "for", wanted);
    }
    r.invoice = "N" + std::to_string(pick(25));
    set_field(fields, "invoice", r.invoice);
    const bool used = std::any_of(slow_.receipts.begin(), slow_.receipts.end(), [&](const Slow::Receipt& other) {
      return other.invoice == r.invoice && slow_.taken_back({}, other.id) < other.amount;
    });
    const Outcome out = record("take", fields, id_);
    CHECK(out.accepted());
    CHECK(used == std::any_of(out.breaches.begin(), out.breaches.end(), [](const auto& breach) { return breach.reason == "invoice_used"; }));
    slow_.receipts.push_back(r);
    slow_.allocate(id_, places, wanted);
  }

  void less(const std::string& action, const std::string& kind) {
    if (slow_.charges.empty()) return;
    const Slow::Charge& c = slow_.charges[static_cast<std::size_t>(pick(static_cast<int>(slow_.charges.size())))];
    const std::int64_t amount = pick(3) == 0 ? 0 : 1 + pick(20'000);
    Fields fields{{"charge", c.id}};
    if (amount > 0) set_field(fields, "amount", amount);
    const bool fits = slow_.owed(c) > 0 && amount <= slow_.owed(c);
    CHECK(record(action, fields, id_).accepted() == fits);
    if (fits) slow_.moves.push_back({kind, c.id, "", amount > 0 ? amount : slow_.owed(c)});
  }

  void refund() {
    if (slow_.receipts.empty()) return;
    const Slow::Receipt& r = slow_.receipts[static_cast<std::size_t>(pick(static_cast<int>(slow_.receipts.size())))];
    const std::int64_t amount = 1 + pick(20'000);
    const bool fits = slow_.left(r) > 0 && amount <= slow_.left(r);
    CHECK(record("return", {{"amount", amount}, {"receipt", r.id}}, id_).accepted() == fits);
    if (fits) slow_.moves.push_back({"refund", "", r.id, amount});
  }

  void undo(bool of_charge) {
    if (of_charge ? slow_.charges.empty() : slow_.receipts.empty()) return;
    const std::string id = of_charge ? slow_.charges[static_cast<std::size_t>(pick(static_cast<int>(slow_.charges.size())))].id
                                     : slow_.receipts[static_cast<std::size_t>(pick(static_cast<int>(slow_.receipts.size())))].id;
    std::int64_t given = 1;
    for (const Slow::Receipt& r : slow_.receipts) {
      if (r.id == id) given = r.amount - slow_.sum("refund", {}, id) - slow_.taken_back({}, id);
    }
    const bool fits = of_charge ? slow_.taken_back(id, {}) == 0 : given > 0;
    const bool accepted = record("undo", {{of_charge ? "charge" : "receipt", id}}, id_).accepted();
    CHECK(accepted == fits);
    if (!fits) return;
    for (const Slow::Charge& c : slow_.charges) {
      for (const Slow::Receipt& r : slow_.receipts) {
        const std::int64_t paid = slow_.sum("pay", c.id, r.id);
        if (paid != 0 && (of_charge ? c.id == id : r.id == id)) slow_.moves.push_back({"pay", c.id, r.id, -paid});
      }
      if (!of_charge || c.id != id) continue;
      for (const char* kind : {"waive", "write_off"}) {
        if (const std::int64_t stands = slow_.sum(kind, id, {}); stands != 0) slow_.moves.push_back({kind, id, "", -stands});
      }
      slow_.moves.push_back({"reverse", id, "", c.amount});
    }
    for (const Slow::Receipt& r : slow_.receipts) {
      if (!of_charge && r.id == id && slow_.left(r) > 0) slow_.moves.push_back({"reverse", "", id, slow_.left(r)});
    }
  }

  void defer() {
    if (slow_.charges.empty()) return;
    Slow::Charge& c = slow_.charges[static_cast<std::size_t>(pick(static_cast<int>(slow_.charges.size())))];
    const std::string due = next(today(), pick(60));
    const bool fits = slow_.owed(c) > 0 && due > c.due;
    CHECK(record("put_off", {{"charge", c.id}, {"due", due}}, id_).accepted() == fits);
    if (fits) c.due = due;
  }

  std::mt19937 random_;
  Directory directory_;
  Office office_;
  Office one_;
  Office two_;
  Slow slow_;
  Instant at_ = parse_instant("2025-12-01T08:00:00+08:00");
  std::string id_;
  int n_ = 0;
};

}  // namespace

TEST_CASE("money adds up, is allocated oldest first and never charged twice, on random histories", "[fees][property]") {
  for (const unsigned seed : {1U, 2U, 3U, 4U}) {
    INFO("seed " << seed);
    Histories histories(seed);
    for (int i = 0; i < 90; ++i) {
      histories.step();
      if (i % 15 == 14) histories.compare();
      if (i % 15 == 14) histories.compare_rates();
    }
  }
}

TEST_CASE("the ledger refuses a posting that does not balance", "[fees]") {
  fees::Ledger ledger;
  rows::Charge charge;
  charge.id = "c";
  charge.amount = 100;
  charge.due = "2026-01-31";
  rows::Posting posting;
  posting.kind = "charge";
  posting.charge = "c";
  posting.amount = 100;
  posting.seq = 1;
  ledger.charge(charge, posting, 1);
  rows::Posting waived = posting;
  waived.kind = "waive";
  waived.seq = 2;
  waived.amount = 101;
  CHECK_THROWS_AS(ledger.post(waived, 1), Error);
  waived.amount = -1;
  CHECK_THROWS_AS(ledger.post(waived, 1), Error);
  waived.amount = 100;
  CHECK_NOTHROW(ledger.post(waived, 1));
  CHECK(ledger.charges.find("c")->state == "settled");
  CHECK_THROWS_AS(ledger.charge(charge, posting, 1), Error);
}
