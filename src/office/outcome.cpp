// Outcomes as JSON, for hosts that read text.
#include "journal/json.hpp"
#include "wuye/office.hpp"

namespace wuye {
namespace {

std::string_view status_name(Status status) noexcept {
  switch (status) {
    case Status::accepted: return "accepted";
    case Status::duplicate: return "duplicate";
    case Status::refused: return "refused";
  }
  return "refused";
}

}  // namespace

std::string Notice::json() const {
  std::string out;
  json::Object object(out);
  object.number("at", at.us);
  if (!case_id.empty()) object.text("case", case_id);
  if (!clause.empty()) object.text("clause", clause);
  if (!deadline.empty()) object.text("deadline", deadline);
  object.number("found", found.us).text("id", id);
  if (!level.empty()) object.text("level", level);
  object.number("seq", seq).text("state", state).raw("tell", tell.empty() ? "[]" : tell).text("text_en", text("en")).text("text_zh", text("zh"));
  object.text("what", what).end();
  return out;
}

std::string Outcome::json() const {
  std::string out;
  json::Object object(out);
  std::string list = "[";
  for (const Breach& breach : breaches) {
    if (list.size() > 1) list += ',';
    json::Object one(list);
    if (!breach.clause.empty()) one.text("clause", breach.clause);
    one.raw("facts", breach.facts.empty() ? "{}" : breach.facts).text("reason", breach.reason).end();
  }
  object.raw("breaches", list + ']');
  if (!case_id.empty()) object.text("case", case_id);
  if (!clause.empty()) object.text("clause", clause);
  object.raw("facts", facts);
  if (!message.empty()) object.text("message", message);
  list = "[";
  for (const Notice& notice : notices) {
    if (list.size() > 1) list += ',';
    list += notice.json();
  }
  object.raw("notices", list + ']');
  if (!reason.empty()) object.text("reason", reason);
  object.number("seq", seq);
  if (!stage.empty()) object.text("stage", stage);
  object.text("status", status_name(status)).end();
  return out;
}

}  // namespace wuye
