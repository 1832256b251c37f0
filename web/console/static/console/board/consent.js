/* A drop that breaks a promise asks who agreed; one outside the shift asks whether the technician did (H-C2, H-A4). */

import { dayClock } from "./clock.js";
import { nameOf, sentence } from "./words.js";

const ASKS = new Set(["consent", "off_shift"]);

/**
 * Ask what a refusal lacks, if that is all it lacks. Resolves to {consent?, overtime?} to be sent with the same act,
 * to null when the person thought better of it, and to undefined when no word of anybody's would help.
 */
export async function ask(app, order, data, body) {
  const lacks = body.lacks ?? [];
  if (!lacks.length || !lacks.every((lack) => ASKS.has(lack.code))) return undefined;
  const dialog = document.getElementById("hands-ask");
  if (!dialog || dialog.open) return undefined;
  fill(app, dialog, order, data, body);
  const came = new Promise((done) => { dialog.addEventListener("close", () => done(dialog.returnValue), { once: true }); });
  dialog.returnValue = "";
  dialog.showModal();
  (lacks.some((lack) => lack.code === "consent") ? dialog.querySelector("[name=consent]") : dialog.querySelector("[name=overtime]")).focus();
  if ((await came) !== "yes") return null;
  const form = dialog.querySelector("form");
  const wants = (code) => lacks.some((lack) => lack.code === code);
  return {
    ...(wants("consent") ? { consent: form.elements.consent.value.trim() } : {}),
    ...(wants("off_shift") ? { overtime: true } : {}),
  };
}

function fill(app, dialog, order, data, body) {
  const { store } = app;
  const wants = (code) => body.lacks.some((lack) => lack.code === code);
  const form = dialog.querySelector("form");
  form.reset();
  part(dialog, "consent", wants("consent"));
  part(dialog, "shift", wants("off_shift"));
  form.elements.consent.required = wants("consent");
  form.elements.overtime.required = wants("off_shift");
  const technician = store.technicians.get(data.technician)?.name ?? "";
  const minute = (Date.parse(data.starts_at) / 1000 - store.view.from) / 60;
  put(dialog, "what", sentence("ask_what", { order: nameOf(order), technician, time: dayClock(store.view, minute) }));
  put(dialog, "lacks", body.lacks.map((lack) => lack.message).join(" "));
  const customer = body.customer ?? {};
  put(dialog, "customer", customer.name ?? order.customer ?? "");
  const phone = dialog.querySelector("[data-put=phone]");
  phone.textContent = customer.phone ?? "";
  phone.href = customer.phone ? `tel:${customer.phone.replace(/[^\d+]/g, "")}` : "";
  phone.hidden = !customer.phone;
  const chip = dialog.querySelector("[data-chip]");
  chip.textContent = customer.name ?? "";
  chip.hidden = !customer.name;
  chip.onclick = () => { form.elements.consent.value = customer.name; form.elements.consent.focus(); };
}

function part(dialog, name, on) {
  dialog.querySelector(`[data-part=${name}]`).hidden = !on;
}

function put(dialog, name, text) {
  dialog.querySelector(`[data-put=${name}]`).textContent = text;
}

