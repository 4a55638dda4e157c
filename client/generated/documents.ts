/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** A condition on a field of type Boolean. All operators in one object have to hold; a comparison with a null field does not. */
export type BooleanFilter = {
  /** Equal to this value; `null` means the same as `isNull: true`. */
  readonly eq?: boolean | null | undefined;
  /** True: the field is null. False: it is not. */
  readonly isNull?: boolean | null | undefined;
};

/** A condition on a field of type DateTime. All operators in one object have to hold; a comparison with a null field does not. */
export type DateTimeFilter = {
  /** Equal to this value; `null` means the same as `isNull: true`. */
  readonly eq?: string | null | undefined;
  /** After this value. */
  readonly gt?: string | null | undefined;
  /** After this value or equal to it. */
  readonly gte?: string | null | undefined;
  /** Equal to one of these values. An empty list matches nothing. */
  readonly in?: ReadonlyArray<string> | null | undefined;
  /** True: the field is null. False: it is not. */
  readonly isNull?: boolean | null | undefined;
  /** Before this value. */
  readonly lt?: string | null | undefined;
  /** Before this value or equal to it. */
  readonly lte?: string | null | undefined;
};

/** A condition on a field of type ID. All operators in one object have to hold; a comparison with a null field does not. */
export type IdFilter = {
  /** Equal to this value; `null` means the same as `isNull: true`. */
  readonly eq?: string | null | undefined;
  /** Equal to one of these values. An empty list matches nothing. */
  readonly in?: ReadonlyArray<string> | null | undefined;
  /** True: the field is null. False: it is not. */
  readonly isNull?: boolean | null | undefined;
};

/** A condition on a field of type Int. All operators in one object have to hold; a comparison with a null field does not. */
export type IntFilter = {
  /** Equal to this value; `null` means the same as `isNull: true`. */
  readonly eq?: number | null | undefined;
  /** After this value. */
  readonly gt?: number | null | undefined;
  /** After this value or equal to it. */
  readonly gte?: number | null | undefined;
  /** Equal to one of these values. An empty list matches nothing. */
  readonly in?: ReadonlyArray<number> | null | undefined;
  /** True: the field is null. False: it is not. */
  readonly isNull?: boolean | null | undefined;
  /** Before this value. */
  readonly lt?: number | null | undefined;
  /** Before this value or equal to it. */
  readonly lte?: number | null | undefined;
};

/** Which notes to take. Everything named in one object has to hold; an empty one takes all. */
export type NoteFilter = {
  /** All of these have to hold. An empty list always does. */
  readonly and?: ReadonlyArray<NoteFilter> | null | undefined;
  /** A condition on `content`: The text, in Markdown. Edits from two devices are merged. */
  readonly content?: StringFilter | null | undefined;
  /** A condition on the time of creation. */
  readonly createdAt?: DateTimeFilter | null | undefined;
  /** A condition on the id. */
  readonly id?: IdFilter | null | undefined;
  /** This must not hold. */
  readonly not?: NoteFilter | null | undefined;
  /** A condition on `notebookId`: The notebook the note is filed in; null for none. */
  readonly notebookId?: IdFilter | null | undefined;
  /** One of these has to hold. An empty list never does. */
  readonly or?: ReadonlyArray<NoteFilter> | null | undefined;
  /** A condition on `pinned`: Whether lists show the note before the others. */
  readonly pinned?: BooleanFilter | null | undefined;
  /** A condition on `tags`: Words to find the note by, each of them once. */
  readonly tags?: StringListFilter | null | undefined;
  /** A condition on `title`: One line that lists show. May be empty. */
  readonly title?: StringFilter | null | undefined;
  /** A condition on the time of the last change. */
  readonly updatedAt?: DateTimeFilter | null | undefined;
};

