import { useEffect, useRef, useState } from "../vendor/kit.js";

const ROW_PX = 40;
const BEYOND = 10; // rows drawn above and below what is seen

/** Which of many rows are drawn. @param {number} count @param {boolean} isOn */
export function useWindow(count, isOn) {
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  const [{ top, room }, setSeen] = useState({ top: 0, room: 800 });
  const look = () => {
    const box = ref.current;
    if (box && isOn) setSeen({ top: box.scrollTop, room: box.clientHeight });
  };
  useEffect(look, [isOn, count]);
  const first = isOn ? Math.max(0, Math.min(count, Math.floor(top / ROW_PX)) - BEYOND) : 0;
  const last = isOn ? Math.min(count, Math.ceil((top + room) / ROW_PX) + BEYOND) : count;
  return {
    ref, isOn, first, last, onScroll: isOn ? look : undefined,
    above: first * ROW_PX, below: (count - last) * ROW_PX,
  };
}
