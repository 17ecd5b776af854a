// What the page does beyond links and a form: keys, the last questions, and results while typing.
// All of it can be done without, and nothing is sent but the question, to the server of the page.

const QUESTIONS = "wherein.questions";
const LETTERS = "wherein.letters";
const OPENED = "wherein.opened";
const ASKED = "wherein.asked";
const MOST_QUESTIONS = 8;
const PAUSE_MS = 120;
const SETTLED_MS = 1000;
const QUICK_MS = 150;

const main = document.querySelector("main");
const box = document.querySelector("#question");
const help = document.querySelector("#help");
const letters = document.querySelector("#letters");
const said = document.querySelector("#said");
const links = () => [...main.querySelectorAll(".hit h2 a")];
const here = () => location.pathname + location.search;

// Storage can be forbidden, or hold what another version left there.
function recall(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing has nothing to show later, which is what was asked of it.
  }
}

function questions() {
  const kept = recall(QUESTIONS, []);
  return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
}

function showQuestions() {
  const section = document.querySelector("#recent");
  if (!section) return;
  const items = questions().map((question) => {
    const link = document.createElement("a");
    link.href = `/?${new URLSearchParams({ q: question })}`;
    link.textContent = question;
    link.dir = "auto";
    const item = document.createElement("li");
    item.append(link);
    return item;
  });
  section.querySelector("ul").replaceChildren(...items);
  section.hidden = items.length === 0;
}

function keepQuestion() {
  const asked = new URLSearchParams(location.search).get("q")?.trim();
  if (!asked || !links().length || location.pathname !== "/") return;
  const others = questions().filter((one) => one !== asked);
  remember(QUESTIONS, [asked, ...others].slice(0, MOST_QUESTIONS));
}

// Whoever comes back from a document finds the passage again that led there.
function noteOpened(event) {
  const hit = event.target.closest(".hit h2 a")?.closest(".hit");
  if (!hit) return;
  try {
    sessionStorage.setItem(OPENED, `${location.search}#${hit.id}`);
  } catch {
    // Then the page comes back where it was left, without the passage focused.
  }
  keepQuestion();
}

function returnToHit() {
  try {
    const [search, id] = (sessionStorage.getItem(OPENED) ?? "").split("#");
    if (!links().length || search !== location.search) return;
    sessionStorage.removeItem(OPENED);
    document.getElementById(id)?.querySelector("h2 a").focus();
  } catch {
    // Nothing was kept.
  }
}

// Whoever has asked by Enter goes on from the question, as while typing: down to the passages.
function noteAsked() {
  try {
    sessionStorage.setItem(ASKED, address());
  } catch {
    // Then the focus is where browsers put it, before all of the page.
  }
}

function returnToBox() {
  try {
    const asked = sessionStorage.getItem(ASKED);
    sessionStorage.removeItem(ASKED);
    // A finger would get a keyboard over the results.
    if (asked !== here() || !matchMedia("(hover: hover)").matches) return;
    box.focus({ preventScroll: true });
    box.setSelectionRange(box.value.length, box.value.length);
  } catch {
    // Nothing was kept.
  }
}

function follow(selector) {
  const link = document.querySelector(selector);
  link?.click();
  return Boolean(link);
}

// From the question, or from a passage, to the one that is `by` further on.
function move(by) {
  const hit = document.activeElement.closest(".hit");
  const all = links();
  const at = hit ? all.indexOf(hit.querySelector("h2 a")) : -1;
  if (!all.length || (at < 0 && document.activeElement !== box)) return false;
  const next = at + by;
  if (next < 0) box.focus();
  else all[Math.min(next, all.length - 1)].focus();
  return true;
}

function step(relation) {
  const here = document.querySelector(".block:target .step");
  return follow(here ? `.block:target .step [rel=${relation}]` : ".step [rel=next]");
}

function leave() {
  if (document.activeElement !== box) return follow("a[rel=up]");
  (links()[0] ?? main).focus();
  return true;
}

const KEYS = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Escape: leave,
};
const LETTER_KEYS = {
  "/": () => (box.select(), box.focus(), true),
  "?": () => (help.showModal(), true),
  n: () => step("next"),
  p: () => step("prev"),
};

