// The office's reasoning: what an entry comes to, what falls due, what a late line changes. It reads and changes a State and
// looks lines up in a Store; it takes no locks, writes no files and asks nobody for the time. `Office` (office.cpp) puts
// transactions around it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cases/judge.hpp"
#include "duties/occurrence.hpp"
#include "fees/charge.hpp"
#include "journal/store.hpp"
#include "office/lines.hpp"
#include "office/sheets.hpp"
#include "office/state.hpp"
#include "wuye/office.hpp"

namespace wuye {

class Engine final : public cases::World {
 public:
  Engine(State& state, Store& store, Reckoner& reckoner) : state_(state), store_(store), reckoner_(reckoner) {}

  /// Decides the entry and, where it is not refused, changes the state and appends its lines. The caller takes the state
  /// back where the outcome is refused. `fact`: the line of another office that the entry stands for. What happened there is
  /// then taken although it would be refused, and the accepted outcome says with what reason; refused is only what has no
  /// subject here.
  Outcome record(Entry entry, const Manual& first_manual, const Told* fact = nullptr);
  /// Finds everything nominal before `limit` (`inclusive`: or at it).
  void find_until(Instant limit, bool inclusive, std::vector<Notice>& out);
  /// Adopts a manual; the first of an office, or a later one.
  void adopt(const Manual& manual, Instant at, Instant now, std::string_view by);
  /// Takes a line as it is: for loading a journal.
  void apply(const Line& line);
  /// Takes what was told elsewhere (not an adoption) as a fact, finding anew: for as_of(known now) and what_if. Its values, source
  /// and key go into the line here.
  Outcome retell(Told& told);

  /// The office is told of a past: its notices are kept as ever and handed out to nobody, and its lines go straight to the store, which
  /// chains them when somebody asks for a hash.
  void of_a_past() noexcept { of_a_past_ = true; }
  /// A notice as it is handed out.
  Notice notice_of(const rows::Notice& row) const;
  std::vector<Line> case_lines(std::string_view case_id) const;
  std::optional<Line> line(std::int64_t seq) const;

  bool has_staff() const override { return state_.registers.has_staff(); }
  bool knows(std::string_view actor, Instant at) const override { return state_.registers.knows(actor, at); }
  std::vector<int> posts_of(const model::Manual& manual, std::string_view actor, Instant at) const override {
    return state_.registers.posts_of(manual, actor, at);
  }
  bool has_places() const override { return state_.registers.has_places(); }
  bool knows_place(std::string_view place) const override { return state_.registers.units.find(place) != nullptr; }
  std::string place_attribute(std::string_view place, std::string_view attribute) const override {
    return state_.registers.place_attribute(place, attribute);
  }
  OtherCase other_case(std::string_view id, Instant at) const override;
  bool children_ended(std::string_view id, Instant at) const override;
  std::string opened_by(std::string_view case_id, std::string_view action) const override;
  bool did_in_case(std::string_view id, std::string_view actor, const std::vector<std::string>& actions) const override;
  std::vector<std::string> others(const model::Others& asked, const std::vector<Value>& same, std::string_view self, Instant at) const override;
  /// When the account's debt is late enough for its case to be opened (the first level of its ladder); kNever where nothing is owed,
  /// or it has one.
  Instant late_at(const rows::Account& account) const;
  bool is_staff(std::string_view who, Instant at) const override {
    return registers::pseudo_post(who).empty() && state_.registers.knows(who, at);
  }

 private:
  struct Folded;
  /// Under which key a case counts for a tally, and since when it has had that key.
  struct TallyEntry {
    std::string key;
    Instant since;
  };

  Outcome record_builtin(const Entry& entry, Told told, const model::Action& action, const Told* fact);
  Outcome record_opening(const Entry& entry, Told told, const Told* fact);
  Outcome record_amendment(const Entry& entry, Told told, const Told* fact);
  /// `before`: the case's history, where the entry is told late.
  Outcome record_case(Entry entry, Told told, const model::Procedure& procedure, bool opens, const CaseHistory* before,
                      const Told* fact);
  std::optional<Outcome> duplicate_of(const Entry& entry) const;
  /// Which procedure an opening action opens; sets `fault` where it cannot be told.
  const model::Procedure* procedure_for(const Entry& entry, const model::Manual& manual, std::optional<cases::Fault>& fault) const;

  void append(Told& told, const std::vector<cases::PersonalValue>& personal, std::string_view subject);
  void append(Found& found);
  void append_line(Line line);

