// The TV board: whose turn is it, and where? Fed by the websocket alone; browsers as old as Chrome 66 run it.

import { Feed } from "/static/feed.js";
import { Place } from "/static/place.js";
import { NEW_MS, Seats } from "/static/board/seats.js";
import { Show } from "/static/board/show.js";
import { Voice } from "/static/board/voice.js";
import { choose, learn, name, say } from "/static/words.js";
import { clock, day } from "/static/clock.js";

const LATE_MS = 15000; // a call in a running link's frame is new up to this age: a slow line is not an old call
const AHEAD_MS = 3000; // and in a snapshot it may lie so far ahead of our clock
const LAST = 6; // so many calls are listed
const MISSED = 8;
const NOTICE_MS = 10000; // where several notices stand, each has the line for so long
const COUNT = ["", "one", "two", "three", "four"];
const ARROW = "M4 24h58M44 6l20 18-20 18";

let display = decodeURIComponent(location.pathname.split("/")[2] || "");
let topic = "board:" + display;
/** A page opened without a display is a device that is told by its place which board it is. */
const pairs = display === "";
/** The languages that this one screen was opened with; else its board's. */
const asked = (/[?&]lang=(en|zh)\b/.exec(location.search) || [])[1];
let languages = asked === "en" ? "en_zh" : "zh_en";
let first = "zh";
let second = "en";
speak(languages);
const tags = { zh: "zh-CN", en: "en" };

/** The calls in the main area, on the page's own clock. */
const seats = new Seats();
/** call -> `at` that has been judged, so that each call and each recall is new once. */
const judged = {};
/** call -> `at` whose painting has been reported. */
const reported = {};
/** Calls that came before the clock was set on this connection. */
let unjudged = [];
let feed = null;
let place = null;
/** Speaks the calls of the loudspeaker beside this board, when it is its turn; a page that is opened with ?mute never does. */
let voice = null;
/** Pictures and films between calls, in the layout that has them. */
const show = new Show(make("div", "show"), () => tellPlace());
const mute = /[?&]mute\b/.test(location.search);
let nodes = {};

/** Say everything in these languages from now on, the first one larger; with one alone there is no second line. */
function speak(wanted) {
  languages = wanted;
  first = wanted.slice(0, 2);
  second = first === "en" ? "zh" : "en";
  choose(first);
}

function make(tag, kind, children) {
  const node = document.createElement(tag);
  if (kind) node.className = kind;
  for (const child of children || []) node.append(child);
  return node;
}

function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A sentence or name in the board's second language, with its own lang for the right glyphs. */
function other(tag, text) {
  const node = make(tag, "second", [text]);
  node.lang = tags[second];
  return node;
}

function letter(record) {
  const node = make("span", "letter", [record.letter]);
  node.style.setProperty("--zone", record.colour);
  return node;
}

/** An arrow the way that the hall's configuration says the window is; none where it says nothing, for people walk where arrows point. */
function arrow(call) {
  const to = feed.record(topic, "board").arrows[call.zone];
  if (!to) return "";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "to " + to);
  svg.setAttribute("viewBox", "0 0 68 48");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ARROW);
  path.setAttribute("fill", "none");
  path.setAttribute("stroke", "currentColor");
  path.setAttribute("stroke-width", "8");
  path.setAttribute("stroke-linecap", "round");
  path.setAttribute("stroke-linejoin", "round");
  svg.append(path);
  return svg;
}

