// A button that cancels a job, and says what came of it.

import { announce } from "./announce.js";
import { Problem } from "./api.js";

/** `job()` is whom it is about when it is pressed; `changed()` is called after that one was asked for its status. */
export function cancels(button, job, changed) {
  let isAtWork = false;
  button.addEventListener("click", async () => {
    const it = job();
    if (isAtWork) return;
    isAtWork = true;
    // Not disabled, which would take the keyboard's focus away.
    button.setAttribute("aria-disabled", "true");
    button.textContent = "Cancelling";
    button.title = "";
    try {
      await it.cancel();
    } catch (fault) {
      // It ended a moment before: that is told by its status.
      const isLate = fault instanceof Problem && fault.status === 409;
      announce(isLate ? `${it.label} had ended before.` : `${it.label} is not cancelled. ${fault.message}`);
      if (!isLate) button.title = fault.message;
    }
    await it.ask().catch(() => {}); // Whoever follows it learns that the server is away.
    isAtWork = false;
    button.removeAttribute("aria-disabled");
    button.textContent = "Cancel";
    changed();
  });
}
