// A POST with files, whose progress can be seen. `fetch` tells nothing of how much has left.

import { address, Away, refusal } from "./api.js";
import { parseExactly } from "./exact.js";

/** Sends the form, and returns the answer's document. `sent(bytes, of)` is called on the way. Throws `Problem` or `Away`. */
export function upload(target, form, { fields, signal, sent }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address(target));
    for (const [name, value] of Object.entries({ Accept: "application/json", ...fields })) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded, total }) => sent(loaded, total));
    request.addEventListener("error", (event) => reject(new Away(event)));
    request.addEventListener("abort", () => reject(signal.reason));
    request.addEventListener("load", () => {
      const { status, responseText: text } = request;
      if (status < 200 || status >= 300) return reject(refusal(status, text, request.getResponseHeader("Retry-After")));
      try {
        resolve(parseExactly(text));
      } catch (fault) {
        reject(new Away(fault)); // Something on the way answered in the service's place.
      }
    });
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}
