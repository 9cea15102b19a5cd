// The roster as people read it: windows down, the days of a week across, who is there and when.

import { ask } from "/static/ask.js";
import { Dialog } from "/static/dialog.js";
import { FileButton } from "/static/file.js";
import { Component, draw, html } from "/static/page.js";
import { name, say } from "/static/words.js";
import { draft, edit, replace } from "./draft.js";
import { weekdaysOf } from "./form.js";
import { fault, open, shownName, shut, state, tell, to } from "./state.js";
import { Bar } from "./config.js";
import { label, rowsOf, sentence, windowsOf } from "./word.js";

const DAY_MS = 24 * 3600 * 1000;
const view = { week: 0, zone: "", find: "", day: null };

/** The seven dates of a week, Monday first; 0 is this one in the hall's time. */
function week(of) {
  const now = new Date((state.feed?.now() ?? Date.now()) + 8 * 3600 * 1000);
  const monday = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()) - ((now.getUTCDay() + 6) % 7) * DAY_MS;
  return [0, 1, 2, 3, 4, 5, 6].map((n) => new Date(monday + (of * 7 + n) * DAY_MS).toISOString().slice(0, 10));
}

function dated(duty) {
  return /^\d{4}-/.test(duty.days ?? "");
}

/** The weekday that a date counts as, 1 for Monday; null on a holiday. A make-up working day is never a holiday. */
function weekdayOf(document, date) {
  const made = rowsOf("workdays", document).find((one) => one.day === date);
  if (made) return made.weekday ?? 1;
  const off = rowsOf("holidays", document).some((one) => one.first <= date && date <= (one.last ?? one.first));
  return off ? null : iso(date);
}

function iso(date) {
  return ((new Date(date).getUTCDay() + 6) % 7) + 1;
}

function covers(duty, date) {
  const [first, last = first] = duty.days.split("/");
  return first <= date && date <= last;
}

/**
 * Who is on duty on a date, with their places in the roster. A duty of the weekday gives way to one written for the date, for the
 * same window or the same clerk; on a holiday only what is written for that one day counts. As the server has it.
 */
export function dutiesOn(document, date) {
  const all = rowsOf("roster", document).map((duty, at) => ({ duty, at }));
  const weekday = weekdayOf(document, date);
  const own = all.filter(({ duty }) => dated(duty) && (weekday === null ? duty.days === date : covers(duty, date)));
  const taken = (part) => new Set(own.map(({ duty }) => duty[part]));
  const windows = taken("window");
  const clerks = taken("clerk");
  const weekly = all.filter(({ duty }) => !dated(duty) && weekdaysOf(duty.days).includes(weekday) && !windows.has(duty.window) && !clerks.has(duty.clerk));
  return [...own, ...weekly];
}

