// The yardstick: what a C programmer would write for the service's job with libfcgi and SQLite. 64 threads in
// FCGX_Accept_r, each with a connection to the database (WAL, synchronous=FULL) and prepared statements, one lock
// around writes, and four threads that work on orders: each claims one and finishes it, with a commit for either.
//
//   spawn-fcgi -n -s SOCKET -b 4096 -- sqlite DATABASE [WORKERS]
//
// Its answers are the service's, with fewer members:
//
//   POST   /orders              202 with Location and id; with "Prefer: wait=N" 201 if it is complete within N seconds
//   GET    /orders              50 orders, or as many as "limit" says, after the id "after"; "status" filters
//   GET    /orders/{id}         the order; /orders/{id}/status, /orders/{id}/result
//   DELETE /orders/{id}/cancel  204
//
// Work takes nothing. SQLite's JSON functions read the bodies; products and amount are kept and sent as they came.
// It has no other processes, entity tags, users, quotas, idempotency keys, events, attempts or drain.

#include <fcgiapp.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS = 64, WORKERS = 4, LONGEST_BODY = 4 << 20, LONGEST_WAIT = 50, DEFAULT_PAGE = 50, LONGEST_PAGE = 1000 };

enum { STARTED, RUNNING, COMPLETE, FAILED, CANCELLED };
static const char *const words[] = {"started", "running", "complete", "failed", "cancelled"};

static const char *const schema =
    "PRAGMA journal_mode = WAL;"
    "CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY AUTOINCREMENT, products TEXT NOT NULL,"
    " amount TEXT NOT NULL, status INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, started INTEGER,"
    " updated INTEGER NOT NULL, finished INTEGER);"
    "CREATE INDEX IF NOT EXISTS unfinished ON orders (status) WHERE status < 2;"
    "UPDATE orders SET status = 0 WHERE status = 1";  // what a crash has left

enum { READ, SUBMIT, FIND, LIST, LIST_UNFINISHED, CLAIM, FINISH, CANCEL, STATEMENTS };
static const char *const queries[STATEMENTS] = {
    [READ] = "SELECT ?1 -> '$.products', ?1 -> '$.amount' WHERE json_valid(?1)"
             " AND json_type(?1, '$.products') = 'array' AND json_type(?1, '$.amount') IN ('integer', 'real')",
    [SUBMIT] = "INSERT INTO orders (products, amount, created, updated) VALUES (?1, ?2, ?3, ?3)",
    [FIND] = "SELECT id, products, amount, status, created, started, updated, finished FROM orders WHERE id = ?1",
    [LIST] = "SELECT id, products, amount, status FROM orders WHERE id > ?1 AND (?3 >> status) & 1"
             " ORDER BY id LIMIT ?2",
    [LIST_UNFINISHED] = "SELECT id, products, amount, status FROM orders WHERE status < 2 AND id > ?1"
                        " AND (?3 >> status) & 1 LIMIT ?2",
    [CLAIM] = "UPDATE orders SET status = 1, started = ?1, updated = ?1 WHERE id ="
              " (SELECT id FROM orders WHERE status = 0 AND status < 2 ORDER BY id LIMIT 1) RETURNING id",
    [FINISH] = "UPDATE orders SET status = 2, finished = ?2, updated = ?2 WHERE id = ?1 AND status = 1",
    [CANCEL] = "UPDATE orders SET status = 4, finished = ?2, updated = ?2 WHERE id = ?1 AND status < 2",
};

struct text {
  char *bytes;
  size_t length, size;
};

// What one thread has for itself.
struct session {
  sqlite3 *database;
  sqlite3_stmt *statements[STATEMENTS];
  FCGX_Request request;
  struct text input, output;
  pthread_cond_t ended;  // the order that this thread's request waits for
  long long awaited;     // its id, or 0 once it has ended
};

static const char *path;
static struct session sessions[THREADS];
// Guards every write, and `awaited` of every session.
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t submitted = PTHREAD_COND_INITIALIZER;

static void check(const struct session *session, bool holds) {
  if (holds) return;
  fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(session->database));
  exit(70);
}

// --- the store -------------------------------------------------------------------------------------------------------

