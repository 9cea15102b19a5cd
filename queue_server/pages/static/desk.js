// /desk: what does this person need? One field finds a service to take a ticket for, a ticket by its number, or an appointment; beside it whose
// class waits to be confirmed, and how the zones are. All of it is live.

import { Alarms } from "./alarm.js";
import { ask } from "./ask.js";
import { clock, minutes } from "./clock.js";
import { Dialogs, open } from "./desk/dialog.js";
import { codeIn, numberIn, search } from "./find.js";
import { checkIn, clear, held, hush, kindOf, send, state, told, zoneOf } from "./desk/state.js";
import { choose, Form } from "./desk/take.js";
import { TicketCard } from "./desk/ticket.js";
import { Feed } from "./feed.js";
import { level } from "./load.js";
import { Condition, Connection, draw, hallName, html, LanguageSwitch, leave, Letter, me, Notice, Person, run } from "./page.js";
import { Opening, refused, SignIn, WrongDoor } from "./signin.js";
import { name, reasonOf, say, spoken } from "./words.js";

const ROLES = ["steward", "manager"];
const field = { node: null };

// --- the one field

function records(topic, kind) {
  return state.feed.list(topic, kind);
}

/** What can be chosen for what was typed: a number or an appointment first, then services. */
function options() {
  const number = numberIn(state.text);
  const code = codeIn(state.text);
  const zones = Object.fromEntries(records("hall", "zone").map((zone) => [zone.id, zone]));
  const services = search(state.text, records("hall", "service"), zones);
  const earlier = number && me.who.role === "steward" ? [{ earlier: number }] : [];
  return [...(number ? [{ number }] : []), ...(code ? [{ code }] : []), ...services.map((service) => ({ service })), ...earlier];
}

function type(text) {
  Object.assign(state, { text, at: 0, notice: null });
  draw();
}

function choice(option) {
  type("");
  if (option.number) find(option.number);
  else if (option.code) checkIn(option.code);
  else if (option.earlier) open("earlier", { number: option.earlier });
  else choose(option.service.id);
  if (!state.dialog) land();
}

async function find(number) {
  try {
    const found = await ask("GET", `/tickets?number=${encodeURIComponent(number)}`);
    if (found.length) held(found.reverse());
    else state.notice = { text: say("number_unknown", { number }) };
  } catch (error) {
    if (error.code.startsWith("auth.")) return refused(error);
    state.notice = { fault: true, text: error.message };
  }
  draw();
}

function pressed(event) {
  if (event.isComposing || event.repeat && event.key === "Enter") return;
  const shown = options();
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!shown.length) return;
    event.preventDefault();
    state.at = (state.at + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % shown.length;
    draw();
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (shown[state.at]) choice(shown[state.at]);
    else if (state.text.trim()) type(state.text);
    else if (state.chosen.length) document.getElementById("take")?.requestSubmit();
  } else if (event.key === "Backspace" && !state.text && state.chosen.length) {
    state.chosen = state.chosen.slice(0, -1);
    draw();
  }
}

function Search() {
  const shown = options();
  const at = Math.min(state.at, shown.length - 1);
  const typed = state.text.trim();
  return html`<div class="search">
    <label for="find">${say(state.chosen.length ? "find_more" : "find")}</label>
    <input id="find" class="text" role="combobox" autocomplete="off" autocapitalize="none" spellcheck=${false} maxlength="40"
      aria-expanded=${shown.length > 0} aria-controls="options" aria-autocomplete="list" aria-describedby="find-hint"
      aria-activedescendant=${shown.length ? `option-${at}` : undefined} placeholder=${say("find_example")} value=${state.text}
      ref=${(node) => { field.node = node; }} onInput=${(event) => type(event.target.value)} onKeyDown=${pressed} />
    <p id="find-hint" class="muted small">${say(state.chosen.length && !typed ? "find_take" : "find_keys")}</p>
    <ul id="options" class="options" role="listbox" aria-label=${say("find_list")} hidden=${!shown.length}>
      ${shown.map((one, place) => html`<li key=${one.number ?? one.code ?? one.service?.id ?? "earlier"} id=${`option-${place}`} role="option" aria-selected=${place === at}
        onMouseDown=${(event) => event.preventDefault()} onClick=${() => choice(one)}>
        ${one.service ? html`<${Offer} service=${one.service} />` : html`<span class="letter find" aria-hidden="true">#</span><span class="what"><b>${one.number ? say("find_number", { number: one.number }) : one.code ? say("check_in", { code: one.code }) : say("earlier_find", { number: one.earlier })}</b></span>`}
      </li>`)}
    </ul>
    <p class="none muted" role="status">${typed && !shown.length ? say("find_none") : ""}</p>
  </div>`;
}

