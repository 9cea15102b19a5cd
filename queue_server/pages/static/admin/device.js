// Devices: those that show a code and wait for a place, and those that have one. Live.

import { Dialog } from "/static/dialog.js";
import { newKey } from "/static/feed.js";
import { Component, html } from "/static/page.js";
import { name, say } from "/static/words.js";
import { fault, may, open, shut, state, tell } from "./state.js";
import { when } from "./version.js";
import { rowName } from "./word.js";

const KINDS = ["kiosk", "display", "agent"];
const UNSEEN_MS = 24 * 3600 * 1000;

/** The devices as the live link tells them. */
export function devices() {
  return state.feed?.list("admin", "device") ?? [];
}

export function waiting() {
  return devices().filter((one) => one.state === "waiting");
}

/** Placed devices that something is wrong with: a fault they told, a place they lost, nothing heard for a day. */
export function troubled() {
  return devices().filter((one) => one.state === "placed" && (trouble(one) || lost(one)));
}

/** Whether more than one running program bears a device's token. */
function twice(device) {
  return (state.feed?.live.admin?.twice ?? []).includes(device.id);
}

/** What is wrong with a device, in words; null: nothing that is known. */
export function trouble(device) {
  if (twice(device)) return say("device_twice");
  if (device.health === "degraded" || device.health === "gone") return device.fault ?? say(`health_${device.health}`);
  if (!device.health && state.feed.now() - Date.parse(device.seen_at) > UNSEEN_MS) return say("unseen");
  return null;
}

function lost(device) {
  return (device.kind === "display" && !device.display) || (device.kind === "agent" && !device.windows.length);
}

export function Devices() {
  if (!state.feed?.filled) return html`<p class="muted">${say("loading")}</p>`;
  const all = devices();
  const placed = all.filter((one) => one.state === "placed");
  const revoked = all.filter((one) => one.state === "revoked");
  return html`<section aria-labelledby="waiting-title"><h2 id="waiting-title">${say("devices_waiting", { count: waiting().length })}</h2>
      <p class="muted">${say("devices_hint", { address: `${location.origin}/board`, tablet: `${location.origin}/rate/3` })}</p>
      <ul class="codes" aria-live="polite">${waiting().map((one) => html`<${Code} key=${one.id} device=${one} />`)}</ul></section>
    ${KINDS.map((kind) => {
      const some = placed.filter((one) => one.kind === kind);
      return some.length > 0 && html`<section key=${kind}><h2>${say(`kind_${kind}`)} <span class="count">${some.length}</span></h2>
        <ul class="rows">${some.map((one) => html`<${Placed} key=${one.id} device=${one} />`)}</ul></section>`;
    })}
    ${!placed.length && html`<p class="muted">${say("devices_none")}</p>`}
    ${revoked.length > 0 && html`<details><summary>${say("devices_revoked", { count: revoked.length })}</summary>
      <ul class="rows">${revoked.map((one) => html`<li class="card row" key=${one.id}><span class="open"><strong>${one.name}</strong>
        <span class="muted small">${say(`kind_${one.kind}`)} · ${one.reason}</span></span></li>`)}</ul></details>`}`;
}

/** A device that waits: its code as large as people compare it. */
export function Code({ device }) {
  return html`<li class="card code-card">
    <span class="muted">${say(`kind_${device.kind}`)} · ${device.name}</span>
    <strong class="code-large">${device.code.slice(0, 3)} ${device.code.slice(3)}</strong>
    <span class="muted small">${say("code_until", { time: when(device.code_until) })}</span>
    ${may() && html`<button type="button" class="primary" aria-label=${say("place_code", { code: device.code })} onClick=${() => ask(device)}>${say("place")}</button>`}
  </li>`;
}

export function ask(device) {
  open(() => html`<${Place} device=${device} />`);
}

