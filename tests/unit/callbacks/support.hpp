// The quota of the score ruling, made by hand: four fifths of repairs and enquiries, all of the rest; a fifth by visits.
#pragma once

#include "../catch.hpp"
#include "callbacks/quota.hpp"

namespace wuye::test {

inline model::QuotaGroup group_of(std::string name, std::vector<std::string> classes, std::int64_t share_hundredths, int block) {
  model::QuotaGroup out;
  out.name = std::move(name);
  out.classes = std::move(classes);
  out.share_hundredths = share_hundredths;
  out.block = block;
  return out;
}

inline model::Quota ruling_quota() {
  model::Quota out;
  out.name = "callback";
  out.channels.resize(2);
  out.channels[0].name = "visit";
  out.channels[0].share_hundredths = 2000;
  out.channels[0].surplus_to = 1;
  out.channels[1].name = "phone";
  out.groups.push_back(group_of("repair_enquiry", {"repair", "enquiry"}, 8000, 5));
  out.groups.push_back(group_of("complaint", {"complaint"}, 10000, 1));
  out.groups.push_back(group_of("rest", {"suggestion", "help"}, 10000, 1));
  out.groups[1].prefers = 0;
  return out;
}

}  // namespace wuye::test
