import { Skeleton, Stack } from '@mantine/core';

const ROWS = [0, 1, 2, 3, 4, 5];

/** Where a list will be. `label` says what is on its way. */
export function ListSkeleton({ label }: { readonly label: string }) {
  return (
    <Stack p="lg" gap="xl" role="status" aria-label={label}>
      {ROWS.map((row) => (
        <Stack key={row} gap={8}>
          <Skeleton h={16} w="55%" />
          <Skeleton h={12} w="90%" />
          <Skeleton h={10} w="30%" />
        </Stack>
      ))}
    </Stack>
  );
}
