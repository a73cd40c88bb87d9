// Entries as hosts send them.
#include "wuye/entry.hpp"

#include "fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wuye;
  fuzz::answers([&] {
    const Entry entry = Entry::parse(fuzz::text_of(data, size));
    fuzz::require(!entry.by.empty() && !entry.action.empty(), "an entry says who did what");
    for (std::size_t i = 1; i < entry.fields.size(); ++i) {
      fuzz::require(entry.fields[i - 1].first < entry.fields[i].first, "fields are in order and stand once");
    }
  });
  return 0;
}
