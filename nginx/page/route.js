// What the part of the address behind # stands for: `#/orders/3`, `#/orders?status=running&after=…`, `#/scans?q=words`.

const statuses = ["started", "running", "complete", "failed", "cancelled"];

/**
 * `{view: "job", kind, id}` or `{view: "list", kind, statuses, after, words}`. An address without a kind, or with one that
 * isn't there, means the first.
 */
export function readRoute(hash, kinds) {
  const [path, query = ""] = hash.replace(/^#/, "").split("?");
  const [, name, id] = /^\/([^/]*)(?:\/([1-9]\d{0,18}))?\/?$/.exec(path) ?? [];
  const kind = kinds.find((each) => each.path === name) ?? kinds[0];
  if (id && kind.path === name) return { view: "job", kind, id };
  const items = new URLSearchParams(query);
  const words = kind.isSearchable ? (items.get("q") ?? "") : "";
  const wanted = items.getAll("status").map((word) => (word === "completed" ? "complete" : word));
  return {
    view: "list",
    kind,
    // What a search finds is complete.
    statuses: words ? [] : statuses.filter((status) => wanted.includes(status)),
    after: items.get("after"),
    words,
  };
}

export function jobHash(kind, id) {
  return `#/${kind.path}/${id}`;
}

/** The address of a list, or of another page of it. */
export function listHash(route, after = null) {
  const query = listQuery(route, after);
  return `#/${route.kind.path}${query ? `?${query}` : ""}`;
}

/** The same as the query of `GET /orders`. */
export function listQuery({ statuses = [], words = "" }, after = null) {
  const items = new URLSearchParams(statuses.map((status) => ["status", status]));
  if (words) items.set("q", words);
  if (after) items.set("after", after);
  return items.toString();
}
