// Copies what a button marked data-copy holds, and says so on the button.

const SHOWN_MS = 2500;

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.querySelector("[data-copy-label]");
    const before = button.dataset.label ?? label.textContent;
    button.dataset.label = before;
    label.textContent = button.dataset.copied;
    setTimeout(() => { label.textContent = before; }, SHOWN_MS);
  });
}
