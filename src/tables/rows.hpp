// The tables: each row type, its key and its columns, once. Memory, SQLite, Arrow and the documentation all read this
// page. A row says nothing about how it comes about; the domain rooms do.
//
// `visit(row, v)` calls `v(name, member, doc)` for each column in order; the first `kKeys` columns are the key. All members are
// std::string, std::int64_t, bool, Instant, or std::optional<Instant>/<std::int64_t>.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "manual/model.hpp"
#include "wuye/time.hpp"

namespace wuye::rows {

/// Column kinds that decide the SQL and Arrow type beyond the member's C++ type.
enum class Kind : std::uint8_t {
  plain,
  money,  ///< an integer that counts fen
  date,   ///< a text YYYY-MM-DD, or empty: then the cell is
};
struct Doc {
  const char* zh;
  const char* en;
  bool internal = false;  ///< not projected: neither Arrow nor documentation shows it
  Kind kind = Kind::plain;
};

struct Case {
  static constexpr const char* kName = "cases";
  static constexpr int kKeys = 1;
  std::string id;
  std::string procedure;
  std::string stage;
  std::string ending;                ///< what the ending counts as; empty while live
  std::string place;
  std::string reporter;
  std::string holder;
  std::string opened_by;
  std::string parent;
  std::string master;                ///< the case that stands for this one too; empty: it stands for itself
  Instant opened_at;
  Instant stage_since;
  std::optional<Instant> ended_at;
  std::int64_t manual = 0;           ///< line number of the adoption under which it lives
  std::int64_t first_seq = 0;
  std::int64_t last_seq = 0;
  std::string fields;                ///< JSON object of the values that are not personal
  std::string fold;                  ///< JSON: stage history, last doers, what only the engine needs
  bool live = true;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("case", r.id, Doc{"事项编号", "The case's id"});
    v("procedure", r.procedure, Doc{"作业规程", "The procedure it follows"});
    v("stage", r.stage, Doc{"当前环节", "The stage it is in"});
    v("ending", r.ending, Doc{"结束方式", "What its ending counts as; empty while it is live"});
    v("place", r.place, Doc{"地点", "Unit, common area or equipment"});
    v("reporter", r.reporter, Doc{"报事人", "Who reported it (a code, never a name)"});
    v("holder", r.holder, Doc{"当前责任人", "Who answers for it now"});
    v("opened_by", r.opened_by, Doc{"受理人", "Who entered it"});
    v("parent", r.parent, Doc{"上级事项", "The case that opened it"});
    v("master", r.master, Doc{"并入事项", "The case it is joined to: it counts with that one; empty where it stands for itself"});
    v("opened_at", r.opened_at, Doc{"受理时间", "When it was reported"});
    v("stage_since", r.stage_since, Doc{"进入当前环节时间", "When it entered its stage"});
    v("ended_at", r.ended_at, Doc{"结束时间", "When it ended"});
    v("manual", r.manual, Doc{"适用规程", "Line number of the adoption under which it was opened"});
    v("first_seq", r.first_seq, Doc{"首行流水号", "The line that opened it"});
    v("last_seq", r.last_seq, Doc{"末行流水号", "The last line that concerns it"});
    v("fields", r.fields, Doc{"登记内容", "Its fields as JSON; personal ones are never here"});
    v("fold", r.fold, Doc{"", "", true});
    v("live", r.live, Doc{"未结", "Not ended"});
  }
};

