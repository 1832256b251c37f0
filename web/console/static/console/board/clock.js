/* The board counts minutes from its midnight; people read and type the outlet's clock. This goes between the two. */

const MADE = new Map();

function formatter(zone, options) {
  const key = `${zone} ${JSON.stringify(options)}`;
  if (!MADE.has(key)) {
    const language = document.documentElement.lang || "en";
    MADE.set(key, new Intl.DateTimeFormat(options.weekday ? language : "en-GB", { timeZone: zone, hourCycle: "h23", ...options }));
  }
  return MADE.get(key);
}

/** The moment (ms) at which a minute of the view begins. */
export const momentOf = (view, minute) => (view.from + minute * 60) * 1000;

const TIME = { hour: "2-digit", minute: "2-digit" };

/** Make what says a time of this zone: the first one takes a browser longer than thousands of times said. */
export function warm(zone) {
  if (zone) formatter(zone, TIME).format(0);
}

const SAID = new WeakMap(); // view → minute → words: hundreds of bars say the same few times

/** The minute of the view that a moment (ms) is. */
export function minuteOf(view, moment = Date.now()) {
  return (moment / 1000 - view.from) / 60;
}

/** A minute of the view as HH:MM on the outlet's clock. */
export function clock(view, minute) {
  if (!SAID.has(view)) SAID.set(view, new Map());
  const said = SAID.get(view);
  const whole = Math.round(minute);
  if (!said.has(whole)) {
    said.set(whole, formatter(view.zone, TIME).format(momentOf(view, whole)));
  }
  return said.get(whole);
}

/** The same with the day of the week, where the view has more than one day or the minute lies outside it. */
export function dayClock(view, minute) {
  if (view.days === 1 && minute >= 0 && minute < 1440) return clock(view, minute);
  const day = formatter(view.zone, { weekday: "short", day: "numeric", month: "numeric" }).format(momentOf(view, minute));
  return `${day} ${clock(view, minute)}`;
}

/** A minute of the view as {date: "2026-11-23", time: "10:05"}, as date and time fields hold it. */
export function fieldsOf(view, minute) {
  const [date, time] = local(view.zone, momentOf(view, minute));
  return { date, time };
}

function local(zone, moment) {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  const parts = Object.fromEntries(formatter(zone, options).formatToParts(moment).map((part) => [part.type, part.value]));
  return [`${parts.year}-${parts.month}-${parts.day}`, `${parts.hour}:${parts.minute}`];
}

/** The minute of the view of a local date and time; NaN when they don't read. Where clocks go forward, the time after. */
export function minuteFrom(view, date, time) {
  const wanted = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(wanted)) return NaN;
  let moment = wanted;
  for (let turn = 0; turn < 3; turn += 1) {
    const [day, hour] = local(view.zone, moment);
    moment += wanted - Date.parse(`${day}T${hour}:00Z`);
  }
  return (moment / 1000 - view.from) / 60;
}

/** A day (YYYY-MM-DD), or `days` of them from there, in the page's language: "Monday, November 23". */
export function longDay(day, days = 1) {
  const how = days > 1 ? { month: "long", day: "numeric" } : { weekday: "long", month: "long", day: "numeric" };
  const words = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: "UTC", ...how });
  const first = Date.parse(day);
  return days > 1 ? words.formatRange(first, first + (days - 1) * 86_400_000) : words.format(first);
}
