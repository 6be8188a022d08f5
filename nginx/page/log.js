// What a job's program logged, fetched when somebody opens it.

import { Problem, send } from "./api.js";
import { put } from "./text.js";

const element = document.getElementById("job-log");
const text = document.getElementById("job-log-text");

export class Log {
  #job = null;
  /** The attempt and status it was last fetched in. */
  #fetched = "";

  constructor() {
    element.addEventListener("toggle", () => this.refresh());
  }

  /** Of a job that has none, or may have one. */
  show(job) {
    this.#job = job;
    this.#fetched = "";
    element.hidden = true;
    element.open = false;
  }

  /** Fetches it, if it is open and there may be more than before. */
  async refresh() {
    const { kind, document, isFinal } = this.#job ?? {};
    element.hidden = !(kind?.hasLog && document && (isFinal || Number(document.attempt) > 1));
    if (element.hidden || !element.open) return;
    const state = `${document.status} ${document.attempt}`;
    if (state === this.#fetched) return;
    this.#fetched = state;
    const target = this.#job.target("/log");
    if (text.dataset.target !== target) put(text, "Loading");
    text.dataset.target = target;
    try {
      put(text, (await send("GET", target, { fields: { Accept: "*/*" } })).text || "Nothing was logged.");
    } catch (fault) {
      put(text, fault instanceof Problem && fault.code === "no-log" ? "Nothing was logged." : fault.message);
    }
  }
}
