// Figures: what each metric looks at, from the rows of the store or the cases in memory, and what it adds up to, for the office, an
// officer, a zone, month by month.
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "callbacks/figures.hpp"
#include "journal/cells.hpp"
#include "journal/json.hpp"
#include "office/fold.hpp"
#include "office/impl.hpp"
#include "scores/metrics.hpp"
#include "scores/periods.hpp"

namespace wuye {
namespace {

using model::Metric;
using scores::Fact;
using scores::month_name;
using scores::months_of;
using scores::span_of;

constexpr auto kCases = static_cast<std::size_t>(TableId::cases);
constexpr auto kDeadlines = static_cast<std::size_t>(TableId::deadlines);
constexpr auto kBreaches = static_cast<std::size_t>(TableId::breaches);
constexpr auto kBase = static_cast<std::size_t>(TableId::callback_base);

/// The values of a case, by field, for the conditions of a metric.
class Values final : public ConditionContext {
 public:
  Values(const registers::Registers& registers, const model::Procedure& procedure, Instant opened)
      : ConditionContext(opened), registers_(registers), values_(procedure.fields.size()) {}
  void set(int index, Value value) { values_[static_cast<std::size_t>(index)] = std::move(value); }
  const Value& field(int index) const override { return values_[static_cast<std::size_t>(index)]; }
  std::string place_attribute(std::string_view name) const override {
    const auto* place = std::get_if<std::string>(&field(0));
    return place != nullptr ? registers_.place_attribute(*place, name) : std::string();
  }
  std::string_view text(int index) const {
    if (index < 0) return {};
    const auto* text = std::get_if<std::string>(&field(index));
    return text != nullptr ? std::string_view(*text) : std::string_view();
  }

 private:
  const registers::Registers& registers_;
  std::vector<Value> values_;
};

/// What a metric may need of a case beside its deadline's row.
struct Behind {
  std::string ending;
  std::string opened_by;
  std::string holder;
  std::string place;
  std::string parent;
  Instant opened;
  std::optional<Instant> ended;
  std::string fields;                       ///< JSON, of a stored case
  const cases::Case* in_memory = nullptr;
};

/// A rate or number in a case's fields; none where there is none, or it is no rate.
std::optional<scores::Fraction> rate_in(const Metric::Input& input, const Values& values) {
  const auto whole = [&](int index) -> std::optional<std::uint64_t> {
    if (index < 0) return std::nullopt;
    const auto* number = std::get_if<std::int64_t>(&values.field(index));
    if (number == nullptr || *number < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*number);
  };
  if (input.number >= 0) {
    if (const auto number = whole(input.number)) return scores::Fraction(*number, 1);
    return scores::decimal_fraction(values.text(input.number));
  }
  const auto due = whole(input.due);
  const auto done = whole(input.done);
  std::optional<scores::Fraction> rate;
  if (due && done) {
    if (*due != 0) rate = scores::Fraction(*done, *due);
  } else if (input.percent >= 0) {
    rate = scores::decimal_fraction(values.text(input.percent));
    if (rate) rate = rate->over(100);
  }
  if (rate && rate->num() > rate->den()) return std::nullopt;
  return rate;
}

}  // namespace

/// Hands over all that one metric looks at.
class Office::Impl::Look {
 public:
  /// What the caller wants to know of each fact beyond what the metric itself must know.
  struct Wants {
    bool who = false;
    bool zone = false;
    bool ending = false;
    bool fields = false;
  };

  Look(Impl& impl, const model::Manual& manual, const Metric& metric, Wants wants)
      : impl_(impl), manual_(manual), metric_(metric), wants_(wants) {
    wants_.zone = wants_.zone || (wants_.who && metric.charge == Metric::Charge::post);
    for (const Metric::Input& input : metric.inputs) fields_ = fields_ || !input.where.always();
    fields_ = fields_ || wants_.fields || (wants_.who && metric.charge == Metric::Charge::field);
  }

  /// What need not be looked at, as its deadline shows before its case is read; none where it is empty.
  std::function<bool(const Fact&)> passes_over;

  /// Everything dated in the period, and what is carried into it.
  template <class Each>
  void each(const Segment& period, Each&& each) {
    if (!metric_.breaches.empty()) breaches(period, each);
    else if (metric_.deadline.empty()) cases(period, each);
    else deadlines(metric_.carried ? Segment{kEarliest, period.until} : period, period, each);
  }

 private:
  const Metric::Input* input_of(std::string_view procedure) {
    if (last_ != nullptr && last_->procedure == procedure) return last_;
    last_ = metric_.input(procedure);
    last_procedure_ = last_ != nullptr ? manual_.procedure(procedure) : nullptr;
    return last_;
  }

  template <class Each>
  void deadlines(const Segment& range, const Segment& period, Each& each) {
    const auto take = [&](Fact& fact, std::string_view procedure, std::string_view stopped_by, std::string_view holder) {
      const Metric::Input* input = input_of(procedure);
      if (input == nullptr || (passes_over && passes_over(fact))) return;
      // What was missed is carried until it is done, and no longer.
      if (fact.at < period.from && (fact.state == "met" || fact.state == "dropped" || (fact.stopped && *fact.stopped < period.from))) return;
      finish(fact, *input, stopped_by, holder, each);
    };
    if (impl_.store->keeps_rows()) {
      const std::string_view columns[] = {"case", "generation", "procedure", "state", "due", "breach", "stopped", "stopped_by", "holder"};
      const Store::Selection what{kDeadlines, columns, "deadline", Cell{metric_.deadline}, "due", range};
      impl_.store->select(what, [&](std::span<const Store::View> row) {
        Fact fact;
        fact.case_id = text_in(row[0]);
        fact.generation = number_in(row[1]);
        fact.state = text_in(row[3]);
        fact.at = Instant{number_in(row[4])};
        fact.breach = instant_in(row[5]);
        fact.stopped = instant_in(row[6]);
        take(fact, text_in(row[2]), text_in(row[7]), text_in(row[8]));
        return true;
      });
      return;
    }
    impl_.state.cases.each_unordered([&](const cases::Case& c) {
      const int deadline = c.procedure->deadline(metric_.deadline);
      if (deadline < 0) return;
      for (const cases::Clock& clock : c.clocks) {
        if (clock.deadline != deadline || clock.due < range.from || clock.due >= range.until) continue;
        Fact fact;
        fact.case_id = c.id;
        fact.generation = clock.generation;
        fact.state = state_name(c, clock);
        fact.at = clock.due;
        if (clock.breach != kNever) fact.breach = clock.breach;
        if (clock.stopped != kNever) fact.stopped = clock.stopped;
        take(fact, c.procedure->name, clock.stopped_by.text(), charged_holder(c, clock).text());
      }
    });
  }

