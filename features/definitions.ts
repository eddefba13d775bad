/** Every feature that is defined, a line each; `catalogue.ts` takes all that is exported here. */
export { cityType } from './definitions/city-type.js';
export { distanceKm } from './definitions/distance-km.js';
export { festival } from './definitions/festival.js';
export { multipleDeliveries } from './definitions/multiple-deliveries.js';
export { orderHour } from './definitions/order-hour.js';
export { orderType } from './definitions/order-type.js';
export { orderWeekday } from './definitions/order-weekday.js';
export { riderAge } from './definitions/rider-age.js';
export { riderRating } from './definitions/rider-rating.js';
export { traffic } from './definitions/traffic.js';
export { vehicleCondition } from './definitions/vehicle-condition.js';
export { vehicleType } from './definitions/vehicle-type.js';
export { weather } from './definitions/weather.js';
