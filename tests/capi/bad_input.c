/* Whatever a host gives, it gets an answer or a clear error: NULL everywhere, text that is not UTF-8 or not JSON, numbers out
 * of range, closed offices, files that are not ours. It is given a folder in which it may make files. */
#include "check.h"

static const char *const kReport =
    "{\"at\":\"2026-03-02T22:10+08:00\",\"by\":\"li\",\"do\":\"report\",\"class\":\"repair\",\"place\":\"3-1201\",\"text\":\"x\"}";

/* Every pointer that must not be NULL is. */
static void null_pointers(void) {
  const wuye_status bad = WUYE_STATUS_INVALID_ARGUMENT;
  wuye_office *office = NULL;
  wuye_manual *manual = NULL;
  wuye_calendar *calendar = NULL;
  wuye_options *options = NULL;
  wuye_outcome *outcome = NULL;
  wuye_text *text = NULL;
  struct ArrowArrayStream stream;
  uint8_t digest[32];
  int64_t us = 0;

  FAILS(bad, wuye_about(NULL, &err));
  FAILS(bad, wuye_options_create(NULL, &err));
  FAILS(bad, wuye_options_keys(NULL, &err));
  FAILS(bad, wuye_options_set_text(NULL, "seed", WUYE_NTS, "s", 1, &err));
  FAILS(bad, wuye_options_set_int64(NULL, "busy_ms", WUYE_NTS, 1, &err));
  FAILS(bad, wuye_options_set_bool(NULL, "read_only", WUYE_NTS, 1, &err));
  OK(wuye_options_create(&options, &err));
  FAILS(bad, wuye_options_set_text(options, NULL, WUYE_NTS, "s", 1, &err));
  FAILS(bad, wuye_options_set_text(options, "seed", WUYE_NTS, NULL, WUYE_NTS, &err));
  wuye_options_release(options);

  FAILS(bad, wuye_manual_standard(NULL, &err));
  FAILS(bad, wuye_manual_load(NULL, NULL, NULL, NULL, 1, &manual, &err));
  FAILS(bad, wuye_manual_load(NULL, NULL, NULL, NULL, 0, &manual, &err));
  FAILS(bad, wuye_manual_check(NULL, NULL, NULL, NULL, 1, &text, &err));
  FAILS(bad, wuye_manual_from_canonical(NULL, WUYE_NTS, &manual, &err));
  FAILS(bad, wuye_manual_clauses(NULL, &text, &err));
  FAILS(bad, wuye_manual_describe(NULL, "en", 2, &text, &err));
  FAILS(bad, wuye_manual_schema(NULL, &err));
  FAILS(bad, wuye_manual_deadline(NULL, "{}", 2, &text, &err));
  FAILS(bad, wuye_manual_deadline_us(NULL, "a", 1, "b", 1, NULL, 0, NULL, 0, NULL, NULL, &err));
  FAILS(bad, wuye_manual_period_us(NULL, "2026", 4, &us, &us, &err));
  OK(wuye_manual_standard(&manual, &err));
  FAILS(bad, wuye_manual_clauses(manual, NULL, &err));
  FAILS(bad, wuye_manual_describe(manual, NULL, WUYE_NTS, &text, &err));
  FAILS(bad, wuye_manual_deadline(manual, NULL, 7, &text, &err));
  FAILS(bad, wuye_manual_period_us(manual, "2026", 4, NULL, &us, &err));
  FAILS(bad, wuye_manual_callbacks_due(NULL, NULL, 0, "repair", WUYE_NTS, NULL, 0, &us, 1, &us, &err));
  FAILS(bad, wuye_manual_callbacks_due(manual, NULL, 0, NULL, 0, NULL, 0, &us, 1, &us, &err));
  FAILS(bad, wuye_manual_callbacks_due(manual, NULL, 0, "repair", WUYE_NTS, NULL, 0, NULL, 1, &us, &err));
  FAILS(bad, wuye_manual_points(NULL, "dispatch_timeliness", WUYE_NTS, NULL, 0, &us, &us, 1, &us, &err));
  FAILS(bad, wuye_manual_points(manual, "dispatch_timeliness", WUYE_NTS, NULL, 0, NULL, &us, 1, &us, &err));
  FAILS(bad, wuye_manual_points(manual, "dispatch_timeliness", WUYE_NTS, "half", WUYE_NTS, &us, &us, 1, &us, &err));
  FAILS(bad, wuye_manual_charge(NULL, "{}", WUYE_NTS, &text, &err));
  FAILS(bad, wuye_manual_charge(manual, "{}", WUYE_NTS, &text, &err));
  FAILS(bad, wuye_manual_charge(manual, NULL, 0, &text, &err));
  FAILS(bad, wuye_manual_charges(manual, NULL, WUYE_NTS, NULL, 0, 0, 1, &us, 1, &us, &err));
  FAILS(bad, wuye_manual_charges(manual, "management", WUYE_NTS, "{\"use\":3}", WUYE_NTS, 0, 1, &us, 1, &us, &err));
  FAILS(bad, wuye_manual_charges(manual, "management", WUYE_NTS, NULL, 0, 1, 0, &us, 1, &us, &err));
  FAILS(bad, wuye_manual_charges(manual, "management", WUYE_NTS, NULL, 0, 0, 1, NULL, 1, &us, &err));
  FAILS(bad, wuye_manual_late_fee(manual, "management", WUYE_NTS, 0, NULL, &us, 1, 1, &us, &err));
  FAILS(bad, wuye_manual_late_fees(manual, "management", WUYE_NTS, &us, NULL, 1, 1, &us, &err));
  FAILS(bad, wuye_share(-1, &us, 1, &us, &err));
  FAILS(bad, wuye_share(1, NULL, 1, &us, &err));
  FAILS(bad, wuye_manual_deadline_us(manual, "repair", 6, "dispatch", 8, NULL, 0, NULL, 1, NULL, NULL, &err));
  FAILS(bad, wuye_calendar_of_manual(manual, NULL, WUYE_NTS, &calendar, &err));
  FAILS(bad, wuye_calendar_of_manual(NULL, "desk_day", WUYE_NTS, &calendar, &err));
  wuye_manual_release(manual);

  FAILS(bad, wuye_calendar_create(NULL, WUYE_NTS, &calendar, &err));
  FAILS(bad, wuye_calendar_create("{\"time_zone\":\"UTC\"}", WUYE_NTS, NULL, &err));
  FAILS(bad, wuye_calendar_add(NULL, 0, 0, NULL, NULL, 0, &us, NULL, NULL, &err));
  FAILS(bad, wuye_calendar_between(NULL, 0, 0, NULL, NULL, 0, &us, &err));
  FAILS(bad, wuye_calendar_add_us(NULL, NULL, NULL, 0, NULL, &err));
  FAILS(bad, wuye_calendar_between_us(NULL, NULL, NULL, 0, NULL, &err));
  FAILS(bad, wuye_calendar_add_days_us(NULL, NULL, NULL, 0, NULL, &err));
  FAILS(bad, wuye_calendar_next_open_us(NULL, NULL, 0, NULL, &err));
  FAILS(bad, wuye_calendar_is_open(NULL, NULL, 0, NULL, &err));
  FAILS(bad, wuye_calendar_periods(NULL, 0, 0, 0, NULL, NULL, NULL, &err));
  OK(wuye_calendar_create("{\"time_zone\":\"UTC\",\"around_the_clock\":true}", WUYE_NTS, &calendar, &err));
  FAILS(bad, wuye_calendar_add(calendar, 0, 0, NULL, NULL, 0, NULL, NULL, NULL, &err));
  FAILS(bad, wuye_calendar_add(calendar, 0, 0, NULL, NULL, 1, &us, NULL, NULL, &err));
  FAILS(bad, wuye_calendar_add_us(calendar, NULL, NULL, 1, NULL, &err));
  FAILS(bad, wuye_calendar_periods(calendar, 0, 0, 0, NULL, NULL, NULL, &err));
  wuye_calendar_release(calendar);

  FAILS(bad, wuye_office_open(NULL, WUYE_NTS, NULL, NULL, &office, &err));
  FAILS(bad, wuye_office_open("", 0, NULL, NULL, &office, &err));
  FAILS(bad, wuye_office_open("a\0b", 3, NULL, NULL, &office, &err));
  FAILS(bad, wuye_office_memory(NULL, NULL, NULL, &err));
  FAILS(bad, wuye_office_close(NULL, &err));
  FAILS(bad, wuye_office_record(NULL, kReport, WUYE_NTS, &outcome, &err));
  FAILS(bad, wuye_office_dry_run(NULL, kReport, WUYE_NTS, &outcome, &err));
  FAILS(bad, wuye_office_record_lines(NULL, "", 0, WUYE_MODE_ATOMIC, NULL, NULL, &outcome, &err));
  FAILS(bad, wuye_office_propose(NULL, kReport, WUYE_NTS, &outcome, &err));
  FAILS(bad, wuye_office_proposed(NULL, &text, &err));
  FAILS(bad, wuye_office_commit(NULL, &err));
  FAILS(bad, wuye_office_discard(NULL, &err));
  FAILS(bad, wuye_office_advance(NULL, 0, &text, &err));
  FAILS(bad, wuye_office_adopt(NULL, NULL, 0, "a", 1, &err));
  FAILS(bad, wuye_office_next_due(NULL, &us, NULL, &err));
  FAILS(bad, wuye_office_notices(NULL, 0, -1, &text, &err));
  FAILS(bad, wuye_office_options(NULL, NULL, 0, "a", 1, 0, &text, &err));
  FAILS(bad, wuye_office_explain(NULL, "a", 1, &text, &err));
  FAILS(bad, wuye_office_score(NULL, "2026", 4, NULL, 0, &text, &err));
  FAILS(bad, wuye_office_scores(NULL, "2026", 4, NULL, 0, &stream, &err));
  FAILS(bad, wuye_office_scorecards(NULL, "2026", 4, NULL, 0, &text, &err));
  FAILS(bad, wuye_office_table(NULL, "cases", 5, &stream, &err));
  CHECK(stream.release == NULL);
  FAILS(bad, wuye_office_tables(NULL, &text, &err));
  FAILS(bad, wuye_office_as_of(NULL, 0, WUYE_KNOWN_THEN, &office, &err));
  FAILS(bad, wuye_office_manual(NULL, &manual, &err));
  FAILS(bad, wuye_office_last_seq(NULL, &us, &err));
  FAILS(bad, wuye_office_clock(NULL, &us, NULL, &err));
  FAILS(bad, wuye_office_lines(NULL, 0, -1, &text, &err));
  FAILS(bad, wuye_office_load(NULL, "", 0, &err));
  FAILS(bad, wuye_office_verify(NULL, NULL, NULL, &text, &err));
  FAILS(bad, wuye_office_backup(NULL, "a", 1, NULL, NULL, &err));
  FAILS(bad, wuye_office_digest(NULL, digest, &err));
  FAILS(bad, wuye_office_state_digest(NULL, digest, &err));
  OK(wuye_office_memory(NULL, NULL, &office, &err));
  FAILS(bad, wuye_office_record(office, NULL, WUYE_NTS, &outcome, &err));
  FAILS(bad, wuye_office_record(office, kReport, WUYE_NTS, NULL, &err));
  FAILS(bad, wuye_office_next_due(office, NULL, NULL, &err));
  FAILS(bad, wuye_office_digest(office, NULL, &err));
  FAILS(bad, wuye_office_table(office, "cases", 5, NULL, &err));
  FAILS(bad, wuye_office_record_lines(office, "", 0, 7, NULL, NULL, &outcome, &err));
  wuye_office_release(office);
  FAILS(bad, wuye_scenario_run(NULL, WUYE_NTS, "", 0, NULL, NULL, NULL, NULL, 0, 0, 0, &text, &err));
}

