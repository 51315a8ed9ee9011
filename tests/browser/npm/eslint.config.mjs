// The pages' own modules: mistakes, length, and what their policy forbids anyway.
import js from "@eslint/js";
import globals from "globals";

const SINKS = ["innerHTML", "outerHTML", "insertAdjacentHTML", "srcdoc", "document.write"].map((name) => ({
  ...(name.includes(".") ? { object: name.split(".")[0], property: name.split(".")[1] } : { property: name }),
  message: "No markup from texts: children of html`…` are texts.",
}));

export default [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-restricted-properties": ["error", ...SINKS],
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute, Property[key.name='dangerouslySetInnerHTML']", message: "No markup from texts." },
      ],
      complexity: ["error", 16], // each `?:` of a template and each default counts,
      eqeqeq: "error",
      "max-lines": ["error", 200],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
  { files: ["**/messages/**"], rules: { "max-lines": "off" } }, // a list of texts, however many
  { files: ["**/*.test.js", "**/*.test.mjs"], languageOptions: { globals: globals.node } },
];
