// The day ends before midnight by a manager's word: nobody takes a ticket any more, and whoever waits goes home.

import { Dialog } from "/static/dialog.js";
import { newKey } from "/static/feed.js";
import { html } from "/static/page.js";
import { announced, Reasoned } from "/static/reason.js";
import { say } from "/static/words.js";

const REASONS = ["stop_power", "stop_fault", "reason_other"];

export class Ending extends Reasoned {
  constructor(props) {
    super(props);
    this.state.told = null;
    this.key = newKey(); // there is one end of a day: asked again it is the same
  }

  async submit() {
    const { reason, text } = this.state;
    if (!this.reason) return;
    try {
      await this.props.feed.command("day.end", announced(reason, text), this.key); // citizens read it, as that of a stop
      this.props.shut();
    } catch (error) {
      if (!error.unknown) this.key = newKey();
      this.setState({ told: error.unknown ? say("unknown") : error.message });
    }
  }

  render({ waiting, shut }) {
    return html`<${Dialog} title=${say("end_title")} yes=${say("end_do")} shut=${shut} submit=${() => this.submit()}>
      <p>${say("end_means", { count: waiting })}</p>
      <p class="muted">${say("end_after")}</p>
      <p class="told fault" role="alert">${this.state.told}</p>
      ${this.reasons(say("stop_why"), REASONS)}
    <//>`;
  }
}
