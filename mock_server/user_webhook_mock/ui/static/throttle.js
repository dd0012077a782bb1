const GAP = 200;

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Return a task that runs once for any number of calls that come while it runs, and not without a gap.
 * An error is only logged: if the mock is gone, the stream ends as well, and the page says so.
 */
export function throttled(task) {
  let isRunning = false;
  let isWanted = false;
  return async () => {
    isWanted = true;
    if (isRunning) {
      return;
    }
    isRunning = true;
    try {
      while (isWanted) {
        isWanted = false;
        await task().catch((error) => console.error(error));
        if (isWanted) {
          await pause(GAP);
        }
      }
    } finally {
      isRunning = false;
    }
  };
}
