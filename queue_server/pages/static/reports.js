// /reports: figures of days and the appraisal, to be read, printed and taken along. Nothing here is live but the clock.

import { ask } from "./ask.js";
import { clock, stamp } from "./clock.js";
import { DayField } from "./day.js";
import { Feed } from "./feed.js";
import { Condition, Connection, draw, hallName, html, LanguageSwitch, leave, me, Person, run } from "./page.js";
import { paper } from "./paper.js";
import { Taken, Waits } from "./reports/chart.js";
import { asked, length, spans, to } from "./reports/span.js";
import { columns, shown, Table } from "./reports/table.js";
import { Opening, refused, SignIn, WrongDoor } from "./signin.js";
import { name, say, spoken } from "./words.js";

const ROLES = ["manager", "supervisor", "admin", "auditor"];
const KEEPERS = ["admin", "auditor"];
const BY = {
  period: ["zones", "departments", "services", "windows", "clerks", "hours", "days"],
  appraisal: ["departments", "windows", "clerks"],
};
const CARDS = ["taken", "served", "missed", "wait_median_min", "wait_p90_min", "kept_share", "content_share", "rated_share"];

const state = { feed: null, report: null, of: null, fault: null, busy: null, missed: null, from: null, to: null };

function today() {
  return stamp(state.feed.now()).slice(0, 10);
}

/** What is asked for; without days in the address those of today. */
function wanted() {
  const found = asked();
  const day = today();
  const by = BY[found.kind].includes(found.by) ? found.by : BY[found.kind][0];
  return { ...found, by, from: found.from ?? day, to: found.to ?? day };
}

/** Another choice; the same one once more is counted anew. */
function go(change) {
  const next = to({ ...wanted(), ...change });
  if (next === location.hash) again();
  else location.hash = next;
}

/** Have the report that the address names, unless it is here or on its way. */
async function fetchReport() {
  if (!me.who || !state.feed?.record("floor", "hall")) return;
  const { kind, from, to: until } = wanted();
  const key = `${kind}/${from}/${until}`;
  if ([state.busy, state.of, state.missed].includes(key)) return;
  Object.assign(state, { busy: key, missed: null, fault: null, from, to: until });
  draw();
  try {
    const report = await ask("GET", `/reports/${kind}?from=${from}&to=${until}`);
    if (state.busy !== key) return;
    Object.assign(state, { report: { ...report, kind }, of: key, busy: null });
  } catch (error) {
    if (state.busy !== key) return;
    Object.assign(state, { report: null, of: null, busy: null, fault: error.message, missed: key });
  }
  draw();
}

function again() {
  state.of = state.missed = null;
  fetchReport();
}

function Choice({ from, to: until }) {
  const usual = spans(today());
  const submit = (event) => {
    event.preventDefault();
    go({ from: state.from, to: state.to < state.from ? state.from : state.to });
  };
  return html`<section class="choice" aria-label=${say("choice")}>
    <div class="usual">${Object.entries(usual).map(([key, [first, last]]) => html`<button type="button" key=${key} class="secondary" aria-pressed=${first === from && last === until ? "true" : "false"} onClick=${() => go({ from: first, to: last })}>${say(`span_${key}`)}</button>`)}</div>
    <form class="days" onSubmit=${submit}>
      <label><span>${say("from")}</span><${DayField} name=${say("from")} last=${today()} value=${state.from ?? from} set=${(chosen) => { state.from = chosen; }} /></label>
      <label><span>${say("to")}</span><${DayField} name=${say("to")} value=${state.to ?? until} set=${(chosen) => { state.to = chosen; }} /></label>
      <button class="primary">${say("show")}</button>
    </form>
  </section>`;
}

/** To be taken along: what is shown, as files and on paper. */
function Take({ kind, from, to: until }) {
  const file = (form) => `/api/v1/reports/${kind}/${form}?from=${from}&to=${until}`;
  return html`<div class="take">
    <a class="button secondary" href=${file("xlsx")} download>${say("take_xlsx")}</a>
    <a class="button secondary" href=${file("csv")} download>${say("take_csv")}</a>
    <button type="button" class="secondary" onClick=${() => print()}>${say("print")}</button>
  </div>`;
}

function Cards({ whole }) {
  return html`<ul class="cards">${CARDS.map((column) => html`<li key=${column} class="card">
    <span>${say(`col_${column}`)}</span><b>${shown(whole[column], column)}</b></li>`)}</ul>`;
}

function Charts({ report }) {
  const hours = report.hours.map((row) => ({ ...row, short: row.id }));
  const days = report.days.map((row) => ({ ...row, short: row.id.slice(5) }));
  if (!hours.length) return null;
  return html`<div class="charts">
    <${Taken} title=${say("chart_taken_hours")} rows=${hours} /><${Waits} title=${say("chart_waits_hours")} rows=${hours} />
    ${days.length > 1 && html`<${Taken} title=${say("chart_taken_days")} rows=${days} /><${Waits} title=${say("chart_waits_days")} rows=${days} />`}
  </div>`;
}

function Turns({ report: { whole, reasons } }) {
  const found = Object.entries(whole.turns);
  return html`<section class="card turns"><h2>${say("of_turns")}</h2>
    ${found.length ? html`<table><thead><tr><th scope="col">${say("col_reason")}</th><th scope="col">${say("col_count")}</th></tr></thead>
      <tbody>${found.map(([key, count]) => html`<tr key=${key}><th scope="row">${name(reasons[key])}</th><td>${count}</td></tr>`)}</tbody></table>`
      : html`<p class="muted">${say("turns_none")}</p>`}</section>`;
}

