// The boards of the hall: who shows them, how soon after a call, and which are dark; its loudspeakers: who speaks, and who would
// go on; and its counter tablets: where they stand, and which are not there.

import { clock, stamp } from "/static/clock.js";
import { html } from "/static/page.js";
import { name, say, spoken } from "/static/words.js";

/** How a board is, from the worst: dark where it had a screen, late with a call, never shown, well. */
function how(screen) {
  if (!screen.screens) return screen.were ? "dark" : "unused";
  return screen.late ? "late" : "well";
}

const TROUBLE = { late: "late", gone: "dark", mute: "late" };
const SIGN = { dark: "!", late: "!", unused: "–", well: "✓" };
const STANDS = { well: "well", fault: "late", dark: "dark", unused: "unused", lost: "late" };

function Screen({ of }) {
  const state = how(of);
  const facts = [state === "well" ? say("screen_well", { count: of.screens }) : say(`screen_${state}`)];
  if (state === "well" && of.after_ms !== null) facts.push(say("screen_after", { s: (of.after_ms / 1000).toFixed(2) }));
  return html`<li class="screen ${state}"><b aria-hidden="true">${SIGN[state]}</b><span>${name(of.title)}</span>
    <span class="muted">${facts.join(spoken.language === "zh" ? "，" : ", ")}</span></li>`;
}

/** A board that gets more calls than it can give time to: its zones belong on two. */
export function Rush({ screens }) {
  const rushed = Object.values(screens).filter((one) => one.rush);
  return rushed.map((one) => html`<p class="band warn" role="status">${say("screen_rush", { title: name(one.title) })}</p>`);
}

/** Who speaks from a loudspeaker, and whether anybody is in reserve. */
function Voice({ of }) {
  const facts = [of.speaker ? say("voice_by", { speaker: name(of.speaker) }) : say(of.trouble === "gone" ? "screen_dark" : "screen_unused")];
  if (of.speaker) facts.push(of.reserve ? say("voice_reserve", { count: of.reserve }) : say("voice_alone"));
  const state = of.trouble ? TROUBLE[of.trouble] : of.speaker ? "well" : "unused";
  return html`<li class="screen ${state}"><b aria-hidden="true">${SIGN[state]}</b><span>${name(of.name)}</span>
    <span class="muted">${facts.join(spoken.language === "zh" ? "，" : ", ")}</span></li>`;
}

const ELSEWHERE = /^opened for window (.+)$/; // as `rate.js` reports it

/** What a tablet says is wrong with it, in the words of people. */
function ailing(fault) {
  const opened = ELSEWHERE.exec(fault ?? "");
  if (opened) return say("tablet_elsewhere", { window: opened[1] });
  return fault ? say("tablet_fault_told", { fault }) : say("tablet_fault");
}

/** Counter tablets at some windows that are all as one is; of one with no window its name. */
function Tablets({ at, state, seen_at: seen, fault }) {
  const of = Date.parse(seen);
  const time = !seen ? "" : state === "dark" ? clock(of) : `${stamp(of).slice(5, 10)} ${clock(of)}`;
  return html`<li class="screen ${STANDS[state]}"><b aria-hidden="true">${SIGN[STANDS[state]]}</b><span>${at}</span>
    <span class="muted">${state === "fault" ? ailing(fault) : say(`tablet_${state}`, { time })}</span></li>`;
}

/** Those that are well are told together: a hall may have one at each of its windows. Before them each that somebody should look at. */
function together(tablets) {
  const at = (windows) => say(windows.length > 1 ? "tablet_windows" : "tablet_window", { windows: windows.join(spoken.language === "zh" ? "、" : ", ") });
  const well = tablets.filter((one) => one.state === "well").flatMap((one) => one.windows);
  const others = tablets.filter((one) => one.state !== "well").map((one) => ({ ...one, at: one.windows.length ? at(one.windows) : one.device }));
  return well.length ? [...others, { at: at(well), state: "well" }] : others;
}

/** Every board, every loudspeaker and every tablet, in the order of the configuration. */
export function Screens({ screens, voices, tablets }) {
  return html`<section class="strip card screens" aria-label=${say("screens")}>
    <h2>${say("screens")}</h2>
    <ul>${Object.entries(screens).map(([id, one]) => html`<${Screen} key=${id} of=${one} />`)}</ul>
    ${voices.length > 0 && html`<h2>${say("voices")}</h2>
    <ul>${voices.map((one) => html`<${Voice} key=${one.loudspeaker} of=${one} />`)}</ul>`}
    ${tablets.length > 0 && html`<h2>${say("tablets")}</h2>
    <ul>${together(tablets).map((one) => html`<${Tablets} key=${one.at} ...${one} />`)}</ul>`}
  </section>`;
}
