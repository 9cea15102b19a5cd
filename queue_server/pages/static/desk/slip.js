// Numbers handed out by hand, keyed in one after the other: number, Enter through the fields, and the next number is there already.

import { stamp } from "/static/clock.js";
import { DayField } from "/static/day.js";
import { Dialog } from "/static/dialog.js";
import { newKey } from "/static/feed.js";
import { Component, createRef, html, Letter } from "/static/page.js";
import { name, say } from "/static/words.js";
import { state } from "./state.js";

const WRITTEN = /^([A-Z]{0,3})-?(\d{4})$/;
const TIME = /^([01]?\d|2[0-3])[:：.]?([0-5]\d)$/;

/** What of a number was typed, however: {prefix, n}, or null for anything else. */
function parsed(text) {
  const found = WRITTEN.exec(text.normalize("NFKC").trim().toUpperCase());
  return found && { prefix: found[1], n: Number(found[2]) };
}

/** HH:MM of a time as people type it: 0915, 9:15; null for anything else. */
function timed(text) {
  const found = TIME.exec(text.normalize("NFKC").trim());
  return found && `${found[1].padStart(2, "0")}:${found[2]}`;
}

export class Slips extends Component {
  constructor(props) {
    super(props);
    const zone = this.zones()[0]?.id ?? "";
    this.state = { zone, service: this.services(zone)[0]?.id ?? "", day: stamp(state.feed.now()).slice(0, 10), number: "", time: "", told: null, busy: false, done: [] };
    this.number = createRef();
    this.time = createRef();
    this.key = null; // of what was sent and is not known to be done: sent again it is the same
  }

  componentDidMount() {
    this.number.current.focus();
  }

  zones() {
    return state.feed.list("hall", "zone").sort((one, other) => (one.letter < other.letter ? -1 : 1));
  }

  services(zone) {
    return state.feed.list("hall", "service").filter((one) => one.zone === zone);
  }

  change(changes) {
    this.key = null;
    this.setState({ ...changes, told: null });
  }

  in(zone) {
    return { zone, service: this.services(zone)[0]?.id ?? "" };
  }

  /** A letter that is typed chooses the zone. */
  write(number) {
    const prefix = parsed(number)?.prefix;
    const zone = prefix && this.zones().find((one) => one.letter === prefix);
    this.change({ number, ...(zone && zone.id !== this.state.zone && this.in(zone.id)) });
  }

  async submit() {
    const { zone, service, day, number, time, busy, done } = this.state;
    const typed = parsed(number);
    const at = timed(time);
    if (busy) return;
    if (!typed) return this.wrong("slip_number_wrong", this.number);
    if (!at || !day) return this.wrong("slip_time_wrong", this.time);
    const letter = typed.prefix || this.zones().find((one) => one.id === zone)?.letter || "";
    const slip = `${letter}${typed.n}`;
    this.key ??= newKey();
    this.setState({ busy: true, told: null });
    try {
      const ticket = await state.feed.command("tickets.take", { service, slip, taken_at: `${day}T${at}:00+08:00` }, this.key);
      this.key = null;
      const next = `${typed.prefix}${typed.n + 1}`;
      this.setState({ busy: false, number: next, time: "", told: { text: say("slip_done", { number: ticket.number }) }, done: [{ ticket, at }, ...done] });
      this.time.current.focus();
    } catch (error) {
      if (!error.unknown) this.key = null;
      this.setState({ busy: false, told: { fault: true, text: error.unknown ? say("unknown") : error.message } });
      this.number.current.select();
    }
  }

  wrong(key, field) {
    this.setState({ told: { fault: true, text: say(key) } });
    field.current.focus();
    field.current.select();
  }

  render({ shut }) {
    const { zone, service, day, number, time, told, busy, done } = this.state;
    const zones = this.zones();
    return html`<${Dialog} title=${say("slip_title")} yes=${say(busy ? "busy" : "slip_do")} no=${say("slip_end")} shut=${shut} submit=${() => this.submit()}>
      <p class="muted small">${say("slip_text")}</p>
      <div class="slip">
        <label class="line"><span>${say("slip_zone")}</span><select class="text" value=${zone} onChange=${(event) => this.change(this.in(event.target.value))}>
          ${zones.map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === zone}>${one.letter} ${name(one.short)}</option>`)}
        </select></label>
        <label class="line"><span>${say("slip_service")}</span><select class="text" value=${service} onChange=${(event) => this.change({ service: event.target.value })}>
          ${this.services(zone).map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === service}>${name(one.name)}</option>`)}
        </select></label>
        <label class="line"><span>${say("slip_day")}</span><${DayField} name=${say("slip_day")} value=${day} set=${(chosen) => this.change({ day: chosen })} /></label>
        <label class="line"><span>${say("slip_number")}</span><input class="text" ref=${this.number} maxlength="9" autocomplete="off" autocapitalize="characters" spellcheck=${false}
          placeholder=${say("slip_number_example")} readonly=${busy} value=${number} onInput=${(event) => this.write(event.target.value)} /></label>
        <label class="line"><span>${say("slip_time")}</span><input class="text" ref=${this.time} maxlength="5" inputmode="numeric" autocomplete="off"
          placeholder=${say("slip_time_example")} readonly=${busy} value=${time} onInput=${(event) => this.change({ time: event.target.value })} /></label>
      </div>
      <p class="told ${told?.fault ? "fault" : ""}" role=${told?.fault ? "alert" : "status"}>${told?.text}</p>
      ${done.length > 0 && html`<ol class="slips" aria-label=${say("slip_list", { count: done.length })}>${done.map(({ ticket, at }) => html`<li key=${ticket.id}>
        <${Letter} of=${zones.find((one) => one.id === ticket.zone) ?? {}} /><b>${ticket.number}</b><span>${say("slip_at", { time: at })}</span>
        <span class="muted">${ticket.ahead ? say("is_waiting", { count: ticket.ahead }) : say("is_next")}</span></li>`)}</ol>`}
    <//>`;
  }
}