struct Deadline {
  static constexpr const char* kName = "deadlines";
  static constexpr int kKeys = 3;
  std::string case_id;
  std::string deadline;
  std::int64_t generation = 1;
  std::string state;                 ///< running, paused, met, late, dropped
  Instant since;
  std::optional<Instant> due;
  std::optional<Instant> breach;
  std::optional<Instant> stopped;
  std::string stopped_by;
  std::int64_t fired = 0;            ///< bit n: level n of the ladder has fired
  std::int64_t limit = -1;           ///< which line of `within`
  std::string clause;
  std::string procedure;
  std::string charged_holder;        ///< who held the case when the clock stopped, or holds it
  bool provisional = false;
  bool opening = false;              ///< began before the office did

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("case", r.case_id, Doc{"事项编号", "The case's id"});
    v("deadline", r.deadline, Doc{"时限", "The deadline's name"});
    v("generation", r.generation, Doc{"第几次计时", "1 for the first time the clock started"});
    v("state", r.state, Doc{"状态", "running, paused, met, late, dropped"});
    v("since", r.since, Doc{"起算时间", "When its clock started"});
    v("due", r.due, Doc{"到期时间", "The earliest instant at which the limit is used up; empty while paused"});
    v("breach", r.breach, Doc{"逾期时间", "The first instant that is late"});
    v("stopped", r.stopped, Doc{"停算时间", "When it was met, ended late or dropped"});
    v("stopped_by", r.stopped_by, Doc{"停算人", "Who did what stopped it"});
    v("fired", r.fired, Doc{"已触发级别", "Bit n: level n of the ladder has fired"});
    v("limit_no", r.limit, Doc{"适用限时序号", "Which line of the deadline's limits applies, from 0"});
    v("clause", r.clause, Doc{"依据条款", "The clause behind the limit"});
    v("procedure", r.procedure, Doc{"作业规程", "The procedure of the case"});
    v("holder", r.charged_holder, Doc{"责任人", "Who held the case when it fell due, or when it stopped if that was earlier; else who holds it"});
    v("provisional", r.provisional, Doc{"暂定", "Runs past the holidays that are known"});
    v("opening", r.opening, Doc{"期初", "Began before the office did"});
  }
};

/// Its sentences are not kept: they are made from the row when it is read (office/text.cpp).
struct Notice {
  static constexpr const char* kName = "notices";
  static constexpr int kKeys = 1;
  std::string id;
  std::int64_t seq = 0;
  std::string what;
  std::string case_id;
  std::string procedure;
  std::int64_t manual = 0;
  std::string deadline;
  std::int64_t generation = 0;
  std::string level;
  std::string reason;                ///< as of the found line
  std::string clause;
  Instant at;
  Instant found;
  std::string tell;
  std::string state;                 ///< current, withdrawn, settled
  std::optional<Instant> delivered;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("notice", r.id, Doc{"提醒编号", "Stable id"});
    v("seq", r.seq, Doc{"流水号", "The found line"});
    v("what", r.what, Doc{"种类", "warning, overdue, reached, vacant, tally, news, withdrawn, base_changed"});
    v("case", r.case_id, Doc{"事项编号", "The case's id"});
    v("procedure", r.procedure, Doc{"作业规程", "The procedure of the case"});
    v("manual", r.manual, Doc{"适用规程", "Line number of the adoption whose titles its text has"});
    v("deadline", r.deadline, Doc{"时限", "The deadline's name"});
    v("generation", r.generation, Doc{"第几次计时", "Which run of the clock"});
    v("level", r.level, Doc{"级别", "Which rung of the ladder"});
    v("reason", r.reason,
      Doc{"缘由", "Of a vacancy the post, of a tally its name, of news the action, of a stage reached its name, of a changed base what changed"});
    v("clause", r.clause, Doc{"依据条款", "The clause behind it"});
    v("at", r.at, Doc{"名义时间", "When it fell due"});
    v("found", r.found, Doc{"发现时间", "The office's clock when it was found"});
    v("tell", r.tell, Doc{"通知对象", "JSON: posts and the people who held them"});
    v("state", r.state, Doc{"状态", "current, withdrawn, settled"});
    v("delivered", r.delivered, Doc{"送达时间", "When the host said that it was delivered"});
  }
};

