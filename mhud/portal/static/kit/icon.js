import { html } from "../vendor/kit.js";

/** Paths on a grid of 20, drawn as lines. @type {Record<string, string>} */
const PATHS = {
  alert: "M10 3 18 17H2ZM10 8v4m0 2.5v.01",
  back: "M12 4 6 10l6 6",
  bell: "M5 13V9a5 5 0 0 1 10 0v4l1.5 2h-13ZM8.5 17.5h3",
  blank: "M0 0",
  board: "M3 4h14v10H3ZM7 17.5h6M6 11V9m4 2V7m4 4V8",
  call: "M4 3h3l1.5 4-2 1.5a10 10 0 0 0 5 5l1.5-2 4 1.5v3a1 1 0 0 1-1 1A14 14 0 0 1 3 4a1 1 0 0 1 1-1Z",
  hangup: "M3 12c0-2.5 3-4.500 7-4.500s7 2 7 4.500v1.500l-4-.5v-2a11 11 0 0 0-6 0v2l-4 .5Z",
  case: "M3 6h14v10H3ZM7 6V4h6v2M3 10.500h14",
  chart: "M3 17h14M5.500 14V9m4.500 5V4m4.500 10V7",
  check: "M4 10.500 8 14.500 16 6",
  chevron: "m7 4 6 6-6 6",
  clock: "M10 2.500a7.500 7.500 0 1 1 0 15 7.500 7.500 0 0 1 0-15ZM10 6v4.500l3 1.500",
  close: "m5 5 10 10M15 5 5 15",
  copy: "M7 7h9v9H7ZM4 13V4h9",
  download: "M10 3v9m-4-4 4 4 4-4M3 16.500h14",
  down: "m4 7 6 6 6-6",
  ear: "M6 8a4 4 0 1 1 8 0c0 3-3 3.500-3 6a2.500 2.500 0 0 1-4.500 1.500M8.500 8a1.500 1.500 0 0 1 3 0",
  edit: "m4 16 .5-3.500L13 4l3 3-8.500 8.500ZM11.500 5.500l3 3",
  file: "M5 2.500h6l4 4v11H5ZM11 2.500v4h4",
  filter: "M3 4h14l-5.500 6.500V16l-3-1.500v-4Z",
  help: "M7.500 7.500a2.500 2.500 0 1 1 3.500 2.300c-.7.3-1 .8-1 1.700m0 3v.01M10 2.500a7.500 7.500 0 1 1 0 15 7.500 7.500 0 0 1 0-15Z",
  hold: "M7 5v10m6-10v10",
  info: "M10 9v5m0-8v.01M10 2.500a7.500 7.500 0 1 1 0 15 7.500 7.500 0 0 1 0-15Z",
  key: "M8 12a3.500 3.500 0 1 1 1.500-1.500L16 17m-3-3 1.500-1.500",
  keyboard: "M2.500 5h15v10h-15ZM5.500 8v.01M8.500 8v.01M11.500 8v.01M14.500 8v.01M7 12h6",
  keypad: "M5 5v.01M10 5v.01M15 5v.01M5 10v.01M10 10v.01M15 10v.01M5 15v.01M10 15v.01M15 15v.01",
  menu: "M3 5.500h14M3 10h14M3 14.500h14",
  mic: "M10 2.500a2.500 2.500 0 0 1 2.500 2.500v5a2.500 2.500 0 0 1-5 0V5A2.500 2.500 0 0 1 10 2.500ZM5 9.500a5 5 0 0 0 10 0M10 14.500v3",
  mute: "M7.500 7.500V10a2.500 2.500 0 0 0 4 2M12.500 9V5a2.500 2.500 0 0 0-4.700-1.200M5 9.500a5 5 0 0 0 8 4M15 9.500c0 .8-.2 1.500-.5 2.200M10 14.500v3M3 3l14 14",
  moon: "M16 12A7 7 0 0 1 8 4a6.500 6.500 0 1 0 8 8Z",
  panel: "M4 12v-2a6 6 0 0 1 12 0v2M3 12h3v5H3ZM14 12h3v5h-3Z",
  pause: "M7 4v12m6-12v12",
  people: "M7.500 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2 17c0-3 2.500-5 5.500-5s5.500 2 5.500 5M13 4a3 3 0 0 1 0 5.500M15 12.500c2 .7 3 2.400 3 4.500",
  person: "M10 10a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM3.500 17.500c0-3.500 3-5.500 6.500-5.500s6.500 2 6.500 5.500",
  play: "M6 4v12l10-6Z",
  plus: "M10 4v12M4 10h12",
  queue: "M3 5h14M3 10h9M3 15h5",
  refresh: "M16 10a6 6 0 1 1-2-4.500M16 3v3.500h-3.500",
  report: "M5 2.500h10v15H5ZM8 6.500h4M8 10h4m-4 3.500h2.500",
  search: "M9 3.500a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11ZM13 13l4 4",
  send: "M3 10 17 3l-4 14-3.500-5.500ZM9.500 11.500 17 3",
  settings: "M3 6h8m4 0h2M3 14h2m4 0h8M13 4v4M7 12v4",
  shield: "M10 2.500 16 5v5c0 4-2.500 6.500-6 7.500-3.500-1-6-3.500-6-7.500V5Z",
  sun: "M10 6.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7ZM10 1.500v2m0 13v2M1.500 10h2m13 0h2M4 4l1.400 1.400M14.600 14.600 16 16M4 16l1.400-1.400M14.600 5.400 16 4",
  tag: "M3 3h7l7 7-7 7-7-7ZM6.500 6.500v.01",
  transfer: "M3 7h13m-3.500-3.500L16 7l-3.500 3.500M17 13H4m3.500-3.500L4 13l3.500 3.500",
  trash: "M4 5.500h12M8 5.500V3.500h4v2M5.500 5.500l.8 11.500h7.400l.8-11.500",
  upload: "M10 13V4M6 8l4-4 4 4M3 16.500h14",
  warning: "M10 3 18 17H2ZM10 8v4m0 2.500v.01",
  webhook: "M6 13a3 3 0 1 0 3 3h5M8 11l2.500-4.500a3 3 0 1 0-3-1M12 9l2.500 4.500a3 3 0 1 1-1.500 2",
};

export const ICONS = Object.keys(PATHS);

/** Beside words, or under a label of its own: it says nothing to who can't see it.
 * @param {{name: string, size?: number}} props size: px */
export function Icon({ name, size = 20 }) {
  return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 20 20" aria-hidden="true"
    focusable="false"><path d=${PATHS[name] ?? PATHS.info} /></svg>`;
}
