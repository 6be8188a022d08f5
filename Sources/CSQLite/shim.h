// SQLite, with wrappers for its variadic functions, which Swift can't call, and for a text that has to be static.
#pragma once

#include <sqlite3.h>

static inline int sqlite_configure(int option, int value) {
  return sqlite3_config(option, value);
}

static inline int sqlite_configure_connection(sqlite3 *connection, int option, int value) {
  return sqlite3_db_config(connection, option, value, (int *)0);
}

// SQLite keeps the address of the name.
static inline int sqlite_bind_fts5_api(sqlite3_stmt *statement, int index, fts5_api **place) {
  return sqlite3_bind_pointer(statement, index, place, "fts5_api_ptr", (void (*)(void *))0);
}
