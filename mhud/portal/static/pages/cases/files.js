import { formatBytes } from "../../app/format.js";
import { t } from "../../app/i18n.js";
import { may } from "../../app/rights.js";
import { Button, ButtonLink, Empty, Loaded, Panel, Text, When, html, useState } from "../../kit/index.js";
import { ROOT } from "./case_api.js";
import { FileDialog } from "./file_dialog.js";
import { Preview, kindOf } from "./preview.js";

/** @param {{of: import("./case_api.js").Case, files: import("../../kit/use_load.js").Load<any[]>, onAdded: () => void}} props */
export function Files({ of: one, files, onAdded }) {
  const [isOpen, setOpen] = useState(false);
  const [shown, setShown] = useState(/** @type {any} */ (null));
  const add = may("update_case") && html`<${Button} icon="upload" onClick=${() => setOpen(true)}>${t("cases.add_file")}<//>`;
  return html`<${Panel} title=${t("cases.files")} actions=${add}>
    <${Loaded} of=${files} rows=${2} empty=${html`<${Empty} icon="file" title=${t("cases.no_files")} />`}>${(/** @type {any[]} */ all) => html`
      <ul class="cases-list">${all.map((file) => html`<${File} key=${file.id} of=${file} path=${pathOf(one, file)} onShow=${() => setShown(file)} />`)}</ul>`}<//><//>
    ${isOpen && html`<${FileDialog} caseId=${one.id} onAdded=${onAdded} onClose=${() => setOpen(false)} />`}
    ${shown && html`<${Preview} file=${shown} path=${pathOf(one, shown)} onClose=${() => setShown(null)} />`}`;
}

/** @param {{id: number}} one @param {{id: number}} file */
const pathOf = (one, file) => `${ROOT}/${one.id}/attachments/${file.id}`;

/** @param {{of: any, path: string, onShow: () => void}} props */
function File({ of: file, path, onShow }) {
  return html`<li class="stack-tight"><p><strong><${Text}>${file.original_filename}<//></strong></p>
    <p class="small quiet">${t(`cases.file_${file.file_type}`)} · ${formatBytes(file.file_size)} · <${Text}>${file.uploaded_by_display_name}<//> · <${When} at=${file.uploaded_at} /></p>
    ${file.description && html`<${Text} lines class="small">${file.description}<//>`}
    <div class="actions">${kindOf(file) && html`<${Button} onClick=${onShow} aria-label=${t("cases.show_file", { name: file.original_filename })}>${t("cases.show")}<//>`}
      <${ButtonLink} icon="download" href=${path} download=${file.filename} aria-label=${t("cases.download_file", { name: file.original_filename })}>${t("cases.download")}<//></div></li>`;
}
