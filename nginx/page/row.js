// An order's row in the list.

import { cancels } from "./cancel.js";
import { showProgress, showStatus } from "./progress.js";
import { orderHash } from "./route.js";
import { mark, put } from "./text.js";
import { showTime } from "./times.js";

const template = document.getElementById("row");
const namesShown = 6;

export class Row {
  /** Whether it can be seen; others are not touched. */
  isInView = false;
  /** Whether it shows less than is known. */
  isDirty = false;
  #parts;

  /** `changed()` is called after its cancel button did something. */
  constructor(order, changed) {
    this.order = order;
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
    this.element.dataset.id = order.id;
    put(link, `Order ${order.id}`);
    mark(cancel, "aria-label", `Cancel order ${order.id}`);
    mark(result, "aria-label", `Result of order ${order.id}`);
    link.href = result.href = orderHash(order.id);
    cancels(cancel, () => this.order, changed);
    this.renderProducts();
    this.render();
  }

  get time() {
    return this.#parts.time;
  }

  /** These don't change. */
  renderProducts() {
    const { names, amount } = this.#parts;
    const { products } = this.order;
    names.replaceChildren(
      ...products.slice(0, namesShown).flatMap((name, index) => {
        // Each for itself, so that one written from right to left doesn't turn the others around.
        const part = document.createElement("bdi");
        part.textContent = name;
        return index === 0 ? [part] : [", ", part];
      }),
    );
    if (products.length > namesShown) names.append(` and ${products.length - namesShown} more`);
    names.title = names.textContent;
    put(amount, this.order.amount);
  }

  render() {
    this.isDirty = false;
    const { order } = this;
    const { time, cancel, result, badge, link } = this.#parts;
    mark(this.element, "data-status", order.status);
    showStatus(badge, order);
    showProgress(this.#parts, order);
    if (order.document) showTime(time, order.document.createdAt);
    if (!cancel.hidden && order.isFinal && document.activeElement === cancel) link.focus({ preventScroll: true });
    cancel.hidden = order.isFinal;
    result.hidden = order.status !== "complete";
  }
}
