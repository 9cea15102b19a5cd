// Parts of the hall that are served elsewhere, or may be: what, since when, why, and what somebody has to decide.

import { Dialog } from "/static/dialog.js";
import { newKey } from "/static/feed.js";
import { Component, html, me } from "/static/page.js";
import { name, say } from "/static/words.js";
import { draft } from "./draft.js";
import { fault, may, open, shut, state, tell } from "./state.js";
import { when } from "./version.js";

/** What somebody may do with a part in a state: an administrator decides, a manager may serve it here again. */
const DEEDS = { shown: ["accept", "void"], away: ["reopen", "void"], here: [], closed: [] };

function allowed(deed) {
  return may() || (deed === "reopen" && me.who.role === "manager");
}

/** Services as people say them: whole zones by name, else each. */
function what(services) {
  const gone = new Set(services);
  const known = draft.runs.services ?? [];
  if (known.length && known.every((one) => gone.has(one.id))) return say("away_all");
  const told = [];
  for (const zone of draft.runs.zones ?? []) {
    const own = known.filter((one) => one.zone === zone.id);
    const out = own.filter((one) => gone.has(one.id));
    if (out.length && out.length === own.length) told.push(name(zone.name));
    else told.push(...out.map((one) => name(one.name)));
  }
  return told.join(say("and"));
}

export function Evacuations() {
  const parts = state.feed?.list("floor", "evacuation") ?? [];
  return parts.map((part) => html`<section class="card band-card ${part.state === "shown" ? "alarm" : "warn"}" key=${part.evacuation} aria-labelledby=${`away-${part.evacuation}`}>
    <h2 id=${`away-${part.evacuation}`}>${say(`away_${part.state}`)}</h2>
    <p>${say("away_what", { what: what(part.services), since: when(part.at), count: part.tickets })}</p>
    ${part.reason && html`<p>${say("away_why", { reason: part.reason })}</p>`}
    <p>${say(`away_${part.state}_text`)}</p>
    <${Deeds} part=${part} />
  </section>`);
}

function Deeds({ part }) {
  const deeds = DEEDS[part.state].filter(allowed);
  if (!deeds.length) return part.state === "shown" ? html`<p><strong>${say("away_ask")}</strong></p>` : null;
  return html`<p class="acts">${deeds.map((deed, place) => html`<button key=${deed} type="button" class=${place ? "secondary" : "primary"}
    onClick=${() => open(() => html`<${Decide} part=${part} deed=${deed} />`)}>${say(`away_${deed}`)}</button>`)}</p>`;
}

/** What will happen, and why one does it. */
class Decide extends Component {
  constructor() {
    super();
    this.state = { reason: "" };
  }

  async submit() {
    const { part: { evacuation }, deed } = this.props;
    const reason = this.state.reason.trim();
    if (!reason) return;
    shut();
    const asked = deed === "reopen" ? ["hall.reopen", { evacuation, reason }] : ["hall.decide", { evacuation, decision: deed, reason }];
    try {
      await state.feed.command(...asked, newKey());
      tell(say(`away_${deed}_done`));
    } catch (error) {
      fault(error);
    }
  }

  render({ part, deed }) {
    return html`<${Dialog} title=${say(`away_${deed}_title`)} yes=${say(`away_${deed}`)} shut=${shut} submit=${() => this.submit()}>
      <p>${what(part.services)}</p>
      <p>${say(`away_${deed}_means`)}</p>
      <label>${say("reason")}<input class="text" id="away-reason" required maxlength="200" value=${this.state.reason}
        onInput=${(event) => this.setState({ reason: event.target.value })} /></label>
    <//>`;
  }
}
