// What the tablet shows in each stage. Everybody reads both languages while nobody's turn it is to answer; who is asked, their own ticket's
// first. Written in the JavaScript of Chrome 66.

import { button, make } from "/static/draw.js";
import { clock } from "/static/clock.js";
import { keys, name, say, spoken } from "/static/words.js";
import { face } from "./face.js";

const LEVELS = [5, 4, 3, 2, 1];
const LONGEST = 500;
const SATISFIED = 3; // from here on up nobody has anything to look into
const tags = { zh: "zh-CN", en: "en" };

/** A line in the language that is not spoken now, with its own lang for the right glyphs. */
function second(text) {
  const node = make("span", "second", [text]);
  node.lang = tags[other()];
  return node;
}

function other() {
  return spoken.language === "en" ? "zh" : "en";
}

/** A sentence, told by language, in both. */
function both(tag, told, kind) {
  return make(tag, kind || "", [make("span", "first", [told(spoken.language)]), second(told(other()))]);
}

/** Before there is a window to show: a sentence, and above it the code of a tablet that has no place yet. */
export function still(told, code) {
  const emblem = make("img", "emblem", []);
  emblem.src = "/static/icon.svg";
  emblem.alt = "";
  return [
    make("section", "still", [
      code ? make("p", "code", [code.slice(0, 3) + " " + code.slice(3)]) : emblem,
      both("h1", told),
    ]),
  ];
}

/** Whose window it is, in sight at all times. */
export function head(window) {
  const letter = make("span", "letter", [window.letter]);
  letter.style.setProperty("--zone", window.colour);
  const title = make("h1", "", [make("span", "first", [name(window.name)]), second(name(window.name, other()))]);
  const clerk = window.clerk_name ? make("p", "clerk", [say("clerk", { name: window.clerk_name })]) : null;
  return [letter, title, clerk];
}

/** Nobody is asked for anything. */
export function idle(window) {
  const at = window.number ? window.ticket_state : window.state === "open" ? "idle" : window.state;
  const until = window.state === "paused" && !window.number && window.until ? { time: clock(Date.parse(window.until)) } : null;
  return [
    make("section", "stand " + at, [
      window.number ? make("p", "number", [window.number]) : null,
      both("p", (language) => (until ? say("paused_until", until, language) : say("state_" + at, null, language)), "state"),
    ]),
  ];
}

/** The invitation. None of the five is larger, first chosen, or of another colour. */
export function ask(prompt, live, touch) {
  const title = both("h2", (language) => say("ask", null, language));
  title.id = "ask";
  const levels = make("div", "levels", []);
  levels.setAttribute("role", "group");
  levels.setAttribute("aria-labelledby", "ask");
  for (const level of LEVELS) {
    const one = make("button", "level", [face(level), both("span", (language) => say("level_" + level, null, language), "words")]);
    one.type = "button";
    one.disabled = !live;
    one.addEventListener("click", () => touch(level));
    levels.append(one);
  }
  return [make("section", "ask", [make("p", "about", [say("about", { number: prompt.number })]), title, levels, make("p", "quiet", [say("free")])])];
}

/** Whoever was not satisfied may say why, and need not. `round` keeps it: it is sent also when nobody touches anything more. */
export function why(round, stir, send) {
  const title = make("h2", "", [say("why", { level: say("level_" + round.level) })]);
  title.id = "why";
  const reasons = make("div", "reasons", []);
  reasons.setAttribute("role", "group");
  reasons.setAttribute("aria-labelledby", "why");
  for (const key of keys("reason_")) reasons.append(reason(round, key, stir));
  const text = make("textarea", "", []);
  text.maxLength = LONGEST;
  text.rows = 2;
  text.value = round.text;
  text.addEventListener("input", () => {
    round.text = text.value.trim();
    stir();
  });
  return [
    make("section", "why", [
      title,
      reasons,
      make("label", "own", [make("span", "", [say("words")]), text]),
      button("primary", say("send"), send),
      make("p", "quiet", [say("sent_soon")]),
    ]),
  ];
}

function reason(round, key, stir) {
  const id = key.slice("reason_".length);
  const one = make("button", "reason", [say(key)]);
  const show = () => one.setAttribute("aria-pressed", String(round.reasons.indexOf(id) >= 0));
  one.type = "button";
  one.addEventListener("click", () => {
    if (round.reasons.indexOf(id) >= 0) round.reasons = round.reasons.filter((each) => each !== id);
    else round.reasons = round.reasons.concat([id]);
    show();
    stir();
  });
  show();
  return one;
}

/** What came of it. */
export function thanks(round) {
  const well = round.outcome === "sending" || round.outcome === "sent";
  const word = (language) => (round.level >= SATISFIED ? say("thanks", null, language) : say("thanks_low", null, language));
  const told = (language) => (well ? word(language) : say("told_" + round.outcome, null, language));
  const chosen = make("p", "chosen", [face(round.level), make("span", "", [say("level_" + round.level)])]);
  return [make("section", "thanks", [well || round.outcome === "kept" ? chosen : null, both("p", told, "state")])];
}
