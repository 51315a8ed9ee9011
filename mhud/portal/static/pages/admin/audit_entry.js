import { Button, Dialog, Facts, Text, html } from "../../kit/index.js";
import { formatExact } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { href } from "../../app/router.js";
import { nameOf, pageOf, personOf } from "./audit_names.js";
import { credentialWord, deedWord, detailText, detailWord, kindWord } from "./audit_words.js";

/** @typedef {import("./audit.js").Deed} Deed @typedef {import("./audit_names.js").Names} Names */

/** Who did it: his name where it is known, with his page. @param {{of: Deed, names: Names}} props */
export function Who({ of, names }) {
  const person = personOf(names, of.user_id);
  if (!person) return html`<${Text}>${of.username}<//>`;
  return html`<a href=${href(`/users/${person.id}`)}><${Text}>${person.name}<//></a>`;
}

/** What it was done to: its name where it is known, with its page. @param {{of: Deed, names: Names}} props */
export function Subject({ of, names }) {
  const name = html`<${Text}>${nameOf(names, of.subject_kind, of.subject_id) || "–"}<//>`;
  const page = pageOf(of.subject_kind, of.subject_id);
  return page ? html`<a href=${page}>${name}</a>` : name;
}

/** @param {{of: Deed}} props */
export function Details({ of }) {
  const all = Object.entries(of.details);
  if (!all.length) return "–";
  return html`<dl class="details">${all.map(([name, value]) =>
    html`<div key=${name}><dt>${detailWord(name)}: </dt><dd>${detailText(value)}</dd></div>`)}</dl>`;
}

/** One entry with all that it holds, and the way to others like it.
 * @param {{of: Deed, names: Names, onlyThese: (some: Record<string, string>) => void, onClose: () => void}} props */
export function Entry({ of, names, onlyThese, onClose }) {
  const only = (/** @type {string} */ label, /** @type {Record<string, string>} */ some) =>
    html`<${Button} icon="filter" onClick=${() => onlyThese(some)}>${label}<//>`;
  return html`<${Dialog} title=${deedWord(of.action)} onClose=${onClose}><div class="stack"><${Facts} items=${[
    [t("audit.at"), html`<time datetime=${of.at}>${formatExact(of.at)}</time>`],
    [t("audit.who"), html`<${Who} of=${of} names=${names} /> <span class="quiet small"><${Text}>${of.username}<//></span>`],
    [t("audit.let_in"), credentialWord(of.credential) || t("audit.by_itself")],
    [t("audit.ip"), of.ip ?? "–"],
    [t("audit.what"), html`<code>${of.action}</code>`],
    [t("audit.subject"), html`${kindWord(of.subject_kind)}: <${Subject} of=${of} names=${names} />`],
    of.subject_id && [t("audit.id"), html`<code>${of.subject_id}</code>`],
    [t("audit.details"), html`<${Details} of=${of} />`],
  ]} />
  <div class="actions">${only(t("audit.only_who"), { user: of.username })}${only(t("audit.only_what"), { action: of.action })}
    ${of.subject_id && only(t("audit.only_subject"), { subject: of.subject_id })}</div></div><//>`;
}
