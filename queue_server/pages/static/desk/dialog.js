// The questions of the desk: a class confirmed or another one given, one not confirmed, a ticket given up or sent to another service, each
// with its reason; others let go first; an appointment whose time has not come; and a complaint.

import { stamp } from "/static/clock.js";
import { Dialog } from "/static/dialog.js";
import { EarlierComplaint } from "/static/earlier.js";
import { Component, draw, html } from "/static/page.js";
import { PinDialog } from "/static/pin.js";
import { CLASS_REASONS, Reasoned } from "/static/reason.js";
import { ReprintDialog, sent } from "/static/reprint.js";
import { name, say } from "/static/words.js";
import { Bookings } from "./book.js";
import { Booked } from "./booked.js";
import { Slips } from "./slip.js";
import { checkIn, kindOf, movable, perform, serviceOf, state } from "./state.js";

const DAY_MS = 24 * 3600 * 1000;
const DEFERS = [3, 5, 10];
const MOVE_REASONS = ["move_wrong", "move_stopped", "reason_other"];
const MOVE_PLACES = ["clock", "first", "last"];
const CANCEL_REASONS = ["cancel_gone", "cancel_wrong", "cancel_twice", "reason_other"];

export function open(kind, ticket = null) {
  if (state.busy) return;
  state.dialog = { kind, ticket };
  draw();
}

function shut() {
  state.dialog = null;
  draw();
}

function done(command, args, then) {
  shut();
  perform(command, args, then);
}

/** The class that was asked for is chosen already; none is, where another is to be given. */
class Confirm extends Reasoned {
  constructor(props) {
    super(props);
    const { ticket } = props;
    this.state.kind = ticket.class_state === "requested" ? ticket.class : "";
    this.state.person = "";
  }

  render({ ticket }) {
    const { kind, person } = this.state;
    const kinds = state.feed.list("desk", "class");
    const listed = kinds.find((one) => one.id === kind)?.listed;
    const asked = ticket.class_state === "requested";
    const submit = () => kind && this.reason && done("tickets.classify",
      { ticket: ticket.id, class: kind, decision: "confirm", reason: this.reason, ...(listed && { class_for: person.trim() }) });
    return html`<${Dialog} title=${say(asked ? "confirm_title" : "give_title", { number: ticket.number })} yes=${say(asked ? "confirm" : "give_do")} shut=${shut} submit=${submit}>
      <label class="line"><span>${say("class")}</span><select class="text" required value=${kind} onChange=${(event) => this.setState({ kind: event.target.value })}>
        ${!asked && html`<option value="" disabled selected=${!kind}>${say("choose_class")}</option>`}
        ${kinds.map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === kind}>${name(one.name)}</option>`)}
      </select></label>
      ${listed && html`<label class="line"><span>${say("class_for")}</span><input class="text" maxlength="64" required autocomplete="off" value=${person}
        onInput=${(event) => this.setState({ person: event.target.value })} /></label>`}
      ${this.reasons(say("choose_why"), CLASS_REASONS.confirm)}
    <//>`;
  }
}

class Refuse extends Reasoned {
  render({ ticket }) {
    const submit = () => this.reason && done("tickets.classify", { ticket: ticket.id, class: ticket.class, decision: "refuse", reason: this.reason });
    return html`<${Dialog} title=${say("refuse_title", { number: ticket.number, kind: kindOf(ticket) })} yes=${say("refuse")} shut=${shut} submit=${submit}>
      <p>${say("refuse_text")}</p>
      ${this.reasons(say("choose_why"), CLASS_REASONS.refuse)}
    <//>`;
  }
}

class Cancel extends Reasoned {
  render({ ticket }) {
    const submit = () => this.reason && done("tickets.cancel", { ticket: ticket.id, reason: this.reason });
    return html`<${Dialog} title=${say("cancel_title", { number: ticket.number })} yes=${say("give_up")} shut=${shut} submit=${submit}>
      <p>${say("cancel_text")}</p>
      ${this.reasons(say("choose_why"), CANCEL_REASONS)}
    <//>`;
  }
}

