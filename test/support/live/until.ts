// Waiting for what other processes do: looked at again and again, given up after many looks.

/** Resolves once it holds; `told` says more when it does not come to that. */
export async function until(condition: () => boolean | Promise<boolean>, told: () => string = () => '', looks = 9000): Promise<void> {
  for (let k = 0; k < looks; k++) {
    if (await condition()) return;
    await new Promise((done) => { setTimeout(done, 10); });
  }
  throw new Error(`it did not come to that${told()}`);
}
