import { Skeleton, Stack } from '@mantine/core';

/** Where the note will be. */
export function EditorSkeleton() {
  return (
    <Stack p="xl" gap="md" aria-label="Loading the note" role="status">
      <Skeleton h={34} w="60%" />
      <Skeleton h={18} w="40%" />
      <Skeleton h={14} mt="lg" />
      <Skeleton h={14} />
      <Skeleton h={14} w="80%" />
    </Stack>
  );
}
