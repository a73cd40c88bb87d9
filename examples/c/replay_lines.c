/* Tells an office in memory what a JSON Lines file holds and prints the journal's digest: the same for every language, compiler and
 * batch. Usage: replay_lines MANUAL.toml ENTRIES.jsonl */
#include <stdio.h>
#include <stdlib.h>
#include <wuye/wuye.h>

static wuye_error *err = NULL;

static void must(wuye_status status) {
  if (status == WUYE_STATUS_OK) return;
  fprintf(stderr, "%s: %s\n", wuye_status_name(status), wuye_error_message(err, NULL));
  exit(1);
}

static char *read_file(const char *path, size_t *len) {
  FILE *file = fopen(path, "rb");
  char *text = NULL;
  long size = -1;
  if (file && fseek(file, 0, SEEK_END) == 0) size = ftell(file);
  if (size >= 0) text = malloc((size_t)size + 1);
  if (!text || fseek(file, 0, SEEK_SET) != 0 || fread(text, 1, (size_t)size, file) != (size_t)size) {
    fprintf(stderr, "%s: cannot be read\n", path);
    exit(1);
  }
  fclose(file);
  *len = (size_t)size;
  return text;
}

int main(int argc, char **argv) {
  size_t manual_len = 0, lines_len = 0, i, refused = 0;
  const char *names[1], *texts[1];
  size_t names_len[1] = {WUYE_NTS}, texts_len[1];
  wuye_manual *manual = NULL;
  wuye_office *office = NULL;
  wuye_outcome *outcomes = NULL;
  uint8_t digest[32];
  char *manual_text, *lines;

  if (argc != 3) {
    fputs("usage: replay_lines MANUAL.toml ENTRIES.jsonl\n", stderr);
    return 2;
  }
  manual_text = read_file(argv[1], &manual_len);
  lines = read_file(argv[2], &lines_len);
  names[0] = argv[1];
  texts[0] = manual_text;
  texts_len[0] = manual_len;
  must(wuye_manual_load(names, names_len, texts, texts_len, 1, &manual, &err));
  must(wuye_office_memory(manual, NULL, &office, &err));
  must(wuye_office_record_lines(office, lines, lines_len, WUYE_MODE_INDEPENDENT, NULL, NULL, &outcomes, &err));
  for (i = 0; i < wuye_outcome_count(outcomes); ++i) {
    if (wuye_outcome_status(wuye_outcome_at(outcomes, i)) == WUYE_OUTCOME_REFUSED) ++refused;
  }
  must(wuye_office_digest(office, digest, &err));
  printf("%zu entries, %zu refused\n", wuye_outcome_count(outcomes), refused);
  for (i = 0; i < sizeof digest; ++i) printf("%02x", digest[i]);
  putchar('\n');

  wuye_outcome_release(outcomes);
  wuye_office_release(office);
  wuye_manual_release(manual);
  free(lines);
  free(manual_text);
  return 0;
}
