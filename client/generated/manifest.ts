import type { Manifest } from '../index.ts';
/** All that the client knows of the schema. */

export const manifest: Manifest = {
  "protocol": 1,
  "documents": {
    "pull": {
      "name": "HoldfastPull",
      "text": "query HoldfastPull($scope: ID, $device: ID, $limit: Int, $noteSince: SyncCursor, $notebookSince: SyncCursor, $orderSince: SyncCursor, $productSince: SyncCursor, $settingSince: SyncCursor) {\n  Note: noteDelta(\n    scope: $scope\n    since: $noteSince\n    limit: $limit\n    device: $device\n  ) {\n    records {\n      id\n      scope\n      version\n      createdAt\n      updatedAt\n      deletedAt\n      title\n      content\n      tags\n      pinned\n      notebookId\n    }\n    cursor\n    hasMore\n    reset\n    at {\n      epoch\n      position\n      floor\n      head\n      executed\n    }\n  }\n  Notebook: notebookDelta(\n    scope: $scope\n    since: $notebookSince\n    limit: $limit\n    device: $device\n  ) {\n    records {\n      id\n      scope\n      version\n      createdAt\n      updatedAt\n      deletedAt\n      name\n      color\n    }\n    cursor\n    hasMore\n    reset\n    at {\n      epoch\n      position\n      floor\n      head\n      executed\n    }\n  }\n  Order: orderDelta(\n    scope: $scope\n    since: $orderSince\n    limit: $limit\n    device: $device\n  ) {\n    records {\n      id\n      scope\n      version\n      createdAt\n      updatedAt\n      deletedAt\n      lines {\n        productId\n        quantity\n        unitPrice\n      }\n      status\n      note\n      number\n      reserved\n      total\n      steps {\n        status\n        at\n      }\n    }\n    cursor\n    hasMore\n    reset\n    at {\n      epoch\n      position\n      floor\n      head\n      executed\n    }\n  }\n  Product: productDelta(\n    scope: $scope\n    since: $productSince\n    limit: $limit\n    device: $device\n  ) {\n    records {\n      id\n      scope\n      version\n      createdAt\n      updatedAt\n      deletedAt\n      name\n      description\n      price\n      stock\n      active\n    }\n    cursor\n    hasMore\n    reset\n    at {\n      epoch\n      position\n      floor\n      head\n      executed\n    }\n  }\n  Setting: settingDelta(\n    scope: $scope\n    since: $settingSince\n    limit: $limit\n    device: $device\n  ) {\n    records {\n      id\n      scope\n      version\n      createdAt\n      updatedAt\n      deletedAt\n      value\n    }\n    cursor\n    hasMore\n    reset\n    at {\n      epoch\n      position\n      floor\n      head\n      executed\n    }\n  }\n}",
      "sha256": "a7a9f028ec81296453e0e7314e1d2a011bca2aa5b5118c30780f9bc03e81af92"
    },
    "push": {
      "name": "HoldfastPush",
      "text": "mutation HoldfastPush($scope: ID, $device: DeviceInput, $limit: Int, $withDelta: Boolean!, $noteChanges: [NoteUpsert!]!, $noteSince: SyncCursor, $notebookChanges: [NotebookUpsert!]!, $notebookSince: SyncCursor, $orderChanges: [OrderUpsert!]!, $orderSince: SyncCursor, $productChanges: [ProductUpsert!]!, $productSince: SyncCursor, $settingChanges: [SettingUpsert!]!, $settingSince: SyncCursor) {\n  Note: upsertNotes(scope: $scope, device: $device, changes: $noteChanges) {\n    epoch\n    results {\n      id\n      seq\n      outcome\n      replayed\n      record {\n        id\n        scope\n        version\n        createdAt\n        updatedAt\n        deletedAt\n        title\n        content\n        tags\n        pinned\n        notebookId\n      }\n      conflicts {\n        field\n        base\n        yours\n        theirs\n        kept\n      }\n      error {\n        code\n        message\n        field\n      }\n    }\n    delta(since: $noteSince, limit: $limit) @include(if: $withDelta) {\n      records {\n        id\n        scope\n        version\n        createdAt\n        updatedAt\n        deletedAt\n        title\n        content\n        tags\n        pinned\n        notebookId\n      }\n      cursor\n      hasMore\n      reset\n      at {\n        epoch\n        position\n        floor\n        head\n        executed\n      }\n    }\n  }\n  Notebook: upsertNotebooks(\n    scope: $scope\n    device: $device\n    changes: $notebookChanges\n  ) {\n    epoch\n    results {\n      id\n      seq\n      outcome\n      replayed\n      record {\n        id\n        scope\n        version\n        createdAt\n        updatedAt\n        deletedAt\n        name\n        color\n      }\n      conflicts {\n        field\n        base\n        yours\n        theirs\n        kept\n      }\n      error {\n        code\n        message\n        field\n      }\n    }\n    delta(since: $notebookSince, limit: $limit) @include(if: $withDelta) {\n      records {\n        id\n        scope\n        version\n        createdAt\n        updatedAt\n        deletedAt\n        name\n        color\n      }\n      cursor\n      hasMore\n      reset\n      at {\n        epoch\n        position\n        floor\n        head\n        executed\n      }\n    }\n  }\n  Order: upsertOrders(scope: $scope, device: $device, changes: $orderChanges) {\n    epoch\n    results {\n      id\n      seq\n      outcome\n      replayed\n      record {\n        id\n        scope\n        version\n        createdAt\n        updatedAt\n        deletedAt\n        lines {\n          productId\n          quantity\n          unitPrice\n        }\n        status\n        note\n        number\n        reserved\n        total\n        steps {\n          status\n          at\n        }\n      }\n      conflicts {\n        field\n        base\n        yours\n        theirs\n        kept\n      }\n      error {\n        code\n        message\n        field\n      }\n    }\n    delta(since: $orderSince, limit: $limit) @include(if: $withDelta) {\n      records {\n        id\n        scope\n        version\n        createdAt\n        updatedAt\n        deletedAt\n        lines {\n          productId\n          quantity\n          unitPrice\n        }\n        status\n        note\n        number\n        reserved\n        total\n        steps {\n          status\n          at\n        }\n      }\n      cursor\n      hasMore\n      reset\n      at {\n        epoch\n        position\n        floor\n        head\n        executed\n      }\n    }\n  }\n  Product: upsertProducts(\n    scope: $scope\n    device: $device\n    changes: $productChanges\n  ) {\n    epoch\n    results {\n      id\n      seq\n      outcome\n      replayed\n      record {\n        id\n        scope\n        version\n        createdAt\n        updatedAt\n        deletedAt\n        name\n        description\n        price\n        stock\n        active\n      }\n      conflicts {\n        field\n        base\n        yours\n        theirs\n        kept\n      }\n      error {\n        code\n        message\n        field\n      }\n    }\n    delta(since: $productSince, limit: $limit) @include(if: $withDelta) {\n      records {\n        id\n        scope\n        version\n        createdAt\n        updatedAt\n        deletedAt\n        name\n        description\n        price\n        stock\n        active\n      }\n      cursor\n      hasMore\n      reset\n      at {\n        epoch\n        position\n        floor\n        head\n        executed\n      }\n    }\n  }\n  Setting: upsertSettings(\n    scope: $scope\n    device: $device\n    changes: $settingChanges\n  ) {\n    epoch\n    results {\n      id\n      seq\n      outcome\n      replayed\n      record {\n        id\n        scope\n        version\n        createdAt\n        updatedAt\n        deletedAt\n        value\n      }\n      conflicts {\n        field\n        base\n        yours\n        theirs\n        kept\n      }\n      error {\n        code\n        message\n        field\n      }\n    }\n    delta(since: $settingSince, limit: $limit) @include(if: $withDelta) {\n      records {\n        id\n        scope\n        version\n        createdAt\n        updatedAt\n        deletedAt\n        value\n      }\n      cursor\n      hasMore\n      reset\n      at {\n        epoch\n        position\n        floor\n        head\n        executed\n      }\n    }\n  }\n}",
      "sha256": "94f02e165587a0f9c4b705959992e783d80ea61b0f9ca427255c3ae226841cc0"
    },
    "heads": {
      "name": "HoldfastHeads",
      "text": "query HoldfastHeads {\n  viewer {\n    id\n    name\n    scopes {\n      id\n      access\n      head\n      epoch\n    }\n  }\n}",
      "sha256": "24e6b16aea3f395e0fc36c2448d7688a0783ee67d16679b06d4bc4eec1b1c6bb"
    },
    "pokes": {
      "name": "HoldfastPokes",
      "text": "subscription HoldfastPokes($scopes: [ID!]) {\n  scopeHeads(scopes: $scopes) {\n    scope\n    head\n    accessChanged\n  }\n}",
      "sha256": "9b7c997bf9ddc778df1803047992323070faf8574ee34608d26fdf33f109f564"
    },
    "digest": {
      "name": "HoldfastDigest",
      "text": "query HoldfastDigest($scope: ID!) {\n  scopeDigest(scope: $scope) {\n    type\n    count\n    sha256\n    head\n  }\n}",
      "sha256": "39b3c399b92e40c8c5ad3f2a173c2a633740ea8b591e09783ad1955e908a97b0"
    }
  },
  "types": {
    "Note": {
      "name": "Note",
      "single": "note",
      "list": "notes",
      "count": "noteCount",
      "delta": "noteDelta",
      "upsert": "upsertNotes",
      "upsertPayload": "NoteUpsertPayload",
      "policy": "merge",
      "fields": {
        "title": {
          "list": false,
          "nullable": false,
          "kind": "string",
          "writable": true,
          "default": "",
          "constraint": {
            "maxLength": 200
          }
        },
        "content": {
          "list": false,
          "nullable": false,
          "kind": "string",
          "writable": true,
          "default": "",
          "merger": "text"
        },
        "tags": {
          "list": true,
          "nullable": false,
          "kind": "string",
          "writable": true,
          "default": [],
          "merger": "set",
          "constraint": {
            "minLength": 1,
            "maxLength": 50,
            "maxItems": 50
          }
        },
        "pinned": {
          "list": false,
          "nullable": false,
          "kind": "boolean",
          "writable": true,
          "default": false
        },
        "notebookId": {
          "list": false,
          "nullable": true,
          "kind": "id",
          "writable": true,
          "references": {
            "type": "Notebook",
            "field": "notebook"
          }
        }
      }
    },
    "Notebook": {
      "name": "Notebook",
      "single": "notebook",
      "list": "notebooks",
      "count": "notebookCount",
      "delta": "notebookDelta",
      "upsert": "upsertNotebooks",
      "upsertPayload": "NotebookUpsertPayload",
      "policy": "lastWriteWins",
      "fields": {
        "name": {
          "list": false,
          "nullable": false,
          "kind": "string",
          "writable": true,
          "constraint": {
            "minLength": 1,
            "maxLength": 100
          }
        },
        "color": {
          "list": false,
          "nullable": true,
          "kind": "string",
          "writable": true
        }
      }
    },
    "Order": {
      "name": "Order",
      "single": "order",
      "list": "orders",
      "count": "orderCount",
      "delta": "orderDelta",
      "upsert": "upsertOrders",
      "upsertPayload": "OrderUpsertPayload",
      "policy": "manual",
      "fields": {
        "lines": {
          "list": true,
          "nullable": false,
          "kind": "object",
          "objectType": "OrderLine",
          "fields": {
            "productId": {
              "list": false,
              "nullable": false,
              "kind": "id",
              "writable": true,
              "references": {
                "type": "Product",
                "field": "product",
                "scope": "catalog"
              }
            },
            "quantity": {
              "list": false,
              "nullable": false,
              "kind": "int",
              "writable": true,
              "constraint": {
                "max": 10000,
                "min": 1
              }
            },
            "unitPrice": {
              "list": false,
              "nullable": false,
              "kind": "int",
              "writable": true,
              "constraint": {
                "max": 1000000,
                "min": 0
              }
            }
          },
          "writable": true,
          "default": [],
          "constraint": {
            "maxItems": 100
          }
        },
        "status": {
          "list": false,
          "nullable": false,
          "kind": "enum",
          "values": [
            "CANCELLED",
            "DELIVERED",
            "DRAFT",
            "PACKED",
            "PLACED",
            "SHIPPED"
          ],
          "writable": true,
          "default": "DRAFT"
        },
        "note": {
          "list": false,
          "nullable": false,
          "kind": "string",
          "writable": true,
          "default": "",
          "constraint": {
            "maxLength": 2000
          }
        },
        "number": {
          "list": false,
          "nullable": true,
          "kind": "int",
          "writable": false
        },
        "reserved": {
          "list": false,
          "nullable": false,
          "kind": "boolean",
          "writable": false,
          "default": false
        },
        "total": {
          "list": false,
          "nullable": false,
          "kind": "int",
          "writable": false,
          "default": 0
        },
        "steps": {
          "list": true,
          "nullable": false,
          "kind": "object",
          "objectType": "OrderStep",
          "fields": {
            "status": {
              "list": false,
              "nullable": false,
              "kind": "enum",
              "values": [
                "CANCELLED",
                "DELIVERED",
                "DRAFT",
                "PACKED",
                "PLACED",
                "SHIPPED"
              ],
              "writable": false
            },
            "at": {
              "list": false,
              "nullable": true,
              "kind": "dateTime",
              "writable": false
            }
          },
          "writable": false,
          "default": []
        }
      }
    },
    "Product": {
      "name": "Product",
      "single": "product",
      "list": "products",
      "count": "productCount",
      "delta": "productDelta",
      "upsert": "upsertProducts",
      "upsertPayload": "ProductUpsertPayload",
      "policy": "serverWins",
      "scope": "catalog",
      "fields": {
        "name": {
          "list": false,
          "nullable": false,
          "kind": "string",
          "writable": true,
          "constraint": {
            "minLength": 1,
            "maxLength": 200
          }
        },
        "description": {
          "list": false,
          "nullable": false,
          "kind": "string",
          "writable": true,
          "default": "",
          "constraint": {
            "maxLength": 2000
          }
        },
        "price": {
          "list": false,
          "nullable": false,
          "kind": "int",
          "writable": true,
          "constraint": {
            "min": 0
          }
        },
        "stock": {
          "list": false,
          "nullable": false,
          "kind": "int",
          "writable": true,
          "default": 0,
          "merger": "counter",
          "constraint": {
            "min": 0
          }
        },
        "active": {
          "list": false,
          "nullable": false,
          "kind": "boolean",
          "writable": true,
          "default": true
        }
      }
    },
    "Setting": {
      "name": "Setting",
      "single": "setting",
      "list": "settings",
      "count": "settingCount",
      "delta": "settingDelta",
      "upsert": "upsertSettings",
      "upsertPayload": "SettingUpsertPayload",
      "policy": "clientWins",
      "fields": {
        "value": {
          "list": false,
          "nullable": false,
          "kind": "json",
          "writable": true
        }
      }
    }
  }
};

