// SQLite, with wrappers for its variadic functions, which Swift can't call.
#pragma once

#include <sqlite3.h>

static inline int sqlite_configure(int option, int value) {
  return sqlite3_config(option, value);
}

static inline int sqlite_configure_connection(sqlite3 *connection, int option, int value) {
  return sqlite3_db_config(connection, option, value, (int *)0);
}
