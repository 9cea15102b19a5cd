// The voice of a board with a loudspeaker beside it: the server says whether it is our turn to speak there and makes the sound of each
// call, the page plays it in its turn and tells that it was heard. A browser that was not told to let pages play is not heard until
// somebody touches it, and the board says so.

import { Announcer, news } from "/static/board/announcer.js";
import { Turn } from "/static/board/turn.js";

const STUCK_MS = 60000; // longer than any announcement: what has not ended by then never will
const STARTS_MS = 1000; // a browser that lets pages play has begun by then
const AGAIN_S = 60; // who failed lets others speak first for so long

const seconds = () => performance.now() / 1000;

export class Voice {
  /**
   * `changed()` is called when `fault` is another one: "" while all is well, "blocked" by the browser, or "failed"; or `reserve`:
   * whether another speaks, and we would go on if it could not.
   */
  constructor(feed, changed) {
    this.feed = feed;
    this.changed = changed;
    this.fault = "";
    this.reserve = false;
    this.topic = "";
    this.calls = new Map();
    /** call -> `at` in ms that we said. */
    this.said = new Map();
    this.announcer = new Announcer();
    this.announcer.step({ ours: false }, seconds());
    this.seat = new Turn();
    /** Ends what is being played, told how: while something is. */
    this.end = null;
    this.timer = null;
    this.tested = false;
    this.ready = false;
    this.untimed = false;
    const touched = () => this.touched();
    addEventListener("pointerdown", touched);
    addEventListener("keydown", touched);
  }

  /** The topics of this board: with those of its loudspeaker, where there is one. */
  topics(board, loudspeaker) {
    const topic = loudspeaker ? "voice:" + loudspeaker : "";
    if (topic !== this.topic) {
      this.take({ wanted: false });
      this.topic = topic;
      this.step(Array.from(this.calls.keys()).map((n) => ({ withdrawn: n })));
      this.calls = new Map();
      this.tell("", false);
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
    } else this.tell("", false);
    this.step(news(before, this.calls, this.feed.now(), this.feed.speed));
    this.take({ wanted: ours && this.ready });
  }

  /** The clock may have been set, or the link have come or gone. */
  turned() {
    if (this.untimed && this.feed.timed) this.heard(this.topic);
    const up = this.feed.open && this.feed.timed;
    if (up !== this.seat.linked) this.take({ linked: up });
  }

  /** The server says whose turn it is, and what was said: that comes first. What we said and is not known is told again. */
  told(record) {
    if ("voice:" + record.loudspeaker !== this.topic) return;
    const known = new Map(record.said.map((one) => [one[0], Date.parse(one[1])]));
    this.step(Array.from(known).map((one) => ({ heard: one[0], at: one[1] })));
    this.said.forEach((at, call) => {
      if (!this.calls.has(call)) this.said.delete(call);
      else if (!known.has(call) || known.get(call) < at) this.feed.spoken(call, at);
    });
    this.take(record);
    this.tell(this.fault, record.turn === "waits" && record.reserve > 0 && this.seat.wanted);
  }

  // --- below: its own work

  /** Our turn: what the rule makes of an event. */
  take(event) {
    const now_s = seconds();
    for (const order of this.seat.step(event, now_s)) {
      if (order.hush) {
        if (this.end) this.end("hushed");
      } else this.feed.askTurn(Object.assign({ loudspeaker: this.topic.slice("voice:".length), at: now_s }, order));
    }
    const ours = this.seat.may(now_s);
    if (ours !== this.announcer.ours) this.step([{ ours: ours }]);
    else this.wait();
  }

  /** The calls: what the announcer makes of events. */
  step(events) {
    for (const event of [{ clock: this.feed.now() }].concat(events)) {
      const order = this.announcer.step(event, seconds());
      if (order) this.say(order);
    }
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    const dues = [this.announcer.due(), this.seat.due()].filter((due) => due !== null);
    if (!dues.length) return;
    this.timer = setTimeout(() => {
      this.take({});
      this.step([]);
      if (this.fault === "failed" && this.seat.able(seconds())) this.tell("", this.reserve);
    }, Math.max(0, Math.min.apply(null, dues) * 1000 - performance.now()));
  }

  say(order) {
    const parts = [this.topic.slice("voice:".length), order.call, order.readings];
    const audio = new Audio();
    audio.preload = "none"; // what may not be played is not fetched either
    audio.src = "/voice/" + parts.map(encodeURIComponent).join("/");
    audio.volume = order.volume / 100;
    const end = (how) => {
      if (this.end !== end) return;
      this.end = null;
      clearTimeout(stuck);
      audio.onended = audio.onerror = null;
      audio.pause();
      audio.removeAttribute("src");
      if (how === "heard") {
        this.said.set(order.call, order.at);
        this.feed.spoken(order.call, order.at);
      }
      if (how !== "hushed") this.turn(how === "heard" ? "" : how);
      this.take({ sounding: false });
      this.step([how === "heard" ? { finished: true } : { failed: true }]);
    };
    this.end = end;
    const stuck = setTimeout(() => end("failed"), STUCK_MS);
    audio.onended = () => end("heard");
    audio.onerror = () => end("failed");
    this.take({ sounding: true });
    const playing = audio.play();
    if (playing) playing.then(() => this.turn(""), (error) => end(error.name === "NotAllowedError" ? "blocked" : "failed"));
  }

  /** Whether we would be heard is known anew. */
  turn(fault) {
    this.take({ unable: { "": 0, blocked: Infinity, failed: AGAIN_S }[fault] });
    this.tell(fault, this.reserve);
  }

  tell(fault, reserve) {
    if (fault === this.fault && reserve === this.reserve) return;
    this.fault = fault;
    this.reserve = reserve;
    this.changed();
  }

  /** Ask once whether the browser lets us play, before the first call finds out; one too old to say so is believed. */
  test() {
    if (this.tested) return;
    this.tested = true;
    if (!window.AudioContext) {
      this.ready = true;
      return;
    }
    const context = new AudioContext();
    const told = (fault) => {
      this.ready = true;
      this.turn(fault);
      this.heard(this.topic);
    };
    setTimeout(() => {
      if (!this.ready) told(context.state === "suspended" ? "blocked" : "");
    }, STARTS_MS);
    context.onstatechange = () => {
      if (context.state !== "running") return;
      context.close();
      if (this.ready) this.touched(); // it was only slow
      else told("");
    };
  }

  touched() {
    if (this.fault === "blocked") this.turn("");
  }
}