/** Why a service issues no tickets now, in few words; "" while it does. */
function shut(service) {
  if (service.issuing) return "";
  if (service.why === "closed") return say("closed_hours");
  if (service.why === "full") return say("closed_full");
  return service.stopped ? say("closed_reason", { reason: reasonOf(service) }) : say("closed_plain");
}

function Offer({ service }) {
  const zone = zoneOf(service.id);
  const closed = shut(service);
  return html`<${Letter} of=${zone ?? {}} /><span class="what"><b>${name(service.name)}</b><span class="muted small">${name(service.examples)}</span></span>
    <span class="small ${closed ? "shut" : "muted"}">${closed || [say("waiting_now", { count: service.waiting }), told(service.wait, "wait_short")].filter(Boolean).join(" · ")}</span>`;
}

/** Every service, for whoever would rather touch than type. */
function Directory() {
  const zones = records("hall", "zone").sort((one, other) => (one.letter < other.letter ? -1 : 1));
  const services = records("hall", "service");
  return html`<section class="directory" aria-label=${say("directory")}><ul>${zones.map((zone) => html`<li key=${zone.id}>
    <${Letter} of=${zone} /><div>${services.filter((one) => one.zone === zone.id).map((one) => html`<button key=${one.id} type="button" class="secondary ${one.issuing ? "" : "shut"}"
      title=${shut(one)} onClick=${() => choice({ service: one })}>${name(one.name)}</button>`)}</div>
  </li>`)}</ul></section>`;
}

// --- who waits for a decision

function Requests() {
  const now = state.feed.now();
  const found = records("desk", "request").sort((one, other) => Date.parse(one.since) - Date.parse(other.since));
  return html`<section class="requests" aria-labelledby="requests-title">
    <h2 id="requests-title">${say("requests")}<span class="count ${found.length ? "some" : ""}">${found.length}</span>
      ${found.length > 0 && html`<kbd>F2</kbd>`}</h2>
    <div aria-live="polite" class="unseen">${found.length ? say("requests_told", { count: found.length }) : ""}</div>
    ${!found.length && html`<p class="card empty muted">${say("requests_none")}</p>`}
    <ul>${found.map((one) => html`<li class="card request" key=${one.id}>
      <div class="who"><${Letter} of=${zoneOf(one.service) ?? {}} /><button type="button" class="plain number" aria-label=${say("find_number", { number: one.number })} onClick=${() => find(one.number)}>${one.number}</button>
        <span class="age">${say("waited", { min: minutes(one.since, now) })}</span></div>
      <p class="kind">${kindOf(one)}</p>
      <p class="muted small">${name(one.service_name)}</p>
      ${one.wait && html`<p class="muted small">${told(one.wait, "wait_more")}</p>`}
      <div class="decide">
        <button type="button" class="primary confirm" aria-disabled=${Boolean(state.busy)} aria-label=${say("confirm_of", { number: one.number })} onClick=${() => open("confirm", one)}>${say("confirm")}</button>
        <button type="button" class="secondary" aria-disabled=${Boolean(state.busy)} aria-label=${say("refuse_of", { number: one.number })} onClick=${() => open("refuse", one)}>${say("refuse")}</button>
      </div>
    </li>`)}</ul>
  </section>`;
}

// --- how the zones are

function Zones() {
  const now = state.feed.now();
  const zones = records("floor", "zone").sort((one, other) => (one.letter < other.letter ? -1 : 1));
  return html`<section class="zones" aria-labelledby="zones-title">
    <h2 id="zones-title">${say("zones")}</h2>
    <ul class="card">${zones.map((zone) => {
      const longest = zone.waiting ? minutes(zone.oldest_at, now) : null;
      const hurts = level(longest, zone);
      return html`<li key=${zone.id}><button type="button" class="zone ${hurts}" aria-label=${say("zone_services", { zone: name(zone.name) })} aria-describedby=${`zone-${zone.id}`}
        onClick=${() => { type(zone.letter); land(); }}>
        <${Letter} of=${zone} /><span class="short">${name(zone.short)}</span>
        <span class="told" id=${`zone-${zone.id}`}>
          <span class="wait">${longest !== null && html`<span class="small">${hurts && html`<i aria-hidden="true">${hurts === "alarm" ? "!!" : "!"}</i>`}${say("longest", { min: longest })}</span>`}
            <b>${say("people", { count: zone.waiting })}</b></span>
          <span class="small ${zone.open ? "muted" : "shut"}">${zone.open ? [zone.issuing && told(zone.wait, "wait_short"), say("open_of", { open: zone.open, all: zone.windows })].filter(Boolean).map((one) => html`<span key=${one}>${one}</span>`) : say("open_none")}</span>
          ${!zone.issuing && html`<span class="small shut">${say("closed_plain")}</span>`}
        </span>
      </button></li>`;
    })}</ul>
  </section>`;
}

