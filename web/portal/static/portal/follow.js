/* Looks every half minute whether something has changed, and shows it. Quiet while nobody looks at the page. */

const EVERY = 30_000;
const box = document.getElementById("now");

/** Ask for the part that changes; an answer without a body means that it has not. Failing is no news either. */
export async function look() {
  if (!box || document.hidden || box.contains(document.activeElement)) return;
  try {
    const answer = await fetch(`?have=${box.dataset.stamp}`, { credentials: "same-origin" });
    if (answer.status === 404 || answer.status === 410) location.reload();
    if (answer.status !== 200) return;
    const html = await answer.text();
    box.dataset.stamp = answer.headers.get("X-Stamp") || "";
    box.innerHTML = html;
    const head = box.querySelector("h1");
    if (head) document.title = document.title.replace(/^.* · /, `${head.textContent} · `);
  } catch {
    // No signal: the page stays as it was, with the time it is from.
  }
}

setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
