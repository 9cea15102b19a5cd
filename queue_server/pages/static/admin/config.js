// The hall's configuration: tables with their rows, a form for a row, the difference to what runs, publishing.

import { ask } from "/static/ask.js";
import { Dialog } from "/static/dialog.js";
import { FileButton } from "/static/file.js";
import { Component, draw, html } from "/static/page.js";
import { say } from "/static/words.js";
import { Destinations } from "./destination.js";
import { changed, draft, drop, edit, faults, join, look, outdated, publish, replace } from "./draft.js";
import { Field, Fields, fresh, idOf, put, swapped } from "./form.js";
import { fault, go, may, open, shut, state, tell, to } from "./state.js";
import { Live } from "./version.js";
import { Changes, countOf, label, rowName, rowsOf, sentence, tableOf, value } from "./word.js";

const list = { of: null, find: "", chosen: new Set() };
const SHOWN = 4; // so many values of a row are told in a list

/** Everything of the configuration; `of` is the table and `at` the row that is looked at. */
export function Config({ of, at, field }) {
  if (!draft.document) return html`<p class="muted">${say("loading")}</p>`;
  const table = of && tableOf(of);
  return html`<${Bar} />
    ${of === "hall" ? html`<${Whole} />` : !table ? html`<${Tables} />` : table.single ? html`<${Single} table=${table} />`
      : at !== undefined && rowsOf(of)[at] ? html`<${One} table=${table} at=${Number(at)} field=${field} />` : html`<${Rows} table=${table} />`}`;
}

/** How the draft stands, above everything of the configuration. */
export function Bar() {
  const { checked, waiting } = draft;
  const count = checked?.difference.length ?? 0;
  const wrong = checked?.faults.length ?? 0;
  return html`<div class="draft card ${wrong ? "bad" : changed() ? "fresh" : ""}" data-waiting=${waiting}>
    <p role="status"><strong>${changed() ? say("draft_changed", { count: waiting ? "…" : count }) : say("draft_same", { version: draft.running })}</strong>
      ${wrong > 0 && html` <a class="tag alarm" href=${to("publish")}>${say("draft_faults", { count: wrong })}</a>`}
      ${outdated() && html` <a class="tag warn" href=${to("publish")}>${say("draft_outdated", { version: draft.running })}</a>`}</p>
    ${changed() && html`<div class="acts">
      <a class="button primary" href=${to("publish")}>${say("see_publish")}</a>
      <button type="button" class="secondary" onClick=${giveUp}>${say("draft_drop")}</button>
    </div>`}
  </div>`;
}

function giveUp() {
  const before = draft.document;
  drop();
  tell(say("dropped"), () => replace(before));
}

const GROUPS = [
  ["group_hall", ["hall", "zones", "services", "windows", "displays", "loudspeakers"]],
  ["group_rules", ["rules", "texts", "calendars", "holidays", "workdays", "groups", "classes", "fast_track", "outcomes"]],
  ["group_people", ["organisations", "departments", "staff", "roster"]],
];

function Tables() {
  const grouped = GROUPS.flatMap(([, tables]) => tables);
  const rest = draft.form.tables.map((table) => table.name).filter((one) => !grouped.includes(one));
  const groups = [...GROUPS, ["group_more", rest]].filter(([, tables]) => tables.length);
  return html`${groups.map(([group, tables]) => html`<section key=${group}>
      <h2>${say(group)}</h2>
      <ul class="tiles">${tables.map((of) => html`<${Tile} key=${of} of=${of} />`)}</ul>
    </section>`)}
    <section><h2>${say("file")}</h2>
      <p class="muted">${say("file_hint")}</p>
      <div class="acts">
        <a class="button secondary" href="/api/v1/config/${draft.running}/export" download>${say("export")}</a>
        <${FileButton} words=${say("import_file")} accept=".toml" id="toml" choose=${([one]) => bring(one)} />
      </div></section>`;
}

