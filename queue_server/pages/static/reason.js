// Reasons, as every question asks for one: some to choose from, the last of them in one's own words.

import { Component, html } from "./page.js";
import { say } from "./words.js";

/** Why a class is given or not. */
export const CLASS_REASONS = { confirm: ["class_card", "class_seen", "reason_other"], refuse: ["class_none", "class_other", "reason_other"] };

/** One of several reasons, the last of them in one's own words. */
export function Reasons({ legend, keys, chosen, text, choose, write }) {
  return html`<fieldset>
      <legend>${legend}</legend>
      ${keys.map((key) => html`<label class="pick" key=${key}>
        <input type="radio" name="reason" required checked=${chosen === key} onChange=${() => choose(key)} />${say(key)}
      </label>`)}
    </fieldset>
    ${chosen === "reason_other" && html`<input class="text" maxlength="200" required aria-label=${say("reason_text")}
      placeholder=${say("reason_text")} value=${text} onInput=${(event) => write(event.target.value)} />`}`;
}

/** The reason as it is recorded, or "" while it has to be chosen or written. */
export function stated(reason, text) {
  if (!reason) return "";
  return reason === "reason_other" ? text.trim() : say(reason);
}

/** The same for what citizens read: in Chinese whatever language the page has, and in English beside it where it is chosen and not written. */
export function announced(reason, text) {
  if (reason === "reason_other") return { reason: text.trim() };
  return { reason: say(reason, {}, "zh"), reason_en: say(reason, {}, "en") };
}

/** A question with a reason. */
export class Reasoned extends Component {
  constructor(props) {
    super(props);
    this.state = { reason: null, text: "" };
  }

  get reason() {
    return stated(this.state.reason, this.state.text);
  }

  reasons(legend, keys) {
    return html`<${Reasons} legend=${legend} keys=${keys} chosen=${this.state.reason} text=${this.state.text}
      choose=${(reason) => this.setState({ reason })} write=${(text) => this.setState({ text })} />`;
  }
}
