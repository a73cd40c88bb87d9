// The order in which a manual is compiled.
#include "manual/compile.hpp"

#include "manual/compiling.hpp"

namespace wuye {

std::shared_ptr<model::Manual> compile(const Node& tree, const Zone* rules, Problems& problems) {
  Compiling in(tree, problems);
  compile_office(in, rules);
  compile_procedures(in);
  compile_quotas(in);
  compile_fees(in);
  compile_duties(in);
  compile_metrics(in);
  compile_books(in);
  treat_clauses(in);
  if (problems.errors() != 0) return nullptr;
  return std::make_shared<model::Manual>(std::move(in.manual));
}

}  // namespace wuye
