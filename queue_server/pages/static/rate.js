// A window's tablet (评价平板), facing the citizen: whose window it is, who is served, and after each step five faces. Fed by the websocket
// alone, in the foreground always; Android's WebView of Chrome 66 runs it.

import { clock } from "/static/clock.js";
import { button, make, part } from "/static/draw.js";
import { Feed, newKey } from "/static/feed.js";
import { Place } from "/static/place.js";
import { choose, learn, say, spoken } from "/static/words.js";
import { ask, head, idle, still, thanks, why } from "/static/rate/draw.js";
import { Post } from "/static/rate/post.js";
import { ASKED_MS, Round } from "/static/rate/round.js";

/** The window of the address: a proposal, as long as the hall has placed the tablet at it or nowhere else. */
const proposed = decodeURIComponent(location.pathname.split("/")[2] || "");
let feed = null;
let place = null;
let post = null;
let window_ = "";
const round = new Round((rating) => post.add(rating, window_));

function topic() {
  return "window:" + window_;
}

/** At which of its windows a placed tablet stands. */
function where(record) {
  return record.windows.indexOf(proposed) >= 0 ? proposed : record.windows[0] || "";
}

/** How long the window's invitation still stands, in ms of real time. */
function left(prompt) {
  return ASKED_MS - (feed.now() - Date.parse(prompt.finished_at)) / feed.speed;
}

/** Who is asked is asked in the language of their ticket, and everybody else in Chinese, until they choose the other one. */
function speak(language) {
  if (spoken.language !== language) choose(language);
}

function turn() {
  const prompt = feed.timed ? feed.record(topic(), "prompt") : round.prompt;
  const held = prompt !== null && post.holds(prompt.step);
  const before = round.stage + (round.prompt ? round.prompt.step : "");
  round.see(held && round.stage === "idle" ? null : prompt, prompt ? left(prompt) : 0, performance.now());
  const after = round.stage + (round.prompt ? round.prompt.step : "");
  if (after !== before && round.stage === "ask") speak(round.prompt.language);
  if (after !== before && round.stage === "idle") speak("zh");
}

function band(stale) {
  part("band", stale ? [true] : null, () => [make("strong", "", [say("stale", null, "zh")]), english(say("stale", null, "en"))]);
}

function english(text) {
  const node = make("span", "second", [text]);
  node.lang = "en";
  return node;
}

/** There is no window yet, or no longer: a code, or a sentence. */
function wait() {
  const lost = place !== null && place.record !== null && place.record.state === "placed";
  const code = place && feed.open && feed.state === "live" ? place.code : "";
  document.body.className = "";
  part("head", null, () => []);
  band(false);
  const told = (language) => (code ? say("code", null, language) : lost ? say("lost", null, language) : say("connecting", null, language));
  part("card", [code, lost], () => still(told, code));
}

function draw() {
  if (!feed || !feed.filled) return;
  if (!place || !place.where) {
    wait();
    return;
  }
  const window = feed.record(topic(), "window");
  if (!window) return; // a snapshot is on its way
  turn();
  const stale = feed.state === "stale" || feed.degraded; // the store takes nothing: what is shown is the last good state
  document.body.className = stale ? "stale" : "";
  band(stale);
  const asks = round.stage === "ask" || round.stage === "why";
  const now = clock(feed.now());
  part("head", [window.name, window.letter, window.clerk_name, asks, now], () =>
    head(window).concat([asks ? button("plain", say("language_other"), flip) : make("p", "clock", [now])])
  );
  const redraw = () => draw();
  switch (round.stage) {
    case "ask":
      part("card", ["ask", round.prompt.step, !stale], () =>
        ask(round.prompt, !stale, (level) => {
          round.touch(level, performance.now());
          redraw();
        })
      );
      break;
    case "why":
      part("card", ["why", round.prompt.step, round.level], () =>
        why(
          round,
          () => round.stir(performance.now()),
          () => {
            round.submit(performance.now());
            redraw();
          }
        )
      );
      break;
    case "thanks":
      part("card", ["thanks", round.prompt.step, round.level, round.outcome], () => thanks(round));
      break;
    default:
      part("card", ["idle", window.state, window.number, window.ticket_state, window.until], () => idle(window));
  }
}

function flip() {
  choose(spoken.language === "en" ? "zh" : "en");
  draw();
}

learn(["rate"]).then(() => {
  speak("zh");
  feed = new Feed({
    token: "",
    topics: [],
    language: "zh",
    change: (of) => place && place.changed(of),
    turn: () => draw(),
    fault: (error) => place && place.refused(error),
    instance: newKey(),
  });
  post = new Post(feed, (step, outcome) => {
    round.answered(step, outcome, performance.now());
    draw();
  });
  const device = { kind: "agent", name: proposed ? "tablet " + proposed : "tablet", page: "rate." + proposed, where: where, topics: (at) => ["window:" + at] };
  place = new Place(feed, device, (given) => {
    if (window_ && window_ !== given) round.rest();
    window_ = given;
    post.go();
    place.say(proposed && proposed !== given ? "opened for window " + proposed : "");
  });
  setInterval(draw, 250);
});
