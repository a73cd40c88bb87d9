/* A host in C that has only the installed header and library. */
#include <stdio.h>
#include <string.h>
#include <wuye/wuye.h>

int main(void) {
  wuye_manual *manual = NULL;
  wuye_error *error = NULL;
  if (wuye_manual_standard(&manual, &error) != WUYE_STATUS_OK) {
    fprintf(stderr, "%s\n", wuye_error_message(error, NULL));
    wuye_error_release(error);
    return 1;
  }
  size_t length = 0;
  printf("wuye %s, manual %s\n", wuye_version_string(), wuye_manual_hash(manual, &length));
  wuye_manual_release(manual);
  return length == 64 ? 0 : 1;
}
