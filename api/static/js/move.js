// Moves an item of [data-move-list] without loading the page anew: by its buttons, or by Alt and
// an arrow anywhere inside it. The server answers {"revision": ..., "items": [...]} with the rows that
// changed, of a long agenda two; they take their new places, and the focus stays with the item. If anything fails, the form is sent the plain way.
// A long list begins with the chosen item in sight.

const live = document.createElement("p");
live.className = "visually-hidden";
live.setAttribute("aria-live", "polite");
document.body.append(live);

let chain = Promise.resolve();

function place(item) {
  const items = [...item.closest("[data-move-list]").querySelectorAll("[data-move-item]")];
  return { place: items.indexOf(item) + 1, all: items.length };
}

function announce(item) {
  const sentence = item.closest("[data-move-list]").dataset.moved;
  const values = { item: item.querySelector("[data-move]").dataset.move, ...place(item) };
  live.textContent = sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function focusIn(item, was, direction) {
  const buttons = [
    item.querySelector(`button[value="${was === "button" ? direction : "none"}"]:not(:disabled)`),
    was === "button" ? item.querySelector("[data-move] button:not(:disabled)") : null,
    item.querySelector("a"),
    item.querySelector("button:not(:disabled)"),
  ];
  buttons.find(Boolean)?.focus();
}

// Every form of the page goes on from the new state, or it would look like a colleague's change.
function learn(revision) {
  if (!revision) return;
  for (const input of document.querySelectorAll('input[name="revision"]')) input.value = revision;
}

function replace(list, items) {
  const rows = items.map((each) => document.getElementById(each.id));
  for (const row of rows) row.remove();
  for (const [at, each] of items.entries()) {
    const row = rows[at];
    list.insertBefore(row, list.querySelectorAll(":scope > [data-move-item]")[each.place] ?? null);
    row.querySelector(".number").textContent = each.number;
    row.querySelector('button[value="up"]').disabled = each.first;
    row.querySelector('button[value="down"]').disabled = each.last;
    row.classList.remove("depth-1", "depth-2");
    if (each.depth) row.classList.add(`depth-${each.depth}`);
  }
}

async function move(id, direction) {
  const item = document.getElementById(id);
  const form = item?.querySelector("[data-move]");
  const button = form?.querySelector(`button[value="${direction}"]:not(:disabled)`);
  if (!button) return;
  const was = form.contains(document.activeElement) ? "button" : "link";
  try {
    const body = new URLSearchParams(new FormData(form, button));
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body, headers });
    if (!answer.ok) throw new Error(String(answer.status));
    const { revision, items } = await answer.json();
    replace(item.closest("[data-move-list]"), items);
    learn(revision);
  } catch {
    form.dataset.plain = "yes";
    form.requestSubmit(button);
    return;
  }
  const now = document.getElementById(id);
  focusIn(now, was, direction);
  announce(now);
}

function start(item, direction) {
  chain = chain.then(() => move(item.id, direction));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const item = form.closest?.("[data-move-item]");
  if (!item || form.dataset.move === undefined || form.dataset.plain) return;
  event.preventDefault();
  start(item, event.submitter?.value ?? "down");
}, true);

document.addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const item = event.target.closest?.("[data-move-item]");
  if (!item || event.target.matches("input, textarea, select")) return;
  event.preventDefault();
  start(item, event.key === "ArrowUp" ? "up" : "down");
});

const chosen = document.querySelector("[data-move-list] .chosen");
const frame = chosen?.closest("[data-move-frame]");
if (frame) frame.scrollTop = chosen.offsetTop - frame.offsetTop - frame.clientHeight / 3;