/**
 * The manager's: another service in whatever zone, or what a window does, for a step that nobody serves yet; whoever waits is placed by
 * their clock, unless another place is chosen. A window is not a line of its own: what counts is its service, and that is written.
 */
class Move extends Reasoned {
  constructor(props) {
    super(props);
    Object.assign(this.state, { step: movable(props.ticket)[0].at, by: "service", service: "", window: "", place: MOVE_PLACES[0] });
  }

  /** What a window does that the step does not: its first service, as the server takes it. Those that may call it already are not offered. */
  windows(step) {
    return state.feed.list("floor", "window").filter((one) => one.services.length && !one.services.includes(step.service));
  }

  services(zones, step) {
    const { service } = this.state;
    const services = state.feed.list("hall", "service").filter((one) => one.id !== step.service);
    return html`<label class="line"><span>${say("move_to")}</span><select class="text" required value=${service} onChange=${(event) => this.setState({ service: event.target.value })}>
      <option value="" disabled selected=${!service}>${say("move_choose")}</option>
      ${zones.map((zone) => html`<optgroup key=${zone.id} label=${`${zone.letter} ${name(zone.name)}`}>${services.filter((one) => one.zone === zone.id)
        .map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === service}>${name(one.name)}</option>`)}</optgroup>`)}
    </select></label>`;
  }

  atWindows(zones, step) {
    const { window } = this.state;
    const windows = this.windows(step);
    const told = (one) => say(one.state === "closed" ? "move_window_closed" : "move_window", { window: one.id, service: name(serviceOf(one.services[0])?.name) });
    return html`<label class="line"><span>${say("move_to")}</span><select class="text" required value=${window} onChange=${(event) => this.setState({ window: event.target.value })}>
        <option value="" disabled selected=${!window}>${say("move_choose_window")}</option>
        ${zones.map((zone) => html`<optgroup key=${zone.id} label=${`${zone.letter} ${name(zone.name)}`}>${windows.filter((one) => one.zone === zone.id)
          .map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === window}>${told(one)}</option>`)}</optgroup>`)}
      </select></label>
      <p class="muted small">${say("move_window_hint")}</p>`;
  }

  submit(service) {
    const { ticket } = this.props;
    const { step, by, window, place } = this.state;
    if (!service || !this.reason) return;
    const waits = ticket.steps[step].state === "waiting";
    done("tickets.move", { ticket: ticket.id, step, ...(by === "service" ? { service } : { window }), ...(waits && { place }), reason: this.reason }, () => {
      state.notice = { text: say("moved", { number: ticket.number, service: name(serviceOf(service)?.name) }) };
    });
  }

  render({ ticket }) {
    const { step: at, by, service, window, place } = this.state;
    const steps = movable(ticket);
    const step = ticket.steps[at];
    const zones = state.feed.list("hall", "zone").sort((one, other) => (one.letter < other.letter ? -1 : 1));
    const goes = by === "service" ? service : this.windows(step).find((one) => one.id === window)?.services[0];
    return html`<${Dialog} title=${say("move_title", { number: ticket.number })} yes=${say("move")} shut=${shut} submit=${() => this.submit(goes)} wide>
      <div class="sought">
        ${ticket.steps.length > 1 && html`<label class="line"><span>${say("move_step")}</span><select class="text" value=${String(at)}
          onChange=${(event) => this.setState({ step: Number(event.target.value), service: "", window: "" })}>
          ${steps.map((one) => html`<option key=${one.at} value=${String(one.at)} selected=${one.at === at}>${say("move_step_of", { place: one.at + 1, service: name(serviceOf(one.service)?.name), state: say(`step_${one.state}`) })}</option>`)}
        </select></label>`}
        ${step.state === "waiting" && html`<label class="line"><span>${say("move_place")}</span><select class="text" value=${place} onChange=${(event) => this.setState({ place: event.target.value })}>
          ${MOVE_PLACES.map((one) => html`<option key=${one} value=${one} selected=${one === place}>${say(`move_${one}`)}</option>`)}
        </select></label>`}
      </div>
      <fieldset class="either"><legend>${say("move_by")}</legend>
        ${["service", "window"].map((one) => html`<label class="pick" key=${one}><input type="radio" name="by" checked=${by === one}
          onChange=${() => this.setState({ by: one })} />${say(`move_by_${one}`)}</label>`)}
      </fieldset>
      ${by === "service" ? this.services(zones, step) : this.atWindows(zones, step)}
      ${this.reasons(say("choose_why"), MOVE_REASONS)}
    <//>`;
  }
}

