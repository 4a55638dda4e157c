import type { Manifest } from '../index.ts';
/** All that the client knows of the schema. */

export const manifest: Manifest = {
  "protocol": 1,
  "documents": {
    "pull": {
      "name": "HoldfastPull",
      "text": "query HoldfastPull($scope: ID, $device: ID, $limit: Int, $noteSince: SyncCursor, $notebookSince: SyncCursor) {\n  Note: noteDelta(\n    scope: $scope\n    since: $noteSince\n    limit: $limit\n    device: $device\n  ) {\n    records {\n      id\n      scope\n      version\n      createdAt\n      updatedAt\n      deletedAt\n      title\n      content\n      tags\n      pinned\n      notebookId\n    }\n    cursor\n    hasMore\n    reset\n    at {\n      epoch\n      position\n      floor\n      head\n      executed\n    }\n  }\n  Notebook: notebookDelta(\n    scope: $scope\n    since: $notebookSince\n    limit: $limit\n    device: $device\n  ) {\n    records {\n      id\n      scope\n      version\n      createdAt\n      updatedAt\n      deletedAt\n      name\n      color\n    }\n    cursor\n    hasMore\n    reset\n    at {\n      epoch\n      position\n      floor\n      head\n      executed\n    }\n  }\n}",
      "sha256": "a60672219b2ce73459e5d76426ed1774a7ffcae6f5b7470cbe9e4e3a99893e98"
    },
    "push": {
      "name": "HoldfastPush",
      "text": "mutation HoldfastPush($scope: ID, $device: DeviceInput, $limit: Int, $withDelta: Boolean!, $noteChanges: [NoteUpsert!]!, $noteSince: SyncCursor, $notebookChanges: [NotebookUpsert!]!, $notebookSince: SyncCursor) {\n  Note: upsertNotes(scope: $scope, device: $device, changes: $noteChanges) {\n    epoch\n    results {\n      id\n      seq\n      outcome\n      replayed\n      record {\n        id\n        scope\n        version\n        createdAt\n        updatedAt\n        deletedAt\n        title\n        content\n        tags\n        pinned\n        notebookId\n      }\n      conflicts {\n        field\n        base\n        yours\n        theirs\n        kept\n      }\n      error {\n        code\n        message\n        field\n      }\n    }\n    delta(since: $noteSince, limit: $limit) @include(if: $withDelta) {\n      records {\n        id\n        scope\n        version\n        createdAt\n        updatedAt\n        deletedAt\n        title\n        content\n        tags\n        pinned\n        notebookId\n      }\n      cursor\n      hasMore\n      reset\n      at {\n        epoch\n        position\n        floor\n        head\n        executed\n      }\n    }\n  }\n  Notebook: upsertNotebooks(\n    scope: $scope\n    device: $device\n    changes: $notebookChanges\n  ) {\n    epoch\n    results {\n      id\n      seq\n      outcome\n      replayed\n      record {\n        id\n        scope\n        version\n        createdAt\n        updatedAt\n        deletedAt\n        name\n        color\n      }\n      conflicts {\n        field\n        base\n        yours\n        theirs\n        kept\n      }\n      error {\n        code\n        message\n        field\n      }\n    }\n    delta(since: $notebookSince, limit: $limit) @include(if: $withDelta) {\n      records {\n        id\n        scope\n        version\n        createdAt\n        updatedAt\n        deletedAt\n        name\n        color\n      }\n      cursor\n      hasMore\n      reset\n      at {\n        epoch\n        position\n        floor\n        head\n        executed\n      }\n    }\n  }\n}",
      "sha256": "4e7d9b5a9de6dfd937570a614a72744b048ce1d0fc92faf31b79b0f38bc428f6"
    },
    "heads": {
      "name": "HoldfastHeads",
      "text": "query HoldfastHeads {\n  viewer {\n    id\n    name\n    scopes {\n      id\n      access\n      head\n    }\n  }\n}",
      "sha256": "658aeaf84acb6f4e1c9f42adcb46272e4abafbba6a3d69bc645d397b512a54ca"
    },
    "pokes": {
      "name": "HoldfastPokes",
      "text": "subscription HoldfastPokes($scopes: [ID!]) {\n  scopeHeads(scopes: $scopes) {\n    scope\n    head\n    accessChanged\n  }\n}",
      "sha256": "9b7c997bf9ddc778df1803047992323070faf8574ee34608d26fdf33f109f564"
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

/** The values of a Note that an edit names; an absent one is not changed. */
export interface NoteValues {
  readonly title?: string;
  readonly content?: string;
  readonly tags?: readonly (string)[];
  readonly pinned?: boolean;
  readonly notebookId?: string | null;
}

/** One edit of a Note: its id and what changed. */
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

/** The values of a Notebook that an edit names; an absent one is not changed. */
export interface NotebookValues {
  readonly name?: string;
  readonly color?: string | null;
}

/** One edit of a Notebook: its id and what changed. */
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

