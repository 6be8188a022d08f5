// How far a job is, in words and as a bar.

import { statusWords } from "./job.js";
import { mark, put } from "./text.js";
import { durationText } from "./times.js";

/** What there is to say of the job beside its bar. */
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

/** Shows it in `.step`, `.percent` and `<progress>`, whose label is the job's name. */
export function showProgress({ step, percent, bar }, job) {
  const value = job.document?.progress?.percent ?? (job.status === "complete" ? 100 : 0);
  const text = stepText(job);
  put(step, text);
  mark(step, "title", text);
  put(percent, `${value} %`);
  if (bar.value !== Number(value)) bar.value = Number(value);
  // Read out as "Order 3, 40 %, users, 2 of 5".
  mark(bar, "aria-label", job.label);
  mark(bar, "aria-valuetext", `${value} %, ${text}`);
  mark(bar, "data-status", job.status);
}

export function showStatus(badge, job) {
  mark(badge, "data-status", job.status);
  put(badge, statusWords[job.status] ?? job.status);
}
