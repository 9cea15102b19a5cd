// /floor: where does it hurt? Ten zones as tiles, the windows below, totals and ratings beside. Live; a manager may press a window.

import { Alarms } from "./alarm.js";
import { clock, day, minutes } from "./clock.js";
import { Feed } from "./feed.js";
import { Advice, Follow, follows, forget, Review, reviews, Today } from "./floor/advice.js";
import { Charge, look, looked } from "./floor/charge.js";
import { Closing, ClosingDoor, closes } from "./floor/closing.js";
import { Ending } from "./floor/ending.js";
import { Hour, LastDay, looksBack } from "./floor/hour.js";
import { Issuing } from "./floor/issuing.js";
import { Notices } from "./floor/notice.js";
import { Rush, Screens } from "./floor/screens.js";
import { Windows } from "./floor/window.js";
import { level } from "./load.js";
import { Condition, Connection, draw, hallName, html, LanguageSwitch, leave, Letter, me, Person, run } from "./page.js";
import { Opening, refused, SignIn, WrongDoor } from "./signin.js";
import { name, reasonOf, say, spoken } from "./words.js";

const VIEWERS = ["manager", "steward", "supervisor", "admin", "auditor"];
const DESK = ["steward", "manager"];
const KEEPERS = ["admin", "auditor"];
const READERS = ["manager", "supervisor", "admin", "auditor"];
const LEVELS = [5, 4, 3, 2, 1];
const IN_ROW = 10; // people drawn in a row of a tile
const NAMED = 3; // so many zones or numbers are named in a sentence at the top; more are told by their letters or their count
const FEW = 5; // of fewer ratings than that a share says nothing
const LATE_MS = 30 * 60000; // so late somebody may still come for an appointment
const AHEAD_MS = 3 * 3600000; // so far ahead appointments are told
const ROWS = 4; // a tile has no room for more; the figure above them tells the number

const state = { feed: null, telling: false, stopping: false, ending: false };

function Sign({ hurts, min }) {
  if (!hurts) return null;
  return html`<span class="sign ${hurts}"><b aria-hidden="true">${hurts === "alarm" ? "!!" : "!"}</b>${say("over", { min })}</span>`;
}

/** Windows of a zone as dots, each with its figure: the shape says it without the colour. */
function Dots({ zone }) {
  const free = Math.max(0, zone.open - zone.busy);
  if (!zone.open && !zone.paused) return html`<p class="dots none">${say("none_open")}</p>`;
  return html`<p class="dots">
    <span><i class="dot busy" aria-hidden="true"></i>${say("busy", { count: zone.busy })}</span>
    <span><i class="dot free" aria-hidden="true"></i>${say("free", { count: free })}</span>
    ${zone.paused > 0 && html`<span><i class="dot paused" aria-hidden="true"></i>${say("paused", { count: zone.paused })}</span>`}
  </p>`;
}

/** One figure for each who waits, in rows of ten. */
function People({ count }) {
  const rows = [];
  for (let left = count; left > 0 && rows.length < ROWS; left -= IN_ROW) rows.push(Math.min(left, IN_ROW));
  return html`<div class="people" aria-hidden="true">${rows.map((row, at) => html`<i key=${at} style=${{ "--people": row }}></i>`)}</div>`;
}

/** Who has an appointment in the coming hours and has not come, by the hour. */
function Booked({ slots, now }) {
  const hours = new Map();
  slots.map(Date.parse).filter((at) => at > now - LATE_MS && at < now + AHEAD_MS).forEach((at) => {
    const hour = clock(at).slice(0, 2);
    hours.set(hour, (hours.get(hour) ?? 0) + 1);
  });
  if (!hours.size) return null;
  const told = [...hours].map(([hour, count]) => say("booked_hour", { hour, count }));
  return html`<p class="booked"><span class="muted">${say("booked")}</span> ${told.join(" · ")}</p>`;
}

