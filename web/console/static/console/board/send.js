/* One act of the board on its way to the server: sent once, whatever the connection does (H-N3). */

const PATIENCE = 20_000;
const AGAIN_AFTER = 900;

/** A key no other act has; also where the page is not served over HTTPS, and randomUUID is missing. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The token of the session, as the page was given it. */
function token() {
  try {
    return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
  } catch {
    return "";
  }
}

/**
 * Send an act and return what became of it:
 * {kind: "done", body} · {kind: "refused", status, body} (nothing was changed) · {kind: "signed_out"} ·
 * {kind: "lost"}: nobody knows; `key` and `data` sent again are the same act.
 */
export async function send(url, data, key = newKey()) {
  const first = await attempt(url, data, key);
  if (first.kind !== "lost" || !navigator.onLine) return { ...first, key };
  await new Promise((go) => setTimeout(go, AGAIN_AFTER));
  return { ...(await attempt(url, data, key)), key };
}

async function attempt(url, data, key) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token(), "Idempotency-Key": key },
      body: JSON.stringify(data),
      redirect: "manual", // towards the sign-in page: that is no answer
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.type === "opaqueredirect" || answer.status === 401) return { kind: "signed_out" };
    if (answer.status >= 500 || answer.status === 408 || answer.status === 429) return { kind: "lost" };
    const body = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : {};
    return answer.ok ? { kind: "done", body } : { kind: "refused", status: answer.status, body };
  } catch {
    return { kind: "lost" };
  }
}
