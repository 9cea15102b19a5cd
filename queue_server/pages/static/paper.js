// What stands at the foot of every printed page: a sheet that leaves its pile still tells whose it is, of which days and how old.

import { stamp } from "./clock.js";
import { hallName } from "./page.js";
import { say } from "./words.js";

/** Have `about()`, asked when the page is printed, tell {hall, of: texts, now} for the foot; null while there is nothing to print. */
export function paper(about) {
  addEventListener("beforeprint", () => {
    const told = about();
    const words = told ? [hallName(told.hall), ...told.of, say("printed_at", { time: stamp(told.now).slice(0, 16).replace("T", " ") })] : [];
    document.documentElement.style.setProperty("--foot", JSON.stringify(words.filter(Boolean).join(" · ")));
  });
}
