/* A pipe bursts at night. The host tells what happened, asks when to wake, wakes, and prints whom to tell: the whole of what an
 * embedding program does, over the C interface. The office lives in memory; wuye_office_open would keep it in a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wuye/wuye.h>

static wuye_error *err = NULL;

/* Ends the program with the error's sentence where a call could not run. */
static void must(wuye_status status) {
  if (status == WUYE_STATUS_OK) return;
  fprintf(stderr, "%s: %s\n", wuye_status_name(status), wuye_error_message(err, NULL));
  exit(1);
}

/* "03-03 00:10:00" in China's time. The host knows its zone; wuye only speaks of instants. */
static const char *shown(int64_t us, char text[32]) {
  static const int days_before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  const int64_t second = us / 1000000 + 8 * 3600;
  const int64_t day_of_year = second / 86400 - 20454; /* since 2026-01-01 */
  const int64_t of_day = second % 86400;
  int month = 11;
  while (day_of_year < days_before[month]) --month;
  snprintf(text, 32, "%02d-%02d %02d:%02d:%02d", month + 1, (int)(day_of_year - days_before[month] + 1), (int)(of_day / 3600),
           (int)(of_day / 60 % 60), (int)(of_day % 60));
  return text;
}

/* Records an entry and says what came of it. */
static void tell(wuye_office *office, const char *entry) {
  wuye_outcome *outcome = NULL;
  size_t i;
  must(wuye_office_record(office, entry, WUYE_NTS, &outcome, &err));
  switch (wuye_outcome_status(outcome)) {
    case WUYE_OUTCOME_REFUSED:
      printf("refused: %s (%s)\n", wuye_outcome_message(outcome, NULL), wuye_outcome_clause(outcome, NULL));
      break;
    case WUYE_OUTCOME_DUPLICATE:
      printf("told before: case %s\n", wuye_outcome_case(outcome, NULL));
      break;
    default:
      if (wuye_outcome_case(outcome, NULL)[0] != '\0') {
        printf("case %s is %s\n", wuye_outcome_case(outcome, NULL), wuye_outcome_stage(outcome, NULL));
      }
      for (i = 0; i < wuye_outcome_breach_count(outcome); ++i) {
        printf("  breach: %s (%s)\n", wuye_outcome_breach_reason(outcome, i, NULL), wuye_outcome_breach_clause(outcome, i, NULL));
      }
  }
  wuye_outcome_release(outcome);
}

/* A column of an Arrow batch by its name; the table always has it. */
static const struct ArrowArray *column(const struct ArrowSchema *schema, const struct ArrowArray *batch, const char *name) {
  int64_t i = 0;
  while (strcmp(schema->children[i]->name, name) != 0) ++i;
  return batch->children[i];
}

/* A text of a column: not NUL-terminated, so with its length. */
static const char *text_of(const struct ArrowArray *of, int64_t row, int *len) {
  const int32_t *offsets = (const int32_t *)of->buffers[1];
  *len = (int)(offsets[row + 1] - offsets[row]);
  return (const char *)of->buffers[2] + offsets[row];
}

/* The notices whose line is after `after`, from the table of that name. */
static void print_notices(wuye_office *office, int64_t after) {
  static const char *const names[] = {"what", "clause", "text_en"};
  struct ArrowArrayStream stream;
  struct ArrowSchema schema;
  struct ArrowArray batch;
  int64_t row;
  must(wuye_office_table(office, "notices", WUYE_NTS, &stream, &err));
  if (stream.get_schema(&stream, &schema) != 0) exit(1);
  while (stream.get_next(&stream, &batch) == 0 && batch.release != NULL) {
    const int64_t *seq = (const int64_t *)column(&schema, &batch, "seq")->buffers[1];
    for (row = 0; row < batch.length; ++row) {
      const char *texts[3];
      int lens[3], i;
      if (seq[row] <= after) continue;
      for (i = 0; i < 3; ++i) texts[i] = text_of(column(&schema, &batch, names[i]), row, &lens[i]);
      printf("  %.*s (%.*s): %.*s\n", lens[0], texts[0], lens[1], texts[1], lens[2], texts[2]);
    }
    batch.release(&batch);
  }
  schema.release(&schema);
  stream.release(&stream);
}

int main(void) {
  wuye_office *office = NULL;
  wuye_text *notices = NULL;
  int64_t due = 0, seen = 0;
  char clock[32];
  int i;

  must(wuye_office_memory(NULL, NULL, &office, &err)); /* NULL: the standard manual */
  tell(office, "{\"at\":\"2026-03-01T09:00+08:00\",\"by\":\"system:setup\",\"do\":\"set_unit\",\"place\":\"3-1201\"}");
  tell(office, "{\"at\":\"2026-03-01T09:00+08:00\",\"by\":\"system:setup\",\"do\":\"set_staff\",\"staff\":\"li\",\"post\":\"control_room_attendant\"}");
  tell(office, "{\"at\":\"2026-03-01T09:00+08:00\",\"by\":\"system:setup\",\"do\":\"set_staff\",\"staff\":\"sun\",\"post\":\"technician\"}");
  tell(office, "{\"at\":\"2026-03-01T09:00+08:00\",\"by\":\"system:setup\",\"do\":\"set_staff\",\"staff\":\"wang\",\"post\":\"cs_supervisor\"}");

  tell(office, "{\"at\":\"2026-03-02T22:10+08:00\",\"by\":\"li\",\"do\":\"report\",\"case\":\"P1\",\"class\":\"repair\",\"place\":\"3-1201\","
               "\"urgency\":\"emergency\",\"text\":\"厨房水管爆裂\",\"source\":\"app\",\"key\":\"42\"}");
  tell(office, "{\"at\":\"2026-03-02T22:13+08:00\",\"by\":\"li\",\"do\":\"dispatch\",\"case\":\"P1\",\"worker\":\"sun\"}");

  /* nobody arrives: the host sleeps until wuye has something to say, three times */
  for (i = 0; i < 3; ++i) {
    must(wuye_office_next_due(office, &due, NULL, &err));
    if (due == WUYE_NEVER_US) break;
    printf("wake at %s\n", shown(due, clock));
    must(wuye_office_last_seq(office, &seen, &err));
    must(wuye_office_advance(office, due, &notices, &err));
    wuye_text_release(notices); /* the same in JSON, for a host that reads it */
    print_notices(office, seen);
  }
  wuye_office_release(office);
  return 0;
}
