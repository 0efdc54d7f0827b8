import { useEffect, useRef } from "react";

/** Calls `draw` before each picture of the screen while `isMoving`, and once after each render. */
export function useFrames(draw: () => void, isMoving: boolean): void {
  const latest = useRef(draw);
  useEffect(() => {
    latest.current = draw;
    draw();
  });
  useEffect(() => {
    if (!isMoving) return undefined;
    let handle = 0;
    const step = (): void => {
      latest.current();
      handle = requestAnimationFrame(step);
    };
    handle = requestAnimationFrame(step);
    return () => cancelAnimationFrame(handle);
  }, [isMoving]);
}
