import { NotesAndNotebooks1767225600000 } from './notes-and-notebooks.ts';
import { AddShopAndSettings1795343619446 } from './add-shop-and-settings.ts';
import { KeepStepsOfOrders1795376700000 } from './keep-steps-of-orders.ts';
import { SayWhatOrdersReserve1795352122000 } from './say-what-orders-reserve.ts';

/** What brings the database to the shape of the entity classes, the oldest first. */
export const migrations = [
  NotesAndNotebooks1767225600000,
  AddShopAndSettings1795343619446,
  SayWhatOrdersReserve1795352122000,
  KeepStepsOfOrders1795376700000,
];