  void apply(const Told& told);
  void apply(const Found& found);
  void apply_level(const Found& found);
  void put_notice(const Found& found);
  void apply_to_case(const Told& told);
  /// What fell due before `until` needs telling nobody any more: an import's past.
  void settle_notices(Instant until);
  void open_case(const Told& told, const cases::Event& event, const model::Procedure& procedure, std::int64_t manual_seq,
                 const model::Manual& manual);
  /// The event comes after all that the case knows.
  void act_on_case(const Told& told, const cases::Event& event);
  /// The rows of a tally and key are in memory after this.
  void read_counts(const std::string& tally, const std::string& key);
  /// Counts the case where `after` says, and no longer where `before` said. Both have one item a tally, or are empty.
  void count_tallies(const std::string& case_id, const model::Manual& manual, const model::Procedure& procedure,
                     const std::vector<std::optional<TallyEntry>>& before, const std::vector<std::optional<TallyEntry>>& after);
  /// What the case comes to at `at`; an entry of `before` under the same key keeps its instant.
  static std::vector<std::optional<TallyEntry>> tally_entries(const cases::Case& c, Instant at,
                                                              const std::vector<std::optional<TallyEntry>>& before);
  std::vector<Personal> personal_of_line(std::int64_t seq) const;
  const model::Procedure* procedure_of_lines(const std::vector<Line>& lines) const;

  cases::Event event_of(const Told& told, const model::Procedure& procedure) const;
  /// The line's values go into the event.
  static cases::Event event_taking(Told& told, const model::Procedure& procedure);
  /// `values` are what stands in `told.with`, by index.
  static cases::Event event_with(const Told& told, const model::Procedure& procedure, std::vector<std::pair<int, Value>> values);
  /// Folds the case from its history. `candidate` (a line number) is judged for the first time; the others stood before, as
  /// `stood` has them, and what they do not break there they must not break here. 0: everything was decided already and
  /// nothing is judged; kEveryLine: whatever any line breaks is collected.
  static constexpr std::int64_t kEveryLine = -1;
  Folded fold(std::string_view case_id, const CaseHistory& history, std::int64_t candidate, Instant until,
              const CaseHistory* stood = nullptr) const;
  /// Puts the fold in the case's place; the line behind it is the last.
  void put_fold(std::string_view case_id, Folded& folded);
  /// Findings that no longer stand are withdrawn, those that now do are found.
  void settle_fold(std::string_view case_id, const CaseHistory& before, const Folded& folded, std::int64_t cause, Outcome& outcome);

  /// The cases that `which` (State::joined, State::children) ties to `id`, in memory or in the store's column.
  std::vector<std::string> tied_to(std::string_view id, const std::set<std::pair<std::string, std::string>>& which, const char* column) const;
  /// The cases for which this one stands, those joined to them included; without itself.
  std::vector<std::string> joined_to(std::string_view id) const;
  std::vector<std::string> reporters_of(const std::vector<std::string>& cases) const;
  /// The procedure that a case followed at an instant, before the line `seq`.
  const model::Procedure* procedure_then(const CaseHistory& history, Instant at, std::int64_t seq) const;
  /// Who is told that the case has come to the stage of `history[span]`; the finding without its number and clock. Nothing
  /// where nobody is.
  std::optional<Found> reached_found(const cases::Case& c, std::size_t span, std::vector<std::string>& vacant) const;
  /// Tells whom the stages tell that the case came to, from `history[span]` on.
  void find_reached(std::string_view case_id, std::size_t span, std::int64_t cause, Instant now, std::vector<Notice>& out);
  /// One that is joined to a case that has ended meanwhile: its reporter is told too.
  void tell_joined_late(const cases::Case& c, Instant since, std::int64_t cause, Instant now, std::vector<Notice>& out);

  void find_level(std::string_view case_id, const cases::Firing& firing, std::int64_t cause, std::vector<Notice>& out);
  void find_breaches(const Told& told, std::vector<cases::Fault> faults, Outcome& outcome);
  void find_breach(const Told& told, const std::string& case_id, std::string id, cases::Fault fault, Outcome& outcome);
  void find_tallies(const cases::Case& c, const Told& told, Outcome& outcome);
  /// Whom the action tells at once, the case having taken it.
  std::vector<std::pair<Found, std::vector<std::string>>> news_of(const cases::Case& c, const Told& told, const model::Action& action) const;
  void find_news(const Told& told, const model::Action& action, Outcome& outcome);
  /// What the action takes over from the case that another action opened, where the entry brings no value of its own.
  void take_copies(Told& told, const cases::Case& c, const model::Procedure& procedure, const model::Action& action) const;
  /// What the action counts of other cases, likewise.
  void take_counts(Told& told, const cases::Case* c, const model::Manual& manual, const model::Procedure& procedure, const model::Action& action) const;
  /// What a case is called that another's level, action or draw (`rule`) opens: it is named by its cause.
  std::string next_child_id(std::string_view parent, std::string_view rule) const;
  void open_child(std::string id, const std::string& parent, const model::Procedure& procedure, Fields with, std::int64_t cause, Instant at,
                  std::vector<Notice>& out);

