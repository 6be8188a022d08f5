// A job's result, in whichever form its kind has it.

import { send } from "./api.js";
import { longestText, showFile, showJSON } from "./files.js";

/** The elements that show it. Throws what `send` throws. */
export async function resultParts(job, signal) {
  const target = job.target("/result");
  const label = `Result of ${job.label}`;
  switch (job.kind.resultForm) {
    case "json":
      return [showJSON({ target, text: (await send("GET", target, { signal, most: longestText })).text, label })];
    case "files":
      return (await send("GET", target, { signal })).document.map(({ name, type, size }) =>
        showFile({ target: `${target}/${encodeURIComponent(name)}`, name, type, size, label: `${label}: ${name}` }),
      );
    default: {
      const answer = await send("HEAD", target, { signal, fields: { Accept: "*/*" } });
      const type = (answer.field("Content-Type") ?? "").split(";")[0];
      const name = /filename\*=UTF-8''([^;]*)/.exec(answer.field("Content-Disposition") ?? "")?.[1] ?? "result";
      // Not told of what nginx compresses.
      const length = answer.field("Content-Length");
      const size = length === null ? null : Number(length);
      return [showFile({ target, name: decodeURIComponent(name), type, size, label })];
    }
  }
}
