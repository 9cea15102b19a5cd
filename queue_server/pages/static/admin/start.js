// The first start: from a hall as it was shipped to one that has its name, its people and a board, step by step.

import { ask } from "/static/ask.js";
import { Component, draw, html } from "/static/page.js";
import { name, say } from "/static/words.js";
import { copy, draft, edit, faults, publish, replace, same } from "./draft.js";
import { Code, devices, waiting } from "./device.js";
import { Field, put } from "./form.js";
import { New } from "./people.js";
import { fault, open, quiet, state, to } from "./state.js";
import { rowsOf, sentence, tableOf, windowsOf } from "./word.js";

const STEPS = ["choose", "adjust", "people", "pair", "done"];
const start = { samples: null, chosen: "keep" };

export class Start extends Component {
  constructor() {
    super();
    this.state = { at: 0, busy: false };
  }

  async componentDidMount() {
    try {
      start.samples = await ask("GET", "/samples");
    } catch (error) {
      fault(error);
    }
    draw();
  }

  step(at) {
    if (at !== 2) quiet(); // there it is read that the hall was published
    this.setState({ at }, () => document.querySelector("main h2")?.focus());
  }

  async adjusted() {
    if (this.state.busy || draft.waiting || draft.checked?.faults.length) return;
    if (same(draft.document, draft.runs)) return this.step(2);
    this.setState({ busy: true });
    const done = await publish(say("start_note"));
    this.setState({ busy: false });
    if (done) this.step(2);
  }

  render() {
    const { at, busy } = this.state;
    if (!draft.document || !start.samples) return html`<p class="muted" role="status">${say("loading")}</p>`;
    const Step = [Choose, Adjust, People, Pair, Done][at];
    const forward = at === 1 ? () => this.adjusted() : () => this.step(at + 1);
    const wrong = draft.checked?.faults.length ?? 0;
    const held = at === 1 && (draft.waiting || wrong > 0 || busy);
    return html`<ol class="steps">${STEPS.map((step, n) => html`<li key=${step} class=${n < at ? "past" : n === at ? "now" : ""} aria-current=${n === at ? "step" : undefined}>
        <span class="n" aria-hidden="true">${n < at ? "✓" : n + 1}</span> ${say(`step_${step}`)}</li>`)}</ol>
      <section class="card form"><h2 tabindex="-1">${say(`start_${STEPS[at]}`)}</h2><p class="muted">${say(`start_${STEPS[at]}_text`)}</p>
        <${Step} /></section>
      ${at < 4 && html`<p class="acts">
        ${at > 0 && html`<button type="button" class="secondary" onClick=${() => this.step(at - 1)}>${say("step_back")}</button>`}
        <button type="button" class="primary" aria-disabled=${held} onClick=${forward}>${say(at === 1 ? "step_publish" : "step_next")}</button>
        ${at === 1 && html`<span class="muted" role="status">${wrong ? say("draft_faults", { count: wrong }) : draft.waiting ? say("checking") : ""}</span>`}
      </p>`}`;
  }
}

function take(id, document) {
  start.chosen = id;
  replace(copy(document));
}

function Choose() {
  const runs = draft.runs;
  const cards = [
    { id: "keep", words: say("start_keep"), text: name(runs.name), zones: rowsOf("zones", runs).length, services: rowsOf("services", runs).length, windows: windowsOf(runs).length, document: runs },
    ...start.samples.map((one) => ({ ...one, words: say(`sample_${one.id}`), text: name(one.name) })),
  ];
  return html`<fieldset class="samples"><legend class="unseen">${say("start_choose")}</legend>
    ${cards.map((one) => html`<label class="card pick sample" key=${one.id}>
      <input type="radio" name="sample" checked=${start.chosen === one.id} onChange=${() => take(one.id, one.document)} />
      <span><strong>${one.words}</strong><span>${one.text}</span>
        <span class="muted small">${say("sample_size", { zones: one.zones, services: one.services, windows: one.windows })}</span></span>
    </label>`)}</fieldset>`;
}

/** The name, the zones, the numbers of windows and the titles of boards: what is different in every hall. The rest is under Configuration. */
function Adjust() {
  const zones = rowsOf("zones");
  const field = (of, called) => tableOf(of).fields.find((one) => one.name === called);
  const loose = (draft.checked?.faults ?? []).filter(({ path }) => !/^(name|zones\[\d+\]\.name|windows\[\d+\]\.numbers|displays\[\d+\]\.title)/.test(path));
  return html`<${Field} table="hall" field=${draft.form.fields[0]} path="name" value=${draft.document.name} set=${(held) => edit((document) => put(document, "name", held))} />
    ${loose.length > 0 && html`<ul class="remarks wrong">${loose.map((one) => html`<li key=${one.path + one.zh}>${sentence(one)}</li>`)}</ul>`}
    <ul class="zones">${zones.map((zone, at) => html`<li key=${zone.id} class=${faults(`zones[${at}]`).length ? "bad" : ""}>
      <span class="letter" style=${{ "--zone": zone.colour }}>${zone.letter ?? zone.id}</span>
      <${Field} table="zones" field=${field("zones", "name")} path="zones[${at}].name" value=${zone.name} set=${(held) => edit((document) => put(document.zones[at], "name", held))} />
      <div class="numbers-of">${rowsOf("windows").map((row, place) => ({ row, place })).filter(({ row }) => row.zone === zone.id).map(({ row, place }) => html`<${Field}
        key=${place} table="windows" field=${field("windows", "numbers")} path="windows[${place}].numbers" value=${row.numbers}
        set=${(held) => edit((document) => put(document.windows[place], "numbers", held))} />`)}</div>
    </li>`)}</ul>
    ${rowsOf("displays").map((board, at) => html`<${Field} key=${board.id} table="displays" field=${field("displays", "title")} path="displays[${at}].title"
      value=${board.title} set=${(held) => edit((document) => put(document.displays[at], "title", held))} />`)}`;
}

function People() {
  return html`<ul class="rows">${(state.accounts ?? []).map((one) => html`<li class="card row" key=${one.name}><span class="open"><strong>${one.shown}</strong> <span class="muted code">${one.name}</span> <span class="small">${say(`role_${one.role}`)}</span></span></li>`)}</ul>
    <p><button type="button" class="secondary" onClick=${() => open(() => html`<${New} />`)}>${say("person_add")}</button></p>`;
}

function Pair() {
  const placed = devices().filter((one) => one.state === "placed");
  return html`<ol class="how"><li>${say("pair_open")} <strong class="code">${location.origin}/board</strong></li><li>${say("pair_code")}</li><li>${say("pair_place")}</li></ol>
    <ul class="codes" aria-live="polite">${waiting().map((one) => html`<${Code} key=${one.id} device=${one} />`)}</ul>
    ${!waiting().length && !placed.length && html`<p class="muted" role="status">${say("pair_waiting")}</p>`}
    ${placed.length > 0 && html`<p class="all-well">${say("pair_done", { count: placed.length })}</p>`}`;
}

function Done() {
  return html`<p class="figure">${name(draft.runs.name)}</p>
    <ul class="remarks">
      <li>${say("done_hall", { zones: rowsOf("zones", draft.runs).length, windows: windowsOf(draft.runs).length, version: draft.running })}</li>
      <li>${say("done_people", { count: state.accounts?.length ?? 0 })}</li>
      <li>${say("done_devices", { count: devices().filter((one) => one.state === "placed").length })}</li>
    </ul>
    <p class="acts"><a class="button primary" href=${to("overview")}>${say("done_overview")}</a> <a class="button secondary" href=${to("config")}>${say("done_config")}</a></p>`;
}
