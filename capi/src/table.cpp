// A table as an Arrow stream: one struct array a batch, one child a column. Each child owns its buffers alone, so that a
// consumer may move it out of its batch. What the stream hands out lives on without it.
#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "arrow.hpp"
#include "guard.hpp"
#include "wuye/time.hpp"

namespace wuye::c {
namespace {

constexpr std::size_t kBatchRows = std::size_t{1} << 16U;
constexpr std::size_t kBatchTextBytes = std::size_t{1} << 28U;  ///< utf8 counts its bytes in int32

// ---- schema

/// A field, or the whole: `private_data` of an ArrowSchema, which points into it.
struct Field {
  std::string format;
  std::string name;
  std::string metadata;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
};

void release_schema(ArrowSchema* schema) {
  if (schema == nullptr || schema->release == nullptr) return;
  auto* field = static_cast<Field*>(schema->private_data);
  for (ArrowSchema& child : field->children) {
    if (child.release != nullptr) child.release(&child);
  }
  delete field;
  schema->release = nullptr;
}

void fill(ArrowSchema& out, std::unique_ptr<Field> field, std::int64_t flags) noexcept {
  out = ArrowSchema{};
  out.format = field->format.c_str();
  out.name = field->name.c_str();
  out.metadata = field->metadata.empty() ? nullptr : field->metadata.data();
  out.flags = flags;
  out.n_children = static_cast<std::int64_t>(field->children.size());
  out.children = field->child_pointers.data();
  out.release = &release_schema;
  out.private_data = field.release();
}

void append_int32(std::string& out, std::size_t value) {
  const auto number = static_cast<std::int32_t>(value);
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}

std::string metadata(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string out;
  append_int32(out, pairs.size());
  for (const auto& [key, value] : pairs) {
    append_int32(out, key.size());
    out += key;
    append_int32(out, value.size());
    out += value;
  }
  return out;
}

std::string format_of(ColumnType type, const std::string& zone) {
  switch (type) {
    case ColumnType::text: return "u";
    case ColumnType::integer: return "l";
    case ColumnType::money: return "l";
    case ColumnType::boolean: return "b";
    case ColumnType::instant: return "tsu:" + (zone.empty() ? std::string("UTC") : zone);
    case ColumnType::date: return "tdD";
  }
  throw Error(Code::internal, "a column is of a type that Arrow has not");
}

void export_schema(const TableData& table, ArrowSchema& out) {
  auto whole = std::make_unique<Field>();
  whole->format = "+s";
  const std::size_t count = table.columns.size();
  std::vector<std::unique_ptr<Field>> fields;
  for (const Column& column : table.columns) {
    auto field = std::make_unique<Field>();
    field->format = format_of(column.type, table.zone);
    field->name = column.name;
    std::vector<std::pair<std::string, std::string>> pairs{{"doc.zh", column.doc_zh}, {"doc.en", column.doc_en}};
    if (column.type == ColumnType::money) pairs.emplace_back("unit", "fen");
    field->metadata = metadata(pairs);
    fields.push_back(std::move(field));
  }
  whole->children.resize(count);
  whole->child_pointers.resize(count);
  for (std::size_t i = 0; i < count; ++i) {  // from here on nothing throws
    fill(whole->children[i], std::move(fields[i]), ARROW_FLAG_NULLABLE);
    whole->child_pointers[i] = &whole->children[i];
  }
  fill(out, std::move(whole), 0);
}

// ---- arrays

/// A column of a batch, or the batch: `private_data` of an ArrowArray, which points into it. Vectors of whole words keep
/// every buffer aligned to eight bytes.
struct Array {
  std::vector<std::uint64_t> validity;
  std::vector<std::int64_t> wide;
  std::vector<std::int32_t> narrow;
  std::vector<std::uint64_t> bits;
  std::string text;
  const void* buffers[3] = {nullptr, nullptr, nullptr};
  std::int64_t buffer_count = 1;
  std::int64_t nulls = 0;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
};

void release_array(ArrowArray* array) {
  if (array == nullptr || array->release == nullptr) return;
  auto* own = static_cast<Array*>(array->private_data);
  for (ArrowArray& child : own->children) {
    if (child.release != nullptr) child.release(&child);
  }
  delete own;
  array->release = nullptr;
}

void fill(ArrowArray& out, std::unique_ptr<Array> array, std::size_t rows) noexcept {
  out = ArrowArray{};
  out.length = static_cast<std::int64_t>(rows);
  out.null_count = array->nulls;
  out.n_buffers = array->buffer_count;
  out.n_children = static_cast<std::int64_t>(array->children.size());
  out.buffers = array->buffers;
  out.children = array->child_pointers.data();
  out.release = &release_array;
  out.private_data = array.release();
}

void set_bit(std::vector<std::uint64_t>& bits, std::size_t i) {
  // Arrow's bitmaps are of bytes, least bit first; writing bytes makes that true whatever the machine's byte order.
  auto* bytes = reinterpret_cast<unsigned char*>(bits.data());
  bytes[i / 8] = static_cast<unsigned char>(bytes[i / 8] | (1U << (i % 8)));
}

std::size_t words(std::size_t bits) { return bits / 64 + 1; }

std::int64_t number_of(const Cell& cell, const Column& column) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return *number;
  if (column.type == ColumnType::date) return parse_date(std::get<std::string>(cell)).days;
  throw Error(Code::internal, "column " + column.name + " holds text where it should hold numbers");
}

std::unique_ptr<Array> column_array(const TableData& table, std::size_t c, std::size_t first, std::size_t rows) {
  const Column& column = table.columns[c];
  auto out = std::make_unique<Array>();
  const auto cell = [&](std::size_t i) -> const Cell& { return table.rows[first + i].at(c); };
  out->validity.resize(words(rows));
  for (std::size_t i = 0; i < rows; ++i) {
    if (std::holds_alternative<std::monostate>(cell(i))) ++out->nulls;
    else set_bit(out->validity, i);
  }
  if (out->nulls > 0) out->buffers[0] = out->validity.data();
  out->buffer_count = 2;
  const auto present = [&](std::size_t i) { return !std::holds_alternative<std::monostate>(cell(i)); };
  switch (column.type) {
    case ColumnType::text:
      out->narrow.reserve(rows + 1);
      out->narrow.push_back(0);
      for (std::size_t i = 0; i < rows; ++i) {
        if (const auto* text = std::get_if<std::string>(&cell(i))) out->text += *text;
        else if (present(i)) throw Error(Code::internal, "column " + column.name + " holds numbers where it should hold text");
        if (out->text.size() > INT32_MAX) throw Error(Code::out_of_range, "column " + column.name + " holds too long a text");
        out->narrow.push_back(static_cast<std::int32_t>(out->text.size()));
      }
      out->buffers[1] = out->narrow.data();
      out->buffers[2] = out->text.data();
      out->buffer_count = 3;
      break;
    case ColumnType::boolean:
      out->bits.resize(words(rows));
      for (std::size_t i = 0; i < rows; ++i) {
        if (present(i) && number_of(cell(i), column) != 0) set_bit(out->bits, i);
      }
      out->buffers[1] = out->bits.data();
      break;
    case ColumnType::date:
      out->narrow.resize(rows + 1);
      for (std::size_t i = 0; i < rows; ++i) {
        if (present(i)) out->narrow[i] = static_cast<std::int32_t>(number_of(cell(i), column));
      }
      out->buffers[1] = out->narrow.data();
      break;
    case ColumnType::integer:
    case ColumnType::money:
    case ColumnType::instant:
      out->wide.resize(rows + 1);
      for (std::size_t i = 0; i < rows; ++i) {
        if (present(i)) out->wide[i] = number_of(cell(i), column);
      }
      out->buffers[1] = out->wide.data();
      break;
  }
  return out;
}

/// How many rows from `first` on make the next batch.
std::size_t batch_rows(const TableData& table, std::size_t first) {
  std::size_t bytes = 0;
  std::size_t row = first;
  while (row < table.rows.size() && row - first < kBatchRows) {
    for (const Cell& cell : table.rows[row]) {
      if (const auto* text = std::get_if<std::string>(&cell)) bytes += text->size();
    }
    if (bytes > kBatchTextBytes && row > first) break;
    ++row;
  }
  return row - first;
}

void export_batch(const TableData& table, std::size_t first, std::size_t rows, ArrowArray& out) {
  auto whole = std::make_unique<Array>();
  const std::size_t count = table.columns.size();
  std::vector<std::unique_ptr<Array>> columns;
  for (std::size_t c = 0; c < count; ++c) columns.push_back(column_array(table, c, first, rows));
  whole->children.resize(count);
  whole->child_pointers.resize(count);
  for (std::size_t c = 0; c < count; ++c) {  // from here on nothing throws
    fill(whole->children[c], std::move(columns[c]), rows);
    whole->child_pointers[c] = &whole->children[c];
  }
  fill(out, std::move(whole), rows);
}

// ---- the stream

struct Stream {
  TableData table;
  std::size_t next = 0;
  std::string error;
};

/// The border of the stream's own functions: an errno, and a sentence for get_last_error.
template <class Body>
int stream_guard(ArrowArrayStream* stream, Body&& body) noexcept {
  if (stream == nullptr || stream->release == nullptr) return EINVAL;
  Stream& own = *static_cast<Stream*>(stream->private_data);
  try {
    own.error.clear();
    std::forward<Body>(body)(own);
    return 0;
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  } catch (const std::exception& failure) {
    try {
      own.error = failure.what();
    } catch (...) {
      return ENOMEM;
    }
    return EINVAL;
  } catch (...) {
    return EINVAL;
  }
}

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  return stream_guard(stream, [&](Stream& own) {
    required(out, "out").release = nullptr;
    export_schema(own.table, *out);
  });
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) {
  return stream_guard(stream, [&](Stream& own) {
    required(out, "out").release = nullptr;
    const std::size_t rows = batch_rows(own.table, own.next);
    if (rows == 0) return;  // released: the end
    export_batch(own.table, own.next, rows, *out);
    own.next += rows;
  });
}

const char* get_last_error(ArrowArrayStream* stream) {
  if (stream == nullptr || stream->release == nullptr) return nullptr;
  const Stream& own = *static_cast<Stream*>(stream->private_data);
  return own.error.empty() ? nullptr : own.error.c_str();
}

void release_stream(ArrowArrayStream* stream) {
  if (stream == nullptr || stream->release == nullptr) return;
  delete static_cast<Stream*>(stream->private_data);
  stream->release = nullptr;
}

}  // namespace

void export_table(TableData&& table, ArrowArrayStream& out) {
  auto own = std::make_unique<Stream>();
  own->table = std::move(table);
  out.get_schema = &get_schema;
  out.get_next = &get_next;
  out.get_last_error = &get_last_error;
  out.release = &release_stream;
  out.private_data = own.release();
}

}  // namespace wuye::c
