/** A histogram without labels that costs next to nothing to feed: it is fed for every chunk of every stream. */
export interface LightHistogram {
  observe(value: number): void;
  /** In the text format of Prometheus. */
  exposition(): string;
}

/** Makes an empty histogram. `bounds` rise. */
export function createLightHistogram(name: string, help: string, bounds: readonly number[]): LightHistogram {
  const counts = new Float64Array(bounds.length + 1);
  let sum = 0;
  return {
    observe(value) {
      let index = 0;
      while (index < bounds.length && value > (bounds[index] ?? 0)) index += 1;
      counts[index] = (counts[index] ?? 0) + 1;
      sum += value;
    },
    exposition() {
      let total = 0;
      const lines = [...bounds, "+Inf"].map((bound, index) => {
        total += counts[index] ?? 0;
        return `${name}_bucket{le="${bound}"} ${total}`;
      });
      return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines, `${name}_sum ${sum}`, `${name}_count ${total}`, ""].join("\n");
    },
  };
}
