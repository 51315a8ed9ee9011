import { html } from "../vendor/kit.js";

/**
 * @typedef {"good" | "warn" | "bad" | "info" | "neutral"} Tone
 * @typedef {"dot" | "ring" | "half" | "square" | "triangle" | "cross" | "bar" | "diamond"} Shape
 */

/** @type {Record<Shape, string>} filled, on a grid of 12 */
const SHAPES = {
  dot: "M6 1a5 5 0 1 0 0 10A5 5 0 1 0 6 1Z",
  ring: "M6 1a5 5 0 1 0 0 10A5 5 0 1 0 6 1ZM6 3.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 1 1 0-5Z",
  half: "M6 1a5 5 0 1 0 0 10A5 5 0 1 0 6 1ZM6 2.500v7a3.500 3.500 0 0 1 0-7Z",
  square: "M2 2h8v8H2Z",
  triangle: "M6 1 11.500 11H.5Z",
  cross: "M2 3.500 3.500 2 6 4.500 8.500 2 10 3.500 7.500 6 10 8.500 8.500 10 6 7.500 3.500 10 2 8.500 4.500 6Z",
  bar: "M1 4.500h10v3H1Z",
  diamond: "M6 .5 11.500 6 6 11.500.5 6Z",
};
/** @type {Record<Tone, Shape>} */
const USUAL = { good: "dot", warn: "triangle", bad: "cross", info: "diamond", neutral: "ring" };

/** A word with a shape: never by color alone.
 * @param {{tone?: Tone, shape?: Shape, children?: any, plain?: boolean}} props `plain`: no background */
export function Badge({ tone = "neutral", shape = USUAL[tone], children, plain = false }) {
  return html`<span class="badge badge-${tone}${plain ? " badge-plain" : ""}">
    <svg width="10" height="10" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
      <path d=${SHAPES[shape]} fill-rule="evenodd" /></svg><span>${children}</span></span>`;
}
