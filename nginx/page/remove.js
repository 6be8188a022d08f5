// A button that removes a job with its files, when it is pressed a second time.

import { announce } from "./announce.js";

const patience = 5000;

/** `job()` is what it is about when it is pressed; `removed()` is called once it is gone, `failed(fault)` where it is not. */
export function removes(button, job, { removed, failed }) {
  let timer = null;
  let isAtWork = false;

  function show(text) {
    clearTimeout(timer);
    timer = null;
    button.textContent = text;
  }

  button.addEventListener("click", async () => {
    if (isAtWork) return;
    if (!timer) {
      show("Remove for good");
      timer = setTimeout(() => show("Remove"), patience);
      announce("Press again to remove it with its files.");
      return;
    }
    const it = job();
    isAtWork = true;
    show("Removing");
    try {
      await it.remove();
      announce(`${it.label} is removed.`);
      removed();
    } catch (fault) {
      announce(`${it.label} is not removed. ${fault.message}`);
      failed(fault);
    }
    isAtWork = false;
    show("Remove");
  });
}
