// One order, with everything there is to know of it.

import { announceEnd } from "./announce.js";
import { Problem, send } from "./api.js";
import { cancels } from "./cancel.js";
import { indented, parseExactly } from "./exact.js";
import { Order } from "./order.js";
import { showProgress, showStatus } from "./progress.js";
import { mark, put } from "./text.js";
import { exactText, showTime } from "./times.js";

const find = (id) => document.getElementById(`order-${id}`);
const parts = { step: find("step"), percent: find("percent"), bar: find("progress") };
/** More products than this stand in columns. */
const many = 12;
const moments = [
  ["Submitted", "createdAt"],
  ["Started", "startedAt"],
  ["Last change", "updatedAt"],
  ["Finished", "finishedAt"],
];

/** A subject of `Live`. */
export class OrderView {
  #order = null;
  #isGone = false;
  #hasResult = false;
  #frame = 0;
  #times = [];

  constructor() {
    cancels(find("cancel"), () => this.#order, () => this.#noteChange());
  }

  /** `back` is the address of the list one came from. */
  show({ id }, back) {
    this.#order = new Order(id);
    this.#isGone = this.#hasResult = false;
    this.#times = [];
    document.title = `Order ${id}`;
    put(find("title"), `Order ${id}`);
    find("back").href = back;
    find("status").hidden = find("cancel").hidden = find("body").hidden = find("result").hidden = true;
    find("facts").replaceChildren();
    put(find("empty"), "Loading");
    find("empty").hidden = find("view").hidden = false;
  }

  hide() {
    find("view").hidden = true;
  }

  times() {
    return this.#times;
  }

  get events() {
    return `/orders/${this.#order.id}/events`;
  }

  isSettled() {
    return this.#isGone || (this.#order.isFinal && !this.#order.isBehind && this.#order.document !== null);
  }

  hear(data, version) {
    if (this.#order.takeStatus(parseExactly(data), version)) this.#noteChange();
  }

  hearExpired() {}

  changed() {
    this.#noteChange();
  }

  async refresh(signal) {
    try {
      if (this.#order.products === null) {
        const { document } = await send("GET", `/orders/${this.#order.id}`, { signal });
        this.#order.takeRepresentation(document);
        this.#showProducts();
      }
      const answer = await this.#order.ask({ signal });
      this.#noteChange();
      await this.#fetchResult(signal);
      return answer.retryAfter ?? 1;
    } catch (fault) {
      if (!(fault instanceof Problem) || (fault.status !== 404 && fault.status !== 410)) throw fault;
      this.#isGone = true;
      find("body").hidden = find("cancel").hidden = find("status").hidden = true;
      find("empty").hidden = false;
      put(find("empty"), fault.message);
      return 0;
    }
  }

  awaited() {
    return this.#order.isFinal ? null : this.#order;
  }

  #noteChange() {
    if (this.#order.endsNow()) announceEnd(this.#order);
    this.#draw();
  }

  #draw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  #render() {
    const order = this.#order;
    if (!order.document || this.#isGone) return;
    find("empty").hidden = true;
    find("body").hidden = find("status").hidden = false;
    showStatus(find("status"), order);
    showProgress(parts, order);
    if (order.isFinal && document.activeElement === find("cancel")) find("title").focus();
    find("cancel").hidden = order.isFinal;
    mark(find("cancel"), "aria-label", `Cancel order ${order.id}`);
    this.#showFacts();
  }

  #showFacts() {
    const { amount, document: status } = this.#order;
    const facts = new Map([["Amount", amount]]);
    for (const [name, member] of moments) {
      if (status[member] && !(member === "updatedAt" && this.#order.isFinal)) facts.set(name, status[member]);
    }
    if (Number(status.attempt) > 0) facts.set("Attempt", String(status.attempt));
    if (status.error) facts.set("Reason", status.error.code);
    const list = find("facts");
    for (const [name, value] of facts) {
      let term = list.querySelector(`[data-name="${name}"]`);
      if (!term) {
        term = document.createElement("div");
        term.dataset.name = name;
        term.append(document.createElement("dt"), document.createElement("dd"));
        put(term.firstChild, name);
        list.append(term);
      }
      if (moments.some(([moment]) => moment === name)) this.#showMoment(term.lastChild, value);
      else put(term.lastChild, value);
    }
    for (const term of [...list.children]) if (!facts.has(term.dataset.name)) term.remove();
  }

  /** The exact time too: there is room for it, and not everyone has a pointer to hover with. */
  #showMoment(element, text) {
    if (!element.firstChild) {
      element.append(document.createElement("time"), document.createElement("span"));
      this.#times.push(element.firstChild);
    }
    showTime(element.firstChild, text);
    put(element.lastChild, exactText(Date.parse(text)));
  }

  #showProducts() {
    const items = this.#order.products.map((name) => {
      const item = document.createElement("li");
      item.append(document.createElement("bdi"));
      item.firstChild.textContent = name;
      return item;
    });
    find("products").replaceChildren(...items);
    find("products").classList.toggle("many", items.length > many);
  }

  async #fetchResult(signal) {
    if (!this.#order.isFinal || this.#hasResult) return;
    if (this.#order.status === "complete") {
      const text = await this.#order.result(signal);
      put(find("result-text"), indented(text));
      find("result-raw").href = `/orders/${this.#order.id}/result`;
      find("result").hidden = false;
    }
    this.#hasResult = true;
  }
}
