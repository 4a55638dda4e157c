/** Lets so many workers each do their items one after the other; answers the sum of what they say. */
export async function inParallel<T>(
  lanes: readonly (readonly T[])[],
  work: (item: T, lane: number) => Promise<number>,
): Promise<number> {
  const sums = await Promise.all(
    lanes.map(async (items, lane) => {
      let sum = 0;
      for (const item of items) sum += await work(item, lane);
      return sum;
    }),
  );
  return sums.reduce((total, sum) => total + sum, 0);
}
