// /cases: what became of bad ratings and complaints? The register at the left, one case with its history and what can be done at the
// right. The register is live; a case's history is asked for when it is opened and whenever the case changes.

import { deeds, Dialogs, open } from "./cases/deed.js";
import { File } from "./cases/file.js";
import { FILTERS, fits, List, step } from "./cases/list.js";
import { all, chosen, choose, enters, hush, looked, reread, send, state } from "./cases/state.js";
import { clock } from "./clock.js";
import { Feed } from "./feed.js";
import { Condition, Connection, draw, hallName, html, LanguageSwitch, leave, me, Notice, Person, run } from "./page.js";
import { paper } from "./paper.js";
import { Opening, refused, SignIn, WrongDoor } from "./signin.js";
import { say, spoken } from "./words.js";

const VIEWERS = ["supervisor", "manager", "admin", "auditor"];

function Head() {
  const now = state.feed.now();
  return html`<header class="head">
    <h1>${say("title")}</h1><span class="muted hall">${hallName(state.feed.record("hall", "hall"))}</span>
    <span class="spring"></span>
    <b class="when">${clock(now)}</b>
    <${Connection} feed=${state.feed} />
    <${Person} />
    <a class="button plain" href="/floor">${say("see_floor")}</a>
    <a class="button plain" href="/reports">${say("see_reports")}</a>
    <a class="button plain" href="/audit">${say("see_audit")}</a>
    <button type="button" class="plain" onClick=${() => open("download")}>${say("download")}</button>
    <${LanguageSwitch} />
    <button type="button" class="plain" onClick=${leave}>${say("sign_out")}</button>
  </header>`;
}

/** One sentence for the whole register. */
function Verdict() {
  const standing = all().filter((one) => one.state !== "closed");
  const late = standing.filter((one) => one.overdue).length;
  const today = standing.filter((one) => !one.overdue && one.due && one.days_left <= 0).length;
  const worst = late ? "alarm" : today ? "warn" : "good";
  const told = late ? say("verdict_late", { late, open: standing.length }) : today ? say("verdict_today", { today, open: standing.length })
    : say(standing.length ? "verdict_open" : "verdict_none", { open: standing.length });
  return html`<p class="verdict ${worst}" role="status"><b aria-hidden="true">${{ alarm: "!!", warn: "!", good: "✓" }[worst]}</b><span>${told}</span></p>`;
}

function Cases() {
  if (!state.feed.filled) return html`<${Opening} />`;
  return html`<${Head} />
    <${Condition} feed=${state.feed} />
    <${Verdict} />
    <main class=${`${state.feed.state === "stale" ? "stale" : ""} ${chosen() ? "chosen" : ""}`}>
      <${List} />
      <div class="side">
        <${Notice} of=${state.notice} again=${send} shut=${hush} />
        <${File} />
      </div>
    </main>
    <${Dialogs} />`;
}

function Page() {
  if (!me.asked) return html`<${Opening} />`;
  if (!me.who) return html`<${SignIn} />`;
  if (!VIEWERS.includes(me.who.role)) return html`<${WrongDoor} to=${{ clerk: "/clerk", steward: "/desk" }[me.who.role]} />`;
  return state.feed ? html`<${Cases} />` : html`<${Opening} />`;
}

/** Up and down go through the register, Esc back to it, / searches, F2 finds the most urgent, F4 enters a complaint, a digit begins what can be done. */
function key(event) {
  if (!state.feed?.filled || state.dialog || event.ctrlKey || event.altKey || event.metaKey) return;
  const writing = event.target.closest("input, textarea, select");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (writing && writing.id !== "find") return;
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    if (chosen()) choose(null);
    else Object.assign(state, { text: "", filter: FILTERS[0] });
    document.getElementById("find")?.focus();
  } else if (event.key === "F2") {
    Object.assign(state, { text: "", filter: "open" });
    const first = all().filter(fits)[0];
    if (first) choose(first.id);
  } else if (event.key === "F4" && enters()) {
    open("complain");
  } else if (event.key === "/" && !writing) {
    document.getElementById("find")?.focus();
  } else if (/^[1-9]$/.test(event.key) && !writing && deeds()[event.key - 1]) {
    open(deeds()[event.key - 1]);
  } else {
    return;
  }
  event.preventDefault();
  draw();
}

document.addEventListener("keydown", key);
addEventListener("hashchange", () => {
  Object.assign(state, { notice: state.entered, entered: null });
  reread();
  draw();
});
paper(() => state.feed?.filled && { hall: state.feed.record("hall", "hall"), of: [say("title"), looked()?.number], now: state.feed.now() });
setInterval(draw, 1000);
run({
  areas: ["rate", "cases"],
  title: () => {
    const count = state.feed?.filled ? all().filter((one) => one.state !== "closed").length : 0;
    return (count ? `(${count}) ` : "") + say("title");
  },
  view: Page,
  enter: (who) => {
    if (!VIEWERS.includes(who.role) || state.feed) return;
    const change = (topic, keys) => {
      if (topic === "cases" && (!state.file || keys.includes(`case/${chosen()}`))) reread();
      draw();
    };
    state.feed = new Feed({ topics: ["hall", "cases"], language: spoken.language, change, turn: draw, fault: refused });
  },
  left: () => {
    state.feed?.end();
    Object.assign(state, { feed: null, file: null, dialog: null, notice: null, entered: null, text: "" });
  },
  spoke: (language) => state.feed?.speak(language),
});
