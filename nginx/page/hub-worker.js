// The hub as a SharedWorker: the browser keeps it for as long as one tab is open.

import { Hub } from "./hub.js";

const hub = new Hub();

addEventListener("connect", ({ ports: [port] }) => {
  port.addEventListener("message", ({ data }) => hub.hear(port, data, (message) => port.postMessage(message)));
  port.start();
});
