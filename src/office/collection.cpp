// The collection rate (收缴率, R132, R336, R337): of what was due in a span, what had come in when it ended, and what has come in since.
#include <algorithm>
#include <map>

#include "fees/ledger.hpp"
#include "journal/cells.hpp"
#include "office/impl.hpp"
#include "scores/metrics.hpp"
#include "scores/periods.hpp"

namespace wuye {
namespace {

using model::Metric;

constexpr auto kCharges = static_cast<std::size_t>(TableId::charges);
constexpr auto kPostings = static_cast<std::size_t>(TableId::postings);

/// What of a charge, or of many, is asked for, and what of it is in; fen.
struct Money {
  std::int64_t due = 0;
  std::int64_t in = 0;
  void operator+=(const Money& more) {
    due = fees::plus(due, more.due);
    in = fees::plus(in, more.in);
  }
  /// REQUIRES: due > 0.
  scores::Fraction rate() const { return {static_cast<std::uint64_t>(in), static_cast<std::uint64_t>(due)}; }
};

/// What has become of a charge.
struct Standing {
  std::int64_t paid = 0;
  std::int64_t waived = 0;
  std::int64_t written_off = 0;
  void add(std::string_view kind, std::int64_t amount) {
    if (kind == "pay") paid += amount;
    else if (kind == "waive") waived += amount;
    else if (kind == "write_off") written_off += amount;
  }
};

Money money_of(const Metric::Collected& terms, std::int64_t amount, const Standing& standing) {
  return {amount - (terms.waived ? 0 : standing.waived) - (terms.written_off ? 0 : standing.written_off), standing.paid};
}

/// A charge as far as the rate looks at it.
struct Owing {
  std::string_view id;
  std::string_view place;
  std::string_view head;
  std::string_view due;
  std::string_view state;
  std::int64_t amount = 0;
  std::int64_t owed = 0;
  std::optional<Instant> moved_at;
  Standing now;
};

}  // namespace

void Office::Impl::of_charges(const model::Manual& manual, const Metric& metric, const Asked& asked, Figure& out) {
  const Metric::Collected& terms = *metric.collected;
  const Zone& zone = manual.zone;
  const std::string today = format_date(zone.wall(state.clock).date);

  /// A span that ends in the period: its last month says under whose name it stands.
  struct Span {
    Segment of;
    bool counts = false;
    std::vector<std::string> zones;  ///< empty: all
    Money at_end;
    Money now;
  };
  std::map<Instant, Span> spans;
  const auto span_at = [&](Instant at) -> Span& {
    const Segment of = scores::span_of(at, metric.months, false, zone);
    const auto [found, fresh] = spans.try_emplace(of.from);
    if (!fresh) return found->second;
    Span& span = found->second;
    span.of = of;
    const Segment last = scores::span_of(Instant{of.until.us - 1}, 1, false, zone);
    span.counts = last.from < asked.period.until && asked.period.from < last.until;
    if (!asked.zone.empty()) span.zones.emplace_back(asked.zone);
    if (asked.who.empty() || !span.counts) return span;
    const auto held = zones_of(asked.who, last);
    if (!held) span.counts = false;
    else if (span.zones.empty()) span.zones = *held;
    return span;
  };
  std::map<std::string, std::pair<Instant, Span*>, std::less<>> days;  // of few days there are many charges
  std::map<std::string, std::int64_t> excluded;

  const auto by_then = [&](const Owing& charge, Instant end) {
    if (!charge.moved_at || *charge.moved_at < end) return charge.now;
    Standing then;
    if (store->keeps_rows()) {
      const std::string_view columns[] = {"kind", "amount", "at"};
      store->select({kPostings, columns, "charge", Cell{std::string(charge.id)}, "", {}}, [&](std::span<const Store::View> row) {
        if (number_in(row[2]) < end.us) then.add(text_in(row[0]), number_in(row[1]));
        return true;
      });
    } else {
      for (const rows::Posting* row : state.ledger.postings_of_charge(charge.id)) {
        if (row->at < end) then.add(row->kind, row->amount);
      }
    }
    return then;
  };

  const auto take = [&](const Owing& charge) {
    if (!asked.head.empty() && charge.head != asked.head) return;
    if (std::find(terms.heads.begin(), terms.heads.end(), charge.head) == terms.heads.end()) return;
    auto day = days.find(charge.due);
    if (day == days.end()) {
      const Instant due = zone.instant({parse_date(charge.due), 0});
      day = days.emplace(std::string(charge.due), std::pair(due, &span_at(due))).first;
    }
    Span& span = *day->second.second;
    if (!span.counts) return;
    const std::string in_zone = state.registers.place_attribute(std::string(charge.place), "zone");
    if (!span.zones.empty() && std::find(span.zones.begin(), span.zones.end(), in_zone) == span.zones.end()) return;

    Figure::Case one;
    const auto list = [&](bool counted, std::string_view reason) {
      if (!counted) ++excluded[std::string(reason)];
      if (!asked.cases) return;
      one.case_id = charge.id;
      one.zone = in_zone;
      one.due = day->second.first;
      one.counted = counted;
      one.reason = reason;
      out.cases.push_back(std::move(one));
    };
    if (charge.state == "reversed") return list(false, "reversed");
    if (charge.due >= today) return list(false, "not yet due");
    const Money at_end = money_of(terms, charge.amount, by_then(charge, span.of.until));
    const Money now = money_of(terms, charge.amount, charge.now);
    span.at_end += at_end;
    span.now += now;
    if (at_end.due == 0 && now.due == 0) return list(false, charge.now.waived != 0 ? "waived" : "written off");
    one.on_time = at_end.in >= at_end.due;
    if (at_end.due > 0) one.value = at_end.rate().text();
    if (charge.owed == 0) one.met = charge.moved_at;
    list(true, one.on_time ? "" : now.in >= now.due ? "late" : "not done");
  };

  // Of the first span the period may have only the end.
  const auto day_of = [&](Instant at) { return format_date(zone.wall(at).date); };
  const std::string from = day_of(scores::span_of(asked.period.from, metric.months, false, zone).from);
  const std::string until = day_of(scores::span_of(Instant{asked.period.until.us - 1}, 1, false, zone).until);
  if (store->keeps_rows()) {
    const std::string_view columns[] = {"charge", "place", "head", "due", "state", "amount", "owed", "moved_at", "paid", "waived", "written_off"};
    const Store::Selection what{kCharges, columns, "", Cell{}, "due", {from, until}};
    store->select(what, [&](std::span<const Store::View> row) {
      take({text_in(row[0]), text_in(row[1]), text_in(row[2]), text_in(row[3]), text_in(row[4]), number_in(row[5]), number_in(row[6]), instant_in(row[7]),
            {number_in(row[8]), number_in(row[9]), number_in(row[10])}});
      return true;
    });
  } else {
    state.ledger.charges.each_unordered([&](const rows::Charge& row) {
      if (row.due < from || row.due >= until) return;
      take({row.id, row.place, row.head, row.due, row.state, row.amount, row.owed, row.moved_at, {row.paid, row.waived, row.written_off}});
    });
  }

  Money all;
  Money since;
  for (const auto& [first, span] : spans) {
    all += span.at_end;
    since += span.now;
    if (span.at_end.due > 0) scores::deduct(metric, scores::points_hundredths({metric.pass_hundredths, metric.points, metric.step}, span.at_end.rate()), out);
    if (span.now.due > 0) out.bonus_withheld_hundredths += scores::points_hundredths({metric.pass_hundredths, metric.bonus, metric.step}, span.now.rate());
  }
  out.done = all.in;
  out.due = all.due;
  out.late = since.in - all.in;
  for (const auto& [why, count] : excluded) out.excluded.emplace_back(why, count);
  std::sort(out.cases.begin(), out.cases.end(), [](const Figure::Case& a, const Figure::Case& b) {
    return a.due != b.due ? a.due < b.due : a.case_id < b.case_id;
  });
  if (out.due == 0) out.state = "not_applicable";
  else out.value = all.rate().text();
}

}  // namespace wuye