static void bad_entries(void) {
  static const char *const broken[] = {
      "",
      "{",
      "[]",
      "null",
      "{}",
      "{\"at\":1}",
      "{\"at\":1,\"at\":1,\"by\":\"a\",\"do\":\"b\"}",
      "{\"at\":1.5,\"by\":\"a\",\"do\":\"b\"}",
      "{\"at\":1e400,\"by\":\"a\",\"do\":\"b\"}",
      "{\"at\":99999999999999999999,\"by\":\"a\",\"do\":\"b\"}",
      "{\"at\":\"2026-03-02T22:10\",\"by\":\"a\",\"do\":\"b\"}",
      "{\"at\":\"yesterday\",\"by\":\"a\",\"do\":\"b\"}",
      "{\"at\":0,\"by\":\"a\",\"do\":7}",
      "{\"at\":0,\"by\":\"a\",\"do\":\"b\",\"x\":null}",
      "{\"at\":0,\"by\":\"a\",\"do\":\"b\",\"x\":{\"y\":1}}",
      "{\"at\":0,\"by\":\"a\",\"do\":\"b\",\"x\":\"\\ud800\"}",
      "{\"at\":0,\"by\":\"a\",\"do\":\"b\"} trailing",
      "{\"at\":0,\"by\":\"a\",\"do\":\"b\",\"x\":\"\x01\"}",
  };
  wuye_office *office = NULL;
  wuye_outcome *outcome = NULL;
  int64_t seq = 0, before = 0;
  size_t i;
  OK(wuye_office_memory(NULL, NULL, &office, &err));
  OK(wuye_office_last_seq(office, &before, &err));
  for (i = 0; i < sizeof broken / sizeof *broken; ++i) {
    FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_office_record(office, broken[i], WUYE_NTS, &outcome, &err));
    CHECK(outcome == NULL);
  }
  for (i = 0; i < strlen(kReport); ++i) { /* every beginning of an entry */
    FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_office_record(office, kReport, i, &outcome, &err));
  }
  OK(wuye_office_last_seq(office, &seq, &err));
  CHECK(seq == before);
  /* what is whole, but says nonsense, is refused as an outcome */
  OK(wuye_office_record(office, "{\"at\":0,\"by\":\"a\",\"do\":\"fly\"}", WUYE_NTS, &outcome, &err));
  CHECK(wuye_outcome_status(outcome) == WUYE_OUTCOME_REFUSED);
  wuye_outcome_release(outcome);
  wuye_office_release(office);
}

