// One event stream, of a kind's collection, for any number of followers.

import { address } from "./api.js";
import { EventReader } from "./sse.js";

/** The server sends a comment every 15 s: after two of them without a byte the stream is dead, whatever its connection says. */
const silence = 30_000;
/** After that the browser's other connections may be as dead. So many are tried, one after the other, without waiting for an answer. */
const connections = 6;
const connectionPause = 500;
/** A stream that broke has so long to be open again before its followers look for themselves. */
const patience = 3000;
/** A stream that the server refused is not asked for again before this. */
const refusalPause = 30_000;
const snapshotSize = 50;
/** Of so many jobs the newest document is kept, for followers that come later. */
const mostKept = 1000;

export class Stream {
  #path;
  #followers = new Set();
  #reader = new EventReader();
  /** By job: the newest event that told of it. */
  #kept = new Map();
  #isOpen = false;
  #wasSilent = false;
  #abort = null;
  #refusedUntil = 0;

  constructor(path) {
    this.#path = path;
  }

  get isFollowed() {
    return this.#followers.size > 0;
  }

  /**
   * `follower(message)` gets `{open: true}`, `{event: {type, id, data}}`, and in the end `{end: true}`, after which it is no
   * follower any more. One that comes late gets what was told before.
   */
  add(follower) {
    if (Date.now() < this.#refusedUntil) return follower({ end: true });
    this.#followers.add(follower);
    if (this.#isOpen) {
      this.#greet(follower);
    } else if (!this.#abort) {
      this.#run();
    }
  }

  remove(follower) {
    this.#followers.delete(follower);
    if (!this.isFollowed) this.#abort?.abort();
  }

  #greet(follower) {
    follower({ open: true });
    for (const event of this.#kept.values()) follower({ event });
  }

  #tell(message) {
    for (const follower of [...this.#followers]) follower(message);
  }

  async #run() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    let brokenAt = performance.now();
    // An abort counts even where it came in the pause: with its signal no later one could close the stream.
    while (!signal.aborted && this.isFollowed && performance.now() - brokenAt < patience) {
      const wasOpen = await this.#read(signal);
      if (signal.aborted || wasOpen === null) break;
      if (wasOpen) brokenAt = performance.now();
      await new Promise((resolve) => setTimeout(resolve, this.#reader.pause));
    }
    this.#abort = null;
    // Someone may have come while the last one went.
    if (signal.aborted && this.isFollowed) return this.#run();
    const followers = [...this.#followers];
    this.#followers.clear();
    for (const follower of followers) follower({ end: true });
  }

  /** Reads until the stream is over: whether it was one; `null` where the server refuses it. */
  async #read(signal) {
    const attempt = new AbortController();
    const abort = () => attempt.abort();
    let timer = setTimeout(abort, patience);
    signal.addEventListener("abort", abort);
    let wasOpen = false;
    try {
      const response = await this.#ask(attempt.signal);
      if (!response.ok || !response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
        attempt.abort();
        if (response.status !== 502 && response.status !== 504) this.#refuse();
        return null;
      }
      this.#reader.restart();
      for await (const bytes of chunks(response.body)) {
        clearTimeout(timer);
        timer = setTimeout(() => {
          this.#wasSilent = true;
          abort();
        }, silence);
        const events = this.#understood(bytes);
        if (!events) {
          // They would come again, and not be understood again: followers look for themselves instead.
          attempt.abort();
          this.#refuse();
          return null;
        }
        if (!wasOpen) {
          wasOpen = this.#isOpen = true;
          this.#wasSilent = false;
          for (const follower of [...this.#followers]) this.#greet(follower);
        }
        for (const event of events) this.#take(event);
      }
    } catch {
      // It broke, was silent, or nobody follows it any more. Followers that ask for themselves learn whether the server is there.
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      this.#isOpen = false;
    }
    return wasOpen;
  }

  /** The first answer that comes. */
  async #ask(signal) {
    const fields = { Accept: "text/event-stream" };
    if (this.#reader.lastID) fields["Last-Event-ID"] = this.#reader.lastID;
    const target = address(`${this.#path}/events?limit=${snapshotSize}`);
    const ends = [];
    let isAnswered = false;
    const ask = async (number) => {
      if (number > 0) await new Promise((resolve) => setTimeout(resolve, number * connectionPause));
      if (isAnswered) return null;
      const end = new AbortController();
      ends.push(end);
      const response = await fetch(target, {
        headers: fields,
        cache: "no-store",
        signal: AbortSignal.any([signal, end.signal]),
      });
      return { response, end };
    };
    const count = this.#wasSilent ? connections : 1;
    const first = await Promise.any(Array.from({ length: count }, (_, number) => ask(number)));
    isAnswered = true;
    for (const end of ends) if (end !== first.end) end.abort();
    return first.response;
  }

  /** For a while nobody asks for it. */
  #refuse() {
    this.#refusedUntil = Date.now() + refusalPause;
  }

  /** The events that are complete with these bytes; `null` where they make no sense. */
  #understood(bytes) {
    try {
      return this.#reader.take(bytes);
    } catch (fault) {
      console.error(fault);
      return null;
    }
  }

  #take(event) {
    const job = /^\{"id":(\d+)/.exec(event.data)?.[1];
    if (event.type === "snapshot") this.#kept.clear();
    else if (job) {
      // The one that changed last stands last.
      this.#kept.delete(job);
      if (event.type === "message") this.#kept.set(job, event);
      if (this.#kept.size > mostKept) this.#kept.delete(this.#kept.keys().next().value);
    }
    this.#tell({ event });
  }
}

/** A `ReadableStream` is not iterable everywhere. */
async function* chunks(body) {
  const reader = body.getReader();
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
