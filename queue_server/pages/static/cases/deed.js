// What a supervisor does with a case, each in its own question; and the register as a file.

import { ask } from "/static/ask.js";
import { stamp } from "/static/clock.js";
import { DayField } from "/static/day.js";
import { Dialog } from "/static/dialog.js";
import { EarlierComplaint } from "/static/earlier.js";
import { Component, draw, html } from "/static/page.js";
import { say } from "/static/words.js";
import { acts, choose, chosen, looked, perform, state } from "./state.js";

const ORDER = ["contact", "rectify", "answer", "close", "appeal"];
const WHOM = ["visitor", "clerk", "department"];
const OUTCOMES = ["reached", "no_answer", "unknown"];
const VERDICTS = { valid: "uphold", mistaken: "dismiss", malicious: "dismiss" };
const LONGEST = 1000;

/** What can be done with the case that is looked at, in the order in which it is usually done; closing is one thing with several verdicts. */
export function deeds() {
  const one = looked();
  if (!one || !acts(one)) return [];
  const can = new Set(one.can.map((verb) => (verb === "uphold" || verb === "dismiss" ? "close" : verb)));
  const next = !one.contacted ? "contact" : { to_verify: "rectify", rectifying: "answer", answered: "close", appealed: "close" }[one.state];
  return ORDER.filter((verb) => can.has(verb)).sort((verb, other) => (other === next) - (verb === next));
}

export function open(kind) {
  if (state.busy) return;
  state.dialog = kind;
  draw();
}

function shut() {
  state.dialog = null;
  draw();
}

/** A question with words, kept apart from the log. */
class Deed extends Component {
  constructor(props) {
    super(props);
    this.state = { text: "", whom: null, outcome: null, verdict: null, complex: false };
  }

  pick(legend, key, all, words) {
    return html`<fieldset><legend>${legend}</legend>${all.map((one) => html`<label class="pick" key=${one}>
      <input type="radio" name=${key} required checked=${this.state[key] === one} onChange=${() => this.setState({ [key]: one })} />${say(`${words}_${one}`)}</label>`)}</fieldset>`;
  }

  words(label, optional) {
    return html`<label class="line"><span>${label}</span><textarea class="text" rows="4" maxlength=${LONGEST} required=${!optional} value=${this.state.text}
      onInput=${(event) => this.setState({ text: event.target.value })}></textarea></label>
      <p class="muted small">${say("words_where")}</p>`;
  }

  done(command, fields) {
    const text = this.state.text.trim();
    if (!text && command !== "cases.contact") return;
    const { one, kind } = this.props;
    shut();
    perform(command, { case: one.id, ...fields, ...(text ? { text } : {}) }, say(`noted_${kind}`, { number: one.number }));
  }
}

class Contact extends Deed {
  constructor(props) {
    super(props);
    Object.assign(this.state, { whom: "visitor" });
  }

  render({ one }, { whom, outcome }) {
    return html`<${Dialog} title=${say("ask_contact", { number: one.number })} yes=${say("do_contact")} shut=${shut} submit=${() => outcome && this.done("cases.contact", { whom, outcome })}>
      ${this.pick(say("contact_whom"), "whom", WHOM, "whom")}
      ${this.pick(say("contact_outcome"), "outcome", whom === "visitor" ? OUTCOMES : OUTCOMES.slice(0, 2), "outcome")}
      ${this.words(say("contact_text"), true)}
    <//>`;
  }
}

class Rectify extends Deed {
  render({ one }, { complex }) {
    return html`<${Dialog} title=${say("ask_rectify", { number: one.number })} yes=${say("do_rectify")} shut=${shut} submit=${() => this.done("cases.rectify", { complex })}>
      ${this.words(say(complex ? "rectify_text_complex" : "rectify_text"))}
      ${!one.complex && html`<label class="pick"><input type="checkbox" checked=${complex} onChange=${(event) => this.setState({ complex: event.target.checked })} />${say("rectify_complex")}</label>`}
    <//>`;
  }
}

