// Puts what the pages load into the folder that is named: `node build.mjs FOLDER STATIC`, after
// `npm ci`. STATIC has our own modules: they become one file, and our styles another, beside a list of what
// they were made of.
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
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
    // htm would keep elements without values for reuse, and each holds the page that it was first in:
    // a list that moves all day would never let go of anything. 3 forbids it.
    export const html = htm.bind(function (type, props, ...children) {
      this[0] = 3;
      return h(type, props, ...children);
    });`,
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

const OWN = {
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  platform: "browser",
  logLevel: "warning",
};

// The chart and the phone stay files of their own: not everybody needs them.
const vendored = {
  name: "vendored",
  setup: (build) =>
    build.onResolve({ filter: /\/vendor\/\w+\.js$/ }, ({ path }) => {
      const name = path.split("/").pop();
      return name === "kit.js"
        ? { path: join(target, name) }
        : { path: `./${name}`, external: true };
    }),
};

const [target, own] = process.argv.slice(2);
for (const [name, files] of Object.entries(COPIED)) {
  await mkdir(join(target, name), { recursive: true });
  for (const file of files) await cp(join("node_modules", name, file), join(target, name, file));
}
for (const [name, contents] of Object.entries(MODULES)) {
  await build({
    stdin: { contents, resolveDir: process.cwd() },
    outfile: join(target, `${name}.js`),
    ...OWN,
    legalComments: "eof",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  await cp(`${name}.d.ts`, join(target, `${name}.d.ts`));
}
for (const [name, file] of Object.entries(LICENSES)) {
  const license = `${name.replaceAll(/[@/]/g, "-").replace(/^-/, "")}.LICENSE.txt`;
  await cp(join("node_modules", name, file), join(target, license));
}

const bundled = { ...OWN, absWorkingDir: own, plugins: [vendored], metafile: true };
const modules = await build({ ...bundled, entryPoints: ["app/main.js"], outfile: join(target, "pages.js") });

// The styles in the order in which the first page names them.
const first = await readFile(join(own, "index.html"), "utf8");
const names = [...first.matchAll(/<link rel="stylesheet" href="\/portal\/([^"]+)">/g)].map(([, name]) => name);
const contents = names.map((name) => `@import "./${name}";`).join("\n");
const styles = await build({
  ...bundled,
  stdin: { contents, resolveDir: own, loader: "css" },
  outfile: join(target, "pages.css"),
});

const inputs = [modules, styles].flatMap(({ metafile }) => Object.keys(metafile.inputs));
const made = inputs.filter((path) => /^\w+\//.test(path));
const hashes = made.map(async (path) => [
  path,
  createHash("sha256").update(await readFile(join(own, path))).digest("hex"),
]);
const list = Object.fromEntries(await Promise.all(hashes));
await writeFile(join(target, "pages.json"), JSON.stringify(list));
