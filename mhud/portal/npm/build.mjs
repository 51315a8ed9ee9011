// Puts what the pages load into the folder that is named: `node build.mjs FOLDER`, after `npm ci`.
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";

const COPIED = {
  "swagger-ui-dist": [
    "swagger-ui-bundle.js",
    "swagger-ui-bundle.js.LICENSE.txt",
    "swagger-ui.css",
    "LICENSE",
    "NOTICE",
  ],
};

const target = process.argv[2];
for (const [name, files] of Object.entries(COPIED)) {
  await mkdir(join(target, name), { recursive: true });
  for (const file of files) await cp(join("node_modules", name, file), join(target, name, file));
}
