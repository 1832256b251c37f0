// @ts-check
/* The way to a customer, in whichever map the phone has. Maps of China reckon in their own datum: their links say so. */

import { h } from "./build.js";

/** @param {any} app @param {any} address */
export function choose(app, address) {
  const { lat, lng } = address;
  const name = encodeURIComponent(address.full);
  const here = lat === null ? [] : [
    [app.words("day.map_geo"), `geo:${lat},${lng}?q=${lat},${lng}(${name})`],
    [app.words("day.map_apple"), `https://maps.apple.com/?daddr=${lat},${lng}`],
    [app.words("day.map_google"), `https://www.google.com/maps/dir/?api=1&destination=${lat},${lng}`],
    [app.words("day.map_amap"), `https://uri.amap.com/navigation?to=${lng},${lat},${name}&mode=car&coordinate=wgs84`],
    [app.words("day.map_baidu"), `https://api.map.baidu.com/marker?location=${lat},${lng}&title=${name}&content=${name}&coord_type=wgs84&output=html`],
    [app.words("day.map_tencent"), `https://apis.map.qq.com/uri/v1/routeplan?type=drive&to=${name}&tocoord=${lat},${lng}&coord_type=1`],
  ];
  const sheet = h("dialog.dialog.app-sheet", { "aria-label": app.words("day.navigate") },
    here.length ? null : h("p.note", {}, app.words("day.no_place")),
    here.map(([label, href]) => h("a.button.wide", { href, rel: "noreferrer", target: href.startsWith("geo:") ? null : "_blank" }, label)),
    h("button.button.bare.wide", { onclick: () => sheet.close() }, app.words("shell.close")));
  sheet.addEventListener("close", () => sheet.remove());
  document.body.append(sheet);
  sheet.showModal();
}
