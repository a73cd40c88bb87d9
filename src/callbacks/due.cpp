// The calculator over a manual: names are checked here, the arithmetic is quota.cpp's.
#include "wuye/callbacks.hpp"

#include "callbacks/quota.hpp"
#include "manual/names.hpp"

namespace wuye {
namespace {

Error no_such(std::string_view noun, std::string_view name, const std::vector<std::string_view>& known) {
  Error error(Code::not_found, "there is no " + std::string(noun) + " " + std::string(name));
  if (const std::string near = nearest(name, known); !near.empty()) error.with("nearest", near);
  return error;
}

}  // namespace

CallbacksDue callbacks_due(const Manual& manual, std::span<const std::pair<std::string, std::int64_t>> counts, std::string_view quota) {
  const model::Manual& rules = manual.compiled();
  const model::Quota* of = rules.quota(quota);
  if (!of) {
    std::vector<std::string_view> known;
    for (const model::Quota& one : rules.quotas) known.push_back(one.name);
    throw no_such("quota", quota, known);
  }
  for (const auto& [name, count] : counts) {
    if (of->group_of(name) >= 0) continue;
    std::vector<std::string_view> known;
    for (const model::QuotaGroup& group : of->groups) known.insert(known.end(), group.classes.begin(), group.classes.end());
    throw no_such("class of that quota named", name, known);
  }
  const callbacks::Due due = callbacks::due_by_class(*of, {counts.begin(), counts.end()});
  CallbacksDue out;
  out.total = due.total;
  for (std::size_t g = 0; g < due.groups.size(); ++g) out.groups.emplace_back(of->groups[g].name, due.groups[g]);
  for (std::size_t c = 0; c < due.channels.size(); ++c) out.channels.emplace_back(of->channels[c].name, due.channels[c]);
  return out;
}

}  // namespace wuye