  template <class Each>
  void cases(const Segment& period, Each& each) {
    const auto take = [&](Behind& behind, std::string_view id, std::string_view procedure) {
      const Metric::Input* input = input_of(procedure);
      if (input == nullptr) return;
      Fact fact;
      fact.case_id = id;
      fact.at = behind.opened;
      if (metric_.dated == Metric::Dated::ended) {
        if (!behind.ended) return;
        fact.at = *behind.ended;
      }
      fact.stopped = behind.ended;
      fact.opened = behind.opened;
      Values values = values_of(behind, *last_procedure_);
      if (metric_.dated == Metric::Dated::field) {
        const auto at = date_in(values, *input);
        if (!at) return;
        fact.at = *at;
      }
      if (fact.at < period.from || fact.at >= period.until) return;
      if (!holds(manual_, input->where, values)) return;
      if (metric_.kind == Metric::Kind::mean) fact.value = rate_in(*input, values);
      if (metric_.kind == Metric::Kind::sum) {
        if (const auto* number = std::get_if<std::int64_t>(&values.field(input->number))) fact.number = *number;
      }
      fact.first_by = values.text(input->first_by);
      describe(fact, *input, behind, values, behind.opened_by, behind.holder, each);
    };
    if (impl_.store->keeps_rows()) {
      const std::string_view columns[] = {"case", "ending", "opened_by", "holder", "place", "opened_at", "ended_at", "fields", "parent"};
      for (const Metric::Input& input : metric_.inputs) {
        const bool opened = metric_.dated == Metric::Dated::opened;
        const Store::Selection what{kCases, columns, "procedure", Cell{input.procedure}, opened ? "opened_at" : "", period};
        impl_.store->select(what, [&](std::span<const Store::View> row) {
          Behind behind = stored(row);
          take(behind, text_in(row[0]), input.procedure);
          return true;
        });
      }
      return;
    }
    impl_.state.cases.each_unordered([&](const cases::Case& c) {
      if (metric_.input(c.procedure->name) == nullptr) return;
      Behind behind = in_memory(c);
      take(behind, c.id, c.procedure->name);
    });
  }

  template <class Each>
  void breaches(const Segment& period, Each& each) {
    const auto take = [&](std::string_view id, std::string_view reason, std::string_view by, Instant at, std::string_view standing) {
      reason = reason.substr(0, reason.find(':'));
      if (standing != "current" || at < period.from || at >= period.until) return;
      if (std::find(metric_.breaches.begin(), metric_.breaches.end(), reason) == metric_.breaches.end()) return;
      Fact fact;
      fact.case_id = id;
      fact.at = at;
      fact.who = fact.actor = by;
      const YearMonthDay day = civil(manual_.zone.wall(at).date);
      fact.part = day.year * 12 + day.month;
      std::string zone;
      if (wants_.zone) {
        const Behind of = behind(id);
        if (!of.place.empty()) zone = impl_.state.registers.place_attribute(of.place, "zone");
        fact.zone = zone;
      }
      each(fact);
    };
    if (impl_.store->keeps_rows()) {
      const std::string_view columns[] = {"case", "reason", "by", "at", "state"};
      impl_.store->select({kBreaches, columns, "state", Cell{std::string("current")}, "at", period}, [&](std::span<const Store::View> row) {
        take(text_in(row[0]), text_in(row[1]), text_in(row[2]), *instant_in(row[3]), text_in(row[4]));
        return true;
      });
      return;
    }
    impl_.state.breaches.each_unordered([&](const rows::Breach& row) { take(row.case_id, row.reason, row.by, row.at, row.state); });
  }

  static Behind stored(std::span<const Store::View> row) {
    Behind out;
    out.ending = text_in(row[1]);
    out.opened_by = text_in(row[2]);
    out.holder = text_in(row[3]);
    out.place = text_in(row[4]);
    out.opened = Instant{number_in(row[5])};
    out.ended = instant_in(row[6]);
    out.fields = text_in(row[7]);
    out.parent = text_in(row[8]);
    return out;
  }
  static Behind in_memory(const cases::Case& c) {
    Behind out;
    out.ending = c.stage_now().counts;
    out.opened_by = c.opened_by;
    out.holder = c.holder;
    out.place = c.place();
    out.parent = c.parent;
    out.opened = c.opened_at;
    if (!c.live()) out.ended = c.history.back().from;
    out.in_memory = &c;
    return out;
  }
  Behind behind(std::string_view case_id) {
    Behind out;
    if (!impl_.store->keeps_rows()) {
      const cases::Case* c = impl_.state.cases.peek(case_id);
      return c != nullptr ? in_memory(*c) : out;
    }
    const std::string_view columns[] = {"case", "ending", "opened_by", "holder", "place", "opened_at", "ended_at", "fields", "parent"};
    impl_.store->select({kCases, columns, "case", Cell{std::string(case_id)}, "", {}}, [&](std::span<const Store::View> row) {
      out = stored(row);
      return false;
    });
    return out;
  }

  Values values_of(const Behind& behind, const model::Procedure& procedure) const {
    Values out(impl_.state.registers, procedure, behind.opened);
    if (behind.in_memory != nullptr) {
      // A case keeps the manual under which it was opened; the fields are found by name.
      for (const auto& [index, value] : behind.in_memory->values) {
        const model::Field& field = behind.in_memory->procedure->fields[static_cast<std::size_t>(index)];
        if (const int here = procedure.field(field.name); here >= 0 && !field.personal) out.set(here, value);
      }
      return out;
    }
    if (behind.fields.empty()) return out;
    for (auto& [name, value] : json::parse_fields(behind.fields)) {
      if (const int here = procedure.field(name); here >= 0) out.set(here, std::move(value));
    }
    return out;
  }

  std::optional<Instant> date_in(const Values& values, const Metric::Input& input) const {
    const Value& value = values.field(input.dated);
    if (const auto* us = std::get_if<std::int64_t>(&value)) return Instant{*us};
    if (const auto* date = std::get_if<std::string>(&value)) return manual_.zone.instant({parse_date(*date), 0});
    return std::nullopt;
  }

  template <class Each>
  void finish(Fact& fact, const Metric::Input& input, std::string_view stopped_by, std::string_view holder, Each& each) {
    const bool nobody = wants_.who && (metric_.charge == Metric::Charge::opener || (stopped_by.empty() && holder.empty()));
    if (!fields_ && !wants_.zone && !wants_.ending && !nobody) {
      fact.part = input.part;
      if (wants_.who) fact.who = charged(fact, input, nullptr, nullptr, stopped_by, holder);
      each(fact);
      return;
    }
    const Behind of = behind(fact.case_id);
    const Values values = fields_ || wants_.zone ? values_of(of, *last_procedure_) : Values(impl_.state.registers, *last_procedure_, of.opened);
    if (!holds(manual_, input.where, values)) return;
    fact.values = &values;
    describe(fact, input, of, values, stopped_by, holder, each);
  }

