import { CancelOrder } from './cancel-order.ts';
import { Note } from './note.ts';
import { Notebook } from './notebook.ts';
import { Order } from './order.ts';
import { PlaceOrder } from './place-order.ts';
import { Product } from './product.ts';
import { Setting } from './setting.ts';

/** The synced types of this application. A new one is a class beside these and a word here. */
export const entities = [Note, Notebook, Order, Product, Setting];

/** The mutations of its own. */
export const resolvers = [PlaceOrder, CancelOrder];
