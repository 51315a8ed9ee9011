/** A file shown in place, as far as that is safe: pictures, sound, films and plain text. */
import { get } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { Dialog, Loaded, Notice, Text, html, useLoad, useState } from "../../kit/index.js";

const MOST_TEXT = 200_000; // characters; more is for an editor

/** What it is shown as; null: it can only be downloaded. @param {{mime_type: string}} file
 * @returns {"image" | "audio" | "video" | "text" | null} */
export function kindOf({ mime_type: type }) {
  if (/^image\/(png|jpeg|gif|webp)$/.test(type)) return "image";
  if (type.startsWith("audio/")) return "audio";
  if (type.startsWith("video/")) return "video";
  return type.startsWith("text/plain") ? "text" : null;
}

/** @param {{file: any, path: string, onClose: () => void}} props */
export function Preview({ file, path, onClose }) {
  const [isWrong, setWrong] = useState(false);
  const name = file.original_filename;
  const failed = () => setWrong(true);
  const kind = kindOf(file);
  return html`<${Dialog} title=${name} size="large" onClose=${onClose}>
    ${isWrong && html`<${Notice} tone="bad">${t("cases.not_showable")}<//>`}
    ${!isWrong && kind === "image" && html`<img class="preview-image" src=${path} alt=${file.description || name} onError=${failed} />`}
    ${!isWrong && kind === "audio" && html`<audio class="player" controls src=${path} aria-label=${name} onError=${failed}></audio>`}
    ${!isWrong && kind === "video" && html`<video class="preview-image" controls src=${path} aria-label=${name} onError=${failed}></video>`}
    ${kind === "text" && html`<${Words} path=${path} />`}<//>`;
}

/** @param {{path: string}} props */
function Words({ path }) {
  const text = useLoad((signal) => get(path, {}, { signal, as: "text" }), [path]);
  return html`<${Loaded} of=${text}>${(/** @type {string} */ words) => html`
    ${words.length > MOST_TEXT && html`<${Notice}>${t("cases.text_cut")}<//>`}
    <div class="preview-text" tabindex="0"><${Text} lines>${words.slice(0, MOST_TEXT)}<//></div>`}<//>`;
}
