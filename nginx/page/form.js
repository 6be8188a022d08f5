// The form that submits a job: one for each kind, which keeps what was typed while another kind is looked at.

import { announce } from "./announce.js";
import { Problem, send } from "./api.js";
import { Field, made } from "./field.js";
import { FileField } from "./file-field.js";
import { jobHash } from "./route.js";
import { sizeText } from "./text.js";
import { upload } from "./upload.js";

export class Form {
  element = made("form", { noValidate: true });
  #kind;
  #submitted;
  #fields;
  #fileFields;
  #button = made("button", { className: "primary", type: "submit" });
  #errors = made("ul", { className: "errors", id: "form-errors" });
  #outcome = made("p", { className: "outcome", id: "outcome", hidden: true });
  #sending = made("div", { className: "sending", hidden: true });
  /** Submitting the same again, after an answer that got lost, is the same job; another input is another key. */
  #key = null;
  #isAtWork = false;

  /** `submitted(kind)` is called once the service has a job of ours. */
  constructor(kind, submitted) {
    this.#kind = kind;
    this.#submitted = submitted;
    const { properties, required = [] } = kind.schema;
    const drawn = Object.entries(properties).filter(([, schema]) => !("const" in schema));
    this.#fields = drawn.map(([name, schema]) => new Field(name, schema, required.includes(name)));
    this.#fileFields = kind.files.map((part) => new FileField(part, () => this.#forget()));
    this.#button.textContent = `Submit ${kind.noun}`;
    const end = made("div", { className: "field-end" });
    end.append(this.#button, this.#sending, this.#errors, this.#outcome);
    if (kind.description) this.element.append(made("p", { className: "hint", textContent: kind.description }));
    this.element.append(...this.#all.map(({ element }) => element), end);
    this.element.addEventListener("input", () => this.#forget());
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /** Files come first: they are what it is about. */
  get #all() {
    return [...this.#fileFields, ...this.#fields];
  }

  #forget() {
    this.#key = null;
  }

  async #submit() {
    if (this.#isAtWork) return;
    const foreseen = this.#fileFields.flatMap((field) => field.foreseen().map((fault) => ({ field, ...fault })));
    if (foreseen.length) return this.#refuse(foreseen);
    this.#isAtWork = true;
    this.#key ??= randomKey();
    this.#button.setAttribute("aria-disabled", "true");
    this.#button.textContent = "Submitting";
    this.#refuse([]);
    let id;
    // What is shown of an answer is not part of this: a fault there must not read as if there were none.
    try {
      id = (await this.#send()).id;
    } catch (fault) {
      return this.#explain(fault);
    } finally {
      this.#isAtWork = false;
      this.#sending.hidden = true;
      this.#button.removeAttribute("aria-disabled");
      this.#button.textContent = `Submit ${this.#kind.noun}`;
    }
    this.#finish(id);
  }

  #finish(id) {
    this.#forget();
    this.element.reset();
    for (const field of this.#fileFields) field.clear();
    this.#showOutcome(id);
    announce(`${this.#kind.label(id)} is submitted.`);
    this.#all[0]?.focus();
    this.#submitted(this.#kind);
  }

  async #send() {
    const fields = { "Idempotency-Key": `"${this.#key}"` };
    const body = this.#body();
    if (this.#fileFields.length === 0) {
      fields["Content-Type"] = "application/json";
      return (await send("POST", this.#kind.path, { body, fields })).document;
    }
    const form = new FormData();
    form.append("input", new Blob([body], { type: "application/json" }));
    for (const field of this.#fileFields) field.addTo(form);
    const stop = new AbortController();
    this.#showSending(stop);
    return upload(this.#kind.path, form, { fields, signal: stop.signal, sent: (bytes, total) => this.#showSent(bytes, total) });
  }

  /** The input as JSON, numbers as they were typed. */
  #body() {
    const constants = Object.entries(this.#kind.schema.properties)
      .filter(([, schema]) => "const" in schema)
      .map(([name, schema]) => [name, JSON.stringify(schema.const)]);
    const typed = this.#fields.map((field) => [field.name, field.read()]).filter(([, value]) => value !== null);
    return `{${[...constants, ...typed].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`;
  }

  #explain(fault) {
    if (fault.name === "AbortError") return this.#refuse([{ field: null, detail: "The upload was stopped." }]);
    const faults = fault instanceof Problem ? fault.errors.map((error) => this.#placed(error)) : [];
    if (faults.length === 0) faults.push({ field: null, detail: this.#generalText(fault) });
    this.#refuse(faults);
  }

  /** The service names what is wrong by a JSON pointer: `/products/2`, `/amount`, `/files/photos/0`. */
  #placed({ pointer, detail }) {
    const [first, ...rest] = pointer.split("/").slice(1);
    const field = this.#fields.find(({ name }) => name === first);
    if (field) return { field, rest, detail };
    const files = this.#fileFields.find(({ name }) => first === "files" && name === rest[0]);
    if (files) return { field: files, rest: rest.slice(1), detail };
    return { field: null, detail: pointer ? `${pointer}: ${detail}` : detail };
  }

  /** Shows these faults, and says them. */
  #refuse(faults) {
    if (faults.length) this.#outcome.hidden = true;
    const texts = this.#all.flatMap((field) => field.showFaults(faults.filter((fault) => fault.field === field)));
    const general = faults.filter(({ field }) => field === null).map(({ detail }) => detail);
    this.#errors.replaceChildren(...general.map((textContent) => made("li", { textContent })));
    if (faults.length === 0) return;
    this.#all.find((field) => faults.some((fault) => fault.field === field))?.focus();
    announce(`The ${this.#kind.noun} is not submitted. ${[...texts, ...general].join(" ")}`);
  }

  #generalText(fault) {
    if (!(fault instanceof Problem)) {
      const kinds = this.#kind.title.toLowerCase();
      // Changed while it was sent: it would go with another key.
      if (!this.#key) return `The server does not answer. It may have what was submitted: look at the ${kinds} before you submit it again.`;
      return `The server does not answer. Submit it again when it does: it will not become two ${kinds}.`;
    }
    return fault.retryAfter ? `${fault.message} Try again in ${fault.retryAfter} s.` : fault.message;
  }

  #showSending(stop) {
    const button = made("button", { type: "button", className: "cancel", textContent: "Stop" });
    button.addEventListener("click", () => stop.abort());
    const bar = made("progress", { max: 1, value: 0 });
    bar.setAttribute("aria-label", "Upload");
    this.#sending.replaceChildren(made("span", { className: "size" }), button, bar);
    this.#sending.hidden = false;
  }

  #showSent(bytes, total) {
    const [text, , bar] = this.#sending.children;
    text.textContent = bytes < total ? `${sizeText(bytes)} of ${sizeText(total)}` : "Sent, and being checked";
    bar.value = total ? bytes / total : 0;
  }

  #showOutcome(id) {
    const link = made("a", { href: jobHash(this.#kind, id), textContent: this.#kind.label(id) });
    this.#outcome.replaceChildren(link, " is submitted.");
    this.#outcome.hidden = false;
  }
}

/** Browsers have `crypto.randomUUID` on https and on this machine only; random bytes they have everywhere. */
function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
