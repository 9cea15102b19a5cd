// /login: sign in, then go where the role works. With #password whoever is signed in chooses another password first.

import { draw, html, me, run } from "./page.js";
import { Changed, Opening, SignIn } from "./signin.js";
import { say } from "./words.js";

let own = location.hash === "#password" ? "asked" : null; // and "chosen" while it is told that it is done

/** Where a role works; ?next= wins if it is one of our own pages. */
function door(role) {
  const next = new URLSearchParams(location.search).get("next");
  if (["/admin", "/audit", "/cases", "/clerk", "/desk", "/floor", "/reports"].includes(next)) return next;
  return { clerk: "/clerk", steward: "/desk", supervisor: "/cases", admin: "/admin", auditor: "/audit" }[role] ?? "/floor";
}

run({
  areas: [],
  title: () => say("sign_in_title"),
  view: () => {
    if (me.asked && !me.who) return html`<${SignIn} back=${location.pathname + location.search} chosen=${() => { own = "chosen"; }} />`;
    return me.who && own === "chosen" ? html`<${Changed} to=${door(me.who.role)} />` : html`<${Opening} />`;
  },
  enter: (who) => {
    if (own === "asked") Object.assign(me, { who: null, changing: who });
    else if (own !== "chosen") location.replace(door(who.role));
    draw();
  },
  left: () => {},
});
