/* wuye.h: the C interface of wuye, the rules of property-management customer service (物业) as an embeddable library.
 *
 * The host says what happened and what time it is; wuye says what the manual makes of it. A host needs six calls:
 * wuye_office_open, wuye_office_record, wuye_office_advance, wuye_office_next_due, wuye_office_table, wuye_office_release.
 *
 * Conventions, which hold for every function below:
 *
 *  1. STATUS AND OUTCOME. A call's status says whether it could run. What the manual decided is data: a refusal comes
 *     back as WUYE_STATUS_OK with an outcome whose status is WUYE_OUTCOME_REFUSED.
 *  2. ERRORS. Every call that can fail returns wuye_status and takes `wuye_error **err` last; `err` may be NULL. On
 *     failure it receives an owned error, on success NULL. Compare statuses by `status & 0xff`: higher bits may refine
 *     one later. Beyond the codes that `@errors` names, any call may give NO_MEMORY and INTERNAL, and any call with a
 *     pointer that must not be NULL gives INVALID_ARGUMENT where it is.
 *  3. OWNERSHIP. A handle returned through `**out` is owned by the caller, who gives it to wuye_<noun>_release. A
 *     returned `const` pointer is borrowed from the handle it was asked of and lives as long as that handle. On failure
 *     every `*out` handle is NULL. The library frees what it allocated and nothing else; nothing is freed by the host.
 *  4. RELEASE. wuye_<noun>_release(NULL) does nothing. Handles may be released in any order, and from any thread.
 *  5. TEXT IN is a pointer and a length in bytes, UTF-8, always copied; WUYE_NTS as length means that it is
 *     NUL-terminated. Optional text (said so) may be NULL. Bytes that are not UTF-8 give INVALID_ARGUMENT.
 *  6. TEXT OUT is UTF-8, NUL-terminated; its length goes to `*len_out`, which may be NULL. It is borrowed from
 *     immutable handles only. Getters never fail: of a NULL handle, or past the end, they give "", 0 or NULL.
 *  7. TIME. Every instant is int64_t microseconds since 1970-01-01T00:00:00Z, from 1900 to 2200, and is always given:
 *     wuye reads no clock, locale, environment or random source, and prints nothing. Names end in `_us`. In a JSON text
 *     that comes in, an instant is such a number or ISO 8601 with an offset ("2026-03-02T22:10+08:00"); in JSON that
 *     goes out it is such a number.
 *  8. NUMBERS are whole. Money is int64_t fen (分); decimals in JSON are strings; a rate is its two counts. There is no
 *     floating point. Truth values are uint8_t, 0 or 1.
 *  9. THREADS. Each function says one of three words. immutable: any number of threads at once. serialized: any
 *     thread, the handle locks itself, one call at a time. exclusive: one thread at a time, which the host sees to.
 *     There are no hidden threads, no thread-local and no global state.
 * 10. CALLBACKS are called on the calling thread, during the call they were given to and never afterwards. They must
 *     not throw, longjmp, or call the handle that calls them (that gives MISUSE).
 * 11. ABI. Within one WUYE_ABI functions are only added. WUYE_ABI 0 promises nothing yet: compile and run with the
 *     same release until it is 1.
 */
#ifndef WUYE_WUYE_H
#define WUYE_WUYE_H

#include <stddef.h>
#include <stdint.h>

#if defined(WUYE_STATIC)
#define WUYE_API
#elif defined(_WIN32)
#if defined(WUYE_BUILDING)
#define WUYE_API __declspec(dllexport)
#else
#define WUYE_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define WUYE_API __attribute__((visibility("default")))
#else
#define WUYE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Constants ------------------------------------------------------------------------------------------------- */

/* Also wuye_abi(), wuye_nts() and wuye_never_us(), for hosts that cannot read macros. */
#define WUYE_ABI 0
#define WUYE_NTS SIZE_MAX
#define WUYE_NEVER_US INT64_MAX /* where an array asks for an instant that does not exist */

/* Why a call could not run. */
typedef int32_t wuye_status;
enum {
  WUYE_STATUS_OK = 0,
  WUYE_STATUS_INVALID_ARGUMENT = 1, /* the text or value given is not what the call takes */
  WUYE_STATUS_NOT_FOUND = 2,        /* no such case, table, notice, file, calendar, procedure */
  WUYE_STATUS_CONFLICT = 3,         /* the office has moved on; a manual cannot follow */
  WUYE_STATUS_BUSY = 4,             /* another process holds the write lock: try again */
  WUYE_STATUS_READ_ONLY = 5,        /* the file or the view takes no writes */
  WUYE_STATUS_IO = 6,               /* the file system failed */
  WUYE_STATUS_FULL = 7,             /* no space left */
  WUYE_STATUS_CORRUPT = 8,          /* not our file, truncated, or the chain does not hold */
  WUYE_STATUS_UNSUPPORTED = 9,      /* written by a newer wuye */
  WUYE_STATUS_NO_MEMORY = 10,
  WUYE_STATUS_CANCELLED = 11,       /* the progress callback asked to stop */
  WUYE_STATUS_MISUSE = 12,          /* a closed office, a call from within a callback, use after fork */
  WUYE_STATUS_INTERNAL = 13,        /* an invariant did not hold: a defect of wuye */
  WUYE_STATUS_POISONED = 14,        /* an earlier failure closed this office: release it and open it again */
  WUYE_STATUS_NO_WORKING_TIME = 15, /* a calendar has no working time in the direction asked */
  WUYE_STATUS_OUT_OF_RANGE = 16     /* an instant or amount outside what is representable */
};

/* What an entry came to. 0 is never given. */
typedef int32_t wuye_verdict;
enum {
  WUYE_OUTCOME_ACCEPTED = 1,  /* in the journal, with its breaches */
  WUYE_OUTCOME_DUPLICATE = 2, /* sent before with the same content: the first outcome again */
  WUYE_OUTCOME_REFUSED = 3    /* not in the journal; reason, clause and facts say why */
};

