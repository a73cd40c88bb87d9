// Collects what the checker has to say, so that one run tells all of it. Everything that reads a manual reports here and
// goes on; nobody throws for a bad manual before the end.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "manual/names.hpp"
#include "manual/node.hpp"
#include "wuye/manual.hpp"

namespace wuye {

class Problems {
 public:
  /// With this many the text is no manual, and nothing further is looked for: whoever adds the last one is left by
  /// `TooMany`, which load and check catch.
  static constexpr std::size_t kMax = 200;
  struct TooMany {};

  void error(const Node::Place& at, std::string message, std::string suggestion = {}) {
    ++errors_;
    add(true, at, std::move(message), std::move(suggestion));
  }
  void warning(const Node::Place& at, std::string message, std::string suggestion = {}) {
    add(false, at, std::move(message), std::move(suggestion));
  }
  /// `given` is none of `known`: says so, and which it probably was.
  template <typename Range>
  void unknown(const Node::Place& at, std::string_view noun, std::string_view given, const Range& known) {
    error(at, "unknown " + std::string(noun) + " " + shown(given), nearest(given, known));
  }

  std::size_t errors() const noexcept { return errors_; }

  /// Errors first, each group by layer (in the order of `files`), line and column.
  std::vector<Manual::Problem> sorted(const std::vector<std::string>& files) &&;

 private:
  void add(bool error, const Node::Place& at, std::string message, std::string suggestion) {
    found_.push_back({error, at.location(), std::move(message), std::move(suggestion)});
    if (errors_ == kMax) throw TooMany();
  }

  std::vector<Manual::Problem> found_;
  std::size_t errors_ = 0;
};

}  // namespace wuye
