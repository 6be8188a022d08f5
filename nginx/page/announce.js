// What a screen reader says by itself: little, and not all at once.

const pause = 3000;
/** More news than this are told as a number. */
const most = 2;

const endWords = { complete: "is complete", failed: "failed", cancelled: "was cancelled" };
const region = document.getElementById("announcements");
let waiting = [];
let last = -Infinity;
let timer = null;

/** Says what somebody's own deed came to, as soon as the ones before it were said. */
export function announce(text) {
  waiting.push(text);
  schedule();
}

/** Says that jobs ended: each by itself, or many as a number. */
export function announceEnd(job) {
  waiting.push(job);
  schedule();
}

function schedule() {
  timer ??= setTimeout(speak, Math.max(150, last + pause - performance.now()));
}

function speak() {
  timer = null;
  last = performance.now();
  const texts = waiting.filter((item) => typeof item === "string");
  const ends = waiting.filter((item) => typeof item !== "string");
  waiting = [];
  if (ends.length > most) {
    const counts = new Map();
    for (const { status } of ends) counts.set(status, (counts.get(status) ?? 0) + 1);
    texts.push(`${ends[0].kind.title}: ${[...counts].map(([status, count]) => `${count} ${status}`).join(", ")}.`);
  } else {
    texts.push(...ends.map(({ label, status }) => `${label} ${endWords[status]}.`));
  }
  region.textContent = texts.join(" ");
}
