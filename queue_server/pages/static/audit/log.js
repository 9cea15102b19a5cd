// The event log of a day, newest first: narrowed by who, command, window and zone, in pages by seq.

import { Component, html } from "/static/page.js";
import { name, say } from "/static/words.js";
import { commandName, Entries } from "./entry.js";
import { Answer, Day, File, state, to, windowName, zones } from "./state.js";

const FIELDS = ["actor", "command", "window", "zone"];

/** What the address asks for. */
function sought(text) {
  return Object.fromEntries([...new URLSearchParams(text ?? "")].filter(([key, value]) => value && [...FIELDS, "before"].includes(key)));
}

function query(of) {
  return new URLSearchParams(of).toString();
}

/** What is on a sheet of paper, where neither what was chosen nor the way to older ones is seen. */
function Sheet({ entries, filter }) {
  const words = { actor: (one) => one, command: commandName, window: windowName, zone: (one) => name(zones().find(({ id }) => id === one)?.name) || one };
  const only = FIELDS.filter((field) => filter[field]).map((field) => `${say(field === "actor" ? "actor" : `col_${field}`)} ${words[field](filter[field])}`);
  const seqs = entries.map((one) => one.seq);
  return html`<p class="on-paper">${[entries.length && say("log_sheet", { first: Math.min(...seqs), last: Math.max(...seqs), count: seqs.length }), only.length && say("log_only", { what: only.join(" · ") })].filter(Boolean).join(" · ")}</p>`;
}

/** The commands of a day, from its first page, for as long as one is on it. */
const offered = { day: null, commands: [] };

class Filter extends Component {
  constructor(props) {
    super(props);
    this.state = { ...props.of };
  }

  submit(event) {
    event.preventDefault();
    this.go(this.state);
  }

  go(from) {
    const kept = Object.fromEntries(FIELDS.filter((field) => from[field]?.trim()).map((field) => [field, from[field].trim()]));
    location.hash = to("log", this.props.day, query(kept));
  }

  choose(field, value) {
    this.setState({ [field]: value });
    this.go({ ...this.state, [field]: value });
  }

  render({ commands, of }) {
    const windows = (state.feed?.list("floor", "window") ?? []).map((one) => one.id);
    const known = new Set([...commands, ...(of.command ? [of.command] : [])]);
    const pick = (field, options, told) => html`<label class="line"><span>${say(field === "command" ? "col_command" : `col_${field}`)}</span>
      <select class="text" value=${this.state[field] ?? ""} onChange=${(event) => this.choose(field, event.target.value)}>
        <option value="">${say("any")}</option>${options.map((one) => html`<option key=${one} value=${one}>${told(one)}</option>`)}
      </select></label>`;
    const zone = new Map(zones().map((one) => [one.id, one]));
    return html`<form class="card filter" onSubmit=${(event) => this.submit(event)}>
      <label class="line"><span>${say("actor")}</span>
        <input class="text short" maxlength="80" autocomplete="off" value=${this.state.actor ?? ""} onInput=${(event) => this.setState({ actor: event.target.value })} /></label>
      ${pick("command", [...known], (one) => (commandName(one) === one ? one : `${commandName(one)} ${one}`))}
      ${pick("window", windows, windowName)}
      ${pick("zone", [...zone.keys()], (one) => `${zone.get(one).letter} ${name(zone.get(one).name)}`)}
      <button class="secondary">${say("filter")}</button>
      ${FIELDS.some((field) => of[field]) && html`<a class="button plain" href=${to("log", this.props.day)}>${say("clear")}</a>`}
    </form>`;
  }
}

function Page({ of, day, asked }) {
  if (of.commands.length || offered.day !== day) Object.assign(offered, { day, commands: of.commands });
  const { before, ...filter } = asked;
  return html`<section class="log">
    <div class="above"><p role="status" class="muted">${of.count !== null && of.count !== undefined ? say("log_count", { count: of.count }) : ""}</p>
      <span class="spring"></span><${File} href=${`/api/v1/audit/${day}/log.csv?${query(filter)}`} /></div>
    <${Sheet} entries=${of.entries} filter=${filter} />
    ${of.entries.length ? html`<${Entries} of=${of.entries} day=${day} />` : html`<p class="card sentence">${say("log_none")}</p>`}
    <div class="acts paging">
      ${before && html`<a class="button plain" href=${to("log", day, query(filter))}>${say("log_newest")}</a>`}
      ${of.before && html`<a class="button secondary" href=${to("log", day, query({ ...filter, before: of.before }))}>${say("log_older")}</a>`}
    </div>
  </section>`;
}

export function Log({ day, text }) {
  const asked = sought(text);
  const commands = offered.day === day ? offered.commands : [];
  return html`<${Day} day=${day} at=${(other) => to("log", other, query(Object.fromEntries(FIELDS.filter((one) => asked[one]).map((one) => [one, asked[one]]))))} />
    <${Filter} key=${`${day} ${query(asked)} ${commands.length}`} day=${day} of=${asked} commands=${commands} />
    <${Answer} path=${`/audit/log?${query({ day, ...asked })}`} show=${(told) => html`<${Page} of=${told} day=${day} asked=${asked} />`} />`;
}
