// The one list of all tables.
#include "tables/specs.hpp"

#include "tables/describe.hpp"

namespace wuye {

const std::vector<TableSpec>& table_specs() {
  static const std::vector<TableSpec> specs{
      tables::spec<rows::Case>(),       tables::spec<rows::Deadline>(), tables::spec<rows::Notice>(), tables::spec<rows::Breach>(),
      tables::spec<rows::Unit>(),       tables::spec<rows::Party>(),    tables::spec<rows::Staff>(),  tables::spec<rows::Holding>(),
      tables::spec<rows::TallyCount>(), tables::spec<rows::Adopted>(),
      tables::spec<rows::CallbackBase>(), tables::spec<rows::CallbackMonth>(),
      tables::spec<rows::Charge>(),     tables::spec<rows::Receipt>(),  tables::spec<rows::Posting>(), tables::spec<rows::Unbilled>(),
      tables::spec<rows::Account>(),    tables::spec<rows::Sheet>(),    tables::spec<rows::Duty>(),    tables::spec<rows::Meter>(),
      tables::spec<rows::Reading>()};
  return specs;
}

}  // namespace wuye
