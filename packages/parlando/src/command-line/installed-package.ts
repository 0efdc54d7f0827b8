/** The version of a package that is installed beside this one; undefined when it cannot be told. */
export async function installedVersion(packageName: string): Promise<string | undefined> {
  const { createRequire } = await import("node:module");
  try {
    const manifest: unknown = createRequire(import.meta.url)(`${packageName}/package.json`);
    return typeof manifest === "object" && manifest !== null && "version" in manifest && typeof manifest.version === "string" ? manifest.version : undefined;
  } catch {
    // Not installed, or a package that keeps its manifest to itself.
    return undefined;
  }
}