/** One change of a Note: creates, edits, deletes or restores it. A field left out stays as it is. */
export type NoteUpsert = {
  /** What the device showed just before this edit, for every field it edits: finds out whether another edit came in between. */
  readonly base?: NoteValues | null | undefined;
  /** The text, in Markdown. Edits from two devices are merged. */
  readonly content?: string | null | undefined;
  /** True deletes the record, false restores it. */
  readonly deleted?: boolean | null | undefined;
  /** When the person made the edit, by the device's clock. Absent: when the server received it. */
  readonly editedAt?: string | null | undefined;
  /** The epoch that `version` belongs to. */
  readonly epoch?: string | null | undefined;
  /** Consecutive changes of one push with the same group are accepted or refused together. */
  readonly group?: string | null | undefined;
  /** The record, made by the device: 1 to 64 of `A-Z a-z 0-9 _ -`, best a UUID of version 7. */
  readonly id: string;
  /** The notebook the note is filed in; null for none. */
  readonly notebookId?: string | null | undefined;
  /** Whether lists show the note before the others. */
  readonly pinned?: boolean | null | undefined;
  /** The change's number on its device and scope, rising from change to change. Required when `device` is given. */
  readonly seq?: number | null | undefined;
  /** Words to find the note by, each of them once. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
  /** One line that lists show. May be empty. */
  readonly title?: string | null | undefined;
  /** The version the device held. Absent: this change creates the record. 0: the device created it and has no answer yet. */
  readonly version?: number | null | undefined;
};

/** Values of a Note as a device showed them, for each field it then edited. */
export type NoteValues = {
  /** The text, in Markdown. Edits from two devices are merged. */
  readonly content?: string | null | undefined;
  /** The notebook the note is filed in; null for none. */
  readonly notebookId?: string | null | undefined;
  /** Whether lists show the note before the others. */
  readonly pinned?: boolean | null | undefined;
  /** Words to find the note by, each of them once. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
  /** One line that lists show. May be empty. */
  readonly title?: string | null | undefined;
};

/** One step of an order of notebooks; `id`, then `scope` break what ties remain. */
export type NotebookOrder = {
  /** Which end comes first. */
  readonly direction?: OrderDirection;
  /** What to order by. */
  readonly field: NotebookOrderField;
};

/** What notebooks can be ordered by. Texts order by code point. */
export type NotebookOrderField =
  /** The colour it is shown in, as CSS writes it; null for none. */
  | 'color'
  /** When the server accepted the creation. */
  | 'createdAt'
  /** The id. */
  | 'id'
  /** What the notebook is called. */
  | 'name'
  /** When the server accepted the last change. */
  | 'updatedAt';

/** One change of a Notebook: creates, edits, deletes or restores it. A field left out stays as it is. */
export type NotebookUpsert = {
  /** What the device showed just before this edit, for every field it edits: finds out whether another edit came in between. */
  readonly base?: NotebookValues | null | undefined;
  /** The colour it is shown in, as CSS writes it; null for none. */
  readonly color?: string | null | undefined;
  /** True deletes the record, false restores it. */
  readonly deleted?: boolean | null | undefined;
  /** When the person made the edit, by the device's clock. Absent: when the server received it. */
  readonly editedAt?: string | null | undefined;
  /** The epoch that `version` belongs to. */
  readonly epoch?: string | null | undefined;
  /** Consecutive changes of one push with the same group are accepted or refused together. */
  readonly group?: string | null | undefined;
  /** The record, made by the device: 1 to 64 of `A-Z a-z 0-9 _ -`, best a UUID of version 7. */
  readonly id: string;
  /** What the notebook is called. */
  readonly name?: string | null | undefined;
  /** The change's number on its device and scope, rising from change to change. Required when `device` is given. */
  readonly seq?: number | null | undefined;
  /** The version the device held. Absent: this change creates the record. 0: the device created it and has no answer yet. */
  readonly version?: number | null | undefined;
};

/** Values of a Notebook as a device showed them, for each field it then edited. */
export type NotebookValues = {
  /** The colour it is shown in, as CSS writes it; null for none. */
  readonly color?: string | null | undefined;
  /** What the notebook is called. */
  readonly name?: string | null | undefined;
};

/** Which end of an order comes first. */
export type OrderDirection =
  /** Small before large, early before late; null comes first. */
  | 'ASC'
  /** Large before small, late before early; null comes last. */
  | 'DESC';

