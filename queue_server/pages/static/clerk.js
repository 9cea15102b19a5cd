// /clerk: who is with me, who is next? One key for each step of the work; the state comes from the live link alone.

import { ask } from "./ask.js";
import { clock, spell, stamp, today } from "./clock.js";
import { CallDialog, ClassDialog, CloseDialog, FinishDialog, PauseDialog, TakeOverDialog } from "./clerk_dialog.js";
import { CoverDialog } from "./clerk/cover.js";
import { LeaveDialog, SeatDialog } from "./clerk/seat.js";
import { Held, ONWARD, UNDO_MS, UNDONE } from "./clerk/onward.js";
import { kindOf, tags, Waiting } from "./clerk/queue.js";
import { Feed, newKey } from "./feed.js";
import { Condition, Connection, draw, html, LanguageSwitch, leave, Letter, me, Notice, Person, run } from "./page.js";
import { Notes } from "./notes.js";
import { PinDialog } from "./pin.js";
import { Paper, printing } from "./reprint.js";
import { Opening, refused, SignIn, WrongDoor } from "./signin.js";
import { name, say, spoken } from "./words.js";

const REST_MS = 500; // after a command no other is taken, so that a double press is one press

const ASIDE = ["windows.note", "tickets.reprint"]; // after them the last step can be taken back as before

const state = {
  window: null,
  windows: null,
  find: "",
  feed: null,
  busy: null,
  rested: 0,
  notice: null,
  dialog: null,
  last: null, // what was done last here and can be taken back, until when by the hall's clock
  identity: null, // what was told of the holder in front of this window; gone with the ticket
};

// --- the link and the commands

function attend(window) {
  state.window = window;
  state.notice = null;
  const topics = ["hall", `window:${window}`];
  if (state.feed) state.feed.see(topics);
  else state.feed = new Feed({ topics, language: spoken.language, change: draw, turn: draw, fault: refused });
  draw();
}

function record(key) {
  return state.feed?.record(`window:${state.window}`, key) ?? null;
}

/** One press of one button: one key, whatever becomes of the connection. Presses while it is under way are dropped. */
async function press(command, fields = {}) {
  return perform(command, { window: state.window, ...fields });
}

/** The same for what is asked of a ticket and not of the window. */
async function perform(command, args) {
  if (state.busy || performance.now() < state.rested) return false;
  return send({ command, args, key: newKey() });
}

async function send(asked) {
  const ended = record("window")?.ticket;
  state.busy = asked.command;
  state.notice = null;
  draw();
  try {
    const answer = await state.feed.command(asked.command, asked.args, asked.key);
    if (asked.command === "windows.call_next" && !answer) state.notice = { text: say(record("waiting")?.count ? "only_kept" : "nobody_called") };
    if (asked.command === "windows.undo") state.notice = { text: say("undone") };
    if (asked.command === "tickets.identify") state.identity = answer;
    else if (!ASIDE.includes(asked.command)) keep(asked.command, answer, ended);
    return true;
  } catch (error) {
    if (asked.command === "windows.undo") state.last = null;
    const { window, ...fields } = asked.args;
    if (error.code === "window.attended") wonder(window, error.detail.clerk_name, fields);
    else if (error.code === "window.seated") doubt(window);
    else if (error.code === "window.elsewhere") part(window, error.detail, fields);
    else state.notice = error.unknown
      ? { fault: true, text: say("unknown"), again: asked }
      : { fault: true, text: error.message };
    return false;
  } finally {
    state.busy = null;
    state.rested = performance.now() + REST_MS;
    setTimeout(draw, REST_MS + 1);
    draw();
  }
}

/** Remember the step that was just done as the one that can be taken back; a call of nobody may still have ended somebody. */
function keep(command, answer, ended) {
  const step = command === "windows.call_next" && !answer ? (ended ? "finish" : null) : UNDONE[command];
  state.last = step ? { step, until: state.feed.now() + UNDO_MS } : null;
}

/** The step that can be taken back now, or null. */
function undoable() {
  return state.last && !state.busy && state.feed.now() < state.last.until ? state.last.step : null;
}

// --- choosing the window

