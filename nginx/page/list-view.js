// A page of the list, newest first, and what happens on it.

import { announceEnd } from "./announce.js";
import { Problem, send } from "./api.js";
import { eachOf } from "./each.js";
import { News } from "./news.js";
import { isLater, Order, statusWords } from "./order.js";
import { Pager } from "./pager.js";
import { listHash, listQuery } from "./route.js";
import { Rows } from "./rows.js";
import { put } from "./text.js";

const limit = 50;
/** New orders come in, and those that no longer belong here go, so often at most. */
const rearrangePause = 1500;
/** So long an order is looked for in the stream before it is asked for itself. */
const documentPatience = 1500;
const askedAtOnce = 4;
/** Without a hint of the server's: after so many seconds something may have changed. */
const usualPause = 5;

const find = (id) => document.getElementById(id);

/** A subject of `Live`. */
export class ListView {
  #rows = new Rows(find("rows"), (row) => this.#noteChange(row));
  #news = new News(() => this.#rearrangeSoon());
  #pager = new Pager(limit);
  #route = null;
  #tag = null;
  /** Requests for the list, and the latest whose answer was taken. */
  #asked = 0;
  #taken = 0;
  #rearranged = -Infinity;
  #rearranging = null;
  #lacking = null;
  #signal = AbortSignal.abort();
  #events = "";
  #follow;

  /** `follow()` has us followed anew. */
  constructor(follow) {
    this.#follow = follow;
  }

