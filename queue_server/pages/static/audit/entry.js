// An event of the log as a row: when, who, what it says; and opened, exactly what was hashed.

import { Component, html } from "/static/page.js";
import { known, name, say } from "/static/words.js";
import { seconds, to } from "./state.js";

/** A command in the hall's words, and as the log has it. */
export function commandName(command) {
  const key = `command_${command.replace(".", "_")}`;
  return known(key) ? say(key) : command;
}

/** Whoever did it: the name, or the account. */
function Who({ of }) {
  const account = of.actor.split(":").slice(1).join(":");
  const shown = of.actor_name && of.actor_name !== account;
  return html`<span>${shown ? of.actor_name : account || of.actor}</span>${shown ? html` <span class="muted">${account}</span>` : ""}`;
}

/** A row; `day` is where its ticket is looked up, none on that ticket's own page. */
class Entry extends Component {
  constructor() {
    super();
    this.state = { open: false };
  }

  render({ of, day }, { open }) {
    const id = `raw-${of.seq}`;
    return html`<tr class=${of.said ? "" : "bad"}>
        <td class="figure-cell muted">${of.seq}</td>
        <td>${seconds(of.at)}</td>
        <td><${Who} of=${of} /></td>
        ${day && html`<td class="number">${of.number && html`<a href=${to("ticket", day, of.number)}>${of.number}</a>`}</td>`}
        <td class="story">${of.said ? name(of.said) : html`<b class="wrong">${say("unsaid")}</b>`}</td>
        <td class="muted command">${commandName(of.command)}</td>
        <td><button type="button" class="plain small" aria-expanded=${open} aria-controls=${id} aria-label=${`${say(open ? "shut" : "open")} ${of.seq}`}
          onClick=${() => this.setState({ open: !open })}>${say(open ? "shut" : "open")}</button></td>
      </tr>
      ${open && html`<tr class="raw" id=${id}><td colspan=${day ? 7 : 6}><dl>
        <dt>${say("raw_body")}</dt><dd class="code">${of.body}</dd>
        <dt>${say("col_command")}</dt><dd class="code">${of.actor} · ${of.command} · v${of.version} · ${of.at}</dd>
        <dt>${say("raw_hash")}</dt><dd class="code">${of.hash}</dd>
        <dt>${say("raw_prev")}</dt><dd class="code">${of.prev_hash}</dd>
      </dl></td></tr>`}`;
  }
}

/** Events under their headings. */
export function Entries({ of, day }) {
  return html`<div class="grid-place"><table class="rows-of entries"><thead><tr>
      ${["seq", "time", "actor", ...(day ? ["ticket"] : []), "what", "command"].map((one) => html`<th key=${one} scope="col" class=${one === "seq" ? "figure-cell" : undefined}>${say(`col_${one}`)}</th>`)}<th><span class="unseen">${say("open")}</span></th>
    </tr></thead><tbody>${of.map((one) => html`<${Entry} key=${one.seq} of=${one} day=${day} />`)}</tbody></table></div>`;
}