/// A breach that was recorded with a fact.
struct Breach {
  static constexpr const char* kName = "breaches";
  static constexpr int kKeys = 2;
  std::int64_t told = 0;
  std::string reason;                ///< with a suffix ":2", ":3" where one entry breaks the same rule more than once
  std::int64_t seq = 0;
  std::string case_id;
  std::string action;
  std::string by;
  std::string clause;
  std::string facts;
  Instant at;
  std::string state;                 ///< current, withdrawn

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("told", r.told, Doc{"事由流水号", "The told line that broke the rule"});
    v("reason", r.reason, Doc{"原因", "Which rule was broken"});
    v("seq", r.seq, Doc{"流水号", "The found line"});
    v("case", r.case_id, Doc{"事项编号", "The case's id"});
    v("action", r.action, Doc{"操作", "What was done"});
    v("by", r.by, Doc{"操作人", "Who did it"});
    v("clause", r.clause, Doc{"依据条款", "The clause that forbids it"});
    v("facts", r.facts, Doc{"比对事实", "JSON: what was compared"});
    v("at", r.at, Doc{"发生时间", "When it was done"});
    v("state", r.state, Doc{"状态", "current, withdrawn"});
  }
};

struct Unit {
  static constexpr const char* kName = "units";
  static constexpr int kKeys = 1;
  std::string id;
  std::string kind;                  ///< unit, common, equipment, parking
  std::string building;
  std::string entrance;
  std::string zone;
  std::string use;
  std::string area;                  ///< m², decimal text
  std::optional<Instant> from;
  std::optional<Instant> until;
  std::int64_t seq = 0;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("place", r.id, Doc{"地点编号", "Unit number, or code of a common area or equipment"});
    v("kind", r.kind, Doc{"类别", "unit, common, equipment, parking"});
    v("building", r.building, Doc{"楼栋", "Building"});
    v("entrance", r.entrance, Doc{"单元", "Entrance (stair)"});
    v("zone", r.zone, Doc{"片区", "Zone of the estate"});
    v("use", r.use, Doc{"用途", "home, shop, parking …"});
    v("area", r.area, Doc{"面积", "Square metres, as decimal text"});
    v("from", r.from, Doc{"自", "Since when it is a unit of its own; empty: ever since"});
    v("until", r.until, Doc{"至", "Until when it was: joined with another, or split"});
    v("seq", r.seq, Doc{"流水号", "The line that last changed it"});
  }
};

/// A meter whose count is charged for a place.
struct Meter {
  static constexpr const char* kName = "meters";
  static constexpr int kKeys = 1;
  std::string id;
  std::string place;
  std::string head;
  std::string fitted;                ///< decimal text
  std::string counts_to;             ///< decimal text; empty: it does not begin again
  std::optional<Instant> from;
  std::optional<Instant> until;
  std::int64_t seq = 0;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("meter", r.id, Doc{"表号", "The meter's number"});
    v("place", r.place, Doc{"地点编号", "The place whose use it counts"});
    v("head", r.head, Doc{"费项", "What its count is charged as"});
    v("fitted", r.fitted, Doc{"起始读数", "What it showed when it was fitted, as decimal text; empty: its first reading"});
    v("counts_to", r.counts_to, Doc{"满量程", "There it begins again at 0, as decimal text; empty: it does not"});
    v("from", r.from, Doc{"自", "Since when it is there; empty: ever since"});
    v("until", r.until, Doc{"至", "Until when it was"});
    v("seq", r.seq, Doc{"流水号", "The line that last changed it"});
  }
};

struct Party {
  static constexpr const char* kName = "parties";
  static constexpr int kKeys = 3;
  std::string party;
  std::string place;
  std::string role;                  ///< owner, tenant, payer, occupier
  Instant from;
  std::optional<Instant> until;
  std::int64_t seq = 0;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("party", r.party, Doc{"当事人编号", "A code; names are personal and not in tables"});
    v("place", r.place, Doc{"地点编号", "Unit"});
    v("role", r.role, Doc{"身份", "owner, tenant, payer, occupier"});
    v("from", r.from, Doc{"自", "Holds from"});
    v("until", r.until, Doc{"至", "Holds until (not included)"});
    v("seq", r.seq, Doc{"流水号", "The line that last changed it"});
  }
};

