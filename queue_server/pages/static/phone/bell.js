// The ring at a call: made here of two tones, and only after a tap, since browsers let a page sound and vibrate only then.
// It rings while the page is open and seen; a locked phone hears nothing, and the page says so. Written in the JavaScript of Chrome 66.

const RINGS = 5; // so often for one call
const PAUSE_MS = 3000;
const TONES = [
  [880, 0],
  [660, 0.45],
]; // 叮咚: Hz, and seconds after the first
const TONE_S = 1.1;
const SHAKE_MS = [400, 150, 400];

/** Sound that somebody switches on; `ring(call)` rings for each call once, until `hush()`. */
export class Bell {
  constructor() {
    this.on = false;
    this.audio = null;
    /** The call that stands now, and the one that was rung for. */
    this.call = null;
    this.rung = null;
    this.left = 0;
    this.again = null;
    /** The screen that stays on, as the browser gave it. */
    this.lock = null;
  }

  /** Whether this browser can sound at all. */
  get able() {
    return Boolean(window.AudioContext || window.webkitAudioContext);
  }

  /** By a tap: on, with one ring to hear how loud it is; or off. */
  turn() {
    this.on = !this.on;
    if (!this.on) {
      this.stop();
      this.release();
      return;
    }
    if (!this.audio) this.audio = new (window.AudioContext || window.webkitAudioContext)();
    this.stay();
    this.rung = this.call;
    if (this.call) this.start();
    else this.sound();
  }

  /** A call stands: ring for it, unless that was done. */
  ring(call) {
    this.call = call;
    if (!this.on || this.rung === call) return;
    this.rung = call;
    this.start();
  }

  /** No call stands any more. */
  hush() {
    this.call = null;
    this.stop();
  }

  /** There is no call to wait for any more: sound is off, and the screen may go dark again. */
  end() {
    this.on = false;
    this.hush();
    this.release();
  }

  /** The page is seen again: what the browser took away meanwhile is asked for anew. */
  wake() {
    if (this.on) this.stay();
  }

  // --- below: its own work

  /** Sound and a screen that stays on, where the browser has it: by https alone, and nothing is promised. */
  stay() {
    this.audio.resume();
    if (!navigator.wakeLock) return;
    navigator.wakeLock.request("screen").then(
      (lock) => {
        this.release();
        this.lock = lock;
        if (!this.on) this.release(); // switched off, or over, while it was asked for
      },
      () => {} // refused where the battery is low or the page is not seen
    );
  }

  release() {
    if (this.lock) this.lock.release();
    this.lock = null;
  }

  stop() {
    this.left = 0;
    clearTimeout(this.again);
  }

  start() {
    this.stop();
    this.left = RINGS;
    this.next();
  }

  next() {
    if (this.left <= 0) return;
    this.left -= 1;
    this.sound();
    this.again = setTimeout(() => this.next(), PAUSE_MS);
  }

  sound() {
    const audio = this.audio;
    for (const [hertz, after_s] of TONES) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      const at = audio.currentTime + after_s;
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.8, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + TONE_S);
      tone.connect(volume);
      volume.connect(audio.destination);
      tone.start(at);
      tone.stop(at + TONE_S);
    }
    if (navigator.vibrate) navigator.vibrate(SHAKE_MS);
  }
}