  template <class Each>
  void describe(Fact& fact, const Metric::Input& input, const Behind& of, const Values& values, std::string_view actor,
                std::string_view holder, Each& each) {
    fact.ending = of.ending;
    fact.parent = of.parent;
    fact.actor = actor;
    fact.part = input.part;
    std::string zone;
    const bool by_zone = wants_.zone || metric_.charge == Metric::Charge::zone;
    if (by_zone) {
      zone = values.text(last_procedure_->field("zone"));
      if (zone.empty() && !of.place.empty()) zone = impl_.state.registers.place_attribute(of.place, "zone");
      fact.zone = zone;
    }
    if (wants_.who) fact.who = charged(fact, input, &of, &values, actor, holder);
    each(fact);
  }

  std::string_view charged(const Fact& fact, const Metric::Input& input, const Behind* of, const Values* values, std::string_view actor,
                           std::string_view holder) {
    const std::string_view opener = of != nullptr ? std::string_view(of->opened_by) : std::string_view();
    const std::string_view answers = !holder.empty() ? holder : opener;
    switch (metric_.charge) {
      case Metric::Charge::actor: return !actor.empty() ? actor : answers;
      case Metric::Charge::holder: return answers;
      case Metric::Charge::opener: return opener;
      case Metric::Charge::zone: return {};
      case Metric::Charge::field: return values != nullptr ? values->text(input.charged) : std::string_view();
      case Metric::Charge::post: {
        model::Recipient recipient;
        recipient.post = metric_.post;
        on_post_ = impl_.state.registers.resolve(manual_, recipient, {{}, {}, {}, std::string(fact.zone)}, fact.at);
        if (on_post_.post != manual_.posts[static_cast<std::size_t>(metric_.post)].name) return {};
        for (const std::string_view one : {actor, holder, opener}) {
          if (std::find(on_post_.people.begin(), on_post_.people.end(), one) != on_post_.people.end()) return one;
        }
        return on_post_.people.size() == 1 ? std::string_view(on_post_.people.front()) : std::string_view();
      }
    }
    return {};
  }

  Impl& impl_;
  const model::Manual& manual_;
  const Metric& metric_;
  Wants wants_;
  bool fields_ = false;
  const Metric::Input* last_ = nullptr;
  const model::Procedure* last_procedure_ = nullptr;
  registers::Reached on_post_;
};

// ---- Figures ------------------------------------------------------------------------------------------------------------

const model::Manual& Office::Impl::manual_of(const Segment& period) const {
  // A period takes the manual of its first instant (ruling K11).
  const Manual* held = state.manual_at(period.from);
  return held ? held->compiled() : first_manual.compiled();
}

namespace {

/// A scorecard of that post has the metric.
bool assessed(const model::Manual& manual, const Metric& metric, std::string_view post) {
  return std::any_of(manual.scorecards.begin(), manual.scorecards.end(), [&](const model::Scorecard& card) {
    return manual.posts[static_cast<std::size_t>(card.post)].name == post &&
           std::find(card.metrics.begin(), card.metrics.end(), manual.metric(metric.name)) != card.metrics.end();
  });
}

}  // namespace

// Reads the register of holdings as it is now: a holding has its own dates.
std::optional<std::vector<std::string>> Office::Impl::zones_of(std::string_view who, const Segment& period) const {
  std::vector<std::string> out;
  bool any = false;
  bool whole = false;
  state.registers.holdings.each([&](const rows::Holding& row) {
    if (row.staff != who || row.kind != "holds" || row.from >= period.until || (row.until && *row.until <= period.from)) return;
    any = true;
    if (row.zone.empty()) whole = true;
    else out.push_back(row.zone);
  });
  if (!any) return std::nullopt;
  if (whole) out.clear();
  return out;
}

/// A figure on the way: whose facts of which time count for it, and what they come to so far.
struct Office::Impl::Part {
  Figure figure;
  bool settled = false;  ///< the figure stands without looking at a fact
  Segment measured;
  std::string_view who;
  std::vector<std::string> zones;
  scores::Sum sum;

