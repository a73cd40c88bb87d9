/* One C program that calls every function of wuye.h (check_called.py holds it to that) and looks at what comes. It is given a
 * folder in which it may make files. */
#include "check.h"

static const char *const kDesk =
    "{\"name\":\"desk\",\"time_zone\":\"+08:00\",\"weekly\":{\"mon\":[[\"08:30\",\"12:00\"],[\"13:00\",\"18:30\"]],"
    "\"tue\":[[\"08:30\",\"18:30\"]],\"wed\":[[\"08:30\",\"18:30\"]],\"thu\":[[\"08:30\",\"18:30\"]],\"fri\":[[\"08:30\","
    "\"18:30\"]]},\"overrides\":{\"2026-03-06\":[[\"08:30\",\"12:00\"]]},\"holidays\":[\"2026-03-04\"],\"makeup\":[\"2026-03-08\"],"
    "\"breaks\":{\"tue\":[[\"12:00\",\"13:00\"]]},\"makeup_like\":\"tue\",\"almanac\":[2025,2026]}";

static const char *const kStaff =
    "{\"at\":\"2026-03-02T08:00+08:00\",\"by\":\"system:setup\",\"do\":\"set_unit\",\"place\":\"3-1201\"}\n"
    "{\"at\":\"2026-03-02T08:00+08:00\",\"by\":\"system:setup\",\"do\":\"set_staff\",\"staff\":\"li\",\"post\":\"control_room_attendant\"}\n"
    "\n"
    "{\"at\":\"2026-03-02T08:00+08:00\",\"by\":\"system:setup\",\"do\":\"set_staff\",\"staff\":\"sun\",\"post\":\"technician\"}\n"
    "{\"at\":\"2026-03-02T08:00+08:00\",\"by\":\"system:setup\",\"do\":\"set_staff\",\"staff\":\"wang\",\"post\":\"cs_supervisor\"}\n";

static const char *const kReport =
    "{\"at\":\"2026-03-02T22:10+08:00\",\"by\":\"li\",\"do\":\"report\",\"class\":\"repair\",\"place\":\"3-1201\","
    "\"urgency\":\"emergency\",\"text\":\"厨房水管爆裂\",\"source\":\"app\",\"key\":\"1\"}";

static void the_library(void) {
  wuye_text *about = NULL;
  CHECK(wuye_abi() == WUYE_ABI);
  CHECK(strcmp(wuye_version_string(), WUYE_EXPECTED_VERSION) == 0);
  CHECK(wuye_nts() == WUYE_NTS && wuye_never_us() == WUYE_NEVER_US);
  CHECK(strcmp(wuye_status_name(WUYE_STATUS_OK), "ok") == 0);
  CHECK(strcmp(wuye_status_name(WUYE_STATUS_NO_WORKING_TIME), "no_working_time") == 0);
  CHECK(strcmp(wuye_status_name(WUYE_STATUS_OUT_OF_RANGE), "out_of_range") == 0);
  CHECK(strcmp(wuye_status_name(99), "unknown") == 0);
  CHECK(wuye_feature("arrow", WUYE_NTS) == 1 && wuye_feature("arrows", 5) == 1);
  CHECK(wuye_feature("weather", WUYE_NTS) == 0 && wuye_feature(NULL, 0) == 0);
  OK(wuye_about(&about, &err));
  CHECK(text_has(about, "\"package\":\"wuye\""));
  wuye_text_release(NULL);
}

static void errors(void) {
  wuye_calendar *calendar = (wuye_calendar *)&err; /* must come back NULL */
  size_t i, len = 99;
  int nearest = 0;
  CHECK(wuye_calendar_create("{\"time_zone\":\"UTC\",\n \"weekley\":{}}", WUYE_NTS, &calendar, &err) == WUYE_STATUS_INVALID_ARGUMENT);
  CHECK(calendar == NULL && err != NULL);
  CHECK(wuye_error_status(err) == WUYE_STATUS_INVALID_ARGUMENT);
  CHECK(strstr(wuye_error_message(err, &len), "weekley") != NULL && len == strlen(wuye_error_message(err, NULL)));
  CHECK(wuye_error_file(err, &len)[0] == '\0' && len == 0);
  for (i = 0; i < wuye_error_detail_count(err); ++i) {
    if (strcmp(wuye_error_detail_name(err, i, NULL), "nearest") == 0) {
      nearest = strcmp(wuye_error_detail_value(err, i, &len), "weekly") == 0 && len == 6;
    }
  }
  CHECK(nearest);
  CHECK(wuye_error_detail_name(err, i, &len) == NULL && len == 0);
  CHECK(wuye_error_detail_value(err, i, &len) == NULL && len == 0);
  wuye_error_release(err);

  CHECK(wuye_calendar_create("{\n \"time_zone\": }", WUYE_NTS, &calendar, &err) == WUYE_STATUS_INVALID_ARGUMENT);
  CHECK(wuye_error_line(err) == 2 && wuye_error_column(err) > 1);
  wuye_error_release(err);
  err = NULL;
  CHECK(wuye_calendar_create("{", WUYE_NTS, &calendar, NULL) == WUYE_STATUS_INVALID_ARGUMENT);

  wuye_error_release(NULL);
  CHECK(wuye_error_status(NULL) == WUYE_STATUS_OK && wuye_error_message(NULL, &len)[0] == '\0' && len == 0);
  CHECK(wuye_error_file(NULL, NULL)[0] == '\0' && wuye_error_line(NULL) == 0 && wuye_error_column(NULL) == 0);
  CHECK(wuye_error_detail_count(NULL) == 0);
}