/** Which orders to take. Everything named in one object has to hold; an empty one takes all. */
export type OrderFilter = {
  /** All of these have to hold. An empty list always does. */
  readonly and?: ReadonlyArray<OrderFilter> | null | undefined;
  /** A condition on the time of creation. */
  readonly createdAt?: DateTimeFilter | null | undefined;
  /** A condition on the id. */
  readonly id?: IdFilter | null | undefined;
  /** This must not hold. */
  readonly not?: OrderFilter | null | undefined;
  /** A condition on `note`: Anything to say about it. May be empty. */
  readonly note?: StringFilter | null | undefined;
  /** A condition on `number`: Its number in its scope, 1, 2, 3 …: given by `placeOrder`, null until then. */
  readonly number?: IntFilter | null | undefined;
  /** One of these has to hold. An empty list never does. */
  readonly or?: ReadonlyArray<OrderFilter> | null | undefined;
  /** A condition on `reserved`: Whether its pieces are taken out of the stock of the catalogue. */
  readonly reserved?: BooleanFilter | null | undefined;
  /** A condition on `status`: How far it is: DRAFT, PLACED, PACKED, SHIPPED, DELIVERED; CANCELLED from the first two. */
  readonly status?: OrderStatusFilter | null | undefined;
  /** A condition on `total`: The sum of its lines, in cents. */
  readonly total?: IntFilter | null | undefined;
  /** A condition on the time of the last change. */
  readonly updatedAt?: DateTimeFilter | null | undefined;
};

/** A OrderLine to store. It replaces the old one whole. */
export type OrderLineInput = {
  /** The product, in the scope `catalog`. */
  readonly productId: string;
  /** How many pieces, 1 to 10,000. */
  readonly quantity: number;
  /** The price of one piece when the line was written, in cents. */
  readonly unitPrice: number;
};

/** How far an order is. */
export type OrderStatus =
  /** Called off before it was packed; once it is placed, by `cancelOrder`. */
  | 'CANCELLED'
  /** Received. */
  | 'DELIVERED'
  /** Being written; nothing is reserved yet. */
  | 'DRAFT'
  /** Packed, ready to go. */
  | 'PACKED'
  /** Numbered by `placeOrder`, its stock reserved. */
  | 'PLACED'
  /** On its way. */
  | 'SHIPPED';

/** A condition on a field of type OrderStatus. All operators in one object have to hold; a comparison with a null field does not. */
export type OrderStatusFilter = {
  /** Equal to this value; `null` means the same as `isNull: true`. */
  readonly eq?: OrderStatus | null | undefined;
  /** Equal to one of these values. An empty list matches nothing. */
  readonly in?: ReadonlyArray<OrderStatus> | null | undefined;
  /** True: the field is null. False: it is not. */
  readonly isNull?: boolean | null | undefined;
};

/** One change of a Order: creates, edits, deletes or restores it. A field left out stays as it is. */
export type OrderUpsert = {
  /** What the device showed just before this edit, for every field it edits: finds out whether another edit came in between. */
  readonly base?: OrderValues | null | undefined;
  /** True deletes the record, false restores it. */
  readonly deleted?: boolean | null | undefined;
  /** When the person made the edit, by the device's clock. Absent: when the server received it. */
  readonly editedAt?: string | null | undefined;
  /** The epoch that `version` belongs to. */
  readonly epoch?: string | null | undefined;
  /** Consecutive changes of one push with the same group are accepted or refused together. */
  readonly group?: string | null | undefined;
  /** The record, made by the device: 1 to 64 of `A-Z a-z 0-9 _ -`, best a UUID of version 7. */
  readonly id: string;
  /** What is ordered. Fixed once the order is placed. */
  readonly lines?: ReadonlyArray<OrderLineInput> | null | undefined;
  /** Anything to say about it. May be empty. */
  readonly note?: string | null | undefined;
  /** The change's number on its device and scope, rising from change to change. Required when `device` is given. */
  readonly seq?: number | null | undefined;
  /** How far it is: DRAFT, PLACED, PACKED, SHIPPED, DELIVERED; CANCELLED from the first two. */
  readonly status?: OrderStatus | null | undefined;
  /** The version the device held. Absent: this change creates the record. 0: the device created it and has no answer yet. */
  readonly version?: number | null | undefined;
};

