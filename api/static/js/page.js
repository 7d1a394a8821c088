// What every page does: takes the focus where it belongs, folds facets on a phone, keeps the theme.

const root = document.documentElement;
root.classList.add("scripts");

const first = document.querySelector(".error-summary[data-focus]")
  ?? document.querySelector("[autofocus]")
  ?? document.querySelector("[data-focus]");
first?.focus();

if (matchMedia("(max-width: 59.99rem)").matches) {
  for (const facets of document.querySelectorAll("details.facets[open]")) facets.open = false;
}

// A second press while the first request is on its way would only repeat it.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 3000);
});

for (const group of document.querySelectorAll("[data-theme-choice]")) {
  const show = () => {
    for (const button of group.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === (root.dataset.theme ?? "")));
    }
  };
  group.hidden = false;
  show();
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.value) root.dataset.theme = button.value;
    else delete root.dataset.theme;
    const age = button.value ? 31536000 : 0;
    document.cookie = `theme=${button.value}; path=/; max-age=${age}; samesite=lax`;
    show();
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