function Tile({ of }) {
  const table = tableOf(of);
  const wrong = of === "hall" ? draft.form.fields.flatMap((field) => faults(field.name)) : faults(of);
  return html`<li class="card tile ${wrong.length ? "bad" : ""}"><a href=${of === "roster" ? to("roster") : to("config", of)}>
    <strong>${of === "hall" ? say("hall_whole") : say(of)}</strong>
    ${table && !table.single && html`<span class="count">${countOf(of)}</span>`}
    <span class="muted small">${of === "hall" ? say("hall_hint") : say(`${of}_hint`)}</span>
    ${wrong.length > 0 && html`<span class="tag alarm">${say("draft_faults", { count: wrong.length })}</span>`}
  </a></li>`;
}

async function bring(file) {
  try {
    const read = await ask("POST", "/config/read", { toml: await file.text() });
    if (!read.document) return fault(new Error(sentence(read.faults[0])));
    const before = draft.document;
    replace(read.document);
    tell(say("imported", { file: file.name }), () => replace(before));
  } catch (error) {
    fault(error);
  }
}

function Back({ of }) {
  return html`<p class="back"><a href=${of ? to("config", of) : to("config")}>← ${of ? say(of) : say("nav_config")}</a></p>`;
}

function Whole() {
  return html`<${Back} /><h2 tabindex="-1">${say("hall_whole")}</h2>
    <div class="card form"><${Fields} table="hall" fields=${draft.form.fields} row=${draft.document} path="" change=${edit} /></div>`;
}

function Single({ table }) {
  return html`<${Back} /><h2 tabindex="-1">${say(table.name)}</h2><p class="muted">${say(`${table.name}_hint`)}</p>
    <div class="card form"><${Fields} table=${table.name} fields=${table.fields} row=${draft.document[table.name] ?? {}} path=${table.name}
      change=${(how) => edit((document) => { how((document[table.name] ??= {})); if (!Object.keys(document[table.name]).length) delete document[table.name]; })} /></div>`;
}

/** The values of a row that tell most about it. */
function gist(table, row) {
  const telling = table.fields.filter((field) => row[field.name] !== undefined && !table.named.includes(field.name)
    && !["key", "colour"].includes(field.kind) && !["name", "title", "letter"].includes(field.name));
  const rank = (field) => (field.kind === "row" ? 0 : field.kind === "words" ? 2 : 1);
  return telling.sort((one, other) => rank(one) - rank(other)).slice(0, SHOWN)
    .map((field) => [label(table.name, field.name), value(field, row[field.name], draft.document, table.name)]);
}

