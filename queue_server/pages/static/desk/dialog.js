// The questions of the desk: a class confirmed or another one given, one not confirmed, a ticket given up, each with its reason; others let
// go first; and a complaint.

import { Dialog } from "/static/dialog.js";
import { Component, draw, html } from "/static/page.js";
import { PinDialog } from "/static/pin.js";
import { CLASS_REASONS, Reasoned } from "/static/reason.js";
import { name, say } from "/static/words.js";
import { Slips } from "./slip.js";
import { kindOf, perform, state } from "./state.js";

const DEFERS = [3, 5, 10];
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

const ASKED = { confirm: Confirm, refuse: Refuse, cancel: Cancel, defer: Defer, complain: Complain };

export function Dialogs() {
  if (!state.dialog) return null;
  const { kind, ticket } = state.dialog;
  if (kind === "pin") return html`<${PinDialog} shut=${shut} told=${(text) => { state.notice = { text }; draw(); }} />`;
  if (kind === "slips") return html`<${Slips} shut=${shut} />`;
  return html`<${ASKED[kind]} ticket=${ticket} />`;
}
