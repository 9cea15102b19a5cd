// The fields of a form, drawn from what the server says that a configuration has: one way to ask for each kind of value.

import { DayField } from "/static/day.js";
import { Component, html } from "/static/page.js";
import { Time } from "/static/time.js";
import { say } from "/static/words.js";
import { faults } from "./draft.js";
import { choices, label, rowsOf, sentence, tableOf } from "./word.js";

const MANY = 12; // so many choices are looked through with the eyes; more get a search
const COLOURS = "abcdefghjk".split("");

/** The id of the element for a place in the document. */
export function idOf(path) {
  return `f-${path.replace(/[^A-Za-z0-9]+/g, "-")}`;
}

/**
 * One field: its label, what is asked for, its hint, and what is wrong with it. `set(value)` is called with what was written;
 * undefined takes the field out of the document. `own` are the names of the rows it is a field of: none of them names itself.
 */
export function Field({ table, field, path, value, set, rename, own }) {
  const wrong = faults(path);
  const id = idOf(path);
  const single = !GROUPS.includes(kindOf(field));
  const described = [`${id}-hint`, ...(wrong.length ? [`${id}-fault`] : [])].join(" ");
  const Input = INPUTS[kindOf(field)] ?? INPUTS.text;
  const asked = html`<${Input} table=${table} field=${field} path=${path} id=${id} value=${value} set=${set} rename=${rename} own=${own}
    aria=${{ "aria-describedby": described, "aria-invalid": wrong.length > 0 }} />`;
  const title = html`${label(table, field.name)}${!field.optional && html`<span class="needed"> ${say("required")}</span>`}`;
  const foot = html`<p class="hint muted small" id="${id}-hint">${label(table, field.name, "_hint")}</p>
    <div class="wrong" id="${id}-fault" role="alert">${wrong.map((one) => html`<p key=${one.path + one.zh}>${sentence(one)}</p>`)}</div>`;
  if (single) {
    return html`<div class="field ${wrong.length ? "bad" : ""}"><label for=${id}>${title}</label>${asked}${foot}</div>`;
  }
  return html`<fieldset class="field ${wrong.length ? "bad" : ""}" id=${id} tabindex="-1" aria-describedby=${described}>
    <legend>${title}</legend>${asked}${foot}
  </fieldset>`;
}

/** The fields of one row or table. `change(row => …)` changes it in the draft. */
export function Fields({ table, fields, row, path, change, rename }) {
  const [key] = tableOf(table)?.named ?? [];
  return fields.map((field) => html`<${Field} key=${field.name} table=${table} field=${field} path=${path ? `${path}.${field.name}` : field.name}
    value=${row[field.name]} own=${key ? [row[key]] : []} rename=${rename} set=${(value) => change((held) => put(held, field.name, value))} />`);
}

/** Write a value, or take it out. */
export function put(row, key, value) {
  if (value === undefined) delete row[key];
  else row[key] = value;
}

function kindOf(field) {
  if (field.kind === "choice" || field.kind === "row") return `${field.kind}${field.many ? "s" : ""}`;
  return field.kind;
}

const GROUPS = ["words", "choices", "rows", "colour", "spans", "weekdays", "days", "table"];

/** A line of text: written down as it is typed, taken out when it is emptied and may be. */
function Line({ id, field, value, set, aria, placeholder }) {
  const typed = (text) => set(text === "" && field.optional ? undefined : text);
  return html`<input id=${id} class="text" value=${value ?? ""} ...${aria} placeholder=${placeholder} maxlength="200"
    onInput=${(event) => typed(event.target.value)} />`;
}

/** The name of a row: taken over when one is done with it, since other rows name it. Until then it is kept here: any drawing would take it away. */
class Name extends Component {
  done(text) {
    this.setState({ typed: undefined });
    (this.props.rename ?? this.props.set)(text.trim());
  }

  render({ id, value, aria }, { typed }) {
    return html`<input id=${id} class="text code" value=${typed ?? value ?? ""} ...${aria} maxlength="32" autocapitalize="none" spellcheck=${false}
      onInput=${(event) => this.setState({ typed: event.target.value })} onChange=${(event) => this.done(event.target.value)} />`;
  }
}