static void manuals(void) {
  wuye_manual *standard = NULL, *loaded = NULL, *again = NULL;
  wuye_text *text = NULL;
  const char *names[] = {"garden.toml"};
  const char *texts[] = {"name = \"garden\"\nextends = \"standard\"\n"};
  const char *broken[] = {"name = \"garden\"\nextends = \"standard\"\nnmae = 1\n"};
  const size_t lengths[] = {strlen(texts[0])};
  int64_t from[3] = {MONDAY_US + 22 * HOUR_US, MONDAY_US + 23 * HOUR_US, INT64_MIN};
  int64_t due[3], breach[3], until = 0;
  size_t len = 0;

  OK(wuye_manual_standard(&standard, &err));
  CHECK(wuye_manual_name(standard, &len)[0] != '\0' && len > 0);
  CHECK(strlen(wuye_manual_hash(standard, NULL)) == 64);
  CHECK(strcmp(wuye_manual_zone(standard, NULL), "+08:00") == 0);
  CHECK(wuye_manual_canonical(standard, &len)[0] == '{' && len > 1000);
  OK(wuye_manual_from_canonical(wuye_manual_canonical(standard, NULL), len, &again, &err));
  CHECK(strcmp(wuye_manual_hash(again, NULL), wuye_manual_hash(standard, NULL)) == 0);
  wuye_manual_release(again);
  FAILS(WUYE_STATUS_CORRUPT, wuye_manual_from_canonical("{}", WUYE_NTS, &again, &err));
  CHECK(again == NULL);

  OK(wuye_manual_load(names, NULL, texts, lengths, 1, &loaded, &err));
  CHECK(strcmp(wuye_manual_name(loaded, NULL), "garden") == 0);
  CHECK(strcmp(wuye_manual_hash(loaded, NULL), wuye_manual_hash(standard, NULL)) != 0);
  CHECK(wuye_manual_load(names, NULL, broken, NULL, 1, &again, &err) == WUYE_STATUS_INVALID_ARGUMENT);
  CHECK(strcmp(wuye_error_file(err, NULL), "garden.toml") == 0 && wuye_error_line(err) == 3);
  wuye_error_release(err);
  OK(wuye_manual_check(names, NULL, broken, NULL, 1, &text, &err));
  CHECK(text_has(text, "\"severity\":\"error\""));
  OK(wuye_manual_check(names, NULL, texts, NULL, 1, &text, &err));
  CHECK(strstr(wuye_text_data(text, NULL), "\"severity\":\"error\"") == NULL);
  wuye_text_release(text);

  OK(wuye_manual_clauses(standard, &text, &err));
  CHECK(text_has(text, "\"R471\""));
  OK(wuye_manual_describe(standard, "en", WUYE_NTS, &text, &err));
  CHECK(text_has(text, "\"repair\""));
  OK(wuye_manual_schema(&text, &err));
  CHECK(text_has(text, "\"#/$defs/a_manual\""));
  FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_manual_describe(standard, "fr", WUYE_NTS, &text, &err));

  OK(wuye_manual_deadline(standard,
                          "{\"procedure\":\"repair\",\"deadline\":\"dispatch\",\"from\":\"2026-03-02T22:10+08:00\","
                          "\"fields\":{\"urgency\":\"emergency\"},\"pauses\":[[1772460660000000,\"2026-03-02T22:12+08:00\"]]}",
                          WUYE_NTS, &text, &err));
  /* five minutes (the default), around the clock, and the one that it stood still: 22:16 */
  CHECK(text_has(text, "\"due\":1772460960000000"));
  FAILS(WUYE_STATUS_NOT_FOUND, wuye_manual_deadline(standard, "{\"procedure\":\"repair\",\"deadline\":\"dispach\",\"from\":0}",
                                                    WUYE_NTS, &text, &err));
  OK(wuye_manual_deadline_us(standard, "repair", WUYE_NTS, "dispatch", WUYE_NTS, "{\"urgency\":\"emergency\"}", WUYE_NTS, from, 3,
                             due, breach, &err));
  CHECK(due[0] == from[0] + 5 * MINUTE_US && breach[0] == due[0] + 1);
  CHECK(due[1] == from[1] + 5 * MINUTE_US && due[2] == WUYE_NEVER_US && breach[2] == WUYE_NEVER_US);
  OK(wuye_manual_deadline_us(standard, "repair", WUYE_NTS, "dispatch", WUYE_NTS, NULL, 0, NULL, 0, NULL, NULL, &err));

  OK(wuye_manual_period_us(standard, "2026-03-02/2026-03-03", WUYE_NTS, from, &until, &err));
  CHECK(from[0] == MONDAY_US && until == MONDAY_US + 2 * DAY_US);
  FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_manual_period_us(standard, "2026-13", WUYE_NTS, from, &until, &err));

  {
    const int64_t counts[] = {50, 11, 4, 2, 3, 0, 0, 0, 0, 0}; /* the score ruling's worked example */
    int64_t due_callbacks[2];
    OK(wuye_manual_callbacks_due(standard, NULL, 0, "repair,enquiry,complaint,suggestion,help", WUYE_NTS, NULL, 0, counts, 2, due_callbacks, &err));
    CHECK(due_callbacks[0] == 58 && due_callbacks[1] == 0);
    OK(wuye_manual_callbacks_due(standard, "callback", WUYE_NTS, "repair,enquiry,complaint,suggestion,help", WUYE_NTS, "visit", WUYE_NTS, counts, 1, due_callbacks, &err));
    CHECK(due_callbacks[0] == 12);
    FAILS(WUYE_STATUS_NOT_FOUND, wuye_manual_callbacks_due(standard, NULL, 0, "repairs", WUYE_NTS, NULL, 0, counts, 1, due_callbacks, &err));
    FAILS(WUYE_STATUS_NOT_FOUND, wuye_manual_callbacks_due(standard, NULL, 0, "repair", WUYE_NTS, "letter", WUYE_NTS, counts, 1, due_callbacks, &err));
  }
  {
    /* 118.5 and 89.5 square metres for March at 2.35 */
    const int64_t quantities[] = {118500000, 89500000};
    const int64_t weights[] = {1, 1, 1};
    const int32_t due_days[] = {20536, 20900};
    const int64_t owed[] = {100000, 100000};
    int64_t fen[3];
    wuye_text *charge = NULL;
    OK(wuye_manual_charges(standard, "management", WUYE_NTS, NULL, 0, 20513, 20544, quantities, 2, fen, &err));
    CHECK(fen[0] == 27848 && fen[1] == 21033);
    OK(wuye_manual_charges(standard, "management", WUYE_NTS, "{\"use\":\"shop\"}", WUYE_NTS, 20513, 20544, quantities, 1, fen, &err));
    CHECK(fen[0] == 80580);
    OK(wuye_manual_charge(standard, "{\"fee\":\"management\",\"quantity\":\"89.5\",\"from\":\"2026-03-01\",\"until\":\"2026-04-01\"}", WUYE_NTS,
                          &charge, &err));
    CHECK(strstr(wuye_text_data(charge, NULL), "{\"fen\":21033,\"steps\":[") != NULL);
    wuye_text_release(charge);
    FAILS(WUYE_STATUS_NOT_FOUND, wuye_manual_charges(standard, "managment", WUYE_NTS, NULL, 0, 20513, 20544, quantities, 2, fen, &err));
    FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_manual_charges(standard, "deposit", WUYE_NTS, NULL, 0, 20513, 20544, quantities, 2, fen, &err));
    FAILS(WUYE_STATUS_OUT_OF_RANGE, wuye_manual_charges(standard, "management", WUYE_NTS, NULL, 0, INT32_MIN, 20544, quantities, 2, fen, &err));
    /* no contract names a late fee: none is asked for */
    OK(wuye_manual_late_fees(standard, "management", WUYE_NTS, owed, due_days, 2, 22000, fen, &err));
    CHECK(fen[0] == 0 && fen[1] == 0);
    OK(wuye_manual_late_fee(standard, "management", WUYE_NTS, 20536, due_days, owed, 2, 22000, fen, &err));
    CHECK(fen[0] == 0);
    OK(wuye_share(100, weights, 3, fen, &err));
    CHECK(fen[0] == 34 && fen[1] == 33 && fen[2] == 33);
  }
  {
    /* the score ruling's own example: 45 of 46 is 2.17 points short */
    const int64_t done[] = {45, 46, 0};
    const int64_t counted[] = {46, 46, 0};
    int64_t points[3];
    OK(wuye_manual_points(standard, "dispatch_timeliness", WUYE_NTS, NULL, 0, done, counted, 3, points, &err));
    CHECK(points[0] == 800 && points[1] == 0 && points[2] == 0);
    OK(wuye_manual_points(standard, "dispatch_timeliness", WUYE_NTS, "per_started_point", WUYE_NTS, done, counted, 1, points, &err));
    CHECK(points[0] == 1200);
    OK(wuye_manual_points(standard, "dispatch_timeliness", WUYE_NTS, "pro_rata", WUYE_NTS, done, counted, 1, points, &err));
    CHECK(points[0] == 870);
    FAILS(WUYE_STATUS_NOT_FOUND, wuye_manual_points(standard, "dispach", WUYE_NTS, NULL, 0, done, counted, 1, points, &err));
  }

  wuye_manual_release(standard);
  wuye_manual_release(loaded);
  wuye_manual_release(NULL);
  CHECK(wuye_manual_name(NULL, &len)[0] == '\0' && len == 0);
}

