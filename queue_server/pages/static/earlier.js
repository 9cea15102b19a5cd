// A complaint about a ticket by the day and the number on its paper, which the server looks up: at the desk and in the register.

import { ask } from "./ask.js";
import { DayField } from "./day.js";
import { Dialog } from "./dialog.js";
import { Component, html } from "./page.js";
import { refused } from "./signin.js";
import { name, say } from "./words.js";

const LONGEST = 1000;

/**
 * It opens a case as one of today does, and hands it to `made`. Sent twice it is one case: a step has no second one. `services(day, number)`
 * promises the names of the ticket's services where they may be asked for: of several, one is chosen before anything is sent. `there(case, told)` hears that its service has
 * a case already, where there is somewhere to show it.
 */
export class EarlierComplaint extends Component {
  constructor(props) {
    super(props);
    this.state = { day: props.day, number: props.number ?? "", text: "", told: null, busy: false, found: [], step: null };
  }

  write(fields) {
    this.setState({ ...fields, found: [], step: null, told: null });
  }

  async submit() {
    const { day, text, busy, step } = this.state;
    const number = this.state.number.trim();
    if (busy || !day || !number || !text.trim()) return;
    this.setState({ busy: true, told: null });
    try {
      const found = step === null && this.props.services ? await this.props.services(day, number) : [];
      if (found.length > 1) return this.setState({ busy: false, found, told: say("earlier_several") });
      const made = await ask("POST", "/cases/earlier", { day, number, text: text.trim(), ...(step === null ? {} : { step }) });
      this.props.made(made);
    } catch (error) {
      if (error.code.startsWith("auth.")) return refused(error);
      if (error.code === "case.exists" && this.props.there) return this.props.there(error.detail.case, error.message);
      this.setState({ busy: false, told: error.message });
    }
  }

  render({ title, hint, note, today, shut }, { day, number, text, told, busy, found, step }) {
    return html`<${Dialog} title=${title} yes=${say(busy ? "busy" : "complain")} shut=${shut} submit=${() => this.submit()}>
      <p>${hint}</p>
      <div class="halves">
        <label class="line"><span>${say("earlier_day")}</span><${DayField} name=${say("earlier_day")} last=${today} value=${day} set=${(chosen) => this.write({ day: chosen })} /></label>
        <label class="line"><span>${say("earlier_number")}</span><input class="text" required maxlength="9" autocomplete="off" autocapitalize="characters" spellcheck=${false} value=${number}
          onInput=${(event) => this.write({ number: event.target.value })} /></label>
      </div>
      ${found.length > 0 && html`<fieldset><legend>${say("earlier_which")}</legend>${found.map((one, at) => html`<label class="pick" key=${at}>
        <input type="radio" name="step" required checked=${step === at} onChange=${() => this.setState({ step: at, told: null })} />${name(one)}</label>`)}</fieldset>`}
      <label class="line"><span>${say("complain_text")}</span><textarea class="text" rows="5" maxlength=${LONGEST} required value=${text}
        onInput=${(event) => this.setState({ text: event.target.value })}></textarea></label>
      ${note && html`<p class="muted small">${note}</p>`}
      <p class="told fault" role="alert">${told ?? ""}</p>
    <//>`;
  }
}