function Sentences({ title, texts }) {
  return html`<section class="sentences"><h2>${title}</h2><ol>${texts.map((text, n) => html`<li key=${n}>${name(text)}</li>`)}</ol></section>`;
}

/** Its days, as they are told. */
function spanned({ from, to: until }) {
  return from === until ? from : `${from} – ${until}`;
}

function Report({ report, by, colours }) {
  const sheet = by === "days" ? (row) => `/api/v1/reports/day/${row.id}` : null;
  const tabs = html`<div class="tabs" role="group" aria-label=${say("by")}>${BY[report.kind].map((one) => html`<button type="button" key=${one} class="secondary" aria-pressed=${one === by ? "true" : "false"} onClick=${() => go({ by: one })}>${say(`of_${one}`)}</button>`)}</div>`;
  return html`<p class="made muted">${spanned(report)}${report.over ? "" : ` ${say("not_over")}`} ${report.from === report.to ? "" : ` · ${say("days_of", { count: report.counted, all: length(report.from, report.to) })}`} · ${say("made", { time: `${stamp(Date.parse(report.made_at)).slice(0, 10)} ${clock(Date.parse(report.made_at))}` })}
      ${report.from === report.to && html`<span class="beside"> · <a href=${`/api/v1/reports/day/${report.from}`} target="_blank" rel="noopener">${say("closing")}</a></span>`}</p>
    ${report.kind === "period" ? html`<${Cards} whole=${report.whole} /><${Charts} report=${report} />` : html`<${Sentences} title=${say("formula")} texts=${report.formula} />`}
    <section class="by"><h2>${say(report.kind === "period" ? "figures_by" : "scores_by")}</h2>${tabs}
      ${report[by].length ? html`<${Table} title=${say(`of_${by}`)} rows=${report[by]} groups=${columns(report.kind, by)} colours=${colours} link=${sheet} />` : html`<p class="muted">${say("nothing")}</p>`}
    </section>
    ${report.kind === "period" && html`<${Turns} report=${report} />`}
    <${Sentences} title=${say("definitions")} texts=${report.definitions} />`;
}

function Page() {
  const feed = state.feed;
  const hall = feed.record("floor", "hall");
  if (!hall) return html`<${Opening} />`;
  fetchReport();
  const here = wanted();
  const colours = Object.fromEntries(feed.list("floor", "zone").map((zone) => [zone.letter, zone.colour]));
  const report = state.report?.kind === here.kind ? state.report : null;
  return html`<header class="head">
      <strong class="title">${hallName(hall)}</strong><span class="muted">${say("title")}</span>
      <span class="spring"></span>
      <${Connection} feed=${feed} />
      <${Person} />
      <a class="button plain" href="/floor">${say("see_floor")}</a>
      <a class="button plain" href="/audit">${say("see_audit")}</a>
      ${KEEPERS.includes(me.who.role) && html`<a class="button plain" href="/admin">${say("see_admin")}</a>`}
      <${LanguageSwitch} />
      <button type="button" class="plain" onClick=${leave}>${say("sign_out")}</button>
    </header>
    <${Condition} feed=${feed} />
    <main aria-busy=${state.busy ? "true" : "false"}>
      <div class="first"><h1>${say(`${here.kind}_title`)}</h1>
        <nav aria-label=${say("title")}>${["period", "appraisal"].map((kind) => html`<a key=${kind} href=${to({ ...here, kind, by: null })} aria-current=${kind === here.kind ? "page" : undefined}>${say(`${kind}_title`)}</a>`)}</nav>
        <span class="spring"></span><${Take} ...${here} /></div>
      <${Choice} ...${here} />
      <p class="told" role="status">${state.busy ? say("counting") : ""}</p>
      ${state.fault && html`<p class="band alarm" role="alert">${state.fault} <button type="button" class="secondary" onClick=${again}>${say("again")}</button></p>`}
      ${report && html`<${Report} report=${report} by=${here.by} colours=${colours} />`}
    </main>`;
}

function View() {
  if (!me.asked) return html`<${Opening} />`;
  if (!me.who) return html`<${SignIn} />`;
  if (!ROLES.includes(me.who.role)) return html`<${WrongDoor} to=${{ clerk: "/clerk", steward: "/desk" }[me.who.role] ?? "/floor"} />`;
  return state.feed ? html`<${Page} />` : html`<${Opening} />`;
}

addEventListener("hashchange", draw);
paper(() => {
  if (!state.feed?.filled) return null;
  const here = wanted(); // a report of other days stands there until the one that is asked for has come
  return { hall: state.feed.record("floor", "hall"), of: [say(`${here.kind}_title`), spanned(state.report?.kind === here.kind ? state.report : here)], now: state.feed.now() };
});

run({
  areas: ["reports"],
  title: () => say("title"),
  view: View,
  enter: (who) => {
    if (!ROLES.includes(who.role) || state.feed) return;
    state.feed = new Feed({ topics: ["floor"], language: spoken.language, change: draw, turn: draw, fault: refused });
  },
  left: () => {
    state.feed?.end();
    Object.assign(state, { feed: null, report: null, of: null, fault: null, busy: null, missed: null, from: null, to: null });
  },
  spoke: (language) => state.feed?.speak(language),
});
