// Tickets are not issued in the hall, a zone or a service by a manager's word, until a time or until they say so again.

import { ask } from "/static/ask.js";
import { clock, day, today } from "/static/clock.js";
import { Dialog } from "/static/dialog.js";
import { newKey } from "/static/feed.js";
import { html } from "/static/page.js";
import { announced, Reasoned } from "/static/reason.js";
import { Time } from "/static/time.js";
import { name, reasonOf, say, spoken } from "/static/words.js";

const REASONS = ["stop_fault", "stop_full", "stop_late", "stop_power", "reason_other"];

export class Issuing extends Reasoned {
  constructor(props) {
    super(props);
    Object.assign(this.state, { scope: "", until: "", services: [], told: null });
    this.key = null; // of what was asked and is not known to be done: asked again it is the same
  }

  /** The services to choose from; without them there are the zones. */
  async componentDidMount() {
    try {
      this.setState({ services: await ask("GET", "/services") });
    } catch {
      // a zone can be stopped all the same
    }
  }

  /** What a scope is called. */
  called(scope) {
    const [kind, id] = [scope.split(":")[0], scope.slice(scope.indexOf(":") + 1)];
    if (kind === "hall") return say("stop_hall");
    const of = kind === "zone" ? this.props.zones : this.state.services;
    const found = of.find((one) => one.id === id);
    return found ? name(found.name) : id;
  }

  async send(command, fields, done) {
    this.key ??= newKey();
    try {
      await this.props.feed.command(command, fields, this.key);
      this.key = null;
      this.setState({ scope: "", until: "", reason: null, text: "", told: { text: done } });
    } catch (error) {
      if (!error.unknown) this.key = null;
      this.setState({ told: { fault: true, text: error.unknown ? say("unknown") : error.message } });
    }
  }

  /** A change of what is asked is another question. */
  write(fields) {
    this.key = null;
    this.setState({ ...fields, told: null });
  }

  async submit() {
    const { scope, until, reason, text } = this.state;
    if (!scope || !this.reason) return;
    const fields = { scope, ...announced(reason, text), ...(until ? { until: today(until, this.props.feed.now()) } : {}) };
    await this.send("issuing.stop", fields, say("stop_done", { scope: this.called(scope) }));
  }

  resume({ scope }) {
    this.key = null;
    return this.send("issuing.resume", { scope, reason: say("stop_again_reason", {}, "zh") }, say("stop_over", { scope: this.called(scope) }));
  }

  /** Until when a stop stands; the day too where it is another one. */
  until({ until }) {
    if (!until) return say("stop_by_hand");
    const at = Date.parse(until);
    const now = this.props.feed.now();
    return say("stop_until", { time: day(at, "zh") === day(now, "zh") ? clock(at) : `${day(at, spoken.language)} ${clock(at)}` });
  }

  render({ zones, stops, end, shut }) {
    const { scope, until, services, told } = this.state;
    return html`<${Dialog} title=${say("stop_title")} yes=${say("stop_do")} no=${say("notice_shut")} shut=${shut} submit=${() => this.submit()}>
      <p class="muted">${say("stop_means")}</p>
      ${stops.length > 0 && html`<ul class="notices">${stops.map((one) => html`<li key=${one.scope}>
        <span><b>${this.called(one.scope)}</b><span class="muted">${reasonOf(one)} · ${this.until(one)}</span></span>
        <button type="button" class="plain" aria-label=${say("stop_again_of", { scope: this.called(one.scope) })} onClick=${() => this.resume(one)}>${say("stop_again")}</button>
      </li>`)}</ul>`}
      <p class="told ${told?.fault ? "fault" : ""}" role=${told?.fault ? "alert" : "status"}>${told?.text}</p>
      <label class="line"><span>${say("stop_where")}</span>
        <select class="text" required value=${scope} onChange=${(event) => this.write({ scope: event.target.value })}>
          <option value="">${say("stop_choose")}</option>
          <option value="hall">${say("stop_hall")}</option>
          ${zones.map((zone) => html`<optgroup key=${zone.id} label=${`${zone.letter} ${name(zone.name)}`}>
            <option value=${`zone:${zone.id}`}>${say("stop_zone", { letter: zone.letter })}</option>
            ${services.filter((one) => one.zone === zone.id).map((one) => html`<option key=${one.id} value=${`service:${one.id}`}>${name(one.name)}</option>`)}
          </optgroup>`)}
        </select></label>
      <div class="pairs">${this.reasons(say("stop_why"), REASONS)}</div>
      <label class="line"><span>${say("stop_when")}</span>
        <${Time} name=${say("stop_when")} value=${until} set=${(time) => this.write({ until: time })} optional /></label>
      ${!stops.some((one) => one.scope === "hall") && html`<button type="button" class="plain" onClick=${end}>${say("end_open")}</button>`}
    <//>`;
  }
}
