// One ticket, as large as people read it to each other: where it stands now, and what can be done with it.

import { clock, minutes } from "/static/clock.js";
import { Notes } from "/static/notes.js";
import { html, Letter, me } from "/static/page.js";
import { Paper, printing, reprints } from "/static/reprint.js";
import { known, name, say, spoken } from "/static/words.js";
import { open } from "./dialog.js";
import { held, kindOf, movable, perform, serviceOf, state, ticketOf, told, zoneOf } from "./state.js";

const CANCELLED_FROM = ["waiting", "held", "no_show"];
const PENDING = ["waiting", "called", "serving", "held"];

/** Where it stands, in one sentence. */
function standing(ticket) {
  const window = ticket.window;
  if (ticket.state === "waiting") return ticket.ahead ? say("is_waiting", { count: ticket.ahead }) : say("is_next");
  if (ticket.state === "cancelled") return ticket.reason ? say("is_cancelled_for", { reason: ticket.reason }) : say("is_cancelled");
  if (ticket.state === "expired") return say(ticket.offered ? "is_offered" : "is_expired");
  return say(`is_${ticket.state}`, { window });
}

function tags(ticket) {
  const found = [];
  if (ticket.class !== "ordinary") found.push(kindOf(ticket));
  if (ticket.class !== "ordinary" && ticket.class_state !== "none") found.push(say(`class_${ticket.class_state}`));
  for (const need of ticket.needs) found.push(known(`need_${need}`) ? say(`need_${need}`) : need);
  if (ticket.binding) found.push(say("way_bound"));
  if (ticket.items > 1) found.push(say("items", { count: ticket.items }));
  return found;
}

function Steps({ ticket }) {
  if (ticket.steps.length < 2) return null;
  return html`<ol class="steps">${ticket.steps.map((step, place) => html`<li key=${place} class=${step.state}>
    <span class="place">${place + 1}</span><${Letter} of=${zoneOf(step.service) ?? {}} /><span>${name(serviceOf(step.service)?.name) || step.service}</span>
    ${step.round > 1 && html`<span class="tag">${say("round", { round: step.round })}</span>`}${step.items > 1 && html`<span class="tag">${say("items", { count: step.items })}</span>`}
    <span class="muted small">${say(`step_${step.state}`)}${step.window ? ` · ${say("window", { window: step.window })}` : ""}</span></li>`)}</ol>`;
}

/** Where its holder waits, while there is something to wait for. */
function Place({ ticket }) {
  const zone = zoneOf(ticket.service);
  if (ticket.state !== "waiting" || !zone) return null;
  return html`<p class="go">${say("go", { letter: zone.letter, windows: zone.windows })}</p>${zone.rule && html`<p class="muted small">${name(zone.rule)}</p>`}`;
}

/** The two ways of whoever needs something of a window, with the wait of each, before one is chosen. */
function Ways({ ticket }) {
  const [first, able] = ["first", "able"].map((way) => state.feed.record(`ticket:${ticket.id}`, way));
  if (!first || !able) return null;
  const way = (key, { windows, wait }) => say(key, { windows: windows.map((one) => name(one)).join(spoken.language === "en" ? ", " : "、"), wait: told(wait, "wait_more") || say("way_unknown") });
  return html`<div class="ways">
    ${first.windows.length > 0 && html`<p>${way("way_first", first)}</p>`}
    <p>${able.windows.length ? way("way_able", able) : say("way_none")}</p>
    ${(able.windows.length > 0 || ticket.binding) && html`<button type="button" class="secondary bind" aria-disabled=${Boolean(state.busy)}
      onClick=${() => perform("tickets.bind", { ticket: ticket.id, binding: !ticket.binding })}>${say(ticket.binding ? "unbind" : "bind")}</button>`}
  </div>`;
}

function Actions({ ticket }) {
  const busy = Boolean(state.busy);
  const steward = me.who.role === "steward";
  const acts = [];
  if (ticket.state === "waiting" && ticket.class_state === "requested") acts.push(["primary", "confirm", () => open("confirm", ticket)], ["secondary", "refuse", () => open("refuse", ticket)]);
  else if (ticket.state === "waiting") acts.push(["secondary", "give_class", () => open("confirm", ticket)]);
  if (ticket.state === "waiting" && steward) acts.push(["secondary", "defer", () => open("defer", ticket)]);
  if (ticket.state === "no_show" && steward) acts.push(["primary", "wait_again", () => perform("tickets.reenter", { ticket: ticket.id })]);
  if (ticket.offered && steward) {
    acts.push(["primary", "reenter", () => perform("tickets.reenter", { ticket: ticket.id }, (again) => held([again], again.id))]);
  }
  if (PENDING.includes(ticket.state) && movable(ticket).length && !steward) acts.push(["secondary", "move", () => open("move", ticket)]);
  if (reprints(ticket)) acts.push(["secondary", "reprint", () => open("reprint", ticket)]);
  if (CANCELLED_FROM.includes(ticket.state)) acts.push(["secondary", "give_up", () => open("cancel", ticket)]);
  if (steward && ticket.called_at) acts.push(["secondary", "complain", () => open("complain", ticket)]);
  if (!acts.length) return null;
  return html`<div class="acts">${acts.map(([look, key, run]) => html`<button key=${key} type="button" class="${look} ${key}" aria-disabled=${busy} onClick=${run}>${key === "reprint" ? printing(ticket) : say(key)}</button>`)}</div>`;
}

export function TicketCard({ id }) {
  const ticket = ticketOf(id);
  if (!ticket) return null;
  const fresh = state.fresh === id;
  const waited = ticket.state === "waiting" && !fresh ? minutes(ticket.issued_at, state.feed.now()) : null;
  return html`<article class="card ticket ${ticket.state}" aria-label=${ticket.number}>
    <p class="doing" role="status">${fresh ? say("taken") : say("found", { time: clock(Date.parse(ticket.issued_at)) })}</p>
    <h2 class="number">${ticket.number}</h2>
    <p class="service"><${Letter} of=${zoneOf(ticket.service) ?? {}} /> ${name(serviceOf(ticket.service)?.name) || ticket.service}</p>
    <p class="standing" aria-live="polite">${standing(ticket)}</p>
    ${ticket.state === "waiting" && ticket.wait && html`<p>${told(ticket.wait, "wait_more")}</p>`}
    ${waited !== null && html`<p class="muted">${say("since_taken", { min: waited })}</p>`}
    <${Place} ticket=${ticket} />
    ${tags(ticket).length > 0 && html`<p class="tags">${tags(ticket).map((one) => html`<span class="tag" key=${one}>${one}</span>`)}</p>`}
    <${Paper} ticket=${ticket} />
    <${Notes} of=${state.feed.record(`ticket:${id}`, "notes")} now=${state.feed.now()} />
    <${Ways} ticket=${ticket} />
    <${Steps} ticket=${ticket} />
    <${Actions} ticket=${ticket} />
  </article>`;
}