// --- the page

function Head() {
  const hall = state.feed.record("floor", "hall");
  const now = state.feed.now();
  return html`<header class="head">
    <h1>${say("title")}</h1><span class="muted hall">${hallName(hall)}</span>
    <span class="spring"></span>
    <b class="when">${clock(now)}</b>
    <${Connection} feed=${state.feed} />
    <${Person} />
    <a class="button plain" href="/floor">${say("see_floor")}</a>
    <button type="button" class="plain" onClick=${() => open("booked")}>${say("booked")}</button>
    <button type="button" class="plain" onClick=${() => open("slips")}>${say("slip_open")}<kbd>F4</kbd></button>
    <button type="button" class="plain" onClick=${() => open("pin")}>${say("pin_mine")}</button>
    <${LanguageSwitch} />
    <button type="button" class="plain" onClick=${leave}>${say("sign_out")}</button>
  </header>`;
}

function Desk() {
  if (!state.feed.filled) return html`<${Opening} />`;
  const hall = state.feed.record("floor", "hall");
  return html`<${Head} />
    <${Condition} feed=${state.feed} />
    ${hall?.elsewhere && html`<p class=${hall.elsewhere === "undecided" ? "band alarm" : "band warn"} role="status">${say(`elsewhere_${hall.elsewhere}`)}</p>`}
    <${Alarms} feed=${state.feed} acts=${true} />
    <main class=${state.feed.state === "stale" ? "stale" : ""}>
      <div class="middle">
        <${Search} />
        <${Notice} of=${state.notice} again=${send} shut=${hush} />
        ${(!state.chosen.length || state.beside) && state.found.map((id) => html`<${TicketCard} key=${id} id=${id} />`)}
        ${state.chosen.length > 0 && html`<${Form} />`}
        ${!state.chosen.length && !state.found.length && !state.text.trim() && html`<${Directory} />`}
      </div>
      <${Requests} />
      <${Zones} />
    </main>
    <${Dialogs} />`;
}

function Page() {
  if (!me.asked) return html`<${Opening} />`;
  if (!me.who) return html`<${SignIn} />`;
  if (!ROLES.includes(me.who.role)) return html`<${WrongDoor} to=${me.who.role === "clerk" ? "/clerk" : "/floor"} />`;
  return state.feed ? html`<${Desk} />` : html`<${Opening} />`;
}

const WRITING = 'input:not([type="radio"], [type="checkbox"]), textarea, select';

/** Esc begins anew; F2 leads to who has waited longest for a decision; F4 to slips; / to the field, and so does whatever is typed where
 * nothing takes it: after a press with the mouse nobody has to go back there first. */
function key(event) {
  if (!state.feed || state.dialog || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Escape") {
    clear();
    field.node?.focus();
  } else if (event.key === "F2") {
    document.querySelector(".request .confirm")?.focus();
  } else if (event.key === "F4") {
    open("slips");
  } else if (event.key.length === 1 && event.key !== " " && !event.target.closest(WRITING)) {
    field.node?.focus();
    if (event.key !== "/") return;
  } else {
    return;
  }
  event.preventDefault();
}

document.addEventListener("keydown", key);
setInterval(draw, 1000);
run({
  areas: ["desk"],
  title: () => {
    const count = state.feed?.filled ? records("desk", "request").length : 0;
    return (count ? `(${count}) ` : "") + say("title");
  },
  view: Page,
  enter: (who) => {
    if (!ROLES.includes(who.role) || state.feed) return;
    state.feed = new Feed({ topics: state.topics(), language: spoken.language, change: draw, turn: draw, fault: refused });
    requestAnimationFrame(land);
  },
  left: () => {
    state.feed?.end();
    clear();
    state.feed = null;
  },
  spoke: (language) => state.feed?.speak(language),
});

/** Who sits at a keyboard types at once; on a touch screen that would only open its keyboard. */
function land() {
  if (!state.feed) return;
  if (!field.node) requestAnimationFrame(land);
  else if (matchMedia("(pointer: fine)").matches) field.node.focus();
}
