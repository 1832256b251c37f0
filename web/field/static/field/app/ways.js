// @ts-check
/* The way to a customer, in whichever map the phone has. Maps of China reckon in their own datum: their links say so. */

import { h } from "./build.js";

/** The maps a phone may have, each with its address: word and link. None where nobody knows the place. @param {any} address @returns {[string, string][]} */
export function ways({ lat, lng, full }) {
  if (lat === null) return [];
  const name = encodeURIComponent(full);
  return [
    ["day.map_geo", `geo:${lat},${lng}?q=${lat},${lng}(${name})`],
    ["day.map_apple", `https://maps.apple.com/?daddr=${lat},${lng}`],
    ["day.map_google", `https://www.google.com/maps/dir/?api=1&destination=${lat},${lng}`],
    ["day.map_amap", `https://uri.amap.com/navigation?to=${lng},${lat},${name}&mode=car&coordinate=wgs84`],
    ["day.map_baidu", `https://api.map.baidu.com/marker?location=${lat},${lng}&title=${name}&content=${name}&coord_type=wgs84&output=html`],
    ["day.map_tencent", `https://apis.map.qq.com/uri/v1/routeplan?type=drive&to=${name}&tocoord=${lat},${lng}&coord_type=1`],
  ];
}

/** @param {any} app @param {any} address */
export function choose(app, address) {
  const here = ways(address);
  const sheet = h("dialog.dialog.app-sheet", { "aria-label": app.words("day.navigate") },
    here.length ? null : h("p.note", {}, app.words("day.no_place")),
    here.map(([word, href]) => h("a.button.wide", { href, rel: "noreferrer", target: href.startsWith("geo:") ? null : "_blank" }, app.words(word))),
    h("button.button.bare.wide", { onclick: () => sheet.close() }, app.words("shell.close")));
  sheet.addEventListener("close", () => sheet.remove());
  document.body.append(sheet);
  sheet.showModal();
}