async function list() {
  try {
    const [windows, zones] = await Promise.all([ask("GET", "/windows"), ask("GET", "/zones")]);
    state.windows = windows;
    state.zones = zones;
    if (state.notice?.listing) state.notice = null;
  } catch (error) {
    if (error.code.startsWith("auth.")) return refused(error);
    state.notice = { fault: true, text: error.message, listing: true };
    setTimeout(list, 3000);
  }
  draw();
}

/** Whether somebody else attends this window now, or another page of the same clerk. */
function others(window) {
  return Boolean(window.clerk) && !mine(window);
}

function own(window) {
  return window.clerk && window.clerk === me.who.name;
}

function mine(window) {
  return own(window) && (!window.seat || window.seat === me.who.seat);
}

/** Who is there instead of this page, as one says it. */
function there(window) {
  return own(window) ? say("seated") : say("taken", { clerk: window.clerk_name ?? window.clerk });
}

async function take(window) {
  if (state.busy) return;
  if (others(window) && !own(window)) return wonder(window.id, window.clerk_name ?? window.clerk);
  attend(window.id);
  state.rested = 0;
  if (window.state !== "closed") return claim(window.id);
  const opened = await press("windows.open");
  if (!opened) back(state.notice);
}

/** Have a window that is this clerk's already; if another page of theirs holds it, it is asked whether to take it over. */
async function claim(window) {
  try {
    await state.feed.command("windows.open", { window }, newKey());
  } catch (error) {
    if (error.code === "window.seated") doubt(window);
  }
}

/** Somebody else is there: asked once whether to take the window over. */
function wonder(window, clerk, fields = {}) {
  state.dialog = { kind: "take_over", window, clerk, fields };
  draw();
}

/** The same where it is the clerk's own other page. */
function doubt(window) {
  state.dialog = { kind: "seat", window };
  draw();
}

/** The clerk has another window: asked whether to leave it, unless a ticket is there. */
function part(window, { window: other, number }, fields) {
  state.dialog = { kind: "leave", window, other, number, fields };
  draw();
}

async function takeOver(window, fields) {
  shut();
  if (state.window !== window) attend(window);
  state.rested = 0;
  const taken = await press("windows.open", fields);
  if (!taken) back(state.notice);
}

function back(notice = null) {
  state.window = state.last = null;
  state.find = "";
  state.feed?.see(["hall"]);
  state.notice = notice;
  list();
}

/** Who sits at a keyboard types the number at once; on a touch screen that would only open its keyboard. */
function land(field) {
  if (field && matchMedia("(pointer: fine)").matches) field.focus();
}

/** Enter takes the window whose number was typed. */
function find(event, shown) {
  if (event.key !== "Enter" || event.repeat || event.isComposing) return;
  const meant = shown.find((one) => one.id === state.find.trim()) ?? (state.find.trim() && shown.length === 1 ? shown[0] : null);
  if (meant) take(meant);
}

function Choose() {
  const shown = (state.windows ?? []).filter((one) => one.id.includes(state.find.trim()));
  const zones = (state.zones ?? []).filter((zone) => shown.some((one) => one.zone === zone.id));
  return html`<div class="console choose">
    <${Head} />
    <main>
      <h1>${say("choose")}</h1>
      <div class="finder">
        <label for="find">${say("choose_find")}</label>
        <input id="find" class="text" inputmode="numeric" value=${state.find}
          ref=${land} onKeyDown=${(event) => find(event, shown)}
          onInput=${(event) => { state.find = event.target.value; draw(); }} />
        <button type="button" class="secondary" onClick=${list}>${say("choose_refresh")}</button>
      </div>
      <${Notice} of=${state.notice} again=${send} shut=${hush} />
      ${state.windows && !shown.length && html`<p class="muted">${say("choose_none")}</p>`}
      ${zones.map((zone) => html`<section key=${zone.id}>
        <h2><${Letter} of=${zone} /> ${name(zone.name)}</h2>
        <ul class="choices">
          ${shown.filter((one) => one.zone === zone.id).map((one) => {
            const taken = others(one);
            return html`<li key=${one.id}>
              <button type="button" class="secondary choice ${taken ? "taken" : ""}" onClick=${() => take(one)}>
                <strong>${say("window", { window: one.id })}</strong>
                <span class="small">${own(one) ? say(taken ? "choose_seated" : "choose_own") : taken ? say("choose_taken", { clerk: one.clerk_name ?? one.clerk }) : say("choose_free")}</span>
              </button>
            </li>`;
          })}
        </ul>
      </section>`)}
    </main>
    <${Dialogs} />
  </div>`;
}

