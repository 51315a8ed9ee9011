// Puts what the pages load into the folder that is named: `node build.mjs FOLDER`, after `npm ci`.
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const COPIED = {
  "swagger-ui-dist": [
    "swagger-ui-bundle.js",
    "swagger-ui-bundle.js.LICENSE.txt",
    "swagger-ui.css",
    "LICENSE",
    "NOTICE",
  ],
};

// One module each. Preact, its hooks, signals and htm are one, so that there is one preact.
const MODULES = {
  kit: `
    import { h } from "preact";
    import htm from "htm";
    export { Component, Fragment, createContext, h, render } from "preact";
    export * from "preact/hooks";
    export { batch, computed, effect, signal, untracked, useComputed, useSignal, useSignalEffect }
      from "@preact/signals";
    export const html = htm.bind(h);`,
  uplot: 'export { default } from "uplot";',
  jssip: 'export { default } from "jssip";',
};

const LICENSES = {
  preact: "LICENSE",
  "@preact/signals": "LICENSE",
  htm: "LICENSE",
  uplot: "LICENSE",
  jssip: "LICENSE.md",
};

const target = process.argv[2];
for (const [name, files] of Object.entries(COPIED)) {
  await mkdir(join(target, name), { recursive: true });
  for (const file of files) await cp(join("node_modules", name, file), join(target, name, file));
}
for (const [name, contents] of Object.entries(MODULES)) {
  await build({
    stdin: { contents, resolveDir: process.cwd() },
    outfile: join(target, `${name}.js`),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    legalComments: "eof",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
  await cp(`${name}.d.ts`, join(target, `${name}.d.ts`));
}
await cp(join("node_modules", "uplot", "dist", "uPlot.min.css"), join(target, "uplot.css"));
for (const [name, file] of Object.entries(LICENSES)) {
  const license = `${name.replaceAll(/[@/]/g, "-").replace(/^-/, "")}.LICENSE.txt`;
  await cp(join("node_modules", name, file), join(target, license));
}
