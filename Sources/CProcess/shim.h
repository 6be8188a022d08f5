// System calls of Linux for processes that glibc has no function for in every version, or whose functions are variadic.
#pragma once
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// Declared by glibc under _GNU_SOURCE only, which Swift's importer doesn't set.
extern int pipe2(int[2], int);
extern int pthread_setname_np(pthread_t, const char *);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);

// A descriptor that is readable when the process has ended (pidfd_open(2)), or -1.
static inline int process_descriptor(pid_t pid) {
  return (int)syscall(SYS_pidfd_open, pid, 0);
}

static inline int process_signal(int descriptor, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0);
}
