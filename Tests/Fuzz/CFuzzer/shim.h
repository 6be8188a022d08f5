// libFuzzer as a library: it has no header of its own.
#pragma once

// Runs `callback` on inputs until the options in `argv` say that it is enough, and ends the process.
extern int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const unsigned char *data, unsigned long count));

// AddressSanitizer's (sanitizer/allocator_interface.h): `allocated` and `freed` are called for each malloc and free.
extern int __sanitizer_install_malloc_and_free_hooks(
    void (*allocated)(const volatile void *pointer, unsigned long size), void (*freed)(const volatile void *pointer));
extern unsigned long __sanitizer_get_allocated_size(const volatile void *pointer);