  bool counts(const Fact& fact) const {
    return (who.empty() || fact.who == who) && (zones.empty() || std::find(zones.begin(), zones.end(), fact.zone) != zones.end());
  }
};

Office::Impl::Part Office::Impl::part_of(const model::Manual& manual, const Metric& metric, const Asked& asked) const {
  Part out;
  out.figure = scores::blank(metric);
  out.figure.who = asked.who;
  out.figure.zone = asked.zone;
  out.figure.head = asked.head;
  if (!manual.in_use(metric.chapter, Instant{asked.period.until.us - 1})) {
    out.figure.in_use = false;
    out.figure.state = "not_in_use";
    out.settled = true;
    return out;
  }
  out.measured = metric.months == 0 ? asked.period : span_of(asked.period.from, metric.months, metric.following, manual.zone);
  // A metric that is charged to nobody by name: an officer's figure is that of the zones he holds; the whole office's where he
  // holds his post for no zone (ruling K2).
  if (!asked.zone.empty()) out.zones.emplace_back(asked.zone);
  out.who = asked.who;
  if (metric.charge == Metric::Charge::zone && !out.who.empty()) {
    const auto held = zones_of(out.who, asked.period);
    if (!held) {
      out.figure.state = "not_applicable";
      out.settled = true;
      return out;
    }
    if (out.zones.empty()) out.zones = *held;
    out.who = {};
  }
  return out;
}

Figure Office::Impl::figure(const model::Manual& manual, const Metric& metric, const Asked& asked) {
  if (metric.months != 0 && !metric.at_end && manual.in_use(metric.chapter, Instant{asked.period.until.us - 1})) {
    const std::vector<Segment> months = months_of(asked.period, manual.zone);
    if (months.size() > 1) return over_months(manual, metric, asked, months);
  }
  Part part = part_of(manual, metric, asked);
  Figure& out = part.figure;
  if (part.settled) return std::move(out);
  if (metric.quota >= 0) {
    of_quota(manual, metric, asked, out);
    return std::move(out);
  }
  if (metric.collected) {
    of_charges(manual, metric, asked, out);
    return std::move(out);
  }
  const bool list = asked.cases;
  Look look(*this, manual, metric, {list || !part.who.empty(), list || !part.zones.empty(), list, false});
  look.each(part.measured, [&](const Fact& fact) {
    if (!part.counts(fact)) return;
    const scores::Verdict verdict = judge(metric, fact, part.measured, state.clock);
    part.sum.add(metric, fact, verdict);
    if (!list) return;
    Figure::Case one;
    one.case_id = fact.case_id;
    one.generation = static_cast<std::int32_t>(fact.generation);
    one.who = fact.who;
    one.zone = fact.zone;
    one.due = fact.at;
    if (fact.stopped && (scores::counted(verdict) || metric.deadline.empty())) one.met = fact.stopped;
    one.counted = scores::counted(verdict);
    one.on_time = scores::reached(verdict);
    one.reason = scores::reason(verdict);
    if (verdict == scores::Verdict::dropped && !fact.ending.empty()) one.reason += ": " + std::string(fact.ending);
    if (fact.value) one.value = fact.value->text();
    out.cases.push_back(std::move(one));
  });
  std::sort(out.cases.begin(), out.cases.end(), [](const Figure::Case& a, const Figure::Case& b) {
    if (a.due != b.due) return a.due < b.due;
    return a.case_id != b.case_id ? a.case_id < b.case_id : a.generation < b.generation;
  });
  part.sum.finish(metric, out);
  return std::move(out);
}

namespace {

/// What keeps a callback from counting: who called and what was proved (R112, R116, R117). That it was told late does not.
bool forbids(std::string_view reason) {
  constexpr std::string_view kForbidding[] = {"unknown_actor", "not_allowed", "kept_out", "same_person", "missing_field", "condition"};
  return std::find(std::begin(kForbidding), std::end(kForbidding), reason) != std::end(kForbidding);
}

}  // namespace

std::map<std::string, std::string, std::less<>> Office::Impl::against_rules(const model::Procedure& procedure, const std::vector<int>& stages) {
  std::map<std::string, std::string, std::less<>> out;
  const auto take = [&](std::string_view id, std::string_view reason, std::string_view clause, std::string_view standing) {
    std::string rule(reason.substr(0, reason.find(':')));
    if (standing != "current" || !forbids(rule)) return;
    if (!clause.empty()) rule.append(" ").append(clause);
    // Of several the one that comes first as a text, in whatever order they are kept.
    const auto [at, fresh] = out.try_emplace(std::string(id), rule);
    if (!fresh && rule < at->second) at->second = std::move(rule);
  };
  for (const model::Action& action : procedure.actions) {
    if (action.to < 0 || std::find(stages.begin(), stages.end(), action.to) == stages.end()) continue;
    if (store->keeps_rows()) {
      const std::string_view columns[] = {"case", "reason", "clause", "state"};
      store->select({kBreaches, columns, "action", Cell{action.name}, "", {}}, [&](std::span<const Store::View> row) {
        take(text_in(row[0]), text_in(row[1]), text_in(row[2]), text_in(row[3]));
        return true;
      });
    } else {
      state.breaches.each_unordered([&](const rows::Breach& row) {
        if (row.action == action.name) take(row.case_id, row.reason, row.clause, row.state);
      });
    }
  }
  return out;
}

namespace {

constexpr Segment kAllTime{kEarliest, kLatest};

}  // namespace

Office::Impl::Called Office::Impl::called(const model::Manual& manual, const Metric& metric, const std::optional<Segment>& period, bool who, bool zone) {
  const model::Quota& quota = manual.quotas[static_cast<std::size_t>(metric.quota)];
  Called out;
  const auto open_month = [&](const Segment& month) {
    QuotaMonth one;
    one.month = month;
    const model::Quota* then = manual_of(month).quota(quota.name);
    one.quota = then != nullptr ? then : &quota;
    one.base.cases.resize(one.quota->groups.size());
    one.base.not_yet.resize(one.quota->groups.size());
    return one;
  };
  if (period) {
    for (const Segment& month : months_of(*period, manual.zone)) out.months.emplace(month_name(month.from, manual.zone), open_month(month));
  }
  // Of one period, its months; else each month of which there is anything.
  const auto month_named = [&](const std::string& name) -> QuotaMonth* {
    auto at = out.months.find(name);
    if (at == out.months.end() && period) return nullptr;
    if (at == out.months.end()) at = out.months.emplace(name, open_month(parse_period(name, current_manual().zone()))).first;
    return &at->second;
  };

  struct Counted {
    std::string excluded;
    bool outside = false;    ///< called back on once more, after it was done over
    bool asked_for = true;
  };
  std::map<std::string, Counted, std::less<>> base;
  const auto counted_as = [&](const rows::CallbackBase& row) {
    Counted one;
    if (row.state == "excluded") {
      one.excluded = row.reason;
    } else if (row.position == 0) {
      one.outside = true;
    } else if (const QuotaMonth* month = month_named(row.month)) {
      // While the month runs, only what has fallen due is asked for.
      one.asked_for = state.clock >= month->month.until || row.due.value_or(row.ended_at) < state.clock;
    }
    return one;
  };
  const auto take = [&](rows::CallbackBase&& row) {
    if (row.quota != quota.name) return;
    if (row.state == "excluded") {
      if (period && (row.ended_at < period->from || row.ended_at >= period->until)) return;
    } else if (period && !out.months.contains(row.month)) {
      return;
    }
    const Counted one = counted_as(row);
    base.emplace(row.case_id, one);
    if (row.state == "excluded") {
      out.excluded.push_back(std::move(row));
      return;
    }
    QuotaMonth& month = *month_named(row.month);
    const int group = month.quota->group(row.group);
    if (row.position == 0 || group < 0) return;
    ++month.base.cases[static_cast<std::size_t>(group)];
    month.base.not_yet[static_cast<std::size_t>(group)] += one.asked_for ? 0 : 1;
    if (row.state == "passed_over") month.passed_over.emplace_back(std::move(row), one.asked_for);
  };
  const std::string_view columns[] = {"case", "quota", "group", "month", "position", "state", "reason", "ended_at", "due"};
  const auto read = [&](std::span<const Store::View> cells) {
    rows::CallbackBase row;
    row.case_id = text_in(cells[0]);
    row.quota = text_in(cells[1]);
    row.group = text_in(cells[2]);
    row.month = text_in(cells[3]);
    row.position = number_in(cells[4]);
    row.state = text_in(cells[5]);
    row.reason = text_in(cells[6]);
    row.ended_at = Instant{number_in(cells[7])};
    row.due = instant_in(cells[8]);
    return row;
  };
  const auto stored = [&](std::span<const Store::View> cells) {
    take(read(cells));
    return true;
  };
  if (!store->keeps_rows()) {
    state.callback_base.each_unordered([&](const rows::CallbackBase& row) { take(rows::CallbackBase(row)); });
  } else if (!period) {
    store->select({kBase, columns, "", Cell{}, "", {}}, stored);
  } else {
    for (const auto& [name, month] : out.months) store->select({kBase, columns, "month", Cell{name}, "", {}}, stored);
    store->select({kBase, columns, "month", Cell{std::string()}, "ended_at", *period}, stored);
  }
  // A callback of one month may be about a case that counts in another.
  const auto base_of = [&](std::string_view about) -> const Counted& {
    auto at = base.find(about);
    if (at != base.end()) return at->second;
    at = base.emplace(std::string(about), Counted()).first;
    rows::CallbackBase like;
    like.case_id = about;
    like.quota = quota.name;
    if (!store->keeps_rows()) {
      if (const rows::CallbackBase* row = state.callback_base.find(key_of(like))) at->second = counted_as(*row);
    } else if (!about.empty()) {
      store->select({kBase, columns, "case", Cell{like.case_id}, "", {}}, [&](std::span<const Store::View> cells) {
        const rows::CallbackBase row = read(cells);
        if (row.quota == quota.name) at->second = counted_as(row);
        return true;
      });
    }
    return at->second;
  };

  const model::Procedure& procedure = *manual.procedure(quota.opens);
  const model::Deadline& deadline = procedure.deadlines[static_cast<std::size_t>(procedure.deadline(quota.deadline))];
  const auto called_wrongly = against_rules(procedure, deadline.until);
  const auto given_up_wrongly = against_rules(procedure, deadline.drops);
  // A draw at the month's end is due in the next one; it belongs to its own month all the same.
  constexpr std::int64_t kLatestDraw = 62 * 24 * kMicrosPerHour;
  const Segment range = period ? Segment{period->from, Instant{period->until.us + kLatestDraw}} : kAllTime;
  Metric any = metric;
  for (Metric::Input& input : any.inputs) input.where = {};
  Look look(*this, manual, any, {who, zone, false, true});
  look.passes_over = [&](const Fact& fact) {
    // After the period only what was drawn for it counts, and that is about a case of its base.
    if (!period || fact.at < period->until) return false;
    const std::string_view about = fact.case_id.substr(0, fact.case_id.rfind("/" + quota.name + "."));
    return base.find(about) == base.end();
  };
  look.each(range, [&](const Fact& looked) {
    // The first run of its clock is the callback.
    if (looked.generation != 1) return;
    const auto text = [&](const char* field) {
      const auto* value = std::get_if<std::string>(&looked.values->field(procedure.field(field)));
      return value != nullptr ? std::string_view(*value) : std::string_view();
    };
    const std::string_view written = text("month");
    QuotaMonth* month = month_named(written.empty() ? month_name(looked.at, manual.zone) : std::string(written));
    if (month == nullptr) return;
    callbacks::Fact fact;
    fact.id = looked.case_id;
    fact.about = text("about");
    fact.group = month->quota->group_of(text("about_class"));
    fact.channel = month->quota->channel(text("channel"));
    if (registers::pseudo_post(looked.who).empty()) fact.who = looked.who;
    fact.zone = looked.zone;
    fact.drawn = !looked.parent.empty() && looked.case_id.starts_with(std::string(looked.parent) + '/' + quota.name + '.');
    fact.due = looked.at;
    fact.outcome = text("satisfaction");
    fact.by_person = registers::pseudo_post(looked.actor).empty();
    const scores::Verdict verdict = judge(any, looked, range, state.clock);
    using Stands = callbacks::Fact::State;
    // What was late stays late, though it was given up afterwards.
    const bool made = looked.ending.empty() || looked.ending == "done";
    if (verdict == scores::Verdict::in_time) fact.state = Stands::in_time;
    else if (verdict == scores::Verdict::late && made) fact.state = Stands::late;
    else if (verdict == scores::Verdict::not_yet || verdict == scores::Verdict::paused) fact.state = Stands::not_yet;
    else if (verdict == scores::Verdict::dropped && !given_up_wrongly.contains(looked.case_id)) fact.state = Stands::dropped;
    if (looked.stopped && (fact.state == Stands::in_time || fact.state == Stands::late)) fact.made = *looked.stopped;
    if (const auto fault = called_wrongly.find(looked.case_id); fault != called_wrongly.end()) fact.breach = fault->second;
    const Counted& about = base_of(fact.about);
    fact.again = about.outside || (fact.drawn && fact.id != child_id(looked.parent, quota.name, 1));
    fact.excluded = about.excluded;
    fact.asked_for = about.asked_for;
    month->facts.push_back(std::move(fact));
  });
  for (auto& [name, month] : out.months) month.reckoned = month_of(*month.quota, month.base, std::move(month.facts));
  return out;
}

namespace {

/// The callbacks behind the figure of one month: which count, which not, and why.
void list_callbacks(const callbacks::Month& month, const model::Quota& quota, const std::vector<bool>& mine, int channel, bool whole, std::int64_t done,
                    std::vector<Figure::Case>& out) {
  const bool of_channel = whole && channel >= 0;
  for (std::size_t i = 0; i < month.facts.size(); ++i) {
    const callbacks::Fact& fact = month.facts[i];
    const callbacks::Verdict& verdict = month.verdicts[i];
    // Of another channel only what could fill this one is looked at.
    const bool counts = verdict.reason.empty();
    const bool other = of_channel && counts && fact.channel != channel && quota.channels[static_cast<std::size_t>(fact.channel)].surplus_to == channel;
    if (!mine[i] && !other) continue;
    Figure::Case one;
    one.case_id = fact.id;
    one.generation = 1;
    one.who = fact.who;
    one.zone = fact.zone;
    one.due = fact.due;
    if (fact.made != kNever) one.met = fact.made;
    if (of_channel) one.on_time = verdict.fills == channel;
    else if (verdict.made) one.on_time = done-- > 0;
    one.counted = one.on_time || (mine[i] && verdict.due && !counts);
    if (!whole) one.counted = verdict.due;
    if (one.on_time) {
      if (other) one.reason = "surplus of " + quota.channels[static_cast<std::size_t>(fact.channel)].name;
      else if (!whole && !fact.drawn) one.reason = "unasked";
    } else if (!counts) {
      one.reason = verdict.reason;
    } else if (of_channel && verdict.fills >= 0) {
      one.reason = "counts as " + quota.channels[static_cast<std::size_t>(verdict.fills)].name;
    } else {
      one.reason = "more than due";
    }
    out.push_back(std::move(one));
  }
}

}  // namespace

/// Of a quota what is due is known from the cases that ended, not from the callbacks themselves; what is done is any qualifying
/// callback about such a case, each case once, up to what is due (rulings K4, K12). An officer or a zone is charged with what
/// was assigned (ruling K8). Each month is reckoned by itself, and several are added up (R118).
void Office::Impl::of_quota(const model::Manual& manual, const Metric& metric, const Asked& asked, Figure& out) {
  const model::Quota& quota = manual.quotas[static_cast<std::size_t>(metric.quota)];
  const bool whole = asked.who.empty() && asked.zone.empty();
  const bool with_who = asked.cases || !asked.who.empty();
  const bool with_zone = asked.cases || !asked.zone.empty();
  Gathered own;
  auto& gathered = (asked.gathered != nullptr ? asked.gathered : &own)->by;
  const Gathered::Key key{&manual, metric.quota, asked.period, metric.charge, metric.post, metric.inputs.front().charged, with_who, with_zone};
  auto at = gathered.find(key);
  if (at == gathered.end()) {
    const bool always = asked.period == kAllTime;
    at = gathered.emplace(key, called(manual, metric, always ? std::nullopt : std::optional(asked.period), with_who, with_zone)).first;
  }
  const Called& all = at->second;
  std::map<std::string, std::int64_t> excluded;
  const auto list = [&](const rows::CallbackBase& row, Instant due, std::string reason) {
    if (!asked.cases) return;
    Figure::Case one;
    one.case_id = row.case_id;
    one.due = due;
    one.counted = false;
    one.reason = std::move(reason);
    out.cases.push_back(std::move(one));
  };
  const auto of_group = [&](const rows::CallbackBase& row) {
    return metric.group < 0 ? quota.group(row.group) >= 0 : row.group == quota.groups[static_cast<std::size_t>(metric.group)].name;
  };
  if (whole) {
    for (const rows::CallbackBase& row : all.excluded) {
      if (!of_group(row)) continue;
      ++excluded["excluded"];
      list(row, row.ended_at, "excluded: " + row.reason);
    }
  }
  for (const auto& [name, one] : all.months) {
    const int channel = metric.channel < 0 ? -1 : one.quota->channel(quota.channels[static_cast<std::size_t>(metric.channel)].name);
    const int group = metric.group < 0 ? -1 : one.quota->group(quota.groups[static_cast<std::size_t>(metric.group)].name);
    if (channel < 0 && group < 0) continue;
    const callbacks::Month& month = one.reckoned;
    const auto mine = [&](const callbacks::Fact& fact) {
      return (channel < 0 || fact.channel == channel) && (group < 0 || fact.group == group) && (asked.who.empty() || fact.who == asked.who) &&
             (asked.zone.empty() || fact.zone == asked.zone);
    };
    callbacks::Figures line;
    if (!whole) {
      line = assigned(month, mine);
    } else if (channel >= 0) {
      line = month.channels[static_cast<std::size_t>(channel)];
      line.not_yet = month.all.not_yet;
    } else {
      // Read by class, every case that counts is due, but who could not be reached.
      line = month.groups[static_cast<std::size_t>(group)];
      line.due = std::max<std::int64_t>(0, line.cases - line.not_yet - line.dropped);
      line.done = std::min(line.made, line.due);
    }
    out.due += line.due;
    out.done += line.done;
    out.late += line.late;
    excluded["dropped"] += line.dropped;
    excluded["not yet due"] += line.not_yet;
    if (line.due > 0) scores::deduct(metric, points_hundredths({metric.pass_hundredths, metric.points, metric.step}, line.done, line.due), out);
    if (!asked.cases) continue;
    if (whole) {
      for (const auto& [row, asked_for] : one.passed_over) {
        if (of_group(row)) list(row, row.due.value_or(row.ended_at), asked_for ? "passed over" : "not yet due");
      }
    }
    std::vector<bool> of_it;
    for (const callbacks::Fact& fact : month.facts) of_it.push_back(mine(fact));
    list_callbacks(month, *one.quota, of_it, channel, whole, line.done, out.cases);
  }
  for (const auto& [why, count] : excluded) {
    if (count != 0) out.excluded.emplace_back(why, count);
  }
  std::sort(out.cases.begin(), out.cases.end(), [](const Figure::Case& a, const Figure::Case& b) {
    return a.due != b.due ? a.due < b.due : a.case_id < b.case_id;
  });
  if (out.due == 0) {
    out.state = "not_applicable";
    return;
  }
  out.value = scores::Fraction(static_cast<std::uint64_t>(out.done), static_cast<std::uint64_t>(out.due)).text();
}

Figure Office::Impl::over_months(const model::Manual& manual, const Metric& metric, const Asked& asked, const std::vector<Segment>& months) {
  std::vector<Part> parts;
  parts.reserve(months.size());
  std::map<Instant, std::vector<Part*>> open;  // by the first instant of what they measure
  const bool each_for_itself = metric.carried || metric.quota >= 0;
  for (const Segment& one : months) {
    Asked month = asked;
    month.period = one;
    month.cases = asked.cases && parts.empty();
    Part& part = parts.emplace_back();
    if (each_for_itself || month.cases) {
      part.figure = figure(manual, metric, month);
      continue;
    }
    part = part_of(manual, metric, month);
    if (!part.settled) open[part.measured.from].push_back(&part);
  }
  if (!open.empty()) {
    // The months' facts are looked at once for all of them.
    bool by_who = false;
    bool by_zone = false;
    for (const Part& part : parts) {
      by_who = by_who || !part.who.empty();
      by_zone = by_zone || !part.zones.empty();
    }
    Look look(*this, manual, metric, {by_who, by_zone, false, false});
    look.each({open.begin()->first, open.rbegin()->second.front()->measured.until}, [&](const Fact& fact) {
      const auto at = open.find(span_of(fact.at, metric.months, false, manual.zone).from);
      if (at == open.end()) return;
      for (Part* part : at->second) {
        if (part->counts(fact)) part->sum.add(metric, fact, judge(metric, fact, part->measured, state.clock));
      }
    });
    for (const auto& [from, of_span] : open) {
      for (Part* part : of_span) part->sum.finish(metric, part->figure);
    }
  }
  Figure out = std::move(parts.front().figure);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const Figure& one = parts[i].figure;
    // Points add up. Spans that differ have no common value: whoever asks for that looks at the months.
    out.points_hundredths += one.points_hundredths;
    out.cut_hundredths += one.cut_hundredths;
    if (one.value != out.value) out.value.clear();
    if (one.state == "pending") out.state = one.state;
  }
  return out;
}

