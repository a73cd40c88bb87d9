// JSON trees: canonical manuals, found lines and row states are read through these. What reads is written canonically, and that
// reads as the same.
#include "journal/json.hpp"

#include "fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wuye;
  std::string canonical;
  if (fuzz::answers([&] { json::append_tree(canonical, json::parse(fuzz::text_of(data, size))); })) {
    std::string again;
    const bool reads = fuzz::answers([&] { json::append_tree(again, json::parse(canonical)); });
    fuzz::require(reads && again == canonical, "canonical JSON reads as itself");
  }
  std::string fields;
  if (fuzz::answers([&] { json::append_fields(fields, json::parse_fields(fuzz::text_of(data, size))); })) {
    std::string again;
    const bool reads = fuzz::answers([&] { json::append_fields(again, json::parse_fields(fields)); });
    fuzz::require(reads && again == fields, "fields read as themselves");
  }
  return 0;
}
