// Shows contended locks to the thread sanitizer.
//
// `Mutex` is compiled into whoever uses it, and instrumented there, but for two functions of the toolchain's library:
// they lock while another thread holds the mutex, and unlock while another waits. Their part of "happens before" is
// missing, so that whatever a contended mutex guards looks like a race. Suppressing that would hide true races of the
// same values; these wrappers, which the linker puts around the two (--wrap, see `run`), say what the sanitizer can't
// see.

#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

void __tsan_acquire(void *);
void __tsan_release(void *);

SWIFT void real_lock(uint32_t thread, SELF void *mutex) __asm__("__real_" LOCK);
SWIFT void real_unlock(SELF void *mutex) __asm__("__real_" UNLOCK);
SWIFT void lock(uint32_t thread, SELF void *mutex) __asm__("__wrap_" LOCK);
SWIFT void unlock(SELF void *mutex) __asm__("__wrap_" UNLOCK);

SWIFT void lock(uint32_t thread, SELF void *mutex) {
  real_lock(thread, mutex);
  __tsan_acquire(mutex);
}

SWIFT void unlock(SELF void *mutex) {
  __tsan_release(mutex);
  real_unlock(mutex);
}
