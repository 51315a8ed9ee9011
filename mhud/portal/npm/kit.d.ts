// What build.mjs makes of preact, its hooks, signals and htm: for the type checker alone.
import type { VNode } from "preact";
export { Component, Fragment, createContext, h, render } from "preact";
export type { ComponentChildren, ComponentType, VNode } from "preact";
export * from "preact/hooks";
export {
  batch,
  computed,
  effect,
  signal,
  untracked,
  useComputed,
  useSignal,
  useSignalEffect,
} from "@preact/signals";
export type { ReadonlySignal, Signal } from "@preact/signals";
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode<any>;
