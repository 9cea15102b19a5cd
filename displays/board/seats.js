// Who has the board's main area: four seats, each call in one for eight seconds, less when more are called than there are seats.
// Times are milliseconds of one clock that never goes back. Written in the JavaScript of Chrome 66.

export const NEW_MS = 8000; // a call is new, and huge, for so long
const SEATS = 4;
const LEAST_MS = 5000; // it gives its seat to the next one only after this
const HURRY_MS = 2000; // or this, while more is called than LEAST_MS would let everybody be seen
const RUSH = 40; // calls in a minute, from which on it hurries
const MINUTE_MS = 60000;
const LONGEST_MS = 30000; // who had to wait so long for a seat is in the list, and no news any more

export class Seats {
  constructor() {
    /** Those in the main area, oldest first: {key, call, since, until}. */
    this.taken = [];
    this.line = [];
    this.calls = [];
  }

  /** A call or recall is new; `left` is how long it is still so. A recall takes the place of its call. */
  add(key, call, left, now) {
    const others = (one) => one.call !== call;
    this.line = this.line.filter(others);
    this.taken = this.taken.filter(others);
    this.line.push({ key: key, call: call, left: left, came: now });
    this.calls.push(now);
  }

  /** Seat those who are due. `stands(call)` tells whether a call is still there and not missed. */
  turn(now, stands) {
    this.calls = this.calls.filter((at) => now - at < MINUTE_MS);
    const least = this.calls.length > RUSH ? HURRY_MS : LEAST_MS;
    this.taken = this.taken.filter((one) => now < one.until && stands(one.call));
    this.line = this.line.filter((one) => now - one.came < LONGEST_MS && stands(one.call));
    while (this.line.length) {
      if (this.taken.length === SEATS) {
        if (now - this.taken[0].since < least) return;
        this.taken.shift();
      }
      const next = this.line.shift();
      this.taken.push({ key: next.key, call: next.call, since: now, until: now + next.left });
    }
  }

  /** Nobody is called any more. */
  clear() {
    this.taken = [];
    this.line = [];
  }
}