std::vector<Figure> Office::Impl::score(const Segment& period, std::string_view who, const model::Manual& manual, std::string_view zone) {
  std::vector<Figure> out;
  Gathered gathered;
  for (const Metric& metric : manual.metrics) {
    if (metric.stands) out.push_back(figure(manual, metric, {period, who, zone, false, &gathered}));
  }
  return out;
}

Figure Office::Impl::figure(std::string_view name, std::string_view period_text, std::string_view who, std::string_view zone) {
  const Segment period = parse_period(period_text, current_manual().zone());
  const model::Manual& manual = manual_of(period);
  const int index = manual.metric(name);
  if (index < 0 || !manual.metrics[static_cast<std::size_t>(index)].stands) {
    throw Error(Code::not_found, "the manual has no metric " + std::string(name));
  }
  return figure(manual, manual.metrics[static_cast<std::size_t>(index)], {period, who, zone, true});
}

// ---- Tables of figures --------------------------------------------------------------------------------------------------

TableData Office::Impl::scores(const Segment& period, std::span<const std::string> by) {
  const auto split = [&](std::string_view word) { return std::find(by.begin(), by.end(), word) != by.end(); };
  const bool by_month = split("month");
  const bool by_who = split("who");
  const bool by_zone = split("zone");
  const bool by_head = split("head");
  for (const std::string& word : by) {
    if (word != "month" && word != "who" && word != "zone" && word != "head") {
      throw Error(Code::invalid_argument, "figures are split by month, who, zone and head, not by " + word).with("by", word);
    }
  }
  TableData out;
  out.name = "scores";
  const Zone& zone = current_manual().zone();
  out.zone = zone.name();
  out.columns = {{"metric", ColumnType::text, "指标", "The metric"},
                 {"from", ColumnType::instant, "自", "First instant of the period"},
                 {"until", ColumnType::instant, "至", "First instant after it"},
                 {"month", ColumnType::text, "月份", "2026-03; empty where the period is not a month"},
                 {"who", ColumnType::text, "责任人", "The officer; empty: not split by officer, or charged to nobody"},
                 {"zone", ColumnType::text, "片区", "The zone; empty: not split by zone, or of no zone"},
                 {"head", ColumnType::text, "费项", "The fee; empty: not split by fee, or not a rate of charges"},
                 {"state", ColumnType::text, "状态", "counted, not_applicable, pending, not_in_use"},
                 {"done", ColumnType::integer, "完成", "Numerator; of a rate of charges in fen"},
                 {"due", ColumnType::integer, "应完成", "Denominator; likewise"},
                 {"late", ColumnType::integer, "逾期完成", "Done, but after the limit"},
                 {"value", ColumnType::text, "数值", "Exact, in lowest terms: 45/46; empty where there is none"},
                 {"pass_hundredths", ColumnType::integer, "合格线", "Pass mark in hundredths of a percent"},
                 {"points_hundredths", ColumnType::integer, "扣分", "Points deducted, in hundredths"},
                 {"bonus_withheld_hundredths", ColumnType::integer, "扣发奖金", "Of the bonus: withheld, in hundredths of a percent"}};
  const auto add = [&](const Figure& figure, const Segment& of) {
    out.rows.push_back({Cell{figure.metric}, Cell{of.from.us}, Cell{of.until.us}, Cell{by_month ? month_name(of.from, zone) : std::string()},
                        Cell{figure.who}, Cell{figure.zone}, Cell{figure.head}, Cell{figure.state}, Cell{figure.done}, Cell{figure.due},
                        Cell{figure.late}, Cell{figure.value}, Cell{figure.pass_hundredths}, Cell{figure.points_hundredths},
                        Cell{figure.bonus_withheld_hundredths}});
  };
  for (const Segment& of : by_month ? months_of(period, zone) : std::vector<Segment>{period}) {
    const model::Manual& manual = manual_of(of);
    Gathered gathered;
    for (const Metric& metric : manual.metrics) {
      if (!metric.stands) continue;
      // Of a rate of charges alone it is known which fee they are.
      const std::vector<std::string> heads = by_head && metric.collected ? metric.collected->heads : std::vector<std::string>{std::string()};
      const bool whole = metric.months != 0 || metric.quota >= 0 || metric.charge == Metric::Charge::zone;
      if ((!by_who && !by_zone) || !manual.in_use(metric.chapter, Instant{of.until.us - 1})) {
        for (const std::string& head : heads) add(figure(manual, metric, {of, {}, {}, false, &gathered, head}), of);
        continue;
      }
      if (whole) {
        // Who answers for a zone is known from the register of posts, not from the facts.
        std::set<std::string> names;
        if (by_who) {
          state.registers.holdings.each([&](const rows::Holding& row) {
            if (row.kind == "holds" && assessed(manual, metric, row.post)) names.insert(row.staff);
          });
        } else {
          state.registers.units.each([&](const rows::Unit& row) { names.insert(row.zone); });
        }
        for (const std::string& name : names) {
          for (const std::string& head : heads) {
            const Figure one = figure(manual, metric, by_who ? Asked{of, name, {}, false, &gathered, head} : Asked{of, {}, name, false, &gathered, head});
            if (one.state == "counted") add(one, of);
          }
        }
        continue;
      }
      std::map<std::pair<std::string, std::string>, scores::Sum> sums;
      Look look(*this, manual, metric, {by_who, by_zone, false, false});
      std::pair<std::string, std::string> key;
      look.each(of, [&](const Fact& fact) {
        if (by_who) key.first = fact.who;
        if (by_zone) key.second = fact.zone;
        sums[key].add(metric, fact, judge(metric, fact, of, state.clock));
      });
      for (const auto& [whose, sum] : sums) {
        Figure one = scores::blank(metric);
        one.who = whose.first;
        one.zone = whose.second;
        sum.finish(metric, one);
        add(one, of);
      }
    }
  }
  return out;
}

