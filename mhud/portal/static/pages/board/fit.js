/** On a wall nobody scrolls: as many of a list are shown as there is room for. */
import { html, useEffect, useRef, useState } from "../../vendor/kit.js";

/** Around a panel with one list of equal items; what is left over is said by the panel itself.
 * @param {{class?: string, children: (most: number) => any}} props */
export function Fit({ class: more = "", children }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const [most, setMost] = useState(1);
  const measure = () => setMost((known) => roomIn(box.current) ?? known);
  useEffect(() => {
    const watch = new ResizeObserver(measure);
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  useEffect(measure); // what stands above the list may have grown
  return html`<div ref=${box} class="fit ${most ? "" : "fit-none"} ${more}">${children(Math.max(1, most))}</div>`;
}

/** Null where there is nothing to measure by. @param {HTMLElement | null} box */
function roomIn(box) {
  const list = box?.querySelector("ul[data-fits]");
  const item = list?.firstElementChild;
  if (!box || !list || !item) return null;
  const style = getComputedStyle(list);
  const gap = parseFloat(style.rowGap) || 0;
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const room = box.getBoundingClientRect().bottom - list.getBoundingClientRect().top - 2.25 * rem; // and the line that says how many more
  const rows = Math.floor((room + gap) / (item.getBoundingClientRect().height + gap));
  return Math.max(0, rows) * style.gridTemplateColumns.split(" ").length;
}