struct Staff {
  static constexpr const char* kName = "staff";
  static constexpr int kKeys = 1;
  std::string id;
  Instant joined;
  std::optional<Instant> left;
  std::int64_t seq = 0;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("staff", r.id, Doc{"员工编号", "A code; the name is personal"});
    v("joined", r.joined, Doc{"入职", "From when"});
    v("left", r.left, Doc{"离职", "Until when (not included)"});
    v("seq", r.seq, Doc{"流水号", "The line that last changed it"});
  }
};

/// Who holds a post, when, and for which zone; `kind` is holds or deputy (stands in for `of`), or leave (away).
struct Holding {
  static constexpr const char* kName = "holdings";
  static constexpr int kKeys = 2;
  std::string staff;
  std::int64_t seq = 0;
  std::string kind;                  ///< holds, deputy, leave
  std::string post;
  std::string zone;
  std::string of;                    ///< deputy: the staff member stood in for
  Instant from;
  std::optional<Instant> until;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("staff", r.staff, Doc{"员工编号", "Staff code"});
    v("seq", r.seq, Doc{"流水号", "The line that said so"});
    v("kind", r.kind, Doc{"种类", "holds, deputy, leave"});
    v("post", r.post, Doc{"岗位", "The post held"});
    v("zone", r.zone, Doc{"片区", "Zone; empty: the whole office"});
    v("of", r.of, Doc{"代理何人", "Deputy: whom"});
    v("from", r.from, Doc{"自", "From"});
    v("until", r.until, Doc{"至", "Until (not included)"});
  }
};

/// A case that a tally counts.
struct TallyCount {
  static constexpr const char* kName = "tallies";
  static constexpr int kKeys = 3;
  std::string tally;
  std::string key;
  std::string case_id;
  Instant at;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("tally", r.tally, Doc{"累计规则", "procedure.tally"});
    v("key", r.key, Doc{"累计对象", "The values counted together"});
    v("case", r.case_id, Doc{"事项编号", "The case that is counted"});
    v("at", r.at, Doc{"计入时间", "Since when it has had this key"});
  }
};

/// A case that ended and belongs to a class of a quota: whether it counts, and whether it was drawn to be called back.
struct CallbackBase {
  static constexpr const char* kName = "callback_base";
  static constexpr int kKeys = 2;
  std::string case_id;
  std::string quota;
  std::string group;
  std::string class_name;
  std::string month;                 ///< "2026-03"; empty where it is excluded
  std::int64_t position = 0;         ///< in its month and group, from 1; 0: outside the draw
  std::string state;                 ///< drawn, passed_over, excluded
  std::string reason;                ///< why it is excluded; what has become of it since it was counted
  std::string callback;              ///< the case that was opened for it
  Instant ended_at;
  std::optional<Instant> due;        ///< when its callback is (or would be) due
  std::int64_t seq = 0;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("case", r.case_id, Doc{"事项编号", "The case that ended"});
    v("quota", r.quota, Doc{"配额", "The quota"});
    v("group", r.group, Doc{"组别", "Which classes it counts with"});
    v("class", r.class_name, Doc{"类别", "Its final class"});
    v("month", r.month, Doc{"计入月份", "The month in which its callback is due; empty where it is excluded"});
    v("position", r.position, Doc{"当月序号", "Which of its group in the month it was, from 1; 0 where it is excluded"});
    v("state", r.state, Doc{"抽取结果", "drawn, passed_over, excluded"});
    v("reason", r.reason, Doc{"原因", "Why it is excluded, or what has become of it since"});
    v("callback", r.callback, Doc{"回访事项", "The case that was opened for it"});
    v("ended_at", r.ended_at, Doc{"结束时间", "When it ended"});
    v("due", r.due, Doc{"回访到期", "When its callback is, or would have been, due"});
    v("seq", r.seq, Doc{"流水号", "The found line that last said so"});
  }
};

