// What the sections of /audit share: where one is, the day, and an answer that is asked for anew when the question changes.

import { ask } from "/static/ask.js";
import { clock, stamp } from "/static/clock.js";
import { dayAfter, DayField } from "/static/day.js";
import { Component, html } from "/static/page.js";
import { refused } from "/static/signin.js";
import { name, say } from "/static/words.js";

export const state = { feed: null };

const LONG_MS = 700; // what takes longer is of a sealed day

/** Where one is: the parts of the address behind #, as in #/ticket/2026-11-26/A012. */
export function place() {
  const parts = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return parts[0] ? parts : ["skips"];
}

/** The address of a place on this page. */
export function to(...parts) {
  return `#/${parts.map((part) => encodeURIComponent(part)).join("/")}`;
}

/** The hall's day, by the server's clock. */
export function today() {
  return stamp(state.feed?.now() ?? Date.now()).slice(0, 10);
}

/** 10:42:07 */
export function seconds(at) {
  const ms = Date.parse(at);
  return `${clock(ms)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;
}

/** 2026-11-26 10:42 */
export function moment(at) {
  return stamp(Date.parse(at)).slice(0, 16).replace("T", " ");
}

/** A window as people know it. */
export function windowName(id) {
  const found = state.feed?.record("floor", `window/${id}`);
  return found?.name ? name(found.name) : say("window", { window: id });
}

/** The zones by letter. */
export function zones() {
  return (state.feed?.list("floor", "zone") ?? []).sort((a, b) => (a.letter < b.letter ? -1 : 1));
}

/** Asks `path` and shows its answer by `show(answer, again)`; a changed path is asked anew, an answer that comes too late is dropped. */
export class Answer extends Component {
  constructor() {
    super();
    this.state = { told: null, fault: null, long: false };
  }

  componentDidMount() {
    this.ask(this.props.path);
  }

  componentDidUpdate(before) {
    if (before.path !== this.props.path) this.ask(this.props.path);
  }

  componentWillUnmount() {
    this.asked = null;
    clearTimeout(this.waiting);
    clearTimeout(this.later);
  }

  async ask(path, quiet = false) {
    this.asked = path;
    clearTimeout(this.waiting);
    clearTimeout(this.later);
    if (!quiet) {
      this.setState({ told: null, fault: null, long: false });
      this.waiting = setTimeout(() => this.setState({ long: true }), LONG_MS);
    }
    try {
      const told = await ask("GET", path);
      if (this.asked !== path) return;
      clearTimeout(this.waiting);
      this.setState({ told, fault: null });
      const soon = this.props.until?.(told);
      if (soon) this.later = setTimeout(() => this.ask(path, true), soon);
    } catch (error) {
      if (error.code === "auth.invalid" || error.code === "auth.missing") return refused(error);
      if (this.asked !== path) return;
      clearTimeout(this.waiting);
      this.setState({ told: null, fault: error.message });
    }
  }

  render({ path, show }, { told, fault, long }) {
    if (fault) {
      return html`<div class="notice fault" role="alert"><span>${fault}</span>
        <button type="button" class="plain" onClick=${() => this.ask(path)}>${say("again")}</button></div>`;
    }
    if (!told) return html`<p class="muted" role="status">${say(long ? "reading_long" : "reading")}</p>`;
    if (told.unread) {
      return html`<section class="card band-card warn"><h2>${say("unread")}</h2><p>${name(told.unread)}</p></section>`;
    }
    return show(told, (quiet) => this.ask(path, quiet));
  }
}

/** The day that a section is of, and the ways to others; `at(day)` is the address of one. */
export function Day({ day, at, children }) {
  const now = today();
  return html`<div class="card which">
    <a class="button plain" href=${at(dayAfter(day, -1))} aria-label=${say("day_before")} title=${say("day_before")}>‹</a>
    <label class="line"><span>${say("day")}</span>
      <${DayField} name=${say("day")} last=${now} value=${day} set=${(chosen) => { if (chosen) location.hash = at(chosen); }} /></label>
    ${day < now && html`<a class="button plain" href=${at(dayAfter(day, 1))} aria-label=${say("day_after")} title=${say("day_after")}>›</a>`}
    ${day !== now && html`<a class="button plain" href=${at(now)}>${say("today")}</a>`}
    <span class="spring"></span>${children}
  </div>`;
}

/** A file to be saved. */
export function File({ href }) {
  return html`<a class="button secondary" href=${href} download>${say("file")}</a>`;
}
