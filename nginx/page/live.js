// How the page hears of changes: by an event stream, which it shares with the browser's other tabs (feed.js); where that is
// refused, by a request that the server holds until something changes; where that isn't held either, by asking every few
// seconds. While the server is away it is asked again and again, less and less often.

import { Away, Problem } from "./api.js";
import { Feed } from "./feed.js";
import { Version } from "./version.js";

/** A refused stream is tried again after this. */
const refusalPause = 30_000;
const waitSeconds = 20;
const waitLock = "wait";
/** Between two looks at everything on screen, where each is many requests. */
const shortestPause = 2000;
const longestPause = 30_000;
/** A page that nobody sees does not follow anything; when no tab does, the stream is closed. */
const hiddenPatience = 15_000;

/**
 * What is followed, a `subject`, has
 *   kind             whose stream tells of it
 *   hear(data, version), hearExpired(id)    for what the stream tells
 *   refresh(signal, isAlone)    brings up to date what is on screen, of which a stream tells too unless it is alone; returns
 *                               after how many seconds to do so again; throws what `send` throws
 *   awaited()        a `Job` whose next change is worth waiting for, or `null`
 *   changed(job)     that job was asked for its status
 *   isSettled()      whether nothing can change any more
 */
export class Live {
  #tell;
  #feed = new Feed();
  #subject = null;
  #run = null;
  #wake = () => {};
  #hiding = null;

  /** `tell(state)` is called with `{mode, fault?, until?}`; modes: connecting, stream, waiting, polling, away, paused, settled. */
  constructor(tell) {
    this.#tell = tell;
    document.addEventListener("visibilitychange", () => this.#noteVisibility());
    addEventListener("online", () => this.retry());
    addEventListener("pagehide", () => this.#stop());
    addEventListener("pageshow", (event) => event.persisted && this.#start());
  }

  /** Follows this and nothing else from now on. */
  follow(subject) {
    this.#subject = subject;
    this.#stop();
    this.#start();
  }

  /** Doesn't wait any longer before it asks again. */
  retry() {
    this.#wake();
  }

  #start() {
    if (!this.#subject || this.#run || document.hidden) return;
    this.#run = new AbortController();
    this.#follow(this.#subject, this.#run.signal).catch((fault) => {
      if (fault.name !== "AbortError") throw fault;
    });
  }

  #stop() {
    this.#run?.abort();
    this.#run = null;
  }

  #noteVisibility() {
    clearTimeout(this.#hiding);
    if (document.hidden) {
      this.#hiding = setTimeout(() => {
        this.#stop();
        this.#tell({ mode: "paused" });
      }, hiddenPatience);
    } else {
      this.#start();
    }
  }

  async #follow(subject, signal) {
    let failures = 0;
    this.#tell({ mode: "connecting" });
    while (!signal.aborted) {
      try {
        // The first one is what fills the screen; the others find out whether the server or only its stream is gone.
        await subject.refresh(signal, false);
        failures = 0;
        if (subject.isSettled()) return this.#tell({ mode: "settled" });
        const opened = await this.#stream(subject, signal);
        if (!opened) await this.#doWithout(subject, signal);
      } catch (fault) {
        signal.throwIfAborted();
        if (!(fault instanceof Away || fault instanceof Problem)) throw fault;
        failures += 1;
        await this.#waitOut(fault, failures, signal);
      }
    }
  }

  /** Returns when the stream is over: whether it ever was one. */
  #stream(subject, signal) {
    return new Promise((resolve, reject) => {
      let opened = false;
      const close = () => {
        this.#feed.leave();
        signal.removeEventListener("abort", abort);
      };
      function abort() {
        close();
        reject(signal.reason);
      }
      const end = () => {
        close();
        resolve(opened);
      };
      signal.addEventListener("abort", abort);
      this.#feed.follow(subject.kind.path, ({ open, event }) => {
        if (open) {
          opened = true;
          this.#tell({ mode: "stream" });
        } else if (!event) {
          end();
        } else if (event.type === "snapshot") {
          // More was missed than the stream tells again: look at everything.
          subject.refresh(signal, false).catch(end);
        } else if (event.type === "expired") {
          subject.hearExpired(JSON.parse(event.data).id);
        } else {
          subject.hear(event.data, Version.read(event.id));
          if (subject.isSettled()) end();
        }
      });
    });
  }

  /** Long polling, or polling, for a while. */
  async #doWithout(subject, signal) {
    const end = Date.now() + refusalPause;
    let isHeld = true;
    while (Date.now() < end) {
      const began = Date.now();
      const pause = await subject.refresh(signal, true);
      if (subject.isSettled()) return;
      const job = isHeld ? subject.awaited() : null;
      if (job) {
        this.#tell({ mode: "waiting" });
        isHeld = await this.#waitAlone(job, signal);
        subject.changed(job);
        await this.#sleep(began + shortestPause - Date.now(), signal);
      } else {
        this.#tell({ mode: "polling" });
        await this.#sleep(Math.min(Math.max(pause * 1000, shortestPause), longestPause), signal);
      }
    }
  }

  /** One tab of a browser waits at a time: held requests would take the connections that other requests need. */
  #waitAlone(job, signal) {
    if (!navigator.locks) return this.#wait(job, signal);
    return navigator.locks.request(waitLock, { ifAvailable: true }, (lock) => lock !== null && this.#wait(job, signal));
  }

  /** Waits for the job's next change: whether the server can do that. */
  async #wait(job, signal) {
    try {
      return (await job.ask({ signal, seconds: waitSeconds })).wasHeld;
    } catch {
      signal.throwIfAborted();
      // Whether it is the server that is away or this request that isn't taken is found out by the next refresh.
      return false;
    }
  }

  async #waitOut(fault, failures, signal) {
    const wanted = Math.max((fault.retryAfter ?? 0) * 1000, 500 * 2 ** failures);
    const pause = Math.min(wanted, longestPause) * (0.75 + Math.random() / 2);
    this.#tell({ mode: "away", fault, failures, until: Date.now() + pause });
    await this.#sleep(pause, signal);
  }

  /** Until then, or until somebody wants to know now. */
  #sleep(milliseconds, signal) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(finish, milliseconds);
      function finish() {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
        resolve();
      }
      function abort() {
        clearTimeout(timer);
        reject(signal.reason);
      }
      signal.addEventListener("abort", abort);
      this.#wake = finish;
    });
  }
}
