// What one loudspeaker says, and when: the rules of `displays/model/announcer.py` and `hearing.py`, for a board that speaks itself.
// Nothing here plays or waits. A test has both say the same of the same calls. Written in the JavaScript of Chrome 66.

import { clock } from "/static/clock.js";

const PAUSE_S = 2; // after a loudspeaker failed it is left alone for so long
const KNOWN = 256; // calls that are remembered
const GHOST_S = 120; // what a reserve holds for so long was not the other's to say any more
const LATE_S = 30; // a call that is older when it is first heard of is never spoken as a new one
const BACKLOG_S = 20; // while more speech waits, each call is read once
const CHIME_S = 1.5;
const CHINESE_S = 4.75; // what one reading takes, with the pause after it
const ENGLISH_S = 4.25;
const OVER = ["over", "missed"];

/** The volume in percent at a business time in ms: that of the last hour named, over midnight too. */
function loudness(volume, at_ms) {
  const hours = Object.keys(volume).sort();
  if (!hours.length || at_ms === null) return 100;
  const passed = hours.filter((hour) => hour <= clock(at_ms));
  return volume[(passed.length ? passed : hours).pop()];
}

/** What happened between two states of a loudspeaker's calls, each a Map of CallRecords by their number, as it stands `now_ms`. */
export function news(before, after, now_ms, speed) {
  const events = [];
  const least = Math.min.apply(null, Array.from(after.keys()));
  const newest = Math.max.apply(null, Array.from(after.keys()));
  const newer = newest > Math.max.apply(null, Array.from(before.keys()));
  before.forEach((_, n) => {
    const pushedOut = after.size >= before.size && n < least && newer;
    if (!after.has(n) && !pushedOut) events.push({ withdrawn: n });
  });
  after.forEach((record, n) => {
    if (OVER.indexOf(record.state) >= 0) events.push({ withdrawn: n });
    else {
      const at = Date.parse(record.at);
      events.push({ called: { call: n, zone: record.zone, at: at }, age: (now_ms - at) / 1000 / speed });
    }
  });
  return events;
}

export class Announcer {
  constructor() {
    this.readings = 2;
    this.readingS = CHINESE_S;
    this.volume = {};
    this.clock = null; // business time, as last told
    this.began = null; // and when it was first told
    this.waiting = []; // {call, since, withdrawn}, in the order in which they came
    this.speaking = null;
    this.ours = true; // whether it is our turn to speak; else we are in reserve
    this.turns = []; // zones that had a turn, the last one last
    this.known = new Map(); // call -> its latest `at`
    this.restUntil = 0;
  }

  /** Speak as this LoudspeakerRecord says from now on. */
  become(record) {
    this.readings = record.readings;
    this.readingS = CHINESE_S + (record.english ? ENGLISH_S : 0);
    this.volume = record.volume;
  }

  /**
   * What an event makes of it at `now_s` of a clock that never goes back: {call, at, readings, volume} to be spoken, or null. Events
   * are {called, age}, {withdrawn}, {finished}, {failed}, {heard, at}, {ours} and {clock: ms of business time}.
   */
  step(event, now_s) {
    if (event.called) this.hear(event.called, event.age, now_s);
    else if (event.withdrawn !== undefined) this.withdraw(event.withdrawn);
    else if (event.finished) this.speaking = null;
    else if (event.failed) this.fail(now_s);
    else if (event.heard !== undefined) this.said(event.heard, event.at);
    else if (event.ours !== undefined) this.ours = event.ours;
    else {
      this.clock = event.clock;
      if (this.began === null) this.began = event.clock;
    }
    if (loudness(this.volume, this.clock) === 0) this.waiting = [];
    if (this.ours) return this.speak(now_s);
    this.waiting = this.waiting.filter((one) => now_s < one.since + GHOST_S);
    return null;
  }

  /** When it has to be asked again at the latest; null: not before something happens. */
  due() {
    return this.ours && this.waiting.length && !this.speaking ? this.restUntil : null;
  }

  // --- below: its own work

  hear(call, age, now_s) {
    const before = this.known.get(call.call);
    if (before !== undefined && call.at <= before) return;
    this.know(call.call, call.at);
    const waits = this.waiting.filter((one) => one.call.call === call.call)[0];
    if (waits) waits.call = call;
    else if (age < LATE_S) this.waiting.push({ call: call, since: now_s - Math.max(age, 0), withdrawn: false });
  }

  know(call, at) {
    this.known.set(call, at);
    if (this.known.size <= KNOWN) return;
    let oldest = null;
    this.known.forEach((when, n) => {
      if (oldest === null || when < this.known.get(oldest)) oldest = n;
    });
    this.known.delete(oldest);
  }

  /** Somebody said a call as it was `at`: it waits no more, nor is it news when we hear of it later than of this. */
  said(call, at) {
    const before = this.known.get(call);
    if (before === undefined || before < at) this.know(call, at);
    this.waiting = this.waiting.filter((one) => one.call.call !== call || one.call.at > at);
  }

  withdraw(gone) {
    this.waiting = this.waiting.filter((one) => one.call.call !== gone);
    if (this.speaking && this.speaking.call.call === gone) this.speaking.withdrawn = true;
  }

  /** Try again in a while, before the others of its zone; not what was withdrawn, nor what was recalled and waits by that. */
  fail(now_s) {
    const spoken = this.speaking;
    this.speaking = null;
    this.restUntil = now_s + PAUSE_S;
    if (!spoken || spoken.withdrawn) return;
    if (!this.waiting.some((one) => one.call.call === spoken.call.call)) this.waiting.unshift(spoken);
  }

  speak(now_s) {
    if (this.speaking || !this.waiting.length || now_s < this.restUntil) return null;
    const backlogS = this.waiting.length * (CHIME_S + this.readings * this.readingS);
    const readings = backlogS > BACKLOG_S ? 1 : this.readings;
    const chosen = this.next();
    const zone = chosen.call.zone;
    this.speaking = chosen;
    this.waiting = this.waiting.filter((one) => one !== chosen);
    this.turns = this.turns.filter((other) => other !== zone).concat([zone]);
    const volume = loudness(this.volume, this.clock);
    return { call: chosen.call.call, at: chosen.call.at, readings: readings, volume: volume };
  }

  /** The first of the zone whose last turn is the longest ago; of those that had none, the one that came first. */
  next() {
    let best = this.waiting[0];
    for (const one of this.waiting) {
      if (this.turns.indexOf(one.call.zone) < this.turns.indexOf(best.call.zone)) best = one;
    }
    return best;
  }
}
