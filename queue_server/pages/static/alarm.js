// Who called a steward, and where: one band each, with what whoever goes there says about it.

import { minutes } from "/static/clock.js";
import { Component, html } from "/static/page.js";
import { name, say } from "/static/words.js";

/** Where somebody needs help, as people in the hall call it. */
function where(alarm, feed) {
  const window = alarm.window && feed.record("floor", `window/${alarm.window}`);
  if (alarm.kind === "need") {
    const needs = alarm.needs.map((one) => say(`need_${one}`)).join(say("alarm_and"));
    return say(alarm.window ? "alarm_need" : "alarm_need_none", { number: alarm.name, needs, window: name(window?.name) ?? alarm.window });
  }
  if (window) return say("alarm_window", { window: name(window.name) });
  const zone = alarm.zone && feed.record("floor", `zone/${alarm.zone}`);
  return zone ? say("alarm_kiosk_in", { kiosk: alarm.name, zone: name(zone.name) }) : say("alarm_kiosk", { kiosk: alarm.name });
}

/** How long ago it was. */
function since(alarm, now) {
  const min = minutes(alarm.raised_at, now);
  return min ? say("alarm_since", { min }) : say("alarm_now");
}

export class Alarms extends Component {
  constructor(props) {
    super(props);
    this.state = { fault: "" };
  }

  /** A call is taken once and ended once: its own id is the key, so that asking again is the same asking. */
  async send(command, alarm) {
    try {
      await this.props.feed.command(command, { alarm: alarm.id }, alarm.id);
      this.setState({ fault: "" });
    } catch (error) {
      this.setState({ fault: error.unknown ? say("unknown") : error.message });
    }
  }

  render({ feed, acts }, { fault }) {
    const now = feed.now();
    const open = feed.list("floor", "alarm").sort((one, other) => Date.parse(one.raised_at) - Date.parse(other.raised_at));
    return html`<div role="status" aria-live="polite">${open.map((one) => html`<div key=${one.id} class="band call ${one.by ? "warn" : "alarm"}">
      <span>${where(one, feed)} · ${since(one, now)}${one.by && html` · ${say("alarm_coming", { by: one.by_name ?? one.by })}`}</span>
      ${acts && !one.by && html`<button type="button" class="secondary" aria-label=${say("alarm_go_there", { where: one.name })} onClick=${() => this.send("alarms.acknowledge", one)}>${say("alarm_go")}</button>`}
      ${acts && html`<button type="button" class="secondary" aria-label=${say("alarm_done_there", { where: one.name })} onClick=${() => this.send("alarms.end", one)}>${say("alarm_done")}</button>`}
    </div>`)}
    ${fault && open.length > 0 && html`<p class="band warn" role="alert">${fault}</p>`}</div>`;
  }
}
