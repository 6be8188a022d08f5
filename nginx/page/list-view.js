// A page of the list, newest first, and what happens on it.

import { announceEnd } from "./announce.js";
import { Problem, send } from "./api.js";
import { eachOf } from "./each.js";
import { numberColumn, otherColumns } from "./input.js";
import { isLater, Job, statusWords } from "./job.js";
import { propertyTitle } from "./kinds.js";
import { News } from "./news.js";
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

  constructor() {
    find("search").addEventListener("submit", (event) => {
      event.preventDefault();
      location.hash = listHash({ kind: this.#route.kind, words: find("search-words").value.trim() });
    });
  }

  /** Shows a page of the list; another than before is empty until it was asked for. */
  show(route) {
    const address = (route) => listHash(route, route.after);
    const isSame = this.#route && address(this.#route) === address(route);
    this.#route = route;
    this.#tag = null;
    find("list-view").hidden = false;
    document.title = route.kind.title;
    if (isSame) return;
    this.#news.clear(route.kind);
    this.#rows.clear(route.kind);
    this.#showNothing("Loading");
    this.#showHead();
  }

  #showNothing(words) {
    this.#pager.hide();
    find("table").hidden = true;
    find("empty").hidden = false;
    put(find("empty"), words);
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

  /** A job was submitted here: it shows at once where it belongs here. */
  expect() {
    if (!find("list-view").hidden && this.#isFirst) this.#rearrange();
  }

  /** Whose stream tells of what is here. */
  get kind() {
    return this.#route.kind;
  }

  isSettled() {
    return false;
  }

  hear(data, version) {
    const id = Job.idOf(data);
    const row = this.#rows.get(id);
    if (row) {
      if (!version?.isNewerThan(row.job.version)) return;
      row.job.takeStatus(JSON.parse(data), version);
      this.#noteChange(row);
    } else if (this.#hasPlaceFor(id) && this.#admits(JSON.parse(data).status)) {
      this.#news.note([id]);
    }
  }

  hearExpired(id) {
    if (this.#rows.get(String(id))) this.#rearrangeSoon();
  }

  changed(job) {
    const row = this.#rows.get(job.id);
    if (row) this.#noteChange(row);
  }

  async refresh(signal, isAlone) {
    this.#signal = signal;
    try {
      return await this.#refresh(signal, isAlone);
    } catch (fault) {
      // An address that somebody typed, or a search without a word: no other answer will come.
      if (!(fault instanceof Problem) || fault.status !== 400) throw fault;
      this.#showNothing(fault.message);
      return usualPause;
    }
  }

  async #refresh(signal, isAlone) {
    const { kind, words, after } = this.#route;
    // What a search finds comes by rank.
    const query = join(words ? `limit=${limit}` : `order=desc&limit=${limit}`, listQuery(this.#route, after));
    const fields = this.#tag ? { "If-None-Match": this.#tag } : {};
    const turn = ++this.#asked;
    const answer = await send("GET", `${kind.path}?${query}`, { signal, fields });
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
    const open = this.#rows.inView(({ job }) => !job.isFinal).map(({ job }) => job);
    return open.findLast((job) => job.status === "running") ?? open.at(-1) ?? null;
  }

  get #isFirst() {
    return this.#route.after === null && !this.#route.words;
  }

  /** Whether a job that isn't here belongs here, if its status does. */
  #hasPlaceFor(id) {
    return this.#isFirst && (this.#rows.count < limit || isLater(id, this.#rows.lastID));
  }

  #admits(status) {
    return this.#route.statuses.length === 0 || this.#route.statuses.includes(status);
  }

  #take({ next, ...page }) {
    const jobs = page[this.kind.path];
    const others = this.#rows.take(jobs);
    if (this.#rows.count > 0 && News.isSomebodyReading()) {
      if (this.#isFirst) this.#news.note(others);
      return;
    }
    this.#rearranged = performance.now();
    if (this.#rows.arrange(jobs)) find("list-title").focus({ preventScroll: true });
    this.#news.clear();
    this.#pager.show(this.#route, next, this.#signal);
    find("table").hidden = this.#rows.count === 0;
    find("empty").hidden = this.#rows.count > 0;
    put(find("empty"), this.#emptyText());
  }

  /** The table's columns, the filters and the search, which are each kind's own. */
  #showHead() {
    const { kind, statuses, words } = this.#route;
    const others = otherColumns(kind);
    const number = numberColumn(kind);
    put(find("list-title"), kind.title);
    put(find("column-id"), kind.Noun);
    put(find("column-input"), others.length === 1 ? propertyTitle(others[0], kind.schema.properties[others[0]]) : "Input");
    find("column-number").hidden = number === null;
    put(find("column-number"), number ? propertyTitle(number, kind.schema.properties[number]) : "");
    for (const link of document.querySelectorAll("#filters a")) {
      const { status } = link.dataset;
      link.href = listHash({ kind, statuses: status ? [status] : [] });
      if (status === statuses.join()) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    find("filters").hidden = words !== "";
    find("search").hidden = !kind.isSearchable;
    find("search-words").value = words;
  }

  #emptyText() {
    const { kind, words, statuses, after } = this.#route;
    if (words) return `Nothing has “${words}” in its text.`;
    if (after !== null) return `There are no older ${kind.title.toLowerCase()}.`;
    const wanted = statuses.map((status) => statusWords[status].toLowerCase()).join(" or ");
    return wanted ? `No ${kind.noun} is ${wanted}.` : `There are no ${kind.title.toLowerCase()} yet. The form makes the first one.`;
  }

  #noteChange(row) {
    const { job } = row;
    if (job.endsNow()) announceEnd(job);
    this.#rows.draw(row);
    // After a moment in which its end can be seen.
    if (!this.#admits(job.status)) this.#rearrangeSoon(rearrangePause);
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
  }

  /** For those of which the stream has told nothing. */
  async #askLacking() {
    this.#lacking = null;
    const lacking = this.#rows.all(({ job }) => job.isBehind || !job.document);
    await this.#ask(lacking, this.#signal).catch(() => {}); // Whatever it is, `Live` finds out.
  }

  /** After how many seconds the next change is to be expected. */
  async #ask(rows, signal) {
    let soonest = usualPause;
    await eachOf(rows, askedAtOnce, async (row) => {
      try {
        const answer = await row.job.ask({ signal });
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
function isOpen({ job }) {
  return !job.isFinal || job.isBehind || !job.document;
}

function join(...parts) {
  return parts.filter(Boolean).join("&");
}
