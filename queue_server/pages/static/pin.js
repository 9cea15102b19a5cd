// One's own PIN: six digits with which staff confirm a class at a kiosk, set by whoever knows the password.

import { ask } from "./ask.js";
import { Dialog } from "./dialog.js";
import { Component, html } from "./page.js";
import { say } from "./words.js";

/** Sets it, or takes it away; `told` hears what was done. */
export class PinDialog extends Component {
  constructor() {
    super();
    this.state = { password: "", pin: "", again: "", fault: null, busy: false };
  }

  async submit(pin) {
    const { password, again, busy } = this.state;
    if (busy) return;
    if (!password) return this.setState({ fault: say("pin_password_missing") });
    if (pin !== null && pin !== again) return this.setState({ fault: say("pin_differ"), again: "" });
    this.setState({ busy: true, fault: null });
    try {
      await ask("POST", "/me/pin", { password, pin });
      this.props.shut();
      this.props.told(say(pin === null ? "pin_gone" : "pin_set"));
    } catch (error) {
      this.setState({ busy: false, fault: error.message });
    }
  }

  field(key, label, rest) {
    return html`<label class="line"><span>${label}</span><input class="text" type="password" required value=${this.state[key]} ...${rest}
      onInput=${(event) => this.setState({ [key]: event.target.value })} /></label>`;
  }

  render({ shut }) {
    const { pin, fault, busy } = this.state;
    const digits = { inputmode: "numeric", pattern: "[0-9]{6}", maxlength: 6, autocomplete: "off" };
    return html`<${Dialog} title=${say("pin_title")} yes=${say(busy ? "password_saving" : "pin_save")} shut=${shut} submit=${() => this.submit(pin)}>
      <p>${say("pin_text")}</p>
      ${this.field("password", say("pin_password"), { autocomplete: "current-password", maxlength: 200 })}
      ${this.field("pin", say("pin_new"), digits)}
      ${this.field("again", say("pin_again"), digits)}
      <p class="told fault" role="alert">${fault ?? ""}</p>
      <p><button type="button" class="plain" onClick=${() => this.submit(null)}>${say("pin_remove")}</button></p>
    <//>`;
  }
}
