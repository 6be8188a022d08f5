// How far an order is, in words and as a bar.

import { statusWords } from "./order.js";
import { mark, put } from "./text.js";
import { durationText } from "./times.js";

/** What there is to say of the order beside its bar. */
export function stepText({ status, document }) {
  const progress = document?.progress;
  switch (status) {
    case "started":
      return document?.startedAt ? `Waiting to be tried again, after attempt ${document.attempt}` : "Waiting for its turn";
    case "running":
      return progress?.step ? `${progress.step}, ${progress.completed} of ${progress.total}` : "Running";
    case "complete":
      return document?.finishedAt ? `Took ${durationText(Date.parse(document.finishedAt) - Date.parse(document.startedAt))}` : "";
    case "failed":
      return document?.error?.detail ?? "";
    default:
      return progress?.step ? `Stopped in ${progress.step}` : "Stopped before it began";
  }
}

/** Shows it in `.step`, `.percent` and `<progress>`, whose label is the order's name. */
export function showProgress({ step, percent, bar }, order) {
  const value = order.document?.progress?.percent ?? (order.status === "complete" ? 100 : 0);
  const text = stepText(order);
  put(step, text);
  mark(step, "title", text);
  put(percent, `${value} %`);
  if (bar.value !== Number(value)) bar.value = Number(value);
  // Read out as "Order 3, 40 %, users, 2 of 5".
  mark(bar, "aria-label", `Order ${order.id}`);
  mark(bar, "aria-valuetext", `${value} %, ${text}`);
  mark(bar, "data-status", order.status);
}

export function showStatus(badge, order) {
  mark(badge, "data-status", order.status);
  put(badge, statusWords[order.status] ?? order.status);
}
