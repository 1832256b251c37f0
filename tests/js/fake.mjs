// What the phone's modules find in a browser, for node: a database, and a server that loses what a test wants lost.
import "fake-indexeddb/auto";

export const app = new URL("../../web/field/static/field/app/", import.meta.url);

/** A server that takes acts once per key, and breaks as `faults` says: one of "cut", "lost", 503, 401 … per request. */
export class Server {
  constructor(faults = []) {
    this.faults = [...faults];
    this.taken = []; // {order, verb, values, key}
    this.answers = new Map();
    this.asked = 0;
    this.photos = new Map();
    this.refusePhoto = null;
    this.refuse = () => null;
    this.fetch = this.fetch.bind(this);
  }

  async fetch(url, { headers, body }) {
    this.asked += 1;
    const fault = this.faults.shift();
    if (fault === "cut") throw new TypeError("network");
    if (typeof fault === "number") return said(fault, fault === 403 ? { code: "csrf" } : {}, { "Retry-After": "0" });
    const answer = url.includes("/photos/") ? this.#photo(headers, body) : this.#act(url, headers, JSON.parse(body));
    if (fault === "lost") throw new TypeError("network");
    return answer;
  }

  #photo(headers, form) {
    const key = headers["Idempotency-Key"];
    if (this.refusePhoto) return said(this.refusePhoto.status, this.refusePhoto);
    if (!this.photos.has(key)) this.photos.set(key, { id: this.photos.size + 1, file: form.get("file") });
    return said(201, { id: this.photos.get(key).id });
  }

  #act(url, headers, { values, unseen }) {
    const [, order, verb] = url.match(/orders\/(\d+)\/(\w+)\//);
    const key = headers["Idempotency-Key"];
    if (this.answers.has(key)) return said(200, { ...this.answers.get(key), replayed: true });
    const why = this.refuse({ order: Number(order), verb, values, unseen });
    if (why) return said(why.status, why);
    this.taken.push({ order: Number(order), verb, values, key });
    const answer = { answer: {}, replayed: false };
    this.answers.set(key, answer);
    return said(200, answer);
  }
}

function said(status, body, headers = {}) {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
}

export const URLS = { send: "/field/app/orders/0/VERB/", photos: "/api/v1/orders/0/photos/" };

/** Wait until it is so; fail when it takes too long. */
export async function until(so, ms = 20_000) {
  const end = Date.now() + ms;
  while (!(await so())) {
    if (Date.now() > end) throw new Error("it did not come");
    await new Promise((done) => setTimeout(done, 5));
  }
}