/** Values of a Order as a device showed them, for each field it then edited. */
export type OrderValues = {
  /** What is ordered. Fixed once the order is placed. */
  readonly lines?: ReadonlyArray<OrderLineInput> | null | undefined;
  /** Anything to say about it. May be empty. */
  readonly note?: string | null | undefined;
  /** How far it is: DRAFT, PLACED, PACKED, SHIPPED, DELIVERED; CANCELLED from the first two. */
  readonly status?: OrderStatus | null | undefined;
};

/** One change of a Product: creates, edits, deletes or restores it. A field left out stays as it is. */
export type ProductUpsert = {
  /** Whether it can be ordered now. */
  readonly active?: boolean | null | undefined;
  /** What the device showed just before this edit, for every field it edits: finds out whether another edit came in between. */
  readonly base?: ProductValues | null | undefined;
  /** True deletes the record, false restores it. */
  readonly deleted?: boolean | null | undefined;
  /** What it is, in a few sentences. May be empty. */
  readonly description?: string | null | undefined;
  /** When the person made the edit, by the device's clock. Absent: when the server received it. */
  readonly editedAt?: string | null | undefined;
  /** The epoch that `version` belongs to. */
  readonly epoch?: string | null | undefined;
  /** Consecutive changes of one push with the same group are accepted or refused together. */
  readonly group?: string | null | undefined;
  /** The record, made by the device: 1 to 64 of `A-Z a-z 0-9 _ -`, best a UUID of version 7. */
  readonly id: string;
  /** What the product is called. */
  readonly name?: string | null | undefined;
  /** The price of one piece, in cents. */
  readonly price?: number | null | undefined;
  /** The change's number on its device and scope, rising from change to change. Required when `device` is given. */
  readonly seq?: number | null | undefined;
  /** How many pieces are left. Changes from several places add up; it never falls below 0. */
  readonly stock?: number | null | undefined;
  /** The version the device held. Absent: this change creates the record. 0: the device created it and has no answer yet. */
  readonly version?: number | null | undefined;
};

/** Values of a Product as a device showed them, for each field it then edited. */
export type ProductValues = {
  /** Whether it can be ordered now. */
  readonly active?: boolean | null | undefined;
  /** What it is, in a few sentences. May be empty. */
  readonly description?: string | null | undefined;
  /** What the product is called. */
  readonly name?: string | null | undefined;
  /** The price of one piece, in cents. */
  readonly price?: number | null | undefined;
  /** How many pieces are left. Changes from several places add up; it never falls below 0. */
  readonly stock?: number | null | undefined;
};

/** What a viewer may do in a scope. */
export type ScopeAccess =
  /** Read every record of the scope. */
  | 'READ'
  /** Read and write every record of the scope. */
  | 'WRITE';

/** A condition on a field of type String. All operators in one object have to hold; a comparison with a null field does not. */
export type StringFilter = {
  /** Contains this text, whatever the case of its letters. */
  readonly contains?: string | null | undefined;
  /** Equal to this value; `null` means the same as `isNull: true`. */
  readonly eq?: string | null | undefined;
  /** After this value. */
  readonly gt?: string | null | undefined;
  /** After this value or equal to it. */
  readonly gte?: string | null | undefined;
  /** Equal to one of these values. An empty list matches nothing. */
  readonly in?: ReadonlyArray<string> | null | undefined;
  /** True: the field is null. False: it is not. */
  readonly isNull?: boolean | null | undefined;
  /** Before this value. */
  readonly lt?: string | null | undefined;
  /** Before this value or equal to it. */
  readonly lte?: string | null | undefined;
};