function pressed(event) {
  const writing = event.target.matches("input, textarea, select");
  if (help.open || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const does = KEYS[event.key] ?? (letters.checked && !writing && LETTER_KEYS[event.key]);
  if (does && does()) event.preventDefault();
}

// Where an address names a place that is in another part of a long document, that part is shown.
function findPart() {
  const place = location.hash.slice(1);
  const address = new URL(location);
  const elsewhere = document.querySelector(".parts") && !document.getElementById(place);
  if (!elsewhere || !/^[Lc]\d+$/.test(place) || address.searchParams.get("at") === place) return;
  address.searchParams.set("at", place);
  location.replace(address);
}

// How many results there are, for those who listen, once there are no more letters coming.
function say() {
  said.textContent = main.querySelector(".summing")?.innerText ?? "";
}

// Results while typing: the page that Enter would lead to, in the place of this one. The box and
// the focus stay. What is typed from one page on is one entry of the history, as it is by Enter.
const typing = {
  pause: 0,
  settled: 0,
  request: null,
  shown: here(),
  pushed: false,
  quick: true,
  unanswered: "",
};

function typed(event) {
  stopTyping();
  if (!typing.quick || !main.hasAttribute("data-live") || event.isComposing) return;
  typing.pause = setTimeout(showTyped, PAUSE_MS);
}

function stopTyping() {
  clearTimeout(typing.pause);
  clearTimeout(typing.settled);
  typing.request?.abort();
}

const address = () => `/?${new URLSearchParams(new FormData(box.form))}`;

// The form does this by itself, but beside an entry of what was typed it would make a second one.
function ask(event) {
  stopTyping();
  noteAsked();
  if (!typing.pushed) return;
  event.preventDefault();
  location.replace(address());
}

async function showTyped() {
  if (!box.value.trim()) return showVerdict();
  const stands = address() === typing.shown && !typing.unanswered;
  if (stands || (await fetchTyped(address()))) typing.settled = setTimeout(settle, SETTLED_MS);
  else if (hasLeft()) showVerdict();
}

function showVerdict() {
  main.querySelector(".verdict")?.classList.remove("unsettled");
}

function settle() {
  showVerdict();
  say();
}

// Whether there is something else to be seen, and so to be said.
async function fetchTyped(typed) {
  const { signal } = (typing.request = new AbortController());
  let answer, html;
  try {
    answer = await fetch(typed, { signal });
    html = await answer.text();
  } catch {
    // Another letter came, or the server is gone.
    if (signal.aborted || hasLeft()) return false;
    return showUnanswered("The server does not answer.");
  }
  const took = /search;dur=([\d.]+)/.exec(answer.headers.get("Server-Timing"));
  typing.quick = !took || Number(took[1]) <= QUICK_MS;
  if (hasLeft()) return false;
  if (answer.status >= 500) return showUnanswered("The server could not answer this.");
  replacePage(new DOMParser().parseFromString(html, "text/html"));
  // That nothing answers half a word says nothing of the documents.
  main.querySelector(".verdict")?.classList.add("unsettled");
  history[typing.pushed ? "replaceState" : "pushState"](null, "", typed);
  typing.pushed = true;
  typing.shown = typed;
  typing.unanswered = "";
  return true;
}

// What comes now would move what is being read.
const hasLeft = () => document.activeElement !== box;

// What was found for the question before must not pass for the answer to the one that was typed.
function showUnanswered(why) {
  if (typing.unanswered === why) return false;
  const notice = typing.unanswered && main.querySelector(".summing .notice");
  typing.unanswered = why;
  if (notice) notice.firstChild.data = why;
  else putNotice(why);
  return true;
}

function putNotice(why) {
  const results = main.querySelector(".summing");
  const told = document.createElement(results ? "h1" : "p");
  told.className = "notice";
  told.textContent = why;
  if (results) {
    const asked = document.createElement("bdi");
    asked.textContent = new URL(typing.shown, location).searchParams.get("q");
    told.append(" These are the results of “", asked, "”.");
    results.replaceChildren(told);
  } else {
    const place = document.createElement("div");
    place.className = "summing";
    place.append(told);
    main.prepend(place);
  }
}

function replacePage(page) {
  const next = page.querySelector("main");
  document.title = page.title;
  document.querySelector("header").className = page.querySelector("header").className;
  main.className = next.className;
  main.replaceChildren(...next.childNodes);
}

letters.checked = recall(LETTERS, true) !== false;
letters.addEventListener("change", () => remember(LETTERS, letters.checked));
document.addEventListener("keydown", pressed);
document.querySelector("#keys").addEventListener("click", () => help.showModal());
document.querySelector("#keys").hidden = false;
document.querySelector("#forget")?.addEventListener("click", () => {
  remember(QUESTIONS, []);
  showQuestions();
  box.focus();
});
box.addEventListener("input", typed);
box.addEventListener("compositionend", typed);
box.form.addEventListener("submit", ask);
main.addEventListener("click", noteOpened);
addEventListener("hashchange", findPart);
addEventListener("popstate", () => here() !== typing.shown && location.reload());
keepQuestion();
showQuestions();
returnToBox();
returnToHit();
findPart();
say();
