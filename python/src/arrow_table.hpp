// A table that has left an office as an Arrow stream, kept so that it can be read again: each reader gets a stream of its
// own over the same buffers, which live until the last reader lets go. No Arrow library is needed.
#pragma once

#include <pybind11/pybind11.h>

#include <cstddef>
#include <memory>

#include "wuye/wuye.h"

namespace wuye_python {

class Table {
 public:
  /// Takes the stream over and reads it to its end. Throws (a Python exception) where the stream fails.
  explicit Table(ArrowArrayStream& stream);

  /// A capsule `arrow_schema`.
  pybind11::capsule schema_capsule() const;
  /// A capsule `arrow_array_stream`. A requested schema of another number of fields is refused; any other is ignored, as the protocol allows.
  pybind11::capsule stream_capsule(const pybind11::object& requested_schema) const;
  /// (name, Arrow format, metadata) of each column.
  pybind11::list columns() const;
  /// The values of one column: int, str, bool or None; instants in microseconds, dates in days.
  pybind11::list column(std::size_t index) const;
  std::size_t rows() const noexcept;

  struct Kept;

 private:
  std::shared_ptr<const Kept> kept_;
};

}  // namespace wuye_python
