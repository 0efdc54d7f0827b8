/** What churn has shown. */
export interface ChurnResult {
  readonly listeners: number;
  readonly wrongSamples: number;
  readonly lostSamples: number;
  readonly ends: Readonly<Record<"complete" | "left" | "broken" | "refused", number>>;
  readonly idleFds: number;
  readonly looks: readonly { readonly atMinutes: number; readonly heapMegabytes: number; readonly fds: number; readonly active: number }[];
}

/** What stalled listeners cost. */
export interface StalledResult {
  readonly took: number;
  readonly kilobytesEach: number;
  readonly kilobytesLeft: number;
}

interface Pace {
  readonly startMs: number;
  readonly rtf: number;
  readonly blockMs: number;
}

export declare function measureChurn(order: { lane: "parlando" | "bare"; streams: number; seconds: number; minutes: number; everyMs?: number; pace: Pace; threads?: number; core?: number }): Promise<ChurnResult>;
export declare function measureStalled(order: { lane: "parlando" | "bare"; listeners: number; highWaterMs: number; settleMs?: number; core?: number }): Promise<StalledResult>;
