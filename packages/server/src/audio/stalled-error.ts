/** The listener has taken nothing for so long that nobody waits for him any more. Stays inside the server: clients see the connection break. */
export class StalledError extends Error {
  override readonly name: string = "StalledError";

  constructor(stallMs: number) {
    super(`Sending audio: the listener took nothing of what waits for him for ${stallMs} ms, so he is dropped (limit \`stallMs\`).`);
  }
}
