/* Before the board has its modules and data: what is pressed on the toolbar is held back, and pressed once they are there. */

(() => {
  const GIVE_UP = 15_000; // ms: then the modules did not come, and the browser may do what it likes
  const since = performance.now();
  let pressed = null;

  const begun = () => Boolean(document.getElementById("board")?.app?.store.view) || performance.now() - since > GIVE_UP;

  function hold(event) {
    const button = event.target.closest?.("#board-tools button");
    if (!button || begun()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = button; // pressed twice it is meant once
    button.setAttribute("aria-busy", "true");
  }

  function look() {
    if (!begun()) {
      setTimeout(look, 30);
      return;
    }
    document.removeEventListener("click", hold, true);
    pressed?.removeAttribute("aria-busy");
    pressed?.click();
  }

  document.addEventListener("click", hold, true);
  look();
})();
