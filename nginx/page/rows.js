// The rows of a page of the list: which there are, which can be seen, and what is still to be drawn.

import { Order } from "./order.js";
import { Row } from "./row.js";

export class Rows {
  #body;
  #rows = new Map();
  #frame = 0;
  #changed;
  #observer = new IntersectionObserver((entries) => this.#noteView(entries), { rootMargin: "100px" });

  /** `changed(row)` is called after an order of ours was asked for its status. */
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

  clear() {
    this.#observer.disconnect();
    this.#rows.clear();
    this.#body.replaceChildren();
  }

  /** Takes what a list tells of orders that are here already, and returns the ids of those that are not. */
  take(representations) {
    return representations.flatMap((each) => {
      const row = this.#rows.get(each.id);
      if (row?.order.takeRepresentation(each)) this.draw(row);
      return row ? [] : [each.id];
    });
  }

  /** These and no others, in this order; who stays keeps their element. Whether that took the keyboard's focus away. */
  arrange(representations) {
    const hadFocus = this.#body.contains(document.activeElement);
    const stay = new Set(representations.map(({ id }) => id));
    for (const row of this.all(({ order }) => !stay.has(order.id))) {
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
    const order = new Order(representation.id);
    order.takeRepresentation(representation);
    order.endsNow();
    const row = new Row(order, () => this.#changed(row));
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
