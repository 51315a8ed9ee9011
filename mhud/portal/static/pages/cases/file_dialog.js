import { request } from "../../app/api.js";
import { ApiError } from "../../app/errors.js";
import { formatBytes } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { Button, Dialog, Field, Notice, TextArea, html, useForm, useId } from "../../kit/index.js";
import { ROOT } from "./case_api.js";

const MOST_BYTES = 100_000_000;
const LONGEST_MS = 30 * 60_000; // a slow line needs that for a film

/** @param {{caseId: number, onAdded: () => void, onClose: () => void}} props */
export function FileDialog({ caseId, onAdded, onClose }) {
  const id = useId();
  const form = useForm({ file: /** @type {File | null} */ (null), description: "" }, (values) => upload(caseId, values), {
    check: ({ file }) => problemOf(file),
  });
  const send = async (/** @type {Event} */ event) => {
    if (!(await form.submit(event))) return;
    onAdded();
    onClose();
  };
  const footer = html`<${Button} onClick=${onClose} disabled=${form.busy}>${t("kit.cancel")}<//>
    <${Button} kind="primary" type="submit" form=${id} busy=${form.busy}>${t(form.busy ? "cases.uploading" : "cases.add_file")}<//>`;
  return html`<${Dialog} title=${t("cases.add_file")} onClose=${form.busy ? undefined : onClose} footer=${footer}>
    ${form.problem && html`<${Notice} tone="bad">${form.problem}<//>`}
    <form id=${id} class="form" novalidate onSubmit=${send}>
      <${Field} name="file" error=${form.errors.file} label=${t("cases.file")} required hint=${t("cases.file_hint", { size: formatBytes(MOST_BYTES) })}>${(/** @type {any} */ bound) => html`
        <input ...${bound} type="file" onChange=${(/** @type {any} */ event) => form.set("file", event.currentTarget.files[0] ?? null)} />`}<//>
      <${TextArea} ...${form.field("description")} label=${t("cases.file_description")} rows=${2} maxlength=${1000} hint=${t("cases.optional")} /></form><//>`;
}

/** @param {File | null} file @returns {Record<string, string>} */
function problemOf(file) {
  if (!file) return { file: t("cases.file_needed") };
  if (file.size === 0) return { file: t("cases.file_empty") };
  return file.size > MOST_BYTES ? { file: t("cases.file_big", { size: formatBytes(MOST_BYTES) }) } : {};
}

/** @param {number} caseId @param {{file: File | null, description: string}} values */
async function upload(caseId, { file, description }) {
  const body = new FormData();
  if (description.trim()) body.append("description", description.trim());
  body.append("file", /** @type {File} */ (file));
  try {
    await request("POST", `${ROOT}/${caseId}/attachments`, { body, timeout: LONGEST_MS });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 415)) throw error;
    throw new ApiError({ status: 400, code: "type", message: "", fields: { file: t("cases.file_type_refused") } });
  }
}