TableData Office::Impl::metric_cases_table() {
  TableData out;
  out.name = "metric_cases";
  const Zone& zone = current_manual().zone();
  out.zone = zone.name();
  out.columns = {{"metric", ColumnType::text, "指标", "The metric"},
                 {"case", ColumnType::text, "事项编号", "The case's id"},
                 {"generation", ColumnType::integer, "第几次计时", "Which run of the clock"},
                 {"who", ColumnType::text, "责任人", "The officer it is charged to"},
                 {"zone", ColumnType::text, "片区", "The zone of its place"},
                 {"month", ColumnType::text, "月份", "The month that it belongs to: 2026-03"},
                 {"due", ColumnType::instant, "到期时间", "By whose period it counts"},
                 {"met", ColumnType::instant, "完成时间", "When it was done, if it was"},
                 {"counted", ColumnType::boolean, "计入", "In the denominator"},
                 {"on_time", ColumnType::boolean, "及时", "In the numerator"},
                 {"reason", ColumnType::text, "原因", "Why not"},
                 {"value", ColumnType::text, "数值", "Of a mean: its own, in lowest terms"}};
  const model::Manual& manual = current_manual().compiled();
  for (const Metric& metric : manual.metrics) {
    if (!metric.stands) continue;
    Metric once = metric;  // over all time: nothing is carried, and no span stands for another
    once.carried = false;
    if (!once.at_end) once.months = 0;
    const Figure all = figure(manual, once, {{kEarliest, kLatest}, {}, {}, true});
    for (const Figure::Case& one : all.cases) {
      out.rows.push_back({Cell{all.metric}, Cell{one.case_id}, Cell{std::int64_t{one.generation}}, Cell{one.who}, Cell{one.zone},
                          Cell{month_name(one.due, zone)}, Cell{one.due.us}, one.met ? Cell{one.met->us} : Cell{},
                          Cell{std::int64_t{one.counted ? 1 : 0}}, Cell{std::int64_t{one.on_time ? 1 : 0}}, Cell{one.reason}, Cell{one.value}});
    }
  }
  return out;
}

