// Keyboard shortcuts, recent questions, and results while typing. The page works without this
// script. The script sends only the question, and only to the server of the page.

const RECENT_KEY = "wherein.questions";
const LETTERS_KEY = "wherein.letters";
const OPENED_KEY = "wherein.opened";
const SUBMITTED_KEY = "wherein.asked";
const MAX_RECENT = 8;
const DEBOUNCE_MS = 120;
const SETTLED_MS = 1000;
const MAX_SEARCH_MS = 150;

const main = document.querySelector("main");
const box = document.querySelector("#question");
const help = document.querySelector("#help");
const letters = document.querySelector("#letters");
const announcement = document.querySelector("#announcement");
const hitLinks = () => [...main.querySelectorAll(".hit h2 a")];
const currentAddress = () => location.pathname + location.search;

// The browser may forbid storage, and another version may have stored another type of value.
function load(key, defaultValue) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? defaultValue;
  } catch {
    return defaultValue;
  }
}

function store(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Without storage, the page has no recent questions and no settings.
  }
}

function recentQuestions() {
  const stored = load(RECENT_KEY, []);
  return Array.isArray(stored) ? stored.filter((item) => typeof item === "string") : [];
}

function showRecentQuestions() {
  const section = document.querySelector("#recent");
  if (!section) return;
  const items = recentQuestions().map((question) => {
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

function storeQuestion() {
  const question = new URLSearchParams(location.search).get("q")?.trim();
  if (!question || !hitLinks().length || location.pathname !== "/") return;
  const others = recentQuestions().filter((other) => other !== question);
  store(RECENT_KEY, [question, ...others].slice(0, MAX_RECENT));
}

// Remembers which hit is opened, so that the way back from the document leads to this hit.
function storeOpenedHit(event) {
  const hit = event.target.closest(".hit h2 a")?.closest(".hit");
  if (!hit) return;
  try {
    sessionStorage.setItem(OPENED_KEY, `${location.search}#${hit.id}`);
  } catch {
    // Without storage, no hit gets the focus on the way back.
  }
  storeQuestion();
}

function focusOpenedHit() {
  try {
    const [search, id] = (sessionStorage.getItem(OPENED_KEY) ?? "").split("#");
    if (!hitLinks().length || search !== location.search) return;
    sessionStorage.removeItem(OPENED_KEY);
    document.getElementById(id)?.querySelector("h2 a").focus();
  } catch {
    // Without storage, no hit was remembered.
  }
}

// Remembers that the question was submitted with Enter. The question keeps the focus then, so that
// the down arrow leads to the passages, as it does while typing.
function storeSubmitted() {
  try {
    sessionStorage.setItem(SUBMITTED_KEY, typedAddress());
  } catch {
    // Without storage, the browser puts the focus before the page.
  }
}

function focusQuestion() {
  try {
    const submitted = sessionStorage.getItem(SUBMITTED_KEY);
    sessionStorage.removeItem(SUBMITTED_KEY);
    // On a touch screen, the focus would open a keyboard over the results.
    if (submitted !== currentAddress() || !matchMedia("(hover: hover)").matches) return;
    box.focus({ preventScroll: true });
    box.setSelectionRange(box.value.length, box.value.length);
  } catch {
    // Without storage, it is not known whether the question was submitted.
  }
}

function follow(selector) {
  const link = document.querySelector(selector);
  link?.click();
  return Boolean(link);
}

// Moves the focus by a number of passages, from the question or from a passage.
function moveFocus(by) {
  const hit = document.activeElement.closest(".hit");
  const links = hitLinks();
  const current = hit ? links.indexOf(hit.querySelector("h2 a")) : -1;
  if (!links.length || (current < 0 && document.activeElement !== box)) return false;
  const next = current + by;
  if (next < 0) box.focus();
  else links[Math.min(next, links.length - 1)].focus();
  return true;
}

// Goes to the next or previous found passage of a document.
function step(relation) {
  const isAtPassage = document.querySelector(".block:target .step");
  return follow(isAtPassage ? `.block:target .step [rel=${relation}]` : ".step [rel=next]");
}

function goBack() {
  if (document.activeElement !== box) return follow("a[rel=up]");
  (hitLinks()[0] ?? main).focus();
  return true;
}

const KEYS = {
  ArrowDown: () => moveFocus(1),
  ArrowUp: () => moveFocus(-1),
  Escape: goBack,
};
const LETTER_KEYS = {
  "/": () => (box.select(), box.focus(), true),
  "?": () => (help.showModal(), true),
  n: () => step("next"),
  p: () => step("prev"),
};

function handleKey(event) {
  const isField = event.target.matches("input, textarea, select");
  if (help.open || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const action = KEYS[event.key] ?? (letters.checked && !isField && LETTER_KEYS[event.key]);
  if (action && action()) event.preventDefault();
}

// Loads the part of a long document that contains the place in the address.
function loadPart() {
  const place = location.hash.slice(1);
  const address = new URL(location);
  const isElsewhere = document.querySelector(".parts") && !document.getElementById(place);
  if (!isElsewhere || !/^[Lc]\d+$/.test(place) || address.searchParams.get("at") === place) return;
  address.searchParams.set("at", place);
  location.replace(address);
}

// Tells screen readers the number of results.
function announce() {
  announcement.textContent = main.querySelector(".summary")?.innerText ?? "";
}

// Results while typing: the page that Enter would load replaces the main part of this page. The
// question and the focus stay. All that is typed on one page makes one entry of the history.
const typing = {
  debounceTimer: 0,
  settledTimer: 0,
  request: null,
  shownAddress: currentAddress(),
  hasHistoryEntry: false,
  isFast: true,
  failure: "",
};

function handleInput(event) {
  stopTyping();
  if (!typing.isFast || !main.hasAttribute("data-live") || event.isComposing) return;
  typing.debounceTimer = setTimeout(showTypedResults, DEBOUNCE_MS);
}

function stopTyping() {
  clearTimeout(typing.debounceTimer);
  clearTimeout(typing.settledTimer);
  typing.request?.abort();
}

const typedAddress = () => `/?${new URLSearchParams(new FormData(box.form))}`;

// Submits the question. If typing has made an entry of the history, the results replace this entry.
function handleSubmit(event) {
  stopTyping();
  storeSubmitted();
  if (!typing.hasHistoryEntry) return;
  event.preventDefault();
  location.replace(typedAddress());
}

async function showTypedResults() {
  if (!box.value.trim()) return showVerdict();
  const isShown = typedAddress() === typing.shownAddress && !typing.failure;
  if (isShown || (await fetchResults(typedAddress()))) {
    typing.settledTimer = setTimeout(settle, SETTLED_MS);
  } else if (hasLeftQuestion()) showVerdict();
}

function showVerdict() {
  main.querySelector(".verdict")?.classList.remove("unsettled");
}

function settle() {
  showVerdict();
  announce();
}

// Fetches and shows results. Returns whether there is something new to announce.
async function fetchResults(address) {
  const { signal } = (typing.request = new AbortController());
  let answer, html;
  try {
    answer = await fetch(address, { signal });
    html = await answer.text();
  } catch {
    // The request was aborted for a newer question, or the server cannot be reached.
    if (signal.aborted || hasLeftQuestion()) return false;
    return showFailure("The server does not answer.");
  }
  const duration = /search;dur=([\d.]+)/.exec(answer.headers.get("Server-Timing"));
  typing.isFast = !duration || Number(duration[1]) <= MAX_SEARCH_MS;
  if (hasLeftQuestion()) return false;
  if (answer.status >= 500) return showFailure("The server could not answer this question.");
  replaceMain(new DOMParser().parseFromString(html, "text/html"));
  // The verdict on an unfinished question says nothing about the documents.
  main.querySelector(".verdict")?.classList.add("unsettled");
  history[typing.hasHistoryEntry ? "replaceState" : "pushState"](null, "", address);
  typing.hasHistoryEntry = true;
  typing.shownAddress = address;
  typing.failure = "";
  return true;
}

// If the focus has left the question, new results would move the text that is being read.
const hasLeftQuestion = () => document.activeElement !== box;

// Says that the results belong to the previous question. Returns whether the message is new.
function showFailure(message) {
  if (typing.failure === message) return false;
  const notice = typing.failure && main.querySelector(".summary .notice");
  typing.failure = message;
  if (notice) notice.firstChild.data = message;
  else addNotice(message);
  return true;
}

function addNotice(message) {
  const summary = main.querySelector(".summary");
  const notice = document.createElement(summary ? "h1" : "p");
  notice.className = "notice";
  notice.textContent = message;
  if (summary) {
    const question = document.createElement("bdi");
    question.textContent = new URL(typing.shownAddress, location).searchParams.get("q");
    notice.append(" These are the results of “", question, "”.");
    summary.replaceChildren(notice);
  } else {
    const newSummary = document.createElement("div");
    newSummary.className = "summary";
    newSummary.append(notice);
    main.prepend(newSummary);
  }
}

function replaceMain(page) {
  const newMain = page.querySelector("main");
  document.title = page.title;
  document.querySelector("header").className = page.querySelector("header").className;
  main.className = newMain.className;
  main.replaceChildren(...newMain.childNodes);
}

letters.checked = load(LETTERS_KEY, true) !== false;
letters.addEventListener("change", () => store(LETTERS_KEY, letters.checked));
document.addEventListener("keydown", handleKey);
document.querySelector("#show-help").addEventListener("click", () => help.showModal());
document.querySelector("#show-help").hidden = false;
document.querySelector("#clear-recent")?.addEventListener("click", () => {
  store(RECENT_KEY, []);
  showRecentQuestions();
  box.focus();
});
box.addEventListener("input", handleInput);
box.addEventListener("compositionend", handleInput);
box.form.addEventListener("submit", handleSubmit);
main.addEventListener("click", storeOpenedHit);
addEventListener("hashchange", loadPart);
addEventListener("popstate", () => currentAddress() !== typing.shownAddress && location.reload());
storeQuestion();
showRecentQuestions();
focusQuestion();
focusOpenedHit();
loadPart();
announce();