static void not_utf8(void) {
  static const char *const broken[] = {
      "\x80", "\xff", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf0\x82\x82\xac", "plenty of ASCII and then \xe5\x8e",
  };
  wuye_manual *manual = NULL;
  wuye_office *office = NULL;
  wuye_text *text = NULL;
  char entry[256];
  wuye_outcome *outcome = NULL;
  size_t i;
  OK(wuye_manual_standard(&manual, &err));
  OK(wuye_office_memory(manual, NULL, &office, &err));
  for (i = 0; i < sizeof broken / sizeof *broken; ++i) {
    const char *texts[1];
    const char *name = "x";
    texts[0] = broken[i];
    FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_manual_describe(manual, broken[i], WUYE_NTS, &text, &err));
    FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_manual_check(&name, NULL, texts, NULL, 1, &text, &err));
    snprintf(entry, sizeof entry, "{\"at\":0,\"by\":\"a\",\"do\":\"b\",\"x\":\"%s\"}", broken[i]);
    FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_office_record(office, entry, WUYE_NTS, &outcome, &err));
    FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_office_load(office, broken[i], WUYE_NTS, &err));
  }
  wuye_office_release(office);
  wuye_manual_release(manual);
}

static void bad_calendars(void) {
  static const char *const broken[] = {
      "{}",
      "[]",
      "{\"time_zone\":8}",
      "{\"time_zone\":\"UTC\",\"weekly\":[]}",
      "{\"time_zone\":\"UTC\",\"weekly\":{\"monday\":[]}}",
      "{\"time_zone\":\"UTC\",\"weekly\":{\"mon\":[[\"08:30\"]]}}",
      "{\"time_zone\":\"UTC\",\"weekly\":{\"mon\":[[\"08:30\",\"25:00\"]]}}",
      "{\"time_zone\":\"UTC\",\"weekly\":{\"mon\":[[\"08:30\",\"12:00\"],[\"11:00\",\"13:00\"]]}}",
      "{\"time_zone\":\"UTC\",\"holidays\":[\"2026-02-30\"]}",
      "{\"time_zone\":\"UTC\",\"holidays\":[\"2026-02-03\"],\"makeup\":[\"2026-02-03\"]}",
      "{\"time_zone\":\"UTC\",\"overrides\":{\"tomorrow\":[]}}",
      "{\"time_zone\":\"UTC\",\"almanac\":[2026]}",
      "{\"time_zone\":\"UTC\",\"around_the_clock\":1}",
      "{\"time_zone\":\"UTC\",\"makeup_like\":\"m\"}",
  };
  wuye_calendar *calendar = NULL;
  int64_t due = 0;
  size_t i;
  for (i = 0; i < sizeof broken / sizeof *broken; ++i) {
    FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_calendar_create(broken[i], WUYE_NTS, &calendar, &err));
    CHECK(calendar == NULL);
  }
  FAILS(WUYE_STATUS_NOT_FOUND, wuye_calendar_create("{\"time_zone\":\"Mars/Olympus\"}", WUYE_NTS, &calendar, &err));
  FAILS(WUYE_STATUS_NOT_FOUND, wuye_calendar_create("{\"time_zone\":\"../../etc/passwd\"}", WUYE_NTS, &calendar, &err));
  OK(wuye_calendar_create("{\"time_zone\":\"UTC\"}", WUYE_NTS, &calendar, &err)); /* never open */
  FAILS(WUYE_STATUS_NO_WORKING_TIME, wuye_calendar_add(calendar, 0, 1, NULL, NULL, 0, &due, NULL, NULL, &err));
  wuye_calendar_release(calendar);
}

