// New jobs, for somebody who reads further down: nothing is moved then, a button brings them.

import { put } from "./text.js";

/** Further from the top than this, somebody reads. */
const nearTop = 240;

const element = document.getElementById("news");
const button = document.getElementById("news-show");

export class News {
  #ids = new Set();
  #bring;
  #kind = null;

  /** `bring()` is called where nobody is disturbed by new jobs, or wants them. */
  constructor(bring) {
    this.#bring = bring;
    button.addEventListener("click", () => {
      scrollTo({ top: 0 });
      document.getElementById("list-title").focus({ preventScroll: true });
    });
    addEventListener("scroll", () => this.#show(), { passive: true });
  }

  static isSomebodyReading() {
    return scrollY > nearTop;
  }

  note(ids) {
    for (const id of ids) this.#ids.add(id);
    this.#show();
  }

  /** Has none, of this kind. */
  clear(kind = this.#kind) {
    this.#kind = kind;
    this.#ids.clear();
    this.#show();
  }

  #show() {
    const count = this.#ids.size;
    const isReading = News.isSomebodyReading();
    element.hidden = count === 0 || !isReading;
    if (count === 0) return;
    put(button, count === 1 ? `1 new ${this.#kind.noun}` : `${count > 999 ? "Over 999" : count} new ${this.#kind.title.toLowerCase()}`);
    if (!isReading) this.#bring();
  }
}
