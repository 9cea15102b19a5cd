// Questions over HTTP: signing in and out, and the lists that a page needs before it has its live link.

import { refusal } from "./feed.js";
import { say, spoken } from "./words.js";

/** What shows the server that a change comes from a page of its own; told with who is signed in. */
let shown = null;

/** Show this with every change from now on; null: nobody is signed in. */
export function show(csrf) {
  shown = csrf;
}

/**
 * Ask the server; the answer's JSON or null. Throws a `refusal`; without an answer its code is "unreachable".
 * A file is sent as it is, as what `kind` says.
 */
export async function ask(method, path, body, kind = "application/json") {
  const headers = { "Content-Type": kind, "Accept-Language": spoken.language };
  if (shown && method !== "GET") headers["X-CSRF-Token"] = shown;
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method,
      credentials: "same-origin",
      headers,
      body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
    });
  } catch {
    throw refusal({ code: "unreachable", message: say("unreachable") }, true);
  }
  const text = await answer.text();
  let told = null;
  try {
    told = text ? JSON.parse(text) : null;
  } catch {
    // an answer that is not ours: a proxy's page while the server is away
  }
  if (answer.ok) return told;
  throw refusal(told?.code ? told : { code: "unreachable", message: say("unreachable") }, answer.status >= 500);
}
