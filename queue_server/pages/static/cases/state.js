// What the parts of /cases share: the one live link, what is filtered, the case that is looked at, and what was done last.

import { ask } from "/static/ask.js";
import { draw, me } from "/static/page.js";
import { presses } from "/static/press.js";
import { refused } from "/static/signin.js";
import { name } from "/static/words.js";

export const state = {
  feed: null,
  filter: "open",
  text: "",
  file: null, // the case that is looked at, with its history; `fault` in place of it
  notice: null,
  entered: null, // what is told once the case that was entered is shown
  dialog: null,
  busy: null,
};

/** The register: what is due first comes first, then what has no deadline, then what is closed, the newest first. */
export function all() {
  const last = "9999";
  return state.feed.list("cases", "case").sort((one, other) => {
    const shut = (one.state === "closed") - (other.state === "closed");
    if (shut) return shut;
    if (one.state === "closed") return one.closed_at < other.closed_at ? 1 : -1;
    const [due, next] = [one.due ?? last, other.due ?? last];
    return due === next ? (one.opened_at < other.opened_at ? -1 : 1) : due < next ? -1 : 1;
  });
}

/** The id of the case that is looked at, from the address; null for none. */
export function chosen() {
  return location.hash.slice(1) || null;
}

export function choose(id) {
  if (id !== chosen()) location.hash = id ?? "";
}

/** The case as it is now: live, or as it was read where it is closed long ago. */
export function looked() {
  const id = chosen();
  if (!id) return null;
  return state.feed.record("cases", `case/${id}`) ?? (state.file?.case?.id === id ? state.file.case : null);
}

/** Learn the history of the case that is looked at. */
export async function reread() {
  const id = chosen();
  if (state.file?.id !== id) state.file = null;
  if (!id || !state.feed) return;
  try {
    const found = await ask("GET", `/cases/${encodeURIComponent(id)}`);
    if (id === chosen()) state.file = { id, ...found };
  } catch (error) {
    if (error.code === "auth.missing" || error.code === "auth.invalid") return refused(error);
    if (id === chosen()) state.file = { id, fault: error.message };
  }
  draw();
}

/** Whether whoever is signed in may enter a complaint. */
export function enters() {
  return me.who.role === "supervisor";
}

/** Whether whoever is signed in may do something with a case: a supervisor who is not the rated one. */
export function acts(one) {
  return me.who.role === "supervisor" && one.clerk !== me.who.name;
}

const pressed = presses(state);
export const { send, hush } = pressed;

/** One press of one button; `told` is said once it is done. */
export function perform(command, args, told) {
  pressed.perform(command, args, () => {
    state.notice = { text: told };
  });
}

export function serviceName(one) {
  return name(state.feed.record("hall", `service/${one.service}`)?.name) || one.service;
}

export function zoneOf(one) {
  return one.zone ? state.feed.record("hall", `zone/${one.zone}`) : null;
}

/** Who was rated, as people call them. */
export function clerkName(one) {
  return one.clerk_name ?? one.clerk ?? "";
}
