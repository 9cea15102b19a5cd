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
  counts: ["served", "work_min", "of_promised", "of_actual", "of_rated", "of_disliked"],
};
const PRESENCE = { presence: ["of_open"] };
const HOURS = new Set(["open_min", "paused_min", "work_min", "usual_min"]); // too many minutes to be read
const SCORED = new Set(["score_whole"]);

function counted(given, digits) {
  return given.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** What a score is made of: so many of so many, times in hours. */
const PAIRS = {
  of_promised: ({ figures }) => [counted(figures.kept, 0), counted(figures.promised, 0)],
  of_actual: ({ figures, usual_min }) => [counted(usual_min / 60, 1), counted(((figures.service_mean_min ?? 0) * figures.timed) / 60, 1)],
  of_rated: ({ figures }) => [counted(figures.content, 0), counted(value({ figures }, "rated"), 0)],
  of_disliked: ({ disliked, upheld }) => [counted(disliked, 0), counted(upheld, 0)],
  of_open: ({ figures }) => [counted(figures.paused_min / 60, 1), counted(figures.open_min / 60, 1)],
};

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
  if (HOURS.has(column)) return counted(given / 60, 1);
  return counted(given, column.endsWith("_min") || column.startsWith("score_") ? 1 : 0);
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
      ${heads.flatMap(([, columns]) => columns).map((column) => html`<td key=${column} class=${`${first.has(column) ? "first" : ""} ${SCORED.has(column) ? "score" : ""}`}>${PAIRS[column] ? PAIRS[column](row).join(" / ") : shown(value(row, column), column)}</td>`)}
    </tr>`)}</tbody>
  </table></div>`;
}

/** The columns of a report by what it is told. */
export function columns(kind, by) {
  if (kind === "appraisal") return by === "departments" ? APPRAISAL : { ...APPRAISAL, ...PRESENCE };
  return ["windows", "clerks", "zones"].includes(by) ? { ...PERIOD, ...WINDOW } : PERIOD;
}