// ---- Scorecards ---------------------------------------------------------------------------------------------------------

/// Months that are over, and paid, when their figure is posted are settled in the month of the last posting, as one sum
/// (ruling K2).
void Office::Impl::settle_posted(const model::Manual& manual, const Metric& metric, const Segment& month, Scorecard& card) {
  std::map<Instant, Instant> posted;  // span → when its last result was posted
  Metric all = metric;
  all.months = 0;
  Look look(*this, manual, all, {});
  look.each({kEarliest, kLatest}, [&](const Fact& fact) {
    const auto [at, fresh] = posted.emplace(span_of(fact.at, metric.months, false, manual.zone).from, fact.opened);
    if (!fresh) at->second = std::max(at->second, fact.opened);
  });
  for (const auto& [from, last] : posted) {
    if (last < month.from || last >= month.until) continue;
    const Segment measured = span_of(from, metric.months, false, manual.zone);
    const Segment stands = metric.following ? span_of(measured.until, metric.months, false, manual.zone) : measured;
    for (const Segment& past : months_of(stands, manual.zone)) {
      if (past.until > month.from) break;
      const model::Manual& then = manual_of(past);
      const int index = then.metric(metric.name);
      if (index < 0 || !then.metrics[static_cast<std::size_t>(index)].stands) continue;
      const Figure one = figure(then, then.metrics[static_cast<std::size_t>(index)], {past, card.who, {}, false});
      if (one.state != "counted") continue;
      card.adjustment_hundredths += one.points_hundredths;
      card.adjusts.push_back(month_name(past.from, manual.zone));
    }
  }
}

