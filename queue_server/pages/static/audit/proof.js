// What proves the log: its newest hash, the last check of the whole chain, and the sealed months.

import { ask } from "/static/ask.js";
import { html } from "/static/page.js";
import { refused } from "/static/signin.js";
import { name, say } from "/static/words.js";
import { Answer, moment } from "./state.js";

const SOON_MS = 1000;

/** A hash in groups of eight, as on the closing report. */
function Hash({ of }) {
  return html`<span class="code hash">${of.match(/.{1,8}/g)?.join(" ") ?? "–"}</span>`;
}

function Check({ of, again }) {
  const { checked, checking } = of;
  const begin = async () => {
    try {
      await ask("POST", "/audit/check", {});
    } catch (error) {
      if (error.code?.startsWith("auth.")) refused(error);
    }
    again(true);
  };
  const good = checked && !checked.failed && !checked.broken;
  return html`<section class="card ${checked && !good ? "band-card alarm" : ""}">
    <h2>${say("proof_last")}</h2>
    ${!checked && html`<p>${say("proof_never")}</p>`}
    ${checked && html`<p class=${good ? "all-well" : "wrong"}>${
      checked.failed ? say("proof_failed", { fault: name(checked.failed) })
        : checked.broken ? say("proof_broken", { seq: checked.broken, fault: name(checked.fault) })
        : html`<span aria-hidden="true">✓ </span>${say("proof_whole", { count: checked.count, seq: checked.seq })}`}</p>
      ${checked.broken && html`<p>${say("proof_broken_do")}</p>`}
      <p class="muted">${say("proof_by", { at: moment(checked.at), by: checked.by.split(":").slice(1).join(":") })}
        ${good && of.seq > checked.seq && html` · ${say("proof_since", { count: of.seq - checked.seq })}`}</p>`}
    <div class="acts" role="status">${checking
      ? html`<progress max=${checking[1]} value=${checking[0]} aria-label=${say("proof_last")}></progress><span>${say("proof_checking", { done: checking[0], of: checking[1] })}</span>`
      : html`<button type="button" class="primary" onClick=${begin}>${say("proof_check")}</button><span class="muted">${say("proof_check_what")}</span>`}</div>
  </section>`;
}

function Month({ of }) {
  const place = of.gone_at ? say("proof_gone", { at: moment(of.gone_at).slice(0, 10), file: of.file }) : say(of.here ? "proof_here" : "proof_missing");
  return html`<tr><td>${of.month}</td><td class="figure-cell">${of.first}–${of.last}</td><td><${Hash} of=${of.hash} /></td>
    <td><span class="code">${of.file}</span><br /><span class=${of.here || of.gone_at ? "muted" : "wrong"}>${place}</span></td></tr>`;
}

function Found({ of, again }) {
  return html`<section class="card">
      <h2>${say("proof_newest")}</h2>
      <p><b>${say("proof_seq", { seq: of.seq })}</b>${of.at && html` <span class="muted">${moment(of.at)}</span>`}</p>
      <p><${Hash} of=${of.hash} /></p>
      <p class="muted small">${say("proof_paper")} <span class="code">jiaohao-server verify --anchor '${of.seq}:${of.hash.slice(0, 16)}…'</span></p>
    </section>
    <${Check} of=${of} again=${again} />
    <section aria-label=${say("proof_sealed")}>
      <h2>${say("proof_sealed")}</h2>
      ${!of.sealed.length ? html`<p class="muted">${say("proof_sealed_none")}</p>`
        : html`<div class="grid-place"><table class="rows-of"><thead><tr>
          ${["month", "events", "last_hash", "file"].map((one) => html`<th key=${one} scope="col">${say(`col_${one}`)}</th>`)}
        </tr></thead><tbody>${of.sealed.map((one) => html`<${Month} key=${one.month} of=${one} />`)}</tbody></table></div>`}
    </section>`;
}

export function Proof() {
  return html`<${Answer} path="/audit/proof" until=${(told) => told.checking && SOON_MS} show=${(told, again) => html`<${Found} of=${told} again=${again} />`} />`;
}