/** A condition on a list of texts or ids. All operators in one object have to hold; a comparison with a null field does not. */
export type StringListFilter = {
  /** The list has this element, exactly as written. */
  readonly contains?: string | null | undefined;
  /** True: the field is null. False: it is not. */
  readonly isNull?: boolean | null | undefined;
};

/** What became of a record's changes on this device. */
export type SyncState =
  | 'CONFLICT'
  | 'FAILED'
  | 'PENDING'
  | 'SYNCED';

/** Why a change was refused. Decide by this code, never by the message. */
export type UpsertErrorCode =
  /** Another record of the scope has the same unique values. */
  | 'ALREADY_EXISTS'
  /** A value is not allowed; `field` names it. */
  | 'BAD_INPUT'
  /** You may not make this change. */
  | 'FORBIDDEN'
  /** The record does not exist any more. `deleted: false` with all required fields creates it. */
  | 'GONE'
  /** Another change of the same group was refused, so this one was, too. */
  | 'GROUP_REFUSED'
  /** The record that `field` refers to does not exist. */
  | 'MISSING_REFERENCE'
  /** A rule of this type forbids the resulting record. */
  | 'RULE_VIOLATED'
  /** You may not write in this scope. */
  | 'SCOPE_FORBIDDEN'
  /** This number was used for another change of this device. */
  | 'SEQ_REUSED'
  /** This number is long executed and its outcome is not kept any more. */
  | 'STALE_SEQ'
  /** The change is larger than 256 kB. */
  | 'TOO_LARGE';

/** What became of a change. */
export type UpsertOutcome =
  /** Accepted as it stands: nobody else had changed the same fields. */
  | 'APPLIED'
  /** Not applied: a person has to decide. `conflicts` holds both sides. */
  | 'CONFLICT'
  /** Everything of yours is kept; some of it was combined with, or put over, another's change. */
  | 'MERGED'
  /** Durable on the device and not sent yet. Said by the offline client only. */
  | 'QUEUED'
  /** Refused; `error` says why. Sending the same change again will not help. */
  | 'REJECTED'
  /** Some of your values lost against another's; `conflicts` lists them. */
  | 'SUPERSEDED';

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { readonly viewer: { readonly id: string, readonly name: string, readonly scopes: ReadonlyArray<{ readonly id: string, readonly access: ScopeAccess }> } };

export type ProductRowFragment = { readonly id: string, readonly scope: string, readonly version: number, readonly name: string, readonly description: string, readonly price: number, readonly stock: number, readonly active: boolean, readonly syncState: SyncState };

export type ProductQueryVariables = Exact<{
  id: string;
}>;


export type ProductQuery = { readonly product: { readonly id: string, readonly scope: string, readonly version: number, readonly name: string, readonly description: string, readonly price: number, readonly stock: number, readonly active: boolean, readonly syncState: SyncState } | null };

export type UpsertProductsMutationVariables = Exact<{
  changes: ReadonlyArray<ProductUpsert> | ProductUpsert;
}>;


export type UpsertProductsMutation = { readonly upsertProducts: { readonly results: ReadonlyArray<{ readonly id: string, readonly outcome: UpsertOutcome, readonly error: { readonly code: UpsertErrorCode, readonly message: string, readonly field: string | null } | null }> } };

export type NotebookRowFragment = { readonly id: string, readonly scope: string, readonly version: number, readonly name: string, readonly color: string | null, readonly syncState: SyncState };

export type NotebooksQueryVariables = Exact<{
  scopes?: ReadonlyArray<string> | string | null | undefined;
  orderBy?: ReadonlyArray<NotebookOrder> | NotebookOrder | null | undefined;
}>;


export type NotebooksQuery = { readonly notebooks: ReadonlyArray<{ readonly id: string, readonly scope: string, readonly version: number, readonly name: string, readonly color: string | null, readonly syncState: SyncState }> };

export type UpsertNotebooksMutationVariables = Exact<{
  scope?: string | null | undefined;
  changes: ReadonlyArray<NotebookUpsert> | NotebookUpsert;
}>;


