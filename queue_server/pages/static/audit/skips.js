// Every call out of turn of a day: how many, for which reasons, at which windows, and each one. What nobody explains stands first.

import { Component, html, Letter } from "/static/page.js";
import { name, say } from "/static/words.js";
import { Answer, Day, File, place, seconds, state, to, today, windowName } from "./state.js";

const ROWS = 100;

/** One sentence for the day. */
function Verdict({ of }) {
  const count = of.whys.reduce((sum, one) => sum + one.count, 0);
  const worst = of.unexplained ? "alarm" : "good";
  const words = of.unexplained
    ? say("skips_verdict_bad", { count: of.unexplained })
    : !of.calls ? say("skips_verdict_empty")
    : !count ? say("skips_verdict_all", { calls: of.calls })
    : say("skips_verdict_good", { calls: of.calls, count });
  return html`<p class="card sentence ${worst}" role="status"><b aria-hidden="true">${of.unexplained ? "!!" : of.calls ? "✓" : "–"}</b><span>${words}</span></p>`;
}

/** Counts as bars, each of which narrows the list. */
function Bars({ title, rows, most, chosen, choose }) {
  return html`<section class="card bars" aria-label=${title}>
    <h2>${title}</h2>
    <ul>${rows.map((row) => html`<li key=${row.key} class=${row.alarm ? "bad" : ""}>
      <button type="button" aria-pressed=${chosen === row.key} title=${say("skips_only", { what: row.name })} onClick=${() => choose(chosen === row.key ? null : row.key)}>
        <span class="what">${row.alarm && row.count ? html`<b aria-hidden="true">!! </b>` : ""}${row.name}</span>
        <i aria-hidden="true"><i style=${{ width: `${(100 * row.count) / Math.max(1, most)}%` }}></i></i>
        <b class="times">${say("times", { count: row.count })}</b>
        <span class="muted over">${row.count ? say("passed", { count: row.skipped }) : ""}</span>
      </button></li>`)}</ul>
  </section>`;
}

function Row({ of, zone }) {
  const bad = of.why === "unexplained";
  return html`<tr class=${bad ? "bad" : ""}>
    <td><a href=${to("log", place()[1] ?? today(), `before=${of.seq + 1}`)}>${seconds(of.at)}</a></td>
    <td class="number"><a href=${to("ticket", of.day, of.number)}>${of.number}</a></td>
    <td>${zone ? html`<span class="of-zone"><${Letter} of=${zone} />${name(zone.short)}</span>` : of.zone ?? "–"}</td>
    <td>${windowName(of.window)}</td>
    <td>${of.clerk_name ?? of.clerk}${of.clerk_name && of.clerk_name !== of.clerk ? html` <span class="muted">${of.clerk}</span>` : ""}</td>
    <td><span class="tag ${bad ? "alarm" : ""}">${bad ? html`<b aria-hidden="true">!! </b>` : ""}${say(`why_${of.why}`)}</span>
      ${of.class && name(of.class) !== say(`why_${of.why}`) && ` ${name(of.class)}`}${of.said && html` <q>${of.said}</q>`}${of.undone && html` <span class="tag warn">${say("undone")}</span>`}</td>
    <td class="figure-cell">${of.skipped}</td>
  </tr>`;
}

class Found extends Component {
  constructor() {
    super();
    this.state = { why: null, window: null, rows: ROWS };
  }

  render({ of, day }, { why, window, rows }) {
    const zones = new Map((state.feed?.list("floor", "zone") ?? []).map((zone) => [zone.id, zone]));
    const shown = of.skips.filter((one) => (!why || one.why === why) && (!window || one.window === window));
    const whys = of.whys.map((one) => ({ key: one.why, name: say(`why_${one.why}`), count: one.count, skipped: one.skipped, alarm: one.why === "unexplained" && one.count > 0 }));
    const windows = of.windows.map((one) => ({ key: one.window, name: name(one.name), count: one.count, skipped: one.skipped }));
    const most = (some) => Math.max(0, ...some.map((one) => one.count));
    const back = shown.filter((one) => one.undone).length;
    const what = [why && say(`why_${why}`), window && windowName(window)].filter(Boolean).join(" · ");
    return html`<${Verdict} of=${of} />
      ${of.skips.length > 0 && html`<div class="sums">
        <${Bars} title=${say("skips_whys")} rows=${whys} most=${most(whys)} chosen=${why} choose=${(key) => this.setState({ why: key, rows: ROWS })} />
        <${Bars} title=${say("skips_windows")} rows=${windows} most=${most(windows)} chosen=${window} choose=${(key) => this.setState({ window: key, rows: ROWS })} />
      </div>
      <section aria-label=${say("skips_list")}>
        <div class="above"><h2>${say("skips_list")}</h2>
          <span class="muted" role="status">${what ? say("skips_shown", { count: shown.length, what }) : say(back ? "skips_all_undone" : "skips_all", { count: shown.length, undone: back })}</span>
          ${what && html`<button type="button" class="plain" onClick=${() => this.setState({ why: null, window: null, rows: ROWS })}>${say("skips_show_all")}</button>`}
          <span class="spring"></span><${File} href=${`/api/v1/audit/${day}/skips.csv`} /></div>
        ${shown.length > rows && html`<p class="on-paper">${say("skips_sheet", { rows, count: shown.length })}</p>`}
        <div class="grid-place"><table class="rows-of"><thead><tr>
          ${["time", "ticket", "zone", "window", "clerk", "why", "passed"].map((one) => html`<th key=${one} scope="col" class=${one === "passed" ? "figure-cell" : undefined}>${say(`col_${one}`)}</th>`)}
        </tr></thead><tbody>${shown.slice(0, rows).map((one) => html`<${Row} key=${one.seq} of=${one} zone=${zones.get(one.zone)} />`)}</tbody></table></div>
        ${shown.length > rows && html`<button type="button" class="secondary more" onClick=${() => this.setState({ rows: rows + 5 * ROWS })}>${say("skips_more", { count: Math.min(5 * ROWS, shown.length - rows) })}</button>`}
      </section>`}`;
  }
}

export function Skips({ day }) {
  return html`<${Day} day=${day} at=${(other) => to("skips", other)} />
    <${Answer} path=${`/audit/skips?day=${day}`} show=${(told) => html`<${Found} key=${day} of=${told} day=${day} />`} />`;
}