/* How wuye_office_record_lines takes a batch. */
typedef int32_t wuye_mode;
enum {
  WUYE_MODE_ATOMIC = 1,     /* the first refusal undoes the whole batch */
  WUYE_MODE_INDEPENDENT = 2 /* each entry for itself */
};

/* Whose knowledge wuye_office_as_of shows. */
typedef int32_t wuye_known;
enum {
  WUYE_KNOWN_THEN = 1, /* what was told by then */
  WUYE_KNOWN_NOW = 2   /* what is known today about then */
};

/* ---- Handles --------------------------------------------------------------------------------------------------- */

typedef struct wuye_manual wuye_manual;     /* the rules of one company, compiled. immutable */
typedef struct wuye_calendar wuye_calendar; /* one working calendar. immutable */
typedef struct wuye_office wuye_office;     /* one site office's journal and all that follows from it. serialized */
typedef struct wuye_outcome wuye_outcome;   /* the answer to an entry, or to a batch. immutable */
typedef struct wuye_text wuye_text;         /* an answer in text, mostly JSON. immutable */
typedef struct wuye_options wuye_options;   /* how to open an office. exclusive */
typedef struct wuye_error wuye_error;       /* why a call could not run. immutable */

/* Hears now and then how far a long call has come, in the units that the call names; returns 0 to go on, anything else to stop
 * the call with CANCELLED. At done = all its answer no longer counts. A short call may be over before it is asked. */
typedef int32_t (*wuye_progress)(void *user_data, int64_t done, int64_t all);

/* ---- Arrow's C data and stream interfaces, under their canonical guards ------------------------------------------ */

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */

/* ---- The library ----------------------------------------------------------------------------------------------- */

/* The ABI number of the library that is loaded; compare it with WUYE_ABI.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API int32_t wuye_abi(void);

/* The release, "0.1.0"; static storage.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API const char *wuye_version_string(void);

/* WUYE_NTS: the length that means "NUL-terminated".
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API size_t wuye_nts(void);

/* WUYE_NEVER_US.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API int64_t wuye_never_us(void);

/* The name of a status, "invalid_argument"; "unknown" for any other number; static storage.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API const char *wuye_status_name(wuye_status status);

/* 1 if the library has the feature of that name, 0 if not or if the name is not known. Names: "sqlite", "arrow",
 * "scenario"; later parts of the library add theirs.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API uint8_t wuye_feature(const char *name, size_t name_len);

/* What this library is, for bug reports: {"abi", "package", "version", "file_format", "sqlite", "compiler", "features"}.
 * @param out   owned JSON object
 * @errors none of its own  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_about(wuye_text **out, wuye_error **err);

/* ---- Errors ---------------------------------------------------------------------------------------------------- */

/* The status that the call returned; OK of NULL.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_error_status(const wuye_error *error);

/* One English sentence. Borrowed.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API const char *wuye_error_message(const wuye_error *error, size_t *len_out);

/* The file or layer in which the place lies; empty where there is none. Borrowed.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API const char *wuye_error_file(const wuye_error *error, size_t *len_out);

/* The place in the text that was given, counted from 1; 0 where it is not known.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API int64_t wuye_error_line(const wuye_error *error);
WUYE_API int64_t wuye_error_column(const wuye_error *error);

/* Further facts, by name and value ("field" = "urgency", "nearest" = "emergency"); a name may come more than once.
 * Borrowed; NULL past the end.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API size_t wuye_error_detail_count(const wuye_error *error);
WUYE_API const char *wuye_error_detail_name(const wuye_error *error, size_t index, size_t *len_out);
WUYE_API const char *wuye_error_detail_value(const wuye_error *error, size_t index, size_t *len_out);

/* @errors none  @thread immutable  @since 0.1 */
WUYE_API void wuye_error_release(wuye_error *error);

/* ---- Text ------------------------------------------------------------------------------------------------------ */

/* The text. Borrowed.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API const char *wuye_text_data(const wuye_text *text, size_t *len_out);

/* @errors none  @thread immutable  @since 0.1 */
WUYE_API void wuye_text_release(wuye_text *text);

/* ---- Manuals --------------------------------------------------------------------------------------------------- */

/* The standard pack that is built into the library.
 * @param out   owned
 * @errors none of its own  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_manual_standard(wuye_manual **out, wuye_error **err);

/* Reads, layers, checks and compiles TOML texts. A layer that says `extends = "standard"` lies on the built-in pack;
 * later layers lie on earlier ones.
 * @param names       how many layers are called in problems, usually file names
 * @param names_len   lengths; NULL: all are NUL-terminated
 * @param texts       the layers
 * @param texts_len   lengths; NULL: all are NUL-terminated
 * @param count       how many layers; at least 1
 * @param out         owned
 * @errors INVALID_ARGUMENT with place and sentence of the first problem, the others as details
 * @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_manual_load(const char *const *names, const size_t *names_len, const char *const *texts,
                                      const size_t *texts_len, size_t count, wuye_manual **out, wuye_error **err);

/* All that the checker has to say about the layers, as wuye_manual_load takes them.
 * @param out   owned JSON array of {"severity": "error" | "warning", "file", "line", "column", "message", "suggestion"},
 *              errors first; empty where all is well. Bad TOML is a problem in the list, not an error of the call.
 * @errors INVALID_ARGUMENT where a text is not UTF-8  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_manual_check(const char *const *names, const size_t *names_len, const char *const *texts,
                                       const size_t *texts_len, size_t count, wuye_text **out, wuye_error **err);

/* Brings a manual back from its canonical form, as a journal holds it.
 * @param out   owned
 * @errors CORRUPT where it does not compile  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_manual_from_canonical(const char *canonical, size_t canonical_len, wuye_manual **out,
                                                wuye_error **err);

/* The manual's name; its canonical form (RFC 8785 JSON; equal manuals have equal forms); the form's BLAKE2b-256 as 64
 * hexadecimal digits; the name of its time zone. Borrowed.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API const char *wuye_manual_name(const wuye_manual *manual, size_t *len_out);
WUYE_API const char *wuye_manual_canonical(const wuye_manual *manual, size_t *len_out);
WUYE_API const char *wuye_manual_hash(const wuye_manual *manual, size_t *len_out);
WUYE_API const char *wuye_manual_zone(const wuye_manual *manual, size_t *len_out);

/* The clause catalogue, and what this manual makes of each clause.
 * @param out   owned JSON array
 * @errors none of its own  @thread immutable  @since 0.1  @clause R001 to R471 */
