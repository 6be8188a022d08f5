// Swift can't call sqlite3_config, which is variadic. GRDB's module has the rest of sqlite3.h.
#pragma once

extern int sqlite3_config(int, ...);

static inline int sqlite_configure(int option, int value) {
  return sqlite3_config(option, value);
}
