// /login: sign in, then go where the role works.

import { html, me, run } from "./page.js";
import { Opening, SignIn } from "./signin.js";
import { say } from "./words.js";

/** Where a role works; ?next= wins if it is one of our own pages. */
function door(role) {
  const next = new URLSearchParams(location.search).get("next");
  if (["/admin", "/audit", "/cases", "/clerk", "/desk", "/floor", "/reports"].includes(next)) return next;
  return { clerk: "/clerk", steward: "/desk", supervisor: "/cases", admin: "/admin", auditor: "/audit" }[role] ?? "/floor";
}

run({
  areas: [],
  title: () => say("sign_in_title"),
  view: () => (me.asked && !me.who ? html`<${SignIn} />` : html`<${Opening} />`),
  enter: (who) => location.replace(door(who.role)),
  left: () => {},
});
