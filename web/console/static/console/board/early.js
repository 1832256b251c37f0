/* Before the board has its modules and data: what is pressed on the toolbar is held back, and pressed once they are there. */

(() => {
  const GIVE_UP = 15_000; // ms: then the modules did not come, and the browser may do what it likes
  const since = performance.now();
  let pressed = null;

  /* The sheet of keys comes with the keys themselves, which are read last. */
  function begun(button) {
    const board = document.getElementById("board");
    const there = button?.hasAttribute("data-open-keys") ? board?.dataset.ready : board?.app?.store.view;
    return Boolean(there) || performance.now() - since > GIVE_UP;
  }

  function hold(event) {
    const button = event.target.closest?.("#board-tools button");
    if (!button || begun(button)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed?.removeAttribute("aria-busy");
    pressed = button; // pressed twice it is meant once
    button.setAttribute("aria-busy", "true");
  }

  function look() {
    if (pressed && begun(pressed)) {
      const button = pressed;
      pressed = null;
      button.removeAttribute("aria-busy");
      button.click();
    }
    if (document.getElementById("board")?.dataset.ready || performance.now() - since > GIVE_UP) document.removeEventListener("click", hold, true);
    else setTimeout(look, 30);
  }

  document.addEventListener("click", hold, true);
  look();
})();
