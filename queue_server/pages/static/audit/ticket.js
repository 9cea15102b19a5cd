// The life of a ticket: found by its number and day, told from first to last.

import { DayField } from "/static/day.js";
import { Component, html } from "/static/page.js";
import { name, say } from "/static/words.js";
import { Entries } from "./entry.js";
import { Answer, moment, seconds, to, today } from "./state.js";

class Search extends Component {
  constructor(props) {
    super(props);
    this.state = { day: props.day, number: props.number ?? "" };
  }

  componentDidUpdate(before) {
    const { day, number } = this.props;
    if (before.day !== day || before.number !== number) this.setState({ day, number: number ?? "" });
  }

  submit(event) {
    event.preventDefault();
    const number = this.state.number.trim().toUpperCase();
    if (number && this.state.day) location.hash = to("ticket", this.state.day, number);
  }

  render(_props, { day, number }) {
    return html`<form class="card which" onSubmit=${(event) => this.submit(event)}>
      <label class="line"><span>${say("day")}</span>
        <${DayField} name=${say("day")} last=${today()} value=${day} set=${(chosen) => this.setState({ day: chosen })} /></label>
      <label class="line"><span>${say("ticket_number")}</span>
        <input class="text short" required maxlength="12" autocomplete="off" autocapitalize="characters" placeholder="A012" value=${number}
          onInput=${(event) => this.setState({ number: event.target.value })} /></label>
      <button class="primary">${say("ticket_find")}</button>
    </form>`;
  }
}

function Life({ of }) {
  const state = of.state ? say(`state_${of.state}`) : "–";
  return html`<section class="life" aria-label=${of.number}>
    <div class="card about">
      <p class="figure">${of.number}</p>
      <dl>
        <div><dt>${say("ticket_services")}</dt><dd>${of.services.map((one) => name(one)).join(" → ")}</dd></div>
        <div><dt>${say("ticket_class")}</dt><dd>${name(of.class)}</dd></div>
        <div><dt>${say("ticket_taken")}</dt><dd>${moment(of.issued_at)}</dd></div>
        <div><dt>${say("ticket_ended")}</dt><dd>${of.ended_at ? seconds(of.ended_at) : say("ticket_still")} · ${state}</dd></div>
      </dl>
      <p class="muted small">${say("ticket_masked")}</p>
    </div>
    <h2>${say("ticket_events", { count: of.entries.length })}</h2>
    <${Entries} of=${of.entries} />
  </section>`;
}

export function Ticket({ day, number }) {
  return html`<${Search} day=${day} number=${number} />
    ${!number && html`<p class="muted">${say("ticket_hint")}</p>`}
    ${number && html`<${Answer} path=${`/audit/ticket?day=${day}&number=${encodeURIComponent(number)}`}
      show=${(told) => (told.tickets.length ? told.tickets.map((one) => html`<${Life} key=${one.ticket} of=${one} />`)
        : html`<p class="card sentence" role="status">${say("ticket_none", { day, number })}</p>`)} />`}`;
}
