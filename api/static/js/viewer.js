// Turns a document's pages by keys, and fetches the next page's picture while this one is read.

const links = { ArrowLeft: "prev", PageUp: "prev", ArrowRight: "next", PageDown: "next" };

// Arrows belong to whoever types, and to a picture that is wider than the screen.
const isTaken = (event) =>
  event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey
  || event.target.closest("input, select, textarea, dialog")
  || (event.key.startsWith("Arrow") && document.querySelector(".page-picture.enlarged"));

// Page keys scroll until there is nothing more to see.
const isAtEdge = (relation) => {
  const { scrollTop, scrollHeight, clientHeight } = document.documentElement;
  return relation === "prev" ? scrollTop <= 1 : scrollTop + clientHeight >= scrollHeight - 1;
};

document.addEventListener("keydown", (event) => {
  const relation = links[event.key];
  if (!relation || isTaken(event)) return;
  if (event.key.startsWith("Page") && !isAtEdge(relation)) return;
  const link = document.querySelector(`main a[rel="${relation}"]`);
  if (!link) return;
  event.preventDefault();
  location.assign(link.href);
});

const next = document.querySelector("script[data-next]")?.dataset.next;
if (next) addEventListener("load", () => { new Image().src = next; });
