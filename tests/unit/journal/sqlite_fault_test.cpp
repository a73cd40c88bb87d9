// Every write, sync and truncation that a store asks of the system fails once, each in turn: the error has the right code, and
// what is read afterwards, here and after opening again, is the state before the transaction or the state after it.
#include <sqlite3.h>

#include <cstring>

#include "support.hpp"

using namespace wuye;
using namespace wuye::test;

namespace {

// A layer over the system's files that lets the n-th operation fail.
struct Fault {
  int countdown = 0;  ///< 1: the next one; 0: none
  int result = SQLITE_OK;
  bool happened = false;
  int strike() {
    if (countdown == 0 || --countdown > 0) return SQLITE_OK;
    happened = true;
    return result;
  }
};
Fault fault;
sqlite3_vfs layer;
sqlite3_vfs* real_vfs = nullptr;

struct File {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

const sqlite3_io_methods kMethods = {
    3,
    [](sqlite3_file* f) { return of(f)->real()->pMethods->xClose(of(f)->real()); },
    [](sqlite3_file* f, void* to, int size, sqlite3_int64 at) { return of(f)->real()->pMethods->xRead(of(f)->real(), to, size, at); },
    [](sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
      const int struck = fault.strike();
      return struck != SQLITE_OK ? struck : of(f)->real()->pMethods->xWrite(of(f)->real(), from, size, at);
    },
    [](sqlite3_file* f, sqlite3_int64 size) {
      const int struck = fault.strike();
      return struck != SQLITE_OK ? struck : of(f)->real()->pMethods->xTruncate(of(f)->real(), size);
    },
    [](sqlite3_file*, int) { return fault.strike(); },  // no test pulls the plug, so nothing need reach the disk
    [](sqlite3_file* f, sqlite3_int64* size) { return of(f)->real()->pMethods->xFileSize(of(f)->real(), size); },
    [](sqlite3_file* f, int lock) { return of(f)->real()->pMethods->xLock(of(f)->real(), lock); },
    [](sqlite3_file* f, int lock) { return of(f)->real()->pMethods->xUnlock(of(f)->real(), lock); },
    [](sqlite3_file* f, int* out) { return of(f)->real()->pMethods->xCheckReservedLock(of(f)->real(), out); },
    [](sqlite3_file* f, int op, void* arg) { return of(f)->real()->pMethods->xFileControl(of(f)->real(), op, arg); },
    [](sqlite3_file* f) { return of(f)->real()->pMethods->xSectorSize(of(f)->real()); },
    [](sqlite3_file* f) { return of(f)->real()->pMethods->xDeviceCharacteristics(of(f)->real()); },
    [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
      return of(f)->real()->pMethods->xShmMap(of(f)->real(), page, size, extend, out);
    },
    [](sqlite3_file* f, int offset, int n, int flags) { return of(f)->real()->pMethods->xShmLock(of(f)->real(), offset, n, flags); },
    [](sqlite3_file* f) { of(f)->real()->pMethods->xShmBarrier(of(f)->real()); },
    [](sqlite3_file* f, int remove) { return of(f)->real()->pMethods->xShmUnmap(of(f)->real(), remove); },
    [](sqlite3_file*, sqlite3_int64, int, void** out) {
      *out = nullptr;
      return SQLITE_OK;
    },
    [](sqlite3_file*, sqlite3_int64, void*) { return SQLITE_OK; },
};

/// While it lives, new connections go through the layer.
class Layer {
 public:
  Layer() {
    real_vfs = sqlite3_vfs_find(nullptr);
    layer = *real_vfs;
    layer.zName = "wuye-fault";
    layer.szOsFile = static_cast<int>(sizeof(File)) + real_vfs->szOsFile;
    layer.xOpen = [](sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
      File* const mine = of(file);
      std::memset(mine, 0, sizeof *mine);
      const int result = real_vfs->xOpen(real_vfs, name, mine->real(), flags, out);
      if (mine->real()->pMethods != nullptr) mine->base.pMethods = &kMethods;
      return result;
    };
    sqlite3_vfs_register(&layer, 1);
    fault = Fault();
  }
  ~Layer() {
    sqlite3_vfs_register(real_vfs, 1);
    sqlite3_vfs_unregister(&layer);
  }
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;
};

struct Planned {
  int result;
  Code code;
};

void write_two(Store& store) {
  const std::int64_t next = store.last_seq() + 1;
  store.begin();
  for (std::int64_t i = 0; i < 2; ++i) store.append(make_line(next + i, "R-1"));
  store.upsert(kCases, tables::cells(make_case("R-" + std::to_string(next), true)));
  store.commit();
}

}  // namespace

TEST_CASE("sqlite: a commit that fails keeps nothing, or says that it does not know", "[journal]") {
  const Planned planned = GENERATE(Planned{SQLITE_FULL, Code::full}, Planned{SQLITE_IOERR_WRITE, Code::io}, Planned{SQLITE_IOERR_FSYNC, Code::io});
  CAPTURE(planned.result);
  Layer with_faults;
  bool failed = true;
  for (int n = 1; failed; ++n) {
    CAPTURE(n);
    REQUIRE(n < 1000);
    Directory directory;
    const std::string path = directory.file("x.db");
    {
      const auto store = open_sqlite_store(path, specs(), {});
      write_two(*store);
      fault = Fault{n, planned.result, false};
      const Error error = error_of([&] { write_two(*store); });
      failed = fault.happened;
      fault = Fault();
      CHECK(error.code() == (failed ? planned.code : Code::ok));
      if (failed) store->rollback();
      CHECK(store->last_seq() == (failed ? 2 : 4));
      if (store->unclear()) {
        CHECK(planned.code == Code::io);
        CHECK(code_of([&] { store->begin(); }) == Code::poisoned);
      } else {
        write_two(*store);
        CHECK(store->last_seq() == (failed ? 4 : 6));
      }
    }
    const auto reopened = open_sqlite_store(path, specs(), {});
    CHECK(reopened->last_seq() % 2 == 0);
    CHECK(reopened->check().empty());
  }
}

TEST_CASE("sqlite: a file whose making fails is made when tried again", "[journal]") {
  Layer with_faults;
  bool failed = true;
  for (int n = 1; failed; ++n) {
    CAPTURE(n);
    REQUIRE(n < 1000);
    Directory directory;
    const std::string path = directory.file("x.db");
    fault = Fault{n, SQLITE_FULL, false};
    const Code code = code_of([&] { open_sqlite_store(path, specs(), {}); });
    failed = fault.happened;
    fault = Fault();
    // What fails while closing is not lost, and so not an error.
    CHECK((code == Code::full || code == Code::ok));
    const auto store = open_sqlite_store(path, specs(), {});
    write_two(*store);
    CHECK(store->check().empty());
  }
}

TEST_CASE("sqlite: a backup that fails leaves no file", "[journal]") {
  Layer with_faults;
  Directory directory;
  const auto store = open_sqlite_store(directory.file("x.db"), specs(), {});
  write_two(*store);
  bool failed = true;
  for (int n = 1; failed; ++n) {
    CAPTURE(n);
    REQUIRE(n < 1000);
    const std::string copy = directory.file("copy-" + std::to_string(n));
    fault = Fault{n, SQLITE_FULL, false};
    const Code code = code_of([&] { store->backup(copy, {}); });
    failed = fault.happened;
    fault = Fault();
    CHECK(std::filesystem::exists(copy) == (code == Code::ok));
    if (failed) CHECK(code == Code::full);
    if (code == Code::ok) CHECK(open_sqlite_store(copy, specs(), {})->last_seq() == 2);
    CHECK(store->last_seq() == 2);
  }
}
