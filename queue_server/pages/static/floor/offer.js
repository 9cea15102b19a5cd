// What a window offers for the rest of the day, by a manager's word.

import { ask } from "/static/ask.js";
import { Dialog } from "/static/dialog.js";
import { newKey } from "/static/feed.js";
import { html, Letter } from "/static/page.js";
import { Reasoned } from "/static/reason.js";
import { name, say } from "/static/words.js";

const REASONS = ["charge_many", "offer_few", "charge_fault", "reason_other"];

/** The services of a window, to be ticked; `back` is called when they are said, or not. */
export class Offer extends Reasoned {
  constructor(props) {
    super(props);
    const { window } = props;
    Object.assign(this.state, { services: [], ticked: new Set((window.covers && window.usual) || window.services), told: null, busy: false });
    this.key = null;
  }

  async componentDidMount() {
    try {
      this.setState({ services: await ask("GET", "/services") });
    } catch (error) {
      this.setState({ told: { fault: true, text: error.message } });
    }
  }

  /** What is usual, said in full, is as usual. */
  async submit(ticked) {
    const { feed, window, back } = this.props;
    if (this.state.busy || !this.reason) return;
    if (!ticked.size) return this.setState({ told: { fault: true, text: say("offer_none") } });
    this.key ??= newKey();
    this.setState({ busy: true, told: null });
    try {
      const services = this.state.services.map((one) => one.id).filter((id) => ticked.has(id));
      await feed.command("windows.set_services", { window: window.id, services, reason: this.reason }, this.key);
      this.key = null;
      back(say("offer_done"));
    } catch (error) {
      if (!error.unknown) this.key = null;
      this.setState({ busy: false, told: { fault: true, text: error.unknown ? say("unknown") : error.message } });
    }
  }

  tick(id, on) {
    this.key = null;
    const ticked = new Set(this.state.ticked);
    if (on) ticked.add(id);
    else ticked.delete(id);
    this.setState({ ticked, told: null });
  }

  render({ window, zones, back }) {
    const { services, ticked, told, busy } = this.state;
    const usual = window.usual ?? window.services;
    const groups = [...zones].sort((one) => (one.id === window.zone ? -1 : 0));
    return html`<${Dialog} title=${say("offer_title", { window: window.id })} yes=${say(busy ? "busy" : "offer_do")} no=${say("charge_end")} wide
      shut=${() => back(null)} submit=${() => this.submit(ticked)}>
      <p class="muted">${say("offer_means")}</p>
      <p class="told ${told?.fault ? "fault" : ""}" role=${told?.fault ? "alert" : "status"}>${told?.text}</p>
      <div class="offers" tabindex="0" role="group" aria-label=${say("offer_title", { window: window.id })}>
        ${groups.map((zone) => html`<fieldset key=${zone.id}>
          <legend><${Letter} of=${zone} /> ${name(zone.name)}</legend>
          ${services.filter((one) => one.zone === zone.id).map((one) => html`<label class="pick" key=${one.id}>
            <input type="checkbox" checked=${ticked.has(one.id)} onChange=${(event) => this.tick(one.id, event.target.checked)} /><span>${name(one.name)}</span>
            ${usual.includes(one.id) && html`<span class="muted small">${say("offer_usual")}</span>`}
          </label>`)}
        </fieldset>`)}
      </div>
      ${window.usual && html`<p><button type="button" class="secondary" onClick=${() => this.setState({ ticked: new Set(usual) })}>${say("offer_back")}</button></p>`}
      ${this.reasons(say("choose_why"), REASONS)}
    <//>`;
  }
}
