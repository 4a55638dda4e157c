const products: readonly (readonly [
  id: string,
  name: string,
  price: number,
  stock: number,
  about: string,
])[] = [
  ['espresso', 'Espresso beans', 1490, 80, 'Dark roast, 1 kg.'],
  ['filter-coffee', 'Filter coffee', 1290, 60, 'Medium roast, whole beans, 1 kg.'],
  ['green-tea', 'Green tea', 690, 120, 'Loose leaves from Shizuoka, 100 g.'],
  ['black-tea', 'Black tea', 590, 140, 'Assam, loose leaves, 100 g.'],
  ['mint-tea', 'Mint tea', 490, 90, 'Dried leaves, 50 g.'],
  ['cocoa', 'Cocoa', 890, 45, 'Without sugar, 250 g.'],
  ['mug', 'Mug', 1200, 35, 'Stoneware, 0.3 l.'],
  ['glass', 'Glass', 800, 50, 'Double-walled, 0.25 l.'],
  ['teapot', 'Teapot', 3900, 12, 'Cast iron, 0.8 l, with a strainer.'],
  ['french-press', 'French press', 2900, 18, 'Glass and steel, for four cups.'],
  ['hand-grinder', 'Hand grinder', 5900, 7, 'Steel burrs, 30 g.'],
  ['kettle', 'Gooseneck kettle', 7900, 3, 'For the stove, 1 l. Only a few left.'],
];

/** What the demo sells. */
export const demoCatalog = {
  records: products.map(([id, name, price, stock, description]) => ({
    scope: 'catalog',
    type: 'Product',
    id,
    values: { name, price, stock, description },
  })),
};
