// The names of the error codes. What each code means, and who throws it, is said in error.hpp and where it is thrown.
#include "wuye/error.hpp"

namespace wuye {

std::string_view code_name(Code code) noexcept {
  switch (code) {
    case Code::ok: return "ok";
    case Code::invalid_argument: return "invalid_argument";
    case Code::not_found: return "not_found";
    case Code::conflict: return "conflict";
    case Code::busy: return "busy";
    case Code::read_only: return "read_only";
    case Code::io: return "io";
    case Code::full: return "full";
    case Code::corrupt: return "corrupt";
    case Code::unsupported: return "unsupported";
    case Code::no_memory: return "no_memory";
    case Code::cancelled: return "cancelled";
    case Code::misuse: return "misuse";
    case Code::internal: return "internal";
    case Code::poisoned: return "poisoned";
    case Code::no_working_time: return "no_working_time";
    case Code::out_of_range: return "out_of_range";
  }
  return "unknown";
}

}  // namespace wuye
