// What the page does beyond links and a form: keys, and the last questions. All of it can be done
// without, and nothing leaves the browser.

const QUESTIONS = "wherein.questions";
const LETTERS = "wherein.letters";
const OPENED = "wherein.opened";
const MOST_QUESTIONS = 8;

const box = document.querySelector("#question");
const help = document.querySelector("#help");
const letters = document.querySelector("#letters");
const links = [...document.querySelectorAll(".hit h2 a")];

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
  if (!asked || !links.length || location.pathname !== "/") return;
  const others = questions().filter((one) => one !== asked);
  remember(QUESTIONS, [asked, ...others].slice(0, MOST_QUESTIONS));
}

// Whoever comes back from a document finds the passage again that led there.
function returnToHit() {
  links.forEach((link) =>
    link.addEventListener("click", () => {
      sessionStorage.setItem(OPENED, `${location.search}#${link.closest(".hit").id}`);
    }),
  );
  const [search, id] = (sessionStorage.getItem(OPENED) ?? "").split("#");
  if (links.length && search === location.search) {
    document.getElementById(id)?.querySelector("h2 a").focus();
    sessionStorage.removeItem(OPENED);
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
  const at = hit ? links.indexOf(hit.querySelector("h2 a")) : -1;
  if (!links.length || (at < 0 && document.activeElement !== box)) return false;
  const next = at + by;
  if (next < 0) box.focus();
  else links[Math.min(next, links.length - 1)].focus();
  return true;
}

function step(relation) {
  const here = document.querySelector(".block:target .step");
  return follow(here ? `.block:target .step [rel=${relation}]` : ".step [rel=next]");
}

function leave() {
  if (document.activeElement !== box) return follow("a[rel=up]");
  (links[0] ?? document.querySelector("main")).focus();
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
keepQuestion();
showQuestions();
returnToHit();
