// Five faces, all of one size and colour: only the mouth says which is which. Written in the JavaScript of Chrome 66.

const SVG = "http://www.w3.org/2000/svg";
const MOUTH = {
  5: "M28 56Q50 92 72 56Z",
  4: "M30 60Q50 82 70 60",
  3: "M32 67H68",
  2: "M32 73Q50 61 68 73",
  1: "M28 78Q50 46 72 78",
};

function line(tag, marks) {
  const node = document.createElementNS(SVG, tag);
  for (const key of Object.keys(marks)) node.setAttribute(key, marks[key]);
  return node;
}

/** The face of a level, 5 非常满意 to 1 非常不满意; the words beside it say it to everybody. */
export function face(level) {
  const svg = line("svg", { class: "face", viewBox: "0 0 100 100", "aria-hidden": "true", focusable: "false" });
  svg.append(
    line("circle", { cx: "50", cy: "50", r: "45", fill: "none", stroke: "currentColor", "stroke-width": "5" }),
    line("circle", { cx: "35", cy: "40", r: "6", fill: "currentColor" }),
    line("circle", { cx: "65", cy: "40", r: "6", fill: "currentColor" }),
    line("path", {
      d: MOUTH[level],
      fill: level === 5 ? "currentColor" : "none",
      stroke: "currentColor",
      "stroke-width": "6",
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    })
  );
  return svg;
}
