import { html, useState } from "../../vendor/kit.js";
import { t } from "../../app/i18n.js";
import { queues } from "../../app/live.js";
import { place, setQuery } from "../../app/router.js";
import { Button } from "../../kit/button.js";
import { Dialog } from "../../kit/dialog.js";
import { ChecksField, TextField } from "../../kit/field.js";
import { byName } from "./facts.js";
import { GOAL } from "./limits.js";

/**
 * What a board shows stands in its address: a bookmark keeps it, and each TV has its own.
 * @typedef {{chosen: string[] | null, goal: number}} Choice `chosen`: queues; null: all
 */

/** @param {Record<string, string>} query @returns {Choice} */
export function choiceOf(query) {
  const goal = Number(query.goal);
  return {
    chosen: query.queues ? query.queues.split(",") : null,
    goal: query.goal && goal > 0 && goal <= 100 ? goal : GOAL,
  };
}

/** @param {Choice} choice @returns {Record<string, string>} */
export const queryOf = ({ chosen, goal }) => ({
  ...(chosen?.length ? { queues: chosen.join(",") } : {}),
  ...(goal === GOAL ? {} : { goal: String(goal) }),
});

/** @param {{choice: Choice, onClose: () => void}} props */
export function Choose({ choice, onClose }) {
  const all = queues.list.sort(byName);
  const [chosen, setChosen] = useState(choice.chosen ?? all.map((queue) => queue.id));
  const [goal, setGoal] = useState(String(choice.goal));
  const isFine = Number(goal) > 0 && Number(goal) <= 100;
  const take = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!isFine) return;
    const some = chosen.length && chosen.length < all.length ? chosen : null;
    setQuery({ ...place.peek().query, queues: null, goal: null, ...queryOf({ chosen: some, goal: Number(goal) }) });
    onClose();
  };
  const footer = html`<${Button} onClick=${onClose}>${t("kit.cancel")}<//>
    <${Button} kind="primary" type="submit" form="board-choice">${t("board.show")}<//>`;
  return html`<${Dialog} title=${t("board.choose")} onClose=${onClose} footer=${footer}>
    <form id="board-choice" class="form" onSubmit=${take} noValidate>
      <p class="quiet small">${t("board.choose_hint")}</p>
      <${ChecksField} label=${t("board.queues")} value=${chosen} onInput=${setChosen}
        options=${all.map((queue) => ({ value: queue.id, label: queue.name }))} />
      <${TextField} label=${t("board.goal_field")} type="number" min="1" max="100" value=${goal} onInput=${setGoal}
        error=${isFine ? undefined : t("board.goal_wrong")} />
    </form><//>`;
}
