import { html, useEffect, useRef } from "../vendor/kit.js";
import { t } from "../app/i18n.js";
import { Conflict } from "./conflict.js";

/**
 * @typedef {ReturnType<typeof import("./use_versioned_form.js").useVersionedForm>} Edit
 *
 * @typedef {object} Words how fields are told to people
 * @property {(name: string) => string} labelOf
 * @property {(name: string, item: any) => any} shown what `item`, with the form's values in it, holds
 * @property {string[]} [others] fields that are not in the form, and worth telling if they changed
 */

/** Both versions of a form of useVersionedForm, if somebody else was faster.
 * @param {{of: Edit, words: Words}} props */
export function Versions({ of: edit, words }) {
  return edit.met && html`<${Both} edit=${edit} met=${edit.met} words=${words} />`;
}

/** @param {{edit: Edit, met: NonNullable<Edit["met"]>, words: Words}} props */
function Both({ edit, met, words }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => box.current?.focus(), []); // it stands above a long form
  return html`<div ref=${box} tabindex="-1"><${Conflict} rows=${rowsOf(edit.form.values, met, words)}
      onMine=${() => void edit.form.submit()} onTheirs=${edit.takeTheirs} />
    <p class="small quiet">${t("kit.keep_mine_means")}</p></div>`;
}

/** What differs from theirs; what was not touched here is theirs by now.
 * @param {Record<string, any>} values @param {NonNullable<Edit["met"]>} met @param {Words} words */
function rowsOf(values, { before, theirs }, { labelOf, shown, others = [] }) {
  const [was, now] = [before, theirs].map((one) => ({ ...one.item, ...one.values }));
  const mine = { ...was, ...values };
  const row = (/** @type {string} */ name, /** @type {any} */ said) => ({ label: labelOf(name), mine: said, theirs: shown(name, now) });
  return [
    ...Object.keys(theirs.values).map((name) => row(name, shown(name, mine))),
    ...others.filter((name) => !(name in theirs.values) && shown(name, was) !== shown(name, now)).map((name) => row(name, t("kit.not_changed"))),
  ].filter((one) => one.mine !== one.theirs);
}
