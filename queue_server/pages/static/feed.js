// The one live link of every page: hello, snapshot, frames, resume, the business clock, receipts and commands.
// The message carries the state; nothing is fetched again. Written in the JavaScript of Chrome 66, since old
// TVs run it too: no optional chaining, no ??, no class fields.

/** Refusals after which nobody knows whether it was done: the same key is asked again. */
const UNKNOWN = ["store.unavailable", "server.stopping", "server.standby"];
const STALE_MS = 10000; // nothing heard for so long: what is shown may be out of date
const PATIENCE_MS = 60000; // how long a command whose outcome is not known is asked again
// Pauses before another try to connect, each +-50 %: most absences of a server are a restart, some ten seconds long.
const BACK_MS = [250, 500].concat(Array(10).fill(1000), 2000, 4000);

/** A random key of 32 letters and digits; made here, since a plain-http page has no crypto.randomUUID. */
export function newKey() {
  const bytes = new Uint8Array(16);
  crypto.getRandomValues(bytes);
  return Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
}

/** A refusal as an Error: `code`, the sentence as `message`, `detail`, and whether the outcome is unknown. */
export function refusal(body, unknown) {
  const error = new Error(body.message || body.code);
  error.code = body.code;
  error.detail = body.detail || {};
  error.unknown = Boolean(unknown);
  return error;
}

/** Milliseconds that never jump with the wall clock. */
function ticking() {
  return performance.now();
}

/**
 * The link. `topics` are what it wants to see; `change(topic, keys, live)` is called after records changed, where
 * `live` says that they came in a frame of a running link (not in a snapshot, not as something missed);
 * `turn()` is called when the state of the link or the clock changed; `fault(error)` when the server refuses the hello; `voice(record)`
 * when it says whose turn it is to speak from a loudspeaker.
 */
