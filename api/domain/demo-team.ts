import { demoCatalog } from './demo-catalog.ts';

const TEAM = 'team:demo';

const text = (...paragraphs: readonly string[]): string => paragraphs.join('\n\n');

const notes = [
  {
    id: 'welcome',
    title: 'Begin here',
    pinned: true,
    tags: ['welcome'],
    content: text(
      '# Everything works without a connection',
      'Switch on **Work offline** at the lower left, or pull the plug. Write, tick, order: it is saved on this device, and sent when you are back.',
      '- Each note says how far it has come: *Waiting to sync*, then *Synced*.',
      '- Two people may write in the same note at once; their words are merged.',
      '- What nobody can merge waits under **Needs attention**, and you decide.',
      'This note is shared by the team: open the app in a second browser, as somebody else, and write here.',
    ),
  },
  {
    id: 'soil-samples',
    title: 'Soil samples, north field',
    pinned: false,
    tags: ['samples', 'spring'],
    notebookId: 'field-trip',
    content: text(
      'Taken at 20 cm, before the rain.',
      '| Plot | pH | Moisture |\n| --- | --- | --- |\n| A | 6.4 | 21 % |\n| B | 6.1 | 24 % |\n| C | 5.8 | 27 % |',
      'Plot C again next week.',
    ),
  },
  {
    id: 'packing-list',
    title: 'Packing list',
    pinned: false,
    tags: ['todo'],
    notebookId: 'field-trip',
    content: text('- [x] Auger\n- [x] Sample bags\n- [ ] Coffee, from the catalogue\n- [ ] Spare battery'),
  },
];

/** What the demo's team has written, for a first visitor to read and change. */
export const demoTeam = {
  records: [
    ...demoCatalog.records,
    { scope: TEAM, type: 'Notebook', id: 'field-trip', values: { name: 'Field trip' } },
    ...notes.map(({ id, ...values }) => ({ scope: TEAM, type: 'Note', id, values })),
  ],
};