static void closed_office(void) {
  wuye_office *office = NULL;
  wuye_outcome *outcome = NULL;
  wuye_text *text = NULL;
  wuye_office *view = NULL;
  wuye_manual *manual = NULL;
  struct ArrowArrayStream stream;
  uint8_t digest[32];
  int64_t us = 0;
  const wuye_status bad = WUYE_STATUS_MISUSE;
  OK(wuye_office_memory(NULL, NULL, &office, &err));
  OK(wuye_office_close(office, &err));
  FAILS(bad, wuye_office_record(office, kReport, WUYE_NTS, &outcome, &err));
  FAILS(bad, wuye_office_dry_run(office, kReport, WUYE_NTS, &outcome, &err));
  FAILS(bad, wuye_office_record_lines(office, kReport, WUYE_NTS, WUYE_MODE_ATOMIC, NULL, NULL, &outcome, &err));
  FAILS(bad, wuye_office_propose(office, kReport, WUYE_NTS, &outcome, &err));
  FAILS(bad, wuye_office_advance(office, 0, &text, &err));
  FAILS(bad, wuye_office_next_due(office, &us, NULL, &err));
  FAILS(bad, wuye_office_notices(office, 0, -1, &text, &err));
  FAILS(bad, wuye_office_table(office, "cases", 5, &stream, &err));
  FAILS(bad, wuye_office_tables(office, &text, &err));
  FAILS(bad, wuye_office_as_of(office, 0, WUYE_KNOWN_THEN, &view, &err));
  FAILS(bad, wuye_office_manual(office, &manual, &err));
  FAILS(bad, wuye_office_lines(office, 0, -1, &text, &err));
  FAILS(bad, wuye_office_verify(office, NULL, NULL, &text, &err));
  FAILS(bad, wuye_office_digest(office, digest, &err));
  FAILS(bad, wuye_office_last_seq(office, &us, &err));
  wuye_office_release(office);
}