// --- the work

/** Who has a window open closes it first: signing out is offered where nobody is left waiting for this clerk. */
function Head() {
  const window = record("window");
  const person = me.who.shown ?? me.who.name;
  return html`<header class="head">
    <strong class="where">${window ? say("window", { window: window.id }) : html`<${Person} />`}</strong>
    ${window && !others(window) && html`<span class="person">${person}</span>`}
    ${window && html`<${Connection} feed=${state.feed} />`}
    <span class="spring"></span>
    ${!window && html`<button type="button" class="plain" onClick=${() => open("pin")}>${say("pin_mine")}</button>`}
    ${window?.clerk && mine(window) && html`<button type="button" class="plain" aria-disabled=${Boolean(state.busy)} onClick=${() => !state.busy && back()}>${say("choose_leave")}</button>`}
    <${LanguageSwitch} />
    ${(!window || window.state === "closed" || others(window)) && html`<button type="button" class="plain" onClick=${leave}>${say("sign_out")}</button>`}
  </header>`;
}

function hush() {
  state.notice = null;
  draw();
}

/** How the step at this window can end; nothing for a service that has no outcomes. */
function outcomes() {
  const ticket = record("current");
  return (ticket && state.feed.record("hall", `service/${ticket.service}`)?.outcomes) ?? [];
}

/** Finish: with the outcome, where there are some to choose from. */
function end() {
  if (outcomes().length) open("finish");
  else press("windows.finish");
}

/** What can be done now: the step that Enter takes, and the others with their keys. */
function actions() {
  const window = record("window");
  if (!window || others(window)) return { first: null, others: [] };
  const go = (command, text, key) => ({ command, text, key, run: () => press(`windows.${command}`) });
  if (window.state === "closed") return { first: go("open", say("open"), "Enter"), others: [] };
  if (window.state === "paused" && !window.ticket) return { first: go("resume", say("resume"), "Enter"), others: [] };
  const recall = go("recall", say("recall"), "+");
  const miss = go("no_show", say("no_show"), "-");
  const finish = { ...go("finish", say("finish"), "."), run: end };
  const hold = { ...go("hold", say("hold"), "*"), run: () => open("hold") };
  const transfer = { ...go("transfer", say("transfer"), "/"), run: onward };
  const add = { ...go("add_step", say("add_step")), run: () => open("add_step") };
  const note = { ...go("note", say("note"), "1"), run: () => open("note") };
  const walk = { ...go("walk_in", say("walk_in")), run: () => open("walk_in") };
  if (window.ticket_state === "called") return { first: go("start", say("start"), "Enter"), others: [recall, miss, finish, transfer, add, note] };
  if (window.state === "paused") return { first: go("finish", say("finish"), "Enter"), others: [note] };
  if (window.ticket_state === "serving") return { first: go("call_next", say("finish_next"), "Enter"), others: [finish, hold, transfer, add, note] };
  return { first: go("call_next", say("call_next"), "Enter"), others: [walk] };
}

function Actions() {
  const { first, others: rest } = actions();
  if (!first) return null;
  const busy = Boolean(state.busy);
  const ready = !busy && performance.now() >= state.rested;
  return html`<div class="actions" data-ready=${ready}>
    <button type="button" class="primary first" data-command=${first.command} aria-disabled=${busy} onClick=${first.run}>
      ${busy ? say("busy") : first.text}<kbd>Enter</kbd>
    </button>
    <div class="others">
      ${rest.map((one) => html`<button key=${one.command} type="button" class="secondary" data-command=${one.command}
        aria-disabled=${busy} onClick=${one.run}>${one.text}${one.key && html`<kbd>${one.key === "-" ? "−" : one.key}</kbd>`}</button>`)}
    </div>
  </div>`;
}