  /// A case as it is counted for a quota.
  struct DrawOf {
    DrawOf(const model::QuotaGroup& of_group, Instant when, std::int64_t line) : group(of_group), at(when), cause(line) {}
    const model::QuotaGroup& group;
    Instant at;
    std::int64_t cause = 0;
    Instant due = kNever;
    std::string month;
    std::int64_t position = 0;
    bool drawn = false;
    std::string reason;
  };
  /// The case ended, or had ended and changed: it is counted, excluded, or found to be another than was counted.
  void settle_draws(const std::string& case_id, bool was_ended, std::int64_t cause, Instant at, std::vector<Notice>& out);
  /// A month is over whose share is not met: one of those passed over is drawn.
  void settle_month(const std::string& key, std::vector<Notice>& out);
  /// `with`: what the callback knows from the start, but for its channel and month.
  void find_draw(const cases::Case& c, const model::Manual& manual, const model::Quota& quota, const DrawOf& of, Fields with,
                 std::vector<Notice>& out);
  /// A callback of that id was made.
  bool called_back(const std::string& callback) const;
  /// What was done over because of a callback is called back in any case, and counts for no quota a second time.
  void call_again(const cases::Case& c, const model::Manual& manual, const model::Quota& quota, std::int64_t cause, std::vector<Notice>& out);
  void find_excluded(const cases::Case& c, const model::Quota& quota, const DrawOf& of, const std::string& reason);
  void find_base_changed(const rows::CallbackBase& row, const cases::Case* c, const model::Manual& manual, const model::Quota& quota,
                         const std::string& why, std::int64_t cause, Instant at, std::vector<Notice>& out);
  void apply_draw(const Found& found);