function Tile({ zone, now }) {
  const longest = zone.waiting ? minutes(zone.oldest_at, now) : null;
  const hurts = level(longest, zone);
  const why = { closed: "stopped_hours", full: "stopped_full" }[zone.why] ?? "stopped_plain";
  const stopped = zone.why === "stopped" ? say("stopped", { reason: reasonOf(zone) }) : say(why);
  return html`<li class="tile ${hurts}" data-zone=${zone.id}>
    <h2><${Letter} of=${zone} /><span>${name(zone.name)}</span></h2>
    <div class="middle">
      <p class="count"><b>${zone.waiting}</b><span>${say("waiting")}</span></p>
      <div class="wait">
        <p class="longest">${longest === null ? html`<span class="muted">${say("nobody")}</span>`
          : html`<span class="muted">${say("longest")}</span><b>${say("minutes", { min: longest })}</b>`}</p>
        <${Sign} hurts=${hurts} min=${hurts === "alarm" ? zone.red_min : zone.amber_min} />
      </div>
    </div>
    ${zone.wait && html`<p class="expected"><span class="muted">${say("expected")}</span> ${say("expected_min", { low: zone.wait.low_min, high: zone.wait.high_min })}</p>`}
    <${People} count=${zone.waiting} />
    <${Dots} zone=${zone} />
    <${Booked} slots=${zone.expected ?? []} now=${now} />
    <p class="served"><span>${say("served")}</span> <b>${zone.served}</b> ${zone.place && html`<span class="where">${name(zone.place)}</span>`}
      ${!zone.issuing && html`<span class="tag warn">${stopped}</span>`}</p>
  </li>`;
}

/** What is true of all of them: zones may have marks of their own. */
function least(zones, mark) {
  return Math.min(...zones.map((zone) => zone[mark]));
}

/** Several sentences as one: in English only the first begins with a capital. */
function together([first, ...others]) {
  if (spoken.language === "zh") return [first, ...others].join("；");
  return [first, ...others.map((one) => one.charAt(0).toLowerCase() + one.slice(1))].join("; ");
}

/** One sentence for the whole hall: the zones that wait too long, where nobody calls those who wait, or where somebody stopped tickets; that
 * nothing can be done anywhere while the store takes nothing; or that all is well. */
function Verdict({ zones, now, unsaved }) {
  const over = (hurts) => zones.filter((zone) => zone.waiting && level(minutes(zone.oldest_at, now), zone) === hurts);
  const stops = zones.filter((zone) => zone.why === "stopped");
  const everywhere = stops.length === zones.length && stops.length > 1;
  const found = [over("alarm"), over("warn"), zones.filter((zone) => zone.waiting && !zone.open), everywhere ? [] : stops];
  const many = found.some((some) => some.length > NAMED);
  const [alarm, warn, unserved, stopped] = found.map((some) => (many ? some.map((zone) => zone.letter).sort() : some.map((zone) => name(zone.short))));
  const worst = unsaved || alarm.length ? "alarm" : warn.length || unserved.length || stops.length ? "warn" : "good";
  const sentences = [];
  if (unsaved) sentences.push(say("hurts_unsaved"));
  if (alarm.length) sentences.push(say("hurts", { zones: alarm.join(say("and")), min: least(found[0], "red_min") }));
  if (warn.length) sentences.push(say("hurts", { zones: warn.join(say("and")), min: least(found[1], "amber_min") }));
  if (unserved.length) sentences.push(say("hurts_unserved", { zones: unserved.join(say("and")) }));
  if (stops.length) sentences.push(everywhere ? say("hurts_stopped_all") : say("hurts_stopped", { zones: stopped.join(say("and")) }));
  return html`<p class="verdict ${worst}" role="status">
    <b aria-hidden="true">${{ alarm: "!!", warn: "!", good: "✓" }[worst]}</b>
    <span>${sentences.length ? together(sentences) : say(zones.some((zone) => zone.waiting) ? "calm" : "quiet")}</span>
  </p>`;
}

/** Zones in which somebody has waited so long that they are called first, whatever the rule: more windows are needed. */
function Guard({ zones, min, now }) {
  const over = zones.filter((zone) => zone.waiting && minutes(zone.oldest_at, now) >= min);
  if (!min || !over.length) return null;
  return html`<p class="band alarm" role="status">${say("guarded", { zones: over.map((zone) => name(zone.short)).join(say("and")), min })}</p>`;
}

/** The way to the register of cases, with how many are open there, and how many of these are late. */
function Register({ open, overdue }) {
  const told = overdue ? say("see_cases_late", { open, overdue }) : open ? say("see_cases_open", { open }) : say("see_cases");
  return html`<a class=${overdue ? "register late" : "register"} href="/cases">${overdue > 0 && html`<b aria-hidden="true">!!</b>`}${told}</a>`;
}

/** Tickets that a kiosk issued alone and the hall would not have issued, by what stood against them. */
function Objected({ tickets }) {
  const by = new Map();
  tickets.forEach((one) => one.against.forEach((code) => by.set(code, [...(by.get(code) ?? []), one.number])));
  const reasons = [...by].map(([code, numbers]) => {
    const some = numbers.sort().slice(0, NAMED).join(say("and"));
    const told = numbers.length > NAMED ? say("objected_more", { numbers: some, count: numbers.length }) : some;
    return say("objected_of", { numbers: told, reason: say(`against_${code.replace(".", "_")}`) });
  });
  return html`<p class="band warn" role="status">${say("objected", { reasons: reasons.join(spoken.language === "zh" ? "；" : "; ") })}</p>`;
}

