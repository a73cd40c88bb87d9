// Faults that no single line of a manual has: ways through a procedure that lead nowhere, clocks that cannot stop, ladders
// that climb backwards.
#include <algorithm>
#include <bitset>
#include <tuple>

#include "manual/compiling.hpp"

namespace wuye {
namespace {

using model::Action;
using model::Deadline;
using model::Level;
using model::Procedure;

/// As many as check.cpp lets through.
using Stages = std::bitset<256>;

/// The stages of a procedure and the actions that lead from one to another.
class Ways {
 public:
  explicit Ways(const Procedure& procedure) : procedure_(procedure), next_(procedure.stages.size()) {
    for (const Action& action : procedure.actions) {
      if (action.to < 0) continue;
      const Stages from = possible_in(action);
      for (std::size_t stage = 0; stage < next_.size(); ++stage) {
        if (from[stage]) next_[stage].set(static_cast<std::size_t>(action.to));
      }
    }
  }

  /// The stages in which an action may be done; none for one that opens a case.
  Stages possible_in(const Action& action) const {
    Stages stages;
    if (action.opening) return stages;
    for (const int from : action.from) stages.set(static_cast<std::size_t>(from));
    for (std::size_t stage = 0; action.from_any && stage < next_.size(); ++stage) {
      stages.set(stage, !procedure_.stages[stage].ending);
    }
    return stages;
  }

  /// Which stages are entered on some way from `start`, which itself counts only if a way comes back to it.
  Stages entered_from(int start) const {
    Stages entered = next_[static_cast<std::size_t>(start)];
    Stages followed;
    while (followed != entered) {
      const Stages open = entered & ~followed;
      followed = entered;
      for (std::size_t stage = 0; stage < next_.size(); ++stage) {
        if (open[stage]) entered |= next_[stage];
      }
    }
    return entered;
  }

 private:
  const Procedure& procedure_;
  std::vector<Stages> next_;
};

class Soundness {
 public:
  Soundness(const model::Manual& manual, const Procedure& procedure, const Node& node, Problems& problems)
      : manual_(manual), procedure_(procedure), node_(node), problems_(problems), ways_(procedure) {}

  void check() {
    endings();
    openings();
    const auto items = Compiling::items(node_, "deadline");
    for (std::size_t i = 0; i < items.size(); ++i) {
      end_can_come(procedure_.deadlines[i], *items[i]);
      lines_are_reached(*items[i]);
      ladder_climbs(procedure_.deadlines[i], *items[i]);
      books_nothing(procedure_.deadlines[i], *items[i]);
    }
  }

 private:
  const model::Stage& stage(std::size_t index) const { return procedure_.stages[index]; }

  void endings() {
    Stages endings;
    for (std::size_t i = 0; i < procedure_.stages.size(); ++i) endings.set(i, stage(i).ending);
    Stages left;  // for another procedure, which has endings of its own
    for (const Action& action : procedure_.actions) {
      if (action.becomes >= 0) left |= ways_.possible_in(action);
    }
    const auto items = Compiling::items(node_, "stage");
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (endings[i] || left[i] || (ways_.entered_from(static_cast<int>(i)) & (endings | left)).any()) continue;
      problems_.error(items[i]->find("name")->place, "no ending can be reached from the stage \"" + stage(i).name + "\"");
    }
  }