static void calendars(void) {
  wuye_manual *manual = NULL;
  wuye_calendar *desk = NULL, *of_manual = NULL;
  const int64_t night = MONDAY_US + 22 * HOUR_US;
  const int64_t pause_from[] = {MONDAY_US + DAY_US + 9 * HOUR_US}, pause_until[] = {MONDAY_US + DAY_US + 10 * HOUR_US};
  int64_t at[4] = {MONDAY_US + 8 * HOUR_US + 30 * MINUTE_US, MONDAY_US + 18 * HOUR_US, MONDAY_US + 22 * HOUR_US, INT64_MAX};
  int64_t amount[4] = {HOUR_US, HOUR_US, INT64_MIN, 0}, out[4], until[4];
  uint8_t open[4], provisional = 9;
  int64_t due = 0, breach = 0;
  size_t count = 0;

  OK(wuye_calendar_create(kDesk, WUYE_NTS, &desk, &err));
  OK(wuye_calendar_add(desk, night, 2 * HOUR_US, pause_from, pause_until, 1, &due, &breach, &provisional, &err));
  CHECK(due == MONDAY_US + DAY_US + 11 * HOUR_US + 30 * MINUTE_US && breach == due + 1 && provisional == 0);
  OK(wuye_calendar_add(desk, night, -HOUR_US, NULL, NULL, 0, &due, NULL, NULL, &err));
  CHECK(due == MONDAY_US + 17 * HOUR_US + 30 * MINUTE_US);
  FAILS(WUYE_STATUS_OUT_OF_RANGE, wuye_calendar_add(desk, INT64_MAX, 1, NULL, NULL, 0, &due, NULL, NULL, &err));
  FAILS(WUYE_STATUS_OUT_OF_RANGE, wuye_calendar_add(desk, 0, INT64_MIN, NULL, NULL, 0, &due, NULL, NULL, &err));
  FAILS(WUYE_STATUS_NO_WORKING_TIME, wuye_calendar_add(desk, night, 200 * 365 * DAY_US, NULL, NULL, 0, &due, NULL, NULL, &err));
  FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_calendar_add(desk, night, 1, pause_until, pause_from, 1, &due, NULL, NULL, &err));
  OK(wuye_calendar_between(desk, MONDAY_US, MONDAY_US + 2 * DAY_US, pause_from, pause_until, 1, &due, &err));
  CHECK(due == 17 * HOUR_US);

  OK(wuye_calendar_add_us(desk, at, amount, 4, out, &err));
  CHECK(out[0] == at[0] + HOUR_US && out[1] == MONDAY_US + DAY_US + 9 * HOUR_US);
  CHECK(out[2] == WUYE_NEVER_US && out[3] == WUYE_NEVER_US);
  out[0] = at[1], out[1] = at[0], out[2] = at[2], out[3] = at[3];
  OK(wuye_calendar_between_us(desk, at, out, 4, out, &err)); /* in place */
  CHECK(out[0] == 8 * HOUR_US + 30 * MINUTE_US && out[1] == -out[0] && out[2] == 0 && out[3] == WUYE_NEVER_US);
  amount[0] = 1, amount[1] = 2, amount[2] = -1;
  OK(wuye_calendar_add_days_us(desk, at, amount, 4, out, &err));
  CHECK(out[0] == at[0] + DAY_US && out[1] == at[1] + 3 * DAY_US && out[3] == WUYE_NEVER_US);
  OK(wuye_calendar_next_open_us(desk, at, 4, out, &err));
  CHECK(out[0] == at[0] && out[1] == at[1] && out[2] == at[0] + DAY_US && out[3] == WUYE_NEVER_US);
  OK(wuye_calendar_is_open(desk, at, 4, open, &err));
  CHECK(open[0] == 1 && open[1] == 1 && open[2] == 0 && open[3] == 0);
  OK(wuye_calendar_is_open(desk, NULL, 0, NULL, &err));
  FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_calendar_is_open(desk, NULL, 1, open, &err));
  OK(wuye_calendar_periods(desk, MONDAY_US + 9 * HOUR_US, 2, 0, out, until, &count, &err));
  CHECK(count == 2 && out[0] == MONDAY_US + 9 * HOUR_US && until[0] == MONDAY_US + 12 * HOUR_US && out[1] == MONDAY_US + 13 * HOUR_US);
  OK(wuye_calendar_periods(desk, MONDAY_US + 9 * HOUR_US, 1, 1, out, until, &count, &err));
  CHECK(count == 1 && out[0] == at[0] && until[0] == MONDAY_US + 9 * HOUR_US);

  OK(wuye_manual_standard(&manual, &err));
  OK(wuye_calendar_of_manual(manual, "desk_day", WUYE_NTS, &of_manual, &err));
  wuye_calendar_release(desk);
  FAILS(WUYE_STATUS_NOT_FOUND, wuye_calendar_of_manual(manual, "desk_dya", WUYE_NTS, &desk, &err));
  CHECK(desk == NULL);
  wuye_manual_release(manual); /* the calendar outlives it */
  OK(wuye_calendar_is_open(of_manual, at, 1, open, &err));
  CHECK(open[0] == 1);
  wuye_calendar_release(of_manual);
  wuye_calendar_release(NULL);
}