/// How far a quota's group has come in a month.
struct CallbackMonth {
  static constexpr const char* kName = "callback_months";
  static constexpr int kKeys = 3;
  std::string quota;
  std::string month;
  std::string group;
  std::int64_t cases = 0;            ///< that count
  std::int64_t drawn = 0;
  std::string channels;              ///< JSON: draws by channel
  std::string passed;                ///< JSON: the cases of the unfinished block that were passed over
  std::string id;                    ///< its key, for the timers; not a column
  Instant timer = kNever;            ///< what the office's timers hold for it; not a column

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("quota", r.quota, Doc{"配额", "The quota"});
    v("month", r.month, Doc{"月份", "The month"});
    v("group", r.group, Doc{"组别", "The group of classes"});
    v("cases", r.cases, Doc{"应计事项数", "Cases that count"});
    v("drawn", r.drawn, Doc{"已抽取数", "Cases drawn to be called back"});
    v("channels", r.channels, Doc{"回访方式", "JSON: draws by channel"});
    v("passed", r.passed, Doc{"", "", true});
  }
};

/// An amount that somebody owes or owed. `amount` = paid + waived + written_off + reversed + owed, always.
struct Charge {
  static constexpr const char* kName = "charges";
  static constexpr int kKeys = 1;
  std::string id;
  std::string case_id;
  std::string place;
  std::string payer;
  std::string head;
  std::string from;                  ///< service days
  std::string until;                 ///< not included
  std::string quantity;
  std::string meter;
  std::string reading_from;
  std::string reading_to;
  std::string price;
  std::int64_t discount = 0;
  std::int64_t amount = 0;
  std::string due;
  std::int64_t paid = 0;
  std::int64_t waived = 0;
  std::int64_t written_off = 0;
  std::int64_t reversed = 0;
  std::int64_t owed = 0;
  std::string state;                 ///< open, settled, reversed
  std::string base;                  ///< of a late fee: the charge on which it accrued
  std::optional<Instant> moved_at;
  Instant at;
  std::int64_t seq = 0;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("charge", r.id, Doc{"应收编号", "The charge's id"});
    v("case", r.case_id, Doc{"事项编号", "The case that charged it"});
    v("place", r.place, Doc{"地点编号", "Unit"});
    v("payer", r.payer, Doc{"缴费人", "Who owes it (a party's code)"});
    v("head", r.head, Doc{"费项", "What is paid for"});
    v("from", r.from, Doc{"服务起日", "The first day charged for; empty where it is for no days", false, Kind::date});
    v("until", r.until, Doc{"服务止日", "The day after the last", false, Kind::date});
    v("quantity", r.quantity, Doc{"数量", "Area, reading or count, as decimal text"});
    v("meter", r.meter, Doc{"表号", "Where a meter counted it: which"});
    v("reading_from", r.reading_from, Doc{"上期读数", "Of a meter: the reading at which it begins, as decimal text"});
    v("reading_to", r.reading_to, Doc{"本期读数", "Of a meter: the reading at which it ends"});
    v("price", r.price, Doc{"单价", "Yuan for one, as decimal text"});
    v("discount", r.discount, Doc{"预缴优惠", "What was taken off for paying ahead; `amount` is without it", false, Kind::money});
    v("amount", r.amount, Doc{"应收金额", "What was charged", false, Kind::money});
    v("due", r.due, Doc{"缴费到期日", "The last day on which it is paid in time", false, Kind::date});
    v("paid", r.paid, Doc{"实收金额", "Of it: paid", false, Kind::money});
    v("waived", r.waived, Doc{"减免金额", "Of it: waived", false, Kind::money});
    v("written_off", r.written_off, Doc{"核销金额", "Of it: written off", false, Kind::money});
    v("reversed", r.reversed, Doc{"冲红金额", "Of it: taken back, as never charged", false, Kind::money});
    v("owed", r.owed, Doc{"欠费金额", "Of it: still owed", false, Kind::money});
    v("state", r.state, Doc{"状态", "open, settled, reversed"});
    v("base", r.base, Doc{"本金应收", "Of a late fee: the charge on which it accrued"});
    v("moved_at", r.moved_at, Doc{"最近变动时间", "The latest instant at which it was paid, waived, written off or reversed, or any of that was taken back"});
    v("at", r.at, Doc{"入账时间", "When it was charged"});
    v("seq", r.seq, Doc{"流水号", "The found line that charged it"});
  }
};

