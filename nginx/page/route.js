// What the part of the address behind # stands for: `#/orders/3`, `#/?status=running&after=…`.

const statuses = ["started", "running", "complete", "failed", "cancelled"];

/** `{view: "order", id}` or `{view: "list", statuses, after}`. */
export function readRoute(hash) {
  const [path, query = ""] = hash.replace(/^#/, "").split("?");
  const id = /^\/orders\/([1-9]\d{0,18})\/?$/.exec(path)?.[1];
  if (id) return { view: "order", id };
  const items = new URLSearchParams(query);
  const wanted = items.getAll("status").map((word) => (word === "completed" ? "complete" : word));
  return {
    view: "list",
    statuses: statuses.filter((status) => wanted.includes(status)),
    after: items.get("after"),
  };
}

export function orderHash(id) {
  return `#/orders/${id}`;
}

export function listHash(statuses, after = null) {
  const query = listQuery(statuses, after);
  return query ? `#/?${query}` : "#/";
}

/** The same as the query of `GET /orders`. */
export function listQuery(statuses, after = null) {
  const items = new URLSearchParams(statuses.map((status) => ["status", status]));
  if (after) items.set("after", after);
  return items.toString();
}