/** How a cache tells synced records apart; `createOfflineClient` knows them already. */

export const typePolicies = {
  "Note": {
    "keyFields": [
      "scope",
      "id"
    ]
  },
  "Notebook": {
    "keyFields": [
      "scope",
      "id"
    ]
  },
  "Order": {
    "keyFields": [
      "scope",
      "id"
    ]
  },
  "Product": {
    "keyFields": [
      "scope",
      "id"
    ]
  },
  "Setting": {
    "keyFields": [
      "scope",
      "id"
    ]
  },
  "NoteUpsertPayload": {
    "keyFields": false
  },
  "NoteUpsertResult": {
    "keyFields": false
  },
  "NoteDelta": {
    "keyFields": false
  },
  "NotebookUpsertPayload": {
    "keyFields": false
  },
  "NotebookUpsertResult": {
    "keyFields": false
  },
  "NotebookDelta": {
    "keyFields": false
  },
  "OrderUpsertPayload": {
    "keyFields": false
  },
  "OrderUpsertResult": {
    "keyFields": false
  },
  "OrderDelta": {
    "keyFields": false
  },
  "ProductUpsertPayload": {
    "keyFields": false
  },
  "ProductUpsertResult": {
    "keyFields": false
  },
  "ProductDelta": {
    "keyFields": false
  },
  "SettingUpsertPayload": {
    "keyFields": false
  },
  "SettingUpsertResult": {
    "keyFields": false
  },
  "SettingDelta": {
    "keyFields": false
  },
  "OrderLine": {
    "keyFields": false
  },
  "OrderStep": {
    "keyFields": false
  },
  "DeltaPoint": {
    "keyFields": false
  },
  "FieldConflict": {
    "keyFields": false
  },
  "UpsertError": {
    "keyFields": false
  }
} as const;