Scorecard Office::Impl::scorecard(const model::Manual& manual, const model::Scorecard& card, const Segment& month, const std::string& who,
                                   Gathered& gathered) {
  Scorecard out;
  out.name = card.name;
  out.title_zh = card.title.zh;
  out.title_en = card.title.en;
  out.post = manual.posts[static_cast<std::size_t>(card.post)].name;
  out.who = who;
  out.month = month_name(month.from, manual.zone);
  out.base = card.base;
  out.floor = card.floor;
  out.clauses = card.clauses;
  for (const int index : card.metrics) {
    const Metric& metric = manual.metrics[static_cast<std::size_t>(index)];
    if (!metric.stands) continue;
    Figure one = figure(manual, metric, {month, out.who, {}, false, &gathered});
    out.deducted_hundredths += one.points_hundredths;
    out.bonus_withheld_hundredths = std::min(out.bonus_withheld_hundredths + one.bonus_withheld_hundredths, scores::kWhole);
    out.pending = out.pending || one.state == "pending";
    out.figures.push_back(std::move(one));
  }
  for (const int index : card.recorded) {
    const Metric& metric = manual.metrics[static_cast<std::size_t>(index)];
    if (metric.stands) out.recorded.push_back(figure(manual, metric, {month, out.who, {}, false}));
  }
  out.score_hundredths = std::max(card.base * 100 - out.deducted_hundredths, card.floor * 100);
  return out;
}

std::vector<Scorecard> Office::Impl::scorecards(const Segment& period, std::string_view who) {
  std::vector<Scorecard> out;
  Gathered gathered;
  const std::vector<rows::Sheet> approved = frozen(who);
  for (const Segment& month : months_of(period, current_manual().zone())) {
    const model::Manual& manual = manual_of(month);
    const std::string name = month_name(month.from, manual.zone);
    for (const model::Scorecard& card : manual.scorecards) {
      if (!manual.in_use(card.chapter, Instant{month.until.us - 1})) continue;
      std::map<std::string, std::vector<rows::Sheet>> people;
      for (const std::string& one : officers(manual, card, month)) {
        if (who.empty() || one == who) people.try_emplace(one);
      }
      for (const rows::Sheet& sheet : approved) {
        // Who turns out not to have held the post has the sheet all the same.
        if (sheet.card == card.name && sheet.month == name) people.try_emplace(sheet.who);
      }
      for (const rows::Sheet& sheet : approved) {
        if (const auto one = people.find(sheet.who); one != people.end() && sheet.card == card.name) one->second.push_back(sheet);
      }
      for (const auto& [one, sheets] : people) {
        const auto stands = std::find_if(sheets.begin(), sheets.end(), [&](const rows::Sheet& sheet) { return sheet.month == name; });
        if (stands != sheets.end()) {
          out.push_back(card_of(*stands, manual, card));
          continue;
        }
        out.push_back(scorecard(manual, card, month, one, gathered));
        if (!sheets.empty()) {
          adjust(out.back(), sheets, gathered);
          continue;
        }
        for (const int index : card.metrics) {
          const Metric& metric = manual.metrics[static_cast<std::size_t>(index)];
          if (metric.stands && metric.months != 0 && !metric.at_end) settle_posted(manual, metric, month, out.back());
        }
      }
    }
  }
  return out;
}

// ---- The verbs ----------------------------------------------------------------------------------------------------------

std::vector<Figure> Office::score(std::string_view period_text, std::string_view who, std::string_view zone) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  const Segment period = parse_period(period_text, impl_->current_manual().zone());
  return impl_->score(period, who, impl_->manual_of(period), zone);
}

Figure Office::figure(std::string_view metric, std::string_view period, std::string_view who, std::string_view zone) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  return impl_->figure(metric, period, who, zone);
}

TableData Office::scores(std::string_view period, std::span<const std::string> by) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  return impl_->scores(parse_period(period, impl_->current_manual().zone()), by);
}

std::vector<Scorecard> Office::scorecards(std::string_view period, std::string_view who) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const Impl::Snapshot snapshot(*impl_);
  return impl_->scorecards(parse_period(period, impl_->current_manual().zone()), who);
}

}  // namespace wuye