function Rows({ table }) {
  if (list.of !== table.name) Object.assign(list, { of: table.name, find: "", chosen: new Set() });
  const rows = rowsOf(table.name);
  const find = list.find.trim().toLowerCase();
  const shown = rows.map((row, at) => ({ row, at, name: rowName(table.name, row), gist: gist(table, row) }))
    .filter(({ row, name, gist: told }) => !find || `${name} ${table.named.map((part) => row[part])} ${told.flat().join(" ")}`.toLowerCase().includes(find));
  const wrong = (draft.checked?.faults ?? []).filter(({ path }) => path === table.name);
  return html`<${Back} />
    <h2 tabindex="-1">${say(table.name)} <span class="count">${countOf(table.name)}</span></h2>
    <p class="muted">${say(`${table.name}_hint`)}</p>
    ${wrong.map((one) => html`<p class="wrong" key=${one.zh}>${sentence(one)}</p>`)}
    <div class="tools">
      <input class="text" type="search" aria-label=${say("search")} aria-keyshortcuts="/" placeholder=${say("search_key")} value=${list.find} onInput=${(event) => { list.find = event.target.value; draw(); }} />
      <button type="button" class="primary" onClick=${() => add(table)}>${say("add")}</button>
    </div>
    <${Together} table=${table} shown=${shown} />
    <ol class="rows">
      ${shown.map(({ row, at, name, gist: told }) => html`<li key=${at} class="card row ${faults(`${table.name}[${at}]`).length ? "bad" : ""}">
        <input type="checkbox" aria-label=${say("choose_row", { row: name })} checked=${list.chosen.has(at)}
          onChange=${() => { list.chosen.has(at) ? list.chosen.delete(at) : list.chosen.add(at); draw(); }} />
        <a class="open" href=${to("config", table.name, at)}>
          <strong>${row.colour && html`<span class="dot" style=${{ "--zone": row.colour }}></span>`}${name}</strong>
          ${table.named.length === 1 && row[table.named[0]] && !name.includes(row[table.named[0]]) && html`<span class="code muted small">${table.named.map((part) => row[part]).join(" ")}</span>`}
          <span class="gist small">${told.map(([what, words]) => html`<span key=${what}><span class="muted">${what}</span> ${words}</span>`)}</span>
        </a>
        ${faults(`${table.name}[${at}]`).length > 0 && html`<span class="tag alarm">${say("draft_faults", { count: faults(`${table.name}[${at}]`).length })}</span>`}
        <span class="acts">
          <button type="button" class="plain" aria-label=${say("up_row", { row: name })} title=${say("up")} aria-disabled=${at === 0} onClick=${() => at > 0 && move(table, at, at - 1)}>↑</button>
          <button type="button" class="plain" aria-label=${say("down_row", { row: name })} title=${say("down")} aria-disabled=${at === rows.length - 1} onClick=${() => at < rows.length - 1 && move(table, at, at + 1)}>↓</button>
          <button type="button" class="plain" aria-label=${say("copy_row", { row: name })} onClick=${() => double(table, at)}>${say("copy")}</button>
          <button type="button" class="plain danger" aria-label=${say("delete_row", { row: name })} onClick=${() => remove(table, [at])}>${say("delete")}</button>
        </span>
      </li>`)}
    </ol>
    ${!shown.length && html`<p class="muted">${say(rows.length ? "nothing_found" : "no_rows")}</p>`}`;
}

/** What is done to all the rows that are chosen. */
function Together({ table, shown }) {
  const chosen = [...list.chosen].filter((at) => at < rowsOf(table.name).length);
  return html`<div class="together">
    <label class="pick"><input type="checkbox" checked=${shown.length > 0 && shown.every(({ at }) => list.chosen.has(at))}
      onChange=${(event) => { list.chosen = new Set(event.target.checked ? shown.map(({ at }) => at) : []); draw(); }} />${say("choose_all")}</label>
    ${chosen.length > 0 && html`<span role="status">${say("chosen", { count: chosen.length })}</span>
      <button type="button" class="secondary small" onClick=${() => open(() => html`<${Many} table=${table} chosen=${chosen} />`)}>${say("change_together")}</button>
      <button type="button" class="secondary small danger" onClick=${() => remove(table, chosen)}>${say("delete")}</button>`}
  </div>`;
}

/** One field of many rows at once; a list may also be added to or taken from. */
class Many extends Component {
  constructor(props) {
    super(props);
    this.state = { of: this.fields()[0]?.name, how: "set", value: undefined };
  }

  fields() {
    return this.props.table.fields.filter((field) => !this.props.table.named.includes(field.name) && field.kind !== "table");
  }

  write(row, field) {
    const { how, value: given } = this.state;
    const held = row[field.name] ?? [];
    if (!field.many || how === "set") return put(row, field.name, given);
    const named = given ?? [];
    const made = how === "add" ? [...held, ...named.filter((one) => !held.includes(one))] : held.filter((one) => !named.includes(one));
    put(row, field.name, made.length || !field.optional ? made : undefined);
  }

  render({ table, chosen }) {
    const { of, how } = this.state;
    const field = this.fields().find((one) => one.name === of);
    const submit = () => {
      const undo = edit((document) => chosen.forEach((at) => this.write(document[table.name][at], field)));
      shut();
      tell(say("changed_together", { count: chosen.length }), undo);
    };
    return html`<${Dialog} title=${say("change_many", { count: chosen.length })} yes=${say("change_do")} shut=${shut} submit=${submit} wide>
      <label>${say("which_field")}<select class="text" value=${of} onChange=${(event) => this.setState({ of: event.target.value, value: undefined })}>
        ${this.fields().map((one) => html`<option key=${one.name} value=${one.name}>${label(table.name, one.name)}</option>`)}
      </select></label>
      ${field.many && html`<label>${say("how")}<select class="text" value=${how} onChange=${(event) => this.setState({ how: event.target.value })}>
        ${["set", "add", "take"].map((one) => html`<option key=${one} value=${one}>${say(`how_${one}`)}</option>`)}
      </select></label>`}
      <${Field} key=${of} table=${table.name} field=${field} path="together.${of}" value=${this.state.value} own=${chosen.map((at) => rowsOf(table.name)[at][table.named[0]])} set=${(given) => this.setState({ value: given })} />
    <//>`;
  }
}

