// libFuzzer as a library: it has no header of its own.
#pragma once

// Runs `callback` on inputs until the options in `argv` say that it is enough, and ends the process.
extern int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const unsigned char *data, unsigned long count));
