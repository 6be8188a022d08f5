// A tab's way to the hub: through a SharedWorker; where there is none (Chrome on Android), the tab that holds a lock has the hub
// and the others reach it through a BroadcastChannel; without locks (plain http), a tab has a hub of its own.

import { Hub } from "./hub.js";

const hubAddress = new URL("hub-worker.js", import.meta.url).href;
/** A hub that says nothing for so long is gone. It beats every ten seconds. */
const silence = 30_000;
/** Its first word takes less: its stream is open by then, or is not going to be. A tab that hears none does without that hub. */
const firstSilence = 5000;

export class Feed {
  #send;
  #isAlone = false;
  #path = "";
  #hear = null;
  #timer = null;
  /** What was asked for last: a message for an earlier turn comes too late. */
  #turn = 0;

  constructor() {
    const hear = (message) => this.#take(message);
    if (window.SharedWorker) this.#send = throughWorker(hear, () => this.#goAlone());
    else if (navigator.locks && window.BroadcastChannel) this.#send = throughChannel(hear);
    else this.#goAlone();
  }

  /**
   * Follows a kind's stream, and nothing else from now on. `hear(message)` gets `{open: true}`, `{event: {type, id, data}}` and
   * in the end `{end: true}`.
   */
  follow(path, hear) {
    this.#path = path;
    this.#hear = hear;
    this.#ask();
  }

  leave() {
    this.#hear = null;
    clearTimeout(this.#timer);
    this.#send({ leave: true });
  }

  #take(message) {
    if (!this.#hear || (message.turn ?? this.#turn) !== this.#turn) return;
    if (message.end) return this.#end();
    this.#watch(silence);
    if (message.beat) this.#send({ here: true });
    else this.#hear(message);
  }

  #ask() {
    this.#watch(firstSilence);
    this.#send({ follow: this.#path, turn: ++this.#turn });
  }

  #watch(patience) {
    clearTimeout(this.#timer);
    const isFirst = patience === firstSilence && !this.#isAlone;
    this.#timer = setTimeout(() => (isFirst ? this.#goAlone() : this.#end()), patience);
  }

  #goAlone() {
    this.#isAlone = true;
    this.#send = alone((message) => this.#take(message));
    if (this.#hear) this.#ask();
  }

  #end() {
    const hear = this.#hear;
    this.#hear = null;
    clearTimeout(this.#timer);
    hear?.({ end: true });
  }
}

/** `failed()` is called where the browser can't start it. */
function throughWorker(hear, failed) {
  // The page may make no address of a script but this one.
  const policy = window.trustedTypes?.createPolicy("event-hub", { createScriptURL: () => hubAddress });
  const worker = new SharedWorker(policy?.createScriptURL("") ?? hubAddress, { type: "module", name: "event-hub" });
  worker.addEventListener("error", failed);
  const { port } = worker;
  port.addEventListener("message", ({ data }) => hear(data));
  port.start();
  return (message) => port.postMessage(message);
}

function throughChannel(hear) {
  const channel = new BroadcastChannel(hubAddress);
  const me = crypto.randomUUID();
  let hub = null;
  let following = null;
  channel.addEventListener("message", ({ data: { from, to, message } }) => {
    if (to === me) hear(message);
    else if (to === "hub") hub?.hear(from, message, (answer) => channel.postMessage({ to: from, message: answer }));
    // Another tab leads now: it does not know who follows what.
    else if (to === "all" && following) send(following);
  });
  function send(message) {
    if (message.follow) following = message;
    else if (message.leave) following = null;
    // A channel does not bring one's own messages. Not at once: whoever sends does not expect an answer before this returns.
    if (hub) hub.hear(me, message, (answer) => queueMicrotask(() => hear(answer)));
    else channel.postMessage({ from: me, to: "hub", message });
  }
  // Held for as long as this tab is there.
  navigator.locks.request(hubAddress, () => {
    hub = new Hub();
    channel.postMessage({ to: "all" });
    if (following) send(following);
    return new Promise(() => {});
  });
  return send;
}

function alone(hear) {
  const hub = new Hub();
  return (message) => hub.hear("alone", message, (answer) => queueMicrotask(() => hear(answer)));
}