function add(table) {
  const undo = edit((document) => (document[table.name] ??= []).push(fresh(table.fields)));
  list.find = "";
  tell(say("row_added"), undo);
  go("config", table.name, rowsOf(table.name).length - 1);
}

function double(table, at) {
  const row = JSON.parse(JSON.stringify(rowsOf(table.name)[at]));
  for (const field of table.fields) if (field.kind === "key" || field.kind === "numbers") row[field.name] = "";
  edit((document) => document[table.name].splice(at + 1, 0, row));
  tell(say("row_copied"));
  go("config", table.name, at + 1);
}

function move(table, at, other) {
  list.chosen = new Set();
  edit((document) => (document[table.name] = swapped(document[table.name], at, other)));
  tell(say("row_moved", { row: rowName(table.name, rowsOf(table.name)[other]), place: other + 1 }));
}

function remove(table, which) {
  const names = which.map((at) => rowName(table.name, rowsOf(table.name)[at]));
  const undo = edit((document) => {
    document[table.name] = document[table.name].filter((_, at) => !which.includes(at));
    if (!document[table.name].length && table.optional) delete document[table.name];
  });
  list.chosen = new Set();
  tell(which.length === 1 ? say("row_deleted", { row: names[0] }) : say("rows_deleted", { count: which.length }), undo);
}

/** Another name for a row: who names it is told so. */
function rename(table, at, key, name) {
  const before = rowsOf(table.name)[at][key];
  edit((document) => {
    document[table.name][at][key] = name;
    if (!before || !name || key !== "id") return;
    for (const other of draft.form.tables) {
      for (const row of other.single ? [document[other.name] ?? {}] : rowsOf(other.name, document)) {
        for (const field of other.fields.filter((one) => one.kind === "row" && one.table === table.name)) {
          const held = row[field.name];
          if (held === before) row[field.name] = name;
          else if (Array.isArray(held)) row[field.name] = held.map((one) => (one === before ? name : one));
        }
      }
    }
  });
}

function One({ table, at, field }) {
  const rows = rowsOf(table.name);
  const row = rows[at];
  const path = `${table.name}[${at}]`;
  return html`<${Back} of=${table.name} />
    <h2 tabindex="-1" data-focus=${field ? idOf(`${path}.${field}`) : undefined}>${rowName(table.name, row)}</h2>
    <div class="card form"><${Fields} key=${path} table=${table.name} fields=${table.fields} row=${row} path=${path}
      change=${(how) => edit((document) => how(document[table.name][at]))}
      rename=${(name) => rename(table, at, table.named[0], name)} /></div>
    <div class="acts">
      ${at > 0 && html`<a class="button secondary" href=${to("config", table.name, at - 1)}>${say("previous")}</a>`}
      ${at < rows.length - 1 && html`<a class="button secondary" href=${to("config", table.name, at + 1)}>${say("next")}</a>`}
      <button type="button" class="secondary" onClick=${() => double(table, at)}>${say("copy")}</button>
      <button type="button" class="secondary danger" onClick=${() => { remove(table, [at]); go("config", table.name); }}>${say("delete")}</button>
    </div>`;
}

/** Where on this page a place of the document is. */
function placeOf(path) {
  const [, table, at, field] = /^(\w+)(?:\[(\d+)\])?\.?(\w+)?/.exec(path) ?? [];
  if (!table || !tableOf(table)) return to("config", "hall");
  if (at === undefined) return to("config", table);
  return to("config", table, at, ...(field ? [field] : []));
}

