// What Swift's Glibc module lacks: libfcgi itself, and the Linux calls that the reactor is built on.
#pragma once
#include <fcgiapp.h>
#include <fastcgi.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <malloc.h>
#include <sys/socket.h>

// Declared by glibc under _GNU_SOURCE only, which Swift's importer doesn't set.
extern int accept4(int, struct sockaddr *, socklen_t *, int);
extern int memfd_create(const char *, unsigned int);
#ifndef MFD_CLOEXEC
#define MFD_CLOEXEC 1U
#endif
