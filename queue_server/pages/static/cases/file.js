// One case: what it is about, what can be done next, and what happened, the newest last.

import { clock, day } from "/static/clock.js";
import { html, me } from "/static/page.js";
import { known, say, spoken } from "/static/words.js";
import { deeds, open } from "./deed.js";
import { Due, Stars } from "./list.js";
import { acts, all, chosen, choose, clerkName, looked, serviceName, state } from "./state.js";

const WAY = ["to_verify", "rectifying", "answered", "closed"];

/** Where a case is on its way; an appeal stands between an answer and the end. */
function Way({ one }) {
  const way = one.state === "appealed" ? ["to_verify", "rectifying", "answered", "appealed", "closed"] : WAY;
  const at = way.indexOf(one.state);
  return html`<ol class="way" aria-label=${say("way")}>${way.map((each, place) => html`<li key=${each} class=${place < at ? "past" : place === at ? "now" : ""} aria-current=${place === at ? "step" : undefined}>${say(`state_${each}`)}</li>`)}</ol>`;
}

/** Why there is nothing to press, in words. */
function why(one) {
  if (one.clerk === me.who.name) return say("own");
  if (me.who.role !== "supervisor") return say("read_only");
  return "";
}

function Acts({ one }) {
  const may = acts(one) ? deeds() : [];
  if (!may.length) return html`<p class="muted">${why(one)}</p>`;
  return html`<div class="acts" role="group" aria-label=${say("acts")}>${may.map((verb, at) => html`<button key=${verb} type="button" class=${at === 0 && one.state !== "closed" ? "primary" : "secondary"}
    aria-disabled=${Boolean(state.busy)} onClick=${() => open(verb)}>${say(`do_${verb}`)}<kbd>${at + 1}</kbd></button>`)}</div>`;
}

/** What somebody chose on a tablet as their reason, or what another program wrote. */
function reason(one) {
  return known(`reason_${one}`) ? say(`reason_${one}`) : one;
}

function when(at) {
  return `${day(Date.parse(at), spoken.language)} ${clock(Date.parse(at))}`;
}

/** What a line of the history says beside who and when. */
function told(line) {
  if (line.what === "overdue") return say("done_overdue", { clock: say(`clock_${line.clock}`) });
  if (line.what === "contact") return say("done_contact", { whom: say(`whom_${line.whom}`), outcome: say(`outcome_${line.outcome}`) });
  if (line.what === "appeal") return say("done_appeal", { whom: say(`whom_${line.whom}`) });
  if (line.what === "rectify" && line.complex) return say("done_complex");
  if (line.verdict) return say("done_closed", { verdict: say(`verdict_${line.verdict}`) });
  return say(`done_${line.what}`);
}

function who(line) {
  const [role, by] = line.by.split(":");
  const as = known(`role_${role}`) ? say(`role_${role}`) : say(`by_${role}`);
  return ["supervisor", "steward", "manager", "admin"].includes(role) ? `${as} ${line.by_name ?? by}` : as;
}

function History({ file }) {
  return html`<section class="history" aria-labelledby="history-title">
    <h3 id="history-title">${say("history")}</h3>
    ${!file.words && html`<p class="muted small">${say("words_hidden")}</p>`}
    <ol>${file.history.map((line, at) => html`<li key=${at} class=${line.what}>
      <p><b>${told(line)}</b> <span class="muted">${who(line)} · <time>${when(line.at)}</time></span></p>
      ${line.text && html`<p class="said">${line.text}</p>`}
      ${line.forgotten && html`<p class="muted small">${say("words_forgotten")}</p>`}
    </li>`)}</ol>
  </section>`;
}

/** What clerks wrote on the ticket, for one another; whoever judges the case knows it too. */
function Notes({ file }) {
  if (!file.notes?.length) return null;
  return html`<section class="history" aria-labelledby="notes-title">
    <h3 id="notes-title">${say("notes")}</h3>
    <ol>${file.notes.map((one, at) => html`<li key=${at}>
      <p><b>${say("note_of", { window: one.window })}</b> <span class="muted">${one.clerk_name ?? one.clerk} · <time>${when(one.at)}</time></span></p>
      ${one.text && html`<p class="said">${one.text}</p>`}
      ${one.forgotten && html`<p class="muted small">${say("words_forgotten")}</p>`}
    </li>`)}</ol>
  </section>`;
}

export function File() {
  const id = chosen();
  if (!id) return html`<p class="card empty muted">${say(all().length ? "choose_one" : "none_yet")}</p>`;
  const one = looked();
  if (!one) return html`<p class="card empty muted" role="status">${state.file?.fault ?? say("loading")}</p>`;
  const facts = [
    ["fact_opened", when(one.opened_at)],
    ["fact_service", serviceName(one)],
    ["fact_window", one.window ? say("window", { window: one.window }) : say("fact_none")],
    ["fact_clerk", clerkName(one) || say("fact_none")],
    ["fact_level", one.level ? `${say(`level_${one.level}`)}${one.reasons?.length ? ` · ${one.reasons.map(reason).join("、")}` : ""}` : say("complaint")],
    ["fact_channel", one.channel ? (known(`channel_${one.channel}`) ? say(`channel_${one.channel}`) : one.channel) : say("channel_desk")],
    ["fact_contact", one.contacted ? say("contacted") : one.tries ? say("tried", { count: one.tries }) : say("not_contacted")],
  ];
  return html`<article class="card file" aria-labelledby="file-title">
    <button type="button" class="plain back" onClick=${() => choose(null)}>${say("back")}</button>
    <h2 id="file-title" tabindex="-1">${one.number} <${Stars} one=${one} /> <span class="tag state ${one.state}">${say(`state_${one.state}`)}</span>
      ${one.verdict && html`<span class="tag">${say(`verdict_${one.verdict}`)}</span>`}</h2>
    <${Way} one=${one} />
    ${one.state !== "closed" && html`<p class="deadline"><${Due} one=${one} long=${true} /></p>`}
    <dl>${facts.map(([key, value]) => html`<div key=${key}><dt>${say(key)}</dt><dd>${value}</dd></div>`)}</dl>
    <${Acts} one=${one} />
    ${state.file?.fault ? html`<p class="muted">${state.file.fault}</p>` : state.file?.history ? html`<${History} file=${state.file} /><${Notes} file=${state.file} />` : html`<p class="muted" role="status">${say("loading")}</p>`}
  </article>`;
}
