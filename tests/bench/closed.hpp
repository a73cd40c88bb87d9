// A file with many closed cases. A million are not recorded, which would take minutes: some thousands are, and their rows are copied
// within the file under other ids, deadlines included. The journal's lines are not copied.
#pragma once

#include "capture.hpp"
#include "support.hpp"

namespace wuye::bench {

inline constexpr std::size_t kRecordedCases = 2'000;

inline void record_into(const std::string& path, std::size_t cases) {
  Office office = Office::open(path, std::nullopt, {});
  tell_all(office, repair_log(cases).all());
  office.close();
}

/// Copies the rows of a table `copies` times, the case's id prefixed so that every copy sorts behind the one before.
inline std::string copying(const char* table, RawSqlite& db, std::size_t copies) {
  std::string names;
  const std::string columns = std::string("SELECT name FROM pragma_table_info('") + table + "')";
  const std::int64_t count = db.number(("SELECT count(*) FROM (" + columns + ")").c_str());
  for (std::int64_t i = 1; i < count; ++i) {
    names += ", \"" + db.text((columns + " LIMIT 1 OFFSET " + std::to_string(i)).c_str()) + "\"";
  }
  return std::string("WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < ") + std::to_string(copies) +
         ") INSERT INTO \"" + table + "\" SELECT printf('S%05d-', n) || \"case\"" + names + " FROM copy CROSS JOIN (SELECT * FROM \"" + table +
         "\" ORDER BY 1) AS rows";
}

/// Makes the file; how many cases it holds.
inline std::int64_t make_closed_cases(const std::string& path, std::size_t wanted) {
  record_into(path, std::min(wanted, kRecordedCases));
  RawSqlite db(path);
  db.execute("PRAGMA synchronous = OFF");
  const std::size_t copies = wanted / kRecordedCases;
  if (copies > 1) {
    for (const char* table : {"t_cases", "t_deadlines"}) db.execute(copying(table, db, copies - 1).c_str());
  }
  const std::int64_t cases = db.number("SELECT count(*) FROM t_cases");
  db.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  return cases;
}

}  // namespace wuye::bench
