// The closing report of a day: a sheet to be printed, signed and filed, in a tab of its own.

import { stamp } from "/static/clock.js";
import { DayField } from "/static/day.js";
import { Dialog } from "/static/dialog.js";
import { Component, draw, html, me } from "/static/page.js";
import { say } from "/static/words.js";

const READERS = ["manager", "admin", "auditor", "supervisor"];

let open = false;

function turn(whether) {
  open = whether;
  draw();
}

/** Whether a day is being chosen. */
export function closes() {
  return open;
}

/** The way to it, for whoever may read it. */
export function ClosingDoor() {
  if (!READERS.includes(me.who.role)) return null;
  return html`<button type="button" class="plain" onClick=${() => turn(true)}>${say("closing")}</button>`;
}

export class Closing extends Component {
  constructor(props) {
    super(props);
    this.today = stamp(props.now).slice(0, 10);
    this.state = { day: this.today };
  }

  submit() {
    window.open(`/api/v1/reports/day/${this.state.day}`, "_blank", "noopener");
    turn(false);
  }

  render() {
    const { day } = this.state;
    return html`<${Dialog} title=${say("closing")} yes=${say("closing_open")} shut=${() => turn(false)} submit=${() => this.submit()}>
      <p class="muted">${say("closing_what")}</p>
      <label class="line"><span>${say("closing_day")}</span>
        <${DayField} name=${say("closing_day")} last=${this.today} value=${day} set=${(chosen) => this.setState({ day: chosen })} /></label>
    <//>`;
  }
}