function Count({ id, field, value, set, aria }) {
  return html`<input id=${id} class="text short" type="number" min=${field.low} max=${field.high} step="1" value=${value ?? ""} ...${aria}
    placeholder=${field.default ?? ""}
    onInput=${({ target }) => set(target.value === "" ? undefined : Number.isInteger(Number(target.value)) ? Number(target.value) : target.value)} />`;
}

function Truth({ id, field, value, set, aria }) {
  return html`<label class="pick"><input id=${id} type="checkbox" checked=${value ?? field.default ?? false} ...${aria}
    onChange=${(event) => set(event.target.checked)} />${say("yes")}</label>`;
}

/** A name in both languages, side by side. */
function Words({ field, path, value, set, aria }) {
  const held = value ?? {};
  const write = (pair) => { // both as they stand there: of two that were typed before a drawing, neither is lost
    const [zh, en] = [...pair.querySelectorAll("input")].map((one) => one.value);
    set(field.optional && !zh && !en ? undefined : { zh, en });
  };
  return html`<div class="pair">
    ${["zh", "en"].map((language) => html`<label key=${language}><span class="muted small">${say(`in_${language}`)}</span>
      <input id=${idOf(`${path}.${language}`)} class="text" lang=${language === "zh" ? "zh-CN" : "en"} value=${held[language] ?? ""} ...${aria}
        maxlength="200" onInput=${(event) => write(event.target.closest(".pair"))} /></label>`)}
  </div>`;
}

function Select({ id, field, value, set, options, none, aria }) {
  const there = options.some(([name]) => name === value);
  return html`<select id=${id} class="text" ...${aria} value=${value ?? ""}
    onChange=${(event) => set(event.target.value === "" && field.optional ? undefined : event.target.value)}>
    ${(field.optional || !there) && html`<option value="" selected=${value === undefined}>${none}</option>`}
    ${value && !there && html`<option value=${value} selected>${value}</option>`}
    ${options.map(([name, words]) => html`<option key=${name} value=${name} selected=${name === value}>${words}</option>`)}
  </select>`;
}

function Choice({ table, field, value, ...more }) {
  const options = field.options.map((word) => [word, label(table, field.name, `_${word}`)]);
  const none = field.default ? label(table, field.name, `_${field.default}`) : say("as_above");
  if (field.default) return html`<${Select} ...${more} field=${{ ...field, optional: false }} value=${value ?? field.default} options=${options} none=${none} />`;
  return html`<${Select} ...${more} field=${field} value=${value} options=${options} none=${none} />`;
}

/** The rows that a field may name: no row names itself; one that does so already is shown, to be taken out. */
function others({ table, field, own = [], value }) {
  return choices(field.table).filter(([name]) => field.table !== table || !own.includes(name) || [value].flat().includes(name));
}

function Row({ field, ...more }) {
  return html`<${Select} ...${more} field=${field} options=${others({ field, ...more })} none=${say(field.optional ? "none_chosen" : "please_choose")} />`;
}

/** Several of some names, in the order in which they were chosen; many are searched. */
class Several extends Component {
  constructor() {
    super();
    this.state = { find: "" };
  }

  render({ id, field, value, set, options }) {
    const held = Array.isArray(value) ? value : [];
    const words = (name) => options.find(([one]) => one === name)?.[1] ?? name;
    const write = (names) => set(names.length || !field.optional ? names : undefined);
    const flip = (name) => write(held.includes(name) ? held.filter((one) => one !== name) : [...held, name]);
    const find = this.state.find.trim().toLowerCase();
    const shown = options.filter(([name, said]) => !find || `${name} ${said}`.toLowerCase().includes(find));
    return html`<div class="several">
      ${options.length > MANY && html`<p class="chips">${held.length ? held.map((name) => html`<button type="button" class="chip" key=${name}
          onClick=${() => flip(name)}>${words(name)}<span aria-hidden="true"> ×</span><span class="unseen">${say("take_out")}</span></button>`) : html`<span class="muted">${say("none_chosen")}</span>`}</p>
        <input class="text" type="search" id="${id}-find" aria-label=${say("search")} placeholder=${say("search")} value=${this.state.find}
          onInput=${(event) => this.setState({ find: event.target.value })} />`}
      <div class="options ${options.length > MANY ? "long" : ""}" tabindex=${options.length > MANY ? "-1" : undefined}>
        ${shown.map(([name, said]) => html`<label class="pick" key=${name}><input type="checkbox" checked=${held.includes(name)}
          onChange=${() => flip(name)} /><span>${said}</span></label>`)}
        ${!shown.length && html`<p class="muted">${say("nothing_found")}</p>`}
      </div>
    </div>`;
  }
}