/** A loudspeaker that nobody speaks from, that is not heard, or that leaves people uncalled: somebody has to call them by mouth. */
function Voice({ of }) {
  const told = of.late.slice(0, NAMED).join(say("and"));
  const numbers = of.late.length > NAMED ? say("objected_more", { numbers: told, count: of.late.length }) : told;
  return html`<p class="band alarm" role="status">${say(`voice_${of.trouble}`, { name: name(of.name), numbers, speaker: name(of.speaker) })}</p>`;
}

function Totals({ hall }) {
  const rows = [["total_waiting", hall.waiting], ["total_served", hall.served], ["total_issued", hall.issued], ["total_missed", hall.missed]];
  return html`<section class="card totals" aria-label=${say("today")}>
    ${rows.map(([key, count]) => html`<p key=${key}><b>${count}</b><span>${say(key)}</span></p>`)}
  </section>`;
}

function Ratings({ zones, last, cases }) {
  const levels = LEVELS.map((level) => zones.reduce((sum, zone) => sum + zone.rated[level - 1], 0));
  const all = levels.reduce((sum, count) => sum + count, 0);
  const most = Math.max(1, ...levels);
  const good = levels[0] + levels[1] + levels[2];
  return html`<section class="card ratings">
    <h2>${say("ratings")}<span class="muted">${all >= FEW ? `${say("satisfied")} ${((100 * good) / all).toFixed(1)}%` : ""}</span></h2>
    <ul class="levels">
      ${LEVELS.map((level, at) => html`<li key=${level} class=${level <= 2 ? "bad" : ""}>
        <span>${say(`level_${level}`)}</span>
        <i aria-hidden="true"><i style=${{ width: `${(100 * levels[at]) / most}%` }}></i></i>
        <b>${levels[at]}</b>
      </li>`)}
    </ul>
    <div class="between"><h3>${say("ratings_last")}</h3>${cases && html`<${Register} ...${cases} />`}</div>
    ${last.length === 0 && html`<p class="muted">${say("ratings_none")}</p>`}
    <ul class="last">
      ${last.map((one) => html`<li key=${one.step} class=${one.level <= 2 ? "bad" : ""}>
        <time>${clock(Date.parse(one.at))}</time><b>${one.number}</b>
        <span class="at">${one.window ? say("window", { window: one.window }) : ""}</span>
        <span class="level">${one.level <= 2 ? html`<i aria-hidden="true">!</i>` : ""}${say(`level_${one.level}`)}</span>
      </li>`)}
    </ul>
  </section>`;
}

/** Zones by letter; those of one place in the hall stand together, where its first one stands. */
function laidOut(zones) {
  const sorted = zones.sort((a, b) => (a.letter < b.letter ? -1 : 1));
  const places = [...new Set(sorted.map((zone) => zone.place?.zh ?? zone.letter))];
  return sorted.sort((a, b) => places.indexOf(a.place?.zh ?? a.letter) - places.indexOf(b.place?.zh ?? b.letter));
}

