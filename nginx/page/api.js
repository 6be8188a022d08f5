// Requests to the service, and what can come of them.

import { parseExactly } from "./exact.js";

const patience = 15_000;

/** No answer, or one that no responder gave. The same may work later. */
export class Away extends Error {
  constructor(cause, retryAfter = null) {
    super("The server does not answer.", { cause });
    /** Seconds, where the answer names them. */
    this.retryAfter = retryAfter;
  }
}

/** The service's own refusal: a problem document (RFC 9457). */
export class Problem extends Error {
  constructor(status, document, retryAfter) {
    super(document.detail ?? document.title ?? `The server answered ${status}.`);
    this.status = status;
    this.code = document.code ?? "";
    /** `[{pointer, detail}]`: what is wrong with which part of the body. */
    this.errors = document.errors ?? [];
    this.retryAfter = retryAfter;
  }
}

/** Whose turn it is on the way there: nginx without responders. What it is busy with is in `code` of other problems. */
const awayStatuses = new Set([502, 504]);

/** How far the server's clock is ahead of ours, in milliseconds. */
let clockLead = 0;

/** Now, by the server's clock, to the second. */
export function serverNow() {
  return Date.now() + clockLead;
}

/**
 * Sends a request. A 304 and everything that is fine is returned; else throws `Problem` or `Away`. Of a text longer than `most`
 * no more is fetched than what shows that it is.
 */
export async function send(method, target, { fields = {}, body, signal, seconds = 0, most = Infinity } = {}) {
  const limit = AbortSignal.timeout(patience + seconds * 1000);
  let response;
  let text;
  try {
    response = await fetch(address(target), {
      method,
      body,
      headers: { Accept: "application/json", ...fields },
      // Conditions are ours to make: the browser's own would hide a 304 from us.
      cache: "no-store",
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    text = await textOf(response, most);
  } catch (fault) {
    if (signal?.aborted) throw signal.reason;
    throw new Away(fault);
  }
  noteClock(response.headers.get("Date"));
  if (response.ok || response.status === 304) return new Answer(response, text);
  throw refusal(response.status, text, response.headers.get("Retry-After"));
}

async function textOf(response, most) {
  if (most === Infinity || !response.body) return response.text();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (text.length <= most) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += value;
  }
  await reader.cancel();
  return text;
}

/** What an answer that is not fine means. */
export function refusal(status, text, pause) {
  const retryAfter = wholeSeconds(pause);
  if (awayStatuses.has(status)) return new Away(null, retryAfter);
  let document = {};
  try {
    document = JSON.parse(text);
  } catch {
    // Something on the way answered in words of its own: the status has to do.
  }
  return new Problem(status, document, retryAfter);
}

/** Where the service is mounted: the folder of the page's own, without the name and password that may stand in its address. */
const root = new URL(new URL("../", import.meta.url).pathname, location.origin);

/** The address of `orders/3`. */
export function address(target) {
  return new URL(target, root);
}

class Answer {
  #response;

  constructor(response, text) {
    this.#response = response;
    this.text = text;
    this.status = response.status;
  }

  get isUnchanged() {
    return this.status === 304;
  }

  field(name) {
    return this.#response.headers.get(name);
  }

  get tag() {
    return this.#response.headers.get("ETag");
  }

  get retryAfter() {
    return wholeSeconds(this.#response.headers.get("Retry-After"));
  }

  /** Whether the server held the request, as `Prefer: wait` asks. */
  get wasHeld() {
    return (this.#response.headers.get("Preference-Applied") ?? "").includes("wait");
  }

  /** The body with its numbers as text. */
  get document() {
    return this.#parsed(parseExactly);
  }

  /** The body with its numbers as numbers. */
  get plainDocument() {
    return this.#parsed(JSON.parse);
  }

  #parsed(parse) {
    try {
      return parse(this.text);
    } catch (fault) {
      throw new Away(fault); // Something on the way answered in the service's place.
    }
  }
}

function wholeSeconds(value) {
  return value && /^\d+$/.test(value) ? Number(value) : null;
}

/** A `Date` field tells whole seconds: only what is off by more than that is a clock that goes wrong. */
function noteClock(date) {
  const lead = Date.parse(date ?? "") - Date.now();
  if (!Number.isNaN(lead)) clockLead = Math.abs(lead) > 2000 ? lead : 0;
}