/// Money that came in. `amount` = allocated + refunded + reversed + balance, always.
struct Receipt {
  static constexpr const char* kName = "receipts";
  static constexpr int kKeys = 1;
  std::string id;
  std::string case_id;
  std::string payer;
  std::string place;
  std::int64_t amount = 0;
  std::int64_t allocated = 0;
  std::int64_t refunded = 0;
  std::int64_t reversed = 0;
  std::int64_t balance = 0;
  std::string state;                 ///< prepaid, unclaimed, spent
  std::string heads;                 ///< what the payer said it is for; empty: whatever is owed
  std::string method;
  std::string invoice;
  Instant at;
  std::int64_t seq = 0;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("receipt", r.id, Doc{"收款编号", "The receipt's id"});
    v("case", r.case_id, Doc{"事项编号", "The case that recorded it"});
    v("payer", r.payer, Doc{"缴费人", "Who paid (a party's code)"});
    v("place", r.place, Doc{"地点编号", "The unit that it is for, where it is for one"});
    v("amount", r.amount, Doc{"收款金额", "What came in", false, Kind::money});
    v("allocated", r.allocated, Doc{"已分配", "Of it: paid charges", false, Kind::money});
    v("refunded", r.refunded, Doc{"已退款", "Of it: given back", false, Kind::money});
    v("reversed", r.reversed, Doc{"已冲红", "Of it: taken back, as never received", false, Kind::money});
    v("balance", r.balance, Doc{"余额", "Of it: left for charges to come", false, Kind::money});
    v("state", r.state, Doc{"状态", "prepaid (has a balance), unclaimed (nobody knows whose balance it is), spent"});
    v("heads", r.heads, Doc{"指定费项", "The heads that the payer named; empty: whatever is owed"});
    v("method", r.method, Doc{"付款方式", "How it was paid"});
    v("invoice", r.invoice, Doc{"票据号", "The number on the paper"});
    v("at", r.at, Doc{"收款时间", "When it came in"});
    v("seq", r.seq, Doc{"流水号", "The found line that booked it"});
  }
};

/// One movement of money. Never changed: what is taken back is a row with the opposite amount.
struct Posting {
  static constexpr const char* kName = "postings";
  static constexpr int kKeys = 1;
  std::int64_t seq = 0;
  std::string kind;                  ///< charge, receive, pay, waive, write_off, refund, reverse
  std::string charge;
  std::string receipt;
  std::int64_t amount = 0;
  std::string case_id;
  std::string by;
  std::string clause;
  Instant at;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("seq", r.seq, Doc{"流水号", "The found line"});
    v("kind", r.kind, Doc{"种类", "charge, receive, pay, waive, write_off, refund, reverse"});
    v("charge", r.charge, Doc{"应收编号", "The charge that it concerns"});
    v("receipt", r.receipt, Doc{"收款编号", "The receipt that it concerns"});
    v("amount", r.amount, Doc{"金额", "How much; negative where it takes back what stood", false, Kind::money});
    v("case", r.case_id, Doc{"事项编号", "The case that booked it"});
    v("by", r.by, Doc{"操作人", "Who did what booked it"});
    v("clause", r.clause, Doc{"依据条款", "The clause behind it"});
    v("at", r.at, Doc{"发生时间", "When it happened"});
  }
};

