// The rows of a page of the list: which there are, which can be seen, and what is still to be drawn.

import { Job } from "./job.js";
import { Row } from "./row.js";

export class Rows {
  #body;
  #kind = null;
  #rows = new Map();
  #frame = 0;
  #changed;
  #observer = new IntersectionObserver((entries) => this.#noteView(entries), { rootMargin: "100px" });

  /** `changed(row)` is called after a job of ours was asked for its status. */
  constructor(body, changed) {
    this.#body = body;
    this.#changed = changed;
  }

  get count() {
    return this.#rows.size;
  }

  get ids() {
    return [...this.#rows.keys()];
  }

  get lastID() {
    return this.ids.at(-1);
  }

  get(id) {
    return this.#rows.get(id);
  }

  all(condition) {
    return [...this.#rows.values()].filter(condition);
  }

  inView(condition) {
    return this.all((row) => row.isInView && condition(row));
  }

  /** Has no rows, and will have jobs of this kind. */
  clear(kind) {
    this.#kind = kind;
    this.#observer.disconnect();
    this.#rows.clear();
    this.#body.replaceChildren();
  }

  /** Takes what a list tells of orders that are here already, and returns the ids of those that are not. */
  take(representations) {
    return representations.flatMap((each) => {
      const row = this.#rows.get(each.id);
      if (row?.job.takeRepresentation(each)) this.draw(row);
      return row ? [] : [each.id];
    });
  }

  /** These and no others, in this order; who stays keeps their element. Whether that took the keyboard's focus away. */
  arrange(representations) {
    const hadFocus = this.#body.contains(document.activeElement);
    const stay = new Set(representations.map(({ id }) => id));
    for (const row of this.all(({ job }) => !stay.has(job.id))) {
      this.#observer.unobserve(row.element);
      row.element.remove();
    }
    const rows = new Map();
    let place = this.#body.firstElementChild;
    for (const each of representations) {
      const row = this.#rows.get(each.id) ?? this.#made(each);
      if (row.element === place) place = place.nextElementSibling;
      else this.#body.insertBefore(row.element, place);
      rows.set(each.id, row);
    }
    this.#rows = rows;
    return hadFocus && !this.#body.contains(document.activeElement);
  }

  /** With the next frame, or once it can be seen. */
  draw(row) {
    row.isDirty = true;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      for (const each of this.inView((one) => one.isDirty)) each.render();
    });
  }

  #made(representation) {
    const job = new Job(this.#kind, representation.id);
    job.takeRepresentation(representation);
    job.endsNow();
    const row = new Row(job, () => this.#changed(row));
    this.#observer.observe(row.element);
    return row;
  }

  #noteView(entries) {
    for (const { target, isIntersecting } of entries) {
      const row = this.#rows.get(target.dataset.id);
      if (!row) continue;
      row.isInView = isIntersecting;
      if (row.isInView && row.isDirty) this.draw(row);
    }
  }
}
