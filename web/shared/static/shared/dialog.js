/* Dialogs and menus. <button data-opens="id"> opens <dialog id>; [data-closes] inside closes it.
   A link with data-opens still works without script. An htmx answer put into a dialog opens it. */

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (!dialog) return;
    event.preventDefault();
    if (!dialog.open) dialog.showModal();
    return;
  }
  const closer = event.target.closest?.("[data-closes]");
  const around = closer?.closest("dialog");
  if (around) {
    event.preventDefault();
    around.close();
    return;
  }
  // A click on the backdrop closes, unless something was typed: that would be lost.
  if (event.target instanceof HTMLDialogElement && !touched(event.target)) event.target.close();
});

/** True if a control in a dialog no longer holds what it was drawn with. */
function touched(dialog) {
  return [...dialog.querySelectorAll("input, textarea, select")].some((control) => {
    if (control.type === "hidden") return false;
    if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
    if (control.options) {
      const first = [...control.options].findIndex((option) => option.defaultSelected);
      return control.selectedIndex !== Math.max(0, first);
    }
    return control.value !== control.defaultValue;
  });
}

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target.closest?.("dialog");
  if (!dialog || dialog.open || !dialog.isConnected) return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus(); // where the focus comes back to
    menu.open = false;
  }
  dialog.showModal();
});

/* A link that acts as a button answers to the space bar as well. */
document.addEventListener("keydown", (event) => {
  if (event.key !== " " || !event.target.matches?.('a[role="button"]')) return;
  event.preventDefault();
  event.target.click();
});

/* Menus close by a click elsewhere and by Escape, which gives the focus back. */
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
