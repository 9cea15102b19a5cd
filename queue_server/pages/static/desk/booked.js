// Who has an appointment, today and later: found by code, service or time, checked in, or given up with the reason. Whose they are is not told.

import { ask } from "/static/ask.js";
import { clock, day, stamp } from "/static/clock.js";
import { Dialog } from "/static/dialog.js";
import { newKey } from "/static/feed.js";
import { fits } from "/static/find.js";
import { Component, createRef, html, Letter, me } from "/static/page.js";
import { Reasoned } from "/static/reason.js";
import { refused } from "/static/signin.js";
import { name, say, spoken } from "/static/words.js";
import { open } from "./dialog.js";
import { checkIn, serviceOf, state, zoneOf } from "./state.js";

const MOST = 5000; // as many as a hall keeps
const SHOWN = 100;
const REASONS = ["unbook_gone", "unbook_wrong", "unbook_twice", "reason_other"];
const ALL = "";

/** The local day of an instant, as 2026-11-23. */
function dayOf(at_ms) {
  return stamp(at_ms).slice(0, 10);
}

/** A day as people say it. */
function dayTold(key, now) {
  const told = day(Date.parse(`${key}T12:00:00+08:00`), spoken.language);
  if (key === dayOf(now)) return `${say("today")} ${told}`;
  return key === dayOf(now + 86400000) ? `${say("tomorrow")} ${told}` : told;
}

/** What of an appointment is looked for: every word typed is in its code, its time, its number, or names its service. */
function found(one, words) {
  const service = serviceOf(one.service);
  const zone = service && zoneOf(one.service);
  return words.every((word) => one.code.toLowerCase().includes(word) || clock(Date.parse(one.slot)).startsWith(word)
    || one.number?.toLowerCase() === word || service && fits(service, zone, word));
}

/** The list, and the question before one is given up. */
export class Booked extends Component {
  constructor(props) {
    super(props);
    this.state = { all: null, text: "", day: dayOf(state.feed.now()), asked: null, told: null };
    this.field = createRef();
  }

  componentDidMount() {
    this.load();
  }

  async load() {
    try {
      this.setState({ all: await ask("GET", `/appointments?limit=${MOST}`) }, () => this.field.current?.focus());
    } catch (error) {
      if (error.code.startsWith("auth.")) return refused(error);
      this.setState({ told: { fault: true, text: error.message } });
    }
  }

  /** Back to the list, which is read anew: somebody else may have been faster. */
  back(told) {
    this.setState({ asked: null, told });
    this.load();
  }

  row(one) {
    const now = state.feed.now();
    const at = Date.parse(one.slot);
    const service = name(serviceOf(one.service)?.name) || one.service;
    const today = dayOf(at) === dayOf(now);
    return html`<li key=${one.code}>
      <span class="at">${this.state.day === ALL && html`<span class="muted small">${day(at, spoken.language)}</span>`}<b>${clock(at)}</b></span>
      <${Letter} of=${zoneOf(one.service) ?? { letter: "–" }} />
      <span class="what"><b>${service}</b><span class="muted small">${one.code}</span></span>
      ${one.state === "come" ? html`<span class="muted">${say("booked_come", { number: one.number ?? "" })}</span>` : html`<span class="does">
        ${today && html`<button type="button" class="secondary" aria-label=${say("check_in", { code: one.code })} onClick=${() => { this.props.shut(); checkIn(one.code); }}>${say("booked_check_in")}</button>`}
        <button type="button" class="plain" aria-label=${say("unbook_of", { code: one.code })} onClick=${() => this.setState({ asked: one, told: null })}>${say("unbook")}</button></span>`}
    </li>`;
  }

  list() {
    const { all, text, day: chosen } = this.state;
    const words = text.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    const some = all.filter((one) => (chosen === ALL || dayOf(Date.parse(one.slot)) === chosen) && found(one, words));
    const none = words.length ? "booked_not_found" : chosen === ALL ? "booked_none" : "booked_none_day";
    return html`<p class="muted small" role="status">${some.length ? say("booked_count", { count: some.length, come: some.filter((one) => one.state === "come").length }) : say(none)}</p>
      ${some.length > 0 && html`<ul class="booked" tabindex="0" aria-label=${say("booked_title")}>${some.slice(0, SHOWN).map((one) => this.row(one))}</ul>`}
      ${some.length > SHOWN && html`<p class="muted small">${say("booked_more", { count: some.length - SHOWN })}</p>`}`;
  }

  render({ shut }) {
    const { all, text, day: chosen, asked, told } = this.state;
    if (asked) return html`<${Unbook} one=${asked} back=${(after) => this.back(after)} />`;
    const now = state.feed.now();
    const today = dayOf(now);
    const counts = new Map([[today, 0]]);
    for (const one of all ?? []) {
      const key = dayOf(Date.parse(one.slot));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const books = me.who.role === "manager";
    return html`<${Dialog} title=${say("booked_title")} yes=${say(books ? "book" : "booked_shut")} no=${say("booked_shut")} shut=${shut} submit=${books ? () => open("book") : shut} only=${!books} wide>
      <div class="sought">
        <label class="line"><span>${say("booked_find")}</span><input class="text" ref=${this.field} maxlength="40" autocomplete="off" autocapitalize="none" spellcheck=${false}
          placeholder=${say("booked_example")} value=${text} onInput=${(event) => this.setState({ text: event.target.value, told: null })}
          onKeyDown=${(event) => { if (event.key === "Enter") event.preventDefault(); }} /></label>
        <label class="line"><span>${say("booked_day")}</span><select class="text" value=${chosen} onChange=${(event) => this.setState({ day: event.target.value, told: null })}>
          ${[...counts].map(([key, count]) => html`<option key=${key} value=${key} selected=${key === chosen}>${say("booked_of", { day: dayTold(key, now), count })}</option>`)}
          <option value=${ALL} selected=${chosen === ALL}>${say("booked_of", { day: say("booked_all"), count: all?.length ?? 0 })}</option>
        </select></label>
      </div>
      <p class="told ${told?.fault ? "fault" : ""}" role=${told?.fault ? "alert" : "status"}>${told?.text}</p>
      ${all ? this.list() : !told && html`<p class="muted" role="status">${say("loading")}</p>`}
    <//>`;
  }
}

/** One is given up: under one key, so that a second try after a cut link does nothing twice. */
class Unbook extends Reasoned {
  constructor(props) {
    super(props);
    Object.assign(this.state, { busy: false, told: null });
    this.key = newKey();
  }

  async submit() {
    const { one, back } = this.props;
    if (!this.reason) return;
    this.setState({ busy: true, told: null });
    try {
      await state.feed.command("appointments.cancel", { appointment: one.code, reason: this.reason }, this.key);
      back({ text: say("unbooked", { code: one.code }) });
    } catch (error) {
      if (!error.unknown) return back({ fault: true, text: error.message });
      this.setState({ busy: false, told: say("unknown") });
    }
  }

  render({ one, back }) {
    const at = Date.parse(one.slot);
    const service = name(serviceOf(one.service)?.name) || one.service;
    return html`<${Dialog} title=${say("unbook_title", { code: one.code })} yes=${say(this.state.busy ? "busy" : "unbook")} no=${say("unbook_keep")} shut=${() => back(null)} submit=${() => this.submit()}>
      <p><b>${service}</b><br />${day(at, spoken.language)} ${clock(at)}</p>
      <p>${say("unbook_text")}</p>
      ${this.reasons(say("choose_why"), REASONS)}
      <p class="told fault" role="alert">${this.state.told ?? ""}</p>
    <//>`;
  }
}
