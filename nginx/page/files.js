// Files as a job's page shows them: pictures as pictures, short texts as text, and each to be opened or kept.

import { address, send } from "./api.js";
import { indented } from "./exact.js";
import { made } from "./field.js";
import { sizeText } from "./text.js";

/** What browsers show as a picture, and the service sends to be shown. */
const pictures = new Set(["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp"]);
/** A larger text is offered, and not shown. */
export const longestText = 200_000;

/** A file with these words, at `target`; `label` is what a screen reader says for a picture. */
export function showFile({ target, name, type, size, label }) {
  const figure = made("figure", { className: "file" });
  const href = address(target).href;
  if (pictures.has(type)) {
    const link = made("a", { href, className: "picture" });
    const picture = made("img", { src: href, alt: label, loading: "lazy", decoding: "async" });
    // One that is damaged is still a file.
    picture.addEventListener("error", () => link.remove());
    link.append(picture);
    figure.append(link);
  } else if (isText(type) && size <= longestText) {
    const text = made("pre", { tabIndex: 0, ariaLabel: label, textContent: "Loading" });
    figure.append(text);
    fetchText(target, type, text);
  }
  const caption = made("figcaption");
  const words = [type, size === null ? "" : sizeText(size)].filter(Boolean).join(", ");
  const keep = made("a", { href, download: name, textContent: "Download", ariaLabel: `Download ${name}` });
  const open = made("a", { href });
  open.append(made("bdi", { textContent: name }));
  caption.append(open, made("span", { className: "size", textContent: words }), keep);
  figure.append(caption);
  return figure;
}

/** A result in one JSON document; of a long one the beginning. */
export function showJSON({ target, text, label }) {
  const figure = made("figure", { className: "file" });
  const shown = text.length <= longestText ? indented(text) : `${text.slice(0, longestText)}…`;
  const pre = made("pre", { tabIndex: 0, ariaLabel: label, textContent: shown });
  const caption = made("figcaption");
  caption.append(made("a", { href: address(target).href, textContent: "The answer itself, as JSON" }));
  figure.append(pre, caption);
  return figure;
}

function isText(type) {
  return type === "application/json" || (type.startsWith("text/") && type !== "text/html");
}

async function fetchText(target, type, element) {
  try {
    const { text } = await send("GET", target, { fields: { Accept: "*/*" } });
    element.textContent = type === "application/json" ? indented(text) : text;
  } catch (fault) {
    element.textContent = fault.message;
  }
}
