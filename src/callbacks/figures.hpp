// What a month's callbacks come to: how many were due, made, late, of which group, by which channel and whom (R332 to R334, rulings
// K4, K8, K12). The one place where it is reckoned: scores and tables both stand on it. Pure: callbacks come in as facts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "callbacks/quota.hpp"
#include "wuye/time.hpp"

namespace wuye::callbacks {

/// One callback, as it counts.
struct Fact {
  enum class State : std::uint8_t {
    not_yet,  ///< neither made nor due yet
    missed,   ///< due, and not made; or given up too late, or against the rules
    in_time,
    late,
    dropped,  ///< could not be reached, was declined or cancelled
  };
  std::string id;
  std::string about;
  int group = -1;
  int channel = -1;
  std::string who;          ///< to whom it was assigned
  std::string zone;
  bool drawn = false;
  State state = State::missed;
  Instant due;
  Instant made = kNever;
  std::string outcome;      ///< what the resident said; empty: nothing was written down
  bool by_person = true;    ///< not by a system, a device or a provider
  std::string breach;       ///< a rule that whoever called broke by calling; empty: none
  bool again = false;       ///< about what was called about before and done over: outside the quota
  std::string excluded;     ///< why the case called about is outside the base; empty: it is not
  bool asked_for = true;    ///< its case is one of those that are asked for by now (Base)
};

/// Why a callback does not count as made; empty where it does. Only a call by a person, with an outcome, that broke no rule about who
/// calls and what is proved is a callback; whether it was in time is asked last.
std::string why_not(const Fact& fact);

/// The cases of a month that count, beside model::Quota::groups.
struct Base {
  std::vector<std::int64_t> cases;
  std::vector<std::int64_t> not_yet;  ///< of them, while the month runs: those whose callback has not fallen due
};

/// One line of the month's figures.
struct Figures {
  std::string by;           ///< all, group, channel, officer
  std::string name;         ///< of the group, channel or officer
  std::string channel;      ///< of an officer
  std::int64_t cases = 0;   ///< in the base; of a group and all
  std::int64_t not_yet = 0; ///< of them not asked for yet
  std::int64_t due = 0;
  std::int64_t made = 0;    ///< in time, whether or not more than due
  std::int64_t done = 0;    ///< of what is due
  std::int64_t late = 0;
  std::int64_t dropped = 0;
  std::int64_t surplus = 0; ///< of a channel: made beyond what is due
};

/// What comes of one callback.
struct Verdict {
  bool due = false;         ///< of whom it was assigned to: drawn, and made or missed
  bool made = false;        ///< in time and as it should be, and the first about its case
  bool late = false;        ///< as it should be but for the time
  bool dropped = false;     ///< not due any more
  int fills = -1;           ///< the channel whose due it fills; −1: it fills none
  std::string reason;       ///< why it does not count; empty where it does
};

/// A month of a quota.
struct Month {
  Figures all;
  std::vector<Figures> groups;    ///< beside model::Quota::groups
  std::vector<Figures> channels;  ///< beside model::Quota::channels
  std::vector<Fact> facts;        ///< in the order in which they count
  std::vector<Verdict> verdicts;  ///< beside `facts`
};
Month month_of(const model::Quota& quota, const Base& base, std::vector<Fact> facts);

/// What was asked of an officer or a zone: those callbacks that `chosen` answers true for. Due is what was drawn; whatever counts fills it.
template <class Chosen>
Figures assigned(const Month& month, Chosen&& chosen) {
  Figures out;
  for (std::size_t i = 0; i < month.facts.size(); ++i) {
    if (!chosen(month.facts[i])) continue;
    const Verdict& one = month.verdicts[i];
    out.due += one.due ? 1 : 0;
    out.made += one.made ? 1 : 0;
    out.late += one.late ? 1 : 0;
    out.dropped += one.dropped ? 1 : 0;
  }
  out.done = std::min(out.due, out.made);
  return out;
}

/// The month's lines: all, then groups and channels in the manual's order, then officers by name and channel.
std::vector<Figures> lines(const model::Quota& quota, const Month& month);

}  // namespace wuye::callbacks