static void options(void) {
  wuye_options *o = NULL;
  wuye_text *keys = NULL;
  OK(wuye_options_create(&o, &err));
  OK(wuye_options_keys(&keys, &err));
  CHECK(text_has(keys, "\"busy_ms\""));
  OK(wuye_options_set_text(o, "seed", WUYE_NTS, "s", 1, &err));
  OK(wuye_options_set_int64(o, "busy_ms", WUYE_NTS, 100, &err));
  OK(wuye_options_set_bool(o, "read_only", WUYE_NTS, 0, &err));
  FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_options_set_int64(o, "seed", WUYE_NTS, 1, &err));
  FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_options_set_int64(o, "busy_ms", WUYE_NTS, -1, &err));
  FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_options_set_bool(o, "readonly", WUYE_NTS, 1, &err));
  wuye_options_release(o);
  wuye_options_release(NULL);
}

/* ---- an office ---- */

typedef struct {
  wuye_office *office;
  int calls;
  int32_t stop;
  wuye_status within;
} heard;

static int32_t hear(void *user_data, int64_t done, int64_t all) {
  heard *h = (heard *)user_data;
  int64_t seq;
  ++h->calls;
  CHECK(done >= 0 && done <= all);
  h->within = wuye_office_last_seq(h->office, &seq, NULL);
  return h->stop;
}