static void open_session(struct session *session) {
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  check(session, sqlite3_open_v2(path, &session->database, flags, NULL) == SQLITE_OK);
  sqlite3_busy_timeout(session->database, 10000);
  check(session, sqlite3_exec(session->database, "PRAGMA synchronous = FULL", NULL, NULL, NULL) == SQLITE_OK);
  for (int index = 0; index < STATEMENTS; index++)
    check(session, sqlite3_prepare_v3(session->database, queries[index], -1, SQLITE_PREPARE_PERSISTENT,
                                      &session->statements[index], NULL) == SQLITE_OK);
}

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static sqlite3_stmt *statement(struct session *session, int index, long long first, long long second, long long third) {
  sqlite3_stmt *statement = session->statements[index];
  long long values[] = {first, second, third};
  for (int count = sqlite3_bind_parameter_count(statement); count > 0; count--)
    sqlite3_bind_int64(statement, count, values[count - 1]);
  return statement;
}

// Whether there is a row.
static bool step(struct session *session, sqlite3_stmt *statement) {
  int code = sqlite3_step(statement);
  check(session, code == SQLITE_ROW || code == SQLITE_DONE);
  return code == SQLITE_ROW;
}

// Ends a statement; what it wrote is on disk. Returns how many rows that were.
static int end(struct session *session, sqlite3_stmt *statement) {
  while (step(session, statement)) continue;
  check(session, sqlite3_reset(statement) == SQLITE_OK);
  return sqlite3_changes(session->database);
}

// The caller holds `writing`.
static void wake_waiter(long long id) {
  for (int index = 0; index < THREADS; index++) {
    if (sessions[index].awaited != id) continue;
    sessions[index].awaited = 0;
    pthread_cond_signal(&sessions[index].ended);
  }
}

// The order that is worked on next, or 0. The caller holds `writing`.
static long long claim(struct session *session) {
  sqlite3_stmt *row = statement(session, CLAIM, now(), 0, 0);
  long long id = step(session, row) ? sqlite3_column_int64(row, 0) : 0;
  end(session, row);
  return id;
}

static void *work(void *unused) {
  (void)unused;
  struct session session = {0};
  open_session(&session);
  for (;;) {
    long long id;
    pthread_mutex_lock(&writing);
    while ((id = claim(&session)) == 0) pthread_cond_wait(&submitted, &writing);
    pthread_mutex_unlock(&writing);
    // Here the work would be done. An order that is cancelled meanwhile stays so.
    pthread_mutex_lock(&writing);
    if (end(&session, statement(&session, FINISH, id, now(), 0)) == 1) wake_waiter(id);
    pthread_mutex_unlock(&writing);
  }
  return NULL;
}

// --- answers ---------------------------------------------------------------------------------------------------------

static void reserve(struct text *text, size_t size) {
  if (size <= text->size) return;
  text->size = 2 * size;
  text->bytes = realloc(text->bytes, text->size);
  if (text->bytes == NULL) exit(70);
}

__attribute__((format(printf, 2, 3))) static void append(struct text *text, const char *format, ...) {
  va_list arguments;
  for (bool fits = false; !fits;) {
    va_start(arguments, format);
    size_t room = text->size - text->length;
    size_t length = (size_t)vsnprintf(text->bytes + text->length, room, format, arguments);
    va_end(arguments);
    fits = length < room;
    if (fits) text->length += length;
    else reserve(text, text->length + length + 1);
  }
}

static void append_time(struct text *text, const char *name, sqlite3_stmt *row, int column) {
  if (sqlite3_column_type(row, column) == SQLITE_NULL) return;
  long long time = sqlite3_column_int64(row, column);
  time_t seconds = time / 1000;
  struct tm utc;
  gmtime_r(&seconds, &utc);
  append(text, ",\"%s\":\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", name, utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
         utc.tm_hour, utc.tm_min, utc.tm_sec, (int)(time % 1000));
}

// Id, products and amount of a row; its status, too, unless it is a result.
static void append_order(struct text *text, sqlite3_stmt *row, bool is_result) {
  append(text, "{\"id\":%lld,\"products\":%s,\"amount\":%s", sqlite3_column_int64(row, 0), sqlite3_column_text(row, 1),
         sqlite3_column_text(row, 2));
  if (!is_result) append(text, ",\"status\":\"%s\"", words[sqlite3_column_int(row, 3)]);
  append(text, "}");
}

// Sends what is in `output`, after these header fields, each of them with its end of line.
static void answer(struct session *session, const char *status, const char *fields) {
  FCGX_FPrintF(session->request.out, "Status: %s\r\n%s", status, fields);
  if (session->output.length > 0)
    FCGX_FPrintF(session->request.out, "Content-Length: %d\r\n", (int)session->output.length);
  FCGX_PutS("\r\n", session->request.out);
  FCGX_PutStr(session->output.bytes, (int)session->output.length, session->request.out);
}

