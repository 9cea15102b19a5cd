// Who waits for a window: how many, how long, and each of the next to be chosen.

import { clock, minutes } from "/static/clock.js";
import { html } from "/static/page.js";
import { known, name, say } from "/static/words.js";

/** A ticket's class in words. */
export function kindOf(ticket) {
  return name(ticket.class_name) || ticket.class;
}

/** What is to be known of a ticket at a glance. */
export function tags(ticket, now) {
  const tags = [];
  if (ticket.class !== "ordinary") tags.push(kindOf(ticket));
  if (ticket.class_state === "requested" || ticket.class_state === "refused") tags.push(say(`class_${ticket.class_state}`));
  for (const need of ticket.needs) tags.push(known(`need_${need}`) ? say(`need_${need}`) : need);
  if (ticket.round > 1) tags.push(say("round", { round: ticket.round }));
  if (ticket.items > 1) tags.push(say("items", { count: ticket.items }));
  if (now <= Date.parse(ticket.kept_until)) tags.push(say("kept_until", { time: clock(Date.parse(ticket.kept_until)) }));
  return tags;
}

/** The queue; `pick` is pressing a ticket, `judge` pressing its class that waits to be confirmed. */
export function Waiting({ waiting, now, pick, judge }) {
  if (!waiting) return null;
  const longest = minutes(waiting.oldest_at, now);
  return html`<section class="waiting" aria-label=${say("waiting_line", { count: waiting.count })}>
    <h2><span>${waiting.count ? say("waiting_line", { count: waiting.count }) : say("waiting_none")}</span>
      ${longest !== null && html`<span class="muted">${say("waiting_longest", { min: longest })}</span>`}</h2>
    ${waiting.wait && html`<p class="muted small">${say("waiting_expected", { low: waiting.wait.low_min, high: waiting.wait.high_min })}</p>`}
    <ul>
      ${waiting.tickets.map((ticket) => html`<li key=${ticket.id}>
        <button type="button" class="queued" onClick=${() => pick(ticket)}>
          <strong>${ticket.number}</strong>
          <span class="what">
            <span>${name(ticket.service_name)}</span>
            ${(ticket.unprinted || tags(ticket, now).length > 0) && html`<span class="marks">
              ${ticket.unprinted && html`<span class="tag warn">${say("unprinted")}</span>`}
              ${tags(ticket, now).map((tag) => html`<span class="tag" key=${tag}>${tag}</span>`)}
            </span>`}
          </span>
          <span class="age">${say("waiting_min", { min: minutes(ticket.since, now) })}</span>
        </button>
        ${ticket.class_state === "requested" && html`<button type="button" class="plain classify"
          aria-label=${say("classify_title", { number: ticket.number, kind: kindOf(ticket) })}
          onClick=${() => judge(ticket)}>${say("classify")}</button>`}
      </li>`)}
    </ul>
    ${waiting.count > waiting.tickets.length && html`<p class="muted small more">${say("waiting_more", { count: waiting.count - waiting.tickets.length })}</p>`}
  </section>`;
}
