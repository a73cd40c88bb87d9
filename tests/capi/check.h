/* What the C tests share: a check that says where it failed, and what the call's error had to say. */
#ifndef WUYE_TESTS_CAPI_CHECK_H
#define WUYE_TESTS_CAPI_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wuye/wuye.h>

static wuye_error *err = NULL;

static void fail_at(const char *file, int line, const char *what) {
  fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
  if (err != NULL) {
    fprintf(stderr, "  error: %s: %s\n", wuye_status_name(wuye_error_status(err)), wuye_error_message(err, NULL));
  }
  exit(1);
}

#define CHECK(condition) \
  do { \
    if (!(condition)) fail_at(__FILE__, __LINE__, #condition); \
  } while (0)

/* The call succeeds, and leaves no error. */
#define OK(call) \
  do { \
    err = NULL; \
    if ((call) != WUYE_STATUS_OK || err != NULL) fail_at(__FILE__, __LINE__, #call); \
  } while (0)

/* The call fails with that status, and its error says the same with a sentence; without `err` it fails alike. */
#define FAILS(expected, call) \
  do { \
    const wuye_status got_ = (err = NULL, (call)); \
    if ((got_ & 0xff) != (expected)) { \
      fprintf(stderr, "  expected %s, came %s\n", wuye_status_name(expected), wuye_status_name(got_)); \
      fail_at(__FILE__, __LINE__, #call); \
    } \
    if (err == NULL || wuye_error_status(err) != got_ || wuye_error_message(err, NULL)[0] == '\0') { \
      fail_at(__FILE__, __LINE__, #call ": its error"); \
    } \
    wuye_error_release(err); \
    err = NULL; \
  } while (0)

/* The text holds `part`; then it is released. */
static inline int text_has(wuye_text *text, const char *part) {
  size_t len = 0;
  const char *data = wuye_text_data(text, &len);
  const int has = strlen(data) == len && strstr(data, part) != NULL;
  if (!has) fprintf(stderr, "  \"%s\" is not in: %s\n", part, data);
  wuye_text_release(text);
  return has;
}

/* 2026-03-02T00:00:00+08:00, a Monday; and lengths, in microseconds. */
#define MONDAY_US INT64_C(1772380800000000)
#define MINUTE_US INT64_C(60000000)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)

#endif
