// /admin: the hall is set up and changed by its own staff. What is live comes from the link; the configuration is edited as a draft.

import { Config, Publish } from "./admin/config.js";
import { changed, draft, follow, leaveDraft } from "./admin/draft.js";
import { Devices, waiting } from "./admin/device.js";
import { Media } from "./admin/media.js";
import { fresh, Overview, seesDevices } from "./admin/overview.js";
import { People } from "./admin/people.js";
import { Roster } from "./admin/roster.js";
import { Start } from "./admin/start.js";
import { go, may, Notice, place, state, to } from "./admin/state.js";
import { Versions } from "./admin/version.js";
import { Feed } from "./feed.js";
import { Condition, Connection, draw, hallName, html, LanguageSwitch, leave, me, Person, run } from "./page.js";
import { Opening, refused, SignIn, WrongDoor } from "./signin.js";
import { say, spoken } from "./words.js";

const ROLES = ["admin", "manager", "auditor"];
const SETTLE_MS = 300;

/** The sections: which there are for whom, and what draws each. */
const SECTIONS = {
  overview: { view: () => html`<${Overview} />`, for: () => true },
  devices: { view: () => html`<${Devices} />`, for: seesDevices },
  people: { view: () => html`<${People} />`, for: may },
  config: { view: ([, of, at, field]) => html`<${Config} of=${of} at=${at} field=${field} />`, for: () => true },
  roster: { view: () => html`<${Roster} />`, for: () => true },
  media: { view: () => html`<${Media} />`, for: () => true },
  versions: { view: ([, at]) => html`<${Versions} at=${at} />`, for: () => true },
  start: { view: () => html`<${Start} />`, for: may },
};

/** What belongs to a section though its address is its own. */
const WITHIN = { publish: "config" };

let settling = null;

/** Whatever was published shows as a snapshot of the whole hall: learn then what runs. What screens report is none. */
function heard(topic, keys, live) {
  if (!live && topic === "floor" && keys.includes("hall")) {
    clearTimeout(settling);
    settling = setTimeout(learn, SETTLE_MS);
  }
  draw();
}

async function learn() {
  if (!me.who) return;
  await follow();
  state.boards = draft.runs.displays ?? [];
  if (!begun) {
    begun = true;
    if (may() && fresh() && place()[0] === "overview") go("start");
  }
  draw();
}

let begun = false;

function enter(who) {
  if (!ROLES.includes(who.role)) return;
  const topics = who.role === "manager" ? ["floor"] : ["floor", "admin"];
  state.feed = new Feed({ topics, language: spoken.language, change: heard, turn: draw, fault: refused });
  learn();
}

function left() {
  state.feed?.end();
  state.feed = state.dialog = state.notice = state.carried = null;
  begun = false;
  leaveDraft();
}

/** Who goes to another place hears its heading, or comes to the field that a fault is in. */
function moved() {
  document.activeElement?.blur(); // what is half typed is taken over where it was typed
  if (state.notice !== state.carried) state.notice = null;
  state.carried = state.dialog = null;
  draw();
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const heading = document.querySelector("main h2[tabindex]") ?? document.querySelector("main h1");
    const field = heading?.dataset.focus && document.getElementById(heading.dataset.focus);
    const goal = field?.matches("fieldset") ? field.querySelector("input, select, button") ?? field : field ?? heading;
    goal?.focus();
    if (!field) scrollTo(0, 0);
  }));
}

function Navigation({ here }) {
  const shown = Object.keys(SECTIONS).filter((one) => one !== "start" && SECTIONS[one].for());
  const marks = { devices: waiting().length || null, config: changed() ? "" : null };
  return html`<nav aria-label=${say("nav")}><ul>
    ${shown.map((one) => html`<li key=${one}><a href=${to(one)} aria-current=${one === here ? "page" : undefined}>${say(`nav_${one}`)}
      ${marks[one] !== null && marks[one] !== undefined && html`<span class="mark ${marks[one] ? "" : "speck"}" title=${say(`mark_${one}`)}>${marks[one]}<span class="unseen"> ${say(`mark_${one}`)}</span></span>`}</a></li>`)}
  </ul></nav>`;
}

function Page() {
  const parts = place();
  const here = WITHIN[parts[0]] ?? parts[0];
  const section = SECTIONS[here];
  const hall = state.feed?.record("floor", "hall");
  return html`<a class="skip unseen" href="#main" onClick=${(event) => { event.preventDefault(); document.getElementById("main").focus(); }}>${say("skip")}</a>
    <header class="head">
      <strong class="title">${hallName(hall)}</strong><span class="muted">${say("title")}</span>
      <span class="spring"></span>
      <${Connection} feed=${state.feed} />
      <${Person} />
      <a class="button plain" href="/floor">${say("see_floor_short")}</a>
      <a class="button plain" href="/reports">${say("see_reports")}</a>
      <a class="button plain" href="/audit">${say("see_audit")}</a>
      <${LanguageSwitch} />
      <button type="button" class="plain" onClick=${leave}>${say("sign_out")}</button>
    </header>
    <${Condition} feed=${state.feed} told="degraded_watch" />
    <div class="body">
      <${Navigation} here=${here} />
      <main id="main" tabindex="-1" data-place=${parts.join("/")}>
        <h1 tabindex="-1">${say(section?.for() ? `nav_${here}` : "nav_unknown")}</h1>
        <${Notice} />
        ${!section?.for() ? html`<p>${say("unknown_place")}</p>` : parts[0] === "publish" ? html`<${Publish} />` : section.view(parts)}
      </main>
    </div>
    ${state.dialog?.()}`;
}

function View() {
  if (!me.asked) return html`<${Opening} />`;
  if (!me.who) return html`<${SignIn} />`;
  if (!ROLES.includes(me.who.role)) return html`<${WrongDoor} to=${{ clerk: "/clerk", steward: "/desk" }[me.who.role] ?? "/floor"} />`;
  return html`<${Page} />`;
}

/** `/` leads to the search of a list, as at the desk and in the register. */
function key(event) {
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || state.dialog) return;
  const field = document.querySelector("main input[type=search]");
  if (!field || event.target.closest("input, textarea, select")) return;
  field.focus();
  event.preventDefault();
}

addEventListener("hashchange", moved);
document.addEventListener("keydown", key);

run({
  areas: ["form", "admin"],
  title: () => say("title"),
  view: View,
  enter,
  left,
  spoke: (language) => state.feed?.speak(language),
});