/** Whose appointment comes later: they wait for it, or take an ordinary ticket now. */
function Early({ ticket: { appointment, why } }) {
  return html`<${Dialog} title=${say("early_title")} yes=${say("early_do")} shut=${shut} submit=${() => { shut(); checkIn(appointment, true); }}>
    <p>${why}</p>
  <//>`;
}

/** Where nobody stands behind, nothing happens, and that is told. */
class Defer extends Component {
  constructor(props) {
    super(props);
    this.state = { behind: DEFERS[0] };
  }

  render({ ticket }) {
    const submit = () => done("tickets.defer", { ticket: ticket.id, behind: this.state.behind }, (after) => {
      if (after.ahead === ticket.ahead) state.notice = { text: say("defer_last") };
    });
    return html`<${Dialog} title=${say("defer_title", { number: ticket.number })} yes=${say("defer_do")} shut=${shut} submit=${submit}>
      <p>${say("defer_text")}</p>
      <fieldset><legend>${say("defer_how")}</legend>
        ${DEFERS.map((count) => html`<label class="pick" key=${count}><input type="radio" name="behind" checked=${this.state.behind === count}
          onChange=${() => this.setState({ behind: count })} />${say("defer_behind", { count })}</label>`)}
      </fieldset>
    <//>`;
  }
}

/** What somebody complains of, in their words: it opens a case, which is the supervisor's. */
class Complain extends Component {
  constructor(props) {
    super(props);
    this.state = { text: "" };
  }

  render({ ticket }) {
    const submit = () => this.state.text.trim() && done("cases.open", { ticket: ticket.id, text: this.state.text.trim() }, () => { state.notice = { text: say("complained", { number: ticket.number }) }; });
    return html`<${Dialog} title=${say("complain_title", { number: ticket.number })} yes=${say("complain")} shut=${shut} submit=${submit}>
      <p>${say("complain_hint")}</p>
      <label class="line"><span>${say("complain_text")}</span><textarea class="text" rows="5" maxlength="1000" required value=${this.state.text}
        onInput=${(event) => this.setState({ text: event.target.value })}></textarea></label>
    <//>`;
  }
}

/** The same of an earlier day; most come the day after. */
function Earlier({ number }) {
  const made = (one) => {
    state.notice = { text: say("complained", { number: one.number }) };
    shut();
  };
  const now = state.feed.now();
  return html`<${EarlierComplaint} title=${say("earlier_title")} hint=${say("complain_hint")} number=${number} day=${stamp(now - DAY_MS).slice(0, 10)} today=${stamp(now).slice(0, 10)} made=${made} shut=${shut} />`;
}

function Reprint({ ticket }) {
  return html`<${ReprintDialog} feed=${state.feed} ticket=${ticket} shut=${shut}
    choose=${(kiosk) => done("tickets.reprint", { ticket: ticket.id, printer: kiosk.id }, () => { state.notice = sent(ticket, kiosk); })} />`;
}

const ASKED = { reprint: Reprint, confirm: Confirm, refuse: Refuse, cancel: Cancel, move: Move, early: Early, defer: Defer, complain: Complain };

export function Dialogs() {
  if (!state.dialog) return null;
  const { kind, ticket } = state.dialog;
  if (kind === "pin") return html`<${PinDialog} shut=${shut} told=${(text) => { state.notice = { text }; draw(); }} />`;
  if (kind === "booked") return html`<${Booked} shut=${shut} />`;
  if (kind === "book") return html`<${Bookings} shut=${shut} />`;
  if (kind === "earlier") return html`<${Earlier} number=${ticket.number} />`;
  if (kind === "slips") return html`<${Slips} shut=${shut} />`;
  return html`<${ASKED[kind]} ticket=${ticket} />`;
}
