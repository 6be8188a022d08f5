// Server-Sent Events as they are read from an answer's body (WHATWG HTML, section 9.2). The browser's own `EventSource` does
// not show the comments by which a server says that a quiet stream is alive.

export class EventReader {
  /** Of the last event: for the field `Last-Event-ID`. */
  lastID = "";
  /** Milliseconds before coming again. */
  pause = 1000;
  #decoder = new TextDecoder();
  #rest = "";
  #type = "";
  #id = null;
  #data = [];

  /** After a connection broke: what had come of an unfinished event is dropped, the id of the last one is kept. */
  restart() {
    this.#decoder = new TextDecoder();
    this.#rest = this.#type = "";
    this.#id = null;
    this.#data = [];
  }

  /** The events that are complete with these bytes: `[{type, id, data}]`. */
  take(bytes) {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    return lines.flatMap((line) => this.#takeLine(line));
  }

  #takeLine(line) {
    if (line === "") return this.#finish();
    const [name, value] = fieldOf(line);
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#type = value;
    else if (name === "id") this.#id = value;
    else if (name === "retry" && /^\d+$/.test(value)) this.pause = Number(value);
    return [];
  }

  #finish() {
    if (this.#id !== null) this.lastID = this.#id;
    const events = this.#data.length ? [{ type: this.#type || "message", id: this.lastID, data: this.#data.join("\n") }] : [];
    this.#type = "";
    this.#id = null;
    this.#data = [];
    return events;
  }
}

/** Name and value: what is before the first colon and what is behind it, without one space. A comment's name is empty. */
function fieldOf(line) {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
}
