// A button that removes a job with its files, when it is pressed a second time.

import { announce } from "./announce.js";

const patience = 5000;

/**
 * `job()` is what it is about when it is pressed; `removed(job)` is called once that one is gone, `failed(job, fault)` where it
 * is not. Returns what is to be called when the button is about another job.
 */
export function removes(button, job, { removed, failed }) {
  let timer = null;
  /** The one that a second press removes. */
  let armed = null;
  let leaving = null;

  function disarm() {
    clearTimeout(timer);
    armed = null;
    button.textContent = "Remove";
  }

  button.addEventListener("click", async () => {
    const it = job();
    if (it === leaving) return;
    if (it !== armed) {
      disarm();
      armed = it;
      timer = setTimeout(disarm, patience);
      button.textContent = "Remove for good";
      announce("Press again to remove it with its files.");
      return;
    }
    disarm();
    leaving = it;
    button.textContent = "Removing";
    try {
      await it.remove();
      announce(`${it.label} is removed.`);
      removed(it);
    } catch (fault) {
      announce(`${it.label} is not removed. ${fault.message}`);
      failed(it, fault);
    }
    if (it === leaving) leaving = null;
    if (it === job()) disarm();
  });
  return disarm;
}
