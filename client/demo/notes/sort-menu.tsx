import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconArrowsSort } from '@tabler/icons-react';
import { NOTE_ORDERS, type NoteOrder } from './note-order.ts';

interface SortMenuProps {
  readonly order: NoteOrder;
  readonly onChange: (order: NoteOrder) => void;
}

/** In which order the notes are listed. */
export function SortMenu({ order, onChange }: SortMenuProps) {
  return (
    <Menu position="bottom-end" width={180} shadow="md">
      <Menu.Target>
        <Tooltip label={`Sorted by: ${NOTE_ORDERS[order].label}`}>
          <ActionIcon aria-label="Sort the notes">
            <IconArrowsSort size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={order} onChange={(value) => onChange(value as NoteOrder)}>
          {Object.entries(NOTE_ORDERS).map(([value, { label }]) => (
            <Menu.RadioItem key={value} value={value}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
