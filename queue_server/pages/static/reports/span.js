// Which days: the usual spans, and how they stand in the page's address. Days are ISO texts, reckoned in UTC, where none is short.

const DAY_MS = 24 * 3600 * 1000;

function at(day) {
  return Date.parse(`${day}T00:00:00Z`);
}

function iso(at_ms) {
  return new Date(at_ms).toISOString().slice(0, 10);
}

function plus(day, count) {
  return iso(at(day) + count * DAY_MS);
}

/** How many days lie from one to another, both among them. */
export function length(from, to) {
  return Math.round((at(to) - at(from)) / DAY_MS) + 1;
}

function month(day, back) {
  const [year, number] = day.split("-").map(Number);
  const first = new Date(Date.UTC(year, number - 1 - back, 1));
  const last = new Date(Date.UTC(year, number - back, 0));
  return [iso(first.getTime()), iso(last.getTime())];
}

/** The usual spans, as days `from` and `to`; a week begins on Monday. One that is not over ends today. */
export function spans(today) {
  const monday = plus(today, -((new Date(at(today)).getUTCDay() + 6) % 7));
  const year = today.slice(0, 4);
  return {
    today: [today, today],
    yesterday: [plus(today, -1), plus(today, -1)],
    week: [monday, today],
    last_week: [plus(monday, -7), plus(monday, -1)],
    month: [month(today, 0)[0], today],
    last_month: month(today, 1),
    year: [`${year}-01-01`, today],
  };
}

/** What the page's address asks for: which report of which days, and by what it is told. */
export function asked() {
  const [kind, from, to, by] = location.hash.replace(/^#\/?/, "").split("/");
  const whole = [from, to].every((day) => /^\d{4}-\d\d-\d\d$/.test(day ?? ""));
  return { kind: kind === "appraisal" ? kind : "period", from: whole ? from : null, to: whole ? to : null, by: by || null };
}

/** The address of the page for that. */
export function to({ kind, from, to: until, by }) {
  return `#${[kind, from, until, by].filter(Boolean).join("/")}`;
}
