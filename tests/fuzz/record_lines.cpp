// A stream of entries into an office with some staff and units. Whatever came in, the office verifies, and its journal makes the same
// office again.
#include "fuzz.hpp"
#include "wuye/office.hpp"

namespace {

constexpr std::string_view kSetup =
    R"({"at":"2026-03-02T08:30+08:00","by":"system:fuzz","do":"set_staff","staff":"zhao","post":"front_desk_officer"}
{"at":"2026-03-02T08:30+08:00","by":"system:fuzz","do":"set_staff","staff":"sun","post":"technician"}
{"at":"2026-03-02T08:30+08:00","by":"system:fuzz","do":"set_staff","staff":"wang","post":"cs_supervisor"}
{"at":"2026-03-02T08:30+08:00","by":"system:fuzz","do":"set_unit","place":"3-1201","kind":"unit"}
)";

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wuye;
  std::string_view text = fuzz::text_of(data, size);
  // The first byte, where it is a digit, chooses.
  const bool choice = !text.empty() && text.front() >= '0' && text.front() <= '9';
  const unsigned chosen = choice ? static_cast<unsigned>(text.front() - '0') : 0U;
  if (choice) text.remove_prefix(1);
  Office office = Office::memory(Manual::standard(), {});
  if ((chosen & 1U) == 0) office.record_lines(kSetup, Office::Mode::independent);
  fuzz::answers([&] {
    for (const Outcome& outcome : office.record_lines(text, (chosen & 2U) != 0 ? Office::Mode::atomic : Office::Mode::independent)) {
      fuzz::require(outcome.accepted() != !outcome.reason.empty(), "a refusal, and only that, has a reason");
      static_cast<void>(outcome.json());
    }
  });
  if ((chosen & 4U) != 0) {
    fuzz::answers([&] {
      for (int i = 0; i < 20; ++i) {
        const auto due = office.next_due();
        if (!due) break;
        fuzz::require(!office.advance(*due).empty(), "advancing to what is due next finds something");
      }
    });
  }
  if (office.last_seq() == 0) return 0;
  const Office::Verified verified = office.verify();
  if (!verified.findings.empty()) fuzz::broken("verify: " + verified.findings.front());
  Office again = Office::memory(Manual::standard(), {});
  again.load(office.lines(0));
  fuzz::require(again.digest() == office.digest() && again.state_digest() == office.state_digest(), "a journal makes the same office again");
  return 0;
}