function Current({ window, ticket }) {
  const now = state.feed.now();
  if (others(window)) {
    return html`<section class="current none" aria-live="polite"><h1>${there(window)}</h1></section>`;
  }
  if (!ticket) {
    const prompt = record("prompt");
    const key = window.state === "closed" ? "closed" : window.state === "paused" ? "paused" : "idle";
    return html`<section class="current none ${window.state}" aria-live="polite">
      <h1>${say(key)}</h1>
      ${window.state === "paused" && html`<p>${window.reason}${window.until && ` · ${say("paused_until", { time: clock(Date.parse(window.until)) })}`}</p>
        <p class="timer">${say("since_paused")} <b>${spell(now - Date.parse(window.since))}</b></p>`}
      ${prompt && html`<p><span class="tag">${say("prompt", { number: prompt.number })}</span></p>`}
      ${window.state === "open" && !record("waiting")?.count && html`<p>${say("nobody")}</p>`}
    </section>`;
  }
  const service = state.feed.record("hall", `service/${ticket.service}`);
  const serving = window.ticket_state === "serving";
  const at = ticket.steps.findIndex((step) => step.state === "called" || step.state === "serving") + 1;
  const { items, round } = ticket.steps[Math.max(at - 1, 0)];
  return html`<section class="current ${window.ticket_state} ${record("notes") ? "noted" : ""}">
    <p class="doing"><span aria-live="polite">${say(serving ? "serving" : "called")}</span>
      ${ticket.recalls > 0 && html`<span class="tag">${say("recalls", { count: ticket.recalls })}</span>`}
      ${window.state === "paused" && html`<span class="tag warn">${say("paused")}${window.until && ` · ${say("paused_until", { time: clock(Date.parse(window.until)) })}`}</span>`}
      <button type="button" class="plain reprint" aria-disabled=${Boolean(state.busy)} onClick=${() => open("reprint")}>${printing(ticket)}</button></p>
    <h1 class="number">${ticket.number}</h1>
    <p class="service">${name(service?.name) || ticket.service}</p>
    <p class="tags">
      ${ticket.steps.length > 1 && html`<span class="tag">${say("step", { now: at, all: ticket.steps.length })}</span>`}
      ${ticket.class === "ordinary" && html`<span class="tag">${say("class_ordinary")}</span>`}
      ${tags({ ...ticket, items, round }).map((tag) => html`<span class="tag" key=${tag}>${tag}</span>`)}
    </p>
    <${Holder} ticket=${ticket} />
    <${Notes} of=${record("notes")} now=${now} />
    <${Paper} ticket=${ticket} doubt="unprinted_long" />
    <p class="timer">${say(serving ? "since_started" : "since_called")} <b>${spell(now - Date.parse(window.since))}</b></p>
  </section>`;
}

/** Who stands here, as far as something is kept of them: shown when the clerk asks, which is logged. */
function Holder({ ticket }) {
  if (!ticket.identified) return null;
  const told = state.identity?.ticket === ticket.id ? state.identity : null;
  if (!told) {
    const reason = say("identify_reason");
    return html`<p><button type="button" class="secondary identify"
      onClick=${() => perform("tickets.identify", { ticket: ticket.id, reason })}>${say("identify")}</button></p>`;
  }
  return html`<p class="tags" role="status">
    ${told.mask && html`<span class="tag">${say("identified", { name: told.mask })}</span>`}
    ${told.person && html`<span class="tag">${say("identified_for", { name: told.person })}</span>`}
    ${!told.mask && !told.person && html`<span class="tag">${say("identified_bare")}</span>`}
  </p>`;
}

function pick(ticket) {
  if (state.busy) return;
  if (record("window")?.ticket) state.notice = { text: say("choose_busy") };
  else state.dialog = { kind: "call", ticket };
  draw();
}

function judge(ticket) {
  if (state.busy) return;
  state.dialog = { kind: "classify", ticket };
  draw();
}

/** Call a held ticket; who is still at the window is finished by nobody unasked. */
function resume(ticket) {
  if (state.busy) return;
  if (record("window")?.ticket) {
    state.notice = { text: say("held_busy") };
    draw();
  } else press("windows.resume_held", { ticket: ticket.id });
}

/** Send the ticket on. Who is at which window is read when the question is asked; without it, services can be chosen all the same. */
async function onward() {
  await among("transfer");
}

/** A question about windows. */
async function among(kind) {
  open(kind);
  try {
    state.windows = await ask("GET", "/windows");
  } catch (error) {
    if (error.code.startsWith("auth.")) return refused(error);
  }
  draw();
}