function where(device) {
  if (device.kind === "display") return device.display ? boardName(device.display) : say("place_lost");
  if (device.kind === "agent") return device.windows.length ? say("windows_at", { windows: device.windows.join(say("and")) }) : say("place_lost");
  const zone = device.zone && state.feed.record("floor", `zone/${device.zone}`);
  return zone ? name(zone.name) : say("anywhere");
}

/** Whether a device has an open link now; null while that is not known. */
function here(device) {
  const known = state.feed.live.admin?.here;
  return known ? known.includes(device.id) : null;
}

/** The numbers that a kiosk has for hours without the server, "A700–A719, B700–B719". */
function blocks(device) {
  const good = device.leases.filter((one) => !one.void);
  return good.map((one) => `${one.prefix}${one.first}–${one.prefix}${one.last}`).join(say("and"));
}

function Placed({ device }) {
  const wrong = trouble(device);
  return html`<li class="card row ${wrong || lost(device) ? "bad" : ""}">
    <span class="open"><strong>${device.name}</strong> <span class=${lost(device) ? "wrong" : ""}>${where(device)}</span>
      <span class="muted small">${say("seen", { time: when(device.seen_at) })}</span>
      ${blocks(device) && html`<span class="muted small">${say("leases", { blocks: blocks(device) })}</span>`}</span>
    ${here(device) !== null && html`<span class="tag ${here(device) ? "good" : "warn"}">${say(here(device) ? "here" : "not_here")}</span>`}
    ${wrong ? html`<span class="tag alarm">${wrong}</span>` : device.health ? html`<span class="tag good">${say("health_ready")}</span>` : html`<span class="tag">${say("health_quiet")}</span>`}
    ${device.health_at && html`<span class="muted small">${say("health_since", { time: when(device.health_at) })}</span>`}
    ${may() && html`<span class="acts">
      <button type="button" class="plain" aria-label=${say("move_device", { device: device.name })} onClick=${() => ask(device)}>${say("move")}</button>
      <button type="button" class="plain danger" aria-label=${say("revoke_device", { device: device.name })} onClick=${() => open(() => html`<${Revoke} device=${device} />`)}>${say("revoke")}</button>
    </span>`}
  </li>`;
}

async function command(what, args, told) {
  shut();
  try {
    await state.feed.command(what, args, newKey());
    tell(told);
    return true;
  } catch (error) {
    fault(error);
    return false;
  }
}

function boards() {
  return state.boards ?? [];
}

function boardName(id) {
  const board = boards().find((one) => one.id === id);
  return board ? rowName("displays", board, { displays: boards() }) : id;
}

/** Where one of an agent's devices stands: where it was placed, else where the agent's own file proposes, if that is its window. */
function stands(device, fitting) {
  const placed = device.places?.[fitting.name];
  return placed !== undefined ? placed : device.windows.includes(fitting.window) ? fitting.window : null;
}

/** Where a device stands: what is asked depends on what it is. */
class Place extends Component {
  constructor(props) {
    super(props);
    const { device } = props;
    this.state = {
      name: device.name,
      windows: device.windows ?? [],
      places: Object.fromEntries((device.fittings ?? []).map((one) => [one.name, stands(device, one)])),
      display: device.display ?? boards()[0]?.id ?? "",
      zone: device.zone ?? "",
      missing: false,
    };
  }

  submit() {
    const { device } = this.props;
    const { name: called, places, display, zone } = this.state;
    if (device.kind === "agent" && !this.chosen().length) return this.setState({ missing: true });
    const args = { device: device.id, name: called.trim() || device.name };
    if (device.kind === "agent") args.windows = this.chosen();
    if (device.fittings?.length) args.places = places;
    if (device.kind === "display") args.display = display;
    if (device.kind === "kiosk" && zone) args.zone = zone;
    command("devices.place", args, say("placed", { device: args.name }));
  }

  /** The windows that an agent will have: those of its devices, once it has told what it has. */
  chosen() {
    const { places, windows } = this.state;
    return this.props.device.fittings?.length ? [...new Set(Object.values(places).filter((one) => one !== null))] : windows;
  }

