// Which view the address names, and what follows the server for it.

import { makeConnection, showConnection } from "./connection.js";
import { makeForm } from "./form.js";
import { ListView } from "./list-view.js";
import { Live } from "./live.js";
import { OrderView } from "./order-view.js";
import { listHash, readRoute } from "./route.js";
import { keepTimes } from "./times.js";

const find = (id) => document.getElementById(id);

const live = new Live(showConnection);
const list = new ListView(() => live.follow(list));
const order = new OrderView();
let shown = null;
/** The list as it was last seen: its address, and how far down. */
let lastList = { hash: "#/", after: null, top: 0 };

function go() {
  const route = readRoute(location.hash);
  const before = shown;
  shown = route.view === "order" ? order : list;
  let top = 0;
  let focused = null;
  if (shown === order) {
    list.hide();
    order.show(route, lastList.hash);
    focused = "order-title";
  } else {
    const hash = listHash(route.statuses, route.after);
    if (before === order && hash === lastList.hash) top = lastList.top;
    // Whoever chooses a filter may want to choose another.
    if (before === order || route.after !== lastList.after) focused = "list-title";
    lastList = { hash, after: route.after, top };
    order.hide();
    list.show(route);
  }
  scrollTo(0, top);
  live.follow(shown);
  // Who is read to hears where they are now; of a page that has just been loaded the browser tells.
  if (before && focused) find(focused).focus({ preventScroll: true });
}

function noteScroll() {
  if (shown === list) lastList.top = scrollY;
}

makeConnection(() => live.retry());
makeForm(() => list.expect());
keepTimes(() => shown.times());
// Where the form is above the list, the list comes first.
find("new-details").open = matchMedia("(min-width: 76rem)").matches;
// Addresses behind # are views here.
find("skip").addEventListener("click", (event) => {
  event.preventDefault();
  find("main").focus();
});
history.scrollRestoration = "manual";
addEventListener("scroll", noteScroll, { passive: true });
addEventListener("hashchange", go);
go();
