// Asks in a dialog before a form marked data-confirm="<id of the dialog>" is sent.
// Without this script the server asks the same on a page of its own.

document.addEventListener("submit", (event) => {
  const dialog = document.getElementById(event.target.dataset?.confirm ?? "");
  if (!dialog?.showModal) return;
  event.preventDefault();
  dialog.showModal();
}, true);

document.addEventListener("click", (event) => {
  const dialog = event.target.closest?.("dialog");
  if (!dialog) return;
  if (event.target === dialog || event.target.closest("[data-dialog-close]")) dialog.close();
});
