// Pictures and films for boards: what is there, uploading and deleting; and which boards show them from when to when, which is a part
// of the configuration and changed in the draft.

import { ask } from "/static/ask.js";
import { DayField } from "/static/day.js";
import { Dialog } from "/static/dialog.js";
import { FileButton } from "/static/file.js";
import { Component, html } from "/static/page.js";
import { name, say } from "/static/words.js";
import { changed, draft, edit } from "./draft.js";
import { fault, may, open, shut, tell, to } from "./state.js";
import { rowName } from "./word.js";

const KIB = 1024;
const FILM = /\.(mp4|webm)$/;
const TYPES = "image/png,image/jpeg,image/webp,video/mp4,video/webm";

/** The boards of the draft that show a file, each with its own row of it. */
function shows(file) {
  return (draft.document.displays ?? []).map((board) => ({ board, row: (board.media ?? []).find((one) => one.file === file) }));
}

/** Have a board of the draft show a file as others do, or not any more. A board that shows any has the layout for them. */
function put(file, id, shown) {
  edit((document) => {
    const all = document.displays.flatMap((board) => board.media ?? []);
    const like = all.find((one) => one.file === file) ?? { file };
    for (const board of document.displays) {
      if (id !== null && board.id !== id) continue;
      const rest = (board.media ?? []).filter((one) => one.file !== file);
      const here = rest.length !== (board.media ?? []).length;
      if (shown === here) continue;
      board.media = shown ? [...rest, { ...like }] : rest;
      if (shown) board.layout = "media";
      else if (!rest.length) delete board.media;
    }
  });
}

/** Change something of a file wherever the draft has it. */
function set(file, key, value) {
  edit((document) => {
    for (const board of document.displays) {
      for (const row of board.media ?? []) {
        if (row.file !== file) continue;
        if (value === null) delete row[key];
        else row[key] = value;
      }
    }
  });
}

/** Nearer to the front or the back, on each board that shows it. */
function move(file, by) {
  edit((document) => {
    for (const { media = [] } of document.displays) {
      const at = media.findIndex((one) => one.file === file);
      if (at >= 0 && at + by >= 0 && at + by < media.length) media.splice(at + by, 0, ...media.splice(at, 1));
    }
  });
}

function size(bytes) {
  const kib = Math.ceil(bytes / KIB);
  return kib < KIB ? `${kib} KB` : `${(kib / KIB).toFixed(1)} MB`;
}

function Thumb({ of }) {
  if (of.fault || of.size === null) return html`<span class="thumb none" aria-hidden="true">–</span>`;
  const source = `/media/${encodeURIComponent(of.file)}`;
  return FILM.test(of.file) ? html`<video class="thumb" src=${source} muted playsinline preload="metadata" aria-hidden="true"></video>` : html`<img class="thumb" src=${source} alt="" loading="lazy" />`;
}

export class Media extends Component {
  constructor() {
    super();
    this.state = { files: null, sending: 0 };
  }

  componentDidMount() {
    this.load();
  }

  async load() {
    try {
      this.setState({ files: await ask("GET", "/media") });
    } catch (error) {
      fault(error);
    }
  }

  /** One after another: the hall's network is for calls. */
  async upload(files) {
    this.setState({ sending: files.length });
    for (const file of files) {
      try {
        await ask("POST", "/media", file, "application/octet-stream");
        tell(say("media_added", { file: file.name }));
      } catch (error) {
        fault(Object.assign(error, { message: `${file.name}：${error.message}` }));
        break;
      } finally {
        this.setState(({ sending }) => ({ sending: sending - 1 }));
      }
    }
    this.setState({ sending: 0 });
    await this.load();
  }

  async remove(file) {
    shut();
    try {
      await ask("DELETE", `/media/${encodeURIComponent(file)}`);
      tell(say("media_gone"));
    } catch (error) {
      fault(error);
    }
    await this.load();
  }

  render() {
    const { files, sending } = this.state;
    if (!files || !draft.document) return html`<p class="muted">${say("loading")}</p>`;
    return html`<p class="muted">${say("media_hint")}</p>
      ${may() && html`<div class="acts"><${FileButton} words=${sending ? say("media_sending", { count: sending }) : say("media_add")} look="primary" many accept=${TYPES} off=${sending > 0} choose=${(files) => this.upload(files)} />
        ${changed() && html`<a class="button" href=${to("publish")}>${say("see_publish")}</a>`}</div>`}
      ${files.length === 0 && html`<p class="muted">${say("media_none")}</p>`}
      <ul class="rows">${files.map((one) => this.row(one))}</ul>`;
  }

  row(one) {
    const boards = shows(one.file);
    const row = boards.find((each) => each.row)?.row;
    const id = `media-${one.file}`;
    const locked = !may();
    return html`<li class="card row medium" key=${one.file}>
      <${Thumb} of=${one} />
      <div class="about">
        <p><strong>${one.file.length > 20 ? `${one.file.slice(0, 8)}…${one.file.slice(one.file.lastIndexOf("."))}` : one.file}</strong>
          <span class="muted small"> ${say(FILM.test(one.file) ? "media_film" : "media_picture")}${one.size === null ? "" : ` · ${size(one.size)}`}</span></p>
        ${one.fault && html`<p class="wrong">${name(one.fault)}</p>`}
        <fieldset disabled=${locked}><legend class="small muted">${say("media_on")}</legend>
          <label><input type="checkbox" checked=${boards.length > 0 && boards.every((each) => each.row)} onChange=${(event) => put(one.file, null, event.target.checked)} /> ${say("media_all")}</label>
          ${boards.map(({ board, row: here }) => html`<label key=${board.id}><input type="checkbox" checked=${Boolean(here)} onChange=${(event) => put(one.file, board.id, event.target.checked)} /> ${rowName("displays", board)}</label>`)}
        </fieldset>
        ${row && html`<div class="acts">
          ${!FILM.test(one.file) && html`<label for=${`${id}-s`}>${say("media_seconds")}</label><input class="text" id=${`${id}-s`} type="number" min="3" max="600" disabled=${locked} value=${row.seconds ?? 10} onChange=${(event) => set(one.file, "seconds", Number(event.target.value))} />`}
          ${["first", "last"].map((key) => html`<label for=${`${id}-${key}`} key=${`l${key}`}>${say(`media_${key}`)}</label><${DayField} id=${`${id}-${key}`} key=${key} optional off=${locked} value=${row[key] ?? ""} set=${(chosen) => set(one.file, key, chosen || null)} />`)}
          ${!locked && html`<button type="button" class="plain" aria-label=${say("media_up")} title=${say("up")} onClick=${() => move(one.file, -1)}>↑</button>
          <button type="button" class="plain" aria-label=${say("media_down")} title=${say("down")} onClick=${() => move(one.file, 1)}>↓</button>
          <span class="muted small">${say("media_place", { place: boards.find((each) => each.row).board.media.indexOf(row) + 1 })}</span>`}
        </div>`}
      </div>
      ${!locked && one.size !== null && html`<button type="button" class="plain danger" onClick=${() => open(() => html`<${Dialog} title=${say("media_delete_title")} yes=${say("delete")} shut=${shut} submit=${() => this.remove(one.file)}><p>${say("media_delete_text")}</p><//>`)}>${say("delete")}</button>`}
    </li>`;
  }
}
