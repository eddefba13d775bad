/** Bodies of requests from a file of orders, one a line. */

/** @param ordersEach 1 for the orders themselves, more for JSON arrays of so many; what is left over is not sent */
export function bodiesOf(file: string, ordersEach: number): string[] {
  const orders = file.split('\n').filter((line) => line !== '');
  if (ordersEach === 1) return orders;
  return Array.from({ length: Math.floor(orders.length / ordersEach) }, (_, at) => {
    return `[${orders.slice(at * ordersEach, (at + 1) * ordersEach).join(',')}]`;
  });
}
