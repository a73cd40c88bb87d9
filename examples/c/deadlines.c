/* Deadlines without an office: working time over whole arrays, with a calendar of one's own, and with those of the manual. A host may
 * adopt this alone. */
#include <stdio.h>
#include <stdlib.h>
#include <wuye/wuye.h>

static wuye_error *err = NULL;

static void must(wuye_status status) {
  if (status == WUYE_STATUS_OK) return;
  fprintf(stderr, "%s: %s\n", wuye_status_name(status), wuye_error_message(err, NULL));
  exit(1);
}

#define MINUTE_US INT64_C(60000000)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)
#define FRIDAY_US INT64_C(1772726400000000) /* 2026-03-06T00:00+08:00 */

/* "day 0 17:30": days since that Friday, and the time of day. */
static void print_instant(int64_t us) {
  const int64_t since = us - FRIDAY_US;
  if (us == WUYE_NEVER_US) {
    printf("  never     ");
    return;
  }
  printf("  day %d %02d:%02d", (int)(since / DAY_US), (int)(since % DAY_US / HOUR_US), (int)(since % HOUR_US / MINUTE_US));
}

int main(void) {
  /* office hours with a lunch break; Saturday the 7th is worked in place of the Monday after */
  static const char spec[] =
      "{\"name\":\"office\",\"time_zone\":\"+08:00\","
      "\"weekly\":{\"mon\":[[\"08:30\",\"18:30\"]],\"tue\":[[\"08:30\",\"18:30\"]],\"wed\":[[\"08:30\",\"18:30\"]],"
      "\"thu\":[[\"08:30\",\"18:30\"]],\"fri\":[[\"08:30\",\"18:30\"]]},"
      "\"breaks\":{\"mon\":[[\"12:00\",\"13:00\"]],\"fri\":[[\"12:00\",\"13:00\"]]},"
      "\"makeup\":[\"2026-03-07\"],\"holidays\":[\"2026-03-09\"]}";
  const int64_t reported[] = {FRIDAY_US + 9 * HOUR_US, FRIDAY_US + 11 * HOUR_US + 30 * MINUTE_US, FRIDAY_US + 17 * HOUR_US,
                              FRIDAY_US + 22 * HOUR_US};
  const int64_t limit[] = {4 * HOUR_US, 4 * HOUR_US, 4 * HOUR_US, 4 * HOUR_US};
  const int64_t two_days[] = {2, 2, 2, 2};
  enum { N = sizeof reported / sizeof *reported };
  int64_t due[N], breach[N], worked[N];
  int i;
  wuye_calendar *office = NULL;
  wuye_manual *manual = NULL;

  must(wuye_calendar_create(spec, WUYE_NTS, &office, &err));
  puts("reported       due after 4 h of work   two working days later");
  must(wuye_calendar_add_us(office, reported, limit, N, due, &err));
  must(wuye_calendar_add_days_us(office, reported, two_days, N, worked, &err));
  for (i = 0; i < N; ++i) {
    print_instant(reported[i]);
    print_instant(due[i]);
    printf("         ");
    print_instant(worked[i]);
    putchar('\n');
  }
  must(wuye_calendar_between_us(office, reported, due, N, worked, &err));
  for (i = 0; i < N; ++i) printf("%s%d min", i == 0 ? "working time between them: " : ", ", (int)(worked[i] / MINUTE_US));
  putchar('\n');
  wuye_calendar_release(office);

  must(wuye_manual_standard(&manual, &err));
  puts("arrival at an ordinary repair, by the standard manual (desk hours, every day)");
  must(wuye_manual_deadline_us(manual, "repair", WUYE_NTS, "arrive", WUYE_NTS, "{\"urgency\":\"ordinary\"}", WUYE_NTS, reported, N, due,
                               NULL, &err));
  for (i = 0; i < N; ++i) {
    print_instant(reported[i]);
    print_instant(due[i]);
    putchar('\n');
  }
  puts("arrival at an emergency (R051), and the first instant that is late");
  must(wuye_manual_deadline_us(manual, "repair", WUYE_NTS, "arrive", WUYE_NTS, "{\"urgency\":\"emergency\"}", WUYE_NTS, reported, N, due,
                               breach, &err));
  for (i = 0; i < N; ++i) {
    print_instant(reported[i]);
    print_instant(due[i]);
    printf("  and %d µs\n", (int)(breach[i] - due[i]));
  }
  wuye_manual_release(manual);
  return 0;
}
