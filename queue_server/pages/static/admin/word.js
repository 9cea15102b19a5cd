// A configuration in people's words: labels of tables and fields, names of rows, values, and what is different.

import { html } from "/static/page.js";
import { known, name, say, spoken } from "/static/words.js";
import { draft } from "./draft.js";
import { shownName } from "./state.js";

/** The label of a field; `end` "_hint" gives its hint, "_<word>" the label of one of its words. */
export function label(table, field, end = "") {
  const own = `${table}_${field}${end}`;
  const any = `any_${field}${end}`;
  return known(own) ? say(own) : known(any) ? say(any) : end.startsWith("_") ? end.slice(1) : field;
}

export function tableOf(of) {
  return draft.form.tables.find((table) => table.name === of);
}

export function rowsOf(of, document = draft.document) {
  const held = document[of];
  return Array.isArray(held) ? held : [];
}

/** The single windows of a document: number, and the row that it stands in. */
export function windowsOf(document = draft.document) {
  return rowsOf("windows", document).flatMap((row) => {
    const match = /^(\d+)(?:-(\d+))?$/.exec(row.numbers ?? "");
    if (!match) return [];
    const found = [];
    for (let n = Number(match[1]); n <= Number(match[2] ?? match[1]) && n < 1000; n += 1) found.push({ id: String(n), row });
    return found;
  });
}

/** How many things a table holds: one row may be of many windows. */
export function countOf(of) {
  return of === "windows" ? windowsOf().length : rowsOf(of).length;
}

/** The rows that a field of kind `row` may name: [name, words]. */
export function choices(of, document = draft.document) {
  if (of === "windows") return windowsOf(document).map(({ id }) => [id, say("window", { window: id })]);
  const key = tableOf(of)?.named[0];
  return rowsOf(of, document).map((row) => [row[key], rowName(of, row, document)]);
}

/** What a row is called by people. */
export function rowName(of, row, document = draft.document) {
  if (of === "windows") return name(row.name) || say("window", { window: row.numbers || "?" });
  if (of === "staff") return row.id ? shownName(row.id) : say("unnamed");
  if (of === "roster") {
    return [row.window && say("window", { window: row.window }), row.clerk && shownName(row.clerk), row.days && days(row.days)]
      .filter(Boolean)
      .join(" · ") || say("unnamed");
  }
  const called = typeof row.name === "string" ? row.name : name(row.name) || name(row.title);
  const letter = of === "zones" ? row.letter ?? row.id : null;
  const twin = of === "displays" && called && rowsOf(of, document).some((one) => one.id !== row.id && name(one.title) === called);
  return [letter, called || row.id || row.day, twin && `(${row.id})`].filter(Boolean).join(" ") || say("unnamed");
}

/** "1-5" as 周一至周五; a date or dates as they are. */
export function days(written) {
  if (!/^[1-7,-]+$/.test(written)) return written.replace("/", ` ${say("until")} `);
  const part = (one) => {
    const [first, last] = one.split("-");
    return last ? `${say(`weekday_${first}`)}${say("through")}${say(`weekday_${last}`)}` : say(`weekday_${first}`);
  };
  return written.split(",").filter(Boolean).map(part).join(say("and"));
}

/** A value of a field in people's words. */
export function value(field, held, document = draft.document, table = "") {
  if (held === undefined || held === null) return say("unset");
  if (held === "" || (Array.isArray(held) && !held.length)) return say("nothing");
  if (field.kind === "table") return say("rows", { count: held.length });
  if (field.many && Array.isArray(held)) return held.map((one) => value({ ...field, many: false }, one, document, table)).join(say("and"));
  if (field.kind === "words") return [held.zh, held.en].filter(Boolean).join(" / ") || say("nothing");
  if (field.kind === "truth") return say(held ? "yes" : "no");
  if (field.kind === "choice") return label(table, field.name, `_${held}`);
  if (field.kind === "row") return choices(field.table, document).find(([id]) => id === held)?.[1] ?? String(held);
  if (field.kind === "weekdays" || field.kind === "days") return days(String(held));
  return String(held);
}

/** A path of a difference, as "zones[A].name.zh" or "calendars[office].seasons[0].first", in its parts. */
function parts(path) {
  const found = [];
  let rest = path;
  while (rest) {
    const match = /^\.?([^.[\]]+)/.exec(rest) ?? /^\[(.*?)\](?=[.[]|$)/.exec(rest);
    if (!match) return [...found, rest];
    found.push(match[1]);
    rest = rest.slice(match[0].length);
  }
  return found;
}

/** One difference for people: where, before, after. `was` is the document before it. */
export function said({ path, before, after }, was) {
  const [first, ...more] = parts(path);
  const table = tableOf(first);
  if (!table) {
    const field = draft.form.fields.find((one) => one.name === first);
    return { where: [label("hall", first), language(more.at(-1))], before: shown(field, before, was), after: shown(field, after) };
  }
  if (table.single) {
    const field = table.fields.find((one) => one.name === more[0]);
    const where = [say(first), field ? label(first, field.name) : null, language(more[1])];
    return { where, before: shown(field, before, was, first), after: shown(field, after, undefined, first) };
  }
  if (!more.length) {
    const order = [before, after].every((one) => Array.isArray(one) && one.every((each) => typeof each === "string"));
    return order ? { where: [say(first)], change: say("reordered") } : { where: [say(first)], change: say("table_changed") };
  }
  const [called, field, ...deeper] = more;
  const meant = (document) => rowsOf(first, document).find((row) => nameOf(table, row) === called);
  const row = meant(draft.document) ?? meant(was);
  const where = [say(first), row ? rowName(first, row) : called];
  if (field === undefined) {
    if (before === null) return { where: [say(first), rowName(first, after)], change: say("added") };
    if (after === null) return { where: [say(first), rowName(first, before, was)], change: say("removed") };
    return { where, change: say("replaced") };
  }
  const known = table.fields.find((one) => one.name === field);
  where.push(label(first, field), ...(known?.kind === "words" ? deeper.map(language) : []));
  return { where, before: shown(known, before, was, first), after: shown(known, after, undefined, first) };
}

function language(end) {
  return end === "zh" || end === "en" ? say(`in_${end}`) : null;
}

function shown(field, held, document = draft.document, table = "hall") {
  if (!field || typeof held === "string") return field && field.kind !== "words" ? value(field, held, document, table) : held || say("nothing");
  return value(field, held, document, table);
}

/** What tells a row of a table apart, as the server writes it in a path. */
function nameOf(table, row) {
  return table.named.map((part) => row[part]).join(" ");
}

/** A list of differences. */
export function Changes({ changes, was }) {
  return html`<ul class="changes">
    ${changes.map((change) => {
      const { where, before, after, change: what } = said(change, was);
      return html`<li key=${change.path}>
        <span class="where">${where.filter(Boolean).join(" › ")}</span>
        ${what ? html`<span class="what">${what}</span>` : html`<span class="what"><del>${before}</del> <span aria-hidden="true">→</span>
          <span class="unseen">${say("becomes")}</span> <ins>${after}</ins></span>`}
      </li>`;
    })}
  </ul>`;
}

/** A remark of the server in the chosen language, with rows by their names. */
export function sentence(remark) {
  const told = spoken.language === "en" ? remark.en : remark.zh;
  return told.replace(/\b([a-z_]+)\[(\d+)\](?![.[])/g, (raw, of, at) => {
    const row = tableOf(of) && draft.document?.[of]?.[at];
    return row ? `“${rowName(of, row)}”` : raw;
  });
}
