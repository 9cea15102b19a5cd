// Told and true waits: of who was called in the last hour as a picture, and of the last day by service.

import { ask } from "/static/ask.js";
import { clock, day } from "/static/clock.js";
import { Dialog } from "/static/dialog.js";
import { Component, draw, html } from "/static/page.js";
import { name, say, spoken } from "/static/words.js";

const SLOTS = 12;
const SLOT_MS = 5 * 60000;
const GRID_MIN = 10; // the picture ends at a multiple of it
const DUE = 0.85; // a service of whose people fewer were called in time is told wrongly too often
const FEW = 10; // of fewer people than that a share says nothing

let open = false;

function turn(whether) {
  open = whether;
  draw();
}

/** Whether the last day is looked at. */
export function looksBack() {
  return open;
}

function percent(share) {
  return Math.round(100 * share);
}

/** What a score says, in a sentence; of few people how many they were. */
function verdict({ count, in_time, error_min }) {
  const min = error_min.toFixed(1);
  return count < FEW ? say("told_score_few", { count, some: Math.round(in_time * count), min }) : say("told_score", { share: percent(in_time), min });
}

/** Slots of five minutes: a bar from the lower to the upper end that was told, a dot where it ended; to the right is now. */
function Picture({ slots, now }) {
  const top = Math.ceil(Math.max(...slots.flatMap((one) => [one.high_min, one.wait_min]), 1) / GRID_MIN) * GRID_MIN;
  const first = Math.floor(now / SLOT_MS) * SLOT_MS - (SLOTS - 1) * SLOT_MS;
  const columns = Array.from({ length: SLOTS }, (_, at) => slots.find((one) => Date.parse(one.at) === first + at * SLOT_MS));
  const share = (min) => `${(100 * min) / top}%`;
  return html`<div class="picture" aria-hidden="true">
    <span class="scale"><i>${say("minutes", { min: top })}</i><i>0</i></span>
    <div class="columns">${columns.map((one, at) => html`<span key=${at}>${one && html`
      <i class="range" style=${{ bottom: share(one.low_min), height: share(one.high_min - one.low_min) }}></i>
      <i class=${one.wait_min > one.high_min ? "was late" : "was"} style=${{ bottom: share(one.wait_min) }}></i>`}</span>`)}</div>
    <span class="ends"><i>${clock(first)}</i><i>${clock(now)}</i></span>
  </div>`;
}

/** `hour` is what came of the waits told; null: of none is anything known. `more` is another door beside that to the last day. */
export function Hour({ hour, now, more }) {
  return html`<section class="card hour" aria-label=${say("told_title")}>
    <h2>${say("told_title")}<span class="muted">${hour ? say("told_of", { count: hour.score.count }) : ""}</span></h2>
    ${hour ? html`<${Picture} slots=${hour.slots} now=${now} />
      <p class="legend" aria-hidden="true"><span><i class="range"></i>${say("told_range")}</span><span><i class="was"></i>${say("told_wait")}</span></p>
      <p class="score">${verdict(hour.score)}</p>` : html`<p class="muted">${say("told_none")}</p>`}
    <p class="doors"><button type="button" class="plain" onClick=${() => turn(true)}>${say("told_back")}</button>${more}</p>
  </section>`;
}

/** The last day on which waits were told, service by service: those told wrongly too often first. */
export class LastDay extends Component {
  constructor() {
    super();
    this.state = { day: null, services: [], fault: null };
  }

  async componentDidMount() {
    try {
      const [expected, services] = await Promise.all([ask("GET", "/forecast"), ask("GET", "/services")]);
      this.setState({ day: expected.last_day ?? false, services });
    } catch (error) {
      this.setState({ fault: error.message });
    }
  }

  table() {
    const { day: past, services } = this.state;
    const names = new Map(services.map((one) => [one.id, name(one.name)]));
    const wrong = (score) => score.count >= FEW && score.in_time < DUE;
    const rows = Object.entries(past.services).sort(([, a], [, b]) => wrong(b) - wrong(a) || b.count - a.count);
    return html`<p>${day(Date.parse(past.day), spoken.language)} · ${say("told_people", { count: past.score.count })} · ${verdict(past.score)}</p>
      <div class="scores" tabindex="0" role="region" aria-label=${say("told_back")}><table>
        <thead><tr><th scope="col">${say("told_service")}</th><th scope="col">${say("told_count")}</th><th scope="col">${say("told_in_time")}</th><th scope="col">${say("told_error")}</th></tr></thead>
        <tbody>${rows.map(([id, score]) => html`<tr key=${id}>
          <th scope="row">${names.get(id) ?? id}</th><td>${score.count}</td>
          <td class=${wrong(score) ? "bad" : ""}>${percent(score.in_time)}%${wrong(score) ? " !" : ""}</td><td>${score.error_min.toFixed(1)}</td>
        </tr>`)}</tbody>
      </table></div>`;
  }

  /** What windows should learn: on a calm page, as it is nothing for this very moment. */
  lessons() {
    const { lessons = [] } = this.props;
    const names = new Map(this.state.services.map((one) => [one.id, name(one.name)]));
    if (!lessons.length) return null;
    return html`<section class="lessons"><h3>${say("lesson_title")}</h3>
      <ul>${lessons.map((one) => html`<li key=${one.service}>
        <b>${say("lesson", { window: one.window, service: names.get(one.service) ?? one.service })}</b>
        <span>${say("lesson_gain", { before: one.mean_min.toFixed(1), then: one.then_min.toFixed(1), sure: one.sure_min.toFixed(1) })}</span>
      </li>`)}</ul>
      <p class="muted">${say("lesson_meaning", { day: day(Date.parse(lessons[0].day), spoken.language) })}</p>
    </section>`;
  }

  render() {
    const { day: past, fault } = this.state;
    const shut = () => turn(false);
    return html`<${Dialog} title=${say("told_back")} yes=${say("charge_leave")} shut=${shut} submit=${shut} only wide>
      ${fault && html`<p class="told fault" role="alert">${fault}</p>`}
      ${past === false && html`<p>${say("told_back_none")}</p>`}
      ${past && this.table()}
      ${past && html`<p class="muted">${say("told_meaning")}</p>`}
      ${this.lessons()}
    <//>`;
  }
}
