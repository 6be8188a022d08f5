// A job's row in the list.

import { cancels } from "./cancel.js";
import { numberColumn, summary } from "./input.js";
import { showProgress, showStatus } from "./progress.js";
import { jobHash } from "./route.js";
import { mark, put } from "./text.js";
import { showTime } from "./times.js";

const template = document.getElementById("row");
const textsShown = 6;
/** A longer number is set smaller, and one that is longer still is broken: every digit counts. */
const longNumber = 11;
const longestNumber = 19;

export class Row {
  /** Whether it can be seen; others are not touched. */
  isInView = false;
  /** Whether it shows less than is known. */
  isDirty = false;
  #parts;

  /** `changed()` is called after its cancel button did something. */
  constructor(job, changed) {
    this.job = job;
    this.element = template.content.firstElementChild.cloneNode(true);
    const find = (selector) => this.element.querySelector(selector);
    this.#parts = {
      link: find(".id a"),
      time: find(".id time"),
      names: find(".names span"),
      amount: find(".amount"),
      step: find(".step"),
      percent: find(".percent"),
      bar: find("progress"),
      badge: find(".badge"),
      cancel: find("button"),
      result: find(".result"),
    };
    const { link, cancel, result } = this.#parts;
    const name = job.label;
    this.element.dataset.id = job.id;
    put(link, name);
    mark(cancel, "aria-label", `Cancel ${name.charAt(0).toLowerCase()}${name.slice(1)}`);
    mark(result, "aria-label", `Result of ${name.charAt(0).toLowerCase()}${name.slice(1)}`);
    link.href = result.href = jobHash(job.kind, job.id);
    cancels(cancel, () => this.job, changed);
    this.renderInput();
    this.render();
  }

  get time() {
    return this.#parts.time;
  }

  /** It doesn't change. */
  renderInput() {
    const { names, amount } = this.#parts;
    const { job } = this;
    const texts = job.match ? matchTexts(job.match) : summary(job);
    names.replaceChildren(
      ...texts.slice(0, textsShown).flatMap((text, index) => {
        // Each for itself, so that one written from right to left doesn't turn the others around.
        const part = document.createElement("bdi");
        part.textContent = text;
        return index === 0 ? [part] : [", ", part];
      }),
    );
    if (texts.length > textsShown) names.append(` and ${texts.length - textsShown} more`);
    names.title = names.textContent;
    const column = numberColumn(job.kind);
    amount.hidden = column === null;
    if (amount.hidden) return;
    const number = String(job.input[column] ?? "");
    put(amount, number);
    amount.classList.toggle("long", number.length > longNumber);
    amount.classList.toggle("breaks", number.length > longestNumber);
  }

  render() {
    this.isDirty = false;
    const { job } = this;
    const { time, cancel, result, badge, link } = this.#parts;
    mark(this.element, "data-status", job.status);
    showStatus(badge, job);
    showProgress(this.#parts, job);
    if (job.document) showTime(time, job.document.createdAt);
    if (!cancel.hidden && job.isFinal && document.activeElement === cancel) link.focus({ preventScroll: true });
    cancel.hidden = job.isFinal;
    result.hidden = job.status !== "complete";
  }
}

/** Where a search found it. */
function matchTexts({ snippet, page }) {
  return page === undefined ? [snippet] : [`Page ${page}: ${snippet}`];
}