function Floor() {
  const feed = state.feed;
  const hall = feed.record("floor", "hall");
  if (!hall) return html`<${Opening} />`;
  const now = feed.now();
  const zones = laidOut(feed.list("floor", "zone"));
  const windows = feed.list("floor", "window");
  const last = feed.record("floor", "ratings")?.ratings ?? [];
  const objected = feed.list("floor", "objected");
  const notices = feed.record("floor", "notices")?.notices ?? [];
  const advices = feed.record("floor", "advices")?.advices ?? [];
  const stops = feed.record("floor", "stops")?.stops ?? [];
  const cases = READERS.includes(me.who.role) ? feed.record("floor", "cases") : null;
  const turn = (change) => { Object.assign(state, change); draw(); };
  const { advice, backup, clock: doubt, hour, voices = [], screens = {}, tablets = [], twice = [] } = feed.live.floor ?? {};
  // of the bands what somebody has to go for comes first, then what can wait a little, then what to do about waits
  return html`<div class=${feed.state === "stale" ? "floor stale" : "floor"}>
    <header class="head">
      <h1>${hallName(hall)}</h1>
      <${Verdict} zones=${zones} now=${now} unsaved=${feed.degraded} />
      <span class="when"><span>${day(now, spoken.language)}</span><b>${clock(now)}</b></span>
      <${Connection} feed=${feed} />
      ${me.who.role === "manager" && html`<button type="button" class="plain" onClick=${() => turn({ stopping: true })}>${say(stops.length ? "stop_some" : "stop_open", { count: stops.length })}</button>
        <button type="button" class="plain" onClick=${() => turn({ telling: true })}>${say(notices.length ? "notices_some" : "notices", { count: notices.length })}</button>`}
      ${READERS.includes(me.who.role) && html`<a class="button plain" href="/reports">${say("see_reports")}</a>`}
      ${KEEPERS.includes(me.who.role) && html`<a class="button plain" href="/admin">${say("see_admin")}</a>`}
      ${READERS.includes(me.who.role) && html`<a class="button plain" href="/audit">${say("see_audit")}</a>`}
      ${DESK.includes(me.who.role) && html`<a class="button plain" href="/desk">${say("see_desk")}</a>`}
      <span class="own"><${Person} /><${LanguageSwitch} /><button type="button" class="plain" onClick=${leave}>${say("sign_out")}</button></span>
    </header>
    <${Condition} feed=${feed} told="degraded_watch" />
    ${hall.elsewhere && html`<p class=${hall.elsewhere === "undecided" ? "band alarm" : "band warn"} role="status">${say(`elsewhere_${hall.elsewhere}`)}</p>`}
    <${Alarms} feed=${feed} acts=${DESK.includes(me.who.role)} />
    <${Guard} zones=${zones} min=${hall.guard_min} now=${now} />
    ${voices.filter((one) => one.trouble).map((one) => html`<${Voice} key=${one.loudspeaker} of=${one} />`)}
    ${doubt && html`<p class="band alarm" role="status">${name(doubt)}</p>`}
    ${objected.length > 0 && html`<${Objected} tickets=${objected} />`}
    <${Rush} screens=${screens} />
    ${twice.map((device) => html`<p class="band warn" role="status" key=${device}>${say("device_twice", { device })}</p>`)}
    ${backup && html`<p class="band warn" role="status">${name(backup)}</p>`}
    <${Advice} advice=${advice} zones=${zones} />
    <main>
      <ul class="plan">${zones.map((zone) => html`<${Tile} key=${zone.id} zone=${zone} now=${now} />`)}</ul>
      <div class="side"><${Totals} hall=${hall} /><${Hour} hour=${hour} now=${now} more=${html`<${Today} advices=${advices} /><${ClosingDoor} />`} /><${Ratings} zones=${zones} last=${last} cases=${cases} /></div>
      <${Windows} zones=${zones} windows=${windows} look=${me.who.role === "manager" ? look : null} />
      <${Screens} screens=${screens} voices=${voices} tablets=${tablets} />
    </main>
    ${looksBack() && html`<${LastDay} lessons=${advice?.lessons} />`}
    ${closes() && html`<${Closing} now=${now} />`}
    ${reviews() && html`<${Review} advices=${advices} zones=${zones} now=${now} />`}
    ${follows() && html`<${Follow} key=${follows().window} feed=${feed} advice=${follows()} zones=${zones} windows=${windows} />`}
    ${state.telling && html`<${Notices} feed=${feed} notices=${notices} shut=${() => turn({ telling: false })} />`}
    ${state.stopping && html`<${Issuing} feed=${feed} zones=${zones} stops=${stops} end=${() => turn({ stopping: false, ending: true })} shut=${() => turn({ stopping: false })} />`}
    ${state.ending && html`<${Ending} feed=${feed} waiting=${hall.waiting} shut=${() => turn({ ending: false })} />`}
    ${looked() && html`<${Charge} key=${looked()} feed=${feed} window=${feed.record("floor", `window/${looked()}`)} windows=${windows} zones=${zones} />`}
  </div>`;
}

function Page() {
  if (!me.asked) return html`<${Opening} />`;
  if (!me.who) return html`<${SignIn} />`;
  if (!VIEWERS.includes(me.who.role)) return html`<${WrongDoor} to=${me.who.role === "clerk" ? "/clerk" : null} />`;
  return state.feed ? html`<${Floor} />` : html`<${Opening} />`;
}

setInterval(draw, 1000);
run({
  areas: ["floor"],
  title: () => say("title"),
  view: Page,
  enter: (who) => {
    if (!VIEWERS.includes(who.role) || state.feed) return;
    state.feed = new Feed({ topics: ["floor"], language: spoken.language, change: draw, turn: draw, fault: refused });
  },
  left: () => {
    look(null);
    forget();
    state.telling = state.stopping = state.ending = false;
    state.feed?.end();
    state.feed = null;
  },
  spoke: (language) => state.feed?.speak(language),
});