  /** Shows a page of the list; another than before is empty until it was asked for. */
  show(route) {
    const address = (route) => listHash(route.statuses, route.after);
    const isSame = this.#route && address(this.#route) === address(route);
    this.#route = route;
    this.#tag = null;
    find("list-view").hidden = false;
    document.title = "Orders";
    if (isSame) return;
    this.#news.clear();
    this.#rows.clear();
    this.#pager.hide();
    find("table").hidden = true;
    find("empty").hidden = false;
    put(find("empty"), "Loading");
    for (const link of document.querySelectorAll("#filters a")) {
      if (link.dataset.status === route.statuses.join()) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  hide() {
    find("list-view").hidden = true;
    clearTimeout(this.#rearranging);
    clearTimeout(this.#lacking);
    this.#rearranging = this.#lacking = null;
    this.#signal = AbortSignal.abort();
  }

  /** The `<time>`s in view. */
  times() {
    return find("list-view").hidden ? [] : this.#rows.inView(() => true).map((row) => row.time);
  }

  /** An order was submitted here: it shows at once where it belongs here. */
  expect() {
    if (!find("list-view").hidden && this.#isFirst) this.#rearrange();
  }

  /** The first page is told of everything new; a later one of what is on it. */
  get events() {
    const query = this.#isFirst ? listQuery(this.#route.statuses) : `ids=${this.#rows.ids.join() || "1"}`;
    this.#events = `/orders/events?${join(`limit=${limit}`, query)}`;
    return this.#events;
  }

  isSettled() {
    return false;
  }

  hear(data, version) {
    const id = Order.idOf(data);
    const row = this.#rows.get(id);
    if (row) {
      if (!version?.isNewerThan(row.order.version)) return;
      row.order.takeStatus(JSON.parse(data), version);
      this.#noteChange(row);
    } else if (this.#hasPlaceFor(id) && this.#admits(JSON.parse(data).status)) {
      this.#news.note([id]);
    }
  }

  hearExpired(id) {
    if (this.#rows.get(String(id))) this.#rearrangeSoon();
  }

  changed(order) {
    const row = this.#rows.get(order.id);
    if (row) this.#noteChange(row);
  }

  async refresh(signal, isAlone) {
    this.#signal = signal;
    const query = join(`order=desc&limit=${limit}`, listQuery(this.#route.statuses, this.#route.after));
    const fields = this.#tag ? { "If-None-Match": this.#tag } : {};
    const turn = ++this.#asked;
    const answer = await send("GET", `/orders?${query}`, { signal, fields });
    if (!answer.isUnchanged && turn > this.#taken) {
      const page = answer.document;
      this.#taken = turn;
      this.#tag = answer.tag;
      this.#take(page);
    }
    if (isAlone) return this.#ask(this.#rows.inView(isOpen), signal);
    this.#lacking ??= setTimeout(() => this.#askLacking(), documentPatience);
    return usualPause;
  }

  /** The oldest that runs, for it changes often; else the next that will. */
  awaited() {
    const open = this.#rows.inView(({ order }) => !order.isFinal).map(({ order }) => order);
    return open.findLast((order) => order.status === "running") ?? open.at(-1) ?? null;
  }

  get #isFirst() {
    return this.#route.after === null;
  }

  /** Whether an order that isn't here belongs here, if its status does. */
  #hasPlaceFor(id) {
    return this.#isFirst && (this.#rows.count < limit || isLater(id, this.#rows.lastID));
  }

  #admits(status) {
    return this.#route.statuses.length === 0 || this.#route.statuses.includes(status);
  }

  #take({ orders, next }) {
    const others = this.#rows.take(orders);
    if (this.#rows.count > 0 && News.isSomebodyReading()) {
      if (this.#isFirst) this.#news.note(others);
      return;
    }
    this.#rearranged = performance.now();
    if (this.#rows.arrange(orders)) find("list-title").focus({ preventScroll: true });
    this.#news.clear();
    this.#pager.show(this.#route, next, this.#signal);
    find("table").hidden = this.#rows.count === 0;
    find("empty").hidden = this.#rows.count > 0;
    put(find("empty"), this.#emptyText());
  }

  #emptyText() {
    if (!this.#isFirst) return "There are no older orders.";
    const words = this.#route.statuses.map((status) => statusWords[status].toLowerCase()).join(" or ");
    return words ? `No order is ${words}.` : "There are no orders yet. The form makes the first one.";
  }

  #noteChange(row) {
    const { order } = row;
    if (order.endsNow()) announceEnd(order);
    this.#rows.draw(row);
    // After a moment in which its end can be seen.
    if (!this.#admits(order.status)) this.#rearrangeSoon(rearrangePause);
  }

  #rearrangeSoon(least = 0) {
    if (find("list-view").hidden) return;
    const pause = Math.max(least, this.#rearranged + rearrangePause - performance.now());
    this.#rearranging ??= setTimeout(() => this.#rearrange(), pause);
  }

  async #rearrange() {
    clearTimeout(this.#rearranging);
    this.#rearranging = null;
    this.#tag = null;
    // Where that fails, `Live` finds out.
    await this.refresh(this.#signal, false).catch(() => {});
    const followed = this.#events;
    if (!this.#signal.aborted && followed && this.events !== followed) this.#follow();
  }

  /** For those of which the stream has told nothing. */
  async #askLacking() {
    this.#lacking = null;
    const lacking = this.#rows.all(({ order }) => order.isBehind || !order.document);
    await this.#ask(lacking, this.#signal).catch(() => {}); // Whatever it is, `Live` finds out.
  }

  /** After how many seconds the next change is to be expected. */
  async #ask(rows, signal) {
    let soonest = usualPause;
    await eachOf(rows, askedAtOnce, async (row) => {
      try {
        const answer = await row.order.ask({ signal });
        soonest = Math.min(soonest, answer.retryAfter ?? soonest);
        if (!answer.isUnchanged) this.#noteChange(row);
      } catch (fault) {
        if (!(fault instanceof Problem) || fault.status >= 500) throw fault;
        this.#rearrangeSoon(); // It has expired.
      }
    });
    return soonest;
  }
}

/** Where asking could bring something new. */
function isOpen({ order }) {
  return !order.isFinal || order.isBehind || !order.document;
}

function join(...parts) {
  return parts.filter(Boolean).join("&");
}
