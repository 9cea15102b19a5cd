// Appointments booked from lines that are pasted or a file, as they come from whoever takes bookings: one or many at once. The manager's.

import { ask } from "/static/ask.js";
import { Dialog } from "/static/dialog.js";
import { FileButton } from "/static/file.js";
import { Component, draw, html } from "/static/page.js";
import { refused } from "/static/signin.js";
import { say, spoken } from "/static/words.js";
import { state } from "./state.js";

/** Lines that were refused are told, each by its number; the others are booked. The same lines again book nothing twice. */
export class Bookings extends Component {
  constructor(props) {
    super(props);
    this.state = { text: "", file: null, told: null, faults: [], busy: false };
  }

  async submit() {
    const { text, file, busy } = this.state;
    if (busy) return;
    if (!file && !text.trim()) return this.setState({ told: say("book_empty"), faults: [] });
    this.setState({ busy: true });
    try {
      const { booked, faults } = await ask("POST", "/appointments/import", file ?? new Blob([text]), "text/csv");
      if (faults.length) return this.setState({ busy: false, faults, told: booked ? say("book_some", { count: booked }) : say("book_none") });
      state.notice = { text: say("book_done", { count: booked }) };
      this.props.shut();
      draw();
    } catch (error) {
      if (error.code.startsWith("auth.")) return refused(error);
      this.setState({ busy: false, faults: [], told: error.message });
    }
  }

  render({ shut }) {
    const { text, file, told, faults, busy } = this.state;
    return html`<${Dialog} title=${say("book_title")} yes=${say(busy ? "busy" : "book_do")} shut=${shut} submit=${() => this.submit()} wide>
      <p class="muted small">${say("book_text")}</p>
      <label class="line"><span>${say("book_paste")}</span><textarea class="text" rows="5" spellcheck=${false} autocomplete="off" placeholder=${say("book_example")} value=${text}
        onInput=${(event) => this.setState({ text: event.target.value, file: null, told: null, faults: [] })}></textarea></label>
      <${FileButton} words=${say("book_choose")} accept=".csv,text/csv" named=${file?.name ?? null} choose=${([one]) => this.setState({ file: one, told: null, faults: [] })} />
      <div role="alert">${told && html`<p class="told fault">${told}</p>`}
        ${faults.length > 0 && html`<ul class="slips">${faults.map((one) => html`<li key=${one.line + one.fault.zh}><b>${say("book_line", { line: one.line })}</b>
          <span>${spoken.language === "en" ? one.fault.en : one.fault.zh}</span></li>`)}</ul>`}</div>
    <//>`;
  }
}
