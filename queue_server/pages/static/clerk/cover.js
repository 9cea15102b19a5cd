// A clerk serves for another window too, beside what their own one offers, until that closes.

import { Dialog } from "/static/dialog.js";
import { Component, html } from "/static/page.js";
import { name, say, spoken } from "/static/words.js";

/** Which window, by its number, and what it would bring; who covers already may choose another one, or none. */
export class CoverDialog extends Component {
  constructor(props) {
    super(props);
    this.state = { window: props.here.covers ?? "" };
  }

  /** What a window offers that is not offered here by itself. */
  more(window) {
    const { here } = this.props;
    const own = here.covers ? here.usual ?? here.services : here.services;
    return window.services.filter((id) => !own.includes(id));
  }

  render({ here, windows, services, shut, choose }) {
    const { window } = this.state;
    const named = new Map(services.map((one) => [one.id, name(one.name)]));
    const others = windows
      .filter((one) => one.id !== here.id && (one.id === here.covers || this.more(one).length))
      .sort((one, other) => one.id.localeCompare(other.id, "en", { numeric: true }));
    return html`<${Dialog} title=${say("cover_title")} yes=${say(here.covers && !window ? "cover_end" : "cover_do")} shut=${shut}
      submit=${() => (window || here.covers) && choose(window || null)}>
      <p>${say("cover_means")}</p>
      <label class="line"><span>${say("cover_which")}</span>
        <select class="text" required=${!here.covers} value=${window} onChange=${(event) => this.setState({ window: event.target.value })}>
          <option value="">${say(here.covers ? "cover_none" : "cover_choose")}</option>
          ${others.map((one) => html`<option key=${one.id} value=${one.id}>${say("window", { window: one.id })} ${this.more(one).map((id) => named.get(id) ?? id).join(spoken.language === "en" ? ", " : "、")}</option>`)}
        </select></label>
    <//>`;
  }
}
