/** What is known of an engine before its package is loaded. */
export interface RegistryEntry {
  /** What config names. */
  readonly id: string;
  /** The npm package that holds it. */
  readonly package: string;
  /** What the package says of itself. */
  readonly description: string;
  /** SPDX name of the package's licence. */
  readonly licence: string;
  /** Imports the engine's module; nothing is loaded before. The module exports `createEngine(options)`. */
  readonly load: () => Promise<unknown>;
}

/** The line that installs a package. */
export function installLine(packageName: string): string {
  return `npm install ${packageName}`;
}