function Rows({ field, ...more }) {
  return html`<${Several} ...${more} field=${field} options=${others({ field, ...more })} />`;
}

function Choices({ table, field, ...more }) {
  return html`<${Several} ...${more} field=${field} options=${field.options.map((word) => [word, label(table, field.name, `_${word}`)])} />`;
}

/** A colour: those of the look first, any other as six figures. White letters stand on it. */
function Colour({ id, value, set, aria }) {
  const style = getComputedStyle(document.documentElement);
  const palette = COLOURS.map((letter) => style.getPropertyValue(`--zone-${letter}`).trim());
  return html`<div class="colours">
    ${palette.map((colour) => html`<button type="button" class="colour" key=${colour} style=${{ "--zone": colour }} aria-pressed=${colour === value}
      aria-label=${say("colour_of", { colour })} title=${colour} onClick=${() => set(colour)}>${colour === value ? "✓" : ""}</button>`)}
    <span class="letter sample" style=${{ "--zone": /^#[0-9A-Fa-f]{6}$/.test(value ?? "") ? value : "var(--muted)" }} aria-hidden="true">A</span>
    <input id="${id}-hex" class="text code short" aria-label=${say("colour_hex")} value=${value ?? ""} ...${aria} maxlength="7" spellcheck=${false}
      onInput=${(event) => set(event.target.value)} />
  </div>`;
}

/** Parts of a day, each from-to. */
function Spans({ field, value, set }) {
  const held = Array.isArray(value) ? value : [];
  const write = (spans) => set(spans.length || !field.optional ? spans : undefined);
  const at = (index, half, time) => {
    const parts = (held[index] ?? "").split("-");
    parts[half] = time;
    write(held.map((span, place) => (place === index ? `${parts[0] ?? ""}-${parts[1] ?? ""}` : span)));
  };
  return html`<div class="spans">
    ${held.map((span, index) => {
      const [from, till] = span.split("-");
      return html`<div class="span" key=${index}>
        <${Time} name=${say("from", { n: index + 1 })} value=${from} set=${(time) => at(index, 0, time)} />
        <span aria-hidden="true">–</span>
        <${Time} name=${say("till", { n: index + 1 })} value=${till} set=${(time) => at(index, 1, time)} />
        <button type="button" class="plain" aria-label=${say("remove_span", { n: index + 1 })} onClick=${() => write(held.filter((_, place) => place !== index))}>${say("delete")}</button>
      </div>`;
    })}
    <button type="button" class="secondary small" onClick=${() => write([...held, held.length ? "13:30-17:00" : "08:30-12:00"])}>${say("add_span")}</button>
  </div>`;
}

/** Weekdays as "1-5,7". */
function Weekdays({ field, value, set }) {
  const held = weekdaysOf(value ?? field.default);
  const flip = (n) => set(written(held.includes(n) ? held.filter((one) => one !== n) : [...held, n]));
  return html`<div class="weekdays">${[1, 2, 3, 4, 5, 6, 7].map((n) => html`<label class="pick" key=${n}><input type="checkbox" checked=${held.includes(n)}
    onChange=${() => flip(n)} />${say(`weekday_${n}`)}</label>`)}</div>`;
}

/** The weekdays that "1-5,7" means. */
export function weekdaysOf(text) {
  return /^[1-7](-[1-7])?(,[1-7](-[1-7])?)*$/.test(text ?? "")
    ? text.split(",").flatMap((part) => {
        const [first, last = first] = part.split("-").map(Number);
        return [1, 2, 3, 4, 5, 6, 7].filter((n) => first <= n && n <= last);
      })
    : [];
}