WUYE_API wuye_status wuye_manual_clauses(const wuye_manual *manual, wuye_text **out, wuye_error **err);

/* The procedures with their stages, actions, fields, deadlines and ladders; "sections": every other part of the manual but
 * the clauses, as its layers say it; in each procedure "more": what the manual says of it beyond these.
 * @param lang  "zh" or "en"
 * @param out   owned JSON object
 * @errors INVALID_ARGUMENT for another language  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_manual_describe(const wuye_manual *manual, const char *lang, size_t lang_len, wuye_text **out,
                                          wuye_error **err);

/* The JSON Schema (draft 2020-12) of a manual's layer, for editors that complete and check; dates are texts in it. It refuses
 * what the checker refuses in a single layer: unknown keys, values of another kind, words that are no choice.
 * @param out   owned JSON object
 * @errors none of its own  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_manual_schema(wuye_text **out, wuye_error **err);

/* What a deadline of a procedure comes to, from the manual alone.
 * @param question   JSON object: "procedure", "deadline", "from" (an instant: when the clock starts), and optionally
 *                   "fields" (an object: the case's) and "pauses" (an array of [from, until], sorted and disjoint)
 * @param out        owned JSON object {"due", "breach", "provisional", "clause", "levels": [{"level", "at"}]};
 *                   `due` is the earliest instant at which the limit is used up, `breach` the first that is late
 * @errors NOT_FOUND for an unknown procedure or deadline; INVALID_ARGUMENT for a broken question or where no limit
 *         applies; NO_WORKING_TIME  @thread immutable  @since 0.1  @clause the answer's "clause" */
WUYE_API wuye_status wuye_manual_deadline(const wuye_manual *manual, const char *question, size_t question_len,
                                          wuye_text **out, wuye_error **err);

/* The same for many starts of one deadline.
 * @param fields          optional JSON object: the case's fields, the same for all
 * @param from_us         `count` instants
 * @param due_us_out      room for `count`, or NULL; WUYE_NEVER_US where there is no working time or `from_us` is out of range
 * @param breach_us_out   the same
 * @errors as wuye_manual_deadline, NO_WORKING_TIME aside; on failure the output is undefined
 * @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_manual_deadline_us(const wuye_manual *manual, const char *procedure, size_t procedure_len,
                                             const char *deadline, size_t deadline_len, const char *fields,
                                             size_t fields_len, const int64_t *from_us, size_t count, int64_t *due_us_out,
                                             int64_t *breach_us_out, wuye_error **err);

/* The first instant of a period and the first after it, in the manual's zone.
 * @param period   "2026-03", "2026-Q1", "2026" or "2026-03-01/2026-03-15" (last day included)
 * @errors INVALID_ARGUMENT  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_manual_period_us(const wuye_manual *manual, const char *period, size_t period_len,
                                           int64_t *from_us_out, int64_t *until_us_out, wuye_error **err);

/* What a rate costs on a scorecard, from the manual alone, for many counts: `done` of `due` against the metric's pass mark.
 * @param metric                 its name in the manual
 * @param step                   how a percentage point below the pass mark counts: "per_full_point", "pro_rata" or
 *                               "per_started_point"; NULL or empty: as the manual has it. Its cap holds either way
 * @param done, due              `count` pairs, each 0 … 100 000 000 000; nothing due costs nothing
 * @param points_hundredths_out  room for `count`: hundredths of a point
 * @errors NOT_FOUND for an unknown metric; INVALID_ARGUMENT for another step or a negative count; OUT_OF_RANGE; on failure
 *         the output is undefined  @thread immutable  @since 0.1  @clause R327, R331 */
WUYE_API wuye_status wuye_manual_points(const wuye_manual *manual, const char *metric, size_t metric_len, const char *step,
                                        size_t step_len, const int64_t *done, const int64_t *due, size_t count,
                                        int64_t *points_hundredths_out, wuye_error **err);

/* How many callbacks are due of so many cases of each class, from the manual alone, for many months at once.
 * @param quota    its name in the manual; NULL or empty: "callback"
 * @param classes  the classes counted, separated by commas: "repair,enquiry"
 * @param channel  NULL or empty: all that are due; else those of one channel ("phone", "visit")
 * @param counts   `months` rows, one number for each of the classes, 0 … 1 000 000 000 000 in all
 * @param due_out  room for `months`
 * @errors NOT_FOUND for an unknown quota, class or channel; INVALID_ARGUMENT for a negative count; on failure the output is undefined
 * @thread immutable  @since 0.1  @clause R113, R114, R115 */
WUYE_API wuye_status wuye_manual_callbacks_due(const wuye_manual *manual, const char *quota, size_t quota_len,
                                               const char *classes, size_t classes_len, const char *channel,
                                               size_t channel_len, const int64_t *counts, size_t months,
                                               int64_t *due_out, wuye_error **err);

/* What a fee comes to, and how, from the manual alone: price by price, what is owed from the beginning of the billing period rounded half up
 * to the fen, once. Charges of adjoining days add up to that of all of them.
 * @param question  JSON object: "fee" (its name in the manual), "from", "until" ("2026-03-01"; the day after the last), and if wanted
 *                  "quantity" (decimal text, "1" where it is left out: square metres, spaces, what a meter counted; a flat price asks for none)
 *                  and "place": {"use": "shop", "kind", "zone", "building"}, as far as prices ask for them
 * @param out       owned JSON object: "fen", "steps": [{"clause", "fen", "from", "month_parts" (377 580 make a month; 0 of a meter),
 *                  "price_millionths" (of a yuan), "quantity_millionths", "until"}]; days without a price cost nothing
 * @errors NOT_FOUND for an unknown fee; INVALID_ARGUMENT for one that has no prices, or an end before its beginning; OUT_OF_RANGE
 *         @thread immutable  @since 0.1  @clause R125, R127 */
