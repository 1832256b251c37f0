/* When something has been drawn. */

const HIDDEN = 400; // ms: a tab that nobody looks at draws no frames

/** Done once the next frame has been drawn; a tab that nobody looks at waits for somebody. */
export function drawn() {
  return new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel(); // what is posted in a frame is heard after it has been drawn
    port1.onmessage = done;
    port2.postMessage(0);
  }));
}

/** The same, or a moment later where nobody looks. */
export function painted() {
  return Promise.race([drawn(), new Promise((done) => setTimeout(done, HIDDEN))]);
}
