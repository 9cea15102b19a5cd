// The questions of who changes places: another page of one's own holds the window, or one is at another window still.

import { Dialog } from "/static/dialog.js";
import { html } from "/static/page.js";
import { say } from "/static/words.js";

export function SeatDialog({ window, shut, choose }) {
  return html`<${Dialog} title=${say("seat_title", { window })} yes=${say("take_over")} shut=${shut} submit=${choose}>
    <p>${say("seat_text", { window })}</p>
  <//>`;
}

/** Where a ticket is at the other window there is nothing to decide: it comes first. */
export function LeaveDialog({ window, other, number, shut, choose }) {
  if (number) {
    return html`<${Dialog} title=${say("leave_busy_title", { other, number })} yes=${say("leave_busy_go", { other })} shut=${shut} submit=${choose}>
      <p>${say("leave_busy_text", { other, window })}</p>
    <//>`;
  }
  return html`<${Dialog} title=${say("leave_title", { other })} yes=${say("leave_do", { window })} shut=${shut} submit=${choose}>
    <p>${say("leave_text", { other, window })}</p>
  <//>`;
}
