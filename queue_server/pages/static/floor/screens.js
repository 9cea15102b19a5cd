// The boards of the hall: who shows them, how soon after a call, and which are dark; and its loudspeakers: who speaks, and who would
// go on.

import { html } from "/static/page.js";
import { name, say, spoken } from "/static/words.js";

/** How a board is, from the worst: dark where it had a screen, late with a call, never shown, well. */
function how(screen) {
  if (!screen.screens) return screen.were ? "dark" : "unused";
  return screen.late ? "late" : "well";
}

const TROUBLE = { late: "late", gone: "dark", mute: "late" };
const SIGN = { dark: "!", late: "!", unused: "–", well: "✓" };

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

/** Every board and every loudspeaker, in the order of the configuration. */
export function Screens({ screens, voices }) {
  return html`<section class="strip card screens" aria-label=${say("screens")}>
    <h2>${say("screens")}</h2>
    <ul>${Object.entries(screens).map(([id, one]) => html`<${Screen} key=${id} of=${one} />`)}</ul>
    ${voices.length > 0 && html`<h2>${say("voices")}</h2>
    <ul>${voices.map((one) => html`<${Voice} key=${one.loudspeaker} of=${one} />`)}</ul>`}
  </section>`;
}