WUYE_API wuye_status wuye_manual_charge(const wuye_manual *manual, const char *question, size_t question_len, wuye_text **out,
                                        wuye_error **err);

/* The same for many quantities of one fee and one place, without the steps.
 * @param place                  JSON object as above; NULL or empty: nothing is known of it
 * @param from_day, until_day    days since 1970-01-01
 * @param quantities_millionths  `count` of them, each 0 … 10 000 000 000 000
 * @param fen_out                room for `count`
 * @errors as above; on failure the output is undefined  @thread immutable  @since 0.1  @clause R125, R127 */
WUYE_API wuye_status wuye_manual_charges(const wuye_manual *manual, const char *fee, size_t fee_len, const char *place, size_t place_len,
                                         int32_t from_day, int32_t until_day, const int64_t *quantities_millionths, size_t count,
                                         int64_t *fen_out, wuye_error **err);

/* What lateness has added to a charge by a day: simple, by the night, on what was owed in it, rounded once, at most the cap. 0 where
 * the manual asks for none.
 * @param due_day              the last day on which it was to be paid
 * @param from_days, owed_fen  `count` pairs, days ascending: from that day on so much is owed
 * @errors NOT_FOUND for an unknown fee; INVALID_ARGUMENT for days that do not ascend or an amount below 0; OUT_OF_RANGE
 *         @thread immutable  @since 0.1  @clause R128 */
WUYE_API wuye_status wuye_manual_late_fee(const wuye_manual *manual, const char *fee, size_t fee_len, int32_t due_day,
                                          const int32_t *from_days, const int64_t *owed_fen, size_t count, int32_t as_of_day,
                                          int64_t *fen_out, wuye_error **err);

/* The same for many charges of one fee, each owed whole since it was due.
 * @param owed_fen, due_days  `count` pairs
 * @param fen_out             room for `count`
 * @errors as above; on failure the output is undefined  @thread immutable  @since 0.1  @clause R128 */
WUYE_API wuye_status wuye_manual_late_fees(const wuye_manual *manual, const char *fee, size_t fee_len, const int64_t *owed_fen,
                                           const int32_t *due_days, size_t count, int32_t as_of_day, int64_t *fen_out,
                                           wuye_error **err);

/* Divides a sum by weights: the shares add up to it, none is off by a whole fen, and of equal remainders the earlier gets the fen.
 * @param weights  `count` of them, none below 0 and not all 0
 * @param fen_out  room for `count`
 * @errors INVALID_ARGUMENT; OUT_OF_RANGE; on failure the output is undefined  @thread immutable  @since 0.1  @clause R127 */
WUYE_API wuye_status wuye_share(int64_t total_fen, const int64_t *weights, size_t count, int64_t *fen_out, wuye_error **err);

/* @errors none  @thread immutable  @since 0.1 */
WUYE_API void wuye_manual_release(wuye_manual *manual);

/* ---- Calendars: working time without an office ------------------------------------------------------------------- */

/* Compiles a calendar.
 * @param spec   JSON object; every key but "time_zone" is optional:
 *               "name"; "time_zone": an IANA name, "UTC" or a fixed offset ("+08:00"); "around_the_clock": true (then none of the following);
 *               "weekly", "breaks": {"mon": [["08:30", "18:30"]], …}, "until" at or before "from" runs over midnight;
 *               "overrides": {"2026-10-01": [], "2026-10-10": [["08:30", "12:00"]]};
 *               "holidays", "makeup": ["2026-10-01", …]; "makeup_like": "mon"; "almanac": [2025, 2026] (first and last
 *               year whose holidays are known)
 * @param out    owned
 * @errors INVALID_ARGUMENT naming the key, day or spans; NOT_FOUND for an unknown time zone
 * @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_calendar_create(const char *spec, size_t spec_len, wuye_calendar **out, wuye_error **err);

/* A calendar of a manual, by name.
 * @param out   owned; outlives the manual's handle
 * @errors NOT_FOUND naming the nearest  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_calendar_of_manual(const wuye_manual *manual, const char *name, size_t name_len,
                                             wuye_calendar **out, wuye_error **err);

/* The earliest instant by which `amount_us` of working time has passed since `at_us`, not counting pauses; for an
 * amount below 0 the latest instant from which that much remains until `at_us`.
 * @param pause_from_us, pause_until_us   `pause_count` stretches [from, until), sorted and disjoint; NULL where 0
 * @param due_us_out         the instant
 * @param breach_us_out      or NULL: the first instant at which the working time since `at_us` exceeds the amount
 * @param provisional_out    or NULL: 1 where the answer relies on years whose holidays are not known
 * @errors NO_WORKING_TIME; OUT_OF_RANGE; INVALID_ARGUMENT for pauses out of order  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_calendar_add(const wuye_calendar *calendar, int64_t at_us, int64_t amount_us,
                                       const int64_t *pause_from_us, const int64_t *pause_until_us, size_t pause_count,
                                       int64_t *due_us_out, int64_t *breach_us_out, uint8_t *provisional_out,
                                       wuye_error **err);

/* Working time in [from, until), pauses taken out; below 0 where `until_us` is before `from_us`.
 * @param amount_us_out   microseconds
 * @errors OUT_OF_RANGE; INVALID_ARGUMENT for pauses out of order  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_calendar_between(const wuye_calendar *calendar, int64_t from_us, int64_t until_us,
                                           const int64_t *pause_from_us, const int64_t *pause_until_us,
                                           size_t pause_count, int64_t *amount_us_out, wuye_error **err);

/* The following work on arrays of `count`: input pointers must hold as many values, output pointers have room for as
 * many, and may be the same as an input. A position whose instant is out of range, or for which there is no working
 * time, gets WUYE_NEVER_US (is_open: 0); it does not fail the call. With `count` 0 every pointer may be NULL.
 * @errors none of their own  @thread immutable  @since 0.1 */