/** A remark of the server, with the way to the place it speaks of. */
export function Remark({ remark }) {
  const [, table, at, field] = /^(\w+)(?:\[(\d+)\])?\.?(\w+)?/.exec(remark.path) ?? [];
  const row = at !== undefined ? rowsOf(table)[at] : null;
  const where = tableOf(table) ? [say(table), row && rowName(table, row), field && label(table, field)] : [table ? label("hall", table) : say("hall_whole")];
  return html`<li><a href=${placeOf(remark.path)}>${where.filter(Boolean).join(" › ")}</a> <span>${sentence(remark)}</span></li>`;
}

/** What was changed, what is wrong with it, and making it run. */
export class Publish extends Component {
  constructor() {
    super();
    this.state = { note: "", busy: false, missing: false };
  }

  async submit(event) {
    event.preventDefault();
    if (this.state.busy) return;
    if (!this.state.note.trim()) return this.setState({ missing: true });
    this.setState({ busy: true });
    const done = await publish(this.state.note.trim());
    this.setState({ busy: false, note: done ? "" : this.state.note });
  }

  render() {
    const { checked, waiting } = draft;
    if (!draft.document || !checked) return html`<p class="muted" role="status">${say("loading")}</p>`;
    const { faults: wrong, warnings, difference, in_use: use } = checked;
    const ready = changed() && !waiting && !wrong.length && !use && !outdated();
    return html`<p class="back"><a href=${to("config")}>← ${say("nav_config")}</a></p>
      <h2 tabindex="-1">${say(changed() ? "publish_title" : "live_title")}</h2>
      ${outdated() && html`<section class="card band-card warn" role="status">
        <h3>${say("outdated_title", { version: draft.running })}</h3>
        <p>${say("outdated_text", { base: draft.base, version: draft.running })}</p>
        <div class="acts"><button type="button" class="primary" onClick=${join}>${say("outdated_join")}</button>
          <button type="button" class="secondary" onClick=${giveUp}>${say("outdated_drop")}</button></div>
      </section>`}
      ${wrong.length > 0 && html`<section class="card band-card alarm"><h3>${say("faults_title", { count: wrong.length })}</h3>
        <ul class="remarks">${wrong.map((one) => html`<${Remark} key=${one.path + one.zh} remark=${one} />`)}</ul></section>`}
      ${use && html`<${Destinations} use=${use} goal=${draft.document} again=${look} />`}
      ${warnings.length > 0 && html`<section class="card band-card warn"><h3>${say("warnings_title", { count: warnings.length })}</h3>
        <ul class="remarks">${warnings.map((one) => html`<${Remark} key=${one.path + one.zh} remark=${one} />`)}</ul></section>`}
      ${!changed() ? html`<${Live} key=${draft.running} />` : html`<section class="card"><h3>${say("difference_title", { version: draft.running, count: difference.length })}</h3>
        <${Changes} changes=${difference} was=${draft.runs} /></section>`}
      ${changed() && may() && html`<form class="card form publish" onSubmit=${(event) => this.submit(event)}>
        <div class="field"><label for="note">${say("note")}</label>
        <input id="note" class="text" maxlength="200" value=${this.state.note} aria-describedby="note-hint" aria-invalid=${this.state.missing && !this.state.note.trim()}
          onInput=${(event) => this.setState({ note: event.target.value })} />
        <p class="hint muted small" id="note-hint">${say("note_hint")}</p>
        <div class="wrong" role="alert">${this.state.missing && !this.state.note.trim() && html`<p>${say("note_missing")}</p>`}</div></div>
        <p class="acts"><button class="primary" aria-disabled=${!ready || this.state.busy} onClick=${(event) => !ready && event.preventDefault()}>${say("publish_do")}</button>
          <span class="muted">${waiting ? say("checking") : ready ? say("publish_ready") : say("publish_not")}</span></p>
      </form>`}
      ${changed() && !may() && html`<p class="muted">${say("publish_forbidden")}</p>`}`;
  }
}