/** What was done last, for as long as it can be taken back; else what was done today. */
function Last({ window }) {
  const step = undoable();
  if (!step || !mine(window)) return html`<span class="count">${say("served_today", { count: window.served })}</span>`;
  return html`<button type="button" class="secondary undo" data-command="undo"
    onClick=${() => press("windows.undo")}>${say("undo", { step: say(`undo_${step}`) })}<kbd>←</kbd></button>`;
}

/** Paused before the ticket that is there was done: Enter is that ticket's, so that resuming has the key of the pause. */
function restful(window) {
  return window.state === "paused" && Boolean(window.ticket) && mine(window);
}

function Foot({ window }) {
  return html`<footer class="foot">
    <${Last} window=${window} />
    <span class="spring"></span>
    ${window.state === "closed" || others(window)
      ? html`<button key="other" type="button" class="plain" onClick=${() => back()}>${say("choose_other")}</button>
          ${others(window) && html`<button key="take_over" type="button" class="secondary"
            onClick=${() => (own(window) ? doubt(window.id) : wonder(window.id, window.clerk_name ?? window.clerk))}>${say("take_over")}</button>`}`
      : html`${window.state === "open" && html`<button key="pause" type="button" class="secondary" onClick=${() => open("pause")}>${say("pause")}<kbd>0</kbd></button>`}
          ${restful(window) && html`<button key="resume" type="button" class="secondary" data-command="resume" onClick=${() => press("windows.resume")}>${say("resume")}<kbd>0</kbd></button>`}
          <button key="cover" type="button" class="secondary" data-command="cover" onClick=${() => among("cover")}>${window.covers ? say("covering", { window: window.covers }) : say("cover")}</button>
          <button key="close" type="button" class="secondary" onClick=${() => open("close")}>${say("close")}</button>`}
  </footer>`;
}

function open(kind) {
  if (state.busy) return;
  state.dialog = { kind, of: record("current")?.id };
  draw();
}

function shut() {
  state.dialog = null;
  draw();
}

/** What was answered to a question. It is meant, however soon after the last command: it waits for its turn and is not dropped. */
async function answer(command, args) {
  shut();
  await new Promise((go) => setTimeout(go, Math.max(0, state.rested - performance.now())));
  return perform(command, args);
}

/** The same of a question about this window. */
function done(command, fields) {
  return answer(command, { window: state.window, ...fields });
}

function Dialogs() {
  const dialog = state.dialog;
  if (!dialog) return null;
  if (dialog.kind === "call") {
    return html`<${CallDialog} ticket=${dialog.ticket} shut=${shut}
      choose=${(reason) => done("windows.call", { ticket: dialog.ticket.id, reason })} />`;
  }
  if (dialog.kind === "classify") {
    const { id, class: kind } = dialog.ticket;
    return html`<${ClassDialog} ticket=${dialog.ticket} name=${kindOf(dialog.ticket)} shut=${shut}
      choose=${(decision, reason) => answer("tickets.classify", { ticket: id, class: kind, decision, reason })} />`;
  }
  if (dialog.kind === "take_over") {
    return html`<${TakeOverDialog} window=${dialog.window} clerk=${dialog.clerk} shut=${shut}
      choose=${() => takeOver(dialog.window, { ...dialog.fields, takeover: true })} />`;
  }
  if (dialog.kind === "seat") {
    return html`<${SeatDialog} window=${dialog.window} shut=${shut} choose=${() => takeOver(dialog.window, { takeover: true })} />`;
  }
  if (dialog.kind === "leave") {
    const { window, other, number } = dialog;
    return html`<${LeaveDialog} window=${window} other=${other} number=${number} shut=${shut}
      choose=${() => (number ? (shut(), attend(other)) : takeOver(window, { ...dialog.fields, leave: true }))} />`;
  }
  if (dialog.kind === "finish") {
    return html`<${FinishDialog} outcomes=${outcomes()} shut=${shut}
      choose=${(outcome) => done("windows.finish", outcome ? { outcome } : {})} />`;
  }
  if (ONWARD[dialog.kind]) {
    const ticket = record("current");
    if (ticket?.id !== dialog.of) {
      state.dialog = null; // the question was about another ticket, which a caller has ended meanwhile
      return null;
    }
    return html`<${ONWARD[dialog.kind]} feed=${state.feed} here=${record("window")} ticket=${ticket} windows=${state.windows ?? []} shut=${shut}
      ask=${answer} said=${(notice) => { state.notice = notice; draw(); }} />`;
  }
  if (dialog.kind === "pin") return html`<${PinDialog} shut=${shut} told=${(text) => { state.notice = { text }; draw(); }} />`;
  if (dialog.kind === "cover") {
    return html`<${CoverDialog} here=${record("window")} windows=${state.windows ?? []} services=${state.feed.list("hall", "service")} shut=${shut}
      choose=${(covered) => answer("windows.cover", { at: state.window, window: covered })} />`;
  }
  if (dialog.kind === "close") return html`<${CloseDialog} shut=${shut} choose=${() => done("windows.close", {})} />`;
  const now = state.feed.now();
  return html`<${PauseDialog} shut=${shut} now=${now}
    choose=${(reason, back) => {
      const until = back.minutes ? stamp(now + back.minutes * 60000) : back.at ? today(back.at, now) : undefined;
      done("windows.pause", until ? { reason, until } : { reason });
    }} />`;
}