  void openings() {
    Stages entered;
    for (const Action& action : procedure_.actions) {
      if (!action.opening) continue;
      entered.set(static_cast<std::size_t>(action.to));
      entered |= ways_.entered_from(action.to);
    }
    const bool opened = entered.any();
    for (const Procedure& other : manual_.procedures) {
      for (const Action& action : other.actions) {
        if (action.becomes < 0 || &manual_.procedures[static_cast<std::size_t>(action.becomes)] != &procedure_) continue;
        entered.set(static_cast<std::size_t>(action.becomes_at));
        entered |= ways_.entered_from(action.becomes_at);
      }
    }
    if (!opened) {
      problems_.error(node_.find("action")->place, "no action opens a case of \"" + procedure_.name + "\"", "opening = true");
      return;
    }
    const auto items = Compiling::items(node_, "stage");
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!entered[i]) problems_.warning(items[i]->find("name")->place, "no case can come to the stage \"" + stage(i).name + "\"");
    }
  }

  void end_can_come(const Deadline& deadline, const Node& item) {
    Stages until;
    for (const int index : deadline.until) until.set(static_cast<std::size_t>(index));
    Stages ended_by_action;
    for (const int index : deadline.until_actions) {
      ended_by_action |= ways_.possible_in(procedure_.actions[static_cast<std::size_t>(index)]);
    }
    for (const int from : deadline.from) {
      const Stages entered = ways_.entered_from(from);
      Stages stood_in = entered;
      stood_in.set(static_cast<std::size_t>(from));
      if ((entered & until).any() || (stood_in & ended_by_action).any()) continue;
      problems_.error(item.find("until")->place,
                      "the deadline \"" + deadline.name + "\" cannot end: nothing in \"until\" can happen after the stage \"" +
                          stage(static_cast<std::size_t>(from)).name + "\"");
      return;
    }
  }

  void lines_are_reached(const Node& item) {
    bool settled = false;
    for (const Node* line : Compiling::items(item, "within")) {
      if (settled) problems_.warning(line->place, "the line is never reached, because one above it always holds");
      settled = settled || (line->find("when") == nullptr && line->find("due") == nullptr);
    }
  }

  /// Where a level stands, as far as that can be said without a limit: before due, at breach, after it; and how far along
  /// among those of the same measure.
  struct Rank {
    int phase = 0;
    std::tuple<int, int, int> measure;
    std::int64_t along = 0;
  };
  static Rank rank(const Level& level) {
    const std::tuple<int, int, int> offset{1, static_cast<int>(level.offset.unit), level.offset.calendar};
    switch (level.kind) {
      case Level::Kind::before: return {0, offset, -level.offset.amount};
      case Level::Kind::after: return {2, offset, level.offset.amount};
      case Level::Kind::percent: break;
    }
    return {level.percent < 100 ? 0 : level.percent == 100 ? 1 : 2, {0, 0, 0}, level.percent};
  }

  void ladder_climbs(const Deadline& deadline, const Node& item) {
    const auto rungs = Compiling::items(item, "ladder");
    for (std::size_t above = 1; above < deadline.ladder.size(); ++above) {
      const Rank upper = rank(deadline.ladder[above]);
      for (std::size_t below = 0; below < above; ++below) {
        const Rank lower = rank(deadline.ladder[below]);
        const bool climbs = lower.phase != upper.phase ? lower.phase < upper.phase
                                                       : lower.measure != upper.measure || lower.along < upper.along;
        if (climbs) continue;
        problems_.error(rungs[above]->find("at")->place, "the ladder is out of order: \"" + deadline.ladder[above].text +
                                                             "\" does not come after \"" + deadline.ladder[below].text + "\"");
        break;
      }
    }
  }

  /// Money is booked because somebody told something.
  void books_nothing(const Deadline& deadline, const Node& item) {
    const auto rungs = Compiling::items(item, "ladder");
    for (std::size_t i = 0; i < deadline.ladder.size(); ++i) {
      const Level& level = deadline.ladder[i];
      if (level.perform && procedure_.actions[static_cast<std::size_t>(*level.perform)].books != model::Books::none) {
        problems_.error(rungs[i]->find("do")->place, "a level books nothing: the action \"" + rungs[i]->find("do")->text + "\" has \"books\"");
      }
      const Procedure* opened = level.open_procedure.empty() ? nullptr : manual_.procedure(level.open_procedure);
      if (opened == nullptr) continue;
      const Action* first = opened->begins();
      if (first == nullptr || first->books == model::Books::none) continue;
      problems_.error(rungs[i]->find("open")->place, "a level books nothing: \"" + opened->name + "\" begins with \"" + first->name + "\", which has \"books\"");
    }
  }

  const model::Manual& manual_;
  const Procedure& procedure_;
  const Node& node_;
  Problems& problems_;
  Ways ways_;
};

}  // namespace

void check_soundness(const model::Manual& manual, const Procedure& procedure, const Node& node, Problems& problems) {
  Soundness(manual, procedure, node, problems).check();
}

}  // namespace wuye
