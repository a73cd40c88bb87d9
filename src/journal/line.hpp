// The hash chain over lines: hash_n = BLAKE2b-256(hash_{n-1} ‖ canonical line). What a canonical line says is written
// elsewhere (docs/journal.md); here it is bytes.
#pragma once

#include <string>
#include <string_view>

namespace wuye {

inline constexpr std::size_t kHashBytes = 32;

/// The 32 zero bytes that stand before the first line.
std::string chain_start();
/// The hash of a line after a line with hash `previous` (32 bytes). Throws internal for a `previous` of another length.
std::string chain_hash(std::string_view previous, std::string_view canonical);
/// BLAKE2b-256 of any bytes; 32 bytes.
std::string blake2b(std::string_view bytes);
/// Lower-case hexadecimal digits, two a byte.
std::string hex(std::string_view bytes);

}  // namespace wuye
