// The draft of the hall's configuration. It lives in this browser, is checked by the server after each change, and is published as a whole.

import { ask } from "/static/ask.js";
import { draw, me } from "/static/page.js";
import { fault, refresh, state, tell } from "./state.js";
import { say } from "/static/words.js";

const PAUSE_MS = 300; // after the last change, before the server is asked what it thinks

/**
 * `document` is being edited and began as version `base`; `running` and `runs` are the version that runs and its document.
 * `checked` is what the server said of it, `waiting` while it has not said it of the newest.
 */
export const draft = { form: null, document: null, base: 0, running: 0, runs: {}, checked: null, waiting: true };

let revision = 0;
let timer = null;

export function copy(value) {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

export function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Learn what runs, and take up the draft that was left here. A draft in which nothing was changed follows what runs. */
export async function load() {
  let found = { version: 0, document: {} };
  try {
    if (!draft.form) draft.form = await ask("GET", "/config/form");
    found = await ask("GET", "/config");
  } catch (error) {
    if (error.code !== "config.unknown_version") return fault(error);
  }
  if (!me.who) return; // signed out meanwhile
  const untouched = !changed();
  draft.running = found.version;
  draft.runs = found.document;
  const left = draft.document ? null : remembered();
  if (left) {
    draft.document = left.document;
    draft.base = left.base;
  } else if (untouched || !changed()) {
    draft.document = copy(draft.runs);
    draft.base = draft.running;
    keep();
  }
  look();
}

/** What runs may have changed, perhaps by somebody else's hand. */
export function follow() {
  return Promise.all([refresh(), load()]);
}

/** Whether the draft is different from what runs. */
export function changed() {
  return Boolean(draft.document) && !same(draft.document, draft.runs);
}

/** Whether another version was published since the draft was begun. */
export function outdated() {
  return changed() && draft.base !== draft.running;
}

/** Change the draft: `change` gets the document. Returns how to take it back. */
export function edit(change) {
  const before = copy(draft.document);
  change(draft.document);
  keep();
  look();
  return () => replace(before);
}

/** Another document as the draft. */
export function replace(document) {
  draft.document = document;
  keep();
  look();
}

/** Give the draft up: begin again from what runs. */
export function drop() {
  draft.base = draft.running;
  replace(copy(draft.runs));
}

/** Put the changes of the draft onto what runs now. Where both changed the same, the draft's word counts. */
export async function join() {
  try {
    const base = await ask("GET", `/config/${draft.base}`);
    draft.base = draft.running;
    replace(joined(base.document, draft.document, draft.runs));
    tell(say("joined"));
  } catch (error) {
    fault(error);
  }
}

/** Three documents in one: what was changed from `base` to `mine` happens to `theirs`. */
export function joined(base, mine, theirs) {
  if (same(mine, base)) return copy(theirs);
  if (same(theirs, base) || same(mine, theirs)) return copy(mine);
  const rows = [base, mine, theirs].map(named);
  if (rows.every(Boolean)) {
    const [was, own, other] = rows;
    const names = [...other.keys(), ...[...own.keys()].filter((name) => !other.has(name))];
    const made = names.map((name) => joined(was.get(name), own.get(name), other.get(name)));
    return made.filter((row) => row !== undefined);
  }
  if ([base, mine, theirs].every(plain)) {
    const made = {};
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
      const value = joined(base[key], mine[key], theirs[key]);
      if (value !== undefined) made[key] = value;
    }
    return made;
  }
  return copy(mine);
}

function plain(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The rows of a table by what tells them apart; null for anything else. */
function named(value) {
  if (!Array.isArray(value) || !value.every(plain)) return null;
  const rows = new Map(value.map((row) => [row.id ?? row.numbers ?? `${row.window} ${row.clerk} ${row.days}`, row]));
  return rows.size === value.length ? rows : null;
}

/** Publish the draft; true when it runs. Refusals are said, and a newer version is learnt of. */
export async function publish(note) {
  try {
    const made = await ask("POST", "/config", { document: draft.document, note, base: draft.base });
    await follow();
    drop();
    tell(say("published", { version: made.version }));
    return true;
  } catch (error) {
    fault(error);
    if (error.code === "config.outdated") await follow();
    look();
    return false;
  }
}

/** Bring an earlier version back. A draft that was begun stays, and may be put onto it or given up. */
export async function rollback(version, note) {
  try {
    const made = await ask("POST", "/config/rollback", { version, note });
    await follow();
    tell(say("rolled_back", { version, now: made.version }));
    return true;
  } catch (error) {
    fault(error);
    return false;
  }
}

/** Ask the server what it thinks of the draft, soon. */
export function look() {
  const mine = ++revision;
  draft.waiting = true;
  clearTimeout(timer);
  timer = setTimeout(async () => {
    try {
      const found = await ask("POST", "/config/check", { document: draft.document });
      if (mine !== revision) return;
      draft.checked = found;
      draft.waiting = false;
    } catch (error) {
      if (mine !== revision) return;
      if (error.unknown) timer = setTimeout(look, 2000);
      else fault(error);
    }
    draw();
  }, PAUSE_MS);
  draw();
}

/** What the server found wrong at a place and below it. */
export function faults(path) {
  return (draft.checked?.faults ?? []).filter(({ path: at }) => at === path || at.startsWith(`${path}.`) || at.startsWith(`${path}[`));
}

function shelf() {
  return `draft:${me.who.name}`;
}

function keep() {
  try {
    if (changed()) localStorage.setItem(shelf(), JSON.stringify({ base: draft.base, document: draft.document }));
    else localStorage.removeItem(shelf());
  } catch {
    // no storage here, or it is full: the draft lasts as long as the page
  }
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(shelf()));
  } catch {
    return null;
  }
}

/** There is one draft in a browser: what is changed in another of its windows is changed here too, so that none undoes the other's. */
addEventListener("storage", (event) => {
  if (!me.who || !draft.document || (event.key !== null && event.key !== shelf())) return;
  const left = remembered();
  draft.document = left ? left.document : copy(draft.runs);
  draft.base = left ? left.base : draft.running;
  look();
});

/** Forget what is on the screen, not what was kept: somebody else may sign in next. */
export function leaveDraft() {
  draft.document = null;
  draft.checked = null;
  state.versions = state.accounts = null;
}
