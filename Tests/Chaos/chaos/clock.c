/* Preloaded into a responder: its wall clock is ahead by as many seconds as the file WALL_CLOCK_AHEAD says at that
 * moment. Every other clock is left alone.
 *
 * libfaketime can't be used for this: it reads the deadlines of timerfd_settime, which are of the monotonic clock, as
 * times of day, so that no sleep of a Swift task ever ends; and what it adds to the environment moves it away from
 * where Swift looks for the arguments of the program. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t seconds_ahead(void) {
  static const volatile int64_t *ahead;
  if (!ahead) {
    const char *path = getenv("WALL_CLOCK_AHEAD");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *page = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
    if (page == MAP_FAILED) abort();
    close(file);
    ahead = page;
  }
  return *ahead;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  static int (*kernel)(clockid_t, struct timespec *);
  if (!kernel) kernel = dlsym(RTLD_NEXT, "clock_gettime");
  int failure = kernel(clock, now);
  if (!failure && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += seconds_ahead();
  return failure;
}

int gettimeofday(struct timeval *now, void *zone) {
  struct timespec exact;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *now) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (now) *now = exact.tv_sec;
  return exact.tv_sec;
}

/* Waits until a time of day: the kernel has to be told in its own time. */

static struct timespec of_kernel(const struct timespec *deadline) {
  struct timespec real = *deadline;
  real.tv_sec -= seconds_ahead();
  return real;
}

/* A condition may count on the monotonic clock, and nobody can ask it; no machine has been up for thirty years. */
static int is_time_of_day(const struct timespec *deadline) { return deadline->tv_sec > 1000000000; }

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *deadline) {
  if (!is_time_of_day(deadline)) return pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, deadline);
  struct timespec real = of_kernel(deadline);
  return pthread_cond_clockwait(condition, mutex, CLOCK_REALTIME, &real);
}

int sem_timedwait(sem_t *semaphore, const struct timespec *deadline) {
  struct timespec real = of_kernel(deadline);
  return sem_clockwait(semaphore, CLOCK_REALTIME, &real);
}
