import { TTSError } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import type { Device } from "./device.ts";
import { fallbackWarning, openOnDevice, processKeyOf } from "./choose-device.ts";

const order: readonly Device[] = ["cuda", "vulkan", "cpu"];
const only = (working: Device) => async (device: Device): Promise<string> => {
  if (device === working) return `opened on ${device}`;
  throw new Error(`no ${device} here\nat somewhere`);
};

describe("finding a device", () => {
  it("takes the first that works, and tells what was tried before", async () => {
    const found = await openOnDevice({ choice: "auto", order, what: "the backbone", open: only("cpu") });
    expect(found).toEqual({ opened: "opened on cpu", device: "cpu", tried: [{ device: "cuda", reason: "Error: no cuda here" }, { device: "vulkan", reason: "Error: no vulkan here" }] });
    expect(fallbackWarning("the backbone", found.tried, found.device)).toBe("Opening the backbone: cuda: Error: no cuda here; vulkan: Error: no vulkan here; running on cpu.");
    expect(fallbackWarning("the backbone", [], "cpu")).toBeUndefined();
  });

  it("does not replace one device by another", async () => {
    const opening = openOnDevice({ choice: "cuda", order, what: "the backbone", open: only("cpu") });
    await expect(opening).rejects.toMatchObject({ code: "DEVICE_UNAVAILABLE", message: expect.stringMatching(/on "cuda".*no cuda here/u) });
  });

  it("tries a list in its order, each once", async () => {
    const asked: Device[] = [];
    const open = async (device: Device): Promise<never> => {
      asked.push(device);
      throw new TTSError("DEVICE_UNAVAILABLE", `Loading on ${device}: no.`);
    };
    await expect(openOnDevice({ choice: ["metal", "cpu", "metal"], order, what: "the codec", open })).rejects.toMatchObject({ code: "DEVICE_UNAVAILABLE", message: expect.stringContaining("[metal, cpu, metal]") });
    expect(asked).toEqual(["metal", "cpu"]);
    await expect(openOnDevice({ choice: [], order, what: "the codec", open })).rejects.toMatchObject({ message: expect.stringContaining("no device was named") });
  });

  it("stops at an error of the model itself", async () => {
    const asked: Device[] = [];
    const open = async (device: Device): Promise<never> => {
      asked.push(device);
      throw new TTSError("MODEL_NOT_FOUND", "Reading the file: it is cut short.");
    };
    await expect(openOnDevice({ choice: "auto", order, what: "the backbone", open })).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
    expect(asked).toEqual(["cuda"]);
  });

  it("gives a process to each first device", () => {
    expect([processKeyOf("auto"), processKeyOf("cuda"), processKeyOf(["cuda", "cpu"]), processKeyOf([])]).toEqual(["auto", "cuda", "cuda", "auto"]);
  });
});
