// Figures in tables: what they are of at the left, columns under the heads that they belong to.

import { html, Letter } from "/static/page.js";
import { name, say } from "/static/words.js";

const NOTHING = "–";

const PERIOD = {
  people: ["taken", "served", "missed", "cancelled", "expired"],
  waits: ["wait_median_min", "wait_p90_min", "wait_longest_min", "to_5_share", "to_10_share", "over_10_share", "kept_share"],
  services: ["service_median_min", "service_p90_min"],
  turns: ["calls", "out_of_turn"],
  ratings: ["rated", "content_share", "rated_share"],
};
const WINDOW = { open: ["open_min", "paused_min"] };
const APPRAISAL = {
  score: ["score_whole", "score_efficiency", "score_quality", "score_work"],
  parts: ["score_wait", "score_service", "score_pause", "score_content", "score_rated"],
  counts: ["served", "work_min", "kept", "promised", "usual_min", "timed", "rated", "disliked"],
};
const SCORED = new Set(["score_whole"]);

/** A figure of a row by its column. */
function value({ figures, scores, ...own }, column) {
  if (column === "rated") return figures.rated.reduce((sum, count) => sum + count, 0);
  if (column.startsWith("score_")) return scores[column.slice("score_".length)];
  return figures[column] ?? own[column] ?? null;
}

/** As people read it: a dash where there is nothing, or too little, to tell. */
export function shown(given, column) {
  if (given === null || given === undefined) return NOTHING;
  if (column.endsWith("_share")) return `${(100 * given).toFixed(1)}%`;
  if (column.endsWith("_min") && given >= 1000) return String(Math.round(given));
  return column.endsWith("_min") || column.startsWith("score_") ? given.toFixed(1) : String(given);
}

/** Rows under each other. `link` makes the address of a row's own sheet, if it has one. */
export function Table({ title, rows, groups, colours, link }) {
  const heads = Object.entries(groups);
  const first = new Set(heads.map(([, columns]) => columns[0]));
  return html`<div class="grid" tabindex="0" role="region" aria-label=${title}><table>
    <caption class="unseen">${title}</caption>
    <thead>
      <tr><th scope="col" rowspan="2">${title}</th>${heads.map(([key, columns]) => html`<th key=${key} scope="colgroup" colspan=${columns.length} class="first">${say(`head_${key}`)}</th>`)}</tr>
      <tr>${heads.flatMap(([, columns]) => columns).map((column) => html`<th key=${column} scope="col" class=${first.has(column) ? "first" : ""}>${say(`short_${column}`)}</th>`)}</tr>
    </thead>
    <tbody>${rows.map((row) => html`<tr key=${row.id}>
      <th scope="row">${row.letter && html`<${Letter} of=${{ letter: row.letter, colour: colours[row.letter] }} />`}${link ? html`<a href=${link(row)} target="_blank" rel="noopener">${name(row.name)}</a>` : html`<span>${name(row.name)}</span>`}</th>
      ${heads.flatMap(([, columns]) => columns).map((column) => html`<td key=${column} class=${`${first.has(column) ? "first" : ""} ${SCORED.has(column) ? "score" : ""}`}>${shown(value(row, column), column)}</td>`)}
    </tr>`)}</tbody>
  </table></div>`;
}

/** The columns of a report by what it is told. */
export function columns(kind, by) {
  if (kind === "appraisal") return by === "departments" ? APPRAISAL : { ...APPRAISAL, ...WINDOW };
  return ["windows", "clerks", "zones"].includes(by) ? { ...PERIOD, ...WINDOW } : PERIOD;
}
