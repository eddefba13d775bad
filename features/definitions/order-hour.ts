/** The hour of the day at which the order was placed, with minutes as its fraction: [0, 24). */
import type { NumberFeature } from '../feature.js';
import { minutesOfDay } from '../time-of-day.js';

export const orderHour: NumberFeature = {
  name: 'order_hour',
  revision: 1,
  kind: 'number',
  inputs: ['Time_Orderd'],
  value(order) {
    if (order.Time_Orderd == null) return undefined;
    const minutes = minutesOfDay(order.Time_Orderd);
    return minutes === undefined ? undefined : minutes / 60;
  },
};
