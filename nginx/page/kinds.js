// The kinds of work that the service has: their words, input, files and results, read from its own description.

import { Away, send } from "./api.js";

export class Kind {
  #description;

  /** `words` are a kind's in `GET /`, `description` is the OpenAPI document. */
  constructor(words, description) {
    this.#description = description;
    /** The last part only: what is before it is where the service is mounted. */
    this.path = lastPart(words.path);
    this.title = words.title;
    this.description = words.description ?? "";
    this.noun = words.name.replaceAll("-", " ");
    const collection = this.#operations("");
    const submit = collection.post;
    /** JSON Schema of the input, without the service's own `callback`. */
    this.schema = this.#inputSchema(submit);
    this.files = this.#fileParts(submit);
    this.hasLog = Boolean(this.#operations("/{id}/log").get);
    this.isRemovable = Boolean(this.#operations("/{id}").delete);
    this.isSearchable = (collection.get.parameters ?? []).some((one) => this.#resolved(one).name === "q");
    this.resultForm = this.#resultForm();
  }

  /** "Order", for the beginning of a sentence. */
  get Noun() {
    return capitalized(this.noun);
  }

  /** "Order 3". */
  label(id) {
    return `${this.Noun} ${id}`;
  }

  #operations(rest) {
    return this.#description.paths[`/${this.path}${rest}`] ?? {};
  }

  #resolved(value) {
    if (!value?.$ref) return value ?? {};
    return value.$ref
      .split("/")
      .slice(1)
      .reduce((part, name) => part?.[name], this.#description);
  }

  #inputSchema(submit) {
    const schema = this.#resolved(submit.requestBody?.content["application/json"]?.schema);
    const properties = { ...schema.properties };
    if (submit.callbacks) delete properties.callback;
    return { ...schema, properties };
  }

  #fileParts(submit) {
    const form = submit.requestBody?.content["multipart/form-data"];
    const parts = Object.entries(form?.schema.properties ?? {}).filter(([name]) => name !== "input");
    return parts.map(([name, schema]) => {
      const file = schema.items ?? schema;
      return {
        name,
        title: capitalized(name.replaceAll(/[-_]/g, " ")),
        least: schema.items ? schema.minItems : form.schema.required.includes(name) ? 1 : 0,
        most: schema.items ? schema.maxItems : 1,
        types: (form.encoding[name]?.contentType ?? "").split(", ").filter((type) => type && type !== anyType),
        /** Bytes of one file. */
        largest: file.maxLength ?? Infinity,
        /** Bytes of all files of this name. */
        largestTotal: schema["x-maxTotalLength"] ?? Infinity,
      };
    });
  }

  /** `json`, one `file`, or a list of `files`. */
  #resultForm() {
    const json = this.#operations("/{id}/result").get.responses["200"].content["application/json"];
    if (!json) return "file";
    const prefix = `/${this.path}/{id}/result/`;
    if (!Object.keys(this.#description.paths).some((path) => path.startsWith(prefix))) return "json";
    return json.schema.$ref ? "files" : "file";
  }
}

const anyType = "application/octet-stream";

export async function loadKinds(signal) {
  const [welcome, description] = await Promise.all(
    ["", "openapi.json"].map(async (target) => (await send("GET", target, { signal })).plainDocument),
  );
  // In a rolling restart two processes may answer, one of which knows a kind that the other does not.
  const described = welcome.kinds.filter(({ path }) => description.paths[`/${lastPart(path)}`]);
  if (described.length === 0) throw new Away();
  return described.map((words) => new Kind(words, description));
}

function lastPart(path) {
  return path.split("/").filter(Boolean).at(-1);
}

export function capitalized(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What people read for the name of a property. */
export function propertyTitle(name, schema = {}) {
  return schema.title ?? capitalized(name.replaceAll(/[-_]/g, " "));
}
