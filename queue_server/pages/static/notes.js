// Remarks on a ticket, written at windows and read by whoever goes on with it. Citizens and their screens never get them.

import { ask } from "./ask.js";
import { clock, stamp } from "./clock.js";
import { Component, html } from "./page.js";
import { say } from "./words.js";

const AGAIN_MS = 3000; // until remarks that could not be read are asked for again

/** What was written on a ticket, the newest first; read again whenever there is one more. The link says how many, the server what. */
export class Notes extends Component {
  constructor() {
    super();
    this.state = { ticket: null, told: null };
  }

  componentDidMount() {
    this.read();
  }

  componentDidUpdate(before) {
    const { of } = this.props;
    if (of?.ticket !== before.of?.ticket || of?.count !== before.of?.count) this.read();
  }

  componentWillUnmount() {
    this.gone = true;
    clearTimeout(this.later);
  }

  async read() {
    clearTimeout(this.later);
    const { of } = this.props;
    if (!of) return;
    let told = null;
    try {
      told = await ask("GET", `/tickets/${of.ticket}/notes`);
    } catch (error) {
      if (error.code.startsWith("auth.")) return; // the page is about to ask for a sign-in
    }
    if (this.gone || this.props.of?.ticket !== of.ticket) return;
    if (told) this.setState({ ticket: of.ticket, told });
    else this.later = setTimeout(() => this.read(), AGAIN_MS);
  }

  render({ of, now }, { ticket, told }) {
    if (!of) return null;
    const known = ticket === of.ticket ? told : null;
    const title = `notes-${of.ticket}`;
    return html`<section class="notes" aria-labelledby=${title}>
      <h2 id=${title}>${say("notes", { count: of.count })}</h2>
      ${known ? html`<ul tabindex="0" aria-labelledby=${title}>${[...known].reverse().map((one) => html`<li key=${one.at}>
        ${one.forgotten ? html`<p class="muted">${say("note_forgotten")}</p>` : html`<p class="words">${one.text}</p>`}
        <p class="muted small">${say("note_by", { time: moment(Date.parse(one.at), now), window: one.window, clerk: one.clerk_name ?? one.clerk })}</p>
      </li>`)}</ul>` : html`<p class="muted" role="status">${say("notes_opening")}</p>`}
    </section>`;
  }
}

/** When something was written; with its day if that is another one. */
function moment(at, now) {
  const day = stamp(at).slice(0, 10);
  return day === stamp(now).slice(0, 10) ? clock(at) : `${day} ${clock(at)}`;
}
