// Outcomes: what an entry, or a batch of them, came to. Everything is rendered when the handle is made; getters only hand out.
#include "outcome.hpp"

#include <algorithm>

#include "guard.hpp"
#include "write.hpp"

namespace wuye::c {
namespace {

wuye_outcome one(Outcome&& outcome) {
  wuye_outcome made;
  made.notices = notices_json(outcome.notices);
  made.json = outcome.json();
  made.value = std::move(outcome);
  return made;
}

}  // namespace

std::unique_ptr<wuye_outcome> outcome_of(Outcome&& outcome) {
  return std::make_unique<wuye_outcome>(one(std::move(outcome)));
}

std::unique_ptr<wuye_outcome> batch_of(std::vector<Outcome>&& outcomes) {
  auto batch = std::make_unique<wuye_outcome>();
  batch->batch = true;
  batch->items.reserve(outcomes.size());
  for (Outcome& outcome : outcomes) batch->items.push_back(one(std::move(outcome)));
  append_array(batch->json, batch->items, [](std::string& out, const wuye_outcome& item) { out += item.json; });
  if (batch->items.empty()) {
    batch->value.status = Status::accepted;
    batch->notices = "[]";
    return batch;
  }
  const auto refused = std::find_if(batch->items.begin(), batch->items.end(),
                                    [](const wuye_outcome& item) { return item.value.status == Status::refused; });
  const wuye_outcome& deciding = refused == batch->items.end() ? batch->items.back() : *refused;
  batch->value = deciding.value;
  batch->notices = deciding.notices;
  return batch;
}

}  // namespace wuye::c

namespace {

using wuye::c::borrowed;

/// The text of a breach by index; "" past the end.
const char* breach_text(const wuye_outcome* outcome, size_t index, size_t* len_out, std::string wuye::Breach::*field) noexcept {
  if (outcome == nullptr || index >= outcome->value.breaches.size()) {
    return wuye::c::text_out(std::string_view("", 0), len_out);
  }
  return wuye::c::text_out(outcome->value.breaches[index].*field, len_out);
}

}  // namespace

extern "C" {

size_t wuye_outcome_count(const wuye_outcome* outcome) {
  if (outcome == nullptr) return 0;
  return outcome->batch ? outcome->items.size() : 1;
}

const wuye_outcome* wuye_outcome_at(const wuye_outcome* outcome, size_t index) {
  if (index >= wuye_outcome_count(outcome)) return nullptr;
  return outcome->batch ? &outcome->items[index] : outcome;
}

wuye_verdict wuye_outcome_status(const wuye_outcome* outcome) {
  return outcome == nullptr ? 0 : static_cast<wuye_verdict>(outcome->value.status);
}

int64_t wuye_outcome_seq(const wuye_outcome* outcome) { return outcome == nullptr ? 0 : outcome->value.seq; }

const char* wuye_outcome_case(const wuye_outcome* outcome, size_t* len_out) {
  return borrowed(outcome, len_out, [](const wuye_outcome& o) -> const std::string& { return o.value.case_id; });
}

const char* wuye_outcome_stage(const wuye_outcome* outcome, size_t* len_out) {
  return borrowed(outcome, len_out, [](const wuye_outcome& o) -> const std::string& { return o.value.stage; });
}

const char* wuye_outcome_reason(const wuye_outcome* outcome, size_t* len_out) {
  return borrowed(outcome, len_out, [](const wuye_outcome& o) -> const std::string& { return o.value.reason; });
}

const char* wuye_outcome_clause(const wuye_outcome* outcome, size_t* len_out) {
  return borrowed(outcome, len_out, [](const wuye_outcome& o) -> const std::string& { return o.value.clause; });
}

const char* wuye_outcome_message(const wuye_outcome* outcome, size_t* len_out) {
  return borrowed(outcome, len_out, [](const wuye_outcome& o) -> const std::string& { return o.value.message; });
}

const char* wuye_outcome_facts(const wuye_outcome* outcome, size_t* len_out) {
  return borrowed(outcome, len_out, [](const wuye_outcome& o) -> const std::string& { return o.value.facts; });
}

size_t wuye_outcome_breach_count(const wuye_outcome* outcome) {
  return outcome == nullptr ? 0 : outcome->value.breaches.size();
}

const char* wuye_outcome_breach_reason(const wuye_outcome* outcome, size_t index, size_t* len_out) {
  return breach_text(outcome, index, len_out, &wuye::Breach::reason);
}

const char* wuye_outcome_breach_clause(const wuye_outcome* outcome, size_t index, size_t* len_out) {
  return breach_text(outcome, index, len_out, &wuye::Breach::clause);
}

const char* wuye_outcome_breach_facts(const wuye_outcome* outcome, size_t index, size_t* len_out) {
  return breach_text(outcome, index, len_out, &wuye::Breach::facts);
}

size_t wuye_outcome_notice_count(const wuye_outcome* outcome) {
  return outcome == nullptr ? 0 : outcome->value.notices.size();
}

const char* wuye_outcome_notices(const wuye_outcome* outcome, size_t* len_out) {
  return borrowed(outcome, len_out, [](const wuye_outcome& o) -> const std::string& { return o.notices; });
}

const char* wuye_outcome_json(const wuye_outcome* outcome, size_t* len_out) {
  return borrowed(outcome, len_out, [](const wuye_outcome& o) -> const std::string& { return o.json; });
}

void wuye_outcome_release(wuye_outcome* outcome) { delete outcome; }

}  // extern "C"
