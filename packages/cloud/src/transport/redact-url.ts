/**
 * An address as an error may show it: without user, password and fragment, and with the names but not the values of its query, since
 * some providers take their keys there.
 *
 * @example
 * ```ts
 * redactUrl("wss://me:secret@acme.example/v1?key=secret"); // "wss://acme.example/v1?key=..."
 * ```
 */
export function redactUrl(url: string | URL): string {
  if (!URL.canParse(String(url))) return "an address that cannot be read";
  const { protocol, host, pathname, searchParams } = new URL(url);
  const names = [...searchParams.keys()].map((name) => `${encodeURIComponent(name)}=...`);
  return `${protocol}//${host}${pathname}${names.length === 0 ? "" : `?${names.join("&")}`}`;
}
