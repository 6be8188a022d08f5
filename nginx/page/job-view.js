// One job, with everything there is to know of it.

import { announceEnd } from "./announce.js";
import { Problem, send } from "./api.js";
import { cancels } from "./cancel.js";
import { parseExactly } from "./exact.js";
import { made } from "./field.js";
import { showFile } from "./files.js";
import { inputPairs, valueText } from "./input.js";
import { Job } from "./job.js";
import { Log } from "./log.js";
import { showProgress, showStatus } from "./progress.js";
import { removes } from "./remove.js";
import { resultParts } from "./result.js";
import { mark, put } from "./text.js";
import { exactText, showTime } from "./times.js";

const find = (id) => document.getElementById(`job-${id}`);
const parts = { step: find("step"), percent: find("percent"), bar: find("progress") };
/** More items than this stand in columns. */
const many = 12;
const moments = [
  ["Submitted", "createdAt"],
  ["Started", "startedAt"],
  ["Changed", "updatedAt"],
  ["Finished", "finishedAt"],
];

/** The pointer names the value of the input that is the reason, where the work told which. */
function reasonText({ code, pointer }) {
  return pointer ? `${code} at ${pointer}` : code;
}

/** A subject of `Live`. */
export class JobView {
  #job = null;
  #isGone = false;
  #hasResult = false;
  #frame = 0;
  #times = [];

  #log = new Log();
  #back = "#/";
  #disarm;

  constructor() {
    cancels(find("cancel"), () => this.#job, () => this.#noteChange());
    this.#disarm = removes(find("remove"), () => this.#job, {
      removed: (job) => {
        if (!this.#isShown(job)) return;
        this.#isGone = true;
        location.hash = this.#back;
      },
      failed: (job, fault) => {
        if (!this.#isShown(job)) return;
        put(find("fault"), fault.message);
        find("fault").hidden = false;
      },
    });
  }

  /** `back` is the address of the list one came from. */
  show({ kind, id }, back) {
    const job = new Job(kind, id);
    this.#job = job;
    this.#back = back;
    this.#isGone = this.#hasResult = false;
    this.#times = [];
    this.#disarm();
    this.#log.show(job);
    document.title = job.label;
    put(find("title"), job.label);
    find("back").href = back;
    find("back").replaceChildren(made("span", { textContent: "← ", ariaHidden: "true" }), `All ${kind.title.toLowerCase()}`);
    for (const part of ["status", "cancel", "remove", "fault", "body", "result"]) find(part).hidden = true;
    find("facts").replaceChildren();
    put(find("empty"), "Loading");
    find("empty").hidden = find("view").hidden = false;
  }

  hide() {
    find("view").hidden = true;
  }

  /** Somebody may have gone elsewhere while something was done. */
  #isShown(job) {
    return job === this.#job && !find("view").hidden;
  }

  times() {
    return this.#times;
  }

  get kind() {
    return this.#job.kind;
  }

  isSettled() {
    return this.#isGone || (this.#job.isFinal && !this.#job.isBehind && this.#job.document !== null);
  }

  hear(data, version) {
    if (Job.idOf(data) !== this.#job.id) return;
    if (this.#job.takeStatus(parseExactly(data), version)) this.#noteChange();
  }

  hearExpired(id) {
    if (String(id) === this.#job.id && !this.#isGone) this.#showGone(`${this.#job.label} is gone.`);
  }

  changed() {
    this.#noteChange();
  }

  async refresh(signal) {
    const job = this.#job;
    try {
      if (job.input === null) {
        job.takeRepresentation((await send("GET", job.target(), { signal })).document);
        this.#showInput();
      }
      const answer = await this.#job.ask({ signal });
      this.#noteChange();
      await this.#fetchResult(signal);
      return answer.retryAfter ?? 1;
    } catch (fault) {
      if (!(fault instanceof Problem) || (fault.status !== 404 && fault.status !== 410)) throw fault;
      this.#showGone(fault.message);
      return 0;
    }
  }

  #showGone(words) {
    this.#isGone = true;
    for (const part of ["status", "cancel", "remove", "fault", "body"]) find(part).hidden = true;
    find("empty").hidden = false;
    put(find("empty"), words);
  }

  awaited() {
    return this.#job.isFinal ? null : this.#job;
  }

  #noteChange() {
    if (this.#job.endsNow()) announceEnd(this.#job);
    this.#draw();
  }

  #draw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
    });
  }

  #render() {
    const job = this.#job;
    if (!job.document || this.#isGone) return;
    find("empty").hidden = true;
    find("body").hidden = find("status").hidden = false;
    showStatus(find("status"), job);
    showProgress(parts, job);
    if (job.isFinal && document.activeElement === find("cancel")) find("title").focus();
    find("cancel").hidden = job.isFinal;
    find("remove").hidden = !(job.isFinal && job.kind.isRemovable);
    mark(find("cancel"), "aria-label", `Cancel ${job.kind.noun} ${job.id}`);
    mark(find("body"), "data-status", job.status);
    this.#log.refresh();
    this.#showFacts();
  }

  #showFacts() {
    const { document: status } = this.#job;
    const facts = new Map();
    for (const [name, member] of moments) {
      if (status[member] && !(member === "updatedAt" && this.#job.isFinal)) facts.set(name, status[member]);
    }
    if (Number(status.attempt) > 0) facts.set("Attempt", String(status.attempt));
    if (status.error) facts.set("Reason", reasonText(status.error));
    const list = find("facts");
    let place = list.firstElementChild;
    for (const [name, value] of facts) {
      let term = list.querySelector(`[data-name="${name}"]`);
      if (!term) {
        term = document.createElement("div");
        term.dataset.name = name;
        term.append(document.createElement("dt"), document.createElement("dd"));
        put(term.firstChild, name);
        list.insertBefore(term, place);
      }
      place = term.nextElementSibling;
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

  #showInput() {
    const { kind, id, files } = this.#job;
    const pairs = inputPairs(this.#job).map(([title, value]) => {
      const pair = made("div");
      const definition = made("dd");
      definition.append(Array.isArray(value) ? this.#list(value) : made("bdi", { textContent: valueText(value) }));
      pair.append(made("dt", { textContent: title }), definition);
      return pair;
    });
    find("input").replaceChildren(...pairs);
    find("input").hidden = pairs.length === 0;
    const shown = Object.entries(files).flatMap(([part, list]) =>
      list.map(({ name, type, size }, index) => {
        const target = this.#job.target(`/files/${part}/${index}`);
        const title = name ?? `${part} ${index + 1}`;
        return showFile({ target, name: title, type, size, label: `${title}, which came with ${kind.noun} ${id}` });
      }),
    );
    find("files").replaceChildren(...shown);
    find("input-card").hidden = pairs.length + shown.length === 0;
  }

  #list(values) {
    const list = made("ol", { className: values.length > many ? "items many" : "items" });
    for (const value of values) {
      const item = made("li");
      item.append(made("bdi", { textContent: valueText(value) }));
      list.append(item);
    }
    return list;
  }

  async #fetchResult(signal) {
    const job = this.#job;
    if (!job.isFinal || this.#hasResult) return;
    if (job.status === "complete") {
      const parts = await resultParts(job, signal);
      if (job !== this.#job || this.#hasResult) return;
      find("result-parts").replaceChildren(...parts);
      find("result").hidden = false;
    }
    this.#hasResult = true;
  }
}
