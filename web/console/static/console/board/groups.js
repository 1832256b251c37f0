/* Which rows stand together: by where the day starts, by skill, or all in one. */

/** Return [{group, label, technicians}] in order; label "" when there are no groups. */
export function grouped(store, pieces) {
  const { group } = store.filter;
  const shown = [...store.technicians.values()].filter((one) => store.knows(one)).sort(byPresence);
  if (group === "area") return byArea(shown, pieces);
  if (group === "skill") return bySkill(shown, store);
  return shown.length ? [{ group: "", label: "", technicians: shown }] : [];
}

/** Who works stands above who does not; then as they came. */
function byPresence(a, b) {
  return Number(!a.spans.length) - Number(!b.spans.length);
}

function byArea(technicians, pieces) {
  return ["c", "n", "e", "s", "w", ""]
    .map((area) => ({
      group: `area-${area}`,
      label: pieces.word(`area_${area || "unknown"}`),
      technicians: technicians.filter((one) => one.area === area),
    }))
    .filter((one) => one.technicians.length);
}

/** Everybody stands once: under the skill that fewest others have. */
function bySkill(technicians, store) {
  const many = new Map();
  for (const one of technicians) for (const skill of one.skills) many.set(skill, (many.get(skill) ?? 0) + 1);
  const found = new Map();
  for (const one of technicians) {
    const rarest = [...one.skills].sort((a, b) => many.get(a) - many.get(b) || a - b)[0] ?? "";
    if (!found.has(rarest)) found.set(rarest, []);
    found.get(rarest).push(one);
  }
  const named = [...found].map(([skill, people]) => ({
    group: `skill-${skill}`,
    label: store.view.skills[skill] ?? "–",
    technicians: people,
  }));
  return named.sort((a, b) => a.label.localeCompare(b.label));
}
