/** Those who wait until more text is wanted. */
export class FeedGate {
  #waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];

  get isWaitedFor(): boolean {
    return this.#waiting.length > 0;
  }

  wait(): Promise<void> {
    return new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  open(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  refuse(error: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