class Answer extends Deed {
  render({ one }) {
    return html`<${Dialog} title=${say("ask_answer", { number: one.number })} yes=${say("do_answer")} shut=${shut} submit=${() => this.done("cases.answer", {})}>
      ${!one.contacted && html`<p class="told fault">${say("contact_first")}</p>`}
      ${this.words(say("answer_text"))}
    <//>`;
  }
}

class Close extends Deed {
  render({ one }, { verdict }) {
    const may = Object.keys(VERDICTS).filter((each) => one.can.includes(VERDICTS[each]));
    return html`<${Dialog} title=${say("ask_close", { number: one.number })} yes=${say("do_close")} shut=${shut} submit=${() => verdict && this.done("cases.close", { verdict })}>
      ${!one.contacted && html`<p class="told fault">${say("contact_first")}</p>`}
      ${this.pick(say("close_verdict"), "verdict", may, "verdict")}
      ${!may.includes("valid") && html`<p class="muted small">${say("close_valid_later")}</p>`}
      ${this.words(say("close_text"))}
    <//>`;
  }
}

class Appeal extends Deed {
  render({ one }, { whom }) {
    return html`<${Dialog} title=${say("ask_appeal", { number: one.number })} yes=${say("do_appeal")} shut=${shut} submit=${() => whom && this.done("cases.appeal", { whom })}>
      ${this.pick(say("appeal_whom"), "whom", WHOM, "whom")}
      ${this.words(say("appeal_text"))}
    <//>`;
  }
}

/** The register as a file: what is at hand, or of some days however long ago. */
class Download extends Component {
  constructor(props) {
    super(props);
    this.state = { first: "", last: "" };
  }

  submit() {
    const { first, last } = this.state;
    const asked = new URLSearchParams({ ...(first && { from: first }), ...(last && { to: last }) });
    location.assign(`/api/v1/cases.csv?${asked}`);
    shut();
  }

  render(_, { first, last }) {
    return html`<${Dialog} title=${say("download_title")} yes=${say("download")} shut=${shut} submit=${() => this.submit()}>
      <p>${say("download_text")}</p>
      <label class="line"><span>${say("download_first")}</span><${DayField} name=${say("download_first")} optional value=${first} set=${(chosen) => this.setState({ first: chosen })} /></label>
      <label class="line"><span>${say("download_last")}</span><${DayField} name=${say("download_last")} optional value=${last} set=${(chosen) => this.setState({ last: chosen })} /></label>
    <//>`;
  }
}

/** A complaint that came to the supervisor, by letter or telephone: of which service of several is asked of the log. Its case is shown. */
function Complaint() {
  const today = stamp(state.feed.now()).slice(0, 10);
  const services = async (day, number) => {
    const { tickets } = await ask("GET", `/audit/ticket?day=${day}&number=${encodeURIComponent(number)}`);
    return tickets.length ? tickets[tickets.length - 1].services : [];
  };
  const shown = (id, entered) => {
    Object.assign(state, { text: "", filter: "open", ...(id === chosen() ? { notice: entered } : { entered }) });
    shut();
    choose(id);
  };
  const made = (one) => shown(one.id, { text: say("complained_here", { number: one.number }) });
  const there = (id, text) => shown(id, { fault: true, text });
  return html`<${EarlierComplaint} title=${say("complain")} hint=${say("complain_hint")} note=${say("words_where")} day=${today} today=${today} services=${services} made=${made} there=${there} shut=${shut} />`;
}

const ASKED = { contact: Contact, rectify: Rectify, answer: Answer, close: Close, appeal: Appeal };

export function Dialogs() {
  const kind = state.dialog;
  if (!kind) return null;
  if (kind === "download") return html`<${Download} />`;
  if (kind === "complain") return html`<${Complaint} />`;
  const one = looked();
  return one && html`<${ASKED[kind]} key=${kind} one=${one} kind=${kind} />`;
}
