// BLAKE2b through libsodium, and hexadecimal. Nothing else in wuye knows which library hashes.
#include "journal/line.hpp"

#include <sodium.h>

#include "wuye/error.hpp"

namespace wuye {
namespace {

static_assert(kHashBytes == crypto_generichash_BYTES);

/// libsodium hashes correctly without it; with it, by the fastest code that the processor has.
void choose_implementation() {
  static const bool ready = sodium_init() >= 0;
  static_cast<void>(ready);
}

unsigned char* bytes_of(std::string& out) { return reinterpret_cast<unsigned char*>(out.data()); }
const unsigned char* bytes_of(std::string_view in) { return reinterpret_cast<const unsigned char*>(in.data()); }

}  // namespace

std::string chain_start() { return std::string(kHashBytes, '\0'); }

std::string chain_hash(std::string_view previous, std::string_view canonical) {
  if (previous.size() != kHashBytes) throw Error(Code::internal, "a line's hash has 32 bytes, and the one before has not");
  choose_implementation();
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, kHashBytes);
  crypto_generichash_update(&state, bytes_of(previous), previous.size());
  crypto_generichash_update(&state, bytes_of(canonical), canonical.size());
  std::string out(kHashBytes, '\0');
  crypto_generichash_final(&state, bytes_of(out), kHashBytes);
  return out;
}

std::string blake2b(std::string_view bytes) {
  choose_implementation();
  std::string out(kHashBytes, '\0');
  crypto_generichash(bytes_of(out), kHashBytes, bytes_of(bytes), bytes.size(), nullptr, 0);
  return out;
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0x0FU];
  }
  return out;
}

}  // namespace wuye
