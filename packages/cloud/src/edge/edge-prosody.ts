import { TTSError, type EngineEvent, type SynthesisRequest } from "@parlando/engine";

/** Bounds that Azure documents for the same voices; Edge's own are not known. */
const rates = { least: 0.5, most: 2 };
const semitones = { least: -12, most: 12 };
const volumes = { least: 0, most: 2 };

/** Rate, pitch and volume as SSML writes them, and warnings for what had to be brought within bounds. */
export interface EdgeProsody {
  readonly rate: string;
  readonly pitch: string;
  readonly volume: string;
  readonly warnings: readonly EngineEvent[];
}

/**
 * Puts rate, pitch and volume into the attributes of `prosody`: percent of change, semitones, percent of change.
 *
 * @throws TTSError `INVALID_INPUT` for what is no finite number.
 */
export function readProsody({ rate = 1, pitch = 0, volume = 1 }: Pick<SynthesisRequest, "rate" | "pitch" | "volume">): EdgeProsody {
  const warnings: EngineEvent[] = [];
  const clamp = (name: string, value: number, { least, most }: { least: number; most: number }): number => {
    if (!Number.isFinite(value)) throw new TTSError("INVALID_INPUT", `Speaking with edge: \`${name}\` is not a finite number. Give one from ${least} to ${most}.`, { engine: "edge" });
    const clamped = Math.min(most, Math.max(least, value));
    if (clamped !== value) warnings.push({ type: "warning", code: "OPTION_CLAMPED", message: `Edge speaks with a ${name} of ${least} to ${most}; ${value} was asked for, ${clamped} is used.` });
    return clamped;
  };
  const st = clamp("pitch", pitch, semitones);
  return {
    rate: `${signed(Math.round((clamp("rate", rate, rates) - 1) * 100))}%`,
    // What the browser sends where nothing is changed.
    pitch: st === 0 ? "+0Hz" : `${signed(Math.round(st * 100) / 100)}st`,
    volume: `${signed(Math.round((clamp("volume", volume, volumes) - 1) * 100))}%`,
    warnings,
  };
}

function signed(value: number): string {
  return value < 0 ? String(value) : `+${value}`;
}