export function Roster() {
  if (!draft.document) return html`<p class="muted">${say("loading")}</p>`;
  const dates = week(view.week);
  const on = Object.fromEntries(dates.map((date) => [date, dutiesOn(draft.document, date)]));
  const at = (window, date) => on[date].filter(({ duty }) => duty.window === window);
  const find = view.find.trim();
  const windows = windowsOf().filter(({ id, row }) => (!view.zone || row.zone === view.zone) && (!find || id === find
    || dates.some((date) => at(id, date).some(({ duty }) => shownName(duty.clerk).includes(find) || duty.clerk.includes(find)))));
  const zones = rowsOf("zones");
  if (!view.day || !dates.includes(view.day)) view.day = dates[0];
  return html`<${Bar} />
    <div class="tools">
      <button type="button" class="secondary" onClick=${() => turn(-1)} aria-label=${say("week_before")}>←</button>
      <strong class="week" aria-live="polite">${dates[0]} – ${dates[6]}${view.week === 0 ? ` (${say("this_week")})` : ""}</strong>
      <button type="button" class="secondary" onClick=${() => turn(1)} aria-label=${say("week_after")}>→</button>
      <label class="line">${say("zone")} <select class="text" value=${view.zone} onChange=${(event) => { view.zone = event.target.value; draw(); }}>
        <option value="">${say("all_zones")}</option>
        ${zones.map((zone) => html`<option key=${zone.id} value=${zone.id}>${zone.letter ?? zone.id} ${name(zone.name)}</option>`)}
      </select></label>
      <input class="text" type="search" aria-label=${say("roster_search")} aria-keyshortcuts="/" placeholder=${say("roster_search")} value=${view.find} onInput=${(event) => { view.find = event.target.value; draw(); }} />
      <button type="button" class="secondary" onClick=${() => forward(dates, windows)}>${say("week_copy")}</button>
      <button type="button" class="secondary" onClick=${() => open(() => html`<${Import} />`)}>${say("people_import")}</button>
      <a class="button secondary" href=${to("config", "roster")}>${say("as_list")}</a>
    </div>
    <label class="line day-choice">${say("day")} <select class="text" value=${view.day} onChange=${(event) => { view.day = event.target.value; draw(); }}>
      ${dates.map((date, n) => html`<option key=${date} value=${date} selected=${date === view.day}>${say(`weekday_${n + 1}`)} ${date.slice(5)}</option>`)}
    </select></label>
    <div class="grid-place" tabindex="0" role="region" aria-label=${say("nav_roster")}><table class="roster">
      <thead><tr><th scope="col">${say("window_short")}</th>${dates.map((date, n) => html`<th scope="col" key=${date} class=${date === view.day ? "day" : ""}>${say(`weekday_${n + 1}`)} <span class="muted">${date.slice(5)}</span> <${Off} date=${date} /></th>`)}</tr></thead>
      <tbody>${windows.map(({ id, row }) => html`<tr key=${id}>
        <th scope="row"><span class="letter" style=${{ "--zone": zones.find((zone) => zone.id === row.zone)?.colour }}>${zones.find((zone) => zone.id === row.zone)?.letter ?? row.zone}</span> ${say("window", { window: id })}</th>
        ${dates.map((date) => html`<td key=${date} class=${date === view.day ? "day" : ""}><${Cell} window=${id} date=${date} duties=${at(id, date)} /></td>`)}
      </tr>`)}</tbody>
    </table></div>
    ${!windows.length && html`<p class="muted">${say("nothing_found")}</p>`}`;
}

/** What a date is beyond its weekday: a holiday, or worked in place of another day. */
function Off({ date }) {
  const weekday = weekdayOf(draft.document, date);
  if (weekday === null) return html`<span class="tag warn">${say("day_off")}</span>`;
  return rowsOf("workdays").some((one) => one.day === date) ? html`<span class="tag">${say("day_as", { day: say(`weekday_${weekday}`) })}</span>` : null;
}

function turn(by) {
  view.week += by;
  view.day = null;
  draw();
}

function Cell({ window, date, duties }) {
  const told = duties.map(({ duty }) => `${shownName(duty.clerk)} ${(duty.hours ?? []).join(" ")}`).join(say("and")) || say("nobody");
  return html`<button type="button" class="cell ${duties.some(({ duty }) => dated(duty)) ? "dated" : ""}" aria-label=${say("cell", { window, date, who: told })}
    onClick=${() => open(() => html`<${Edit} window=${window} date=${date} duties=${duties} />`)}>
    ${duties.length ? duties.map(({ duty, at }) => html`<span key=${at}><strong>${shownName(duty.clerk)}</strong>
      ${(duty.hours ?? []).map((span) => html`<span class="small" key=${span}>${span}</span>`)}
      ${(duty.breaks ?? []).map((span) => html`<span class="small muted" key=${span}>${say("break_short", { span })}</span>`)}</span>`) : html`<span class="muted" aria-hidden="true">＋</span>`}
  </button>`;
}

/** "08:30-12:00, 13:30-17:00" in its parts. */
function spans(text) {
  return text.split(/[,，、\s]+/).filter(Boolean);
}

