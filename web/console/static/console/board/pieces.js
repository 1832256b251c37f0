/* What the page brings for the board: <template>s to clone, words, how states look. */

/** Read from <template id="board-pieces">, <template id="board-words"> and the JSON of looks. */
export class Pieces {
  constructor() {
    this.templates = new Map();
    for (const node of document.getElementById("board-pieces").content.children) this.templates.set(node.dataset.piece, node);
    this.words = new Map();
    for (const node of document.getElementById("board-words").content.children) this.words.set(node.dataset.word, node.textContent.trim());
    const { icons, states } = JSON.parse(document.getElementById("board-looks").textContent);
    this.icons = icons;
    this.states = states;
  }

  /** A fresh copy of a piece. */
  clone(name) {
    const node = this.templates.get(name).cloneNode(true);
    node.removeAttribute("data-piece");
    return node;
  }

  /** A sentence with {facts} put in; "" when there is none of that name. */
  word(name, facts = {}) {
    return (this.words.get(name) ?? "").replace(/\{(\w+)\}/g, (_, key) => facts[key] ?? "");
  }

  /** {class, shape, label} of a state. */
  look(state) {
    return this.states[state] ?? { class: "state-ready", shape: "s-ring", label: state };
  }
}
