/** Whether this runs in Node (or something that behaves like it), with its modules at hand. Bundlers see no import of them. */
export function isNode(): boolean {
  const { process: found } = globalThis as { process?: Partial<NodeJS.Process> };
  return typeof found?.versions?.node === "string" && typeof found.getBuiltinModule === "function";
}
