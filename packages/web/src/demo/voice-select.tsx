import { useMemo, type ReactElement } from "react";
import type { ServedVoice } from "./server-door.ts";

/** Properties of `VoiceSelect`. */
export interface VoiceSelectProps {
  readonly voices: readonly ServedVoice[];
  /** BCP-47: what the engine goes by where no voice is chosen. */
  readonly language: string;
  /** Undefined: the engine's own choice. */
  readonly value: string | undefined;
  readonly onChange: (voice: string | undefined) => void;
}

/** The live list of voices, by language. */
export function VoiceSelect({ voices, language, value, onChange }: VoiceSelectProps): ReactElement {
  const groups = useMemo(() => groupVoices(voices), [voices]);
  return (
    <select value={value ?? ""} onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}>
      <option value="">Any for {languageName(new Intl.DisplayNames("en", { type: "language" }), language)}</option>
      {groups.map(({ name, voices: members }) => (
        <optgroup key={name} label={name}>
          {members.map((voice) => <option key={voice.id} value={voice.id}>{voice.name}</option>)}
        </optgroup>
      ))}
    </select>
  );
}

function groupVoices(voices: readonly ServedVoice[]): readonly { readonly name: string; readonly voices: readonly ServedVoice[] }[] {
  const names = new Intl.DisplayNames("en", { type: "language" });
  const groups = new Map<string, ServedVoice[]>();
  for (const voice of voices) {
    const name = languageName(names, voice.language);
    groups.set(name, [...(groups.get(name) ?? []), voice]);
  }
  return [...groups].sort(([one], [other]) => one.localeCompare(other)).map(([name, members]) => ({ name, voices: members }));
}

function languageName(names: Intl.DisplayNames, language: string): string {
  try {
    return names.of(language.split("-")[0] ?? "") ?? "Other";
  } catch {
    return "Other";
  }
}
