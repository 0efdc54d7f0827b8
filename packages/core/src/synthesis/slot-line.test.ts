import { describe, expect, it } from "vitest";
import { SlotLine } from "./slot-line.ts";

const never = new AbortController().signal;

/** Notes in which order those go on who ask for a slot. */
function createRecord(line: SlotLine): { ask: (name: string, signal?: AbortSignal) => Promise<void>; order: string[] } {
  const order: string[] = [];
  return {
    order,
    async ask(name, signal = never) {
      await line.enter(signal);
      order.push(name);
    },
  };
}

describe("the line for slots", () => {
  it("gives a free slot at once, and takes count of it", () => {
    const line = new SlotLine(2);
    expect(line.enter(never)).toBeUndefined();
    expect(line.enter(never)).toBeUndefined();
    expect(line.running).toBe(2);
    line.leave();
    expect(line.running).toBe(1);
    expect(line.enter(never)).toBeUndefined();
  });

  it("lets those who wait go in the order of asking, one for each slot given back", async () => {
    const line = new SlotLine(1);
    const { ask, order } = createRecord(line);
    void line.enter(never);
    const asked = [ask("first"), ask("second"), ask("third")];
    expect(line.waiting).toBe(3);
    line.leave();
    await asked[0];
    expect([order, line.running, line.waiting]).toEqual([["first"], 1, 2]);
    line.leave();
    await asked[1];
    line.leave();
    await asked[2];
    expect(order).toEqual(["first", "second", "third"]);
    line.leave();
    expect([line.running, line.waiting]).toEqual([0, 0]);
  });

  it("does not let who asks later pass who waits", async () => {
    const line = new SlotLine(1);
    const { ask, order } = createRecord(line);
    void line.enter(never);
    const first = ask("first");
    line.leave();
    const second = ask("second");
    await first;
    expect(order).toEqual(["first"]);
    line.leave();
    await second;
  });

  it("lets who aborts leave it without a slot, and keeps the order of the others", async () => {
    const line = new SlotLine(1);
    const { ask, order } = createRecord(line);
    void line.enter(never);
    const abort = new AbortController();
    const first = ask("first", abort.signal);
    const second = ask("second");
    abort.abort();
    await expect(first).rejects.toMatchObject({ code: "ABORTED" });
    expect([line.running, line.waiting]).toEqual([1, 1]);
    line.leave();
    await second;
    expect(order).toEqual(["second"]);
  });

  it("refuses at once whose signal is aborted already, unless a slot is free", async () => {
    const line = new SlotLine(1);
    expect(line.enter(AbortSignal.abort())).toBeUndefined();
    await expect(line.enter(AbortSignal.abort())).rejects.toMatchObject({ code: "ABORTED" });
    expect([line.running, line.waiting]).toEqual([1, 0]);
  });

  it("lets more in when there are more slots, and takes none away from those that run when there are fewer", async () => {
    const line = new SlotLine(1);
    const { ask, order } = createRecord(line);
    void line.enter(never);
    const asked = [ask("first"), ask("second")];
    line.slots = 3;
    await Promise.all(asked);
    expect([order, line.running]).toEqual([["first", "second"], 3]);
    line.slots = 1;
    const third = ask("third");
    line.leave();
    line.leave();
    expect(line.waiting).toBe(1);
    line.leave();
    await third;
    expect(line.running).toBe(1);
  });
});
