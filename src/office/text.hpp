// The sentences of notices, in Chinese and English, from the titles that the manual gives.
#pragma once

#include <string>

#include "cases/case.hpp"
#include "office/lines.hpp"

namespace wuye {

struct NoticeText {
  std::string zh;
  std::string en;
};

/// `c` may be null for notices of no case; `manual` gives posts and zone.
NoticeText notice_text(const Found& found, const cases::Case* c, const model::Manual& manual);

}  // namespace wuye
