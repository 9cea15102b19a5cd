// The card of a ticket on its holder's phone: the number, and what is to be done now. Written in the JavaScript of Chrome 66.

import { clock, day } from "/static/clock.js";
import { name, say, spoken } from "/static/words.js";
import { letter, make } from "/static/draw.js";

/** The step that counts now. */
export function current(ticket) {
  const open = ticket.steps.findIndex((step) => ["planned", "served"].indexOf(step.state) < 0);
  if (open >= 0) return open;
  const next = ticket.steps.findIndex((step) => step.state === "planned");
  return next >= 0 && ticket.state !== "served" ? next : ticket.steps.length - 1;
}

/** A calendar day, YYYY-MM-DD, in words. */
export function date(text) {
  return day(Date.parse(text + "T12:00:00+08:00"), spoken.language);
}

/** Where to wait for a step. */
export function place(step) {
  const key = step.windows ? "go_area" : "go";
  return say(key, { letter: step.letter, windows: step.windows });
}

/** The whole card; `late`: a missed call cannot be made good any more. */
export function card(ticket, guide, late) {
  const at = current(ticket);
  const step = guide.steps[at];
  const number = make("p", "number", [ticket.number]);
  number.style.setProperty("--zone", guide.steps[0].colour); // its letter is that of the first step's zone
  const tags = make("p", "tags", [
    ticket.public ? make("span", "tag", [name(ticket.public)]) : null,
    ticket.class_state === "requested" ? make("span", "tag warn", [say("class_requested")]) : null,
  ]);
  return [
    make("p", "zone", [letter(step), make("span", "", [name(step.zone)])]),
    make("h2", "service", [name(step.service)]),
    make("p", "label", [say("your_number")]),
    number,
    tags.firstChild ? tags : null,
    ticket.state === "called" ? called(ticket, step) : make("div", "now " + ticket.state, now(ticket, guide, step, late)),
  ];
}

/** The one thing that must not be missed. */
function called(ticket, step) {
  const panel = make("div", "now called", [
    make("p", "turn", [say("is_called")]),
    make("p", "window", [name(step.window)]),
    make("p", "at", [say("called_at", { time: clock(Date.parse(ticket.called_at)), zone: step.at || step.letter })]),
    ticket.recalls ? make("p", "at", [say("recalled")]) : null,
  ]);
  panel.setAttribute("role", "alert");
  return panel;
}

/** What stands below the number in every other state. */
function now(ticket, guide, step, late) {
  const strong = (text) => make("p", "strong", [text]);
  const quiet = (text) => make("p", "quiet", [text]);
  switch (ticket.state) {
    case "waiting":
      return [ahead(ticket.ahead), quiet(wait(ticket.wait)), quiet(place(step)), quiet(say("follow"))];
    case "serving":
      return [strong(say("is_serving", { window: name(step.window) }))];
    case "held":
      return [strong(say("is_held")), quiet(held(ticket, step))];
    case "served":
      return [strong(say("is_served")), quiet(say("thanks"))];
    case "no_show":
      return [strong(say("is_missed", { window: name(step.window) })), quiet(missed(guide, late))];
    case "expired":
      return [strong(say("is_expired")), quiet(expired(ticket, guide))];
    case "moved":
      return [strong(say("is_moved")), quiet(say("moved_what"))];
    default:
      return [strong(say("is_cancelled")), quiet(say("cancelled_what"))];
  }
}

function ahead(count) {
  if (!count) return make("p", "strong", [say("ahead_none")]);
  const around = say("ahead").split("{count}");
  return make("p", "ahead", [around[0], make("b", "", [String(count)]), around[1]]);
}

/** How much longer it takes, as it is told now. */
function wait(range) {
  return range ? say("wait", { low: range.low_min, high: range.high_min }) : say("wait_unknown");
}

function held(ticket, step) {
  const kind = ticket.hold ? ticket.hold.kind : "anywhere";
  return say("held_" + kind, { window: name(step.window), letter: step.letter });
}

function missed(guide, late) {
  if (late) return say("missed_over");
  return say("missed_what", { time: clock(Date.parse(guide.until)), behind: guide.behind });
}

function expired(ticket, guide) {
  if (!ticket.offered) return say("expired_what");
  return say(guide.renew ? "offered_now" : "offered_later");
}
