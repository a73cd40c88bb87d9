// What stands behind the handles of wuye.h. All of them but the options are values or shared values, so that any order of
// release is legal.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "wuye/manual.hpp"
#include "wuye/office.hpp"
#include "wuye/time.hpp"
#include "wuye/wuye.h"

struct wuye_text {
  std::string data;
};

struct wuye_manual {
  wuye::Manual value;
};

struct wuye_calendar {
  wuye::Calendar value;
};

struct wuye_options {
  wuye::Office::Options value;
};

namespace wuye::c {

/// The office, and which thread is in a callback of it.
struct OfficeState {
  explicit OfficeState(Office&& opened) : office(std::move(opened)) {}
  Office office;
  std::atomic<std::thread::id> calling_back{};
};

}  // namespace wuye::c

struct wuye_office {
  std::shared_ptr<wuye::c::OfficeState> state;
};

/// One answer, or a batch of them: a batch has `items`, and its own texts are those of the item that decided it.
struct wuye_outcome {
  wuye::Outcome value;
  std::string notices;
  std::string json;
  bool batch = false;
  std::vector<wuye_outcome> items;
};

/// `more` is empty for the one error that is never allocated: no memory.
struct wuye_error {
  struct More {
    std::string message;
    wuye::Location where;
    std::vector<std::pair<std::string, std::string>> details;
  };
  wuye_status status = WUYE_STATUS_INTERNAL;
  std::string_view message;  ///< NUL-terminated
  const More* more = nullptr;
};
