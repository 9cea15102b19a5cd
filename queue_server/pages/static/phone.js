// The citizen's phone: when is it my turn, and where? Fed by the websocket alone, for one ticket, by the token in its own address.
// The token goes into the hello and nowhere else: into no request, no storage, no other page. Written in the JavaScript of Chrome 66.

import { Feed, newKey } from "/static/feed.js";
import { clock } from "/static/clock.js";
import { choose, learn, name, preferred, say, spoken } from "/static/words.js";
import { Bell } from "/static/phone/bell.js";
import { card, current, date } from "/static/phone/card.js";
import { button, letter, make, part } from "/static/draw.js";
import { rateable, ratings } from "/static/phone/rate.js";

const AGAIN_MS = 30000; // a kiosk that worked alone may not have told the server of the ticket yet
const BEHIND = 3; // so many are let go first
const UNKNOWN = ["auth.invalid", "auth.forbidden", "auth.missing", "feed.unknown_topic"];
const OVER = ["served", "cancelled", "expired", "moved"]; // no call comes any more
const OPEN = ["waiting", "called", "serving", "held", "no_show"];
const token = location.pathname.slice(location.pathname.lastIndexOf("/") + 1);
const topic = "ticket:" + token;
const bell = new Bell();

let feed = null;
let last = null; // {ticket, guide} as last heard, for a ticket that is let go while the page is open
let lost = false; // the server knows of no such ticket
let busy = false;
let asking = false; // whether the ticket is really to be given up
let told = null; // {text, fault} of what was done last

/** Begin to listen, with nothing known. */
function listen() {
  feed = new Feed({ token: token, topics: [topic], language: spoken.language, change: draw, turn: draw, fault: refused });
}

function refused(error) {
  if (UNKNOWN.indexOf(error.code) < 0) return;
  lost = true;
  busy = asking = false; // what was under way is not answered any more
  feed.end();
  setTimeout(listen, AGAIN_MS);
  draw();
}

/** What is known of the ticket now, or null. */
function held() {
  const ticket = feed.record(topic, "ticket");
  const guide = feed.record(topic, "guide");
  if (!ticket || !guide) return null;
  lost = false;
  last = { ticket: ticket, guide: guide, first: feed.record(topic, "first"), able: feed.record(topic, "able") };
  return last;
}

function draw() {
  if (!feed) return;
  const now = held();
  const gone = !now && (lost || (feed.filled && feed.open && feed.seq !== null));
  const seen = now || (gone ? null : last);
  language();
  band(gone);
  if (!seen) {
    if (gone) bell.end();
    bell.hush();
    for (const id of ["bell", "acts", "rate", "steps", "bring", "help", "foot"]) part(id, null);
    if (gone) part("card", ["gone", last && last.guide.day], unknown);
    return;
  }
  const ticket = seen.ticket;
  const guide = seen.guide;
  const hall = document.getElementById("hall");
  if (hall.textContent !== name(guide.hall)) hall.textContent = name(guide.hall);
  const called = ticket.state === "called";
  document.title = called ? say("title_called", { number: ticket.number, window: name(guide.steps[current(ticket)].window) }) : say("title", { number: ticket.number });
  document.body.className = called ? "is-called" : "";
  if (called) {
    told = null; // whatever was done before, this is what counts
    asking = false;
  }
  if (called) bell.ring(ticket.called_at + "/" + ticket.recalls + "/" + ticket.window);
  else bell.hush();
  const late = !guide.until || feed.now() >= Date.parse(guide.until);
  part("card", [ticket, guide, late], () => card(ticket, guide, late));
  status();
  said();
  sound(ticket);
  ways(ticket, seen.first, seen.able);
  acts(ticket, guide, late);
  const found = rateable(ticket);
  part("rate", found.length ? [ticket.id, found] : null, () => ratings(found, guide, rate));
  steps(ticket, guide);
  bring(ticket, guide);
  help(ticket, guide);
  part("foot", [ticket.issued_at], () => [make("p", "", [say("foot", { day: date(guide.day), time: clock(Date.parse(ticket.issued_at)) })])]);
}

