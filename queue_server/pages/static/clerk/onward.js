// What becomes of the ticket at the window when it is neither finished nor missed: held, sent on, given one more service. And of
// whoever stands there without one.

import { clock, stamp } from "/static/clock.js";
import { NoteDialog } from "/static/clerk/note.js";
import { Dialog } from "/static/dialog.js";
import { search } from "/static/find.js";
import { html, Letter } from "/static/page.js";
import { Reasoned } from "/static/reason.js";
import { ReprintDialog, sent } from "/static/reprint.js";
import { name, say } from "/static/words.js";

/** How long the window's last step can be taken back, by the hall's clock. */
export const UNDO_MS = 10000;
/** What the steps that can be taken back are called. */
export const UNDONE = {
  "windows.call_next": "called",
  "windows.call": "called",
  "windows.resume_held": "called",
  "windows.recall": "recall",
  "windows.start": "start",
  "windows.finish": "finish",
  "windows.no_show": "no_show",
  "windows.hold": "hold",
  "windows.transfer": "transfer",
};

const HOLDS = ["at_window", "anywhere", "waiting_step"];
const HOLD_REASONS = ["hold_papers", "hold_form", "hold_check", "reason_other"];
const HOLDS_MIN = [10, 30, 60];
const PLACES = ["clock", "first", "last"];
const WALK_REASONS = ["walk_question", "walk_return", "reason_need", "reason_other"];
const SHOWN = 5; // of what was found; who means another types on

/** What there is to find: the hall's services, and those that come first before anything is typed. */
function offered(feed, near) {
  const services = feed.list("hall", "service");
  return { services, zones: feed.list("hall", "zone"), near: services.filter(near) };
}

/** Other services of a ticket's own zone. */
function besides(feed, ticket) {
  const zone = feed.record("hall", `service/${ticket.service}`)?.zone;
  return offered(feed, (one) => one.zone === zone && one.id !== ticket.service);
}

/** The window is free meanwhile. The plainest kind is chosen already, so that `*` and Enter hold a ticket. */
class HoldDialog extends Reasoned {
  constructor(props) {
    super(props);
    Object.assign(this.state, { reason: HOLD_REASONS[0], kind: HOLDS[0], back: "0" });
  }

  render({ ticket, shut, choose }) {
    const { kind, back } = this.state;
    return html`<${Dialog} title=${say("hold_title", { number: ticket.number })} yes=${say("hold")} shut=${shut}
      submit=${() => this.reason && choose(kind, this.reason, Number(back))}>
      <fieldset>
        <legend>${say("hold_kind")}</legend>
        ${HOLDS.map((key) => html`<label class="pick" key=${key}>
          <input type="radio" name="kind" checked=${kind === key} onChange=${() => this.setState({ kind: key })} />${say(`hold_${key}`)}
        </label>`)}
      </fieldset>
      ${this.reasons(say("choose_why"), HOLD_REASONS)}
      <label class="until"><span>${say(kind === "waiting_step" ? "hold_wakes" : "hold_until")}</span>
        <select class="text" value=${back} onChange=${(event) => this.setState({ back: event.target.value })}>
          <option value="0">${say(kind === "waiting_step" ? "hold_by_hand" : "pause_open")}</option>
          ${HOLDS_MIN.map((min) => html`<option key=${min} value=${String(min)}>${say("pause_in", { min })}</option>`)}
        </select></label>
    <//>`;
  }
}

/** A question that begins with finding a service, or a window by its number. */
class Sought extends Reasoned {
  constructor(props) {
    super(props);
    Object.assign(this.state, { typed: "", chosen: null });
  }

  /** What fits what was typed; before anything is typed, what is near. */
  offers() {
    const { services, near, windows = [] } = this.props;
    const typed = this.state.typed.trim();
    if (!typed) return near.slice(0, SHOWN).map((service) => ({ key: service.id, service }));
    const zones = Object.fromEntries(this.props.zones.map((zone) => [zone.id, zone]));
    const named = windows.filter((one) => one.id.startsWith(typed)).sort((one, other) => one.id.length - other.id.length);
    const found = [
      ...named.map((window) => ({ key: `window ${window.id}`, window })),
      ...search(typed, services, zones).map((service) => ({ key: service.id, service })),
    ];
    return found.slice(0, SHOWN);
  }

  /** What is chosen of what is shown; the first of what was typed for, so that Enter takes it. */
  get chosen() {
    const offers = this.offers();
    return offers.find((one) => one.key === this.state.chosen) ?? (this.state.typed.trim() ? offers[0] : undefined);
  }

  picker(label) {
    const offers = this.offers();
    const { chosen } = this;
    return html`<label class="line"><span>${label}</span>
        <input class="text" autocomplete="off" spellcheck=${false} maxlength="40" placeholder=${say(this.props.windows ? "seek_any" : "seek_service")}
          value=${this.state.typed} onInput=${(event) => this.setState({ typed: event.target.value, chosen: null })} /></label>
      <fieldset class="found">
        <legend class="unseen">${label}</legend>
        ${offers.map((one) => html`<label class="pick" key=${one.key}>
          <input type="radio" name="chosen" required checked=${chosen?.key === one.key} onChange=${() => this.setState({ chosen: one.key })} />
          ${one.window ? this.window(one.window) : this.service(one.service)}
        </label>`)}
        ${!offers.length && html`<p class="muted" role="status">${say("seek_none")}</p>`}
      </fieldset>`;
  }

  service(service) {
    const zone = this.props.zones.find((one) => one.id === service.zone);
    return html`<span class="what"><${Letter} of=${zone ?? {}} /> ${name(service.name)}</span><span class="muted small">${say("waiting_line", { count: service.waiting })}</span>`;
  }

