#include "arrow_table.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace wuye_python {

struct Table::Kept {
  ArrowSchema schema{};
  std::vector<ArrowArray> batches;

  Kept() = default;
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  ~Kept() {
    for (auto& batch : batches) {
      if (batch.release) batch.release(&batch);
    }
    if (schema.release) schema.release(&schema);
  }
};

namespace {

using Owner = std::shared_ptr<const Table::Kept>;

/// What a handed-out struct of type T (ArrowSchema or ArrowArray) holds on to.
template <class T>
struct Held {
  Owner owner;
  std::vector<T> children;
  std::vector<T*> pointers;
};

template <class T>
void release(T* given) {
  auto* held = static_cast<Held<T>*>(given->private_data);
  for (auto* child : held->pointers) {
    if (child->release) child->release(child);  // a consumer may have moved a child out: then it has none
  }
  delete held;
  given->release = nullptr;
}

/// A copy of the struct over the same buffers and texts; children are structs of their own, so that a consumer may move them.
template <class T>
void share(const T& from, const Owner& owner, T* out) {
  auto held = std::make_unique<Held<T>>();
  held->owner = owner;
  const auto count = static_cast<std::size_t>(from.n_children);
  held->children.resize(count);
  held->pointers.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    share(*from.children[i], owner, &held->children[i]);
    held->pointers.push_back(&held->children[i]);
  }
  *out = from;
  out->dictionary = nullptr;  // wuye hands out none
  out->children = count ? held->pointers.data() : nullptr;
  out->release = &release<T>;
  out->private_data = held.release();
}

struct Reader {
  Owner owner;
  std::size_t next = 0;
};

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  try {
    const auto& reader = *static_cast<Reader*>(stream->private_data);
    share(reader.owner->schema, reader.owner, out);
    return 0;
  } catch (...) {
    return ENOMEM;
  }
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) {
  try {
    auto& reader = *static_cast<Reader*>(stream->private_data);
    *out = ArrowArray{};
    if (reader.next < reader.owner->batches.size()) {
      share(reader.owner->batches[reader.next], reader.owner, out);
      ++reader.next;
    }
    return 0;
  } catch (...) {
    return ENOMEM;
  }
}

const char* last_error(ArrowArrayStream*) { return "out of memory"; }

void release_stream(ArrowArrayStream* stream) {
  delete static_cast<Reader*>(stream->private_data);
  stream->release = nullptr;
}

template <class T>
void drop_capsule(PyObject* capsule) {
  auto* held = static_cast<T*>(PyCapsule_GetPointer(capsule, PyCapsule_GetName(capsule)));
  if (!held) {
    PyErr_Clear();
    return;
  }
  if (held->release) held->release(held);
  delete held;
}

/// Allocated and wrapped before it is filled, so that an error on the way leaks nothing.
template <class T>
std::pair<py::capsule, T*> empty_capsule(const char* name) {
  auto held = std::make_unique<T>();
  PyObject* made = PyCapsule_New(held.get(), name, &drop_capsule<T>);
  if (!made) throw py::error_already_set();
  return {py::reinterpret_steal<py::capsule>(made), held.release()};
}

bool valid(const ArrowArray& array, std::int64_t row) {
  const auto* bits = static_cast<const std::uint8_t*>(array.buffers[0]);
  const auto at = static_cast<std::uint64_t>(row + array.offset);
  return !bits || ((bits[at / 8] >> (at % 8)) & 1U);
}

template <class Offset>
py::object string_at(const ArrowArray& array, std::int64_t row) {
  const auto* offsets = static_cast<const Offset*>(array.buffers[1]) + array.offset;
  const auto* data = static_cast<const char*>(array.buffers[2]);
  const auto size = static_cast<std::size_t>(offsets[row + 1] - offsets[row]);
  return py::str(size ? data + offsets[row] : "", size);
}

