/* Copying needs a secure page; where it can't be done the button is not shown.
   <button data-copy="text" hidden><span>Copy</span><span class="copied" hidden>Copied</span></button> */

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.querySelector(".copied").hidden = false;
    button.querySelector("span").hidden = true;
  });
}