  flip(id) {
    const { windows } = this.state;
    this.setState({ windows: windows.includes(id) ? windows.filter((one) => one !== id) : [...windows, id] });
  }

  addresses({ fittings }, windows) {
    const set = (name, value) => this.setState(({ places }) => ({ places: { ...places, [name]: value || null } }));
    return html`<table class="fittings"><caption>${say("fittings")}</caption>
      <thead><tr><th scope="col">${say("fitting")}</th><th scope="col">${say("fitting_port")}</th><th scope="col">${say("fitting_window")}</th></tr></thead>
      <tbody>${fittings.map((one) => html`<tr key=${one.name}><th scope="row">${one.name} <span class="muted small">${one.profile}</span></th><td class="small">${one.port}</td>
        <td><select class="text" aria-label=${say("fitting_where", { fitting: one.name })} value=${this.state.places[one.name] ?? ""} onChange=${(event) => set(one.name, event.target.value)}>
          <option value="">${say("fitting_none")}</option>
          ${windows.map((each) => html`<option key=${each.id} value=${each.id} selected=${each.id === this.state.places[one.name]}>${say("window", { window: each.id })}</option>`)}
        </select></td></tr>`)}</tbody></table>`;
  }

  render({ device }) {
    const zones = state.feed.list("floor", "zone");
    const windows = state.feed.list("floor", "window");
    return html`<${Dialog} title=${say(device.state === "waiting" ? "place_title" : "move_title", { device: device.name })} yes=${say("place_do")} shut=${shut}
      submit=${() => this.submit()} wide=${device.kind === "agent"}>
      ${device.code && html`<p>${say("code")} <strong>${device.code.slice(0, 3)} ${device.code.slice(3)}</strong></p>`}
      <label>${say("device_name")}<input class="text" maxlength="64" required value=${this.state.name} onInput=${(event) => this.setState({ name: event.target.value })} /></label>
      ${device.kind === "display" && html`<label>${say("which_board")}<select class="text" value=${this.state.display} onChange=${(event) => this.setState({ display: event.target.value })}>
        ${boards().map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === this.state.display}>${name(one.title)} (${one.id})</option>`)}
      </select></label>`}
      ${device.kind === "kiosk" && html`<label>${say("which_zone")}<select class="text" value=${this.state.zone} onChange=${(event) => this.setState({ zone: event.target.value })}>
        <option value="">${say("anywhere")}</option>
        ${zones.map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === this.state.zone}>${one.letter} ${name(one.name)}</option>`)}
      </select></label>`}
      ${this.state.missing && !this.chosen().length && html`<p class="wrong" role="alert">${say("windows_missing")}</p>`}
      ${device.fittings?.length > 0 && this.addresses(device, windows)}
      ${device.kind === "agent" && !device.fittings?.length && html`<fieldset><legend>${say("which_windows")}</legend>
        <div class="options long grid">${windows.map((one) => html`<label class="pick" key=${one.id}><input type="checkbox" checked=${this.state.windows.includes(one.id)}
          onChange=${() => this.flip(one.id)} />${say("window", { window: one.id })}</label>`)}</div></fieldset>`}
    <//>`;
  }
}

class Revoke extends Component {
  constructor() {
    super();
    this.state = { reason: "" };
  }

  render({ device }) {
    const submit = () => this.state.reason.trim() && command("devices.revoke", { device: device.id, reason: this.state.reason.trim() }, say("revoked", { device: device.name }));
    return html`<${Dialog} title=${say("revoke_title", { device: device.name })} yes=${say("revoke")} shut=${shut} submit=${submit}>
      <p>${say("revoke_text")}</p>
      <label>${say("reason")}<input class="text" required maxlength="200" value=${this.state.reason} onInput=${(event) => this.setState({ reason: event.target.value })} /></label>
    <//>`;
  }
}
