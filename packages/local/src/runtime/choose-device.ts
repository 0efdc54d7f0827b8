import { TTSError } from "@parlando/engine";
import type { Device, DeviceAttempt, DeviceChoice } from "./device.ts";
import { firstLine } from "./failure.ts";

/** What opened on a device, and what was tried before. */
export interface OpenedOnDevice<T> {
  readonly opened: T;
  readonly device: Device;
  readonly tried: readonly DeviceAttempt[];
}

/** How to find a device that works. */
export interface OpenOnDeviceOptions<T> {
  readonly choice: DeviceChoice;
  /** What `auto` tries, best first. */
  readonly order: readonly Device[];
  /** What is opened, for messages: "the backbone". */
  readonly what: string;
  readonly open: (device: Device) => Promise<T>;
}

/**
 * Opens something on the first device that works, in order. Runtimes throw where a device is not there, and none of them falls back by itself: so each
 * is asked alone. An error of Parlando is about the model, not about the device, and ends the search.
 *
 * @throws TTSError `DEVICE_UNAVAILABLE` when none works: it says what each of them answered, memory included where the backbone tells it.
 */
export async function openOnDevice<T>(options: OpenOnDeviceOptions<T>): Promise<OpenedOnDevice<T>> {
  const tried: DeviceAttempt[] = [];
  for (const device of devicesOf(options.choice, options.order)) {
    try {
      return { opened: await options.open(device), device, tried };
    } catch (error) {
      if (TTSError.isInstance(error) && error.code !== "DEVICE_UNAVAILABLE") throw error;
      tried.push({ device, reason: reasonOf(error) });
    }
  }
  const answers = tried.map(({ device, reason }) => `${device}: ${reason}`).join("; ");
  throw new TTSError(
    "DEVICE_UNAVAILABLE",
    `Opening ${options.what} on ${tellChoice(options.choice)}: ${tried.length === 0 ? "no device was named" : `nothing worked (${answers})`}. Install what the device needs, or choose "cpu" or "auto".`,
  );
}

/** The devices that a choice means, in order, each once. */
export function devicesOf(choice: DeviceChoice, order: readonly Device[]): readonly Device[] {
  if (choice === "auto") return order;
  return typeof choice === "string" ? [choice] : [...new Set(choice)];
}

/** The name of the process that runs a choice: its first device. `auto` is found out in the process, so that all who leave it open share one. */
export function processKeyOf(choice: DeviceChoice): string {
  return typeof choice === "string" ? choice : (choice[0] ?? "auto");
}

/** The warning for a device that was passed over; undefined when the first one worked. */
export function fallbackWarning(what: string, tried: readonly DeviceAttempt[], device: Device): string | undefined {
  if (tried.length === 0) return undefined;
  const answers = tried.map((attempt) => `${attempt.device}: ${attempt.reason}`).join("; ");
  return `Opening ${what}: ${answers}; running on ${device}.`;
}

function tellChoice(choice: DeviceChoice): string {
  return typeof choice === "string" ? `"${choice}"` : `[${choice.join(", ")}]`;
}

function reasonOf(error: unknown): string {
  if (TTSError.isInstance(error)) return error.message;
  return firstLine(error);
}
