// What the page says of its connection to the server.

import { announce } from "./announce.js";
import { Problem } from "./api.js";
import { put } from "./text.js";

const words = {
  connecting: ["Connecting", ""],
  stream: ["Live", "Changes arrive as they happen."],
  waiting: ["Live, by waiting", "The server has no free event stream: the page waits for each change."],
  polling: ["Every few seconds", "The server has neither a free event stream nor a free wait: the page asks every few seconds."],
  settled: ["Up to date", "Nothing here changes any more."],
  paused: ["Paused", "The page is hidden: it asks for nothing until it is shown."],
  away: ["Trying again", "The server does not answer."],
};

const find = (id) => document.getElementById(id);
let counting = null;

/** `retry()` has the server asked at once. */
export function makeConnection(retry) {
  find("banner-retry").addEventListener("click", retry);
}

/** Shows a state of `Live`. The banner comes with the second failure in a row: a restart is over before that. */
export function showConnection({ mode, fault, failures, until }) {
  const element = find("connection");
  if (element.dataset.mode !== mode) {
    element.dataset.mode = mode;
    [element.lastElementChild.textContent, element.title] = words[mode];
  }
  clearInterval(counting);
  // Another view changes nothing in whether the server is there.
  if (mode === "connecting" || (mode === "away" && failures === 1)) return;
  const isShown = mode === "away" && failures > 1;
  if (find("banner").hidden === isShown) {
    find("banner").hidden = !isShown;
    announce(isShown ? bannerText(fault) : "The server is back.");
  }
  if (!isShown) return;
  put(find("banner-words"), bannerText(fault));
  const count = () => {
    const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    find("banner-pause").textContent = seconds > 0 ? `Trying again in ${seconds} s.` : "Trying again.";
  };
  count();
  counting = setInterval(count, 1000);
}

function bannerText(fault) {
  if (!(fault instanceof Problem)) return "The server is away. What you see may be out of date.";
  if (fault.status === 401 || fault.status === 403) return `${fault.message} Reload this page to do so.`;
  return `${fault.message} What you see may be out of date.`;
}
