/* Sentences of a part of the board, from its <template id="…"> of [data-word] lines, so that they are translated. */

/** Return a function (name, facts) → the sentence with {facts} put in; "" when the page has none of that name. */
export function pool(id) {
  const words = new Map();
  for (const line of document.getElementById(id)?.content.querySelectorAll("[data-word]") ?? []) {
    words.set(line.dataset.word, line.textContent.trim());
  }
  return (name, facts = {}) => (words.get(name) ?? "").replace(/\{(\w+)\}/g, (_, key) => facts[key] ?? "");
}
