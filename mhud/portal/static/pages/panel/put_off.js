import { Button, Dialog, TextField, html, useAction, useState } from "../../kit/index.js";
import { say } from "../../app/errors.js";
import { t } from "../../app/i18n.js";
import { change } from "./callbacks.js";

/** Another time for a callback. @param {{row: any, onClose: () => void}} props */
export function PutOff({ row, onClose }) {
  const [at, setAt] = useState("");
  const act = useAction(async () => {
    await change(row, { due_at: new Date(at).toISOString() });
    onClose();
  }, { quiet: true });
  return html`<${Dialog} title=${t("panel.put_off")} size="small" onClose=${onClose} footer=${html`
      <${Button} onClick=${onClose}>${t("kit.cancel")}<//>
      <${Button} kind="primary" disabled=${!at} busy=${act.busy} onClick=${() => void act.run()}>${t("panel.put_off_to_then")}<//>`}>
    <${TextField} label=${t("panel.due")} type="datetime-local" value=${at} onInput=${setAt} error=${act.error ? say(act.error) : undefined} /><//>`;
}