static wuye_office *new_office(void) {
  wuye_office *office = NULL;
  wuye_outcome *batch = NULL;
  heard h = {NULL, 0, 0, WUYE_STATUS_OK};
  OK(wuye_office_memory(NULL, NULL, &office, &err));
  h.office = office;
  OK(wuye_office_record_lines(office, kStaff, WUYE_NTS, WUYE_MODE_ATOMIC, hear, &h, &batch, &err));
  if (h.calls > 0) CHECK(h.within == WUYE_STATUS_MISUSE);
  CHECK(wuye_outcome_count(batch) == 4 && wuye_outcome_status(batch) == WUYE_OUTCOME_ACCEPTED);
  CHECK(wuye_outcome_at(batch, 4) == NULL && wuye_outcome_at(batch, 3) != NULL);
  CHECK(wuye_outcome_seq(wuye_outcome_at(batch, 3)) == wuye_outcome_seq(batch));
  CHECK(wuye_outcome_json(batch, NULL)[0] == '[');
  wuye_outcome_release(batch);
  return office;
}

static void outcomes(void) {
  wuye_office *office = new_office();
  wuye_outcome *out = NULL, *second = NULL;
  size_t len = 0, i;

  OK(wuye_office_dry_run(office, kReport, WUYE_NTS, &out, &err));
  CHECK(wuye_outcome_status(out) == WUYE_OUTCOME_ACCEPTED);
  wuye_outcome_release(out);

  OK(wuye_office_record(office, kReport, strlen(kReport), &out, &err));
  CHECK(wuye_outcome_status(out) == WUYE_OUTCOME_ACCEPTED && wuye_outcome_seq(out) > 0);
  CHECK(wuye_outcome_count(out) == 1 && wuye_outcome_at(out, 0) == out && wuye_outcome_at(out, 1) == NULL);
  CHECK(wuye_outcome_case(out, &len)[0] != '\0' && len > 0);
  CHECK(strcmp(wuye_outcome_stage(out, NULL), "reported") == 0);
  CHECK(wuye_outcome_reason(out, NULL)[0] == '\0' && wuye_outcome_clause(out, NULL)[0] == '\0');
  CHECK(wuye_outcome_facts(out, NULL)[0] == '{' && wuye_outcome_json(out, NULL)[0] == '{');
  CHECK(wuye_outcome_breach_count(out) == 0 && wuye_outcome_breach_reason(out, 0, &len)[0] == '\0' && len == 0);
  CHECK(wuye_outcome_notice_count(out) == 0 && strcmp(wuye_outcome_notices(out, NULL), "[]") == 0);

  OK(wuye_office_record(office, kReport, WUYE_NTS, &second, &err)); /* the same event again */
  CHECK(wuye_outcome_status(second) == WUYE_OUTCOME_DUPLICATE && wuye_outcome_seq(second) == wuye_outcome_seq(out));
  wuye_outcome_release(second);
  wuye_outcome_release(out);

  /* the technician dispatches himself: recorded, with its breach */
  OK(wuye_office_record(office, "{\"at\":\"2026-03-02T22:12+08:00\",\"by\":\"sun\",\"do\":\"dispatch\",\"case\":\"none\",\"worker\":\"sun\"}",
                        WUYE_NTS, &out, &err));
  CHECK(wuye_outcome_status(out) == WUYE_OUTCOME_REFUSED && wuye_outcome_seq(out) == 0);
  CHECK(wuye_outcome_reason(out, NULL)[0] != '\0' && wuye_outcome_message(out, NULL)[0] != '\0');
  wuye_outcome_release(out);
  {
    char entry[256];
    wuye_text *notices = NULL;
    OK(wuye_office_record(office, kReport, WUYE_NTS, &second, &err));
    snprintf(entry, sizeof entry,
             "{\"at\":\"2026-03-02T22:12+08:00\",\"by\":\"sun\",\"do\":\"dispatch\",\"case\":\"%s\",\"worker\":\"sun\"}",
             wuye_outcome_case(second, NULL));
    wuye_outcome_release(second);
    OK(wuye_office_record(office, entry, WUYE_NTS, &out, &err));
    CHECK(wuye_outcome_status(out) == WUYE_OUTCOME_ACCEPTED && wuye_outcome_breach_count(out) > 0);
    for (i = 0; i < wuye_outcome_breach_count(out); ++i) {
      CHECK(wuye_outcome_breach_reason(out, i, NULL)[0] != '\0');
      CHECK(wuye_outcome_breach_clause(out, i, NULL) != NULL && wuye_outcome_breach_facts(out, i, NULL)[0] == '{');
    }
    wuye_outcome_release(out);
    OK(wuye_office_notices(office, 0, -1, &notices, &err));
    wuye_text_release(notices);
  }
  /* an outcome outlives its office */
  OK(wuye_office_record(office, kReport, WUYE_NTS, &out, &err));
  wuye_office_release(office);
  CHECK(wuye_outcome_stage(out, NULL)[0] != '\0');
  wuye_outcome_release(out);
  wuye_outcome_release(NULL);
  CHECK(wuye_outcome_status(NULL) == 0 && wuye_outcome_seq(NULL) == 0 && wuye_outcome_count(NULL) == 0);
  CHECK(wuye_outcome_at(NULL, 0) == NULL && wuye_outcome_json(NULL, NULL)[0] == '\0');
}