/** The parts of the page that stay; built when the first snapshot has come. */
function build() {
  nodes.title = make("h1");
  nodes.title2 = other("p", "");
  nodes.day = make("div");
  nodes.day2 = other("div", "");
  nodes.clock = make("div", "clock");
  const emblem = make("img", "emblem");
  emblem.src = "/static/icon.svg";
  emblem.alt = "";
  nodes.sound1 = make("strong");
  nodes.sound2 = other("span", "");
  nodes.sound = make("div", "sound", [make("span", "sign", ["!"]), make("div", "", [nodes.sound1, nodes.sound2])]);
  nodes.sound.setAttribute("role", "status");
  nodes.reserve1 = make("span");
  nodes.reserve2 = other("span", "");
  nodes.reserve = make("div", "reserve", [nodes.reserve1, nodes.reserve2]);
  const head = make("header", "head", [
    emblem,
    make("div", "title", [nodes.title, nodes.title2]),
    nodes.sound,
    nodes.reserve,
    make("div", "day", [nodes.day, nodes.day2]),
    nodes.clock,
  ]);
  nodes.banner = make("div", "banner", [
    make("span", "sign", ["!"]),
    make("div", "", [make("strong", "", [say("stale", null, first)]), other("span", say("stale", null, second))]),
  ]);
  nodes.banner.setAttribute("role", "status");
  nodes.banner.hidden = true;
  nodes.now = make("div", "now");
  nodes.now.hidden = true;
  nodes.last = make("div", "last");
  nodes.idle1 = make("strong");
  nodes.idle2 = other("span", "");
  nodes.idle = make("div", "idle", [nodes.idle1, nodes.idle2]);
  nodes.notice1 = make("strong");
  nodes.notice2 = other("span", "");
  nodes.notice = make("div", "notice", [nodes.notice1, nodes.notice2]);
  nodes.notice.setAttribute("role", "status");
  nodes.calls = make("main", "calls", [nodes.now, show.node, nodes.idle, nodes.last, nodes.notice]);
  nodes.zones = make("ul", "zones");
  nodes.numbers = make("div", "numbers");
  nodes.side = make("aside", "side", [
    make("h2", "", [say("waiting", null, first), other("span", say("waiting", null, second))]),
    nodes.zones,
    make("div", "missed", [
      make("h2", "", [say("missed", null, first), other("span", say("missed", null, second))]),
      nodes.numbers,
      make("p", "ask", [say("missed_ask", null, first)]),
    ]),
  ]);
  const board = document.getElementById("board");
  for (const part of [head, nodes.banner, nodes.calls, nodes.side]) board.append(part);
}

/** Whether this call, as it stands, deserves to be shown as new; every call and recall is asked about once. */
function judge(call, live) {
  if (judged[call.call] === call.at) return;
  if (!feed.timed) {
    unjudged.push(call);
    return;
  }
  judged[call.call] = call.at;
  const age = (feed.now() - Date.parse(call.at)) / feed.speed;
  const fresh = live ? age < LATE_MS : age < NEW_MS && age > -AHEAD_MS;
  if (!fresh || call.state === "missed" || call.state === "over") return;
  const left = live ? NEW_MS : NEW_MS - Math.max(0, age);
  seats.add(call.call + " " + call.at, call.call, left, performance.now());
}

/** Give the main area to the calls that are due. */
function seat() {
  seats.turn(performance.now(), (call) => {
    const held = feed.record(topic, "call/" + call);
    return Boolean(held) && held.state !== "missed";
  });
}

function hero(call) {
  const where = make("div", "where", [letter(call), make("span", "zone", [name(call.short, first)])]);
  where.append(other("span", name(call.short, second)));
  if (call.public) where.append(make("span", "tag", [name(call.public, first)]));
  if (call.recalls) where.append(make("span", "tag", [say("again", null, first)]));
  const node = make("section", call.ticket.length > 4 ? "hero long" : "hero", [
    where,
    make("div", "number", [call.ticket]),
    make("div", "window", [
      arrow(call),
      make("strong", "", [say("window", { window: call.window }, first)]),
      other("span", say("window", { window: call.window }, second)),
    ]),
  ]);
  node.setAttribute("role", "status");
  return node;
}

function row(call) {
  const kind = call.state === "called" ? "row called" : call.state === "serving" ? "row" : "row gone";
  const node = make("div", kind, [
    letter(call),
    make("div", "zone", [name(call.short, first), other("span", name(call.short, second))]),
    make("div", "number", [call.ticket]),
    make("div", "state", [say("call_" + call.state, null, first), other("span", say("call_" + call.state, null, second))]),
    make("div", "window", [
      make("strong", "", [say("window", { window: call.window }, first)]),
      other("span", say("window", { window: call.window }, second)),
    ]),
  ]);
  node.style.setProperty("--zone", call.colour);
  return node;
}