/** Who is there on one day: only then, or on this weekday every week. */
class Edit extends Component {
  constructor(props) {
    super(props);
    const held = props.duties.length ? props.duties.map(({ duty }) => duty) : [{ clerk: "", hours: ["08:30-12:00", "13:30-17:00"] }];
    this.state = {
      each: props.duties.some(({ duty }) => dated(duty)) ? "day" : "week",
      rows: held.map((duty) => ({ clerk: duty.clerk, hours: (duty.hours ?? []).join(", "), breaks: (duty.breaks ?? []).join(", ") })),
    };
  }

  set(at, part, text) {
    this.setState({ rows: this.state.rows.map((row, place) => (place === at ? { ...row, [part]: text } : row)) });
  }

  submit() {
    const { window, date } = this.props;
    const rows = this.state.rows.filter((row) => row.clerk);
    if (!rows.length && this.state.each === "day" && this.props.duties.some(({ duty }) => !dated(duty))) return this.setState({ gap: true });
    const undo = edit((document) => {
      const day = String(weekdayOf(document, date) ?? iso(date));
      write(document, window, date, this.state.each === "week" ? day : date, rows.map((row) => ({ clerk: row.clerk, hours: spans(row.hours), breaks: spans(row.breaks) })));
    });
    shut();
    tell(say("roster_changed", { window, date }), undo);
  }

  render({ window, date }) {
    const known = [...new Set([...rowsOf("staff").map((one) => one.id), ...(state.accounts ?? []).filter((one) => one.role === "clerk" && one.active).map((one) => one.name)])];
    return html`<${Dialog} title=${say("roster_title", { window, date })} yes=${say("save")} shut=${shut} submit=${() => this.submit()} wide>
      ${this.state.rows.map((row, at) => html`<fieldset class="duty" key=${at}><legend>${say("duty", { n: at + 1 })}</legend>
        <label>${say("clerk")}<select class="text" value=${row.clerk} onChange=${(event) => this.set(at, "clerk", event.target.value)}>
          <option value="">${say("nobody")}</option>${known.map((id) => html`<option key=${id} value=${id} selected=${id === row.clerk}>${shownName(id)} (${id})</option>`)}
        </select></label>
        <label>${say("duty_hours")}<input class="text" value=${row.hours} placeholder="08:30-12:00, 13:30-17:00" onInput=${(event) => this.set(at, "hours", event.target.value)} /></label>
        <label>${say("duty_breaks")}<input class="text" value=${row.breaks} placeholder="12:00-12:30" onInput=${(event) => this.set(at, "breaks", event.target.value)} /></label>
      </fieldset>`)}
      <p><button type="button" class="secondary small" onClick=${() => this.setState({ rows: [...this.state.rows, { clerk: "", hours: "", breaks: "" }] })}>${say("duty_add")}</button></p>
      <fieldset><legend>${say("roster_when")}</legend>
        <label class="pick"><input type="radio" name="each" checked=${this.state.each === "week"} onChange=${() => this.setState({ each: "week" })} />${say("each_weekday")}</label>
        <label class="pick"><input type="radio" name="each" checked=${this.state.each === "day"} onChange=${() => this.setState({ each: "day" })} />${say("this_day")}</label>
      </fieldset>
      <div class="wrong" role="alert">${this.state.gap && say("roster_gap")}</div>
    <//>`;
  }
}

/**
 * Put duties into a document for a window and `days`: a date, or one weekday. What was there for just these days goes; entries for
 * more days lose this one. Who is not among the staff yet is put there.
 */
export function write(document, window, date, days, duties) {
  const kept = [];
  for (const duty of document.roster ?? []) {
    const dates = /^\d{4}-/.test(days);
    const meant = duty.window === window && dated(duty) === dates && (dates ? covers(duty, date) : weekdaysOf(duty.days).includes(Number(days)));
    if (!meant) kept.push(duty);
    else if (duty.days !== days) kept.push(...without(duty, date, days));
  }
  const made = duties.map(({ clerk, hours, breaks }) => ({ window, clerk, days, hours, ...(breaks?.length ? { breaks } : {}) }));
  document.roster = [...kept, ...made];
  document.staff ??= [];
  for (const { clerk } of made) if (!document.staff.some((one) => one.id === clerk)) document.staff.push({ id: clerk });
  for (const table of ["roster", "staff"]) if (!document[table].length) delete document[table];
}

