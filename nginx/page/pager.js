// The ways from one page of the list to the next.

import { send } from "./api.js";
import { listHash, listQuery } from "./route.js";

const find = (id) => document.getElementById(id);

export class Pager {
  #route = null;
  #limit;
  #signal = null;

  constructor(limit) {
    this.#limit = limit;
    find("newer").addEventListener("click", () => this.#goNewer());
  }

  hide() {
    find("pager").hidden = true;
  }

  /** `next` is the list's own, the address of what is behind this page. The request for the page before is made under `signal`. */
  show(route, next, signal) {
    this.#route = route;
    this.#signal = signal;
    const isFirst = route.after === null;
    find("pager").hidden = isFirst && !next;
    find("newest").hidden = isFirst;
    // What a search finds comes by rank, which has no way back but the browser's own.
    find("newer").hidden = isFirst || route.words !== "";
    find("newest").textContent = route.words ? "First" : "Newest";
    find("older").textContent = route.words ? "More" : "Older";
    find("newest").href = listHash(route);
    find("older").hidden = !next;
    find("older").href = listHash(route, cursor(next));
  }

  /** The page before this one: what lies behind this page's cursor in the other direction, up to its end. */
  async #goNewer() {
    const route = this.#route;
    const items = new URLSearchParams(listQuery(route, route.after));
    items.set("limit", this.#limit);
    try {
      const { next } = (await send("GET", `${route.kind.path}?${items}`, { signal: this.#signal })).document;
      location.hash = listHash(route, cursor(next));
    } catch {
      // The server is away, which is told elsewhere, or the page was left.
    }
  }
}

function cursor(next) {
  return next ? new URLSearchParams(next.split("?")[1]).get("after") : null;
}