/** The button that changes the language; it names the other one in its own words. */
function language() {
  const node = document.getElementById("language");
  const next = spoken.language === "en" ? "zh" : "en";
  if (node.dataset.next === next) return;
  node.dataset.next = next;
  node.textContent = say("language_other");
  node.lang = next === "zh" ? "zh-CN" : "en";
}

/** What the whole page must say: that it is of another day, out of date, or not connected. */
function band(gone) {
  const old = last && !gone && last.guide.day !== last.guide.today;
  const cut = !gone && feed.filled && (feed.stale || !feed.open);
  part("band", old || cut ? [Boolean(old), cut] : null, () => [
    old ? make("p", "band", [say("of_day", { day: date(last.guide.day) })]) : null,
    cut ? make("p", "band", [say("stale")]) : null,
  ]);
}

/** The one sentence of the card that is read out when it changes; a call is an alert of its own. */
function status() {
  const line = document.querySelector("#card .now:not(.called) .strong, #card .now:not(.called) .ahead");
  const node = document.getElementById("status");
  const text = line ? line.textContent : "";
  if (node.textContent !== text) node.textContent = text;
}

/** There is no such ticket, or not any more. */
function unknown() {
  const of = last ? say("gone_day", { day: date(last.guide.day), number: last.ticket.number }) : say("gone_what");
  return [make("h2", "service", [say(last ? "gone_old" : "gone_title")]), make("p", "quiet", [of]), make("p", "quiet", [say("gone_help")])];
}

/** What was done last, or why not. */
function said() {
  part("told", told ? [told] : null, () => [make("p", told.fault ? "told fault" : "told", [told.text])]);
}

/** Sound, while there is a call to wait for. */
function sound(ticket) {
  const waits = ["waiting", "called", "held"].indexOf(ticket.state) >= 0;
  if (OVER.indexOf(ticket.state) >= 0) bell.end();
  part("bell", waits ? [bell.on] : null, () => {
    const turn = () => {
      bell.turn();
      draw();
    };
    const node = bell.able ? button(bell.on ? "secondary" : "primary", say(bell.on ? "sound_off" : "sound_on"), turn) : null;
    return [node, make("p", "quiet", [say(bell.on ? "sound_is_on" : "sound_what")]), make("p", "strong", [say("keep_open")])];
  });
}

/** The two ways of whoever needs something of a window, with the wait of each, before one is chosen. */
function ways(ticket, first, able) {
  part("ways", first && able ? [ticket.id, ticket.binding, first, able, busy] : null, () => {
    const bind = (binding) => () => ask("tickets.bind", { ticket: ticket.id, binding: binding }, binding ? "bound_told" : "unbound_told");
    const open = able.windows.length > 0;
    return [
      make("h2", "", [say("way_title")]),
      make("p", "strong", [say(ticket.binding ? "way_bound" : "way_free")]),
      first.windows.length ? make("p", "", [way("way_first", first)]) : null,
      make("p", "", [open ? way("way_able", able) : say("way_none")]),
      ticket.binding ? button("secondary", say("unbind"), bind(false), busy) : null,
      open && !ticket.binding ? button("secondary", say("bind"), bind(true), busy) : null,
    ];
  });
}

function way(key, record) {
  const range = record.wait;
  const wait = range ? say("way_wait", { low: range.low_min, high: range.high_min }) : say("way_unknown");
  return say(key, { windows: record.windows.map((one) => name(one)).join(spoken.language === "en" ? ", " : "、"), wait: wait });
}

