import { describe, expect, it } from "vitest";
import { letHeapGrow } from "./heap-growth.ts";

describe("letHeapGrow", () => {
  it("lets the heap of a server grow to three times what is in use", () => {
    const set: string[] = [];
    letHeapGrow([], (flag) => set.push(flag));
    letHeapGrow(["--max-old-space-size=4096"], (flag) => set.push(flag));
    expect(set).toEqual(["--heap-growing-percent=200", "--heap-growing-percent=200"]);
  });

  it.each(["--heap-growing-percent=50", "--heap_growing_percent=50"])("leaves alone what was said with %s", (argument) => {
    const set: string[] = [];
    letHeapGrow([argument], (flag) => set.push(flag));
    expect(set).toEqual([]);
  });

  it("is a flag that this Node knows", () => {
    expect(() => letHeapGrow([])).not.toThrow();
  });
});
