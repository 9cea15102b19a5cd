// After a cut of the power: what was open, and which devices are not back yet; for the rest of the day, or until it was read here.

import { draw, html } from "/static/page.js";
import { say } from "/static/words.js";
import { state } from "./state.js";
import { when } from "./version.js";

const READ = "cut"; // where this machine keeps which cut was read
const NAMED = 12; // devices that are named; more are counted

/** The cut that was read on this page, where the machine keeps nothing. */
let read = null;

function wasRead(cut) {
  if (read === mark(cut)) return true;
  try {
    return localStorage.getItem(READ) === mark(cut);
  } catch {
    return false;
  }
}

function mark(cut) {
  return cut.at ?? "";
}

function dismiss(cut) {
  read = mark(cut);
  try {
    localStorage.setItem(READ, read);
  } catch {
    // no storage here: it is read as long as the page
  }
  draw();
}

function named(devices) {
  const told = devices.slice(0, NAMED).map((one) => `${say(`kind_${one.kind}`)} ${one.name}`);
  return told.join(say("and")) + (devices.length > NAMED ? say("cut_more", { count: devices.length - NAMED }) : "");
}

export function Cut() {
  const cut = state.feed?.live.floor?.cut;
  if (!cut || wasRead(cut)) return null;
  const { waiting, called, serving, windows, missing, back } = cut;
  return html`<section class="card band-card warn" aria-labelledby="cut-title">
    <h2 id="cut-title">${say("cut_title")}</h2>
    <p>${cut.at ? say("cut_what", { at: when(cut.at), waiting, called, serving, windows }) : say("cut_nothing")}</p>
    <p role="status">${missing.length ? say("cut_missing", { count: missing.length, devices: named(missing) }) : say(back ? "cut_back" : "cut_unplaced")}</p>
    <p class="acts"><button type="button" class="secondary" onClick=${() => dismiss(cut)}>${say("close_notice")}</button></p>
  </section>`;
}