static void bad_lines(void) {
  static const char *const broken[] = {
      "x", "{}", "{\"line\":{}}", "{\"seq\":1,\"line\":{}}",
      "{\"seq\":1,\"told\":true,\"at\":0,\"now\":0,\"case\":\"\",\"source\":\"\",\"key\":\"\",\"hash\":\"00\",\"line\":{}}",
      "{\"seq\":1,\"told\":1,\"at\":0,\"now\":0,\"case\":\"\",\"source\":\"\",\"key\":\"\",\"hash\":\"\",\"line\":{}}",
  };
  wuye_office *office = NULL, *copy = NULL;
  wuye_outcome *outcome = NULL;
  wuye_text *text = NULL;
  char *bent;
  size_t len = 0, i;
  OK(wuye_office_memory(NULL, NULL, &copy, &err));
  for (i = 0; i < sizeof broken / sizeof *broken; ++i) {
    FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_office_load(copy, broken[i], WUYE_NTS, &err));
  }
  OK(wuye_office_memory(NULL, NULL, &office, &err));
  OK(wuye_office_record(office, kReport, WUYE_NTS, &outcome, &err));
  wuye_outcome_release(outcome);
  OK(wuye_office_lines(office, 0, -1, &text, &err));
  bent = (char *)malloc((wuye_text_data(text, &len), len + 1));
  CHECK(bent != NULL);
  memcpy(bent, wuye_text_data(text, NULL), len + 1);
  CHECK(strstr(bent, "3-1201") != NULL);
  *strstr(bent, "3-1201") = '4'; /* somebody changed a line */
  FAILS(WUYE_STATUS_CORRUPT, wuye_office_load(copy, bent, WUYE_NTS, &err));
  free(bent);
  wuye_text_release(text);
  wuye_office_release(office);
  wuye_office_release(copy);
}

