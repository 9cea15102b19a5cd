// The voice of a board with a loudspeaker beside it: the server makes the sound of each call, the page plays it in its turn and tells
// that it was heard. A browser that was not told to let pages play is not heard until somebody touches it, and the board says so.

import { Announcer, news } from "/static/board/announcer.js";

const STUCK_MS = 60000; // longer than any announcement: what has not ended by then never will
const STARTS_MS = 1000; // a browser that lets pages play has begun by then

export class Voice {
  /** `changed()` is called when `fault` is another one: "" while all is well, "blocked" by the browser, or "failed". */
  constructor(feed, changed) {
    this.feed = feed;
    this.changed = changed;
    this.fault = "";
    this.topic = "";
    this.calls = new Map();
    this.announcer = new Announcer();
    this.timer = null;
    this.tested = false;
    this.untimed = false;
    const touched = () => this.touched();
    addEventListener("pointerdown", touched);
    addEventListener("keydown", touched);
  }

  /** The topics of this board: with those of its loudspeaker, where there is one. */
  topics(board, loudspeaker) {
    const before = this.topic;
    this.topic = loudspeaker ? "voice:" + loudspeaker : "";
    if (this.topic !== before) {
      this.step(Array.from(this.calls.keys()).map((n) => ({ withdrawn: n })));
      this.calls = new Map();
      this.turn("");
    }
    return this.topic ? [board, this.topic] : [board];
  }

  /** Records of a topic changed. */
  heard(topic) {
    if (topic !== this.topic) return;
    this.untimed = !this.feed.timed; // how old its calls are is known with the clock
    if (this.untimed) return;
    const record = this.feed.record(topic, "loudspeaker");
    const ours = Boolean(record) && record.player === "board";
    const before = this.calls;
    this.calls = new Map();
    if (ours) {
      this.announcer.become(record);
      this.test();
      const calls = this.feed.list(topic, "call").sort((a, b) => a.call - b.call);
      for (const call of calls) this.calls.set(call.call, call);
    } else this.turn("");
    const events = news(before, this.calls, this.feed.now(), this.feed.speed);
    this.step([{ clock: this.feed.now() }].concat(events));
  }

  /** The clock may have been set. */
  turned() {
    if (this.untimed && this.feed.timed) this.heard(this.topic);
  }

  // --- below: its own work

  step(events) {
    for (const event of events) {
      const order = this.announcer.step(event, performance.now() / 1000);
      if (order) this.say(order);
    }
    clearTimeout(this.timer);
    const due = this.announcer.due();
    if (due !== null) {
      this.timer = setTimeout(() => this.step([{ clock: this.feed.now() }]), Math.max(0, due * 1000 - performance.now()));
    }
  }

  say(order) {
    const parts = [this.topic.slice("voice:".length), order.call, order.readings];
    const audio = new Audio();
    audio.preload = "none"; // what may not be played is not fetched either
    audio.src = "/voice/" + parts.map(encodeURIComponent).join("/");
    audio.volume = order.volume / 100;
    let open = true;
    const end = (fault) => {
      if (!open) return;
      open = false;
      clearTimeout(stuck);
      audio.onended = audio.onerror = null;
      audio.removeAttribute("src");
      this.turn(fault);
      if (!fault) this.feed.spoken(order.call);
      this.step([{ clock: this.feed.now() }, fault ? { failed: true } : { finished: true }]);
    };
    const stuck = setTimeout(() => end("failed"), STUCK_MS);
    audio.onended = () => end("");
    audio.onerror = () => end("failed");
    const playing = audio.play();
    if (playing) playing.then(() => this.turn(""), (error) => end(error.name === "NotAllowedError" ? "blocked" : "failed"));
  }

  turn(fault) {
    if (fault === this.fault) return;
    this.fault = fault;
    this.changed();
  }

  /** Ask once whether the browser lets us play, before the first call finds out; one too old to say so is believed. */
  test() {
    if (this.tested || !window.AudioContext) return;
    this.tested = true;
    const context = new AudioContext();
    setTimeout(() => {
      if (context.state === "suspended") this.turn("blocked");
    }, STARTS_MS);
    context.onstatechange = () => {
      if (context.state !== "running") return;
      context.close();
      this.touched(); // it was only slow
    };
  }

  touched() {
    if (this.fault === "blocked") this.turn("");
  }
}
