import { html, useState } from "../vendor/kit.js";
import { t } from "../app/i18n.js";
import { TextField } from "./field.js";

/** One line that nobody reads over a shoulder; says that capitals are locked while one types.
 * @param {import("./field.js").FieldProps & {autocomplete: "current-password" | "new-password"} & Record<string, any>} props */
export function PasswordField({ hint, ...rest }) {
  const [isLocked, setLocked] = useState(false);
  const look = (/** @type {Event} */ event) =>
    setLocked(event instanceof KeyboardEvent && event.getModifierState("CapsLock")); // a manager's filling in is no keyboard's
  const said = [hint, isLocked && t("kit.caps_lock")].filter(Boolean).join(" ");
  return html`<${TextField} ...${rest} type="password" hint=${said || undefined}
    onKeyDown=${look} onKeyUp=${look} onBlur=${() => setLocked(false)} />`;
}