/** Values that an edit of type Note names; an absent one is not changed. */
export interface NoteValues {
  readonly title?: string;
  readonly content?: string;
  readonly tags?: readonly (string)[];
  readonly pinned?: boolean;
  readonly notebookId?: string | null;
}

/** One edit of type Note: the id of its record and what changed. */
export interface NoteChange extends NoteValues {
  readonly id: string;
  /** What a form that was kept open had read; the device fills in what it shows now. */
  readonly version?: number;
  readonly base?: NoteValues;
  /** Consecutive changes of one group are accepted or refused together. */
  readonly group?: string;
  /** True deletes, false restores. */
  readonly deleted?: boolean;
}

/** Values that an edit of type Notebook names; an absent one is not changed. */
export interface NotebookValues {
  readonly name?: string;
  readonly color?: string | null;
}

/** One edit of type Notebook: the id of its record and what changed. */
export interface NotebookChange extends NotebookValues {
  readonly id: string;
  /** What a form that was kept open had read; the device fills in what it shows now. */
  readonly version?: number;
  readonly base?: NotebookValues;
  /** Consecutive changes of one group are accepted or refused together. */
  readonly group?: string;
  /** True deletes, false restores. */
  readonly deleted?: boolean;
}

/** Values that an edit of type Order names; an absent one is not changed. */
export interface OrderValues {
  readonly lines?: readonly ({ readonly productId: string; readonly quantity: number; readonly unitPrice: number })[];
  readonly status?: 'CANCELLED' | 'DELIVERED' | 'DRAFT' | 'PACKED' | 'PLACED' | 'SHIPPED';
  readonly note?: string;
}

