// The order in which problems are told.
#include "manual/problems.hpp"

#include <tuple>

namespace wuye {

std::vector<Manual::Problem> Problems::sorted(const std::vector<std::string>& files) && {
  const auto layer = [&](const std::string& file) { return std::find(files.begin(), files.end(), file) - files.begin(); };
  std::stable_sort(found_.begin(), found_.end(), [&](const Manual::Problem& a, const Manual::Problem& b) {
    return std::make_tuple(!a.error, layer(a.where.file), a.where.line, a.where.column) <
           std::make_tuple(!b.error, layer(b.where.file), b.where.line, b.where.column);
  });
  return std::move(found_);
}

}  // namespace wuye