function zone(record) {
  const count = make("span", "count", [String(record.waiting)]);
  const range = !record.issuing
    ? say("stopped", null, first)
    : record.wait
      ? say("wait_range_short", { low: record.wait.low_min, high: record.wait.high_min }, first)
      : "";
  return make("li", "", [
    letter(record),
    make("div", "zone", [name(record.short, first), other("span", name(record.short, second))]),
    make("span", "range", [range]),
    count,
  ]);
}

/** What stands there while nobody is called: the hall's own words, if it has some. */
function quiet(board, language) {
  return board.idle ? name(board.idle, language) : say("quiet", null, language);
}

/** Replace the children of a node only when what they show has changed; true when it did. */
function swap(node, shown, build) {
  const told = JSON.stringify(shown);
  if (node.told === told) return false;
  node.told = told;
  while (node.firstChild) node.firstChild.remove();
  for (const child of build()) node.append(child);
  return true;
}

/** Keep the heroes that stay, so that the flash of a call is not begun again by the next one. */
function heroes() {
  const kept = nodes.now.kept || {};
  const next = {};
  for (const one of seats.taken) {
    const call = feed.record(topic, "call/" + one.call);
    next[one.key] = kept[one.key] || hero(call);
  }
  for (const key of Object.keys(kept)) if (!next[key]) kept[key].remove();
  for (const one of seats.taken) if (!kept[one.key]) nodes.now.append(next[one.key]);
  nodes.now.kept = next;
  nodes.now.hidden = seats.taken.length === 0;
  nodes.now.className = "now " + COUNT[seats.taken.length];
  nodes.calls.className = seats.taken.length ? "calls calling" : "calls";
}

/** Between calls, where the layout has pictures and films: one of them, or while none can be seen the words of who is not called. */
function between(board) {
  const here = board.layout === "media";
  const free = here && seats.taken.length === 0;
  show.turn(here ? board.media : [], free, performance.now());
  show.node.hidden = !free || !show.shows;
  nodes.idle.hidden = !free || show.shows;
  set(nodes.idle1, quiet(board, first));
  set(nodes.idle2, quiet(board, second));
}

/** Below the list, while no call needs the room: each of the notices that stand, in turn. English that says nothing else is left out. */
function tell(record) {
  const told = record ? record.notices : [];
  nodes.notice.hidden = told.length === 0 || seats.taken.length > 0;
  if (nodes.notice.hidden) return;
  const one = told[Math.floor(performance.now() / NOTICE_MS) % told.length];
  set(nodes.notice1, name(one.text, first));
  set(nodes.notice2, one.text.en === one.text.zh ? "" : name(one.text, second));
}

/** Report what is on the screen once it has been painted: two animation frames later. */
function report(calls) {
  const due = calls.filter((call) => reported[call.call] !== call.at);
  if (!due.length) return;
  for (const call of due) reported[call.call] = call.at;
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      for (const call of due) feed.shown(call.call);
    })
  );
}

/** What stands there instead of a board: a sentence, and above it the code of a screen that has no place yet. */
function waiting(key, code) {
  document.getElementById("wait").hidden = false;
  document.getElementById("board").hidden = true;
  const digits = document.getElementById("wait-code");
  digits.hidden = !code;
  set(digits, code ? code.slice(0, 3) + " " + code.slice(3) : "");
  const wait1 = document.getElementById("wait-first");
  const wait2 = document.getElementById("wait-second");
  set(wait1, say(key, { display: display }, first));
  set(wait2, say(key, { display: display }, second));
  document.documentElement.lang = tags[first];
  wait2.lang = tags[second];
}

/** The topics of a board: with its loudspeaker's, unless this screen is never to speak. */
function topics(display, loudspeaker) {
  const board = "board:" + display;
  return voice ? voice.topics(board, loudspeaker) : [board];
}

/** See the loudspeaker that the board has now, and say on the screen what keeps it silent: quietly where another speaks for it. */
function tune(board) {
  if (!place) {
    const wanted = topics(display, board.loudspeaker);
    if (feed.wanted.join() !== wanted.join()) feed.see(wanted);
  }
  if (voice) voice.turned();
  const fault = voice ? voice.fault : "";
  const reserve = Boolean(voice) && voice.reserve;
  nodes.sound.hidden = reserve || !fault;
  nodes.reserve.hidden = !reserve;
  if (reserve) {
    set(nodes.reserve1, say("reserve_" + (fault || "well"), null, first));
    set(nodes.reserve2, say("reserve_" + (fault || "well"), null, second));
  } else if (fault) {
    set(nodes.sound1, say("sound_" + fault, null, first));
    set(nodes.sound2, say("sound_" + fault, null, second));
  }
}

