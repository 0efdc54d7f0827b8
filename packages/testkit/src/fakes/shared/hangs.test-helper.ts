/** Whether something comes to no end within a time: how hangs of other people's clients are shown. */
export async function hangs(promise: Promise<unknown>, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(true), withinMs)));
  const ended = promise.then(() => false, () => false);
  const result = await Promise.race([ended, late]);
  clearTimeout(timer);
  return result;
}