/// What a meter showed at the end of a day. The last that was told of a day stands.
struct Reading {
  static constexpr const char* kName = "readings";
  static constexpr int kKeys = 2;
  std::string meter;
  std::string day;
  std::string reading;               ///< decimal text
  std::string case_id;
  Instant at;
  std::int64_t seq = 0;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("meter", r.meter, Doc{"表号", "The meter's number"});
    v("day", r.day, Doc{"抄表日期", "At the end of which day", false, Kind::date});
    v("reading", r.reading, Doc{"读数", "What it showed, as decimal text"});
    v("case", r.case_id, Doc{"事项编号", "The case that recorded it"});
    v("at", r.at, Doc{"抄表时间", "When it was read"});
    v("seq", r.seq, Doc{"流水号", "The found line that recorded it"});
  }
};

/// A unit that a billing run left out, or days of it, and why.
struct Unbilled {
  static constexpr const char* kName = "unbilled";
  static constexpr int kKeys = 1;
  std::int64_t seq = 0;
  std::string case_id;
  std::string place;
  std::string head;
  std::string from;
  std::string until;
  std::string reason;                ///< billed, no_payer, no_quantity, no_reading, reading_back, no_price, nothing
  std::string charge;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("seq", r.seq, Doc{"流水号", "The found line"});
    v("case", r.case_id, Doc{"事项编号", "The billing run"});
    v("place", r.place, Doc{"地点编号", "Unit"});
    v("head", r.head, Doc{"费项", "What was to be charged"});
    v("from", r.from, Doc{"服务起日", "The first day that was not charged for", false, Kind::date});
    v("until", r.until, Doc{"服务止日", "The day after the last", false, Kind::date});
    v("reason", r.reason, Doc{"原因", "billed (charged before), no_payer, no_quantity, no_reading (of the meter since), reading_back (it lies below the one before), no_price, nothing (nothing was used, or it comes to no fen)"});
    v("charge", r.charge, Doc{"应收编号", "Where it was charged before: by which charge"});
  }
};

/// What one payer owes for one unit.
struct Account {
  static constexpr const char* kName = "accounts";
  static constexpr int kKeys = 2;
  std::string place;
  std::string payer;
  std::int64_t owed = 0;
  std::int64_t charges = 0;          ///< of which something is owed
  std::string due;                   ///< of the oldest of them; empty where nothing is owed
  std::string arrears;               ///< the case by which the debt is pressed for
  Instant since = kAlways;           ///< when what is owed last grew; no debt is found late before
  std::int64_t seq = 0;
  std::string id;                    ///< its key, for the timers; not a column
  Instant timer = kNever;            ///< what the office's timers hold for it; not a column

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("place", r.place, Doc{"地点编号", "Unit"});
    v("payer", r.payer, Doc{"缴费人", "A party's code"});
    v("owed", r.owed, Doc{"欠费金额", "What is owed in all, due or not", false, Kind::money});
    v("charges", r.charges, Doc{"未清应收数", "How many charges of which something is owed"});
    v("due", r.due, Doc{"最早到期日", "When the oldest of them is due", false, Kind::date});
    v("arrears", r.arrears, Doc{"催缴事项", "The case by which the debt is pressed for, where there is one"});
    v("since", r.since, Doc{"最近增欠时间", "When what is owed last grew"});
    v("seq", r.seq, Doc{"流水号", "The found line that last changed it"});
  }
};

