// 补打: a kiosk prints a ticket again, for whoever has lost the paper or never had one.

import { Dialog } from "./dialog.js";
import { Component, html } from "./page.js";
import { name, say } from "./words.js";

const OPEN = ["waiting", "called", "serving", "held", "no_show"];

/** Whether another paper of a ticket is good for anything. */
export function reprints(ticket) {
  return OPEN.includes(ticket.state);
}

/** The name of the button: for a ticket that never had a paper it is the first one. */
export function printing(ticket) {
  return say(ticket.paper === "none" ? "print_first" : "reprint");
}

/** What is told of the paper of a ticket: that it is being printed, or that there may be none; nothing of one that came. */
export function Paper({ ticket, doubt = "unprinted" }) {
  if (!reprints(ticket)) return null;
  if (ticket.paper === "pending") return html`<p class="tag paper" role="status">${say("printing")}</p>`;
  if (ticket.paper !== "failed" && ticket.paper !== "unknown") return null;
  return html`<p class="tag warn doubt paper" role="status">${say(doubt)}</p>`;
}

/**
 * Which kiosk, of those that can print now; that of the zone `near` is chosen beforehand. One that somebody chose and that can print no
 * more is followed by none unasked. `choose` is told the kiosk.
 */
export class ReprintDialog extends Component {
  constructor(props) {
    super(props);
    this.state = { printer: null };
  }

  render({ feed, near, ticket, shut, choose }) {
    const title = say(ticket.paper === "none" ? "print_title" : "reprint_title", { number: ticket.number });
    const { kiosks } = feed;
    if (!kiosks.length) return html`<${Dialog} title=${title} yes=${say("close_notice")} only shut=${shut} submit=${shut}><p>${say("reprint_none")}</p><//>`;
    const { printer } = this.state;
    const chosen = printer ? kiosks.find((one) => one.id === printer) : kiosks.find((one) => one.zone === near) ?? kiosks[0];
    const zones = Object.fromEntries(feed.list("hall", "zone").map((zone) => [zone.id, zone]));
    return html`<${Dialog} title=${title} yes=${say("reprint_do")} shut=${shut} submit=${() => chosen && choose(chosen)}>
      <fieldset>
        <legend>${say("reprint_where")}</legend>
        ${kiosks.map((one) => html`<label class="pick" key=${one.id}><input type="radio" name="printer" required checked=${one === chosen}
          onChange=${() => this.setState({ printer: one.id })} />${one.name}${zones[one.zone] && html` <span class="muted small">${name(zones[one.zone].name)}</span>`}</label>`)}
      </fieldset>
    <//>`;
  }
}

/** What is said once a kiosk has been asked. */
export function sent(ticket, kiosk) {
  return { text: say("reprint_sent", { number: ticket.number, kiosk: kiosk.name }) };
}
