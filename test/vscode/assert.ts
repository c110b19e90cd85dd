/** The assertions of this suite; Node's are not available in the browser's extension host. */

export function ok(value: unknown, message: string): asserts value {
  if (!value) {
    throw new Error(message);
  }
}

export function equal<T>(actual: T, expected: T, message?: string): void {
  const left = JSON.stringify(actual);
  const right = JSON.stringify(expected);
  if (left !== right) {
    throw new Error(`${message ? `${message}: ` : ''}expected ${right}, got ${left}`);
  }
}

/** Waits until `read` returns a truthy value, and returns it. Fails with `what` if it never does. */
export async function eventually<T>(
  what: string,
  read: () => T | Promise<T>,
  milliseconds = 60_000,
): Promise<NonNullable<T>> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const value = await read();
    if (value) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`Waited ${milliseconds} ms in vain: ${what}.`);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}
