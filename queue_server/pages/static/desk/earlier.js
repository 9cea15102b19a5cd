// A complaint about a ticket of an earlier day: by the day and the number on its paper, which the server looks up.

import { ask } from "/static/ask.js";
import { stamp } from "/static/clock.js";
import { Dialog } from "/static/dialog.js";
import { Component, draw, html } from "/static/page.js";
import { refused } from "/static/signin.js";
import { say } from "/static/words.js";
import { state } from "./state.js";

const DAY_MS = 24 * 3600 * 1000;

/** It opens a case as one of today does. Sent twice it is one case: a step has no second one. */
export class EarlierComplaint extends Component {
  constructor(props) {
    super(props);
    this.state = { day: stamp(state.feed.now() - DAY_MS).slice(0, 10), number: props.number, text: "", told: null, busy: false };
  }

  async submit() {
    const { day, number, text, busy } = this.state;
    if (busy || !day || !number.trim() || !text.trim()) return;
    this.setState({ busy: true, told: null });
    try {
      const made = await ask("POST", "/cases/earlier", { day, number: number.trim(), text: text.trim() });
      state.notice = { text: say("complained", { number: made.number }) };
      this.props.shut();
      draw();
    } catch (error) {
      if (error.code.startsWith("auth.")) return refused(error);
      this.setState({ busy: false, told: error.message });
    }
  }

  render({ shut }) {
    const { day, number, text, told, busy } = this.state;
    return html`<${Dialog} title=${say("earlier_title")} yes=${say(busy ? "busy" : "complain")} shut=${shut} submit=${() => this.submit()}>
      <p>${say("complain_hint")}</p>
      <div class="slip">
        <label class="line"><span>${say("earlier_day")}</span><input class="text" type="date" required max=${stamp(state.feed.now()).slice(0, 10)} value=${day}
          onInput=${(event) => this.setState({ day: event.target.value, told: null })} /></label>
        <label class="line"><span>${say("slip_number")}</span><input class="text" required maxlength="9" autocomplete="off" autocapitalize="characters" spellcheck=${false} value=${number}
          onInput=${(event) => this.setState({ number: event.target.value, told: null })} /></label>
      </div>
      <label class="line"><span>${say("complain_text")}</span><textarea class="text" rows="5" maxlength="1000" required value=${text}
        onInput=${(event) => this.setState({ text: event.target.value })}></textarea></label>
      <p class="told fault" role="alert">${told ?? ""}</p>
    <//>`;
  }
}
