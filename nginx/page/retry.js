// What the page needs before it can show anything is asked for until it is there.

import { Away, Problem } from "./api.js";

const longestPause = 30_000;

/** `tell(state)` is called as by `Live`. */
export function retrying(tell) {
  const waiting = new Set();
  return {
    /** Asks again at once. */
    now() {
      for (const wake of waiting) wake();
    },
    /** What `ask()` gives, once it does not throw what `send` throws. */
    async until(ask) {
      for (let failures = 1; ; failures += 1) {
        try {
          return await ask();
        } catch (fault) {
          if (!(fault instanceof Away || fault instanceof Problem)) throw fault;
          const pause = Math.min(Math.max((fault.retryAfter ?? 0) * 1000, 500 * 2 ** failures), longestPause);
          tell({ mode: "away", fault, failures, until: Date.now() + pause });
          await new Promise((resolve) => {
            const wake = () => {
              waiting.delete(wake);
              resolve();
            };
            waiting.add(wake);
            setTimeout(wake, pause);
          });
        }
      }
    },
  };
}