static void read_stream(struct ArrowArrayStream *stream, int64_t *rows) {
  struct ArrowSchema schema;
  struct ArrowArray batch;
  *rows = 0;
  CHECK(stream->get_schema(stream, &schema) == 0);
  CHECK(strcmp(schema.format, "+s") == 0 && schema.n_children > 0);
  for (;;) {
    CHECK(stream->get_next(stream, &batch) == 0);
    if (batch.release == NULL) break;
    CHECK(batch.n_children == schema.n_children);
    *rows += batch.length;
    if (*rows == batch.length) { /* a child may be moved out and released by itself */
      struct ArrowArray child = *batch.children[0];
      batch.children[0]->release = NULL;
      batch.release(&batch);
      child.release(&child);
      CHECK(child.release == NULL);
    } else {
      batch.release(&batch);
    }
  }
  CHECK(stream->get_last_error(stream) == NULL);
  stream->release(stream);
  CHECK(stream->release == NULL);
  schema.release(&schema);
  CHECK(schema.release == NULL);
}

static void asking(void) {
  wuye_office *office = new_office(), *view = NULL, *other = NULL;
  wuye_manual *manual = NULL;
  wuye_outcome *out = NULL;
  wuye_text *text = NULL;
  struct ArrowArrayStream stream, differences;
  int64_t due = 0, clock = 0, seq = 0, after = 0, rows = 0;
  uint8_t has = 9;
  char id[64];

  OK(wuye_office_record(office, kReport, WUYE_NTS, &out, &err));
  snprintf(id, sizeof id, "%s", wuye_outcome_case(out, NULL));
  wuye_outcome_release(out);
  OK(wuye_office_clock(office, &clock, &has, &err));
  CHECK(has == 1 && clock == MONDAY_US + 22 * HOUR_US + 10 * MINUTE_US);
  OK(wuye_office_next_due(office, &due, &has, &err));
  CHECK(has == 1 && due > clock && due <= clock + 5 * MINUTE_US + 1);
  OK(wuye_office_last_seq(office, &seq, &err));
  OK(wuye_office_advance(office, due, &text, &err));
  CHECK(text_has(text, "\"deadline\""));
  OK(wuye_office_advance(office, due, &text, &err));
  CHECK(strcmp(wuye_text_data(text, NULL), "[]") == 0);
  wuye_text_release(text);
  OK(wuye_office_last_seq(office, &after, &err));
  CHECK(after > seq);
  OK(wuye_office_notices(office, seq, 1, &text, &err));
  CHECK(text_has(text, "\"tell\":["));
  OK(wuye_office_notices(office, after, -1, &text, &err));
  CHECK(strcmp(wuye_text_data(text, NULL), "[]") == 0);
  wuye_text_release(text);
  FAILS(WUYE_STATUS_OUT_OF_RANGE, wuye_office_advance(office, INT64_MAX, &text, &err));

  OK(wuye_office_options(office, id, WUYE_NTS, "li", WUYE_NTS, due, &text, &err));
  CHECK(text_has(text, "dispatch"));
  OK(wuye_office_explain(office, id, WUYE_NTS, &text, &err));
  CHECK(text_has(text, "dispatch"));
  FAILS(WUYE_STATUS_NOT_FOUND, wuye_office_explain(office, "no such thing", WUYE_NTS, &text, &err));
  OK(wuye_office_score(office, "2026-03", WUYE_NTS, NULL, 0, &text, &err));
  CHECK(text_has(text, "\"pass_hundredths\""));
  FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_office_score(office, "March", WUYE_NTS, NULL, 0, &text, &err));
  OK(wuye_office_explain(office, "dispatch_timeliness@2026-03", WUYE_NTS, &text, &err));
  CHECK(text_has(text, "\"cases\":["));
  OK(wuye_office_scorecards(office, "2026-03", WUYE_NTS, NULL, 0, &text, &err));
  CHECK(wuye_text_data(text, NULL)[0] == '[');
  wuye_text_release(text);
  {
    struct ArrowArrayStream figures;
    OK(wuye_office_scores(office, "2026-03", WUYE_NTS, "month who", WUYE_NTS, &figures, &err));
    CHECK(figures.release != NULL);
    figures.release(&figures);
    FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_office_scores(office, "2026-03", WUYE_NTS, "week", WUYE_NTS, &figures, &err));
    CHECK(figures.release == NULL);
  }
  OK(wuye_office_tables(office, &text, &err));
  CHECK(text_has(text, "\"name\":\"cases\""));
  FAILS(WUYE_STATUS_NOT_FOUND, wuye_office_table(office, "caess", WUYE_NTS, &stream, &err));
  CHECK(stream.release == NULL);
  OK(wuye_office_table(office, "cases", WUYE_NTS, &stream, &err));

  OK(wuye_office_as_of(office, MONDAY_US + 12 * HOUR_US, WUYE_KNOWN_THEN, &view, &err));
  OK(wuye_office_last_seq(view, &rows, &err));
  CHECK(rows < seq);
  FAILS(WUYE_STATUS_READ_ONLY, wuye_office_record(view, kReport, WUYE_NTS, &out, &err));
  wuye_office_release(view);
  FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_office_as_of(office, MONDAY_US, 0, &view, &err));
  CHECK(view == NULL);
  OK(wuye_office_as_of(office, due, WUYE_KNOWN_NOW, &view, &err));
  OK(wuye_office_manual(office, &manual, &err));
  OK(wuye_office_what_if(office, manual, &other, &err));
  OK(wuye_office_last_seq(other, &rows, &err));
  OK(wuye_office_last_seq(office, &seq, &err));
  CHECK(rows == seq);
  FAILS(WUYE_STATUS_READ_ONLY, wuye_office_record(other, kReport, WUYE_NTS, &out, &err));
  OK(wuye_office_compare(office, other, NULL, 0, &differences, &err));
  read_stream(&differences, &rows);
  CHECK(rows == 0);
  FAILS(WUYE_STATUS_INVALID_ARGUMENT, wuye_office_compare(office, other, "March", WUYE_NTS, &differences, &err));
  CHECK(differences.release == NULL);
  FAILS(WUYE_STATUS_MISUSE, wuye_office_compare(office, office, NULL, 0, &differences, &err));
  wuye_office_release(other);
  OK(wuye_office_close(office, &err));
  OK(wuye_office_close(office, &err));
  FAILS(WUYE_STATUS_MISUSE, wuye_office_last_seq(office, &seq, &err));
  wuye_office_release(office);
  wuye_office_release(NULL);
  /* the view, the manual and the stream outlive it */
  OK(wuye_office_last_seq(view, &rows, &err));
  wuye_office_release(view);
  CHECK(wuye_manual_hash(manual, NULL)[0] != '\0');
  wuye_manual_release(manual);
  read_stream(&stream, &rows);
  CHECK(rows == 1);
}