/* wuye_calendar_add without pauses. @errors none of its own  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_calendar_add_us(const wuye_calendar *calendar, const int64_t *at_us, const int64_t *amount_us,
                                          size_t count, int64_t *due_us_out, wuye_error **err);

/* wuye_calendar_between without pauses. @errors none of its own  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_calendar_between_us(const wuye_calendar *calendar, const int64_t *from_us,
                                              const int64_t *until_us, size_t count, int64_t *amount_us_out,
                                              wuye_error **err);

/* The n-th later date that has hours (n below 0: earlier), at the same wall time, rolled into open hours; n = 0 rolls only.
 * @errors none of its own  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_calendar_add_days_us(const wuye_calendar *calendar, const int64_t *at_us, const int64_t *days,
                                               size_t count, int64_t *at_us_out, wuye_error **err);

/* The first open instant at or after each. @errors none of its own  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_calendar_next_open_us(const wuye_calendar *calendar, const int64_t *at_us, size_t count,
                                                int64_t *at_us_out, wuye_error **err);

/* 1 where the calendar is open. @errors none of its own  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_calendar_is_open(const wuye_calendar *calendar, const int64_t *at_us, size_t count,
                                           uint8_t *open_out, wuye_error **err);

/* Working segments [from, until) from `start_us` on: forward the first is clipped to begin there, backward they end
 * there, latest first.
 * @param count                        how many at most; both arrays have room for as many
 * @param from_us_out, until_us_out    the segments
 * @param count_out                    how many there are
 * @errors OUT_OF_RANGE  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_calendar_periods(const wuye_calendar *calendar, int64_t start_us, size_t count,
                                           uint8_t backward, int64_t *from_us_out, int64_t *until_us_out,
                                           size_t *count_out, wuye_error **err);

/* @errors none  @thread immutable  @since 0.1 */
WUYE_API void wuye_calendar_release(wuye_calendar *calendar);

/* ---- Options --------------------------------------------------------------------------------------------------- */

/* Options with every value at its default.
 * @param out   owned
 * @errors none of its own  @thread exclusive  @since 0.1 */
WUYE_API wuye_status wuye_options_create(wuye_options **out, wuye_error **err);

/* The keys there are: {"key", "type": "text" | "int64" | "bool", "default", "doc"}.
 *   seed       text   keys whatever must look arbitrary; kept in the office when it is made
 *   read_only  bool   the file is not written
 *   busy_ms    int64  how long a write waits for another process, in milliseconds; at least 0
 * @param out   owned JSON array
 * @errors none of its own  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_options_keys(wuye_text **out, wuye_error **err);

/* Sets one value.
 * @errors INVALID_ARGUMENT for an unknown key (detail "nearest"), one of another type, or a value out of its range
 * @thread exclusive  @since 0.1 */
WUYE_API wuye_status wuye_options_set_text(wuye_options *options, const char *key, size_t key_len, const char *value,
                                           size_t value_len, wuye_error **err);
WUYE_API wuye_status wuye_options_set_int64(wuye_options *options, const char *key, size_t key_len, int64_t value,
                                            wuye_error **err);
WUYE_API wuye_status wuye_options_set_bool(wuye_options *options, const char *key, size_t key_len, uint8_t value,
                                           wuye_error **err);

/* @errors none  @thread exclusive  @since 0.1 */
WUYE_API void wuye_options_release(wuye_options *options);

/* ---- Offices: making, closing ------------------------------------------------------------------------------------ */

/* Opens the office's file, or makes it where it does not exist. Opening never changes the manual of a file that has one.
 * @param path      the file
 * @param manual    optional; what a new file adopts at its first entry, NULL: the standard pack
 * @param options   optional
 * @param out       owned
 * @errors IO; CORRUPT; UNSUPPORTED (written by a newer wuye); BUSY; READ_ONLY; NOT_FOUND (no such file, read only)
 * @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_office_open(const char *path, size_t path_len, const wuye_manual *manual,
                                      const wuye_options *options, wuye_office **out, wuye_error **err);

/* An office that lives in memory only.
 * @param manual    optional; NULL: the standard pack
 * @param options   optional
 * @param out       owned
 * @errors none of its own  @thread immutable  @since 0.1 */
WUYE_API wuye_status wuye_office_memory(const wuye_manual *manual, const wuye_options *options, wuye_office **out,
                                        wuye_error **err);

/* Flushes and closes; later calls give MISUSE. Closing again does nothing. Streams and answers already handed out stay
 * good. An office that is released without it is closed too, but nobody hears of a failure.
 * @errors IO; FULL  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_close(wuye_office *office, wuye_error **err);

/* @errors none  @thread serialized (no other call may be under way or follow)  @since 0.1 */
WUYE_API void wuye_office_release(wuye_office *office);

/* ---- Offices: telling -------------------------------------------------------------------------------------------- */

/* Records one entry, and first finds everything that fell due before it was told.
 * @param entry   JSON object: "at", "by", "do", optionally "now", "case", "source" with "key", "seen", and the fields
 *                that the manual declares
 * @param out     owned
 * @errors INVALID_ARGUMENT for broken JSON, with line and column; BUSY; READ_ONLY; IO; FULL; POISONED; MISUSE
 * @thread serialized  @since 0.1  @clause the outcome's */
WUYE_API wuye_status wuye_office_record(wuye_office *office, const char *entry, size_t entry_len, wuye_outcome **out,
                                        wuye_error **err);