static void bad_files(const char *folder) {
  char path[512];
  wuye_office *office = NULL;
  wuye_outcome *outcome = NULL;
  FILE *file;
  long size;
  size_t i;
  static const char junk[] = "SQLite format 3\0 and then something else altogether, again and again";

  FAILS(WUYE_STATUS_IO, wuye_office_open("/no/such/folder/office.db", WUYE_NTS, NULL, NULL, &office, &err));
  snprintf(path, sizeof path, "%s/bad.db", folder);
  remove(path);
  file = fopen(path, "wb");
  CHECK(file != NULL);
  for (i = 0; i < 100; ++i) CHECK(fwrite(junk, 1, sizeof junk, file) == sizeof junk);
  fclose(file);
  FAILS(WUYE_STATUS_CORRUPT, wuye_office_open(path, WUYE_NTS, NULL, NULL, &office, &err));
  remove(path);

  /* a real office, cut off in the middle */
  OK(wuye_office_open(path, WUYE_NTS, NULL, NULL, &office, &err));
  OK(wuye_office_record(office, kReport, WUYE_NTS, &outcome, &err));
  wuye_outcome_release(outcome);
  OK(wuye_office_close(office, &err));
  wuye_office_release(office);
  file = fopen(path, "rb");
  CHECK(file != NULL && fseek(file, 0, SEEK_END) == 0);
  size = ftell(file);
  CHECK(size > 4096);
  {
    char *bytes = (char *)malloc((size_t)size);
    CHECK(bytes != NULL && fseek(file, 0, SEEK_SET) == 0 && fread(bytes, 1, (size_t)size, file) == (size_t)size);
    fclose(file);
    file = fopen(path, "wb");
    CHECK(file != NULL && fwrite(bytes, 1, (size_t)size / 2, file) == (size_t)size / 2);
    fclose(file);
    free(bytes);
  }
  FAILS(WUYE_STATUS_CORRUPT, wuye_office_open(path, WUYE_NTS, NULL, NULL, &office, &err));
  remove(path);
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  null_pointers();
  bad_entries();
  not_utf8();
  bad_calendars();
  closed_office();
  bad_lines();
  bad_files(argv[1]);
  puts("everything bad was told so");
  return 0;
}