static void adopting(void) {
  wuye_office *office = new_office();
  wuye_manual *garden = NULL, *now = NULL;
  const char *name = "garden.toml", *text = "name = \"garden\"\nextends = \"standard\"\n";
  OK(wuye_manual_load(&name, NULL, &text, NULL, 1, &garden, &err));
  FAILS(WUYE_STATUS_CONFLICT, wuye_office_adopt(office, garden, MONDAY_US - DAY_US, "wang", WUYE_NTS, &err));
  OK(wuye_office_adopt(office, garden, MONDAY_US + DAY_US, "wang", WUYE_NTS, &err));
  OK(wuye_office_manual(office, &now, &err));
  CHECK(strcmp(wuye_manual_hash(now, NULL), wuye_manual_hash(garden, NULL)) == 0);
  wuye_office_release(office);
  wuye_manual_release(garden);
  wuye_manual_release(now);
}

static void journal(void) {
  wuye_office *office = new_office(), *copy = NULL;
  wuye_outcome *out = NULL;
  wuye_text *text = NULL, *lines = NULL;
  uint8_t a[32], b[32];
  int64_t before = 0, seq = 0;
  size_t len = 0;

  OK(wuye_office_last_seq(office, &before, &err));
  FAILS(WUYE_STATUS_MISUSE, wuye_office_commit(office, &err));
  OK(wuye_office_propose(office, kReport, WUYE_NTS, &out, &err));
  CHECK(wuye_outcome_status(out) == WUYE_OUTCOME_ACCEPTED);
  wuye_outcome_release(out);
  OK(wuye_office_proposed(office, &text, &err));
  CHECK(text_has(text, "\"line\":{"));
  OK(wuye_office_discard(office, &err));
  OK(wuye_office_last_seq(office, &seq, &err));
  CHECK(seq == before);
  OK(wuye_office_propose(office, kReport, WUYE_NTS, &out, &err));
  wuye_outcome_release(out);
  OK(wuye_office_commit(office, &err));
  OK(wuye_office_last_seq(office, &seq, &err));
  CHECK(seq > before);

  /* the journal, moved in two parts, gives the same office */
  OK(wuye_office_memory(NULL, NULL, &copy, &err));
  OK(wuye_office_lines(office, 0, before, &lines, &err));
  OK(wuye_office_load(copy, wuye_text_data(lines, &len), WUYE_NTS, &err));
  CHECK(len > 0);
  wuye_text_release(lines);
  OK(wuye_office_lines(office, before, -1, &lines, &err));
  OK(wuye_office_load(copy, wuye_text_data(lines, NULL), WUYE_NTS, &err));
  FAILS(WUYE_STATUS_CONFLICT, wuye_office_load(copy, wuye_text_data(lines, NULL), WUYE_NTS, &err));
  wuye_text_release(lines);
  OK(wuye_office_digest(office, a, &err));
  OK(wuye_office_digest(copy, b, &err));
  CHECK(memcmp(a, b, sizeof a) == 0);
  OK(wuye_office_state_digest(office, a, &err));
  OK(wuye_office_state_digest(copy, b, &err));
  CHECK(memcmp(a, b, sizeof a) == 0);
  OK(wuye_office_verify(copy, NULL, NULL, &text, &err));
  CHECK(text_has(text, "\"ok\":true"));
  wuye_office_release(copy);
  wuye_office_release(office);
}