function written(days) {
  const runs = [];
  for (const n of [1, 2, 3, 4, 5, 6, 7].filter((one) => days.includes(one))) {
    if (runs.length && runs.at(-1)[1] === n - 1) runs.at(-1)[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(",");
}

/** Weekdays, one day, or from day to day. */
function Days({ id, field, value, set, aria }) {
  const text = value ?? "";
  const dated = /\d{4}-/.test(text);
  const [first, last = ""] = dated ? text.split("/") : ["", ""];
  const today = new Date().toISOString().slice(0, 10);
  return html`<div class="days">
    <label class="pick"><input type="radio" name="${id}-how" checked=${!dated} onChange=${() => set("1-5")} />${say("each_week")}</label>
    <label class="pick"><input type="radio" name="${id}-how" checked=${dated} onChange=${() => set(today)} />${say("on_dates")}</label>
    ${dated
      ? html`<div class="span"><${DayField} name=${say("date_first")} value=${first} ...${aria} set=${(day) => day && set(last ? `${day}/${last}` : day)} />
          <span aria-hidden="true">–</span>
          <${DayField} name=${say("date_last")} optional value=${last} set=${(day) => set(day ? `${first}/${day}` : first)} /></div>`
      : html`<${Weekdays} field=${field} value=${text} set=${set} />`}
  </div>`;
}

/** Rows within a row. */
function Inner({ field, path, value, set }) {
  const held = Array.isArray(value) ? value : [];
  const change = (index, how) => set(held.map((row, place) => {
    if (place !== index) return row;
    const made = { ...row };
    how(made);
    return made;
  }));
  return html`<div class="inner">
    ${held.map((row, index) => html`<fieldset class="card" key=${index}>
      <legend>${label(path.split("[")[0], field.name)} ${index + 1}</legend>
      <${Fields} table=${field.name} fields=${field.fields} row=${row} path="${path}[${index}]" change=${(how) => change(index, how)} />
      <p class="acts">
        ${index > 0 && html`<button type="button" class="plain" onClick=${() => set(swapped(held, index, index - 1))}>${say("up")}</button>`}
        <button type="button" class="plain" onClick=${() => set(held.filter((_, place) => place !== index))}>${say("delete")}</button>
      </p>
    </fieldset>`)}
    <button type="button" class="secondary small" onClick=${() => set([...held, fresh(field.fields)])}>${say("add_row")}</button>
  </div>`;
}

/** A list with two places changed. */
export function swapped(list, one, other) {
  const made = [...list];
  [made[one], made[other]] = [made[other], made[one]];
  return made;
}

/** A new row: what must be there, empty. */
export function fresh(fields) {
  const made = {};
  for (const field of fields) if (!field.optional) made[field.name] = EMPTY(field);
  return made;
}

function EMPTY(field) {
  if (field.many) return [];
  if (field.kind === "words") return { zh: "", en: "" };
  if (field.kind === "number") return field.low ?? 0;
  if (field.kind === "truth") return false;
  if (field.kind === "choice") return field.options[0];
  if (field.kind === "colour") return getComputedStyle(document.documentElement).getPropertyValue(`--zone-${COLOURS[rowsOf("zones").length % 10]}`).trim();
  if (field.kind === "days") return "1-5";
  return "";
}

const INPUTS = {
  text: Line,
  key: Name,
  numbers: Name,
  number: Count,
  truth: Truth,
  words: Words,
  choice: Choice,
  choices: Choices,
  row: Row,
  rows: Rows,
  colour: Colour,
  spans: Spans,
  weekdays: Weekdays,
  days: Days,
  table: Inner,
  day: ({ id, field, value, set, aria }) => html`<${DayField} id=${id} optional=${field.optional} value=${value} ...${aria} set=${(day) => set(day || (field.optional ? undefined : ""))} />`,
  month_day: (props) => html`<${Line} ...${props} placeholder="05-01" />`,
};
