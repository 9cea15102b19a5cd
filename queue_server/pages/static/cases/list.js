// The register: filters, a search by number or name, and one line for each case, the most urgent first.

import { clock, day } from "/static/clock.js";
import { draw, html, Letter } from "/static/page.js";
import { say, spoken } from "/static/words.js";
import { open } from "./deed.js";
import { all, chosen, choose, clerkName, enters, serviceName, state, zoneOf } from "./state.js";

export const FILTERS = ["open", "late", "to_verify", "rectifying", "answered", "appealed", "closed"];
const KEEP = { open: (one) => one.state !== "closed", late: (one) => one.overdue };

function kept(filter) {
  return KEEP[filter] ?? ((one) => one.state === filter);
}

/** Whether a case is among those that are listed now. */
export function fits(one) {
  const wanted = state.text.trim().toLowerCase();
  const said = `${one.number} ${clerkName(one)} ${one.clerk ?? ""} ${serviceName(one)} ${one.window ?? ""}`.toLowerCase();
  return kept(state.filter)(one) && (!wanted || said.includes(wanted));
}

/** Go to the next case of the list, or to the one before. */
export function step(by) {
  const shown = all().filter(fits);
  if (!shown.length) return;
  const at = shown.findIndex((one) => one.id === chosen());
  const next = shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(at + by, 0), shown.length - 1)];
  choose(next.id);
  requestAnimationFrame(() => document.querySelector(`[data-case="${next.id}"]`)?.focus());
}

/** How many stars of five, or that it is a complaint. */
export function Stars({ one }) {
  if (!one.level) return html`<span class="tag">${say("complaint")}</span>`;
  return html`<span class="stars"><span aria-hidden="true">${"★".repeat(one.level)}${"☆".repeat(5 - one.level)}</span><span class="unseen">${say(`level_${one.level}`)}</span></span>`;
}

/** A deadline in words; midnight is the end of the day before it. */
function deadline(at) {
  const midnight = clock(at) === "00:00";
  return { day: day(midnight ? at - 1 : at, spoken.language), time: midnight ? "24:00" : clock(at) };
}

/** When a case is due and how long that is, with a sign that says it without its colour. */
export function Due({ one, long }) {
  if (one.state === "closed") return html`<span class="due">${one.verdict ? say(`verdict_${one.verdict}`) : ""}</span>`;
  if (!one.due) return html`<span class="due muted">${say("due_none")}</span>`;
  const until = deadline(Date.parse(one.due));
  const hurts = one.overdue ? "alarm" : one.days_left <= 0 ? "warn" : "";
  const late = one.days_left < 0 ? say(one.days_left === -1 ? "left_late_one" : "left_late", { days: -one.days_left }) : say("left_late_today");
  const left = one.overdue ? late : one.days_left <= 0 ? say("left_today", { time: until.time }) : say(one.days_left === 1 ? "left_day" : "left_days", { days: one.days_left });
  return html`<span class="due ${hurts}">${hurts && html`<i aria-hidden="true">${hurts === "alarm" ? "!!" : "!"}</i>`}${say(`clock_${one.clock}`)} ${left}
    ${long && html`<span class="muted">${say("due_at", { time: `${until.day} ${until.time}` })}</span>`}</span>`;
}

function Line({ one }) {
  const here = one.id === chosen();
  return html`<li><button type="button" class="row ${here ? "here" : ""} ${one.overdue ? "late" : ""}" data-case=${one.id} aria-current=${here ? "true" : undefined} onClick=${() => choose(one.id)}>
    <span class="first"><${Letter} of=${zoneOf(one) ?? { letter: "·" }} /><b class="number">${one.number}</b><${Stars} one=${one} /><span class="tag state ${one.state}">${say(`state_${one.state}`)}</span></span>
    <span class="second"><span class="what">${serviceName(one)}</span><span class="muted">${[one.window && say("window", { window: one.window }), clerkName(one)].filter(Boolean).join(" ")}</span></span>
    <span class="second"><${Due} one=${one} /><span class="muted">${day(Date.parse(one.opened_at), spoken.language)}</span></span>
  </button></li>`;
}

export function List() {
  const every = all();
  const shown = every.filter(fits);
  return html`<section class="register" aria-label=${say("title")}>
    <div class="over">
      <input id="find" class="text" type="search" aria-label=${say("find")} placeholder=${say("find")} autocomplete="off" maxlength="40" value=${state.text}
        onInput=${(event) => { state.text = event.target.value; draw(); }} />
      ${enters() && html`<button type="button" class="secondary" onClick=${() => open("complain")}>${say("complain")}<kbd>F4</kbd></button>`}
    </div>
    <div class="filters" role="group" aria-label=${say("filters")}>
      ${FILTERS.map((one) => html`<button key=${one} type="button" class="chip ${one}" aria-pressed=${state.filter === one} onClick=${() => { state.filter = one; draw(); }}>
        ${say(KEEP[one] ? `filter_${one}` : `state_${one}`)} <b>${every.filter(kept(one)).length}</b></button>`)}
    </div>
    <p class="on-paper"><b>${say(KEEP[state.filter] ? `filter_${state.filter}` : `state_${state.filter}`)}</b>${state.text.trim() && ` · ${state.text.trim()}`}</p>
    <p class="muted small" role="status">${shown.length ? say("listed", { count: shown.length }) : say(state.text.trim() ? "found_none" : "listed_none")}</p>
    <ul>${shown.map((one) => html`<${Line} key=${one.id} one=${one} />`)}</ul>
    <p class="muted small keys">${say("keys")}</p>
  </section>`;
}