/** One edit of type Order: the id of its record and what changed. */
export interface OrderChange extends OrderValues {
  readonly id: string;
  /** What a form that was kept open had read; the device fills in what it shows now. */
  readonly version?: number;
  readonly base?: OrderValues;
  /** Consecutive changes of one group are accepted or refused together. */
  readonly group?: string;
  /** True deletes, false restores. */
  readonly deleted?: boolean;
}

/** Values that an edit of type Product names; an absent one is not changed. */
export interface ProductValues {
  readonly name?: string;
  readonly description?: string;
  readonly price?: number;
  readonly stock?: number;
  readonly active?: boolean;
}

/** One edit of type Product: the id of its record and what changed. */
export interface ProductChange extends ProductValues {
  readonly id: string;
  /** What a form that was kept open had read; the device fills in what it shows now. */
  readonly version?: number;
  readonly base?: ProductValues;
  /** Consecutive changes of one group are accepted or refused together. */
  readonly group?: string;
  /** True deletes, false restores. */
  readonly deleted?: boolean;
}

/** Values that an edit of type Setting names; an absent one is not changed. */
export interface SettingValues {
  readonly value?: unknown;
}

/** One edit of type Setting: the id of its record and what changed. */
export interface SettingChange extends SettingValues {
  readonly id: string;
  /** What a form that was kept open had read; the device fills in what it shows now. */
  readonly version?: number;
  readonly base?: SettingValues;
  /** Consecutive changes of one group are accepted or refused together. */
  readonly group?: string;
  /** True deletes, false restores. */
  readonly deleted?: boolean;
}

