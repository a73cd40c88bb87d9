// The parts of the C interface that do not need an office: Arrow streams of hand-made tables, journal lines as text, and the
// guard itself.
#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#endif

#include <cstring>
#include <new>

#include "../unit/catch.hpp"
#include "arrow.hpp"
#include "guard.hpp"
#include "lines.hpp"

using wuye::Cell;
using wuye::ColumnType;
using wuye::TableData;

namespace {

TableData sample(std::size_t rows) {
  TableData table;
  table.name = "sample";
  table.zone = "Asia/Shanghai";
  table.columns = {{"id", ColumnType::text, "编号", "Id"},      {"n", ColumnType::integer, "", ""},
                   {"live", ColumnType::boolean, "", ""},       {"at", ColumnType::instant, "", ""},
                   {"day", ColumnType::date, "", ""},           {"fee", ColumnType::money, "", ""}};
  for (std::size_t i = 0; i < rows; ++i) {
    const auto n = static_cast<std::int64_t>(i);
    table.rows.push_back({Cell{"行" + std::to_string(i)}, i % 3 == 0 ? Cell{} : Cell{n}, Cell{n % 2}, Cell{n * 1'000'000},
                          i % 2 == 0 ? Cell{std::int64_t{20'514}} : Cell{std::string("2026-03-02")}, Cell{-n}});
  }
  return table;
}

bool bit(const void* bits, std::size_t i) { return (unsigned{static_cast<const unsigned char*>(bits)[i / 8]} >> (i % 8) & 1U) != 0; }

std::string metadata_of(const ArrowSchema& field, std::string_view wanted) {
  const char* at = field.metadata;
  const auto number = [&] {
    std::int32_t value = 0;
    std::memcpy(&value, at, sizeof value);
    at += sizeof value;
    return static_cast<std::size_t>(value);
  };
  for (std::size_t pairs = number(); pairs > 0; --pairs) {
    std::size_t length = number();
    const std::string_view key(at, length);
    at += length;
    length = number();
    const std::string value(at, length);
    at += length;
    if (key == wanted) return value;
  }
  return "(none)";
}

}  // namespace

TEST_CASE("a table leaves as an Arrow stream", "[capi][arrow]") {
  ArrowArrayStream stream;
  wuye::c::export_table(sample(10), stream);
  ArrowSchema schema;
  REQUIRE(stream.get_schema(&stream, &schema) == 0);
  REQUIRE(schema.n_children == 6);
  CHECK(std::string(schema.children[0]->format) == "u");
  CHECK(std::string(schema.children[1]->format) == "l");
  CHECK(std::string(schema.children[2]->format) == "b");
  CHECK(std::string(schema.children[3]->format) == "tsu:Asia/Shanghai");
  CHECK(std::string(schema.children[4]->format) == "tdD");
  CHECK(std::string(schema.children[5]->format) == "l");
  CHECK(metadata_of(*schema.children[0], "doc.zh") == "编号");
  CHECK(metadata_of(*schema.children[5], "unit") == "fen");
  CHECK(metadata_of(*schema.children[1], "unit") == "(none)");
  schema.release(&schema);

  ArrowArray batch;
  REQUIRE(stream.get_next(&stream, &batch) == 0);
  ArrowArray end;
  REQUIRE(stream.get_next(&stream, &end) == 0);
  CHECK(end.release == nullptr);
  stream.release(&stream);  // the batch outlives it
  CHECK(stream.release == nullptr);

  REQUIRE(batch.length == 10);
  REQUIRE(batch.n_children == 6);
  const ArrowArray& text = *batch.children[0];
  const auto* offsets = static_cast<const std::int32_t*>(text.buffers[1]);
  CHECK(std::string_view(static_cast<const char*>(text.buffers[2]) + offsets[7],
                         static_cast<std::size_t>(offsets[8] - offsets[7])) == "行7");
  CHECK(text.buffers[0] == nullptr);
  const ArrowArray& numbers = *batch.children[1];
  CHECK(numbers.null_count == 4);
  CHECK_FALSE(bit(numbers.buffers[0], 0));
  CHECK(bit(numbers.buffers[0], 8));
  CHECK(static_cast<const std::int64_t*>(numbers.buffers[1])[8] == 8);
  CHECK(bit(batch.children[2]->buffers[1], 9));
  CHECK_FALSE(bit(batch.children[2]->buffers[1], 8));
  CHECK(static_cast<const std::int64_t*>(batch.children[3]->buffers[1])[2] == 2'000'000);
  CHECK(static_cast<const std::int32_t*>(batch.children[4]->buffers[1])[0] == 20'514);
  CHECK(static_cast<const std::int32_t*>(batch.children[4]->buffers[1])[1] == 20'514);
  CHECK(static_cast<const std::int64_t*>(batch.children[5]->buffers[1])[9] == -9);

  ArrowArray moved = *batch.children[0];  // a child lives on without its batch
  batch.children[0]->release = nullptr;
  batch.release(&batch);
  CHECK(batch.release == nullptr);
  CHECK(static_cast<const std::int32_t*>(moved.buffers[1])[0] == 0);
  moved.release(&moved);
}

TEST_CASE("big tables come in batches, empty ones in none", "[capi][arrow]") {
  ArrowArrayStream stream;
  wuye::c::export_table(sample(70'000), stream);
  std::int64_t rows = 0;
  int batches = 0;
  for (;;) {
    ArrowArray batch;
    REQUIRE(stream.get_next(&stream, &batch) == 0);
    if (batch.release == nullptr) break;
    rows += batch.length;
    ++batches;
    batch.release(&batch);
  }
  CHECK(rows == 70'000);
  CHECK(batches == 2);
  stream.release(&stream);

  wuye::c::export_table(sample(0), stream);
  ArrowArray none;
  REQUIRE(stream.get_next(&stream, &none) == 0);
  CHECK(none.release == nullptr);
  stream.release(&stream);
}

TEST_CASE("a cell of another type is an error of the stream", "[capi][arrow]") {
  TableData table = sample(3);
  table.rows[1][0] = Cell{std::int64_t{7}};
  ArrowArrayStream stream;
  wuye::c::export_table(std::move(table), stream);
  ArrowArray batch;
  CHECK(stream.get_next(&stream, &batch) != 0);
  CHECK(batch.release == nullptr);
  CHECK(std::string(stream.get_last_error(&stream)).find("column id") != std::string::npos);
  stream.release(&stream);
}

TEST_CASE("journal lines come back byte for byte", "[capi][lines]") {
  wuye::Line line;
  line.seq = 7;
  line.told = true;
  line.at = wuye::Instant{-5};
  line.now = wuye::Instant{9};
  line.case_id = "C\"7\",\"line\":{";  // the separator's text, inside a text
  line.source = "门禁";
  line.key = "\n";
  line.text = R"({"a":1,"line":{"b":"}"}})";
  line.hash = std::string(31, '\x01') + '\xff';
  const std::string text = wuye::c::lines_text({line, line});
  const std::vector<wuye::Line> back = wuye::c::lines_in(text);
  REQUIRE(back.size() == 2);
  CHECK(back[1].seq == line.seq);
  CHECK(back[1].told);
  CHECK(back[1].at == line.at);
  CHECK(back[1].now == line.now);
  CHECK(back[1].case_id == line.case_id);
  CHECK(back[1].source == line.source);
  CHECK(back[1].key == line.key);
  CHECK(back[1].text == line.text);
  CHECK(back[1].hash == line.hash);
  CHECK(wuye::c::lines_text(back) == text);
  try {
    wuye::c::lines_in(text + "\n{}\n");
    FAIL("a broken line was taken");
  } catch (const wuye::Error& error) {
    CHECK(error.code() == wuye::Code::invalid_argument);
    CHECK(error.where().line == 4);
  }
}

TEST_CASE("the guard lets nothing past", "[capi][guard]") {
  wuye_error* err = nullptr;
  CHECK(wuye::c::guard(&err, [] { throw std::bad_alloc(); }) == WUYE_STATUS_NO_MEMORY);
  wuye_error* const static_error = err;
  CHECK(std::string(wuye_error_message(err, nullptr)).find("memory") != std::string::npos);
  CHECK(wuye_error_detail_count(err) == 0);
  wuye_error_release(err);  // does nothing: the same error again
  CHECK(wuye::c::guard(&err, [] { throw std::bad_alloc(); }) == WUYE_STATUS_NO_MEMORY);
  CHECK(err == static_error);
  wuye_error_release(err);

  CHECK(wuye::c::guard(&err, [] { throw 7; }) == WUYE_STATUS_INTERNAL);
  wuye_error_release(err);
  CHECK(wuye::c::guard(&err, [] { throw std::runtime_error("odd"); }) == WUYE_STATUS_INTERNAL);
  CHECK(std::string(wuye_error_message(err, nullptr)) == "odd");
  wuye_error_release(err);
  CHECK(wuye::c::guard(nullptr, [] { throw wuye::Error(wuye::Code::busy, "busy"); }) == WUYE_STATUS_BUSY);
  CHECK(wuye::c::guard(&err, [] {}) == WUYE_STATUS_OK);
  CHECK(err == nullptr);
}

TEST_CASE("statuses are the codes of the C++ interface", "[capi]") {
  for (std::int32_t code = 0; code <= 16; ++code) {
    CHECK(wuye_status_name(code) == wuye::code_name(static_cast<wuye::Code>(code)));
  }
  CHECK(WUYE_STATUS_OUT_OF_RANGE == static_cast<wuye_status>(wuye::Code::out_of_range));
  CHECK(WUYE_STATUS_MISUSE == static_cast<wuye_status>(wuye::Code::misuse));
  CHECK(WUYE_STATUS_NO_WORKING_TIME == static_cast<wuye_status>(wuye::Code::no_working_time));
  CHECK(WUYE_OUTCOME_REFUSED == static_cast<wuye_verdict>(wuye::Status::refused));
  CHECK(std::string(wuye_status_name(WUYE_STATUS_BUSY | 0x300)) == "busy");
}
