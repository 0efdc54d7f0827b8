/** The last times of something, for percentiles. */
export interface RecentTimes {
  add(ms: number): void;
  percentiles(): { readonly p50: number; readonly p95: number; readonly p99: number } | undefined;
}

/** Remembers the last `size`. */
export function createRecentTimes(size: number): RecentTimes {
  const times = new Float64Array(size);
  let added = 0;
  return {
    add(ms) {
      times[added % size] = ms;
      added += 1;
    },
    percentiles() {
      if (added === 0) return undefined;
      const sorted = times.slice(0, Math.min(added, size)).sort();
      const at = (share: number): number => Math.round((sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0) * 10) / 10;
      return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
    },
  };
}
