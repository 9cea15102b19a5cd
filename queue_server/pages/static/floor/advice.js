// What to do now: windows worth opening, with what that brings, and zones that will be late. Then what came of today's advice.

import { clock } from "/static/clock.js";
import { Dialog } from "/static/dialog.js";
import { newKey } from "/static/feed.js";
import { Component, draw, html, me } from "/static/page.js";
import { name, say, spoken } from "/static/words.js";

let open = false;
let chosen = null; // the advice that a manager is about to follow

function turn(whether) {
  open = whether;
  draw();
}

function choose(advice) {
  chosen = advice;
  draw();
}

/** Whether today's advice is looked at. */
export function reviews() {
  return open;
}

/** The advice that is about to be followed; null: none. */
export function follows() {
  return chosen;
}

/** Nothing is looked at any more. */
export function forget() {
  open = false;
  chosen = null;
}

function zoneName(zones, id) {
  const zone = zones.find((one) => one.id === id);
  return zone ? name(zone.short) : id;
}

function minutesOf(min) {
  return min === null ? say("advice_never") : say("minutes", { min: Math.round(min) });
}

/** Who could sit there, in words. */
function who(advice) {
  if (!advice.clerk) return say("advice_anybody");
  const clerk = advice.clerk_name ?? advice.clerk;
  return advice.leaves ? say("advice_leaves", { clerk, window: advice.leaves }) : say("advice_clerk", { clerk });
}

function Effect({ of }) {
  const within = of.p90_min === null ? "" : say("advice_within");
  return html`<span class="effect">${within} <b>${minutesOf(of.p90_min)}</b><i aria-hidden="true">→</i><span class="unseen">${say("advice_to")}</span><b class="then">${minutesOf(of.then_min)}</b></span>`;
}

/** What to do now; nothing where nothing helps. */
export function Advice({ advice, zones }) {
  if (!advice || !(advice.opens.length || advice.late.length)) return null;
  return html`<section class="band advice" aria-label=${say("advice")}>
    <ul>
      ${advice.opens.map((one) => html`<li key=${one.zone}>
        <span class="do"><b>${say("advice_open", { zone: zoneName(zones, one.zone), window: one.window })}</b> <span class="who">${who(one)}</span></span>
        <${Effect} of=${one} />
        ${me.who.role === "manager" && html`<button type="button" class="secondary" aria-label=${say("advice_open", { zone: zoneName(zones, one.zone), window: one.window })} onClick=${() => choose(one)}>${say("advice_do")}</button>`}
      </li>`)}
      ${advice.late.map((one) => html`<li key=${`late ${one.zone}`} class="late">
        <span class="do"><b>${say("advice_late", { zone: zoneName(zones, one.zone), time: clock(Date.parse(one.closes_at)), count: one.tickets })}</b></span>
        <span class="effect">${one.late_min === null ? say("advice_late_none") : say("advice_late_by", { min: Math.ceil(one.late_min / 5) * 5 })}</span>
      </li>`)}
    </ul>
  </section>`;
}

/** The door to today's advice, where there was some. */
export function Today({ advices }) {
  if (!advices.length) return null;
  return html`<button type="button" class="plain" onClick=${() => turn(true)}>${say("advice_today", { count: advices.length })}</button>`;
}

function done(advice, now) {
  if (advice.done_at) return say("advice_done", { time: clock(Date.parse(advice.done_at)), window: advice.done_window });
  return say(now - Date.parse(advice.at) < 15 * 60000 ? "advice_not_yet" : "advice_not_done");
}

function came(advice) {
  if (advice.came_of === null) return say("advice_waiting");
  if (!advice.came) return say("advice_nothing");
  return [minutesOf(advice.came_min), say(`advice_${advice.came}`)].join(spoken.language === "zh" ? "，" : ", ");
}

/** Today's advice, newest first: advised, done, expected, came. */
export function Review({ advices, zones, now }) {
  const shut = () => turn(false);
  const expected = (one) => (one.done_at ? one.then_min : one.p90_min);
  return html`<${Dialog} title=${say("advice_title")} yes=${say("charge_leave")} shut=${shut} submit=${shut} only wide>
    <div class="scores advised" tabindex="0" role="region" aria-label=${say("advice_title")}><table>
      <thead><tr>${["advised", "done", "expected", "came"].map((one) => html`<th scope="col" key=${one}>${say(`advice_head_${one}`)}</th>`)}</tr></thead>
      <tbody>${[...advices].reverse().map((one) => html`<tr key=${one.id}>
        <th scope="row"><time>${clock(Date.parse(one.at))}</time> ${say("advice_open", { zone: zoneName(zones, one.zone), window: one.window })}
          <span class="muted">${say("advice_effect", { before: minutesOf(one.p90_min), then: minutesOf(one.then_min), count: one.waiting })}</span></th>
        <td>${done(one, now)}</td><td>${minutesOf(expected(one))}</td><td class=${one.came ? `came ${one.came}` : ""}>${came(one)}</td>
      </tr>`)}</tbody>
    </table></div>
    <p class="muted">${say("advice_meaning")}</p>
  <//>`;
}

/** A manager opens the window that was advised, for somebody. */
export class Follow extends Component {
  constructor(props) {
    super(props);
    this.state = { clerk: props.advice.clerk ?? "", told: null };
    this.key = null; // of what was asked and is not known to be done: asked again it is the same
  }

  async submit() {
    const { feed, advice } = this.props;
    const clerk = this.state.clerk.trim();
    const leave = clerk === advice.clerk && advice.leaves ? { leave: true } : {};
    this.key ??= newKey();
    try {
      await feed.command("windows.open", { window: advice.window, clerk, reason: say("advice_reason"), ...leave }, this.key);
      choose(null);
    } catch (error) {
      if (!error.unknown) this.key = null;
      this.setState({ told: error.unknown ? say("unknown") : error.message });
    }
  }

  render({ advice, zones, windows }) {
    const { clerk, told } = this.state;
    const names = [...new Set([advice.clerk, ...windows.map((one) => one.rostered)].filter(Boolean))];
    return html`<${Dialog} title=${say("advice_open", { zone: zoneName(zones, advice.zone), window: advice.window })} yes=${say("advice_do")} shut=${() => choose(null)} submit=${() => this.submit()}>
      <p>${who(advice)}</p>
      <p><${Effect} of=${advice} /></p>
      ${advice.leaves && html`<p class="muted">${say("advice_left", { window: advice.leaves })}</p>`}
      <p class="told fault" role="alert">${told}</p>
      <label class="line"><span>${say("charge_clerk")}</span>
        <input class="text" list="advice-clerks" required maxlength="64" autocomplete="off" autocapitalize="none" spellcheck=${false} value=${clerk}
          onInput=${(event) => { this.key = null; this.setState({ clerk: event.target.value }); }} />
        <datalist id="advice-clerks">${names.map((one) => html`<option key=${one} value=${one}></option>`)}</datalist></label>
    <//>`;
  }
}
