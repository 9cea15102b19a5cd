// What the sections of /admin share: where one is, what was said last, the open question, the live link.

import { ask } from "/static/ask.js";
import { draw, html, me } from "/static/page.js";
import { refused } from "/static/signin.js";
import { say } from "/static/words.js";

export const state = { feed: null, notice: null, carried: null, dialog: null, versions: null, accounts: null };

/** Whether who is signed in may change things; others of the page's people read them. */
export function may() {
  return me.who.role === "admin";
}

/** Where one is: the parts of the address behind #, as in #/config/zones/3. */
export function place() {
  const parts = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return parts[0] ? parts : ["overview"];
}

/** The address of a place on this page. */
export function to(...parts) {
  return `#/${parts.map((part) => encodeURIComponent(part)).join("/")}`;
}

/** Go to a place after something was done; what was said of it is read there. */
export function go(...parts) {
  state.carried = state.notice;
  location.hash = to(...parts);
}

/** Say what has been done; `undo` takes it back. */
export function tell(text, undo = null) {
  state.notice = { text, undo };
  draw();
}

/** Say why something was not done. Who is not signed in any more is sent to the form. */
export function fault(error) {
  if (error.code === "auth.invalid" || error.code === "auth.missing") return refused(error);
  state.notice = { text: error.message, fault: true };
  draw();
}

/** Ask a question: `view` draws the dialog. */
export function open(view) {
  state.dialog = view;
  draw();
}

export function shut() {
  state.dialog = null;
  draw();
}

export function quiet() {
  state.notice = null;
  draw();
}

/** The accounts, for whoever may see them; the newest versions, for everybody here. */
export async function refresh() {
  try {
    const [versions, accounts] = await Promise.all([
      ask("GET", "/config/versions"),
      may() ? ask("GET", "/accounts") : null,
    ]);
    state.versions = versions;
    state.accounts = accounts;
  } catch (error) {
    fault(error);
  }
  draw();
}

/** The name that people read of an account; the account where it is not known here. */
export function shownName(account) {
  return (state.accounts ?? []).find((one) => one.name === account)?.shown ?? account;
}

/** What was done last, or why not, spoken and shown. */
export function Notice() {
  const notice = state.notice;
  return html`<div class="notice-place" role=${notice?.fault ? "alert" : "status"}>
    ${notice && html`<div class="notice ${notice.fault ? "fault" : ""}">
      <span>${notice.text}</span>
      ${notice.undo && html`<button type="button" class="plain" onClick=${() => { notice.undo(); quiet(); }}>${say("undo")}</button>`}
      <button type="button" class="plain" onClick=${quiet}>${say("close_notice")}</button>
    </div>`}
  </div>`;
}
