// A button's press as a command over the live link: under one key, told as it ends, asked again under the same key where that is not known.

import { newKey } from "/static/feed.js";
import { draw } from "/static/page.js";
import { say } from "/static/words.js";

/** What presses on a page do; `state` has its `feed`, and shows what is under way as `busy` and what came of the last as `notice`. */
export function presses(state) {
  /** Ask, or ask again under the same key. */
  async function send(asked) {
    state.busy = asked.command;
    state.notice = null;
    draw();
    try {
      const answer = await state.feed.command(asked.command, asked.args, asked.key);
      asked.then?.(answer);
    } catch (error) {
      if (!asked.otherwise?.(error)) state.notice = error.unknown ? { fault: true, text: say("unknown"), again: asked } : { fault: true, text: error.message };
    } finally {
      state.busy = null;
      draw();
    }
  }

  return {
    send,
    /**
     * One press of one button: one key, whatever becomes of the connection; `then` hears the answer. A refusal is told, unless
     * `otherwise` says that it has dealt with it. Presses meanwhile are dropped.
     */
    perform(command, args, then, otherwise) {
      if (!state.busy) send({ command, args, key: newKey(), then, otherwise });
    },
    /** Take away what was said last. */
    hush() {
      state.notice = null;
      draw();
    },
  };
}
