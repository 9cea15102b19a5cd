// What the parts of /desk share: what was typed, which services were chosen, which tickets are looked at, the one live link.

import { draw } from "/static/page.js";
import { presses } from "/static/press.js";
import { name, say } from "/static/words.js";

const ALWAYS = ["desk", "floor", "hall"];
const PLAIN = { kind: "ordinary", reason: null, words: "", person: "", entry: "", needs: [], items: 1, card: "", holder: "" };

const MOVABLE = ["waiting", "planned"];

export const state = {
  feed: null,
  text: "",
  at: 0, // the option that Enter takes
  chosen: [], // services of the ticket that is about to be taken
  wish: { ...PLAIN },
  found: [], // tickets looked at
  beside: false, // whether they were looked up while another one is about to be taken
  told: {}, // the same as they were found, until the link tells
  fresh: null, // the one of them that was just taken here
  notice: null,
  dialog: null,
  busy: null,
  topics: () => [...ALWAYS, ...state.found.map((id) => `ticket:${id}`)],
};

/** Look at these tickets from now on. */
export function held(tickets, fresh = null) {
  state.found = tickets.map((one) => one.id);
  state.beside = state.chosen.length > 0;
  state.told = Object.fromEntries(tickets.map((one) => [one.id, one]));
  state.fresh = fresh;
  state.feed.see(state.topics());
  scrollTo(0, 0);
}

/** A ticket that is looked at, as it is now. */
export function ticketOf(id) {
  return state.feed.record(`ticket:${id}`, "ticket") ?? state.told[id];
}

/** Begin the next ticket with nothing chosen. */
export function anew() {
  Object.assign(state, { chosen: [], wish: { ...PLAIN } });
}

/** Begin anew altogether. */
export function clear() {
  anew();
  Object.assign(state, { text: "", at: 0, told: {}, fresh: null, notice: null, dialog: null });
  if (state.found.length) {
    state.found = [];
    state.feed.see(state.topics());
  }
  draw();
}

export function serviceOf(id) {
  return state.feed.record("hall", `service/${id}`);
}

export function zoneOf(service) {
  const known = serviceOf(service);
  return known && state.feed.record("hall", `zone/${known.zone}`);
}

/** A wait as it is told now, by the words of `key`; "" where it is not known. */
export function told(wait, key) {
  return wait ? say(key, { low: wait.low_min, high: wait.high_min }) : "";
}

/** The steps of a ticket that may be moved, with their places: those that nobody has begun. */
export function movable(ticket) {
  return ticket.steps.map(({ service, state: now }, at) => ({ at, service, state: now })).filter((one) => MOVABLE.includes(one.state));
}

export function kindOf(ticket) {
  return name(ticket.class_name) || (ticket.class === "ordinary" ? say("class_ordinary") : ticket.class);
}

export const { perform, send, hush } = presses(state);

/** Take the ticket of an appointment. Who comes too early is asked whether an ordinary one will do. */
export function checkIn(appointment, ordinary = false) {
  const taken = (ticket) => {
    held([ticket], ticket.id);
    if (ticket.class === "ordinary") state.notice = { text: say("check_in_ordinary", { number: ticket.number }) };
  };
  const early = (error) => {
    if (error.code !== "appointment.early") return false;
    state.dialog = { kind: "early", ticket: { appointment, why: error.message } };
    return true;
  };
  perform("appointments.check_in", { appointment, ...(ordinary && { ordinary }) }, taken, early);
}