/* What wuye_office_record would answer, keeping nothing.
 * @param out   owned
 * @errors as wuye_office_record  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_dry_run(wuye_office *office, const char *entry, size_t entry_len, wuye_outcome **out,
                                         wuye_error **err);

/* Records many entries. A line that does not read is refused as "malformed", by itself.
 * @param lines       JSON Lines: one entry a line; blank lines are skipped
 * @param mode        WUYE_MODE_ATOMIC or WUYE_MODE_INDEPENDENT
 * @param progress    or NULL; hears of bytes read
 * @param user_data   given to `progress`
 * @param out         owned; wuye_outcome_at gives one outcome an entry, in order
 * @errors BUSY; READ_ONLY; IO; FULL; POISONED; MISUSE; CANCELLED (ATOMIC: nothing is kept; INDEPENDENT: what was recorded before is)
 * @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_record_lines(wuye_office *office, const char *lines, size_t lines_len, wuye_mode mode,
                                              wuye_progress progress, void *user_data, wuye_outcome **out,
                                              wuye_error **err);

/* Decides an entry and holds the write lock until wuye_office_commit or wuye_office_discard, so that a host may first
 * keep the lines in its own database.
 * @param out   owned
 * @errors as wuye_office_record; MISUSE where a proposal is held already  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_propose(wuye_office *office, const char *entry, size_t entry_len, wuye_outcome **out,
                                         wuye_error **err);

/* The lines of the proposal that is held, as wuye_office_lines gives them; empty where it was refused or none is held.
 * @param out   owned JSON Lines
 * @errors none of its own  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_proposed(wuye_office *office, wuye_text **out, wuye_error **err);

/* Keeps, or drops, the proposal that is held. Discarding where none is held does nothing.
 * @errors commit: MISUSE where none is held; IO; FULL; POISONED  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_commit(wuye_office *office, wuye_error **err);
WUYE_API wuye_status wuye_office_discard(wuye_office *office, wuye_error **err);

/* It is now `now_us`: finds everything whose nominal time is at or before it. Finds nothing: changes nothing.
 * @param out   owned JSON array: the notices found, as wuye_office_notices gives them
 * @errors OUT_OF_RANGE; BUSY; READ_ONLY; IO; FULL; POISONED; MISUSE  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_advance(wuye_office *office, int64_t now_us, wuye_text **out, wuye_error **err);

/* Adopts a manual from `at_us` on. A case keeps the manual under which it was opened.
 * @param by   who adopts it
 * @errors CONFLICT where `at_us` is before the clock; else as wuye_office_record  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_adopt(wuye_office *office, const wuye_manual *manual, int64_t at_us, const char *by,
                                       size_t by_len, wuye_error **err);

/* ---- Offices: asking --------------------------------------------------------------------------------------------- */

/* The earliest instant at which wuye_office_advance would find something: when the host should wake.
 * @param due_us_out    WUYE_NEVER_US where there is none
 * @param has_due_out   or NULL: 1 where there is one
 * @errors POISONED; MISUSE  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_next_due(wuye_office *office, int64_t *due_us_out, uint8_t *has_due_out,
                                          wuye_error **err);

/* Notices whose line is after `after`, in line order: a host keeps the last number it has seen.
 * @param limit   how many at most; below 0: all
 * @param out     owned JSON array of {"seq", "id", "what", "at", "found", "tell": [{"post", "people"}], "text_zh", "text_en",
 *                "state", and where it has them "case", "deadline", "level", "clause"}
 * @errors POISONED; MISUSE  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_notices(wuye_office *office, int64_t after, int64_t limit, wuye_text **out,
                                         wuye_error **err);

/* Which actions `by` may do on the case at `at_us`, with the fields they need, and why not the others.
 * @param case_id   optional; NULL or empty: the actions that open a case
 * @param out       owned JSON
 * @errors NOT_FOUND; OUT_OF_RANGE; POISONED; MISUSE  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_options(wuye_office *office, const char *case_id, size_t case_id_len, const char *by,
                                         size_t by_len, int64_t at_us, wuye_text **out, wuye_error **err);

/* Why: a case ("C7"), a notice, or a figure ("dispatch_timeliness@2026-03", "…@2026-03@zhao", "…@2026-03@zhao@east"; of a zone
 * alone "…@2026-03@@east"), down to the lines behind it. A figure has every case that was looked at: "cases": [{"case",
 * "generation", "who", "zone", "due", "met" (or absent), "counted", "on_time", "reason", "value" (of a mean)}].
 * @param out   owned JSON object
 * @errors NOT_FOUND; POISONED; MISUSE  @thread serialized  @since 0.1  @clause those in the answer */
WUYE_API wuye_status wuye_office_explain(wuye_office *office, const char *id, size_t id_len, wuye_text **out,
                                         wuye_error **err);

/* The figures of a period.
 * @param period   as in wuye_manual_period_us
 * @param who      optional: one officer's; NULL or empty: the office's
 * @param out      owned JSON array of {"metric", "title": {"zh", "en"}, "kind", "who", "zone", "in_use", "state" ("counted",
 *                 "not_applicable", "pending", "not_in_use"), "done", "due", "late", "value" (exact: "45/46"; empty where
 *                 there is none), "points_hundredths", "cut_hundredths" (what it would cost besides, but for the
 *                 metric's cap), "pass_hundredths" (of a percent), "bonus_withheld_hundredths" (of a
 *                 percent), "excluded": {reason: how many}, "money", "clauses"}; where "money", a rate of charges, "done" and "due"
 *                 are fen as the span ended, and "late" what has come in since. The cases behind a figure are wuye_office_explain's
 * @errors INVALID_ARGUMENT for the period; POISONED; MISUSE  @thread serialized  @since 0.1  @clause each figure's */
WUYE_API wuye_status wuye_office_score(wuye_office *office, const char *period, size_t period_len, const char *who,
                                       size_t who_len, wuye_text **out, wuye_error **err);

