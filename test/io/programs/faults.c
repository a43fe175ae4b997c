// Preloaded into a process, lets its file calls fail: FLAMBEAU_FAULT="write 3 28" refuses the third write with error 28,
// "write 3 0" writes half of it. A new value starts counting anew.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static char current[64];
static int calls;

// Whether this call of `name` is the one; `error` is then its errno, 0 for half a write.
static int is_due(const char* name, int* error) {
  const char* wanted = getenv("FLAMBEAU_FAULT");
  char kind[16];
  int at;
  if (wanted == NULL || sscanf(wanted, "%15s %d %d", kind, &at, error) != 3) return 0;
  if (strcmp(wanted, current) != 0) {
    strncpy(current, wanted, sizeof current - 1);
    calls = 0;
  }
  return strcmp(kind, name) == 0 && ++calls == at;
}

#define NEXT(type, name) ((type)dlsym(RTLD_NEXT, name))

ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t position) {
  int error;
  if (is_due("write", &error)) {
    if (error == 0) count = (count + 1) / 2;
    else return errno = error, -1;
  }
  return NEXT(ssize_t(*)(int, const void*, size_t, off64_t), "pwrite64")(file, bytes, count, position);
}

int fsync(int file) {
  int error;
  if (is_due("fsync", &error)) return errno = error, -1;
  return NEXT(int (*)(int), "fsync")(file);
}

int rename(const char* from, const char* to) {
  int error;
  if (is_due("rename", &error)) return errno = error, -1;
  return NEXT(int (*)(const char*, const char*), "rename")(from, to);
}
