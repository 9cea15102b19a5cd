// The frame that the pages of people share: drawing, the top line, the state of the connection, sign-in first.

import htm from "./vendor/htm.mjs";
import { Component, createRef, h, render } from "./vendor/preact.mjs";
import { ask, show } from "./ask.js";
import { choose, learn, name, remembered, say, spoken } from "./words.js";

export const html = htm.bind(h);
export { Component, createRef };

/**
 * Who is signed in here ({role, name, window?}), or null; `asked` once the server has said so. `changing` is who has to choose a
 * password first, and until then is nobody here.
 */
export const me = { who: null, changing: null, asked: false, told: null };

let page = null;
let pending = false;

/** Draw the page soon; many changes at once are one drawing. A hidden page draws when it is seen again. */
export function draw() {
  if (pending || !page) return;
  pending = true;
  requestAnimationFrame(() => {
    pending = false;
    document.title = page.title();
    render(html`<${page.view} />`, document.getElementById("app"));
  });
}

/**
 * Run a page: learn the texts, ask who is signed in, draw. `page` has `areas`, `title()`, `view` and `enter(me)`,
 * which is called whenever somebody has signed in.
 */
export async function run(given) {
  choose(remembered());
  await learn(["page", ...given.areas]);
  page = given;
  draw();
  await identify();
}

/** Ask the server who we are; nobody is an answer too. */
export async function identify() {
  try {
    const who = await ask("GET", "/me");
    show(who.csrf);
    me.changing = who.must_change ? who : null;
    me.who = who.must_change ? null : who;
    me.told = null;
    me.asked = true;
    if (me.who) page.enter(me.who);
  } catch (error) {
    me.who = me.changing = null;
    if (error.code === "unreachable") {
      me.told = error.message;
      setTimeout(identify, 2000);
    } else {
      me.asked = true;
    }
  }
  draw();
}

/** Sign out, and say so. */
export async function leave() {
  try {
    await ask("POST", "/logout");
  } catch (error) {
    me.told = error.message;
    draw();
    return;
  }
  forget(say("signed_out"));
}

/** Nobody is signed in any more; `told` says why. */
export function forget(told) {
  me.who = me.changing = null;
  me.told = told;
  show(null);
  page.left();
  draw();
}

function speak(language) {
  choose(language);
  page.spoke?.(spoken.language);
  draw();
}

/** Who is signed in; the name leads to where they choose another password. */
export function Person() {
  const shown = me.who.shown ?? me.who.name;
  return html`<a class="person" href=${`/login?next=${location.pathname}#password`} title=${say("password_own")} aria-label=${say("password_own_of", { name: shown })}>${shown}</a>`;
}

/** The button that changes the language; it names the other one in its own words. */
export function LanguageSwitch() {
  const next = spoken.language === "en" ? "zh" : "en";
  return html`<button
    type="button"
    class="plain language"
    lang=${next === "zh" ? "zh-CN" : "en"}
    onClick=${() => speak(next)}
  >
    ${say("language_other")}
  </button>`;
}

/** Whether the page is live: a dot of a shape and a word of its own for each state. */
export function Connection({ feed }) {
  const state = !feed || feed.state === "connecting" ? "connecting" : feed.state === "stale" ? "stale" : feed.open ? "live" : "broken";
  return html`<span class="link ${state}" role="status"><i aria-hidden="true"></i>${say(`link_${state}`)}</span>`;
}

/** What the whole page must say when it is out of date or the store takes nothing, which is `told` as its people can act on it. */
export function Condition({ feed, told = "degraded" }) {
  if (feed?.state === "stale") return html`<p class="band warn" role="status">${say("stale_people")}</p>`;
  if (feed?.degraded) return html`<p class="band warn" role="status">${say(told)}</p>`;
  return null;
}

/** What was done last, or why not, spoken and shown: `again` asks once more what nobody knows about, `shut` takes the words away. */
export function Notice({ of, again, shut }) {
  return html`<div class="notice-place" role=${of?.fault ? "alert" : "status"}>
    ${of && html`<div class="notice ${of.fault ? "fault" : ""}">
      <span>${of.text}</span>
      ${of.again
        ? html`<button type="button" class="plain" onClick=${() => again(of.again)}>${say("again")}</button>`
        : html`<button type="button" class="plain" onClick=${shut}>${say("close_notice")}</button>`}
    </div>`}
  </div>`;
}

/** The letter of a zone on its colour. */
export function Letter({ of }) {
  return html`<span class="letter" style=${{ "--zone": of.colour }}>${of.letter}</span>`;
}

/** The hall's name in the chosen language, or the general word until it is known. */
export function hallName(hall) {
  return hall ? name(hall.name) : say("hall");
}