/** What the holder may do: only what is possible now. */
function acts(ticket, guide, late) {
  const again = (ticket.state === "no_show" && !late) || (ticket.offered && guide.renew);
  const gives = ["waiting", "held", "no_show"].indexOf(ticket.state) >= 0;
  const defers = ticket.state === "waiting" ? guide.defers : 0;
  const facts = [ticket.id, ticket.state, again, defers, asking, busy];
  part("acts", again || gives ? facts : null, () => {
    if (asking && gives) {
      return [
        make("p", "strong", [say("cancel_sure", { number: ticket.number })]),
        button("alarm", say("cancel_do"), () => ask("tickets.cancel", { ticket: ticket.id }, "cancelled_told"), busy),
        button("secondary", say("cancel_not"), () => choosing(false)),
      ];
    }
    return [
      again ? button("primary", say(ticket.offered ? "renew" : "reenter"), () => ask("tickets.reenter", { ticket: ticket.id }, "reentered"), busy) : null,
      defers ? button("secondary", say("defer", { count: BEHIND }), () => ask("tickets.defer", { ticket: ticket.id, behind: BEHIND }, "deferred"), busy) : null,
      defers ? make("p", "quiet", [say("defer_what", { left: defers })]) : null,
      gives ? button("plain", say("cancel"), () => choosing(true)) : null,
    ];
  });
}

function choosing(whether) {
  asking = whether;
  told = null;
  draw();
}

/** Have a command done, and say what came of it; one press is one key. */
function ask(command, args, done) {
  busy = true;
  told = null;
  draw();
  feed.command(command, args, newKey()).then(
    () => settled({ text: say(done), fault: false }),
    (error) => settled({ text: error.unknown ? say("unanswered") : error.message, fault: true })
  );
}

function settled(what) {
  busy = asking = false;
  told = what;
  draw();
}

function rate(index, level, reasons, text) {
  if (busy) return;
  const args = { step: last.ticket.id + "/" + index, level: level, channel: "phone" };
  if (reasons.length) args.reasons = reasons;
  if (text) args.text = text;
  ask("ratings.submit", args, "rate_told");
}

/** The way through the hall, where there is more than one stop. */
function steps(ticket, guide) {
  part("steps", guide.steps.length > 1 ? [ticket.steps, guide.steps] : null, () => {
    const list = make("ol", "", []);
    ticket.steps.forEach((step, index) => {
      const stop = guide.steps[index];
      const row = make("li", step.state, [
        make("span", "mark", [String(index + 1)]),
        make("span", "what", [make("b", "", [name(stop.service) + (step.round > 1 ? " " + say("round", { round: step.round }) : "")]), make("span", "where", [letter(stop), name(stop.zone)])]),
        make("span", "standing", [say("step_" + step.state)]),
      ]);
      if (index === current(ticket)) row.setAttribute("aria-current", "step");
      list.append(row);
    });
    return [make("h2", "", [say("steps_title")]), list];
  });
}

/** What to bring to what is still to be done. */
function bring(ticket, guide) {
  const open = OPEN.indexOf(ticket.state) >= 0;
  const needed = guide.steps.filter((stop, index) => open && ticket.steps[index].state !== "served" && name(stop.bring));
  part("bring", needed.length ? [needed] : null, () => {
    const list = make("ul", "", []);
    const listed = [];
    for (const stop of needed) {
      for (const part of name(stop.bring).split(/[、；;]/)) {
        const one = part.trim();
        if (listed.indexOf(one.toLowerCase()) >= 0) continue;
        listed.push(one.toLowerCase());
        list.append(make("li", "", [one]));
      }
    }
    return [make("h2", "", [say("bring_title")]), list];
  });
}

/** What to do after a missed call, by the hall's rule. */
function help(ticket, guide) {
  const facts = ["waiting", "called"].indexOf(ticket.state) >= 0 ? [guide.minutes, guide.behind, guide.reentries] : null;
  part("help", facts, () => [
    make("h2", "", [say("help_title")]),
    make("p", "", [guide.reentries ? say("help", { minutes: guide.minutes, behind: guide.behind, times: guide.reentries }) : say("help_none")]),
  ]);
}

document.getElementById("language").addEventListener("click", () => {
  choose(spoken.language === "en" ? "zh" : "en");
  if (!feed) return;
  if (!lost) feed.speak(spoken.language);
  told = null;
  draw();
});
document.addEventListener("visibilitychange", () => bell.wake());

choose(preferred());
learn(["rate", "phone"]).then(() => {
  listen();
  draw();
});
