// The manual (规程): the rules of one company as checked, immutable data. Read from TOML layers, compiled once,
// identified by the hash of its canonical form.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wuye/entry.hpp"
#include "wuye/error.hpp"
#include "wuye/time.hpp"

namespace wuye {

namespace model {
struct Manual;
}

/// @thread immutable: share it freely; copies are cheap and refer to the same compiled rules.
class Manual {
 public:
  /// One TOML text. A layer that says `extends = "standard"` lies on the built-in pack; later layers lie on earlier ones.
  struct Layer {
    std::string name;  ///< shown in problems; usually the file's name
    std::string text;
  };
  struct Problem {
    bool error = true;  ///< false: a warning
    Location where;
    std::string message;
    std::string suggestion;  ///< the nearest name or the fix; may be empty
  };

  /// The standard pack that is built into the library.
  static Manual standard();
  /// Reads, layers, checks and compiles. Throws invalid_argument with the first problem's place and sentence; the
  /// details of the error hold every further one.
  static Manual load(std::span<const Layer> layers);
  /// All that the checker has to say, errors first by place, then warnings; never throws for bad text.
  static std::vector<Problem> check(std::span<const Layer> layers);
  /// Brings back a manual from its canonical form (as a journal holds it). Throws corrupt where it does not compile.
  static Manual from_canonical(std::string_view canonical);

  /// RFC 8785 JSON of the merged layers and the zone's rules; equal manuals have equal canonical forms.
  const std::string& canonical() const noexcept;
  /// BLAKE2b-256 of the canonical form, 64 lower-case hexadecimal digits.
  const std::string& hash() const noexcept;
  const std::string& name() const noexcept;
  const Zone& zone() const noexcept;
  /// A calendar by name. Throws not_found naming the nearest.
  const Calendar& calendar(std::string_view name) const;

  struct Limit {
    Instant due;                        ///< shown: the earliest instant at which the limit is used up
    Instant breach;                     ///< the first instant that is late
    bool provisional = false;
    std::string clause;                 ///< "R051"; empty where only a default stands behind it
    std::vector<std::pair<std::string, Instant>> levels;  ///< "75%" → when it fires
  };
  /// What a deadline of a procedure comes to, from the manual alone: `from` is when its clock starts, `fields` are the
  /// case's. Throws not_found for an unknown procedure or deadline, invalid_argument where no limit applies.
  Limit deadline(std::string_view procedure, std::string_view deadline, Instant from, const Fields& fields,
                 std::span<const Segment> pauses = {}) const;

  /// The clause catalogue with what the manual makes of each clause (rule, duty, checklist, nothing), as a JSON array.
  std::string clauses_json() const;
  /// The procedures with their stages, actions, fields, deadlines and ladders, as JSON; `lang` is "zh" or "en".
  std::string describe_json(std::string_view lang) const;

  explicit Manual(std::shared_ptr<const model::Manual> compiled) : compiled_(std::move(compiled)) {}
  const model::Manual& compiled() const noexcept { return *compiled_; }
  const std::shared_ptr<const model::Manual>& shared() const noexcept { return compiled_; }

 private:
  std::shared_ptr<const model::Manual> compiled_;
};

}  // namespace wuye