/* Figures side by side as an Arrow stream, a row each: metric, from, until, month, who, zone, head, state, done, due, late,
 * value, pass_hundredths, points_hundredths, bonus_withheld_hundredths.
 * @param by    optional: how they are split up, words of "month", "who", "zone" and "head" (the fee, of rates of charges) with spaces
 *              between; empty: one row a metric
 * @param out   as in wuye_office_table
 * @errors INVALID_ARGUMENT for the period or a word; POISONED; MISUSE. Then `out->release` is NULL
 * @thread serialized (the stream: exclusive)  @since 0.1  @clause each metric's */
WUYE_API wuye_status wuye_office_scores(wuye_office *office, const char *period, size_t period_len, const char *by,
                                        size_t by_len, struct ArrowArrayStream *out, wuye_error **err);

/* The scorecards of a period: one for each month that it touches and each who held a post that is assessed.
 * @param who   optional: one officer's; NULL or empty: everybody's
 * @param out   owned JSON array of {"scorecard", "title": {"zh", "en"}, "post", "who", "month", "base", "floor",
 *              "deducted_hundredths", "score_hundredths", "pending", "adjustment_hundredths", "adjusts": [months], "clauses",
 *              "adjustments": [{"month", "metric", "before_hundredths", "after_hundredths"}], "frozen", "sheet": its case, "at_seq",
 *              "figures", "recorded"}; the last two as of wuye_office_score. A frozen one shows what was approved
 * @errors INVALID_ARGUMENT for the period; POISONED; MISUSE  @thread serialized  @since 0.1  @clause R325, R326 */
WUYE_API wuye_status wuye_office_scorecards(wuye_office *office, const char *period, size_t period_len, const char *who,
                                            size_t who_len, wuye_text **out, wuye_error **err);

/* A table as an Arrow stream of record batches, in key order: utf8, int64, bool, date32, timestamp[us, the office's
 * zone]; money is int64 with field metadata "unit" = "fen"; every field has metadata "doc.zh" and "doc.en".
 * @param name   as in wuye_office_tables
 * @param out    filled in; released by its own `release`. It holds its own copy: the office may move on, or go
 * @errors NOT_FOUND naming the nearest; POISONED; MISUSE. Then `out->release` is NULL  @thread serialized (the stream: exclusive)
 * @since 0.1 */
WUYE_API wuye_status wuye_office_table(wuye_office *office, const char *name, size_t name_len,
                                       struct ArrowArrayStream *out, wuye_error **err);

/* The tables there are.
 * @param out   owned JSON array of {"name", "columns": [{"name", "type": "text" | "integer" | "boolean" | "instant" |
 *              "date" | "money", "doc": {"zh", "en"}}]}
 * @errors MISUSE  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_tables(wuye_office *office, wuye_text **out, wuye_error **err);

/* The office at an earlier instant; it takes no writes (READ_ONLY) and stands by itself.
 * @param known   WUYE_KNOWN_THEN or WUYE_KNOWN_NOW
 * @param out     owned
 * @errors OUT_OF_RANGE; POISONED; MISUSE  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_as_of(wuye_office *office, int64_t at_us, wuye_known known, wuye_office **out,
                                       wuye_error **err);

/* The office as it would stand had `manual` been adopted instead of every manual that was: what was told is taken as a fact,
 * everything else is found anew. Its table "what_if" has what that manual forbids of it and what then concerns nothing. It takes
 * no writes (READ_ONLY) and stands by itself; `office` and its file are untouched.
 * @param out   owned
 * @errors POISONED; MISUSE  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_what_if(wuye_office *office, const wuye_manual *manual, wuye_office **out,
                                         wuye_error **err);

/* What differs between two offices of one desk, mostly an office and a wuye_office_what_if of it: by case, deadline, notice and
 * breach, and by figure. Columns: kind, change ("added", "removed", "changed"), case, id, column, before, after.
 * @param before   in whose zone instants stand, and whose manual says what the period is
 * @param after    another office
 * @param period   optional: as in wuye_manual_period_us; only what begins in it, and its figures. NULL or empty: all
 * @param out      filled in, as by wuye_office_table
 * @errors INVALID_ARGUMENT for the period; MISUSE, for twice the same office too; POISONED. Then `out->release` is NULL
 * @thread serialized (the stream: exclusive)  @since 0.1 */
WUYE_API wuye_status wuye_office_compare(wuye_office *before, wuye_office *after, const char *period, size_t period_len,
                                         struct ArrowArrayStream *out, wuye_error **err);

/* The manual that is in force.
 * @param out   owned; outlives the office
 * @errors MISUSE  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_manual(wuye_office *office, wuye_manual **out, wuye_error **err);

/* The number of the last line; 0 while there is none.
 * @errors POISONED; MISUSE  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_last_seq(wuye_office *office, int64_t *seq_out, wuye_error **err);

/* The office's clock: the greatest instant told or found.
 * @param clock_us_out    0 while nothing is told
 * @param has_clock_out   or NULL: 1 once something is
 * @errors POISONED; MISUSE  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_clock(wuye_office *office, int64_t *clock_us_out, uint8_t *has_clock_out,
                                       wuye_error **err);

/* ---- Offices: the journal ---------------------------------------------------------------------------------------- */

