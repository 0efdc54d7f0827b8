import { chinese } from "./languages/chinese.ts";
import { unitAt, type ScanState } from "./scan-state.ts";

const { ends, starts } = chinese.foreignNames;

/** Whether a full stop between two Han characters is the dot between the parts of a foreign name (`史蒂芬．史密斯`). */
export function isNameDot(state: ScanState, offset: number): boolean {
  const before = unitAt(state, offset - 1);
  const after = unitAt(state, offset + 1);
  if (before < 0x3400 || after < 0x3400) return false;
  return ends.includes(String.fromCharCode(before)) && starts.includes(String.fromCharCode(after));
}
