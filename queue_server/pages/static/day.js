// A day to write: 2026-11-23 everywhere (GB/T 7408), where a browser's own field orders and names it by the language of its machine. The
// weekday stands beside it in the page's language; a calendar is behind the sign at its end, for whoever uses a mouse.

import { weekday } from "./clock.js";
import { Component, createRef, html } from "./page.js";
import { say, spoken } from "./words.js";

const DAY_MS = 24 * 3600 * 1000;

function at(day) {
  return Date.parse(`${day}T00:00:00+08:00`);
}

/** The day of three numbers; "" where there is no such day. */
function made(year, month, date) {
  const found = new Date(Date.UTC(year, month - 1, date));
  const day = Number.isNaN(found.getTime()) ? "" : found.toISOString().slice(0, 10);
  return day === `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}` ? day : "";
}

/** The day that was typed, "" for none: 20261123 is one, and once the field is `left` so are 2026/1/5 and 2026年1月5日. */
export function dayIn(text, left) {
  const typed = text.normalize("NFKC").trim();
  const found = /^(\d{4})-?(\d\d)-?(\d\d)$/.exec(typed) ?? (left && /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(typed));
  return found ? made(found[1], found[2], found[3]) : "";
}

/** The day so many days after one. */
export function dayAfter(day, by) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * DAY_MS).toISOString().slice(0, 10);
}

/**
 * The field; `set(day)` is called with each day that is one, and with "" while there is none. `name` is what it is called, unless a
 * label of its `id` says so; `first` and `last` bound it; up and down go to the day after and before.
 */
export class DayField extends Component {
  constructor(props) {
    super(props);
    this.state = { text: props.value ?? "", left: true };
    this.told = props.value ?? "";
    this.node = createRef();
  }

  componentDidMount() {
    this.node.current.setCustomValidity(this.fault());
  }

  /** What is chosen elsewhere is written here; what is being typed stays. */
  componentDidUpdate(before) {
    const value = this.props.value ?? "";
    if (value !== (before.value ?? "") && value !== this.told) {
      this.told = value;
      this.setState({ text: value, left: true });
    }
    this.node.current.setCustomValidity(this.fault());
  }

  /** What is wrong with it, in words. */
  fault() {
    const { first, last, optional } = this.props;
    const text = this.state.text.trim();
    const day = dayIn(text, false);
    if (!text) return optional ? "" : say("day_wrong");
    if (!day) return say("day_wrong");
    if (last && day > last) return say("day_late", { day: last });
    return first && day < first ? say("day_early", { day: first }) : "";
  }

  write(typed, left) {
    const { first, last, set } = this.props;
    const day = dayIn(typed, left);
    const told = (last && day > last) || (first && day < first) ? "" : day;
    this.setState({ text: day || typed, left });
    if (told === this.told) return;
    this.told = told;
    set(told);
  }

  key(event) {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const day = by && dayIn(this.state.text, true);
    if (!day) return;
    event.preventDefault();
    event.stopPropagation();
    const next = dayAfter(day, by);
    const { first, last } = this.props;
    if (!(last && next > last) && !(first && next < first)) this.write(next, true);
  }

  render({ name, id, first, last, optional, off, ...aria }, { text, left }) {
    const day = dayIn(text, false);
    const wrong = left && text.trim() ? this.fault() : "";
    return html`<span class="dated ${wrong ? "wrong-day" : ""}">
      <span class="dating">
        <input class="text day" ref=${this.node} id=${id} inputmode="numeric" size="10" maxlength="11" autocomplete="off" spellcheck=${false} placeholder="2026-11-23"
          aria-label=${name} title=${say("day_how")} ...${aria} aria-invalid=${wrong ? "true" : aria["aria-invalid"]} required=${!optional} disabled=${off} value=${text}
          onInput=${(event) => this.write(event.target.value, false)} onChange=${(event) => this.write(event.target.value, true)} onKeyDown=${(event) => this.key(event)} />
        <span class="weekday muted" aria-live="polite">${day ? weekday(at(day), spoken.language) : ""}</span>
        <input class="calendar" type="date" tabindex="-1" aria-hidden="true" min=${first} max=${last} disabled=${off} value=${day} onInput=${(event) => this.write(event.target.value, true)} />
      </span>
      ${wrong && html`<span class="wrong small" role="alert">${wrong}</span>`}
    </span>`;
  }
}
