// What a month's callbacks come to: how many were due, made, late, of which group, by which channel and whom (R332 to R334, rulings
// K4, K8, K12). Pure: callbacks come in as facts.
#pragma once

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
    open,     ///< not yet, or no longer in time and not done
    in_time,
    late,
    dropped,  ///< could not be reached, was declined or cancelled
  };
  std::string id;
  std::string about;
  int group = -1;
  int channel = -1;
  std::string who;          ///< to whom it was assigned
  bool drawn = false;
  State state = State::open;
  Instant made = kNever;
  std::string outcome;      ///< what the resident said; empty: nothing was written down
  bool by_person = true;    ///< not by a system, a device or a provider
  std::string breach;       ///< a rule that whoever called broke by calling; empty: none
  bool again = false;       ///< about what was done over after a callback
};

/// Why a callback does not count as made; empty where it does. Only a call by a person, with an outcome, that broke no rule about who
/// calls and what is proved is a callback.
std::string why_not(const Fact& fact);

/// One line of the month's figures.
struct Figures {
  std::string by;           ///< all, group, channel, officer
  std::string name;         ///< of the group, channel or officer
  std::string channel;      ///< of an officer
  std::int64_t cases = 0;   ///< in the base; of a group and all
  std::int64_t due = 0;
  std::int64_t made = 0;    ///< in time, whether or not more than due
  std::int64_t done = 0;    ///< of what is due
  std::int64_t late = 0;
  std::int64_t dropped = 0;
  std::int64_t surplus = 0; ///< of a channel: made beyond what is due
};
/// The month's lines: all, then groups and channels in the manual's order, then officers by name and channel. Each fact that does not count, or
/// is more than was due of its group, is told to `left_out` with the reason.
struct LeftOut {
  std::string id;
  std::string reason;
};
std::vector<Figures> figures(const model::Quota& quota, const std::vector<std::int64_t>& cases_by_group, std::vector<Fact> facts,
                             std::vector<LeftOut>& left_out);

}  // namespace wuye::callbacks
