// Has the event streams of a whole browser: one for each kind of work that some tab shows. Over HTTP/1.1 a browser has six
// connections to a server for all its tabs, so that streams of their own would leave none to the seventh.
//
// A tab sends `{follow: "orders", turn}` and `{leave: true}`. It answers each `{beat: true}` with `{here: true}`, because nothing
// tells the hub that a tab is gone. It gets what `Stream` tells its followers, each with the turn that asked for it.

import { Stream } from "./stream.js";

/** So many streams at once, the last of six connections being for requests. Tabs with a further kind ask every few seconds. */
const mostStreams = 3;
const beatPause = 10_000;
/** A tab that answers none of so many beats is gone. */
const missedBeats = 3;

export class Hub {
  #streams = new Map();
  #tabs = new Map();

  constructor() {
    setInterval(() => this.#beat(), beatPause);
  }

  /** A tab says something; `reply(message)` answers it. `key` is one for each tab. */
  hear(key, { follow, turn, leave, here }, reply) {
    if (here) {
      if (this.#tabs.has(key)) this.#tabs.get(key).missed = 0;
      return;
    }
    this.#drop(key);
    if (leave) return;
    const stream = this.#stream(follow);
    if (!stream) return reply({ end: true, turn });
    const follower = (message) => {
      if (message.end) this.#tabs.delete(key);
      reply({ ...message, turn });
    };
    this.#tabs.set(key, { stream, follower, reply, missed: 0 });
    stream.add(follower);
  }

  #stream(path) {
    for (const [each, stream] of this.#streams) {
      if (each !== path && !stream.isFollowed && this.#streams.size >= mostStreams) this.#streams.delete(each);
    }
    if (!this.#streams.has(path)) {
      if (this.#streams.size >= mostStreams) return null;
      this.#streams.set(path, new Stream(path));
    }
    return this.#streams.get(path);
  }

  #drop(key) {
    const tab = this.#tabs.get(key);
    this.#tabs.delete(key);
    tab?.stream.remove(tab.follower);
  }

  #beat() {
    for (const [key, tab] of [...this.#tabs]) {
      tab.missed += 1;
      if (tab.missed > missedBeats) this.#drop(key);
      else tab.reply({ beat: true });
    }
  }
}