function draw() {
  if (!feed || !feed.filled) return;
  if (place && !place.where) {
    const shown = feed.open && feed.state === "live" ? place.code : "";
    waiting(shown ? "code" : "connecting", shown);
    return;
  }
  const board = feed.record(topic, "board");
  if (!board) return;
  if (!asked && board.languages !== languages) {
    speak(board.languages);
    nodes = {};
    document.getElementById("board").textContent = "";
  }
  if (!nodes.title) build();
  tune(board);
  document.getElementById("wait").hidden = true;
  document.getElementById("board").hidden = false;
  if (feed.timed && unjudged.length) {
    const late = unjudged;
    unjudged = [];
    for (const call of late) judge(feed.record(topic, "call/" + call.call) || call, false);
  }
  seat();
  const silent = feed.state === "stale";
  const stale = silent || feed.degraded; // the store takes nothing: what is shown is the last good state
  if (silent) seats.clear();
  const kinds = [board.layout, languages.length === 2 ? "single" : "", stale ? "stale" : ""];
  document.body.className = kinds.filter(Boolean).join(" ");
  nodes.banner.hidden = !stale;
  const now = feed.now();
  set(nodes.title, name(board.title, first));
  set(nodes.title2, name(board.title, second));
  set(nodes.day, day(now, first));
  set(nodes.day2, day(now, second));
  set(nodes.clock, clock(now));

  const calls = feed
    .list(topic, "call")
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.call - a.call)
    .slice(0, LAST);
  heroes();
  between(board);
  swap(nodes.last, calls.length ? calls : [board.idle], () =>
    calls.length
      ? calls.map(row)
      : [make("div", "quiet-note", [make("strong", "", [quiet(board, first)]), other("span", quiet(board, second))])]
  );
  const zones = board.zones.map((id) => feed.record(topic, "zone/" + id)).filter(Boolean);
  swap(nodes.zones, zones, () => zones.map(zone));
  const missed = feed.record(topic, "missed");
  const numbers = missed ? missed.numbers.slice(0, MISSED) : [];
  nodes.side.className = numbers.length ? "side" : "side nobody";
  swap(nodes.numbers, numbers, () =>
    numbers.length ? numbers.map((number) => make("span", "", [number])) : [make("em", "none", [say("missed_none", null, first)])]
  );
  tell(feed.record(topic, "notices"));
  if (!silent) report(calls);
}

/** What is wrong with this screen's sound and pictures, as the administrator reads it. */
function tellPlace() {
  if (!place) return;
  const faults = voice && voice.fault ? ["sound " + voice.fault] : [];
  place.say(faults.concat(show.faults.map((file) => "media " + file)).join(", "));
}

learn(["board"]).then(() => {
  waiting("connecting", "");
  feed = new Feed({
    token: pairs ? "" : null,
    topics: pairs ? [] : [topic],
    language: first,
    change: (of, keys, live) => {
      if (place) place.changed(of);
      if (voice) voice.heard(of);
      if (of !== topic) return;
      for (const key of keys) {
        const record = key.indexOf("call/") === 0 ? feed.record(of, key) : null;
        if (record) judge(record, live);
      }
    },
    turn: () => draw(),
    voice: (record) => {
      if (voice) voice.told(record);
    },
    fault: (error) => {
      if (place) place.refused(error);
      else if (error.code === "feed.unknown_topic" && error.detail.topic === topic) waiting("board_unknown", "");
    },
  });
  if (!mute) voice = new Voice(feed, () => {
    tellPlace();
    draw();
  });
  if (pairs) {
    const board = { kind: "display", name: "board", where: (record) => record.display, topics: (at, record) => topics(at, record.loudspeaker) };
    place = new Place(feed, board, (given) => {
      display = given;
      topic = "board:" + given;
      seats.clear();
      unjudged = [];
      draw();
    });
  }
  setInterval(draw, 250);
});
