// The compiled manual: what the rules look like once every name is an index. Built by compile.cpp, read by the domain
// rooms, immutable ever after. It knows no cases, people or lines.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "wuye/entry.hpp"
#include "wuye/score.hpp"
#include "wuye/time.hpp"

namespace wuye::model {

struct Text {
  std::string zh;
  std::string en;
  const std::string& in(std::string_view lang) const noexcept { return lang == "zh" ? zh : en; }
};

using Clauses = std::vector<std::string>;

enum class FieldType : std::uint8_t {
  text,         ///< UTF-8
  integer,
  boolean,
  instant,      ///< entry: ISO 8601 with offset, or microseconds; kept as microseconds
  date,         ///< kept as text YYYY-MM-DD, checked
  enumeration,  ///< one of `values`
  money,        ///< whole fen
  decimal,      ///< text such as "85.32", checked: optional sign, digits, up to six decimals
  list,         ///< of texts
  place,        ///< a unit, common area or equipment of the registers
  person,       ///< a staff code
  case_ref,     ///< the id of another case
};

struct Field {
  std::string name;
  Text title;
  FieldType type = FieldType::text;
  std::vector<std::string> values;  ///< of an enumeration, in the manual's order
  std::vector<Text> value_titles;   ///< beside `values`; empty texts where the manual gives none
  Value fallback;                   ///< the default; monostate: none
  bool personal = false;            ///< kept beside the chain, erasable
};

/// A length: working or elapsed time, or days.
struct Span {
  enum class Unit : std::uint8_t {
    working_time,   ///< `amount` microseconds counted in `calendar`
    calendar_days,  ///< `amount` days, same wall time
    working_days,   ///< `amount` dates with hours in `calendar`
  };
  Unit unit = Unit::working_time;
  std::int64_t amount = 0;
  int calendar = 0;  ///< index into Manual::calendars
};

/// Other cases: those of some procedures that stand in some stages, and have the same values as this one.
struct Others {
  std::vector<std::string> procedures;
  std::vector<std::string> stages;   ///< none: whatever stage a live case is in
  bool ended = false;                ///< one of the stages is an ending
  std::vector<int> same;             ///< fields of this case …
  std::vector<std::string> fields;   ///< … and their names, which theirs have too
};

/// One test of a condition; a condition is all of its tests.
struct Test {
  enum class Kind : std::uint8_t {
    equal,       ///< field, as text, is one of `values` (numbers in decimal, "true" and "false"; of a list: any item)
    range,       ///< `low` ≤ field ≤ `high`; of a list: how many items
    present,     ///< field has a value
    absent,      ///< field has none
    not_after,   ///< field ≤ field `other` (instants, dates, numbers); true where either is absent
    lead,        ///< the entry's `at` is at least `lead` before the instant (or not later than the date) in `field`; true
                 ///< where that is absent
    inside,      ///< the entry's `at` is open in calendar `calendar`
    place_is,    ///< attribute `attribute` (kind, use, zone, building) of the case's place is one of `values`
    case_stage,  ///< the case named by field `field` is there, and as `values` (stages), `live` and `procedures` say
    differs,     ///< field (−1: whoever acts) ≠ field `other`; true where either is absent
    children,    ///< every case that this one opened has ended
    opened,      ///< the case that action `attribute` opened last is in one of the stages `values`; true where it opened none
    actor,       ///< field names an actor of one of the kinds `values`: staff, or the word before the colon ("resident")
    did,         ///< whoever acts did one of the actions `values` of the case named by field `field`, or holds it ("holder");
                 ///< no values: anything
    holds_post,  ///< the person in `field` (−1: whoever acts) holds one of the posts `values`; "staff": any. While no staff is
                 ///< registered nobody's posts are known: then it holds of posts, and does not of "staff"
    times,       ///< action `other` was done at least `low` times before, on at least `days` different days
    cases,       ///< `low` ≤ how many `others` there are ≤ `high`
    share,       ///< field is at least `low` hundredths of a percent of field `other`; true where either is absent
  };
  Kind kind = Kind::equal;
  bool negate = false;
  int field = -1;
  int other = -1;
  int calendar = -1;
  std::string attribute;
  std::vector<std::string> values;
  std::int64_t low = INT64_MIN;
  std::int64_t high = INT64_MAX;
  std::int64_t days = 1;
  Span lead;
  std::optional<bool> live;             ///< of case_stage: it must be live, or ended
  std::vector<std::string> procedures;  ///< of case_stage: it must follow one of these
  Others others;                        ///< of cases
};
struct Condition {
  std::vector<Test> tests;
  bool never = false;  ///< a switch stands otherwise: nothing can make it hold
  bool always() const noexcept { return tests.empty() && !never; }
};

/// One line of a deadline's `within`: the first whose condition holds is the limit.
struct Limit {
  enum class Kind : std::uint8_t {
    span,          ///< `span` after the clock's start
    field,         ///< due at the instant in `field` (each new value is judged by itself)
    wall_time,     ///< at `wall_us` on the day of the start, or the next day where that has passed
    next_opening,  ///< when `calendar` next opens after the start
    day_of_month,  ///< the end of day `day` of the month of the start, or of the next month where that has passed
  };
  Condition when;
  Kind kind = Kind::span;
  Span span;
  int field = -1;
  std::int64_t wall_us = 0;
  int day = 0;
  int calendar = 0;
  std::string clause;
};

/// Who is told; resolved to people when it is told.
struct Recipient {
  enum class Kind : std::uint8_t {
    post,
    holder,
    superior_of_holder,
    superior_of_post,
    on_duty,
    reporter,
    attached,       ///< the reporters of every case that is joined to this one
    parent_holder,  ///< who answers for the case that opened this one
  };
  Kind kind = Kind::post;
  int post = -1;
  std::string text;  ///< as written in the manual
};

/// One rung of a ladder.
struct Level {
  enum class Kind : std::uint8_t {
    percent,  ///< when `percent` of the limit is used up; 100 fires at breach
    before,   ///< `offset` before due
    after,    ///< `offset` after due, never before breach
  };
  Kind kind = Kind::percent;
  int percent = 100;
  Span offset;
  std::string text;  ///< "75%", "+3cd": as written, part of the notice's id
  std::vector<Recipient> tell;
  Fields set;                     ///< fields set on the case when this fires
  std::optional<int> perform;     ///< index of an action that is done by the manual itself
  std::string open_procedure;     ///< a procedure to open a case of; empty: none
  Fields open_with;
  std::string clause;
};

struct Deadline {
  std::string name;
  Text title;
  std::vector<int> from;         ///< stages on whose entering the clock starts
  std::vector<int> until;        ///< stages on whose entering it stops
  std::vector<int> until_actions;///< actions that stop it without a change of stage
  std::vector<int> pauses;       ///< stages in which it stands still
  std::vector<int> drops;        ///< endings at which it is dropped: neither met nor late (cancelled, duplicate)
  std::vector<Limit> within;
  std::vector<Level> ladder;     ///< in firing order as the manual lists them
  std::string clause;
  std::optional<int> extended_by;///< action whose approval replaces the limit once (field `extended_to`)
};

enum class OnBreach : std::uint8_t { record, refuse };

/// What an action posts to the office's ledger, from fields of its case (compile_procedures.cpp has their names).
enum class Books : std::uint8_t {
  none,
  bill,       ///< charges for the units and service days of a billing run
  charge,     ///< one charge
  reading,    ///< what a meter shows
  receipt,    ///< money received, allocated
  prepay,     ///< money received for days to come, which are charged with it
  claim,      ///< a receipt's balance: whose it is, and allocated
  waive,
  write_off,
  refund,     ///< of a receipt's balance
  reverse,    ///< a charge or a receipt is taken back
  defer,      ///< a charge falls due later
  late_fee,   ///< what has accrued on a charge
  arrears,    ///< opens the case of a debt; done by wuye where a debt is late
  settled,    ///< ends it; done by wuye where nothing late is owed any more
};

std::string_view name_of(Books books) noexcept;
/// A field that such an action reads from its case, where it has it.
struct BookedField {
  const char* name;
  std::string_view types;  ///< of those that it may be declared as
  bool required;
};
std::span<const BookedField> booked_fields(Books books) noexcept;

struct Requirement {  ///< `only_when` of an action
  Condition applies;  ///< `if`: of which cases it is demanded; always() where the manual gives none
  Condition when;
  Text because;
  std::string clause;
};

struct Opens {  ///< a case that an action or a tally opens
  Condition when;
  std::string procedure;
  Fields with;
  std::vector<std::string> copy;  ///< fields copied from the parent
  int each = -1;                  ///< a list of the parent: one case for each of its items …
  std::string as;                 ///< … which stands in this field
};

/// Somebody who is told at once because an action was done.
struct Tells {
  Condition when;                 ///< of the case as the action leaves it
  std::vector<Recipient> tell;
  std::string clause;
};

/// A value that an action takes over from the case that another action of the same case opened.
struct Copies {
  int into = -1;                  ///< a field
  int opened_by = -1;             ///< an action
  std::string field;              ///< of the opened case
};

/// How many other cases there are when the action is done, or what they come to.
struct Counts {
  int into = -1;                  ///< a field
  Others others;
  std::string sum;                ///< a number of theirs; empty: they are counted
};

/// An action that freezes what an officer's month has come to.
struct Freezes {
  int who = -1;                   ///< a field: the officer
  int month = -1;                 ///< a field: any day of the month
};

struct Action {
  std::string name;
  Text title;
  bool opening = false;           ///< opens a case
  bool anyone = false;
  std::vector<int> by;            ///< posts that may
  bool from_any = false;          ///< from every live stage
  std::vector<int> from;
  int to = -1;                    ///< −1: the stage stays
  std::vector<int> needs;         ///< fields that must be there, in the entry or on the case already
  std::vector<int> may;           ///< fields it takes beside `needs`; `may_all`: every declared one
  bool may_all = true;
  std::vector<int> not_same_as;   ///< actions whose last doer must be somebody else
  std::vector<Requirement> only_when;
  OnBreach on_breach = OnBreach::record;
  Fields set;
  Fields add;                     ///< whole numbers added to what the fields hold
  std::vector<Copies> copies;     ///< the first that has a value counts, where the entry brings none
  std::vector<Counts> counts;     ///< where the entry brings no value
  std::vector<Tells> tells;
  std::string holder;             ///< "by", a field's name, or empty: who answers for the case from now on
  std::vector<Opens> opens;
  std::optional<Freezes> freezes;
  int becomes = -1;               ///< a procedure that the case follows from now on; −1: it stays in its own
  int becomes_at = -1;            ///< the stage of that procedure in which it then stands
  Clauses clauses;
  std::string clause;             ///< the first of `clauses`, cited when who/from/needs is broken
  bool counted = false;           ///< a condition asks how often it was done
  Books books = Books::none;
};

struct Stage {
  std::string name;
  Text title;
  bool ending = false;
  std::string counts;             ///< of an ending: done, cancelled, refused_by_owner, no_access, not_ours, duplicate, attached, passed_on
  bool on_duty = false;           ///< whoever answers for a case here is on duty
  int joins = -1;                 ///< field that names the case to which a case in this ending belongs; −1: none
  std::vector<Recipient> tell;    ///< who is told when a case comes to this stage
  std::string clause;             ///< cited by that notice
  std::string where;              ///< who has the thing in custody: office, owner, police, courier, lost, destroyed; person: …
  int where_field = -1;           ///< … whom this field names when the case comes to the stage
};

/// At least `at_least` cases with the same key within a window: a finding.
struct Tally {
  std::string name;
  Text title;
  std::vector<int> key;           ///< fields; the case is counted when all have a value
  std::int64_t at_least = 0;
  Span within;
  std::vector<Recipient> tell;
  std::vector<Opens> opens;
  std::string clause;
};

/// A procedure whose cases are things that somebody keeps: every stage says who.
struct Custody {
  int tag = -1;                   ///< field of the number on its tag; −1: none
  int pieces = -1;                ///< field of how many pieces it is; −1: one
};

struct Procedure {
  std::string name;
  Text title;
  std::string chapter;            ///< index key into Manual::chapters
  Clauses clauses;
  std::vector<Field> fields;
  std::vector<Stage> stages;
  std::vector<Action> actions;
  std::vector<Deadline> deadlines;
  std::vector<Tally> tallies;
  std::optional<Custody> custody;
  std::vector<int> keeps_out;     ///< fields that name people who may do nothing with the case and are told nothing of it
  int field(std::string_view name) const noexcept;   ///< −1: none
  int stage(std::string_view name) const noexcept;
  int action(std::string_view name) const noexcept;
  const Action* begins() const noexcept;             ///< the first opening action: how a case begins that wuye opens; null: there is none
  int deadline(std::string_view name) const noexcept;
};

struct Post {
  std::string name;
  Text title;
  int superior = -1;
  int deputy = -1;                ///< a post that stands in
};

struct Chapter {
  std::string name;
  Text title;
  std::vector<std::string> modules;  ///< of the clauses that this chapter answers for
  bool used = true;
  bool observe = false;           ///< nothing is refused
  Date from{INT32_MIN};           ///< in use from this date (in the office's zone)
};

/// How many of the cases that end must be followed by a case of another procedure (a callback), and by which channel.
struct QuotaChannel {
  std::string name;                     ///< a value of the opened procedure's field `channel`
  std::int64_t share_hundredths = -1;   ///< of what is due, rounded up; −1: the rest
  int surplus_to = -1;                  ///< a channel that what is done beyond the share may fill
};
struct QuotaGroup {
  std::string name;
  Text title;
  std::vector<std::string> classes;
  std::int64_t share_hundredths = 10000;
  int block = 1;                        ///< within each run of so many cases exactly the share is drawn
  int prefers = -1;                     ///< a channel
  std::string clause;
};
struct QuotaExclusion {
  std::string name;
  Text title;
  std::vector<std::pair<std::string, Condition>> when;  ///< procedure → of which of its cases it is true
};
struct Quota {
  std::string name;
  Text title;
  std::string chapter;
  Clauses clauses;
  std::string opens;                    ///< the procedure of which a case is opened for each that is drawn
  std::string deadline;                 ///< of it: in the month in which that falls due the case counts
  std::vector<std::string> copy;        ///< fields that the opened case takes over
  std::vector<std::string> endings;     ///< those that count
  std::vector<QuotaGroup> groups;
  std::vector<QuotaChannel> channels;
  std::vector<QuotaExclusion> exclusions;
  std::vector<Recipient> tell;          ///< where a case changes after it was counted
  int group_of(std::string_view class_name) const noexcept;  ///< −1: none
  int group(std::string_view name) const noexcept;
  int channel(std::string_view name) const noexcept;
};

/// The head of late fees; no manual declares it.
inline constexpr std::string_view kLateHead = "late_fee";

/// A figure of a period: what is looked at, what of it counts, whom it is charged to, what a shortfall costs.
struct Metric {
  enum class Kind : std::uint8_t {
    count,       ///< how many
    sum,         ///< of a number in each
    ratio,       ///< those in time, or that ended as they should, of all
    mean,        ///< of a number or a rate in each
    ceil_share,  ///< as ratio, but of a share of all, rounded up
  };
  /// By which instant something belongs to a period.
  enum class Dated : std::uint8_t { due, opened, ended, field };
  enum class Charge : std::uint8_t {
    actor,   ///< who did it; while nobody has, the holder
    holder,  ///< who answered for the case when it fell due, or when it was done if that was earlier
    opener,
    post,    ///< who held a post at that instant; where several did, the actor if he is one of them
    field,   ///< who is named in a field
    zone,    ///< nobody by name: the figure of an officer is that of the zones he holds
  };
  /// What is looked at of one procedure.
  struct Input {
    std::string procedure;
    Condition where;
    std::int64_t share_hundredths = 10'000;  ///< of ceil_share: of those of one `part`
    int part = 0;
    int dated = -1;                          ///< field, of Dated::field
    int charged = -1;                        ///< field, of Charge::field
    int first_by = -1;                       ///< field: those that have one value of it are averaged first
    int number = -1;                         ///< field of sum and mean
    int percent = -1;                        ///< field of a rate written in percent
    int done = -1;                           ///< fields of a rate written as two counts
    int due = -1;
  };
  /// What share of what was charged has come in (收缴率): of money, not of cases. It belongs to the period in which it is due.
  struct Collected {
    std::vector<std::string> heads;  ///< fees, or `kLateHead`
    bool waived = false;       ///< what was waived stays in what is owed; false: it leaves it
    bool written_off = false;  ///< likewise
  };
  std::string name;
  Text title;
  std::string chapter;
  Clauses clauses;
  Kind kind = Kind::ratio;
  bool stands = true;                     ///< false: a switch stands otherwise, and there is no such figure
  std::vector<Input> inputs;
  std::optional<Collected> collected;
  int quota = -1;                         ///< what is due is that of a quota: of its channel, or all cases of its group
  int channel = -1;
  int group = -1;
  std::string deadline;                   ///< empty: whole cases are looked at
  std::vector<std::string> breaches;      ///< what is counted are breaches with one of these reasons, whatever they are about
  bool once = false;                      ///< of breaches: the points for a month in which there is any; false: for each
  std::vector<std::string> endings;       ///< of cases: what the ending of those that count, counts as
  Dated dated = Dated::due;
  bool carried = false;                   ///< what was missed stays due in every later period until it is done
  int months = 0;                         ///< 3, 6, 12: one figure stands for each month of a span so long; 0: of the period
  bool following = false;                 ///< it stands for the months of the span after the measured one
  bool at_end = false;                    ///< it stands for the last month of its span alone
  std::int64_t pass_hundredths = 10'000;  ///< pass mark in hundredths of a percent
  std::int64_t points = 0;                ///< points a step
  std::optional<std::int64_t> cap;        ///< the most that it costs a month's card
  std::int64_t bonus = 0;                 ///< percent of the bonus withheld a step
  Step step = Step::per_full_point;
  Charge charge = Charge::actor;
  int post = -1;                          ///< of Charge::post
  const Input* input(std::string_view procedure) const noexcept;
};

/// What an officer's month comes to (考核表): base less what the metrics cost, never below the floor.
struct Scorecard {
  std::string name;
  Text title;
  std::string chapter;
  Clauses clauses;
  int post = -1;
  std::int64_t base = 100;
  std::int64_t floor = 0;
  std::vector<int> metrics;   ///< indexes
  std::vector<int> recorded;  ///< shown, and cost nothing
};

/// What is to be done once in every period (周期性职责): wuye opens its case by itself.
struct Duty {
  std::string name;
  Text title;
  std::string chapter;
  Clauses clauses;
  bool stands = true;             ///< false: a switch stands otherwise, and there is no such duty
  std::string opens;              ///< the procedure of its cases
  int months = 1;                 ///< so long is a period; they begin in January. 0: a week, from Monday on
  int month = 1;                  ///< of the period
  int day = 1;                    ///< of that month, or its last one; of a week 1 is Monday
  std::int64_t wall_us = 0;       ///< of that day
  int calendar = 0;               ///< where the day has no hours it is put off to the next that has
  Fields with;                    ///< of the case
  std::string period;             ///< a date of the case that gets the first day of the period; empty: none
};

/// A record book (登记簿): cases in the order in which they were written down, with subtotals by class for each page and day.
struct Book {
  std::string name;
  Text title;
  std::string chapter;
  Clauses clauses;
  std::vector<std::string> procedures;
  std::string class_from;         ///< a field that says the class, where a procedure has it; else the case's class
  std::int64_t rows = 0;          ///< of a page
};

/// What a fee costs from a day on, of the places for which `when` holds.
struct FeePrice {
  Condition when;                     ///< tests of the place only
  Date from{INT32_MIN};               ///< the first day of service that it is for
  std::int64_t millionths = 0;        ///< of a yuan, for one of the basis and `Fee::price_months`
  std::string clause;
};

/// What is added to a fee that is paid late: simple, a day, never on itself.
struct LateFee {
  bool stands = false;                ///< false: none is asked for
  std::int64_t rate_millionths = 0;   ///< of what is owed, a day
  std::int64_t grace_days = 0;        ///< after the due day; they cost nothing
  std::int64_t cap_hundredths = 10'000;  ///< of a percent of what was owed when it fell due
  std::string clause;
};

/// What is taken off a fee that is paid ahead.
struct Prepaid {
  std::int64_t months = 0;            ///< for so many whole months at least
  std::int64_t off_hundredths = 0;    ///< of a percent
  std::string clause;
};

/// A head of fees: what it is for, how its amount is reckoned and when it is due.
struct Fee {
  enum class Head : std::uint8_t { management, shared_utility, collected_for_others, parking, paid_service, historic_arrears, deposit };
  /// What the price is multiplied by.
  enum class Basis : std::uint8_t {
    area,   ///< square metres of the place
    unit,   ///< so many of something: parking spaces, cards
    flat,   ///< nothing: one price for a place
    meter,  ///< what a meter counted; time does not enter
    lump,   ///< there is no price: the entry gives the amount
  };
  std::string name;
  Text title;
  std::string chapter;
  Clauses clauses;
  Head head = Head::management;
  Basis basis = Basis::area;
  std::vector<std::string> places;    ///< the kinds of places that a billing run charges; none: units
  int price_months = 1;               ///< for so many months is the price
  int billed_months = 1;              ///< so long is a billing period; they begin in January
  bool thirty_day_months = false;     ///< a part of a month is days of thirty, not of the days that it has
  std::vector<FeePrice> prices;       ///< by `from`, then as the manual lists them
  int due_day = 0;                    ///< of the month in which the service begins; 0: its last day
  int due_after_months = 0;
  std::vector<Prepaid> prepaid;       ///< months ascending
  LateFee late;
};

struct Switch {
  std::string name;
  std::string value;
  std::vector<std::string> values;
  Text title;
  Clauses clauses;
};

struct Clause {
  std::string id;
  std::string module;
  std::vector<std::string> kind;
  Text title;
  Text text;
  Text reading;
  std::string source;
  bool checklist = false;
  std::string treated;  ///< "rule", "duty", "checklist" or "" (nothing yet): what this manual makes of it
  Text why;             ///< of duty and checklist: one sentence
  std::vector<std::string> by;  ///< where it is used: "procedure.repair.deadline.arrive"
};

struct Lateness {
  std::int64_t free_us = 24 * kMicrosPerHour;       ///< an entry this late needs nobody
  std::int64_t limit_us = 72 * kMicrosPerHour;      ///< up to here with one of `by`; later is a breach whoever it is
  std::vector<int> by;
};

struct Manual {
  std::string name;
  std::string canonical;
  std::string hash;
  std::vector<std::pair<std::string, std::string>> sources;  ///< layer name → text, as loaded; empty from canonical form
  Zone zone;
  std::vector<std::string> calendar_names;
  std::vector<Calendar> calendars;   ///< [0] is around_the_clock
  std::vector<Text> calendar_titles; ///< beside `calendars`
  std::vector<Post> posts;
  std::vector<Chapter> chapters;
  std::vector<Procedure> procedures;
  std::vector<Metric> metrics;
  std::vector<Book> books;
  std::vector<Quota> quotas;
  std::vector<Scorecard> scorecards;
  std::vector<Fee> fees;
  std::vector<Duty> duties;
  std::vector<Switch> switches;
  std::vector<Clause> clauses;
  Lateness late;

  int calendar(std::string_view name) const noexcept;   ///< −1: none
  int post(std::string_view name) const noexcept;
  const Chapter* chapter(std::string_view name) const noexcept;
  /// Whether the chapter is used at that instant; one that the manual does not know (a procedure may name none) is.
  bool in_use(std::string_view chapter_name, Instant at) const;
  const Procedure* procedure(std::string_view name) const noexcept;
  const Clause* clause(std::string_view id) const noexcept;
  const Quota* quota(std::string_view name) const noexcept;
  const Fee* fee(std::string_view name) const noexcept;
  const Duty* duty(std::string_view name) const noexcept;
  int metric(std::string_view name) const noexcept;     ///< −1: none
};

}  // namespace wuye::model