/** A duty on the same days but one. */
function without(duty, date, day) {
  if (!dated(duty)) {
    const left = weekdaysOf(duty.days).filter((n) => String(n) !== day);
    return left.length ? [{ ...duty, days: left.join(",") }] : [];
  }
  const [first, last] = duty.days.split("/");
  const beside = (by) => new Date(Date.parse(date) + by * DAY_MS).toISOString().slice(0, 10);
  const range = (one, other) => (one > other ? [] : [{ ...duty, days: one === other ? one : `${one}/${other}` }]);
  return [...range(first, beside(-1)), ...range(beside(1), last)];
}

/** Write this week's duties down for the dates of the next. */
function forward(dates, windows) {
  let count = 0;
  const undo = edit((document) => {
    for (const date of dates) {
      const next = new Date(Date.parse(date) + 7 * DAY_MS).toISOString().slice(0, 10);
      const found = dutiesOn(document, date).map(({ duty }) => duty);
      for (const { id } of windows) {
        const there = found.filter((duty) => duty.window === id);
        if (there.length) write(document, id, next, next, there);
        count += there.length;
      }
    }
  });
  if (count) turn(1);
  tell(say("week_copied", { count }), count ? undo : null);
}

/** A roster from a spreadsheet, into the draft. With any fault nothing is taken, and each is told by its line. */
class Import extends Component {
  constructor() {
    super();
    this.state = { csv: "", file: null, add: false, faults: [] };
  }

  async submit() {
    if (!this.state.csv.trim()) return;
    try {
      const { document, faults } = await ask("POST", "/config/roster", { document: draft.document, csv: this.state.csv, add: this.state.add });
      if (!document) return this.setState({ faults });
      const before = draft.document;
      replace(document);
      shut();
      tell(say("roster_imported", { count: rowsOf("roster").length }), () => replace(before));
    } catch (error) {
      shut();
      fault(error);
    }
  }

  render() {
    const { csv, file, add, faults } = this.state;
    return html`<${Dialog} title=${say("roster_import")} yes=${say("people_import_do")} shut=${shut} submit=${() => this.submit()} wide>
      <p>${say("roster_import_text")}</p>
      <label>${say("import_paste")}<textarea class="text" id="csv" rows="6" spellcheck=${false} placeholder=${'3,zhang,1-5,08:30-12:00 13:30-17:00,12:00-12:30\n4,li,2026-10-10,08:30-12:00,'} value=${csv}
        onInput=${(event) => this.setState({ csv: event.target.value, file: null })}></textarea></label>
      <${FileButton} words=${say("import_choose")} accept=".csv,text/csv" named=${file} choose=${async ([one]) => this.setState({ csv: await readText(one), file: one.name })} />
      <label class="pick"><input type="checkbox" checked=${add} onChange=${(event) => this.setState({ add: event.target.checked })} />${say("roster_add")}</label>
      <div role="alert">${faults.length > 0 && html`<p class="wrong">${say("import_nothing")}</p><ul class="remarks">${faults.map((one) => html`<li key=${one.path + one.zh}>
        <strong>${where(one.path)}</strong> ${sentence(one)}</li>`)}</ul>`}</div>
    <//>`;
  }
}

/** A place in a file, as the server tells it in both languages: the line, and the column that is meant. */
function where(path) {
  const [, line, column] = /^第(\d+)行 line \d+(?: (\w+))?/.exec(path) ?? [];
  return line ? [say("line", { line }), column && label("roster", column)].filter(Boolean).join(" ") : path;
}

/** The text of a file: UTF-8, or GB 18030 as spreadsheets in China write it. */
async function readText(file) {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}
