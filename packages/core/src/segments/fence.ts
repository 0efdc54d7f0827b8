import { CLASS } from "./character-class.ts";
import { classAt, unitAt, type ScanState } from "./scan-state.ts";

const TILDE = 0x7e;

/** Whether the unit at the cursor could be the first of a code fence. */
export function mayBeFence(unit: number, kind: number): boolean {
  return kind === CLASS.backtick || unit === TILDE;
}

/** Whether three backticks or tildes stand at the cursor: the border of a code fence when a line begins there. */
export function isFenceHere(state: ScanState): boolean {
  const unit = unitAt(state, state.cursor);
  return mayBeFence(unit, classAt(state, state.cursor)) && unitAt(state, state.cursor + 1) === unit && unitAt(state, state.cursor + 2) === unit;
}
