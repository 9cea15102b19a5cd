// Taking a ticket for somebody: services in their order, class with its reason, what they need, and the card where one is asked for.

import { draw, html, Letter } from "/static/page.js";
import { CLASS_REASONS, Reasons, stated } from "/static/reason.js";
import { name, say } from "/static/words.js";
import { anew, held, perform, serviceOf, state, told, zoneOf } from "./state.js";

const NEEDS = ["wheelchair", "help", "hearing", "sight", "english"];
const LATER = "class_later"; // taken now, confirmed when the paper is there
const MOST = 5;

/** Have a service done on the ticket that is about to be taken, and what the hall plans after it. */
export function choose(id) {
  const more = [id, ...(serviceOf(id)?.then ?? [])].filter((one) => !state.chosen.includes(one));
  if (state.chosen.length + more.length > MOST) state.notice = { fault: true, text: say("chosen_most", { count: MOST }) };
  else Object.assign(state, { chosen: [...state.chosen, ...more], beside: false });
  draw();
}

function without(id) {
  state.chosen = state.chosen.filter((one) => one !== id);
  draw();
}

function wish(change) {
  Object.assign(state.wish, change);
  draw();
}

function kinds() {
  return state.feed.list("desk", "class");
}

/** What is asked of a card for the services chosen: required where one of them says so. */
function identity() {
  const asked = state.chosen.map((id) => serviceOf(id)?.real_name);
  if (asked.includes("required")) return "required";
  return asked.includes("ask") ? "ask" : "no";
}

/** The command's fields for what was chosen. */
function fields() {
  const { kind, reason, words, person, entry, needs, items, card, holder } = state.wish;
  const [service, ...then] = state.chosen;
  const args = { service, then, needs };
  if (items > 1) args.items = items;
  if (kind !== "ordinary") {
    args.class = kind;
    if (entry.trim()) args.entry = entry.trim();
    else {
      if (reason !== LATER) args.class_reason = stated(reason, words);
      if (person.trim()) args.class_for = person.trim();
    }
  }
  if (card.trim() || holder.trim()) {
    args.holder = { ...(card.trim() && { number: card.trim() }), ...(holder.trim() && { name: holder.trim() }) };
  }
  return args;
}

export function take() {
  perform("tickets.take", fields(), (ticket) => {
    anew();
    held([ticket], ticket.id);
  });
}

function Steps() {
  return html`<ol class="chosen" aria-label=${say("chosen")}>
    ${state.chosen.map((id, place) => {
      const service = serviceOf(id);
      return html`<li key=${id}>${state.chosen.length > 1 && html`<span class="place">${place + 1}</span>`}<${Letter} of=${zoneOf(id) ?? {}} />
        <b>${name(service?.name) || id}</b>
        <button type="button" class="plain" aria-label=${say("chosen_without", { service: name(service?.name) || id })} onClick=${() => without(id)}>${say("chosen_out")}</button></li>`;
    })}
  </ol>`;
}

function Class() {
  const { kind, reason, words, person, entry } = state.wish;
  const listed = kinds().find((one) => one.id === kind)?.listed;
  const offered = [{ id: "ordinary", name: null }, ...kinds()];
  return html`<fieldset class="chips"><legend>${say("class")}</legend>
      ${offered.map((one) => html`<label class="chip" key=${one.id}><input type="radio" name="class" checked=${kind === one.id}
        onChange=${() => wish({ kind: one.id, reason: null, words: "", person: "", entry: "" })} />${name(one.name) || say("class_ordinary")}</label>`)}
    </fieldset>
    ${kind !== "ordinary" && html`<div class="why">
      ${listed && html`<label class="line"><span>${say("class_entry")}</span><input class="text" maxlength="64" autocomplete="off" value=${entry}
        onInput=${(event) => wish({ entry: event.target.value })} /></label>`}
      ${!entry.trim() && html`${listed && html`<label class="line"><span>${say("class_for")}</span><input class="text" maxlength="64" autocomplete="off" required value=${person}
        onInput=${(event) => wish({ person: event.target.value })} /></label>`}
        <${Reasons} legend=${say("choose_why")} keys=${listed ? ["reason_other"] : [...CLASS_REASONS.confirm, LATER]} chosen=${listed ? "reason_other" : reason} text=${words}
          choose=${(chosen) => wish({ reason: chosen })} write=${(text) => wish({ reason: reason ?? "reason_other", words: text })} />`}
    </div>`}`;
}

function Needs() {
  const { needs } = state.wish;
  const turn = (one) => wish({ needs: needs.includes(one) ? needs.filter((other) => other !== one) : [...needs, one] });
  return html`<fieldset class="chips"><legend>${say("needs")}</legend>
    ${NEEDS.map((one) => html`<label class="chip" key=${one}><input type="checkbox" checked=${needs.includes(one)} onChange=${() => turn(one)} />${say(`need_${one}`)}</label>`)}
  </fieldset>`;
}

/** Number and name as they stand on the card: sent once, and kept here no longer than this form. */
function Card() {
  const asked = identity();
  if (asked === "no") return null;
  return html`<fieldset class="card-of"><legend>${say(`card_${asked}`)}</legend>
    <label class="line"><span>${say("card_number")}</span><input class="text" maxlength="32" autocomplete="off" spellcheck=${false} required=${asked === "required"}
      value=${state.wish.card} onInput=${(event) => wish({ card: event.target.value })} /></label>
    <label class="line"><span>${say("card_name")}</span><input class="text" maxlength="64" autocomplete="off" value=${state.wish.holder}
      onInput=${(event) => wish({ holder: event.target.value })} /></label>
  </fieldset>`;
}

function Items() {
  const most = serviceOf(state.chosen[0])?.most_items ?? 1;
  if (most < 2) return null;
  return html`<label class="line"><span>${say("items_how")}</span><input class="text few" type="number" min="1" max=${most} required value=${state.wish.items}
    onInput=${(event) => wish({ items: Number(event.target.value) })} /></label>`;
}

/** What an ordinary ticket for the first service waits. What a class makes of it is told by the ticket, once it is taken. */
function Expected() {
  const { kind, reason } = state.wish;
  if (kind !== "ordinary" && reason !== LATER) return null;
  return html`<p class="muted">${told(serviceOf(state.chosen[0])?.wait, "wait_new") || say("wait_new_unknown")}</p>`;
}

/** The ticket that is about to be taken. What is typed in a field of it stays with Enter; Enter in the search takes it too. */
export function Form() {
  const busy = Boolean(state.busy);
  return html`<form id="take" class="card take" aria-label=${say("take_title")} onSubmit=${(event) => { event.preventDefault(); take(); }}>
    <${Steps} />
    <${Expected} />
    <${Class} />
    <${Needs} />
    <${Items} />
    <${Card} />
    <div class="foot"><button class="primary" aria-disabled=${busy}>${say(busy ? "busy" : "take")}<kbd>Enter</kbd></button>
      <button type="button" class="secondary" onClick=${() => { anew(); draw(); }}>${say("cancel")}<kbd>Esc</kbd></button></div>
  </form>`;
}
