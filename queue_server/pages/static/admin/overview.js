// The overview: what runs, how the hall is, what waits for the administrator.

import { ask } from "/static/ask.js";
import { Component, html } from "/static/page.js";
import { name, say } from "/static/words.js";
import { Evacuations } from "./away.js";
import { Remark } from "./config.js";
import { Cut } from "./cut.js";
import { changed, draft } from "./draft.js";
import { devices, trouble, troubled, waiting } from "./device.js";
import { may, state, to } from "./state.js";
import { by, when } from "./version.js";

export function Overview() {
  const runs = state.versions?.[0];
  const hall = state.feed?.record("floor", "hall");
  const doubt = state.feed?.live.floor?.clock;
  const windows = state.feed?.list("floor", "window") ?? [];
  const busy = windows.filter((one) => one.ticket).length;
  const placed = devices().filter((one) => one.state === "placed").length;
  return html`${may() && fresh() && html`<section class="card band-card first"><h2>${say("first_title")}</h2><p>${say("first_text")}</p>
      <p><a class="button primary" href=${to("start")}>${say("first_go")}</a></p></section>`}
    ${doubt && html`<p class="band alarm" role="status">${name(doubt)}</p>`}
    <${Evacuations} />
    <${Cut} />
    <div class="cards">
      <section class="card"><h2>${say("runs")}</h2>
        ${runs ? html`<p class="figure">${say("version", { version: runs.version })}</p><p>${runs.note}</p>
          <p class="muted small">${when(runs.at)} · ${by(runs.actor)}</p><p><a href=${to("versions")}>${say("all_versions")}</a></p>` : html`<p class="muted">${say("loading")}</p>`}</section>
      <section class="card"><h2>${say("tickets")}</h2>
        ${hall ? html`<p class="figure">${hall.waiting + busy}</p><p>${say("tickets_open", { waiting: hall.waiting, busy })}</p>
          <p class="muted small">${say("windows_open", { open: windows.filter((one) => one.state !== "closed").length, all: windows.length })}</p>
          <p class="muted small">${hall.public_url ? say("phones_at", { url: hall.public_url }) : say("phones_none")}</p>
          <p><a href="/floor">${say("see_floor")}</a></p>` : html`<p class="muted">${say("loading")}</p>`}</section>
      ${seesDevices() && html`<section class="card ${waiting().length ? "fresh" : troubled().length ? "bad" : ""}"><h2>${say("nav_devices")}</h2>
        <p class="figure">${waiting().length}</p><p>${say("devices_waiting_now")}</p>
        <p class="muted small">${say("devices_placed", { count: placed, wrong: troubled().length })}</p><p><a href=${to("devices")}>${say("see_devices")}</a></p></section>`}
    </div>
    ${troubled().length > 0 && html`<section class="card"><h2>${say("devices_troubled")}</h2>
      <ul class="remarks">${troubled().map((one) => html`<li key=${one.id}><strong>${one.name}</strong> · ${say(`kind_${one.kind}`)} · <span class="wrong">${trouble(one) ?? say("place_lost")}</span> · <span class="muted">${say("seen", { time: when(one.seen_at) })}</span></li>`)}</ul></section>`}
    ${changed() && html`<section class="card fresh"><h2>${say("draft_here")}</h2><p>${say("draft_here_text")}</p><p><a href=${to("publish")}>${say("see_publish")}</a></p></section>`}
    ${draft.running > 0 && html`<${Warnings} key=${draft.running} />`}
    ${draft.running > 0 && html`<${Media} key=${`media-${draft.running}`} />`}`;
}

/** Pictures and films that boards are to show and cannot; nothing where there are none. */
class Media extends Component {
  constructor() {
    super();
    this.state = { faulty: [] };
  }

  async componentDidMount() {
    const media = await ask("GET", "/media").catch(() => []);
    this.setState({ faulty: media.filter((one) => one.fault && one.displays.length) });
  }

  render() {
    const { faulty } = this.state;
    return faulty.length > 0 && html`<section class="card"><h2>${say("media_faulty")}</h2>
      <ul class="remarks">${faulty.map((one) => html`<li key=${one.file}><strong>${one.file}</strong> · <span class="wrong">${name(one.fault)}</span> · <span class="muted">${one.displays.join(", ")}</span></li>`)}</ul></section>`;
  }
}

export function seesDevices() {
  return Boolean(state.feed?.wanted.includes("admin"));
}

/** A hall that nobody has set up yet: as it was shipped, and nobody there but the administrator. */
export function fresh() {
  return state.versions?.length === 1 && state.accounts?.length === 1 && !devices().some((one) => one.state === "placed");
}

/** What is probably not meant in the configuration that runs. */
class Warnings extends Component {
  constructor() {
    super();
    this.state = { warnings: null };
  }

  async componentDidMount() {
    const { warnings } = await ask("POST", "/config/check", { document: draft.runs }).catch(() => ({ warnings: [] }));
    this.setState({ warnings });
  }

  render() {
    const { warnings } = this.state;
    return html`<section class="card"><h2>${say("warnings")}</h2>
      ${!warnings ? html`<p class="muted">${say("loading")}</p>` : warnings.length ? html`<ul class="remarks">${warnings.map((one) => html`<${Remark} key=${one.path + one.zh} remark=${one} />`)}</ul>`
        : html`<p class="all-well">${say("warnings_none")}</p>`}</section>`;
  }
}
