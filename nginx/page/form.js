// The form that submits an order.

import { announce } from "./announce.js";
import { Problem, send } from "./api.js";
import { numberAsTyped } from "./exact.js";
import { orderHash } from "./route.js";

const form = document.getElementById("new");
const { products, amount } = form.elements;
const find = (id) => document.getElementById(id);

/** `submitted(id)` is called once the service has an order of ours. */
export function makeForm(submitted) {
  /** Submitting the same again, after an answer that got lost, is the same order; another order is another key. */
  let key = null;
  let isAtWork = false;

  form.addEventListener("input", () => {
    key = null;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isAtWork) return;
    isAtWork = true;
    key ??= randomKey();
    const { body, lines } = typedOrder();
    const button = form.querySelector("button");
    button.setAttribute("aria-disabled", "true");
    button.textContent = "Submitting";
    showFaults([]);
    try {
      const answer = await send("POST", "/orders", {
        body,
        fields: { "Content-Type": "application/json", "Idempotency-Key": `"${key}"` },
      });
      const { id } = answer.document;
      key = null;
      form.reset();
      showOutcome(id);
      announce(`Order ${id} is submitted.`);
      products.focus();
      submitted(id);
    } catch (fault) {
      explain(fault, lines);
    } finally {
      isAtWork = false;
      button.removeAttribute("aria-disabled");
      button.textContent = "Submit order";
    }
  });
}

/** The order as JSON, and on which line of the field each product stands. */
function typedOrder() {
  const typed = products.value
    .split(/\r\n|\r|\n/)
    .map((text, index) => ({ name: text.trim(), line: index + 1 }))
    .filter(({ name }) => name !== "");
  const names = JSON.stringify(typed.map(({ name }) => name));
  const sum = amount.value.trim() === "" ? "" : `,"amount":${numberAsTyped(amount.value)}`;
  return { body: `{"products":${names}${sum}}`, lines: typed.map(({ line }) => line) };
}

function explain(fault, lines) {
  find("outcome").hidden = true;
  const faults = fault instanceof Problem ? fault.errors.map((error) => placed(error, lines)) : [];
  if (faults.length === 0) faults.push({ place: "form", text: generalText(fault) });
  showFaults(faults);
  const first = faults.find(({ place }) => place !== "form");
  if (first) form.elements[first.place].focus();
  announce(`The order is not submitted. ${faults.map(({ text }) => text).join(" ")}`);
}

/** The service names what is wrong by a JSON pointer: `/products/2`, `/amount`. */
function placed({ pointer, detail }, lines) {
  const [, member, index] = pointer.split("/");
  if (member === "products" && index !== undefined) {
    return { place: "products", text: `Line ${lines[Number(index)] ?? "?"}: ${detail}` };
  }
  if (member === "products" || member === "amount") return { place: member, text: detail };
  return { place: "form", text: pointer ? `${pointer}: ${detail}` : detail };
}

function generalText(fault) {
  if (!(fault instanceof Problem)) {
    return "The server does not answer. Submit it again when it does: it will not become two orders.";
  }
  return fault.retryAfter ? `${fault.message} Try again in ${fault.retryAfter} s.` : fault.message;
}

function showFaults(faults) {
  for (const place of ["products", "amount", "form"]) {
    const items = faults
      .filter((fault) => fault.place === place)
      .map(({ text }) => {
        const item = document.createElement("li");
        item.textContent = text;
        return item;
      });
    find(`${place}-errors`).replaceChildren(...items);
    const field = form.elements[place];
    if (!field) continue;
    if (items.length) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

function showOutcome(id) {
  const link = document.createElement("a");
  link.href = orderHash(id);
  link.textContent = `Order ${id}`;
  find("outcome").replaceChildren(link, " is submitted.");
  find("outcome").hidden = false;
}

/** Browsers have `crypto.randomUUID` on https and on this machine only; random bytes they have everywhere. */
function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
