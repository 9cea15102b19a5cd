// Plain pictures of figures; every one of them stands in a table too, so that nobody has to see it.

import { html } from "/static/page.js";
import { say } from "/static/words.js";

const LABELS = 8; // as many as can be read below a picture

/** The round figure at the top of a picture. */
function ceiling(value) {
  const step = 10 ** Math.floor(Math.log10(Math.max(value, 1))) / 2;
  return Math.max(Math.ceil(value / step), 1) * step;
}

function Frame({ title, unit, top, rows, legend, column }) {
  const every = Math.ceil(rows.length / LABELS);
  return html`<figure class="card chart">
    <figcaption>${title}<span class="muted">${unit}</span></figcaption>
    <div class="plot" aria-hidden="true">
      <span class="scale"><i>${top}</i><i>0</i></span>
      <div class="columns">${rows.map((row, n) => html`<span key=${row.id}>${column(row)}<em>${n % every === 0 ? row.short : ""}</em></span>`)}</div>
    </div>
    ${legend && html`<p class="legend muted">${legend}</p>`}
  </figure>`;
}

/** How many took a ticket: a bar each, its lower part served. */
export function Taken({ title, rows }) {
  const top = ceiling(Math.max(...rows.map((row) => row.figures.taken), 1));
  const part = (count) => `${(100 * count) / top}%`;
  return html`<${Frame} title=${title} unit=${say("unit_people")} top=${top} rows=${rows}
    column=${({ figures }) => html`<i class="bar" style=${{ height: part(figures.taken) }}></i><i class="bar done" style=${{ height: part(figures.served) }}></i>`}
    legend=${html`<span><i class="key bar"></i>${say("col_taken")}</span><span><i class="key bar done"></i>${say("col_served")}</span>`} />`;
}

/** How long they waited: from the median to the 90th percentile. */
export function Waits({ title, rows }) {
  const high = ({ figures }) => figures.wait_p90_min ?? figures.wait_longest_min ?? 0;
  const top = ceiling(Math.max(...rows.map(high), 1));
  const part = (min) => `${(100 * min) / top}%`;
  return html`<${Frame} title=${title} unit=${say("unit_minutes")} top=${top} rows=${rows}
    column=${(row) => row.figures.waited > 0 && html`<i class="range" style=${{ bottom: part(row.figures.wait_median_min), height: part(high(row) - row.figures.wait_median_min) }}></i><i class="mark" style=${{ bottom: part(row.figures.wait_median_min) }}></i>`}
    legend=${html`<span><i class="key mark"></i>${say("legend_median")}</span><span><i class="key range"></i>${say("legend_p90")}</span>`} />`;
}
