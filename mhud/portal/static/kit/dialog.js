import { html, signal, useId, useLayoutEffect, useRef } from "../vendor/kit.js";
import { giveBack, keepPlace } from "../app/focus.js";
import { t } from "../app/i18n.js";
import { Button } from "./button.js";

const FIRST = ".dialog-body :is(input, select, textarea):not(:disabled), .dialog-foot [data-first]";

/**
 * Over the page: keeps the focus, closes by Escape, gives the focus back.
 * @param {{title: string, onClose?: () => void, children?: any, footer?: any,
 *   size?: "small" | "medium" | "large", urgent?: boolean}} props
 *   without `onClose` it can't be closed; `footer`: its buttons, the main one last;
 *   `urgent`: read out at once (an incoming call)
 */
export function Dialog({ title, onClose, children, footer, size = "medium", urgent = false }) {
  const ref = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  useLayoutEffect(() => {
    const [place, dialog] = [keepPlace(), ref.current];
    dialog?.showModal();
    /** @type {HTMLElement | null | undefined} */ (dialog?.querySelector(FIRST))?.focus();
    return () => {
      dialog?.close(); // while it is open, nothing beside it takes the focus
      giveBack(place);
    };
  }, []);
  const cancel = (/** @type {Event} */ event) => {
    event.preventDefault(); // whether it closes is for its owner to say
    onClose?.();
  };
  const closed = () => { // by a browser that asks only once
    if (!ref.current?.isConnected) return;
    ref.current.showModal();
    onClose?.();
  };
  return html`<dialog ref=${ref} class="dialog dialog-${size}" aria-labelledby=${id}
    role=${urgent ? "alertdialog" : undefined} onCancel=${cancel} onClose=${closed}>
    <div class="dialog-head"><h2 id=${id} dir="auto">${title}</h2>
      ${onClose && html`<${Button} kind="quiet" icon="close" label=${t("kit.close")} onClick=${onClose} />`}</div>
    <div class="dialog-body">${children}</div>
    ${footer && html`<div class="dialog-foot">${footer}</div>`}
  </dialog>`;
}

/** @typedef {{title: string, text?: any, action: string, danger?: boolean, done: (yes: boolean) => void}} Question */
/** @type {import("../vendor/kit.js").Signal<Question | null>} */
const question = signal(null);

/** Asks before what can't be undone: `if (await confirm({...})) …`
 * @param {{title: string, text?: any, action: string, danger?: boolean}} asked `action`: the word on
 *   the button, such as "End call"; never just "OK"
 * @returns {Promise<boolean>} */
export function confirm(asked) {
  question.value?.done(false);
  return new Promise((resolve) => {
    const done = (/** @type {boolean} */ yes) => {
      question.value = null;
      resolve(yes);
    };
    question.value = { ...asked, done };
  });
}

/** Once, in the shell. */
export function Questions() {
  const asked = question.value;
  if (!asked) return null;
  const footer = html`<${Button} onClick=${() => asked.done(false)} data-first>${t("kit.cancel")}<//>
    <${Button} kind=${asked.danger ? "danger" : "primary"} onClick=${() => asked.done(true)}>${asked.action}<//>`;
  return html`<${Dialog} title=${asked.title} size="small" footer=${footer}
    onClose=${() => asked.done(false)}>${typeof asked.text === "string"
      ? html`<p>${asked.text}</p>` : asked.text}<//>`;
}
