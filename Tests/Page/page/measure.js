// How smooth the page is for so many milliseconds, and which rows it touches meanwhile.
const [milliseconds, done] = arguments;
const margin = 150;
const frames = [];
const rows = new Set();
let touched = 0;
let outside = 0;
const long = [];

const tasks = new PerformanceObserver((list) => long.push(...list.getEntries()));
tasks.observe({ type: "longtask" });
const changes = new MutationObserver((records) => {
  for (const { target } of records) {
    const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
    const row = element?.closest("#rows tr");
    if (!row) continue;
    const { top, bottom } = row.getBoundingClientRect();
    touched += 1;
    rows.add(row.dataset.id);
    if (bottom < -margin || top > innerHeight + margin) outside += 1;
  }
});
changes.observe(document.getElementById("rows"), { subtree: true, childList: true, characterData: true, attributes: true });

const begin = performance.now();
let before = begin;
requestAnimationFrame(function frame(now) {
  frames.push(now - before);
  before = now;
  if (now - begin < milliseconds) return requestAnimationFrame(frame);
  tasks.disconnect();
  changes.disconnect();
  frames.sort((one, other) => one - other);
  done({
    frames: frames.length,
    p95: frames[Math.floor(frames.length * 0.95)],
    worst: frames.at(-1),
    longTasks: long.length,
    blocked: long.reduce((sum, { duration }) => sum + duration, 0),
    touched,
    outside,
    rows: rows.size,
  });
});