export type UpsertNotebooksMutation = { readonly upsertNotebooks: { readonly results: ReadonlyArray<{ readonly id: string, readonly outcome: UpsertOutcome, readonly error: { readonly code: UpsertErrorCode, readonly message: string, readonly field: string | null } | null }> } };

export type NoteRowFragment = { readonly id: string, readonly scope: string, readonly version: number, readonly title: string, readonly content: string, readonly tags: ReadonlyArray<string>, readonly pinned: boolean, readonly notebookId: string | null, readonly updatedAt: string, readonly syncState: SyncState, readonly notebook: { readonly id: string, readonly scope: string, readonly version: number, readonly name: string, readonly color: string | null } | null };

export type NoteCountQueryVariables = Exact<{
  scopes?: ReadonlyArray<string> | string | null | undefined;
  filter?: NoteFilter | null | undefined;
}>;


export type NoteCountQuery = { readonly noteCount: number };

export type NoteQueryVariables = Exact<{
  scope?: string | null | undefined;
  id: string;
}>;


export type NoteQuery = { readonly note: { readonly id: string, readonly scope: string, readonly version: number, readonly title: string, readonly content: string, readonly tags: ReadonlyArray<string>, readonly pinned: boolean, readonly notebookId: string | null, readonly updatedAt: string, readonly syncState: SyncState, readonly notebook: { readonly id: string, readonly scope: string, readonly version: number, readonly name: string, readonly color: string | null } | null } | null };

export type UpsertNotesMutationVariables = Exact<{
  scope?: string | null | undefined;
  changes: ReadonlyArray<NoteUpsert> | NoteUpsert;
}>;


export type UpsertNotesMutation = { readonly upsertNotes: { readonly results: ReadonlyArray<{ readonly id: string, readonly outcome: UpsertOutcome, readonly error: { readonly code: UpsertErrorCode, readonly message: string, readonly field: string | null } | null }> } };

export type OrderRowFragment = { readonly id: string, readonly scope: string, readonly version: number, readonly number: number | null, readonly status: OrderStatus, readonly note: string, readonly createdAt: string, readonly updatedAt: string, readonly syncState: SyncState, readonly steps: ReadonlyArray<{ readonly status: OrderStatus, readonly at: string | null }>, readonly lines: ReadonlyArray<{ readonly productId: string, readonly quantity: number, readonly unitPrice: number, readonly product: { readonly id: string, readonly scope: string, readonly version: number, readonly name: string, readonly price: number, readonly stock: number, readonly active: boolean } | null }> };

export type OrderQueryVariables = Exact<{
  scope?: string | null | undefined;
  id: string;
}>;


export type OrderQuery = { readonly order: { readonly id: string, readonly scope: string, readonly version: number, readonly number: number | null, readonly status: OrderStatus, readonly note: string, readonly createdAt: string, readonly updatedAt: string, readonly syncState: SyncState, readonly steps: ReadonlyArray<{ readonly status: OrderStatus, readonly at: string | null }>, readonly lines: ReadonlyArray<{ readonly productId: string, readonly quantity: number, readonly unitPrice: number, readonly product: { readonly id: string, readonly scope: string, readonly version: number, readonly name: string, readonly price: number, readonly stock: number, readonly active: boolean } | null }> } | null };

export type DraftsQueryVariables = Exact<{
  scopes?: ReadonlyArray<string> | string | null | undefined;
}>;


export type DraftsQuery = { readonly orders: ReadonlyArray<{ readonly id: string, readonly scope: string, readonly version: number, readonly number: number | null, readonly status: OrderStatus, readonly note: string, readonly createdAt: string, readonly updatedAt: string, readonly syncState: SyncState, readonly steps: ReadonlyArray<{ readonly status: OrderStatus, readonly at: string | null }>, readonly lines: ReadonlyArray<{ readonly productId: string, readonly quantity: number, readonly unitPrice: number, readonly product: { readonly id: string, readonly scope: string, readonly version: number, readonly name: string, readonly price: number, readonly stock: number, readonly active: boolean } | null }> }> };