static void answer_json(struct session *session) {
  answer(session, "200 OK", "Content-Type: application/json\r\nCache-Control: no-cache\r\n");
}

static void problem(struct session *session, int status, const char *title, const char *code) {
  char line[80];
  snprintf(line, sizeof line, "%d %s", status, title);
  append(&session->output, "{\"type\":\"urn:orders:problem:%s\",\"title\":\"%s\",\"status\":%d,\"code\":\"%s\"}", code,
         title, status, code);
  answer(session, line, "Content-Type: application/problem+json\r\nCache-Control: no-store\r\n");
}

static long long number_after(const char *text, const char *name, long long otherwise) {
  const char *found = text ? strstr(text, name) : NULL;
  return found ? strtoll(found + strlen(name), NULL, 10) : otherwise;
}

static void submit(struct session *session) {
  FCGX_ParamArray parameters = session->request.envp;
  long long length = number_after(FCGX_GetParam("CONTENT_LENGTH", parameters), "", 0);
  if (length > LONGEST_BODY) return problem(session, 413, "Content Too Large", "too-large");
  struct text *body = &session->input;
  reserve(body, (size_t)length);
  if (length == 0 || FCGX_GetStr(body->bytes, (int)length, session->request.in) < length)
    return problem(session, 400, "Bad Request", "malformed-json");

  sqlite3_stmt *order = session->statements[READ], *insert = statement(session, SUBMIT, 0, 0, now());
  sqlite3_bind_text(order, 1, body->bytes, (int)length, SQLITE_STATIC);
  if (!step(session, order)) {
    end(session, order);
    return problem(session, 422, "Invalid order", "invalid-order");
  }
  sqlite3_bind_value(insert, 1, sqlite3_column_value(order, 0));
  sqlite3_bind_value(insert, 2, sqlite3_column_value(order, 1));
  end(session, order);

  long long seconds = number_after(FCGX_GetParam("HTTP_PREFER", parameters), "wait=", 0);
  if (seconds > LONGEST_WAIT) seconds = LONGEST_WAIT;
  long long until = now() + 1000 * seconds;
  struct timespec deadline = {.tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000};
  pthread_mutex_lock(&writing);
  end(session, insert);
  long long id = sqlite3_last_insert_rowid(session->database);
  pthread_cond_signal(&submitted);
  session->awaited = seconds > 0 ? id : -1;
  while (session->awaited == id && pthread_cond_timedwait(&session->ended, &writing, &deadline) == 0) continue;
  bool is_over = session->awaited == 0;
  pthread_mutex_unlock(&writing);

  char fields[160];
  const char *format = "Content-Type: application/json\r\nLocation: /orders/%lld/status\r\nRetry-After: 1\r\n";
  if (is_over) format = "Content-Type: application/json\r\nLocation: /orders/%lld\r\nPreference-Applied: wait=%lld\r\n";
  snprintf(fields, sizeof fields, format, id, seconds);
  append(&session->output, "{\"id\":%lld}", id);
  answer(session, is_over ? "201 Created" : "202 Accepted", fields);
}

static void list(struct session *session, const char *query) {
  long long limit = number_after(query, "limit=", DEFAULT_PAGE), wanted = 0, last = 0, count = 0;
  if (limit < 1 || limit > LONGEST_PAGE) return problem(session, 400, "Bad Request", "invalid-parameter");
  char pair[24];
  for (int index = STARTED; index <= CANCELLED; index++) {
    snprintf(pair, sizeof pair, "status=%s", words[index]);
    if (query && strstr(query, pair)) wanted |= 1 << index;
  }
  bool is_unfinished = wanted != 0 && wanted < 1 << COMPLETE;
  if (wanted == 0) wanted = ~0;

  // One more than the page, for whether there is a next one.
  sqlite3_stmt *rows = statement(session, is_unfinished ? LIST_UNFINISHED : LIST, number_after(query, "after=", 0),
                                 limit + 1, wanted);
  struct text *output = &session->output;
  append(output, "{\"orders\":[");
  while (step(session, rows) && count++ < limit) {
    if (count > 1) append(output, ",");
    append_order(output, rows, false);
    last = sqlite3_column_int64(rows, 0);
  }
  sqlite3_reset(rows);
  append(output, "]");
  if (count > limit) append(output, ",\"next\":\"/orders?limit=%d&after=%016lld\"", (int)limit, last);
  append(output, "}");
  answer_json(session);
}

