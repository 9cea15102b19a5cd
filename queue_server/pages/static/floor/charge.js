// A manager looks after a window whose clerk is gone: takes it over, asked once, ends what was left there, or gives it to somebody.

import { ask } from "/static/ask.js";
import { Dialog } from "/static/dialog.js";
import { newKey } from "/static/feed.js";
import { draw, html, me } from "/static/page.js";
import { Reasoned } from "/static/reason.js";
import { say } from "/static/words.js";

const REASONS = ["charge_gone", "charge_ill", "charge_shift", "reason_other"];
/** Each deed with its command; `take` comes first, and what it was done for stands for the others. */
const COMMANDS = { take: "windows.open", give: "windows.open", finish: "windows.finish", no_show: "windows.no_show", close: "windows.close" };
const LAST = ["give", "close"]; // after these there is nothing more to do here

let at = null;
const reasons = new Map(); // why a window was taken over, by its id

/** Look at a window; null: at none. */
export function look(window) {
  at = window;
  draw();
}

/** The window that is looked at. */
export function looked() {
  return at;
}

/** What can be done with a window as it is. */
function deeds(window) {
  if (window.clerk !== me.who.name) return ["take", "give", ...(window.ticket ? [] : ["close"])];
  if (!window.ticket) return ["give", "close"];
  return [...(window.ticket_state === "called" ? ["no_show"] : []), "finish", "give"];
}

export class Charge extends Reasoned {
  constructor(props) {
    super(props);
    Object.assign(this.state, { deed: null, clerk: "", staff: [], told: null, busy: false });
    this.key = null; // of what was asked and is not known to be done: asked again it is the same
  }

  /** Whom the hall knows; without them a name is typed. */
  async componentDidMount() {
    try {
      const { document } = await ask("GET", "/config");
      this.setState({ staff: (document.staff ?? []).map((one) => one.id) });
    } catch {
      // a name can be typed all the same
    }
  }

  choose(deed) {
    this.key = null;
    this.setState({ deed, told: null });
  }

  /** The names to choose from: who should be here first. */
  clerks() {
    const { window, windows } = this.props;
    const shown = new Map(windows.flatMap((one) => [[one.clerk, one.clerk_name], [one.rostered, one.rostered_name]]));
    const names = [window.rostered, ...this.state.staff, ...windows.map((one) => one.rostered)];
    return [...new Set(names.filter((one) => one && one !== window.clerk))].map((one) => [one, shown.get(one) ?? ""]);
  }

  async submit() {
    const { feed, window } = this.props;
    const { deed, busy } = this.state;
    const clerk = this.state.clerk.trim();
    const mine = window.clerk === me.who.name;
    const reason = mine ? reasons.get(window.id) ?? say("charge_mine") : this.reason;
    if (busy || !deeds(window).includes(deed) || !reason || (deed === "give" && !clerk)) return;
    const fields = { take: { takeover: true }, give: { clerk, takeover: true } }[deed];
    this.key ??= newKey();
    this.setState({ busy: true, told: null });
    try {
      await feed.command(COMMANDS[deed], { window: window.id, reason, ...fields }, this.key);
      this.key = null;
      if (deed === "take") reasons.set(window.id, reason);
      if (LAST.includes(deed)) return look(null);
      this.setState({ busy: false, deed: null, told: { text: say(`charge_${deed}_done`) } });
    } catch (error) {
      if (!error.unknown) this.key = null;
      this.setState({ busy: false, told: { fault: true, text: error.unknown ? say("unknown") : error.message } });
    }
  }

  /** Who is there and with whom, in a sentence. */
  standing() {
    const { window } = this.props;
    const who = window.clerk === me.who.name ? say("charge_you") : window.clerk_name ?? window.clerk;
    if (window.ticket) return say(window.ticket_state === "serving" ? "charge_serving" : "charge_called", { clerk: who, number: window.number });
    return say(window.state === "paused" ? "charge_paused" : "charge_free", { clerk: who });
  }

  render({ window }) {
    if (!window?.clerk) return html`<${Dialog} title=${say("window", { window: at })} yes=${say("charge_leave")} shut=${() => look(null)} submit=${() => look(null)} only>
      <p>${say("charge_nobody")}</p>
    <//>`;
    const { deed, clerk, told, busy } = this.state;
    const mine = window.clerk === me.who.name;
    const names = this.clerks();
    return html`<${Dialog} title=${say("window", { window: window.id })} yes=${say(busy ? "busy" : "charge_do")} no=${say("charge_end")} shut=${() => look(null)} submit=${() => this.submit()}>
      <p>${this.standing()}</p>
      <p class="told ${told?.fault ? "fault" : ""}" role=${told?.fault ? "alert" : "status"}>${told?.text}</p>
      <fieldset>
        <legend>${say("charge_deed")}</legend>
        ${deeds(window).map((one) => html`<label class="pick" key=${one}>
          <input type="radio" name="deed" required checked=${deed === one} onChange=${() => this.choose(one)} />${say(`charge_${one}`)}
        </label>`)}
      </fieldset>
      ${deed === "give" && html`<label class="line"><span>${say("charge_clerk")}</span>
        <input class="text" list="charge-clerks" required maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false" value=${clerk}
          onInput=${(event) => { this.key = null; this.setState({ clerk: event.target.value }); }} />
        <datalist id="charge-clerks">${names.map(([one, shown]) => html`<option key=${one} value=${one}>${shown}</option>`)}</datalist></label>`}
      ${!mine && this.reasons(say("choose_why"), REASONS)}
    <//>`;
  }
}
