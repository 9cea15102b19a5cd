// The questions of the console: whom and why out of order, why and how long a pause, close or not, take a window over or not.

import { Dialog } from "./dialog.js";
import { Component, html } from "./page.js";
import { CLASS_REASONS, Reasoned } from "./reason.js";
import { Time } from "./time.js";
import { name, say } from "./words.js";

const CALL_REASONS = ["reason_need", "reason_return", "reason_urgent", "reason_other"];
const PAUSE_REASONS = ["pause_short", "pause_lunch", "pause_meeting", "pause_fault", "reason_other"];
const PAUSES_MIN = [10, 30, 60];

/** No reason is chosen beforehand: the audit reads what the clerk meant, not what Enter found there. */
export class CallDialog extends Reasoned {
  render({ ticket, shut, choose }) {
    return html`<${Dialog} title=${say("choose_call", { number: ticket.number })} yes=${say("call_this")} shut=${shut}
      submit=${() => this.reason && choose(this.reason)}>
      ${this.reasons(say("choose_why"), CALL_REASONS)}
    <//>`;
  }
}

/** Nothing is decided beforehand here either; another decision asks for another reason. */
export class ClassDialog extends Reasoned {
  render({ ticket, name, shut, choose }) {
    const { decision } = this.state;
    return html`<${Dialog} title=${say("classify_title", { number: ticket.number, kind: name })} yes=${say("classify_do")} shut=${shut}
      submit=${() => decision && this.reason && choose(decision, this.reason)}>
      <fieldset>
        <legend>${say("classify_decision")}</legend>
        ${Object.keys(CLASS_REASONS).map((key) => html`<label class="pick" key=${key}>
          <input type="radio" name="decision" required checked=${decision === key}
            onChange=${() => this.setState({ decision: key, reason: null })} />${say(`classify_${key}`)}
        </label>`)}
      </fieldset>
      ${decision && this.reasons(say("choose_why"), CLASS_REASONS[decision])}
    <//>`;
  }
}

export class PauseDialog extends Reasoned {
  constructor(props) {
    super(props);
    this.state.reason = PAUSE_REASONS[0];
    this.state.back = "10";
    this.state.at = "13:30";
  }

  render({ shut, choose }) {
    const { back, at } = this.state;
    const until = back === "at" ? { at } : { minutes: Number(back) };
    return html`<${Dialog} title=${say("pause_title")} yes=${say("pause_do")} shut=${shut}
      submit=${() => this.reason && choose(this.reason, until)}>
      ${this.reasons(say("pause_why"), PAUSE_REASONS)}
      <label class="until"><span>${say("pause_until")}</span>
        <select class="text" value=${back} onChange=${(event) => this.setState({ back: event.target.value })}>
          ${PAUSES_MIN.map((min) => html`<option key=${min} value=${String(min)}>${say("pause_in", { min })}</option>`)}
          <option value="at">${say("pause_at")}</option>
          <option value="0">${say("pause_open")}</option>
        </select></label>
      ${back === "at" && html`<${Time} name=${say("pause_at")} value=${at} set=${(time) => this.setState({ at: time })} />`}
    <//>`;
  }
}

/** None is chosen beforehand, and none need be: Enter alone finishes. */
export class FinishDialog extends Component {
  constructor(props) {
    super(props);
    this.state = { outcome: "" };
  }

  render({ outcomes, shut, choose }) {
    const offered = [{ id: "", name: null }, ...outcomes];
    return html`<${Dialog} title=${say("finish_title")} yes=${say("finish")} shut=${shut} submit=${() => choose(this.state.outcome)}>
      <fieldset>
        <legend>${say("finish_how")}</legend>
        ${offered.map((one) => html`<label class="pick" key=${one.id}>
          <input type="radio" name="outcome" checked=${this.state.outcome === one.id}
            onChange=${() => this.setState({ outcome: one.id })} />${one.id ? name(one.name) : say("finish_plain")}
        </label>`)}
      </fieldset>
    <//>`;
  }
}

export function TakeOverDialog({ window, clerk, shut, choose }) {
  return html`<${Dialog} title=${say("take_over_title", { clerk })} yes=${say("take_over")} shut=${shut} submit=${choose}>
    <p>${say("take_over_text", { window })}</p>
  <//>`;
}

export function CloseDialog({ shut, choose }) {
  return html`<${Dialog} title=${say("close_title")} yes=${say("close_do")} shut=${shut} submit=${choose}>
    <p>${say("close_text")}</p>
  <//>`;
}
