import { buildSchema, parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { SyncDocuments } from './build-manifest.ts';
import { buildManifest } from './build-manifest.ts';
import { NotOnDeviceError, addIdentity } from './synced-documents.ts';

const SDL = /* GraphQL */ `
  directive @synced(plural: String!, policy: String!, scope: String) on OBJECT
  directive @default(value: JSON) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
  directive @merge(with: String!) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
  directive @references(
    type: String!
    field: String!
    scope: String
  ) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
  directive @constraint(minLength: Int, maxLength: Int, max: Float, pattern: String) on FIELD_DEFINITION
  scalar JSON
  scalar DateTime
  scalar Position
  interface SyncRecord {
    id: ID!
    scope: ID!
    version: Position!
  }
  enum Size {
    SMALL
    LARGE
  }
  type Address {
    street: String!
    tags: [String!]
    distance(from: String!): Int!
  }
  type Order implements SyncRecord @synced(plural: "orders", policy: "manual") {
    id: ID!
    scope: ID!
    version: Position!
    note: String! @default(value: "") @merge(with: "text") @constraint(maxLength: 10, pattern: "^a")
    size: Size @default(value: null)
    total: Float! @default(value: 0)
    dueAt: DateTime
    address: Address!
    extra: JSON
    productId: ID @references(type: "Product", field: "product", scope: "catalog")
    product: Product
    previousId: ID @references(type: "Order", field: "previous")
    previous: Order
    customer: Customer
    lines(first: Int!): [String!]!
  }
  type Product implements SyncRecord @synced(plural: "products", policy: "serverWins", scope: "catalog") {
    id: ID!
    scope: ID!
    version: Position!
    name: String!
  }
  type Customer {
    id: ID!
    favourites: [Order!]!
  }
  type Delta {
    orders: [Order!]!
  }
  input OrderUpsert {
    id: ID!
    note: String
    size: Size
    dueAt: DateTime
    extra: JSON
    productId: ID
  }
  input ProductUpsert {
    id: ID!
  }
  type OrderUpsertPayload {
    epoch: ID!
  }
  type ProductUpsertPayload {
    epoch: ID!
  }
  type Query {
    order(id: ID!): Order
    orders: [Order!]!
    orderCount: Int!
    product(id: ID!): Product
    products: [Product!]!
    productCount: Int!
    customer: Customer!
    anything: SyncRecord
  }
  type Mutation {
    upsertOrders(changes: [OrderUpsert!]!): OrderUpsertPayload!
    upsertProducts(changes: [ProductUpsert!]!): ProductUpsertPayload!
  }
`;

const document = (name: string, text: string) => ({ name, text, sha256: '' });
const DOCUMENTS: SyncDocuments = {
  protocol: 1,
  types: ['Order', 'Product'],
  pull: document(
    'Pull',
    `query { Order: orderDelta { records { id scope version note size total dueAt address { street tags } extra productId previousId } }
      Product: productDelta { records { id scope version name } } }`,
  ),
  push: document('Push', 'mutation { Order: upsertOrders { epoch } Product: upsertProducts { epoch } }'),
  heads: document('Heads', 'query { viewer { id } }'),
  pokes: document('Pokes', 'subscription { scopeHeads { scope } }'),
  digest: document('Digest', 'query { scopeDigest { type } }'),
};

const schema = buildSchema(SDL);
const manifest = buildManifest(schema, DOCUMENTS);
const transformed = (text: string): string =>
  print(addIdentity(parse(text), schema, manifest)).replace(/\s+/g, ' ');

describe('the manifest', () => {
  it('names what each type is reached by', () => {
    expect(manifest.types['Order']).toMatchObject({
      name: 'Order',
      single: 'order',
      list: 'orders',
      count: 'orderCount',
      delta: 'orderDelta',
      upsert: 'upsertOrders',
      upsertPayload: 'OrderUpsertPayload',
      policy: 'manual',
    });
    expect(manifest.types['Order']).not.toHaveProperty('scope');
    expect(manifest.types['Product']?.scope).toBe('catalog');
  });

  it('knows the fields that the pull document asks for, and no others', () => {
    expect(Object.keys(manifest.types['Order']?.fields ?? {})).toEqual([
      'note',
      'size',
      'total',
      'dueAt',
      'address',
      'extra',
      'productId',
      'previousId',
    ]);
  });

  it('says of each field its kind, who may write it, and what the directives say', () => {
    expect(manifest.types['Order']?.fields).toEqual({
      note: {
        kind: 'string',
        list: false,
        nullable: false,
        writable: true,
        default: '',
        merger: 'text',
        constraint: { maxLength: 10, pattern: '^a' },
      },
      size: {
        kind: 'enum',
        list: false,
        nullable: true,
        writable: true,
        default: null,
        values: ['SMALL', 'LARGE'],
      },
      total: { kind: 'float', list: false, nullable: false, writable: false, default: 0 },
      dueAt: { kind: 'dateTime', list: false, nullable: true, writable: true },
      address: {
        kind: 'object',
        list: false,
        nullable: false,
        writable: false,
        objectType: 'Address',
        fields: {
          street: { kind: 'string', list: false, nullable: false, writable: false },
          tags: { kind: 'string', list: true, nullable: true, writable: false },
        },
      },
      extra: { kind: 'json', list: false, nullable: true, writable: true },
      productId: {
        kind: 'id',
        list: false,
        nullable: true,
        writable: true,
        references: { type: 'Product', field: 'product', scope: 'catalog' },
      },
      previousId: {
        kind: 'id',
        list: false,
        nullable: true,
        writable: false,
        references: { type: 'Order', field: 'previous' },
      },
    });
  });

  it('is refused when the sync documents belong to another schema', () => {
    const other = { ...DOCUMENTS, types: ['Order', 'Invoice'] };
    expect(() => buildManifest(schema, other)).toThrow(/do not belong together.*Invoice/);
    const renamed = {
      ...DOCUMENTS,
      pull: document('Pull', 'query { Order: orderDelta { records { gone } } }'),
    };
    expect(() => buildManifest(schema, renamed)).toThrow(/do not belong together/);
  });
});

describe('documents', () => {
  it('get id, scope and version wherever a synced type is selected, in fragments and references too', () => {
    expect(
      transformed(
        '{ orders { note } customer { favourites { ...F } } } fragment F on Order { product { name } }',
      ),
    ).toBe(
      '{ orders { id scope version note } customer { favourites { id scope version ...F } } }' +
        ' fragment F on Order { id scope version product { id scope version name } }',
    );
  });

  it('get them in a reference to another record of the same type', () => {
    expect(transformed('{ orders { previous { note } } }')).toBe(
      '{ orders { id scope version previous { id scope version note } } }',
    );
  });

  it('keep what is there: nothing is added twice, an alias does not count', () => {
    expect(transformed('{ orders { version id scope } }')).toBe('{ orders { version id scope } }');
    expect(transformed('{ orders { key: id scope version } }')).toBe(
      '{ orders { id key: id scope version } }',
    );
    expect(transformed('{ customer { id } }')).toBe('{ customer { id } }');
  });

  it('get them in an inline fragment that narrows to a synced type, but not twice in one selection', () => {
    expect(transformed('{ orders { ... on Order { note } } }')).toBe(
      '{ orders { id scope version ... on Order { note } } }',
    );
    expect(transformed('{ anything { ... on Order { note } } }')).toBe(
      '{ anything { ... on Order { id scope version note } } }',
    );
  });

  it.each([
    ['a nested type that does not sync', '{ orders { customer { id } } }', 'Order.customer'],
    ['a field with arguments', '{ orders { lines(first: 1) } }', 'Order.lines'],
    [
      'a field with arguments in a nested object',
      '{ orders { address { distance(from: "x") } } }',
      'Address.distance',
    ],
    [
      'one inside of a fragment',
      '{ orders { ...F } } fragment F on Order { customer { id } }',
      'Order.customer',
    ],
  ])('are refused for %s', (_what, text, field) => {
    expect(() => transformed(text)).toThrow(NotOnDeviceError);
    expect(() => transformed(text)).toThrow(`NOT_ON_DEVICE: \`${field}\``);
  });

  it('are refused with the place in the file', () => {
    expect(() => transformed('{\n  orders {\n    customer { id }\n  }\n}')).toThrow(/3:5/);
  });

  it('may select syncState, which the device knows', () => {
    const client = buildSchema(
      `${SDL}\nenum SyncState { SYNCED }\nextend type Order { syncState: SyncState! }`,
    );
    const text = print(addIdentity(parse('{ orders { syncState @client } }'), client, manifest));
    expect(text.replace(/\s+/g, ' ')).toBe('{ orders { id scope version syncState @client } }');
  });
});
