// Lays out the report, and the result as JSON. The first failing steps are told in full; of the others, which often only
// follow from those, the numbers.
#include "scenario/report.hpp"

#include "journal/json.hpp"
#include "scenario/compare.hpp"

namespace wuye {
namespace scenario {
namespace {

constexpr std::size_t kToldInFull = 3;
constexpr std::size_t kMaxCameBytes = 4000;

void append_step(std::string& out, const ScenarioResult& result, const FailedStep& step) {
  out += "\n  " + step.heading + '\n';
  if (!step.say.empty()) out += "    \"" + step.say + "\"\n";
  for (const std::string& difference : step.differences) out += "    - " + difference + '\n';
  if (!step.verdict.empty()) out += "    answer: " + step.verdict + '\n';
  out += "    came: " + shortened(step.came, kMaxCameBytes) + '\n';
  if (step.lines_before.empty()) {
    out += "    the journal was empty before it\n";
  } else {
    out += "    the lines before it:\n";
    for (const std::string& line : step.lines_before) out += "      " + line + '\n';
  }
  out += "    this step alone: wuye_scenarios --step " + std::to_string(step.index) + ' ' + result.name + '\n';
}

}  // namespace

std::string failure_report(const ScenarioResult& result, const std::vector<std::string>& setup, const std::vector<FailedStep>& failed) {
  std::string out = result.name + ": " + result.title;
  if (!result.covers.empty()) {
    out += " (";
    for (std::size_t i = 0; i < result.covers.size(); ++i) out += (i != 0 ? ", " : "") + result.covers[i];
    out += ')';
  }
  out += '\n';
  for (const std::string& sentence : setup) out += "\n  " + sentence + '\n';
  for (std::size_t i = 0; i < failed.size() && i < kToldInFull; ++i) append_step(out, result, failed[i]);
  if (failed.size() > kToldInFull) {
    out += "\n  further steps that failed:";
    for (std::size_t i = kToldInFull; i < failed.size(); ++i) out += (i != kToldInFull ? ", " : " ") + std::to_string(failed[i].index);
    out += '\n';
  }
  if (!result.invariants.empty()) {
    out += "\n  what must hold of every office did not:\n";
    for (const std::string& sentence : result.invariants) out += "    - " + sentence + '\n';
  }
  return out;
}

}  // namespace scenario

std::string ScenarioResult::json() const {
  const auto texts = [](const std::vector<std::string>& list) {
    std::string out = "[";
    for (const std::string& text : list) {
      if (out.size() > 1) out += ',';
      json::append_string(out, text);
    }
    return out + ']';
  };
  std::string judged = "[";
  for (const StepResult& step : steps) {
    if (judged.size() > 1) judged += ',';
    json::Object(judged)
        .raw("came", step.came)
        .raw("differences", texts(step.differences))
        .number("index", static_cast<std::int64_t>(step.index))
        .number("line", step.line)
        .flag("passed", step.passed)
        .end();
  }
  judged += ']';
  std::string out;
  json::Object object(out);
  object.raw("covers", texts(covers)).text("digest", digest).text("failure", failure);
  if (!invariants.empty()) object.raw("invariants", texts(invariants));
  object.text("name", name).flag("passed", passed).raw("steps", judged).text("title", title);
  if (!updated_text.empty()) object.text("updated_text", updated_text);
  object.end();
  return out;
}

}  // namespace wuye
