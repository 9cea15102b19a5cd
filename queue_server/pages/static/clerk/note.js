// A remark on the ticket at a window, as it is written.

import { Dialog } from "/static/dialog.js";
import { Component, html } from "/static/page.js";
import { say } from "/static/words.js";

const LONGEST = 200;

/** Staff write of the matter at hand, never of who somebody is. */
export class NoteDialog extends Component {
  constructor() {
    super();
    this.state = { text: "" };
  }

  render({ ticket, shut, choose }, { text }) {
    return html`<${Dialog} title=${say("note_title", { number: ticket.number })} yes=${say("note_do")} shut=${shut}
      submit=${() => text.trim() && choose(text.trim())}>
      <label class="line"><span>${say("note_text")}</span><textarea class="text" rows="4" maxlength=${LONGEST} required value=${text}
        onInput=${(event) => this.setState({ text: event.target.value })} onKeyDown=${sent}></textarea></label>
      <p class="muted small">${say("note_hint")}</p>
    <//>`;
  }
}

/** Enter is a new line; with Ctrl it writes the remark down. */
function sent(event) {
  if (event.key === "Enter" && event.ctrlKey && !event.repeat && !event.isComposing) event.target.form.requestSubmit();
}
