// What most people would write with libfcgi: a thread per connection, each in FCGX_Accept_r for ever. It answers every
// request with one constant response, and is what the service is measured against.
//
//   spawn-fcgi -n -s SOCKET -b 4096 -- constant RESPONSE
//
// RESPONSE is a file with the answer as FastCGI carries it: header lines, an empty line, the body.

#include <fcgiapp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 64 };

static char response[1 << 20];
static int length;

static void *serve(void *unused) {
  (void)unused;
  FCGX_Request request;
  FCGX_InitRequest(&request, 0, 0);
  while (FCGX_Accept_r(&request) == 0) {
    FCGX_PutStr(response, length, request.out);
    FCGX_Finish_r(&request);
  }
  return NULL;
}

int main(int count, char **arguments) {
  FILE *file = count == 2 ? fopen(arguments[1], "rb") : NULL;
  if (file == NULL) {
    fprintf(stderr, "usage: constant RESPONSE, with a listening socket as descriptor 0\n");
    return 64;
  }
  length = (int)fread(response, 1, sizeof response, file);
  fclose(file);

  FCGX_Init();
  signal(SIGTERM, SIG_DFL);  // libfcgi's own handler would end us at the next request only

  pthread_t threads[THREADS];
  for (int index = 0; index < THREADS; index++)
    if (pthread_create(&threads[index], NULL, serve, NULL) != 0) return 70;
  for (int index = 0; index < THREADS; index++) pthread_join(threads[index], NULL);
  return 0;
}