/* Lines after number `after`, in order, to be kept or moved elsewhere. Each is one JSON object that ends in
 * `"line":{…}}`, the canonical bytes that the hash chain covers: keep the text as it is, do not write it anew.
 * @param limit   how many at most; below 0: all
 * @param out     owned JSON Lines
 * @errors POISONED; MISUSE  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_lines(wuye_office *office, int64_t after, int64_t limit, wuye_text **out,
                                       wuye_error **err);

/* Appends lines taken from another office, into one without lines or with exactly the lines before them.
 * @param lines   as wuye_office_lines gave them
 * @errors INVALID_ARGUMENT for broken text; CORRUPT where the chain does not hold; CONFLICT where they do not follow
 * @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_load(wuye_office *office, const char *lines, size_t lines_len, wuye_error **err);

/* Folds the journal from the start, checks the chain, and compares with the tables.
 * @param progress    or NULL; hears of lines
 * @param user_data   given to `progress`
 * @param out         owned JSON object {"ok", "lines", "cases", "findings": ["…"]}
 * @errors CANCELLED; IO; MISUSE  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_verify(wuye_office *office, wuye_progress progress, void *user_data, wuye_text **out,
                                        wuye_error **err);

/* Writes a consistent copy into a new file.
 * @param progress    or NULL; hears of pages
 * @param user_data   given to `progress`
 * @errors CANCELLED; IO; FULL; MISUSE  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_backup(wuye_office *office, const char *path, size_t path_len, wuye_progress progress,
                                        void *user_data, wuye_error **err);

/* The hash of the last line (zeros while there is none), and of the state (rows in key order). Same journal, same 32
 * bytes, whatever the machine, compiler, batch or binding.
 * @errors POISONED; MISUSE  @thread serialized  @since 0.1 */
WUYE_API wuye_status wuye_office_digest(wuye_office *office, uint8_t digest_out[32], wuye_error **err);
WUYE_API wuye_status wuye_office_state_digest(wuye_office *office, uint8_t digest_out[32], wuye_error **err);

/* ---- Outcomes ---------------------------------------------------------------------------------------------------- */

/* How many entries it answers: 1, or as many as the batch had. wuye_outcome_at gives one by index, borrowed from the
 * batch (do not release it), NULL past the end; of an outcome of one entry, itself.
 * Every other getter, asked of a batch, answers for the entry that decided it: the first refused; without one, the last.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API size_t wuye_outcome_count(const wuye_outcome *outcome);
WUYE_API const wuye_outcome *wuye_outcome_at(const wuye_outcome *outcome, size_t index);

/* WUYE_OUTCOME_*; ACCEPTED of a batch without entries; 0 of NULL.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API wuye_verdict wuye_outcome_status(const wuye_outcome *outcome);

/* The number of the told line; 0 where refused.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API int64_t wuye_outcome_seq(const wuye_outcome *outcome);

/* The case; its stage afterwards; of a refusal its reason (docs/reasons.md), clause, one English sentence, and a JSON
 * object of what was compared. Each may be empty. Borrowed.
 * @errors none  @thread immutable  @since 0.1  @clause wuye_outcome_clause */
WUYE_API const char *wuye_outcome_case(const wuye_outcome *outcome, size_t *len_out);
WUYE_API const char *wuye_outcome_stage(const wuye_outcome *outcome, size_t *len_out);
WUYE_API const char *wuye_outcome_reason(const wuye_outcome *outcome, size_t *len_out);
WUYE_API const char *wuye_outcome_clause(const wuye_outcome *outcome, size_t *len_out);
WUYE_API const char *wuye_outcome_message(const wuye_outcome *outcome, size_t *len_out);
WUYE_API const char *wuye_outcome_facts(const wuye_outcome *outcome, size_t *len_out);

/* What the manual forbids and is recorded all the same, by index. Borrowed; "" past the end.
 * @errors none  @thread immutable  @since 0.1  @clause wuye_outcome_breach_clause */
WUYE_API size_t wuye_outcome_breach_count(const wuye_outcome *outcome);
WUYE_API const char *wuye_outcome_breach_reason(const wuye_outcome *outcome, size_t index, size_t *len_out);
WUYE_API const char *wuye_outcome_breach_clause(const wuye_outcome *outcome, size_t index, size_t *len_out);
WUYE_API const char *wuye_outcome_breach_facts(const wuye_outcome *outcome, size_t index, size_t *len_out);

/* The notices found by the call: their number, and a JSON array as wuye_office_notices gives it. Borrowed.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API size_t wuye_outcome_notice_count(const wuye_outcome *outcome);
WUYE_API const char *wuye_outcome_notices(const wuye_outcome *outcome, size_t *len_out);

/* The whole of it: a JSON object {"status": "accepted" | "duplicate" | "refused", "seq", "facts", "breaches": [{"reason", "facts",
 * "clause" (or absent)}], "notices", and where it has them "case", "stage", "reason", "clause", "message"}; of a batch a JSON array
 * of them. Borrowed.
 * @errors none  @thread immutable  @since 0.1 */
WUYE_API const char *wuye_outcome_json(const wuye_outcome *outcome, size_t *len_out);

/* @errors none  @thread immutable  @since 0.1 */
WUYE_API void wuye_outcome_release(wuye_outcome *outcome);

/* ---- Scenarios --------------------------------------------------------------------------------------------------- */

/* Runs a scenario text in an office of its own in memory.
 * @param name              what it is called in failures, usually the file's name
 * @param text              TOML, as docs/scenarios.md says
 * @param file_names        the files that the scenario may name (`manual = "stricter.toml"`), as it writes them; NULL where `file_count` is 0
 * @param file_names_len    lengths; NULL: all are NUL-terminated
 * @param file_texts        what they hold
 * @param file_texts_len    lengths; NULL: all are NUL-terminated
 * @param only_step         judge this step only, counted from 1; 0: every step
 * @param update            1: "updated_text" is the text with failing expectations rewritten to what came
 * @param out               owned JSON object {"name", "title", "covers", "passed", "steps": [{"index", "line", "passed",
 *                          "differences", "came"}], "failure" (ready to print), "updated_text", "digest"}. A failed expectation is in
 *                          the answer, not an error of the call
 * @errors INVALID_ARGUMENT with the place, for a text that is no scenario; where the scenario names a file that was not given
 *         the error has a detail "missing_file" = its path: read it and call again
 * @thread immutable  @since 0.1  @clause those it covers */
WUYE_API wuye_status wuye_scenario_run(const char *name, size_t name_len, const char *text, size_t text_len,
                                       const char *const *file_names, const size_t *file_names_len,
                                       const char *const *file_texts, const size_t *file_texts_len, size_t file_count,
                                       size_t only_step, uint8_t update, wuye_text **out, wuye_error **err);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* WUYE_WUYE_H */
