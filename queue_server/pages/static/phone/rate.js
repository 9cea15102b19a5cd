// The rating of what was done, each step once. Written in the JavaScript of Chrome 66.

import { keys, name, say } from "/static/words.js";
import { button, make } from "/static/draw.js";

const LEVELS = [5, 4, 3, 2, 1];
const LONGEST = 500;
const SATISFIED = 3; // from here on up nobody has anything to look into

/** What may be rated, and what was: [index, level or null] of each finished step. */
export function rateable(ticket) {
  const found = [];
  ticket.steps.forEach((step, index) => {
    if (step.state === "served" && step.window) found.push([index, step.rating || null]);
  });
  return found;
}

/** A form or a thank-you for each of them; `send(index, level, reasons, text)` is called once for a form that is sent. */
export function ratings(found, guide, send) {
  const several = guide.steps.length > 1;
  return [
    make("h2", "", [say("rate_title")]),
    ...found.map(([index, level]) => {
      const about = several ? name(guide.steps[index].service) : "";
      return level === null ? form(index, about, send) : thanks(level, about);
    }),
  ];
}

function thanks(level, about) {
  const after = level >= SATISFIED ? "rated" : "rated_low";
  return make("p", "rated", [about ? about + "：" : "", stars(level), " ", say("level_" + level), " · ", say(after)]);
}

function stars(level) {
  const node = make("span", "stars", ["★".repeat(level)]);
  node.setAttribute("aria-hidden", "true");
  return node;
}

function form(index, about, send) {
  const node = make("form", "", []);
  const choices = make("fieldset", "", [make("legend", "", [about || say("rate_ask")])]);
  const reasons = why(index);
  let chosen = null;
  const told = make("p", "fault", []);
  told.setAttribute("role", "alert");
  for (const level of LEVELS) {
    const radio = make("input", "", []);
    radio.type = "radio";
    radio.name = "level-" + index;
    radio.value = String(level);
    radio.addEventListener("change", () => {
      chosen = level;
      reasons.node.hidden = level >= SATISFIED;
      told.textContent = "";
    });
    choices.append(make("label", "pick", [radio, make("span", "", [say("level_" + level)]), stars(level)]));
  }
  const text = make("textarea", "", []);
  text.maxLength = LONGEST;
  text.rows = 2;
  node.append(
    choices,
    reasons.node,
    make("label", "words", [make("span", "", [say("rate_words")]), text]),
    told,
    button("primary", say("rate_send"), () => {
      if (chosen === null) told.textContent = say("rate_choose");
      else send(index, chosen, chosen < SATISFIED ? reasons.chosen() : [], text.value.trim());
    })
  );
  node.addEventListener("submit", (event) => event.preventDefault());
  return node;
}

/** Whoever was not satisfied may say why, in the words of the window's tablet, and need not. Not seen until then. */
function why(index) {
  const boxes = [];
  const list = make("div", "reasons", []);
  for (const key of keys("reason_")) {
    const box = make("input", "", []);
    box.type = "checkbox";
    box.name = "reason-" + index;
    box.value = key.slice("reason_".length);
    boxes.push(box);
    list.append(make("label", "pick", [box, make("span", "", [say(key)])]));
  }
  const node = make("fieldset", "", [make("legend", "", [say("rate_why")]), list]);
  node.hidden = true;
  return { node: node, chosen: () => boxes.filter((box) => box.checked).map((box) => box.value) };
}