static void answer_status(struct session *session, sqlite3_stmt *row, int status) {
  struct text *output = &session->output;
  append(output, "{\"id\":%lld,\"status\":\"%s\",\"done\":%s", sqlite3_column_int64(row, 0), words[status],
         status >= COMPLETE ? "true" : "false");
  append(output, ",\"progress\":{\"percent\":%d}", status == COMPLETE ? 100 : 0);
  append_time(output, "createdAt", row, 4);
  append_time(output, "startedAt", row, 5);
  append_time(output, "updatedAt", row, 6);
  append_time(output, "finishedAt", row, 7);
  append(output, "}");
  answer_json(session);
}

// With "action" one of "", "status" and "result".
static void show(struct session *session, long long id, const char *action) {
  sqlite3_stmt *row = statement(session, FIND, id, 0, 0);
  int status = step(session, row) ? sqlite3_column_int(row, 3) : -1;
  bool is_result = strcmp(action, "result") == 0;
  if (status < 0) {
    problem(session, 404, "Not found", "not-found");
  } else if (strcmp(action, "status") == 0) {
    answer_status(session, row, status);
  } else if (is_result && status == CANCELLED) {
    problem(session, 409, "Cancelled", "order-cancelled");
  } else if (is_result && status != COMPLETE) {
    problem(session, 409, "Not finished", "order-not-finished");
  } else {
    append_order(&session->output, row, is_result);
    answer_json(session);
  }
  sqlite3_reset(row);
}

static void cancel(struct session *session, long long id) {
  pthread_mutex_lock(&writing);
  end(session, statement(session, CANCEL, id, now(), 0));
  pthread_mutex_unlock(&writing);
  sqlite3_stmt *row = statement(session, FIND, id, 0, 0);
  int status = step(session, row) ? sqlite3_column_int(row, 3) : -1;
  sqlite3_reset(row);
  if (status < 0) return problem(session, 404, "Not found", "not-found");
  if (status != CANCELLED) return problem(session, 409, "Already finished", "order-already-finished");
  answer(session, "204 No Content", "");
}

// --- requests --------------------------------------------------------------------------------------------------------

static void route(struct session *session) {
  const char *method = FCGX_GetParam("REQUEST_METHOD", session->request.envp);
  const char *target = FCGX_GetParam("REQUEST_URI", session->request.envp);
  bool reads = strcmp(method, "GET") == 0;
  long long id = 0;
  char action[8] = "";
  int used = 0;
  if (strncmp(target, "/orders", 7) != 0) return problem(session, 404, "Not found", "not-found");
  target += 7;
  if (sscanf(target, "/%lld%n/%7[a-z]%n", &id, &used, action, &used) >= 1 && id > 0) {
    target += used;
    target += *target == '/';
    bool is_shown = *action == '\0' || strcmp(action, "status") == 0 || strcmp(action, "result") == 0;
    if (*target == '\0' && reads && is_shown) return show(session, id, action);
    if (*target == '\0' && strcmp(method, "DELETE") == 0 && strcmp(action, "cancel") == 0) return cancel(session, id);
  } else {
    target += *target == '/';
    if (*target == '\0' && strcmp(method, "POST") == 0) return submit(session);
    if ((*target == '\0' || *target == '?') && reads) return list(session, target);
  }
  problem(session, 404, "Not found", "not-found");
}

static void *serve(void *own) {
  struct session *session = own;
  open_session(session);
  FCGX_InitRequest(&session->request, 0, 0);
  while (FCGX_Accept_r(&session->request) == 0) {
    session->output.length = 0;
    route(session);
    FCGX_Finish_r(&session->request);
  }
  return NULL;
}

int main(int count, char **arguments) {
  int workers = count == 3 ? atoi(arguments[2]) : WORKERS;
  if (count < 2 || count > 3 || workers < 0) {
    fprintf(stderr, "usage: sqlite DATABASE [WORKERS], with a listening socket as descriptor 0\n");
    return 64;
  }
  path = arguments[1];
  sqlite3 *database;
  if (sqlite3_open(path, &database) != SQLITE_OK || sqlite3_exec(database, schema, NULL, NULL, NULL) != SQLITE_OK) {
    fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(database));
    return 70;
  }

  FCGX_Init();
  signal(SIGTERM, SIG_DFL);  // libfcgi's own handler would end us at the next request only

  pthread_t thread;
  for (int index = 0; index < workers; index++)
    if (pthread_create(&thread, NULL, work, NULL) != 0) return 70;
  for (int index = 0; index < THREADS; index++) {
    pthread_cond_init(&sessions[index].ended, NULL);
    if (pthread_create(&thread, NULL, serve, &sessions[index]) != 0) return 70;
  }
  pthread_join(thread, NULL);
  return 0;
}
