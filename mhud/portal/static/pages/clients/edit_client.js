import { request } from "../../app/api.js";
import { t } from "../../app/i18n.js";
import { html, useVersionedForm } from "../../kit/index.js";
import { VersionedDialog } from "../cases/versioned_dialog.js";
import { ROOT, readClient } from "./client_api.js";
import { CLIENT_WORDS, ClientFields, bodyOf, check, valuesOf } from "./client_fields.js";

/** @typedef {{from: {item: import("./client_api.js").Client, etag: string | null}, onChanged: () => void, onClose: () => void}} Props */

/** @param {Props} props */
export function EditClient({ from, onChanged, onClose }) {
  const id = from.item.id;
  const edit = useVersionedForm({
    from, valuesOf, bodyOf, check,
    read: () => readClient(id),
    save: (body, etag) => request("PUT", `${ROOT}/${id}`, { body, ifMatch: etag }),
    onSaved: () => {
      onChanged();
      onClose();
    },
  });
  return html`<${VersionedDialog} title=${t("clients.edit")} action=${t("cases.save")} size="large" edit=${edit} words=${CLIENT_WORDS} onClose=${onClose}>
    <${ClientFields} form=${edit.form} /><//>`;
}
