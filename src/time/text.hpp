// Small pieces of writing that the files of this room share: padded numbers, offsets, and quotation in messages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wuye::text {

/// Appends `value` (≥ 0) with leading zeros to at least `width` digits.
void append_padded(std::string& out, std::int64_t value, std::size_t width);

/// Appends "+08:00", or "-00:44:30" where there are seconds.
void append_offset(std::string& out, std::int32_t offset_seconds);

/// Reads "+08", "+0800", "+08:00", "+08:05:43" or "Z" from the whole of `text`. False if it is none of these.
bool read_offset(std::string_view text, std::int32_t& offset_seconds);

/// A value from outside, quoted for a message: shortened, and whatever is not printable ASCII replaced by '?'.
std::string quoted(std::string_view value);

}  // namespace wuye::text
