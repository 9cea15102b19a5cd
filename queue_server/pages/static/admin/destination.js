// Tickets that stand in the way of a document: where each service and class that goes sends its own, and then they are gone from there.

import { ask } from "/static/ask.js";
import { newKey } from "/static/feed.js";
import { Component, html, me } from "/static/page.js";
import { say } from "/static/words.js";
import { draft } from "./draft.js";
import { fault, state, tell } from "./state.js";
import { choices, rowName, rowsOf, windowsOf } from "./word.js";

const MOVERS = ["admin", "manager"];
const ORDINARY = "ordinary";
const FREE = ["waiting", "planned", "no_show", "expired"]; // steps that nobody serves yet, or again on the next working day
const SHOWN = 5; // so many tickets that stay are told one by one

/** What is still in use, as it was called. */
function usedName(id) {
  const service = choices("services", draft.runs).find(([one]) => one === id);
  if (service) return service[1];
  return windowsOf(draft.runs).some((one) => one.id === id) ? say("window", { window: id }) : id;
}

/** A class that goes, as it was called. */
function className(id) {
  const row = rowsOf("classes", draft.runs).find((one) => one.id === id);
  return row ? rowName("classes", row, draft.runs) : id;
}

/** The services that some window offers, by their ids. */
function offered(document) {
  return new Set(rowsOf("windows", document).flatMap((row) => row.services ?? []));
}

/** Where tickets may go: services of now that `goal` has too, offered here and there; those of the same zone first. */
function goals(goal, service) {
  const [now, then] = [offered(draft.runs), offered(goal)];
  const kept = new Set(rowsOf("services", goal).map((row) => row.id));
  const zone = rowsOf("services", draft.runs).find((row) => row.id === service)?.zone;
  return rowsOf("services", draft.runs)
    .filter(({ id }) => id !== service && kept.has(id) && now.has(id) && then.has(id))
    .sort((one, other) => (other.zone === zone) - (one.zone === zone));
}

/** What tickets may count as: classes of now that `goal` has too, ordinary first; a listed one takes a name for each. */
function kinds(goal) {
  const kept = new Set(rowsOf("classes", goal).map((row) => row.id));
  return rowsOf("classes", draft.runs)
    .filter(({ id, listed }) => kept.has(id) && !listed)
    .sort((one, other) => (other.id === ORDINARY) - (one.id === ORDINARY));
}

/** `use` is what the server said of the document `goal`; `again` asks it anew. */
export class Destinations extends Component {
  constructor() {
    super();
    this.state = { to: {}, as: {}, reason: null, busy: false, done: 0, stay: [] };
  }

  /** The services that go; the rest of what is in use are windows. */
  lost() {
    return this.props.use.what.filter((id) => rowsOf("services", draft.runs).some((row) => row.id === id));
  }

  /** The reason as it was written; until somebody has, the usual one in the language that is spoken. */
  get reason() {
    return this.state.reason ?? say("move_reason");
  }

  /** Move every step of a ticket that nobody serves yet and let it count as it is to; what is served stays, and is told. */
  async move(id, { to, as }, reason) {
    const ticket = await ask("GET", `/tickets/${id}`);
    let served = null;
    const kind = ["requested", "confirmed"].includes(ticket.class_state) && as[ticket.class];
    if (kind) await state.feed.command("tickets.classify", { ticket: id, class: kind, decision: "instead", reason }, newKey());
    for (const [step, { service, state: at, window }] of ticket.steps.entries()) {
      const gone = this.props.use.what.includes(window) && (["called", "serving"].includes(at) || (at === "held" && ticket.hold?.kind === "at_window"));
      if (FREE.includes(at) && to[service]) await state.feed.command("tickets.move", { ticket: id, step, service: to[service], reason }, newKey());
      else if ((["called", "serving", "held"].includes(at) && to[service]) || gone) served = window;
    }
    return served === null ? null : say("move_served", { number: ticket.number, window: served });
  }

  async submit(event) {
    event.preventDefault();
    const { to, as, busy } = this.state;
    const reason = this.reason.trim();
    if (busy || !reason || this.lost().some((id) => !to[id]) || this.props.use.classes.some((id) => !as[id])) return;
    const { use, again } = this.props;
    this.setState({ busy: true, done: 0, stay: [] });
    const stay = [];
    try {
      for (const id of use.tickets) {
        try {
          const served = await this.move(id, { to, as }, reason);
          if (served) stay.push(served);
        } catch (error) {
          if (error.code.startsWith("auth.") || error.unknown) throw error;
          stay.push(`${use.numbers[use.tickets.indexOf(id)]} ${error.message}`);
        }
        this.setState({ done: this.state.done + 1 });
      }
      if (!stay.length) tell(say("move_done", { count: use.tickets.length }));
    } catch (error) {
      fault(error);
    }
    this.setState({ busy: false, stay });
    again();
  }

  render({ use, goal }) {
    const { to, as, busy, done, stay } = this.state;
    const lost = this.lost();
    return html`<section class="card band-card alarm" aria-labelledby="use-title"><h3 id="use-title">${say("use_title", { count: use.tickets.length })}</h3>
      <p>${say("use_text", { what: [...use.what.map(usedName), ...use.classes.map(className)].join(say("and")) })}</p><p class="numbers">${use.numbers.join(" ")}</p>
      ${MOVERS.includes(me.who.role) && lost.length + use.classes.length > 0 && html`<form class="form" onSubmit=${(event) => this.submit(event)}>
        ${lost.map((id) => html`<div class="field" key=${id}><label for=${`move-${id}`}>${say("move_to", { service: usedName(id) })}</label>
          <select class="text" id=${`move-${id}`} required value=${to[id] ?? ""} onChange=${(event) => this.setState({ to: { ...to, [id]: event.target.value } })}>
            <option value="" disabled selected=${!to[id]}>${say("please_choose")}</option>
            ${goals(goal, id).map((row) => html`<option key=${row.id} value=${row.id} selected=${to[id] === row.id}>${rowName("services", row, draft.runs)}</option>`)}
          </select></div>`)}
        ${use.classes.map((id) => html`<div class="field" key=${`class/${id}`}><label for=${`class-${id}`}>${say("move_class", { kind: className(id) })}</label>
          <select class="text" id=${`class-${id}`} required value=${as[id] ?? ""} onChange=${(event) => this.setState({ as: { ...as, [id]: event.target.value } })}>
            <option value="" disabled selected=${!as[id]}>${say("please_choose")}</option>
            ${kinds(goal).map((row) => html`<option key=${row.id} value=${row.id} selected=${as[id] === row.id}>${rowName("classes", row, draft.runs)}</option>`)}
          </select></div>`)}
        ${use.classes.length > 0 && html`<p class="hint muted small">${say("move_class_hint")}</p>`}
        <div class="field"><label for="move-reason">${say("reason")}</label><input class="text" id="move-reason" required maxlength="200" value=${this.reason}
          aria-describedby="move-hint" onInput=${(event) => this.setState({ reason: event.target.value })} />
          <p class="hint muted small" id="move-hint">${say("move_hint")}</p></div>
        <p class="acts"><button class="primary" aria-disabled=${busy}>${busy ? say("move_busy", { done, all: use.tickets.length }) : say("move_do")}</button></p>
      </form>`}
      <div role="alert">${stay.length > 0 && html`<p>${say("move_stay", { count: stay.length })}</p>
        <ul class="remarks">${stay.slice(0, SHOWN).map((one) => html`<li key=${one}>${one}</li>`)}</ul>`}</div>
      ${use.what.length > lost.length && html`<p>${say("move_window")}</p>`}
    </section>`;
  }
}
