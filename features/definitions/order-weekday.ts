/** The day of the week of the order: 0 for Sunday to 6 for Saturday. */
import type { NumberFeature } from '../feature.js';

export const orderWeekday: NumberFeature = {
  name: 'order_weekday',
  revision: 1,
  kind: 'number',
  inputs: ['Order_Date'],
  value(order) {
    const [day = Number.NaN, month = Number.NaN, year = Number.NaN] = order.Order_Date?.split('-').map(Number) ?? [];
    // Date.UTC takes a year below 100 for one of the twentieth century; 400 years later the weekdays are the same.
    const weekday = new Date(Date.UTC(year + 400, month - 1, day)).getUTCDay();
    return Number.isNaN(weekday) ? undefined : weekday;
  },
};
