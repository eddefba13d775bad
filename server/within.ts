/** Whether `done` is, before the time is up; rejects where it does before. */
export async function within(milliseconds: number, done: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  try {
    return await Promise.race([done.then(() => true), timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
