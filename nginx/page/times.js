// Times as people say them, with the exact one on hover.

import { serverNow } from "./api.js";

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

export function relativeText(milliseconds) {
  const seconds = Math.round((milliseconds - serverNow()) / 1000);
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  // A moment in the future is one that clocks don't agree on.
  return seconds > -2 ? "just now" : relative.format(seconds, "second");
}

export function exactText(milliseconds) {
  return exact.format(milliseconds);
}

/** How long something took. */
export function durationText(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Shows an RFC 3339 time in a `<time>`. */
export function showTime(element, text) {
  const milliseconds = Date.parse(text);
  if (element.dateTime !== text) {
    element.dateTime = text;
    element.title = exactText(milliseconds);
  }
  const words = relativeText(milliseconds);
  if (element.textContent !== words) element.textContent = words;
}

/** Keeps what `shown()` gives, the `<time>`s that can be seen, true as time goes by. */
export function keepTimes(shown) {
  setInterval(() => {
    if (document.hidden) return;
    for (const element of shown()) {
      if (element.dateTime) showTime(element, element.dateTime);
    }
  }, 1000);
}