/// What an officer's month had come to when it was approved. It stays as it is; what changes afterwards stands on a later sheet.
struct Sheet {
  static constexpr const char* kName = "sheets";
  static constexpr int kKeys = 3;
  std::string who;
  std::string month;                 ///< "2026-03"
  std::string card;
  std::string case_id;
  std::int64_t base = 0;
  std::int64_t floor = 0;
  std::int64_t deducted = 0;         ///< all points in hundredths
  std::int64_t score = 0;
  std::int64_t adjustment = 0;
  std::int64_t bonus_withheld = 0;   ///< hundredths of a percent
  std::int64_t bonus_adjustment = 0;
  bool pending = false;
  std::string figures;               ///< JSON
  std::string adjusts;               ///< JSON
  std::string manual;
  std::int64_t at_seq = 0;
  std::string approved_by;
  Instant approved_at;
  std::int64_t seq = 0;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("who", r.who, Doc{"被考核人", "The officer"});
    v("month", r.month, Doc{"月份", "The month: 2026-03"});
    v("card", r.card, Doc{"考核表", "Which scorecard"});
    v("case", r.case_id, Doc{"事项编号", "The assessment that was approved"});
    v("base", r.base, Doc{"基数", "Points that the month starts from"});
    v("floor", r.floor, Doc{"下限", "What the score never falls below"});
    v("deducted_hundredths", r.deducted, Doc{"扣分", "Points deducted, in hundredths"});
    v("score_hundredths", r.score, Doc{"得分", "What is left, in hundredths; the adjustment is apart"});
    v("adjustment_hundredths", r.adjustment, Doc{"往月调整", "Points that months approved earlier have lost since, in hundredths; below zero: given back"});
    v("bonus_withheld_hundredths", r.bonus_withheld, Doc{"扣发奖金", "Of the bonus: withheld, in hundredths of a percent"});
    v("bonus_adjustment_hundredths", r.bonus_adjustment,
      Doc{"往月奖金调整", "Of the bonus of months approved earlier: withheld since, in hundredths of a percent; below zero: paid back"});
    v("pending", r.pending, Doc{"有待公布", "A figure was still to be posted"});
    v("figures", r.figures, Doc{"各项指标", "JSON: of each metric what was done and due, its value, state and points"});
    v("adjusts", r.adjusts, Doc{"调整明细", "JSON: of which month and metric, points before and after"});
    v("manual", r.manual, Doc{"适用规程指纹", "Hash of the manual of that month"});
    v("at_seq", r.at_seq, Doc{"截至流水号", "The last line that the figures know"});
    v("approved_by", r.approved_by, Doc{"审批人", "Who approved it"});
    v("approved_at", r.approved_at, Doc{"审批时间", "When it was approved"});
    v("seq", r.seq, Doc{"流水号", "The found line"});
  }
};

/// How far a recurring duty has come.
struct Duty {
  static constexpr const char* kName = "duties";
  static constexpr int kKeys = 1;
  std::string name;
  std::optional<Instant> next;
  std::string period;                ///< of the last one
  std::optional<Instant> last;
  std::string case_id;
  std::int64_t seq = 0;
  Instant timer = kNever;            ///< what the office's timers hold for it; not a column

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("duty", r.name, Doc{"周期性职责", "The duty"});
    v("next", r.next, Doc{"下次到期", "When it falls due next; empty where the manual in force has it no more, or not yet"});
    v("period", r.period, Doc{"最近一期", "The first day of the last period of which a case was opened", false, Kind::date});
    v("last", r.last, Doc{"最近到期", "When that fell due"});
    v("case", r.case_id, Doc{"事项编号", "The case that was opened then"});
    v("seq", r.seq, Doc{"流水号", "The line that last changed it: one that adopted a manual, or found the case"});
  }
};

/// A manual that was adopted. Its canonical form stands in the line that adopted it.
struct Adopted {
  static constexpr const char* kName = "manuals";
  static constexpr int kKeys = 1;
  std::int64_t seq = 0;
  std::string name;
  std::string hash;
  Instant at;

  template <class Row, class V>
  static void visit(Row& r, V&& v) {
    v("seq", r.seq, Doc{"流水号", "The line that adopted it"});
    v("name", r.name, Doc{"名称", "The manual's name"});
    v("hash", r.hash, Doc{"指纹", "BLAKE2b-256 of its canonical form"});
    v("at", r.at, Doc{"启用时间", "From when"});
  }
};

}  // namespace wuye::rows