py::object value_at(std::string_view format, const ArrowArray& array, std::int64_t row) {
  if (format == "n" || !valid(array, row)) return py::none();
  if (format == "l" || format.substr(0, 3) == "tsu") {
    return py::int_((static_cast<const std::int64_t*>(array.buffers[1]) + array.offset)[row]);
  }
  if (format == "i" || format == "tdD") {
    return py::int_((static_cast<const std::int32_t*>(array.buffers[1]) + array.offset)[row]);
  }
  if (format == "b") {
    const auto at = static_cast<std::uint64_t>(row + array.offset);
    return py::bool_(((static_cast<const std::uint8_t*>(array.buffers[1])[at / 8] >> (at % 8)) & 1U) != 0);
  }
  if (format == "u") return string_at<std::int32_t>(array, row);
  if (format == "U") return string_at<std::int64_t>(array, row);
  throw py::type_error("column of Arrow format " + std::string(format) + " is not known here");
}

py::dict metadata_of(const char* text) {
  py::dict out;
  if (!text) return out;
  const auto number = [&text] {
    std::int32_t value = 0;
    std::memcpy(&value, text, sizeof value);
    text += sizeof value;
    return static_cast<std::size_t>(value);
  };
  for (std::size_t left = number(); left > 0; --left) {
    const std::size_t key_size = number();
    const py::str key(text, key_size);
    text += key_size;
    const std::size_t value_size = number();
    out[key] = py::str(text, value_size);
    text += value_size;
  }
  return out;
}

}  // namespace

Table::Table(ArrowArrayStream& stream) {
  auto kept = std::make_shared<Kept>();
  struct Guard {
    ArrowArrayStream& stream;
    ~Guard() {
      if (stream.release) stream.release(&stream);
    }
  } guard{stream};
  const auto fail = [&] {
    const char* why = stream.get_last_error(&stream);
    throw std::runtime_error(why ? why : "the table's stream failed");
  };
  if (stream.get_schema(&stream, &kept->schema) != 0) fail();
  for (;;) {
    ArrowArray batch{};
    if (stream.get_next(&stream, &batch) != 0) fail();
    if (!batch.release) break;
    kept->batches.push_back(batch);
  }
  kept_ = std::move(kept);
}

py::capsule Table::schema_capsule() const {
  auto [capsule, out] = empty_capsule<ArrowSchema>("arrow_schema");
  share(kept_->schema, kept_, out);
  return capsule;
}

py::capsule Table::stream_capsule(const py::object& requested_schema) const {
  if (!requested_schema.is_none()) {
    const auto* wanted = static_cast<const ArrowSchema*>(PyCapsule_GetPointer(requested_schema.ptr(), "arrow_schema"));
    if (!wanted) throw py::error_already_set();
    if (wanted->n_children != kept_->schema.n_children) {
      throw py::value_error("the requested schema has " + std::to_string(wanted->n_children) + " fields, the table " +
                            std::to_string(kept_->schema.n_children));
    }
  }
  auto [capsule, out] = empty_capsule<ArrowArrayStream>("arrow_array_stream");
  out->private_data = new Reader{kept_, 0};
  out->get_schema = &get_schema;
  out->get_next = &get_next;
  out->get_last_error = &last_error;
  out->release = &release_stream;
  return capsule;
}

py::list Table::columns() const {
  py::list out;
  for (std::int64_t i = 0; i < kept_->schema.n_children; ++i) {
    const ArrowSchema& child = *kept_->schema.children[i];
    out.append(py::make_tuple(child.name, child.format, metadata_of(child.metadata)));
  }
  return out;
}

py::list Table::column(std::size_t index) const {
  if (index >= static_cast<std::size_t>(kept_->schema.n_children)) throw py::index_error("no such column");
  const std::string_view format = kept_->schema.children[index]->format;
  py::list out;
  for (const auto& batch : kept_->batches) {
    ArrowArray array = *batch.children[index];
    array.offset += batch.offset;
    for (std::int64_t row = 0; row < batch.length; ++row) out.append(value_at(format, array, row));
  }
  return out;
}

std::size_t Table::rows() const noexcept {
  std::size_t out = 0;
  for (const auto& batch : kept_->batches) out += static_cast<std::size_t>(batch.length);
  return out;
}

}  // namespace wuye_python