static void files(const char *folder) {
  wuye_office *office = NULL;
  wuye_options *readers = NULL;
  wuye_outcome *out = NULL;
  wuye_text *text = NULL;
  char path[512], copy[512], junk[512];
  uint8_t a[32], b[32], head[64];
  heard h = {NULL, 0, 0, WUYE_STATUS_OK};
  FILE *file;

  snprintf(path, sizeof path, "%s/garden.db", folder);
  snprintf(copy, sizeof copy, "%s/copy.db", folder);
  snprintf(junk, sizeof junk, "%s/junk.db", folder);
  remove(path), remove(copy), remove(junk);

  OK(wuye_options_create(&readers, &err));
  OK(wuye_options_set_bool(readers, "read_only", WUYE_NTS, 1, &err));
  FAILS(WUYE_STATUS_NOT_FOUND, wuye_office_open(path, WUYE_NTS, NULL, readers, &office, &err));

  OK(wuye_office_open(path, WUYE_NTS, NULL, NULL, &office, &err));
  OK(wuye_office_record_lines(office, kStaff, WUYE_NTS, WUYE_MODE_INDEPENDENT, NULL, NULL, &out, &err));
  wuye_outcome_release(out);
  OK(wuye_office_record(office, kReport, WUYE_NTS, &out, &err));
  wuye_outcome_release(out);
  OK(wuye_office_digest(office, a, &err));
  h.office = office;
  OK(wuye_office_backup(office, copy, WUYE_NTS, hear, &h, &err));
  CHECK(h.calls > 0 && h.within == WUYE_STATUS_MISUSE);
  OK(wuye_office_verify(office, hear, &h, &text, &err));
  CHECK(text_has(text, "\"findings\":[]"));
  h.calls = 0, h.stop = 1;
  OK(wuye_office_record_lines(office, "x", 1, WUYE_MODE_ATOMIC, hear, &h, &out, &err)); /* too short to be stopped */
  CHECK(wuye_outcome_status(out) == WUYE_OUTCOME_REFUSED);
  wuye_outcome_release(out);
  {
    const size_t len = 200000;
    char *lines = (char *)malloc(len);
    size_t i;
    CHECK(lines != NULL);
    for (i = 0; i < len; i += 2) memcpy(lines + i, "x\n", 2);
    h.calls = 0;
    FAILS(WUYE_STATUS_CANCELLED, wuye_office_record_lines(office, lines, len, WUYE_MODE_INDEPENDENT, hear, &h, &out, &err));
    CHECK(out == NULL && h.calls == 1);
    free(lines);
  }
  OK(wuye_office_close(office, &err));
  wuye_office_release(office);

  /* the file says its format where SQLite keeps it, and wuye_about says the same */
  file = fopen(path, "rb");
  CHECK(file != NULL && fread(head, 1, sizeof head, file) == sizeof head);
  fclose(file);
  snprintf(junk, sizeof junk, "\"file_format\":%d,", head[60] << 24 | head[61] << 16 | head[62] << 8 | head[63]);
  OK(wuye_about(&text, &err));
  CHECK(text_has(text, junk));
  snprintf(junk, sizeof junk, "%s/junk.db", folder);

  OK(wuye_office_open(copy, WUYE_NTS, NULL, readers, &office, &err));
  OK(wuye_office_digest(office, b, &err));
  CHECK(memcmp(a, b, sizeof a) == 0);
  FAILS(WUYE_STATUS_READ_ONLY, wuye_office_record(office, kReport, WUYE_NTS, &out, &err));
  wuye_office_release(office);

  file = fopen(junk, "wb");
  CHECK(file != NULL && fputs("this is no office, and long enough to be taken for a database file by nobody at all\n", file) >= 0);
  fclose(file);
  FAILS(WUYE_STATUS_CORRUPT, wuye_office_open(junk, WUYE_NTS, NULL, NULL, &office, &err));
  CHECK(office == NULL);
  wuye_options_release(readers);
}

static void scenarios(void) {
  const char *const text =
      "title  = \"Burst pipe\"\ncovers = [\"R046\"]\n[[step]]\nat = 2026-03-02T22:10:00\nby = \"li\"\ndo = \"report\"\n"
      "with = { class = \"repair\", place = \"3-1201\", text = \"x\" }\nexpect = { stage = \"reported\" }\n";
  const char *const named = "title = \"t\"\ncovers = [\"R046\"]\nmanual = \"garden.toml\"\n[[step]]\nadvance = 2026-03-02T22:10:00\n";
  const char *name = "garden.toml", *layer = "name = \"garden\"\nextends = \"standard\"\n";
  wuye_text *out = NULL;
  OK(wuye_scenario_run("burst.toml", WUYE_NTS, text, WUYE_NTS, NULL, NULL, NULL, NULL, 0, 0, 0, &out, &err));
  CHECK(text_has(out, "\"passed\":true"));
  CHECK(wuye_scenario_run("named.toml", WUYE_NTS, named, WUYE_NTS, NULL, NULL, NULL, NULL, 0, 0, 0, &out, &err) != WUYE_STATUS_OK);
  CHECK(wuye_error_detail_count(err) > 0);
  CHECK(strcmp(wuye_error_detail_value(err, wuye_error_detail_count(err) - 1, NULL), "garden.toml") == 0);
  wuye_error_release(err);
  OK(wuye_scenario_run("named.toml", WUYE_NTS, named, WUYE_NTS, &name, NULL, &layer, NULL, 1, 0, 0, &out, &err));
  wuye_text_release(out);
  FAILS(WUYE_STATUS_INVALID_ARGUMENT,
        wuye_scenario_run("x.toml", WUYE_NTS, "titel = 1", WUYE_NTS, NULL, NULL, NULL, NULL, 0, 0, 0, &out, &err));
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  the_library();
  errors();
  calendars();
  options();
  manuals();
  outcomes();
  asking();
  adopting();
  journal();
  files(argv[1]);
  scenarios();
  puts("every function was called");
  return 0;
}
