// A manager looks after a window: opens one that is closed, pauses one, and where the clerk is gone takes it over, asked once, ends what
// was left there, or gives it to somebody.

import { ask } from "/static/ask.js";
import { today } from "/static/clock.js";
import { Dialog } from "/static/dialog.js";
import { newKey } from "/static/feed.js";
import { Offer } from "/static/floor/offer.js";
import { draw, html, me } from "/static/page.js";
import { Reasoned } from "/static/reason.js";
import { Time } from "/static/time.js";
import { say } from "/static/words.js";

/** Each deed with its command; `take` comes first, and what it was done for stands for the others. */
const COMMANDS = {
  open: "windows.open",
  take: "windows.open",
  give: "windows.open",
  finish: "windows.finish",
  no_show: "windows.no_show",
  pause: "windows.pause",
  resume: "windows.resume",
  close: "windows.close",
};
/** Why; of the other deeds that the clerk is gone. */
const REASONS = {
  open: ["charge_many", "charge_roster", "reason_other"],
  pause: ["charge_fault", "charge_away", "charge_meeting", "reason_other"],
  resume: ["charge_mended", "charge_back", "reason_other"],
};
const GONE = ["charge_gone", "charge_ill", "charge_shift", "reason_other"];
const NAMED = ["open", "give"]; // deeds for a clerk who has to be named
const LAST = ["open", "give", "pause", "resume", "close"]; // after these there is nothing more to do here

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
  if (!window.clerk) return ["open"];
  const rest = { open: ["pause"], paused: ["resume"] }[window.state] ?? [];
  if (window.clerk !== me.who.name) return ["take", "give", ...rest, ...(window.ticket ? [] : ["close"])];
  if (!window.ticket) return ["give", "close"];
  return [...(window.ticket_state === "called" ? ["no_show"] : []), "finish", "give"];
}

export class Charge extends Reasoned {
  constructor(props) {
    super(props);
    const { window } = props;
    Object.assign(this.state, { deed: null, clerk: window?.clerk ? "" : window?.rostered ?? "", until: "", staff: [], told: null, busy: false, offering: false });
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

  /** What is to be done; the window may have changed since it was chosen. */
  get deed() {
    const all = deeds(this.props.window);
    return all.includes(this.state.deed) ? this.state.deed : all.length === 1 ? all[0] : null;
  }

  choose(deed) {
    this.key = null;
    this.setState({ deed, reason: null, text: "", told: null });
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
    const { until, busy } = this.state;
    const { deed } = this;
    const clerk = this.state.clerk.trim();
    const mine = window.clerk === me.who.name;
    const reason = mine ? reasons.get(window.id) ?? say("charge_mine") : this.reason;
    if (busy || !deed || !reason || (NAMED.includes(deed) && !clerk)) return;
    const fields = {
      take: { takeover: true },
      give: { clerk, takeover: true },
      open: { clerk },
      pause: until ? { until: today(until, feed.now()) } : {},
    }[deed];
    this.key ??= newKey();
    this.setState({ busy: true, told: null });
    try {
      await feed.command(COMMANDS[deed], { window: window.id, reason, ...fields }, this.key);
      this.key = null;
      if (deed === "take") reasons.set(window.id, reason);
      if (LAST.includes(deed)) return look(null);
      this.setState({ busy: false, deed: null, told: { text: say(deed === "take" && !window.ticket ? "charge_take_bare_done" : `charge_${deed}_done`) } });
    } catch (error) {
      if (!error.unknown) this.key = null;
      this.setState({ busy: false, told: { fault: true, text: error.unknown ? say("unknown") : error.message } });
    }
  }

  /** Who is there and with whom, in a sentence. */
  standing() {
    const { window } = this.props;
    if (!window.clerk) return say(window.attendance === "missing" ? "charge_missed" : "charge_closed", { clerk: window.rostered_name ?? window.rostered });
    const who = window.clerk === me.who.name ? say("charge_you") : window.clerk_name ?? window.clerk;
    if (window.ticket) return say(window.ticket_state === "serving" ? "charge_serving" : "charge_called", { clerk: who, number: window.number });
    if (window.state !== "paused") return say("charge_free", { clerk: who });
    return say(window.reason ? "charge_paused_for" : "charge_paused", { clerk: who, reason: window.reason });
  }

  /** What is offered here today, where that is not as usual. */
  offers() {
    const { covers, usual } = this.props.window;
    if (covers) return say("offer_covers", { window: covers });
    return say(usual ? "offer_other" : "offer_as_usual");
  }

  render({ feed, window, zones }) {
    if (!window) return html`<${Dialog} title=${say("window", { window: at })} yes=${say("charge_leave")} shut=${() => look(null)} submit=${() => look(null)} only>
      <p>${say("charge_nobody")}</p>
    <//>`;
    const { clerk, until, told, busy, offering } = this.state;
    if (offering) return html`<${Offer} feed=${feed} window=${window} zones=${zones}
      back=${(text) => this.setState({ offering: false, told: text && { text } })} />`;
    const { deed } = this;
    const all = deeds(window);
    const mine = window.clerk === me.who.name;
    const names = this.clerks();
    return html`<${Dialog} title=${say("window", { window: window.id })} yes=${say(busy ? "busy" : all.length > 1 ? "charge_do" : `charge_${all[0]}_do`)} no=${say("charge_end")} shut=${() => look(null)} submit=${() => this.submit()}>
      <p>${this.standing()}</p>
      <p class="offers-now"><span>${this.offers()}</span><button type="button" class="plain" onClick=${() => this.setState({ offering: true })}>${say("offer_change")}</button></p>
      <p class="told ${told?.fault ? "fault" : ""}" role=${told?.fault ? "alert" : "status"}>${told?.text}</p>
      ${all.length > 1 && html`<fieldset>
        <legend>${say("charge_deed")}</legend>
        ${all.map((one) => html`<label class="pick" key=${one}>
          <input type="radio" name="deed" required checked=${deed === one} onChange=${() => this.choose(one)} />${say(one === "take" && !window.ticket ? "charge_take_bare" : `charge_${one}`)}
        </label>`)}
      </fieldset>`}
      ${NAMED.includes(deed) && html`<label class="line"><span>${say("charge_clerk")}</span>
        <input class="text" list="charge-clerks" required maxlength="64" autocomplete="off" autocapitalize="none" spellcheck=${false} value=${clerk}
          onInput=${(event) => { this.key = null; this.setState({ clerk: event.target.value }); }} />
        <datalist id="charge-clerks">${names.map(([one, shown]) => html`<option key=${one} value=${one}>${shown}</option>`)}</datalist></label>`}
      ${deed === "pause" && html`<label class="line"><span>${say("charge_until")}</span>
        <${Time} name=${say("charge_until")} value=${until} set=${(time) => { this.key = null; this.setState({ until: time }); }} optional /></label>`}
      ${!mine && deed && this.reasons(say("choose_why"), REASONS[deed] ?? GONE)}
    <//>`;
  }
}