  /// Whose month an entry freezes.
  struct Frozen {
    std::string who;
    std::string month;
  };
  /// None where the action freezes nothing; `fault` where the month cannot be frozen.
  std::optional<Frozen> to_freeze(const Told& told, const cases::Case* c, const model::Manual& manual, const model::Procedure& procedure,
                                  const model::Action& action, std::optional<cases::Fault>& fault) const;
  void freeze(const Told& told, const model::Action& action, const Frozen& frozen);
  void apply_sheet(const Found& found);
  /// The line, or one before it in its case, is not to be amended any more: a sheet was frozen by a line from it on.
  bool is_frozen(const cases::Case& c, std::int64_t seq) const;
  /// Why a case that ended does not count; empty where it does.
  std::string why_excluded(const model::Manual& manual, const model::Quota& quota, const cases::Case& c, Instant at) const;
  /// What the callback of a case knows from the start.
  static Fields callback_fields(const model::Manual& manual, const model::Quota& quota, const cases::Case& c);
  /// When the callback is due that is opened at `at`; kNever where it has no limit.
  Instant callback_due(const model::Manual& manual, const model::Quota& quota, const Fields& with, Instant at) const;
  /// The draws of a month so far, by channel.
  std::vector<std::int64_t> assigned(const model::Quota& quota, std::string_view month) const;
  struct Booking;
  Booking booking_of(const model::Procedure& procedure, const cases::Case* c, const cases::Event& event, const std::string& case_id) const;
  /// What cannot be an entry at all: an amount that is none, days that end before they begin.
  std::optional<cases::Fault> unfit(const Booking& booking) const;
  /// What the ledger has against it.
  std::vector<cases::Fault> judge_books(const Booking& booking) const;
  /// Posts it, as far as there is something to post; `cause` is the told line.
  void book(Booking booking, std::int64_t cause, Outcome& outcome);
  /// What the opening of a case books that an action or a tally of another has opened.
  void book_opened(const std::string& case_id, const Told& told, Outcome& outcome);
  Found booked(const Booking& booking, std::string what, std::string id) const;
  void find_posted(const Booking& booking, const std::string& kind, const std::string& charge, const std::string& receipt, std::int64_t amount);
  std::string find_charged(const Booking& booking, Fields with);
  /// The receipt's balance, to what the payer named, or else oldest first.
  void allocate(const Booking& booking, const std::string& receipt);
  void use_prepaid(const Booking& booking, const std::string& charge);
  /// A charge or receipt is undone by opposite postings.
  void take_back(const Booking& booking, bool of_charge, const std::string& id);
  std::vector<rows::Posting> postings_of(bool of_charge, const std::string& id) const;
  /// A receipt, not taken back, on the paper of that number; empty where there is none.
  std::string receipt_on(const std::string& invoice) const;
  /// What is wrong with what the register is told of a meter.
  std::optional<cases::Fault> unfit_meter(const Fields& with, const model::Manual& manual) const;
  /// A meter counts for that head at the place on a day of the run.
  bool is_metered(const Booking& booking, const std::string& place, const std::string& head) const;
  /// Of what a meter showed: what is no reading at all; the day at whose end it did; what the register, the charges and the other readings have
  /// against it.
  std::optional<cases::Fault> unfit_reading(const Booking& booking) const;
  std::string day_read(const Booking& booking) const;
  std::vector<cases::Fault> judge_reading(const Booking& booking) const;
  std::vector<rows::Reading> readings_of(const std::string& meter) const;
  std::string payer_of(std::string_view place, Instant at) const;
  struct Billing;
  /// A charge that a billing run comes to, or days that it leaves out.
  struct Planned {
    Fields with;
    std::string reason;  ///< why it is left out; empty: it is charged
    std::string charge;  ///< where it was charged before: by which
    const model::Fee* fee = nullptr;
    const rows::Unit* unit = nullptr;
    fees::Days days;
    std::int64_t quantity = 0;
    std::int64_t month_parts = 0;
    bool ahead = false;  ///< it is not due yet
  };
  std::vector<Planned> plan(const Booking& booking) const;
  /// Posts them; the ids of the charges.
  std::vector<std::string> bill(const Booking& booking, std::vector<Planned> planned);
  /// Days that are paid ahead: what they come to for the payer, less what is then taken off; that stands in the plan where the money does.
  struct Ahead {
    std::string payer;
    std::vector<Planned> planned;
    std::size_t charges = 0;
    std::int64_t asked = 0;
    std::string why;  ///< where nothing is charged: the first reason that there is
  };
  Ahead ahead(const Booking& booking) const;
  struct PayerDays {
    std::string payer;
    fees::Days days;
  };
  std::vector<PayerDays> payers(const std::vector<const rows::Party*>& parties, const Zone& zone, fees::Days days) const;
  /// The charges of a unit for days of a head, those that were reversed left out.
  std::vector<rows::Charge> charges_at(const std::string& place, std::string_view head) const;
  /// Those of what a meter counted.
  std::vector<rows::Charge> charges_by(const rows::Meter& meter) const;
  /// The late fee that has accrued on a charge and is not booked yet.
  std::int64_t accrued(const rows::Charge& charge, Instant at) const;
  Instant reaches_ladder(const rows::Account& account) const;
  void find_arrears(const std::string& account, std::vector<Notice>& out);
  /// Ends the cases of the accounts that lines after `after` touched, where nothing late is owed any more.
  void settle_arrears(std::int64_t after, std::int64_t cause, Instant now, std::vector<Notice>& out);
  void apply_books(const Found& found);
  /// Another manual may press for debts sooner or later.
  void retime_accounts();
  /// When the duty falls due next, under the manual in force: of a period after the last, and not before that manual and the chapter's use.
  std::optional<duties::Occurrence> next_of(const rows::Duty& row) const;
  /// The line `seq` adopted a manual: it may have other duties, or others' days.
  void retime_duties(std::int64_t seq);
  void find_duty(const std::string& name, std::vector<Notice>& out);
  void apply_duty(const Found& found);
  /// The row changed by the line `seq`: it waits for its next time.
  void put_off(rows::Duty& row, std::int64_t seq);
  bool has_booked(std::string_view case_id, std::int64_t told) const;
  /// What a level that was just found opens, where its chapter is in use.
  void open_for(const std::string& parent, const model::Level& level, const Found& found, std::int64_t cause, std::vector<Notice>& out);
  /// What an action or a tally (`rule`) that the line brought about opens, where its chapter is in use.
  void open_consequences(const Told& told, const std::vector<model::Opens>& opens, const std::string& rule, Outcome& outcome);
  std::string tell(const cases::Case& c, const std::vector<model::Recipient>& recipients, Instant at, std::vector<std::string>& vacant) const;
  rows::Notice row_of(const Found& found) const;
  /// Hands out the notice of that id, which was found just now.
  void hand_out(std::string_view id, std::vector<Notice>& out) const;
  void find_vacancies(const cases::Case& c, const std::string& id, const std::vector<std::string>& vacant, const Found& behind,
                      std::vector<Notice>& out);

  State& state_;
  Store& store_;
  /// Which procedures an action opens, of the manual that was asked last: a manual has hundreds of actions.
  class Openers {
   public:
    const std::vector<const model::Procedure*>& of(const model::Manual& manual, std::string_view action, const State& state);

   private:
    std::shared_ptr<const model::Manual> manual_;
    std::unordered_map<std::string_view, std::vector<const model::Procedure*>> by_action_;
  };

  Reckoner& reckoner_;
  mutable Openers openers_;
  json::Writer writer_;
  bool of_a_past_ = false;
};

}  // namespace wuye
