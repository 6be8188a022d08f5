// A job as the page knows it, from whatever told of it.

import { send } from "./api.js";
import { parseExactly } from "./exact.js";
import { Version } from "./version.js";

/** What people read for the service's words. */
export const statusWords = {
  started: "Waiting",
  running: "Running",
  complete: "Complete",
  failed: "Failed",
  cancelled: "Cancelled",
};

const finalStatuses = new Set(["complete", "failed", "cancelled"]);

export function isFinal(status) {
  return finalStatuses.has(status);
}

/** Ids are the digits they are sent as. */
export function isLater(id, other) {
  return id.length === other.length ? id > other : id.length > other.length;
}

export class Job {
  /** What was submitted; `null` until it is known. */
  input = null;
  /** What came with it, by name; not known from lists. */
  files = {};
  /** Where a search found it: `{snippet, page}`. */
  match = null;
  status = null;
  /** The newest status document. */
  document = null;
  version = null;
  tag = null;
  /** A list told of a status that `document` does not know. */
  isBehind = false;
  /** The status that people know of. */
  #known = null;

  constructor(kind, id) {
    this.kind = kind;
    this.id = id;
  }

  /** "Order 3". */
  get label() {
    return this.kind.label(this.id);
  }

  /** The address of what is below it. */
  target(rest = "") {
    return `${this.kind.path}/${this.id}${rest}`;
  }

  get isFinal() {
    return isFinal(this.status);
  }

  /** Whether it has ended since this was last asked: once, and not of an order that was met at its end. */
  endsNow() {
    const before = this.#known ?? this.status;
    this.#known = this.status;
    return this.isFinal && !isFinal(before);
  }

  /** From a list, which may be older than the document, but never where it tells of an end. Whether that changed anything. */
  takeRepresentation({ id, status, ...input }) {
    const isFirst = this.input === null;
    // Only of such kinds do these names belong to the service: else they may be the input's own.
    if (this.kind.files.length > 0) this.files = taken(input, "files") ?? this.files;
    if (this.kind.isSearchable) {
      const [snippet, page] = [taken(input, "snippet"), taken(input, "page")];
      this.match = snippet === undefined ? null : { snippet, page };
    }
    this.input = input;
    this.isBehind = this.document !== null && this.document.status !== status && !isFinal(this.document.status);
    if (status === this.status || (this.document && !(this.isBehind && isFinal(status)))) return isFirst;
    this.status = status;
    return true;
  }

  /** Whether it was news. */
  takeStatus(document, version, tag = null) {
    if (!version?.isNewerThan(this.version)) return false;
    this.document = document;
    this.status = document.status;
    this.version = version;
    this.tag = tag ?? `"${version.store}-${version.change}"`;
    this.isBehind = false;
    return true;
  }

  /** Asks for its status; with `seconds`, once that has changed. Returns the answer, after it was taken. */
  async ask({ signal, seconds = 0 } = {}) {
    const fields = {};
    if (this.tag) fields["If-None-Match"] = this.tag;
    if (seconds) fields.Prefer = `wait=${seconds}`;
    const answer = await send("GET", this.target("/status"), { fields, signal, seconds });
    if (answer.isUnchanged) this.isBehind = false;
    else this.takeStatus(answer.document, Version.read(answer.tag), answer.tag);
    return answer;
  }

  /** Cancels it, for good once this returns. Throws a `Problem` where it had ended before. */
  async cancel() {
    await send("DELETE", this.target("/cancel"));
  }

  /** Removes it with its files, once it is final. Throws a `Problem` where it is not. */
  async remove() {
    await send("DELETE", this.target());
  }

  /** Whom a status document is of, without reading the rest: most events are of orders that are not on screen. */
  static idOf(text) {
    return /^\{"id":(\d+)/.exec(text)?.[1] ?? parseExactly(text).id;
  }
}

/** A member's value, which is no member any more. */
function taken(object, name) {
  const value = object[name];
  delete object[name];
  return value;
}
