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
      if (request.status >= 200 && request.status < 300) resolve(parseExactly(request.responseText));
      else reject(refusal(request.status, request.responseText, request.getResponseHeader("Retry-After")));
    });
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}
