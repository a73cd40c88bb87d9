// Metrics: exact fractions over deadlines and cases, with the reason why each counts or does not (domain rulings K1 to K9). What is
// looked at comes in as facts, one by one and in any order; where they are kept is the office's business.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "manual/conditions.hpp"
#include "manual/model.hpp"
#include "scores/fraction.hpp"
#include "wuye/office.hpp"

namespace wuye::scores {

/// A hundred percent, in hundredths of one.
inline constexpr std::int64_t kWhole = 10'000;

/// A deadline, or a case, as a metric looks at it. Views last as long as the call that hands it over.
struct Fact {
  std::string_view case_id;
  std::int64_t generation = 1;
  std::string_view state;        ///< of the deadline, as in its table; empty: a whole case
  std::string_view ending;       ///< what the case's ending counts as; empty while it is live
  Instant at;                    ///< by which it belongs to a period
  Instant opened;                ///< of a case
  std::optional<Instant> breach;
  std::optional<Instant> stopped;
  std::string_view who;          ///< whom it is charged to
  std::string_view zone;
  std::string_view parent;       ///< the case that opened this one
  std::string_view actor;        ///< who stopped the deadline
  std::string_view first_by;     ///< of a mean: with which others it is averaged first
  int part = 0;                  ///< of a ceil_share; of breaches the month
  std::int64_t number = 0;       ///< of a sum
  std::optional<Fraction> value; ///< of a mean; none: unreadable
  const ConditionContext* values = nullptr;  ///< the case's, where they are needed
};

/// What comes of one fact.
enum class Verdict : std::uint8_t { in_time, done, late, not_done, not_yet, paused, dropped, ended_otherwise, unreadable };
inline constexpr std::size_t kVerdicts = 9;
/// In the denominator.
bool counted(Verdict verdict) noexcept;
/// In the numerator.
bool reached(Verdict verdict) noexcept;
/// Why it is not counted or not in time; empty where it is.
std::string_view reason(Verdict verdict) noexcept;

/// `clock` is how far the office has come; what is not late by then is not yet judged. `period` matters only where
/// what was missed is carried.
Verdict judge(const model::Metric& metric, const Fact& fact, const Segment& period, Instant clock);

/// What the facts of one metric, period, officer and zone add up to.
class Sum {
 public:
  void add(const model::Metric& metric, const Fact& fact, Verdict verdict);
  /// Fills in the counts, value, state and points of the figure. `figure.pass_hundredths` and the like are the caller's.
  void finish(const model::Metric& metric, Figure& figure) const;

 private:
  std::array<std::int64_t, kVerdicts> counts_{};
  std::map<int, std::int64_t> due_of_part_;
  std::int64_t sum_ = 0;
  bool overflow_ = false;
  /// Values that are averaged first: those of a zone, and those of the whole office, which stand for all zones.
  struct Values {
    std::vector<Fraction> of_zones;
    std::vector<Fraction> of_office;
  };
  std::map<std::string, Values, std::less<>> values_;  ///< by what is averaged first
};

/// Adds to the figure what it costs of the points found, and what the metric's cap cuts off.
void deduct(const model::Metric& metric, std::int64_t found_hundredths, Figure& figure);

/// A figure of the metric with nothing in it yet.
Figure blank(const model::Metric& metric);

}  // namespace wuye::scores
