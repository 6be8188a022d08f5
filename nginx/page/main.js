// Which kinds there are, which view the address names, and what follows the server for it.

import { address } from "./api.js";
import { showBrand } from "./brand.js";
import { makeConnection, showConnection } from "./connection.js";
import { made } from "./field.js";
import { Form } from "./form.js";
import { JobView } from "./job-view.js";
import { loadKinds } from "./kinds.js";
import { ListView } from "./list-view.js";
import { Live } from "./live.js";
import { listHash, readRoute } from "./route.js";
import { retrying } from "./retry.js";
import { keepTimes } from "./times.js";

const find = (id) => document.getElementById(id);

const retry = retrying(showConnection);
makeConnection(() => {
  retry.now();
  live?.retry();
});
let live = null;
const [brand, kinds] = await Promise.all([retry.until(showBrand), retry.until(loadKinds)]);

live = new Live(showConnection);
const list = new ListView();
const job = new JobView();
const forms = new Map(kinds.map((kind) => [kind, new Form(kind, noteSubmitted)]));
let shown = null;
/** The list as it was last seen: its address, and how far down. */
let lastList = { kind: null, hash: "#/", after: null, top: 0 };

function go() {
  const route = readRoute(location.hash, kinds);
  const before = shown;
  shown = route.view === "job" ? job : list;
  let top = 0;
  let focused = null;
  showKind(route.kind);
  if (shown === job) {
    list.hide();
    job.show(route, lastList.kind === route.kind ? lastList.hash : listHash({ kind: route.kind }));
    focused = "job-title";
  } else {
    const hash = listHash(route, route.after);
    if (before === job && hash === lastList.hash) top = lastList.top;
    // Whoever chooses a filter may want to choose another.
    if (before === job || route.after !== lastList.after || route.kind !== lastList.kind) focused = "list-title";
    lastList = { kind: route.kind, hash, after: route.after, top };
    job.hide();
    list.show(route);
  }
  scrollTo(0, top);
  live.follow(shown);
  // Who is read to hears where they are now; of a page that has just been loaded the browser tells.
  if (before && focused) find(focused).focus({ preventScroll: true });
}

/** What is each kind's own around the views. */
function showKind(kind) {
  if (!find("new").contains(forms.get(kind).element)) find("new").replaceChildren(forms.get(kind).element);
  find("new-title").textContent = `New ${kind.noun}`;
  find("as-json").textContent = `These ${kind.title.toLowerCase()} as JSON`;
  find("as-json").href = address(`${kind.path}?order=desc`).href;
  for (const link of find("kinds").querySelectorAll("a")) {
    if (link.dataset.kind === kind.path) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** The kinds as links, where there are several; with one kind the brand says what it is, unless it has a name of its own. */
function showKinds() {
  const links = kinds.map((kind) => {
    const item = made("li");
    const link = made("a", { href: listHash({ kind }), textContent: kind.title });
    link.dataset.kind = kind.path;
    item.append(link);
    return item;
  });
  find("kinds").firstElementChild.replaceChildren(...links);
  find("kinds").hidden = kinds.length === 1;
  if (kinds.length === 1 && !brand) find("brand-name").textContent = kinds[0].title;
  if (find("brand-name").textContent) find("brand-logo").alt = "";
  // The title of the list stands in the head of the page already, for people who see it.
  find("list-title").classList.toggle("unseen", kinds.length > 1 || !brand || brand === kinds[0].title);
}

function noteSubmitted(kind) {
  if (shown === list && list.kind === kind) list.expect();
}

function noteScroll() {
  if (shown === list) lastList.top = scrollY;
}

showKinds();
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
