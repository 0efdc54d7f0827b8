import type { CSSProperties, ReactElement } from "react";
import type { SpeechLabels } from "./phase-names.ts";
import type { SpeechPhase } from "./speech-state.ts";

/** Seen by nobody, read by screen readers. */
const unseen: CSSProperties = { position: "absolute", width: 1, height: 1, margin: -1, padding: 0, overflow: "hidden", clipPath: "inset(50%)", whiteSpace: "nowrap", border: 0 };

/** Says the phase, politely, when it changes: never the text, which is heard. */
export function PhaseStatus({ phase, labels }: { readonly phase: SpeechPhase; readonly labels: SpeechLabels }): ReactElement {
  return <span role="status" style={unseen}>{labels.phases[phase]}</span>;
}
