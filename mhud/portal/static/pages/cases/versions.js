/** Somebody else was faster: his version and this one, side by side. */
import { t } from "../../app/i18n.js";
import { Conflict, html, wordOf } from "../../kit/index.js";

const KINDS = { status: "case_status", priority: "priority", child_gender: "gender" };

/**
 * @param {{theirs: import("./case_api.js").Found, begun: Record<string, any>, values: Record<string, any>,
 *   was: import("./case_api.js").Case, onMine: () => void, onTheirs: () => void}} props
 *   `begun`: the form's values before anything was typed; `was`: the case then
 */
export function Versions({ theirs, begun, values, was, onMine, onTheirs }) {
  const now = theirs.case;
  const rows = Object.keys(begun)
    .filter((name) => name in now)
    .map((name) => ({
      label: labelOf(name),
      mine: values[name] === begun[name] ? shown(name, was) : shown(name, { ...now, [name]: values[name] }),
      theirs: shown(name, now),
    }));
  const others = ["status", "priority", "assigned_user_id"].filter((name) => !(name in begun));
  rows.push(...others.map((name) => ({ label: labelOf(name), mine: shown(name, was), theirs: shown(name, now) })));
  return html`<${Conflict} rows=${rows} onMine=${onMine} onTheirs=${onTheirs} />
    <p class="small quiet">${t("cases.keep_mine_means")}</p>`;
}

/** @param {string} name */
const labelOf = (name) => t(`cases.${name === "assigned_user_id" ? "assigned" : name}`);

/** @param {string} name @param {any} one */
function shown(name, one) {
  const value = one[name];
  if (name === "assigned_user_id") return one.assigned_user?.username ?? (value ? String(value) : t("cases.nobody"));
  if (value === null || value === undefined || value === "") return "–";
  const kind = KINDS[/** @type {keyof typeof KINDS} */ (name)];
  return kind ? wordOf(kind, value) : String(value);
}
