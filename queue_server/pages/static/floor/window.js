// The strip of windows: what each is doing, and who is missed there.

import { html, Letter } from "/static/page.js";
import { say } from "/static/words.js";

/** What a window is doing, as the shape of its dot. */
function doing(window) {
  if (window.ticket_state === "called") return "called";
  if (window.ticket_state === "serving") return "busy";
  return window.state === "open" ? "free" : window.state;
}

function order(one, other) {
  return one.id.localeCompare(other.id, "en", { numeric: true });
}

/** Who should be at a window by the roster and is not, in words; "" where nobody is missed. */
function absence(window) {
  if (window.attendance !== "missing" && window.attendance !== "break") return "";
  return say(`roster_${window.attendance}`, { clerk: window.rostered_name ?? window.rostered });
}

/** The windows by their zones; `look` is called with the id of one that is pressed; it is null for whoever may only read. */
export function Windows({ zones, windows, look }) {
  const open = windows.filter((one) => one.state === "open").length;
  const missing = windows.filter((one) => one.attendance === "missing").length;
  return html`<section class="strip card" aria-label=${say("windows")}>
    <h2>${say("windows")}<span class="muted">${say("windows_sum", { all: windows.length, open })}</span>
      ${missing > 0 && html`<span class="tag warn">${say("roster_sum", { count: missing })}</span>`}
      <span class="key">${["busy", "called", "free", "paused", "closed"].map((one) => html`<span key=${one}><i class="dot ${one}" aria-hidden="true"></i>${say(`window_${one}`)}</span>`)}</span></h2>
    <div class="groups">
      ${zones.map((zone) => html`<div class="group" key=${zone.id}>
        <${Letter} of=${zone} />
        ${windows.filter((one) => one.zone === zone.id).sort(order).map((one) => {
          const what = doing(one);
          const told = [say("window", { window: one.id }), say(`window_${what}`), one.number, one.clerk_name, one.state === "paused" ? one.reason : "", absence(one)].filter(Boolean).join(" ");
          const shown = html`<i class="dot ${what}" aria-hidden="true"></i>${one.id}${one.attendance === "missing" && html`<b class="absent" aria-hidden="true">!</b>`}`;
          return look
            ? html`<button type="button" class="window ${what}" key=${one.id} title=${told} aria-label=${told} onClick=${() => look(one.id)}>${shown}</button>`
            : html`<span class="window ${what}" key=${one.id} title=${told}>${shown}<span class="unseen">${say(`window_${what}`)} ${absence(one)}</span></span>`;
        })}
      </div>`)}
    </div>
  </section>`;
}
