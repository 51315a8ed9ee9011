import { ApiError } from "../../app/errors.js";
import { formatBytes } from "../../app/format.js";
import { hasText, t } from "../../app/i18n.js";
import { Button, Dialog, Field, Notice, TextArea, html, useEffect, useForm, useId, useRef, useState } from "../../kit/index.js";
import { ROOT } from "./case_api.js";
import { upload } from "./upload.js";
import { closeUnlessDirty } from "./versioned_dialog.js";

/** @typedef {{file: File | null, description: string}} Values @type {Values} */
const EMPTY = { file: null, description: "" };
const MOST_BYTES = 100_000_000;

/** @param {{caseId: number, onAdded: () => void, onClose: () => void}} props */
export function FileDialog({ caseId, onAdded, onClose }) {
  const id = useId();
  const [share, setShare] = useState(0);
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const send = (/** @type {Values} */ values) => {
    stop.current = new AbortController();
    setShare(0);
    return upload(`${ROOT}/${caseId}/attachments`, bodyOf(values), { signal: stop.current.signal, onProgress: setShare }).catch(inWords);
  };
  const form = useForm(EMPTY, send, { check: ({ file }) => problemOf(file) });
  const submit = async (/** @type {Event} */ event) => {
    const isKept = await form.submit(event);
    onAdded(); // it may also be there where no answer came
    if (isKept) onClose();
  };
  const close = () => closeUnlessDirty(form, onClose);
  const footer = html`<${Button} onClick=${form.busy ? () => stop.current.abort() : close}>${t(form.busy ? "cases.stop_upload" : "kit.cancel")}<//>
    <${Button} kind="primary" type="submit" form=${id} busy=${form.busy}>${t("cases.add_file")}<//>`;
  return html`<${Dialog} title=${t("cases.add_file")} onClose=${form.busy ? undefined : close} footer=${footer}>
    ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
    <form id=${id} class="form" novalidate onSubmit=${submit}>
      <${Field} name="file" error=${form.errors.file} label=${t("cases.file")} required disabled=${form.busy} hint=${t("cases.file_hint", { size: formatBytes(MOST_BYTES) })}>${(/** @type {any} */ bound) => html`
        <input ...${bound} type="file" onChange=${(/** @type {any} */ event) => form.set("file", event.currentTarget.files[0] ?? null)} />`}<//>
      <${TextArea} ...${form.field("description")} label=${t("cases.file_description")} rows=${2} maxlength=${1000} hint=${t("cases.optional")} disabled=${form.busy} />
      ${form.busy && html`<${Progress} share=${share} size=${form.values.file?.size ?? 0} />`}</form><//>`;
}

/** @param {{share: number, size: number}} props */
function Progress({ share, size }) {
  const [done, all] = [formatBytes(share * size), formatBytes(size)];
  return html`<label class="stack-tight"><span class="small">${share < 1 ? t("cases.uploading", { done, all }) : t("cases.upload_checked")}</span>
    <progress class="reports-progress" max="1" value=${share < 1 ? share : undefined}></progress></label>`;
}

/** @param {File | null} file @returns {Record<string, string>} */
function problemOf(file) {
  if (!file) return { file: t("cases.file_needed") };
  if (file.size === 0) return { file: t("cases.file_empty") };
  return file.size > MOST_BYTES ? { file: t("cases.file_big", { size: formatBytes(MOST_BYTES) }) } : {};
}

/** @param {Values} values */
function bodyOf({ file, description }) {
  const body = new FormData();
  if (description.trim()) body.append("description", description.trim());
  body.append("file", /** @type {File} */ (file));
  return body;
}

/** What is about the file is said at the file. @param {unknown} error @returns {never} */
function inWords(error) {
  const key = error instanceof ApiError ? `cases.upload_${error.status || error.code}` : "";
  if (!hasText(key)) throw error;
  throw new ApiError({ status: 400, code: "file", message: "", fields: { file: t(key, { size: formatBytes(MOST_BYTES) }) } });
}
