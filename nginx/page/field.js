// A property of the input as a field of the form, drawn from its schema.

import { numberAsTyped } from "./exact.js";
import { valueText } from "./input.js";
import { propertyTitle } from "./kinds.js";

/** Strings that may be longer have room for several lines. */
const longString = 200;
const longestHint = 120;
/** As the page shows them, and as JSON has them. */
const booleanWords = new Map([["yes", "true"], ["no", "false"], ["true", "true"], ["false", "false"]]);

export class Field {
  /** The whole of it, to be put into the form. */
  element = document.createElement("div");
  name;
  #schema;
  #isRequired;
  #control;
  #errors = made("ul", { className: "errors" });
  /** On which line of the control each item of an array stands. */
  #lines = [];

  constructor(name, schema, isRequired) {
    this.name = name;
    this.#schema = schema;
    this.#isRequired = isRequired;
    this.#control = control(schema, isRequired);
    const id = `f-${name}`;
    // Without a name: a form's own `reset` and `elements` would be the controls that are called so.
    this.#control.id = id;
    this.#control.setAttribute("aria-describedby", `${id}-hint ${id}-errors`);
    if (isRequired && this.#control.type !== "checkbox") this.#control.setAttribute("aria-required", "true");
    this.#errors.id = `${id}-errors`;
    const label = made("label", { htmlFor: id, textContent: propertyTitle(name, schema) });
    const hint = made("p", { className: "hint", id: `${id}-hint`, textContent: hintText(schema, isRequired) });
    hint.hidden = hint.textContent === "";
    this.element.className = this.#control.type === "checkbox" ? "field check" : "field";
    this.element.append(label, hint, this.#control, this.#errors);
  }

  /** The value as JSON; `null` where there is none. */
  read() {
    const schema = this.#schema;
    if (schema.type === "boolean") return this.#control.checked || "default" in schema || this.#isRequired ? String(this.#control.checked) : null;
    const text = this.#control.value;
    if (schema.type === "array" && isScalar(schema.items)) return this.#readLines(text);
    if (text.trim() === "") return this.#emptied(text);
    if (schema.enum) return JSON.stringify(schema.enum[Number(text)]);
    if (schema.type === "array" || schema.type === "object") return isJSON(text) ? text : JSON.stringify(text);
    if (schema.format === "date-time") return JSON.stringify(new Date(text).toISOString());
    return scalarJSON(schema, text);
  }

  /** Of a text without anything: what is left out comes back as the default, where there is one. */
  #emptied(text) {
    const schema = this.#schema;
    if (!("default" in schema) || schema.enum) return null;
    if (schema.type === "array") return "[]";
    const mayBeEmpty = schema.type === "string" && !schema.format && !schema.minLength;
    return mayBeEmpty ? JSON.stringify(text) : null;
  }

  #readLines(text) {
    const typed = text
      .split(/\r\n|\r|\n/)
      .map((line, index) => ({ item: line.trim(), number: index + 1 }))
      .filter(({ item }) => item !== "");
    this.#lines = typed.map(({ number }) => number);
    if (typed.length === 0 && !this.#isRequired) return this.#emptied(text);
    return `[${typed.map(({ item }) => scalarJSON(this.#schema.items, item)).join()}]`;
  }

  /** Shows what the service says is wrong: `[{rest, detail}]`, the rest being what its pointer has behind this property. */
  showFaults(faults) {
    const texts = faults.map(({ rest, detail }) => {
      if (rest.length === 0) return detail;
      const line = this.#lines[Number(rest[0])];
      return line ? `Line ${line}: ${detail}` : `${rest.join("/")}: ${detail}`;
    });
    this.#errors.replaceChildren(...texts.map((textContent) => made("li", { textContent })));
    if (texts.length) this.#control.setAttribute("aria-invalid", "true");
    else this.#control.removeAttribute("aria-invalid");
    return texts;
  }

  focus() {
    this.#control.focus();
  }
}

export function made(tag, properties = {}) {
  return Object.assign(document.createElement(tag), properties);
}

function isScalar(schema = {}) {
  return !["array", "object"].includes(schema.type) && !schema.enum;
}

function isNumber({ type }) {
  return type === "number" || type === "integer";
}

function scalarJSON(schema, text) {
  if (schema.type === "boolean") return booleanWords.get(text.toLowerCase()) ?? JSON.stringify(text);
  return isNumber(schema) ? numberAsTyped(text) : JSON.stringify(text);
}

function isJSON(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function control(schema, isRequired) {
  if (schema.enum) return choice(schema, isRequired);
  if (schema.type === "boolean") return made("input", { type: "checkbox", defaultChecked: schema.default === true });
  if (schema.type === "array" || schema.type === "object") {
    const lines = isScalar(schema.items) && schema.type === "array";
    const text = lines ? (schema.default ?? []).map(valueText).join("\n") : schema.default ? JSON.stringify(schema.default) : "";
    return made("textarea", { rows: 4, spellcheck: false, autocomplete: "off", defaultValue: text });
  }
  const defaultValue = schema.default ?? "";
  if (isNumber(schema)) {
    const inputMode = schema.type === "integer" ? "numeric" : "decimal";
    return made("input", { inputMode, autocomplete: "off", defaultValue });
  }
  if (schema.format) {
    const type = { date: "date", "date-time": "datetime-local", uri: "url" }[schema.format];
    return made("input", { type, autocomplete: "off", defaultValue: schema.format === "date-time" ? "" : defaultValue });
  }
  if ((schema.maxLength ?? 0) > longString) return made("textarea", { rows: 5, autocomplete: "off", defaultValue });
  return made("input", { autocomplete: "off", defaultValue });
}

function choice(schema, isRequired) {
  const select = made("select");
  if (!("default" in schema)) select.append(new Option(isRequired ? "Choose" : "", ""));
  for (const [index, value] of schema.enum.entries()) {
    const isDefault = value === schema.default;
    select.append(new Option(typeof value === "string" ? value : JSON.stringify(value), index, isDefault, isDefault));
  }
  return select;
}

/** What can be told before the service refuses it. */
function hintText(schema, isRequired) {
  const parts = [];
  if (isBrief(schema.description)) parts.push(schema.description.replace(/([^.?!])$/, "$1."));
  if (schema.type === "array") parts.push(arrayHint(schema));
  if (schema.type === "object") parts.push("As JSON.");
  if (isNumber(schema)) parts.push(rangeText(schema));
  if (schema.format === "date-time") parts.push("In your time zone.");
  if (!isRequired && !("default" in schema) && schema.type !== "boolean") parts.push("Optional.");
  return parts.filter(Boolean).join(" ");
}

function arrayHint({ items }) {
  if (!isScalar(items)) return "As JSON.";
  return items?.type === "boolean" ? "One on each line: yes or no." : "One on each line.";
}

/** A longer description is written for who programs against the API. */
function isBrief(description = "") {
  return description !== "" && description.length <= longestHint;
}

function rangeText({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  // So large a limit says nothing to people.
  const high = maximum < 1e12 ? maximum : undefined;
  if (minimum !== undefined && high !== undefined) return `${minimum} to ${high}.`;
  const parts = [];
  if (minimum > 0) parts.push(`at least ${minimum}`);
  if (high !== undefined) parts.push(`at most ${high}`);
  if (exclusiveMinimum !== undefined) parts.push(`over ${exclusiveMinimum}`);
  if (exclusiveMaximum !== undefined) parts.push(`under ${exclusiveMaximum}`);
  const text = parts.join(", ");
  return text && `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