export type OrderCountQueryVariables = Exact<{
  filter?: OrderFilter | null | undefined;
}>;


export type OrderCountQuery = { readonly orderCount: number };

export type UpsertOrdersMutationVariables = Exact<{
  scope?: string | null | undefined;
  changes: ReadonlyArray<OrderUpsert> | OrderUpsert;
}>;


export type UpsertOrdersMutation = { readonly upsertOrders: { readonly results: ReadonlyArray<{ readonly id: string, readonly outcome: UpsertOutcome, readonly error: { readonly code: UpsertErrorCode, readonly message: string, readonly field: string | null } | null }> } };

export type PlaceOrderMutationVariables = Exact<{
  scope?: string | null | undefined;
  orderId: string;
}>;


export type PlaceOrderMutation = { readonly placeOrder: { readonly id: string, readonly scope: string, readonly version: number, readonly number: number | null, readonly status: OrderStatus } };

export type CancelOrderMutationVariables = Exact<{
  scope?: string | null | undefined;
  orderId: string;
}>;


export type CancelOrderMutation = { readonly cancelOrder: { readonly id: string, readonly scope: string, readonly version: number, readonly status: OrderStatus } };

export const ProductRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProductRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Product"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"stock"}},{"kind":"Field","name":{"kind":"Name","value":"active"}},{"kind":"Field","name":{"kind":"Name","value":"syncState"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"client"}}]}]}}]} as unknown as DocumentNode<ProductRowFragment, unknown>;
export const NotebookRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"NotebookRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Notebook"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"color"}},{"kind":"Field","name":{"kind":"Name","value":"syncState"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"client"}}]}]}}]} as unknown as DocumentNode<NotebookRowFragment, unknown>;
export const NoteRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"NoteRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Note"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"pinned"}},{"kind":"Field","name":{"kind":"Name","value":"notebookId"}},{"kind":"Field","name":{"kind":"Name","value":"notebook"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"color"}}]}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"syncState"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"client"}}]}]}}]} as unknown as DocumentNode<NoteRowFragment, unknown>;
export const OrderRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OrderRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Order"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"note"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"at"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"productId"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"unitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"product"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"stock"}},{"kind":"Field","name":{"kind":"Name","value":"active"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"syncState"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"client"}}]}]}}]} as unknown as DocumentNode<OrderRowFragment, unknown>;
export const ViewerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"access"}}]}}]}}]}}]} as unknown as DocumentNode<ViewerQuery, ViewerQueryVariables>;
export const ProductDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Product"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"product"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"scope"},"value":{"kind":"StringValue","value":"catalog","block":false}},{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProductRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProductRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Product"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"stock"}},{"kind":"Field","name":{"kind":"Name","value":"active"}},{"kind":"Field","name":{"kind":"Name","value":"syncState"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"client"}}]}]}}]} as unknown as DocumentNode<ProductQuery, ProductQueryVariables>;
export const UpsertProductsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpsertProducts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"changes"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ProductUpsert"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"upsertProducts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"scope"},"value":{"kind":"StringValue","value":"catalog","block":false}},{"kind":"Argument","name":{"kind":"Name","value":"changes"},"value":{"kind":"Variable","name":{"kind":"Name","value":"changes"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]}}]} as unknown as DocumentNode<UpsertProductsMutation, UpsertProductsMutationVariables>;
export const NotebooksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Notebooks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"scopes"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"NotebookOrder"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"notebooks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"scopes"},"value":{"kind":"Variable","name":{"kind":"Name","value":"scopes"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"limit"},"value":{"kind":"IntValue","value":"1000"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"NotebookRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"NotebookRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Notebook"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"color"}},{"kind":"Field","name":{"kind":"Name","value":"syncState"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"client"}}]}]}}]} as unknown as DocumentNode<NotebooksQuery, NotebooksQueryVariables>;
export const UpsertNotebooksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpsertNotebooks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"scope"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"changes"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"NotebookUpsert"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"upsertNotebooks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"scope"},"value":{"kind":"Variable","name":{"kind":"Name","value":"scope"}}},{"kind":"Argument","name":{"kind":"Name","value":"changes"},"value":{"kind":"Variable","name":{"kind":"Name","value":"changes"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]}}]} as unknown as DocumentNode<UpsertNotebooksMutation, UpsertNotebooksMutationVariables>;
export const NoteCountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"NoteCount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"scopes"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"NoteFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"noteCount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"scopes"},"value":{"kind":"Variable","name":{"kind":"Name","value":"scopes"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}]}]}}]} as unknown as DocumentNode<NoteCountQuery, NoteCountQueryVariables>;
export const NoteDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Note"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"scope"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"note"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"scope"},"value":{"kind":"Variable","name":{"kind":"Name","value":"scope"}}},{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"NoteRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"NoteRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Note"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"content"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"pinned"}},{"kind":"Field","name":{"kind":"Name","value":"notebookId"}},{"kind":"Field","name":{"kind":"Name","value":"notebook"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"color"}}]}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"syncState"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"client"}}]}]}}]} as unknown as DocumentNode<NoteQuery, NoteQueryVariables>;
export const UpsertNotesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpsertNotes"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"scope"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"changes"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"NoteUpsert"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"upsertNotes"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"scope"},"value":{"kind":"Variable","name":{"kind":"Name","value":"scope"}}},{"kind":"Argument","name":{"kind":"Name","value":"changes"},"value":{"kind":"Variable","name":{"kind":"Name","value":"changes"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]}}]} as unknown as DocumentNode<UpsertNotesMutation, UpsertNotesMutationVariables>;
export const OrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Order"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"scope"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"order"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"scope"},"value":{"kind":"Variable","name":{"kind":"Name","value":"scope"}}},{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"OrderRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OrderRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Order"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"note"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"at"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"productId"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"unitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"product"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"stock"}},{"kind":"Field","name":{"kind":"Name","value":"active"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"syncState"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"client"}}]}]}}]} as unknown as DocumentNode<OrderQuery, OrderQueryVariables>;
export const DraftsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Drafts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"scopes"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orders"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"scopes"},"value":{"kind":"Variable","name":{"kind":"Name","value":"scopes"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"status"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"eq"},"value":{"kind":"EnumValue","value":"DRAFT"}}]}}]}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"field"},"value":{"kind":"EnumValue","value":"createdAt"}},{"kind":"ObjectField","name":{"kind":"Name","value":"direction"},"value":{"kind":"EnumValue","value":"ASC"}}]}]}},{"kind":"Argument","name":{"kind":"Name","value":"limit"},"value":{"kind":"IntValue","value":"100"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"OrderRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OrderRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Order"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"note"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"at"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"productId"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"unitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"product"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"stock"}},{"kind":"Field","name":{"kind":"Name","value":"active"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"syncState"},"directives":[{"kind":"Directive","name":{"kind":"Name","value":"client"}}]}]}}]} as unknown as DocumentNode<DraftsQuery, DraftsQueryVariables>;
export const OrderCountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OrderCount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"OrderFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderCount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}]}]}}]} as unknown as DocumentNode<OrderCountQuery, OrderCountQueryVariables>;
export const UpsertOrdersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpsertOrders"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"scope"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"changes"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"OrderUpsert"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"upsertOrders"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"scope"},"value":{"kind":"Variable","name":{"kind":"Name","value":"scope"}}},{"kind":"Argument","name":{"kind":"Name","value":"changes"},"value":{"kind":"Variable","name":{"kind":"Name","value":"changes"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]}}]} as unknown as DocumentNode<UpsertOrdersMutation, UpsertOrdersMutationVariables>;
export const PlaceOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PlaceOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"scope"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"placeOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"scope"},"value":{"kind":"Variable","name":{"kind":"Name","value":"scope"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]} as unknown as DocumentNode<PlaceOrderMutation, PlaceOrderMutationVariables>;
export const CancelOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"scope"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"scope"},"value":{"kind":"Variable","name":{"kind":"Name","value":"scope"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]} as unknown as DocumentNode<CancelOrderMutation, CancelOrderMutationVariables>;