export class Feed {
  constructor(options) {
    const scheme = location.protocol === "https:" ? "wss://" : "ws://";
    this.address = options.address || scheme + location.host + "/feed";
    this.wanted = options.topics || [];
    /** null: the page's own cookie; "": nobody, also where there is a cookie. */
    this.token = options.token === undefined ? null : options.token;
    this.language = options.language || "zh";
    /** Names this opening of the page, for a device that only one may be; null where several may. */
    this.instance = options.instance || null;
    this.heardChange = options.change || function () {};
    this.heardTurn = options.turn || function () {};
    this.heardFault = options.fault || function () {};
    this.heardVoice = options.voice || function () {};
    this.topics = {};
    this.live = {};
    this.seq = null;
    this.epoch = null;
    this.speed = 1;
    this.degraded = false;
    /** Whether a snapshot has ever come. */
    this.filled = false;
    /** Whether the clock was set on this connection; until then an old call must not pass for a new one. */
    this.timed = false;
    this.stale = false;
    this.open = false;
    this.beatAt = null;
    this.beatTick = 0;
    this.sleep = { tick: ticking(), wall: Date.now() };
    this.heardTick = ticking();
    this.tries = 0;
    this.asked = new Map();
    this.socket = null;
    this.ended = false;
    this.connect();
    this.watch = setInterval(() => this.look(), 500);
    this.wake = () => this.look();
    addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.wake);
  }

  /** "connecting" before the first snapshot, then "live", or "stale" after 10 s of silence. */
  get state() {
    if (!this.filled) return "connecting";
    return this.stale ? "stale" : "live";
  }

  /** Business time in ms since 1970; the machine's own clock until the first beat. */
  now() {
    if (this.beatAt === null) return Date.now();
    return this.beatAt + (ticking() - this.beatTick) * this.speed;
  }

  /** A record of a topic, or null; with the wait that is told beside it now, as `wait`. */
  record(topic, key) {
    const held = this.topics[topic];
    if (!held || !held[key]) return null;
    const waits = this.live[topic] && this.live[topic].waits;
    const wait = (waits && waits[key]) || null;
    if (!waits || (!wait && !held[key].wait)) return held[key];
    return Object.assign({}, held[key], { wait: wait });
  }

  /** The records of a topic whose keys begin with `kind` + "/". */
  list(topic, kind) {
    const held = this.topics[topic] || {};
    const found = [];
    for (const key of Object.keys(held)) if (key.indexOf(kind + "/") === 0) found.push(this.record(topic, key));
    return found;
  }

  /** The kiosks that can be asked to print now: id, name, and the zone where each stands. One that nobody placed, or whose program is older, cannot be. */
  get kiosks() {
    const all = (this.live.hall && this.live.hall.kiosks) || [];
    return all.filter(function (one) { return one.id; });
  }

  /** Tell the server that a call has been painted. */
  shown(call) {
    this.send({ shown: { call: call } });
  }

  /** Tell the server that a call was heard from the loudspeaker, as it was at a business time in ms. */
  spoken(call, at) {
    this.send({ spoken: { call: call, at: new Date(at).toISOString() } });
  }

  /** Tell the server how we stand to a loudspeaker: Asking. */
  askTurn(asking) {
    this.send({ voice: asking });
  }

  /** See other topics from now on. What was seen before and still is stays as it was until the snapshot comes. */
  see(topics) {
    const held = this.topics;
    const live = this.live;
    this.wanted = topics;
    this.forget();
    for (const topic of topics) {
      if (held[topic]) this.topics[topic] = held[topic];
      if (live[topic]) this.live[topic] = live[topic];
    }
    this.hello();
  }

  /** Bear another token and see other topics from now on; what was held is dropped. */
  become(token, topics) {
    this.token = token;
    this.forget();
    this.see(topics);
  }

  /** Speak another language in refusals from now on. */
  speak(language) {
    this.language = language;
    this.hello();
  }

  /** Close for good. */
  end() {
    this.ended = true;
    clearInterval(this.watch);
    removeEventListener("online", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    this.drop();
  }

  /**
   * Ask for a command; resolves to its answer or null. `key` is one press: the same press is sent again with the same
   * key while its outcome is not known, so it is never done twice. Rejects with `refusal`, `unknown` after 60 s.
   */
  command(name, args, key) {
    return new Promise((resolve, reject) => {
      const id = newKey();
      this.asked.set(id, {
        message: { id: id, command: name, key: key || newKey(), args: args || {} },
        until: ticking() + PATIENCE_MS,
        again: null,
        resolve: resolve,
        reject: reject,
      });
      this.ask(id);
    });
  }

  // --- below: the link's own work

  ask(id) {
    const one = this.asked.get(id);
    if (one && this.open) this.send(one.message);
  }

  answered(message) {
    const one = this.asked.get(message.id);
    if (!one) return;
    const error = message.error;
    const unknown = Boolean(error) && UNKNOWN.indexOf(error.code) >= 0;
    if (unknown && ticking() < one.until) {
      one.again = ticking() + 700 + Math.random() * 600;
      return;
    }
    this.asked.delete(message.id);
    if (error) one.reject(refusal(error, unknown));
    else one.resolve(message.ok === undefined ? null : message.ok);
  }

  connect() {
    if (this.ended) return;
    const socket = new WebSocket(this.address);
    this.socket = socket;
    this.dialled = ticking();
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.open = true;
      this.heardTick = ticking();
      this.hello();
      this.asked.forEach((_, id) => this.ask(id));
      this.heardTurn();
    };
    socket.onmessage = (event) => {
      if (socket !== this.socket) return;
      this.heard(JSON.parse(event.data));
    };
    socket.onclose = () => {
      if (socket !== this.socket) return;
      this.drop();
    };
  }

  /** Give the socket up and try again after a pause. */
  drop() {
    const socket = this.socket;
    this.socket = null;
    this.open = false;
    this.timed = false;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    if (!this.ended && !this.retry) {
      const pause = BACK_MS[Math.min(this.tries, BACK_MS.length - 1)] * (0.5 + Math.random());
      this.tries += 1;
      this.retry = setTimeout(() => {
        this.retry = null;
        this.connect();
      }, pause);
    }
    this.heardTurn();
  }

  send(message) {
    if (this.socket && this.socket.readyState === 1) this.socket.send(JSON.stringify(message));
  }

  hello() {
    const hello = { topics: this.wanted, language: this.language, now: new Date().toISOString() };
    if (this.token !== null) hello.token = this.token;
    if (this.instance !== null) hello.instance = this.instance;
    if (this.seq !== null) {
      hello.after_seq = this.seq;
      hello.epoch = this.epoch;
    }
    this.send({ hello: hello });
  }

  forget() {
    this.topics = {};
    this.live = {};
    this.seq = null;
    this.epoch = null;
  }

  heard(message) {
    this.heardTick = ticking();
    if (!message.error) this.tries = 0; // a hello refused ends the link: come back slower each time
    if (this.stale) this.stale = false;
    if (message.snapshot) this.take(message);
    else if (message.events) this.apply(message);
    else if (message.beat) this.beat(message.beat);
    else if (message.live) this.merge(message.live);
    else if (message.voice) this.heardVoice(message.voice);
    else if (message.id !== undefined && message.id !== null) this.answered(message);
    else if (message.error) this.heardFault(message.error);
    this.heardTurn();
  }

  take(message) {
    this.topics = message.snapshot;
    this.live = message.live || {};
    this.seq = message.seq;
    this.epoch = message.epoch;
    this.filled = true;
    this.beat(message.beat);
    for (const topic of Object.keys(this.topics)) {
      this.heardChange(topic, Object.keys(this.topics[topic]), false);
    }
  }

  apply(frame) {
    if (this.seq === null) return; // a snapshot is on its way
    if (frame.prev !== this.seq) {
      this.forget();
      this.hello();
      return;
    }
    this.seq = frame.seq;
    for (const change of frame.events) {
      const held = this.topics[change.topic] || (this.topics[change.topic] = {});
      const set = change.set || {};
      const gone = change.drop || [];
      for (const key of Object.keys(set)) held[key] = set[key];
      for (const key of gone) delete held[key];
      this.heardChange(change.topic, Object.keys(set).concat(gone), this.timed);
    }
  }

  /** The live part of a topic comes whole: what is not in it is no more. */
  merge(live) {
    for (const topic of Object.keys(live)) {
      const keys = Object.keys(Object.assign({}, this.live[topic], live[topic]));
      this.live[topic] = live[topic];
      this.heardChange(topic, keys, false);
    }
  }

  beat(beat) {
    this.beatAt = Date.parse(beat.now);
    this.beatTick = ticking();
    this.speed = beat.speed;
    this.degraded = Boolean(beat.degraded);
    this.timed = true;
  }

  /** Whether the machine slept since this was asked last: its ticks stand still meanwhile, the clock on its wall does not. */
  slept() {
    const before = this.sleep;
    this.sleep = { tick: ticking(), wall: Date.now() };
    return this.sleep.wall - before.wall - (this.sleep.tick - before.tick) > STALE_MS;
  }

  /** Twice a second: has it gone silent, and is it time to ask something again? */
  look() {
    const silent = this.slept() ? Infinity : ticking() - this.heardTick; // after a sleep nothing is known of the line
    if (silent > STALE_MS && !this.stale) {
      this.stale = true;
      this.heardTurn();
    }
    if (this.open && silent > STALE_MS) this.drop();
    else if (this.socket && !this.open && ticking() - this.dialled > STALE_MS) this.drop();
    this.asked.forEach((one, id) => {
      if (ticking() > one.until) {
        this.asked.delete(id);
        one.reject(refusal({ code: "store.unavailable", message: "", detail: {} }, true));
      } else if (one.again !== null && ticking() > one.again) {
        one.again = null;
        this.ask(id);
      }
    });
  }
}
