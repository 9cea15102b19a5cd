// /audit: was everybody called in turn, and is the log what was written? It reads all and changes nothing.

import { Log } from "./audit/log.js";
import { Proof } from "./audit/proof.js";
import { Skips } from "./audit/skips.js";
import { place, state, to, today } from "./audit/state.js";
import { Ticket } from "./audit/ticket.js";
import { Feed } from "./feed.js";
import { Condition, Connection, draw, hallName, html, LanguageSwitch, leave, me, Person, run } from "./page.js";
import { paper } from "./paper.js";
import { Opening, refused, SignIn, WrongDoor } from "./signin.js";
import { say, spoken } from "./words.js";

const READERS = ["auditor", "manager", "admin"];
const COMPLAINTS = [...READERS, "supervisor"];

/** The sections: which there are for whom, and what draws each. */
const SECTIONS = {
  skips: { view: ([, day]) => html`<${Skips} day=${day ?? today()} />`, for: COMPLAINTS },
  ticket: { view: ([, day, number]) => html`<${Ticket} day=${day ?? today()} number=${number} />`, for: COMPLAINTS },
  log: { view: ([, day, text]) => html`<${Log} day=${day ?? today()} text=${text} />`, for: READERS },
  proof: { view: () => html`<${Proof} />`, for: READERS },
};

function enter(who) {
  if (!COMPLAINTS.includes(who.role) || state.feed) return;
  state.feed = new Feed({ topics: ["floor"], language: spoken.language, change: draw, turn: draw, fault: refused });
}

function left() {
  state.feed?.end();
  state.feed = null;
}

/** Who goes to another section hears its heading. */
let before = null;
function moved() {
  draw();
  const [here] = place();
  if (here !== before) {
    requestAnimationFrame(() => requestAnimationFrame(() => {
      document.querySelector("main h1")?.focus();
      scrollTo(0, 0);
    }));
  }
  before = here;
}

function Page() {
  const parts = place();
  const section = SECTIONS[parts[0]];
  const mine = (one) => SECTIONS[one].for.includes(me.who.role);
  const hall = state.feed?.record("floor", "hall");
  return html`<a class="skip unseen" href="#main" onClick=${(event) => { event.preventDefault(); document.getElementById("main").focus(); }}>${say("skip_to")}</a>
    <header class="head">
      <strong class="title">${hallName(hall)}</strong><span class="muted">${say("title")}</span>
      <span class="spring"></span>
      <${Connection} feed=${state.feed} />
      <${Person} />
      <a class="button plain" href="/floor">${say("see_floor")}</a>
      <a class="button plain" href="/reports">${say("see_reports")}</a>
      ${READERS.includes(me.who.role) && html`<a class="button plain" href="/admin">${say("see_admin")}</a>`}
      <${LanguageSwitch} />
      <button type="button" class="plain" onClick=${leave}>${say("sign_out")}</button>
    </header>
    <${Condition} feed=${state.feed} />
    <div class="body">
      <nav aria-label=${say("nav")}><ul>
        ${Object.keys(SECTIONS).filter(mine).map((one) => html`<li key=${one}><a href=${to(one)} aria-current=${one === parts[0] ? "page" : undefined}>${say(`nav_${one}`)}</a></li>`)}
      </ul></nav>
      <main id="main" tabindex="-1" data-place=${parts.join("/")}>
        <h1 tabindex="-1" data-of=${["skips", "log"].includes(parts[0]) ? parts[1] ?? today() : parts[0] === "ticket" ? parts[1] : undefined}>${say(section ? `nav_${parts[0]}` : "title")}</h1>
        ${!hall ? html`<p class="muted" role="status">${say("reading")}</p>` : section && mine(parts[0]) ? section.view(parts) : html`<p>${say("not_for_role")}</p>`}
      </main>
    </div>`;
}

function View() {
  if (!me.asked) return html`<${Opening} />`;
  if (!me.who) return html`<${SignIn} />`;
  if (!COMPLAINTS.includes(me.who.role)) return html`<${WrongDoor} to=${{ clerk: "/clerk", steward: "/desk" }[me.who.role] ?? "/floor"} />`;
  return html`<${Page} />`;
}

addEventListener("hashchange", moved);
paper(() => {
  const [section, day, number] = place();
  const hall = state.feed?.record("floor", "hall");
  const of = { skips: [day ?? today()], log: [day ?? today()], ticket: [day ?? today(), number] }[section] ?? [];
  return hall && { hall, of: [SECTIONS[section] && say(`nav_${section}`), ...of], now: state.feed.now() };
});

run({
  areas: ["audit"],
  title: () => say("title"),
  view: View,
  enter,
  left,
  spoke: (language) => state.feed?.speak(language),
});