  /** A window is sent what it offers, the ticket's own service first: that is what is written beside it. */
  window(window) {
    const own = this.props.ticket.service;
    const id = window.services.includes(own) ? own : window.services[0];
    const service = this.props.services.find((one) => one.id === id);
    return html`<span class="what"><b>${say("window", { window: window.id })}</b> ${name(service?.name)}</span>
      <span class="muted small">${window.state === "closed" ? say("seek_closed") : window.clerk_name ?? window.clerk}</span>`;
  }
}

class TransferDialog extends Sought {
  constructor(props) {
    super(props);
    Object.assign(this.state, { place: PLACES[0], back: false });
  }

  render({ ticket, own, shut, choose }) {
    const { chosen } = this;
    const { place, back } = this.state;
    const to = chosen?.window ? { window: chosen.window.id } : { service: chosen?.key };
    return html`<${Dialog} title=${say("transfer_title", { number: ticket.number })} yes=${say("transfer")} shut=${shut}
      submit=${() => chosen && choose({ ...to, place, come_back: back })}>
      ${this.picker(say("transfer_to"))}
      <label class="until"><span>${say("transfer_place")}</span>
        <select class="text" value=${place} onChange=${(event) => this.setState({ place: event.target.value })}>
          ${PLACES.map((key) => html`<option key=${key} value=${key}>${say(`place_${key}`)}</option>`)}
        </select></label>
      <label class="pick"><input type="checkbox" checked=${back} onChange=${() => this.setState({ back: !back })} />${say("transfer_back", { service: own })}</label>
    <//>`;
  }
}

class StepDialog extends Sought {
  render({ ticket, shut, choose }) {
    const { chosen } = this;
    return html`<${Dialog} title=${say("add_title", { number: ticket.number })} yes=${say("add_step")} shut=${shut}
      submit=${() => chosen && choose(chosen.key)}>
      <p>${say("add_text")}</p>
      ${this.picker(say("add_what"))}
    <//>`;
  }
}

/** Everybody who waits is passed over, so the reason is one's own choice. */
class WalkInDialog extends Sought {
  render({ shut, choose }) {
    const { chosen } = this;
    return html`<${Dialog} title=${say("walk_title")} yes=${say("walk_do")} shut=${shut}
      submit=${() => chosen && this.reason && choose(chosen.key, this.reason)}>
      ${this.picker(say("walk_what"))}
      ${this.reasons(say("choose_why"), WALK_REASONS)}
    <//>`;
  }
}

function Hold({ feed, here, ticket, shut, ask }) {
  return ticket && html`<${HoldDialog} ticket=${ticket} shut=${shut}
    choose=${(kind, reason, min) => ask("windows.hold", { window: here.id, kind, reason, ...(min && { until: stamp(feed.now() + min * 60000) }) })} />`;
}

function Transfer({ feed, here, ticket, windows, shut, ask }) {
  const own = ticket && feed.record("hall", `service/${ticket.service}`);
  return ticket && html`<${TransferDialog} ...${besides(feed, ticket)} ticket=${ticket} own=${name(own?.name)} shut=${shut}
    windows=${windows.filter((one) => one.id !== here.id)} choose=${(fields) => ask("windows.transfer", { at: here.id, ...fields })} />`;
}

function AddStep({ feed, ticket, shut, ask }) {
  return ticket && html`<${StepDialog} ...${besides(feed, ticket)} ticket=${ticket} shut=${shut}
    choose=${(service) => ask("tickets.add_step", { ticket: ticket.id, service })} />`;
}

function WalkIn({ feed, here, shut, ask }) {
  const offer = offered(feed, (one) => here.services.includes(one.id));
  return html`<${WalkInDialog} ...${offer} services=${offer.near} shut=${shut}
    choose=${(service, reason) => ask("windows.walk_in", { window: here.id, service, reason })} />`;
}

function WriteNote({ here, ticket, shut, ask }) {
  return ticket && html`<${NoteDialog} ticket=${ticket} shut=${shut} choose=${(text) => ask("windows.note", { window: here.id, text })} />`;
}

function Reprint({ feed, here, ticket, shut, ask, said }) {
  return ticket && html`<${ReprintDialog} feed=${feed} near=${here.zone} ticket=${ticket} shut=${shut}
    choose=${async (kiosk) => (await ask("tickets.reprint", { ticket: ticket.id, printer: kiosk.id })) && said(sent(ticket, kiosk))} />`;
}

/** The questions by their names; those about the ticket at the window go with it. */
export const ONWARD = { hold: Hold, transfer: Transfer, add_step: AddStep, walk_in: WalkIn, note: WriteNote, reprint: Reprint };

/** Who is held for what this window does, the oldest first. */
export function Held({ held, window, go, busy }) {
  if (!held) return null;
  return html`<section class="held" aria-labelledby="held-title">
    <h2 id="held-title"><span>${say("held", { count: held.tickets.length })}</span></h2>
    <ul>${held.tickets.map((ticket) => html`<li key=${ticket.id}>
      <strong>${ticket.number}</strong>
      <span class="what"><span>${name(ticket.service_name)}</span>
        <span class="marks">
          <span class="tag">${ticket.hold.reason}</span>
          ${ticket.hold.kind === "at_window" && ticket.window && ticket.window !== window.id && html`<span class="tag warn">${say("held_papers", { window: ticket.window })}</span>`}
          ${ticket.hold.until && html`<span class="tag">${clock(Date.parse(ticket.hold.until))}</span>`}
        </span></span>
      <button type="button" class="plain classify" aria-disabled=${busy} aria-label=${say("resume_held_of", { number: ticket.number })} onClick=${() => go(ticket)}>${say("resume_held")}</button>
    </li>`)}</ul>
  </section>`;
}
