// The versions of the hall's configuration: which there were, what bringing one back would change.

import { ask } from "/static/ask.js";
import { Dialog } from "/static/dialog.js";
import { clock, day, year } from "/static/clock.js";
import { Component, html } from "/static/page.js";
import { say, spoken } from "/static/words.js";
import { Destinations } from "./destination.js";
import { draft, rollback } from "./draft.js";
import { fault, go, may, open, shownName, shut, state, to } from "./state.js";
import { Changes } from "./word.js";

const KEPT = 50; // the newest versions, which alone the server brings back: engine's own number

/** 11月23日 星期一 10:42; with its year where that is another than this one. */
export function when(at) {
  const ms = Date.parse(at);
  const told = day(ms, spoken.language);
  const now = state.feed?.now() ?? Date.now();
  return `${year(ms) === year(now) ? told : say("in_year", { year: year(ms), day: told })} ${clock(ms)}`;
}

/** "admin:zhao" as people say it. */
export function by(actor) {
  const [role, account] = actor.split(":");
  return role === "clock" ? say(account === "console" ? "by_console" : "by_server") : shownName(account);
}

export function Versions({ at }) {
  if (!state.versions || !draft.form) return html`<p class="muted">${say("loading")}</p>`;
  if (at !== undefined) return html`<${One} key=${at} version=${Number(at)} />`;
  return html`<p class="muted">${say("versions_hint")}</p>
    <ol class="rows">
      ${state.versions.map((one) => html`<li class="card row version" key=${one.version}>
        <strong class="number">${say("version", { version: one.version })}</strong>
        <span class="open"><span>${one.note}</span><span class="muted small">${when(one.at)} · ${by(one.actor)}</span></span>
        ${one.version === draft.running ? html`<span class="tag good">${say("runs_now")}</span>` : null}
        <span class="acts">
          ${one.version !== draft.running && html`<a class="button plain" href=${to("versions", one.version)} aria-label=${say("version_look", { version: one.version })}>${say("difference")}</a>`}
          <a class="button plain" href="/api/v1/config/${one.version}/export" download aria-label=${say("version_export", { version: one.version })}>${say("export_short")}</a>
        </span>
      </li>`)}
    </ol>`;
}

/** What runs now, since when and by whose hand, what it made different, and the way on or back: there is nothing to publish. */
export class Live extends Component {
  constructor() {
    super();
    this.state = { was: null, changes: null };
  }

  async componentDidMount() {
    const before = draft.running - 1;
    if (before < 1) return;
    try {
      const { document: was } = await ask("GET", `/config/${before}`);
      const { difference } = await ask("POST", "/config/check", { document: was });
      this.setState({ was, changes: difference.map((one) => ({ ...one, before: one.after, after: one.before })) });
    } catch (error) {
      fault(error);
    }
  }

  render() {
    const { was, changes } = this.state;
    const now = draft.running;
    const about = state.versions?.find((one) => one.version === now);
    return html`<section class="card live">
      <h3>${say("version", { version: now })} <span class="tag good">${say("runs_now")}</span></h3>
      ${about && html`<p>${about.note}</p><p class="muted">${when(about.at)} · ${by(about.actor)}</p>`}
      ${now < 2 ? html`<p class="muted">${say("live_first")}</p>` : !changes ? html`<p class="muted" role="status">${say("loading")}</p>` : html`
        <h4>${changes.length ? say("live_changes", { count: changes.length, before: now - 1 }) : say("live_same", { before: now - 1 })}</h4>
        <${Changes} changes=${changes} was=${was} />`}
      <p class="acts"><a class="button secondary" href=${to("config")}>${say("live_on")}</a>
        ${now > 1 && may() && html`<a class="button secondary" href=${to("versions", now - 1)}>${say("live_back", { before: now - 1 })}</a>`}
        <a class="button plain" href=${to("versions")}>${say("all_versions")}</a></p>
    </section>`;
  }
}

/** One version beside what runs: what bringing it back would change. */
class One extends Component {
  constructor() {
    super();
    this.state = { document: null, found: null };
  }

  async componentDidMount() {
    try {
      const { document } = await ask("GET", `/config/${this.props.version}`);
      this.setState({ document, found: await ask("POST", "/config/check", { document }) });
    } catch (error) {
      fault(error);
    }
  }

  render({ version }) {
    const { document, found } = this.state;
    const old = version <= draft.running - KEPT;
    const about = state.versions.find((one) => one.version === version);
    return html`<p class="back"><a href=${to("versions")}>← ${say("nav_versions")}</a></p>
      <h2 tabindex="-1">${say("version", { version })}</h2>
      ${about && html`<p class="muted">${about.note} · ${when(about.at)} · ${by(about.actor)}</p>`}
      ${!found ? html`<p class="muted" role="status">${say("loading")}</p>` : html`
        <section class="card"><h3>${found.difference.length ? say("rollback_changes", { count: found.difference.length }) : say("rollback_none")}</h3>
          <${Changes} changes=${found.difference} was=${draft.runs} /></section>
        ${found.in_use && html`<${Destinations} use=${found.in_use} goal=${document} again=${() => this.componentDidMount()} />`}
        ${may() && found.difference.length > 0 && old && html`<p class="muted">${say("rollback_old", { count: KEPT })}</p>`}
        ${may() && found.difference.length > 0 && !old && html`<p class="acts"><button type="button" class="primary"
          onClick=${() => open(() => html`<${Rollback} version=${version} />`)}>${say("rollback")}</button></p>`}`}`;
  }
}

class Rollback extends Component {
  constructor() {
    super();
    this.state = { note: null };
  }

  /** The note as it was written; until somebody has, the usual one in the language that is spoken. */
  get note() {
    return this.state.note ?? say("rollback_note", { version: this.props.version });
  }

  render({ version }) {
    const submit = async () => {
      const note = this.note.trim();
      if (!note) return;
      shut();
      if (await rollback(version, note)) go("versions");
    };
    return html`<${Dialog} title=${say("rollback_title", { version })} yes=${say("rollback")} shut=${shut} submit=${submit}>
      <p>${say("rollback_text")}</p>
      <label>${say("note")}<input class="text" required maxlength="200" value=${this.note} onInput=${(event) => this.setState({ note: event.target.value })} /></label>
    <//>`;
  }
}
