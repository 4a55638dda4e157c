/**
 * When an edit happened on the server's clock (R25): receive time − (sentAt − editedAt), never in the future. A constant
 * offset of the device's clock cancels out.
 *
 * @param receivedAt server clock, milliseconds
 * @param editedAt device clock, milliseconds; absent: the receive time
 * @param sentAt device clock when the request left; absent: taken to be right
 */
export function correctedTime(
  receivedAt: number,
  editedAt: number | undefined,
  sentAt: number | undefined,
): number {
  if (editedAt === undefined) {
    return receivedAt;
  }
  const agoMs = (sentAt ?? receivedAt) - editedAt;
  return Math.max(0, Math.min(receivedAt, Math.round(receivedAt - agoMs)));
}