function Work() {
  const window = record("window");
  if (!window) return html`<${Opening} />`;
  return html`<div class="console">
    <${Head} />
    <${Condition} feed=${state.feed} />
    <main class=${state.feed.state === "stale" ? "work stale" : "work"}>
      <div class="mine">
        <${Current} window=${window} ticket=${record("current")} />
        <${Actions} />
        <${Notice} of=${state.notice} again=${send} shut=${hush} />
      </div>
      <div class="queue">
        <${Held} held=${record("held")} window=${window} go=${resume} busy=${Boolean(state.busy)} />
        <${Waiting} waiting=${record("waiting")} now=${state.feed.now()} pick=${pick} judge=${judge} />
      </div>
    </main>
    <${Foot} window=${window} />
    <${Dialogs} />
  </div>`;
}

function Page() {
  if (!me.asked) return html`<${Opening} />`;
  if (!me.who) return html`<${SignIn} />`;
  if (me.who.role !== "clerk") return html`<${WrongDoor} to=${me.who.role === "steward" ? "/desk" : "/floor"} />`;
  return state.window ? html`<${Work} />` : html`<${Choose} />`;
}

/** Keys work anywhere but in a field or a dialog; Enter on another button is that button's. Where the window is chosen, a number is typed
 * into its field, wherever the mouse was pressed before. */
function key(event) {
  if (event.repeat && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    return;
  }
  if (!state.window && !state.dialog && /^\d$/.test(event.key)) document.getElementById("find")?.focus();
  if (!state.window || state.dialog || event.ctrlKey || event.altKey || event.metaKey) return;
  const on = event.target;
  if (on.closest("input, select, textarea")) return;
  if (event.key === "Enter" && on.closest("button, a")) return;
  const window = record("window");
  if (event.key === "0" && window && mine(window) && (window.state === "open" || restful(window))) {
    event.preventDefault();
    if (window.state === "open") open("pause");
    else if (!event.repeat) press("windows.resume");
    return;
  }
  if (event.key === "Backspace" && undoable() && window && mine(window)) {
    event.preventDefault();
    if (!event.repeat) press("windows.undo");
    return;
  }
  const { first, others: rest } = actions();
  const meant = event.key === "Enter" ? first : rest.find((one) => one.key === event.key || (one.key === "+" && event.key === "="));
  if (!meant) return;
  event.preventDefault();
  if (!event.repeat) meant.run();
}

/** What was pressed with the mouse gives the keyboard back, or the next Enter would press it again; before a question opens, which gives
 * the keyboard back to where it was asked. */
function release(event) {
  if (event.detail > 0 && !event.target.closest("dialog")) event.target.closest("button")?.blur();
}

document.addEventListener("keydown", key);
document.addEventListener("click", release, true);
setInterval(draw, 1000);
run({
  areas: ["clerk"],
  title: () => {
    const window = record("window");
    const number = window?.number ? `${window.number} · ` : "";
    return number + (window ? say("window", { window: window.id }) : say("title"));
  },
  view: Page,
  enter: (who) => {
    if (who.role !== "clerk") return;
    if (!who.window) return list();
    attend(who.window);
    claim(who.window);
  },
  left: () => {
    state.feed?.end();
    Object.assign(state, { feed: null, window: null, windows: null, notice: null, dialog: null, busy: null, last: null, identity: null });
  },
  spoke: (language) => state.feed?.speak(language),
});
