/* Light or dark: the device decides until a person does. The choice is kept under the key that the admin uses too. */

const KEY = "theme";
const CHOICES = ["auto", "light", "dark"];

/** The choice kept on this device; "auto" where there is none or storage is closed to us. */
export function chosen() {
  try {
    const kept = localStorage.getItem(KEY);
    return CHOICES.includes(kept) ? kept : "auto";
  } catch {
    return "auto";
  }
}

/** Show the page in a theme and mark the button of the choice. */
export function apply(theme) {
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}

/** Keep a choice and show it. */
export function choose(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A closed storage only means that the choice lasts for this page.
  }
  apply(theme);
}

apply(chosen());
document.addEventListener("DOMContentLoaded", () => apply(chosen()));
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-theme-choice]");
  if (button) choose(button.dataset.themeChoice);
});
window.addEventListener("storage", (event) => {
  if (event.key === KEY) apply(chosen());
});
