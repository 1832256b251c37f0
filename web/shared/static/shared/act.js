/* Forms that do something: <form data-act>. One press is one act, and nothing typed is ever lost.

   The hidden idempotency_key stays the same while nobody knows whether the server did it (no connection,
   a crash, a time-out), so that pressing again can't do it twice. Once the server has answered, done or
   refused, the next press is a new act and gets a new key. */

const UNKNOWN = new Set([0, 401, 408, 425, 429]);

function say(name) {
  const box = document.getElementById("client-words");
  return box ? (JSON.parse(box.textContent)[name] ?? "") : "";
}

/** A random UUID, also where the page is not served over HTTPS. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Whether an HTTP status says for certain what became of the act. */
export function answered(status) {
  return status < 500 && !UNKNOWN.has(status);
}

function busy(form, on) {
  form.toggleAttribute("data-busy", on);
  for (const button of form.querySelectorAll('button[type="submit"], button:not([type])')) {
    button.disabled = on;
    if (on) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
}

function status(form, text) {
  const box = form.querySelector(".form-status");
  if (box) box.textContent = text;
}

function renew(form) {
  const key = form.elements.namedItem("idempotency_key");
  if (key) key.value = newKey();
}

/* A part of a form that only asks something (a GET) is no act. */
const acting = (event) =>
  event.detail?.requestConfig?.verb === "get" ? null : event.target.closest?.("form[data-act]");

document.addEventListener("submit", (event) => {
  const form = acting(event);
  if (!form) return;
  if (form.hasAttribute("data-busy")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  status(form, "");
  if (form.hasAttribute("hx-post")) return; // htmx:beforeRequest takes over
  if (!navigator.onLine) {
    event.preventDefault();
    status(form, say("offline"));
    return;
  }
  // After this turn, so that the pressed button's own name and value are still sent.
  setTimeout(() => event.defaultPrevented || busy(form, true));
}, true);

/* Back from the next page by the browser's memory: the form is usable again, and its key stays: the
   same press twice is still one act. */
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-act][data-busy]")) busy(form, false);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = acting(event);
  if (form) busy(form, true);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = acting(event);
  if (!form) return;
  busy(form, false);
  const code = event.detail.xhr?.status ?? 0;
  if (answered(code)) renew(form);
});

/* Done, and the answer is another whole page: go there. If that page is the sign-in, stay and say so. */
function wholePage(event) {
  const { xhr } = event.detail;
  const form = event.detail.requestConfig?.elt?.closest?.("form[data-act]");
  if (!form || xhr.status >= 400 || !/^\s*<!doctype html/i.test(xhr.responseText)) return false;
  event.detail.shouldSwap = false;
  const signIn = document.body.dataset.signIn;
  const there = new URL(xhr.responseURL, location.href);
  if (signIn && there.pathname === signIn) status(form, say("signed_out"));
  else location.assign(there);
  return true;
}

/* A refusal as a page is shown in place of the form. A refusal as JSON is said beside the button. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (wholePage(event)) return;
  if (xhr.status < 400 || (xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/html")) return;
  event.detail.shouldSwap = false;
  const form = event.detail.requestConfig?.elt?.closest?.("form[data-act]");
  if (!form) return;
  try {
    const problem = JSON.parse(xhr.responseText);
    status(form, problem.detail ?? problem.title ?? say("failed"));
  } catch {
    status(form, say("failed"));
  }
});

function failed(event) {
  const code = event.detail.xhr?.status ?? 0;
  if ([400, 409, 422].includes(code)) return;
  const text = say({ 0: "offline", 401: "signed_out", 403: "refused", 413: "too_large", 429: "slow_down" }[code] ?? "failed");
  const form = acting(event);
  if (form) status(form, text);
  else toast(text);
}

document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:timeout", failed);

/** Say something briefly at the foot of the page. */
export function toast(text, tone = "error") {
  const box = document.getElementById("toasts");
  if (!box || !text) return;
  const note = document.createElement("div");
  note.className = `note ${tone}`;
  note.textContent = text;
  box.replaceChildren(note);
  setTimeout(() => note.remove(), 8000);
}

/* Done without leaving the page (HX-Trigger: acted): close the form, say so, and empty what was typed for it. */
document.addEventListener("acted", (event) => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  event.target.closest?.("form")?.reset();
  toast(event.detail.message, "success");
});

/* What arrives and needs attention gets the focus: a refusal, or the first wrong field. */
function attend(root) {
  const wrong = root.querySelector?.("[data-focus], [aria-invalid='true']");
  if (wrong) wrong.focus({ preventScroll: false });
}

document.addEventListener("htmx:afterSettle", (event) => {
  if ((event.detail.xhr?.status ?? 200) >= 400) attend(event.detail.elt);
});
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => attend(document));
else attend(document);
